//! Numbers as a person writes them, read without rounding.

use super::number::power_of_ten;
use crate::Exact;
use nalgebra::DMatrix;
use num_bigint::BigInt;
use num_traits::Zero;
use std::fmt::Write;

/// The most entries that a matrix may have.
pub const MOST_ENTRIES: usize = 1024;
/// The most characters that one entry may have.
pub const MOST_CHARACTERS: usize = 40;
/// The largest power of ten that an entry may have, up or down.
pub const MOST_EXPONENT: u32 = 400;

/// Reads a matrix row by row: `1 0 1; 0 0 1; 1 0 0`.
///
/// Rows end at a semicolon or at the end of a line; entries are separated by blanks or commas. An entry is a
/// whole number, a decimal (`-.5`, `2e-3`) or a fraction (`1/3`), and is not rounded.
///
/// # Errors
/// Says what was found and what was expected, in a few words.
///
/// ```
/// use worked_examples::notebook::{parse_matrix, write_matrix};
///
/// let matrix = parse_matrix(".5 1/3; 2e1 -7")?;
/// assert_eq!(write_matrix(&matrix), "0.5 1/3; 20 -7");
/// assert_eq!(parse_matrix("1 2; 3").unwrap_err(), "row 2 has 1 entry where row 1 has 2");
/// # Ok::<(), String>(())
/// ```
pub fn parse_matrix(text: &str) -> Result<DMatrix<Exact>, String> {
    let mut entries = Vec::new();
    let mut columns = None;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let rows = lines.flat_map(|line| line.strip_suffix(';').unwrap_or(line).split(';'));
    let mut row_count = 0;
    for row in rows {
        row_count += 1;
        let before = entries.len();
        for entry in row.split(|c: char| c.is_whitespace() || c == ',').filter(|entry| !entry.is_empty()) {
            entries.push(parse_number(entry)?);
            if entries.len() > MOST_ENTRIES {
                return Err(format!("there are more than {MOST_ENTRIES} entries"));
            }
        }
        match (entries.len() - before, columns) {
            (0, _) => return Err(format!("row {row_count} is empty")),
            (found, Some(columns)) if found != columns => {
                let noun = if found == 1 { "entry" } else { "entries" };
                return Err(format!("row {row_count} has {found} {noun} where row 1 has {columns}"));
            }
            (found, _) => columns = Some(found),
        }
    }
    match columns {
        Some(columns) => Ok(DMatrix::from_row_iterator(row_count, columns, entries)),
        None => Err("there is no entry".to_owned()),
    }
}

/// A matrix written into the code of an example.
///
/// # Panics
/// If the text is no matrix: that is for what a programmer writes, never for what a user gives.
///
/// ```
/// assert_eq!(worked_examples::notebook::literal(".7")[(0, 0)].to_string(), "7/10");
/// ```
#[must_use]
pub fn literal(text: &'static str) -> DMatrix<Exact> {
    parse_matrix(text).unwrap_or_else(|error| panic!("the literal {text:?}: {error}"))
}

/// Reads one whole number, decimal or fraction without rounding it.
///
/// # Errors
/// Says what was found and what was expected, in a few words.
///
/// ```
/// use worked_examples::notebook::parse_number;
///
/// assert_eq!(parse_number("-.25")?.to_string(), "-1/4");
/// assert_eq!(parse_number("1/0").unwrap_err(), "1/0 divides by zero");
/// # Ok::<(), String>(())
/// ```
pub fn parse_number(text: &str) -> Result<Exact, String> {
    let text = text.trim();
    let length = text.chars().count();
    if length > MOST_CHARACTERS {
        return Err(format!("an entry has {length} characters; at most {MOST_CHARACTERS} are read"));
    }
    if text.is_empty() {
        return Err("there is no number".to_owned());
    }
    let not_a_number = || format!("{} is not a number", quote(text));
    let (negative, size) = match text.strip_prefix(['-', '−']) {
        Some(size) => (true, size),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let size = match size.split_once('/') {
        Some((numerator, denominator)) => {
            let numerator = whole(numerator).ok_or_else(not_a_number)?;
            let denominator = whole(denominator).ok_or_else(not_a_number)?;
            if denominator.is_zero() {
                return Err(format!("{} divides by zero", quote(text)));
            }
            Exact::new(numerator, denominator)
        }
        None => parse_decimal(size).ok_or_else(not_a_number)??,
    };
    Ok(if negative { -size } else { size })
}

/// `None` where it is no decimal at all; an error where its power of ten is out of range.
fn parse_decimal(text: &str) -> Option<Result<Exact, String>> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['-', '+', '−']).unwrap_or(exponent);
            whole(digits)?;
            let size = digits.parse().ok().filter(|&size: &u32| size <= MOST_EXPONENT);
            let Some(size) = size else {
                return Some(Err(format!("{} has a power of ten beyond ±{MOST_EXPONENT}", quote(text))));
            };
            (mantissa, if exponent.starts_with(['-', '−']) { -i64::from(size) } else { i64::from(size) })
        }
        None => (text, 0),
    };
    let (units, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = whole(&format!("{units}{decimals}"))?;
    let exponent = exponent - i64::try_from(decimals.len()).ok()?;
    let power = power_of_ten(usize::try_from(exponent.unsigned_abs()).ok()?);
    Some(Ok(Exact::from_integer(digits) * if exponent < 0 { power.recip() } else { power }))
}

fn whole(digits: &str) -> Option<BigInt> {
    let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    all_digits.then(|| digits.parse().ok())?
}

/// Text from outside, made fit for one line of a terminal: what cannot be seen is escaped, and a long text cut.
///
/// ```
/// assert_eq!(worked_examples::notebook::quote("1 \u{1b}[31m"), r"1 \u{1b}[31m");
/// ```
#[must_use]
pub fn quote(text: &str) -> String {
    const MOST: usize = 60;
    let mut quoted = String::new();
    for c in text.chars().take(MOST) {
        if c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() || c == '−' {
            quoted.push(c);
        } else {
            quoted.extend(c.escape_default());
        }
    }
    let length = text.chars().count();
    if length > MOST {
        let _ = write!(quoted, "… ({length} characters)");
    }
    quoted
}

/// A matrix in the notation that [`parse_matrix`] reads, without rounding.
#[must_use]
pub fn write_matrix(matrix: &DMatrix<Exact>) -> String {
    let row = |row: usize| matrix.row(row).iter().map(write_number).collect::<Vec<_>>().join(" ");
    (0..matrix.nrows()).map(row).collect::<Vec<_>>().join("; ")
}

/// A number in the notation that [`parse_number`] reads, without rounding: a decimal where a short one says all.
#[must_use]
pub fn write_number(number: &Exact) -> String {
    const MOST_DECIMALS: usize = 12;
    let decimals = (0..=MOST_DECIMALS).find(|&decimals| (number * power_of_ten(decimals)).is_integer());
    match decimals {
        Some(decimals) => super::Notation::Fixed(decimals).write(&number.into()),
        None => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;
    use proptest::prelude::*;

    fn ratio(numerator: i64, denominator: i64) -> Exact {
        Exact::new(numerator.into(), denominator.into())
    }

    #[test]
    fn reads_every_notation_without_rounding() {
        let read = parse_matrix("1, -.5\t+2.;\n0.1 1/3 25e-1\n").unwrap();
        let expected = dmatrix![1, -1, 2; 1, 1, 5].zip_map(&dmatrix![1, 2, 1; 10, 3, 2], ratio);
        assert_eq!(read, expected);
        assert_eq!(parse_number("1e400").unwrap(), power_of_ten(400));
        assert_eq!(parse_number("−1E-2").unwrap(), ratio(-1, 100));
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, complaint) in [
            ("", "there is no entry"),
            (" \n ", "there is no entry"),
            ("1;;2", "row 2 is empty"),
            ("1 2; 3", "row 2 has 1 entry where row 1 has 2"),
            ("1 x", "x is not a number"),
            ("nan", "nan is not a number"),
            ("inf", "inf is not a number"),
            (".", ". is not a number"),
            ("1e", "1e is not a number"),
            ("--1", "--1 is not a number"),
            ("1/-2", "1/-2 is not a number"),
            ("1/0", "1/0 divides by zero"),
            ("1e401", "1e401 has a power of ten beyond ±400"),
            ("1e99999999999999999999", "1e99999999999999999999 has a power of ten beyond ±400"),
        ] {
            assert_eq!(parse_matrix(text).unwrap_err(), complaint, "{text:?}");
        }
        assert!(parse_matrix(&"9".repeat(41)).unwrap_err().contains("at most 40"));
        assert!(parse_matrix(&"1 ".repeat(1025)).unwrap_err().contains("more than 1024"));
    }

    proptest! {
        #[test]
        fn never_panics(text in ".{0,80}") {
            let _ = parse_matrix(&text);
        }

        #[test]
        fn never_panics_on_what_looks_like_numbers(text in "[-+0-9./eE;, \n]{0,60}") {
            let _ = parse_matrix(&text);
        }

        #[test]
        fn what_is_written_reads_back_the_same(
            rows in 1_usize..5,
            columns in 1_usize..5,
            numerators in proptest::collection::vec(-100_000_i64..100_000, 16),
            denominators in proptest::collection::vec(1_i64..2000, 16),
        ) {
            let matrix = DMatrix::from_fn(rows, columns, |r, c| ratio(numerators[4 * r + c], denominators[4 * r + c]));
            prop_assert_eq!(parse_matrix(&write_matrix(&matrix)), Ok(matrix));
        }
    }
}
