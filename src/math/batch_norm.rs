//! Batch normalisation in training mode and its gradient (Ioffe and Szegedy 2015, section 3, algorithm 1).

use super::feature_map::FeatureMap;
use super::shape::{MapShapeError, ShapeError};
use nalgebra::{DMatrix, DVector};

/// Normalises each channel to mean 0 and variance 1 over batch, height and width, then scales and shifts it.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchNorm {
    /// γ, a factor for each channel.
    pub scale: DVector<f64>,
    /// β, a summand for each channel.
    pub shift: DVector<f64>,
    /// ε, added to the variance before its root is taken; 10⁻⁵ in most libraries.
    pub epsilon: f64,
}

/// What a [`BatchNorm`] passes back.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchNormGradient {
    /// To its input: through the value itself, and through mean and variance, in which every value of the channel
    /// has its part.
    pub input: FeatureMap,
    /// To γ.
    pub scale: DVector<f64>,
    /// To β.
    pub shift: DVector<f64>,
}

impl BatchNorm {
    /// With γ = 1 and β = 0, as training begins.
    #[must_use]
    pub fn new(channels: usize, epsilon: f64) -> Self {
        Self {
            scale: DVector::from_element(channels, 1.0),
            shift: DVector::from_element(channels, 0.0),
            epsilon,
        }
    }

    /// γ·x̂ + β, where x̂ = (x − μ) / √(σ² + ε), with μ and σ² of `x` itself.
    ///
    /// # Errors
    /// If γ and β have not a value for each channel of `x`.
    ///
    /// ```
    /// use nalgebra::dvector;
    /// use math::{BatchNorm, FeatureMap};
    ///
    /// let x = FeatureMap::from_fn([2, 1, 2, 1], |[n, ..]| if n == 0 { 1.0 } else { 5.0 }); // 1 1 5 5
    /// let batch_norm = BatchNorm { scale: dvector![10.0], shift: dvector![3.0], epsilon: 0.0 };
    /// let y = batch_norm.forward(&x)?; // μ = 3 and σ² = 4, so x̂ is -1 -1 1 1
    /// assert_eq!(y.pixels().as_slice(), [-7.0, -7.0, 13.0, 13.0]);
    /// # Ok::<(), math::MapShapeError>(())
    /// ```
    pub fn forward(&self, x: &FeatureMap) -> Result<FeatureMap, MapShapeError> {
        self.expect_channels_of(x)?;
        let [mean, deviation] = self.mean_and_deviation(x);
        Ok(x.with_pixels(each_channel(x.pixels(), |c, value| {
            self.scale[c] * ((value - mean[c]) / deviation[c]) + self.shift[c]
        })))
    }

    /// μ and √(σ² + ε) of each channel.
    fn mean_and_deviation(&self, x: &FeatureMap) -> [DVector<f64>; 2] {
        let [mean, variance] = mean_and_variance(x);
        [mean, variance.map(|value| (value + self.epsilon).sqrt())]
    }

    fn expect_channels_of(&self, x: &FeatureMap) -> Result<(), MapShapeError> {
        for (name, vector) in [("scale", &self.scale), ("shift", &self.shift)] {
            if vector.len() != x.shape()[3] {
                return Err(Box::new(ShapeError {
                    operation: "batch normalisation",
                    first: (name, [1, 1, 1, vector.len()]),
                    relation: "does not fit",
                    second: ("input", x.shape()),
                }));
            }
        }
        Ok(())
    }

    /// What the normalisation of `x` passes back from `delta`, the gradient of its output.
    ///
    /// The three ways by which a value reaches the loss (Ioffe and Szegedy 2015, section 3) add up to
    /// γ / √(σ² + ε) · (δ − mean(δ) − x̂ · mean(δ·x̂)).
    ///
    /// # Errors
    /// As [`forward`](Self::forward), or if `delta` has not the output's shape.
    pub fn backward(&self, x: &FeatureMap, delta: &FeatureMap) -> Result<BatchNormGradient, MapShapeError> {
        self.expect_channels_of(x)?;
        let output = ("output", x.shape());
        ShapeError::unless_equal("gradient of batch normalisation", ("delta", delta.shape()), output)?;
        let [mean, deviation] = self.mean_and_deviation(x);
        let normalised = each_channel(x.pixels(), |c, value| (value - mean[c]) / deviation[c]);
        let delta = delta.pixels();
        let product = delta.zip_map(&normalised, |d, x| d * x);
        let (mean_delta, mean_product) = (channel_means(delta), channel_means(&product));
        let through_statistics = each_channel(&normalised, |c, x| mean_delta[c] + x * mean_product[c]);
        let remaining = delta.zip_map(&through_statistics, |d, lost| d - lost);
        let input = each_channel(&remaining, |c, value| self.scale[c] / deviation[c] * value);
        Ok(BatchNormGradient {
            input: x.with_pixels(input),
            scale: channel_sums(&product),
            shift: channel_sums(delta),
        })
    }
}

/// μ and σ² of each channel, over batch, height and width.
///
/// ```
/// use math::{FeatureMap, mean_and_variance};
///
/// let x = FeatureMap::from_fn([2, 1, 2, 1], |[n, ..]| if n == 0 { 1.0 } else { 5.0 }); // 1 1 5 5
/// assert_eq!(mean_and_variance(&x).map(|of_channels| of_channels[0]), [3.0, 4.0]);
/// ```
#[must_use]
pub fn mean_and_variance(x: &FeatureMap) -> [DVector<f64>; 2] {
    let mean = channel_means(x.pixels());
    let mut squares = DVector::zeros(mean.len());
    for pixel in x.pixels().column_iter() {
        squares.zip_zip_apply(&pixel, &mean, |sum, value, mean| *sum += (value - mean) * (value - mean));
    }
    [mean, squares / x.pixels().ncols() as f64]
}

fn each_channel(pixels: &DMatrix<f64>, value: impl Fn(usize, f64) -> f64) -> DMatrix<f64> {
    pixels.map_with_location(|channel, _, x| value(channel, x))
}

/// Pixel by pixel, as they lie in memory.
fn channel_sums(pixels: &DMatrix<f64>) -> DVector<f64> {
    let zero = DVector::from_element(pixels.nrows(), 0.0);
    pixels.column_iter().fold(zero, |sum, pixel| sum + pixel)
}

fn channel_means(pixels: &DMatrix<f64>) -> DVector<f64> {
    channel_sums(pixels) / pixels.ncols() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{dmatrix, dvector};

    fn sample(shift: u32) -> FeatureMap {
        let mut next = shift;
        FeatureMap::from_fn([2, 3, 2, 2], |_| {
            next = (next * 7 + 5) % 31;
            f64::from(next) / 8.0
        })
    }

    fn batch_norm() -> BatchNorm {
        BatchNorm { scale: dvector![1.5, -0.5], shift: dvector![0.25, 2.0], epsilon: 0.125 }
    }

    #[test]
    fn channels_come_out_with_mean_0_and_variance_1() {
        let y = BatchNorm::new(2, 0.0).forward(&sample(1)).expect("fits");
        for channel in y.pixels().row_iter() {
            assert!(channel.mean().abs() < 1e-15);
            assert!((channel.variance() - 1.0).abs() < 1e-14);
        }
    }

    /// Values 3 ± 2 have the variance 4, and with an ε of 5 the root of 9.
    #[test]
    fn epsilon_is_added_to_the_variance() {
        let x = FeatureMap::from_pixels([1, 1, 2, 1], dmatrix![1.0, 5.0]).expect("shape");
        let y = BatchNorm::new(1, 5.0).forward(&x).expect("fits");
        assert_eq!(y.pixels(), &dmatrix![-2.0 / 3.0, 2.0 / 3.0]);
    }

    #[test]
    fn the_gradient_is_the_central_difference() {
        let (x, delta) = (sample(1), sample(2));
        let loss = |batch_norm: &BatchNorm, pixels: DMatrix<f64>| {
            batch_norm.forward(&x.with_pixels(pixels)).expect("fits").pixels().dot(delta.pixels())
        };
        let here = batch_norm();
        let gradient = here.backward(&x, &delta).expect("fits");
        let h = 1e-4;
        let agrees = |analytic: f64, at: &dyn Fn(f64) -> f64| {
            let difference = (at(h) - at(-h)) / (2.0 * h);
            assert!((analytic - difference).abs() < 1e-7, "{analytic} is not {difference}");
        };
        for (i, &analytic) in gradient.input.pixels().iter().enumerate() {
            agrees(analytic, &|step| {
                let mut pixels = x.pixels().clone();
                pixels[i] += step;
                loss(&here, pixels)
            });
        }
        for c in 0..2 {
            let moved = |scale: f64, shift: f64| {
                let mut there = here.clone();
                there.scale[c] += scale;
                there.shift[c] += shift;
                loss(&there, x.pixels().clone())
            };
            agrees(gradient.scale[c], &|step| moved(step, 0.0));
            agrees(gradient.shift[c], &|step| moved(0.0, step));
        }
    }

    #[test]
    fn a_scale_for_other_channels_is_an_error() {
        let error = BatchNorm::new(3, 1e-5).forward(&sample(1)).expect_err("3 are not 2");
        assert_eq!(
            error.to_string(),
            "batch normalisation: a scale of 1×1×1×3 does not fit an input of 2×3×2×2"
        );
    }
}
