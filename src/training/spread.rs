//! What several runs have in common, and how far they lie apart.

/// The mean of several measurements, with the lowest and the highest of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The lowest.
    pub lowest: f64,
    /// The highest.
    pub highest: f64,
}

impl Spread {
    /// Of these measurements; of none at all the mean is NaN.
    ///
    /// ```
    /// use training::Spread;
    ///
    /// assert_eq!(Spread::of([2.0, 6.0, 1.0]), Spread { mean: 3.0, lowest: 1.0, highest: 6.0 });
    /// ```
    #[must_use]
    pub fn of(measurements: impl IntoIterator<Item = f64>) -> Self {
        let measurements: Vec<_> = measurements.into_iter().collect();
        Self {
            mean: measurements.iter().sum::<f64>() / measurements.len() as f64,
            lowest: measurements.iter().copied().fold(f64::INFINITY, f64::min),
            highest: measurements.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }
}
