//! From the definition of a slope to the Laplacian kernel, and where each answer belongs.

use clap::Args;
use nalgebra::DMatrix;
use num_traits::Zero;
use std::error::Error;
use std::io;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, KnownMistake, Photograph, Topic, Unusable, matrix, photograph};
use worked_examples::math::Padding::{Same, Valid};
use worked_examples::math::{
    Border, MAX_PIXELS, Polynomial, Stencil, Window, argmax, bordered, convolve, cross_correlate, hessian,
    order_of_accuracy, reduce, rot180, to_f64, write_png,
};
use worked_examples::notebook::{
    Axis, Bar, Chart, ClaimVerdict, Field, Line, Origin, Page, Picture, Told, Traced, Value, decimal,
    decimals, exact, literal, printed, write_matrix, write_number,
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
        "Somebody asks how the finite-difference formula behind the Laplacian filter comes about. The answer \
         derives the kernel from the definition of the derivative; its steps are tested here.",
    ),
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

/// The longest side of a picture in a figure.
const LONGEST: usize = 480;

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let picture = &inputs.picture;
    let [zero, half, one, two] =
        [(0, 1), (1, 2), (1, 1), (2, 1)].map(|(n, d)| Exact::new(n.into(), d.into()));
    let number = |exact: &Exact| Value::from(exact).to_f64();

    page.section("What is given");
    page.say(
        "The Laplacian of a function is the sum of its second derivatives along x and along y: it measures how far a point lies \
         below the average of its surroundings. An image is a function too, but one that is known at whole pixels only. So a \
         derivative has to be made from differences of pixels, and that is all there is to the famous kernel.",
    );
    page.formula(
        r"\Delta f = \frac{\partial^2 f}{\partial x^2} + \frac{\partial^2 f}{\partial y^2} \qquad f'(x) = \lim_{h \to 0} \frac{f(x+h) - f(x)}{h}",
        "Δf = ∂²f/∂x² + ∂²f/∂y²,   f′(x) = lim (f(x + h) − f(x)) / h  for h → 0",
    );
    page.say("A function sampled at x = 0, 1, 2 …, and a small image; rows and columns are counted from 0.");
    let samples = page.given("samples", &inputs.samples);
    let image = page.given("image", &inputs.image);
    page.given_text("border", &inputs.border);

    page.section("The slope between two pixels");
    page.say("The smallest h that a grid has is 1. Without the limit, a difference of neighbours is left:");
    page.formula(r"f'(x) \approx f(x+1) - f(x)", "f′(x) ≈ f(x+1) − f(x)");
    page.say(
        "`difference` holds the two factors, or weights, of f(x) and f(x+1). It slides along the samples (★), and \
         wherever it fits entirely, weights times samples are added up.",
    );
    let forward = Stencil::<Exact>::forward_difference();
    let difference = page.show("difference", forward.weights.clone());
    let first_difference =
        page.show("first_difference = samples ★ difference", cross_correlate(&samples, &difference, Valid)?);
    page.say(
        "Now samples of x³, whose slope 3x² is known. Is the difference the slope at x, or the slope in the middle \
         between the two pixels?",
    );

    let cube = Polynomial::new(literal("0 0 0 1"));
    let slope = cube.derivative_x();
    let rows = (0..5).map(|x| {
        let x = Exact::from_integer(x.into());
        let difference = forward.at(|x, y| cube.at(&x, &y), (x.clone(), zero.clone()), &one);
        let between = slope.at(&(&x + &half), &zero);
        [(&x).into(), difference.into(), slope.at(&x, &zero).into(), between.into()]
    });
    page.table("slopes", ["x", "f(x+1) − f(x)", "slope at x", "slope at x + ½"], rows.collect());
    page.say("It misses the slope at x by more and more, and the slope in the middle by the same little everywhere.");

    page.section("The slope of the slope");
    page.say("The second derivative is the derivative of the derivative: a difference of differences.");
    page.formula(
        r"\begin{aligned} f'(x) &\approx f(x+1) - f(x) \\ f'(x+1) &\approx f(x+2) - f(x+1) \\ f''(x) &\approx f'(x+1) - f'(x) \\ &\approx f(x+2) - f(x+1) - f(x+1) + f(x) \\ &= f(x+2) - 2 f(x+1) + f(x) \end{aligned}",
        "f′(x)   ≈ f(x+1) − f(x)\nf′(x+1) ≈ f(x+2) − f(x+1)\nf″(x)   ≈ f′(x+1) − f′(x)\n        ≈ f(x+2) − f(x+1) − f(x+1) + f(x)\n        = f(x+2) − 2·f(x+1) + f(x)",
    );
    page.say("As weights of f(x), f(x+1) and f(x+2) the lines of this derivation are:");
    let slope_at_x = page.show("slope_at_x", difference.clone().insert_column(2, Traced::zero()));
    let slope_at_next = page.show("slope_at_next", difference.clone().insert_column(0, Traced::zero()));
    let second = page.show("second = slope_at_next − slope_at_x", &slope_at_next - &slope_at_x);
    page.audit(&second, printed("1 -2 1", 0));
    page.say("On the samples, one step after the other, and then with these weights at once:");
    let difference_of_difference = page.show(
        "difference_of_difference = first_difference ★ difference",
        cross_correlate(&first_difference, &difference, Valid)?,
    );
    let second_difference =
        page.show("second_difference = samples ★ second", cross_correlate(&samples, &second, Valid)?);
    let [weights, both_ways] = [&second, &difference_of_difference].map(|matrix| decimals(matrix, 4));
    page.claim(
        Origin::Page,
        "The difference of the difference is f(x+2) − 2·f(x+1) + f(x).",
        exact(&second)? == Stencil::second_difference().weights
            && second_difference == difference_of_difference,
        format!("The weights come out as {weights}, and on the samples both ways give {both_ways}."),
    );
    let cubes = literal("0 1 8 27 64").map(Traced::from);
    let bends = cross_correlate(&cubes, &second, Valid)?;
    page.ask(
        format!(
            "The samples {} of x³ give {}. The second derivative is 6x. At which x is it that?",
            decimals(&cubes, 4),
            decimals(&bends, 4)
        ),
        format!(
            "At {}: each value belongs one pixel to the right of where it was computed.",
            decimals(&bends.map(|bend| bend / 6.into()), 4)
        ),
    );

    page.section("How exact, and where?");
    page.say(
        "On a polynomial a formula and the derivative can both be computed in fractions and compared, here at x = 2. \
         Each difference is taken twice: with its first pixel at x (so from 2 and 3, or from 2, 3 and 4), and with the \
         middle of its pixels at x (from 1½ and 2½, or from 1, 2 and 3). By how much does it miss the derivative of \
         xᵈ? And the kernel, with its middle at x = 2 and y = 1, the Laplacian of xᵈ·yᵈ?",
    );
    let uncentred = Stencil::<Exact>::second_difference();
    let centred = uncentred.clone().centred();
    let laplacian = Stencil::<Exact>::laplacian();
    let slope: Derivative = |f, x, y| f.derivative_x().at(x, y);
    let curvature: Derivative = |f, x, y| f.derivative_x().derivative_x().at(x, y);
    let formulas = [
        ("first difference, at x", forward.clone(), slope, -&one),
        ("first difference, in the middle", forward.clone().centred(), slope, -&one),
        ("second difference, at x", uncentred.clone(), curvature, two.clone()),
        ("second difference, in the middle", centred.clone(), curvature, two.clone()),
        ("Laplacian, in the middle", laplacian.clone(), Polynomial::laplacian_at, &two + &two),
    ];
    let rows = (0..=5).map(|degree| {
        let f = Polynomial::power(degree, degree);
        let [a, b, c, d, e] = formulas.each_ref().map(|(_, formula, derivative, _)| {
            let estimate = formula.at(|x, y| f.at(&x, &y), (two.clone(), one.clone()), &one);
            Field::from(estimate - derivative(&f, &two, &one))
        });
        [degree.into(), a, b, c, d, e]
    });
    page.table(
        "exactness",
        ["d", "first at x", "first in middle", "second at x", "second in middle", "Laplacian"],
        rows.collect(),
    );

    page.say(
        "Where a formula is not exact its error has an order: with order p, half the distance h between the samples \
         leaves about 1/2ᵖ of the error. Here is the error on 1 / (x·y) at x = y = 1, in thousandths.",
    );
    let thousand = Exact::from_integer(1000.into());
    let errors: Vec<_> = (1..=6)
        .map(|halvings| {
            let h = Exact::new(1.into(), (1 << halvings).into());
            let error = formulas.each_ref().map(|(_, formula, _, derivative)| {
                let estimate = formula.at(|x, y| (x * y).recip(), (one.clone(), one.clone()), &h);
                num_traits::abs(estimate - derivative) * &thousand
            });
            (h, error)
        })
        .collect();
    let rows = errors.iter().map(|(h, [a, b, c, d, e])| [h, a, b, c, d, e].map(Field::from));
    page.table(
        "errors",
        ["h", "first at x", "first in middle", "second at x", "second in middle", "Laplacian"],
        rows.collect(),
    );
    let lines: [Vec<(f64, f64)>; 5] = std::array::from_fn(|formula| {
        errors.iter().map(|(h, errors)| (number(h), number(&errors[formula]))).collect()
    });
    let factor = |line: &Vec<(f64, f64)>| decimal(line[line.len() - 2].1 / line[line.len() - 1].1, 2);
    page.ask(
        "By which factor does each error fall in the last row, where h is halved once more? What are the orders?",
        format!(
            "By {} from left to right: near 2, so order 1, with the answer at x, and near 4, so order 2, with the answer \
             in the middle.",
            lines.each_ref().map(factor).join(", ")
        ),
    );

    let order = |line: &Vec<(f64, f64)>| order_of_accuracy(&line[line.len() - 2..]).unwrap_or(f64::NAN);
    let orders = lines.each_ref().map(order);
    let degrees = formulas
        .each_ref()
        .map(|(_, formula, derivative, _)| formula.degree_of_exactness(derivative).unwrap_or_default());
    let row = |i: usize| [formulas[i].0.into(), degrees[i].into(), orders[i].into()];
    page.table("orders", ["formula", "exact up to degree", "order of its error"], (0..5).map(row).collect());
    page.say(
        "The degrees are proven in fractions: a miss on xᵈ is a polynomial of degree d at most, and one that is 0 at \
         d + 1 places is 0 everywhere. For the Laplacian they count in each variable. The orders are measured between \
         the last two rows of errors; they come closer to whole numbers the smaller h gets.",
    );
    let order = orders.map(|order| decimal(order, 2));
    page.figure(
        "error_by_step",
        format!(
            "The error against the distance h between the samples, both logarithmic: nearly straight lines. Their slopes \
             at the left end: {}.",
            formulas.iter().zip(&order).map(|(f, order)| format!("{} {order}", f.0)).collect::<Vec<_>>().join("; ")
        ),
        Chart::Lines {
            x: Axis::logarithmic("distance h between the samples"),
            y: Axis::logarithmic("error in thousandths"),
            lines: formulas.iter().zip(lines).map(|(f, line)| Line::new(f.0, line)).collect(),
        },
    );
    let near = |order: f64, expected: f64| (order - expected).abs() < 0.1;
    let always_exact = |formula: usize| errors.iter().all(|(_, errors)| errors[formula] == zero);
    page.claim(
        Origin::Page,
        "On a grid the derivative is f(x+1) − f(x).",
        ClaimVerdict::under("f is a straight line", always_exact(0), degrees[0] == 1),
        format!(
            "At x the difference is exact up to degree {}; its error is of order {}.",
            degrees[0], order[0]
        ),
    );
    page.claim(
        Origin::Page,
        "The difference of a pixel and its right neighbour brings a shift of half a pixel: it is the slope in between.",
        degrees[1] == 2 && near(orders[1], 2.0) && near(orders[0], 1.0),
        format!(
            "Put at x + ½ it is exact up to degree {} and its error of order {}; put at x up to {}, of order {}.",
            degrees[1], order[1], degrees[0], order[0]
        ),
    );
    page.claim(
        Origin::Page,
        "Two such shifts add up: the second difference belongs one pixel further on.",
        degrees[3] == 3 && near(orders[3], 2.0) && near(orders[2], 1.0),
        format!("Put at x + 1 it is exact up to degree {}, put at x only up to {}.", degrees[3], degrees[2]),
    );
    // 1, x and x² at 0, 1 and 2, and the inverse of that matrix.
    let [powers, inverse] = ["1 1 1; 0 1 2; 0 1 4", "1 -3/2 1/2; 0 2 -1; 0 -1/2 1/2"].map(literal);
    let only_solution = (&inverse * literal("0; 0; 2")).transpose();
    page.claim(
        Origin::Page,
        "It is the simplest approximation of the second derivative that sampled data allows.",
        &inverse * &powers == DMatrix::identity(3, 3)
            && only_solution == exact(&second)?
            && second.iter().all(|weight| *weight != zero),
        format!(
            "For three pixels in a row, being exact for 1, x and x² gives three equations with a single solution, {}. None of \
             its weights is 0, so two of these pixels are not enough.",
            write_matrix(&only_solution)
        ),
    );

    page.section("To the left or to the right?");
    page.say(
        "The answer computed at x belongs to x + 1: it has a bias. So it has to be shifted by one pixel, and it is \
         tempting to say: to the left. Let a single pixel stand out and follow where it is answered. (Beyond the ends \
         everything is 0.)",
    );
    let spike = page.show("spike", literal("0 0 0 0 1 0 0 0 0"));
    let answer_at_x = page
        .show("answer_at_x", cross_correlate(&spike, &second, Valid)?.insert_columns(7, 2, Traced::zero()));
    let lowest = |row: &DMatrix<Traced>| argmax(&-row).unwrap_or_default();
    let computed = lowest(&answer_at_x);
    page.ask(
        "The answer is strongest where it is most negative. At which x is that, and which way must it move to stand \
         under the spike?",
        format!(
            "At x = {computed}, to the left of the spike: the formula looks to the right, so it sees the spike too early. \
             The answer has to move right."
        ),
    );

    let moved_left =
        page.show("moved_left", answer_at_x.clone().remove_column(0).insert_column(8, Traced::zero()));
    let moved_right =
        page.show("moved_right", answer_at_x.clone().remove_column(8).insert_column(0, Traced::zero()));
    let [left, right] = [&moved_left, &moved_right].map(lowest);
    let stands = argmax(&spike).unwrap_or_default();
    page.headline(
        Origin::Page,
        "Shifting the second difference to the left by one pixel removes its bias.",
        left == stands,
        format!(
            "With f(x+2) − 2·f(x+1) + f(x) as the answer at x, a spike at {stands} is answered at {computed}; shifted left \
             the answer stands at {left}, and only shifted right at {right}."
        ),
    );
    let with_x_in_the_middle = cross_correlate(&spike, &second, Same)?;
    page.claim(
        Origin::Page,
        "The shifted formula is f(x+1) − 2·f(x) + f(x−1).",
        with_x_in_the_middle == moved_right,
        format!(
            "It answers the spike with {}, which is the answer moved to the right: the formula is right, and only the word \
             “left” is not.",
            decimals(&with_x_in_the_middle, 4)
        ),
    );
    let bars = |(label, row): (&str, &DMatrix<Traced>)| Bar::new(label, to_f64(row).as_slice().to_vec());
    page.figure(
        "spike_and_answers",
        format!(
            "A spike at x = {stands}, and its second difference: as computed it is lowest at {computed}, moved left at \
             {left}, moved right at {right}."
        ),
        Chart::Bars {
            y: Axis::linear("value"),
            groups: (0..9).map(|x| format!("x = {x}")).collect(),
            bars: [
                ("the spike", &spike),
                ("the answer, put at x", &answer_at_x),
                ("moved left", &moved_left),
                ("moved right", &moved_right),
            ]
            .map(bars)
            .into(),
        },
    );
    page.headline(
        Origin::Page,
        "Put in its place, the second difference has no bias.",
        ClaimVerdict::under(
            "f is a polynomial of degree at most 3",
            always_exact(3),
            degrees[3] == 3 && degrees[4] == 3,
        ),
        format!(
            "In the middle of its three pixels the second difference is exact up to degree {}, the Laplacian up to degree {} \
             in each variable, and beyond that the error falls with order {}; put at the first pixel it is exact up to \
             degree {} only, and of order {}.",
            degrees[3], degrees[4], order[3], degrees[2], order[2]
        ),
    );

    page.section("A convolution");
    page.say(
        "So far the weights were laid on the samples as they are: a cross-correlation (★). A convolution (∗) turns the \
         kernel by 180° before it slides. Does it matter?",
    );
    let second_turned = page.show("second_turned = rot180( second )", rot180(&second));
    let second_as_convolution =
        page.show("second_as_convolution = samples ∗ second", convolve(&samples, &second, Valid)?);
    let difference_turned = page.show("difference_turned = rot180( difference )", rot180(&difference));
    page.show("first_as_convolution = samples ∗ difference", convolve(&samples, &difference, Valid)?);
    let [turned, of_two, of_two_turned] =
        [&second_turned, &difference, &difference_turned].map(|matrix| decimals(matrix, 4));
    page.claim(
        Origin::Page,
        "Computing the second difference is the same as convolving with 1 −2 1.",
        second_as_convolution == second_difference && second_turned == second,
        format!(
            "{weights} turned by 180° is {turned}, so convolution and cross-correlation agree. Not every kernel is so: \
             {of_two} turned is {of_two_turned}, and as a convolution the first difference has its sign changed."
        ),
    );

    page.section("Two dimensions");
    page.say("One second difference across, the same one down, and their sum:");
    let kernel_x =
        page.show("kernel_x", second.clone().insert_row(0, Traced::zero()).insert_row(2, Traced::zero()));
    page.audit(&kernel_x, printed("0 0 0; 1 -2 1; 0 0 0", 0));
    let kernel_y = page.show("kernel_y = kernel_xᵀ", kernel_x.transpose());
    page.audit(&kernel_y, printed("0 1 0; 0 -2 0; 0 1 0", 0));
    let kernel = page.show("kernel = kernel_x + kernel_y", &kernel_x + &kernel_y);
    page.audit(&kernel, printed("0 1 0; 1 -4 1; 0 1 0", 0));

    page.say(
        "All second derivatives of a function of x and y form a matrix, the Hessian: along x and along y on the diagonal, \
         the mixed ones off the diagonal. The sum of the diagonal is called the trace. Made from differences, each taken half a \
         pixel to both sides, for f(x, y) = x⁵ + x³·y² + x·y⁴ at x = 2, y = 1:",
    );
    let f = Polynomial::new(literal("0 0 0 0 0 1; 0 0 0 0 0 0; 0 0 0 1 0 0; 0 0 0 0 0 0; 0 1 0 0 0 0"));
    let finite_hessian =
        page.show("finite_hessian", hessian(|x, y| f.at(&x, &y), (two.clone(), one.clone()), &one));
    let trace = page.value("trace", finite_hessian.trace());
    let laplacian_of_f =
        page.value("laplacian_of_f", laplacian.at(|x, y| f.at(&x, &y), (two.clone(), one.clone()), &one));
    let [trace, by_the_kernel, by_derivatives] =
        [(&trace).into(), (&laplacian_of_f).into(), Value::from(f.laplacian_at(&two, &one))]
            .map(|number: Value| decimal(number, 4));
    page.claim(
        Origin::Page,
        "The Laplacian is the sum of the second derivatives, the trace of the Hessian.",
        trace == by_the_kernel && exact(&kernel)? == laplacian.weights,
        format!(
            "With differences for derivatives too: the trace is {trace}, and the kernel gives {by_the_kernel}. (The \
             derivatives themselves give {by_derivatives}: at degree 5 the kernel is no longer exact.)"
        ),
    );

    page.section("On a small image");
    let border = Border::named(&inputs.border);
    let either = |with_border, without| if border.is_some() { with_border } else { without };
    let seen = if let Some(border) = border {
        page.say(format!(
            "So that the kernel may hang over the edge, one row and one column are made up on each side, as the border {} \
             does. The response is as large as the image.",
            inputs.border
        ));
        page.show("surrounded", bordered(&image, border, 1))
    } else {
        page.say(
            "No values are made up outside the image: the kernel stays on it, so the response is smaller by one pixel on \
             each side.",
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
    let response = convolve(&seen, &kernel, Valid)?;
    page.ask(
        "Which pixels of `image` will answer 0? Look for those that are the mean of their four neighbours.",
        format!(
            "{} of {}: the zeros of `response`{}.",
            response.iter().filter(|&entry| *entry == zero).count(),
            response.len(),
            either("", ", each one row and one column further on in `image`")
        ),
    );
    let across_and_down = page.show("across_and_down = across + down", &across + &down);
    let response = page.show(either("response = surrounded ∗ kernel", "response = image ∗ kernel"), response);
    page.claim(
        Origin::Page,
        "Applying the filter and its transpose and adding the results is the same as convolving with the kernel.",
        across_and_down == response,
        format!("All {} entries are equal: weights that are added give answers that are added.", response.len()),
    );
    page.say(
        "Where it sees nothing but the image, the kernel answers a constant with 0, and so it does a ramp, however steep. What is left are bends, edges (positive on one \
         side and negative on the other) and single pixels that stand out.",
    );

    page.say(
        "Many programs make up what stands outside, each in its own way. Here is what each puts above the first pixels of \
         `image`, and what these pixels answer then. The names are those of SciPy's ndimage, where zero is called \
         constant; what NumPy and PyTorch call reflect is its mirror.",
    );
    let rows = Border::NAMED.map(|(name, border)| {
        let surrounded = bordered(&image, border, 1);
        let few = image.ncols().min(6);
        let above = exact(&surrounded.view((0, 1), (1, few)).into_owned())?;
        let answers = exact(&convolve(&surrounded, &kernel, Valid)?.view((0, 0), (1, few)).into_owned())?;
        Ok::<_, Box<dyn Error>>([name.into(), write_matrix(&above).into(), write_matrix(&answers).into()])
    });
    let rows = rows.into_iter().collect::<Result<_, _>>()?;
    page.table("borders", ["border", "above the first pixels", "their response"], rows);

    page.section("What it does to noise");
    page.say(
        "A single pixel that stands out is also what noise looks like. Let a coin decide for each pixel whether it is 1 \
         too bright or 1 too dark, so that its square is always 1, and go through all cases: the mean of the squared \
         answers says how much louder the noise has become. It is the sum of the squared weights.",
    );
    let row = |name: &str, formula: &Stencil<Exact>| {
        let answers = formula.answers_to_coins();
        let squares: Exact = answers.iter().map(|answer| answer * answer).sum();
        let mean_square = squares / Exact::from_integer(answers.len().into());
        let sum_of_squares = formula.noise_variance();
        let louder = number(&mean_square).sqrt();
        [name.into(), answers.len().into(), mean_square.into(), sum_of_squares.into(), louder.into()]
    };
    let rows = vec![
        row("first difference", &forward),
        row("second difference", &uncentred),
        row("Laplacian", &laplacian),
    ];
    page.table(
        "noise",
        ["formula", "cases", "mean square", "sum of squared weights", "noise gain (square root)"],
        rows,
    );

    page.section("On a picture");
    page.say(format!(
        "Black is where the answer is 0; the stronger it is, positive or negative, the brighter. Again no border is \
         invented. `--picture PATH.png` filters a photograph of your own, of up to {} million pixels; with `--figures DIR` \
         the result is written there in full size, as `laplacian-picture-full-size.png`.",
        MAX_PIXELS / 1_000_000
    ));
    if let Some(photograph) = picture {
        page.given_text("picture", &photograph.path);
    }
    let drawn = DMatrix::from_fn(160, 240, discs);
    let before = picture.as_ref().map_or(&drawn, |photograph| &photograph.grey);
    let mut strength = convolve(before, &Stencil::laplacian().weights, Valid)?;
    strength.apply(|answer| *answer = answer.abs());
    let [reduced_before, reduced_after] = [before, &strength].map(|picture| reduce(picture, LONGEST));
    let quiet = strength.iter().filter(|&&strength| strength < QUIET).count();
    page.figure_with(
        "picture",
        format!(
            "Left: {}, {}×{} pixels. Right: the strength of its Laplacian. {} % of the pixels answer with less than {} % of \
             the way from black to white.",
            picture.as_ref().map_or("three discs on a ramp from dark to light, drawn by a formula", |_| "the photograph"),
            before.ncols(),
            before.nrows(),
            decimal(100.0 * quiet as f64 / strength.len() as f64, 1),
            decimal(100.0 * QUIET, 1),
        ),
        Chart::Pictures(vec![
            shown("before", &reduced_before, 1.0)?,
            shown("after: the strength of the Laplacian", &reduced_after, brightest(&reduced_after))?,
        ]),
        ("picture-full-size.png", png(&strength, brightest(&strength))?),
    );

    page.section("Exercises");
    page.exercise(
        "Find weights a, b, c such that a·f(−1) + b·f(0) + c·f(1) is the second derivative at 0 of 1, of x and of x². Is there \
         another solution? Could two samples do?",
        format!(
            "a + b + c = 0, −a + c = 0, a + c = 2: only {weights}. With two samples the first two equations already make \
             both weights 0."
        ),
    );
    let over_the_edge = cross_correlate(&image, &kernel, Same)?;
    page.exercise(
        "Many programs let the kernel hang over the edge and count what lies outside as 0. What does the top left pixel of \
         `image` answer then, and why is that no property of the image?",
        format!("{}: it is measured against two zeros that nobody has seen.", decimal(&over_the_edge[0], 4)),
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
    let bowl =
        |formula: &Stencil<Exact>| formula.at(|x, y| &x * &x + &y * &y, (zero.clone(), zero.clone()), &one);
    let [found, expected] = [&with_corners, &laplacian].map(bowl);
    page.exercise(
        "Some books print 1 1 1 / 1 −8 1 / 1 1 1 as the Laplacian. What does it answer for x² + y², and what should it?",
        format!(
            "{} where the Laplacian is {}, so it has to be divided by {}.",
            write_number(&found),
            write_number(&expected),
            write_number(&(&found / &expected))
        ),
    );
    page.numpy(include_str!("numpy/laplacian.py"));
    Ok(())
}

/// A derivative of a polynomial, at (x, y).
type Derivative = fn(&Polynomial<Exact>, &Exact, &Exact) -> Exact;

/// Answers weaker than this count as none.
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

/// What is drawn as white: three times the root mean square of the answers.
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
