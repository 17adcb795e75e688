//! Generated data with several labels a sample.

use super::spread::Spread;
use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;

/// Samples whose labels add up: every class has a pattern, an input is the sum of the patterns of its labels and
/// noise. The number of labels is drawn first, each as likely as the others, then the labels.
pub struct LabelTask {
    patterns: DMatrix<f32>,
    most_labels: usize,
    noise: f64,
    rng: Pcg64Mcg,
}

impl LabelTask {
    /// Patterns of `inputs` numbers uniform in ±1 for so many classes, drawn from the seed; `noise` is the standard
    /// deviation of what is added to each number.
    ///
    /// # Panics
    /// If a sample may have no label, or more labels than there are classes.
    #[must_use]
    pub fn new([inputs, classes]: [usize; 2], most_labels: usize, noise: f64, seed: u64) -> Self {
        assert!((1..=classes).contains(&most_labels), "{most_labels} labels of {classes} classes");
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let patterns = DMatrix::from_fn(inputs, classes, |_, _| rng.random_range(-1.0..1.0));
        Self { patterns, most_labels, noise, rng }
    }

    /// So many more samples: inputs, and whether each class is a label, a column a sample.
    pub fn draw(&mut self, samples: usize) -> (DMatrix<f32>, DMatrix<bool>) {
        let mut inputs = DMatrix::zeros(self.patterns.nrows(), samples);
        let mut labels = DMatrix::from_element(self.patterns.ncols(), samples, false);
        let mut classes: Vec<usize> = (0..self.patterns.ncols()).collect();
        for sample in 0..samples {
            let mut input = DVector::from_fn(self.patterns.nrows(), |_, _| self.noise());
            classes.shuffle(&mut self.rng);
            for &class in &classes[..self.rng.random_range(1..=self.most_labels)] {
                input += self.patterns.column(class);
                labels[(class, sample)] = true;
            }
            inputs.set_column(sample, &input);
        }
        (inputs, labels)
    }

    /// The labels as somebody in a hurry notes them: each is left out with this probability, but a sample whose labels
    /// would all be left out keeps one of them.
    ///
    /// ```
    /// use training::LabelTask;
    ///
    /// let mut task = LabelTask::new([3, 5], 2, 0.5, 1);
    /// let (_, labels) = task.draw(100);
    /// assert_eq!(task.forget(&labels, 0.0), labels);
    /// let noted = task.forget(&labels, 1.0);
    /// assert_eq!(noted.iter().filter(|&&label| label).count(), 100);
    /// ```
    pub fn forget(&mut self, labels: &DMatrix<bool>, probability: f64) -> DMatrix<bool> {
        let mut noted = labels.clone();
        for mut sample in noted.column_iter_mut() {
            let mut classes: Vec<usize> = (0..sample.len()).filter(|&class| sample[class]).collect();
            classes.shuffle(&mut self.rng);
            let mut left = classes.len();
            for class in classes {
                if left > 1 && self.rng.random_bool(probability) {
                    sample[class] = false;
                    left -= 1;
                }
            }
        }
        noted
    }

    /// How many of the labels of a sample [are noted](Self::forget), in the mean: of k labels k(1 − d) if each is left out with
    /// probability d, and d^k more, because one is kept where all would be left out.
    ///
    /// ```
    /// use training::LabelTask;
    ///
    /// assert_eq!([0.0, 1.0].map(|missing| LabelTask::mean_noted(5, missing)), [3.0, 1.0]);
    /// // One label is always kept. Of two, 1 + 1/4 are.
    /// assert_eq!(LabelTask::mean_noted(2, 0.5), 1.125);
    /// ```
    #[must_use]
    pub fn mean_noted(most_labels: usize, missing: f64) -> f64 {
        Spread::of((1..=most_labels).map(|k| k as f64 * (1.0 - missing) + missing.powf(k as f64))).mean
    }

    /// Twelve uniform numbers less their mean: nearly normal, and the same bits on every machine.
    fn noise(&mut self) -> f32 {
        let sum: f64 = (0..12).map(|_| self.rng.random_range(-0.5..0.5)).sum();
        nalgebra::convert(self.noise * sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_task() {
        let draw = |seed| LabelTask::new([3, 5], 2, 0.5, seed).draw(4);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn without_noise_an_input_is_the_sum_of_its_patterns() {
        let mut task = LabelTask::new([3, 5], 5, 0.0, 7);
        let (inputs, labels) = task.draw(20);
        let sums = &task.patterns * labels.map(|label| if label { 1.0 } else { 0.0 });
        assert!((inputs - sums).amax() < 1e-6);
    }

    #[test]
    fn every_number_of_labels_is_as_likely_and_the_noise_has_its_size() {
        let mut task = LabelTask::new([3, 5], 4, 0.5, 7);
        let (inputs, labels) = task.draw(8000);
        for count in 1..=4 {
            let samples =
                labels.column_iter().filter(|column| column.iter().filter(|&&l| l).count() == count);
            // Expected 2000, standard deviation 39.
            assert!(samples.count().abs_diff(2000) < 160, "{count}");
        }
        let noise = inputs - &task.patterns * labels.map(|label| if label { 1.0 } else { 0.0 });
        assert!((noise.norm() / (noise.len() as f32).sqrt() - 0.5).abs() < 0.01);
        assert!(noise.mean().abs() < 0.015);
    }
}
