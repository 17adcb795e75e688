//! A page that is revealed at a terminal, key by key.

use super::undo::undoing;
#[cfg(unix)]
use super::undo::{Step, steps};
use super::{Output, terminal_size};
use crate::class::{Press, Screen, Screenful, reveal};
use crate::notebook::render::terminal_steps;
use crate::notebook::{self, Notebook};
use console::{Key, Term};
#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{self, Write};
use std::rc::Rc;

/// Reveals the notebook; the terminal is left as it was, whatever ends this.
pub(super) fn step_through(notebook: &Notebook, output: &Output) -> io::Result<()> {
    let mut revealed = Ok(());
    let _ = undoing(|| {
        #[cfg(unix)]
        let settings = without_echo();
        revealed = reveal(&mut Terminal {
            term: Term::stdout(),
            notebook,
            output,
            size: None,
            screenfuls: Rc::new([]),
        });
        #[cfg(unix)]
        if let Some(settings) = settings {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &settings);
        }
        Ok(())
    });
    revealed
}

/// From now on a key that is pressed ahead is not written between the steps. Returns what the settings were.
#[cfg(unix)]
fn without_echo() -> Option<Termios> {
    let settings = tcgetattr(io::stdin()).ok()?;
    let mut steps = steps();
    tcsetattr(io::stdin(), OptionalActions::Now, &quiet(settings.clone())).ok()?;
    steps.push(Step::Terminal(Box::new(settings.clone())));
    Some(settings)
}

/// Keys are not echoed, and not kept back until the end of a line.
#[cfg(unix)]
fn quiet(mut settings: Termios) -> Termios {
    settings.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
    settings
}

struct Terminal<'a> {
    term: Term,
    notebook: &'a Notebook,
    output: &'a Output,
    /// The size of the terminal for which the screenfuls were made.
    size: Option<(usize, usize)>,
    screenfuls: Rc<[Screenful]>,
}

impl Terminal<'_> {
    fn lay_out(&self, size: (usize, usize)) -> Rc<[Screenful]> {
        let texts = terminal_steps(self.notebook, self.output.style());
        // The title stands ahead of the steps, the verdicts behind them.
        let sections = notebook::steps(self.notebook).into_iter().map(|step| step[0].section + 1);
        let sections = std::iter::once(0).chain(sections).chain([self.notebook.sections.len() + 1]);
        let steps = texts.iter().zip(sections).enumerate();
        let screens = steps.flat_map(|(step, (text, section))| {
            screenfuls(text, size).into_iter().map(move |text| Screenful { step, section, text })
        });
        screens.collect()
    }
}

impl Write for Terminal<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.term.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.term.flush()
    }
}

impl Screen for Terminal<'_> {
    fn screenfuls(&mut self) -> Rc<[Screenful]> {
        let size = terminal_size();
        if self.size != Some(size) {
            (self.size, self.screenfuls) = (Some(size), self.lay_out(size));
        }
        Rc::clone(&self.screenfuls)
    }

    fn press(&mut self) -> io::Result<Press> {
        loop {
            let key = self.term.read_key_raw()?;
            if key == Key::CtrlC {
                interrupt();
            }
            if let Some(press) = meaning(&key) {
                return Ok(press);
            }
        }
    }
}

/// What a key asks for, where it asks for anything.
fn meaning(key: &Key) -> Option<Press> {
    match key {
        Key::Enter => Some(Press::Enter),
        Key::ArrowRight | Key::ArrowDown | Key::PageDown | Key::Char(' ') => Some(Press::Forward),
        Key::ArrowLeft | Key::ArrowUp | Key::PageUp | Key::Backspace | Key::Char('b' | 'B') => {
            Some(Press::Back)
        }
        Key::Char('g' | 'G') => Some(Press::Section),
        // Ctrl-D ends what is typed.
        Key::CtrlC | Key::Escape | Key::Char('q' | 'Q' | '\u{4}') => Some(Press::End),
        Key::Char(c) => c.to_digit(10).and_then(|digit| usize::try_from(digit).ok()).map(Press::Digit),
        _ => None,
    }
}

/// Ctrl-C, which is a key where single keys are read, ends the program as it does anywhere else.
fn interrupt() {
    #[cfg(unix)]
    if signal_hook::low_level::raise(signal_hook::consts::SIGINT).is_ok() {
        loop {
            std::thread::park();
        }
    }
}

/// A step in parts, none taller than a screen of so many rows and columns: it is parted where paragraphs end, and a
/// paragraph that is too tall between its lines.
fn screenfuls(step: &str, (rows, columns): (usize, usize)) -> Vec<String> {
    // The line that asks for a key, and the one above it.
    let most = rows.saturating_sub(2).max(1);
    let height = |line: &str| console::measure_text_width(line).div_ceil(columns.max(1)).max(1);
    let mut screens = Vec::new();
    let (mut screen, mut used) = (String::new(), 0);
    for paragraph in paragraphs(step) {
        let tall: usize = paragraph.lines().map(height).sum();
        if used > 0 && used + tall > most {
            screens.push(std::mem::take(&mut screen));
            used = 0;
        }
        for line in paragraph.split_inclusive('\n') {
            if used > 0 && used + height(line) > most {
                screens.push(std::mem::take(&mut screen));
                used = 0;
            }
            screen.push_str(line);
            used += height(line);
        }
    }
    screens.push(screen);
    screens
}

/// A text in parts, each with the empty line before it.
fn paragraphs(text: &str) -> Vec<&str> {
    let mut starts: Vec<_> = text.match_indices("\n\n").map(|(at, _)| at + 1).filter(|at| *at > 1).collect();
    starts.insert(0, 0);
    starts.push(text.len());
    starts.windows(2).map(|at| &text[at[0]..at[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::{meaning, paragraphs, screenfuls};
    use crate::class::Press;
    use console::Key;

    /// A terminal of the test's own: opening its other end makes it.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_quiet_terminal_neither_echoes_keys_nor_waits_for_the_end_of_a_line() {
        use super::{LocalModes, quiet, tcgetattr};

        let both = LocalModes::ECHO | LocalModes::ICANON;
        let terminal = std::fs::File::open("/dev/ptmx").expect("a terminal");
        let settings = tcgetattr(terminal).expect("settings");
        assert!(settings.local_modes.contains(both), "as a shell starts a program");
        let quiet = quiet(settings.clone()).local_modes;
        assert_eq!(quiet, settings.local_modes - both, "all else stays");
    }

    #[test]
    fn keys_have_the_meaning_that_is_promised() {
        for (key, press) in [
            (Key::Enter, Some(Press::Enter)),
            (Key::ArrowRight, Some(Press::Forward)),
            (Key::ArrowLeft, Some(Press::Back)),
            (Key::Char('g'), Some(Press::Section)),
            (Key::Char('0'), Some(Press::Digit(0))),
            (Key::Char('9'), Some(Press::Digit(9))),
            (Key::Char('q'), Some(Press::End)),
            (Key::CtrlC, Some(Press::End)),
            (Key::Char('x'), None),
            (Key::Home, None),
        ] {
            assert_eq!(meaning(&key), press, "{key:?}");
        }
    }

    #[test]
    fn an_empty_line_belongs_to_the_paragraph_below_it() {
        assert_eq!(paragraphs("\n\na\n\nb\n"), ["\n\na\n", "\nb\n"]);
    }

    #[test]
    fn no_screen_is_taller_than_the_terminal_and_nothing_is_lost() {
        let step = |lines: &[usize]| {
            let paragraph = |count: &usize| format!("\n{}", "line\n".repeat(*count));
            lines.iter().map(paragraph).collect::<String>()
        };
        let steps = [step(&[3, 4]), step(&[2, 2, 5, 20]), "wide ".repeat(30) + "\n"];
        let all = |size| steps.iter().flat_map(|step| screenfuls(step, size)).collect::<Vec<_>>();
        for rows in 3..30 {
            let screens = all((rows, 40));
            assert_eq!(screens.concat(), steps.concat());
            let height =
                |screen: &String| screen.lines().map(|line| line.len().div_ceil(40).max(1)).sum::<usize>();
            let most = rows - 2;
            assert!(screens.iter().all(|screen| height(screen) <= most.max(4)), "{rows}: {screens:?}");
            assert!(screens.iter().all(|screen| height(screen) > 0), "{rows}: {screens:?}");
        }
        // Where they fit, paragraphs stay whole: the first step in one screen, the second cut before its last.
        let screens = all((14, 40));
        assert_eq!(screens[..2], [step(&[3, 4]), step(&[2, 2, 5])]);
        assert_eq!(screenfuls(&step(&[5, 8]), (14, 40)), [step(&[5]), step(&[8])]);
    }
}
