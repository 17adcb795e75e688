//! Pictures as matrices of grey values: one that is drawn, how a kernel responds to one, and one that is reduced.

use super::conv::{Padding::Valid, convolve};
use super::shape::ShapeError;
use nalgebra::DMatrix;

/// Three discs, a light grey one, a dark one and a white one, on a ramp that goes from dark to light: 160 rows of 240 pixels.
///
/// ```
/// use math::three_discs;
///
/// let picture = three_discs();
/// assert_eq!(picture.shape(), (160, 240));
/// // In the middle of each disc, at the left end of the ramp, and half way along it.
/// assert_eq!([(82, 60), (54, 140), (114, 190), (0, 0), (0, 120)].map(|at| picture[at]), [0.9, 0.05, 1.0, 0.2, 0.45]);
/// // The first disc within its radius of 40: 35 below and 2 beside its middle, 39 beside it, and no longer 40 above it.
/// assert_eq!([(117, 62), (82, 99), (42, 60)].map(|at| picture[at]), [0.9, 0.9, 0.325]);
/// ```
#[must_use]
pub fn three_discs() -> DMatrix<f32> {
    const DISCS: [(f32, f32, f32, f32); 3] =
        [(60.0, 82.0, 40.0, 0.9), (140.0, 54.0, 30.0, 0.05), (190.0, 114.0, 22.0, 1.0)];
    DMatrix::from_fn(160, 240, |y, x| {
        let (x, y) = (x as f32, y as f32);
        let disc = |(centre_x, centre_y, radius, grey): (f32, f32, f32, f32)| {
            ((x - centre_x).powi(2) + (y - centre_y).powi(2) < radius * radius).then_some(grey)
        };
        DISCS.into_iter().find_map(disc).unwrap_or(0.2 + 0.5 * x / 240.0)
    })
}

/// From where on responses are drawn white, so that the many weak ones show: three times their root mean square.
///
/// ```
/// use math::brightest;
/// use nalgebra::dmatrix;
///
/// assert_eq!(brightest(&dmatrix![1.0, 7.0]), 15.0); // the root of (1 + 49) / 2 is 5
/// ```
#[must_use]
pub fn brightest(responses: &DMatrix<f32>) -> f32 {
    let squares: f32 = responses.column_iter().map(|column| column.norm_squared()).sum();
    3.0 * (squares / responses.len() as f32).sqrt()
}

/// How strongly a kernel responds, convolved with the picture: the response without its sign, wherever the kernel fits.
///
/// ```
/// use math::{Stencil, response_size};
/// use nalgebra::dmatrix;
///
/// let step = dmatrix![0.0, 0.0, 1.0, 1.0; 0.0, 0.0, 1.0, 1.0; 0.0, 0.0, 1.0, 1.0];
/// assert_eq!(response_size(&step, &Stencil::laplacian().weights), Ok(dmatrix![1.0, 1.0]));
/// ```
///
/// # Errors
/// As [`convolve`].
pub fn response_size(picture: &DMatrix<f32>, kernel: &DMatrix<f32>) -> Result<DMatrix<f32>, ShapeError> {
    let mut response = convolve(picture, kernel, Valid)?;
    response.apply(|value| *value = value.abs());
    Ok(response)
}

/// A smaller picture, no side longer than `longest`: each value is the mean of a square block, at the lower and
/// right edge of what is left of it.
///
/// Reduce a Laplacian by its absolute values: signed, light and dark beside an edge cancel.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::reduce;
///
/// assert_eq!(reduce(&dmatrix![1.0, 2.0, 5.0; 3.0, 6.0, 7.0], 2), dmatrix![3.0, 6.0]);
/// ```
#[must_use]
pub fn reduce(picture: &DMatrix<f32>, longest: usize) -> DMatrix<f32> {
    let (rows, columns) = picture.shape();
    let block = rows.max(columns).div_ceil(longest.max(1)).max(1);
    DMatrix::from_fn(rows.div_ceil(block), columns.div_ceil(block), |i, j| {
        let (row, column) = (i * block, j * block);
        picture.view((row, column), (block.min(rows - row), block.min(columns - column))).mean()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    #[test]
    fn blocks_cut_off_by_the_edge_are_averaged_over_what_is_left() {
        let picture =
            DMatrix::from_row_slice(3, 5, &[1., 3., 5., 5., 9., 1., 3., 7., 7., 1., 2., 4., 8., 0., 6.]);
        assert_eq!(reduce(&picture, 3), dmatrix![2.0, 6.0, 5.0; 3.0, 4.0, 6.0]);
        assert_eq!(reduce(&picture, 5), picture);
        assert_eq!(reduce(&picture, 0).shape(), (1, 1));
    }
}
