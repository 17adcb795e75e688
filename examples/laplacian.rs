//! From the definition of a slope to the Laplacian kernel, and where each response belongs.

use clap::Args;
use nalgebra::DMatrix;
use num_traits::{Signed, Zero};
use std::error::Error;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, KnownMistake, Photograph, Topic, Unusable, matrix, photograph};
use worked_examples::math::Padding::{Full, Same, Valid};
use worked_examples::math::{
    Border, Polynomial, Stencil, Window, argmax, bordered, convolve, cross_correlate, hessian,
    order_of_accuracy, rot180, to_f64,
};
use worked_examples::notebook::{
    Axis, Chart, ClaimVerdict, Field, Line, Origin, Page, Told, Traced, Value, decimal, decimals, exact,
    literal, positions, printed, write_matrix, write_number,
};

#[path = "laplacian/picture.rs"]
mod picture;

/// What is given.
#[derive(Args, PartialEq)]
pub struct Inputs {
    /// A function sampled at 0, 1, 2 …: a row of at least 3 numbers
    #[arg(long, value_parser = matrix, default_value = "0 1 8 27 64 125")]
    pub samples: DMatrix<Exact>,
    /// A small image, at least 3×3
    #[arg(long, value_parser = matrix)]
    #[arg(default_value = "2 2 2 8 9 10; 2 2 2 8 9 10; 2 7 2 8 9 10; 2 2 2 8 9 10; 2 2 2 8 9 10")]
    pub image: DMatrix<Exact>,
    /// What stands outside of the image, named as in SciPy's ndimage: nothing (valid), zeros (its constant), the image
    /// mirrored with its edge (reflect) or without it (mirror), its edge again (nearest), its other side (wrap)
    #[arg(long, default_value = "valid")]
    #[arg(value_parser = ["valid", "zero", "reflect", "nearest", "mirror", "wrap"])]
    pub border: String,
    /// A photograph to filter: a PNG file of at least 3×3 pixels, grey or in colour [default: drawn by a formula]
    #[arg(long, value_parser = photograph, value_name = "PATH.png")]
    pub picture: Option<Photograph>,
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "laplacian",
    title: "Where the Laplacian kernel comes from",
    question: "Why does the kernel 0 1 0 / 1 −4 1 / 0 1 0 compute a sum of second derivatives?",
    source: Some(
        "On a question-and-answer site somebody asks how the formula behind the Laplacian filter comes about, and \
         an answer derives the kernel from the definition of the derivative. What the two say is tested here, claim \
         by claim.",
    ),
    lesson: "How a second derivative becomes three numbers in a row, how two such rows become the kernel that finds edges in a \
         picture, and how exact it is.",
    minutes: 45,
    requires: "the derivative as the limit of a slope, what a kernel sliding over an image computes",
    code: include_str!("laplacian.rs"),
    blanks: &[
        "difference",
        "first_difference",
        "second",
        "second_difference",
        "kernel_x",
        "kernel_y",
        "kernel",
        "across",
        "down",
        "response",
    ],
    gives: &[],
    mistakes: &[
        KnownMistake {
            name: "kernel",
            kind: "neighbours",
            equation: "[ 1 1 1; 1 -8 1; 1 1 1 ]",
            instead: "take the four neighbours along rows and columns, and not the eight around",
        },
        KnownMistake {
            name: "across",
            kind: "axes",
            equation: "image ★ kernel_y",
            instead: "kernel_x looks along the rows: this is the other direction",
        },
        KnownMistake {
            name: "down",
            kind: "axes",
            equation: "image ★ kernel_x",
            instead: "kernel_y looks along the columns: this is the other direction",
        },
        KnownMistake {
            name: "kernel",
            kind: "sign",
            equation: "[ 0 1 0; 1 4 1; 0 1 0 ]",
            instead: "the middle is −4: a constant image has to give 0",
        },
        KnownMistake {
            name: "response",
            kind: "sign",
            equation: "image ∗ [ 0 1 0; 1 4 1; 0 1 0 ]",
            instead: "the middle of the kernel is −4: a constant image has to give 0",
        },
        KnownMistake {
            name: "response",
            kind: "scaled",
            equation: "image ∗ kernel / 4",
            instead: "multiply by 4: this is a quarter of the Laplacian, as Octave's del2 has it",
        },
        KnownMistake {
            name: "response",
            kind: "neighbours",
            equation: "image ∗ [ 1 1 1; 1 -8 1; 1 1 1 ]",
            instead: "take the four neighbours along rows and columns, and not the eight around",
        },
        another_border("image ∗ kernel"),
        another_border("zero( image ) ∗ kernel"),
        another_border("reflect( image ) ∗ kernel"),
        another_border("nearest( image ) ∗ kernel"),
        another_border("mirror( image ) ∗ kernel"),
        another_border("wrap( image ) ∗ kernel"),
    ],
    check,
    vary,
    tell,
};

/// The response with a border that was not asked for.
const fn another_border(equation: &'static str) -> KnownMistake {
    KnownMistake {
        name: "response",
        kind: "border",
        equation,
        instead: "take the border that is asked for: this is the response with another one, see the table of borders",
    }
}

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let (rows, columns) = inputs.samples.shape();
    if rows != 1 || columns < 3 {
        let why = format!("given {rows}×{columns}, expected one row of at least 3 numbers");
        return Err(Unusable::option("--samples", why));
    }
    let fits = |option, (rows, columns)| match Window::from(Valid).output_shape((rows, columns), (3, 3)) {
        Ok(_) => Ok(()),
        Err(_) => Err(Unusable::option(option, format!("given {rows}×{columns}, expected at least 3×3"))),
    };
    fits("--image", inputs.image.shape())?;
    inputs.picture.as_ref().map_or(Ok(()), |picture| fits("--picture", picture.grey.shape()))
}

fn vary(draw: &mut Draw) -> Option<Inputs> {
    Some(Inputs {
        samples: draw.matrix(1, 6, -9..=9),
        image: draw.matrix(5, 6, 0..=9),
        border: "valid".to_owned(),
        picture: None,
    })
}

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let [zero, one, two] = [0, 1, 2].map(whole);

    page.section("What is given");
    page.say(
        "The Laplacian of a function is the sum of its second derivatives along x and along y. It measures how far \
         a point lies below the average of its surroundings. An image is a function too, but one that is known only \
         at whole pixels, so its derivatives have to be made from differences of pixels. That is all there is to \
         the famous kernel.",
    );
    page.formula(
        r"\Delta f = \frac{\partial^2 f}{\partial x^2} + \frac{\partial^2 f}{\partial y^2} \qquad f'(x) = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}",
        "Δf = ∂²f/∂x² + ∂²f/∂y²,   f′(x) = lim (f(x + h) − f(x)) / h  for h → 0",
    );
    page.say(
        "Two things are given to work with: the values of a function at x = 0, 1, 2 …, called `samples`, and a \
         small image. Rows and columns are counted from 0.",
    );
    let samples = page.given("samples", &inputs.samples);
    let image = page.given("image", &inputs.image);
    page.given_text("border", &inputs.border);

    page.section("The slope between two pixels");
    page.say(
        "The smallest distance h on a grid is 1. Put h = 1, leave out the limit, and the slope becomes a \
         difference of neighbours:",
    );
    page.formula(r"f'(x) \approx f(x+1) - f(x)", "f′(x) ≈ f(x+1) − f(x)");
    page.say(
        "`difference` holds the weights of f(x) and f(x+1). It slides along the samples (★, a cross-correlation), and \
         wherever it fits entirely, weights times samples are added up.",
    );
    let difference = page.show("difference", literal("-1 1"));
    let first_difference =
        page.show("first_difference = samples ★ difference", cross_correlate(&samples, &difference, Valid)?);
    page.say(
        "But where does each of these slopes belong: to x, or to the middle between the two pixels? Try it on f(x) \
         = x³, whose slope 3x² is known.",
    );
    page.table("slopes", ["x", "f(x+1) − f(x)", "slope at x", "slope at x + ½"], slopes_of_the_cube());
    page.say(
        "The difference misses the slope at x by more and more. It misses the slope in the middle by the same \
         little everywhere.",
    );

    page.section("The slope of the slope");
    page.say("The second derivative is the derivative of the derivative, so it becomes a difference of differences.");
    page.formula(
        r"\begin{aligned} f'(x) &\approx f(x+1) - f(x) \\ f'(x+1) &\approx f(x+2) - f(x+1) \\ f''(x) &\approx f'(x+1) - f'(x) \\ &\approx f(x+2) - f(x+1) - f(x+1) + f(x) \\ &= f(x+2) - 2 f(x+1) + f(x) \end{aligned}",
        "f′(x)   ≈ f(x+1) − f(x)\nf′(x+1) ≈ f(x+2) − f(x+1)\nf″(x)   ≈ f′(x+1) − f′(x)\n        ≈ f(x+2) − f(x+1) − f(x+1) + f(x)\n        = f(x+2) − 2·f(x+1) + f(x)",
    );
    page.say(
        "Now write it as weights of f(x), f(x+1) and f(x+2). The slope at x does not use the third sample, and the \
         slope at x + 1 does not use the first, so a 0 is added to each.",
    );
    let slope_at_x = page.show("slope_at_x", difference.clone().insert_column(2, Traced::zero()));
    let slope_at_next = page.show("slope_at_next", difference.clone().insert_column(0, Traced::zero()));
    let second = page.show("second = slope_at_next − slope_at_x", &slope_at_next - &slope_at_x);
    page.say("Now apply it to the samples: first in two steps, and then in one step with these weights.");
    let difference_of_difference = page.show(
        "difference_of_difference = first_difference ★ difference",
        cross_correlate(&first_difference, &difference, Valid)?,
    );
    let second_difference =
        page.show("second_difference = samples ★ second", cross_correlate(&samples, &second, Valid)?);
    let bends = cross_correlate(&literal("0 1 8 27 64").map(Traced::from), &second, Valid)?;
    let weights = listed(&second);
    page.claim(
        Origin::Said("in its derivation"),
        "The derivative of the derivative is f(x+2) − 2·f(x+1) + f(x).",
        ClaimVerdict::under(
            "each derivative is replaced by a difference of neighbours",
            exact(&bends)? == literal("0 6 12"),
            second_difference == difference_of_difference,
        ),
        format!(
            "The weights come out as {weights}, and on the samples both ways give {}. How close that is to the second \
             derivative is the question of the next sections.",
            listed(&second_difference)
        ),
    );
    page.answer(
        "in the question",
        "How does one arrive at the formula for the second derivative?",
        "Take the difference of neighbours twice. What is left to understand is where its result belongs, and how \
         exact it is.",
    );
    page.ask(
        format!(
            "From 0, 1, 8, 27 and 64, the values of x³ at x = 0 to 4, these weights make {}. The second derivative \
             is 6x. At which x does it have these values?",
            listed(&bends)
        ),
        format!(
            "At x = {}: each value belongs one pixel to the right of the x it was computed for.",
            listed(&bends.map(|bend| bend / 6.into()))
        ),
    );

    page.section("Why: Taylor");
    page.say(
        "Close to x, most functions that one meets can be put together from their value and their derivatives at x, \
         each times a power of the distance and a fixed factor (Taylor's expansion). Samples may also lie closer \
         together than 1, so let h be their distance again:",
    );
    page.formula(
        r"f(x \pm h) = f(x) \pm h\, f'(x) + \frac{h^2}{2} f''(x) \pm \frac{h^3}{6} f'''(x) + \frac{h^4}{24} f''''(x) \pm \dots",
        "f(x ± h) = f(x) ± h·f′(x) + h²/2·f″(x) ± h³/6·f‴(x) + h⁴/24·f⁗(x) ± …",
    );
    page.say(
        "Put this into the differences, and see what is left over besides the derivative. Each difference stands here \
         twice: once “at x”, which means that its first pixel lies at x, and once “in the middle”, which means that \
         the middle of its pixels does. Four lines tell it all:",
    );
    page.formula(
        r"\begin{aligned} \frac{f(x+h) - f(x)}{h} &= f'(x) + \frac{h}{2} f''(x) + \dots \\ \frac{f(x+h/2) - f(x-h/2)}{h} &= f'(x) + \frac{h^2}{24} f'''(x) + \dots \\ \frac{f(x+2h) - 2 f(x+h) + f(x)}{h^2} &= f''(x) + h\, f'''(x) + \dots \\ \frac{f(x+h) - 2 f(x) + f(x-h)}{h^2} &= f''(x) + \frac{h^2}{12} f''''(x) + \dots \end{aligned}",
        "(f(x+h) − f(x)) / h              = f′(x) + h/2·f″(x) + …\n(f(x+h/2) − f(x−h/2)) / h        = f′(x) + h²/24·f‴(x) + …\n(f(x+2h) − 2·f(x+h) + f(x)) / h² = f″(x) + h·f‴(x) + …\n(f(x+h) − 2·f(x) + f(x−h)) / h²  = f″(x) + h²/12·f⁗(x) + …",
    );
    page.say(
        "The first leftover term says where a result belongs. f′(x) + h/2·f″(x) is how f′(x + h/2) begins: the \
         first difference is the slope half a pixel to the right. f″(x) + h·f‴(x) is how f″(x + h) begins: the \
         second difference belongs one pixel to the right. In the middle, all terms with odd powers of h cancel. \
         Here are the factors of all terms up to the fourth derivative, worked out in fractions for h = 1. (With \
         samples h apart, the factor of the k-th derivative is multiplied by hᵏ⁻¹ in the rows of a first \
         derivative, and by hᵏ⁻² in the others.)",
    );
    let formulas = formulas();
    page.table(
        "taylor",
        ["formula", "f", "f′", "f″", "f‴", "f⁗"],
        formulas.each_ref().map(taylor_row).into(),
    );
    page.say(
        "The Laplacian does the same along x and along y: its row shows the terms along x. Two things can be read \
         off. A polynomial of degree d has no derivative beyond the d-th. So if the first leftover term holds the \
         k-th derivative, the formula is exact up to degree k − 1. And if that term has the factor hᵖ, the error is \
         of order p: for small h, halving h divides it by about 2ᵖ, as long as the derivative in that term is not 0.",
    );

    page.section("How exact?");
    let known = formulas.each_ref().map(|formula| decimal(formula.known, 0).replace('-', "−"));
    page.say(format!(
        "Does this show in numbers? Here is the size of the error, without its sign and in thousandths, on f(x, y) = \
         1 / (x·y) at x = y = 1. There the first derivative along x is {}, the second is {}, and the Laplacian is {}. \
         The first four columns go along x and leave y at 1.",
        known[0], known[2], known[4]
    ));
    page.table(
        "errors",
        ["h", "first at x", "first in middle", "second at x", "second in middle", "Laplacian"],
        errors_by_step(&formulas),
    );
    let measured = formulas.each_ref().map(Formula::measured_orders);
    let last = measured.each_ref().map(|orders| orders[orders.len() - 1]);
    let factors = last.map(|order| decimal(order.exp2(), 2));
    page.ask(
        "In the last row h is halved once more. By which factor does each error fall, and which order is that?",
        format!(
            "By {} from left to right: about 2 (order 1) for the results at x, about 4 (order 2) for those in the \
             middle. More exactly, the order is the logarithm to base 2: log₂ {} = {}.",
            factors.join(", "),
            factors[0],
            decimal(last[0], 2)
        ),
    );
    page.say(format!(
        "The measured order is the logarithm to base 2 of the factor by which the error falls from one row to the \
         next. It comes closer to a whole number from row to row: for the second difference at x it is {}. For the \
         Laplacian the degree counts in each variable.",
        measured[2].iter().map(|&order| decimal(order, 2)).collect::<Vec<_>>().join(", ")
    ));
    page.table(
        "orders",
        ["formula", "exact up to degree", "order of its error", "measured in the last two rows"],
        formulas.iter().zip(last).map(order_row).collect(),
    );
    let measured = last.map(|order| decimal(order, 2));
    let slopes: Vec<_> =
        formulas.iter().zip(&measured).map(|(f, order)| format!("{} {order}", f.name)).collect();
    page.figure(
        "error_by_step",
        format!(
            "The error against the distance h between the samples, both logarithmic: nearly straight lines. Their \
             slopes at the left end: {}. Two thin lines of slope 1 and 2 to compare them with. At the right end the \
             second difference at x and the Laplacian have the same error.",
            slopes.join("; ")
        ),
        error_chart(&formulas),
    );
    let [first, first_in_middle, at_x, in_middle, laplacian] = &formulas;
    page.claim(
        Origin::Said("on the grid"),
        "The smallest h is 1, so the derivative is f(x+1) − f(x).",
        ClaimVerdict::under(
            "f is a straight line, or the result is put at x + ½ and f is a parabola",
            first.errors[0] == zero,
            (first.degree, first_in_middle.degree) == (1, 2),
        ),
        format!(
            "At x the difference is exact up to degree {}, with an error of order {} beyond (measured {}); at x + ½ \
             it is exact up to degree {}.",
            first.degree, first.order, measured[0], first_in_middle.degree
        ),
    );
    let half = first.stencil.taylor_factor(2);
    page.claim(
        Origin::Said("on the grid"),
        "Using the pixel at x and the one to its right shifts the derivative by half a pixel.",
        (first.order, first_in_middle.order) == (1, 2) && half == &one / &two,
        format!(
            "At x, the first leftover term of the difference is {half}·f″. Moving f′ by half a pixel adds just that, to \
             first order. If the result is put at x + ½, the term is gone, and the order rises from {} (measured {}) to \
             {} (measured {}).",
            first.order, measured[0], first_in_middle.order, measured[1]
        ),
    );
    page.claim(
        Origin::Said("below its derivation"),
        "Each difference shifts by half a pixel, so the second difference ends up one pixel off.",
        (at_x.order, in_middle.order) == (1, 2) && at_x.stencil.taylor_factor(3) == one,
        format!(
            "At x, the first leftover term of the second difference is f‴. Moving f″ by one pixel adds just that, to \
             first order. Put at x + 1, the second difference is exact up to degree {}; put at x, only up to {}.",
            in_middle.degree, at_x.degree
        ),
    );
    // 1, x and x² at 0, 1 and 2, and the inverse of that matrix.
    let [powers, inverse] = ["1 1 1; 0 1 2; 0 1 4", "1 -3/2 1/2; 0 2 -1; 0 -1/2 1/2"].map(literal);
    page.claim(
        Origin::Said("on the second equation"),
        "It is the simplest approximation of the second derivative that sampled data allows.",
        ClaimVerdict::under(
            "simplest means: from the fewest neighbouring samples",
            false,
            &inverse * &powers == DMatrix::identity(3, 3)
                && (&inverse * literal("0; 0; 2")).transpose() == exact(&second)?
                && second.iter().all(|weight| *weight != zero),
        ),
        format!(
            "To be exact for 1, x and x², three pixels in a row have only one choice of weights: {weights}. None of \
             them is 0, so two of these pixels are not enough. The first exercise asks why.",
        ),
    );

    page.section("To the left or to the right?");
    page.say(
        "What is computed at x belongs to x + 1: this shift is the bias that the source speaks of. It has to be \
         undone, and it is tempting to say: move the result to the left. Let a single pixel stand out and see where \
         the response to it lies. A response is what a filter gives. (Beyond the ends everything is 0.)",
    );
    let spike = page.show("spike", literal("0 0 0 0 1 0 0 0 0"));
    let response_at_x = page
        .show("response_at_x", cross_correlate(&spike, &second, Valid)?.insert_columns(7, 2, Traced::zero()));
    let lowest = |row: &DMatrix<Traced>| argmax(&-row).unwrap_or_default();
    let computed = lowest(&response_at_x);
    page.ask(
        format!(
            "The response is largest in size where it is lowest, {}. At which x is that, and which way must the \
             response move to lie under the spike?",
            decimal(&response_at_x[computed], 0).replace('-', "−")
        ),
        format!(
            "At x = {computed}, to the left of the spike: the formula looks to the right, so it meets the spike too \
             early. The response has to move right."
        ),
    );
    let moved_left =
        page.show("moved_left", response_at_x.clone().remove_column(0).insert_column(8, Traced::zero()));
    let moved_right =
        page.show("moved_right", response_at_x.clone().remove_column(8).insert_column(0, Traced::zero()));
    let [stands, left, right] =
        [argmax(&spike).unwrap_or_default(), lowest(&moved_left), lowest(&moved_right)];
    let strip = |name, row: &DMatrix<Traced>| (name, to_f64(row).as_slice().to_vec());
    page.figure(
        "spike_and_responses",
        format!(
            "Four rows of numbers under each other. The spike stands at x = {stands}; its second difference is \
             lowest at {computed} as computed, at {left} moved left, at {right} moved right."
        ),
        Chart::Strips {
            columns: "x",
            rows: vec![
                strip("spike", &spike),
                strip("response, put at x", &response_at_x),
                strip("moved left", &moved_left),
                strip("moved right", &moved_right),
            ],
        },
    );
    page.headline(
        Origin::Said("below its derivation"),
        "Shifting the output to the left by one pixel leaves no bias.",
        left == stands,
        format!(
            "With f(x+2) − 2·f(x+1) + f(x) as the output at x, a spike at {stands} shows up at {computed}. Shifted \
             left it would be at {left}; it has to be shifted right, to {right}. What moves left is the window: \
             with x − 1 in place of x the formula reads its samples further left, and so its output moves right."
        ),
    );
    let with_x_in_the_middle = cross_correlate(&spike, &second, Same)?;
    page.claim(
        Origin::Said("below its derivation"),
        "The shift leads to f(x+1) − 2·f(x) + f(x−1), which has no bias.",
        with_x_in_the_middle == moved_right
            && in_middle.stencil.taylor_factor(3) == zero
            && rot180(&second) == second,
        format!(
            "Its response to the spike is {}: the output moved to the right, as it should be. And whatever f is, a \
             symmetric kernel has no term with f‴ or any other odd derivative, so nothing is shifted.",
            listed(&with_x_in_the_middle)
        ),
    );
    page.headline(
        Origin::Page,
        "Centred on its middle pixel, the second difference is the second derivative.",
        ClaimVerdict::under(
            "f is a polynomial of degree at most 3",
            in_middle.errors[0] == zero,
            (in_middle.degree, laplacian.degree) == (3, 3),
        ),
        format!(
            "Centred on its middle pixel, the second difference is exact up to degree {}, and the Laplacian up to \
             degree {} in each variable; beyond that the error begins with {}·h²·f⁗, so it is of order {} (measured \
             {}). Put at its first pixel the second difference is exact up to degree {} only, and of order {} \
             (measured {}).",
            in_middle.degree, laplacian.degree, in_middle.stencil.taylor_factor(4), in_middle.order, measured[3],
            at_x.degree, at_x.order, measured[2]
        ),
    );

    page.section("A convolution");
    page.say(
        "So far the weights were laid on the samples as they are: a cross-correlation (★). A convolution (∗) turns the \
         kernel by 180° before it slides. Does it matter?",
    );
    let second_as_convolution =
        page.show("second_as_convolution = samples ∗ second", convolve(&samples, &second, Valid)?);
    page.show("first_as_convolution = samples ∗ difference", convolve(&samples, &difference, Valid)?);
    let [turned, of_two, of_two_turned] = [&rot180(&second), &difference, &rot180(&difference)].map(listed);
    page.claim(
        Origin::Said("on the filter"),
        "Computing the second difference is the same as convolving with 1, −2, 1.",
        second_as_convolution == second_difference && rot180(&second) == second,
        format!(
            "The weights {weights} turned by 180° are {turned}, so convolution and cross-correlation agree. That is not \
             so for every kernel: {of_two} turned is {of_two_turned}, and as a convolution the first difference has its \
             sign changed."
        ),
    );

    page.section("Two dimensions");
    page.say("One second difference across, the same one down, and their sum:");
    let kernel_x =
        page.show("kernel_x", second.clone().insert_row(0, Traced::zero()).insert_row(2, Traced::zero()));
    let kernel_y = page.show("kernel_y = kernel_xᵀ", kernel_x.transpose());
    let kernel = page.show("kernel = kernel_x + kernel_y", &kernel_x + &kernel_y);
    page.audit(&kernel, printed("0 1 0; 1 -4 1; 0 1 0", 0));
    page.say(
        "Read it as: add the four neighbours and subtract the pixel four times. So the response is four times the \
         difference between the mean of the neighbours and the pixel. (Many books write the kernel with the signs \
         reversed, +4 in the middle.)",
    );

    page.say(
        "All second derivatives of a function of x and y form a matrix, the Hessian: those along x and along y are \
         on the diagonal, the mixed ones off the diagonal. The sum of the diagonal is called the trace. Here it is \
         made from differences, each taken half a pixel to both sides. Along x that is f(x+½, y) − f(x−½, y). Taken \
         twice along x or twice along y, it gives the diagonal; taken once along x and once along y, a mixed entry:",
    );
    page.formula(
        r"f(x+\tfrac12, y+\tfrac12) - f(x+\tfrac12, y-\tfrac12) - f(x-\tfrac12, y+\tfrac12) + f(x-\tfrac12, y-\tfrac12)",
        "f(x+½, y+½) − f(x+½, y−½) − f(x−½, y+½) + f(x−½, y−½)",
    );
    page.say(
        "The mixed entries need f between the pixels, so a formula is taken here and not an image: f(x, y) = x⁵ + \
         x³·y² + x·y⁴ at x = 2, y = 1. (The diagonal needs whole pixels only.)",
    );
    let f = Polynomial::new(literal("0 0 0 0 0 1; 0 0 0 0 0 0; 0 0 0 1 0 0; 0 0 0 0 0 0; 0 1 0 0 0 0"));
    let finite_hessian =
        page.show("finite_hessian", hessian(|x, y| f.at(&x, &y), (two.clone(), one.clone()), &one));
    let trace = page.value("trace", finite_hessian.trace());
    let laplacian_of_f = page.value(
        "laplacian_of_f",
        Stencil::laplacian().at(|x, y| f.at(&x, &y), (two.clone(), one.clone()), &one),
    );
    let [along_x, along_y] = [f.derivative_x().derivative_x(), f.derivative_y().derivative_y()]
        .map(|derivative| derivative.at(&two, &one));
    page.claim(
        Origin::Said("on the Laplace operator"),
        "The Laplacian is the sum of the second derivatives; it can also be seen as the trace of the Hessian.",
        ClaimVerdict::under(
            "only those along x and along y are added, the diagonal of the Hessian",
            finite_hessian.sum() == laplacian_of_f,
            trace == laplacian_of_f && exact(&kernel)? == laplacian.stencil.weights,
        ),
        format!(
            "With differences in place of derivatives, the trace is {}, and so is the response of the kernel, {}; \
             all four entries of the Hessian add up to {}. (With the derivatives themselves the diagonal is {along_x} \
             and {along_y}, and the trace {}. f has degree 5 in x and 4 in y, and the kernel is exact only up to {}.)",
            decimal(&trace, 4),
            decimal(&laplacian_of_f, 4),
            decimal(finite_hessian.sum(), 4),
            f.laplacian_at(&two, &one),
            laplacian.degree
        ),
    );

    page.section("On a small image");
    let (given, borders) = (image.clone(), at_the_border(&image, &kernel)?);
    let border = Border::named(&inputs.border);
    let either = |with_border, without| if border.is_some() { with_border } else { without };
    let image = if let Some(border) = border {
        page.say(format!(
            "So that the kernel may hang over the edge, one row and one column are made up on each side, as the \
             border {} does. The response is as large as the image.",
            inputs.border
        ));
        page.show("surrounded", bordered(&image, border, 1))
    } else {
        page.say(
            "No values are made up outside the image: the kernel stays on it, so the response is smaller by one \
             pixel on each side.",
        );
        image
    };
    let across = page.show(
        either("across = surrounded ★ kernel_x", "across = image ★ kernel_x"),
        cross_correlate(&image, &kernel_x, Valid)?,
    );
    let down = page.show(
        either("down = surrounded ★ kernel_y", "down = image ★ kernel_y"),
        cross_correlate(&image, &kernel_y, Valid)?,
    );
    let across_and_down = page.show("across_and_down = across + down", &across + &down);
    let response = convolve(&image, &kernel, Valid)?;
    page.ask(
        "At which pixels of `image` will the response be 0? Look for those that are the mean of their four neighbours.",
        zeros_of(&response, usize::from(border.is_none())),
    );
    let response = page.show(either("response = surrounded ∗ kernel", "response = image ∗ kernel"), response);
    page.claim(
        Origin::Said("on the kernel"),
        "Applying the filter and its transpose and adding the results is the same as convolving with the kernel.",
        across_and_down == response && [&kernel_x, &kernel_y, &kernel].iter().all(|kernel| rot180(kernel) == **kernel),
        format!(
            "The {} entries agree, place by place: if kernels are added, their responses are added. (`across` and \
             `down` were cross-correlated and `response` was convolved. All three kernels stay the same when turned, \
             so it makes no difference.)",
            response.len()
        ),
    );
    page.say(
        "Where the kernel sees nothing but the image, the response to a constant is 0, and so is that to a ramp, \
         however steep. What is left are bends that do not cancel between x and y, edges (positive on one side and \
         negative on the other), and single pixels that stand out.",
    );
    page.say(
        "Many programs make up what lies outside the image, each in its own way. Here is what each border puts around \
         the top row of `image`, and the response along that row. With a border of one pixel, reflect and nearest are \
         the same. The names are those of SciPy's ndimage, where zero is called constant; what NumPy and PyTorch call \
         reflect is its mirror.",
    );
    page.table(
        "borders",
        ["border", "above", "to the left", "to the right", "response along the row"],
        borders,
    );

    page.section("An edge in profile");
    page.say(
        "Why do edges come out positive on one side and negative on the other? Cut through an edge that takes a few \
         pixels from dark to light:",
    );
    let edge = page.show("edge", literal("0 0 0 1 4 7 8 8 8"));
    let edge_slope = page.show("edge_slope = edge ★ difference", cross_correlate(&edge, &difference, Valid)?);
    let edge_bend = page.show("edge_bend = edge ★ second", cross_correlate(&edge, &second, Valid)?);
    let crossing = 1 + argmax(&edge_slope).ok_or("the edge has a slope")?;
    page.ask(
        "The slopes lie between the pixels, the second differences on the pixels from 1 on. At which x is the edge the \
         steepest, and what is the second difference there?",
        format!(
            "Around x = {crossing}, with a slope of {} on both sides. The second difference is {} there and changes its \
             sign: it has a zero crossing.",
            decimal(&edge_slope[crossing], 4),
            decimal(&edge_bend[crossing - 1], 4)
        ),
    );
    page.figure(
        "edge_profile",
        format!(
            "An edge that rises from 0 to 8, its first difference, a hill above the middle of the edge, and its second \
             difference, first positive, then negative, with the zero crossing at x = {crossing}."
        ),
        profile(&edge, &edge_slope, &edge_bend, crossing as f64),
    );
    page.say(format!(
        "So an edge shows up as a zero crossing: the response goes from positive on the dark side to negative on the \
         light side. It is not largest on the edge, but beside it. And not every zero crossing is an edge: a single \
         pixel that stands out has some around it too, such as the spike above with its {weights}.",
    ));

    page.section("What it does to noise");
    page.say(
        "A single pixel that stands out is also what noise looks like. Let a coin decide for each pixel whether it \
         is 1 too bright or 1 too dark. A kernel with n weights that are not 0 meets 2ⁿ cases. When the response is \
         squared, each weight meets its own pixel twice, and (±1)² = 1. Products of two different pixels are +1 as \
         often as −1 and cancel. So over all cases the mean of the squared responses is the sum of the squared \
         weights. Its square root says how much louder the noise has become.",
    );
    let plain = [("first difference", first), ("second difference", at_x), ("Laplacian", laplacian)];
    page.table(
        "noise",
        ["formula", "cases", "mean square", "sum of squared weights", "noise gain (square root)"],
        plain.map(noise_row).into(),
    );

    page.section("Smooth first: the Laplacian of Gaussian");
    page.say(
        "So one smooths before one differentiates. A weighted mean of each pixel and its neighbours, with weights \
         close to a bell curve, will do:",
    );
    let smoothing = page.show("smoothing", literal("1 2 1; 2 4 2; 1 2 1") / whole(16));
    page.say(
        "Smoothing and then the Laplacian are two convolutions in a row. They are the same as one with a single \
         kernel, which is one kernel convolved with the other. (A full convolution, ∗_full: it may hang over the \
         edge, and cells outside count as 0.)",
    );
    let smooth_kernel = page.show(
        "smooth_kernel = smoothing ∗_full kernel",
        convolve(&smoothing.map(Traced::from), &kernel, Full)?,
    );
    let of_second_order =
        |weights| Stencil { weights, order: 2, anchor: (zero.clone(), zero.clone()) }.centred();
    let smooth = of_second_order(exact(&smooth_kernel)?);
    let bowl =
        |formula: &Stencil<Exact>| formula.at(|x, y| &x * &x + &y * &y, (zero.clone(), zero.clone()), &one);
    let pixels = |formula: &Stencil<Exact>| formula.weights.iter().filter(|weight| !weight.is_zero()).count();
    page.say(format!(
        "It is a small version of the Laplacian of Gaussian, with a dip in the middle and a rim around it. It \
         multiplies noise by {}, where the Laplacian multiplies it by {}. For the bowl x² + y² both respond with \
         {}, the right answer. The price is paid in sharpness: it mixes {} pixels and no longer {}. The wider the \
         smoothing, the less noise and the fewer details.",
        noise_gain(&smooth),
        noise_gain(&laplacian.stencil),
        write_number(&bowl(&smooth)),
        pixels(&smooth),
        pixels(&laplacian.stencil),
    ));

    picture::on_a_picture(inputs.picture.as_ref(), page)?;

    page.section("Exercises");
    page.exercise(
        "Find weights a, b, c such that a·f(−1) + b·f(0) + c·f(1) is the second derivative at 0 of 1, of x and of \
         x². Is there another solution? Could two samples do?",
        format!(
            "a + b + c = 0, −a + c = 0, a + c = 2: only {weights}. With two samples the first two equations already \
             make both weights 0."
        ),
    );
    let saddles: [fn(Exact, Exact) -> Exact; 2] = [|x, y| &x * &x - &y * &y, |x, y| x * y];
    let [saddle, twisted] = saddles.map(|f| laplacian.stencil.at(f, (one.clone(), two.clone()), &one));
    page.exercise(
        "x² − y² and x·y bend everywhere. What is the response of the kernel at x = 1, y = 2? Why?",
        format!(
            "{saddle} and {twisted}. The first bends up along x exactly as much as it bends down along y; the second \
             bends along neither, only along the diagonals.",
        ),
    );
    let waves: [fn(f64, f64) -> f64; 2] = [|x, _| x.cos(), |x, y| ((x + y) / 2.0_f64.sqrt()).cos()];
    let [along, diagonal] = waves.map(|wave| decimal(Stencil::laplacian().at(wave, (0.0, 0.0), &1.0), 3));
    page.exercise(
        "A wave of height 1, cos(t), has the Laplacian −1 at its crest, whichever way it runs. What is the response \
         of the kernel there if the wave runs along x (t = x)? If it runs along a diagonal (t = (x + y)/√2)?",
        format!(
            "2·cos 1 − 2 = {along} and 4·cos(1/√2) − 4 = {diagonal}. The kernel does not treat all directions quite \
             alike; the longer the wave, the less it matters.",
        ),
    );
    let wrapped = bordered(&given, Border::Wrap, 1);
    let [above, left, pixel, right, below] =
        [(0, 1), (1, 0), (1, 1), (1, 2), (2, 1)].map(|at| decimal(&wrapped[at], 4));
    page.exercise(
        "With the border wrap, what does the kernel see around the top left pixel of `image`, and what is its response? \
         What does that say about the image?",
        format!(
            "{above} above, {left} to the left, {right} to the right and {below} below: {above} + {left} + {right} + \
             {below} − 4 · {pixel} = {}. That says little: the pixel is compared with the opposite sides of the image.",
            decimal(&convolve(&wrapped, &kernel, Valid)?[0], 4)
        ),
    );
    let crisper = of_second_order(literal("0 0 0; 0 1 0; 0 0 0") - exact(&kernel)?);
    page.exercise(
        "Image − response makes a picture crisper. Write it as a single kernel. How much louder does it make noise?",
        format!(
            "{}: the mean square of the noise grows to {variance} times what it was, so the noise becomes √{variance} = \
             {} times louder.",
            write_matrix(&crisper.weights).replace("; ", " / ").replace('-', "−"),
            noise_gain(&crisper),
            variance = crisper.noise_variance()
        ),
    );
    let [found, expected] = [&of_second_order(literal("1 1 1; 1 -8 1; 1 1 1")), &laplacian.stencil].map(bowl);
    page.exercise(
        "Some books print 1 1 1 / 1 −8 1 / 1 1 1 as the Laplacian. What is its response to x² + y², and what should \
         it be?",
        format!("{found}, where the Laplacian is {expected}. So it has to be divided by {}.", &found / &expected),
    );
    page.numpy(include_str!("numpy/laplacian.py"));
    Ok(())
}

fn whole(number: i64) -> Exact {
    Exact::from_integer(number.into())
}

fn to_number(exact: &Exact) -> f64 {
    Value::from(exact).to_f64()
}

/// A row of numbers in a sentence.
fn listed(row: &DMatrix<Traced>) -> String {
    decimals(row, 4).replace(' ', ", ").replace('-', "−")
}

fn slopes_of_the_cube() -> Vec<[Field; 4]> {
    let row = |x: i64| {
        let [difference, slope] = [(x + 1).pow(3) - x.pow(3), 3 * x * x].map(whole);
        let slope_in_middle = Exact::new((3 * (2 * x + 1).pow(2)).into(), 4.into());
        [whole(x), difference, slope, slope_in_middle].map(Field::from)
    };
    (0..5).map(row).collect()
}

/// A derivative of a polynomial, at (x, y).
type Derivative = fn(&Polynomial<Exact>, &Exact, &Exact) -> Exact;

/// A formula for a derivative, and how exact it is.
struct Formula {
    name: &'static str,
    stencil: Stencil<Exact>,
    degree: usize,
    order: usize,
    /// The derivative of 1 / (x·y) at (1, 1).
    known: i32,
    /// By how much the formula misses it, in thousandths, with h a pixel divided by each of the [`PARTS`].
    errors: Vec<Exact>,
}

const PARTS: [i32; 6] = [2, 4, 8, 16, 32, 64];

impl Formula {
    fn new(name: &'static str, stencil: Stencil<Exact>, derivative: Derivative, known: i32) -> Self {
        let error = |parts: i32| {
            let h = Exact::new(1.into(), parts.into());
            let estimate = stencil.at(|x, y| (x * y).recip(), (whole(1), whole(1)), &h);
            (estimate - whole(known.into())).abs() * whole(1000)
        };
        let errors = PARTS.map(error).into();
        let degree = stencil.degree_of_exactness(derivative).unwrap_or_default();
        let order = stencil.order_of_error().unwrap_or_default();
        Self { name, stencil, degree, order, known, errors }
    }

    /// The errors against h.
    fn points(&self) -> Vec<(f64, f64)> {
        let point = |(&parts, error)| (f64::from(parts).recip(), to_number(error));
        PARTS.iter().zip(&self.errors).map(point).collect()
    }

    fn measured_orders(&self) -> Vec<f64> {
        self.points().windows(2).map(|rows| order_of_accuracy(rows).unwrap_or(f64::NAN)).collect()
    }
}

fn formulas() -> [Formula; 5] {
    let slope: Derivative = |f, x, y| f.derivative_x().at(x, y);
    let bend: Derivative = |f, x, y| f.derivative_x().derivative_x().at(x, y);
    let (first, second) = (Stencil::forward_difference(), Stencil::second_difference());
    [
        Formula::new("first difference, at x", first.clone(), slope, -1),
        Formula::new("first difference, in the middle", first.centred(), slope, -1),
        Formula::new("second difference, at x", second.clone(), bend, 2),
        Formula::new("second difference, in the middle", second.centred(), bend, 2),
        Formula::new("Laplacian, in the middle", Stencil::laplacian(), Polynomial::laplacian_at, 4),
    ]
}

fn taylor_row(formula: &Formula) -> [Field; 6] {
    let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|k| formula.stencil.taylor_factor(k).to_string().into());
    [formula.name.into(), a, b, c, d, e]
}

fn errors_by_step(formulas: &[Formula; 5]) -> Vec<[Field; 6]> {
    let row = |(i, parts): (usize, i32)| {
        let [a, b, c, d, e] = formulas.each_ref().map(|formula| (&formula.errors[i]).into());
        [format!("1/{parts}").into(), a, b, c, d, e]
    };
    PARTS.into_iter().enumerate().map(row).collect()
}

fn order_row((formula, measured): (&Formula, f64)) -> [Field; 4] {
    [formula.name.into(), formula.degree.into(), formula.order.into(), measured.into()]
}

/// The errors against h, and slopes of orders 1 and 2 to compare them with.
fn error_chart(formulas: &[Formula; 5]) -> Chart {
    let guide = |label, order, factor: f64| {
        Line::guide(label, [1.0 / 64.0, 0.5].map(|h: f64| (h, factor * h.powi(order))).into())
    };
    let lines = formulas.iter().map(|formula| Line::new(formula.name, formula.points()));
    Chart::Lines {
        x: Axis::logarithmic("distance h between the samples"),
        y: Axis::logarithmic("size of the error, in thousandths"),
        lines: lines.chain([guide("slope 1", 1, 10_000.0), guide("slope 2", 2, 100.0)]).collect(),
    }
}

/// Where the response is 0, as pixels of the image, in words; `further` counts what the response lacks on each side.
fn zeros_of(response: &DMatrix<Traced>, further: usize) -> String {
    const MOST: usize = 8;
    let zeros: Vec<_> = positions(response).filter(|&at| response[at] == Exact::ZERO).collect();
    let names = zeros.iter().take(MOST).map(|(i, j)| format!("[{},{}]", i + further, j + further));
    let names = names.collect::<Vec<_>>().join(", ");
    let colon = if zeros.is_empty() { "" } else { ": " };
    let more = if zeros.len() > MOST { " …" } else { "" };
    format!("At {} of {} pixels{colon}{names}{more}.", zeros.len(), response.len())
}

/// What each border puts around the top row, and the response along it.
fn at_the_border(
    image: &DMatrix<Traced>,
    kernel: &DMatrix<Traced>,
) -> Result<Vec<[Field; 5]>, Box<dyn Error>> {
    let columns = image.ncols();
    let row = |(name, border): (&str, Border)| {
        let surrounded = exact(&bordered(image, border, 1))?;
        let response = convolve(&surrounded, &exact(kernel)?, Valid)?;
        let piece =
            |of: &DMatrix<Exact>, from, width| write_matrix(&of.view(from, (1, width)).into_owned()).into();
        let [left, right] = [0, columns + 1].map(|column| piece(&surrounded, (1, column), 1));
        Ok([name.into(), piece(&surrounded, (0, 1), columns), left, right, piece(&response, (0, 0), columns)])
    };
    Border::NAMED.into_iter().map(row).collect()
}

/// An edge, its first differences between the pixels, and its second differences on them.
fn profile(edge: &DMatrix<Traced>, slope: &DMatrix<Traced>, bend: &DMatrix<Traced>, crossing: f64) -> Chart {
    let line = |label, row: &DMatrix<Traced>, first: f64| {
        let points = to_f64(row).iter().enumerate().map(|(i, value)| (first + i as f64, *value)).collect();
        Line::new(label, points)
    };
    Chart::Lines {
        x: Axis::linear("x"),
        y: Axis::linear("value"),
        lines: vec![
            line("the edge f", edge, 0.0),
            line("first difference, in the middle", slope, 0.5),
            line("second difference, in the middle", bend, 1.0),
            Line::guide("zero crossing", vec![(crossing, -2.0), (crossing, 8.0)]),
        ],
    }
}

/// How much louder a formula makes noise of 1 or −1 at each pixel, over all cases.
fn noise_row((name, formula): (&str, &Formula)) -> [Field; 5] {
    let responses = formula.stencil.answers_to_coins();
    let squares: Exact = responses.iter().map(|response| response * response).sum();
    let mean_square = squares / Exact::from_integer(responses.len().into());
    let gain = to_number(&mean_square).sqrt();
    [
        name.into(),
        responses.len().into(),
        mean_square.into(),
        formula.stencil.noise_variance().into(),
        gain.into(),
    ]
}

fn noise_gain(formula: &Stencil<Exact>) -> String {
    decimal(to_number(&formula.noise_variance()).sqrt(), 4)
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
