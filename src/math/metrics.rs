//! How right a classifier is: argmax, confusion matrix, accuracy, precision, recall and F1, in exact fractions.

use super::number::Number;
use super::shape::{Shape, ShapeError};
use crate::Exact;
use nalgebra::{DMatrix, Scalar};
use num_traits::One;
use std::fmt;
use std::iter::Sum;

/// The position of the largest score, counted from 0; among equals the first, as `NumPy`, JAX and `PyTorch` have it.
///
/// NaN is no score. `None` where there is no score at all.
///
/// ```
/// use math::argmax;
///
/// assert_eq!(argmax(&[0.25, 0.5, 0.25]), Some(1));
/// assert_eq!(argmax(&[1, 3, 3]), Some(1));
/// assert_eq!(argmax::<f64>(&[]), None);
/// ```
pub fn argmax<'a, T: PartialOrd + 'a>(scores: impl IntoIterator<Item = &'a T>) -> Option<usize> {
    let scores = scores.into_iter().enumerate().filter(|(_, score)| score.partial_cmp(score).is_some());
    let largest = scores.reduce(|best, next| if next.1 > best.1 { next } else { best });
    largest.map(|(index, _)| index)
}

/// The same as [`argmax`], but among equals the last.
///
/// ```
/// use math::last_argmax;
///
/// assert_eq!(last_argmax(&[1, 3, 3, 2]), Some(2));
/// ```
pub fn last_argmax<'a, T: PartialOrd + 'a>(scores: impl IntoIterator<Item = &'a T>) -> Option<usize> {
    let scores = scores.into_iter().enumerate().filter(|(_, score)| score.partial_cmp(score).is_some());
    scores.reduce(|best, next| if next.1 >= best.1 { next } else { best }).map(|(index, _)| index)
}

/// How many other scores are as large as the largest.
///
/// ```
/// use math::rivals;
///
/// assert_eq!(rivals(&[1, 3, 3, 2, 3]), 2);
/// assert_eq!(rivals(&[0.5, 0.25, 0.25]), 0);
/// ```
pub fn rivals<'a, T: PartialOrd + 'a>(scores: impl IntoIterator<Item = &'a T>) -> usize {
    let scores: Vec<_> = scores.into_iter().collect();
    let largest = argmax(scores.iter().copied()).map(|position| scores[position]);
    scores.iter().filter(|&&score| Some(score) == largest).count().saturating_sub(1)
}

/// A row of zeros with 1 at `index`; all zeros if `index` is not among them.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::one_hot;
///
/// assert_eq!(one_hot(1, 3), dmatrix![0, 1, 0]);
/// ```
#[must_use]
pub fn one_hot<T: Number + One>(index: usize, classes: usize) -> DMatrix<T> {
    DMatrix::from_fn(1, classes, |_, class| if class == index { T::one() } else { T::zero() })
}

/// The same as [`one_hot`] for several indices: a row for each.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::one_hots;
///
/// assert_eq!(one_hots(&[1, 0], 3), dmatrix![0, 1, 0; 1, 0, 0]);
/// ```
#[must_use]
pub fn one_hots<T: Number + One>(indices: &[usize], classes: usize) -> DMatrix<T> {
    let entry = |row: usize, class| if indices[row] == class { T::one() } else { T::zero() };
    DMatrix::from_fn(indices.len(), classes, entry)
}

/// The share of rows whose largest entry stands at the same position in both matrices, as Keras'
/// `categorical_accuracy` averages it; `None` without rows.
///
/// A row a sample. The truth is meant to be [`one_hot`] and the prediction a score for each class, but the
/// definition takes any two matrices of one shape, sensible or not.
///
/// # Errors
/// If the two shapes differ.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Exact, categorical_accuracy};
///
/// let truth = dmatrix![0.0, 1.0, 0.0; 1.0, 0.0, 0.0];
/// let scores = dmatrix![0.25, 0.5, 0.25; 0.3, 0.3, 0.4];
/// assert_eq!(categorical_accuracy(&truth, &scores)?, Some(Exact::new(1.into(), 2.into())));
/// # Ok::<(), math::ShapeError>(())
/// ```
pub fn categorical_accuracy<T: Scalar + PartialOrd>(
    truth: &DMatrix<T>,
    predicted: &DMatrix<T>,
) -> Result<Option<Exact>, ShapeError> {
    let shapes = [("truth", truth.shape()), ("prediction", predicted.shape())];
    ShapeError::unless_equal("categorical accuracy", shapes[0], shapes[1])?;
    let rows = truth.row_iter().zip(predicted.row_iter());
    let agreeing = rows.filter(|(truth, predicted)| argmax(truth.iter()) == argmax(predicted.iter())).count();
    Ok(ratio(agreeing, truth.nrows()))
}

/// The share of entries that are above a threshold where the truth is 1, and not above it where it is 0, as Keras'
/// `binary_accuracy` has it; `None` without entries.
///
/// # Errors
/// If the two shapes differ.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Exact, binary_accuracy};
///
/// let (truth, scores) = (dmatrix![0.0, 1.0, 0.0, 1.0], dmatrix![0.2, 0.7, 0.6, 0.5]);
/// assert_eq!(binary_accuracy(&truth, &scores, &0.5)?, Some(Exact::new(2.into(), 4.into())));
/// # Ok::<(), math::ShapeError>(())
/// ```
pub fn binary_accuracy<T: Number + PartialOrd>(
    truth: &DMatrix<T>,
    scores: &DMatrix<T>,
    threshold: &T,
) -> Result<Option<Exact>, ShapeError> {
    let shapes = [("truth", truth.shape()), ("prediction", scores.shape())];
    ShapeError::unless_equal("binary accuracy", shapes[0], shapes[1])?;
    let entries = truth.iter().zip(scores);
    let right = entries.filter(|(truth, score)| (**truth != T::zero()) == (*score > threshold)).count();
    Ok(ratio(right, truth.len()))
}

/// The share of rows of which the true class is among the `k` with the largest scores, as Keras'
/// `top_k_categorical_accuracy` has it; `None` without rows. Classes that score as much as the true one do not
/// take its place.
///
/// # Errors
/// If the two shapes differ.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Exact, top_k_accuracy};
///
/// let truth = dmatrix![0, 1, 0; 1, 0, 0];
/// let scores = dmatrix![5, 3, 1; 1, 2, 3];
/// assert_eq!(top_k_accuracy(&truth, &scores, 2)?, Some(Exact::new(1.into(), 2.into())));
/// # Ok::<(), math::ShapeError>(())
/// ```
pub fn top_k_accuracy<T: Scalar + PartialOrd>(
    truth: &DMatrix<T>,
    scores: &DMatrix<T>,
    k: usize,
) -> Result<Option<Exact>, ShapeError> {
    let shapes = [("truth", truth.shape()), ("prediction", scores.shape())];
    ShapeError::unless_equal("top-k accuracy", shapes[0], shapes[1])?;
    let rows = truth.row_iter().zip(scores.row_iter());
    let right = rows.filter(|(truth, scores)| {
        let of_true_class = argmax(truth.iter()).map(|class| &scores[class]);
        of_true_class.is_some_and(|own| scores.iter().filter(|score| *score > own).count() < k)
    });
    Ok(ratio(right.count(), truth.nrows()))
}

/// How often each true class was predicted as each class.
///
/// Rows are the truth and columns the prediction, as in scikit-learn; other libraries turn it round.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Exact, Confusion};
///
/// let confusion = Confusion::new(&[0, 0, 1, 2], &[0, 1, 1, 1], 3)?;
/// assert_eq!(confusion.counts(), &dmatrix![1, 1, 0; 0, 1, 0; 0, 1, 0]);
/// assert_eq!(confusion.accuracy(), Some(Exact::new(2.into(), 4.into())));
/// assert_eq!(confusion.outcomes(1).precision(), Some(Exact::new(1.into(), 3.into())));
/// assert_eq!(confusion.outcomes(2).precision(), None); // never predicted
/// # Ok::<(), math::LabelError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    counts: DMatrix<usize>,
}

impl Confusion {
    /// Counts the samples; `truth` and `predicted` hold a class index for each.
    ///
    /// # Errors
    /// If they are not as many, or an index is not below `classes`.
    pub fn new(truth: &[usize], predicted: &[usize], classes: usize) -> Result<Self, LabelError> {
        if truth.len() != predicted.len() {
            return Err(LabelError::Counts { truth: truth.len(), predicted: predicted.len() });
        }
        let mut counts = DMatrix::zeros(classes, classes);
        for (sample, (&row, &column)) in truth.iter().zip(predicted).enumerate() {
            for index in [row, column] {
                if index >= classes {
                    return Err(LabelError::NoSuchClass { sample, index, classes });
                }
            }
            counts[(row, column)] += 1;
        }
        Ok(Self { counts })
    }

    /// Counts that are known, a row for each true class.
    ///
    /// ```
    /// use math::{Exact, Confusion};
    ///
    /// assert_eq!(Confusion::of_counts([[9, 1], [1, 9]]).accuracy(), Some(Exact::new(9.into(), 10.into())));
    /// ```
    #[must_use]
    pub fn of_counts<const CLASSES: usize>(rows: [[usize; CLASSES]; CLASSES]) -> Self {
        Self { counts: DMatrix::from_fn(CLASSES, CLASSES, |row, column| rows[row][column]) }
    }

    /// The counts, truth × prediction.
    #[must_use]
    pub fn counts(&self) -> &DMatrix<usize> {
        &self.counts
    }

    /// The share of samples on the diagonal; `None` without samples.
    #[must_use]
    pub fn accuracy(&self) -> Option<Exact> {
        ratio(self.counts.trace(), self.counts.sum())
    }

    /// The mean of the recalls of all classes that are ever true; `None` where there is none.
    ///
    /// ```
    /// use math::{Exact, Confusion};
    ///
    /// assert_eq!(Confusion::of_counts([[18, 0], [2, 0]]).balanced_accuracy(), Some(Exact::new(1.into(), 2.into())));
    /// ```
    #[must_use]
    pub fn balanced_accuracy(&self) -> Option<Exact> {
        let recalls: Vec<_> =
            (0..self.counts.nrows()).filter_map(|class| self.outcomes(class).recall()).collect();
        let classes = Exact::from_integer(recalls.len().into());
        (!recalls.is_empty()).then(|| recalls.iter().sum::<Exact>() / classes)
    }

    /// What it looks like to one class, against all the others.
    ///
    /// # Panics
    /// If there is no such class.
    #[must_use]
    pub fn outcomes(&self, class: usize) -> Outcomes {
        let true_positives = self.counts[(class, class)];
        Outcomes {
            true_positives,
            false_positives: self.counts.column(class).sum() - true_positives,
            false_negatives: self.counts.row(class).sum() - true_positives,
        }
    }
}

/// How often a label was predicted and true, predicted and not true, true and not predicted.
///
/// Outcomes of several labels or samples add up; the scores of the sum are the micro averages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Predicted, and true.
    pub true_positives: usize,
    /// Predicted, but not true.
    pub false_positives: usize,
    /// True, but not predicted.
    pub false_negatives: usize,
}

impl Outcomes {
    /// Compares sets of labels: a row a sample, a column a class, `true` where the sample has the label.
    ///
    /// # Errors
    /// If the two shapes differ.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::{Exact, Outcomes};
    ///
    /// let truth = dmatrix![false, true, true, false];
    /// let predicted = dmatrix![true, true, true, false];
    /// let outcomes = Outcomes::of_labels(&truth, &predicted)?;
    /// assert_eq!(outcomes.precision(), Some(Exact::new(2.into(), 3.into())));
    /// assert_eq!(outcomes.recall(), Some(Exact::new(1.into(), 1.into())));
    /// assert_eq!(outcomes.f1(), Some(Exact::new(4.into(), 5.into())));
    /// # Ok::<(), math::ShapeError>(())
    /// ```
    pub fn of_labels(truth: &DMatrix<bool>, predicted: &DMatrix<bool>) -> Result<Self, ShapeError> {
        Self::expect_one_shape(truth.shape(), predicted.shape())?;
        Ok(Self::of_sample(truth.as_slice(), predicted.as_slice()))
    }

    pub(crate) fn expect_one_shape(truth: Shape, prediction: Shape) -> Result<(), ShapeError> {
        ShapeError::unless_equal("comparison of labels", ("truth", truth), ("prediction", prediction))
    }

    pub(crate) fn of_sample(truth: &[bool], predicted: &[bool]) -> Self {
        let mut outcomes = Self::default();
        for (&truth, &predicted) in truth.iter().zip(predicted) {
            outcomes.true_positives += usize::from(predicted && truth);
            outcomes.false_positives += usize::from(predicted && !truth);
            outcomes.false_negatives += usize::from(truth && !predicted);
        }
        outcomes
    }

    /// The share of what was predicted that is true; `None` where nothing was predicted.
    #[must_use]
    pub fn precision(&self) -> Option<Exact> {
        ratio(self.true_positives, self.true_positives + self.false_positives)
    }

    /// The share of what is true that was predicted; `None` where nothing is true.
    #[must_use]
    pub fn recall(&self) -> Option<Exact> {
        ratio(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// The harmonic mean of precision and recall, as 2·TP / (2·TP + FP + FN), which is 0 where only one of them
    /// is undefined; `None` where nothing was predicted and nothing is true.
    #[must_use]
    pub fn f1(&self) -> Option<Exact> {
        let twice = 2 * self.true_positives;
        ratio(twice, twice + self.false_positives + self.false_negatives)
    }
}

impl Sum for Outcomes {
    fn sum<I: Iterator<Item = Self>>(outcomes: I) -> Self {
        outcomes.fold(Self::default(), |sum, next| Self {
            true_positives: sum.true_positives + next.true_positives,
            false_positives: sum.false_positives + next.false_positives,
            false_negatives: sum.false_negatives + next.false_negatives,
        })
    }
}

fn ratio(part: usize, whole: usize) -> Option<Exact> {
    (whole > 0).then(|| Exact::new(part.into(), whole.into()))
}

/// Why class indices cannot be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelError {
    /// There is not one prediction for each true class.
    Counts {
        /// How many true classes there are.
        truth: usize,
        /// How many predictions there are.
        predicted: usize,
    },
    /// An index is not below the number of classes.
    NoSuchClass {
        /// The sample, counted from 0.
        sample: usize,
        /// Its class index.
        index: usize,
        /// How many classes there are.
        classes: usize,
    },
}

impl fmt::Display for LabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Counts { truth, predicted } => {
                write!(f, "{truth} true classes, but {predicted} predictions")
            }
            Self::NoSuchClass { sample, index, classes } => {
                write!(f, "sample {sample}: no class {index} among {classes}, counted from 0")
            }
        }
    }
}

impl std::error::Error for LabelError {}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    fn exact(n: i64, d: i64) -> Exact {
        Exact::new(n.into(), d.into())
    }

    #[test]
    fn among_equal_scores_the_first_is_largest() {
        assert_eq!(argmax(&[0, 0, 0]), Some(0));
        assert_eq!(argmax(&[exact(1, 3), exact(2, 6), exact(1, 4)]), Some(0));
        assert_eq!(argmax(&[-1e300, 1e300, 1e300]), Some(1));
        assert_eq!(argmax(dmatrix![1, 2; 4, 3].row(1).iter()), Some(0));
    }

    #[test]
    fn only_positions_are_compared() {
        let truth = dmatrix![0, 1; 1, 0; 0, 1];
        assert_eq!(categorical_accuracy(&truth, &dmatrix![-7, -6; 5, 5; 9, 8]), Ok(Some(exact(2, 3))));
        assert_eq!(categorical_accuracy(&truth.rows(0, 0).into_owned(), &DMatrix::zeros(0, 2)), Ok(None));
        assert!(categorical_accuracy(&truth, &dmatrix![0, 1]).is_err());
    }

    #[test]
    fn not_a_number_is_never_the_largest() {
        assert_eq!(argmax(&[f64::NAN, 1.0, f64::NAN, 2.0]), Some(3));
        assert_eq!(argmax(&[f64::NAN]), None);
        assert_eq!(argmax(&[f64::NEG_INFINITY]), Some(0));
    }

    /// Rows 5 1 / 2 2, worked by hand.
    #[test]
    fn rows_are_the_truth() {
        let truth = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1];
        let confusion = Confusion::new(&truth, &[0, 0, 0, 0, 0, 1, 0, 0, 1, 1], 2).expect("two classes");
        assert_eq!(confusion.counts(), &dmatrix![5, 1; 2, 2]);
        assert_eq!(confusion.accuracy(), Some(exact(7, 10)));
        let second = confusion.outcomes(1);
        assert_eq!(second, Outcomes { true_positives: 2, false_positives: 1, false_negatives: 2 });
        assert_eq!(second.precision(), Some(exact(2, 3)));
        assert_eq!(second.recall(), Some(exact(1, 2)));
        assert_eq!(second.f1(), Some(exact(4, 7)));
    }

    #[test]
    fn summed_over_the_classes_every_score_is_the_accuracy() {
        let confusion = Confusion::new(&[0, 1, 2, 2, 1], &[0, 2, 2, 1, 1], 3).expect("three classes");
        let all: Outcomes = (0..3).map(|class| confusion.outcomes(class)).sum();
        assert_eq!(confusion.accuracy(), Some(exact(3, 5)));
        assert_eq!([all.precision(), all.recall(), all.f1()], [(); 3].map(|()| Some(exact(3, 5))));
    }

    #[test]
    fn a_score_over_nothing_is_undefined() {
        let nothing = Outcomes::default();
        assert_eq!([nothing.precision(), nothing.recall(), nothing.f1()], [None, None, None]);
        let missed = Outcomes { false_negatives: 3, ..nothing };
        assert_eq!(
            [missed.precision(), missed.recall(), missed.f1()],
            [None, Some(exact(0, 1)), Some(exact(0, 1))]
        );
        let confusion = Confusion::new(&[], &[], 2).expect("no samples");
        assert_eq!(confusion.accuracy(), None);
    }

    #[test]
    fn labels_count_over_all_samples() {
        let truth = dmatrix![true, true, false; false, false, true];
        let predicted = dmatrix![true, false, true; false, true, true];
        let outcomes = Outcomes::of_labels(&truth, &predicted).expect("same shape");
        assert_eq!(outcomes, Outcomes { true_positives: 2, false_positives: 2, false_negatives: 1 });
        assert!(Outcomes::of_labels(&truth, &dmatrix![true]).is_err());
    }

    #[test]
    fn what_cannot_be_counted_says_why() {
        let error = |truth: &[usize], predicted: &[usize]| {
            Confusion::new(truth, predicted, 3).expect_err("unusable").to_string()
        };
        assert_eq!(error(&[0, 1], &[0]), "2 true classes, but 1 predictions");
        assert_eq!(error(&[0, 3], &[0, 0]), "sample 1: no class 3 among 3, counted from 0");
        assert_eq!(error(&[0, 0], &[7, 0]), "sample 0: no class 7 among 3, counted from 0");
    }
}
