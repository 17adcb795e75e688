//! What counts as a number.

use crate::Exact;
use nalgebra::{DMatrix, Scalar};
use num_traits::{One, ToPrimitive, Zero};
use std::ops::{Mul, Sub};

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
pub fn to_f64<T: Scalar + ToPrimitive>(matrix: &DMatrix<T>) -> DMatrix<f64> {
    matrix.map(|number| number.to_f64().unwrap_or(f64::NAN))
}

/// A number of which the sign, and the larger of two, can be told: what a `ReLU` and a maximum ask for.
///
/// A number that remembers how it was made remembers these as functions by name.
pub trait Piecewise: Number + One + PartialOrd + Sub<Output = Self> {
    /// max(x, 0).
    #[must_use]
    fn relu(self) -> Self {
        if self > Self::zero() { self } else { Self::zero() }
    }

    /// The derivative of [`relu`](Self::relu): 1 for a positive number, else 0, also at the kink at 0.
    #[must_use]
    fn relu_derivative(self) -> Self {
        if self > Self::zero() { Self::one() } else { Self::zero() }
    }

    /// The larger of two numbers.
    #[must_use]
    fn maximum(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    /// The smaller of two numbers.
    #[must_use]
    fn minimum(self, other: Self) -> Self {
        if other < self { other } else { self }
    }

    /// The number without its sign.
    ///
    /// ```
    /// use math::Piecewise;
    ///
    /// assert_eq!((-3).absolute(), 3);
    /// ```
    #[must_use]
    fn absolute(self) -> Self {
        if self < Self::zero() { Self::zero() - self } else { self }
    }
}

impl Piecewise for i32 {}
impl Piecewise for i64 {}
impl Piecewise for f32 {}
impl Piecewise for f64 {}
impl Piecewise for Exact {}
