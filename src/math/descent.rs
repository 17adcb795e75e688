//! Gradient descent, and how directions compare.

use super::number::{Number, to_f64};
use nalgebra::{DMatrix, Scalar};
use num_traits::ToPrimitive;
use std::ops::Sub;

/// One step of gradient descent: `parameters − learning_rate · gradient`, entry by entry.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::descend;
///
/// assert_eq!(descend(&dmatrix![1.0, 2.0], &dmatrix![4.0, -4.0], &0.5), dmatrix![-1.0, 4.0]);
/// ```
///
/// # Panics
/// If the gradient has another shape than the parameters: a gradient never has.
#[must_use]
pub fn descend<T: Number + Sub<Output = T>>(
    parameters: &DMatrix<T>,
    gradient: &DMatrix<T>,
    learning_rate: &T,
) -> DMatrix<T> {
    parameters.zip_map(gradient, |parameter, slope| parameter - learning_rate.clone() * slope)
}

/// Gradient descent step by step: the parameters as they are at first and after each of so many steps along the gradient
/// that stands at where they are then.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::trajectory;
///
/// // The gradient of x² is 2x.
/// let halving = trajectory(&dmatrix![8.0], &0.25, 3, |x| 2.0 * x);
/// assert_eq!(halving, [dmatrix![8.0], dmatrix![4.0], dmatrix![2.0], dmatrix![1.0]]);
/// ```
pub fn trajectory<T: Number + Sub<Output = T>>(
    start: &DMatrix<T>,
    learning_rate: &T,
    steps: usize,
    gradient: impl Fn(&DMatrix<T>) -> DMatrix<T>,
) -> Vec<DMatrix<T>> {
    let next = |parameters: &DMatrix<T>| descend(parameters, &gradient(parameters), learning_rate);
    std::iter::successors(Some(start.clone()), |parameters| Some(next(parameters))).take(steps + 1).collect()
}

/// A rule, repeated: where it has led, and the loss there.
#[derive(Clone, Debug)]
pub struct Run {
    /// What the rule is called.
    pub name: &'static str,
    /// The parameters as they are at first and after each update.
    pub parameters: Vec<DMatrix<f64>>,
    /// The loss at each of them.
    pub losses: Vec<f64>,
}

impl Run {
    /// A [`trajectory`], with the loss along it.
    ///
    /// ```
    /// use math::{Run, trajectory};
    /// use nalgebra::dmatrix;
    ///
    /// let halving = trajectory(&dmatrix![8.0], &0.25, 2, |x| 2.0 * x);
    /// assert_eq!(Run::new("x²", halving, |x| x[0] * x[0]).losses, [64.0, 16.0, 4.0]);
    /// ```
    pub fn new(
        name: &'static str,
        parameters: Vec<DMatrix<f64>>,
        loss: impl Fn(&DMatrix<f64>) -> f64,
    ) -> Self {
        Self { name, losses: parameters.iter().map(loss).collect(), parameters }
    }
}

/// The cosine of the angle between two matrices taken as vectors: 1 the same direction, −1 the opposite one.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::cosine;
///
/// assert_eq!(cosine(&dmatrix![3.0, 4.0], &dmatrix![-6.0, -8.0]), -1.0);
/// ```
#[must_use]
pub fn cosine<T: Scalar + ToPrimitive>(a: &DMatrix<T>, b: &DMatrix<T>) -> f64 {
    let (a, b) = (to_f64(a), to_f64(b));
    a.dot(&b) / (a.norm() * b.norm())
}
