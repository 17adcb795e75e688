//! The eight ways to lay a rectangle on a table.

use super::conv::rot180;
use super::number::Number;
use nalgebra::DMatrix;

/// A matrix in all its orientations, each with its name: four rotations, and four of the transpose.
///
/// ```
/// use nalgebra::dmatrix;
/// use worked_examples::math::orientations;
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
