//! The eight ways to lay a rectangle on a table.

use super::conv::{Padding::Valid, cross_correlate, rot180};
use super::number::Number;
use super::shape::ShapeError;
use nalgebra::DMatrix;
use std::ops::Neg;

/// A matrix in all its orientations, each with its name: four rotations, and four of the transpose.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::orientations;
///
/// let all = orientations(&dmatrix![1, 2; 3, 4]);
/// assert_eq!(all[1], ("turned by 90°", dmatrix![3, 1; 4, 2]));
/// assert_eq!(all[4], ("transposed", dmatrix![1, 3; 2, 4]));
/// ```
#[must_use]
pub fn orientations<T: Number>(matrix: &DMatrix<T>) -> [(&'static str, DMatrix<T>); 8] {
    let mirrored = |matrix: &DMatrix<T>| {
        DMatrix::from_fn(matrix.nrows(), matrix.ncols(), |row, column| {
            matrix[(row, matrix.ncols() - 1 - column)].clone()
        })
    };
    let transposed = matrix.transpose();
    [
        ("as it is", matrix.clone()),
        ("turned by 90°", mirrored(&transposed)),
        ("turned by 180°", rot180(matrix)),
        ("turned by 270°", rot180(&mirrored(&transposed))),
        ("transposed", transposed.clone()),
        ("mirrored left to right", mirrored(matrix)),
        ("transposed and turned by 180°", rot180(&transposed)),
        ("mirrored top to bottom", rot180(&mirrored(matrix))),
    ]
}

/// All that could be meant by sliding one matrix over another, each with its name: both in every orientation, with and
/// without a change of sign. Both come with what they are called.
///
/// # Errors
/// If one does not fit into the other in some orientation.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::readings;
///
/// let all = readings(("the image", &dmatrix![1, 2; 3, 4]), ("the error", &dmatrix![1, 0; 0, 0]))?;
/// assert_eq!(all.len(), 128);
/// assert_eq!(all[1], ("the image as it is, the error as it is".to_owned(), dmatrix![1]));
/// # Ok::<(), math::ShapeError>(())
/// ```
pub fn readings<T: Number + Neg<Output = T>>(
    (input_name, input): (&str, &DMatrix<T>),
    (kernel_name, kernel): (&str, &DMatrix<T>),
) -> Result<Vec<(String, DMatrix<T>)>, ShapeError> {
    let mut readings = Vec::new();
    for (input_way, input) in orientations(input) {
        for (kernel_way, kernel) in orientations(kernel) {
            let sums = cross_correlate(&input, &kernel, Valid)?;
            let name = format!("{input_name} {input_way}, {kernel_name} {kernel_way}");
            readings.push((format!("{name}, with the sign changed"), sums.map(Neg::neg)));
            readings.push((name, sums));
        }
    }
    Ok(readings)
}
