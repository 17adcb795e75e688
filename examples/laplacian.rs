//! From the definition of a slope to the Laplacian kernel, and where each response belongs.

use clap::Args;
use nalgebra::DMatrix;
use num_traits::{One, Signed, Zero};
use std::error::Error;
use std::io;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, KnownMistake, Photograph, Topic, Unusable, matrix, photograph};
use worked_examples::math::Padding::{Full, Same, Valid};
use worked_examples::math::{
    Border, MAX_PIXELS, Polynomial, Stencil, Window, argmax, bordered, convolve, cross_correlate, hessian,
    order_of_accuracy, reduce, rot180, to_f64, write_png,
};
use worked_examples::notebook::{
    Axis, Chart, ClaimVerdict, Field, Line, Origin, Page, Picture, Told, Traced, Value, decimal, decimals,
    exact, literal, printed, write_matrix, write_number,
};

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
    is_worth_working: |_| true,
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

/// The longest side of a picture in a figure.
const LONGEST: usize = 480;

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let [zero, one, two] = [0, 1, 2].map(|n: i64| Exact::from_integer(n.into()));

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
    let forward = Stencil::<Exact>::forward_difference();
    let difference = page.show("difference", forward.weights.clone());
    let first_difference =
        page.show("first_difference = samples ★ difference", cross_correlate(&samples, &difference, Valid)?);
    page.say(
        "But where does each of these slopes belong: to x, or to the middle between the two pixels? Try it on f(x) \
         = x³, whose slope 3x² is known.",
    );
    page.table("slopes", ["x", "f(x+1) − f(x)", "slope at x", "slope at x + ½"], slopes_of_the_cube());
    page.say("The difference misses the slope at x by more and more. It misses the slope in the middle by the same \
     little everywhere.");

    page.section("The slope of the slope");
    page.say("The second derivative is the derivative of the derivative, so it becomes a difference of differences.");
    page.formula(
        r"\begin{aligned} f'(x) &\approx f(x+1) - f(x) \\ f'(x+1) &\approx f(x+2) - f(x+1) \\ f''(x) &\approx f'(x+1) - f'(x) \\ &\approx f(x+2) - f(x+1) - f(x+1) + f(x) \\ &= f(x+2) - 2 f(x+1) + f(x) \end{aligned}",
        "f′(x)   ≈ f(x+1) − f(x)\nf′(x+1) ≈ f(x+2) − f(x+1)\nf″(x)   ≈ f′(x+1) − f′(x)\n        ≈ f(x+2) − f(x+1) − f(x+1) + f(x)\n        = f(x+2) − 2·f(x+1) + f(x)",
    );
    page.say("The same as weights of f(x), f(x+1) and f(x+2):");
    let slope_at_x = page.show("slope_at_x", difference.clone().insert_column(2, Traced::zero()));
    let slope_at_next = page.show("slope_at_next", difference.clone().insert_column(0, Traced::zero()));
    let second = page.show("second = slope_at_next − slope_at_x", &slope_at_next - &slope_at_x);
    page.say("On the samples, first in two steps, and then with these weights in one:");
    let difference_of_difference = page.show(
        "difference_of_difference = first_difference ★ difference",
        cross_correlate(&first_difference, &difference, Valid)?,
    );
    let second_difference =
        page.show("second_difference = samples ★ second", cross_correlate(&samples, &second, Valid)?);
    let [weights, both_ways] = [&second, &difference_of_difference].map(|matrix| decimals(matrix, 4));
    page.claim(
        Origin::Said("in its derivation"),
        "The derivative of the derivative is f(x+2) − 2·f(x+1) + f(x).",
        exact(&second)? == Stencil::second_difference().weights
            && second_difference == difference_of_difference,
        format!("The weights come out as {weights}, and on the samples both ways give {both_ways}."),
    );
    page.answer(
        "in the question",
        "How does one arrive at the formula for the second derivative?",
        "Take the difference of neighbours twice. What is left to understand is where its result belongs, and how \
         exact it is.",
    );
    let cubes = literal("0 1 8 27 64").map(Traced::from);
    let bends = cross_correlate(&cubes, &second, Valid)?;
    page.ask(
        format!(
            "From 0, 1, 8, 27 and 64, the values of x³ at x = 0 to 4, these weights make {}. The second derivative \
             is 6x. At which x does it have these values?",
            decimals(&bends, 4)
        ),
        format!(
            "At x = {}: each value belongs one pixel to the right of the x it was computed for.",
            decimals(&bends.map(|bend| bend / 6.into()), 4)
        ),
    );

    page.section("Why: Taylor");
    page.say(
        "Close to x, a smooth function is a sum of its derivatives at x (Taylor's expansion). Samples may also lie \
         closer together than 1, so let h be their distance again:",
    );
    page.formula(
        r"f(x \pm h) = f(x) \pm h\, f'(x) + \frac{h^2}{2} f''(x) \pm \frac{h^3}{6} f'''(x) + \frac{h^4}{24} f''''(x) \pm \dots",
        "f(x ± h) = f(x) ± h·f′(x) + h²/2·f″(x) ± h³/6·f‴(x) + h⁴/24·f⁗(x) ± …",
    );
    page.say("Put this into the differences, and see what is left over besides the derivative. Three lines tell it \
     all:");
    page.formula(
        r"\begin{aligned} \frac{f(x+h) - f(x)}{h} &= f'(x) + \frac{h}{2} f''(x) + \dots \\ \frac{f(x+2h) - 2 f(x+h) + f(x)}{h^2} &= f''(x) + h\, f'''(x) + \dots \\ \frac{f(x+h) - 2 f(x) + f(x-h)}{h^2} &= f''(x) + \frac{h^2}{12} f''''(x) + \dots \end{aligned}",
        "(f(x+h) − f(x)) / h             = f′(x) + h/2·f″(x) + …\n(f(x+2h) − 2·f(x+h) + f(x)) / h² = f″(x) + h·f‴(x) + …\n(f(x+h) − 2·f(x) + f(x−h)) / h²  = f″(x) + h²/12·f⁗(x) + …",
    );
    page.say(
        "The first leftover term says where a result belongs. f′(x) + h/2·f″(x) is how f′(x + h/2) begins: the \
         first difference is the slope half a pixel to the right. f″(x) + h·f‴(x) is how f″(x + h) begins: the \
         second difference belongs one pixel to the right. With the middle sample at x, all terms with odd powers \
         of h cancel. Here are the factors of all terms up to the fourth derivative, worked out in fractions for h \
         = 1. (With samples h apart, the factor of the k-th derivative is multiplied by hᵏ⁻¹ in the rows of a first \
         derivative, and by hᵏ⁻² in the others.)",
    );
    let [slope, curvature]: [Derivative; 2] =
        [|f, x, y| f.derivative_x().at(x, y), |f, x, y| f.derivative_x().derivative_x().at(x, y)];
    let uncentred = Stencil::<Exact>::second_difference();
    let laplacian = Stencil::<Exact>::laplacian();
    // Each formula, the derivative that it stands for, and that derivative of 1 / (x·y) at (1, 1).
    let formulas = [
        ("first difference, at x", forward.clone(), slope, -&one),
        ("first difference, in the middle", forward.clone().centred(), slope, -&one),
        ("second difference, at x", uncentred.clone(), curvature, two.clone()),
        ("second difference, in the middle", uncentred.clone().centred(), curvature, two.clone()),
        ("Laplacian, in the middle", laplacian.clone(), Polynomial::laplacian_at, &two + &two),
    ];
    page.table("taylor", ["formula", "f", "f′", "f″", "f‴", "f⁗"], taylor_terms(&formulas));
    page.say(
        "The Laplacian does the same along x and along y: the row shows its terms along x. Two things can be read \
         off. A polynomial of degree d has no derivative beyond the d-th, so a formula is exact up to the degree \
         before its first leftover term. And if that term has the factor hᵖ, the error is of order p: halving h \
         divides it by about 2ᵖ.",
    );

    page.section("How exact?");
    page.say(
        "Does this show in numbers? Here is the error, in thousandths, of each formula on f(x, y) = 1 / (x·y) at x \
         = y = 1, where the derivatives are known. “At x” means that the first pixel lies at x, “in the middle” \
         that the middle of all pixels does.",
    );
    let errors = errors_of(&formulas);
    page.table(
        "errors",
        ["h", "first at x", "first in middle", "second at x", "second in middle", "Laplacian"],
        error_rows(&errors),
    );
    let lines: [Vec<(f64, f64)>; 5] = std::array::from_fn(|formula| {
        errors.iter().map(|(h, errors)| (to_number(h), to_number(&errors[formula]))).collect()
    });
    let factor = |line: &Vec<(f64, f64)>| decimal(line[line.len() - 2].1 / line[line.len() - 1].1, 2);
    page.ask(
        "In the last row h is halved once more. By which factor does each error fall, and which order is that?",
        format!(
            "By {} from left to right: about 2 (order 1) for the result at x, about 4 (order 2) for the result in \
             the middle.",
            lines.each_ref().map(factor).join(", ")
        ),
    );
    let orders = formulas.each_ref().map(|(_, formula, ..)| order_by_taylor(formula));
    let measured =
        lines.each_ref().map(|line| order_of_accuracy(&line[line.len() - 2..]).unwrap_or(f64::NAN));
    let degrees = formulas
        .each_ref()
        .map(|(_, formula, derivative, _)| formula.degree_of_exactness(derivative).unwrap_or_default());
    let row = |i: usize| [formulas[i].0.into(), degrees[i].into(), orders[i].into(), measured[i].into()];
    page.table(
        "orders",
        ["formula", "exact up to degree", "order of its error", "measured in the last two rows"],
        [row(0), row(1), row(2), row(3), row(4)].into(),
    );
    page.say(
        "The measured orders come closer to whole numbers the smaller h gets. For the Laplacian the degree \
     counts in each variable.",
    );
    let measured = measured.map(|order| decimal(order, 2));
    page.figure(
        "error_by_step",
        format!(
            "The error against the distance h between the samples, both logarithmic: nearly straight lines. Their \
             slopes at the left end: {}. Two lines of slope 1 and 2 beside them.",
            formulas.iter().zip(&measured).map(|(f, order)| format!("{} {order}", f.0)).collect::<Vec<_>>().join("; ")
        ),
        error_chart(&formulas, lines),
    );
    page.claim(
        Origin::Said("on the grid"),
        "The smallest h is 1, so the derivative is f(x+1) − f(x).",
        ClaimVerdict::under(
            "f is a straight line, or the result is put at x + ½ and f is a parabola",
            errors.iter().all(|(_, errors)| errors[0] == zero),
            degrees[..2] == [1, 2],
        ),
        format!(
            "At x the difference is exact up to degree {}, with an error of order {} beyond (measured {}); at x + ½ \
             it is exact up to degree {}.",
            degrees[0], orders[0], measured[0], degrees[1]
        ),
    );
    page.claim(
        Origin::Said("on the grid"),
        "Using the pixel at x and the one to its right shifts the derivative by half a pixel.",
        orders[..2] == [1, 2] && taylor(&forward, 2) == &one / &two,
        format!(
            "Its first leftover term at x is {}·f″, which is what moving f′ by half a pixel adds. Put at x + ½, \
             that term is gone: the order is {} (measured {}) and not {} (measured {}).",
            write_number(&taylor(&forward, 2)),
            orders[1],
            measured[1],
            orders[0],
            measured[0]
        ),
    );
    page.claim(
        Origin::Said("below its derivation"),
        "Each difference shifts by half a pixel, so the second difference ends up one pixel off.",
        orders[2..4] == [1, 2] && taylor(&uncentred, 3) == one,
        format!(
            "Its first leftover term at x is {}·f‴, which is what moving f″ by one pixel adds. Put at x + 1 it is \
             exact up to degree {}, put at x only up to {}.",
            write_number(&taylor(&uncentred, 3)), degrees[3], degrees[2]
        ),
    );
    // 1, x and x² at 0, 1 and 2, and the inverse of that matrix.
    let [powers, inverse] = ["1 1 1; 0 1 2; 0 1 4", "1 -3/2 1/2; 0 2 -1; 0 -1/2 1/2"].map(literal);
    let only_solution = (&inverse * literal("0; 0; 2")).transpose();
    page.claim(
        Origin::Said("on the second equation"),
        "It is the simplest approximation of the second derivative that sampled data allows.",
        ClaimVerdict::under(
            "simplest means: from the fewest neighbouring samples",
            false,
            &inverse * &powers == DMatrix::identity(3, 3)
                && only_solution == exact(&second)?
                && second.iter().all(|weight| *weight != zero),
        ),
        format!(
            "For three pixels in a row, being exact for 1, x and x² gives three equations with a single solution, \
             {}. None of its weights is 0, so two of these pixels are not enough.",
            write_matrix(&only_solution)
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
        "The response is strongest where it is most negative. At which x is that, and which way does it have to \
         move to lie under the spike?",
        format!(
            "At x = {computed}, to the left of the spike: the formula looks to the right, so it meets the spike too \
             early. The response has to move right."
        ),
    );
    let moved_left =
        page.show("moved_left", response_at_x.clone().remove_column(0).insert_column(8, Traced::zero()));
    let moved_right =
        page.show("moved_right", response_at_x.clone().remove_column(8).insert_column(0, Traced::zero()));
    let [left, right] = [&moved_left, &moved_right].map(lowest);
    let stands = argmax(&spike).unwrap_or_default();
    page.figure(
        "spike_and_responses",
        format!(
            "Four rows of numbers under each other. The spike stands at x = {stands}; its second difference is \
             lowest at {computed} as computed, at {left} moved left, at {right} moved right."
        ),
        Chart::Strips {
            columns: "x",
            rows: [
                ("spike", &spike),
                ("response, put at x", &response_at_x),
                ("moved left", &moved_left),
                ("moved right", &moved_right),
            ]
            .map(|(name, row)| (name, to_f64(row).as_slice().to_vec()))
            .into(),
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
    let centred = &formulas[3].1;
    page.claim(
        Origin::Said("below its derivation"),
        "The shift leads to f(x+1) − 2·f(x) + f(x−1), which has no bias.",
        with_x_in_the_middle == moved_right && taylor(centred, 3) == zero && rot180(&second) == second,
        format!(
            "Its response to the spike is {}: the output moved to the right, as it should be. And whatever f is, a \
             symmetric kernel has no term with f‴ or any other odd derivative, so nothing is shifted.",
            decimals(&with_x_in_the_middle, 4)
        ),
    );
    page.headline(
        Origin::Page,
        "Centred on its middle pixel, the second difference is the second derivative.",
        ClaimVerdict::under(
            "f is a polynomial of degree at most 3",
            errors.iter().all(|(_, errors)| errors[3] == zero),
            degrees[3..] == [3, 3],
        ),
        format!(
            "Centred on its middle pixel, the second difference is exact up to degree {}, and the Laplacian up to \
             degree {} in each variable; beyond that the error begins with {}·h²·f⁗, so it is of order {} (measured \
             {}). Put at its first pixel the second difference is exact up to degree {} only, and of order {} \
             (measured {}).",
            degrees[3], degrees[4], taylor(centred, 4), orders[3], measured[3], degrees[2], orders[2], measured[2]
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
    let [turned, of_two, of_two_turned] =
        [&rot180(&second), &difference, &rot180(&difference)].map(|matrix| decimals(matrix, 4));
    page.claim(
        Origin::Said("on the filter"),
        "Computing the second difference is the same as convolving with 1 −2 1.",
        second_as_convolution == second_difference && rot180(&second) == second,
        format!(
            "{weights} turned by 180° is {turned}, so convolution and cross-correlation agree. That is not so for \
             every kernel: {of_two} turned is {of_two_turned}, and as a convolution the first difference has its \
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
         made from differences, each taken half a pixel to both sides, for f(x, y) = x⁵ + x³·y² + x·y⁴ at x = 2, y \
         = 1. (The mixed entries need f between the pixels, so a formula is given here and not an image. The \
         diagonal needs whole pixels only.)",
    );
    let f = Polynomial::new(literal("0 0 0 0 0 1; 0 0 0 0 0 0; 0 0 0 1 0 0; 0 0 0 0 0 0; 0 1 0 0 0 0"));
    let finite_hessian =
        page.show("finite_hessian", hessian(|x, y| f.at(&x, &y), (two.clone(), one.clone()), &one));
    let trace = page.value("trace", finite_hessian.trace());
    let laplacian_of_f =
        page.value("laplacian_of_f", laplacian.at(|x, y| f.at(&x, &y), (two.clone(), one.clone()), &one));
    page.claim(
        Origin::Said("on the Laplace operator"),
        "The Laplacian is the sum of the second derivatives; it can also be seen as the trace of the Hessian.",
        ClaimVerdict::under(
            "only those along x and along y are added, the diagonal of the Hessian",
            finite_hessian.sum() == laplacian_of_f,
            trace == laplacian_of_f && exact(&kernel)? == laplacian.weights,
        ),
        format!(
            "With differences in place of derivatives, the trace is {}, and so is the response of the kernel, {}; \
             all four entries of the Hessian add up to {}. (With the derivatives themselves the trace is {}: at \
             degree 5 the kernel is no longer exact.)",
            decimal(&trace, 4),
            decimal(&laplacian_of_f, 4),
            decimal(finite_hessian.sum(), 4),
            decimal(f.laplacian_at(&two, &one), 4)
        ),
    );

    page.section("On a small image");
    let border = Border::named(&inputs.border);
    let either = |with_border, without| if border.is_some() { with_border } else { without };
    let seen = if let Some(border) = border {
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
        image.clone()
    };
    let across = page.show(
        either("across = surrounded ★ kernel_x", "across = image ★ kernel_x"),
        cross_correlate(&seen, &kernel_x, Valid)?,
    );
    let down = page.show(
        either("down = surrounded ★ kernel_y", "down = image ★ kernel_y"),
        cross_correlate(&seen, &kernel_y, Valid)?,
    );
    let across_and_down = page.show("across_and_down = across + down", &across + &down);
    let response = convolve(&seen, &kernel, Valid)?;
    page.ask(
        "At which pixels of `image` will the response be 0? Look for those that are the mean of their four neighbours.",
        zeros_of(&response, usize::from(border.is_none())),
    );
    let response = page.show(either("response = surrounded ∗ kernel", "response = image ∗ kernel"), response);
    page.claim(
        Origin::Said("on the kernel"),
        "Applying the filter and its transpose and adding the results is the same as convolving with the kernel.",
        across_and_down == response,
        format!("All {} entries are equal: if kernels are added, their responses are added.", response.len()),
    );
    page.say(
        "Where the kernel sees nothing but the image, the response to a constant is 0, and so is that to a ramp, \
         however steep. What is left are bends that do not cancel between x and y, edges (positive on one side and \
         negative on the other), and single pixels that stand out.",
    );
    page.say(
        "Many programs make up what lies outside the image, each in its own way. Here is what each puts above the \
         first pixels of `image`, and the response at these pixels. The names are those of SciPy's ndimage, where \
         zero is called constant; what NumPy and PyTorch call reflect is its mirror.",
    );
    page.table(
        "borders",
        ["border", "above the first pixels", "response at the first pixels"],
        at_the_border(&image, &kernel)?,
    );

    page.section("An edge in profile");
    page.say(
        "Why do edges come out positive on one side and negative on the other? Cut through an edge that takes a few \
         pixels from dark to light:",
    );
    let edge = page.show("edge", literal("0 0 0 1 4 7 8 8 8").map(Traced::from));
    let edge_slope = page.show("edge_slope = edge ★ difference", cross_correlate(&edge, &difference, Valid)?);
    let edge_bend = page.show("edge_bend = edge ★ second", cross_correlate(&edge, &second, Valid)?);
    let crossing = (1..edge_bend.len() - 1)
        .find(|&i| edge_bend[i - 1].value() > &0.into() && edge_bend[i + 1].value() < &0.into());
    let crossing = crossing.ok_or("the edge has a middle")? + 1;
    page.ask(
        "The slopes lie between the pixels, the second differences on the pixels from 1 on. At which x is the edge the \
         steepest, and what is the second difference there?",
        format!(
            "Around x = {crossing}, with a slope of {} on both sides. The second difference changes its sign there: \
             it has a zero crossing.",
            decimal(&edge_slope[crossing], 4)
        ),
    );
    page.figure(
        "edge_profile",
        format!(
            "An edge that rises from 0 to 8, its slope, a hill above the middle of the edge, and its second \
             difference, first positive, then negative, with the zero crossing at x = {crossing}."
        ),
        profile(&edge, &edge_slope, &edge_bend),
    );
    page.say(
        "This is how the Laplacian finds edges: the edge is where its response crosses zero, going from positive on \
         the dark side to negative on the light side. The response is not largest on the edge, but beside it.",
    );

    page.section("What it does to noise");
    page.say(
        "A single pixel that stands out is also what noise looks like. Let a coin decide for each pixel whether it \
         is 1 too bright or 1 too dark. A kernel with n weights that are not 0 meets 2ⁿ cases, and over all of them \
         the mean of the squared responses is the sum of the squared weights. Its square root says how much louder \
         the noise has become.",
    );
    page.table(
        "noise",
        ["formula", "cases", "mean square", "sum of squared weights", "noise gain (square root)"],
        vec![
            noise("first difference", &forward),
            noise("second difference", &uncentred),
            noise("Laplacian", &laplacian),
        ],
    );

    page.section("Smooth first: the Laplacian of Gaussian");
    page.say(
        "So one smooths before one differentiates. A weighted mean of each pixel and its neighbours, with weights \
         close to a bell curve, will do:",
    );
    let smoothing = page.show("smoothing", literal("1 2 1; 2 4 2; 1 2 1") / Exact::from_integer(16.into()));
    page.say(
        "Smoothing and then the Laplacian are two convolutions in a row. They are the same as one with a single \
         kernel, which is one kernel convolved with the other. (A full convolution, ∗_full: it may hang over the \
         edge, and cells outside count as 0.)",
    );
    let smooth_kernel = page.show(
        "smooth_kernel = smoothing ∗_full kernel",
        convolve(&smoothing.map(Traced::from), &kernel, Full)?,
    );
    let smooth = Stencil { weights: exact(&smooth_kernel)?, order: 2, anchor: (two.clone(), two.clone()) };
    let bowl =
        |formula: &Stencil<Exact>| formula.at(|x, y| &x * &x + &y * &y, (zero.clone(), zero.clone()), &one);
    let gain = |formula: &Stencil<Exact>| decimal(to_number(&formula.noise_variance()).sqrt(), 4);
    page.say(format!(
        "It is a small version of the Laplacian of Gaussian, with a dip in the middle and a rim around it. It \
         multiplies noise by {}, where the Laplacian multiplies it by {}. For the bowl x² + y² both respond with \
         {}, the right answer. The price is paid in sharpness: it mixes {} pixels and no longer {}. The wider the \
         smoothing, the less noise and the fewer details.",
        gain(&smooth),
        gain(&laplacian),
        write_number(&bowl(&smooth)),
        smooth.weights.iter().filter(|weight| **weight != zero).count(),
        kernel.iter().filter(|weight| **weight != zero).count(),
    ));

    on_a_picture(inputs, page)?;

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
    let [saddle, twisted] = saddles.map(|f| laplacian.at(f, (one.clone(), two.clone()), &one));
    page.exercise(
        "x² − y² and x·y bend everywhere. What is the response of the kernel at x = 1, y = 2? Why?",
        format!(
            "{} and {}. The first bends up along x exactly as much as it bends down along y; the second bends along \
             neither, only along the diagonals.",
            write_number(&saddle), write_number(&twisted)
        ),
    );
    let wave = Stencil::<f64>::laplacian();
    let [along, across_both] = [
        wave.at(|x, _| x.cos(), (0.0, 0.0), &1.0),
        wave.at(|x, y| ((x + y) / 2.0_f64.sqrt()).cos(), (0.0, 0.0), &1.0),
    ];
    page.exercise(
        "A wave of height 1, cos(t), has the Laplacian −1 at its crest, whichever way it runs. What is the response \
         of the kernel there if the wave runs along x (t = x)? If it runs along a diagonal (t = (x + y)/√2)?",
        format!(
            "2·cos 1 − 2 = {} and 4·cos(1/√2) − 4 = {}. The kernel does not treat all directions quite alike; the \
             longer the wave, the less it matters.",
            decimal(along, 3),
            decimal(across_both, 3)
        ),
    );
    let over_the_edge = cross_correlate(&image, &kernel, Same)?;
    page.exercise(
        "Many programs let the kernel hang over the edge and count what lies outside as 0. What is the response at \
         the top left pixel of `image` then, and why does it say little about the image?",
        format!("{}: the pixel is compared with two zeros that nobody has seen.", decimal(&over_the_edge[0], 4)),
    );
    let crisper = Stencil { weights: literal("0 0 0; 0 1 0; 0 0 0") - exact(&kernel)?, ..laplacian.clone() };
    page.exercise(
        "Image − response makes a picture crisper. Write it as a single kernel. By how much does it amplify noise?",
        format!(
            "{}: the mean square of noise grows by a factor of {}.",
            write_matrix(&crisper.weights),
            crisper.noise_variance()
        ),
    );
    let with_corners = Stencil { weights: literal("1 1 1; 1 -8 1; 1 1 1"), ..laplacian.clone() };
    let [found, expected] = [&with_corners, &laplacian].map(bowl);
    page.exercise(
        "Some books print 1 1 1 / 1 −8 1 / 1 1 1 as the Laplacian. What is its response to x² + y², and what should \
         it be?",
        format!(
            "{}, where the Laplacian is {}. So it has to be divided by {}.",
            write_number(&found),
            write_number(&expected),
            write_number(&(&found / &expected))
        ),
    );
    page.numpy(include_str!("numpy/laplacian.py"));
    Ok(())
}

/// A photograph, or one drawn by a formula, before and after.
fn on_a_picture(inputs: &Inputs, page: &mut Page) -> Told {
    let picture = &inputs.picture;
    let drawn = DMatrix::from_fn(160, 240, discs);
    let before = picture.as_ref().map_or(&drawn, |photograph| &photograph.grey);
    let mut strength = convolve(before, &Stencil::laplacian().weights, Valid)?;
    strength.apply(|response| *response = response.abs());
    let percent = |picture: &DMatrix<f32>, is_counted: &dyn Fn(f32) -> bool| {
        let counted = picture.iter().filter(|&&strength| is_counted(strength)).count();
        decimal(100.0 * counted as f64 / picture.len() as f64, 1)
    };
    let white = brightest(&strength);

    page.section("On a picture");
    page.say(format!(
        "The picture goes from 0, black, to 1, white. On the right, black is a response of 0; the stronger the \
         response, positive or negative, the brighter. From {} on (three times its root mean square) all is white, \
         which is {} % of the pixels here. No values are made up outside the picture. `--picture PATH.png` filters \
         a photograph of your own, of up to {} million pixels; with `--figures DIR` the result is written there in \
         full size, as `laplacian-picture-full-size.png`.",
        decimal(white, 3),
        percent(&strength, &|strength| strength > white),
        MAX_PIXELS / 1_000_000
    ));
    if let Some(photograph) = picture {
        page.given_text("picture", &photograph.path);
    }
    let [reduced_before, reduced_after] = [before, &strength].map(|picture| reduce(picture, LONGEST));
    page.figure_with(
        "picture",
        format!(
            "Left: {}, {}×{} pixels. Right: the strength of its Laplacian. At {} % of the pixels it is below {}.",
            picture.as_ref().map_or("three discs on a ramp from dark to light, drawn by a formula", |_| "the \
             photograph"),
            before.ncols(),
            before.nrows(),
            percent(&strength, &|strength| strength < QUIET),
            decimal(QUIET, 2),
        ),
        Chart::Pictures(vec![
            shown("before", &reduced_before, 1.0)?,
            shown("after: the strength of the Laplacian", &reduced_after, brightest(&reduced_after))?,
        ]),
        ("picture-full-size.png", png(&strength, white)?),
    );
    Ok(())
}

/// A formula with its name, the derivative that it stands for, and that derivative of 1 / (x·y) at (1, 1).
type Formula = (&'static str, Stencil<Exact>, Derivative, Exact);

fn to_number(exact: &Exact) -> f64 {
    Value::from(exact).to_f64()
}

fn slopes_of_the_cube() -> Vec<[Field; 4]> {
    let (cube, zero) = (Polynomial::new(literal("0 0 0 1")), Exact::zero());
    let slope = cube.derivative_x();
    let row = |x: i64| {
        let x = Exact::from_integer(x.into());
        let difference = Stencil::forward_difference().at(
            |x, y| cube.at(&x, &y),
            (x.clone(), zero.clone()),
            &Exact::one(),
        );
        let middle = &x + Exact::new(1.into(), 2.into());
        [(&x).into(), difference.into(), slope.at(&x, &zero).into(), slope.at(&middle, &zero).into()]
    };
    (0..5).map(row).collect()
}

/// The factor of the k-th derivative along x in what a formula gives: its result on xᵏ / k!, at 0 and for h = 1.
fn taylor(formula: &Stencil<Exact>, k: usize) -> Exact {
    let factorial = (1..=k).fold(Exact::one(), |product, i| product * Exact::from_integer(i.into()));
    let power = Polynomial::power(k, 0);
    formula.at(|x, y| power.at(&x, &y), (Exact::zero(), Exact::zero()), &Exact::one()) / factorial
}

fn taylor_terms(formulas: &[Formula]) -> Vec<[Field; 6]> {
    let row = |(name, formula, ..): &Formula| {
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|k| taylor(formula, k).to_string().into());
        [(*name).into(), a, b, c, d, e]
    };
    formulas.iter().map(row).collect()
}

/// By how many powers of h the first leftover term stands behind the derivative.
fn order_by_taylor(formula: &Stencil<Exact>) -> usize {
    (1..9).find(|order| !taylor(formula, formula.order + order).is_zero()).unwrap_or_default()
}

/// The errors on 1 / (x·y) at (1, 1), in thousandths, with h halved again and again.
fn errors_of(formulas: &[Formula; 5]) -> Vec<(Exact, [Exact; 5])> {
    let (one, thousand) = (Exact::one(), Exact::from_integer(1000.into()));
    let errors = |halvings: i32| {
        let h = Exact::new(1.into(), (1 << halvings).into());
        let error = formulas.each_ref().map(|(_, formula, _, derivative)| {
            let estimate = formula.at(|x, y| (x * y).recip(), (one.clone(), one.clone()), &h);
            (estimate - derivative).abs() * &thousand
        });
        (h, error)
    };
    (1..=6).map(errors).collect()
}

fn error_rows(errors: &[(Exact, [Exact; 5])]) -> Vec<[Field; 6]> {
    errors.iter().map(|(h, [a, b, c, d, e])| [h, a, b, c, d, e].map(Field::from)).collect()
}

/// The errors against h, and beside them the slopes of orders 1 and 2.
fn error_chart(formulas: &[Formula; 5], lines: [Vec<(f64, f64)>; 5]) -> Chart {
    let guide = |label, order, factor: f64| {
        let ends = [1.0 / 64.0, 0.5];
        Line::new(label, ends.map(|h: f64| (h, factor * h.powi(order))).into())
    };
    let lines = formulas.iter().zip(lines).map(|(formula, line)| Line::new(formula.0, line));
    Chart::Lines {
        x: Axis::logarithmic("distance h between the samples"),
        y: Axis::logarithmic("error in thousandths"),
        lines: lines.chain([guide("slope 1", 1, 10_000.0), guide("slope 2", 2, 100.0)]).collect(),
    }
}

/// Where the response is 0, as pixels of the image, in words; `further` counts what the response lacks on each side.
fn zeros_of(response: &DMatrix<Traced>, further: usize) -> String {
    const MOST: usize = 8;
    let pixels = (0..response.nrows()).flat_map(|i| (0..response.ncols()).map(move |j| (i, j)));
    let zeros: Vec<_> = pixels.filter(|&at| response[at] == Exact::ZERO).collect();
    let names = zeros.iter().take(MOST).map(|(i, j)| format!("[{},{}]", i + further, j + further));
    let names = names.collect::<Vec<_>>().join(", ");
    let colon = if zeros.is_empty() { "" } else { ": " };
    let more = if zeros.len() > MOST { " …" } else { "" };
    format!("At {} of {} pixels{colon}{names}{more}.", zeros.len(), response.len())
}

/// What each border puts above the first pixels, and the response at them.
fn at_the_border(
    image: &DMatrix<Traced>,
    kernel: &DMatrix<Traced>,
) -> Result<Vec<[Field; 3]>, Box<dyn Error>> {
    let few = image.ncols().min(6);
    let row = |(name, border): (&str, Border)| {
        let surrounded = bordered(image, border, 1);
        let above = exact(&surrounded.view((0, 1), (1, few)).into_owned())?;
        let responses = exact(&convolve(&surrounded, kernel, Valid)?.view((0, 0), (1, few)).into_owned())?;
        Ok([name.into(), write_matrix(&above).into(), write_matrix(&responses).into()])
    };
    Border::NAMED.into_iter().map(row).collect()
}

/// An edge, its slopes between the pixels, and its second differences on them.
fn profile(edge: &DMatrix<Traced>, slope: &DMatrix<Traced>, bend: &DMatrix<Traced>) -> Chart {
    let line = |label, row: &DMatrix<Traced>, first: f64| {
        let points = to_f64(row).iter().enumerate().map(|(i, value)| (first + i as f64, *value)).collect();
        Line::new(label, points)
    };
    Chart::Lines {
        x: Axis::linear("x"),
        y: Axis::linear("value"),
        lines: vec![
            line("the edge f", edge, 0.0),
            line("its slope f′", slope, 0.5),
            line("its second difference f″", bend, 1.0),
        ],
    }
}

/// How much louder a formula makes noise of 1 or −1 at each pixel, over all cases.
fn noise(name: &str, formula: &Stencil<Exact>) -> [Field; 5] {
    let responses = formula.answers_to_coins();
    let squares: Exact = responses.iter().map(|response| response * response).sum();
    let mean_square = squares / Exact::from_integer(responses.len().into());
    let gain = to_number(&mean_square).sqrt();
    [name.into(), responses.len().into(), mean_square.into(), formula.noise_variance().into(), gain.into()]
}

/// A derivative of a polynomial, at (x, y).
type Derivative = fn(&Polynomial<Exact>, &Exact, &Exact) -> Exact;

/// Responses weaker than this count as none.
const QUIET: f32 = 0.01;

/// Three discs on a ramp from dark to light, of 240×160 pixels.
fn discs(y: usize, x: usize) -> f32 {
    let (x, y) = (x as f32, y as f32);
    let disc = |(centre_x, centre_y, radius, grey): (f32, f32, f32, f32)| {
        ((x - centre_x).powi(2) + (y - centre_y).powi(2) < radius * radius).then_some(grey)
    };
    let discs = [(60.0, 82.0, 40.0, 0.9), (140.0, 54.0, 30.0, 0.05), (190.0, 114.0, 22.0, 1.0)];
    discs.into_iter().find_map(disc).unwrap_or(0.2 + 0.5 * x / 240.0)
}

/// What is drawn as white: three times the root mean square of the responses.
fn brightest(strength: &DMatrix<f32>) -> f32 {
    let squares: f32 = strength.column_iter().map(|column| column.norm_squared()).sum();
    3.0 * (squares / strength.len() as f32).sqrt()
}

fn shown(caption: &str, picture: &DMatrix<f32>, white: f32) -> io::Result<Picture> {
    let [width, height] =
        [picture.ncols(), picture.nrows()].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    Ok(Picture::new(caption, png(picture, white)?, width, height))
}

fn png(picture: &DMatrix<f32>, white: f32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write_png(picture, (0.0, white), &mut bytes)?;
    Ok(bytes)
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
