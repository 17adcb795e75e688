//! A residual block on a batch of random images, with each of the shortcuts that make x fit F(x).

use math::{
    BatchNorm, Exact, FeatureMap, MapShape, MapShapeError, Padding::Same, Shortcut, cross_correlation_shape,
    mean_and_variance, to_f64,
};
use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::cell::OnceCell;

/// Random images, and what F, a single layer, and the shortcuts make of them (He et al. 2015, equations 1 and 2). What F and
/// the projection make is computed once somebody asks for it.
#[derive(Clone, Debug)]
pub struct ResidualBatch {
    /// The images: whole numbers from 0 to 9.
    pub x: FeatureMap,
    /// The 3×3 kernels of F: a row for each channel that comes out, a column for each that goes in.
    pub kernels: DMatrix<DMatrix<f64>>,
    /// The shape of F(x).
    pub f_shape: MapShape,
    /// The shortcut that puts zeros around the channels.
    pub zeros: Shortcut,
    /// What it makes of x.
    pub padded: FeatureMap,
    /// W.
    pub weights: DMatrix<f64>,
    /// The shortcut that multiplies each pixel by W.
    pub projection: Shortcut,
    convolved: OnceCell<FeatureMap>,
    f: OnceCell<FeatureMap>,
    projected: OnceCell<FeatureMap>,
}

impl ResidualBatch {
    /// 64 images drawn from the seed, of as many channels as the weights have columns; F(x) has as many as they have rows,
    /// which is what zeros `before` and after the channels have to make of x.
    ///
    /// ```
    /// use training::{ResidualBatch, random_quarters};
    ///
    /// let batch = ResidualBatch::drawn(1, [2, 1], &random_quarters(1, (6, 3)))?;
    /// assert_eq!([batch.x.shape(), batch.f_shape], [[64, 32, 32, 3], [64, 32, 32, 6]]);
    /// assert_eq!(batch.padded.pixels().rows(2, 3), *batch.x.pixels());
    /// # Ok::<(), math::MapShapeError>(())
    /// ```
    ///
    /// # Errors
    /// If the zeros make another number of channels than the weights.
    pub fn drawn(
        seed: u64,
        [before, after]: [usize; 2],
        weights: &DMatrix<Exact>,
    ) -> Result<Self, MapShapeError> {
        let (outputs, channels) = weights.shape();
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        // The ResNets for CIFAR have images of 32×32 pixels with up to 16 channels, and of 16×16 with 32.
        let side = if channels <= 16 { 32 } else { 16 };
        let x = FeatureMap::from_fn([64, side, side, channels], |_| f64::from(rng.random_range(0..10)));
        let mut kernel = || DMatrix::from_fn(3, 3, |_, _| f64::from(quarters(&mut rng)) / 4.0);
        let kernels = DMatrix::from_fn(outputs, channels, |_, _| kernel());
        let f_shape = cross_correlation_shape(x.shape(), &kernels, Same)?;
        let zeros = Shortcut::Padding { before, after };
        let padded = zeros.forward(&x, 1)?;
        let weights = to_f64(weights);
        let projection = Shortcut::Projection(weights.clone());
        let [convolved, f, projected] = [(); 3].map(|()| OnceCell::new());
        Ok(Self { x, kernels, f_shape, zeros, padded, weights, projection, convolved, f, projected })
    }

    /// x, convolved with the kernels and not yet normalised.
    ///
    /// # Panics
    /// If x, kernels and weights no longer fit each other, as they were drawn.
    #[must_use]
    pub fn convolved(&self) -> &FeatureMap {
        self.convolved.get_or_init(|| self.x.cross_correlate(&self.kernels, Same).expect(FITS))
    }

    /// F(x).
    ///
    /// # Panics
    /// If x, kernels and weights no longer fit each other, as they were drawn.
    #[must_use]
    pub fn f(&self) -> &FeatureMap {
        self.f.get_or_init(|| self.normalise(self.convolved()).expect(FITS))
    }

    /// W x.
    ///
    /// # Panics
    /// If x, kernels and weights no longer fit each other, as they were drawn.
    #[must_use]
    pub fn projected(&self) -> &FeatureMap {
        self.projected.get_or_init(|| self.projection.forward(&self.x, 1).expect(FITS))
    }

    /// A tensor with as many channels as F(x), normalised as F is, with an ε of 10⁻⁵.
    ///
    /// # Errors
    /// If it has another number of channels.
    pub fn normalise(&self, map: &FeatureMap) -> Result<FeatureMap, MapShapeError> {
        BatchNorm::new(self.weights.nrows(), 1e-5).forward(map)
    }
}

/// What is drawn does.
const FITS: &str = "x, kernels and weights fit each other";

/// The smallest and the largest mean of the channels of a tensor, and the smallest and the largest variance.
///
/// ```
/// use math::FeatureMap;
/// use training::channel_ranges;
///
/// // Two channels of two pixels: 0 and 2, and 5 twice.
/// let map = FeatureMap::from_fn([1, 1, 2, 2], |[_, _, x, c]| if c == 0 { 2.0 * x as f64 } else { 5.0 });
/// assert_eq!(channel_ranges(&map), [(1.0, 5.0), (0.0, 1.0)]);
/// ```
#[must_use]
pub fn channel_ranges(map: &FeatureMap) -> [(f64, f64); 2] {
    mean_and_variance(map).map(|of_channels| (of_channels.min(), of_channels.max()))
}

/// A matrix of quarters from −1 to 1, drawn from the seed: short decimals, which doubles add and multiply without rounding.
///
/// ```
/// use training::random_quarters;
///
/// let quarters = random_quarters(1, (2, 3));
/// assert!(quarters.iter().all(|quarter| (quarter * math::Exact::from_integer(4.into())).is_integer()));
/// ```
#[must_use]
pub fn random_quarters(seed: u64, (rows, columns): (usize, usize)) -> DMatrix<Exact> {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    DMatrix::from_fn(rows, columns, |_, _| Exact::new(quarters(&mut rng).into(), 4.into()))
}

/// A tensor of digits from 1 to 9, drawn from the seed.
///
/// ```
/// assert!(training::random_digits(1, [1, 2, 2, 3]).pixels().iter().all(|digit| (1.0..=9.0).contains(digit)));
/// ```
#[must_use]
pub fn random_digits(seed: u64, shape: MapShape) -> FeatureMap {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    FeatureMap::from_fn(shape, |_| f64::from(rng.random_range(1..10)))
}

/// From −4 to 4.
fn quarters(rng: &mut Pcg64Mcg) -> i32 {
    rng.random_range(-4..=4)
}
