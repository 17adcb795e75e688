//! Several labels behind one softmax: how they are taught, and how to read them off again.

use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use worked_examples::math::LabelRule::Cumulative;
use worked_examples::math::{
    LabelRule, all_but_one, argmax, cumulative, descending, shares, taken_of_perfect, to_f64,
};
use worked_examples::prelude::*;

#[path = "multilabel_softmax/rules.rs"]
mod rules;
#[path = "multilabel_softmax/trained.rs"]
mod trained;

use rules::{noisy_tail, perfect_predictions};
use trained::trained;

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
    question: "A network with one softmax learns from pictures that have several labels each. Which threshold picks out the labels \
               afterwards?",
    source: Some(
        "Somebody has read in a paper that a softmax can learn several labels at once, and asks which threshold selects the labels \
         afterwards. The answer suggests a running sum of the sorted probabilities; it is tested here.",
    ),
    lesson: "How several labels share one softmax, how probabilities are turned back into labels, and how two ways of training are \
        compared fairly.",
    minutes: 60,
    requires: "fractions, exponential and logarithm, what a probability is; the chain rule for one section; for the second half, \
               what a network with a hidden layer is and how it is trained (epoch, batch, learning rate)",
    code: &[
        include_str!("multilabel_softmax.rs"),
        include_str!("multilabel_softmax/rules.rs"),
        include_str!("multilabel_softmax/trained.rs"),
    ],
    blanks: &["target", "gradient", "predicted_count"],
    gives: &["probabilities"],
    mistakes: &[
        mistake(
            "gradient = probabilities − labels",
            "undivided",
            "divide the labels by their number first: the target is a distribution",
        ),
        mistake(
            "exponentials = exp( scores )",
            "unshifted",
            "subtract the highest score first, so that no exponential overflows",
        ),
        mistake(
            "target = labels",
            "scaled",
            "divide by the number of labels: the shares have to add up to 1",
        ),
        mistake(
            "probabilities = 1 / ( 1 + exp( −scores ) )",
            "sigmoid",
            "a softmax shares one whole among all classes: divide by the sum of the exponentials, and take no sigmoid",
        ),
        mistake(
            "gradient = target − probabilities",
            "sign",
            "subtract the target from the probabilities, and not the other way round",
        ),
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
    for (option, row) in [("--labels", labels), ("--scores", scores)] {
        let why = format!("given {} rows; expected one row, a class an entry", row.nrows());
        Unusable::unless(row.nrows() == 1, option, why)?;
    }
    let given = quote(&write_matrix(labels));
    let is_label = |label: &Exact| label.is_zero() || label.is_one();
    let why = format!("given {given}; expected a row of 0 and 1");
    Unusable::unless(labels.iter().all(is_label), "--labels", why)?;
    let why = format!("given {given}; expected at least one label, a 1");
    Unusable::unless(labels.iter().any(One::is_one), "--labels", why)?;
    let [classes, answers] = [labels, scores].map(DMatrix::len);
    let why = format!("given {answers} for the {classes} classes of --labels; expected one score a class");
    Unusable::unless(classes == answers, "--scores", why)?;
    let highest = number(HIGHEST_SCORE).map_err(|error| Unusable::option("--scores", error))?;
    for score in scores {
        let given = quote(&write_number(score));
        let why = format!("given {given}; expected scores between -{HIGHEST_SCORE} and {HIGHEST_SCORE}");
        Unusable::unless(score.abs() <= highest, "--scores", why)?;
    }
    let why = format!("given {}; expected a number from 0 to 1", quote(&write_number(threshold)));
    Unusable::unless((Exact::zero()..=Exact::one()).contains(threshold), "--threshold", why)
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
        "A picture may show several things at once. `labels` has an entry for each class: 1 if the picture shows it, 0 if it does \
         not; the source calls labels tags. The classes are numbered from 0. `scores` is what a network outputs for this picture, \
         one number for each class, before it turns them into probabilities. Both are rows, so entry [0,0] is that of class 0.",
    );
    let labels = page.given("labels", &inputs.labels);
    let scores = page.given("scores", &inputs.scores);
    page.given_number("threshold", threshold);
    page.given_text("seed", &inputs.seed.to_string());
    page.given_text("epochs", &inputs.epochs.to_string());

    page.section("From labels to a target");
    page.say(
        "A softmax turns the scores into probabilities that add up to 1. So the labels of a picture have to share that 1: with k \
         labels, each gets 1/k as its target. This is how the paper that the question is about trains its networks (Mahajan et al. \
         2018, Exploring the Limits of Weakly Supervised Pretraining, arXiv 1805.00932).",
    );
    page.formula(
        r"\text{target}_i = \frac{\text{labels}_i}{\sum_j \text{labels}_j}",
        "targetᵢ = labelsᵢ / Σ labels",
    );
    let labels_sum = page.value("labels_sum = Σ( labels )", labels.sum());
    let target = page.show("target = labels / labels_sum", labels.map(|label| label / labels_sum.clone()));
    page.audit(&target, printed("0 0.5 0.5 0", 1));

    page.say(
        "A perfect network would come as close as you like to these shares. Here they are, sorted, for a picture with one label, \
         with two, and so on up to five. Further classes, not shown, get 0.",
    );
    let ideal = (1..=FEW).flat_map(|k| shares(k, FEW - k, &Exact::zero()));
    let ideal = page.show("ideal", DMatrix::from_row_iterator(FEW, FEW, ideal));
    page.audit(
        &ideal,
        printed("1 0 0 0 0; 0.5 0.5 0 0 0; 1/3 1/3 1/3 0 0; 1/4 1/4 1/4 1/4 0; 1/5 1/5 1/5 1/5 1/5", 2),
    );
    let shared = [1, 2, 10].map(|k| shares(k, 0, &Exact::zero())[0].clone());
    let [alone, with_one, of_ten] = shared.each_ref().map(Value::from);
    page.claim(
        "in the answer, on the targets",
        "The target of one and the same tag can take completely different values: 1.0 alone, 0.5 with another, 0.1 with ten.",
        shared.is_sorted_by(|fewer, more| fewer > more),
        format!(
            "It is {alone:.1} alone, {with_one:.1} with one other tag, and {of_ten:.1} as one of ten (with ten others, it would be 1/11)."
        ),
    );

    page.section("From scores to probabilities");
    page.formula(r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", "pᵢ = e^zᵢ / Σ e^z");
    page.say(
        "Subtract the highest score h from all scores first, so that no power of e gets too large. The probabilities stay the same: \
         e^(z − h) is e^z / e^h, and e^h cancels in the fraction. Numbers are shown rounded, and the unrounded ones are used from \
         step to step, so your last place may differ by 1.",
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
        "The cross-entropy L is small when the classes of the target t get a high probability. Its second form follows from ln pᵢ = \
         zᵢ − ln Σ e^z, because t adds up to 1. For the same reason the shifted scores z − h give the same L: both terms become \
         smaller by h.",
    );
    page.formula(
        r"L = -\sum_i t_i \ln p_i = \ln \sum_i e^{z_i} - \sum_i t_i z_i",
        "L = −Σ tᵢ ln pᵢ = ln Σ e^zᵢ − Σ tᵢ zᵢ",
    );
    page.say("Here ∘ multiplies entry by entry:");
    let loss = page.value(
        "loss = ln( exponential_sum ) − Σ( target ∘ shifted )",
        exponential_sum.ln() - target.component_mul(&shifted).sum(),
    );
    page.say(
        "With k labels the loss cannot fall below ln k. It comes as close to that as you like when the probabilities come close to \
         the target. What is above ln k is left to learn (it is called the Kullback–Leibler divergence):",
    );
    let least_loss = page.value("least_loss = ln( labels_sum )", labels_sum.ln());
    page.value("left_to_learn = loss − least_loss", loss.clone() - least_loss);

    let (p, t) = (to_f64(&probabilities), to_f64(&target));
    let is_sure = p.len() > 1 && p.iter().any(|&p| p <= 0.0 || p >= 1.0);
    page.ask(
        "Which scores should rise in the next step of learning, and which should fall?",
        format!(
            "A score should rise where the probability is below the target ({}), and fall where it is above ({}).{}",
            listed((0..p.len()).filter(|&class| p[class] < t[class])),
            listed((0..p.len()).filter(|&class| p[class] > t[class])),
            if is_sure {
                " (A softmax never gives exactly 0 or 1. Where a probability is 0 or 1 here, a double cannot hold what is missing.)"
            } else {
                ""
            }
        ),
    );
    page.say(
        "By the chain rule, the slope of ln Σ e^z along zᵢ is e^zᵢ / Σ e^z, which is pᵢ, and that of Σ tⱼ zⱼ is tᵢ. So the slope of \
         the loss along each score is simply probability minus target:",
    );
    page.formula(r"\frac{\partial L}{\partial z_i} = p_i - t_i", "∂L/∂zᵢ = pᵢ − tᵢ");
    let gradient = page.show("gradient = probabilities − target", &probabilities - &target);
    page.prove_gradient(&gradient, &loss, &shifted);

    page.section("The same scores through sigmoids");
    page.say(
        "The usual way to learn several labels gives each class a probability of its own, the sigmoid σ of its score. These \
         probabilities need not add up to 1, and the target is the label itself, 0 or 1. The loss is the binary cross-entropy, \
         the sum over the classes of −ln σ for a label and −ln (1 − σ) for any other class. For a label, −ln σ(z) is ln(1 + \
         e^(−z)). For any other class, 1 − σ(z) is σ(−z), so −ln(1 − σ(z)) is ln(1 + e^z):",
    );
    page.formula(
        r"\sigma(z) = \frac{1}{1 + e^{-z}}, \qquad L = \sum_{\text{labels}} \ln(1 + e^{-z_i}) + \sum_{\text{others}} \ln(1 + e^{z_i})",
        "σ(z) = 1 / (1 + e^−z),  L = Σ_labels ln(1 + e^−zᵢ) + Σ_others ln(1 + e^zᵢ)",
    );
    page.say(
        "The slope of ln(1 + e^z) is e^z / (1 + e^z), which is σ(z). That of ln(1 + e^(−z)) is −e^(−z) / (1 + e^(−z)), which is \
         σ(z) − 1. In both cases it is sigmoid minus label:",
    );
    page.formula(
        r"\frac{\partial L}{\partial z_i} = \sigma(z_i) - \text{labels}_i",
        "∂L/∂zᵢ = σ(zᵢ) − labelsᵢ",
    );
    let one = || Traced::from(1);
    let sigmoids = page
        .show("sigmoids = 1 / ( 1 + exp( −scores ) )", scores.map(|score| one() / (one() + (-score).exp())));
    let sigmoid_gradient = page.show("sigmoid_gradient = sigmoids − labels", &sigmoids - &labels);
    let exponents = inputs.scores.zip_map(&inputs.labels, |z, label| if label.is_one() { -z } else { z });
    if exponents.iter().any(Signed::is_positive) {
        page.say(
            "Where the exponent x of such a ln(1 + e^x) is above 0, it is written as x + ln(1 + e^(−x)) here, so that no power of \
             e gets too large. It is the same number, since 1 + e^x is e^x · (1 + e^(−x)).",
        );
    }
    let sigmoid_loss = page.value("sigmoid_loss", binary_cross_entropy(&scores, &labels));
    page.prove_gradient(&sigmoid_gradient, &sigmoid_loss, &scores);
    let pushed_down = |gradient: &Numbers| {
        let gradient = to_f64(gradient);
        listed((0..gradient.len()).filter(|&class| t[class] > 0.0 && gradient[class] > 0.0))
    };
    let by_softmax = pushed_down(&gradient);
    page.ask(
        "A positive slope pushes a score down. Which labels of the picture does each loss push down?",
        format!(
            "The softmax pushes a label down if its probability is above its share 1/k. Here it pushes down {by_softmax}. The \
             sigmoids push no label down: a sigmoid is always below 1, so every label is pushed up."
        ),
    );

    page.section("Reading the labels off");
    page.say(format!(
        "The source suggests this rule. Sort the classes by probability, the likeliest first, and add up the probabilities. Stop as \
         soon as the running sum is above the threshold, {limit_text}: the classes added so far are the predicted labels. Among \
         equal probabilities the class with the lowest index comes first, and a threshold that is never exceeded takes all classes.",
    ));
    let order = descending(p.as_slice());
    let in_order = order.iter().map(|&class| probabilities[class].clone());
    let sorted = page.show("sorted_probabilities", DMatrix::from_iterator(1, p.len(), in_order));
    page.show("cumulative", running_sums(&sorted));

    let rule = Cumulative(limit);
    let predicted_count = rule.count(p.as_slice());
    page.say("Classes are taken, the likeliest first, until the sum of their probabilities is above the threshold.");
    page.ask("How many classes are taken?", format!("{predicted_count} of {}.", p.len()));
    page.value("predicted_count", predicted_count);

    let sums = cumulative(p.as_slice());
    page.table(
        "inference",
        ["rank", "class", "probability", "running sum", "above the threshold", "predicted", "is a label"],
        inference(&p, &t, &rule),
    );
    if let Some(close) = sums.iter().find(|&&sum| (sum - limit).abs() < 1e-12 && sum < 1.0) {
        page.say(format!(
            "In doubles one of the running sums comes out as {close}, which is {} the threshold {limit_text}. It may be only \
             rounding which decides that.",
            match close.total_cmp(&limit) {
                Ordering::Less => "below",
                Ordering::Equal => "equal to",
                Ordering::Greater => "above",
            }
        ));
    }
    let [first, last] = [sums[0], sums[predicted_count - 1]].map(Value::from);
    let is_above = if sums[predicted_count - 1] > limit { "which is above" } else { "which is not above" };
    let up_to_the_last = if predicted_count == 1 {
        format!("with the first class, {is_above} the threshold {limit_text}; no other is taken.")
    } else {
        format!(
            "with the first class. With the last of the {predicted_count} that are taken they reach {last}, {is_above} the \
             threshold {limit_text}."
        )
    };
    let lines = sum_lines(&sums, limit, &limit_text);
    page.figure("running_sums", Chart::lines("classes taken", "running sum", lines)).alt(format!(
        "The running sums by the number of classes taken. A perfect prediction for k labels climbs to 1 in k equal steps. The \
         given scores reach {first} {up_to_the_last}"
    ));

    perfect_predictions(threshold, page)?;
    noisy_tail(threshold, page);

    page.section("Exercises");
    let more = literal("1 1 1 0 1");
    page.exercise(
        format!("A picture has the labels {}. Write down its target.", write_matrix(&more)),
        format!("{}.", write_matrix(&more.map(|label| label / more.sum()))),
    );
    let classes = p.len();
    if classes > 1 {
        page.exercise(
            "With the given scores, from which threshold on does the running sum go on after the first class?",
            format!("From {first} on: a sum that only reaches the threshold is not above it."),
        );
        let [taken, in_doubles] = taken_of_perfect(classes, &literal("0.6")[0]);
        let all = if classes == 2 { "both".to_owned() } else { format!("all {classes}") };
        let rounded = if taken == in_doubles {
            String::new()
        } else {
            format!(" (A program that adds in double precision takes {in_doubles}, because of rounding.)")
        };
        page.exercise(
            format!("The scores of {all} classes are equal. Which classes does the running sum take at 0.6?"),
            format!("The first {taken} by index: their probabilities are equal too.{rounded}"),
        );
    }
    let (enough, last_but_one) = (Value::from(1.0 - 1.0 / MANY as f64), MANY - 1);
    page.exercise(
        format!("Which thresholds of the running sum read all perfect predictions of up to {MANY} labels right?"),
        format!(
            "In exact fractions, those from (k − 1)/k = {enough:.2} on and below 1. In double precision {enough:.2} itself is too \
             low: {last_but_one} of the shares add up to {}.",
            all_but_one(MANY)
        ),
    );

    page.unless_by_hand(|page| trained(inputs, page))?;
    page.numpy(include_str!("numpy/multilabel_softmax.py"));
    Ok(())
}

/// Σ ln (1 + eˣ), where x is the score, or minus the score for a label; no power of e gets too large.
fn binary_cross_entropy(scores: &Numbers, labels: &Numbers) -> Traced {
    let one = || Traced::from(1);
    let loss = |score: Traced, label: Traced| match if label > Traced::zero() { -score } else { score } {
        wrong if wrong > Traced::zero() => wrong.clone() + (one() + (-wrong).exp()).ln(),
        right => (one() + right.exp()).ln(),
    };
    scores.zip_map(labels, loss).sum()
}

/// Numbers of classes in a sentence.
fn listed(classes: impl Iterator<Item = usize>) -> String {
    let classes: Vec<_> = classes.collect();
    match classes[..] {
        [] => "no class".into(),
        [class] => format!("class {class}"),
        _ => format!("classes {}", joined(classes, ", ")),
    }
}

/// The classes in the order in which the rule takes them.
fn inference(p: &DMatrix<f64>, target: &DMatrix<f64>, rule: &LabelRule<f64>) -> Vec<impl Row<7> + use<>> {
    let (sums, predicted) = (cumulative(p.as_slice()), rule.predict(p.as_slice()));
    let row = |(before, class): (usize, usize)| {
        let (is_above, is_label) = (sums[before] > rule.setting(), target[class] > 0.0);
        (before + 1, class, p[class], sums[before], is_above, predicted[class], is_label)
    };
    descending(p.as_slice()).into_iter().enumerate().map(row).collect()
}

/// The running sums of a prediction and of perfect ones, from no class on, and the threshold across.
fn sum_lines(sums: &[f64], limit: f64, limit_text: &str) -> Vec<Line> {
    let line = |label: String, sums: Vec<f64>| Line::counted(label, [vec![0.0], sums].concat());
    let across = [0.0, sums.len().max(FEW) as f64].map(|taken| (taken, limit));
    let perfect = [1, 2, FEW].map(|k| {
        let shares: Vec<_> = shares(k, FEW - k, &Exact::zero()).iter().filter_map(Exact::to_f64).collect();
        line(format!("perfect, {k} label{}", if k == 1 { "" } else { "s" }), cumulative(&shares))
    });
    let given =
        [line("these scores".into(), sums.to_vec()), Line::guide(format!("threshold {limit_text}"), across)];
    given.into_iter().chain(perfect).collect()
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
