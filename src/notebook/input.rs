//! Numbers as a person writes them, read without rounding.

use super::rows::rows;
use super::{Notation, Value};
use crate::Exact;
use nalgebra::DMatrix;
use num_bigint::BigInt;
use num_traits::Zero;
use traced::power_of_ten;

/// The most entries that a matrix may have.
pub const MOST_ENTRIES: usize = 1024;
/// The most characters that one entry may have.
pub const MOST_CHARACTERS: usize = 40;
/// The largest power of ten that an entry may have, up or down.
pub const MOST_EXPONENT: u32 = 400;

/// Reads a matrix row by row: `1 0 1; 0 0 1; 1 0 0`, and as [`rows`] says.
///
/// An entry is a whole number, a decimal (`-.5`, `2e-3`), a fraction (`1/3`, `½`) or a percentage (`75%`), and is not
/// rounded.
///
/// # Errors
/// Says what was found and what was expected, in a few words.
///
/// ```
/// use worked_examples::notebook::{parse_matrix, write_matrix};
///
/// let matrix = parse_matrix("[[.5, 1/3], [2e1, -7]]")?;
/// assert_eq!(write_matrix(&matrix), "0.5 1/3; 20 -7");
/// assert_eq!(parse_matrix("1 2; 3").unwrap_err(), "row 1, counted from 0, has 1 entry where row 0 has 2");
/// # Ok::<(), String>(())
/// ```
pub fn parse_matrix(text: &str) -> Result<DMatrix<Exact>, String> {
    parse_rows(&rows(text)?)
}

/// The numbers of rows that are of one length.
///
/// # Errors
/// Which entry is no number.
pub(crate) fn parse_rows(rows: &[Vec<String>]) -> Result<DMatrix<Exact>, String> {
    let entries = rows.iter().flatten().map(|entry| parse_number(entry)).collect::<Result<Vec<_>, _>>()?;
    Ok(DMatrix::from_row_iterator(rows.len(), entries.len() / rows.len().max(1), entries))
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
    expect_few_characters(text, "")?;
    if text.is_empty() {
        return Err("there is no number".to_owned());
    }
    let not_a_number = || {
        let hint = if text.contains(',') { ", expected a decimal point and one number" } else { "" };
        format!("{} is not a number{hint}", quote(text))
    };
    let (number, per_cent) = match text.strip_suffix('%') {
        Some(number) => (number.trim_end(), true),
        None => (text, false),
    };
    let (negative, size) = signed(number);
    let size = match size.split_once(['/', '⁄']) {
        Some((numerator, denominator)) => {
            let (turned, denominator) = signed(denominator);
            let numerator = whole(numerator).ok_or_else(not_a_number)?;
            let denominator = whole(denominator).ok_or_else(not_a_number)?;
            if denominator.is_zero() {
                return Err(format!("{} divides by zero", quote(text)));
            }
            Exact::new(if turned { -numerator } else { numerator }, denominator)
        }
        None => match one_character_fraction(size) {
            Some(number) => number,
            None => parse_decimal(size).ok_or_else(not_a_number)??,
        },
    };
    let size = if per_cent { size / power_of_ten(2) } else { size };
    let number = if negative { -size } else { size };
    // What is read is written into links and pages, from which it is read again.
    expect_few_characters(&write_number(&number), "once it is written out, ")?;
    Ok(number)
}

fn expect_few_characters(text: &str, when: &str) -> Result<(), String> {
    let length = text.chars().count();
    if length <= MOST_CHARACTERS {
        return Ok(());
    }
    Err(format!("{when}an entry has {length} characters; at most {MOST_CHARACTERS} are read"))
}

/// Whether a minus stands before it, as a hyphen, as the sign or as the en dash that word processors make of it; and
/// what stands behind.
fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '−', '–']) {
        Some(size) => (true, size),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// `½`, `1½` and the like.
fn one_character_fraction(text: &str) -> Option<Exact> {
    const FRACTIONS: [(char, i32, i32); 19] = [
        ('½', 1, 2),
        ('⅓', 1, 3),
        ('⅔', 2, 3),
        ('¼', 1, 4),
        ('¾', 3, 4),
        ('⅕', 1, 5),
        ('⅖', 2, 5),
        ('⅗', 3, 5),
        ('⅘', 4, 5),
        ('⅙', 1, 6),
        ('⅚', 5, 6),
        ('⅐', 1, 7),
        ('⅛', 1, 8),
        ('⅜', 3, 8),
        ('⅝', 5, 8),
        ('⅞', 7, 8),
        ('⅑', 1, 9),
        ('⅒', 1, 10),
        ('↉', 0, 3),
    ];
    let last = text.chars().next_back()?;
    let (_, numerator, denominator) = FRACTIONS.iter().find(|(fraction, ..)| *fraction == last)?;
    let units = match text.strip_suffix(last)? {
        "" => Zero::zero(),
        units => whole(units)?,
    };
    Some(Exact::from_integer(units) + Exact::new((*numerator).into(), (*denominator).into()))
}

/// `None` where it is no decimal at all; an error where its power of ten is out of range.
fn parse_decimal(text: &str) -> Option<Result<Exact, String>> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let (is_small, digits) = signed(exponent);
            whole(digits)?;
            let size = digits.parse().ok().filter(|&size: &u32| size <= MOST_EXPONENT);
            let Some(size) = size else {
                return Some(Err(format!("{} has a power of ten beyond ±{MOST_EXPONENT}", quote(text))));
            };
            (mantissa, if is_small { -i64::from(size) } else { i64::from(size) })
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
    let start: String = text.chars().take(MOST).collect();
    let length = text.chars().count();
    let rest = if length > MOST { format!("… ({length} characters)") } else { String::new() };
    printable(&start) + &rest
}

/// Text from outside in full: what cannot be seen, or would change what stands beside it, is escaped.
///
/// ```
/// assert_eq!(worked_examples::notebook::printable("a\u{202e}b\n"), r"a\u{202e}b\n");
/// ```
#[must_use]
pub fn printable(text: &str) -> String {
    let is_seen = |c: char| c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() || c == '−';
    let escaped = |c: char| if is_seen(c) { c.to_string() } else { c.escape_default().to_string() };
    text.chars().map(escaped).collect()
}

/// A matrix in the notation that [`parse_matrix`] reads, without rounding.
#[must_use]
pub fn write_matrix(matrix: &DMatrix<Exact>) -> String {
    let row = |row: usize| matrix.row(row).iter().map(write_number).collect::<Vec<_>>().join(" ");
    (0..matrix.nrows()).map(row).collect::<Vec<_>>().join("; ")
}

/// A number in the notation that [`parse_number`] reads, without rounding: a decimal where a short one says all, and with a
/// power of ten where it would be too long to be read.
///
/// ```
/// use worked_examples::notebook::{parse_number, write_number};
///
/// for text in ["0.25", "-1/3", "1e45", "25e-42"] {
///     assert_eq!(write_number(&parse_number(text)?), text);
/// }
/// # Ok::<(), String>(())
/// ```
#[must_use]
pub fn write_number(number: &Exact) -> String {
    const MOST_DECIMALS: usize = 12;
    let value = Value::from(number);
    let plain = match value.decimals_needed(MOST_DECIMALS) {
        Some(decimals) => Notation::Fixed(decimals).write(&value),
        None => number.to_string(),
    };
    if plain.len() <= MOST_CHARACTERS { plain } else { with_a_power_of_ten(&value).unwrap_or(plain) }
}

/// `25e-42`; nothing where the decimals do not end, or no power of ten that is read is small enough.
fn with_a_power_of_ten(number: &Value) -> Option<String> {
    const MOST: usize = MOST_EXPONENT as usize;
    let decimals = number.decimals_needed(MOST)?;
    let digits = (number.exact()? * power_of_ten(decimals)).to_string();
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    // Where it has decimals, the last is no zero.
    let exponent = if decimals > 0 { format!("-{decimals}") } else { zeros.min(MOST).to_string() };
    let mantissa = &digits[..digits.len() - zeros.min(MOST)];
    Some(format!("{mantissa}e{exponent}"))
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
        assert_eq!(write_number(&parse_number("100e399").unwrap()), "10e400");
        assert!(parse_number(".1e-400").is_err(), "1e-401 could not be read again");
        for (text, numerator, denominator) in
            [("–3", -3, 1), ("1/-2", -1, 2), ("½", 1, 2), ("-1¾", -7, 4), ("1⁄2", 1, 2), ("16.5 %", 33, 200)]
        {
            assert_eq!(parse_number(text).unwrap(), ratio(numerator, denominator), "{text}");
        }
        assert!(parse_number("0,1").unwrap_err().contains("a decimal point"));
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, complaint) in [
            ("", "there is no entry"),
            (" \n ", "there is no entry"),
            ("1;;2", "row 1, counted from 0, is empty"),
            ("1 2; 3", "row 1, counted from 0, has 1 entry where row 0 has 2"),
            ("1 x", "x is not a number"),
            ("nan", "nan is not a number"),
            ("inf", "inf is not a number"),
            (".", ". is not a number"),
            ("1e", "1e is not a number"),
            ("--1", "--1 is not a number"),
            ("1/--2", "1/--2 is not a number"),
            ("x½", "x½ is not a number"),
            ("x%", "x% is not a number"),
            ("1/0", "1/0 divides by zero"),
            ("1e401", "1e401 has a power of ten beyond ±400"),
            ("1e99999999999999999999", "1e99999999999999999999 has a power of ten beyond ±400"),
        ] {
            assert_eq!(parse_matrix(text).unwrap_err(), complaint, "{text:?}");
        }
        assert!(parse_matrix(&"9".repeat(41)).unwrap_err().contains("at most 40"));
        let percentage = format!(".{}%", "3".repeat(38));
        let complaint = "once it is written out, an entry has 42 characters; at most 40 are read";
        assert_eq!(parse_number(&percentage).unwrap_err(), complaint);
        assert!(parse_matrix(&"1 ".repeat(1025)).unwrap_err().contains("more than 1024"));
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_so_that_it_is_read_again(
            text in "-?[0-9]{0,38}\\.?[0-9]{0,20}(e-?([0-9]{1,3}|39[89]|400))?|[0-9]{1,38}[½⅓⅒]|[0-9]{1,19}/[0-9]{1,19}%?|[0-9]{0,2}\\.[0-9]{0,37}%?",
        ) {
            if let Ok(number) = parse_number(&text) {
                prop_assert_eq!(parse_number(&write_number(&number)), Ok(number));
            }
        }

        #[test]
        fn never_panics(text in ".{0,80}") {
            let _ = parse_matrix(&text);
        }

        #[test]
        fn never_panics_on_what_looks_like_numbers(text in "[-+0-9./eE;, \\n\\[\\]()|%#=½]{0,60}") {
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
