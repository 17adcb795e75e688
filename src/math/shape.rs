//! Shapes, and what to say where two of them do not fit.

use std::fmt;

/// Rows and columns.
pub type Shape = (usize, usize);

/// Batch, height, width and channels.
pub type MapShape = [usize; 4];

/// Two shapes of feature maps that an operation cannot bring together; boxed, to keep results small.
pub type MapShapeError = Box<ShapeError<MapShape>>;

/// Two shapes that an operation cannot bring together.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Padding::Valid, cross_correlate};
///
/// let error = cross_correlate(&dmatrix![1.0, 2.0], &dmatrix![1.0; 1.0], Valid).unwrap_err();
/// assert_eq!(error.to_string(), "sliding a kernel: a kernel of 2×1 does not fit into an input of 1×2");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError<S = Shape> {
    /// The operation that was asked for.
    pub operation: &'static str,
    /// The first operand: what it is to the operation, and its shape.
    pub first: (&'static str, S),
    /// How the first operand fails the second: "does not fit into", "differs from".
    pub relation: &'static str,
    /// The second operand: what it is to the operation, and its shape.
    pub second: (&'static str, S),
}

impl<S: PartialEq> ShapeError<S> {
    /// Passes where both shapes are the same.
    ///
    /// # Errors
    /// Names the operation and both shapes where they differ.
    pub fn unless_equal(
        operation: &'static str,
        first: (&'static str, S),
        second: (&'static str, S),
    ) -> Result<(), Self> {
        if first.1 == second.1 {
            return Ok(());
        }
        Err(Self { operation, first, relation: "differs from", second })
    }
}

/// The shape of the sum of two feature maps.
///
/// # Errors
/// If their shapes differ; nothing is broadcast.
///
/// ```
/// use math::sum_shape;
///
/// assert_eq!(sum_shape([64, 32, 32, 16], [64, 32, 32, 16]), Ok([64, 32, 32, 16]));
/// assert_eq!(
///     sum_shape([2, 4, 4, 3], [2, 4, 4, 16]).unwrap_err().to_string(),
///     "addition: a left operand of 2×4×4×3 differs from a right operand of 2×4×4×16",
/// );
/// ```
pub fn sum_shape(left: MapShape, right: MapShape) -> Result<MapShape, MapShapeError> {
    ShapeError::unless_equal("addition", ("left operand", left), ("right operand", right))?;
    Ok(left)
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tell(f, |&(rows, columns)| vec![rows, columns])
    }
}

impl fmt::Display for ShapeError<MapShape> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tell(f, |shape| shape.to_vec())
    }
}

impl<S> ShapeError<S> {
    fn tell(&self, f: &mut fmt::Formatter<'_>, extents: impl Fn(&S) -> Vec<usize>) -> fmt::Result {
        let side = |(noun, shape): &(&'static str, S)| {
            let extents: Vec<_> = extents(shape).iter().map(usize::to_string).collect();
            format!("{} {noun} of {}", article(noun), extents.join("×"))
        };
        write!(f, "{}: {} {} {}", self.operation, side(&self.first), self.relation, side(&self.second))
    }
}

impl<S: fmt::Debug> std::error::Error for ShapeError<S> where Self: fmt::Display {}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
