//! Several labels behind one softmax: how they are taught, and how to read them off again.

use clap::Args;
use nalgebra::DMatrix;
use num_traits::{One, ToPrimitive, Zero};
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, KnownMistake, Topic, Unusable, matrix, number};
use worked_examples::math::LabelRule::{Cumulative, Fixed, Top};
use worked_examples::math::{LabelRule, argmax, cumulative, descending, shares, to_f64};
use worked_examples::notebook::{
    Axis, Bar, Chart, ClaimVerdict, Field, Line, Origin, Page, Told, Traced, Value, decimal, literal,
    printed, quote, write_matrix, write_number,
};
use worked_examples::training::{LabelTraining, Learned, Reading, Spread};

/// What is given.
#[derive(Args, PartialEq)]
pub struct Inputs {
    /// Which classes are labels of the picture: a row of 0 and 1, a class an entry
    #[arg(long, value_parser = matrix, value_name = "ROW", default_value = "0 1 1 0")]
    pub labels: DMatrix<Exact>,
    /// What a network answers before the softmax (its logits): a row, a class an entry
    #[arg(long, value_parser = matrix, value_name = "ROW", default_value = "-1 3 2 0")]
    pub scores: DMatrix<Exact>,
    /// Classes are taken until the sum of their probabilities is above this, from 0 to 1
    #[arg(long, value_parser = number, default_value = "0.95")]
    pub threshold: Exact,
    /// The first of the seeds with which networks are trained
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How often a network sees each sample, at most 100
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub epochs: u16,
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "multilabel_softmax",
    title: "Which labels does a softmax mean?",
    question: "A network learns pictures with several labels each through one softmax. Which threshold reads the labels off?",
    source: Some(
        "Somebody has read that a softmax can learn several labels at once and asks which threshold reads \
         them off. The answer suggests a running sum of the sorted probabilities; it is tested here.",
    ),
    minutes: 60,
    requires: "fractions, the exponential function, what a probability is; the chain rule for one section",
    code: include_str!("multilabel_softmax.rs"),
    blanks: &["target", "gradient", "predicted_count"],
    gives: &["probabilities"],
    mistakes: &[
        KnownMistake {
            name: "gradient",
            kind: "undivided",
            equation: "probabilities − labels",
            instead: "divide the labels by their number first: the target is a distribution",
        },
        KnownMistake {
            name: "exponentials",
            kind: "unshifted",
            equation: "exp( scores )",
            instead: "subtract the highest score first, so that no exponential overflows",
        },
        KnownMistake {
            name: "target",
            kind: "scaled",
            equation: "labels",
            instead: "divide by the number of labels: the shares have to add up to 1",
        },
        KnownMistake {
            name: "probabilities",
            kind: "sigmoid",
            equation: "1 / ( 1 + exp( −scores ) )",
            instead: "a softmax shares one whole among all classes: divide by the sum of the exponentials, and take no sigmoid",
        },
        KnownMistake {
            name: "gradient",
            kind: "sign",
            equation: "target − probabilities",
            instead: "subtract the target from the probabilities, and not the other way round",
        },
    ],
    check,
    vary,
    tell,
};

/// One label or two, so that their shares are short decimals; little is trained, since the exercise is about a single
/// picture.
fn vary(draw: &mut Draw) -> Option<Inputs> {
    let mut labels = DMatrix::zeros(1, 4);
    for _ in 0..2 {
        labels[draw.integer(0..=3).unsigned_abs() as usize] = Exact::one();
    }
    Some(Inputs {
        labels,
        scores: draw.matrix(1, 4, -2..=4),
        threshold: Exact::new(9.into(), 10.into()),
        seed: 1,
        epochs: 3,
    })
}

/// Scores beyond are too close to where doubles end for their differences.
const HIGHEST_SCORE: &str = "1e300";

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let Inputs { labels, scores, threshold, .. } = inputs;
    let unless = |is_right: bool, option, complaint: String| {
        if is_right { Ok(()) } else { Err(Unusable::option(option, complaint)) }
    };
    for (option, row) in [("--labels", labels), ("--scores", scores)] {
        let rows = row.nrows();
        unless(rows == 1, option, format!("given {rows} rows; expected one row, a class an entry"))?;
    }
    let given = quote(&write_matrix(labels));
    let is_label = |label: &Exact| label.is_zero() || label.is_one();
    unless(labels.iter().all(is_label), "--labels", format!("given {given}; expected a row of 0 and 1"))?;
    let has_label = labels.iter().any(One::is_one);
    unless(has_label, "--labels", format!("given {given}; expected at least one label, a 1"))?;
    let [classes, answers] = [labels, scores].map(DMatrix::len);
    let complaint =
        format!("given {answers} for the {classes} classes of --labels; expected one score a class");
    unless(classes == answers, "--scores", complaint)?;
    let highest = &number(HIGHEST_SCORE).map_err(|error| Unusable::option("--scores", error))?;
    if let Some(score) = scores.iter().find(|&score| score < &-highest || score > highest) {
        let given = quote(&write_number(score));
        let complaint =
            format!("given {given}; expected scores between -{HIGHEST_SCORE} and {HIGHEST_SCORE}");
        return Err(Unusable::option("--scores", complaint));
    }
    let in_range = Exact::zero() <= *threshold && *threshold <= Exact::one();
    let given = quote(&write_number(threshold));
    unless(in_range, "--threshold", format!("given {given}; expected a number from 0 to 1"))
}

const SEEDS: usize = 5;
/// How many labels the source's patterns have at most, and how many are tried beyond.
const FEW: usize = 5;
const MANY: usize = 100;

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { threshold, seed, epochs, .. } = inputs;
    let limit = Value::from(threshold).to_f64();
    let limit_text = write_number(threshold);
    let none = Exact::zero();
    let ratio = |part: usize, whole: usize| Exact::new(part.into(), whole.into());
    let seeds = (0..SEEDS as u64).map(|run| seed.wrapping_add(run));

    page.section("What is given");
    page.say(
        "A picture may show several things at once. `labels` marks with 1 what this one shows, a class an entry, counted \
         from 0; `scores` is what a network answers, before its softmax.",
    );
    let labels = page.given("labels", &inputs.labels);
    let scores = page.given("scores", &inputs.scores);
    page.given_number("threshold", threshold);
    page.given_number("seed", &Exact::from_integer((*seed).into()));
    page.given_number("epochs", &Exact::from_integer((*epochs).into()));

    page.section("From labels to a target");
    page.say(
        "A softmax hands out a whole: its probabilities add up to 1. So the labels of a picture have to share that whole, \
         and k labels get 1/k each (Mahajan et al. 2018, on the loss function).",
    );
    page.formula(
        r"\text{target}_i = \frac{\text{labels}_i}{\sum_j \text{labels}_j}",
        "targetᵢ = labelsᵢ / Σ labels",
    );
    let labels_sum = page.value("labels_sum = Σ( labels )", labels.sum());
    let target = page.show("target = labels / labels_sum", labels.map(|label| label / labels_sum.clone()));
    page.audit(&target, printed("0 0.5 0.5 0", 1));

    page.say(
        "A perfect network would answer just such shares. Sorted, for one label to four, among five classes:",
    );
    let ideal =
        page.show("ideal", DMatrix::from_row_iterator(4, 5, (1..=4).flat_map(|k| shares(k, 5 - k, &none))));
    page.audit(&ideal, printed("1 0 0 0 0; 0.5 0.5 0 0 0; 1/3 1/3 1/3 0 0; 1/4 1/4 1/4 1/4 0", 2));

    page.say("And for five labels, among six classes:");
    let ideal_of_five = page.show("ideal_of_five", DMatrix::from_row_iterator(1, 6, shares(5, 1, &none)));
    page.audit(&ideal_of_five, printed("1/5 1/5 1/5 1/5 1/5 0", 2));

    page.say("So the share of a label depends on its company: alone, with one other, as one of ten it is");
    let one_share = page.show("one_share", DMatrix::from_row_iterator(1, 3, [1, 2, 10].map(|k| ratio(1, k))));
    page.audit(&one_share, printed("1.0 0.5 0.1", 1));
    page.claim(
        Origin::Page,
        "The same class can have completely different target values.",
        one_share[0] > one_share[1] && one_share[1] > one_share[2],
        format!(
            "It is worth {} alone, {} with one other and {} as one of ten.",
            decimal(&one_share[0], 1),
            decimal(&one_share[1], 1),
            decimal(&one_share[2], 1)
        ),
    );

    page.section("From scores to probabilities");
    page.formula(r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", "pᵢ = e^zᵢ / Σ e^z");
    page.say(
        "Nothing changes if the highest score is subtracted from all of them first, and then no power of e is too large to \
         write down:",
    );
    let highest =
        page.value("highest", argmax(&scores).map_or(Exact::zero(), |class| inputs.scores[class].clone()));
    let shifted = page.show("shifted = scores − highest", scores.map(|score| score - highest.clone()));
    let exponentials = page.show("exponentials = exp( shifted )", shifted.map(Traced::exp));
    let exponential_sum = page.value("exponential_sum = Σ( exponentials )", exponentials.sum());
    let probabilities = page.show(
        "probabilities = exponentials / exponential_sum",
        exponentials.map(|exponential| exponential / exponential_sum.clone()),
    );

    page.say("How far that is from the target t, the cross-entropy says:");
    page.formula(
        r"L = -\sum_i t_i \ln p_i = \ln \sum_i e^{z_i} - \sum_i t_i z_i",
        "L = −Σ tᵢ ln pᵢ = ln Σ e^zᵢ − Σ tᵢ zᵢ",
    );
    let loss = page.value(
        "loss = ln( exponential_sum ) − Σ( target ∘ shifted )",
        exponential_sum.ln() - target.component_mul(&shifted).sum(),
    );

    let (p, t) = (to_f64(&probabilities), to_f64(&target));
    let classes = |wanted: fn(&f64, &f64) -> bool| {
        let classes = (0..t.len()).filter(|&class| wanted(&p[class], &t[class]));
        classes
            .map(|class| class.to_string())
            .reduce(|list, class| list + ", " + &class)
            .unwrap_or("none".into())
    };
    page.ask(
        "Which scores should rise in the next step of learning, and which should fall?",
        format!(
            "Those whose probability is below the target rise (classes: {}), those above it fall (classes: {}).",
            classes(f64::lt),
            classes(f64::gt)
        ),
    );
    page.say(
        "The slope of the loss along each score is just probability minus target, and subtracting the highest score from \
         all of them changes no slope:",
    );
    page.formula(r"\frac{\partial L}{\partial z_i} = p_i - t_i", "∂L/∂zᵢ = pᵢ − tᵢ");
    let gradient = page.show("gradient = probabilities − target", &probabilities - &target);
    page.prove_gradient(&gradient, &loss, &shifted);

    page.section("Reading the labels off");
    page.say(format!(
        "Take the classes in descending order of probability and add up as you go. Stop as soon as the sum is above the \
         threshold, {limit_text}: the classes taken so far are the prediction. Among equal probabilities the class with the \
         lowest index comes first, and a threshold that is never exceeded takes all classes.",
    ));
    let order = descending(p.as_slice());
    page.show("cumulative", running_sums(order.iter().map(|&class| probabilities[class].clone())));
    let sums = cumulative(p.as_slice());

    let rule = Cumulative(limit);
    let predicted_count = rule.count(p.as_slice());
    page.ask("How many classes will be taken?", format!("{predicted_count} of {}.", sums.len()));
    page.value("predicted_count", predicted_count);

    let predicted = rule.predict(p.as_slice());
    let yes = |is_so: bool| Field::from(if is_so { "yes" } else { "no" });
    let rows = order.into_iter().enumerate().map(|(before, class)| {
        [
            (before + 1).into(),
            class.into(),
            p[class].into(),
            sums[before].into(),
            yes(sums[before] > limit),
            yes(predicted[class]),
            yes(labels[class].is_one()),
        ]
    });
    page.table(
        "inference",
        ["rank", "class", "probability", "running sum", "above the threshold", "predicted", "is a label"],
        rows.collect(),
    );

    let by_rank = |sums: &[f64]| (1..).map(f64::from).zip(sums.iter().copied()).collect();
    let perfect = |k: usize| {
        let shares: Vec<f64> = shares(k, FEW - k, &none).iter().filter_map(Exact::to_f64).collect();
        Line::new(format!("perfect, k = {k}"), by_rank(&cumulative(&shares)))
    };
    let across = vec![(1.0, limit), (sums.len().max(FEW) as f64, limit)];
    let mut lines = vec![Line::new("these scores", by_rank(&sums)), Line::new("threshold", across)];
    lines.extend((1..=FEW).map(perfect));
    page.figure(
        "running_sums",
        format!(
            "The running sums of the probabilities by rank. A perfect prediction for k labels climbs in k equal steps to 1; \
             the given scores reach {} with the first class, and {} with the last of {predicted_count} taken at the \
             threshold {limit_text}.",
            decimal(sums[0], 4),
            decimal(sums[predicted_count - 1], 4)
        ),
        Chart::Lines { x: Axis::linear("classes taken"), y: Axis::linear("running sum"), lines },
    );

    page.section("Perfect predictions");
    page.say(
        "Even for a perfect network the rule must not stop too early. After one class less than there are labels the sum is \
         (k − 1)/k, and that must not be above the threshold yet. Here once in exact fractions, and once in double \
         precision, as a program adds:",
    );
    let rule = Cumulative(threshold.clone());
    let taken = |k: usize| rule.count(&shares(k, 0, &none));
    let doubles = |k: usize| vec![1.0 / k as f64; k];
    let taken_in_doubles = |k: usize| Cumulative(limit).count(&doubles(k));
    let all_but_one = |k: usize| cumulative(&doubles(k)[1..]).last().copied().unwrap_or_default();
    let rows = [1, 2, FEW, 10, 19, 20, 21, 40, MANY].map(|k| {
        [
            k.into(),
            ratio(k - 1, k).into(),
            taken(k).into(),
            all_but_one(k).to_string().into(),
            taken_in_doubles(k).into(),
        ]
    });
    page.table(
        "perfect",
        ["labels", "(k − 1)/k", "taken", "added in doubles", "taken in doubles"],
        rows.to_vec(),
    );

    let first_wrong =
        |taken: &dyn Fn(usize) -> usize| (1..=MANY).find(|&k| taken(k) != k).unwrap_or(MANY + 1);
    let [wrong, wrong_in_doubles] = [first_wrong(&taken), first_wrong(&taken_in_doubles)];
    page.headline(
        Origin::Page,
        format!("As soon as the running sum is above {limit_text}, as many classes are taken as there are labels."),
        ClaimVerdict::under(
            format!("the prediction is perfect, in exact fractions, and there are at most {} labels", wrong - 1),
            wrong_in_doubles > MANY,
            wrong > 1,
        ),
        format!(
            "Read at a running sum above {limit_text}, perfect predictions come out right only up to {} labels: of {wrong} \
             it takes {}, of {} {}, of {MANY} {}; in double precision it takes {} of {wrong_in_doubles} already, because \
             {} of the shares add up to {}.",
            wrong - 1,
            taken(wrong),
            40,
            taken(40),
            taken(MANY),
            taken_in_doubles(wrong_in_doubles),
            wrong_in_doubles - 1,
            all_but_one(wrong_in_doubles)
        ),
    );
    page.ask(
        "Can one fixed threshold for each single probability read all perfect predictions of one to five labels?",
        "Yes. The labels all stand at 1/5 or above, and everything else at 0: any threshold from 0 to just below 1/5 lies \
         between.",
    );

    let reads_up_to =
        |most: usize, limit: &Exact| (1..=most).all(|k| Fixed(limit.clone()).reads(k, 1, &none));
    let right: Vec<Exact> =
        (0..MANY).map(|i| ratio(i, MANY)).filter(|limit| reads_up_to(FEW, limit)).collect();
    let low = ratio(1, 2 * MANY);
    page.claim(
        Origin::Page,
        "A fixed threshold cannot tell which of the perfect predictions it has before it.",
        right.is_empty(),
        format!(
            "Of the thresholds 0, 0.01 … 0.99 the {} from {} to {} read all patterns of one to {FEW} labels right; at {} \
             those of one to {MANY} labels {} read right.",
            right.len(),
            decimal(right.first().unwrap_or(&none), 2),
            decimal(right.last().unwrap_or(&none), 2),
            decimal(&low, 3),
            if reads_up_to(MANY, &low) { "are all" } else { "are not all" }
        ),
    );

    page.section("A noisy tail");
    let half_a_share = ratio(1, 2 * FEW);
    let fixed = Fixed(half_a_share.clone());
    page.say(format!(
        "No network is perfect. Let the classes that are no labels keep a tail of the whole, and the labels share the rest \
         equally. The tail lies on one class, or is spread over ten. Three rules are to take just the labels: the running sum \
         above the threshold; every class above a fixed {half_a_share}, which is half the share of one of five labels; and \
         the top k, for somebody who knows k.",
    ));

    let first_break = |rule: &dyn Fn(usize) -> LabelRule<Exact>, others: usize| {
        let tails = (1..=FEW).filter_map(|k| rule(k).breaking_tail(k, others));
        decimal(tails.min().unwrap_or_else(Exact::one), 3)
    };
    page.ask(
        "Which rule breaks first as the tail on one class grows, for one to five labels?",
        format!(
            "The running sum breaks at a tail of {}, the fixed threshold at {}, the top k at {}: the smallest of each column.",
            first_break(&|_| rule.clone(), 1),
            first_break(&|_| fixed.clone(), 1),
            first_break(&Top, 1)
        ),
    );
    page.say(
        "The table shows the smallest tail, in steps of a thousandth, at which each rule no longer does.",
    );

    let breaks = |rule: &LabelRule<Exact>, k: usize, others: usize| {
        rule.breaking_tail(k, others).map_or_else(|| Field::from("never"), Field::from)
    };
    let rows = [1, 2, 3, 4, FEW, 10, 20, 21].map(|k| {
        [
            k.into(),
            breaks(&rule, k, 1),
            breaks(&rule, k, 10),
            breaks(&fixed, k, 1),
            breaks(&fixed, k, 10),
            breaks(&Top(k), k, 1),
            breaks(&Top(k), k, 10),
        ]
    });
    page.table(
        "noisy_tail",
        ["labels", "sum, on 1", "sum, on 10", "fixed, on 1", "fixed, on 10", "top k, on 1", "top k, on 10"],
        rows.to_vec(),
    );

    let tails = |label: &str, rule: &dyn Fn(usize) -> LabelRule<Exact>| {
        let point = |k: usize| Some((k as f64, rule(k).breaking_tail(k, 1)?.to_f64()?));
        Line::new(label, (1..=25).filter_map(point).collect())
    };
    page.figure(
        "breaking_tails",
        format!(
            "The smallest tail on one class that breaks each rule, by the number of labels. For one to {FEW} labels it is at \
             least {} for the running sum, {} for the fixed threshold and {} for the top k.",
            first_break(&|_| rule.clone(), 1),
            first_break(&|_| fixed.clone(), 1),
            first_break(&Top, 1)
        ),
        Chart::Lines {
            x: Axis::linear("labels"),
            y: Axis::linear("tail at which the rule breaks"),
            lines: vec![
                tails("running sum", &|_| rule.clone()),
                tails("fixed threshold", &|_| fixed.clone()),
                tails("top k, k known", &Top),
            ],
        },
    );

    let outlasts = |k: usize, others| rule.breaking_tail(k, others) > fixed.breaking_tail(k, others);
    page.claim(
        Origin::Page,
        "The running sum stands a noisy tail where a fixed threshold does not.",
        ClaimVerdict::under(
            format!("there are {} to {} labels, too many for a fixed threshold of {half_a_share}", 2 * FEW, wrong - 1),
            (1..wrong).all(|k| outlasts(k, 1) && outlasts(k, 10)),
            (2 * FEW..wrong).all(|k| outlasts(k, 1) && outlasts(k, 10)),
        ),
        format!(
            "For one to {FEW} labels the running sum breaks first: at a tail of {} on one class and of {} on ten, just what \
             the threshold leaves over. The fixed one breaks at {} and at {}.",
            first_break(&|_| rule.clone(), 1),
            first_break(&|_| rule.clone(), 10),
            first_break(&|_| fixed.clone(), 1),
            first_break(&|_| fixed.clone(), 10)
        ),
    );

    page.section("Softmax against sigmoid");
    let training = LabelTraining {
        sizes: [16, 64, 16],
        most_labels: 5,
        noise: 0.5,
        samples: [1000, 500, 1000],
        epochs: (*epochs).into(),
        batch_size: 32,
        learning_rates: &[0.01, 0.03, 0.1, 0.3, 1.0],
    };
    let ([numbers, hidden, classes], [taught, choosing, judging]) = (training.sizes, training.samples);
    let rates = training.learning_rates.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
    page.say(format!(
        "Now with training, on generated data. Each of {classes} classes has a pattern of {numbers} random numbers; a sample \
         has 1 to {} labels, and its input is the sum of their patterns with noise of standard deviation {}. A network with \
         {hidden} hidden units learns {taught} samples in {epochs} passes: once with a softmax and targets of 1/k, once with a \
         sigmoid for each class and binary cross-entropy. {choosing} other samples choose the settings (the learning rate \
         from {rates} by the loss; thresholds and k by F1), and {judging} more judge. Each of the {SEEDS} seeds has its own \
         patterns, samples and first weights.",
        training.most_labels, training.noise
    ));
    page.say(
        "Precision is the share of the predicted labels that are true, recall the share of the true labels that are \
         predicted, F1 their harmonic mean; all labels of all samples count together (micro averages).",
    );
    page.ask(
        "Which training lets its labels be read better, and which rule reads a softmax best?",
        "Look at the lowest and the highest F1 of the seeds before you believe in a difference of two means.",
    );
    page.say(
        "The table shows the means over the seeds, from where to where the chosen settings go, and the lowest and the \
         highest F1.",
    );
    let run = |(done, seed)| {
        page.report("training", done, SEEDS);
        training.run(seed)
    };
    let runs = seeds.clone().enumerate().map(run).collect::<Result<Vec<_>, _>>()?;

    let each =
        |rule: fn(f64) -> LabelRule<f64>| (1..40).map(|i| rule(f64::from(i) / 40.0)).collect::<Vec<_>>();
    let top: Vec<_> = (1..=training.most_labels).map(Top).collect();
    let [softmax, sigmoid] = [0, 1].map(|head| runs.iter().map(move |run: &[Learned; 2]| &run[head]));
    let readings = [
        ("softmax", "running sum, as given", Reading::of(softmax.clone(), &[Cumulative(limit)])?),
        ("softmax", "running sum, chosen", Reading::of(softmax.clone(), &each(Cumulative))?),
        ("softmax", "fixed, chosen", Reading::of(softmax.clone(), &each(Fixed))?),
        ("softmax", "top k, chosen", Reading::of(softmax, &top)?),
        ("sigmoid", "fixed, one half", Reading::of(sigmoid.clone(), &[Fixed(0.5)])?),
        ("sigmoid", "fixed, chosen", Reading::of(sigmoid.clone(), &each(Fixed))?),
        ("sigmoid", "top k, chosen", Reading::of(sigmoid, &top)?),
    ];
    let rows = readings.iter().map(|(head, rule, reading)| {
        let settings: Vec<f64> = reading.rules.iter().map(LabelRule::setting).collect();
        let Spread { lowest, highest, .. } = Spread::of(settings);
        [
            (*head).into(),
            (*rule).into(),
            lowest.into(),
            highest.into(),
            reading.precision.mean.into(),
            reading.recall.mean.into(),
            reading.f1.mean.into(),
            reading.f1.lowest.into(),
            reading.f1.highest.into(),
        ]
    });
    page.table(
        "comparison",
        ["head", "rule", "from", "to", "precision", "recall", "F1", "lowest", "highest"],
        rows.collect(),
    );
    page.say("Seed by seed, each head read by that of its rules that does best:");

    let best = |wanted: &str| {
        let of_head = readings.iter().filter(|(head, ..)| *head == wanted).map(|(.., reading)| &reading.f1s);
        (0..SEEDS).map(|run| of_head.clone().map(|f1s| f1s[run]).fold(0.0, f64::max)).collect::<Vec<_>>()
    };
    let [softmax_f1, sigmoid_f1] = [best("softmax"), best("sigmoid")];
    let rows = seeds.clone().zip(&runs).enumerate().map(|(run, (seed, [softmax, sigmoid]))| {
        [
            Exact::from_integer(seed.into()).into(),
            softmax.learning_rate.into(),
            sigmoid.learning_rate.into(),
            softmax_f1[run].into(),
            sigmoid_f1[run].into(),
            (softmax_f1[run] - sigmoid_f1[run]).into(),
        ]
    });
    page.table(
        "seeds",
        ["seed", "rate, softmax", "rate, sigmoid", "F1, softmax", "F1, sigmoid", "difference"],
        rows.collect(),
    );

    let bars =
        [(0, "softmax, sum as given"), (1, "softmax, sum"), (2, "softmax, fixed"), (5, "sigmoid, fixed")];
    let means = bars.map(|(row, label)| format!("{} ({label})", decimal(readings[row].2.f1.mean, 3)));
    page.figure(
        "f1_by_seed",
        format!("F1 on the samples that judge, for {SEEDS} seeds. The means are {}.", means.join(", ")),
        Chart::Bars {
            y: Axis::linear("F1"),
            groups: seeds.map(|seed| format!("seed {seed}")).collect(),
            bars: bars.map(|(row, label)| Bar::new(label, readings[row].2.f1s.clone())).to_vec(),
        },
    );

    let wins = |a: &[f64], b: &[f64]| a.iter().zip(b).filter(|(a, b)| a > b).count();
    let told = |f1s: &[f64]| {
        let Spread { mean, lowest, highest } = Spread::of(f1s.iter().copied());
        format!("{} ({} to {})", decimal(mean, 3), decimal(lowest, 3), decimal(highest, 3))
    };
    page.headline(
        Origin::Page,
        "Softmax with cross-entropy leads to better results than sigmoid with binary cross-entropy.",
        wins(&softmax_f1, &sigmoid_f1) == SEEDS,
        format!(
            "On a small generated task softmax is ahead of sigmoid on {} of {SEEDS} seeds: each read by the best of its \
             rules, F1 is {} with softmax and {} with sigmoid.",
            wins(&softmax_f1, &sigmoid_f1),
            told(&softmax_f1),
            told(&sigmoid_f1)
        ),
    );
    page.with_the_default_inputs(|page| {
        page.say(
            "The paper measured something else: billions of photographs with noisy hashtags, a vocabulary of thousands, and \
             how well the network serves other tasks later. Here every label is right and the labels themselves are read. \
             Neither result refutes the other; both say to measure on one's own data.",
        );
        Ok(())
    })?;

    let [given, summed, fixed] = [0, 1, 2].map(|row| &readings[row].2.f1s);
    page.claim(
        Origin::Page,
        "The running sum reads the labels of a trained softmax better than a fixed threshold.",
        wins(summed, fixed) == SEEDS,
        format!(
            "It is ahead on {} of {SEEDS} seeds: F1 is {} at {limit_text}, {} at the threshold that suits the sum best, and {} \
             at the fixed threshold that does.",
            wins(summed, fixed),
            told(given),
            told(summed),
            told(fixed)
        ),
    );

    page.section("Turning the threshold");
    page.say(
        "The softmax network of the first seed, read by the running sum at one threshold after the other:",
    );
    let thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];
    let judged = &runs[0][0].test;
    let sweep: Result<Vec<[f64; 3]>, _> =
        thresholds.iter().map(|&limit| judged.scores(&Cumulative(limit))).collect();
    let sweep = sweep?;
    let rows = thresholds
        .iter()
        .zip(&sweep)
        .map(|(&limit, &[precision, recall, f1])| [limit, precision, recall, f1].map(Field::from));
    page.table("sweep", ["threshold", "precision", "recall", "F1"], rows.collect());

    let last = sweep.len() - 1;
    let from_to =
        |score: usize| format!("from {} to {}", decimal(sweep[0][score], 3), decimal(sweep[last][score], 3));
    let line = |label: &str, score: usize| {
        Line::new(label, thresholds.into_iter().zip(sweep.iter().map(|scores| scores[score])).collect())
    };
    page.figure(
        "threshold_sweep",
        format!(
            "Precision, recall and F1 by the threshold of the running sum. As it goes from {} to {}, precision goes {} and \
             recall {}.",
            thresholds[0],
            thresholds[last],
            from_to(0),
            from_to(1)
        ),
        Chart::Lines {
            x: Axis::linear("threshold"),
            y: Axis::linear("score"),
            lines: vec![line("precision", 0), line("recall", 1), line("F1", 2)],
        },
    );

    let trades = |step: &[[f64; 3]]| step[0][0] > step[2][0] && step[0][1] < step[2][1];
    page.claim(
        Origin::Page,
        "Turning the threshold of the running sum trades precision against recall.",
        sweep.windows(3).all(trades),
        format!(
            "Precision is lower and recall higher than two thresholds before, all the way: precision goes {}, recall {}.",
            from_to(0),
            from_to(1)
        ),
    );

    page.section("Exercises");
    let more = literal("1 1 1 0 1");
    page.exercise(
        format!("A picture has the labels {}. Write down its target.", write_matrix(&more)),
        format!("{}.", write_matrix(&more.map(|label| label / more.sum()))),
    );
    page.exercise(
        "With the given scores, from which threshold on does the rule go on after the first class?",
        format!("From {} on: a sum that only reaches the threshold is not above it.", decimal(sums[0], 4)),
    );
    let equal = vec![1.0 / sums.len() as f64; sums.len()];
    page.exercise(
        format!(
            "The scores of all {} classes are equal. Which classes are predicted at {limit_text}?",
            sums.len()
        ),
        format!(
            "The first {} by index. Among equals somebody has to come first.",
            Cumulative(limit).count(&equal)
        ),
    );
    page.exercise(
        format!("Which threshold would read perfect predictions of up to {MANY} labels right? What would it cost here?"),
        format!(
            "At least (k − 1)/k = {}, and below 1. At {} the trained softmax above has a precision of {}: a threshold that \
             cuts off no label takes in much of the tail.",
            decimal(ratio(MANY - 1, MANY), 2),
            thresholds[last],
            decimal(sweep[last][0], 3)
        ),
    );
    page.numpy(include_str!("numpy/multilabel_softmax.py"));
    Ok(())
}

/// So many running sums are written out; each is one term longer than the one before.
const MOST_SUMS: usize = 64;

fn running_sums(numbers: impl Iterator<Item = Traced>) -> DMatrix<Traced> {
    let mut sum = Traced::zero();
    let sums: Vec<_> = numbers
        .map(|number| {
            sum = sum.clone() + number;
            sum.clone()
        })
        .collect();
    let is_long = sums.len() > MOST_SUMS;
    let sums = sums.into_iter().map(|sum| if is_long { sum.value().into() } else { sum });
    DMatrix::from_iterator(1, sums.len(), sums)
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
