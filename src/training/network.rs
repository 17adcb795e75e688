//! A multilayer perceptron: inputs, one hidden layer of rectified linear units, outputs with an exchangeable [`Head`].

use super::backpropagation::Workspace;
use super::head::{Head, Samples};
use math::real::Real;
use math::shape::ShapeError;
use nalgebra::{DMatrix, DMatrixView, DMatrixViewMut, DVector};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// z = W x + b.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<T> {
    /// W: a row an output, a column an input.
    pub weights: DMatrix<T>,
    /// b: one an output.
    pub bias: DVector<T>,
}

impl<T: Real> Layer<T> {
    /// A layer of zeros, as which a gradient begins.
    #[must_use]
    pub fn zeros(outputs: usize, inputs: usize) -> Self {
        Self { weights: DMatrix::zeros(outputs, inputs), bias: DVector::zeros(outputs) }
    }

    /// Weights uniform in ±√(6 / inputs), the variance of which suits rectifiers (He et al. 2015,
    /// section 2.2); no bias.
    fn random(outputs: usize, inputs: usize, rng: &mut Pcg64Mcg) -> Self {
        let limit = (6.0 / inputs as f64).sqrt();
        let weights =
            DMatrix::from_fn(outputs, inputs, |_, _| nalgebra::convert(limit * rng.random_range(-1.0..1.0)));
        Self { weights, ..Self::zeros(outputs, inputs) }
    }

    pub(crate) fn forward(&self, inputs: &DMatrixView<T>, outputs: &mut DMatrixViewMut<T>) {
        for mut column in outputs.column_iter_mut() {
            column.as_mut_slice().copy_from_slice(self.bias.as_slice());
        }
        outputs.gemm(T::one(), &self.weights, inputs, T::one());
    }
}

/// inputs → hidden layer → `ReLU` → output layer → head. Everywhere a column is a sample.
/// The output layer reads as many numbers as the hidden layer gives.
///
/// ```
/// use nalgebra::{DMatrix, dmatrix, dvector};
/// use training::{Head, Layer, Network};
///
/// let hidden = Layer { weights: dmatrix![1.0, -1.0; -1.0, 1.0], bias: dvector![0.0, 0.0] };
/// let output = Layer { weights: dmatrix![1.0, 2.0], bias: dvector![0.5] };
/// let network = Network { hidden, output, head: Head::Sigmoid };
/// let samples = dmatrix![3.0, 1.0; 1.0, 1.0];
/// // The first sample: ReLU (2, −2) = (2, 0), and 1 · 2 + 2 · 0 + 0.5 = 2.5.
/// assert_eq!(network.logits(&samples)?, dmatrix![2.5, 0.5]);
/// assert_eq!(network.predict(&samples)?, dmatrix![2.5, 0.5].map(math::sigmoid));
/// # Ok::<(), math::ShapeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Network<T> {
    /// From the inputs to the hidden units.
    pub hidden: Layer<T>,
    /// From the hidden units to the logits.
    pub output: Layer<T>,
    /// How the logits are read.
    pub head: Head,
}

impl<T: Real> Network<T> {
    /// A network of so many `[inputs, hidden, outputs]`, its weights drawn from the seed: the same seed, the same
    /// network, on every machine.
    ///
    /// # Panics
    /// If the softmaxes cannot share the outputs equally.
    #[must_use]
    pub fn new([inputs, hidden, outputs]: [usize; 3], head: Head, seed: u64) -> Self {
        if let Head::Softmax { groups } = head {
            assert!(groups > 0 && outputs.is_multiple_of(groups), "{groups} softmaxes for {outputs} outputs");
        }
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        Self {
            hidden: Layer::random(hidden, inputs, &mut rng),
            output: Layer::random(outputs, hidden, &mut rng),
            head,
        }
    }

    /// How many weights and biases there are to learn.
    #[must_use]
    pub fn parameters(&self) -> usize {
        [&self.hidden, &self.output].map(|layer| layer.weights.len() + layer.bias.len()).iter().sum()
    }

    /// The scores before the head.
    ///
    /// # Errors
    /// If the samples do not have the network's number of inputs.
    pub fn logits(&self, inputs: &DMatrix<T>) -> Result<DMatrix<T>, ShapeError> {
        self.unless_inputs(inputs)?;
        let mut hidden = DMatrix::zeros(self.hidden.bias.len(), inputs.ncols());
        self.activate_hidden(&inputs.as_view(), &mut hidden.as_view_mut());
        let mut logits = DMatrix::zeros(self.output.bias.len(), inputs.ncols());
        self.output.forward(&hidden.as_view(), &mut logits.as_view_mut());
        Ok(logits)
    }

    /// The logits as the head reads them: numbers in (−1, 1) or probabilities.
    ///
    /// # Errors
    /// If the samples do not have the network's number of inputs.
    pub fn predict(&self, inputs: &DMatrix<T>) -> Result<DMatrix<T>, ShapeError> {
        let mut predictions = self.logits(inputs)?;
        for mut column in predictions.column_iter_mut() {
            self.head.activate(column.as_mut_slice());
        }
        Ok(predictions)
    }

    /// The mean loss over the samples.
    ///
    /// # Errors
    /// If inputs or targets do not have the network's shape, or a class is out of range.
    pub fn loss(&self, samples: &Samples<T>) -> Result<T, ShapeError> {
        self.unless_samples(samples)?;
        let mut logits = self.logits(&samples.inputs)?;
        let mut loss = T::zero();
        for (sample, mut column) in logits.column_iter_mut().enumerate() {
            loss += self.head.differentiate(column.as_mut_slice(), samples.targets.of(sample));
        }
        Ok(loss / nalgebra::convert(samples.inputs.ncols() as f64))
    }

    /// The mean loss over the samples, and its gradient for the hidden and for the output layer.
    ///
    /// # Errors
    /// If inputs or targets do not have the network's shape, or a class is out of range.
    pub fn gradient(&self, samples: &Samples<T>) -> Result<(T, [Layer<T>; 2]), ShapeError> {
        let mut workspace = Workspace::default();
        let loss = workspace.backpropagate(self, samples)?;
        let mut gradient = [&self.hidden, &self.output]
            .map(|layer| Layer::zeros(layer.weights.nrows(), layer.weights.ncols()));
        let [hidden, output] = &mut gradient;
        workspace.add_gradient(T::one(), &samples.inputs, [hidden, output]);
        Ok((loss, gradient))
    }

    pub(crate) fn activate_hidden(&self, inputs: &DMatrixView<T>, hidden: &mut DMatrixViewMut<T>) {
        self.hidden.forward(inputs, hidden);
        for mut sample in hidden.column_iter_mut() {
            for unit in sample.as_mut_slice() {
                *unit = if *unit < T::zero() { T::zero() } else { *unit };
            }
        }
    }

    /// Passes where these samples can teach this network.
    pub(crate) fn unless_samples(&self, samples: &Samples<T>) -> Result<(), ShapeError> {
        self.unless_inputs(&samples.inputs)?;
        samples.targets.unless_fit(self.head, (self.output.bias.len(), samples.inputs.ncols()))
    }

    fn unless_inputs(&self, inputs: &DMatrix<T>) -> Result<(), ShapeError> {
        ShapeError::unless_equal(
            "network",
            ("matrix of samples", inputs.shape()),
            ("matrix that the network reads", (self.hidden.weights.ncols(), inputs.ncols())),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::Targets;
    use nalgebra::dmatrix;

    /// Every weight and bias against its central difference. No hidden unit lies within a step of its kink.
    fn prove(head: Head, outputs: usize, targets: Targets<f64>) -> Result<(), ShapeError> {
        let network = Network::<f64>::new([3, 7, outputs], head, 11);
        let inputs = dmatrix![0.5, -1.0, 2.0, 0.1; 1.5, 0.3, -0.7, -0.2; -0.4, 0.8, 0.9, 0.6];
        assert!((&network.hidden.weights * &inputs).iter().all(|x| x.abs() > 1e-3));
        let samples = Samples { inputs, targets };
        let (loss, gradient) = network.gradient(&samples)?;
        assert!((loss - network.loss(&samples)?).abs() < 1e-15);
        let h = 1e-5;
        for (layer, gradient) in gradient.iter().enumerate() {
            for (entry, &analytic) in gradient.weights.iter().chain(&gradient.bias).enumerate() {
                let at = |step| {
                    let mut network = network.clone();
                    let layer = if layer == 0 { &mut network.hidden } else { &mut network.output };
                    if let Some(x) = layer.weights.iter_mut().chain(&mut layer.bias).nth(entry) {
                        *x += step;
                    }
                    network.loss(&samples)
                };
                let difference = (at(h)? - at(-h)?) / (2.0 * h);
                assert!((analytic - difference).abs() < 1e-9, "{head:?}: {analytic} {difference}");
            }
        }
        Ok(())
    }

    #[test]
    fn gradients_are_the_central_differences() -> Result<(), ShapeError> {
        let velocities = dmatrix![0.5, -0.9, 0.0, 0.3; -0.2, 0.7, 1.0, -1.0];
        prove(Head::Regression, 2, Targets::Values(velocities))?;
        prove(Head::Softmax { groups: 1 }, 5, Targets::Classes(dmatrix![4, 0, 2, 2]))?;
        prove(Head::Softmax { groups: 2 }, 6, Targets::Classes(dmatrix![2, 0, 1, 1; 0, 1, 2, 1]))?;
        let shares =
            dmatrix![0.5, 1.0, 0.0, 0.25; 0.0, 0.0, 0.5, 0.25; 0.5, 0.0, 0.0, 0.25; 0.0, 0.0, 0.5, 0.25];
        prove(Head::Softmax { groups: 1 }, 4, Targets::Values(shares.clone()))?;
        prove(Head::Softmax { groups: 2 }, 4, Targets::Values(shares.clone()))?;
        prove(Head::Sigmoid, 4, Targets::Values(shares.map(f64::ceil)))
    }

    #[test]
    fn a_seed_is_a_network() {
        let network = |seed| Network::<f32>::new([4, 6, 8], Head::Sigmoid, seed);
        assert_eq!(network(3), network(3));
        assert_ne!(network(3), network(4));
        assert_eq!(network(3).parameters(), 4 * 6 + 6 + 6 * 8 + 8);
    }

    #[test]
    fn each_softmax_adds_up_to_one() -> Result<(), ShapeError> {
        let network = Network::new([1, 5, 6], Head::Softmax { groups: 2 }, 1);
        let p = network.predict(&dmatrix![-2.0, 3.0])?;
        for group in [p.rows(0, 3), p.rows(3, 3)] {
            assert!((group.row_sum().add_scalar(-1.0)).amax() < 1e-15);
        }
        Ok(())
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let network = Network::new([2, 3, 4], Head::Softmax { groups: 2 }, 1);
        let says = |inputs: usize, targets: Targets<f64>, text: &str| {
            let samples = Samples { inputs: DMatrix::zeros(inputs, 5), targets };
            let said = network.gradient(&samples).map_err(|error| error.to_string());
            assert_eq!(said, Err(text.to_owned()));
        };
        says(
            3,
            Targets::Classes(DMatrix::zeros(2, 5)),
            "network: a matrix of samples of 3×5 differs from a matrix that the network reads of 2×5",
        );
        says(
            2,
            Targets::Classes(DMatrix::zeros(1, 5)),
            "training: a table of classes of 1×5 differs from a table of a class for each softmax of 2×5",
        );
        says(
            2,
            Targets::Classes(DMatrix::repeat(2, 5, 2)),
            "training: a target column of 3×1 does not fit into a column of scores of 2×1",
        );
        says(
            2,
            Targets::Values(DMatrix::zeros(4, 6)),
            "training: a matrix of targets of 4×6 differs from a matrix of outputs of 4×5",
        );
    }
}
