//! A page that is revealed step by step.

use super::line::read_line;
use std::io::{self, BufRead, Write};

/// Shows the steps one after the other; Enter goes on, `b` shows the one before again, `q` and the end of the input end it.
///
/// The terminal stays in its ordinary, line by line mode, so there is nothing to put back, whatever ends this.
///
/// # Errors
/// Those of reading and writing.
pub fn reveal(steps: &[String], mut input: impl BufRead, output: &mut impl Write) -> io::Result<()> {
    let mut at = 0;
    while let Some(step) = steps.get(at) {
        output.write_all(step.as_bytes())?;
        if at + 1 == steps.len() {
            break;
        }
        write!(output, "\n[Enter: go on, b: back, q: end] ")?;
        output.flush()?;
        let Some(line) = read_line(&mut input)? else {
            writeln!(output)?;
            break;
        };
        match line.to_lowercase().as_str() {
            "q" | "quit" | "exit" => break,
            "b" | "back" => at = at.saturating_sub(1),
            _ => at += 1,
        }
    }
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(input: &str) -> String {
        let mut output = Vec::new();
        reveal(&["one\n".into(), "two\n".into(), "three\n".into()], input.as_bytes(), &mut output).unwrap();
        String::from_utf8(output).unwrap().replace("\n[Enter: go on, b: back, q: end] ", "|")
    }

    #[test]
    fn enter_goes_on_and_q_ends() {
        assert_eq!(shown("\n\n"), "one\n|two\n|three\n");
        assert_eq!(shown("\nq\n\n"), "one\n|two\n|");
        assert_eq!(shown("\nb\nB\n\n\n"), "one\n|two\n|one\n|one\n|two\n|three\n");
        assert_eq!(shown(" Q \n"), "one\n|");
        assert_eq!(shown("quit\n"), "one\n|");
        assert_eq!(shown("\u{1b}[A anything\n"), "one\n|two\n|\n");
        assert_eq!(shown(""), "one\n|\n");
    }
}
