//! Bins: a range cut into classes, so that a number can be the answer of a classifier.
//!
//! Indices are computed in exact fractions: in `f32` the edge 0.3 falls one bin too low.

use super::metrics::{argmax, one_hot};
use super::number::Number;
use crate::Exact;
use nalgebra::DMatrix;
use num_traits::{One, Signed, ToPrimitive};
use std::fmt;

/// Half-open intervals of equal width, [low, low + width), …; the last one is closed and takes `high` too.
///
/// ```
/// use math::{Exact, Bins};
///
/// let tenths = |n: i64| Exact::new(n.into(), 10.into());
/// let bins = Bins::new(tenths(-10), tenths(10), tenths(1))?;
/// assert_eq!(bins.count(), 20);
/// assert_eq!(bins.index(&tenths(3)), Ok(13)); // the edge belongs to the interval above it
/// assert_eq!(bins.index(&tenths(10)), Ok(19));
/// assert_eq!(bins.centre(13), Exact::new(35.into(), 100.into()));
/// # Ok::<(), math::BinError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bins {
    low: Exact,
    high: Exact,
    width: Exact,
    count: usize,
}

/// The most intervals a range may be cut into: with two axes that makes 10⁸ joint classes.
pub const MAX_BINS: usize = 10_000;

impl Bins {
    /// Cuts the range from `low` to `high` into intervals as wide as `resolution`.
    ///
    /// # Errors
    /// If there is no range, or the resolution is not positive, does not divide the range, or cuts it into more than
    /// [`MAX_BINS`].
    pub fn new(low: Exact, high: Exact, resolution: Exact) -> Result<Self, BinError> {
        if low >= high {
            return BinError::because(format!("from {low} to {high} there is no range"));
        }
        if !resolution.is_positive() {
            return BinError::because("the resolution is not positive".into());
        }
        let count = (&high - &low) / &resolution;
        if count > Exact::from_integer(MAX_BINS.into()) {
            return BinError::because(format!("the resolution makes more than {MAX_BINS} intervals"));
        }
        match count.to_integer().to_usize() {
            Some(whole) if count.is_integer() => Ok(Self { low, high, width: resolution, count: whole }),
            _ => BinError::because(format!(
                "a resolution of {resolution} does not divide the range from {low} to {high}: that makes {count} \
                 intervals"
            )),
        }
    }

    /// How many intervals there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The interval that holds `value`, counted from 0.
    ///
    /// # Errors
    /// If `value` lies outside the range.
    pub fn index(&self, value: &Exact) -> Result<usize, BinError> {
        let steps = self.steps(value)?.floor().to_integer().to_usize();
        Ok(steps.map_or(0, |index| index.min(self.count - 1)))
    }

    /// The interval that a program takes which cuts off the decimals of (value − low) / width, where each of the three
    /// numbers and each step is rounded to single precision: on an edge it can be the one below.
    ///
    /// ```
    /// use math::{Exact, Bins};
    ///
    /// let tenths = |n: i64| Exact::new(n.into(), 10.into());
    /// let bins = Bins::new(tenths(-10), tenths(10), tenths(1))?;
    /// assert_eq!([bins.index(&tenths(3))?, bins.index_in_single_precision(&tenths(3))], [13, 12]);
    /// # Ok::<(), math::BinError>(())
    /// ```
    #[must_use]
    pub fn index_in_single_precision(&self, value: &Exact) -> usize {
        let [value, low, width] =
            [value, &self.low, &self.width].map(|number| number.to_f32().unwrap_or(f32::NAN));
        let quotient = (value - low) / width;
        (0..self.count).rfind(|&class| class as f32 <= quotient).unwrap_or_default()
    }

    /// The interval that holds a double, which is a fraction like any other.
    ///
    /// # Errors
    /// If `value` lies outside the range, or is no number.
    pub fn index_of(&self, value: f64) -> Result<usize, BinError> {
        if let Some(index) = self.index_between_edges(value) {
            return Ok(index);
        }
        match Exact::from_float(value) {
            Some(value) => self.index(&value),
            None => {
                BinError::because(format!("{value} is outside the range from {} to {}", self.low, self.high))
            }
        }
    }

    /// The interval of nearly all doubles, without fractions: `None` where rounding could lead over an edge.
    fn index_between_edges(&self, value: f64) -> Option<usize> {
        let (low, width) = (self.low.to_f64()?, self.width.to_f64().filter(|width| width.is_normal())?);
        let steps = (value - low) / width;
        // Low, width, difference and quotient are rounded, each by half an ε of its size at most.
        let rounding = 4.0 * f64::EPSILON * ((value.abs() + low.abs()) / width).max(1.0);
        let index = steps.floor().to_usize().filter(|index| *index < self.count)?;
        ((steps - steps.round()).abs() > rounding).then_some(index)
    }

    /// The middle of an interval: what an answer of that class means.
    #[must_use]
    pub fn centre(&self, index: usize) -> Exact {
        self.point(index) + &self.width / Exact::from_integer(2.into())
    }

    /// The axis of points low, low + width, … high, of which there is one more than there are intervals.
    ///
    /// ```
    /// use math::{Exact, Bins};
    ///
    /// let half = Exact::new(1.into(), 2.into());
    /// let axis = Bins::new(-Exact::from_integer(1.into()), Exact::from_integer(1.into()), half.clone())?;
    /// assert_eq!(axis.points().map(|point| point.to_string()).collect::<Vec<_>>(), ["-1", "-1/2", "0", "1/2", "1"]);
    /// # Ok::<(), math::BinError>(())
    /// ```
    pub fn points(&self) -> impl Iterator<Item = Exact> {
        (0..=self.count).map(|index| self.point(index))
    }

    /// The [point](Self::points) nearest to `value`, counted from 0; halfway, the higher of the two.
    ///
    /// # Errors
    /// If `value` lies outside the range.
    pub fn nearest_point(&self, value: &Exact) -> Result<usize, BinError> {
        let steps = self.steps(value)?.round().to_integer().to_usize();
        Ok(steps.unwrap_or(0))
    }

    /// The most by which the centre of a value's interval can miss the value: half a width.
    #[must_use]
    pub fn max_error(&self) -> Exact {
        &self.width / Exact::from_integer(2.into())
    }

    /// The root of the mean square of that error where values are spread evenly: width / √12.
    ///
    /// No answer that is the centre of one interval does better over such values; a mean of centres can.
    #[must_use]
    pub fn rms_error(&self) -> f64 {
        self.width.to_f64().unwrap_or(f64::NAN) / 12_f64.sqrt()
    }

    /// One class for each pair of intervals: 1 where x and y both fall, in a row of count² cells, x changing
    /// slowest.
    ///
    /// # Errors
    /// If either component lies outside the range.
    pub fn joint_one_hot<T: Number + One>(&self, velocity: &[Exact; 2]) -> Result<DMatrix<T>, BinError> {
        let [x, y] = self.indices(velocity)?;
        Ok(one_hot(x * self.count + y, self.count * self.count))
    }

    /// One class for each interval of each axis: the one-hot row of x, and after it that of y.
    ///
    /// # Errors
    /// If either component lies outside the range.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::{Exact, Bins};
    ///
    /// let whole = |n: i64| Exact::from_integer(n.into());
    /// let bins = Bins::new(whole(0), whole(3), whole(1))?;
    /// let velocity = [whole(2), whole(0)];
    /// assert_eq!(bins.factorised_one_hot(&velocity)?, dmatrix![0, 0, 1, 1, 0, 0]);
    /// assert_eq!(bins.joint_one_hot(&velocity)?, dmatrix![0, 0, 0, 0, 0, 0, 1, 0, 0]);
    /// # Ok::<(), math::BinError>(())
    /// ```
    pub fn factorised_one_hot<T: Number + One>(&self, velocity: &[Exact; 2]) -> Result<DMatrix<T>, BinError> {
        let [x, y] = self.indices(velocity)?;
        let (x, y) = (one_hot(x, self.count), one_hot(y, self.count));
        Ok(DMatrix::from_iterator(1, 2 * self.count, x.iter().chain(&y).cloned()))
    }

    /// The velocity that a row of joint scores means: the centres of the pair with the largest score.
    ///
    /// `None` where there are not count² scores, or all are NaN.
    #[must_use]
    pub fn decode_joint<T: PartialOrd>(&self, scores: &[T]) -> Option<[Exact; 2]> {
        let joint = argmax(scores).filter(|_| scores.len() == self.count * self.count)?;
        Some([joint / self.count, joint % self.count].map(|index| self.centre(index)))
    }

    /// The velocity that a row of factorised scores means: the centre with the largest score on each axis.
    ///
    /// `None` where there are not 2·count scores, or all of an axis are NaN.
    #[must_use]
    pub fn decode_factorised<T: PartialOrd>(&self, scores: &[T]) -> Option<[Exact; 2]> {
        let (x, y) = scores.split_at_checked(self.count).filter(|(_, y)| y.len() == self.count)?;
        Some([self.centre(argmax(x)?), self.centre(argmax(y)?)])
    }

    fn indices(&self, [x, y]: &[Exact; 2]) -> Result<[usize; 2], BinError> {
        Ok([self.index(x)?, self.index(y)?])
    }

    fn point(&self, index: usize) -> Exact {
        &self.low + &self.width * Exact::from_integer(index.into())
    }

    /// How many widths `value` lies above `low`.
    fn steps(&self, value: &Exact) -> Result<Exact, BinError> {
        let Self { low, high, width, .. } = self;
        if (low..=high).contains(&value) {
            return Ok((value - low) / width);
        }
        BinError::because(format!("{value} is outside the range from {low} to {high}"))
    }
}

/// Why a range cannot be cut into bins, or a value put into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BinError {
    message: String,
}

impl BinError {
    fn because<T>(message: String) -> Result<T, Self> {
        Err(Self { message })
    }
}

impl fmt::Display for BinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for BinError {}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    fn exact(n: i64, d: i64) -> Exact {
        Exact::new(n.into(), d.into())
    }

    fn source() -> Bins {
        Bins::new(exact(-1, 1), exact(1, 1), exact(1, 10)).expect("a tenth divides 2")
    }

    #[test]
    fn an_interval_begins_at_its_lower_edge_and_the_last_takes_both() {
        let cases =
            [(-100, 0), (-91, 0), (-90, 1), (0, 10), (29, 12), (30, 13), (50, 15), (99, 19), (100, 19)];
        for (hundredths, index) in cases {
            assert_eq!(source().index(&exact(hundredths, 100)), Ok(index), "{hundredths}/100");
        }
    }

    /// On the edges, one to four doubles beside them, and between them.
    #[test]
    fn a_double_falls_into_the_interval_of_its_fraction() {
        let far = Exact::from_integer(10_i64.pow(15).into());
        let tiny = exact(5, 7) * exact(1, 1_i64 << 62).pow(17);
        for bins in [
            source(),
            Bins::new(exact(-7, 3), exact(11, 3), exact(1, 7)).expect("a seventh divides 6"),
            Bins::new(far.clone(), &far + exact(2, 1), exact(1, 10)).expect("a tenth divides 2"),
            Bins::new(exact(0, 1), &tiny * exact(20, 1), tiny.clone()).expect("twenty of them"),
        ] {
            for (index, edge) in bins.points().enumerate() {
                let edge = edge.to_f64().expect("a double");
                let below = std::iter::successors(Some(edge), |value| Some(value.next_down()));
                let above = std::iter::successors(Some(edge), |value| Some(value.next_up()));
                let between = bins.centre(index).to_f64().expect("a double");
                for value in below.take(5).chain(above.take(5)).chain([between]) {
                    let exactly = bins.index(&Exact::from_float(value).expect("a number"));
                    assert_eq!(bins.index_of(value).ok(), exactly.ok(), "{value} in {bins:?}");
                }
            }
        }
        assert_eq!(source().index_between_edges(0.31), Some(13));
        assert_eq!(source().index_between_edges(0.3), None);
    }

    #[test]
    fn in_f32_the_edge_falls_one_bin_too_low() {
        let in_f32 = |value: f32| ((value + 1.0) / 0.1).floor();
        assert_eq!((in_f32(0.3), source().index(&exact(3, 10))), (12.0, Ok(13)));
    }

    #[test]
    fn the_axis_of_the_source_has_21_points_of_which_one_is_nearest() {
        assert_eq!(source().points().count(), 21);
        let cases = [(-100, 0), (-96, 0), (-95, 1), (30, 13), (34, 13), (35, 14), (100, 20)];
        for (hundredths, index) in cases {
            assert_eq!(source().nearest_point(&exact(hundredths, 100)), Ok(index), "{hundredths}/100");
        }
        assert_eq!(source().points().nth(13), Some(exact(3, 10)));
    }

    #[test]
    fn both_encodings_decode_to_centres() {
        let velocity = [exact(3, 10), exact(1, 2)];
        let centres = Some([exact(35, 100), exact(55, 100)]);
        let joint = source().joint_one_hot::<i32>(&velocity).expect("inside");
        assert_eq!((joint.shape(), joint.sum(), joint[13 * 20 + 15]), ((1, 400), 1, 1));
        assert_eq!(source().decode_joint(joint.as_slice()), centres);
        let factorised = source().factorised_one_hot::<i32>(&velocity).expect("inside");
        assert_eq!((factorised.shape(), factorised.sum()), ((1, 40), 2));
        assert_eq!((factorised[13], factorised[20 + 15]), (1, 1));
        assert_eq!(source().decode_factorised(factorised.as_slice()), centres);
    }

    #[test]
    fn scores_of_another_length_mean_nothing() {
        let bins = Bins::new(exact(0, 1), exact(2, 1), exact(1, 1)).expect("two");
        assert_eq!(bins.decode_joint(&[0, 1, 0]), None);
        assert_eq!(bins.decode_factorised(&[0, 1, 0]), None);
        assert_eq!(bins.decode_factorised(&[0]), None);
        assert_eq!(bins.decode_factorised(&[f64::NAN; 4]), None);
        assert_eq!(bins.joint_one_hot(&[exact(1, 1), exact(0, 1)]), Ok(dmatrix![0, 0, 1, 0]));
    }

    #[test]
    fn the_floor_is_half_a_width_and_its_root_mean_square_a_twelfth() {
        assert_eq!(source().max_error(), exact(1, 20));
        // The mean of e² over −1/20 … 1/20 is (1/10)² / 12.
        assert!((source().rms_error().powi(2) - 0.01 / 12.0).abs() < 1e-18);
    }

    #[test]
    fn what_cannot_be_cut_says_why() {
        let message =
            |low, high, resolution| Bins::new(low, high, resolution).expect_err("unusable").to_string();
        assert_eq!(message(exact(1, 1), exact(1, 1), exact(1, 1)), "from 1 to 1 there is no range");
        for resolution in [exact(0, 1), exact(-1, 10)] {
            assert_eq!(message(exact(-1, 1), exact(1, 1), resolution), "the resolution is not positive");
        }
        assert_eq!(
            message(exact(-1, 1), exact(1, 1), exact(3, 10)),
            "a resolution of 3/10 does not divide the range from -1 to 1: that makes 20/3 intervals"
        );
        let (tiny, coarse) = (num_traits::pow(exact(1, 10), 400), exact(4, 1));
        assert_eq!(
            message(exact(-1, 1), exact(1, 1), tiny),
            "the resolution makes more than 10000 intervals"
        );
        assert!(message(exact(-1, 1), exact(1, 1), coarse).ends_with("that makes 1/2 intervals"));
        assert_eq!(
            Bins::new(exact(-1, 1), exact(1, 1), exact(1, 5_000)).map(|bins| bins.count()),
            Ok(MAX_BINS)
        );
        assert_eq!(
            source().index(&exact(11, 10)).expect_err("outside").to_string(),
            "11/10 is outside the range from -1 to 1"
        );
    }
}
