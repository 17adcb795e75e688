//! The arithmetic that a person works out by hand: small, pure, and generic over the number wherever one can follow.

pub mod activation;
pub mod batch_norm;
pub mod bins;
pub mod border;
pub mod bounding_box;
mod caught;
pub mod conv;
pub mod cross_entropy;
pub mod descent;
pub mod feature_map;
pub mod forward;
pub mod gradient;
pub mod label_rule;
pub mod metrics;
pub mod number;
pub mod orientation;
pub mod photograph;
pub mod picture;
pub mod polynomial;
pub mod real;
pub mod relu;
pub mod shape;
pub mod shortcut;
pub mod softmax;
pub mod stencil;

/// A fraction of whole numbers without bound: what a person can work out by hand, without rounding.
pub type Exact = num_rational::BigRational;

pub use activation::{bipolar_sigmoid, bipolar_sigmoid_derivative, sigmoid, sigmoid_derivative};
pub use batch_norm::{BatchNorm, BatchNormGradient, mean_and_variance};
pub use bins::{BinError, Bins, MAX_BINS};
pub use border::{Border, bordered};
pub use bounding_box::{BoundingBox, BoxError, boxes_on_grid, how_often_largest, pairs_agreeing_in_x, sides};
pub use conv::{
    Padding, Window, convolution_matrix, convolve, convolve_input_gradient, convolve_kernel_gradient,
    cross_correlate, cross_correlate_input_gradient, cross_correlate_kernel_gradient, rot180,
};
pub use cross_entropy::{sigmoid_cross_entropy, soft_cross_entropy, softmax_cross_entropy};
pub use descent::{Run, cosine, descend, trajectory};
pub use feature_map::{FeatureMap, cross_correlation_shape};
pub use forward::Forward;
pub use gradient::{Slope, central_differences, multiplies, quadratic_slopes, slopes};
pub use label_rule::{
    LabelRule, all_but_one, breaking_tails, cumulative, descending, shares, taken_of_perfect,
};
pub use metrics::{
    Confusion, LabelError, Outcomes, argmax, binary_accuracy, categorical_accuracy, last_argmax, one_hot,
    one_hots, rivals, top_k_accuracy,
};
pub use number::{Number, Piecewise, to_f64};
pub use orientation::{orientations, readings};
pub use photograph::{MAX_PIXELS, MAX_SIDE, PictureError, encode_png, read_png, write_png};
pub use picture::{brightest, reduce, response_size, three_discs};
pub use polynomial::Polynomial;
pub use real::Real;
pub use relu::{relu, relu_derivative, squared_error};
pub use shape::{MapShape, MapShapeError, Shape, ShapeError, sum_shape};
pub use shortcut::{Cost, Shortcut};
pub use softmax::{log_sum_exp, softmax};
pub use stencil::{Derivative, Formula, Stencil, hessian, order_of_accuracy};
