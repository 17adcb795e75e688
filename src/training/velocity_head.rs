//! Four ways for a network to answer with a velocity.

use super::head::{Head, Samples, Targets};
use super::network::Network;
use super::sgd::Sgd;
use super::steering::{Demonstrations, Steering, Velocity};
use super::trial::{BATCH, STATE};
use math::bins::{BinError, Bins};
use math::metrics::argmax;
use math::shape::ShapeError;
use nalgebra::{DMatrix, DVector, convert};
use num_traits::ToPrimitive;
use std::fmt;
use std::time::Instant;

/// States that are answered at once.
const PIECE: usize = 100;

/// What the outputs of a network stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VelocityHead {
    /// A class for each pair of intervals: one softmax over count².
    Joint,
    /// A class for each interval of each axis: two softmaxes over count, p(x) · p(y).
    Factorised,
    /// The same classes, but a second network, which is told the class of x, answers with y: p(x) · p(y given x).
    Chained,
    /// Two numbers.
    Regression,
}

/// A velocity that a network answers with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// The centre of the likeliest pair of intervals, where there are classes; else the two numbers.
    pub likeliest: Velocity,
    /// The mean of all centres, each as often as it is likely, where there are classes; else the two numbers.
    pub expected: Velocity,
    /// The classes of x and y of the likeliest pair, and its probability, where there are classes.
    pub pair: Option<([usize; 2], f32)>,
}

impl VelocityHead {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Joint, Self::Factorised, Self::Chained, Self::Regression];

    /// How many outputs it takes.
    #[must_use]
    pub fn outputs(self, bins: &Bins) -> usize {
        self.shapes(bins, 1).map(|[_, _, outputs]| outputs).sum()
    }

    /// How many weights and biases a network with so many hidden units has.
    #[must_use]
    pub fn parameters(self, bins: &Bins, hidden: usize) -> usize {
        let layers = |[inputs, hidden, outputs]: [usize; 3]| hidden * (inputs + 1) + outputs * (hidden + 1);
        self.shapes(bins, hidden).map(layers).sum()
    }

    /// What a step of a batch takes on this machine, from a few steps after a first one; NaN where nothing is learnt.
    #[must_use]
    pub fn seconds_a_step(self, bins: &Bins, hidden: usize) -> f64 {
        const STEPS: u8 = 5;
        let mut model = VelocityModel::new(self, bins, hidden, 1);
        let Ok(samples) = self.samples(bins, &Steering::FreeWay.draw(BATCH, 1)) else { return f64::NAN };
        let mut descents: Vec<_> = samples.iter().map(|_| Sgd::new(1.0, BATCH, 1)).collect();
        let mut step = || model.step(&mut descents, &samples);
        let is_learnt = step().is_ok();
        let start = Instant::now();
        let is_learnt = (0..STEPS).all(|_| step().is_ok()) && is_learnt;
        if is_learnt { start.elapsed().as_secs_f64() / f64::from(STEPS) } else { f64::NAN }
    }

    /// The `[inputs, hidden, outputs]` of its networks, of which the chained head has two.
    fn shapes(self, bins: &Bins, hidden: usize) -> impl Iterator<Item = [usize; 3]> {
        let count = bins.count();
        let (outputs, second) = match self {
            Self::Joint => (count * count, None),
            Self::Factorised => (2 * count, None),
            Self::Chained => (count, Some([STATE + count, hidden, count])),
            Self::Regression => (2, None),
        };
        std::iter::once([STATE, hidden, outputs]).chain(second)
    }

    /// How the logits are read.
    fn head(self) -> Head {
        match self {
            Self::Joint | Self::Chained => Head::Softmax { groups: 1 },
            Self::Factorised => Head::Softmax { groups: 2 },
            Self::Regression => Head::Regression,
        }
    }

    /// What its networks learn from.
    ///
    /// # Errors
    /// If a velocity lies outside the range of the bins.
    pub fn samples(self, bins: &Bins, shown: &Demonstrations) -> Result<Vec<Samples<f32>>, BinError> {
        let Demonstrations { states, velocities } = shown;
        if self == Self::Regression {
            let components = velocities.iter().flatten().map(|&component| convert(component));
            let targets = Targets::Values(DMatrix::from_iterator(2, velocities.len(), components));
            return Ok(vec![Samples { inputs: states.clone(), targets }]);
        }
        let pairs = velocities.iter().map(|[x, y]| Ok([bins.index_of(*x)?, bins.index_of(*y)?]));
        let pairs = pairs.collect::<Result<Vec<_>, BinError>>()?;
        let of = |inputs: &DMatrix<f32>, rows, classes| Samples {
            inputs: inputs.clone(),
            targets: Targets::Classes(DMatrix::from_vec(rows, pairs.len(), classes)),
        };
        let single = |class: fn(&[usize; 2], usize) -> usize| {
            pairs.iter().map(|pair| class(pair, bins.count())).collect()
        };
        Ok(match self {
            Self::Joint => vec![of(states, 1, single(|[x, y], count| x * count + y))],
            Self::Chained => {
                let classes = pairs.iter().map(|[x, _]| *x);
                let told = with_class(states, classes, bins.count());
                vec![of(states, 1, single(|[x, _], _| *x)), of(&told, 1, single(|[_, y], _| *y))]
            }
            _ => vec![of(states, 2, pairs.as_flattened().to_vec())],
        })
    }
}

/// States, each with a class below it as a one-hot column.
fn with_class(states: &DMatrix<f32>, classes: impl Iterator<Item = usize>, count: usize) -> DMatrix<f32> {
    let rows = states.nrows();
    let mut told = states.clone().resize_vertically(rows + count, 0.0);
    classes.enumerate().for_each(|(sample, class)| told[(rows + class, sample)] = 1.0);
    told
}

/// A network with a velocity head; with the chained head two of them.
///
/// ```
/// use math::{Exact, Bins};
/// use training::{VelocityHead, VelocityModel};
///
/// let whole = |n: i64| Exact::from_integer(n.into());
/// let bins = Bins::new(whole(-1), whole(1), whole(1))?;
/// let model = VelocityModel::new(VelocityHead::Chained, &bins, 8, 1);
/// let pairs = &model.pairs(&nalgebra::DMatrix::zeros(4, 1))?[0];
/// assert_eq!(pairs.shape(), (2, 2));
/// assert!((pairs.sum() - 1.0).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct VelocityModel {
    head: VelocityHead,
    /// What an answer of each class means on its axis, in m/s.
    centres: DVector<f64>,
    pub(crate) networks: Vec<Network<f32>>,
}

impl VelocityModel {
    /// A model that has learnt nothing yet, its weights drawn from the seed.
    #[must_use]
    pub fn new(head: VelocityHead, bins: &Bins, hidden: usize, seed: u64) -> Self {
        let centre = |class, _| bins.centre(class).to_f64().unwrap_or(f64::NAN);
        let network = |shape| Network::new(shape, head.head(), seed);
        Self {
            head,
            centres: DVector::from_fn(bins.count(), centre),
            networks: head.shapes(bins, hidden).map(network).collect(),
        }
    }

    /// A step of each network along the gradient of a batch.
    ///
    /// # Errors
    /// If the batch does not have the network's shape.
    pub fn step(&mut self, descents: &mut [Sgd<f32>], batch: &[Samples<f32>]) -> Result<(), ShapeError> {
        let mut networks = self.networks.iter_mut().zip(descents).zip(batch);
        networks.try_for_each(|((network, sgd), batch)| sgd.step(network, batch).map(drop))
    }

    /// What it answers in each state.
    ///
    /// # Errors
    /// If the states do not have the network's number of inputs.
    pub fn answers(&self, states: &DMatrix<f32>) -> Result<Vec<Answer>, ShapeError> {
        if self.head == VelocityHead::Regression {
            let numbers = self.networks[0].predict(states)?;
            let answer = |[x, y]: [f64; 2]| Answer { likeliest: [x, y], expected: [x, y], pair: None };
            return Ok(numbers.column_iter().map(|y| answer([y[0].into(), y[1].into()])).collect());
        }
        let mut answers = Vec::with_capacity(states.ncols());
        // In pieces, for the probabilities of all states at once may be many.
        for first in (0..states.ncols()).step_by(PIECE) {
            let piece = states.columns(first, PIECE.min(states.ncols() - first)).into_owned();
            answers.extend(self.pairs(&piece)?.iter().map(|pairs| self.read(pairs)));
        }
        Ok(answers)
    }

    /// The probability of each pair of classes in each state: a row a class of y, a column a class of x. Nothing for
    /// two numbers.
    ///
    /// # Errors
    /// If the states do not have the network's number of inputs.
    pub fn pairs(&self, states: &DMatrix<f32>) -> Result<Vec<DMatrix<f32>>, ShapeError> {
        let count = self.centres.len();
        let first = self.networks[0].predict(states)?;
        Ok(match self.head {
            VelocityHead::Regression => Vec::new(),
            VelocityHead::Joint => {
                let square = |joint: &[f32]| DMatrix::from_column_slice(count, count, joint);
                first.column_iter().map(|joint| square(joint.as_slice())).collect()
            }
            VelocityHead::Factorised => {
                first.column_iter().map(|p| p.rows(count, count) * p.rows(0, count).transpose()).collect()
            }
            VelocityHead::Chained => {
                let pairs = states.column_iter().zip(first.column_iter());
                pairs.map(|(state, of_x)| self.chained(&state.into_owned(), of_x.as_slice())).collect()
            }
        })
    }

    /// p(x) · p(y given x) in one state: the second network is told each class of x, a column each. What the state
    /// adds to its hidden units is the same in all columns, and what a class adds is a column of the weights.
    fn chained(&self, state: &DVector<f32>, of_x: &[f32]) -> DMatrix<f32> {
        let Network { hidden, output, head } = &self.networks[1];
        let count = of_x.len();
        let (of_state, of_class) = hidden.weights.columns_range_pair(..STATE, STATE..);
        let from_state = of_state * state + &hidden.bias;
        let mut units = of_class.into_owned();
        for mut column in units.column_iter_mut() {
            column.zip_apply(&from_state, |unit, from_state| *unit = (*unit + from_state).max(0.0));
        }
        let mut pairs = DMatrix::zeros(count, count);
        output.forward(&units.as_view(), &mut pairs.as_view_mut());
        for (mut column, of_x) in pairs.column_iter_mut().zip(of_x) {
            head.activate(column.as_mut_slice());
            column *= *of_x;
        }
        pairs
    }

    /// The probability of all pairs whose centres lie within some distance of a velocity on each axis.
    #[must_use]
    pub fn probability_near(&self, velocity: Velocity, within: f64, pairs: &DMatrix<f32>) -> f64 {
        let is_near = |class: usize, component: f64| (self.centres[class] - component).abs() < within;
        let near = |(i, p): (usize, &f32)| {
            let (x, y) = (i / self.centres.len(), i % self.centres.len());
            if is_near(x, velocity[0]) && is_near(y, velocity[1]) { f64::from(*p) } else { 0.0 }
        };
        pairs.iter().enumerate().map(near).sum()
    }

    /// How fast it moves to the left of its way, in m/s, by the direction of the way in degrees: so many of them, each 1 m
    /// long and through the middle. Classes are read by the likeliest pair.
    ///
    /// # Errors
    /// If the network does not read states.
    pub fn aside(&self, directions: u16) -> Result<Vec<(f64, f64)>, ShapeError> {
        let degrees = |direction: usize| 360.0 / f64::from(directions) * direction as f64;
        let states = DMatrix::from_fn(STATE, directions.into(), |i, direction| {
            let (sine, cosine) = degrees(direction).to_radians().sin_cos();
            convert([-cosine, -sine, cosine, sine][i] / 2.0)
        });
        let answers = self.answers(&states)?.into_iter().enumerate().map(|(direction, answer)| {
            let ((sine, cosine), [x, y]) = (degrees(direction).to_radians().sin_cos(), answer.likeliest);
            (degrees(direction), cosine * y - sine * x)
        });
        Ok(answers.collect())
    }

    fn read(&self, pairs: &DMatrix<f32>) -> Answer {
        let count = self.centres.len();
        let likeliest = argmax(pairs.as_slice()).unwrap_or_default();
        let classes = [likeliest / count, likeliest % count];
        // The sums of the columns are the probabilities of x, those of the rows of y.
        let expected = [pairs.row_sum_tr(), pairs.column_sum()].map(|p| p.map(f64::from).dot(&self.centres));
        let pair = Some((classes, pairs[likeliest]));
        Answer { likeliest: classes.map(|class| self.centres[class]), expected, pair }
    }
}

impl fmt::Display for VelocityHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Joint => "joint",
            Self::Factorised => "factorised",
            Self::Chained => "chained",
            Self::Regression => "two numbers",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use math::Exact;
    use nalgebra::dmatrix;

    fn bins() -> Bins {
        let whole = |n: i64| Exact::from_integer(n.into());
        Bins::new(whole(-1), whole(1), Exact::new(1.into(), 2.into())).expect("a half divides 2")
    }

    #[test]
    fn classes_are_those_of_the_one_hot_rows() {
        // −0.5 begins the second of four intervals, 0.75 lies in the last.
        let velocities = vec![[-0.5, 0.75], [1.0, -1.0]];
        let shown = Demonstrations { states: DMatrix::repeat(4, 2, 0.5), velocities };
        let samples = |head: VelocityHead| head.samples(&bins(), &shown).expect("inside");
        let targets = |head| samples(head).into_iter().map(|samples| samples.targets).collect::<Vec<_>>();
        assert_eq!(targets(VelocityHead::Joint), [Targets::Classes(dmatrix![7, 12])]);
        assert_eq!(targets(VelocityHead::Factorised), [Targets::Classes(dmatrix![1, 3; 3, 0])]);
        let one_after_the_other = [Targets::Classes(dmatrix![1, 3]), Targets::Classes(dmatrix![3, 0])];
        assert_eq!(targets(VelocityHead::Chained), one_after_the_other);
        assert_eq!(targets(VelocityHead::Regression), [Targets::Values(dmatrix![-0.5, 1.0; 0.75, -1.0])]);
        let told = &samples(VelocityHead::Chained)[1].inputs;
        assert_eq!(
            *told,
            dmatrix![0.5, 0.5; 0.5, 0.5; 0.5, 0.5; 0.5, 0.5; 0.0, 0.0; 1.0, 0.0; 0.0, 0.0; 0.0, 1.0]
        );
        for outside in [1.5, f64::NAN] {
            let shown = Demonstrations { states: DMatrix::zeros(4, 1), velocities: vec![[outside, 0.0]] };
            assert!(VelocityHead::Joint.samples(&bins(), &shown).is_err());
        }
    }

    #[test]
    fn a_model_has_the_parameters_that_its_head_counts() {
        for head in VelocityHead::ALL {
            let model = VelocityModel::new(head, &bins(), 7, 1);
            let parameters = model.networks.iter().map(Network::parameters).sum::<usize>();
            assert_eq!(parameters, head.parameters(&bins(), 7), "{head}");
        }
        // 7 · (4 + 1) + 4 · (7 + 1), and 7 · (4 + 4 + 1) + 4 · (7 + 1).
        assert_eq!(VelocityHead::Chained.parameters(&bins(), 7), 67 + 95);
        assert_eq!(VelocityHead::ALL.map(|head| head.outputs(&bins())), [16, 8, 8, 2]);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "these numbers are the same to the last digit")]
    fn pairs_are_read_in_two_ways() {
        let model = VelocityModel::new(VelocityHead::Joint, &bins(), 1, 1);
        let mut pairs = DMatrix::zeros(4, 4);
        // A row a y, a column an x.
        (pairs[(3, 1)], pairs[(0, 1)], pairs[(0, 3)]) = (0.5, 0.25, 0.25);
        let answer = model.read(&pairs);
        assert_eq!((answer.likeliest, answer.pair), ([-0.25, 0.75], Some(([1, 3], 0.5))));
        assert_eq!(answer.expected, [0.75 * -0.25 + 0.25 * 0.75, 0.0]);
        let near = |velocity, within| model.probability_near(velocity, within, &pairs).to_bits();
        assert_eq!([near([-0.2, 0.7], 0.1), near([-0.2, 0.7], 2.0)], [0.5, 1.0].map(f64::to_bits));
    }

    #[test]
    fn aside_is_to_the_left_of_the_way() -> Result<(), ShapeError> {
        // A network that does not look at the state and always answers (tanh ½, tanh ¼).
        let mut model = VelocityModel::new(VelocityHead::Regression, &bins(), 1, 1);
        model.networks[0].output.weights.fill(0.0);
        model.networks[0].output.bias = nalgebra::dvector![1.0, 0.5];
        let [x, y] = [0.5_f64, 0.25].map(f64::tanh);
        for ((degrees, aside), expected) in
            model.aside(4)?.into_iter().zip([(0.0, y), (90.0, -x), (180.0, -y), (270.0, x)])
        {
            assert!(
                (degrees - expected.0).abs() < 1e-12 && (aside - expected.1).abs() < 1e-6,
                "{degrees}: {aside}"
            );
        }
        Ok(())
    }

    #[test]
    fn the_pairs_of_each_head_are_probabilities_and_follow_its_factors() -> Result<(), ShapeError> {
        let states = DMatrix::from_fn(4, 3, |i, j| ((i + 5 * j) as f32).sin());
        for head in [VelocityHead::Joint, VelocityHead::Factorised, VelocityHead::Chained] {
            let model = VelocityModel::new(head, &bins(), 6, 3);
            let pairs = model.pairs(&states)?;
            assert_eq!(pairs.len(), 3);
            for (state, pairs) in pairs.iter().enumerate() {
                assert!((pairs.sum() - 1.0).abs() < 1e-6, "{head}");
                let first = model.networks[0].predict(&states.columns(state, 1).into_owned())?;
                let of_x = pairs.row_sum_tr();
                match head {
                    VelocityHead::Joint => assert!((pairs[(3, 1)] - first[7]).abs() < 1e-7),
                    VelocityHead::Factorised => {
                        assert!((pairs[(3, 1)] - first[1] * first[4 + 3]).abs() < 1e-7);
                    }
                    _ => {
                        assert!((of_x - first.column(0)).amax() < 1e-6);
                        let state = states.columns(state, 1).into_owned();
                        let of_y = model.networks[1].predict(&with_class(&state, [2].into_iter(), 4))?;
                        assert!((pairs.column(2) - of_y * first[2]).amax() < 1e-6);
                    }
                }
            }
        }
        let numbers = VelocityModel::new(VelocityHead::Regression, &bins(), 6, 3);
        assert!(numbers.pairs(&states)?.is_empty());
        let answer = numbers.answers(&states)?[2];
        assert_eq!((answer.likeliest, answer.pair), (answer.expected, None));
        Ok(())
    }
}
