//! The arithmetic that a person works out by hand: small, pure, and generic over the number wherever one can follow.

pub(crate) mod activation;
pub(crate) mod batch_norm;
pub(crate) mod bins;
pub(crate) mod border;
pub(crate) mod bounding_box;
mod caught;
pub(crate) mod conv;
pub(crate) mod cross_entropy;
pub(crate) mod descent;
pub(crate) mod feature_map;
pub(crate) mod forward;
pub(crate) mod gradient;
pub(crate) mod label_rule;
pub(crate) mod metrics;
pub(crate) mod number;
pub(crate) mod orientation;
pub(crate) mod picture;
pub(crate) mod polynomial;
pub(crate) mod real;
pub(crate) mod relu;
pub(crate) mod shape;
pub(crate) mod shortcut;
pub(crate) mod softmax;
pub(crate) mod stencil;

pub use activation::{bipolar_sigmoid, bipolar_sigmoid_derivative, sigmoid, sigmoid_derivative};
pub use batch_norm::{BatchNorm, BatchNormGradient, Normalised};
pub use bins::{BinError, Bins, MAX_BINS};
pub use border::{Border, bordered};
pub use bounding_box::{BoundingBox, BoxError, boxes_on_grid, sides};
pub use conv::{
    Padding, Window, convolution_matrix, convolve, convolve_input_gradient, convolve_kernel_gradient,
    cross_correlate, cross_correlate_input_gradient, cross_correlate_kernel_gradient, rot180,
};
pub use cross_entropy::{sigmoid_cross_entropy, soft_cross_entropy, softmax_cross_entropy};
pub use descent::{cosine, descend, trajectory};
pub use feature_map::FeatureMap;
pub use forward::Forward;
pub use gradient::{Slope, central_differences, quadratic_slopes, slopes};
pub use label_rule::{LabelRule, cumulative, descending, shares};
pub use metrics::{
    Confusion, LabelError, Outcomes, argmax, binary_accuracy, categorical_accuracy, one_hot, rivals,
    top_k_accuracy,
};
pub use number::{Number, Piecewise, to_f64};
pub use orientation::{orientations, readings};
pub use picture::{MAX_PIXELS, MAX_SIDE, PictureError, read_png, reduce, write_png};
pub use polynomial::Polynomial;
pub use real::Real;
pub use relu::{relu, relu_derivative, squared_error};
pub use shape::{MapShape, MapShapeError, Shape, ShapeError};
pub use shortcut::{Cost, Shortcut};
pub use softmax::{log_sum_exp, softmax};
pub use stencil::{Stencil, hessian, order_of_accuracy};
