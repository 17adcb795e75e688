//! Shapes, and what to say where two of them do not fit.

use std::fmt;

/// Rows and columns.
pub type Shape = (usize, usize);

/// Two shapes that an operation cannot bring together.
///
/// ```
/// use nalgebra::dmatrix;
/// use worked_examples::math::{Padding::Valid, cross_correlate};
///
/// let error = cross_correlate(&dmatrix![1.0, 2.0], &dmatrix![1.0; 1.0], Valid).unwrap_err();
/// assert_eq!(error.to_string(), "cross-correlation: a kernel of 2×1 does not fit into an input of 1×2");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// The operation that was asked for.
    pub operation: &'static str,
    /// The first operand: what it is to the operation, and its shape.
    pub first: (&'static str, Shape),
    /// How the first operand fails the second: "does not fit into", "differs from".
    pub relation: &'static str,
    /// The second operand: what it is to the operation, and its shape.
    pub second: (&'static str, Shape),
}

impl ShapeError {
    /// Passes where both shapes are the same.
    ///
    /// # Errors
    /// Names the operation and both shapes where they differ.
    pub fn unless_equal(
        operation: &'static str,
        first: (&'static str, Shape),
        second: (&'static str, Shape),
    ) -> Result<(), Self> {
        if first.1 == second.1 {
            return Ok(());
        }
        Err(Self { operation, first, relation: "differs from", second })
    }
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, first: (a, (rows, columns)), relation, second: (b, (h, w)) } = self;
        write!(
            f,
            "{operation}: {} {a} of {rows}×{columns} {relation} {} {b} of {h}×{w}",
            article(a),
            article(b)
        )
    }
}

impl std::error::Error for ShapeError {}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
