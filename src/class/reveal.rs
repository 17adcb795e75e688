//! A page that is revealed step by step.

use std::io::{self, Write};
use std::rc::Rc;

/// What is shown at one press: no more than a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screenful {
    /// The step that it is, or belongs to.
    pub step: usize,
    /// The section that it stands in, counted from 1; 0 ahead of the first.
    pub section: usize,
    /// What is written.
    pub text: String,
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// To go on.
    Forward,
    /// To go back.
    Back,
    /// To go to the section whose number is typed next.
    Section,
    /// A digit of that number.
    Digit(usize),
    /// That it is typed, and otherwise to go on.
    Enter,
    /// To end.
    End,
}

/// A terminal, as far as a page that is revealed needs one.
pub trait Screen: Write {
    /// All that there is to show, on a terminal of the size that it has now; more than once, since it may be resized.
    fn screenfuls(&mut self) -> Rc<[Screenful]>;

    /// The next key that asks for something.
    ///
    /// # Errors
    /// Those of reading.
    fn press(&mut self) -> io::Result<Press>;
}

/// Shows one screen after the other, as the keys ask, until the last is shown.
///
/// # Errors
/// Those of reading and writing.
pub fn reveal(screen: &mut impl Screen) -> io::Result<()> {
    let (mut at, mut step) = (0, 0);
    loop {
        let all = screen.screenfuls();
        // Of another size the page has other screens, but the same steps.
        if all.get(at).is_none_or(|shown| shown.step != step) {
            at = all.iter().position(|shown| shown.step == step).unwrap_or(0);
        }
        let Some(shown) = all.get(at) else { return Ok(()) };
        screen.write_all(shown.text.as_bytes())?;
        if at + 1 == all.len() {
            return screen.flush();
        }
        let sections = all.iter().map(|shown| shown.section).max().unwrap_or(0);
        at = loop {
            let prompt = format!("[{} of {}  →: on, ←: back, g: section, q: end] ", at + 1, all.len());
            let press = ask(screen, &prompt)?;
            match press {
                Press::Forward | Press::Enter => break at + 1,
                Press::Back => break at.saturating_sub(1),
                Press::Section => {
                    let typed = typed_number(screen, &format!("[to section, 1 to {sections}] "))?;
                    let found = all.iter().position(|shown| Some(shown.section) == typed);
                    break found.unwrap_or(at);
                }
                Press::End => return screen.flush(),
                Press::Digit(_) => {}
            }
        };
        step = all[at].step;
    }
}

/// The next key, behind a line that goes away once it is pressed.
fn ask(screen: &mut impl Screen, prompt: &str) -> io::Result<Press> {
    write!(screen, "\n{prompt}")?;
    screen.flush()?;
    let press = screen.press();
    write!(screen, "\r{}\r", " ".repeat(prompt.chars().count()))?;
    press
}

/// A number that ends with Enter; none where another key is pressed.
fn typed_number(screen: &mut impl Screen, prompt: &str) -> io::Result<Option<usize>> {
    write!(screen, "{prompt}")?;
    let mut number: Option<usize> = None;
    loop {
        screen.flush()?;
        match screen.press()? {
            Press::Digit(digit) => {
                write!(screen, "{digit}")?;
                number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            }
            Press::Enter => break,
            _ => {
                number = None;
                break;
            }
        }
    }
    writeln!(screen)?;
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Press::{Back, Digit, End, Enter, Forward, Section};

    /// Three steps in two sections, the second of them on two screens; on a smaller terminal, on three.
    struct Typed<'a> {
        presses: &'a [Press],
        /// Once so many presses are left, the terminal is smaller.
        small_from: usize,
        written: Vec<u8>,
    }

    impl Write for Typed<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.written.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Screen for Typed<'_> {
        fn screenfuls(&mut self) -> Rc<[Screenful]> {
            let is_small = self.presses.len() <= self.small_from;
            let second: &[_] = if is_small { &["2a", "2b", "2c"] } else { &["2a", "2bc"] };
            let screenful = |step, section, text: &str| Screenful { step, section, text: text.to_owned() };
            let mut all = vec![screenful(0, 1, "1")];
            all.extend(second.iter().map(|text| screenful(1, 1, text)));
            all.push(screenful(2, 2, "3"));
            all.into()
        }

        fn press(&mut self) -> io::Result<Press> {
            let (press, rest) = self.presses.split_first().ok_or(io::ErrorKind::UnexpectedEof)?;
            self.presses = rest;
            Ok(*press)
        }
    }

    fn shown_when(presses: &[Press], small_from: usize) -> String {
        let mut screen = Typed { presses, small_from, written: Vec::new() };
        reveal(&mut screen).expect("keys enough");
        let written = String::from_utf8(screen.written).expect("UTF-8");
        let pieces = written.lines().filter_map(|line| line.rsplit('\r').next());
        pieces.filter(|piece| !piece.starts_with('[')).collect::<Vec<_>>().join(" ").trim().to_owned()
    }

    fn shown(presses: &[Press]) -> String {
        shown_when(presses, 0)
    }

    #[test]
    fn keys_go_on_and_back_and_end() {
        assert_eq!(shown(&[Forward, Enter, Forward]), "1 2a 2bc 3");
        assert_eq!(shown(&[Forward, Back, Back, Digit(7), End]), "1 2a 1 1");
        assert_eq!(shown(&[End]), "1");
    }

    #[test]
    fn a_number_leads_to_its_section() {
        assert_eq!(shown(&[Section, Digit(2), Enter]), "1 3");
        assert_eq!(shown(&[Forward, Section, Digit(1), Enter, End]), "1 2a 1");
        assert_eq!(shown(&[Section, Digit(1), Digit(2), Enter, End]), "1 1", "there is no section 12");
        assert_eq!(shown(&[Section, Digit(2), Back, End]), "1 1");
    }

    #[test]
    fn a_terminal_that_is_resized_shows_the_same_step() {
        assert_eq!(shown_when(&[Forward, Forward, Forward, Forward], 2), "1 2a 2b 2c 3");
        assert_eq!(shown_when(&[Forward, Back, Forward, End], 3), "1 2a 1 2a");
    }
}
