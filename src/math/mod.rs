//! The arithmetic: small, pure, and generic over the number wherever a person could follow by hand.

mod activation;
mod backpropagation;
mod batch_norm;
mod bins;
mod bounding_box;
mod calibration;
mod conv;
mod cross_entropy;
mod descent;
mod feature_map;
mod gradient;
mod head;
mod label_rule;
mod label_task;
mod label_training;
mod metrics;
mod network;
mod orientation;
mod picture;
mod polynomial;
mod real;
mod relu;
mod sgd;
mod shape;
mod shortcut;
mod softmax;
mod spread;
mod steering;
mod stencil;
mod trial;
mod velocity_head;

pub use activation::{bipolar_sigmoid, bipolar_sigmoid_derivative, sigmoid, sigmoid_derivative};
pub use batch_norm::{BatchNorm, BatchNormGradient, Normalised};
pub use bins::{BinError, Bins, MAX_BINS};
pub use bounding_box::{BoundingBox, NoArea};
pub use calibration::Calibration;
pub use conv::{
    Padding, Window, convolution_matrix, convolve, convolve_input_gradient, convolve_kernel_gradient,
    cross_correlate, cross_correlate_input_gradient, cross_correlate_kernel_gradient, rot180,
};
pub use cross_entropy::{sigmoid_cross_entropy, soft_cross_entropy, softmax_cross_entropy};
pub use descent::{cosine, descend};
pub use feature_map::FeatureMap;
pub use gradient::{Slope, central_differences, slopes};
pub use head::{Head, Samples, Targets};
pub use label_rule::{LabelRule, cumulative, descending, shares};
pub use label_task::LabelTask;
pub use label_training::{Judged, LabelTraining, Learned, Reading};
pub use metrics::{Confusion, LabelError, Outcomes, argmax, categorical_accuracy, one_hot};
pub use network::{Layer, Network};
pub use orientation::orientations;
pub use picture::{MAX_PIXELS, PictureError, read_png, reduce, write_png};
pub use polynomial::Polynomial;
pub use real::Real;
pub use relu::{relu, relu_derivative, relu_filter_gradient, squared_error};
pub use sgd::Sgd;
pub use shape::{MapShape, MapShapeError, Shape, ShapeError};
pub use shortcut::{Cost, Shortcut};
pub use softmax::{log_sum_exp, softmax};
pub use spread::Spread;
pub use steering::{Demonstrations, State, Steering, Velocity};
pub use stencil::{Stencil, hessian, order_of_accuracy};
pub use trial::{Budget, Outcome, STATE, Trial, TrialError};
pub use velocity_head::{Answer, VelocityHead};

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
