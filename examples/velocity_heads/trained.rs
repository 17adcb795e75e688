//! The second part of the page: two tasks, on which the heads are trained and compared.

use super::{Inputs, inside};
use std::cmp::Ordering;
use std::f64::consts::PI;
use worked_examples::math::Bins;
use worked_examples::prelude::*;
use worked_examples::training::{
    BATCH, Budget, Contestant, Errors, FRESH, Spread, Steering, Tuned, VelocityHead,
};

/// Where the character stands, and where its goal is, whenever a single situation is looked at.
pub(super) const SITUATION: [f64; 4] = [-0.4, -0.3, 0.4, 0.3];
/// Everything is trained with so many seeds.
const SEEDS: usize = 3;
/// The learning rates that are tried.
const RATES: [f64; 5] = [0.5, 1.0, 2.0, 4.0, 8.0];
const TASKS: [Steering; 2] = [Steering::FreeWay, Steering::Obstacle];
/// The factorised head and two numbers on the free way are also trained so many times as long.
const LONGER: [usize; 2] = [1, 3];
const LONGER_EPOCHS: u64 = 4;

/// All heads on both tasks, and then two numbers on the free way with a smaller and a larger hidden layer.
fn contestants(hidden: usize) -> Vec<Contestant> {
    let heads =
        TASKS.iter().flat_map(|&task| VelocityHead::ALL.map(|head| Contestant { task, head, hidden }));
    let numbers = |hidden| Contestant { task: Steering::FreeWay, head: VelocityHead::Regression, hidden };
    heads.chain([hidden.div_ceil(8), 2 * hidden].map(numbers)).collect()
}

/// About how many products all training takes.
pub(super) fn steps(budget: &Budget, hidden: usize) -> u64 {
    let all = contestants(hidden);
    let longer = LONGER.map(|index| all[index]);
    Tuned::steps(&all, budget, RATES.len(), SEEDS) + LONGER_EPOCHS * Tuned::steps(&longer, budget, 0, SEEDS)
}

/// How classes are read; two numbers are read in one way only.
pub(super) type Reading = fn(Errors) -> f64;
pub(super) const LIKELIEST: Reading = |errors| errors.likeliest;
pub(super) const EXPECTED: Reading = |errors| errors.expected;

/// What there is to learn, and what can be said beforehand.
pub(super) fn tasks(page: &mut Page) {
    page.section("Two tasks");
    page.say(
        "Which head is better depends on what it has to learn, so there are two tasks. In both the network sees four numbers: where \
         the character is, and where its goal is, all between −1 and 1 m. On the free way the character should walk towards the \
         goal, and more slowly the closer it is. With d the way to the goal, its velocity v should be:",
    );
    page.formula(
        r"v = \frac{d}{\tfrac12\,\text{m} + |d|} \cdot 1\,\tfrac{\text{m}}{\text{s}}",
        "v = d / (½ m + |d|) · 1 m/s",
    );
    page.say(
        "At the obstacle the character has to step aside, at a right angle to its way and as fast as on the free way. Left and \
         right are equally good. Each example to learn from shows one of the two, drawn at random.",
    );
    page.on_screen().ask(
        "Two numbers are trained with the squared error. What will they output at the obstacle?",
        "The number with the smallest mean squared distance to the examples is their mean. The mean of left and right is neither: \
         it is standing still.",
    );
    page.say(
        "For example, let the character stand at (−0.4, −0.3) m and its goal be at (0.4, 0.3) m. Two velocities are correct, one \
         per row, first to the left, then to the right:",
    );
    let correct = Steering::Obstacle.right_velocities(SITUATION);
    page.show("right_velocities", DMatrix::from_fn(2, 2, |i, j| correct[i][j]));
    let mixed = [correct[1][0], correct[0][1]];
    let [x, y, miss] = [mixed[0], mixed[1], Steering::Obstacle.miss(SITUATION, mixed)].map(Value::from);
    page.ask(
        "The factorised head gives both classes of x probability ½, and both classes of y. What does it output?",
        format!(
            "Which class of each axis is a little likelier is a matter of chance, so it is any of four pairs, each as often as \
             the others. Two of them are correct. The other two mix the x of one velocity with the y of the other: ({x:.2}, \
             {y:.2}) m/s, say, which is {miss:.2} m/s from the nearest correct one."
        ),
    );
    page.say(
        "So the error of the factorised head at the obstacle can be estimated. Half of the time it outputs a mixed pair. With a \
         correct velocity (a, b) that pair misses by twice the smaller of |a| and |b|. At a speed of |v| in the direction φ, the \
         smaller of a² and b² is |v|² times the smaller of cos² φ and sin² φ, which is (1 − |cos 2φ|)/2. Where all directions are \
         equally frequent, the mean of |cos 2φ| is 2/π, so the mean of the smaller square is (½ − 1/π) |v|². Missing by twice the \
         smaller component makes the squared miss 4 times that, and it happens half of the time: ½ · 4 (½ − 1/π) |v|² = (1 − 2/π) \
         |v|². The root of this mean square is the error:",
    );
    page.formula(r"\text{error} = |v| \sqrt{1 - \tfrac{2}{\pi}}", "error = |v| · √(1 − 2/π)");
    page.say(format!(
        "That is {:.2} times the error of standing still, if speed and direction do not depend on each other. In a square of \
         starts and goals neither assumption holds exactly, so this is an estimate.",
        Value::from((1.0 - 2.0 / PI).sqrt())
    ));
}

/// What the heads learn, and how well.
pub(super) fn trained(inputs: &Inputs, page: &mut Page, bins: &Bins, floor: f64) -> Told {
    let Inputs { train_size, epochs, .. } = *inputs;
    let seed = u64::from(inputs.seed);
    let [hidden, train_size, epochs] = [inputs.hidden, train_size, epochs].map(usize::from);

    page.section("Trained at the rate that suits each");
    let units = counted(hidden, "rectified linear unit");
    let situations = counted(train_size, "situation");
    let over = match epochs {
        1 => "once, in a single epoch".to_owned(),
        _ => format!("{epochs} times over, once in each epoch"),
    };
    let falls =
        if epochs == 1 { "" } else { "The learning rate falls linearly, from epoch to epoch, towards 0. " };
    let batches =
        if train_size > BATCH { format!("batches of {BATCH}") } else { "a single batch".to_owned() };
    let seed_before = seed.wrapping_sub(1);
    page.say(format!(
        "Each head gets a network of its own for each task, with {units} (ReLU) in its hidden layer; two numbers pass through f at \
         the end. It sees {situations} (`train_size`) {over} (`epochs`), in {batches}, and learns by plain stochastic \
         gradient descent: classes with the cross-entropy, two numbers with half the squared error. {falls}A rate that suits one head can be wrong for another, so each head is first \
         trained at the rates {}, all with the same seed for the random numbers, {seed_before}, with which nothing else is \
         trained. The rate with the smallest error is used from there on. Those errors are used for nothing else.",
        joined(RATES, ", ")
    ));
    page.say(format!(
        "An error is the distance in m/s between the output and the nearest correct velocity, as the root mean square over {FRESH} \
         situations that the network has not seen. So at the obstacle either answer counts as correct. Classes can be read in two \
         ways; to choose a rate, the better of the two counts."
    ));
    let seeds: Vec<u64> = (seed..).take(SEEDS).collect();
    let budget = Budget { bins: bins.clone(), train_size, epochs };
    let report = |done, all| page.report("training", done, all);
    let all = Tuned::run_all(&contestants(hidden), &budget, &RATES, &seeds, report)?;
    let (compared, sized) = all.split_at(TASKS.len() * VelocityHead::ALL.len());
    let [free_joint, free_factorised, free_chained, free_numbers, joint, factorised, chained, numbers] =
        compared
    else {
        return Err("there are two tasks and four heads".into());
    };
    let (on_the_free_way, at_the_obstacle) = compared.split_at(VelocityHead::ALL.len());
    let still = Spread::of(seeds.iter().map(|&seed| Steering::Obstacle.draw(10_000, seed).rms_speed())).mean;
    let standing = Value::from(still);
    for (name, task, heads) in [
        ("rates_on_the_free_way", "on the free way", on_the_free_way),
        ("rates_at_the_obstacle", "at the obstacle", at_the_obstacle),
    ] {
        let text = "by the learning rate of the first epoch (both axes logarithmic). The rate that is used is marked. Standing \
                    still is a line at";
        page.figure(name, rates(heads, still)).alt(format!("The error {task} {text} {standing:.2}."));
    }
    let tried = |tuned: &Tuned| Spread::of(tuned.tried.iter().map(|&(_, error)| error));
    let [least, most, smallest] =
        [tried(numbers).lowest, tried(numbers).highest, tried(factorised).lowest].map(Value::from);
    page.with_the_default_inputs().say(format!(
        "Too small a rate learns too little in the time, and too large a one does harm: at the largest rate, on the free way, \
         the heads with classes do about as badly as standing still. At the obstacle the factorised head is best at the \
         smallest rate, with {smallest:.2} m/s, so a still smaller one, which was not tried, might suit it better. For two \
         numbers the rate makes hardly any difference there: they miss by {least:.2} to {most:.2} m/s."
    ));

    page.section("Likeliest pair or expectation");
    page.say(format!(
        "Now each head is trained at its rate with {SEEDS} seeds from {seed} on (`seed`), which decide the first weights, the situations and \
         their order. The first table reads classes by the likeliest pair, the second by the expectation. The columns are the mean \
         error in m/s, the smallest and the largest of the {SEEDS}, and the mean error in situations that the network has learnt \
         from (training)."
    ));
    let heads = compared.iter().map(|tuned| {
        let ([task, head], [error, least, most, training]) = (names(tuned), errors(tuned, LIKELIEST));
        let parameters = tuned.contestant.head.parameters(bins, hidden);
        (task, head, parameters, error, least, most, training)
    });
    page.table("heads", ["task", "head", "θ", "error", "least", "most", "training"], heads);
    let with_classes = || compared.iter().filter(|tuned| tuned.contestant.head != VelocityHead::Regression);
    let expectations = with_classes().map(|tuned| {
        let ([task, head], [error, least, most, training]) = (names(tuned), errors(tuned, EXPECTED));
        (task, head, error, least, most, training)
    });
    page.table("expectations", ["task", "head", "error", "least", "most", "training"], expectations);
    if inputs.timings {
        page.say("Measured on this machine, one network at a time, from steps of one batch:");
        let steps = train_size.div_ceil(BATCH) as f64;
        let times =
            VelocityHead::ALL.map(|head| (head.to_string(), steps * head.seconds_a_step(bins, hidden)));
        page.table("times", ["head", "seconds an epoch"], times);
    }
    let free_heads_with_classes = [free_joint, free_factorised, free_chained];
    let (estimated, lowest) = (Value::from(still * (1.0 - 2.0 / PI).sqrt()), Value::from(floor));
    page.say(format!(
        "To compare: a character that stands still misses by {standing:.2} m/s in both tasks, and the floor of the likeliest pair \
         is {lowest} m/s{}. For the factorised head at the obstacle, {estimated:.2} m/s was estimated by hand.",
        if free_heads_with_classes.iter().any(|tuned| tuned.error(LIKELIEST).lowest < floor) {
            " (for velocities that are spread evenly; those of the tasks are not, and here a likeliest pair gets below it)"
        } else {
            ""
        }
    ));
    let (nearest, [mixed, averaged]) =
        (miss(numbers, LIKELIEST), [LIKELIEST, EXPECTED].map(|reading| miss(factorised, reading)));
    let [by_joint, by_factorised, by_chained, by_numbers] =
        [free_joint, free_factorised, free_chained, free_numbers].map(|tuned| miss(tuned, EXPECTED));
    let (pairs, classes) = (VelocityHead::Joint.outputs(bins), bins.count());
    // Along one axis, from one end to the other.
    let most = Value::from(Steering::FreeWay.right_velocities([-1.0, 0.0, 1.0, 0.0])[0][0]);
    page.with_the_default_inputs().say(format!(
        "On the free way the expectation gets below the floor with the factorised head ({by_factorised:.3} m/s) and the \
         chained one ({by_chained:.3}), but not with the joint one ({by_joint:.3}). At the obstacle it is no use: it averages \
         left and right, and misses by {averaged:.2} m/s with the factorised head. The likeliest pair of the factorised head \
         misses there by {mixed:.2} m/s, close to the {estimated:.2} estimated. Of the heads with classes the joint one does \
         worst on the free way. A likely reason: its {train_size} examples are spread over many more classes. That is {} for \
         each of {pairs} pairs on average, against {} for each of {classes} classes of one axis. (Neither component of a \
         velocity goes beyond ±{most:.1} m/s here, so the outermost classes stay empty.) The cross-entropy tells no head that \
         neighbouring classes are close.",
        train_size / pairs,
        train_size / classes
    ));
    let from_drawn = Value::from(numbers.spread(|run| run.drawn_error.expected).mean);
    page.headline(
        "in the answer, on regression",
        "One can also treat the problem as regression: two numbers in place of the classes.",
        ClaimVerdict::under(
            "a single velocity is right",
            numbers.error(LIKELIEST).highest < still / 2.0,
            free_numbers.error(LIKELIEST).highest < still / 2.0,
        ),
        format!(
            "Where one velocity is right, two numbers miss it by {by_numbers:.3} m/s. Where a character may pass an obstacle on \
             the left or on the right, they nearly stand still: they are {from_drawn:.2} m/s from the velocity that was drawn and \
             {nearest:.2} from the nearer right one, and standing still is {standing:.2} from both. A head counts as good here if \
             its error is less than half of that of standing still."
        ),
    );
    let more_epochs = epochs * usize::try_from(LONGER_EPOCHS)?;
    let longer = Budget { epochs: more_epochs, ..budget };
    let report = |done, all| page.report("training longer", done, all);
    let longest = Tuned::retrained(&LONGER.map(|index| compared[index].clone()), &longer, &seeds, report)?;
    page.say(format!(
        "How do classes for each axis (factorised) compare with two numbers? On the free way both are also trained for \
         {more_epochs} epochs, at the same rates. The table has the mean error of {SEEDS} seeds in m/s, and reads the classes in \
         both ways:"
    ));
    let classes_or_numbers = [
        (free_factorised, free_numbers, epochs),
        (&longest[0], &longest[1], more_epochs),
        (factorised, numbers, epochs),
    ];
    page.table(
        "classes_or_numbers",
        ["task", "epochs", "two numbers", "likeliest pair", "expectation"],
        classes_or_numbers.map(versus),
    );
    let [by_likeliest, later_numbers, later_expected] =
        [(free_factorised, LIKELIEST), (&longest[1], LIKELIEST), (&longest[0], EXPECTED)]
            .map(|(tuned, reading)| miss(tuned, reading));
    let both_are_ahead =
        [LIKELIEST, EXPECTED].iter().all(|&reading| factorised.is_ahead_of(numbers, reading));
    page.headline(
        "in the answer, on classification",
        "One class for each interval of each axis probably predicts better than two numbers.",
        ClaimVerdict::under(
            "two velocities are right, or a single one is and the expectation is read after a short training",
            [LIKELIEST, EXPECTED].iter().all(|&reading| {
                classes_or_numbers.iter().all(|(classes, numbers, _)| classes.is_ahead_of(numbers, reading))
            }),
            free_factorised.is_ahead_of(free_numbers, EXPECTED)
                && both_are_ahead,
        ),
        format!(
            "Where one velocity is right, two numbers miss it by {by_numbers:.3} m/s after {epochs} epochs, and the \
             factorised head by {by_likeliest:.3} if its likeliest pair is read and by {by_factorised:.3} if the expectation is. After \
             {more_epochs} epochs two numbers miss by {later_numbers:.3} and the expectation by {later_expected:.3}; the \
             expectation is {} better with every seed. Where left and right are both correct, two numbers miss by {nearest:.2} \
             after {epochs} epochs, the likeliest pair by {mixed:.2} and the expectation by {averaged:.2}: {}. A longer training \
             was not tried there. All are means over {SEEDS} seeds; better is what is better with every seed.",
            if longest[0].is_ahead_of(&longest[1], EXPECTED) { "still" } else { "no longer" },
            if both_are_ahead { "both are better" } else { "not both are better" }
        ),
    );

    page.section("How fast they learn");
    let [of_numbers, of_likeliest, of_expectation] =
        [(free_numbers, LIKELIEST), (free_factorised, LIKELIEST), (free_factorised, EXPECTED)]
            .map(|(tuned, reading)| tuned.error_on_the_way(reading));
    let is_faster = |classes: Spread| classes.highest < of_numbers.lowest;
    let verdict = ClaimVerdict::under(
        "it is judged where one velocity is right, and the expectation is read",
        is_faster(of_likeliest) && is_faster(of_expectation),
        is_faster(of_expectation),
    );
    let [of_numbers, of_likeliest, of_expectation] =
        [of_numbers, of_likeliest, of_expectation].map(|error| Value::from(error.mean));
    let [(numbers_mean, numbers_way), (likeliest_mean, likeliest_way)] = [numbers, factorised].map(|tuned| {
        let (curve, mean) = (tuned.curve(LIKELIEST), tuned.error_on_the_way(LIKELIEST).mean);
        let [first, second, last] =
            [0, 1.min(epochs - 1), epochs - 1].map(|epoch| Value::from(curve[epoch].1));
        let way = format!(
            "{first:.2} after the first epoch, {second:.2} after the second and {last:.2} after the last"
        );
        (Value::from(mean), way)
    });
    page.claim(
        "in the answer, on classification",
        "One class for each interval of each axis is probably easier to learn than two numbers.",
        verdict,
        format!(
            "The measure here is the mean error over all {epochs} epochs, which is small for a head that gets good early. On the \
             free way it is {of_numbers:.3} m/s for two numbers, {of_likeliest:.3} for the likeliest pair of the factorised head \
             and {of_expectation:.3} for its expectation. At the obstacle the same measure gives {numbers_mean:.2} for two \
             numbers and {likeliest_mean:.2} for the likeliest pair. But it does not show there which learns faster, because \
             after the second epoch both are near their final error, and two numbers even get worse, as they learn to stand \
             still. They miss by {numbers_way}, and the likeliest pair by {likeliest_way}. So the claim is judged on the free \
             way only."
        ),
    );
    let chart = curves(on_the_free_way, EXPECTED, Axis::logarithmic("error in m/s"), ("floor", floor));
    page.figure("error_on_the_free_way", chart).alt(format!(
        "The error on the free way by epoch (logarithmic error axis), the mean of {SEEDS} seeds, classes read by their \
         expectation. It ends at {by_joint:.3} m/s for the joint head, {by_factorised:.3} for the factorised one, {by_chained:.3} \
         for the chained one and {by_numbers:.3} for two numbers. The floor of the likeliest pair is a line at {lowest}."
    ));
    let [of_joint, of_chained] = [joint, chained].map(|tuned| miss(tuned, LIKELIEST));
    let chart = curves(at_the_obstacle, LIKELIEST, "error in m/s".into(), ("standing still", still));
    page.figure("error_at_the_obstacle", chart).alt(format!(
        "The error at the obstacle by epoch (linear error axis), the mean of {SEEDS} seeds, classes read by the likeliest pair. \
         It ends at {of_joint:.2} m/s for the joint head, {mixed:.2} for the factorised one, {of_chained:.2} for the chained one \
         and {nearest:.2} for two numbers. Standing still is a line at {standing:.2}."
    ));

    inside::calibration(page, with_classes(), [free_factorised, joint]);
    inside::outputs(page, [joint, factorised, chained, numbers])?;
    let [few, many] = sized else { return Err("there are two more sizes".into()) };
    inside::more_neurons(page, [few, free_numbers, many], epochs);

    page.section("What to use when");
    let [all, few, two] =
        [VelocityHead::Joint, VelocityHead::Chained, VelocityHead::Regression].map(|head| head.outputs(bins));
    page.headline(
        Origin::Page,
        "A head with few outputs can keep x and y together.",
        chained.is_ahead_of(joint, LIKELIEST),
        format!(
            "At the obstacle the chained head misses by {of_chained:.2} m/s with {few} outputs, the joint one by {of_joint:.2} with \
             {all}, and the factorised one, whose axes know nothing of each other, by {mixed:.2} with {few}."
        ),
    );
    page.answer(
        "at the end of the question",
        "Is there a way to reduce the number of output neurons?",
        format!(
            "Yes, three. In place of {all} outputs, {few} are enough for a class for each interval of each axis, {few} for the same \
             with y chained to x, and {two} for two numbers."
        ),
    );
    let weights = |head: VelocityHead| head.parameters(bins, hidden);
    let others = [VelocityHead::Joint, VelocityHead::Factorised, VelocityHead::Chained];
    let are_fewest = others.into_iter().all(|head| weights(VelocityHead::Regression) < weights(head));
    page.say(format!(
        "If one velocity is right, start with two numbers: they have {}no intervals to choose.{}",
        if are_fewest { "the fewest weights and " } else { "" },
        if classes == 1 {
            ""
        } else if free_factorised.error(EXPECTED).mean < 2.0 * free_numbers.error(LIKELIEST).mean {
            " A class for each interval of each axis is worth trying beside them, read by its expectation."
        } else {
            " A class for each interval of each axis, read by its expectation, missed by more than twice as much here."
        }
    ));
    let [of_joint, of_chained] = [joint, chained].map(|tuned| weights(tuned.contestant.head));
    let ahead = if chained.is_ahead_of(joint, LIKELIEST) {
        format!("the chained head was better than the joint one, {}", with_weights(of_chained, of_joint))
    } else if joint.is_ahead_of(chained, LIKELIEST) {
        format!("the joint head was better than the chained one, {}", with_weights(of_joint, of_chained))
    } else {
        "neither the joint head nor the chained one was ahead: the errors of their seeds overlap".to_owned()
    };
    // The joint head and the chained one, read by the likeliest pair, are what is left.
    let to_avoid = [(numbers, LIKELIEST), (factorised, LIKELIEST)].into_iter();
    let mut to_avoid = to_avoid.chain([joint, factorised, chained].map(|tuned| (tuned, EXPECTED)));
    let is_behind = |(tuned, reading): (&Tuned, Reading)| {
        [joint, chained].iter().all(|left| left.error(LIKELIEST).highest < tuned.error(reading).lowest)
    };
    let does_it_show = if to_avoid.all(is_behind) {
        ""
    } else {
        " (With these inputs that does not show: not all of them missed by more, with every seed, than the joint head and the \
         chained one did with any.)"
    };
    page.say(format!(
        "If several velocities far apart can be right, a head needs classes that keep x and y together, read by the likeliest \
         pair. Here {ahead}. The joint head is simpler, a single network with a single softmax, but its outputs grow as the square \
         of the number of intervals. Avoid everything that averages or mixes the right velocities: two numbers, the expectation, \
         and separate classes for each axis.{does_it_show} A mixture density network, which outputs a mixture of several bell \
         curves, is another way; it is not tried here."
    ));
    Ok(())
}

/// How many weights it has, compared with those of another.
fn with_weights(own: usize, others: usize) -> &'static str {
    match own.cmp(&others) {
        Ordering::Less => "with fewer weights",
        Ordering::Equal => "with as many weights",
        Ordering::Greater => "but with more weights",
    }
}

/// The mean error after the last epoch.
fn miss(tuned: &Tuned, reading: Reading) -> Value {
    tuned.error(reading).mean.into()
}

/// Its task and its head.
pub(super) fn names(tuned: &Tuned) -> [String; 2] {
    [tuned.contestant.task.to_string(), tuned.contestant.head.to_string()]
}

/// Mean, least and most of the error, and the mean training error.
fn errors(tuned: &Tuned, reading: Reading) -> [f64; 4] {
    let Spread { mean, lowest, highest } = tuned.error(reading);
    [mean, lowest, highest, tuned.spread(|run| reading(run.training_error)).mean]
}

/// The errors of two numbers, and of the classes read in both ways.
fn versus((classes, numbers, epochs): (&Tuned, &Tuned, usize)) -> impl Row<5> + use<> {
    let [task, _] = names(classes);
    let [likeliest, expected] = [LIKELIEST, EXPECTED].map(|reading| miss(classes, reading));
    (task, epochs, miss(numbers, LIKELIEST), likeliest, expected)
}

/// The error by the rate, with the rates that are used, and the error of standing still.
fn rates(tuned: &[Tuned], still: f64) -> Chart {
    let line = |tuned: &Tuned| Line::new(tuned.contestant.head.to_string(), tuned.tried.clone());
    let used = Line::of_points("the rate that is used", tuned.iter().filter_map(Tuned::best_tried));
    let still = Line::level("standing still", [RATES[0], RATES[RATES.len() - 1]], still);
    let rate = Axis::logarithmic("learning rate of the first epoch").with_ticks(&RATES);
    Chart::lines(rate, Axis::logarithmic("error in m/s"), tuned.iter().map(line).chain([still, used]))
}

/// The error after each epoch, and a level to compare with.
fn curves(tuned: &[Tuned], reading: Reading, y: Axis, (label, level): (&str, f64)) -> Chart {
    let curve = |tuned: &Tuned| Line::new(tuned.contestant.head.to_string(), tuned.curve(reading));
    let epochs = tuned[0].curve(reading).len() as f64;
    Chart::lines("epoch", y, tuned.iter().map(curve).chain([Line::level(label, [1.0, epochs], level)]))
}
