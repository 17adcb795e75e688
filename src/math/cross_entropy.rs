//! Cross-entropies of scores, with their gradients.
//!
//! Outputs are rows, samples are columns. A loss is summed over the outputs of a sample and averaged over the
//! samples; the gradient beside it is that of this mean with respect to the scores.

use super::activation::sigmoid;
use super::real::Real;
use super::shape::ShapeError;
use super::softmax::{exponentials, highest};
use nalgebra::DMatrix;

/// −ln p of the class that is right, p = softmax of the scores; its gradient is p − `one_hot`.
///
/// # Errors
/// If there is not one class a sample, or a class is none of the rows.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::softmax_cross_entropy;
///
/// let (loss, gradient) = softmax_cross_entropy(&dmatrix![0.0; 0.0; 0.0; 0.0], &[2])?;
/// assert_eq!(loss, 4_f64.ln());
/// assert_eq!(gradient, dmatrix![0.25; 0.25; -0.75; 0.25]);
/// # Ok::<(), math::ShapeError>(())
/// ```
pub fn softmax_cross_entropy<T: Real>(
    scores: &DMatrix<T>,
    classes: &[usize],
) -> Result<(T, DMatrix<T>), ShapeError> {
    ShapeError::unless_equal(
        "softmax cross-entropy",
        ("list of classes", (1, classes.len())),
        ("row of samples", (1, scores.ncols())),
    )?;
    unless_classes("softmax cross-entropy", classes, scores.nrows())?;
    Ok(mean(scores, |sample, scores| class_in_place(scores, classes[sample])))
}

/// −Σ t ln p with a probability t for each class, such as 1/k for each of k labels (Mahajan et al. 2018,
/// section 2.2); its gradient is p Σt − t.
///
/// # Errors
/// If scores and targets differ in shape.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::soft_cross_entropy;
///
/// let (loss, gradient) = soft_cross_entropy(&dmatrix![3.0; 3.0], &dmatrix![0.5; 0.5])?;
/// assert_eq!(loss, 2_f64.ln());
/// assert_eq!(gradient, dmatrix![0.0; 0.0]);
/// # Ok::<(), math::ShapeError>(())
/// ```
pub fn soft_cross_entropy<T: Real>(
    scores: &DMatrix<T>,
    targets: &DMatrix<T>,
) -> Result<(T, DMatrix<T>), ShapeError> {
    unless_equal("softmax cross-entropy", scores, targets)?;
    Ok(mean(scores, |sample, scores| soft_in_place(scores, targets.column(sample).as_slice())))
}

/// −Σ (t ln σ(z) + (1 − t) ln(1 − σ(z))), every output a question of its own; its gradient is σ(z) − t.
///
/// # Errors
/// If scores and targets differ in shape.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::sigmoid_cross_entropy;
///
/// let (loss, gradient) = sigmoid_cross_entropy(&dmatrix![0.0; 0.0], &dmatrix![1.0; 0.0])?;
/// assert_eq!(loss, 2.0 * 2_f64.ln());
/// assert_eq!(gradient, dmatrix![-0.5; 0.5]);
/// # Ok::<(), math::ShapeError>(())
/// ```
pub fn sigmoid_cross_entropy<T: Real>(
    scores: &DMatrix<T>,
    targets: &DMatrix<T>,
) -> Result<(T, DMatrix<T>), ShapeError> {
    unless_equal("sigmoid cross-entropy", scores, targets)?;
    Ok(mean(scores, |sample, scores| sigmoid_in_place(scores, targets.column(sample).as_slice())))
}

/// Passes where every class is one of so many.
///
/// # Errors
/// Names the target column that the class would need, where the scores have fewer rows.
pub fn unless_classes(operation: &'static str, classes: &[usize], count: usize) -> Result<(), ShapeError> {
    match classes.iter().find(|&&class| class >= count) {
        None => Ok(()),
        Some(class) => Err(ShapeError {
            operation,
            first: ("target column", (class.saturating_add(1), 1)),
            relation: "does not fit into",
            second: ("column of scores", (count, 1)),
        }),
    }
}

fn unless_equal<T: Real>(
    operation: &'static str,
    scores: &DMatrix<T>,
    targets: &DMatrix<T>,
) -> Result<(), ShapeError> {
    ShapeError::unless_equal(
        operation,
        ("matrix of scores", scores.shape()),
        ("matrix of targets", targets.shape()),
    )
}

/// The mean over the samples, with the gradient in place of the scores.
fn mean<T: Real>(scores: &DMatrix<T>, mut in_place: impl FnMut(usize, &mut [T]) -> T) -> (T, DMatrix<T>) {
    let mut gradient = scores.clone();
    let mut loss = T::zero();
    for (sample, mut column) in gradient.column_iter_mut().enumerate() {
        loss += in_place(sample, column.as_mut_slice());
    }
    let samples = nalgebra::convert(scores.ncols() as f64);
    gradient /= samples;
    (loss / samples, gradient)
}

/// Turns the scores of one sample, of this class, into the gradient of its softmax cross-entropy, which it returns.
pub fn class_in_place<T: Real>(scores: &mut [T], class: usize) -> T {
    let highest = highest(scores);
    let behind = highest - scores[class];
    let sum = exponentials(scores, highest);
    let factor = T::one() / sum;
    for score in &mut *scores {
        *score *= factor;
    }
    scores[class] -= T::one();
    behind + sum.ln()
}

/// As [`class_in_place`], for a share of every class in place of one class.
pub fn soft_in_place<T: Real>(scores: &mut [T], targets: &[T]) -> T {
    let highest = highest(scores);
    let (mut total, mut behind) = (T::zero(), T::zero());
    for (&score, &target) in scores.iter().zip(targets).filter(|(_, target)| !target.is_zero()) {
        total += target;
        behind += target * (highest - score);
    }
    let sum = exponentials(scores, highest);
    let factor = total / sum;
    for (score, &target) in scores.iter_mut().zip(targets) {
        *score = *score * factor - target;
    }
    behind + total * sum.ln()
}

/// Turns the scores of one sample into the gradient of its sigmoid cross-entropy, which it returns.
pub fn sigmoid_in_place<T: Real>(scores: &mut [T], targets: &[T]) -> T {
    let mut loss = T::zero();
    for (score, &target) in scores.iter_mut().zip(targets) {
        let z = *score;
        // −ln σ(z) = ln(1 + e⁻ᶻ), written so that only e to a power ≤ 0 is taken.
        loss += z.max(T::zero()) - z * target + (-z.abs()).exp_nonpositive().ln_1p();
        *score = sigmoid(z) - target;
    }
    loss
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    type Loss<T> = Result<(T, DMatrix<T>), ShapeError>;

    fn prove(loss: impl Fn(&DMatrix<f64>) -> Loss<f64>) -> Result<(), ShapeError> {
        let scores = dmatrix![0.3, -2.0, 5.0; 1.1, 0.0, -4.0; -0.7, 2.5, 0.2];
        let (_, gradient) = loss(&scores)?;
        let h = 1e-5;
        for entry in 0..scores.len() {
            let at = |step: f64| {
                let mut scores = scores.clone();
                scores[entry] += step;
                loss(&scores)
            };
            let difference = (at(h)?.0 - at(-h)?.0) / (2.0 * h);
            assert!((gradient[entry] - difference).abs() < 1e-9, "{entry}: {difference}");
        }
        Ok(())
    }

    #[test]
    fn gradients_are_the_central_differences() -> Result<(), ShapeError> {
        let targets = dmatrix![0.5, 0.0, 0.2; 0.5, 1.0, 0.7; 0.0, 0.0, 0.3];
        prove(|scores| softmax_cross_entropy(scores, &[0, 2, 1]))?;
        prove(|scores| soft_cross_entropy(scores, &targets))?;
        prove(|scores| soft_cross_entropy(scores, &(&targets * 3.0)))?;
        prove(|scores| sigmoid_cross_entropy(scores, &targets))
    }

    #[test]
    fn a_class_is_its_one_hot_target() -> Result<(), ShapeError> {
        let scores = dmatrix![0.3, -2.0; 1.1, 0.0; -0.7, 2.5];
        let one_hot = dmatrix![0.0, 1.0; 0.0, 0.0; 1.0, 0.0];
        assert_eq!(softmax_cross_entropy(&scores, &[2, 0])?, soft_cross_entropy(&scores, &one_hot)?);
        Ok(())
    }

    #[test]
    fn extreme_scores_have_the_loss_of_the_limit() {
        for z in [1e4, 1e300] {
            let scores = dmatrix![z; -z];
            assert_eq!(softmax_cross_entropy(&scores, &[0]), Ok((0.0, dmatrix![0.0; 0.0])));
            assert_eq!(softmax_cross_entropy(&scores, &[1]), Ok((2.0 * z, dmatrix![1.0; -1.0])));
            assert_eq!(
                sigmoid_cross_entropy(&scores, &dmatrix![0.0; 1.0]),
                Ok((2.0 * z, dmatrix![1.0; -1.0]))
            );
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let scores = dmatrix![1.0, 2.0; 3.0, 4.0];
        let says = |loss: Loss<f64>, text: &str| {
            assert_eq!(loss.map_err(|error| error.to_string()), Err(text.to_owned()));
        };
        says(
            softmax_cross_entropy(&scores, &[0, 2]),
            "softmax cross-entropy: a target column of 3×1 does not fit into a column of scores of 2×1",
        );
        says(
            softmax_cross_entropy(&scores, &[0]),
            "softmax cross-entropy: a list of classes of 1×1 differs from a row of samples of 1×2",
        );
        says(
            sigmoid_cross_entropy(&scores, &dmatrix![1.0]),
            "sigmoid cross-entropy: a matrix of scores of 2×2 differs from a matrix of targets of 1×1",
        );
    }
}
