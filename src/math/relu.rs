//! The rectified linear unit and the squared error behind it.

use super::number::{Number, Piecewise};
use super::shape::ShapeError;
use nalgebra::DMatrix;
use num_traits::One;
use std::ops::{Div, Sub};

/// The rectified linear unit, max(x, 0), entry by entry (Nair and Hinton 2010).
///
/// ```
/// use nalgebra::dmatrix;
/// use math::relu;
///
/// assert_eq!(relu(&dmatrix![-2, 0, 3]), dmatrix![0, 0, 3]);
/// ```
#[must_use]
pub fn relu<T: Piecewise>(pre_activation: &DMatrix<T>) -> DMatrix<T> {
    pre_activation.map(Piecewise::relu)
}

/// The derivative of [`relu`]: 1 where the pre-activation is positive, else 0, also at its kink at 0.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::relu_derivative;
///
/// assert_eq!(relu_derivative(&dmatrix![-2, 0, 3]), dmatrix![0, 0, 1]);
/// ```
#[must_use]
pub fn relu_derivative<T: Piecewise>(pre_activation: &DMatrix<T>) -> DMatrix<T> {
    pre_activation.map(Piecewise::relu_derivative)
}

/// The squared error ½ Σ (output − target)², whose gradient at the output is output − target.
///
/// # Errors
/// If the two have not the same shape.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::squared_error;
///
/// assert_eq!(squared_error(&dmatrix![1.0, 2.0], &dmatrix![0.0, 4.0]), Ok(2.5));
/// ```
pub fn squared_error<T>(output: &DMatrix<T>, target: &DMatrix<T>) -> Result<T, ShapeError>
where
    T: Number + One + Sub<Output = T> + Div<Output = T>,
{
    ShapeError::unless_equal("squared error", ("output", output.shape()), ("target", target.shape()))?;
    let square = |(output, target): (&T, &T)| {
        let error = output.clone() - target.clone();
        error.clone() * error
    };
    let sum = output.iter().zip(target).map(square).fold(T::zero(), |sum, square| sum + square);
    Ok(sum / (T::one() + T::one()))
}
