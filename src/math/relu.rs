//! The rectified linear unit and the squared error behind it.

use super::Padding::Valid;
use super::{Number, ShapeError, cross_correlate, cross_correlate_kernel_gradient};
use nalgebra::DMatrix;
use num_traits::{Num, One};

/// The rectified linear unit, max(x, 0), entry by entry (Nair and Hinton 2010).
///
/// ```
/// use nalgebra::dmatrix;
/// use worked_examples::math::relu;
///
/// assert_eq!(relu(&dmatrix![-2, 0, 3]), dmatrix![0, 0, 3]);
/// ```
#[must_use]
pub fn relu<T: Number + PartialOrd>(pre_activation: &DMatrix<T>) -> DMatrix<T> {
    pre_activation.map(|x| if x > T::zero() { x } else { T::zero() })
}

/// The derivative of [`relu`]: 1 where the pre-activation is positive, else 0, also at its kink at 0.
///
/// ```
/// use nalgebra::dmatrix;
/// use worked_examples::math::relu_derivative;
///
/// assert_eq!(relu_derivative(&dmatrix![-2, 0, 3]), dmatrix![0, 0, 1]);
/// ```
#[must_use]
pub fn relu_derivative<T: Number + One + PartialOrd>(pre_activation: &DMatrix<T>) -> DMatrix<T> {
    pre_activation.map(|x| if x > T::zero() { T::one() } else { T::zero() })
}

/// The squared error ½ Σ (output − target)², whose gradient at the output is output − target.
///
/// # Errors
/// If the two have not the same shape.
///
/// ```
/// use nalgebra::dmatrix;
/// use worked_examples::math::squared_error;
///
/// assert_eq!(squared_error(&dmatrix![1.0, 2.0], &dmatrix![0.0, 4.0]), Ok(2.5));
/// ```
pub fn squared_error<T: Number + Num>(output: &DMatrix<T>, target: &DMatrix<T>) -> Result<T, ShapeError> {
    ShapeError::unless_equal("squared error", ("output", output.shape()), ("target", target.shape()))?;
    let square = |(output, target): (&T, &T)| {
        let error = output.clone() - target.clone();
        error.clone() * error
    };
    let sum = output.iter().zip(target).map(square).fold(T::zero(), |sum, square| sum + square);
    Ok(sum / (T::one() + T::one()))
}

/// The gradient of the [`squared_error`] of relu(image ⋆ filter) at the filter: the error, passed back through
/// the [`relu_derivative`] and then to the kernel.
///
/// # Errors
/// If the filter does not fit into the image, or the target has not the output's shape.
///
/// ```
/// use nalgebra::dmatrix;
/// use worked_examples::math::relu_filter_gradient;
///
/// // The pre-activations are 2 and -4; only the first, in error by 1, passes anything back.
/// let gradient = relu_filter_gradient(&dmatrix![1.0, -2.0], &dmatrix![2.0], &dmatrix![1.0, 1.0]);
/// assert_eq!(gradient, Ok(dmatrix![1.0]));
/// ```
pub fn relu_filter_gradient<T: Number + Num + PartialOrd>(
    image: &DMatrix<T>,
    filter: &DMatrix<T>,
    target: &DMatrix<T>,
) -> Result<DMatrix<T>, ShapeError> {
    let pre_activation = cross_correlate(image, filter, Valid)?;
    let (output, passed) = (relu(&pre_activation), relu_derivative(&pre_activation));
    ShapeError::unless_equal("squared error", ("output", output.shape()), ("target", target.shape()))?;
    let delta = output.zip_zip_map(target, &passed, |output, target, passed| (output - target) * passed);
    cross_correlate_kernel_gradient(image, &delta, filter.shape(), Valid)
}
