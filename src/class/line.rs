//! Lines of a reader who may send anything.

use std::io::{self, BufRead, Read};

/// The most bytes of a line that are looked at.
pub const MOST_BYTES: u64 = 1 << 20;

/// The next line without its end; `None` at the end of the input. What is no UTF-8 is replaced, what is beyond
/// [`MOST_BYTES`] left out.
pub(super) fn read_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    if input.by_ref().take(MOST_BYTES).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() != Some(&b'\n') {
        input.skip_until(b'\n')?;
    }
    Ok(Some(String::from_utf8_lossy(&line).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_an_overlong_line_is_no_line_of_its_own() {
        let most = usize::try_from(MOST_BYTES).expect("a length");
        let input = format!("{}\r\nnext\n\nlast", "1".repeat(most + 10));
        let mut input = input.as_bytes();
        let mut lines = || read_line(&mut input).expect("memory can be read");
        assert_eq!(lines().expect("a line").len(), most);
        assert_eq!(lines().expect("a line"), "next");
        assert_eq!(lines().expect("a line"), "");
        assert_eq!(lines().expect("a line"), "last");
        assert_eq!(lines(), None);
    }
}
