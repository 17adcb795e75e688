//! Backward through a [`Network`], in memory that is used again.
//!
//! Large batches are worked on in two halves, at once where there are two threads: first half of the samples each,
//! then half of the outputs each. How they are cut depends on the shapes alone, so that the number of threads never
//! changes a result. `RAYON_NUM_THREADS=1` switches the second thread off.

use super::head::Samples;
use super::network::{Layer, Network};
use math::real::Real;
use math::shape::ShapeError;
use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut, DVectorViewMut, Dyn};

/// From so many logits in a batch on, a second thread repays the wait for it.
const LARGE: usize = 1 << 16;

pub(crate) struct Workspace<T> {
    hidden: DMatrix<T>,
    hidden_delta: DMatrix<T>,
    delta: DMatrix<T>,
}

impl<T: Real> Default for Workspace<T> {
    fn default() -> Self {
        let [hidden, hidden_delta, delta] = [(); 3].map(|()| DMatrix::zeros(0, 0));
        Self { hidden, hidden_delta, delta }
    }
}

impl<T: Real> Workspace<T> {
    /// Leaves in the workspace what each sample passes back at the logits and at the hidden layer, and returns the
    /// mean loss.
    pub(crate) fn backpropagate(
        &mut self,
        network: &Network<T>,
        samples: &Samples<T>,
    ) -> Result<T, ShapeError> {
        let count = samples.inputs.ncols();
        let [units, outputs] = [&network.hidden, &network.output].map(|layer| layer.bias.len());
        network.unless_samples(samples)?;
        for (buffer, rows) in
            [(&mut self.hidden, units), (&mut self.hidden_delta, units), (&mut self.delta, outputs)]
        {
            if buffer.shape() != (rows, count) {
                *buffer = DMatrix::zeros(rows, count);
            }
        }

        let half = if self.delta.len() < LARGE { count } else { count / 2 };
        let hidden = self.hidden.columns_range_pair_mut(..half, half..);
        let hidden_delta = self.hidden_delta.columns_range_pair_mut(..half, half..);
        let delta = self.delta.columns_range_pair_mut(..half, half..);
        let one = Part { first: 0, hidden: hidden.0, hidden_delta: hidden_delta.0, delta: delta.0 };
        let other = Part { first: half, hidden: hidden.1, hidden_delta: hidden_delta.1, delta: delta.1 };
        let (loss, other_loss) = if half == count {
            (one.backpropagate(network, samples), T::zero())
        } else {
            both(|| one.backpropagate(network, samples), || other.backpropagate(network, samples))
        };
        Ok((loss + other_loss) / nalgebra::convert(count as f64))
    }

    /// Adds `scale` times the gradient of the mean loss to both layers: 1 gives the gradient, minus the learning
    /// rate a step of descent.
    pub(crate) fn add_gradient(&self, scale: T, inputs: &DMatrix<T>, [hidden, output]: [&mut Layer<T>; 2]) {
        let (outputs, count) = self.delta.shape();
        let scale = scale / nalgebra::convert(count as f64);
        add_gradient(
            scale,
            &self.hidden_delta.as_view(),
            inputs,
            hidden.weights.as_view_mut(),
            hidden.bias.as_view_mut(),
        );

        let half = if self.delta.len() < LARGE { outputs } else { outputs / 2 };
        let weights = output.weights.rows_range_pair_mut(..half, half..);
        let bias = output.bias.rows_range_pair_mut(..half, half..);
        let delta = self.delta.rows_range_pair(..half, half..);
        if half == outputs {
            add_gradient(scale, &delta.0, &self.hidden, weights.0, bias.0);
        } else {
            both(
                || add_gradient(scale, &delta.0, &self.hidden, weights.0, bias.0),
                || add_gradient(scale, &delta.1, &self.hidden, weights.1, bias.1),
            );
        }
    }
}

/// Some of the samples of a batch.
struct Part<'a, T> {
    first: usize,
    hidden: DMatrixViewMut<'a, T>,
    hidden_delta: DMatrixViewMut<'a, T>,
    delta: DMatrixViewMut<'a, T>,
}

impl<T: Real> Part<'_, T> {
    fn backpropagate(mut self, network: &Network<T>, samples: &Samples<T>) -> T {
        let inputs = samples.inputs.columns(self.first, self.hidden.ncols());
        network.activate_hidden(&inputs, &mut self.hidden);
        network.output.forward(&self.hidden.as_view(), &mut self.delta);
        let mut loss = T::zero();
        for (mut logits, sample) in self.delta.column_iter_mut().zip(self.first..) {
            loss += network.head.differentiate(logits.as_mut_slice(), samples.targets.of(sample));
        }
        transpose_times(&network.output.weights, &self.delta.as_view(), &mut self.hidden_delta);
        // The derivative of the ReLU, 0 at 0.
        for (mut deltas, units) in self.hidden_delta.column_iter_mut().zip(self.hidden.column_iter()) {
            for (delta, unit) in deltas.as_mut_slice().iter_mut().zip(units.as_slice()) {
                *delta = if *unit <= T::zero() { T::zero() } else { *delta };
            }
        }
        loss
    }
}

/// Adds `scale` · delta · inputsᵀ to the weights, and `scale` times the sum of delta over the samples to the bias.
fn add_gradient<T: Real>(
    scale: T,
    delta: &DMatrixView<T>,
    inputs: &DMatrix<T>,
    mut weights: DMatrixViewMut<T>,
    mut bias: DVectorViewMut<T>,
) {
    weights.gemm(scale, delta, &transposed(inputs), T::one());
    for column in delta.column_iter() {
        bias.axpy(scale, &column, T::one());
    }
}

/// c = aᵀ b. nalgebra's own `gemm_tr` multiplies large matrices at half the speed of `gemm` or less, and its `gemm`
/// must not be given a small transposed matrix on the left (<https://github.com/dimforge/nalgebra/issues/1616>).
fn transpose_times<T: Real>(a: &DMatrix<T>, b: &DMatrixView<T>, c: &mut DMatrixViewMut<T>) {
    if a.nrows().min(a.ncols()).min(b.ncols()) < 16 {
        c.gemm_tr(T::one(), a, b, T::zero());
    } else {
        c.gemm(T::one(), &transposed(a), b, T::zero());
    }
}

/// The transpose as a view: the product's kernel reads its operands with any stride.
fn transposed<T: Real>(matrix: &DMatrix<T>) -> DMatrixView<'_, T, Dyn, Dyn> {
    let (rows, columns) = matrix.shape();
    DMatrixView::from_slice_with_strides(matrix.as_slice(), columns, rows, rows, 1)
}

/// Both, at once where there are two threads.
fn both<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    if rayon::current_num_threads() > 1 { rayon::join(a, b) } else { (a(), b()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::{Head, Targets};
    use nalgebra::dmatrix;

    #[test]
    fn halves_add_up_to_the_whole() -> Result<(), ShapeError> {
        let network = Network::<f64>::new([3, 20, 1_043], Head::Softmax { groups: 7 }, 5);
        let samples = |range: std::ops::Range<usize>| Samples {
            inputs: DMatrix::from_fn(3, range.len(), |i, j| ((i + 5 * (j + range.start)) as f64).sin()),
            targets: Targets::Classes(DMatrix::from_fn(7, range.len(), |i, j| (i + j + range.start) % 149)),
        };
        const { assert!(67 * 1_043 >= LARGE && 34 * 1_043 < LARGE) };
        let (loss, gradient) = network.gradient(&samples(0..67))?;
        let (first_loss, first) = network.gradient(&samples(0..33))?;
        let (last_loss, last) = network.gradient(&samples(33..67))?;
        assert!((loss - (33.0 * first_loss + 34.0 * last_loss) / 67.0).abs() < 1e-12);
        for ((whole, first), last) in gradient.iter().zip(&first).zip(&last) {
            let weights = (&first.weights * 33.0 + &last.weights * 34.0) / 67.0;
            assert!((&whole.weights - weights).amax() < 1e-14);
            let bias = (&first.bias * 33.0 + &last.bias * 34.0) / 67.0;
            assert!((&whole.bias - bias).amax() < 1e-14);
        }
        Ok(())
    }

    #[test]
    fn a_product_with_a_transpose_is_the_same_for_small_and_large_matrices() {
        for (rows, columns, samples) in [(1, 1, 1), (2, 20, 20), (20, 2, 20), (20, 20, 2), (20, 17, 33)] {
            let a = DMatrix::from_fn(rows, columns, |i, j| ((3 * i + j) % 7) as f64);
            let b = DMatrix::from_fn(rows, samples, |i, j| ((i + 5 * j) % 11) as f64);
            let mut c = DMatrix::zeros(columns, samples);
            transpose_times(&a, &b.as_view(), &mut c.as_view_mut());
            assert_eq!(c, a.transpose() * b);
        }
    }

    #[test]
    fn a_unit_at_zero_passes_nothing_back() -> Result<(), ShapeError> {
        let mut network = Network::new([1, 1, 1], Head::Sigmoid, 0);
        network.hidden.weights = dmatrix![0.0];
        network.output.weights = dmatrix![1.0];
        let samples = Samples { inputs: dmatrix![1.0], targets: Targets::Values(dmatrix![0.0]) };
        let (_, [hidden, output]) = network.gradient(&samples)?;
        assert_eq!((hidden.bias[0], output.bias[0]), (0.0, 0.5));
        Ok(())
    }
}
