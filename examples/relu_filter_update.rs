//! A ReLU filter that refuses to learn: where the sign went wrong, and what it learns once that is mended.

use worked_examples::math::Padding::Valid;
use worked_examples::math::{
    Run, convolve, cross_correlate, descend, multiplies, readings, relu, relu_derivative, rot180,
    squared_error, to_f64, trajectory,
};
use worked_examples::prelude::*;

#[path = "relu_filter_update/exercises.rs"]
mod exercises;
#[path = "relu_filter_update/map.rs"]
mod map;
#[path = "relu_filter_update/mask.rs"]
mod mask;

/// What is given.
#[derive(Args, PartialEq)]
pub struct Inputs {
    /// The input of the layer
    #[arg(long, value_parser = matrix, default_value = "1 0 1; 0 0 1; 1 0 0")]
    pub image: DMatrix<Exact>,
    /// The filter's weights before learning
    #[arg(long, value_parser = matrix, default_value = "1 0; 0 1")]
    pub filter: DMatrix<Exact>,
    /// What the layer should answer; without one, zeros of the output's size
    #[arg(long, value_parser = matrix, default_value = TARGET)]
    pub target: DMatrix<Exact>,
    /// How far the filter moves in one update; the repaired rule is also shown at a tenth of it
    #[arg(long, value_parser = number, default_value = "1")]
    pub learning_rate: Exact,
    /// How many updates the trajectories show, at most 50
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=50))]
    pub iterations: u8,
}

const TARGET: &str = "0 0; 0 0";

impl Inputs {
    /// The target for an output of the size of `pre_activation`, if everything fits.
    fn fitting_target(&self) -> Result<DMatrix<Exact>, Unusable> {
        let output = cli::expect_to_fit("--filter", self.image.shape(), self.filter.shape())?;
        let target = cli::or_filled(&self.target, TARGET, output, 0);
        cli::expect_shape("--target", target.shape(), output, "the size of pre_activation")?;
        Ok(target)
    }
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "relu_filter_update",
    title: "The filter that never learns",
    question: "A filter followed by a ReLU is updated again and again, and its weights run away. What is wrong?",
    source: Some(
        "A learner has read how the gradient of a filter is computed, follows the recipe with pencil and \
         paper, and finds that the filter gets no better. The question gives the numbers; they and the recipe \
         are tested here.",
    ),
    lesson: "How a filter is updated again and again, what a ReLU does to its gradient, and how to see whether a step goes uphill \
         or downhill.",
    minutes: 45,
    requires: "cross-correlation of small matrices, the squared error, the chain rule",
    code: &[include_str!("relu_filter_update.rs"), include_str!("relu_filter_update/mask.rs")],
    blanks: &[
        "pre_activation",
        "activation",
        "loss",
        "delta",
        "d_filter",
        "filter_updated",
        "pre_activation_updated",
        "activation_updated",
        "loss_updated",
    ],
    gives: &[],
    mistakes: &[
        mistake("activation = pre_activation", "unclipped", "apply the ReLU: what is negative becomes 0"),
        mistake(
            "delta = ( target − activation ) ∘ ReLU′( pre_activation )",
            "sign",
            "take output − target: the delta is a gradient, and is subtracted later",
        ),
        mistake(
            "d_filter = image ★ source_error",
            "articles",
            "the articles' rule: take output − target as the error, and pass it through the ReLU's derivative",
        ),
        mistake(
            "d_filter = image ★ ( activation − target )",
            "unmasked",
            "multiply the error by ReLU′: where the pre-activation is not positive, nothing passes",
        ),
        mistake(
            "filter_updated = filter − learning_rate · image ★ source_error",
            "articles",
            "the articles' rule: take output − target as the error, and pass it through the ReLU's derivative",
        ),
    ],
    check,
    vary,
    is_worth_working,
    tell,
};

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    cli::expect_little_effort(&[
        ("--target", &inputs.fitting_target()?),
        ("--image", &inputs.image),
        ("--filter", &inputs.filter),
        ("--learning-rate", &DMatrix::from_element(1, 1, inputs.learning_rate.clone())),
    ])
}

/// The ReLU has something to clip, and something to let through.
fn vary(draw: &mut Draw) -> Option<Inputs> {
    let inputs = Inputs {
        image: draw.matrix(3, 3, 0..=2),
        filter: draw.matrix(2, 2, -1..=2),
        target: draw.matrix(2, 2, 0..=2),
        learning_rate: draw.tenths(1..=2),
        iterations: 8,
    };
    let pre_activation = cross_correlate(&inputs.image, &inputs.filter, Valid).ok()?;
    let has = |is: fn(&Exact) -> bool| pre_activation.iter().any(is);
    (has(|entry| *entry < Exact::ZERO) && has(|entry| *entry > Exact::ZERO)).then_some(inputs)
}

/// The step takes the loss down, and there is something to pass back.
fn is_worth_working(notebook: &Notebook) -> bool {
    let [loss, then, delta] = ["loss", "loss_updated", "delta"].map(|name| numbers(notebook, name));
    delta.is_some_and(|delta| half_is_alive(&delta))
        && loss.zip(then).is_some_and(|(loss, then)| then[0] < loss[0])
}

/// The source works with whole numbers.
const PLACES: usize = 0;
/// What it prints, where a later step has to start from it.
const D_FILTER: &str = "-1 -1; 1 0";
const FILTER_UPDATED: &str = "2 1; -1 1";
/// After so many updates nothing moves any more within the decimals shown.
const MANY_UPDATES: usize = 1000;

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    page.section("What is given");
    page.say(
        "One layer: a filter slides over an image, and a ReLU cuts off what is negative. The piece of the image that lies under \
         the filter is called a window. The layer's output, `activation`, \
         should equal the target. In formulas `★` is cross-correlation: what stands on the right slides, as it is, over what \
         stands on the left, and stays inside of it (in the lines of Rust that is `Valid`). `∘` multiplies entry by entry, and \
         Σ adds all entries. Rows and columns are counted from 0, and in running text a semicolon ends a row. (If a layer \
         turns its filter by 180° first, its gradients follow other rules: see the worked example `conv_backprop`.)",
    );
    let image = page.given("image", &inputs.image);
    let filter = page.given("filter", &inputs.filter);
    let given_target = inputs.fitting_target()?;
    if given_target != inputs.target {
        page.say("No target of this size is given, so all its entries are 0.");
    }
    let target = page.given("target", &given_target);
    let learning_rate = page.given_number("learning_rate", &inputs.learning_rate);
    page.given_number("iterations", &Exact::from_integer(inputs.iterations.into()));
    page.say("The loss is half the squared error:");
    page.formula(
        r"\text{loss} = \tfrac12 \sum_{i,j} (\text{activation}_{ij} - \text{target}_{ij})^2",
        "loss = ½ Σ (activation − target)²",
    );
    page.with_the_default_inputs().say(
        "The source names neither this loss nor a learning rate. Where the printed gradient is −1, the printed weight \
         grows by exactly 1, so the rate is 1. What the source prints stands below our result, with a verdict: a match if \
         it is our result; carried if it follows from numbers that the source printed before; unexplained if none of the \
         readings that we try gives it.",
    );

    page.section("Forward");
    page.say("Each cell of a result is a sum of products.");
    page.on_screen().say(
        "Where a cell is worked out, the first line gives the names and the next ones the numbers. A letter marks the same \
         term in all of them and, where they are drawn, in the two matrices.",
    );
    let pre_activation =
        page.show("pre_activation = image ★ filter", cross_correlate(&image, &filter, Valid)?);
    page.claim(
        Origin::Page,
        "Turning the filter by 180° before it slides would make no difference to this output.",
        rot180(&filter) == filter,
        "This filter is its own rotation by 180°, so convolution and cross-correlation agree. The source leaves \
         open which it means; this page takes cross-correlation. After an update the two may differ.",
    );
    page.say("Negative entries become 0, the others stay:");
    let activation = page.show("activation = relu( pre_activation )", relu(&pre_activation));
    page.audit(&activation, printed("1 1; 0 0", PLACES));
    let loss = page.value(
        "loss = ½ · Σ( ( activation − target ) ∘ ( activation − target ) )",
        squared_error(&activation, &target)?,
    );

    page.section("The rule that climbs");
    page.say(
        "The learner's rule takes target − output as the error, cross-correlates the image with it, and subtracts the result, \
         times the learning rate:",
    );
    let source_error = page.show("source_error = target − activation", &target - &activation);
    page.audit(&source_error, printed("-1 -1; 0 0", PLACES));
    let source_d_filter =
        page.show("source_d_filter = image ★ source_error", cross_correlate(&image, &source_error, Valid)?);
    if page.has_the_default_inputs() {
        let error = exact(&source_error)?;
        let readings = readings(("the image", &inputs.image), ("the error", &error))?;
        let tried = readings.len();
        let reproducing = readings.iter().filter(|(_, sums)| *sums == literal(D_FILTER)).count();
        page.say(format!(
            "The source prints another second row. Did it slide the matrices in some other way? A matrix can be turned and \
             flipped in 8 ways. For both matrices, and with or without a change of sign, that makes {tried} readings."
        ));
        page.audit(&source_d_filter, printed(D_FILTER, PLACES).readings(readings));
        let or = |none: &str, count: usize| if count == 0 { none.to_owned() } else { count.to_string() };
        let giving = or("none", reproducing);
        let negative = or("no", inputs.image.iter().filter(|x| **x < Exact::ZERO).count());
        let positive = or("no", error.iter().filter(|x| **x > Exact::ZERO).count());
        page.claim(
            "in the question, about the gradients",
            "The rule, applied to these numbers, gives the printed gradients.",
            reproducing > 0,
            format!(
                "Of the {tried} readings {giving} gives them, and none can. The image has {negative} negative entry and the error \
                 {positive} positive one, so no sum of their products can be positive (or, with the sign changed, negative). But \
                 the printed matrix has both 1 and −1."
            ),
        );
    }
    let source_filter_updated = page.show(
        "source_filter_updated = filter − learning_rate · source_d_filter",
        descend(&filter, &source_d_filter, &learning_rate),
    );
    page.audit(&source_filter_updated, printed(FILTER_UPDATED, PLACES));
    let [from, to] = [&filter, &source_filter_updated].map(|filter| decimals(filter, 4));
    page.with_the_default_inputs().ask(
        "Both non-zero errors say: the output is too large. Which way did the weights go?",
        format!("Up, from {from} to {to}. The rule adds where it should subtract."),
    );

    page.section("Is it the gradient?");
    page.say(
        "Take the chain rule from the outside in. The squared error gives output − target, and not target − output. The ReLU \
         lets the gradient through only where the pre-activation is positive: its derivative, ReLU′, is 1 there and 0 \
         elsewhere, by convention also at 0. This matrix of ones and zeros is called the mask. The product of the two is \
         called `delta`. Each weight has met several inputs while the filter slid. Its gradient is the sum of these inputs, \
         each times the delta of the output that it went into:",
    );
    page.formula(
        r"\frac{\partial\, \text{loss}}{\partial\, \text{filter}} = \text{image} \mathbin{\bigstar} \big((\text{activation} - \text{target}) \circ \text{ReLU}'(\text{pre\_activation})\big)",
        "∂loss/∂filter = image ★ ((activation − target) ∘ ReLU′(pre_activation))",
    );
    let delta = page.show(
        "delta = ( activation − target ) ∘ ReLU′( pre_activation )",
        (&activation - &target).component_mul(&relu_derivative(&pre_activation)),
    );
    let d_filter = page.show("d_filter = image ★ delta", cross_correlate(&image, &delta, Valid)?);
    let at_zero = positions(&pre_activation).filter(|&at| pre_activation[at] == Exact::ZERO);
    let at_zero: Vec<_> = at_zero.map(|(i, j)| format!("`pre_activation[{i},{j}]`")).collect();
    page.say(
        "To check this gradient, we move each weight up and down. As long as no pre-activation changes its sign, the loss is \
         quadratic in each weight, and then the difference quotient (loss(w + h) − loss(w − h)) / 2h is exactly the slope. At \
         a pre-activation of exactly 0 the ReLU has a kink, a corner: the loss is a different polynomial on each side.",
    );
    page.say(if let Some((last, others)) = at_zero.split_last() {
        let and = if others.is_empty() { "" } else { " and " };
        format!(
            "Here this is so at {}{and}{last}. Where a weight moves such a pre-activation, the difference quotient need not be the \
             slope. So we compare the entry with two slopes, one from below and one from above. If both equal the entry, it holds \
             from both sides. This happens when the error there is 0, because then it does not matter what ReLU′(0) is. If the \
             error is not 0, the two slopes can differ, and the entry is a choice made by the convention that ReLU′(0) is 0.",
            others.join(", ")
        )
    } else {
        "Here no pre-activation is 0, so a small enough h leaves all signs as they are.".to_owned()
    });
    page.prove_gradient(&d_filter, &loss, &filter);
    page.claim(
        "in the question, about what articles teach",
        "The gradient of a filter is the convolution of the input with the error.",
        ClaimVerdict::under(
            "convolution means cross-correlation, and the error is output − target, passed through the ReLU's derivative",
            source_d_filter == d_filter,
            -&source_d_filter == d_filter,
        ),
        "Here, with the learner's error, target − output, every entry that is not 0 has the wrong sign.",
    );
    page.answer(
        "at the end of the question",
        "What am I doing wrong?",
        "With this target only the sign in the rule is wrong: the error has to be output − target, because the loss should \
         fall. With other targets the ReLU's derivative may be missing, too. And the learner's own calculation has a mistake \
         in the second row of the gradients.",
    );
    let filter_updated = page.show(
        "filter_updated = filter − learning_rate · d_filter",
        descend(&filter, &d_filter, &learning_rate),
    );

    page.section("Again and again");
    let rate = learning_rate.value().to_f64();
    let updates = usize::from(inputs.iterations);
    let run = |rule: &Numbers, rate: f64, updates: usize| {
        trajectory(&to_f64(&filter), &rate, updates, as_function(rule, &filter))
    };
    let loss_at = as_function(&DMatrix::from_element(1, 1, loss.clone()), &filter);
    let loss_at = |filter: &DMatrix<f64>| loss_at(filter)[0];
    let learner = Run::new("learner's rule", run(&source_d_filter, rate, updates), loss_at);
    let turned_d_filter = convolve(&image, &source_error, Valid)?;
    let turned = Run::new("as a literal convolution", run(&turned_d_filter, rate, updates), loss_at);
    let repaired = Run::new("repaired", run(&d_filter, rate, updates), loss_at);
    let slow = Run::new("repaired, a tenth of the rate", run(&d_filter, rate / 10.0, MANY_UPDATES), loss_at);
    let tenth = Value::from(rate / 10.0);
    page.say(format!(
        "Here is the loss after each update, in double precision. First with the learner's rule; then with the same rule as a \
         literal convolution, where the error is turned by 180° before it slides, while the forward pass stays as it is; then \
         with the repaired rule, the gradient, at the same learning rate and at a tenth of it ({tenth})."
    ));
    let all = [&learner, &turned, &repaired, &slow].map(|run| &run.losses[..=updates]);
    let row = |i: usize| [i as f64, all[0][i], all[1][i], all[2][i], all[3][i], learner.parameters[i].amax()];
    page.table(
        "trajectory",
        [
            "update",
            "learner's rule",
            "literal",
            "repaired",
            "repaired, a tenth",
            "learner's largest |weight|",
        ],
        (0..=updates).map(row),
    )
    .code = None;
    if !all.concat().iter().all(|loss| loss.is_finite()) {
        page.say(
            "Where the table says ∞, a number has grown beyond the range of doubles, and from there on it may be no number \
             at all: learning diverges.",
        );
    }
    let [climbs, turns, falls] = [all[0], all[1], all[3]].map(|losses| Value::from(losses[updates]));
    let drawn = [(&learner, all[0]), (&turned, all[1]), (&slow, all[3])];
    let lines = drawn.map(|(run, losses)| Line::counted(run.name, losses.iter().copied()));
    let is_nothing = |losses: &[f64]| losses.iter().all(|&loss| loss == 0.0);
    if is_nothing(&all.concat()) {
        page.say("With every rule the loss is 0 from the start, so there is nothing to draw.");
    } else {
        let why = if is_nothing(&repaired.losses[1..]) {
            ": its loss is 0 after the first update, and 0 has no logarithm"
        } else {
            ", which the table has"
        };
        page.say(format!("The figure leaves out the repaired rule at the full rate{why}."));
        page.figure("loss_by_update", Chart::lines("update", Axis::logarithmic("loss"), lines)).alt(format!(
            "The loss by update on a logarithmic scale. With the learner's rule it goes from {loss} to {climbs}, as a literal \
             convolution to {turns}; with the repaired rule at a tenth of the rate it goes to {falls}. A loss of 0 has no \
             logarithm and is not drawn."
        ));
    }
    let [at_once, slowly] = [&repaired, &slow].map(|run| Value::from(run.losses[1]));
    if page.has_the_default_inputs() {
        let printed = loss.at(&[(&filter, &literal(FILTER_UPDATED).map(Traced::from))]);
        let output = relu(&cross_correlate(&inputs.image, &literal(FILTER_UPDATED), Valid)?);
        let output = decimals(&output, 4);
        page.headline(
            "in the question, about the gradients worked out by hand",
            "They do not make the filter any better.",
            printed >= *loss.value(),
            format!(
                "The printed filter {FILTER_UPDATED} gives the activation {output}, so the loss goes from {loss} to {printed}. \
                 Worked out correctly and repeated {updates} times, the learner's rule takes it to {climbs}, and read as a \
                 literal convolution to {turns}. With the sign reversed and a learning rate of {tenth} it falls to {falls}: the \
                 sign is the bug. (With the full rate the first update overshoots: it switches the ReLU off everywhere, and \
                 the loss is {at_once} at once.)"
            ),
        );
        let largest: Vec<_> = learner.parameters.iter().map(DMatrix::amax).collect();
        let rule = as_function(&source_d_filter, &filter);
        let updated = |filter: &DMatrix<f64>| descend(filter, &rule(filter), &rate);
        let multiplied = multiplies(updated, &learner.parameters[updates], &[(0, 1), (1, 1)]);
        let (last, factor) = (largest[updates], multiplied.symmetric_eigenvalues().max());
        let [last, ratio, factor, square] =
            [last, last / largest[updates - 1], factor, factor * factor].map(Value::from);
        let matrix = decimals(&multiplied, 4);
        page.claim(
            "in the question, at its end",
            "If the process is repeated, the weights go to extremely high values.",
            largest.windows(2).all(|pair| pair[1] > pair[0]),
            format!(
                "The largest weight grows with every update and is {last:.0} after {updates} updates; the last of them multiplied \
                 it by {ratio:.3}. For readers who know eigenvalues: as long as pre_activation[0,1] and \
                 pre_activation[1,1] are not negative, an update multiplies the column of filter[0,1] and filter[1,1] by the \
                 matrix {matrix}. Here they never are, because both weights only grow. The larger eigenvalue of the matrix is \
                 {factor:.3}, and the factor tends to it. The loss adds up squares of outputs, and its largest terms come to \
                 grow by the square of that, {square:.2}: this is what the factor of the loss tends to."
            ),
        );
    }

    page.section("What the filter learns instead");
    page.say("After one update with the repaired rule the image passes forward again:");
    let pre_activation_updated = page.show(
        "pre_activation_updated = image ★ filter_updated",
        cross_correlate(&image, &filter_updated, Valid)?,
    );
    let activation_updated =
        page.show("activation_updated = relu( pre_activation_updated )", relu(&pre_activation_updated));
    let loss_updated = page.value(
        "loss_updated = ½ · Σ( ( activation_updated − target ) ∘ ( activation_updated − target ) )",
        squared_error(&activation_updated, &target)?,
    );
    if loss_updated > loss && rate > 0.0 {
        page.say(format!(
            "The loss has risen, though the filter moved against its gradient. {} is {slowly}.",
            if slowly < *loss.value() {
                "This step was too long: after one at a tenth of the learning rate it"
            } else if !at_zero.is_empty() {
                "At a kink it may, however short the step is, because the gradient there is a choice made by the convention. After \
                 a step at a tenth of the learning rate the loss"
            } else {
                "This step was too long, and so is one at a tenth of the learning rate, after which the loss"
            }
        ));
    }
    page.say(format!(
        "Now we make {MANY_UPDATES} updates with the repaired rule, at a tenth of the learning rate and in double \
         precision. Each one computes the gradient anew, at the filter that it finds. (In Rust, `run` makes the updates with a \
         rule and keeps the filter after each of them.) The filter ends here:"
    ));
    let filter_settled = run(&d_filter, rate / 10.0, MANY_UPDATES)[MANY_UPDATES].clone();
    if filter_settled.iter().all(|weight| weight.is_finite()) {
        page.show("filter_settled", filter_settled.clone());
        let at_the_end = Value::from(loss_at(&filter_settled));
        if at_the_end > *loss.value() {
            page.say(format!(
                "These updates lead away from the target: the loss has gone from {loss} to {at_the_end}."
            ));
        }
        if filter.nrows() > 1 {
            page.unless_by_hand(|page| {
                map::tell(page, &loss, &filter, loss_at, &filter_settled, [&learner, &repaired, &slow])
            })?;
        }
    } else {
        page.say("There is nothing to show: the weights have grown beyond the range of doubles. Learning diverges.");
    }
    let (weights, settled) = (decimals(&filter_updated, 4), decimals(&filter_settled.map(to_six_places), 4));
    page.claim(
        "in the question, about the target",
        "With a target of zeros the weights should become zeros as well.",
        loss_updated != Exact::ZERO || filter_updated.iter().all(|weight| *weight == Exact::ZERO),
        format!(
            "The loss is {loss_updated} at the weights {weights}: no window of the image has a positive sum of products with \
             them, so all outputs are 0, just as the target asks. On the map such filters are the white plain. At a tenth of the \
             rate the filter converges to {settled}. From this start each update changes filter[0,1] and filter[1,1] by the same \
             amount, the rate times their sum, and so takes the sum towards 0. There nothing pulls at them any more."
        ),
    );
    page.say(
        "Where no window has a positive sum of products with the filter, the ReLU answers 0 everywhere and passes no gradient \
         back. As long as the image stays the same, no step along this gradient moves the filter again, whatever the target. \
         The filter is dead: this is known as the dying ReLU. The Leaky ReLU avoids it with a small slope in place of 0.",
    );

    mask::tell(page, -&source_d_filter == d_filter)?;
    exercises::tell(page, &loss, &learning_rate, [&filter, &d_filter], &turned.parameters);
    page.numpy(include_str!("numpy/relu_filter_update.py"));
    Ok(())
}

fn to_six_places(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
