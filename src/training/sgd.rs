//! Stochastic gradient descent.

use super::backpropagation::Workspace;
use super::head::{Samples, Targets};
use super::network::Network;
use math::real::Real;
use math::shape::ShapeError;
use nalgebra::DMatrix;
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;

/// Plain gradient descent on batches in random order.
///
/// The same seed, data and network give the same bytes on one machine, whatever the number of threads.
///
/// ```
/// use nalgebra::dmatrix;
/// use training::{Head, Network, Samples, Sgd, Targets};
///
/// let exclusive_or = Samples {
///     inputs: dmatrix![0.0_f32, 0.0, 1.0, 1.0; 0.0, 1.0, 0.0, 1.0],
///     targets: Targets::Classes(dmatrix![0, 1, 1, 0]),
/// };
/// let mut network = Network::new([2, 8, 2], Head::Softmax { groups: 1 }, 1);
/// let mut sgd = Sgd::new(0.5, 4, 1);
/// let first = sgd.epoch(&mut network, &exclusive_or)?;
/// for _ in 0..500 {
///     sgd.epoch(&mut network, &exclusive_or)?;
/// }
/// assert!(sgd.epoch(&mut network, &exclusive_or)? < first / 10.0);
/// # Ok::<(), math::ShapeError>(())
/// ```
pub struct Sgd<T> {
    learning_rate: T,
    batch_size: usize,
    rng: Pcg64Mcg,
    order: Vec<usize>,
    batch: Samples<T>,
    workspace: Workspace<T>,
}

impl<T: Real> Sgd<T> {
    /// Descent with this learning rate on batches of so many samples, their order drawn from the seed.
    ///
    /// # Panics
    /// If the batches are to be empty.
    #[must_use]
    pub fn new(learning_rate: T, batch_size: usize, seed: u64) -> Self {
        assert!(batch_size > 0, "a batch without samples teaches nothing");
        Self {
            learning_rate,
            batch_size,
            rng: Pcg64Mcg::seed_from_u64(seed),
            order: Vec::new(),
            batch: Samples { inputs: DMatrix::zeros(0, 0), targets: Targets::Values(DMatrix::zeros(0, 0)) },
            workspace: Workspace::default(),
        }
    }

    /// Changes the learning rate from the next step on.
    pub fn set_learning_rate(&mut self, learning_rate: T) {
        self.learning_rate = learning_rate;
    }

    /// One step along the gradient of a batch; returns the mean loss before it.
    ///
    /// # Errors
    /// If inputs or targets do not have the network's shape, or a class is out of range.
    pub fn step(&mut self, network: &mut Network<T>, batch: &Samples<T>) -> Result<T, ShapeError> {
        descend(&mut self.workspace, self.learning_rate, network, batch)
    }

    /// One pass over all samples in a new random order; returns the mean loss on the way (`NaN` without a sample).
    ///
    /// # Errors
    /// If inputs or targets do not have the network's shape, or a class is out of range.
    pub fn epoch(&mut self, network: &mut Network<T>, samples: &Samples<T>) -> Result<T, ShapeError> {
        network.unless_samples(samples)?;
        let count = samples.inputs.ncols();
        let size: fn(usize) -> T = |count| nalgebra::convert(count as f64);
        self.order.clear();
        self.order.extend(0..count);
        self.order.shuffle(&mut self.rng);
        let mut total = T::zero();
        for indices in self.order.chunks(self.batch_size) {
            samples.gather(indices, &mut self.batch);
            let loss = descend(&mut self.workspace, self.learning_rate, network, &self.batch)?;
            total += loss * size(indices.len());
        }
        Ok(total / size(count))
    }
}

fn descend<T: Real>(
    workspace: &mut Workspace<T>,
    learning_rate: T,
    network: &mut Network<T>,
    batch: &Samples<T>,
) -> Result<T, ShapeError> {
    let loss = workspace.backpropagate(network, batch)?;
    workspace.add_gradient(-learning_rate, &batch.inputs, [&mut network.hidden, &mut network.output]);
    Ok(loss)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::Head;

    /// 150 samples in three classes of `outputs`, so that the last batch of 64 is smaller, in an order from the seed.
    fn trained(outputs: usize, threads: usize, seed: u64) -> (Network<f32>, Vec<u32>) {
        let samples = Samples {
            inputs: DMatrix::from_fn(4, 150, |i, j| ((i + 7 * j) as f32).sin()),
            targets: Targets::Classes(DMatrix::from_fn(1, 150, |_, j| (j % 3) * (outputs / 3))),
        };
        let mut network = Network::new([4, 32, outputs], Head::Softmax { groups: 1 }, 1);
        let mut sgd = Sgd::new(0.1, 64, seed);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        let losses = pool.install(|| (0..4).map(|_| sgd.epoch(&mut network, &samples)).collect());
        let losses: Result<Vec<f32>, _> = losses;
        (network, losses.expect("shapes that fit").into_iter().map(f32::to_bits).collect())
    }

    #[test]
    fn the_number_of_threads_changes_no_byte() {
        for outputs in [10, 1_500] {
            let alone = trained(outputs, 1, 1);
            assert_eq!(alone, trained(outputs, 2, 1));
            assert_eq!(alone, trained(outputs, 5, 1));
            assert_ne!(alone, trained(outputs, 1, 2));
        }
    }

    #[test]
    fn a_step_is_the_gradient_times_the_learning_rate() -> Result<(), ShapeError> {
        let batch = Samples {
            inputs: DMatrix::from_fn(2, 9, |i, j| (i + j) as f64 - 4.0),
            targets: Targets::Values(DMatrix::from_fn(3, 9, |i, j| ((i + j) % 2) as f64)),
        };
        let before = Network::new([2, 5, 3], Head::Sigmoid, 1);
        let mut after = before.clone();
        let (loss, [hidden, output]) = before.gradient(&batch)?;
        assert_eq!(Sgd::new(0.25, 9, 1).step(&mut after, &batch)?.to_bits(), loss.to_bits());
        assert!((&after.hidden.weights - (&before.hidden.weights - hidden.weights * 0.25)).amax() < 1e-15);
        assert!((&after.output.weights - (&before.output.weights - output.weights * 0.25)).amax() < 1e-15);
        assert!((&after.hidden.bias + hidden.bias * 0.25).amax() < 1e-15);
        assert!((&after.output.bias + output.bias * 0.25).amax() < 1e-15);
        Ok(())
    }

    #[test]
    fn an_epoch_sees_every_sample_once() -> Result<(), ShapeError> {
        // With a learning rate of zero the mean over the batches is the mean over the samples.
        let samples = Samples {
            inputs: DMatrix::from_fn(2, 10, |i, j| (i + j) as f64),
            targets: Targets::Values(DMatrix::from_fn(1, 10, |_, j| 0.1 * j as f64)),
        };
        let mut network = Network::new([2, 3, 1], Head::Regression, 1);
        let (mean, _) = network.gradient(&samples)?;
        let mut sgd = Sgd::new(0.0, 4, 1);
        assert!((sgd.epoch(&mut network, &samples)? - mean).abs() < 1e-15);
        assert!((sgd.epoch(&mut network, &samples)? - mean).abs() < 1e-15);
        Ok(())
    }

    #[test]
    fn a_data_set_that_does_not_fit_is_an_error() {
        let samples =
            Samples { inputs: DMatrix::zeros(2, 3), targets: Targets::Values(DMatrix::<f32>::zeros(1, 2)) };
        let mut network = Network::new([2, 3, 1], Head::Regression, 1);
        assert!(Sgd::new(0.1, 2, 1).epoch(&mut network, &samples).is_err());
    }
}
