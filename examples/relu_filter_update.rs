//! A ReLU filter that refuses to learn: where the sign went wrong, and what it learns once that is mended.

use clap::Args;
use nalgebra::DMatrix;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, Topic, Unusable, matrix, number};
use worked_examples::math::Padding::Valid;
use worked_examples::math::{
    ShapeError, Window, cross_correlate, descend, orientations, relu, relu_derivative, relu_filter_gradient,
    rot180, slopes, squared_error, to_f64,
};
use worked_examples::notebook::{
    Axis, Chart, ClaimVerdict, Line, Page, Told, Value, decimal, decimals, entries, literal, printed,
    write_matrix,
};

/// What is given.
#[derive(Args, PartialEq)]
pub struct Inputs {
    /// The input of the layer
    #[arg(long, value_parser = matrix, allow_hyphen_values = true, value_name = "MATRIX")]
    #[arg(default_value = "1 0 1; 0 0 1; 1 0 0")]
    pub image: DMatrix<Exact>,
    /// The filter's weights before learning
    #[arg(long, value_parser = matrix, allow_hyphen_values = true, value_name = "MATRIX")]
    #[arg(default_value = "1 0; 0 1")]
    pub filter: DMatrix<Exact>,
    /// What the layer should answer
    #[arg(long, value_parser = matrix, allow_hyphen_values = true, value_name = "MATRIX")]
    #[arg(default_value = "0 0; 0 0")]
    pub target: DMatrix<Exact>,
    /// How far the filter moves in one update; the repaired rule is also shown at a tenth of it
    #[arg(long, value_parser = number, allow_hyphen_values = true, value_name = "NUMBER", default_value = "1")]
    pub learning_rate: Exact,
    /// How many updates the trajectories show, at most 50
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=50))]
    pub iterations: u8,
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "relu_filter_update",
    title: "The filter that never learns",
    question: "A filter followed by a ReLU is updated again and again, and its weights run away. What is wrong?",
    minutes: 45,
    requires: "cross-correlation of small matrices, the squared error, the chain rule",
    code: include_str!("relu_filter_update.rs"),
    asks: &[
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
    check,
    vary,
    tell,
};

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let output = Window::from(Valid)
        .output_shape(inputs.image.shape(), inputs.filter.shape())
        .map_err(|error| Unusable::option("--filter", error))?;
    ShapeError::unless_equal("error", ("target", inputs.target.shape()), ("output", output))
        .map_err(|error| Unusable::option("--target", error))?;
    cli::expect_little_effort(&[
        ("--image", &inputs.image),
        ("--filter", &inputs.filter),
        ("--target", &inputs.target),
    ])
}

fn vary(draw: &mut Draw) -> Inputs {
    Inputs {
        image: draw.matrix(3, 3, 0..=2),
        filter: draw.matrix(2, 2, -1..=2),
        target: draw.matrix(2, 2, 0..=2),
        learning_rate: draw.tenths(1..=2),
        iterations: 8,
    }
}

/// The source works with whole numbers.
const PLACES: usize = 0;
/// What it prints, where a later step has to start from it.
const D_FILTER: &str = "-1 -1; 1 0";
/// After so many updates nothing moves any more within the decimals shown.
const MANY_UPDATES: usize = 1000;

/// From a filter to what an update takes away, times the learning rate.
type Rule<'a> = dyn Fn(&DMatrix<f64>) -> Result<DMatrix<f64>, ShapeError> + 'a;

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { image, filter, target, learning_rate, iterations } = inputs;
    let rate = decimal(learning_rate, 4);

    page.section("What is given");
    page.say(
        "One layer: a filter slides over an image, a ReLU cuts off what is negative. The layer should answer with \
         the target. The learner who asks, here called the source, has computed everything by hand and finds that \
         the filter gets worse. In formulas `⋆` is cross-correlation: what stands on the right slides, as it is, \
         over what stands on the left; `∘` multiplies entry by entry. Rows and columns are counted from 0.",
    );
    page.given("image", image);
    page.given("filter", filter);
    page.given("target", target);
    page.given_number("learning_rate", learning_rate);
    page.given_number("iterations", &Exact::from_integer((*iterations).into()));
    page.say("The loss is half the squared error:");
    page.formula(
        r"E = \tfrac12 \sum_{i,j} (\text{activation}_{ij} - \text{target}_{ij})^2",
        "E = ½ Σ (activation − target)²",
    );

    page.section("Forward");
    let pre_activation = cross_correlate(image, filter, Valid)?;
    page.show("pre_activation", &pre_activation)
        .equals("image ⋆ filter")
        .as_sums_of_products(cross_correlate(&entries("image", image), &entries("filter", filter), Valid)?);

    page.claim(
        "Whether the filter is turned before it slides makes no difference to the first answer.",
        rot180(filter) == *filter,
        "This filter is its own rotation by 180°, so convolution and cross-correlation agree. The source leaves \
         open which it means; from here on it is cross-correlation. After an update the two may differ.",
    );
    page.say("Negative entries become 0, the others stay:");
    let activation = relu(&pre_activation);
    page.show("activation", &activation)
        .equals("relu( pre_activation )")
        .printed(printed("1 1; 0 0", PLACES));

    let loss = squared_error(&activation, target)?;
    page.value("loss", &loss);

    page.section("The rule that climbs");
    page.say(
        "The learner takes target − output as the error, cross-correlates the image with it, and subtracts:",
    );
    let source_error = target - &activation;
    page.show("source_error", &source_error)
        .equals("target − activation")
        .printed(printed("-1 -1; 0 0", PLACES));

    let source_d_filter = cross_correlate(image, &source_error, Valid)?;
    page.show("source_d_filter", &source_d_filter).equals("image ⋆ source_error").as_sums_of_products(
        cross_correlate(&entries("image", image), &entries("source_error", &source_error), Valid)?,
    );

    page.about_the_source(|page| {
        let mut readings = Vec::new();
        for (image_name, image) in orientations(image) {
            for (error_name, error) in orientations(&source_error) {
                let sums = cross_correlate(&image, &error, Valid)?;
                let name = format!("the image {image_name}, the error {error_name}");
                readings.push((format!("{name}, with the sign changed"), -&sums));
                readings.push((name, sums));
            }
        }
        let tried = readings.len();
        let reproducing = readings.iter().filter(|(_, sums)| *sums == literal(D_FILTER)).count();
        page.audit("source_d_filter", printed(D_FILTER, PLACES).readings(readings));

        let zero = Exact::default();
        let [negative_inputs, positive_errors] =
            [image.iter().filter(|x| **x < zero).count(), source_error.iter().filter(|x| **x > zero).count()];
        page.claim(
            "The printed gradient is the image slid over by the error.",
            reproducing > 0,
            format!(
                "The image has {negative_inputs} negative entries and the error {positive_errors} positive ones, \
                 so all sums of their products have one sign, while the printed matrix mixes two. And indeed \
                 {reproducing} of {tried} readings give it: all rotations, transpositions and flips of both \
                 matrices, with and without the sign.",
            ),
        );
        Ok(())
    })?;

    let source_filter_updated = descend(filter, &source_d_filter, learning_rate);
    page.show("source_filter_updated", &source_filter_updated)
        .equals(&format!("filter − {rate} · source_d_filter"));

    page.about_the_source(|page| {
        let redone = descend(filter, &literal(D_FILTER), learning_rate);
        page.audit(
            "source_filter_updated",
            printed("2 1; -1 1", PLACES).carried("the printed gradient", redone),
        );
        Ok(())
    })?;
    page.about_the_source(|page| {
        page.ask(
            "Both non-zero errors say: the output is too large. Which way did the weights go?",
            format!(
                "Up, from {} to {}. The rule adds where it should take away.",
                write_matrix(filter),
                write_matrix(&source_filter_updated)
            ),
        );
        Ok(())
    })?;

    page.section("Is it the gradient?");
    page.say(
        "The chain rule, from the outside in: the squared error gives output − target, the other way round than \
         the learner's error. The ReLU passes on only what had been positive. The filter collects what is left, \
         times the inputs it met.",
    );
    page.formula(
        r"\frac{\partial E}{\partial \text{filter}} = \text{image} \star \big((\text{activation} - \text{target}) \circ \text{ReLU}'(\text{pre\_activation})\big)",
        "∂E/∂filter = image ⋆ ((activation − target) ∘ ReLU′(pre_activation))",
    );
    let delta = (&activation - target).component_mul(&relu_derivative(&pre_activation));
    page.show("delta", &delta).equals("( activation − target ) ∘ ReLU′( pre_activation )");

    let d_filter = cross_correlate(image, &delta, Valid)?;
    page.show("d_filter", &d_filter)
        .equals("image ⋆ delta")
        .as_sums_of_products(cross_correlate(&entries("image", image), &entries("delta", &delta), Valid)?)
        .proven(&slopes(filter, |filter| {
            squared_error(&relu(&cross_correlate(image, filter, Valid)?), target)
        })?);
    page.say(
        "Where a pre-activation is exactly 0 the ReLU has its kink, and the loss is another polynomial on either \
         side of it. A central difference mixes the two, and is not the slope even where both sides agree. Entries \
         that reach such a pre-activation are reported with the limits of the slope from both sides; where these \
         differ, ReLU′(0) = 0 is a convention. All others are proven by equality of fractions.",
    );

    page.claim(
        "The gradient of the filter is the image slid over by the error.",
        ClaimVerdict::under(
            "the error is output − target, passed through the ReLU's derivative, and nothing is turned",
            source_d_filter == d_filter,
            -&source_d_filter == d_filter,
        ),
        "With the learner's error, target − output, every entry that is not 0 has the wrong sign.",
    );

    let filter_updated = descend(filter, &d_filter, learning_rate);
    page.show("filter_updated", &filter_updated).equals(&format!("filter − {rate} · d_filter"));

    page.section("Again and again");
    let [image_f64, target_f64] = [image, target].map(to_f64);
    let climb = |filter: &DMatrix<f64>| {
        let activation = relu(&cross_correlate(&image_f64, filter, Valid)?);
        cross_correlate(&image_f64, &(&target_f64 - activation), Valid)
    };
    let climb_turned = |filter: &DMatrix<f64>| {
        let activation = relu(&cross_correlate(&image_f64, filter, Valid)?);
        cross_correlate(&image_f64, &rot180(&(&target_f64 - activation)), Valid)
    };
    let repaired = |filter: &DMatrix<f64>| relu_filter_gradient(&image_f64, filter, &target_f64);
    let rate_f64 = Value::from(learning_rate).to_f64();
    let trajectory = |rule: &Rule, rate: f64| {
        let mut filters = vec![to_f64(filter)];
        for update in 0..usize::from(*iterations) {
            filters.push(descend(&filters[update], &rule(&filters[update])?, &rate));
        }
        let loss = |filter: &DMatrix<f64>| {
            squared_error(&relu(&cross_correlate(&image_f64, filter, Valid)?), &target_f64)
        };
        let losses = filters.iter().map(loss).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, ShapeError>((filters, losses))
    };
    let (climbing_filters, climbing) = trajectory(&climb, rate_f64)?;
    let (_, climbing_turned) = trajectory(&climb_turned, rate_f64)?;
    let (_, falling_at_once) = trajectory(&repaired, rate_f64)?;
    let (_, falling) = trajectory(&repaired, rate_f64 / 10.0)?;
    let largest: Vec<_> = climbing_filters.iter().map(DMatrix::amax).collect();
    page.say(format!(
        "The loss after each update, in double precision: the learner's rule; the same rule with a literal \
         convolution, the error turned by 180° before it slides; and the repaired rule, with the gradient, at the \
         same learning rate and at a tenth of it ({}).",
        decimal(rate_f64 / 10.0, 4)
    ));
    let rows = (0..=usize::from(*iterations)).map(|i| {
        [
            i.into(),
            climbing[i].into(),
            climbing_turned[i].into(),
            falling_at_once[i].into(),
            falling[i].into(),
            largest[i].into(),
        ]
    });
    page.table(
        "trajectory",
        ["update", "learner's rule", "as convolution", "repaired", "repaired, a tenth", "largest weight"],
        rows.collect(),
    );
    let line = |label: &str, losses: &[f64]| {
        Line::new(label, losses.iter().enumerate().map(|(i, &loss)| (i as f64, loss)).collect())
    };
    page.figure(
        "loss_by_update",
        format!(
            "The loss by update on a logarithmic scale. With the learner's rule it goes from {} to {}, read as \
             convolution to {}; with the repaired rule at a tenth of the rate it goes to {}. A loss of 0 has no \
             logarithm and is not drawn.",
            decimal(&loss, 4),
            decimal(climbing[usize::from(*iterations)], 4),
            decimal(climbing_turned[usize::from(*iterations)], 4),
            decimal(falling[usize::from(*iterations)], 4)
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
        let rounded = losses.iter().take(count).map(|loss| decimal((loss * 1e5).round() / 1e5, 5));
        rounded.collect::<Vec<_>>().join(", ")
    };
    page.headline(
        "Taking the error times the inputs from the weights makes the filter better.",
        climbing[1] < climbing[0],
        format!(
            "The sign is the bug: the learner's rule takes the loss through {} …, read as a literal convolution \
             through {} …; with the sign turned round it is {} after one update, and with a learning rate of {} it \
             goes through {} ….",
            first(4, &climbing),
            first(4, &climbing_turned), decimal(falling_at_once[1], 4),
            decimal(rate_f64 / 10.0, 4),
            first(3, &falling)
        ),
    );
    let growth = |i: usize| decimal(largest[i] / largest[i - 1], 3);
    page.claim(
        "Repeated, the rule drives the weights to extremely high values.",
        largest.windows(2).all(|pair| pair[1] > pair[0]),
        format!(
            "The largest weight grows with every update, at the end by a factor of {} each time, and is {} after \
             {iterations} updates.",
            growth(usize::from(*iterations)),
            decimal(largest[usize::from(*iterations)], 0)
        ),
    );

    page.section("What the filter learns instead");
    page.say("After one update along the true gradient the image passes forward again:");
    let pre_activation_updated = cross_correlate(image, &filter_updated, Valid)?;
    page.show("pre_activation_updated", &pre_activation_updated)
        .equals("image ⋆ filter_updated")
        .as_sums_of_products(cross_correlate(
            &entries("image", image),
            &entries("filter_updated", &filter_updated),
            Valid,
        )?);

    let activation_updated = relu(&pre_activation_updated);
    page.show("activation_updated", &activation_updated).equals("relu( pre_activation_updated )");

    let loss_updated = squared_error(&activation_updated, target)?;
    page.value("loss_updated", &loss_updated);

    page.say(format!(
        "And after {MANY_UPDATES} updates at a tenth of the learning rate, in double precision:"
    ));
    let filter_settled = (0..MANY_UPDATES).try_fold(to_f64(filter), |filter, _| {
        let gradient = relu_filter_gradient(&image_f64, &filter, &target_f64)?;
        Ok::<_, ShapeError>(descend(&filter, &gradient, &(rate_f64 / 10.0)))
    })?;
    page.show("filter_settled", &filter_settled);

    let is_zero = |filter: &DMatrix<Exact>| filter.iter().all(|weight| *weight == Exact::default());
    page.claim(
        "With a target of zeros the weights have to become zero.",
        loss_updated != Exact::default() || is_zero(&filter_updated),
        format!(
            "The loss is {} at the weights {}: no window of the image has a positive sum of products with them, \
             the ReLU answers 0 everywhere and passes no gradient any more. The filter is dead, which is just what \
             the target asks for. Small steps tend to {}. The condition is only that the sum of products of every \
             image window with the weights is at most 0.",
            decimal(&loss_updated, 4),
            write_matrix(&filter_updated),
            decimals(&filter_settled.map(|weight| (weight * 1e6).round() / 1e6), 4),
        ),
    );

    page.section("Where the mask matters");
    page.say(
        "With a target of zeros the ReLU's derivative is idle: where it is 0, the error is 0 already. With another \
         target it is not. Here is the source's image with a target of ones and a filter with a negative weight.",
    );
    let [image_2, filter_2, target_2] = ["1 0 1; 0 0 1; 1 0 0", "1 -2; 1/2 1", "1 1; 1 1"].map(literal);
    let pre_activation_2 = cross_correlate(&image_2, &filter_2, Valid)?;
    page.show("pre_activation_2", &pre_activation_2);

    let error_2 = relu(&pre_activation_2) - &target_2;
    page.show("error_2", &error_2);

    let passed_2 = relu_derivative(&pre_activation_2);
    page.show("passed_2", &passed_2);

    let d_filter_unmasked = cross_correlate(&image_2, &error_2, Valid)?;
    page.show("d_filter_unmasked", &d_filter_unmasked);

    let d_filter_masked = cross_correlate(&image_2, &error_2.component_mul(&passed_2), Valid)?;
    page.show("d_filter_masked", &d_filter_masked).proven(&slopes(&filter_2, |filter| {
        squared_error(&relu(&cross_correlate(&image_2, filter, Valid)?), &target_2)
    })?);
    page.claim(
        "The gradient needs no derivative of the ReLU.",
        ClaimVerdict::under(
            "the target is 0 wherever the pre-activation is not positive",
            d_filter_unmasked == d_filter_masked,
            -&source_d_filter == d_filter,
        ),
        format!(
            "Here leaving it out changes {} of the {} entries, and the finite differences agree with the masked \
             ones.",
            d_filter_unmasked.iter().zip(&d_filter_masked).filter(|(a, b)| a != b).count(),
            d_filter_masked.len()
        ),
    );

    page.section("Exercises");
    let slower = descend(filter, &d_filter, &(learning_rate / Exact::from_integer(2.into())));
    let loss_slower = squared_error(&relu(&cross_correlate(image, &slower, Valid)?), target)?;
    page.exercise(
        "Halve the learning rate. Is the loss 0 after one update?",
        format!(
            "{}: the weights become {}, and the loss {}.",
            if loss_slower == Exact::default() { "Yes" } else { "No" },
            write_matrix(&slower),
            decimal(&loss_slower, 4)
        ),
    );
    page.exercise(
        "Write down all filters for which the source's image and target have no loss: one inequality for each \
         window of the image.",
        "Each window X of the image asks for Σ X ∘ filter ≤ 0. For `1 0 1; 0 0 1; 1 0 0` that is filter[0,0] ≤ 0, \
         filter[0,1] + filter[1,1] ≤ 0, filter[1,0] ≤ 0 and filter[0,1] ≤ 0.",
    );
    page.exercise(
        "Give the filter a target that it answers already, its own `activation`, with `--target`. What do the two rules \
         do, and why?",
        "Nothing at all: the error is 0, so both stand still.",
    );
    Ok(())
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
