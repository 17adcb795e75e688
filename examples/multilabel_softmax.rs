//! Several labels behind one softmax: how they are taught, and how to read them off again.

use clap::Args;
use nalgebra::DMatrix;
use num_traits::{One, ToPrimitive, Zero};
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, KnownMistake, Topic, Unusable, matrix, number};
use worked_examples::math::LabelRule::{Cumulative, Fixed, Top};
use worked_examples::math::{LabelRule, ShapeError, argmax, cumulative, descending, shares, to_f64};
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
    /// What a network outputs before the softmax (its logits): a row, a class an entry
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
    question: "A network learns pictures with several labels each through one softmax. Which threshold tells its labels afterwards?",
    source: Some(
        "Somebody has read in a paper that a softmax can learn several labels at once, and asks which threshold selects the \
         labels afterwards. The answer suggests a running sum of the sorted probabilities; it is tested here.",
    ),
    lesson: "How several labels share one softmax, how probabilities are turned back into labels, and how two ways of training are \
         compared fairly.",
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
    is_worth_working: |_| true,
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

/// How many labels the ideal predictions of the source have at most, and how many are tried beyond.
const FEW: usize = 5;
const MANY: usize = 100;

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { threshold, .. } = inputs;
    let limit = Value::from(threshold).to_f64();
    let limit_text = write_number(threshold);

    page.section("What is given");
    page.say(
        "A picture may show several things at once. `labels` has an entry for each class: 1 if the picture shows it, 0 if it \
         does not. The classes are numbered from 0. `scores` is what a network outputs for this picture, one number for each \
         class, before it turns them into probabilities.",
    );
    let labels = page.given("labels", &inputs.labels);
    let scores = page.given("scores", &inputs.scores);
    page.given_number("threshold", threshold);

    page.section("From labels to a target");
    page.say(
        "A softmax turns the scores into probabilities that add up to 1. So the labels of a picture have to share that 1: with k \
         labels, each gets 1/k as its target. This is how the paper that the question is about trains its networks (Mahajan et \
         al. 2018, Exploring the Limits of Weakly Supervised Pretraining, arXiv 1805.00932).",
    );
    page.formula(
        r"\text{target}_i = \frac{\text{labels}_i}{\sum_j \text{labels}_j}",
        "targetᵢ = labelsᵢ / Σ labels",
    );
    let labels_sum = page.value("labels_sum = Σ( labels )", labels.sum());
    let target = page.show("target = labels / labels_sum", labels.map(|label| label / labels_sum.clone()));
    page.audit(&target, printed("0 0.5 0.5 0", 1));

    page.say(
        "A perfect network would output exactly these shares. Sorted, here is what it outputs for a picture with one label, with \
         two, and so on up to five; all further classes get 0.",
    );
    let ideal = (1..=FEW).flat_map(|k| shares(k, FEW - k, &Exact::zero()));
    let ideal = page.show("ideal", DMatrix::from_row_iterator(FEW, FEW, ideal));
    page.audit(
        &ideal,
        printed("1 0 0 0 0; 0.5 0.5 0 0 0; 1/3 1/3 1/3 0 0; 1/4 1/4 1/4 1/4 0; 1/5 1/5 1/5 1/5 1/5", 2),
    );
    let [alone, with_one, of_ten] = [1, 2, 10].map(|k| shares(k, 0, &Exact::zero())[0].clone());
    page.claim(
        Origin::Said("in the answer, on the targets"),
        "The target of one and the same tag can take completely different values: 1.0 alone, 0.5 with another, 0.1 with ten.",
        alone > with_one && with_one > of_ten,
        format!(
            "It is {} alone, {} with one other tag, and {} as one of ten (with ten others, it would be 1/11).",
            decimal(&alone, 1),
            decimal(&with_one, 1),
            decimal(&of_ten, 1)
        ),
    );

    page.section("From scores to probabilities");
    page.formula(r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", "pᵢ = e^zᵢ / Σ e^z");
    page.say(
        "Subtract the highest score from all scores first. The probabilities stay the same, and no power of e gets too large:",
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

    page.say(
        "The cross-entropy measures how far the probabilities are from the target t. Its second form is true because t adds up to 1:",
    );
    page.formula(
        r"L = -\sum_i t_i \ln p_i = \ln \sum_i e^{z_i} - \sum_i t_i z_i",
        "L = −Σ tᵢ ln pᵢ = ln Σ e^zᵢ − Σ tᵢ zᵢ",
    );
    let loss = page.value(
        "loss = ln( exponential_sum ) − Σ( target ∘ shifted )",
        exponential_sum.ln() - target.component_mul(&shifted).sum(),
    );
    page.say(
        "The loss cannot fall to 0 if there are several labels. It is smallest where the probabilities are the target itself, and \
         there it is ln k:",
    );
    let least_loss = page.value("least_loss = ln( labels_sum )", labels_sum.ln());
    page.value("left_to_learn = loss − least_loss", loss.clone() - least_loss);

    let (p, t) = (to_f64(&probabilities), to_f64(&target));
    page.ask(
        "Which scores should rise in the next step of learning, and which should fall?",
        format!(
            "Those whose probability is below the target rise (classes: {}), those above it fall (classes: {}).",
            listed((0..p.len()).filter(|&class| p[class] < t[class])),
            listed((0..p.len()).filter(|&class| p[class] > t[class]))
        ),
    );
    page.say(
        "The slope of the loss along each score is simply probability minus target. A score that is shifted has the same slope:",
    );
    page.formula(r"\frac{\partial L}{\partial z_i} = p_i - t_i", "∂L/∂zᵢ = pᵢ − tᵢ");
    let gradient = page.show("gradient = probabilities − target", &probabilities - &target);
    page.prove_gradient(&gradient, &loss, &shifted);

    page.section("The same scores through sigmoids");
    page.say(
        "The usual way to learn several labels gives each class a probability of its own, the sigmoid of its score. These \
         probabilities need not add up to anything, and the target is the label itself, 0 or 1. The loss is the binary \
         cross-entropy, the sum over the classes of −ln σ for a label and −ln (1 − σ) for any other class:",
    );
    page.formula(
        r"\sigma(z) = \frac{1}{1 + e^{-z}}, \qquad L = \sum_{\text{labels}} \ln(1 + e^{-z_i}) + \sum_{\text{others}} \ln(1 + e^{z_i})",
        "σ(z) = 1 / (1 + e^−z),  L = Σ_labels ln(1 + e^−zᵢ) + Σ_others ln(1 + e^zᵢ)",
    );
    page.formula(
        r"\frac{\partial L}{\partial z_i} = \sigma(z_i) - \text{labels}_i",
        "∂L/∂zᵢ = σ(zᵢ) − labelsᵢ",
    );
    let one = || Traced::from(1);
    let sigmoids = page
        .show("sigmoids = 1 / ( 1 + exp( −scores ) )", scores.map(|score| one() / (one() + (-score).exp())));
    let sigmoid_gradient = page.show("sigmoid_gradient = sigmoids − labels", &sigmoids - &labels);
    let sigmoid_loss = page.value("sigmoid_loss", binary_cross_entropy(&scores, &labels));
    page.prove_gradient(&sigmoid_gradient, &sigmoid_loss, &scores);
    let pushed_down = |gradient: &DMatrix<Traced>| {
        let gradient = to_f64(gradient);
        listed((0..gradient.len()).filter(|&class| t[class] > 0.0 && gradient[class] > 0.0))
    };
    page.ask(
        "A positive slope pushes a score down. Which labels of the picture does each loss push down?",
        format!(
            "The softmax: {}. It pushes down every label that has more than its share 1/k. The sigmoids: {}. A sigmoid is below 1, \
             so they push every label up.",
            pushed_down(&gradient),
            pushed_down(&sigmoid_gradient)
        ),
    );

    page.section("Reading the labels off");
    page.say(format!(
        "The source suggests this rule. Sort the classes by probability, the likeliest first, and add up the probabilities. Stop \
         as soon as the running sum is above the threshold, {limit_text}: the classes added so far are the predicted labels. Among \
         equal probabilities the class with the lowest index comes first, and a threshold that is never exceeded takes all classes.",
    ));
    let order = descending(p.as_slice());
    page.show("cumulative", running_sums(order.iter().map(|&class| probabilities[class].clone())));

    let rule = Cumulative(limit);
    let predicted_count = rule.count(p.as_slice());
    page.ask("How many classes are taken?", format!("{predicted_count} of {}.", p.len()));
    page.value("predicted_count", predicted_count);

    let sums = cumulative(p.as_slice());
    page.table(
        "inference",
        ["rank", "class", "probability", "running sum", "above the threshold", "predicted", "is a label"],
        inference(&p, &t, &rule),
    );
    page.figure(
        "running_sums",
        format!(
            "The running sums by the number of classes taken. A perfect prediction for k labels climbs to 1 in k equal steps. The \
             given scores reach {} with the first class, and {} with the last of the {predicted_count} that are taken at the \
             threshold {limit_text}.",
            decimal(sums[0], 4),
            decimal(sums[predicted_count - 1], 4)
        ),
        Chart::Lines {
            x: Axis::linear("classes taken"),
            y: Axis::linear("running sum"),
            lines: sum_lines(&sums, limit, &limit_text),
        },
    );

    page.section("Perfect predictions");
    page.say(format!(
        "Does the rule read perfect predictions right? After k − 1 of its k labels the running sum is (k − 1)/k, and that must \
         not be above {limit_text} yet. The table counts the classes taken twice: in exact fractions, and in double precision, as a \
         program adds.",
    ));
    page.table(
        "perfect",
        ["labels", "(k − 1)/k", "taken", "added in doubles", "taken in doubles"],
        perfect(threshold, [1, 2, FEW, 10, 19, 20, 21, 40, MANY]),
    );

    let first_wrong = |way: usize| (1..=MANY).find(|&k| taken(threshold, k)[way] != k).unwrap_or(MANY + 1);
    let [wrong, wrong_in_doubles] = [0, 1].map(first_wrong);
    page.headline(
        Origin::Said("in the answer, on the running sum"),
        format!("As soon as the running sum is above a certain number, {limit_text} say, that is how many tags to predict."),
        ClaimVerdict::under(
            format!("the prediction is perfect, the sums are exact, and there are at most {} labels", wrong - 1),
            wrong_in_doubles > MANY,
            wrong > 1,
        ),
        format!(
            "Even if a network's probabilities are perfect, a running sum above {limit_text} finds all labels of a picture only up to \
             {} of them: of {wrong} it finds {}, of 40 it finds {}, of {MANY} it finds {}. A program that adds in double precision \
             finds only {} of {wrong_in_doubles}, because rounding makes the sum of {} of them {}.",
            wrong - 1,
            taken(threshold, wrong)[0],
            taken(threshold, 40)[0],
            taken(threshold, MANY)[0],
            taken(threshold, wrong_in_doubles)[1],
            wrong_in_doubles - 1,
            all_but_one(wrong_in_doubles)
        ),
    );
    page.with_the_default_inputs(|page| {
        page.say(
            "That predictions are perfect is the assumption of this page, and the most favourable one. The source means 0.95 as an \
             example, and its threshold is there to be tuned: to find k labels it has to be at least (k − 1)/k.",
        );
        Ok(())
    })?;
    page.ask(
        "Can one fixed threshold, the same for every single probability, read all perfect predictions of one to five labels?",
        "Yes. All labels are at 1/5 or above, and everything else is at 0. Any threshold from 0 to just below 1/5 separates them.",
    );

    let reads =
        |limit: &Exact, most: usize| (1..=most).all(|k| Fixed(limit.clone()).reads(k, 1, &Exact::zero()));
    let hundredths: Vec<_> = (0..100).map(|i| Exact::new(i.into(), 100.into())).collect();
    let right: Vec<_> = hundredths.iter().filter(|limit| reads(limit, FEW)).collect();
    let low = Exact::new(1.into(), (2 * MANY).into());
    page.claim(
        Origin::Said("in the answer, on a fixed threshold"),
        "A fixed threshold could not tell which of the ideal predictions it is looking at.",
        ClaimVerdict::under(
            "the threshold is above 0 and the number of labels has no bound",
            right.is_empty(),
            hundredths[1..].iter().all(|limit| !reads(limit, MANY)),
        ),
        format!(
            "The source lists predictions of one to {FEW} labels “and so on”. Of the thresholds 0, 0.01 … 0.99, the {} from {} to {} \
             read all predictions of one to {FEW} labels right, and {} {} those of one to {MANY}. In general, a threshold above 0 \
             reads k labels right as long as it is below 1/k.",
            right.len(),
            decimal(right[0], 2),
            decimal(right[right.len() - 1], 2),
            decimal(&low, 3),
            if reads(&low, MANY) { "reads" } else { "does not read" }
        ),
    );

    page.section("A noisy tail");
    page.say(
        "No network is perfect. Suppose that the labels share 1 − ε equally, and that a tail ε is left to the other classes: to one \
         class, or equally to m. How large may the tail get before a rule goes wrong, for any number of labels up to k? Each rule \
         may use the threshold that suits it best.",
    );
    page.say(
        "The running sum must not stop before the last of k labels, so its threshold has to be at least (k − 1)/k; and it has to stop \
         there, so 1 − ε has to be above the threshold. The lowest possible threshold is the best: (k − 1)/k, for tails below 1/k. A \
         fixed threshold has to lie between the share of a class in the tail, ε/m, and the share of a label, (1 − ε)/k. It withstands \
         most where the two meet: at 1/(k + m), for tails below m/(k + m). Beyond that tail, a class in it is likelier than a label, so \
         no rule that takes the likelier classes first is right, not even one that knows k and takes the top k.",
    );
    page.ask(
        "Which rule withstands the larger tail: on one class, and on ten?",
        "On one class it is a tie: 1/(k + 1), where order is lost, is below 1/k. On ten, the fixed threshold withstands more as soon \
         as there are two labels: 10/(k + 10) against 1/k.",
    );
    page.say(format!(
        "The table has the smallest tail, in steps of a thousandth, at which each rule goes wrong with k labels, the hardest case: on \
         one class, and on ten. The last columns are the running sum at {limit_text}.",
    ));
    let tails = noisy_tail(threshold);
    page.table(
        "noisy_tail",
        [
            "labels, up to",
            "sum, on 1",
            "sum, on 10",
            "fixed, on 1",
            "fixed, on 10",
            "given, on 1",
            "given, on 10",
        ],
        tails.iter().map(|row| row.map(Field::from)).collect(),
    );
    page.say(
        "The fixed threshold has a price: the best one, 1/(k + m), depends on how far the tail is spread. The best threshold of the \
         running sum does not.",
    );
    let bars = [
        (3, "either rule, tail on one class".to_owned()),
        (2, "running sum, tail on ten".to_owned()),
        (4, "fixed threshold, tail on ten".to_owned()),
        (6, format!("sum above {limit_text}, tail on ten")),
    ];
    page.figure(
        "breaking_tails",
        format!(
            "The smallest tail at which a rule goes wrong, by the largest number of labels, each rule at its best threshold. On one \
             class the running sum and the fixed threshold are equal. On ten classes and for up to {FEW} labels the running sum goes \
             wrong at {}, the fixed threshold at {}, and the running sum above {limit_text} at {}.",
            decimal(tails[2][2], 3),
            decimal(tails[2][4], 3),
            decimal(tails[2][6], 3)
        ),
        Chart::Bars {
            y: Axis::linear("tail at which the rule goes wrong"),
            groups: UP_TO.map(|k| format!("{k} label{}", if k == 1 { "" } else { "s" })).to_vec(),
            bars: bars.map(|(column, label)| Bar::new(label, tails.iter().map(|row| row[column]).collect())).to_vec(),
        },
    );

    page.section("Exercises");
    let more = literal("1 1 1 0 1");
    page.exercise(
        format!("A picture has the labels {}. Write down its target.", write_matrix(&more)),
        format!("{}.", write_matrix(&more.map(|label| label / more.sum()))),
    );
    page.exercise(
        "With the given scores, from which threshold on does the running sum go on after the first class?",
        format!("From {} on: a sum that only reaches the threshold is not above it.", decimal(sums[0], 4)),
    );
    let equal = vec![1.0 / p.len() as f64; p.len()];
    page.exercise(
        format!(
            "The scores of all {} classes are equal. Which classes does the running sum take at 0.6?",
            p.len()
        ),
        format!("The first {} by index: their probabilities are equal too.", Cumulative(0.6).count(&equal)),
    );
    page.exercise(
        format!("Which thresholds of the running sum read all perfect predictions of up to {MANY} labels right?"),
        format!(
            "In exact fractions, those from (k − 1)/k = {} on and below 1. In double precision {} itself is too low: {} of the shares \
             add up to {}.",
            decimal(1.0 - 1.0 / MANY as f64, 2),
            decimal(1.0 - 1.0 / MANY as f64, 2),
            MANY - 1,
            all_but_one(MANY)
        ),
    );

    page.unless_by_hand(|page| trained(inputs, page))?;
    page.numpy(include_str!("numpy/multilabel_softmax.py"));
    Ok(())
}

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

/// What is learnt with a softmax, and with sigmoids.
fn trained(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { threshold, seed, epochs, .. } = inputs;
    let limit = Value::from(threshold).to_f64();
    let limit_text = write_number(threshold);
    let training = LabelTraining { epochs: (*epochs).into(), ..TRAINING };

    page.section("Softmax against sigmoid");
    page.given_number("seed", &Exact::from_integer((*seed).into()));
    page.given_number("epochs", &Exact::from_integer((*epochs).into()));
    let ([numbers, hidden, classes], [taught, choosing, judging]) = (training.sizes, training.samples);
    page.say(format!(
        "Now networks learn, on data that is generated. Each of {classes} classes has a pattern of {numbers} random numbers. A sample \
         has 1 to {} labels, each count equally likely; its input is the sum of their patterns, with random noise of standard \
         deviation {} on each number. Networks with one hidden layer of {hidden} units learn {taught} samples, {epochs} times over, \
         by plain stochastic gradient descent in batches of {}. One has a softmax and targets of 1/k, the other a sigmoid for each \
         class and the binary cross-entropy.",
        training.most_labels, training.noise, training.batch_size
    ));
    page.say(format!(
        "{choosing} other samples, for validation, choose the settings: the learning rate, from {}, by the loss; and then for each rule \
         its threshold, from 0.025, 0.05 … 0.975, or how many classes to take, by F1. {judging} test samples judge, and choose nothing. \
         All this is done {SEEDS} times; each seed has its own patterns, samples and first weights.",
        training.learning_rates.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")
    ));
    page.say(
        "Precision is the share of the predicted labels that are true, recall is the share of the true labels that are predicted, and \
         F1 is their harmonic mean. The labels of all samples are counted together.",
    );
    page.ask(
        "Which training has the labels that are easier to read off? Which rule reads a softmax best?",
        "Compare the lowest and the highest F1 of the seeds before you believe in a difference of two means.",
    );
    let runs = train(&training, *seed, page)?;
    let read = |head: usize, rules: &[LabelRule<f64>]| Reading::of(runs.iter().map(|run| &run[head]), rules);
    let counts: Vec<_> = (1..=FEW).map(Top).collect();
    let readings = [
        ("softmax", "running sum, as given", read(0, &[Cumulative(limit)])?),
        ("softmax", "running sum, chosen", read(0, &each(Cumulative))?),
        ("softmax", "fixed, chosen", read(0, &each(Fixed))?),
        ("softmax", "same number for all", read(0, &counts)?),
        ("sigmoid", "fixed, one half", read(1, &[Fixed(0.5)])?),
        ("sigmoid", "fixed, chosen", read(1, &each(Fixed))?),
        ("sigmoid", "same number for all", read(1, &counts)?),
    ];
    page.say("The table has the means over the seeds, the range of the chosen settings, and the lowest and the highest F1:");
    page.table(
        "comparison",
        ["network", "rule", "from", "to", "precision", "recall", "F1", "lowest", "highest"],
        readings.iter().map(comparison).collect(),
    );
    let bars =
        [(0, "softmax, sum as given"), (1, "softmax, sum"), (2, "softmax, fixed"), (5, "sigmoid, fixed")];
    let means = bars.map(|(row, label)| format!("{} ({label})", decimal(readings[row].2.f1.mean, 3)));
    page.figure(
        "f1_by_seed",
        format!("F1 on the test samples, for {SEEDS} seeds. The means are {}.", means.join(", ")),
        Chart::Bars {
            y: Axis::linear("F1"),
            groups: (0..SEEDS as u64).map(|run| format!("seed {}", seed.wrapping_add(run))).collect(),
            bars: bars.map(|(row, label)| Bar::new(label, readings[row].2.f1s.clone())).to_vec(),
        },
    );
    let [best_softmax, best_sigmoid] = [read(0, &every_rule())?, read(1, &every_rule())?];
    page.say("Which is the better network? Each is read by the rule that has the highest F1 on the validation samples.");
    page.headline(
        Origin::Page,
        "On a small generated task, too, softmax with cross-entropy leads to better results than sigmoid with binary cross-entropy.",
        best_softmax.wins(&best_sigmoid) == SEEDS,
        format!(
            "The question reports from a paper that a softmax beats sigmoids when pictures have several labels. On a small generated \
             task with all labels noted, the softmax is ahead on {} of {SEEDS} tries: F1, a mark between 0 and 1 for the labels that are \
             read off, is {} with a softmax and {} with sigmoids.",
            best_softmax.wins(&best_sigmoid),
            told(&best_softmax),
            told(&best_sigmoid)
        ),
    );
    let [given, summed, fixed] = [0, 1, 2].map(|row| &readings[row].2);
    page.claim(
        Origin::Implied("in the answer, on the running sum"),
        "The running sum reads the labels of a trained softmax better than a fixed threshold.",
        summed.wins(fixed) == SEEDS,
        format!(
            "Here it is ahead on {} of {SEEDS} seeds, where both thresholds are chosen: F1 is {} with the running sum and {} with the fixed \
             threshold. At {limit_text} the running sum has {}.",
            summed.wins(fixed),
            told(summed),
            told(fixed),
            told(given)
        ),
    );

    page.section("Where the sum stops after training");
    let tails: Vec<_> = runs.iter().flat_map(|run| run[0].test.tails()).collect();
    let short = tails.iter().filter(|&&tail| tail < 1.0 - limit).count();
    page.say(format!(
        "The running sum can stop in the right place only if the labels together have more than {limit_text}. After training the other \
         classes have {} in the mean, and only {} of all samples leave them less than {}. With the others the sum goes on into the \
         tail. The table has this by the number of labels, and F1 as the best rules read it.",
        decimal(Spread::of(tails.iter().copied()).mean, 2),
        decimal(short as f64 / tails.len() as f64, 2),
        write_number(&(Exact::one() - threshold))
    ));
    page.table(
        "by_labels",
        ["labels", "tail of the softmax", "taken by the given sum", "F1, softmax", "F1, sigmoid"],
        by_labels(&runs, limit, [&best_softmax, &best_sigmoid])?,
    );

    page.section("Varying the threshold");
    page.say(
        "The softmax network of the first seed, read by the running sum at one threshold after another:",
    );
    let thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];
    let scores = |limit: f64| runs[0][0].test.scores(&Cumulative(limit));
    let sweep: Vec<_> = thresholds.into_iter().map(scores).collect::<Result<_, _>>()?;
    let rows = thresholds.iter().zip(&sweep).map(|(&limit, &[p, r, f1])| [limit, p, r, f1].map(Field::from));
    page.table("sweep", ["threshold", "precision", "recall", "F1"], rows.collect());
    let (first, last) = (sweep[0], sweep[sweep.len() - 1]);
    let from_to = |score: usize| format!("from {} to {}", decimal(first[score], 3), decimal(last[score], 3));
    let line = |label: &str, score: usize| {
        Line::new(label, thresholds.into_iter().zip(sweep.iter().map(|scores| scores[score])).collect())
    };
    page.figure(
        "threshold_sweep",
        format!(
            "Precision, recall and F1 by the threshold of the running sum. As it goes from 0.1 to 0.99, precision goes {} and recall {}.",
            from_to(0),
            from_to(1)
        ),
        Chart::Lines {
            x: Axis::linear("threshold"),
            y: Axis::linear("score"),
            lines: vec![line("precision", 0), line("recall", 1), line("F1", 2)],
        },
    );
    page.claim(
        Origin::Said("in the answer, on precision and recall"),
        "Tweaking the threshold of the running sum is a way to influence precision and recall.",
        first[0] > last[0] && sweep.windows(2).all(|step| step[0][1] <= step[1][1]),
        format!(
            "A higher threshold takes all classes that a lower one takes, and perhaps more, so recall can only rise: {}. Precision goes \
             {}; it need not fall at every step, since a class that is added may be a label.",
            from_to(1),
            from_to(0)
        ),
    );

    page.section("When labels are missing");
    page.say(format!(
        "The paper trains on photographs with hashtags, and people do not tag everything they see. So now labels are missing in what \
         the networks learn from: each with probability {}, but each sample keeps at least one. The learning rate is chosen as before, \
         by the loss with labels missing, from {}; thresholds are chosen, and networks judged, with all labels. The table has the \
         F1, and how many of a sample's labels are left in the mean.",
        MISSING.map(|missing| missing.to_string()).join(" or "),
        RATES_IF_MISSING.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")
    ));
    let mut by_missing = vec![(0.0, [best_softmax, best_sigmoid])];
    for missing in MISSING {
        let runs =
            train(&LabelTraining { missing, learning_rates: RATES_IF_MISSING, ..training }, *seed, page)?;
        let [softmax, sigmoid] =
            [0, 1].map(|head| Reading::of(runs.iter().map(|run| &run[head]), &every_rule()));
        by_missing.push((missing, [softmax?, sigmoid?]));
    }
    page.table(
        "missing_labels",
        ["missing", "left of 3", "softmax", "lowest", "highest", "sigmoid", "its lowest", "its highest"],
        by_missing.iter().map(missing_labels).collect(),
    );
    let leads: Vec<_> =
        by_missing.iter().map(|(_, [softmax, sigmoid])| sigmoid.f1.mean - softmax.f1.mean).collect();
    let (most, [softmax_then, sigmoid_then]) = &by_missing[by_missing.len() - 1];
    page.headline(
        Origin::Page,
        "The more labels are missing in training, the smaller the lead of the sigmoids.",
        leads.windows(2).all(|leads| leads[0] > leads[1]),
        format!(
            "The lead of the sigmoids shrinks where labels are missing in training: if each label is missing with probability {most}, F1 is {} \
             with a softmax and {} with sigmoids.",
            told(softmax_then),
            told(sigmoid_then)
        ),
    );

    page.exercise(
        "What would it cost to read off nearly every label, with a running sum above 0.99? Look at the table of thresholds.",
        format!("Recall is {} then, but precision {}.", decimal(last[1], 3), decimal(last[0], 3)),
    );
    page.with_the_default_inputs(|page| {
        page.section("What to use when");
        page.answer(
            "in the question, on inference",
            "Which threshold selects the right labels?",
            format!(
                "The one with the highest F1, or whatever matters to you, on validation samples, labelled with care. For the softmax here it \
                 is a fixed threshold of {}; for the running sum it is {}, and not {limit_text}.",
                settings(fixed),
                settings(summed)
            ),
        );
        page.say(
            "If all labels are noted and the labels themselves are what you want, take a sigmoid for each class. That is better here, \
             and the plain threshold of one half is nearly the best.",
        );
        page.say(
            "If many labels are missing, the two come close here, and other reasons decide. The paper found the softmax better for its \
             hashtags, and judged its networks by how well they then learn other tasks, which this page has not tried.",
        );
        page.say(
            "If the network has a softmax already, choose a fixed threshold on validation samples; a higher one is for more \
             precision, a lower one for more recall. If you know how many labels a picture has, take that many of the likeliest classes.",
        );
        Ok(())
    })
}

/// Σ ln (1 + eˣ), where x is the score, or minus the score for a label; no power of e gets too large.
fn binary_cross_entropy(scores: &DMatrix<Traced>, labels: &DMatrix<Traced>) -> Traced {
    let one = || Traced::from(1);
    let loss = |score: Traced, label: Traced| match if label > Traced::zero() { -score } else { score } {
        wrong if wrong > Traced::zero() => wrong.clone() + (one() + (-wrong).exp()).ln(),
        right => (one() + right.exp()).ln(),
    };
    scores.zip_map(labels, loss).sum()
}

/// Numbers of classes in a sentence.
fn listed(classes: impl Iterator<Item = usize>) -> String {
    classes.map(|class| class.to_string()).reduce(|list, class| list + ", " + &class).unwrap_or("none".into())
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

/// The classes in the order in which the rule takes them.
fn inference(p: &DMatrix<f64>, target: &DMatrix<f64>, rule: &LabelRule<f64>) -> Vec<[Field; 7]> {
    let (sums, predicted) = (cumulative(p.as_slice()), rule.predict(p.as_slice()));
    let yes = |is_so: bool| Field::from(if is_so { "yes" } else { "no" });
    let order = descending(p.as_slice()).into_iter().enumerate();
    order
        .map(|(before, class)| {
            [
                (before + 1).into(),
                class.into(),
                p[class].into(),
                sums[before].into(),
                yes(sums[before] > rule.setting()),
                yes(predicted[class]),
                yes(target[class] > 0.0),
            ]
        })
        .collect()
}

/// The running sums of a prediction and of perfect ones, from no class on, and the threshold across.
fn sum_lines(sums: &[f64], limit: f64, limit_text: &str) -> Vec<Line> {
    let line = |label: String, sums: &[f64]| {
        let sums = std::iter::once(0.0).chain(sums.iter().copied());
        Line::new(label, (0..).map(f64::from).zip(sums).collect())
    };
    let across = vec![(0.0, limit), (sums.len().max(FEW) as f64, limit)];
    let perfect = [1, 2, FEW].map(|k| {
        let shares: Vec<_> = shares(k, FEW - k, &Exact::zero()).iter().filter_map(Exact::to_f64).collect();
        line(format!("perfect, {k} label{}", if k == 1 { "" } else { "s" }), &cumulative(&shares))
    });
    let given = [line("these scores".into(), sums), Line::new(format!("threshold {limit_text}"), across)];
    given.into_iter().chain(perfect).collect()
}

/// How many classes the running sum takes of a perfect prediction for k labels: in exact fractions, and in doubles.
fn taken(threshold: &Exact, k: usize) -> [usize; 2] {
    let in_doubles = Cumulative(Value::from(threshold).to_f64()).count(&vec![1.0 / k as f64; k]);
    [Cumulative(threshold.clone()).count(&shares(k, 0, &Exact::zero())), in_doubles]
}

/// What all shares of k labels but one add up to in doubles.
fn all_but_one(k: usize) -> f64 {
    cumulative(&vec![1.0 / k as f64; k - 1]).last().copied().unwrap_or_default()
}

fn perfect<const N: usize>(threshold: &Exact, labels: [usize; N]) -> Vec<[Field; 5]> {
    let row = |k: usize| {
        let [exact, in_doubles] = taken(threshold, k);
        let before = Exact::new((k - 1).into(), k.into());
        [k.into(), before.into(), exact.into(), all_but_one(k).to_string().into(), in_doubles.into()]
    };
    labels.map(row).to_vec()
}

const UP_TO: [usize; 5] = [1, 2, FEW, 10, 20];

/// The largest number of labels; the tails on one class and on ten that break the best running sum, the best fixed
/// threshold, and the running sum at the given threshold.
fn noisy_tail(threshold: &Exact) -> Vec<[f64; 7]> {
    let row = |k: usize| {
        let breaks = |rule: LabelRule<Exact>, others| {
            rule.breaking_tail(k, others).and_then(|tail| tail.to_f64()).unwrap_or(1.0)
        };
        let [sum, given] = [Exact::new((k - 1).into(), k.into()), threshold.clone()]
            .map(|threshold| [1, 10].map(|others| breaks(Cumulative(threshold.clone()), others)));
        let fixed = [1, 10].map(|others| breaks(Fixed(Exact::new(1.into(), (k + others).into())), others));
        [k as f64, sum[0], sum[1], fixed[0], fixed[1], given[0], given[1]]
    };
    UP_TO.map(row).to_vec()
}

/// A softmax and a sigmoid network for each seed.
fn train(training: &LabelTraining, seed: u64, page: &Page) -> Result<Vec<[Learned; 2]>, ShapeError> {
    let seeds = (0..SEEDS as u64).map(|run| seed.wrapping_add(run)).enumerate();
    seeds
        .map(|(done, seed)| {
            page.report("training", done, SEEDS);
            training.run(seed)
        })
        .collect()
}

/// A rule at each of its thresholds.
fn each(rule: fn(f64) -> LabelRule<f64>) -> Vec<LabelRule<f64>> {
    (1..40).map(|i| rule(f64::from(i) / 40.0)).collect()
}

fn every_rule() -> Vec<LabelRule<f64>> {
    each(Cumulative).into_iter().chain(each(Fixed)).chain((1..=FEW).map(Top)).collect()
}

fn comparison((network, rule, reading): &(&str, &str, Reading)) -> [Field; 9] {
    let Reading { precision, recall, f1, .. } = reading;
    let Spread { lowest, highest, .. } = reading.settings();
    let numbers = [lowest, highest, precision.mean, recall.mean, f1.mean, f1.lowest, f1.highest];
    let [from, to, precision, recall, mean, lowest, highest] = numbers.map(Field::from);
    [(*network).into(), (*rule).into(), from, to, precision, recall, mean, lowest, highest]
}

/// Means over the seeds for samples with each number of labels: the softmax's tail, what the running sum takes, and F1.
fn by_labels(
    runs: &[[Learned; 2]],
    limit: f64,
    readings: [&Reading; 2],
) -> Result<Vec<[Field; 5]>, ShapeError> {
    let row = |k: usize| {
        let of_run = |(run, heads): (usize, &[Learned; 2])| {
            let [softmax, sigmoid] = [0, 1].map(|head| heads[head].test.with_labels(k));
            let [a, b] = readings.map(|reading| &reading.rules[run]);
            let tail = Spread::of(softmax.tails()).mean;
            let taken = softmax.mean_count(&Cumulative(limit));
            Ok([tail, taken, softmax.scores(a)?[2], sigmoid.scores(b)?[2]])
        };
        let numbers: Vec<[f64; 4]> =
            runs.iter().enumerate().map(of_run).collect::<Result<_, ShapeError>>()?;
        let mean = |column: usize| Spread::of(numbers.iter().map(|numbers| numbers[column])).mean.into();
        Ok([k.into(), mean(0), mean(1), mean(2), mean(3)])
    };
    (1..=FEW).map(row).collect()
}

/// The labels that are left are those expected: of k labels, at least one.
fn missing_labels((missing, [softmax, sigmoid]): &(f64, [Reading; 2])) -> [Field; 8] {
    let left = (1..=FEW).map(|k| k as f64 * (1.0 - missing) + missing.powf(k as f64));
    let [a, b] = [softmax.f1, sigmoid.f1];
    [*missing, Spread::of(left).mean, a.mean, a.lowest, a.highest, b.mean, b.lowest, b.highest]
        .map(Field::from)
}

fn told(reading: &Reading) -> String {
    let Spread { mean, lowest, highest } = reading.f1;
    format!("{} ({} to {})", decimal(mean, 3), decimal(lowest, 3), decimal(highest, 3))
}

/// From the lowest to the highest threshold that was chosen.
fn settings(reading: &Reading) -> String {
    let Spread { lowest, highest, .. } = reading.settings();
    format!("{} to {}", decimal(lowest, 3), decimal(highest, 3))
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
