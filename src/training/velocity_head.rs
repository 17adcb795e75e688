//! Three ways for a network to answer with a velocity.

use super::head::{Head, Targets};
use super::network::Network;
use super::steering::Velocity;
use crate::math::bins::{BinError, Bins};
use crate::math::metrics::argmax;
use crate::math::shape::ShapeError;
use nalgebra::DMatrix;
use num_traits::ToPrimitive;
use std::fmt;

/// States that are answered at once.
const PIECE: usize = 100;

/// What the outputs of a network stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VelocityHead {
    /// A class for each pair of intervals: one softmax over count².
    Joint,
    /// A class for each interval of each axis: two softmaxes over count.
    Factorised,
    /// Two numbers.
    Regression,
}

/// A velocity that a network answers with, and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// The velocity.
    pub velocity: Velocity,
    /// Of the classes of x and y and their joint probability, where there are classes.
    pub classes: Option<([usize; 2], f64)>,
}

impl VelocityHead {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Joint, Self::Factorised, Self::Regression];

    /// How many outputs it takes.
    #[must_use]
    pub fn outputs(self, bins: &Bins) -> usize {
        match self {
            Self::Joint => bins.count() * bins.count(),
            Self::Factorised => 2 * bins.count(),
            Self::Regression => 2,
        }
    }

    /// How the logits are read.
    #[must_use]
    pub fn head(self) -> Head {
        match self {
            Self::Joint => Head::Softmax { groups: 1 },
            Self::Factorised => Head::Softmax { groups: 2 },
            Self::Regression => Head::Regression,
        }
    }

    /// What the network should answer, a column a velocity.
    ///
    /// # Errors
    /// If a velocity lies outside the range of the bins.
    pub fn targets(self, bins: &Bins, velocities: &[Velocity]) -> Result<Targets<f32>, BinError> {
        if self == Self::Regression {
            let components = velocities.iter().flatten().map(|&component| nalgebra::convert(component));
            return Ok(Targets::Values(DMatrix::from_iterator(2, velocities.len(), components)));
        }
        let mut classes = Vec::with_capacity(2 * velocities.len());
        for velocity in velocities {
            let [x, y] = [bins.index_of(velocity[0])?, bins.index_of(velocity[1])?];
            match self {
                Self::Joint => classes.push(x * bins.count() + y),
                _ => classes.extend([x, y]),
            }
        }
        Ok(Targets::Classes(DMatrix::from_vec(
            classes.len() / velocities.len().max(1),
            velocities.len(),
            classes,
        )))
    }

    /// What a network answers in each state.
    ///
    /// # Errors
    /// If the states do not have the network's number of inputs.
    ///
    /// # Panics
    /// If the network has not this head's outputs.
    pub fn answers(
        self,
        bins: &Bins,
        network: &Network<f32>,
        states: &DMatrix<f32>,
    ) -> Result<Vec<Answer>, ShapeError> {
        let mut answers = Vec::with_capacity(states.ncols());
        // In pieces, for the probabilities of all states at once may be many.
        for first in (0..states.ncols()).step_by(PIECE) {
            let piece = states.columns(first, PIECE.min(states.ncols() - first)).into_owned();
            let predictions = network.predict(&piece)?;
            let decode =
                |column: &[f32]| self.decode(bins, column).expect("the network has this head's outputs");
            answers.extend(predictions.column_iter().map(|column| decode(column.as_slice())));
        }
        Ok(answers)
    }

    /// The velocity that a column of predictions means: of probabilities the centre of the most likely class.
    /// `None` where it has not as many numbers as this head gives.
    #[must_use]
    pub fn decode(self, bins: &Bins, prediction: &[f32]) -> Option<Answer> {
        let count = bins.count();
        let (classes, probability) = match self {
            Self::Regression => {
                let [x, y] = *prediction.as_array::<2>()?;
                return Some(Answer { velocity: [x.into(), y.into()], classes: None });
            }
            Self::Joint => {
                let joint = argmax(prediction).filter(|_| prediction.len() == count * count)?;
                ([joint / count, joint % count], prediction[joint].into())
            }
            Self::Factorised => {
                let (of_x, of_y) = prediction.split_at_checked(count).filter(|(_, y)| y.len() == count)?;
                let (x, y) = (argmax(of_x)?, argmax(of_y)?);
                ([x, y], f64::from(of_x[x]) * f64::from(of_y[y]))
            }
        };
        let velocity = classes.map(|class| bins.centre(class).to_f64().unwrap_or(f64::NAN));
        Some(Answer { velocity, classes: Some((classes, probability)) })
    }
}

impl fmt::Display for VelocityHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Joint => "joint",
            Self::Factorised => "factorised",
            Self::Regression => "two numbers",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exact;
    use nalgebra::dmatrix;

    fn bins() -> Bins {
        let whole = |n: i64| Exact::from_integer(n.into());
        Bins::new(whole(-1), whole(1), Exact::new(1.into(), 2.into())).expect("a half divides 2")
    }

    #[test]
    fn classes_are_those_of_the_one_hot_rows() {
        // −0.5 begins the second of four intervals, 0.75 lies in the last.
        let velocities = [[-0.5, 0.75], [1.0, -1.0]];
        let targets = |head: VelocityHead| head.targets(&bins(), &velocities);
        assert_eq!(targets(VelocityHead::Joint), Ok(Targets::Classes(dmatrix![7, 12])));
        assert_eq!(targets(VelocityHead::Factorised), Ok(Targets::Classes(dmatrix![1, 3; 3, 0])));
        assert_eq!(targets(VelocityHead::Regression), Ok(Targets::Values(dmatrix![-0.5, 1.0; 0.75, -1.0])));
        assert!(VelocityHead::Joint.targets(&bins(), &[[1.5, 0.0]]).is_err());
        assert!(VelocityHead::Joint.targets(&bins(), &[[f64::NAN, 0.0]]).is_err());
    }

    #[test]
    fn an_answer_is_the_centre_of_the_likeliest_class_and_as_likely() {
        let mut joint = [0.0; 16];
        joint[7] = 0.75;
        let factorised = [0.1, 0.5, 0.2, 0.2, 0.0, 0.25, 0.0, 0.75];
        let expected =
            |probability| Some(Answer { velocity: [-0.25, 0.75], classes: Some(([1, 3], probability)) });
        assert_eq!(VelocityHead::Joint.decode(&bins(), &joint), expected(0.75));
        assert_eq!(VelocityHead::Factorised.decode(&bins(), &factorised), expected(0.375));
        let numbers = Some(Answer { velocity: [-0.25, 0.75], classes: None });
        assert_eq!(VelocityHead::Regression.decode(&bins(), &[-0.25, 0.75]), numbers);
        for head in VelocityHead::ALL {
            assert_eq!(head.decode(&bins(), &[0.0; 3]), None, "{head}");
        }
    }
}
