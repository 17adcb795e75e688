//! The middle of the page: which rules read perfect predictions right, and how large a tail each withstands.

use super::{FEW, MANY};
use num_traits::{ToPrimitive, Zero};
use worked_examples::math::LabelRule::{Cumulative, Fixed};
use worked_examples::math::{all_but_one, breaking_tails, shares, taken_of_perfect};
use worked_examples::notebook::Field;
use worked_examples::prelude::*;

/// Whether the running sum, and a fixed threshold, read them right.
pub(super) fn perfect_predictions(threshold: &Exact, page: &mut Page) -> Told {
    let limit_text = write_number(threshold);
    page.section("Perfect predictions");
    page.say(format!(
        "Does the rule read perfect predictions right? After k − 1 of its k labels the running sum is (k − 1)/k, and that must not \
         be above {limit_text} yet. The table gives the number of classes taken in two ways: in exact fractions, and in double \
         precision, as a program adds.",
    ));
    if (1..=MANY).any(|k| taken(k, threshold).contains(&None)) {
        page.say(
            "In the table “all” stands for all classes, those that get 0 as well: no sum is ever above the threshold, so the rule \
             does not stop.",
        );
    }
    page.table(
        "perfect",
        ["labels", "(k − 1)/k", "taken", "k − 1 shares, added in doubles", "taken in doubles"],
        perfect(threshold, [1, 2, FEW, 10, 19, 20, 21, 40, MANY]),
    );

    let first_wrong =
        |way: usize| (1..=MANY).find(|&k| taken_of_perfect(k, threshold)[way] != k).unwrap_or(MANY + 1);
    let [wrong, wrong_in_doubles] = [0, 1].map(first_wrong);
    let [of_wrong, of_40, of_many] = [wrong, 40, MANY].map(|k| taken_of_perfect(k, threshold)[0]);
    let (right, right_in_doubles) = (wrong - 1, wrong_in_doubles - 1);
    page.headline(
        "in the answer, on the running sum",
        format!("As soon as the running sum is above a certain number, {limit_text} say, that is how many tags to predict."),
        ClaimVerdict::under(
            format!("the prediction is perfect, the sums are exact, and there are at most {right} labels"),
            wrong_in_doubles > MANY,
            wrong > 1,
        ),
        format!(
            "Even if a network's probabilities are perfect, a running sum above {limit_text} finds all labels of a picture only up \
             to {right} of them: of {wrong} it finds {of_wrong}, of 40 it finds {of_40}, of {MANY} it finds {of_many}. A program \
             that adds in double precision finds only {} of {wrong_in_doubles}, because rounding makes the sum of \
             {right_in_doubles} of them {}.",
            taken_of_perfect(wrong_in_doubles, threshold)[1],
            all_but_one(wrong_in_doubles)
        ),
    );
    page.with_the_default_inputs().say(format!(
            "That predictions are perfect is the assumption of this section, and the most favourable one. A prediction need not \
             be perfect, though: it is enough that the labels are the likeliest classes, that together they have more than \
             {limit_text}, and that without the last of them they do not. The scores above are such a case. The source means \
             {limit_text} as an example, and its threshold is there to be tuned: to find all k labels of a perfect prediction it \
             has to be at least (k − 1)/k.",
        ));
    page.ask(
        "A fixed threshold takes every class whose probability is above it. Can one fixed threshold read all perfect predictions of \
         one to five labels?",
        "Yes. All labels are at 1/5 or above, and everything else is at 0. Any threshold from 0 to just below 1/5 separates them.",
    );

    let reads =
        |limit: &Exact, most: usize| (1..=most).all(|k| Fixed(limit.clone()).reads(k, 1, &Exact::zero()));
    let hundredths: Vec<_> = (0..100).map(|i| Exact::new(i.into(), 100.into())).collect();
    let suitable: Vec<_> = hundredths.iter().filter(|limit| reads(limit, FEW)).collect();
    let [from, to] = [suitable[0], suitable[suitable.len() - 1]].map(Value::from);
    let low = Exact::new(1.into(), (2 * MANY).into());
    let of_low = if reads(&low, MANY) { "reads" } else { "does not read" };
    page.claim(
        "in the answer, on a fixed threshold",
        "A fixed threshold could not tell which of the ideal predictions it is looking at.",
        ClaimVerdict::under(
            "the threshold is above 0 and the number of labels has no limit",
            suitable.is_empty(),
            hundredths[1..].iter().all(|limit| !reads(limit, MANY)),
        ),
        format!(
            "The source lists predictions of one to {FEW} labels “and so on”. Of the thresholds 0, 0.01 … 0.99, the {} from \
             {from:.2} to {to:.2} read all predictions of one to {FEW} labels right, and {:.3} {of_low} those of one to {MANY}. \
             In general, a threshold above 0 reads k labels right as long as it is below 1/k, and with more labels 1/k gets below \
             any such threshold. (A threshold of 0 would read all ideal predictions right, but apart from rounding a softmax \
             never outputs an exact 0.)",
            suitable.len(),
            Value::from(&low)
        ),
    );
    Ok(())
}

/// How much of the probability may be lost to other classes.
pub(super) fn noisy_tail(threshold: &Exact, page: &mut Page) {
    let limit_text = write_number(threshold);
    page.section("A noisy tail");
    page.say(
        "No network is perfect. Suppose that the labels share 1 − ε equally, and that a tail ε is left to the other classes: to one \
         class, or equally to m. How large may the tail get before a rule goes wrong? Each rule has one threshold, the one that \
         suits it best, and it must work for any number of labels up to k and for every smaller tail too.",
    );
    page.say(
        "Without a tail the sum before the last of k labels is (k − 1)/k, and the running sum must not stop there: its threshold \
         has to be at least that. With a tail it has to stop at 1 − ε, which has to be above the threshold. So the lowest possible \
         threshold is the best: (k − 1)/k, for tails below 1/k, as long as the labels are still the likeliest classes, which they \
         are for tails below m/(k + m). (If the tail were known, (1 − ε)(k − 1)/k would be enough, and only the order could go \
         wrong.) A fixed threshold has to lie between the share of a class in the tail, ε/m, and the share of a label, (1 − ε)/k. \
         It withstands most where the two meet: at 1/(k + m), for tails below m/(k + m). Beyond that tail no rule that takes the \
         likelier classes first is right, not even one that knows k and takes the top k.",
    );
    page.on_screen().ask(
        "Which rule withstands the larger tail: on one class, and on ten?",
        "On one class both go wrong at 1/(k + 1), where order is lost: that is below 1/k. On ten, the fixed threshold withstands \
         more as soon as there are two labels: 10/(k + 10) against 1/k.",
    );
    page.say(format!(
        "The table has the smallest tail, in steps of a thousandth, at which each rule goes wrong with k labels, which is the \
         hardest case, for a tail on one class and on ten. The last two columns are for the running sum at the given threshold, \
         {limit_text}. The labels have the lowest indices: where a label and a class of the tail are equal, the running sum takes \
         the label first.",
    ));
    let tails = tails(threshold);
    let columns = [
        "labels, up to",
        "best sum, on 1",
        "best sum, on 10",
        "best fixed, on 1",
        "best fixed, on 10",
        "sum at threshold, on 1",
        "sum at threshold, on 10",
    ];
    page.table("noisy_tail", columns, tails);
    page.say(
        "The fixed threshold has a price: the best one, 1/(k + m), depends on how far the tail is spread. The best threshold of the \
         running sum does not.",
    );
    let [by_sum, by_fixed, by_given] = [2, 4, 6].map(|column| Value::from(tails[2][column]));
    page.figure("breaking_tails", tails_by_labels(&tails, &limit_text)).alt(format!(
        "The smallest tail at which a rule goes wrong, by the largest number of labels, each rule at its best threshold. On one \
         class the running sum and the fixed threshold differ only where a label and the other class are equal. On ten classes \
         and for up to {FEW} labels the running sum goes wrong at {by_sum:.3}, the fixed threshold at {by_fixed:.3}, and the \
         running sum with the threshold {limit_text} at {by_given:.3}."
    ));
}

fn perfect<const N: usize>(threshold: &Exact, labels: [usize; N]) -> [impl Row<5> + use<N>; N] {
    labels.map(|k| {
        let [exact, in_doubles] =
            taken(k, threshold).map(|taken| taken.map_or(Field::from("all"), Field::from));
        let before = Exact::new((k - 1).into(), k.into());
        (k, before, exact, all_but_one(k).to_string(), in_doubles)
    })
}

/// How many of k labels the running sum takes, in exact fractions and in doubles; none where it takes what is beside them,
/// too: all classes.
fn taken(k: usize, threshold: &Exact) -> [Option<usize>; 2] {
    let in_doubles = [vec![1.0 / k as f64; k], vec![0.0]].concat();
    let limit = threshold.to_f64().unwrap_or(f64::NAN);
    let counts = [
        Cumulative(threshold.clone()).count(&shares(k, 1, &Exact::zero())),
        Cumulative(limit).count(&in_doubles),
    ];
    counts.map(|count| (count <= k).then_some(count))
}

const UP_TO: [usize; 5] = [1, 2, FEW, 10, 20];

/// The largest number of labels; the tails on one class and on ten that break the best running sum, the best fixed
/// threshold, and the running sum at the given threshold.
fn tails(threshold: &Exact) -> [[f64; 7]; 5] {
    UP_TO.map(|k| {
        let [on_1, on_10] = [1, 10].map(|others| breaking_tails(k, others, threshold));
        [k as f64, on_1[0], on_10[0], on_1[1], on_10[1], on_1[2], on_10[2]]
    })
}

fn tails_by_labels(tails: &[[f64; 7]], limit_text: &str) -> Chart {
    let bars = [
        (3, "best sum or best fixed threshold, tail on one".to_owned()),
        (2, "best sum, tail on ten".to_owned()),
        (4, "best fixed threshold, tail on ten".to_owned()),
        (6, format!("sum at {limit_text}, tail on ten")),
    ];
    let bars = bars.map(|(column, label)| Bar::new(label, tails.iter().map(|row| row[column])));
    let groups = UP_TO.map(|k| format!("up to {k} label{}", if k == 1 { "" } else { "s" }));
    Chart::bars("tail at which the rule goes wrong", groups, bars)
}
