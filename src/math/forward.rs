//! What a convolutional layer computes: one of two conventions.

use super::conv::{Padding, convolve, cross_correlate, rot180};
use super::number::Number;
use super::shape::ShapeError;
use nalgebra::DMatrix;

/// What a layer computes on the way forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Forward {
    /// The kernel is turned by 180° before it slides.
    #[value(help = None)]
    Convolution,
    /// The kernel slides as it is.
    #[value(help = None)]
    CrossCorrelation,
}

impl Forward {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Convolution => Self::CrossCorrelation,
            Self::CrossCorrelation => Self::Convolution,
        }
    }

    /// The first for a convolution, and the second for a cross-correlation.
    ///
    /// ```
    /// use math::Forward;
    ///
    /// assert_eq!(Forward::CrossCorrelation.either("∗", "★"), "★");
    /// ```
    pub fn either<T>(self, convolution: T, cross_correlation: T) -> T {
        match self {
            Self::Convolution => convolution,
            Self::CrossCorrelation => cross_correlation,
        }
    }

    /// What a layer, over whose edge no kernel hangs, passes back to its kernel: the input ★ the delta, turned as the kernel was.
    ///
    /// # Errors
    /// If the delta is larger than the input.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::Forward;
    ///
    /// let (input, delta) = (dmatrix![1, 2, 3], dmatrix![1, 0]);
    /// assert_eq!(Forward::Convolution.kernel_gradient(&input, &delta), Ok(dmatrix![2, 1]));
    /// assert_eq!(Forward::CrossCorrelation.kernel_gradient(&input, &delta), Ok(dmatrix![1, 2]));
    /// ```
    pub fn kernel_gradient<T: Number>(
        self,
        input: &DMatrix<T>,
        delta: &DMatrix<T>,
    ) -> Result<DMatrix<T>, ShapeError> {
        Ok(self.turn(&cross_correlate(input, delta, Padding::Valid)?))
    }

    /// Slides the kernel over the input: [`convolve`] or [`cross_correlate`].
    ///
    /// # Errors
    /// As these.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::{Forward, Padding::Valid};
    ///
    /// let (input, kernel) = (dmatrix![1, 2, 3], dmatrix![1, 10]);
    /// assert_eq!(Forward::Convolution.slide(&input, &kernel, Valid), Ok(dmatrix![12, 23]));
    /// assert_eq!(Forward::CrossCorrelation.slide(&input, &kernel, Valid), Ok(dmatrix![21, 32]));
    /// ```
    pub fn slide<T: Number>(
        self,
        input: &DMatrix<T>,
        kernel: &DMatrix<T>,
        padding: Padding,
    ) -> Result<DMatrix<T>, ShapeError> {
        match self {
            Self::Convolution => convolve(input, kernel, padding),
            Self::CrossCorrelation => cross_correlate(input, kernel, padding),
        }
    }

    /// What the layer does with its kernel before it slides, and with what the kernel collects: [`rot180`], or nothing.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::Forward;
    ///
    /// assert_eq!(Forward::Convolution.turn(&dmatrix![1, 2]), dmatrix![2, 1]);
    /// assert_eq!(Forward::CrossCorrelation.turn(&dmatrix![1, 2]), dmatrix![1, 2]);
    /// ```
    #[must_use]
    pub fn turn<T: Number>(self, matrix: &DMatrix<T>) -> DMatrix<T> {
        match self {
            Self::Convolution => rot180(matrix),
            Self::CrossCorrelation => matrix.clone(),
        }
    }
}
