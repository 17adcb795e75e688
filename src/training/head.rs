//! What a network's last layer means, and what it should answer.

use math::activation::{bipolar_sigmoid, sigmoid};
use math::cross_entropy::{class_in_place, sigmoid_in_place, soft_in_place, unless_classes};
use math::real::Real;
use math::shape::{Shape, ShapeError};
use math::softmax::softmax_in_place;
use nalgebra::DMatrix;

/// How logits are read as a prediction, and which loss compares it with the target. Each loss is summed over the
/// outputs of a sample and averaged over the samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// Numbers in (−1, 1): y = 2 (σ(z) − ½), loss ½ (y − t)².
    Regression,
    /// As many softmaxes side by side, each over an equal share of the outputs; the loss is the sum of their
    /// cross-entropies.
    Softmax {
        /// How many softmaxes, a divisor of the number of outputs: 1 for a joint one-hot, 2 for one an axis.
        groups: usize,
    },
    /// Independent probabilities σ(z), loss the binary cross-entropy.
    Sigmoid,
}

impl Head {
    /// Turns the logits of one sample into the prediction.
    pub(crate) fn activate<T: Real>(self, logits: &mut [T]) {
        match self {
            Self::Regression => logits.iter_mut().for_each(|z| *z = bipolar_sigmoid(*z)),
            Self::Sigmoid => logits.iter_mut().for_each(|z| *z = sigmoid(*z)),
            Self::Softmax { groups } => {
                logits.chunks_exact_mut(logits.len() / groups).for_each(softmax_in_place);
            }
        }
    }

    /// Turns the logits of one sample into the gradient of its loss, and returns the loss.
    pub(crate) fn differentiate<T: Real>(self, logits: &mut [T], target: Target<T>) -> T {
        let zero = T::zero();
        match (self, target) {
            (Self::Regression, Target::Values(t)) => squared_error_in_place(logits, t),
            (Self::Sigmoid, Target::Values(t)) => sigmoid_in_place(logits, t),
            (Self::Softmax { groups }, Target::Values(t)) => {
                let size = logits.len() / groups;
                let groups = logits.chunks_exact_mut(size).zip(t.chunks_exact(size));
                groups.fold(zero, |loss, (z, t)| loss + soft_in_place(z, t))
            }
            (_, Target::Classes(classes)) => {
                let groups = logits.chunks_exact_mut(logits.len() / classes.len().max(1)).zip(classes);
                groups.fold(zero, |loss, (z, &class)| loss + class_in_place(z, class))
            }
        }
    }

    fn groups(self) -> usize {
        match self {
            Self::Softmax { groups } => groups,
            Self::Regression | Self::Sigmoid => 0,
        }
    }
}

fn squared_error_in_place<T: Real>(logits: &mut [T], targets: &[T]) -> T {
    let half = nalgebra::convert(0.5);
    let mut loss = T::zero();
    for (z, &t) in logits.iter_mut().zip(targets) {
        let y = bipolar_sigmoid(*z);
        let error = y - t;
        loss += half * error * error;
        *z = error * half * (T::one() - y * y);
    }
    loss
}

/// What a network should answer, a column a sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Targets<T> {
    /// A value for each output: velocities, labels of 0 and 1, or probabilities such as 1/k for each of k labels.
    Values(DMatrix<T>),
    /// For each softmax a row with the index of the right class within its group.
    Classes(DMatrix<usize>),
}

/// The targets of one sample.
pub(crate) enum Target<'a, T> {
    Values(&'a [T]),
    Classes(&'a [usize]),
}

impl<T: Real> Targets<T> {
    pub(crate) fn of(&self, sample: usize) -> Target<'_, T> {
        fn column<N>(matrix: &DMatrix<N>, j: usize) -> &[N] {
            &matrix.as_slice()[j * matrix.nrows()..][..matrix.nrows()]
        }
        match self {
            Self::Values(values) => Target::Values(column(values, sample)),
            Self::Classes(classes) => Target::Classes(column(classes, sample)),
        }
    }

    /// Passes where a head of so many outputs can be compared with these targets for so many samples.
    pub(crate) fn unless_fit(&self, head: Head, (outputs, samples): Shape) -> Result<(), ShapeError> {
        match self {
            Self::Values(values) => ShapeError::unless_equal(
                "training",
                ("matrix of targets", values.shape()),
                ("matrix of outputs", (outputs, samples)),
            ),
            Self::Classes(classes) => {
                ShapeError::unless_equal(
                    "training",
                    ("table of classes", classes.shape()),
                    ("table of a class for each softmax", (head.groups(), samples)),
                )?;
                unless_classes("training", classes.as_slice(), outputs / head.groups().max(1))
            }
        }
    }
}

/// Inputs with their targets, a column a sample: a data set, or a batch of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples<T> {
    /// A row an input.
    pub inputs: DMatrix<T>,
    /// What the network should answer to each.
    pub targets: Targets<T>,
}

impl<T: Real> Samples<T> {
    /// The samples at these indices, in this order, into a batch whose memory is used again.
    ///
    /// # Panics
    /// If an index is out of range.
    pub(crate) fn gather(&self, indices: &[usize], batch: &mut Self) {
        gather(&self.inputs, indices, &mut batch.inputs);
        match (&self.targets, &mut batch.targets) {
            (Targets::Values(all), Targets::Values(batch)) => gather(all, indices, batch),
            (Targets::Classes(all), Targets::Classes(batch)) => gather(all, indices, batch),
            (all, batch) => {
                *batch = match all {
                    Targets::Values(all) => Targets::Values(all.select_columns(indices)),
                    Targets::Classes(all) => Targets::Classes(all.select_columns(indices)),
                }
            }
        }
    }
}

fn gather<N: nalgebra::Scalar + num_traits::Zero>(
    all: &DMatrix<N>,
    indices: &[usize],
    batch: &mut DMatrix<N>,
) {
    if batch.shape() != (all.nrows(), indices.len()) {
        *batch = DMatrix::zeros(all.nrows(), indices.len());
    }
    for (mut column, &sample) in batch.column_iter_mut().zip(indices) {
        column.copy_from(&all.column(sample));
    }
}
