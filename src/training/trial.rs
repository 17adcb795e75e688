//! Networks that learn to steer, and how well each does.

use super::calibration::Calibration;
use super::sgd::Sgd;
use super::spread::Spread;
use super::steering::{Demonstrations, Steering, Velocity};
use super::velocity_head::{Answer, VelocityHead, VelocityModel};
use math::bins::Bins;
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
    /// How far a step of the first epoch goes along the gradient; it falls linearly, from epoch to epoch, towards 0.
    pub learning_rate: f64,
    /// Of the weights, of the situations, and of their order.
    pub seed: u64,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contestant {
    /// What is to be learnt.
    pub task: Steering,
    /// How the network answers.
    pub head: VelocityHead,
    /// How many rectified linear units lie between state and answer.
    pub hidden: usize,
}

/// A contestant that was trained at the learning rate that suits it.
#[derive(Clone, Debug)]
pub struct Tuned {
    /// What was trained.
    pub contestant: Contestant,
    /// The rates that were tried, each with its error on situations that judge nothing.
    pub tried: Vec<(f64, f64)>,
    /// The one of them that erred least.
    pub learning_rate: f64,
    /// What became of it, seed by seed.
    pub outcomes: Vec<Outcome>,
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

/// A distance in m/s for each way to read classes, its root mean square over many situations. Two numbers are read
/// in one way only, and have the same for both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Errors {
    /// Of the likeliest pair's centre.
    pub likeliest: f64,
    /// Of the expectation.
    pub expected: f64,
}

/// What became of a trial.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What was trained.
    pub model: VelocityModel,
    /// After each epoch, on fresh situations: the distance to the nearest right velocity.
    pub errors: Vec<Errors>,
    /// The same after the last epoch, in situations that were learnt from.
    pub training_error: Errors,
    /// The distance to the right velocity that was drawn, in the fresh situations.
    pub drawn_error: Errors,
    /// How often the likeliest pair holds a right velocity, where there are classes: any right one.
    pub right: Option<f64>,
    /// Whether it holds the one that was drawn as often as its probability says, where there are classes.
    pub calibration: Option<Calibration>,
}

/// Why a trial has no outcome: a velocity outside the range of the bins.
pub type TrialError = Box<dyn Error + Send + Sync>;

/// The inputs of the network: the numbers of a [`State`](super::steering::State).
pub const STATE: usize = 4;
/// Situations in a step.
pub const BATCH: usize = 32;
/// How many situations an error is measured on.
pub const FRESH: usize = 500;

impl Trial {
    /// Trains, and measures after every epoch.
    ///
    /// # Errors
    /// If a velocity lies outside the range of the bins.
    pub fn run(&self, budget: &Budget) -> Result<Outcome, TrialError> {
        let fresh = self.task.draw(FRESH, !self.seed);
        let (mut answers, mut errors) = (Vec::new(), Vec::new());
        let nearest = |state, _, answer| self.task.miss(state, answer);
        let (model, shown) = self.train(budget, |model| {
            answers = model.answers(&fresh.states)?;
            errors.push(Errors::of(&answers, &fresh, nearest));
            Ok(())
        })?;
        let mut judged = Vec::new();
        let mut right = 0.0;
        for (answer, (state, drawn)) in answers.iter().zip(fresh.iter()) {
            let Some((pair, probability)) = answer.pair else { continue };
            let holds = |[x, y]: Velocity| -> Result<bool, TrialError> {
                Ok(pair == [budget.bins.index_of(x)?, budget.bins.index_of(y)?])
            };
            judged.push((probability.into(), holds(drawn)?));
            let any: Result<Vec<_>, _> = self.task.right_velocities(state).into_iter().map(holds).collect();
            right += f64::from(u8::from(any?.contains(&true)));
        }
        let learnt = shown.first(FRESH);
        let from_drawn = |_, [x, y]: Velocity, answer: Velocity| (x - answer[0]).hypot(y - answer[1]);
        Ok(Outcome {
            training_error: Errors::of(&model.answers(&learnt.states)?, &learnt, nearest),
            drawn_error: Errors::of(&answers, &fresh, from_drawn),
            right: (!judged.is_empty()).then(|| right / judged.len() as f64),
            calibration: Calibration::of(judged),
            model,
            errors,
        })
    }

    /// Trains, and measures once at the end: the error in fresh situations of the way to read it that errs less.
    fn validate(&self, budget: &Budget) -> Result<f64, TrialError> {
        let (model, _) = self.train(budget, |_| Ok(()))?;
        let fresh = self.task.draw(FRESH, !self.seed);
        let nearest = |state, _, answer| self.task.miss(state, answer);
        let error = Errors::of(&model.answers(&fresh.states)?, &fresh, nearest).least();
        Ok(if error.is_nan() { f64::INFINITY } else { error })
    }

    /// What was trained, and on what.
    fn train(
        &self,
        budget: &Budget,
        mut after_an_epoch: impl FnMut(&VelocityModel) -> Result<(), TrialError>,
    ) -> Result<(VelocityModel, Demonstrations), TrialError> {
        let Self { task, head, hidden, learning_rate, seed } = *self;
        let Budget { bins, train_size, epochs } = budget;
        let shown = task.draw(*train_size, seed);
        let samples = head.samples(bins, &shown)?;
        let mut model = VelocityModel::new(head, bins, hidden, seed);
        let mut descents: Vec<_> = samples.iter().map(|_| Sgd::new(0.0, BATCH, seed)).collect();
        for epoch in 0..*epochs {
            let left = 1.0 - epoch as f64 / *epochs as f64;
            for ((network, sgd), samples) in model.networks.iter_mut().zip(&mut descents).zip(&samples) {
                sgd.set_learning_rate(nalgebra::convert(learning_rate * left));
                sgd.epoch(network, samples)?;
            }
            after_an_epoch(&model)?;
        }
        Ok((model, shown))
    }
}

impl Tuned {
    /// Trains each contestant at each of the rates once, with the seed before the first, which judges nothing; then,
    /// at the rate that errs least, with each of the seeds. `done` hears how many networks of how many are trained.
    /// All is in order, and the same whatever the number of threads.
    ///
    /// # Errors
    /// If a velocity lies outside the range of the bins.
    pub fn run_all(
        contestants: &[Contestant],
        budget: &Budget,
        rates: &[f64],
        seeds: &[u64],
        done: impl Fn(usize, usize) + Sync,
    ) -> Result<Vec<Self>, Box<dyn Error>> {
        let all = contestants.len() * (rates.len() + seeds.len());
        let count = AtomicUsize::new(0);
        let trained = || done(count.fetch_add(1, Ordering::Relaxed) + 1, all);
        let validation_seed = seeds.first().map_or(0, |seed| seed.wrapping_sub(1));
        let tried: Vec<_> = contestants
            .iter()
            .flat_map(|contestant| rates.iter().map(|&rate| contestant.trial(rate, validation_seed)))
            .collect();
        let tried = at_once(&tried, |trial| trial.validate(budget), trained)?;
        let mut tuned = Vec::with_capacity(contestants.len());
        for (contestant, errors) in contestants.iter().zip(tried.chunks(rates.len())) {
            let tried: Vec<_> = rates.iter().copied().zip(errors.iter().copied()).collect();
            let best = tried.iter().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(f64::NAN, |best| best.0);
            tuned.push(Self { contestant: *contestant, tried, learning_rate: best, outcomes: Vec::new() });
        }
        judge(&mut tuned, budget, seeds, trained)?;
        Ok(tuned)
    }

    /// The same contestants at the same rates, trained with another budget; `done` hears of it as in
    /// [`run_all`](Self::run_all).
    ///
    /// # Errors
    /// If a velocity lies outside the range of the bins.
    pub fn retrained(
        tuned: &[Self],
        budget: &Budget,
        seeds: &[u64],
        done: impl Fn(usize, usize) + Sync,
    ) -> Result<Vec<Self>, Box<dyn Error>> {
        let mut tuned = tuned.to_vec();
        let (all, count) = (tuned.len() * seeds.len(), AtomicUsize::new(0));
        judge(&mut tuned, budget, seeds, || done(count.fetch_add(1, Ordering::Relaxed) + 1, all))?;
        Ok(tuned)
    }

    /// About how many products [`run_all`](Self::run_all) computes, one for each weight and situation; whatever else is
    /// done for each situation, unit and output counts as the products that take as long.
    #[must_use]
    pub fn steps(contestants: &[Contestant], budget: &Budget, rates: usize, seeds: usize) -> u64 {
        const OF_A_SITUATION: u64 = 3000;
        const OF_A_UNIT: u64 = 60;
        const OF_A_PAIR: u64 = 12;
        const OF_AN_OUTPUT: u64 = 18;
        let [seen, fresh, epochs] = [budget.train_size, FRESH, budget.epochs].map(|count| count as u64);
        let [count, rates, seeds] = [budget.bins.count(), rates, seeds].map(|count| count as u64);
        let of = |&Contestant { head, hidden, .. }: &Contestant| {
            let (units, outputs) = (hidden as u64, head.outputs(&budget.bins) as u64);
            let weights = head.parameters(&budget.bins, hidden) as u64;
            let learnt = OF_A_SITUATION + OF_A_UNIT * units + OF_AN_OUTPUT * outputs + weights;
            // There is no way back, but every pair is read, and the chained head answers once for each class of x.
            let read = match head {
                VelocityHead::Chained => {
                    count * count * (units + OF_AN_OUTPUT + OF_A_PAIR) + 4 * count * units
                }
                VelocityHead::Joint | VelocityHead::Factorised => count * count * OF_A_PAIR,
                VelocityHead::Regression => 0,
            };
            let answered = learnt / 2 + read;
            let tried = seen * epochs * learnt + fresh * answered;
            let judged = seen * epochs * learnt + fresh * (epochs + 1) * answered;
            rates * tried + seeds * judged
        };
        contestants.iter().map(of).sum()
    }

    /// A number of each outcome, with its spread over the seeds.
    #[must_use]
    pub fn spread(&self, of: impl Fn(&Outcome) -> f64) -> Spread {
        Spread::of(self.outcomes.iter().map(of))
    }

    /// The error after the last epoch, read in one way, over the seeds.
    ///
    /// ```
    /// # use math::{Bins, Exact};
    /// # use training::*;
    /// # let whole = |n: i64| Exact::from_integer(n.into());
    /// # let budget = Budget { bins: Bins::new(whole(-1), whole(1), whole(1))?, train_size: 9, epochs: 2 };
    /// let numbers = Contestant { task: Steering::FreeWay, head: VelocityHead::Regression, hidden: 3 };
    /// let tuned = &Tuned::run_all(&[numbers], &budget, &[0.5], &[1, 2], |_, _| {})?[0];
    /// let error = tuned.error(|errors| errors.likeliest);
    /// assert!(error.lowest <= error.mean && error.mean <= error.highest);
    /// assert!(!tuned.is_ahead_of(tuned, |errors| errors.likeliest));
    /// assert_eq!(tuned.best_tried(), Some((0.5, tuned.tried[0].1)));
    /// let curve = tuned.curve(|errors| errors.likeliest);
    /// assert_eq!(curve[1], (2.0, error.mean));
    /// assert!(tuned.calibration().iter().all(|number| number.is_nan()), "two numbers have no probability");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn error(&self, read: fn(Errors) -> f64) -> Spread {
        self.spread(|outcome| read(outcome.error()))
    }

    /// Whether it errs less, read in one way, with every seed than the other, read by its likeliest pair, with any.
    #[must_use]
    pub fn is_ahead_of(&self, other: &Self, read: fn(Errors) -> f64) -> bool {
        self.error(read).highest < other.error(|errors| errors.likeliest).lowest
    }

    /// The rate that is used, and the error with which it was chosen.
    #[must_use]
    pub fn best_tried(&self) -> Option<(f64, f64)> {
        self.tried.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The mean of the errors after all epochs, which is small for what gets good early.
    #[must_use]
    pub fn error_on_the_way(&self, read: fn(Errors) -> f64) -> Spread {
        self.spread(|outcome| Spread::of(outcome.errors.iter().map(|&errors| read(errors))).mean)
    }

    /// The epochs, counted from 1, each with the mean error of the seeds after it.
    #[must_use]
    pub fn curve(&self, read: fn(Errors) -> f64) -> Vec<(f64, f64)> {
        let epochs = self.outcomes.iter().map(|outcome| outcome.errors.len()).min().unwrap_or(0);
        let error = |epoch: usize| self.spread(|outcome| read(outcome.errors[epoch])).mean;
        (0..epochs).map(|epoch| ((epoch + 1) as f64, error(epoch))).collect()
    }

    /// How sure it is, how often its likeliest pair is the one that was drawn, the calibration error of the two, and how
    /// often the pair is a right one: means of the seeds, NaN without classes.
    #[must_use]
    pub fn calibration(&self) -> [f64; 4] {
        let of = |number: fn(&Calibration) -> f64| {
            self.spread(|outcome| outcome.calibration.as_ref().map_or(f64::NAN, number)).mean
        };
        let right = self.spread(|outcome| outcome.right.unwrap_or(f64::NAN)).mean;
        [of(|c| c.confidence), of(|c| c.accuracy), of(|c| c.error), right]
    }
}

/// Trains each at its rate with each of the seeds.
fn judge(
    tuned: &mut [Tuned],
    budget: &Budget,
    seeds: &[u64],
    trained: impl Fn() + Sync,
) -> Result<(), Box<dyn Error>> {
    let trials = |tuned: &Tuned| {
        let Tuned { contestant, learning_rate, .. } = *tuned;
        seeds.iter().map(move |&seed| contestant.trial(learning_rate, seed))
    };
    let trials: Vec<_> = tuned.iter().flat_map(trials).collect();
    let mut outcomes = at_once(&trials, |trial| trial.run(budget), trained)?.into_iter();
    for tuned in tuned {
        tuned.outcomes = outcomes.by_ref().take(seeds.len()).collect();
    }
    Ok(())
}

/// All of them, as many at once as there are threads, in order.
fn at_once<T: Send>(
    trials: &[Trial],
    run: impl Fn(&Trial) -> Result<T, TrialError> + Sync,
    done: impl Fn() + Sync,
) -> Result<Vec<T>, Box<dyn Error>> {
    let run = |trial: &Trial| run(trial).inspect(|_| done());
    let outcomes: Result<_, TrialError> = trials.par_iter().with_max_len(1).map(run).collect();
    outcomes.map_err(|error| error as Box<dyn Error>)
}

impl Contestant {
    fn trial(self, learning_rate: f64, seed: u64) -> Trial {
        let Self { task, head, hidden } = self;
        Trial { task, head, hidden, learning_rate, seed }
    }
}

impl Errors {
    /// Of these answers, by the distance that is measured in a state from the velocity drawn there and the answer.
    fn of(
        answers: &[Answer],
        situations: &Demonstrations,
        distance: impl Fn([f64; 4], Velocity, Velocity) -> f64,
    ) -> Self {
        let mean = |read: fn(&Answer) -> Velocity| {
            let squares = answers.iter().zip(situations.iter());
            let squares =
                squares.map(|(answer, (state, drawn))| distance(state, drawn, read(answer)).powi(2));
            (squares.sum::<f64>() / answers.len() as f64).sqrt()
        };
        Self { likeliest: mean(|answer| answer.likeliest), expected: mean(|answer| answer.expected) }
    }

    /// The smaller of the two.
    #[must_use]
    pub fn least(self) -> f64 {
        self.likeliest.min(self.expected)
    }
}

impl Outcome {
    /// The errors after the last epoch.
    #[must_use]
    pub fn error(&self) -> Errors {
        self.errors.last().copied().unwrap_or(Errors { likeliest: f64::NAN, expected: f64::NAN })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::steering::{State, Velocity};
    use math::Exact;

    fn budget(epochs: usize) -> Budget {
        let whole = |n: i64| Exact::from_integer(n.into());
        let bins =
            Bins::new(whole(-1), whole(1), Exact::new(1.into(), 4.into())).expect("a quarter divides 2");
        Budget { bins, train_size: 300, epochs }
    }

    fn trial(head: VelocityHead, seed: u64) -> Trial {
        Trial { task: Steering::FreeWay, head, hidden: 16, learning_rate: 1.0, seed }
    }

    #[test]
    fn every_head_learns_the_free_way() {
        for head in VelocityHead::ALL {
            let outcome = trial(head, 1).run(&budget(30)).expect("it runs");
            assert_eq!(outcome.errors.len(), 30);
            let [first, last] = [outcome.errors[0], outcome.error()].map(Errors::least);
            assert!(last < 0.6 * first && last < 0.2, "{head}: {:?}", outcome.errors);
            assert_eq!(outcome.drawn_error, outcome.error(), "one velocity is right");
            assert_eq!(outcome.calibration.is_some(), head != VelocityHead::Regression);
            // What is right and what was drawn are the same on a free way.
            assert_eq!(outcome.right, outcome.calibration.map(|calibration| calibration.accuracy));
        }
    }

    #[test]
    fn rates_are_tried_where_nothing_is_judged_and_outcomes_come_in_order_whatever_the_number_of_threads() {
        let contestants =
            VelocityHead::ALL.map(|head| Contestant { task: Steering::Obstacle, head, hidden: 5 });
        let tuned = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| {
                let tuned = Tuned::run_all(&contestants, &budget(2), &[0.01, 1.0], &[8, 9], |_, all| {
                    assert_eq!(all, 4 * (2 + 2));
                });
                tuned.expect("they run")
            })
        };
        for (one, other) in tuned(1).iter().zip(&tuned(3)) {
            assert_eq!((one.contestant, one.learning_rate), (other.contestant, other.learning_rate));
            let alone = [0.01, 1.0]
                .map(|rate| (rate, one.contestant.trial(rate, 7).validate(&budget(2)).expect("it runs")));
            assert_eq!(one.tried, alone);
            assert_eq!(one.learning_rate.to_bits(), alone[usize::from(alone[1].1 < alone[0].1)].0.to_bits());
            let errors = |tuned: &Tuned| {
                tuned.outcomes.iter().map(|outcome| outcome.errors.clone()).collect::<Vec<_>>()
            };
            let alone = [8, 9].map(|seed| {
                one.contestant.trial(one.learning_rate, seed).run(&budget(2)).expect("it runs").errors
            });
            assert_eq!([errors(one), errors(other)], [alone.to_vec(), alone.to_vec()]);
        }
    }

    #[test]
    fn at_the_obstacle_either_answer_is_right_and_only_one_was_drawn() {
        let outcome = Trial { task: Steering::Obstacle, ..trial(VelocityHead::Joint, 1) };
        let outcome = outcome.run(&budget(30)).expect("it runs");
        let drawn = outcome.calibration.expect("classes").accuracy;
        let right = outcome.right.expect("classes");
        assert!((1.5 * drawn..2.5 * drawn).contains(&right), "{right} {drawn}");
        assert!(outcome.drawn_error.likeliest > 2.0 * outcome.error().likeliest);
    }

    #[test]
    fn an_average_of_two_right_answers_misses_both() {
        let state: State = [0.0, 0.0, 0.5, 0.0];
        let miss = |velocity: Velocity| Steering::Obstacle.miss(state, velocity);
        assert!((miss([0.0, 0.0]) - 0.5).abs() < 1e-15 && miss([0.0, -0.5]) < 1e-15);
    }
}
