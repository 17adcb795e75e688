//! Softmax and log-sum-exp: from scores to probabilities, one sample a column.
//!
//! Both subtract the highest score first, which changes neither result, so that no finite score overflows.

use super::real::{Real, fold};
use nalgebra::{DMatrix, RowDVector};

/// eᶻ / Σ eᶻ in each column.
///
/// A column needs a finite score; of an infinite or missing number nothing useful comes out (`NaN`).
///
/// ```
/// use nalgebra::dmatrix;
/// use math::softmax;
///
/// let scores = dmatrix![1e300, -1e4; 0.0, -1e4];
/// assert_eq!(softmax(&scores), dmatrix![1.0, 0.5; 0.0, 0.5]);
/// ```
#[must_use]
pub fn softmax<T: Real>(scores: &DMatrix<T>) -> DMatrix<T> {
    let mut probabilities = scores.clone();
    for mut column in probabilities.column_iter_mut() {
        softmax_in_place(column.as_mut_slice());
    }
    probabilities
}

/// ln Σ eᶻ of each column.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::log_sum_exp;
///
/// assert_eq!(log_sum_exp(&dmatrix![1e4; 1e4]), dmatrix![1e4 + 2_f64.ln()].row(0));
/// ```
#[must_use]
pub fn log_sum_exp<T: Real>(scores: &DMatrix<T>) -> RowDVector<T> {
    let mut scores = scores.clone();
    RowDVector::from_iterator(
        scores.ncols(),
        scores.column_iter_mut().map(|mut column| {
            let highest = highest(column.as_slice());
            highest + exponentials(column.as_mut_slice(), highest).ln()
        }),
    )
}

/// Turns the scores of one sample into their [`softmax`].
pub fn softmax_in_place<T: Real>(scores: &mut [T]) {
    let highest = highest(scores);
    let factor = T::one() / exponentials(scores, highest);
    for probability in scores {
        *probability *= factor;
    }
}

pub(crate) fn highest<T: Real>(scores: &[T]) -> T {
    let lowest = scores.first().copied().unwrap_or_else(T::zero);
    fold(scores, lowest, |a, b| if b > a { b } else { a })
}

/// Turns each score z into e^(z − highest) and returns their sum, which lies between 1 and the number of scores.
pub(crate) fn exponentials<T: Real>(scores: &mut [T], highest: T) -> T {
    for score in &mut *scores {
        *score = (*score - highest).exp_nonpositive();
    }
    fold(scores, T::zero(), |a, b| a + b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    #[test]
    fn equal_scores_share_equally_however_large() {
        for score in [0.0, 1e4, -1e4, 1e300, -1e300] {
            assert_eq!(softmax(&dmatrix![score; score; score; score]), dmatrix![0.25; 0.25; 0.25; 0.25]);
            assert_eq!(log_sum_exp(&dmatrix![score; score]), dmatrix![score + 2_f64.ln()].row(0));
        }
    }

    #[test]
    fn scores_far_apart_leave_no_infinity_behind() {
        let scores = dmatrix![1e4, -1e4, 1e300; -1e4, 1e4, -1e300];
        assert_eq!(softmax(&scores), dmatrix![1.0, 0.0, 1.0; 0.0, 1.0, 0.0]);
        assert_eq!(log_sum_exp(&scores), dmatrix![1e4, 1e4, 1e300].row(0));
    }

    #[test]
    fn a_single_class_is_certain() {
        assert_eq!(softmax(&dmatrix![-7.0, 1e300]), dmatrix![1.0, 1.0]);
    }

    #[test]
    fn f32_follows_f64() {
        // Eighths, so that the differences of scores are exact.
        let scores = DMatrix::from_fn(100, 3, |i, j| ((i * 37 + j * 11) % 101) as f32 / 8.0 - 7.0);
        let exact = softmax(&scores.map(f64::from));
        let ratio = softmax(&scores).map(f64::from).component_div(&exact);
        let error = ratio.add_scalar(-1.0).amax();
        assert!(error < 3e-7, "{error:e}");
    }
}
