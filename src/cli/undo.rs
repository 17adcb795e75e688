//! What has to be undone where several files do not all appear, or a terminal was changed: after an error, and after a
//! signal.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One thing that was done, as what undoes it.
pub(super) enum Step {
    /// A file was made.
    Remove(PathBuf),
    /// A folder was made.
    RemoveFolder(PathBuf),
    /// A file was replaced, and kept under another name.
    Restore { kept: PathBuf, target: PathBuf },
    /// Single keys are read from the terminal, which had these settings.
    #[cfg(unix)]
    Terminal(Box<rustix::termios::Termios>),
}

static STEPS: Mutex<Vec<Step>> = Mutex::new(Vec::new());

/// What was done so far. Whoever holds it is not interrupted: a signal waits.
pub(super) fn steps() -> MutexGuard<'static, Vec<Step>> {
    STEPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does some work; where it fails, or a signal ends the program meanwhile, its steps are undone.
pub(super) fn undoing(work: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    #[cfg(unix)]
    signals::undo_before_the_end();
    let result = work();
    let mut steps = steps();
    if result.is_err() {
        undo(&mut steps);
    }
    for step in steps.drain(..) {
        if let Step::Restore { kept, .. } = step {
            let _ = fs::remove_file(kept);
        }
    }
    result
}

/// The last first. What cannot be undone is not worth a second error.
fn undo(steps: &mut Vec<Step>) {
    while let Some(step) = steps.pop() {
        let _ = match step {
            Step::Remove(file) => fs::remove_file(file),
            Step::RemoveFolder(folder) => fs::remove_dir(folder),
            Step::Restore { kept, target } => fs::rename(kept, target),
            #[cfg(unix)]
            Step::Terminal(settings) => {
                use rustix::termios::{OptionalActions, tcsetattr};
                tcsetattr(io::stdin(), OptionalActions::Now, &settings).map_err(Into::into)
            }
        };
    }
}

/// Makes something under a name in that folder that nothing has.
pub(super) fn fresh<T>(folder: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<(PathBuf, T)> {
    const MOST_NAMES: u32 = 10_000;
    let mut made = Err(io::ErrorKind::AlreadyExists.into());
    for number in 0..MOST_NAMES {
        let path = folder.join(format!(".worked-examples-{}-{number}", process::id()));
        made = make(&path).map(|made| (path, made));
        if !made.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists) {
            break;
        }
    }
    made
}

#[cfg(unix)]
pub(super) use signals::let_no_file_kill;

#[cfg(unix)]
mod signals {
    use super::{steps, undo};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;
    use std::sync::{Arc, Once, mpsc};
    use std::thread;

    /// From now on a file that grows beyond its limit is an error of writing.
    pub(in super::super) fn let_no_file_kill() {
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    }

    /// From now on the signals that end a program find nothing left behind; then they end it.
    pub(super) fn undo_before_the_end() {
        static LISTENING: Once = Once::new();
        LISTENING.call_once(|| {
            let (ready, wait) = mpsc::channel();
            let listen = move || {
                let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGTERM]) else { return };
                let _ = ready.send(());
                for signal in signals.forever() {
                    let mut steps = steps();
                    undo(&mut steps);
                    let _ = emulate_default_handler(signal);
                }
            };
            // Without a thread the signals end the program as they always do.
            if thread::Builder::new().spawn(listen).is_ok() {
                let _ = wait.recv();
            }
        });
    }
}
