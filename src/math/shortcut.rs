//! Shortcuts of a residual block whose shape changes: padding with zeros, and projection (He et al. 2015,
//! "Deep Residual Learning for Image Recognition", sections 3.2 and 3.3, options A and B).

use super::feature_map::{FeatureMap, convolution_1x1_shape, subsampled};
use super::shape::{MapShape, MapShapeError, ShapeError};
use nalgebra::DMatrix;

/// How x comes to the shape of F(x), so that the two can be added.
///
/// Where the size changes too, both take every `stride`-th row and column.
#[derive(Clone, Debug, PartialEq)]
pub enum Shortcut {
    /// Channels of zeros before and after those of x. Without any, and at stride 1, this is the identity.
    Padding {
        /// Channels of zeros before.
        before: usize,
        /// Channels of zeros after.
        after: usize,
    },
    /// A learned matrix W, outputs × channels, at every pixel: a 1×1 convolution.
    Projection(DMatrix<f64>),
}

/// What a shortcut costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Numbers to learn.
    pub parameters: usize,
    /// Multiplications for one forward pass over the whole batch.
    pub multiplications: usize,
}

impl Shortcut {
    /// The matrix, outputs × channels, that the shortcut applies to each pixel: for padding an identity with
    /// zeros above and below it, because padding is a linear projection too.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::Shortcut;
    ///
    /// let padding = Shortcut::Padding { before: 1, after: 2 };
    /// assert_eq!(padding.matrix(2), dmatrix![0.0, 0.0; 1.0, 0.0; 0.0, 1.0; 0.0, 0.0; 0.0, 0.0]);
    /// ```
    #[must_use]
    pub fn matrix(&self, channels: usize) -> DMatrix<f64> {
        match self {
            Self::Padding { before, after } => {
                padded(&DMatrix::identity(channels, channels), *before, *after)
            }
            Self::Projection(weights) => weights.clone(),
        }
    }

    /// What the shortcut makes of x.
    ///
    /// # Errors
    /// If a projection has not a column for each channel of x.
    ///
    /// # Panics
    /// If `stride` is zero.
    ///
    /// ```
    /// use math::{FeatureMap, Shortcut};
    ///
    /// let x = FeatureMap::from_fn([64, 32, 32, 3], |[.., c]| c as f64);
    /// let y = Shortcut::Padding { before: 7, after: 6 }.forward(&x, 2)?;
    /// assert_eq!(y.shape(), [64, 16, 16, 16]);
    /// assert_eq!(y.pixel(0, 0, 0), [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0].map(f64::from));
    /// # Ok::<(), math::MapShapeError>(())
    /// ```
    pub fn forward(&self, x: &FeatureMap, stride: usize) -> Result<FeatureMap, MapShapeError> {
        let x = x.subsample(stride);
        match self {
            Self::Padding { before, after } => Ok(x.with_pixels(padded(x.pixels(), *before, *after))),
            Self::Projection(weights) => x.convolve_1x1(weights),
        }
    }

    /// The shape of what the shortcut makes of an x of that shape.
    ///
    /// ```
    /// use math::Shortcut;
    ///
    /// let zeros = Shortcut::Padding { before: 7, after: 6 };
    /// assert_eq!(zeros.output_shape([64, 32, 32, 3], 2), Ok([64, 16, 16, 16]));
    /// ```
    ///
    /// # Errors
    /// As [`forward`](Self::forward).
    ///
    /// # Panics
    /// If `stride` is zero.
    pub fn output_shape(&self, x: MapShape, stride: usize) -> Result<MapShape, MapShapeError> {
        let [batch, height, width, channels] = subsampled(x, stride);
        match self {
            Self::Padding { before, after } => Ok([batch, height, width, before + channels + after]),
            Self::Projection(weights) => convolution_1x1_shape([batch, height, width, channels], weights),
        }
    }

    /// What the shortcut passes back from `delta`, the gradient of its output: the gradient of x, and for a
    /// projection that of W. Padding has nothing to learn, and what reaches its zeros is lost.
    ///
    /// # Errors
    /// As [`forward`](Self::forward), or if `delta` has not the output's shape.
    ///
    /// # Panics
    /// If `stride` is zero.
    pub fn backward(
        &self,
        x: &FeatureMap,
        delta: &FeatureMap,
        stride: usize,
    ) -> Result<(FeatureMap, Option<DMatrix<f64>>), MapShapeError> {
        let output = ("output", self.output_shape(x.shape(), stride)?);
        ShapeError::unless_equal("gradient of a shortcut", ("delta", delta.shape()), output)?;
        let (pixels, weights) = match self {
            Self::Padding { before, .. } => (delta.pixels().rows(*before, x.shape()[3]).into_owned(), None),
            Self::Projection(weights) => (
                weights.transpose() * delta.pixels(),
                Some(delta.pixels() * x.subsample(stride).pixels().transpose()),
            ),
        };
        Ok((delta.with_pixels(pixels).subsample_gradient(stride, x.shape())?, weights))
    }

    /// What the shortcut costs on an x of that shape.
    ///
    /// ```
    /// use math::Shortcut;
    ///
    /// let cost = Shortcut::Projection(nalgebra::DMatrix::zeros(16, 3)).cost([64, 32, 32, 3], 1);
    /// assert_eq!((cost.parameters, cost.multiplications), (48, 64 * 32 * 32 * 48));
    /// ```
    ///
    /// # Panics
    /// If `stride` is zero.
    #[must_use]
    pub fn cost(&self, [batch, height, width, _]: MapShape, stride: usize) -> Cost {
        let parameters = match self {
            Self::Padding { .. } => 0,
            Self::Projection(weights) => weights.len(),
        };
        let pixels = batch * height.div_ceil(stride) * width.div_ceil(stride);
        Cost { parameters, multiplications: parameters * pixels }
    }
}

fn padded(pixels: &DMatrix<f64>, before: usize, after: usize) -> DMatrix<f64> {
    let mut padded = DMatrix::zeros(before + pixels.nrows() + after, pixels.ncols());
    padded.rows_mut(before, pixels.nrows()).copy_from(pixels);
    padded
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    fn sample(shape: MapShape) -> FeatureMap {
        let mut next = 0.0;
        FeatureMap::from_fn(shape, |_| {
            next = (next * 5.0 + 3.0) % 17.0;
            next - 8.0
        })
    }

    fn dot(a: &FeatureMap, b: &FeatureMap) -> f64 {
        assert_eq!(a.shape(), b.shape());
        a.pixels().dot(b.pixels())
    }

    #[test]
    fn padding_is_the_projection_by_its_matrix() {
        let (x, padding) = (sample([2, 3, 5, 3]), Shortcut::Padding { before: 2, after: 1 });
        let projection = Shortcut::Projection(padding.matrix(3));
        for stride in [1, 2] {
            let output = padding.forward(&x, stride).expect("fits");
            assert_eq!(Ok(&output), projection.forward(&x, stride).as_ref());
            let (from_padding, nothing) = padding.backward(&x, &output, stride).expect("fits");
            let (from_projection, weights) = projection.backward(&x, &output, stride).expect("fits");
            assert_eq!(from_padding, from_projection);
            assert_eq!((nothing, weights.map(|w| w.shape())), (None, Some((6, 3))));
        }
    }

    #[test]
    fn a_projection_by_hand() {
        let x = FeatureMap::from_pixels([1, 1, 2, 2], dmatrix![1.0, 3.0; 2.0, 4.0]).expect("shape");
        let shortcut = Shortcut::Projection(dmatrix![1.0, 0.0; 2.0, 1.0; 0.0, 3.0]);
        let output = shortcut.forward(&x, 1).expect("fits");
        assert_eq!(output.pixels(), &dmatrix![1.0, 3.0; 4.0, 10.0; 6.0, 12.0]);
        let delta =
            FeatureMap::from_pixels([1, 1, 2, 3], dmatrix![1.0, 0.0; 0.0, 1.0; 2.0, 0.0]).expect("shape");
        let (x_gradient, weights_gradient) = shortcut.backward(&x, &delta, 1).expect("fits");
        assert_eq!(x_gradient.pixels(), &dmatrix![1.0, 2.0; 6.0, 1.0]);
        assert_eq!(weights_gradient, Some(dmatrix![1.0, 2.0; 3.0, 4.0; 2.0, 4.0]));
    }

    /// ⟨δ, S(x)⟩ = ⟨S*(δ), x⟩ with S* the backward pass: what makes it the gradient of a linear map.
    #[test]
    #[expect(clippy::float_cmp, reason = "whole numbers, without rounding")]
    fn backward_is_the_adjoint_of_forward() {
        let x = sample([2, 5, 4, 3]);
        for shortcut in [
            Shortcut::Padding { before: 0, after: 2 },
            Shortcut::Projection(
                dmatrix![1.0, -2.0, 3.0; 4.0, 0.0, -1.0; 2.0, 2.0, 5.0; 0.0, 1.0, 0.0; 7.0, 0.0, 0.0],
            ),
        ] {
            for stride in [1, 2, 3] {
                let output = shortcut.forward(&x, stride).expect("fits");
                assert_eq!(shortcut.output_shape(x.shape(), stride), Ok(output.shape()));
                let delta = sample(output.shape());
                let (x_gradient, weights_gradient) = shortcut.backward(&x, &delta, stride).expect("fits");
                assert_eq!(dot(&delta, &output), dot(&x_gradient, &x));
                if let (Some(gradient), Shortcut::Projection(weights)) = (weights_gradient, &shortcut) {
                    assert_eq!(dot(&delta, &output), gradient.dot(weights));
                }
            }
        }
    }

    #[test]
    fn a_delta_of_another_shape_is_an_error() {
        let (x, shortcut) = (sample([1, 4, 4, 3]), Shortcut::Padding { before: 0, after: 1 });
        let error = shortcut.backward(&x, &sample([1, 4, 4, 4]), 2).expect_err("stride 2 halves the size");
        assert_eq!(
            error.to_string(),
            "gradient of a shortcut: a delta of 1×4×4×4 differs from an output of 1×2×2×4"
        );
    }
}
