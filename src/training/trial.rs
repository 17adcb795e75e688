//! Networks that learn to steer, and how well each does.

use super::calibration::Calibration;
use super::head::Samples;
use super::network::Network;
use super::sgd::Sgd;
use super::steering::Steering;
use super::velocity_head::VelocityHead;
use crate::math::bins::Bins;
use rayon::prelude::*;
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is trained. The same trial with the same budget has the same outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// What is to be learnt.
    pub task: Steering,
    /// How the network answers.
    pub head: VelocityHead,
    /// How many rectified linear units lie between state and answer.
    pub hidden: usize,
    /// How far a step goes along the gradient.
    pub learning_rate: f32,
    /// Of the weights, of the situations, and of their order.
    pub seed: u64,
}

/// What every trial is given alike.
#[derive(Clone, Debug)]
pub struct Budget {
    /// The intervals of each axis, where velocities are classes.
    pub bins: Bins,
    /// How many situations there are to learn from.
    pub train_size: usize,
    /// How often each of them is seen.
    pub epochs: usize,
}

/// What became of a trial.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The trained network.
    pub network: Network<f32>,
    /// The mean loss of each epoch, on the way.
    pub losses: Vec<f64>,
    /// After each epoch, on fresh situations: the root mean square of the distance to the nearest right velocity,
    /// in m/s.
    pub errors: Vec<f64>,
    /// Whether it is right as often as it is sure, where it answers with classes.
    pub calibration: Option<Calibration>,
}

/// Why a trial has no outcome: a velocity outside the range of the bins.
pub type TrialError = Box<dyn Error + Send + Sync>;

/// The inputs of the network: the numbers of a [`State`](super::steering::State).
pub const STATE: usize = 4;
/// Situations in a step.
const BATCH: usize = 32;
/// How many fresh situations an error is measured on.
const FRESH: usize = 500;

impl Trial {
    /// Trains, and measures after every epoch.
    ///
    /// # Errors
    /// If a velocity lies outside the range of the bins.
    pub fn run(&self, budget: &Budget) -> Result<Outcome, TrialError> {
        let Self { task, head, hidden, learning_rate, seed } = *self;
        let Budget { bins, train_size, epochs } = budget;
        let shown = task.draw(*train_size, seed);
        let samples = Samples { targets: head.targets(bins, &shown.velocities)?, inputs: shown.states };
        let mut network = Network::new([STATE, hidden, head.outputs(bins)], head.head(), seed);
        let mut sgd = Sgd::new(learning_rate, BATCH, seed);
        let fresh = task.draw(FRESH, !seed);
        let (mut losses, mut errors) = (Vec::new(), Vec::new());
        let mut answers = Vec::new();
        for _ in 0..*epochs {
            losses.push(sgd.epoch(&mut network, &samples)?.into());
            answers = head.answers(bins, &network, &fresh.states)?;
            let squares = answers.iter().zip(fresh.states.column_iter()).map(|(answer, state)| {
                task.miss([0, 1, 2, 3].map(|i| state[i].into()), answer.velocity).powi(2)
            });
            errors.push((squares.sum::<f64>() / FRESH as f64).sqrt());
        }
        let mut judged = Vec::new();
        for (answer, [x, y]) in answers.iter().zip(&fresh.velocities) {
            if let Some((classes, confidence)) = answer.classes {
                judged.push((confidence, classes == [bins.index_of(*x)?, bins.index_of(*y)?]));
            }
        }
        Ok(Outcome { network, losses, errors, calibration: Calibration::of(judged) })
    }

    /// Runs all trials, as many at once as there are threads; `done` hears how many are done. The outcomes are in
    /// order, and the same whatever the number of threads.
    ///
    /// # Errors
    /// If a velocity lies outside the range of the bins.
    pub fn run_all(
        trials: &[Self],
        budget: &Budget,
        done: impl Fn(usize) + Sync,
    ) -> Result<Vec<Outcome>, Box<dyn Error>> {
        let count = AtomicUsize::new(0);
        let run = |trial: &Self| {
            let outcome = trial.run(budget);
            done(count.fetch_add(1, Ordering::Relaxed) + 1);
            outcome
        };
        let outcomes: Result<_, TrialError> = trials.par_iter().with_max_len(1).map(run).collect();
        outcomes.map_err(|error| error as Box<dyn Error>)
    }
}

impl Outcome {
    /// The error after the last epoch, in m/s.
    #[must_use]
    pub fn error(&self) -> f64 {
        self.errors.last().copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exact;
    use crate::training::steering::{State, Velocity};

    fn budget(epochs: usize) -> Budget {
        let whole = |n: i64| Exact::from_integer(n.into());
        let bins =
            Bins::new(whole(-1), whole(1), Exact::new(1.into(), 4.into())).expect("a quarter divides 2");
        Budget { bins, train_size: 300, epochs }
    }

    fn trial(head: VelocityHead, seed: u64) -> Trial {
        Trial { task: Steering::FreeWay, head, hidden: 16, learning_rate: 0.5, seed }
    }

    #[test]
    fn every_head_learns_the_free_way() {
        for head in VelocityHead::ALL {
            let outcome = trial(head, 1).run(&budget(30)).expect("it runs");
            assert_eq!([outcome.losses.len(), outcome.errors.len()], [30, 30]);
            assert!(outcome.error() < 0.6 * outcome.errors[0], "{head}: {:?}", outcome.errors);
            assert_eq!(outcome.calibration.is_some(), head != VelocityHead::Regression);
        }
    }

    #[test]
    fn outcomes_come_in_order_whatever_the_number_of_threads() {
        let trials: Vec<_> = (0..6).map(|seed| trial(VelocityHead::ALL[seed % 3], seed as u64)).collect();
        let errors = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| {
                let outcomes = Trial::run_all(&trials, &budget(2), |_| {}).expect("they run");
                outcomes.into_iter().map(|outcome| outcome.errors).collect::<Vec<_>>()
            })
        };
        let alone: Vec<_> =
            trials.iter().map(|trial| trial.run(&budget(2)).expect("it runs").errors).collect();
        assert_eq!(errors(1), alone);
        assert_eq!(errors(3), alone);
    }

    #[test]
    fn an_average_of_two_right_answers_misses_both() {
        let state: State = [0.0, 0.0, 0.5, 0.0];
        let miss = |velocity: Velocity| Steering::Obstacle.miss(state, velocity);
        assert!((miss([0.0, 0.0]) - 0.5).abs() < 1e-15 && miss([0.0, -0.5]) < 1e-15);
    }
}
