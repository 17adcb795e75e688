//! The arithmetic: small, pure, and generic over the number wherever a person could follow by hand.

mod batch_norm;
mod bins;
mod bounding_box;
mod conv;
mod descent;
mod feature_map;
mod gradient;
mod metrics;
mod orientation;
mod picture;
mod polynomial;
mod relu;
mod shape;
mod shortcut;
mod stencil;

pub use batch_norm::{BatchNorm, BatchNormGradient, Normalised};
pub use bins::{BinError, Bins, MAX_BINS};
pub use bounding_box::{BoundingBox, NoArea};
pub use conv::{
    Padding, Window, convolution_matrix, convolve, convolve_input_gradient, convolve_kernel_gradient,
    cross_correlate, cross_correlate_input_gradient, cross_correlate_kernel_gradient, rot180,
};
pub use descent::{cosine, descend};
pub use feature_map::FeatureMap;
pub use gradient::{Slope, central_differences, slopes};
pub use metrics::{Confusion, LabelError, Outcomes, argmax, one_hot};
pub use orientation::orientations;
pub use picture::{MAX_PIXELS, PictureError, read_png, reduce, write_png};
pub use polynomial::Polynomial;
pub use relu::{relu, relu_derivative, relu_filter_gradient, squared_error};
pub use shape::{MapShape, MapShapeError, Shape, ShapeError};
pub use shortcut::{Cost, Shortcut};
pub use stencil::{Stencil, hessian, order_of_accuracy};

use crate::Exact;
use nalgebra::{DMatrix, Scalar};
use num_traits::{ToPrimitive, Zero};
use std::ops::Mul;

/// What the shared operations ask of a number: it can be added and multiplied, and there is a zero.
///
/// [`Exact`] fractions, `f64` and `f32` are numbers, and so are the sums of products that a page
/// shows, so that one convolution serves them all.
pub trait Number: Scalar + Zero + Mul<Output = Self> {}

impl<T: Scalar + Zero + Mul<Output = T>> Number for T {}

/// The matrix in double precision, where a square root or a plot asks for it.
///
/// An exact number beyond the range of a double becomes infinite.
#[must_use]
pub fn to_f64(matrix: &DMatrix<Exact>) -> DMatrix<f64> {
    matrix.map(|exact| exact.to_f64().unwrap_or(f64::NAN))
}
