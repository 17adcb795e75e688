//! Which inputs fit together, and how much exact arithmetic a page can wait for.

use super::Unusable;
use crate::Exact;
use crate::math::{Padding::Valid, Shape, Window};
use crate::notebook::{decimal, literal};
use nalgebra::DMatrix;
use num_bigint::BigInt;
use num_integer::Integer;

/// Entries squared times bits: three seconds at the most, measured in a release build.
const MOST_EFFORT: u64 = 4_000_000;
/// What short fractions cost, which are computed with in one stroke, in bits of longer ones.
const BITS_OF_SHORT: u64 = 24;

/// Refuses a matrix of another shape than what it belongs to has.
///
/// # Errors
/// Names the option, both shapes, and what the expected one is.
pub fn expect_shape(
    option: &str,
    given: (usize, usize),
    expected: (usize, usize),
    what: &str,
) -> Result<(), Unusable> {
    let shape = |(rows, columns)| format!("{rows}×{columns}");
    if given == expected {
        return Ok(());
    }
    Err(Unusable::option(option, format!("given {}, expected {}, {what}", shape(given), shape(expected))))
}

/// The shape that comes out where a kernel slides over an input without hanging over; refuses one that does not fit.
///
/// # Errors
/// Names the option, the kernel's shape and the input's.
pub fn expect_to_fit(option: &str, input: Shape, kernel: Shape) -> Result<Shape, Unusable> {
    Window::from(Valid).output_shape(input, kernel).map_err(|error| Unusable::option(option, error))
}

/// A matrix whose shape follows from other inputs: the given one, or where that is the default and of another shape,
/// one with the same number everywhere.
///
/// ```
/// use worked_examples::{cli::or_filled, notebook::literal};
///
/// assert_eq!(or_filled(&literal("1 2"), "1 2", (1, 2), 0), literal("1 2"));
/// assert_eq!(or_filled(&literal("1 2"), "1 2", (2, 1), 0), literal("0; 0"));
/// assert_eq!(or_filled(&literal("3 4"), "1 2", (2, 1), 0), literal("3 4"));
/// ```
#[must_use]
pub fn or_filled(
    given: &DMatrix<Exact>,
    default: &'static str,
    (rows, columns): Shape,
    number: i64,
) -> DMatrix<Exact> {
    if given.shape() != (rows, columns) && *given == literal(default) {
        DMatrix::from_element(rows, columns, Exact::from_integer(number.into()))
    } else {
        given.clone()
    }
}

/// Refuses inputs whose fractions would keep a class waiting; each matrix comes with its option.
///
/// A gradient is proven entry by entry, and each time all entries are computed with: that is the square of their
/// number. Sums bring fractions to a common denominator, whose length is the rest of the work. Decimals share
/// theirs: 12×12 of them are no trouble, 8×8 fractions with denominators of four digits are.
///
/// # Errors
/// Names the option that weighs most.
pub fn expect_little_effort(inputs: &[(&str, &DMatrix<Exact>)]) -> Result<(), Unusable> {
    let entries: usize = inputs.iter().map(|(_, matrix)| matrix.len()).sum();
    let most_bits = (MOST_EFFORT / (entries as u64).pow(2).max(1)).saturating_sub(BITS_OF_SHORT);
    let weights: Vec<_> =
        inputs.iter().map(|(option, matrix)| (bits(matrix, most_bits), option, matrix)).collect();
    let all_bits = weights.iter().map(|(bits, ..)| bits).sum::<u64>();
    if all_bits <= most_bits {
        return Ok(());
    }
    // Counted no further than needed.
    let times = ((all_bits + BITS_OF_SHORT) as f64 * (entries as f64).powi(2) / MOST_EFFORT as f64).max(1.0);
    match weights.iter().max_by_key(|(bits, _, matrix)| bits * matrix.len() as u64) {
        Some((_, option, matrix)) => Err(Unusable::option(
            option,
            format!(
                "given {} of the {entries} numbers in all inputs: exact fractions of them take at least {} times as long as is \
                 allowed; expected fewer or shorter ones",
                matrix.len(),
                decimal(times, 1)
            ),
        )),
        None => Ok(()),
    }
}

/// The length of the common denominator and of the largest numerator; counted no further than asked.
fn bits(matrix: &DMatrix<Exact>, most: u64) -> u64 {
    let numerator = matrix.iter().map(|entry| entry.numer().bits()).max().unwrap_or(0);
    let mut common = BigInt::from(1);
    for entry in matrix {
        common = common.lcm(entry.denom());
        if common.bits() > most {
            break;
        }
    }
    common.bits() + numerator
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(rows: usize, entry: impl Fn(usize) -> Exact) -> bool {
        let matrix = DMatrix::from_iterator(rows, rows, (0..rows * rows).map(entry));
        expect_little_effort(&[("--image", &matrix)]).is_err()
    }

    #[test]
    fn decimals_are_light_and_unlike_fractions_heavy() {
        let decimal = |i: usize| Exact::new(i.into(), 100.into());
        let unlike = |i: usize| Exact::new(1.into(), (9001 + 2 * i).into());
        assert!(!refused(12, decimal));
        assert!(refused(32, decimal));
        assert!(!refused(4, unlike));
        assert!(refused(12, unlike));
    }
}
