//! A ReLU filter that refuses to learn: where the sign went wrong, and what it learns once that is mended.

use clap::Args;
use nalgebra::DMatrix;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::{Draw, half_is_alive, numbers};
use worked_examples::cli::{self, KnownMistake, Topic, Unusable, matrix, number};
use worked_examples::math::Padding::Valid;
use worked_examples::math::{
    ShapeError, Window, convolve, cross_correlate, descend, orientations, relu, relu_derivative, rot180,
    squared_error, to_f64, trajectory,
};
use worked_examples::notebook::{
    Axis, Chart, ClaimVerdict, Line, Notebook, Origin, Page, Told, Traced, as_function, decimal, decimals,
    exact, literal, printed,
};

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
    /// The target for an output of that size.
    fn target_for(&self, (rows, columns): (usize, usize)) -> DMatrix<Exact> {
        let none_is_given = self.target == literal(TARGET) && self.target.shape() != (rows, columns);
        if none_is_given { DMatrix::from_element(rows, columns, Exact::ZERO) } else { self.target.clone() }
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
    code: include_str!("relu_filter_update.rs"),
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
        KnownMistake {
            name: "activation",
            kind: "unclipped",
            equation: "pre_activation",
            instead: "apply the ReLU: what is negative becomes 0",
        },
        KnownMistake {
            name: "delta",
            kind: "sign",
            equation: "( target − activation ) ∘ ReLU′( pre_activation )",
            instead: "take output − target: the delta is a gradient, and is subtracted later",
        },
        KnownMistake {
            name: "d_filter",
            kind: "articles",
            equation: "image ★ source_error",
            instead: "the articles' rule: take output − target as the error, and pass it through the ReLU's derivative",
        },
        KnownMistake {
            name: "d_filter",
            kind: "unmasked",
            equation: "image ★ ( activation − target )",
            instead: "multiply the error by ReLU′: where the pre-activation is not positive, nothing passes",
        },
        KnownMistake {
            name: "filter_updated",
            kind: "articles",
            equation: "filter − learning_rate · image ★ source_error",
            instead: "the articles' rule: take output − target as the error, and pass it through the ReLU's derivative",
        },
    ],
    check,
    vary,
    is_worth_working,
    tell,
};

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let output = Window::from(Valid)
        .output_shape(inputs.image.shape(), inputs.filter.shape())
        .map_err(|error| Unusable::option("--filter", error))?;
    let target = inputs.target_for(output);
    cli::expect_shape("--target", target.shape(), output, "the size of pre_activation")?;
    cli::expect_little_effort(&[
        ("--image", &inputs.image),
        ("--filter", &inputs.filter),
        ("--target", &target),
        ("--learning-rate", &DMatrix::from_element(1, 1, inputs.learning_rate.clone())),
    ])
}

fn vary(draw: &mut Draw) -> Option<Inputs> {
    Some(Inputs {
        image: draw.matrix(3, 3, 0..=2),
        filter: draw.matrix(2, 2, -1..=2),
        target: draw.matrix(2, 2, 0..=2),
        learning_rate: draw.tenths(1..=2),
        iterations: 8,
    })
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
/// So many points to each side of the map of the loss.
const MAP: usize = 50;
/// After so many updates nothing moves any more within the decimals shown.
const MANY_UPDATES: usize = 1000;

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    page.section("What is given");
    page.say(
        "One layer: a filter slides over an image, and a ReLU cuts off what is negative. The layer's output, `activation`, \
         should equal the target. In formulas `★` is cross-correlation: what stands on the right slides, as it is, over what \
         stands on the left. `∘` multiplies entry by entry, and Σ adds all entries. Rows and columns are counted from 0. \
         (Where a layer turns its filter by 180° first, other rules hold backward: see the topic `conv_backprop`.)",
    );
    let image = page.given("image", &inputs.image);
    let filter = page.given("filter", &inputs.filter);
    let given_target = inputs.target_for(Window::from(Valid).output_shape(image.shape(), filter.shape())?);
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
    if page.has_the_default_inputs() {
        page.say(
            "The source names neither this loss nor a learning rate. Where its gradient is −1, its weight goes from 1 to 2, \
             so the rate is 1. What it prints stands below our result, with a verdict: a match if it is our result; carried \
             if it follows from numbers that the source printed before; unexplained if no reading of its rule gives it.",
        );
    }

    page.section("Forward");
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
        "The learner takes target − output as the error, cross-correlates the image with it, and subtracts the result:",
    );
    let source_error = page.show("source_error = target − activation", &target - &activation);
    page.audit(&source_error, printed("-1 -1; 0 0", PLACES));
    let source_d_filter =
        page.show("source_d_filter = image ★ source_error", cross_correlate(&image, &source_error, Valid)?);
    page.with_the_default_inputs(|page| {
        let error = exact(&source_error)?;
        let readings = readings(&inputs.image, &error)?;
        let tried = readings.len();
        let reproducing = readings.iter().filter(|(_, sums)| *sums == literal(D_FILTER)).count();
        page.say(format!(
            "The source prints another second row. Did it slide the matrices in some other way? We try {tried} readings: \
             every rotation, transposition and flip of both matrices, with and without a change of sign."
        ));
        page.audit(&source_d_filter, printed(D_FILTER, PLACES).readings(readings));
        let negative_inputs = inputs.image.iter().filter(|x| **x < Exact::ZERO).count();
        let positive_errors = error.iter().filter(|x| **x > Exact::ZERO).count();
        page.claim(
            Origin::Said("in the question, on the gradients"),
            "The process, applied to these numbers, gives the printed gradients.",
            reproducing > 0,
            format!(
                "Of {tried} readings {reproducing} give them, and none can. The image has {negative_inputs} negative entries \
                 and the error {positive_errors} positive ones, so no sum of their products can be positive (or, with the \
                 sign changed, negative). But the printed matrix has both 1 and −1.",
            ),
        );
        Ok(())
    })?;
    let source_filter_updated = page.show(
        "source_filter_updated = filter − learning_rate · source_d_filter",
        descend(&filter, &source_d_filter, &learning_rate),
    );
    page.audit(&source_filter_updated, printed("2 1; -1 1", PLACES));
    page.with_the_default_inputs(|page| {
        page.ask(
            "Both non-zero errors say: the output is too large. Which way did the weights go?",
            format!(
                "Up, from {} to {}. The rule adds where it should subtract.",
                decimals(&filter, 4),
                decimals(&source_filter_updated, 4)
            ),
        );
        Ok(())
    })?;

    page.section("Is it the gradient?");
    page.say(
        "Take the chain rule from the outside in. The squared error gives output − target, and not target − output. The ReLU \
         lets the gradient through only where the pre-activation is positive: its derivative, ReLU′, is 1 \
         there and 0 elsewhere, by convention also at 0. What is left is called `delta`. The filter collects it, times the \
         inputs that it met:",
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
    page.prove_gradient(&d_filter, &loss, &filter);
    page.say(
        "At a pre-activation of exactly 0 the ReLU has a kink, and the loss is a different polynomial on each side of it. \
         Whatever reaches such a kink is compared with the slopes from both sides. If both are equal to our entry, it holds \
         from both sides. That is so where the error is 0, for then the convention ReLU′(0) = 0 plays no role. Any other such \
         entry stands at the kink: it is what the convention gives.",
    );
    page.claim(
        Origin::Said("in the question, of what articles teach"),
        "The gradient of a filter is the convolution of the input with the error.",
        ClaimVerdict::under(
            "convolution means cross-correlation, and the error is output − target, passed through the ReLU's derivative",
            source_d_filter == d_filter,
            -&source_d_filter == d_filter,
        ),
        "With the learner's error, target − output, every entry that is not 0 has the wrong sign.",
    );
    page.answer(
        "at the end of the question",
        "What am I doing wrong?",
        "Only the sign is wrong in the process: the error has to be output − target, for it is the loss that should fall. With \
         another target the ReLU's derivative is missing, too. And in the worked example the second row of the gradients is \
         miscalculated.",
    );
    let filter_updated = page.show(
        "filter_updated = filter − learning_rate · d_filter",
        descend(&filter, &d_filter, &learning_rate),
    );

    page.section("Again and again");
    let source_d_filter_turned = convolve(&image, &source_error, Valid)?;
    let rate = to_f64(&DMatrix::from_element(1, 1, learning_rate.clone()))[0];
    let updates = usize::from(inputs.iterations);
    let run = |rule: &DMatrix<Traced>, rate: f64, updates: usize| {
        trajectory(&to_f64(&filter), &rate, updates, as_function(rule, &filter))
    };
    let runs = [
        run(&source_d_filter, rate, updates),
        run(&source_d_filter_turned, rate, updates),
        run(&d_filter, rate, updates),
        run(&d_filter, rate / 10.0, updates),
    ];
    let loss_at = as_function(&DMatrix::from_element(1, 1, loss.clone()), &filter);
    let losses = |run: &Vec<DMatrix<f64>>| run.iter().map(|filter| loss_at(filter)[0]).collect::<Vec<_>>();
    let [climbing, climbing_turned, falling_at_once, falling] = runs.each_ref().map(losses);
    let largest: Vec<_> = runs[0].iter().map(DMatrix::amax).collect();
    page.say(format!(
        "Here is the loss after each update, in double precision. First with the learner's rule; then with the same rule as a \
         literal convolution, where the error is turned by 180° before it slides, while the forward pass stays as it is; then \
         with the repaired rule, the gradient, at the same learning rate and at a tenth of it ({}).",
        decimal(rate / 10.0, 4)
    ));
    let row = |i: usize| {
        let losses = [climbing[i], climbing_turned[i], falling_at_once[i], falling[i]].map(Into::into);
        let [learners, turned, repaired, slowly] = losses;
        [i.into(), learners, turned, repaired, slowly, largest[i].into()]
    };
    page.table(
        "trajectory",
        [
            "update",
            "learner's rule",
            "as convolution",
            "repaired",
            "repaired, a tenth",
            "learner's largest weight",
        ],
        (0..=updates).map(row).collect(),
    );
    let is_finite = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
    if ![&climbing, &climbing_turned, &falling_at_once, &falling].into_iter().all(|run| is_finite(run)) {
        page.say(
            "Where the table says ∞, a number has grown beyond the range of doubles, and from there on it may be no number \
             at all: learning diverges.",
        );
    }
    let line = |label: &str, losses: &[f64]| {
        Line::new(label, losses.iter().enumerate().map(|(i, &loss)| (i as f64, loss)).collect())
    };
    page.figure(
        "loss_by_update",
        format!(
            "The loss by update on a logarithmic scale. With the learner's rule it goes from {} to {}, as a literal \
             convolution to {}; with the repaired rule at a tenth of the rate it goes to {}. A loss of 0 has no \
             logarithm and is not drawn.",
            decimal(&loss, 4),
            decimal(climbing[updates], 4),
            decimal(climbing_turned[updates], 4),
            decimal(falling[updates], 4)
        ),
        Chart::Lines {
            x: Axis::linear("update"),
            y: Axis::logarithmic("loss"),
            lines: vec![
                line("learner's rule", &climbing),
                line("learner's rule as convolution", &climbing_turned),
                line("repaired, a tenth of the rate", &falling),
            ],
        },
    );
    let first = |count: usize, losses: &[f64]| {
        losses.iter().take(count).map(|&loss| decimal(to_six_places(loss), 6)).collect::<Vec<_>>().join(", ")
    };
    page.headline(
        Origin::Said("in the question, of the gradients worked out by hand"),
        "They do not make the filter any better.",
        climbing[1] >= climbing[0],
        format!(
            "The sign is the bug: the learner's rule takes the loss through {} …, read as a literal convolution through \
             {} …; with the sign reversed and a learning rate of {} it goes through {} …. (With the full rate the first update \
             overshoots: it switches the ReLU off everywhere, and the loss is {} at once.)",
            first(4, &climbing),
            first(4, &climbing_turned),
            decimal(rate / 10.0, 4),
            first(3, &falling),
            decimal(falling_at_once[1], 4),
        ),
    );
    page.with_the_default_inputs(|page| {
        let factor = growth(&to_f64(&image), &runs[0][updates], rate);
        page.claim(
            Origin::Said("in the question, at its end"),
            "If the process is repeated, the weights go to extremely high values.",
            largest.windows(2).all(|pair| pair[1] > pair[0]),
            format!(
                "The largest weight grows with every update and is {} after {updates} updates; the last of them multiplied it by {}. \
                 As long as the same windows of the image stay positive, the factor tends to {} and that of the loss to its \
                 square, {}: 1 plus the learning rate times the largest eigenvalue of Σ xxᵀ, where x is such a window as a column.",
                decimal(largest[updates], 0),
                decimal(largest[updates] / largest[updates - 1], 3),
                decimal(factor, 3),
                decimal(factor * factor, 2)
            ),
        );
        Ok(())
    })?;

    page.section("What the filter learns instead");
    page.say("After one update along the true gradient the image passes forward again:");
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
    if loss_updated > loss {
        page.say(format!(
            "The loss has risen, though the filter moved against its gradient: this step was too long. After one at a tenth of \
             the learning rate it is {}.",
            decimal(falling[1], 4)
        ));
    }
    page.say(format!("After {MANY_UPDATES} updates at a tenth of the learning rate, in double precision:"));
    let slowly = run(&d_filter, rate / 10.0, MANY_UPDATES);
    let filter_settled = slowly[MANY_UPDATES].clone();
    if is_finite(filter_settled.as_slice()) {
        page.show("filter_settled", filter_settled.clone());
        if filter.nrows() > 1 {
            page.say(
                "Seen from above, this is the loss over two of the weights, the last one of the first row and the last one of \
                 the last row; the others are those of `filter_settled`. The darker, the higher; white is where it is lowest.",
            );
            let paths = [
                ("learner's rule", &runs[0][..]),
                ("repaired", &runs[2][..]),
                ("repaired, a tenth of the rate", &slowly[..]),
            ];
            page.figure(
                "loss_over_two_weights",
                format!(
                    "A map of the loss over two weights, with the paths of the updates. The first update takes the loss from \
                     {} to {} with the learner's rule, to {} with the repaired one and to {} at a tenth of the rate.",
                    decimal(&loss, 4),
                    decimal(climbing[1], 4),
                    decimal(falling_at_once[1], 4),
                    decimal(falling[1], 4)
                ),
                map(loss_at, &filter_settled, paths),
            );
        }
    } else {
        page.say("There is nothing to show: the weights have grown beyond the range of doubles. Learning diverges.");
    }
    page.claim(
        Origin::Said("in the question, on the target"),
        "With a target of zeros the weights should become zeros as well.",
        loss_updated != Exact::ZERO || filter_updated.iter().all(|weight| *weight == Exact::ZERO),
        format!(
            "The loss is {} at the weights {}: no window of the image has a positive sum of products with them, so all \
             outputs are 0, just as the target asks. With small steps the filter converges to {}. It is enough that no window \
             has a positive sum of products with the weights: that is the white plain on the map.",
            decimal(&loss_updated, 4),
            decimals(&filter_updated, 4),
            decimals(&filter_settled.map(to_six_places), 4),
        ),
    );
    page.say(
        "Where no window is positive, the ReLU answers 0 everywhere and passes no gradient back. The filter is dead: no \
         update moves it again, whatever the target. This is known as the dying ReLU. The Leaky ReLU avoids it with a small \
         slope in place of 0.",
    );

    page.section("Where the mask matters");
    page.say(
        "With a target of zeros the ReLU's derivative has no effect: where it is 0, the error is 0 already. With another \
         target it has one. Here is an image with a target of ones and a filter with a negative weight.",
    );
    let image_2 = page.show("image_2", literal("1 0 1; 0 0 1; 1 0 0"));
    let filter_2 = page.show("filter_2", literal("1 -2; 1/2 1"));
    let target_2 = page.show("target_2", literal("1 1; 1 1"));
    let pre_activation_2 =
        page.show("pre_activation_2 = image_2 ★ filter_2", cross_correlate(&image_2, &filter_2, Valid)?);
    let error_2 =
        page.show("error_2 = relu( pre_activation_2 ) − target_2", relu(&pre_activation_2) - &target_2);
    let passed_2 = page.show("passed_2 = ReLU′( pre_activation_2 )", relu_derivative(&pre_activation_2));
    let d_filter_unmasked =
        page.show("d_filter_unmasked = image_2 ★ error_2", cross_correlate(&image_2, &error_2, Valid)?);
    let d_filter_masked = page.show(
        "d_filter_masked = image_2 ★ ( error_2 ∘ passed_2 )",
        cross_correlate(&image_2, &error_2.component_mul(&passed_2), Valid)?,
    );
    let loss_2 =
        page.value("loss_2 = ½ · Σ( error_2 ∘ error_2 )", error_2.component_mul(&error_2).sum() / 2.into());
    page.prove_gradient(&d_filter_masked, &loss_2, &filter_2);
    page.claim(
        Origin::Implied("in the question, of what articles teach"),
        "The gradient needs no derivative of the ReLU.",
        ClaimVerdict::under(
            "the target is 0 wherever the pre-activation is not positive",
            d_filter_unmasked == d_filter_masked,
            -&source_d_filter == d_filter,
        ),
        format!(
            "Here leaving it out changes {} of the {} entries, and the masked ones are the proven ones.",
            d_filter_unmasked.iter().zip(&d_filter_masked).filter(|(a, b)| a != b).count(),
            d_filter_masked.len()
        ),
    );

    page.section("Exercises");
    page.exercise(
        "May you keep target − output as the error, if you add its gradient to the weights instead of subtracting it?",
        "Yes: the two changes of sign cancel. What does not work is to change one of them only.",
    );
    let slower = descend(&filter, &d_filter, &(learning_rate / 2.into()));
    let loss_slower = loss.at(&[(&filter, &slower)]);
    page.exercise(
        "Halve the learning rate. Is the loss 0 after one update?",
        format!(
            "{}: the weights become {}, and the loss {}.",
            if loss_slower == 0.into() { "Yes" } else { "No" },
            decimals(&slower, 4),
            decimal(&loss_slower, 4)
        ),
    );
    page.exercise(
        "For the image `1 0 1; 0 0 1; 1 0 0` and a target of zeros, write down all filters with a loss of 0: one inequality \
         for each window of the image.",
        "Each window X of the image asks for Σ X ∘ filter ≤ 0. That is filter[0,0] ≤ 0, filter[0,1] + filter[1,1] ≤ 0, \
         filter[1,0] ≤ 0 and filter[0,1] ≤ 0.",
    );
    page.exercise(
        "Give the filter a target that it already produces, its own `activation` (`--target`). What do the two \
         rules do, and why?",
        "Nothing at all: the error is 0, so both stand still.",
    );
    if page.has_the_default_inputs() {
        let filters: Vec<_> = runs[1].iter().skip(1).take(4).map(|filter| decimals(filter, 0)).collect();
        page.exercise(
            "Work out the first four updates of the learner's rule as a literal convolution. Do you know these numbers? And \
             would they change if the forward pass were a literal convolution, too?",
            format!(
                "The filters are {}: Fibonacci numbers. {}",
                filters.join(", then "),
                if runs[1].iter().all(|filter| *filter == rot180(filter)) {
                    "They would not change: each of these filters is its own rotation by 180°."
                } else {
                    "They would change, for not each of them is its own rotation by 180°."
                }
            ),
        );
    }
    page.numpy(include_str!("numpy/relu_filter_update.py"));
    Ok(())
}

fn to_six_places(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// All that could be meant by sliding the error over the image, each with its name.
fn readings(
    image: &DMatrix<Exact>,
    error: &DMatrix<Exact>,
) -> Result<Vec<(String, DMatrix<Exact>)>, ShapeError> {
    let mut readings = Vec::new();
    for (image_name, image) in orientations(image) {
        for (error_name, error) in orientations(error) {
            let sums = cross_correlate(&image, &error, Valid)?;
            let name = format!("the image {image_name}, the error {error_name}");
            readings.push((format!("{name}, with the sign changed"), -&sums));
            readings.push((name, sums));
        }
    }
    Ok(readings)
}

/// By what the learner's rule multiplies a filter in the long run, if the windows that are positive now stay so and the
/// target is 0.
fn growth(image: &DMatrix<f64>, filter: &DMatrix<f64>, rate: f64) -> f64 {
    let (rows, columns) = filter.shape();
    let mut sum = DMatrix::zeros(filter.len(), filter.len());
    for (i, j) in (0..=image.nrows() - rows).flat_map(|i| (0..=image.ncols() - columns).map(move |j| (i, j)))
    {
        let window = image.view((i, j), (rows, columns)).clone_owned();
        if window.dot(filter) > 0.0 {
            let window = window.reshape_generic(nalgebra::Dyn(filter.len()), nalgebra::Dyn(1));
            sum += &window * window.transpose();
        }
    }
    1.0 + rate * sum.symmetric_eigenvalues().max()
}

/// The loss over the last weights of the first and of the last row, with the paths of several runs.
fn map(
    loss_at: impl Fn(&DMatrix<f64>) -> DMatrix<f64>,
    settled: &DMatrix<f64>,
    paths: [(&str, &[DMatrix<f64>]); 3],
) -> Chart {
    let [first, last] = [(0, settled.ncols() - 1), (settled.nrows() - 1, settled.ncols() - 1)];
    let point = |filter: &DMatrix<f64>| (filter[first], filter[last]);
    // The whole way down, and how far one update goes in either direction.
    let seen = paths.iter().flat_map(|(_, run)| run.iter().take(2)).chain([settled]).map(point);
    let outside = (f64::INFINITY, f64::NEG_INFINITY);
    let widen = |(low, high): (f64, f64), at: f64| (low.min(at), high.max(at));
    let (x, y) = seen.fold((outside, outside), |(x, y), at| (widen(x, at.0), widen(y, at.1)));
    let margin = (x.1 - x.0).max(y.1 - y.0).max(0.1) / 2.0;
    let (from, to) = ((x.0 - margin, y.0 - margin), (x.1 + margin, y.1 + margin));
    let heights = DMatrix::from_fn(MAP, MAP, |row, column| {
        let at = |from: f64, to: f64, i: usize| from + (to - from) * (i as f64 + 0.5) / MAP as f64;
        // What tends to 0 is 0, so that the lowest plain is one.
        let mut filter = settled.map(to_six_places);
        (filter[first], filter[last]) = (at(from.0, to.0, column), at(from.1, to.1, row));
        loss_at(&filter)[0]
    });
    let lines = paths.map(|(label, run)| Line::new(label, run.iter().map(point).collect()));
    let (x, y) = (Axis::linear("last weight of the first row"), Axis::linear("last weight of the last row"));
    Chart::Landscape { x, y, name: "loss", heights, from, to, lines: lines.into() }
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
