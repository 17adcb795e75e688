//! The same network learns the same labels twice: through a softmax, and through sigmoids.

use super::head::{Head, Samples, Targets};
use super::label_task::LabelTask;
use super::network::Network;
use super::sgd::Sgd;
use super::spread::Spread;
use math::label_rule::{LabelRule, descending};
use math::metrics::Outcomes;
use math::shape::ShapeError;
use nalgebra::DMatrix;
use num_traits::ToPrimitive;
use rayon::prelude::*;

/// What is generated, and how it is learnt.
#[derive(Clone, Copy, Debug)]
pub struct LabelTraining {
    /// The numbers of inputs, hidden units and classes.
    pub sizes: [usize; 3],
    /// The largest number of labels that a sample has.
    pub most_labels: usize,
    /// The standard deviation of the noise on each input.
    pub noise: f64,
    /// The probability with which a label is missing where a network learns from it.
    pub missing: f64,
    /// How many samples there are to learn from, to choose settings by, and to be judged by.
    pub samples: [usize; 3],
    /// How often all samples are learnt from.
    pub epochs: usize,
    /// How many samples there are in a batch.
    pub batch_size: usize,
    /// The learning rates that are tried; the one with the lowest loss on the samples to choose by is taken.
    pub learning_rates: &'static [f64],
}

/// Samples with the labels that somebody noted, and with all that are true.
struct Data {
    inputs: DMatrix<f32>,
    noted: DMatrix<bool>,
    truth: DMatrix<bool>,
}

/// What a network says of samples, and what is true: a row a class, a column a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    probabilities: DMatrix<f64>,
    truth: DMatrix<bool>,
}

/// A trained network's answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// The learning rate that was chosen.
    pub learning_rate: f64,
    /// On the samples to choose settings by.
    pub validation: Judged,
    /// On the samples to be judged by.
    pub test: Judged,
}

/// A network that was trained at a learning rate, and its loss on the samples to choose settings by.
struct Trial {
    network: Network<f32>,
    learning_rate: f64,
    loss: f32,
}

impl LabelTraining {
    /// Trains with softmax and cross-entropy on targets 1/k (Mahajan et al. 2018, on the loss function), and with sigmoids and
    /// binary cross-entropy on the labels themselves. The seed decides the data, the first weights and the order.
    /// Where labels are missing, they are missing in what a network learns from and in the loss that chooses its
    /// learning rate; labels are read off, and judged, with all that are true.
    ///
    /// # Errors
    /// None: the shapes are the task's own.
    ///
    /// # Panics
    /// If there is no learning rate, or a size is 0.
    pub fn run(&self, seed: u64) -> Result<[Learned; 2], ShapeError> {
        let [inputs, _, classes] = self.sizes;
        let mut task = LabelTask::new([inputs, classes], self.most_labels, self.noise, seed);
        let data = self.samples.map(|samples| task.draw(samples));
        let data =
            data.map(|(inputs, truth)| Data { inputs, noted: task.forget(&truth, self.missing), truth });
        let heads = [Head::Softmax { groups: 1 }, Head::Sigmoid];
        let trials: Vec<(Head, f64)> = heads
            .iter()
            .flat_map(|&head| self.learning_rates.iter().map(move |&rate| (head, rate)))
            .collect();
        // Each trial is a network of its own, so that the number of threads changes nothing.
        let trials: Result<Vec<Trial>, _> =
            trials.into_par_iter().map(|(head, rate)| self.learn(head, rate, seed, &data)).collect();
        let trials = trials?;
        let (softmax, sigmoid) = trials.split_at(self.learning_rates.len());
        let [_, validation, test] = &data;
        let best = |trials: &[Trial]| {
            let best = trials.iter().min_by(|a, b| a.loss.total_cmp(&b.loss));
            best.expect("there is a learning rate").judged(validation, test)
        };
        Ok([best(softmax)?, best(sigmoid)?])
    }

    /// [Trains](Self::run) with so many seeds, from one on; `done` hears how many of them are done.
    ///
    /// # Errors
    /// None: the shapes are the task's own.
    pub fn run_all(&self, seed: u64, seeds: usize, done: impl Fn(usize)) -> Result<Runs, ShapeError> {
        let run = |run: usize| {
            done(run);
            self.run(seed.wrapping_add(run as u64))
        };
        Ok(Runs((0..seeds).map(run).collect::<Result<_, _>>()?))
    }

    fn learn(
        &self,
        head: Head,
        learning_rate: f64,
        seed: u64,
        [train, validation, _]: &[Data; 3],
    ) -> Result<Trial, ShapeError> {
        let samples = |data: &Data| Samples {
            inputs: data.inputs.clone(),
            targets: Targets::Values(targets(head, &data.noted)),
        };
        let mut network = Network::<f32>::new(self.sizes, head, seed);
        let mut sgd = Sgd::new(nalgebra::convert::<f64, f32>(learning_rate), self.batch_size, seed);
        let train = samples(train);
        for _ in 0..self.epochs {
            sgd.epoch(&mut network, &train)?;
        }
        let loss = network.loss(&samples(validation))?;
        Ok(Trial { network, learning_rate, loss })
    }
}

impl Trial {
    fn judged(&self, validation: &Data, test: &Data) -> Result<Learned, ShapeError> {
        let judged = |data: &Data| {
            let probabilities = self.network.predict(&data.inputs)?.map(f64::from);
            Ok::<_, ShapeError>(Judged { probabilities, truth: data.truth.clone() })
        };
        let [validation, test] = [judged(validation)?, judged(test)?];
        Ok(Learned { learning_rate: self.learning_rate, validation, test })
    }
}

/// Labels as 0 and 1, or for a softmax as equal shares of 1.
fn targets(head: Head, labels: &DMatrix<bool>) -> DMatrix<f32> {
    let mut targets = labels.map(|label| if label { 1.0 } else { 0.0 });
    if let Head::Softmax { .. } = head {
        for mut column in targets.column_iter_mut() {
            column /= column.sum();
        }
    }
    targets
}

impl Judged {
    /// Precision, recall and F1 of the rule, all labels of all samples counted together (micro averages); what is
    /// undefined is NaN.
    ///
    /// # Errors
    /// None: the shapes fit.
    pub fn scores(&self, rule: &LabelRule<f64>) -> Result<[f64; 3], ShapeError> {
        Ok(scores(&self.outcomes(rule)?))
    }

    /// Only the samples with so many labels.
    #[must_use]
    pub fn with_labels(&self, count: usize) -> Self {
        let samples = self.truth.column_iter().enumerate();
        let wanted = samples.filter(|(_, labels)| labels.iter().filter(|&&label| label).count() == count);
        let wanted: Vec<_> = wanted.map(|(sample, _)| sample).collect();
        Self {
            probabilities: self.probabilities.select_columns(&wanted),
            truth: self.truth.select_columns(&wanted),
        }
    }

    /// The tail of each sample: what the classes that are no labels have of the probability.
    #[must_use]
    pub fn tails(&self) -> Vec<f64> {
        let samples = self.probabilities.column_iter().zip(self.truth.column_iter());
        let others = samples
            .map(|(p, labels)| p.iter().zip(&labels).filter(|(_, label)| !**label).map(|(p, _)| p).sum());
        others.collect()
    }

    /// How many classes the rule takes of a sample, in the mean.
    #[must_use]
    pub fn mean_count(&self, rule: &LabelRule<f64>) -> f64 {
        let taken = self.probabilities.column_iter().map(|sample| rule.count(sample.into_owned().as_slice()));
        taken.sum::<usize>() as f64 / self.probabilities.ncols() as f64
    }

    /// The same with the classes of each sample in [`descending`] order, for rules that put them in order.
    fn in_descending_order(&self) -> Self {
        let samples = self.probabilities.column_iter();
        let orders: Vec<_> = samples.map(|sample| descending(sample.as_slice())).collect();
        let place = |class: usize, sample: usize| (orders[sample][class], sample);
        let (classes, samples) = self.probabilities.shape();
        Self {
            probabilities: DMatrix::from_fn(classes, samples, |i, j| self.probabilities[place(i, j)]),
            truth: DMatrix::from_fn(classes, samples, |i, j| self.truth[place(i, j)]),
        }
    }

    fn outcomes(&self, rule: &LabelRule<f64>) -> Result<Outcomes, ShapeError> {
        rule.outcomes(&self.probabilities, &self.truth)
    }
}

/// A rule, with its precision, recall and F1.
type ScoredRule = (LabelRule<f64>, [f64; 3]);

impl Learned {
    /// The rule with the highest F1 on the samples to choose by (among equals the first), and its
    /// [scores](Judged::scores) on those to be judged by. `None` without a rule.
    fn read(&self, rules: &[LabelRule<f64>]) -> Result<Option<ScoredRule>, ShapeError> {
        let mut best = None;
        let validation = self.validation.in_descending_order();
        for rule in rules {
            let f1 = validation.outcomes(rule)?.f1();
            if best.as_ref().is_none_or(|(highest, _)| f1 > *highest) {
                best = Some((f1, rule));
            }
        }
        best.map(|(_, rule)| Ok((rule.clone(), self.test.scores(rule)?))).transpose()
    }
}

/// A softmax and a sigmoid network for each of several seeds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runs(pub Vec<[Learned; 2]>);

impl Runs {
    /// How the labels of all softmax networks, 0, or of all sigmoid networks, 1, are [read](Reading::of).
    ///
    /// # Errors
    /// None: the shapes fit.
    pub fn read(&self, head: usize, rules: &[LabelRule<f64>]) -> Result<Reading, ShapeError> {
        Reading::of(self.0.iter().map(|run| &run[head]), rules)
    }

    /// The learning rates that were chosen for all networks of a kind, from the lowest on, each once.
    #[must_use]
    pub fn learning_rates(&self, head: usize) -> Vec<f64> {
        let mut chosen: Vec<_> = self.0.iter().map(|run| run[head].learning_rate).collect();
        chosen.sort_by(f64::total_cmp);
        chosen.dedup();
        chosen
    }

    /// For the test samples with 1, 2 … labels, as means over the seeds: the tail of the softmax, how many classes a rule takes
    /// of it, and the F1 of the softmax and of the sigmoids, each with its reading.
    ///
    /// # Errors
    /// None: the shapes fit.
    pub fn by_labels<const MOST: usize>(
        &self,
        rule: &LabelRule<f64>,
        readings: [&Reading; 2],
    ) -> Result<[[f64; 4]; MOST], ShapeError> {
        let mut sums = [[0.0; 4]; MOST];
        for (run, heads) in self.0.iter().enumerate() {
            for (k, sums) in (1..).zip(&mut sums) {
                let [softmax, sigmoid] = [0, 1].map(|head| heads[head].test.with_labels(k));
                let [a, b] = readings.map(|reading| &reading.rules[run]);
                let tail = Spread::of(softmax.tails()).mean;
                let row = [tail, softmax.mean_count(rule), softmax.scores(a)?[2], sigmoid.scores(b)?[2]];
                sums.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
            }
        }
        Ok(sums.map(|row| row.map(|sum| sum / self.0.len() as f64)))
    }
}

/// One way to read labels off, for several networks that were trained alike.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The rule that was chosen for each network.
    pub rules: Vec<LabelRule<f64>>,
    /// The F1 of each network.
    pub f1s: Vec<f64>,
    /// The share of the predicted labels that are true.
    pub precision: Spread,
    /// The share of the true labels that are predicted.
    pub recall: Spread,
    /// The harmonic mean of both.
    pub f1: Spread,
}

impl Reading {
    /// Reads the labels of every network with that of the rules that has the highest F1 on the samples to choose by.
    ///
    /// # Errors
    /// None: the shapes fit.
    pub fn of<'a>(
        networks: impl IntoIterator<Item = &'a Learned>,
        rules: &[LabelRule<f64>],
    ) -> Result<Self, ShapeError> {
        let networks: Vec<_> = networks.into_iter().collect();
        let read: Result<Vec<_>, _> = networks.into_par_iter().map(|learned| learned.read(rules)).collect();
        let (rules, scores): (Vec<_>, Vec<_>) = read?.into_iter().flatten().unzip();
        let [precision, recall, f1s] =
            [0, 1, 2].map(|score| scores.iter().map(|scores| scores[score]).collect::<Vec<_>>());
        let [precision, recall, f1] =
            [&precision, &recall, &f1s].map(|scores| Spread::of(scores.iter().copied()));
        Ok(Self { rules, f1s, precision, recall, f1 })
    }

    /// The thresholds, or numbers of classes, that were chosen.
    #[must_use]
    pub fn settings(&self) -> Spread {
        Spread::of(self.rules.iter().map(LabelRule::setting))
    }

    /// How many networks have a higher F1 than those of the other reading, each compared with its counterpart.
    #[must_use]
    pub fn wins(&self, other: &Self) -> usize {
        self.f1s.iter().zip(&other.f1s).filter(|(own, other)| own > other).count()
    }
}

fn scores(outcomes: &Outcomes) -> [f64; 3] {
    let scores = [outcomes.precision(), outcomes.recall(), outcomes.f1()];
    scores.map(|score| score.and_then(|score| score.to_f64()).unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    fn small() -> LabelTraining {
        LabelTraining {
            sizes: [6, 16, 4],
            most_labels: 2,
            noise: 0.1,
            missing: 0.0,
            samples: [200, 50, 50],
            epochs: 20,
            batch_size: 16,
            learning_rates: &[1e-6, 0.1],
        }
    }

    #[test]
    fn both_heads_learn_and_the_number_of_threads_changes_no_byte() -> Result<(), ShapeError> {
        let run = |threads, seed| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
            pool.install(|| small().run(seed))
        };
        let learned = run(1, 3)?;
        assert_eq!(learned, run(2, 3)?);
        assert_ne!(learned, run(1, 4)?);
        for (learned, threshold) in learned.iter().zip([0.25, 0.5]) {
            assert!(learned.learning_rate > 0.01);
            let [_, _, f1] = learned.test.scores(&LabelRule::Fixed(threshold))?;
            assert!(f1 > 0.9, "{f1}");
        }
        Ok(())
    }

    #[test]
    fn a_softmax_is_given_shares_and_a_sigmoid_the_labels() {
        let labels = dmatrix![true, true; false, true];
        assert_eq!(targets(Head::Softmax { groups: 1 }, &labels), dmatrix![1.0, 0.5; 0.0, 0.5]);
        assert_eq!(targets(Head::Sigmoid, &labels), dmatrix![1.0, 1.0; 0.0, 1.0]);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "these numbers are the same to the last digit")]
    fn samples_have_their_number_of_labels_and_their_tail() -> Result<(), ShapeError> {
        let judged = Judged {
            probabilities: dmatrix![0.75, 0.25; 0.125, 0.5; 0.125, 0.25],
            truth: dmatrix![true, true; false, true; false, false],
        };
        assert_eq!(judged.tails(), [0.25, 0.25]);
        assert_eq!(judged.mean_count(&LabelRule::Fixed(0.2)), 2.0);
        let one = judged.with_labels(1);
        assert_eq!(one.tails(), [0.25]);
        assert_eq!(one.scores(&LabelRule::Top(2))?, [0.5, 1.0, 2.0 / 3.0]);
        assert!(judged.with_labels(3).tails().is_empty());
        Ok(())
    }

    #[test]
    fn runs_are_told_apart_by_the_number_of_labels() -> Result<(), ShapeError> {
        let judged = Judged {
            probabilities: dmatrix![0.75, 0.25; 0.125, 0.5; 0.125, 0.25],
            truth: dmatrix![true, true; false, true; false, false],
        };
        let learned = |learning_rate| {
            let [validation, test] = [&judged, &judged].map(Judged::clone);
            Learned { learning_rate, validation, test }
        };
        let runs = Runs(vec![[0.3, 0.1].map(learned), [0.1, 0.1].map(learned)]);
        assert_eq!([0, 1].map(|head| runs.learning_rates(head)), [vec![0.1, 0.3], vec![0.1]]);
        let [top, fixed] = [runs.read(0, &[LabelRule::Top(2)])?, runs.read(1, &[LabelRule::Fixed(0.3)])?];
        // The first sample has a label, of the two classes that are taken, and then of the one. Of the second, both labels
        // are among the two, and one of them is the one.
        let [one, two] = runs.by_labels(&LabelRule::Fixed(0.2), [&top, &fixed])?;
        assert_eq!([one, two], [[0.25, 1.0, 2.0 / 3.0, 1.0], [0.25, 3.0, 1.0, 2.0 / 3.0]]);
        Ok(())
    }

    #[test]
    fn seeds_go_on_from_the_first_and_past_the_last_one_there_is() -> Result<(), ShapeError> {
        let heard = std::cell::RefCell::new(Vec::new());
        let training = LabelTraining { samples: [20, 10, 10], epochs: 2, ..small() };
        let runs = training.run_all(u64::MAX, 2, |done| heard.borrow_mut().push(done))?;
        assert_eq!(runs.0, [training.run(u64::MAX)?, training.run(0)?]);
        assert_eq!(heard.into_inner(), [0, 1]);
        Ok(())
    }

    #[test]
    fn missing_labels_are_missing_for_the_network_and_not_for_its_judge() -> Result<(), ShapeError> {
        let [all, some] = [0.0, 0.9].map(|missing| LabelTraining { missing, ..small() }.run(3));
        let ([_, all], [_, some]) = (all?, some?);
        assert_eq!(all.test.truth, some.test.truth);
        let mean = |learned: &Learned| learned.test.probabilities.mean();
        assert!(mean(&some) < 0.8 * mean(&all));
        Ok(())
    }

    #[test]
    fn a_rule_is_chosen_on_other_samples_than_those_that_judge_it() -> Result<(), ShapeError> {
        let judged = |probabilities, truth| Judged { probabilities, truth };
        let learned = Learned {
            learning_rate: 0.1,
            validation: judged(dmatrix![0.8; 0.2], dmatrix![true; false]),
            test: judged(dmatrix![0.3; 0.1], dmatrix![true; true]),
        };
        let rules = [0.9, 0.25, 0.5, 0.1].map(LabelRule::Fixed);
        assert_eq!(learned.read(&rules)?, Some((LabelRule::Fixed(0.25), [1.0, 0.5, 2.0 / 3.0])));
        assert_eq!(learned.read(&[])?, None);
        let reading = Reading::of([&learned, &learned], &rules)?;
        assert_eq!(reading.rules, [LabelRule::Fixed(0.25), LabelRule::Fixed(0.25)]);
        assert_eq!((reading.precision.mean, reading.recall.mean), (1.0, 0.5));
        assert_eq!(reading.f1s, [2.0 / 3.0, 2.0 / 3.0]);
        let worse = Reading::of([&learned, &learned], &[LabelRule::Fixed(0.5), LabelRule::Fixed(0.75)])?;
        assert_eq!((reading.wins(&worse), worse.wins(&reading), reading.wins(&reading)), (2, 0, 0));
        assert_eq!(reading.settings(), Spread { mean: 0.25, lowest: 0.25, highest: 0.25 });
        Ok(())
    }
}
