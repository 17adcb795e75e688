//! The second part of the page: networks are trained, and their labels read off.

use super::{FEW, Inputs};
use worked_examples::math::LabelRule::{Cumulative, Fixed, Top};
use worked_examples::math::{LabelRule, argmax};
use worked_examples::prelude::*;
use worked_examples::training::{LabelTask, LabelTraining, Reading, Runs, Spread};

const SEEDS: usize = 5;
const TRAINING: LabelTraining = LabelTraining {
    sizes: [16, 64, 16],
    most_labels: FEW,
    noise: 0.5,
    missing: 0.0,
    samples: [1000, 500, 1000],
    epochs: 30,
    batch_size: 32,
    learning_rates: &[0.01, 0.03, 0.1, 0.3, 1.0],
};
/// The probabilities with which a label is missing, apart from 0, and the learning rates that are tried then.
const MISSING: [f64; 2] = [0.5, 0.7];
const RATES_IF_MISSING: &[f64] = &[0.01, 0.03, 0.1];
/// The thresholds of the running sum that are tried one after another.
const THRESHOLDS: [f64; 11] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/// What is learnt with a softmax, and with sigmoids.
pub(super) fn trained(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { threshold, seed, epochs, .. } = inputs;
    let limit = Value::from(threshold).to_f64();
    let limit_text = write_number(threshold);
    let training = LabelTraining { epochs: (*epochs).into(), ..TRAINING };
    let LabelTraining { most_labels, noise, batch_size, learning_rates, .. } = training;

    page.section("Softmax against sigmoid");
    let ([numbers, hidden, classes], [taught, choosing, judging]) = (training.sizes, training.samples);
    let over = match epochs {
        1 => "once, in a single epoch".to_owned(),
        _ => format!("{epochs} times over, once in each epoch"),
    };
    page.say(format!(
        "Now networks learn, on data that is generated. Each of {classes} classes has a pattern of {numbers} random numbers, each \
         drawn evenly between −1 and 1. A sample has 1 to {most_labels} labels, each count equally likely; its input is the sum of \
         their patterns, with random noise of standard deviation {noise} on each number. Networks with one hidden layer of \
         {hidden} rectified linear units (ReLU) learn {taught} samples, {over} (`epochs`), by plain stochastic gradient descent in \
         batches of {batch_size}. One has a softmax and targets of 1/k, the other a sigmoid for each class and the binary \
         cross-entropy."
    ));
    page.say(format!(
        "{choosing} other samples, for validation, choose the settings: the learning rate, from {}, by the loss; and then for each \
         rule its threshold, from 0.025, 0.05 … 0.975, or how many classes to take, by F1. {judging} test samples judge, and choose \
         nothing. All this is done with {SEEDS} seeds, from {seed} on (`seed`); each seed has its own patterns, samples and first weights.",
        joined(learning_rates, ", ")
    ));
    let runs = training.run_all(*seed, SEEDS, |done| page.report("training", done, SEEDS))?;
    page.say(format!(
        "Precision is the share of the predicted labels that are true, recall is the share of the true labels that are predicted, \
         and F1 = 2 · precision · recall / (precision + recall) is their harmonic mean. The predicted and the true labels of all \
         samples are first counted together, and precision and recall are computed once from these counts (this is called the micro \
         average). The table has the means over the seeds, so its F1 is the mean of all F1, and not quite the harmonic mean of the \
         two columns beside it. Each seed chooses its own threshold, or number of classes: the columns “from” and “to” have the \
         smallest and the largest choice. The last two columns are the lowest and the highest F1 of the {SEEDS} seeds. Look at this \
         range before you believe in a difference between two means. The learning rates that were chosen are {} for \
         the softmax and {} for the sigmoids.",
        joined(runs.learning_rates(0), " or "),
        joined(runs.learning_rates(1), " or ")
    ));
    let counts: Vec<_> = (1..=FEW).map(Top).collect();
    let at_the_limit = format!("running sum at {limit_text}");
    let readings = [
        ("softmax", at_the_limit.as_str(), runs.read(0, &[Cumulative(limit)])?),
        ("softmax", "running sum, chosen", runs.read(0, &LabelRule::at_fortieths(Cumulative))?),
        ("softmax", "fixed, chosen", runs.read(0, &LabelRule::at_fortieths(Fixed))?),
        ("softmax", "same number for all", runs.read(0, &counts)?),
        ("sigmoid", "fixed, one half", runs.read(1, &[Fixed(0.5)])?),
        ("sigmoid", "fixed, chosen", runs.read(1, &LabelRule::at_fortieths(Fixed))?),
        ("sigmoid", "same number for all", runs.read(1, &counts)?),
    ];
    page.table(
        "comparison",
        ["network", "rule", "from", "to", "precision", "recall", "F1", "lowest", "highest"],
        readings.iter().map(comparison),
    );
    let drawn =
        [0, 1, 2, 5].map(|row| (format!("{}, {}", readings[row].0, readings[row].1), &readings[row].2));
    let means =
        drawn.each_ref().map(|(label, reading)| format!("{:.3} ({label})", Value::from(reading.f1.mean)));
    let seeds = (0..SEEDS as u64).map(|run| format!("seed {}", seed.wrapping_add(run)));
    let chart = Chart::bars("F1", seeds, drawn.map(|(label, reading)| Bar::new(label, reading.f1s.clone())));
    page.figure("f1_by_seed", chart)
        .alt(format!("F1 on the test samples, for {SEEDS} seeds. The means are {}.", joined(means, ", ")));
    let every_rule = LabelRule::all(FEW);
    let [best_softmax, best_sigmoid] = [runs.read(0, &every_rule)?, runs.read(1, &every_rule)?];
    let (wins, by_softmax, by_sigmoid) =
        (best_softmax.wins(&best_sigmoid), told(&best_softmax), told(&best_sigmoid));
    page.say(
        "Which is the better network? Each is read by the rule that has the highest F1 on the validation samples, chosen for each \
         seed among running sums, fixed thresholds and numbers of classes.",
    );
    page.headline(
        Origin::Page,
        "What the question reports from the paper is true of a small generated task as well: softmax with cross-entropy leads to \
         better results than sigmoid with binary cross-entropy.",
        wins == SEEDS,
        format!(
            "On the task generated here, with all labels noted, the softmax is ahead on {wins} of {SEEDS} seeds: F1 is {by_softmax} \
             with a softmax and {by_sigmoid} with sigmoids."
        ),
    );
    let [given, summed, fixed] = [0, 1, 2].map(|row| &readings[row].2);
    let (wins, by_given, by_sum, by_fixed) = (summed.wins(fixed), told(given), told(summed), told(fixed));
    page.claim(
        Origin::Implied("in the answer, on the running sum"),
        "The running sum reads the labels of a trained softmax better than a fixed threshold.",
        wins == SEEDS,
        format!(
            "Here it is ahead on {wins} of {SEEDS} seeds, where both thresholds are chosen: F1 is {by_sum} with the running sum and \
             {by_fixed} with the fixed threshold. At {limit_text} the running sum has {by_given}."
        ),
    );

    page.section("Where the sum stops after training");
    let tails: Vec<_> = runs.0.iter().flat_map(|run| run[0].test.tails()).collect();
    let short = tails.iter().filter(|&&tail| tail < 1.0 - limit).count();
    let tail = Value::from(100.0 * Spread::of(tails.iter().copied()).mean);
    let less = write_number(&(Exact::from_integer(1.into()) - threshold));
    let where_it_stops = where_it_stops(short, tails.len(), &less);
    page.say(format!(
        "The running sum can stop in the right place only if the labels together have more than {limit_text}. After training, the \
         classes that are not labels share {tail:.0} % on average. {where_it_stops} The table has, for each number of labels, the \
         mean probability of this tail, the mean number of classes taken at {limit_text}, and F1 with the best rule of each \
         network:"
    ));
    let by_count = runs.by_labels::<FEW>(&Cumulative(limit), [&best_softmax, &best_sigmoid])?;
    let row = |(&[tail, taken, softmax, sigmoid], k): (&[f64; 4], usize)| (k, tail, taken, softmax, sigmoid);
    page.table(
        "by_labels",
        ["labels", "tail of the softmax", "taken at the threshold", "F1, softmax", "F1, sigmoid"],
        by_count.iter().zip(1..).map(row),
    );
    let [[_, taken, ..], .., [_, taken_of_most, ..]] = by_count.map(|row| row.map(Value::from));
    page.with_the_default_inputs().say(format!(
            "Samples with a single label have the largest tail: on average the running sum takes {taken:.1} classes there, more \
             than for samples with {FEW} labels ({taken_of_most:.1}).",
        ));

    page.section("Varying the threshold");
    page.say(
        "The softmax network of the first seed, read by the running sum at one threshold after another:",
    );
    let scores = |limit: f64| runs.0[0][0].test.scores(&Cumulative(limit));
    let sweep: Vec<_> = THRESHOLDS.into_iter().map(scores).collect::<Result<_, _>>()?;
    let rows = THRESHOLDS.iter().zip(&sweep).map(|(&limit, &[p, r, f1])| [limit, p, r, f1]);
    page.table("sweep", ["threshold", "precision", "recall", "F1"], rows);
    let (first, last) = (sweep[0], sweep[sweep.len() - 1]);
    let from_to = |score: usize| {
        let [first, last] = [first[score], last[score]].map(Value::from);
        format!("from {first:.3} to {last:.3}")
    };
    let (precision, recall) = (from_to(0), from_to(1));
    let peak =
        THRESHOLDS[argmax(&sweep.iter().map(|scores| scores[2]).collect::<Vec<_>>()).unwrap_or_default()];
    page.figure("threshold_sweep", swept(&sweep)).alt(format!(
        "Precision, recall and F1 by the threshold of the running sum. As it goes from 0.1 to 0.99, precision goes {precision} and \
         recall {recall}. F1 is highest at {peak}."
    ));
    page.ask(
        "What would it cost to read off nearly every label, with a running sum above 0.99?",
        format!("Recall is {:.3} then, but precision {:.3}.", Value::from(last[1]), Value::from(last[0])),
    );
    page.claim(
        "in the answer, on precision and recall",
        "Tweaking the threshold of the running sum is a way to influence precision and recall.",
        first[0] > last[0] && sweep.windows(2).all(|step| step[0][1] <= step[1][1]),
        format!(
            "A higher threshold takes all classes that a lower one takes, and perhaps more, so recall cannot fall: it goes \
             {recall}. Precision goes {precision}; it need not fall at every step, since a class that is added may be a label."
        ),
    );

    page.section("When labels are missing");
    let mut by_missing = vec![(0.0, [best_softmax, best_sigmoid])];
    let mut later = Runs::default();
    for (at, missing) in MISSING.into_iter().enumerate() {
        let training = LabelTraining { missing, learning_rates: RATES_IF_MISSING, ..training };
        let report = |done| {
            page.report("training with missing labels", at * SEEDS + done, MISSING.len() * SEEDS);
        };
        let runs = training.run_all(*seed, SEEDS, report)?;
        by_missing.push((missing, [runs.read(0, &every_rule)?, runs.read(1, &every_rule)?]));
        later.0.extend(runs.0);
    }
    page.say(format!(
        "The paper trains on photographs with hashtags, and people do not tag everything they see. So now labels are missing in \
         what the networks learn from: each is dropped with probability {}, but each sample keeps at least one. The first row of \
         the table is for the networks from above, for which none is missing. For the other rows the learning rate is again chosen \
         by the validation loss, now with labels missing there too, and to save time only from {}. Chosen were \
         {} for the softmax and {} for the sigmoids. Thresholds are chosen, and networks judged, with all labels; each network is \
         again read by the rule that has the highest F1 on the validation samples, chosen for each seed among all three kinds, so \
         the first row need not be one of `comparison`. The table has the F1, and how many of the 3 labels that a sample has \
         on average are left. Of k labels k(1 − d) are left on average if each is dropped with probability d, and d^k more, \
         because one is kept where all would have been dropped. The mean of that for k from 1 to {FEW} is the column “left of 3”:",
        joined(MISSING, " or "),
        joined(RATES_IF_MISSING, ", "),
        joined(later.learning_rates(0), " or "),
        joined(later.learning_rates(1), " or ")
    ));
    page.table(
        "missing_labels",
        ["missing", "left of 3", "softmax", "lowest", "highest", "sigmoid", "its lowest", "its highest"],
        by_missing.iter().map(missing_labels),
    );
    let lead = |(_, [softmax, sigmoid]): &(f64, [Reading; 2])| sigmoid.f1.mean - softmax.f1.mean;
    let leads = by_missing.iter().map(|row| format!("{:.3} at {}", Value::from(lead(row)), row.0));
    let (most, [softmax, sigmoid]) = &by_missing[by_missing.len() - 1];
    let (left, wins) = (Value::from(LabelTask::mean_noted(FEW, *most)), sigmoid.wins(softmax));
    page.headline(
        Origin::Page,
        format!(
            "At the probabilities tried here (0, {}), the mean lead of the sigmoids is smaller where more labels are missing in \
             training.",
            joined(MISSING, ", ")
        ),
        by_missing.windows(2).all(|rows| lead(&rows[0]) > lead(&rows[1])),
        format!(
            "The mean lead is {}. If each label is dropped with probability {most}, but one is always kept ({left:.2} of 3 are \
             left), F1 is {} with a softmax and {} with sigmoids, which are ahead on {wins} of {SEEDS} seeds.",
            joined(leads, ", "),
            told(softmax),
            told(sigmoid)
        ),
    );

    if page.has_the_default_inputs() {
        page.section("What to use when");
        page.answer(
            "in the question, on inference",
            "Which threshold selects the right labels?",
            format!(
                "The one with the highest F1, or whatever matters to you, on validation samples, labelled with care. For the \
                 softmax here it is a fixed threshold of {}; for the running sum it is {}, and not {limit_text}.",
                settings(fixed),
                settings(summed)
            ),
        );
        page.say(
            "If all labels are noted and the labels themselves are what you want, take a sigmoid for each class. That is better \
             here, and the plain threshold of one half is nearly the best.",
        );
        page.say(
            "If many labels are missing, the two come close here, and other reasons decide. The paper found the softmax better for \
             its hashtags, and judged its networks by how well they then learn other tasks, which this page has not tried.",
        );
        page.say(
            "If the network has a softmax already, choose a fixed threshold on validation samples. A higher one takes fewer \
             classes, which is for more precision, a lower one is for more recall; with the running sum it is the other way round. \
             If you know how many labels a picture has, take that many of the likeliest classes.",
        );
    }
    Ok(())
}

/// In how many of the samples what is not a label shares less than is left over, and what the others come to.
fn where_it_stops(short: usize, samples: usize, less: &str) -> String {
    let percent = 100.0 * short as f64 / samples as f64;
    let rounded = if (0.5..99.5).contains(&percent) { 0 } else { 2 };
    let percent_text = format!("{:.rounded$} %", Value::from(percent));
    if short == 0 {
        return format!(
            "In none of the samples do they share less than {less}: the sum always has to take at least one wrong class."
        );
    } else if short == samples {
        return format!("In all of the samples they share less than {less}.");
    }
    let beginning = if percent < 50.0 {
        format!("In only {percent_text} of the samples do they share less than {less}.")
    } else {
        format!("In {percent_text} of the samples they share less than {less}.")
    };
    format!("{beginning} In all other samples the sum has to take at least one wrong class.")
}

fn comparison((network, rule, reading): &(&'static str, &str, Reading)) -> impl Row<9> + use<> {
    let Spread { lowest: from, highest: to, .. } = reading.settings();
    let Spread { mean, lowest, highest } = reading.f1;
    let [precision, recall] = [reading.precision, reading.recall].map(|spread| spread.mean);
    (*network, (*rule).to_owned(), from, to, precision, recall, mean, lowest, highest)
}

fn swept(sweep: &[[f64; 3]]) -> Chart {
    let line = |(score, label)| {
        Line::new(label, THRESHOLDS.into_iter().zip(sweep.iter().map(|scores| scores[score])))
    };
    let threshold = Axis::linear("threshold of the running sum")
        .with_ticks(&[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99]);
    let lines = (0..).zip(["precision", "recall", "F1"]).map(line);
    Chart::lines(threshold, "precision, recall, F1", lines)
}

fn missing_labels((missing, [softmax, sigmoid]): &(f64, [Reading; 2])) -> [f64; 8] {
    let [a, b] = [softmax.f1, sigmoid.f1];
    [*missing, LabelTask::mean_noted(FEW, *missing), a.mean, a.lowest, a.highest, b.mean, b.lowest, b.highest]
}

fn told(reading: &Reading) -> String {
    let Spread { mean, lowest, highest } = reading.f1;
    let [mean, lowest, highest] = [mean, lowest, highest].map(Value::from);
    format!("{mean:.3} ({lowest:.3} to {highest:.3})")
}

/// From the lowest to the highest threshold that was chosen.
fn settings(reading: &Reading) -> String {
    let Spread { lowest, highest, .. } = reading.settings();
    let [lowest, highest] = [lowest, highest].map(Value::from);
    format!("{lowest:.3} to {highest:.3}")
}
