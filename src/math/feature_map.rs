//! Feature maps: a batch of images with channels, stored so that a 1×1 convolution is one matrix product.

use super::conv::{Window, add_cross_correlation};
use super::relu::relu;
use super::shape::{MapShape, MapShapeError, Shape, ShapeError, sum_shape};
use nalgebra::DMatrix;

/// A tensor of (batch, height, width, channels), one pixel a column: a matrix of channels × pixels.
///
/// Column by column this is the order in which `NumPy` lays out an array of that shape.
#[derive(Clone, Debug)]
pub struct FeatureMap {
    shape: MapShape,
    pixels: DMatrix<f64>,
}

/// Number by number as they lie in memory: a whole batch is compared.
impl PartialEq for FeatureMap {
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape && self.pixels.as_slice() == other.pixels.as_slice()
    }
}

impl FeatureMap {
    /// The feature map whose value at batch n, row y, column x and channel c is `value([n, y, x, c])`.
    ///
    /// ```
    /// use math::FeatureMap;
    ///
    /// let x = FeatureMap::from_fn([1, 2, 2, 3], |[_, y, x, c]| (100 * y + 10 * x + c) as f64);
    /// assert_eq!(x.pixel(0, 1, 0), [100.0, 101.0, 102.0]);
    /// ```
    pub fn from_fn(shape: MapShape, mut value: impl FnMut(MapShape) -> f64) -> Self {
        let [batch, height, width, channels] = shape;
        let mut values = Vec::with_capacity(batch * height * width * channels);
        for n in 0..batch {
            for y in 0..height {
                for x in 0..width {
                    values.extend((0..channels).map(|c| value([n, y, x, c])));
                }
            }
        }
        let pixels = DMatrix::from_vec(channels, batch * height * width, values);
        Self { shape, pixels }
    }

    /// A matrix of channels × pixels as a feature map; pixels in the order batch, row, column.
    ///
    /// # Errors
    /// If the matrix has not as many rows as the shape has channels, and as many columns as it has pixels.
    pub fn from_pixels(shape: MapShape, pixels: DMatrix<f64>) -> Result<Self, ShapeError> {
        let [batch, height, width, channels] = shape;
        let expected: Shape = (channels, batch * height * width);
        ShapeError::unless_equal(
            "feature map",
            ("matrix", pixels.shape()),
            ("channels × pixels matrix", expected),
        )?;
        Ok(Self { shape, pixels })
    }

    /// Batch, height, width and channels.
    #[must_use]
    pub fn shape(&self) -> MapShape {
        self.shape
    }

    /// Channels × pixels.
    #[must_use]
    pub fn pixels(&self) -> &DMatrix<f64> {
        &self.pixels
    }

    /// The channels of one pixel.
    ///
    /// # Panics
    /// If there is no such pixel.
    #[must_use]
    pub fn pixel(&self, n: usize, y: usize, x: usize) -> &[f64] {
        let [batch, height, width, channels] = self.shape;
        assert!(n < batch && y < height && x < width, "no pixel {:?} in {:?}", (n, y, x), self.shape);
        let start = ((n * height + y) * width + x) * channels;
        &self.pixels.as_slice()[start..start + channels]
    }

    /// One image of the batch, which is what indexing by a single number gives.
    ///
    /// ```
    /// use math::FeatureMap;
    ///
    /// let x = FeatureMap::from_fn([64, 32, 32, 3], |[n, ..]| n as f64);
    /// assert_eq!(x.image(3).shape(), [1, 32, 32, 3]); // x[3:4] of NumPy: the fourth image, not a channel
    /// ```
    ///
    /// # Panics
    /// If there is no such image.
    #[must_use]
    pub fn image(&self, n: usize) -> Self {
        let [_, height, width, channels] = self.shape;
        let pixels = self.pixels.columns(n * height * width, height * width).into_owned();
        Self { shape: [1, height, width, channels], pixels }
    }

    /// `count` channels of every image, from the `first` on.
    ///
    /// ```
    /// use math::FeatureMap;
    ///
    /// let x = FeatureMap::from_fn([1, 1, 2, 4], |[_, _, x, c]| (10 * x + c) as f64); // 0 1 2 3 and 10 11 12 13
    /// let middle = x.channels(1, 2);
    /// assert_eq!([middle.pixel(0, 0, 0), middle.pixel(0, 0, 1)], [[1.0, 2.0], [11.0, 12.0]]);
    /// ```
    ///
    /// # Panics
    /// If there are not so many.
    #[must_use]
    pub fn channels(&self, first: usize, count: usize) -> Self {
        self.with_pixels(self.pixels.rows(first, count).into_owned())
    }

    /// One channel of one image, height × width: what a two-dimensional convolution slides over.
    ///
    /// # Panics
    /// If there is no such image or channel.
    #[must_use]
    pub fn plane(&self, n: usize, c: usize) -> DMatrix<f64> {
        let [_, height, width, _] = self.shape;
        DMatrix::from_fn(height, width, |y, x| self.pixel(n, y, x)[c])
    }

    /// The sum of two feature maps, value by value.
    ///
    /// # Errors
    /// If their shapes differ, as [`sum_shape`].
    ///
    /// ```
    /// use math::FeatureMap;
    ///
    /// let [x, f] = [1.0, 2.0].map(|value| FeatureMap::from_fn([1, 1, 2, 3], |_| value));
    /// assert_eq!(x.add(&f)?, FeatureMap::from_fn([1, 1, 2, 3], |_| 3.0));
    /// # Ok::<(), math::MapShapeError>(())
    /// ```
    pub fn add(&self, other: &Self) -> Result<Self, MapShapeError> {
        sum_shape(self.shape, other.shape)?;
        Ok(self.with_pixels(self.pixels.zip_map(&other.pixels, |a, b| a + b)))
    }

    /// The [`relu`] of every value.
    #[must_use]
    pub fn relu(&self) -> Self {
        self.with_pixels(relu(&self.pixels))
    }

    /// The smallest value, the mean, and the share of the values that are below 0.
    ///
    /// ```
    /// use math::FeatureMap;
    ///
    /// let x = FeatureMap::from_fn([1, 1, 4, 1], |[_, _, x, _]| x as f64 - 2.0); // -2 -1 0 1
    /// assert_eq!(x.smallest_mean_negative(), [-2.0, -0.5, 0.5]);
    /// ```
    #[must_use]
    pub fn smallest_mean_negative(&self) -> [f64; 3] {
        let (mut smallest, mut sum, mut negative) = (f64::INFINITY, 0.0, 0.0);
        for value in self.pixels.as_slice() {
            smallest = value.min(smallest);
            sum += value;
            negative += if *value < 0.0 { 1.0 } else { 0.0 };
        }
        let count = self.pixels.len() as f64;
        [smallest, sum / count, negative / count]
    }

    /// The largest difference between two values in the same place.
    ///
    /// ```
    /// use math::FeatureMap;
    ///
    /// let [x, y] = [1.0, 3.0].map(|value| FeatureMap::from_fn([1, 2, 2, 3], |_| value));
    /// assert_eq!(x.largest_difference(&y), 2.0);
    /// ```
    ///
    /// # Panics
    /// If their sizes differ.
    #[must_use]
    pub fn largest_difference(&self, other: &Self) -> f64 {
        assert_eq!(self.pixels.shape(), other.pixels.shape(), "two tensors of one size");
        let pairs = self.pixels.as_slice().iter().zip(other.pixels.as_slice());
        pairs.fold(0.0, |largest: f64, (a, b)| largest.max((a - b).abs()))
    }

    /// Slides a layer's kernels over every image, as they are: the kernel in row m and column c over channel c,
    /// and the sum over all c is channel m of the output. Deep learning calls it convolution.
    ///
    /// ```
    /// use nalgebra::{DMatrix, dmatrix};
    /// use math::{FeatureMap, Padding::Valid};
    ///
    /// let x = FeatureMap::from_fn([1, 1, 3, 2], |[_, _, x, c]| (10 * c + x) as f64); // 0 1 2 and 10 11 12
    /// let kernels = DMatrix::from_row_slice(1, 2, &[dmatrix![1.0, 1.0], dmatrix![0.0, 2.0]]);
    /// assert_eq!(x.cross_correlate(&kernels, Valid)?.plane(0, 0), dmatrix![1.0 + 22.0, 3.0 + 24.0]);
    /// # Ok::<(), math::MapShapeError>(())
    /// ```
    ///
    /// # Errors
    /// If there is not a column of kernels for each channel, or a kernel does not fit into an image.
    ///
    /// # Panics
    /// If the kernels differ in size.
    pub fn cross_correlate(
        &self,
        kernels: &DMatrix<DMatrix<f64>>,
        window: impl Into<Window>,
    ) -> Result<Self, MapShapeError> {
        self.slide(kernels, window.into())
    }

    fn slide(&self, kernels: &DMatrix<DMatrix<f64>>, window: Window) -> Result<Self, MapShapeError> {
        let shape = cross_correlation_shape(self.shape, kernels, window)?;
        let ([batch, rows, columns, outputs], channels) = (shape, self.shape[3]);
        let mut pixels = DMatrix::zeros(outputs, batch * rows * columns);
        let mut plane = DMatrix::zeros(rows, columns);
        for n in 0..batch {
            let inputs: Vec<_> = (0..channels).map(|c| self.plane(n, c)).collect();
            for m in 0..outputs {
                plane.fill(0.0);
                for (input, kernel) in inputs.iter().zip(&kernels.row(m)) {
                    add_cross_correlation(&mut plane, input, kernel, window).expect("it fits");
                }
                for y in 0..rows {
                    for x in 0..columns {
                        pixels[(m, (n * rows + y) * columns + x)] = plane[(y, x)];
                    }
                }
            }
        }
        Ok(Self { shape, pixels })
    }

    /// Every `stride`-th row and column of every image, from the first.
    ///
    /// # Panics
    /// If `stride` is zero.
    #[must_use]
    pub fn subsample(&self, stride: usize) -> Self {
        let shape = subsampled(self.shape, stride);
        Self::from_fn(shape, |[n, y, x, c]| self.pixel(n, y * stride, x * stride)[c])
    }

    /// What [`subsample`](Self::subsample) passes back: `self`, the gradient of its output, returns to the pixels
    /// that were taken, and the others receive zero.
    ///
    /// # Errors
    /// If `self` has not the shape that subsampling an input of that shape gives.
    ///
    /// # Panics
    /// If `stride` is zero.
    pub fn subsample_gradient(&self, stride: usize, input: MapShape) -> Result<Self, MapShapeError> {
        let output = ("output", subsampled(input, stride));
        ShapeError::unless_equal("gradient of subsampling", ("delta", self.shape), output)?;
        Ok(Self::from_fn(input, |[n, y, x, c]| {
            let taken = y % stride == 0 && x % stride == 0;
            if taken { self.pixel(n, y / stride, x / stride)[c] } else { 0.0 }
        }))
    }

    /// The same batch and size with other channels, from a matrix that has as many columns.
    pub(crate) fn with_pixels(&self, pixels: DMatrix<f64>) -> Self {
        let [batch, height, width, _] = self.shape;
        Self { shape: [batch, height, width, pixels.nrows()], pixels }
    }
    /// The 1×1 convolution: the matrix `weights`, outputs × channels, applied to every pixel.
    ///
    /// # Errors
    /// If `weights` has not a column for each channel. The error names it as the kernel that it is, of
    /// 1×1×channels×outputs.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::FeatureMap;
    ///
    /// let x = FeatureMap::from_fn([1, 1, 2, 2], |[_, _, x, c]| (10 * x + c) as f64); // pixels 0 1 and 10 11
    /// let y = x.convolve_1x1(&dmatrix![1.0, 1.0; 2.0, 0.0; 0.0, 3.0])?;
    /// assert_eq!(y.pixels(), &dmatrix![1.0, 21.0; 0.0, 20.0; 3.0, 33.0]);
    /// # Ok::<(), math::MapShapeError>(())
    /// ```
    pub fn convolve_1x1(&self, weights: &DMatrix<f64>) -> Result<Self, MapShapeError> {
        convolution_1x1_shape(self.shape, weights)?;
        Ok(self.with_pixels(weights * &self.pixels))
    }
}

/// The shape of a [cross-correlation](FeatureMap::cross_correlate) of feature maps of that shape.
///
/// ```
/// use nalgebra::DMatrix;
/// use math::{Padding::Same, cross_correlation_shape};
///
/// let kernels = DMatrix::from_element(16, 3, DMatrix::zeros(3, 3));
/// assert_eq!(cross_correlation_shape([64, 32, 32, 3], &kernels, Same.stride(2)), Ok([64, 16, 16, 16]));
/// ```
///
/// # Errors
/// If there is not a column of kernels for each channel, or a kernel does not fit into an image.
///
/// # Panics
/// If the kernels differ in size.
pub fn cross_correlation_shape(
    input: MapShape,
    kernels: &DMatrix<DMatrix<f64>>,
    window: impl Into<Window>,
) -> Result<MapShape, MapShapeError> {
    let [batch, height, width, channels] = input;
    let size = kernels.iter().next().map_or((0, 0), DMatrix::shape);
    assert!(kernels.iter().all(|kernel| kernel.shape() == size), "kernels of a layer have one size");
    let output = window.into().output_shape((height, width), size);
    let (rows, columns) = output.ok().filter(|_| kernels.ncols() == channels).ok_or_else(|| ShapeError {
        operation: "cross-correlation",
        first: ("kernel", [size.0, size.1, kernels.ncols(), kernels.nrows()]),
        relation: "does not fit",
        second: ("input", input),
    })?;
    Ok([batch, rows, columns, kernels.nrows()])
}

/// The shape of a [1×1 convolution](FeatureMap::convolve_1x1).
pub(crate) fn convolution_1x1_shape(
    input: MapShape,
    weights: &DMatrix<f64>,
) -> Result<MapShape, MapShapeError> {
    let [batch, height, width, channels] = input;
    if weights.ncols() == channels {
        return Ok([batch, height, width, weights.nrows()]);
    }
    Err(Box::new(ShapeError {
        operation: "1×1 convolution",
        first: ("kernel", [1, 1, weights.ncols(), weights.nrows()]),
        relation: "does not fit",
        second: ("input", input),
    }))
}

pub(crate) fn subsampled([batch, height, width, channels]: MapShape, stride: usize) -> MapShape {
    [batch, height.div_ceil(stride), width.div_ceil(stride), channels]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conv::Padding::{Same, Valid};
    use crate::conv::cross_correlate;
    use nalgebra::dmatrix;

    /// Every value tells its place: n, y, x, c as decimal digits.
    fn digits(shape: MapShape) -> FeatureMap {
        FeatureMap::from_fn(shape, |place| {
            place.iter().fold(0.0, |number, &digit| 10.0 * number + digit as f64)
        })
    }

    #[test]
    fn values_lie_where_they_say() {
        let x = digits([2, 3, 4, 2]);
        assert_eq!(x.pixels().shape(), (2, 24));
        assert_eq!(x.pixel(1, 2, 3), [1230.0, 1231.0]);
        assert_eq!(x.image(1).pixels(), &digits([1, 3, 4, 2]).pixels().add_scalar(1000.0));
        assert_eq!(x.add(&x).expect("the same shape").pixels(), &(x.pixels() * 2.0));
        assert_eq!(x.plane(1, 1).row(2), dmatrix![1201.0, 1211.0, 1221.0, 1231.0]);
        assert_eq!(FeatureMap::from_pixels([2, 3, 4, 2], x.pixels().clone()), Ok(x.clone()));
        assert!(FeatureMap::from_pixels([2, 3, 4, 3], x.pixels().clone()).is_err());
        assert_ne!(x, x.with_pixels(x.pixels() * 2.0));
        assert_ne!(FeatureMap::from_pixels([2, 4, 3, 2], x.pixels().clone()), Ok(x));
    }

    #[test]
    fn a_1x1_convolution_is_the_convolution_with_1x1_kernels() {
        let (x, weights) = (digits([2, 3, 4, 3]), dmatrix![1.0, -2.0, 5.0; 3.0, 0.0, 7.0]);
        let y = x.convolve_1x1(&weights).expect("fits");
        assert_eq!(y.shape(), [2, 3, 4, 2]);
        for (n, m) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let through =
                |c| cross_correlate(&x.plane(n, c), &dmatrix![weights[(m, c)]], Valid).expect("fits");
            assert_eq!(y.plane(n, m), through(0) + through(1) + through(2));
        }
        let kernels = weights.map(|weight| dmatrix![weight]);
        assert_eq!(x.cross_correlate(&kernels, Valid), Ok(y.clone()));
        assert_eq!(x.cross_correlate(&kernels, Valid.stride(2)), Ok(y.subsample(2)));
    }

    #[test]
    fn kernels_slide_over_their_own_channels() {
        let x = digits([2, 3, 4, 2]);
        let right = dmatrix![0.0, 0.0, 0.0; 0.0, 0.0, 1.0; 0.0, 0.0, 0.0];
        let below = right.transpose();
        let kernels = DMatrix::from_row_slice(1, 2, &[right, below]);
        let y = x.cross_correlate(&kernels, Same).expect("fits");
        assert_eq!(y.shape(), [2, 3, 4, 1]);
        assert_eq!(y.pixel(1, 1, 2), [1130.0 + 1221.0]);
        assert_eq!(y.pixel(1, 2, 3), [0.0]);
        assert_eq!(x.cross_correlate(&kernels, Same.stride(2)).expect("fits").shape(), [2, 2, 2, 1]);
        let error = digits([2, 3, 4, 3]).cross_correlate(&kernels, Same).expect_err("2 are not 3");
        assert_eq!(
            error.to_string(),
            "cross-correlation: a kernel of 3×3×2×1 does not fit an input of 2×3×4×3"
        );
    }

    #[test]
    fn subsampling_keeps_every_second_pixel_and_passes_back_to_it() {
        let x = digits([1, 3, 4, 1]);
        let taken = x.subsample(2);
        assert_eq!(taken.plane(0, 0), dmatrix![0.0, 20.0; 200.0, 220.0]);
        let back = taken.subsample_gradient(2, x.shape()).expect("fits");
        assert_eq!(
            back.plane(0, 0),
            dmatrix![0.0, 0.0, 20.0, 0.0; 0.0, 0.0, 0.0, 0.0; 200.0, 0.0, 220.0, 0.0]
        );
        assert!(taken.subsample_gradient(2, [1, 3, 5, 1]).is_err());
    }

    #[test]
    fn a_kernel_for_other_channels_is_an_error() {
        let error = digits([2, 3, 4, 3]).convolve_1x1(&DMatrix::zeros(16, 4)).expect_err("4 are not 3");
        assert_eq!(
            error.to_string(),
            "1×1 convolution: a kernel of 1×1×4×16 does not fit an input of 2×3×4×3"
        );
    }
}
