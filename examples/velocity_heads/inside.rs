//! A closer look at the trained heads: how sure they are, what they answer, and what a larger hidden layer would do.

use super::trained::{LIKELIEST, SITUATION, names};
use worked_examples::prelude::*;
use worked_examples::training::{STATE, Spread, Steering, Tuned};

/// Whether those that have classes are as sure as they are right.
pub fn calibration<'a>(
    page: &mut Page,
    tuned: impl Iterator<Item = &'a Tuned>,
    [free_factorised, joint]: [&Tuned; 2],
) {
    page.section("Is a head as sure as it is right?");
    page.say(
        "The probability of the likeliest pair says how sure a head is; for the factorised head it is p(x) · p(y). A head is well \
         calibrated if, of all situations in which it is 30 % sure, say, 30 % show its likeliest pair. To measure that, the \
         situations are put into ten groups: those in which it is up to 10 % sure, up to 20 %, and so on. In each group the mean \
         sureness is compared with how often the likeliest pair is the one that was drawn; the mean of the distances, weighted by \
         the sizes of the groups, is the expected calibration error (ECE). The last column counts at the obstacle either answer as \
         right. All are means over the seeds:",
    );
    let calibrated = tuned.map(|tuned| {
        let ([task, head], [sure, drawn, error, right]) = (names(tuned), tuned.calibration());
        (task, head, sure, drawn, error, right)
    });
    page.table("calibration", ["task", "head", "sure", "as drawn", "ECE", "right"], calibrated);
    let [[sure, drawn, ..], [joint_sure, joint_drawn, joint_error, _]] =
        [free_factorised, joint].map(|tuned| tuned.calibration().map(Value::from));
    page.with_the_default_inputs().say(format!(
        "Here every head is right more often than it is sure on the free way, the factorised one most of all, with {drawn:.2} \
         and {sure:.2}: it hesitates between neighbours, and the expectation makes use of that. At the obstacle only one of \
         two right answers was drawn, so each head meets the one drawn about half as often as a right one. The joint head is \
         even slightly more sure ({joint_sure:.2}) than it is right about the one drawn ({joint_drawn:.2}); no other row is \
         like that. Its two means are close, but its ECE is {joint_error:.3}: in single groups the two differ by more, and in \
         the means these differences partly cancel."
    ));
}

/// What all heads answer at the obstacle.
pub fn outputs(page: &mut Page, [joint, factorised, chained, numbers]: [&Tuned; 4]) -> Told {
    page.section("Inside the outputs");
    page.say(
        "The same situation as above, with the networks of the first seed. The joint head gives a probability to each pair. Here x \
         goes to the right and y upwards:",
    );
    let correct = Steering::Obstacle.right_velocities(SITUATION);
    let model = |tuned: &Tuned| tuned.outcomes[0].model.clone();
    let pairs = &model(joint).pairs(&DMatrix::from_fn(STATE, 1, |i, _| nalgebra::convert(SITUATION[i])))?[0];
    let [left, right] =
        [0, 1].map(|side| Value::from(model(joint).probability_near(correct[side], 0.2, pairs)));
    let chart = Chart::Map {
        x: "x in m/s".into(),
        y: "y in m/s".into(),
        corners: [(-1.0, -1.0), (1.0, 1.0)],
        values: pairs.map(|probability| (1000.0 * f64::from(probability)).round() / 1000.0),
        lines: vec![Line::of_points("correct velocities", correct.iter().map(|&[x, y]| (x, y)))],
    };
    page.figure("joint_probability", chart).alt(format!(
        "The probability of every pair of intervals at the obstacle, and the two correct velocities. The pairs whose middles \
         lie within 0.2 m/s of the velocity to the left, on each axis, have {left:.2} together, those within 0.2 m/s of the one to \
         the right {right:.2}."
    ));
    page.say(
        "What does each head do when the character walks in another direction? Character and goal stay 1 m apart and turn about the \
         middle between them. The figure shows how fast each head moves aside: to the left upwards, to the right downwards, and not \
         at all at 0. Classes are read by the likeliest pair.",
    );
    let (aside, round) = (1.0 / 1.5, [0.0, 360.0]);
    let mut lines = Vec::new();
    for tuned in [joint, factorised, chained, numbers] {
        lines.push(Line::of_points(tuned.contestant.head.to_string(), model(tuned).aside(24)?));
    }
    lines.extend([Line::level("correct, left", round, aside), Line::level("correct, right", round, -aside)]);
    let direction = Axis::linear("direction of the goal in degrees")
        .with_ticks(&[0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0, 360.0]);
    page.figure("two_answers", Chart::lines(direction, "speed aside in m/s", lines)).alt(format!(
        "How fast each head moves aside, by the direction of the goal. The correct speed is {:.2} m/s, to the left or to \
         the right.",
        Value::from(aside)
    ));
    page.say(
        "A head that chooses among pairs can choose a correct one. The factorised head chooses x and y separately. On the diagonals \
         (45°, 135° and so on) the x of one correct velocity with the y of the other is a velocity straight towards the obstacle or \
         straight back, so a mixed pair lies near 0 there. The chained head knows x when it chooses y.",
    );
    Ok(())
}

/// Two numbers with a smaller and a larger hidden layer.
pub fn more_neurons(page: &mut Page, sizes: [&Tuned; 3], epochs: usize) {
    page.section("More neurons in the middle");
    page.say(format!(
        "The source says that with two outputs one might want more neurons in the middle layer, to avoid underfitting. \
         Underfitting shows in the training error: a network that is too small cannot even fit what it learns from. Too short a \
         training shows in the same way, so the comparison is one after {}. The table is for two numbers on the free way. Each \
         size is trained at the rate that suits it. The columns are the mean, the smallest and the largest training error, and the \
         mean error in new situations, in m/s:",
        counted(epochs, "epoch")
    ));
    let training = sizes.map(|tuned| tuned.spread(|run| run.training_error.likeliest));
    // An eighth of a single unit is that unit again.
    let repeated = usize::from(sizes[0].contestant.hidden == sizes[1].contestant.hidden);
    let distinct = sizes.iter().zip(training).skip(repeated);
    let hidden_units = distinct.map(|(tuned, Spread { mean, lowest, highest })| {
        (tuned.contestant.hidden, mean, lowest, highest, tuned.error(LIKELIEST).mean)
    });
    page.table("hidden_units", ["hidden units", "training", "least", "most", "error"], hidden_units);
    let [fewest, hidden, most] = sizes.map(|tuned| tuned.contestant.hidden);
    let [of_few, of_middle, of_many] = training.map(|error| Value::from(error.mean));
    let seeds_of = |smaller: usize, larger: usize| {
        let (before, after) = (training[smaller], training[larger]);
        let [of_larger, of_smaller] = [larger, smaller].map(|size| sizes[size].contestant.hidden);
        let [worst, best] = [after.highest, before.lowest].map(Value::from);
        let [and, is] =
            if after.highest < before.lowest { ["and", "is better"] } else { ["but", "is not better"] };
        format!(
            "{and} the worst seed with {of_larger} ({worst}) {is} than the best with {of_smaller} ({best})"
        )
    };
    let (first, second) = (seeds_of(0, 1), seeds_of(1, 2));
    page.claim(
        "in the answer, on regression",
        "With two outputs, more neurons in the middle layer might avoid underfitting.",
        ClaimVerdict::under(
            format!("the middle layer has only {fewest} units to begin with"),
            training[1].highest < training[0].lowest && training[2].highest < training[1].lowest,
            training[1].highest < training[0].lowest,
        ),
        format!(
            "The error counts as lower only if the worst seed of the larger size is better than the best seed of the smaller. \
             From {fewest} to {hidden} units the mean training error goes from {of_few} to {of_middle} m/s, {first}. From \
             {hidden} to {most} units it goes to {of_many}, {second}. Sizes between {fewest} and {hidden} were not tried."
        ),
    );
}
