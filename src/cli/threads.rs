//! How many threads train.

use std::sync::mpsc::{Sender, channel};
use std::{io, thread};

/// Makes this thread one of those that train, and starts another for each other core; those that cannot be started are
/// not needed. The environment has no say: a thousand threads would train no faster.
pub(super) fn choose_threads() {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut threads: Vec<_> = (1..cores).map_while(|_| start().ok()).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1 + threads.len()).use_current_thread();
    let pool = pool.spawn_handler(|work| {
        let sent = threads.pop().and_then(|thread| thread.send(work).ok());
        sent.ok_or_else(|| io::ErrorKind::NotFound.into())
    });
    // There is a pool already where a program calls this twice.
    let _ = pool.build_global();
}

/// A thread that waits for its work.
fn start() -> io::Result<Sender<rayon::ThreadBuilder>> {
    let (thread, work) = channel::<rayon::ThreadBuilder>();
    thread::Builder::new().spawn(move || work.recv().map(rayon::ThreadBuilder::run))?;
    Ok(thread)
}
