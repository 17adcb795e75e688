//! From probabilities to labels: which classes are predicted, and how right that is.

use super::metrics::Outcomes;
use super::shape::ShapeError;
use crate::Exact;
use nalgebra::{DMatrix, Scalar};
use num_traits::{One, ToPrimitive, Zero};
use std::cmp::Ordering;

/// The positions of the values from the largest to the smallest; among equals the lowest index first. NaN comes last.
///
/// ```
/// assert_eq!(math::descending(&[0.1, 0.4, 0.1, 0.4]), [1, 3, 0, 2]);
/// ```
#[must_use]
pub fn descending<T: PartialOrd>(values: &[T]) -> Vec<usize> {
    let is_nan = |value: &T| value.partial_cmp(value).is_none();
    let compare =
        |a: &T, b: &T| -> Ordering { b.partial_cmp(a).unwrap_or_else(|| is_nan(a).cmp(&is_nan(b))) };
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| compare(&values[a], &values[b]));
    order
}

/// The running sums of probabilities in [`descending`] order. None is above 1, where rounding might lead.
///
/// ```
/// assert_eq!(math::cumulative(&[0.25, 0.5, 0.25]), [0.5, 0.75, 1.0]);
/// ```
#[must_use]
pub fn cumulative<T: Scalar + PartialOrd + Zero + One>(probabilities: &[T]) -> Vec<T> {
    running_sums(probabilities, &descending(probabilities)).collect()
}

fn running_sums<T: Scalar + PartialOrd + Zero + One>(
    probabilities: &[T],
    order: &[usize],
) -> impl Iterator<Item = T> {
    let mut sum = T::zero();
    order.iter().map(move |&class| {
        sum = sum.clone() + probabilities[class].clone();
        if sum > T::one() { T::one() } else { sum.clone() }
    })
}

/// How labels are read off the probabilities of the classes.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelRule<T> {
    /// Every class with a probability above a fixed threshold.
    Fixed(T),
    /// The classes in [`descending`] order until their running sum is above the threshold; all of them if it never is.
    Cumulative(T),
    /// So many classes, in [`descending`] order.
    Top(usize),
}

impl<T: Scalar + PartialOrd + Zero + One> LabelRule<T> {
    /// Whether each class is predicted.
    ///
    /// ```
    /// use math::LabelRule::{Cumulative, Fixed, Top};
    ///
    /// let probabilities = [0.1, 0.5, 0.25, 0.15];
    /// assert_eq!(Fixed(0.2).predict(&probabilities), [false, true, true, false]);
    /// assert_eq!(Cumulative(0.75).predict(&probabilities), [false, true, true, true]);
    /// assert_eq!(Top(1).predict(&probabilities), [false, true, false, false]);
    /// ```
    #[must_use]
    pub fn predict(&self, probabilities: &[T]) -> Vec<bool> {
        let first = |order: Vec<usize>, count: usize| {
            let mut predicted = vec![false; probabilities.len()];
            order.into_iter().take(count).for_each(|class| predicted[class] = true);
            predicted
        };
        match self {
            Self::Fixed(threshold) => probabilities.iter().map(|p| p > threshold).collect(),
            Self::Cumulative(threshold) => {
                let order = descending(probabilities);
                let before = running_sums(probabilities, &order).take_while(|sum| sum <= threshold).count();
                first(order, before + 1)
            }
            Self::Top(count) => first(descending(probabilities), *count),
        }
    }

    /// How many classes are predicted.
    #[must_use]
    pub fn count(&self, probabilities: &[T]) -> usize {
        self.predict(probabilities).into_iter().filter(|&predicted| predicted).count()
    }

    /// Compares what is predicted with the truth: a row a class, a column a sample.
    ///
    /// # Errors
    /// If probabilities and truth differ in shape.
    pub fn outcomes(
        &self,
        probabilities: &DMatrix<T>,
        truth: &DMatrix<bool>,
    ) -> Result<Outcomes, ShapeError> {
        Outcomes::expect_one_shape(truth.shape(), probabilities.shape())?;
        let classes = probabilities.nrows().max(1);
        let samples =
            truth.as_slice().chunks_exact(classes).zip(probabilities.as_slice().chunks_exact(classes));
        Ok(samples.map(|(truth, column)| Outcomes::of_sample(truth, &self.predict(column))).sum())
    }
}

impl LabelRule<f64> {
    /// The rule at each of the thresholds 1/40, 2/40 … 39/40.
    ///
    /// ```
    /// use math::LabelRule;
    ///
    /// let rules = LabelRule::at_fortieths(LabelRule::Fixed);
    /// assert_eq!((rules.len(), &rules[9]), (39, &LabelRule::Fixed(0.25)));
    /// ```
    #[must_use]
    pub fn at_fortieths(rule: fn(f64) -> Self) -> Vec<Self> {
        (1..40).map(|i| rule(f64::from(i) / 40.0)).collect()
    }

    /// Every rule with a threshold, [at fortieths](Self::at_fortieths), and every number of classes up to `most`.
    ///
    /// ```
    /// assert_eq!(math::LabelRule::all(5).len(), 39 + 39 + 5);
    /// ```
    #[must_use]
    pub fn all(most: usize) -> Vec<Self> {
        let [sums, fixed] = [Self::Cumulative, Self::Fixed].map(Self::at_fortieths);
        [sums, fixed, (1..=most).map(Self::Top).collect()].concat()
    }

    /// The threshold, or the number of classes.
    #[must_use]
    pub fn setting(&self) -> f64 {
        match self {
            Self::Fixed(threshold) | Self::Cumulative(threshold) => *threshold,
            Self::Top(count) => *count as f64,
        }
    }
}

impl LabelRule<Exact> {
    /// Whether the rule predicts just the labels of these [`shares`].
    ///
    /// ```
    /// use math::{Exact, LabelRule::Top};
    ///
    /// let tail = Exact::new(1.into(), 10.into());
    /// assert!(Top(2).reads(2, 5, &tail) && !Top(3).reads(2, 5, &tail));
    /// ```
    #[must_use]
    pub fn reads(&self, labels: usize, others: usize, tail: &Exact) -> bool {
        let predicted = self.predict(&shares(labels, others, tail));
        predicted.into_iter().enumerate().all(|(class, predicted)| predicted == (class < labels))
    }

    /// The smallest tail of [`shares`], in thousandths, at which the rule does not [read](Self::reads) them right;
    /// `None` where even a tail of everything does no harm.
    ///
    /// ```
    /// use math::{Exact, LabelRule::Fixed};
    ///
    /// // Two labels keep (1 − tail) / 2 each, which is no longer above a quarter from a tail of a half on.
    /// let rule = Fixed(Exact::new(1.into(), 4.into()));
    /// assert_eq!(rule.breaking_tail(2, 10), Some(Exact::new(1.into(), 2.into())));
    /// ```
    #[must_use]
    pub fn breaking_tail(&self, labels: usize, others: usize) -> Option<Exact> {
        let tails: Vec<_> =
            (0..=1000).map(|thousandths| Exact::new(thousandths.into(), 1000.into())).collect();
        let reads = |tail: &Exact| self.reads(labels, others, tail);
        // What reads the perfect prediction reads it up to some tail and no further: a longer tail lowers each label and all
        // sums of labels, and lifts the others.
        let breaks = if reads(&tails[0]) { tails.partition_point(reads) } else { 0 };
        tails.get(breaks).cloned()
    }
}

/// The tails that break, for k labels, the running sum at its best threshold, the best fixed threshold, and the running sum
/// at a given threshold; 1 where no tail does. The best thresholds are those that withstand most: (k − 1)/k, the sum before
/// the last label without a tail, and 1/(k + m), where the share of a label and that of one of the m others meet.
///
/// ```
/// use math::{Exact, breaking_tails};
///
/// // Two labels and one other class: all are equal at 1/3, and the fixed threshold is not below a label any more. The
/// // running sum takes the labels first where they are equal to the other. At 0.9 it stops too late from 0.1 on.
/// let given = Exact::new(9.into(), 10.into());
/// assert_eq!(breaking_tails(2, 1, &given), [0.334, 0.334, 0.1]);
/// ```
#[must_use]
pub fn breaking_tails(labels: usize, others: usize, threshold: &Exact) -> [f64; 3] {
    let ratio = |part: usize, whole: usize| Exact::new(part.into(), whole.into());
    let rules = [
        LabelRule::Cumulative(ratio(labels - 1, labels)),
        LabelRule::Fixed(ratio(1, labels + others)),
        LabelRule::Cumulative(threshold.clone()),
    ];
    rules.map(|rule| rule.breaking_tail(labels, others).and_then(|tail| tail.to_f64()).unwrap_or(1.0))
}

/// How many classes the running sum takes of the perfect prediction for k labels: in exact fractions, and in doubles, where
/// sums are rounded.
///
/// ```
/// use math::{Exact, taken_of_perfect};
///
/// assert_eq!(taken_of_perfect(3, &Exact::new(1.into(), 2.into())), [2, 2]);
/// // Nineteen times 1/20 is 0.95, and not above it, but 0.9500000000000003 in doubles.
/// assert_eq!(taken_of_perfect(20, &Exact::new(95.into(), 100.into())), [20, 19]);
/// ```
#[must_use]
pub fn taken_of_perfect(labels: usize, threshold: &Exact) -> [usize; 2] {
    let in_doubles = LabelRule::Cumulative(threshold.to_f64().unwrap_or(f64::NAN));
    let exact = LabelRule::Cumulative(threshold.clone());
    [exact.count(&shares(labels, 0, &Exact::zero())), in_doubles.count(&vec![1.0 / labels as f64; labels])]
}

/// What all shares of k labels but one add up to in doubles.
///
/// ```
/// assert_eq!(math::all_but_one(4), 0.75);
/// ```
#[must_use]
pub fn all_but_one(labels: usize) -> f64 {
    cumulative(&vec![1.0 / labels as f64; labels - 1]).last().copied().unwrap_or_default()
}

/// k labels that share equally what a tail leaves them, and behind them the other classes, which share the tail
/// equally. Without a tail it is the perfect prediction for k labels, 1/k each (Mahajan et al. 2018, on the loss function).
///
/// ```
/// use math::{Exact, shares};
///
/// let tenths = |n: i64| Exact::new(n.into(), 10.into());
/// assert_eq!(shares(2, 2, &tenths(0)), [5, 5, 0, 0].map(tenths));
/// assert_eq!(shares(2, 1, &tenths(2)), [4, 4, 2].map(tenths));
/// ```
#[must_use]
pub fn shares(labels: usize, others: usize, tail: &Exact) -> Vec<Exact> {
    let share = |whole: Exact, count: usize| {
        std::iter::repeat_n(whole / Exact::from_integer(count.max(1).into()), count)
    };
    share(Exact::one() - tail, labels).chain(share(tail.clone(), others)).collect()
}

#[cfg(test)]
mod tests {
    use super::LabelRule::{Cumulative, Fixed, Top};
    use super::*;
    use nalgebra::dmatrix;

    fn exact(numerator: i64, denominator: i64) -> Exact {
        Exact::new(numerator.into(), denominator.into())
    }

    #[test]
    fn what_is_no_number_comes_last() {
        assert_eq!(descending(&[f64::NAN, 1.0, f64::NAN, 2.0, f64::NEG_INFINITY]), [3, 1, 4, 0, 2]);
        assert!(descending::<f64>(&[]).is_empty());
    }

    #[test]
    fn a_sum_that_only_reaches_the_threshold_is_not_above_it() {
        let halves = [exact(1, 2), exact(1, 2)];
        assert_eq!(Cumulative(exact(1, 2)).count(&halves), 2);
        assert_eq!(Cumulative(exact(49, 100)).count(&halves), 1);
        assert_eq!(Fixed(exact(1, 2)).predict(&halves), [false, false]);
    }

    #[test]
    fn the_ends_of_the_range_take_one_class_and_all() {
        // In doubles ten times 0.1 and 1e-30 more add up to more than 1.
        let mut probabilities = vec![0.1; 10];
        probabilities.push(1e-30);
        probabilities[0] += 1e-15;
        assert_eq!(Cumulative(0.0).count(&probabilities), 1);
        assert_eq!(Cumulative(1.0).count(&probabilities), 11);
        assert_eq!(Top(0).count(&probabilities), 0);
        assert_eq!(Top(99).count(&probabilities), 11);
        assert_eq!(Cumulative(0.5).count(&[1.0]), 1);
        assert!(Cumulative(0.5).predict(&[]).is_empty());
    }

    #[test]
    fn a_perfect_prediction_of_too_many_labels_loses_some() {
        let rule = Cumulative(exact(19, 20));
        let counts = [1, 20, 21, 40, 100].map(|k| rule.count(&shares(k, 3, &Exact::zero())));
        assert_eq!(counts, [1, 20, 20, 39, 96]);
    }

    /// (k − 1)(1 − ε)/k ≤ threshold < 1 − ε is what the cumulative rule needs.
    #[test]
    fn the_tail_that_breaks_a_rule_is_the_one_worked_out_by_hand() {
        let rule = Cumulative(exact(19, 20));
        for (labels, others) in [(1, 1), (5, 1), (5, 7), (20, 30)] {
            assert_eq!(rule.breaking_tail(labels, others), Some(exact(1, 20)));
        }
        assert_eq!(rule.breaking_tail(21, 1), Some(Exact::zero()));
        // One other class stands at ε, above a tenth from 0.101 on; ten share it and the labels sink first.
        assert_eq!(Fixed(exact(1, 10)).breaking_tail(2, 1), Some(exact(101, 1000)));
        assert_eq!(Fixed(exact(1, 10)).breaking_tail(2, 10), Some(exact(8, 10)));
        // The other class is ahead of three labels once ε > (1 − ε)/3.
        assert_eq!(Top(3).breaking_tail(3, 1), Some(exact(251, 1000)));
        assert_eq!(Fixed(exact(-1, 10)).breaking_tail(2, 0), None);
    }

    #[test]
    fn no_shorter_tail_breaks_a_rule() {
        let thresholds = (-1..=21).map(|twentieths| exact(twentieths, 20));
        let rules = thresholds.flat_map(|threshold| [Fixed(threshold.clone()), Cumulative(threshold)]);
        for rule in rules.chain((0..6).map(Top)) {
            for (labels, others) in [(1, 0), (1, 1), (1, 4), (2, 0), (2, 1), (2, 3), (3, 2), (5, 1)] {
                let mut tails = (0..=1000).map(|thousandths| exact(thousandths, 1000));
                let first = tails.find(|tail| !rule.reads(labels, others, tail));
                assert_eq!(rule.breaking_tail(labels, others), first, "{rule:?}, {labels}, {others}");
            }
        }
    }

    #[test]
    fn outcomes_count_every_class_of_every_sample() -> Result<(), ShapeError> {
        let probabilities = dmatrix![0.7, 0.2; 0.2, 0.2; 0.1, 0.6];
        let truth = dmatrix![true, true; false, false; true, true];
        let outcomes = Top(1).outcomes(&probabilities, &truth)?;
        assert_eq!(outcomes, Outcomes { true_positives: 2, false_positives: 0, false_negatives: 2 });
        assert!(Top(1).outcomes(&probabilities, &dmatrix![true]).is_err());
        Ok(())
    }
}
