//! The arithmetic: small, pure, and generic over the number wherever a person could follow by hand.

mod batch_norm;
mod bins;
mod bounding_box;
mod conv;
mod feature_map;
mod metrics;
mod picture;
mod polynomial;
mod shape;
mod shortcut;
mod stencil;

pub use batch_norm::{BatchNorm, BatchNormGradient, Normalised};
pub use bins::{BinError, Bins, MAX_BINS};
pub use bounding_box::{BoundingBox, NoArea};
pub use conv::{
    Padding, Window, convolve, convolve_input_gradient, convolve_kernel_gradient, cross_correlate,
    cross_correlate_input_gradient, cross_correlate_kernel_gradient, rot180,
};
pub use feature_map::FeatureMap;
pub use metrics::{Confusion, LabelError, Outcomes, argmax, one_hot};
pub use picture::{MAX_PIXELS, PictureError, read_png, reduce, write_png};
pub use polynomial::Polynomial;
pub use shape::{MapShape, MapShapeError, Shape, ShapeError};
pub use shortcut::{Cost, Shortcut};
pub use stencil::{Stencil, hessian, order_of_accuracy};

use nalgebra::Scalar;
use num_traits::Zero;
use std::ops::Mul;

/// What the shared operations ask of a number: it can be added and multiplied, and there is a zero.
///
/// [`Exact`](crate::Exact) fractions, `f64` and `f32` are numbers, and so are the sums of products that a page
/// shows, so that one convolution serves them all.
pub trait Number: Scalar + Zero + Mul<Output = Self> {}

impl<T: Scalar + Zero + Mul<Output = T>> Number for T {}
