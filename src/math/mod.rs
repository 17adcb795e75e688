//! The arithmetic: small, pure, and generic over the number wherever a person could follow by hand.

mod activation;
mod backpropagation;
mod conv;
mod cross_entropy;
mod head;
mod network;
mod real;
mod sgd;
mod shape;
mod softmax;

pub use activation::{bipolar_sigmoid, bipolar_sigmoid_derivative, sigmoid, sigmoid_derivative};
pub use conv::{
    Padding, Window, convolve, convolve_input_gradient, convolve_kernel_gradient, cross_correlate,
    cross_correlate_input_gradient, cross_correlate_kernel_gradient, rot180,
};
pub use cross_entropy::{sigmoid_cross_entropy, soft_cross_entropy, softmax_cross_entropy};
pub use head::{Head, Samples, Targets};
pub use network::{Layer, Network};
pub use real::Real;
pub use sgd::Sgd;
pub use shape::{Shape, ShapeError};
pub use softmax::{log_sum_exp, softmax};

use nalgebra::Scalar;
use num_traits::Zero;
use std::ops::Mul;

/// What the shared operations ask of a number: it can be added and multiplied, and there is a zero.
///
/// [`Exact`](crate::Exact) fractions, `f64` and `f32` are numbers, and so are the sums of products that a page
/// shows, so that one convolution serves them all.
pub trait Number: Scalar + Zero + Mul<Output = Self> {}

impl<T: Scalar + Zero + Mul<Output = T>> Number for T {}
