//! From the definition of a slope to the Laplacian kernel, and where each response belongs.

use num_traits::Zero;
use worked_examples::math::Padding::{Full, Valid};
use worked_examples::math::{
    Border, Polynomial, Shape, Stencil, bordered, convolve, cross_correlate, hessian, rot180,
};
use worked_examples::prelude::*;

#[path = "laplacian/exactness.rs"]
mod exactness;
#[path = "laplacian/image.rs"]
mod image;

/// What is given.
#[derive(Args, PartialEq)]
pub struct Inputs {
    /// A function sampled at 0, 1, 2 …: a row of at least 3 numbers
    #[arg(long, value_parser = matrix, value_name = "ROW", default_value = "0 1 8 27 64 125")]
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
    requires: "the derivative as the limit of a slope, partial derivatives, a Taylor series seen once, logarithms, what a \
               kernel sliding over an image computes",
    code: &[
        include_str!("laplacian.rs"),
        include_str!("laplacian/exactness.rs"),
        include_str!("laplacian/image.rs"),
    ],
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
        mistake(
            "kernel = [ 1 1 1; 1 -8 1; 1 1 1 ]",
            "neighbours",
            "take the four neighbours along rows and columns, and not the eight around",
        ),
        mistake(
            "across = image ★ kernel_y",
            "axes",
            "kernel_x looks along the rows: this is the other direction",
        ),
        mistake(
            "down = image ★ kernel_x",
            "axes",
            "kernel_y looks along the columns: this is the other direction",
        ),
        mistake(
            "kernel = [ 0 1 0; 1 4 1; 0 1 0 ]",
            "sign",
            "the middle is −4: a constant image has to give 0",
        ),
        mistake(
            "response = image ∗ [ 0 1 0; 1 4 1; 0 1 0 ]",
            "sign",
            "the middle of the kernel is −4: a constant image has to give 0",
        ),
        mistake(
            "response = image ∗ kernel / 4",
            "scaled",
            "multiply by 4: this is a quarter of the Laplacian, as Octave's del2 has it",
        ),
        mistake(
            "response = image ∗ [ 1 1 1; 1 -8 1; 1 1 1 ]",
            "neighbours",
            "take the four neighbours along rows and columns, and not the eight around",
        ),
        another_border("response = image ∗ kernel"),
        another_border("response = zero( image ) ∗ kernel"),
        another_border("response = reflect( image ) ∗ kernel"),
        another_border("response = nearest( image ) ∗ kernel"),
        another_border("response = mirror( image ) ∗ kernel"),
        another_border("response = wrap( image ) ∗ kernel"),
    ],
    check,
    vary,
    is_worth_working: |_| true,
    tell,
};

/// The response with a border that was not asked for.
const fn another_border(statement: &'static str) -> KnownMistake {
    mistake(
        statement,
        "border",
        "take the border that is asked for: this is the response with another one, see the table of borders",
    )
}

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let (rows, columns) = inputs.samples.shape();
    let why = format!("given {rows}×{columns}, expected one row of at least 3 numbers");
    Unusable::unless(rows == 1 && columns >= 3, "--samples", why)?;
    let fits = |option, (rows, columns): Shape| {
        let why = format!("given {rows}×{columns}, expected at least 3×3");
        Unusable::unless(rows.min(columns) >= 3, option, why)
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
        "in its derivation",
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
        "Take the difference of neighbours twice. What is left to understand is where the result belongs, and \
         how exact it is.",
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

    exactness::how_exact(&second, page)?;

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
        "on the filter",
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
        "Read it as: add the four neighbours and subtract the pixel four times. So the response is four times (mean of the \
         neighbours − pixel): positive where the pixel is darker than its neighbours are on average. (Many books write the kernel \
         with the signs reversed, +4 in the middle.)",
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
    let laplacian = Stencil::laplacian();
    let laplacian_of_f =
        page.value("laplacian_of_f", laplacian.at(|x, y| f.at(&x, &y), (two.clone(), one.clone()), &one));
    let [along_x, along_y] = [f.derivative_x().derivative_x(), f.derivative_y().derivative_y()]
        .map(|derivative| derivative.at(&two, &one));
    page.claim(
        "on the Laplace operator",
        "The Laplacian is the sum of the second derivatives; it can also be seen as the trace of the Hessian.",
        ClaimVerdict::under(
            "only those along x and along y are added, the diagonal of the Hessian",
            finite_hessian.sum() == laplacian_of_f,
            trace == laplacian_of_f && exact(&kernel)? == laplacian.weights,
        ),
        format!(
            "With differences in place of derivatives, the trace is {trace}, and so is the response of the kernel, \
             {laplacian_of_f}; all four entries of the Hessian add up to {}. (With the derivatives themselves the diagonal is \
             {along_x} and {along_y}, and the trace {}. f has degree 5 in x and 4 in y, and the kernel is exact only up to degree \
             {} in each.)",
            finite_hessian.sum(), f.laplacian_at(&two, &one), laplacian.degree_of_exactness(Polynomial::laplacian_at).unwrap_or_default()
        ),
    );

    image::on_a_small_image(&image, &inputs.border, [&kernel_x, &kernel_y, &kernel], page)?;
    image::an_edge_in_profile(&difference, &second, page)?;

    page.section("What it does to noise");
    page.say(
        "A single pixel that stands out is also what noise looks like. Let a coin decide for each pixel whether it is 1 too \
         bright or 1 too dark. A kernel with n weights that are not 0 meets 2ⁿ cases. The response is a sum of products, weight \
         times pixel. When it is squared, each product is multiplied by itself, which gives the weight squared, because (±1)² = \
         1. It is also multiplied by every other product, but two different pixels multiply to +1 as often as to −1, so these \
         parts cancel in the mean. So over all cases the mean of the squared responses is the sum of the squared weights. Its \
         square root says how much louder the noise has become.",
    );
    page.table(
        "noise",
        ["formula", "cases", "mean square", "sum of squared weights", "noise gain (square root)"],
        [
            noise("first difference", &Stencil::forward_difference()),
            noise("second difference", &Stencil::second_difference()),
            noise("Laplacian", &Stencil::laplacian()),
        ],
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
    let smooth = Stencil::of_second_order(exact(&smooth_kernel)?);
    let bowl =
        |formula: &Stencil<Exact>| formula.at(|x, y| &x * &x + &y * &y, (zero.clone(), zero.clone()), &one);
    let pixels = |formula: &Stencil<Exact>| formula.weights.iter().filter(|weight| !weight.is_zero()).count();
    page.say(format!(
        "It is a small version of the Laplacian of Gaussian, with a dip in the middle and a rim around it. It \
         multiplies noise by {}, where the Laplacian multiplies it by {}. For the bowl x² + y² both respond with \
         {}, the right answer. The price is paid in sharpness: it mixes {} pixels and no longer {}. The wider the \
         smoothing, the less noise and the fewer details.",
        Value::from(smooth.noise_gain()), Value::from(laplacian.noise_gain()), write_number(&bowl(&smooth)), pixels(&smooth), pixels(&laplacian),
    ));

    image::on_a_picture(inputs.picture.as_ref(), page)?;

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
            "{saddle} and {twisted}. The first bends up along x exactly as much as it bends down along y; the second \
             bends along neither, only along the diagonals.",
        ),
    );
    let waves: [fn(f64, f64) -> f64; 2] = [|x, _| x.cos(), |x, y| ((x + y) / 2.0_f64.sqrt()).cos()];
    let [along, diagonal] = waves.map(|wave| Value::from(Stencil::laplacian().at(wave, (0.0, 0.0), &1.0)));
    page.exercise(
        "A wave of height 1, cos(t), has the Laplacian −1 at its crest, whichever way it runs. What is the response \
         of the kernel there if the wave runs along x (t = x)? If it runs along a diagonal (t = (x + y)/√2)?",
        format!(
            "2·cos 1 − 2 = {along:.3} and 4·cos(1/√2) − 4 = {diagonal:.3}. The kernel does not treat all directions quite \
             alike; the longer the wave, the less it matters.",
        ),
    );
    let wrapped = bordered(&image, Border::Wrap, 1);
    let [above, left, pixel, right, below] = [(0, 1), (1, 0), (1, 1), (1, 2), (2, 1)].map(|at| &wrapped[at]);
    page.exercise(
        "With the border wrap, what does the kernel see around the top left pixel of `image`, and what is its response? \
         What does that say about the image?",
        format!(
            "{above} above, {left} to the left, {right} to the right and {below} below: {above} + {left} + {right} + \
             {below} − 4 · {pixel} = {}. That says little: the pixel is compared with the opposite sides of the image.",
            convolve(&wrapped, &kernel, Valid)?[0]
        ),
    );
    let crisper = Stencil::of_second_order(literal("0 0 0; 0 1 0; 0 0 0") - exact(&kernel)?);
    page.exercise(
        "Image − response makes a picture crisper. Write it as a single kernel. How much louder does it make noise?",
        format!(
            "{}: the mean square of the noise grows to {variance} times what it was, so the noise becomes √{variance} = \
             {} times louder.",
            write_matrix(&crisper.weights).replace("; ", " / ").replace('-', "−"),
            Value::from(crisper.noise_gain()),
            variance = crisper.noise_variance()
        ),
    );
    let [found, expected] =
        [&Stencil::of_second_order(literal("1 1 1; 1 -8 1; 1 1 1")), &laplacian].map(bowl);
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

/// A row of numbers in a sentence.
fn listed(row: &Numbers) -> String {
    decimals(row, 4).replace(' ', ", ").replace('-', "−")
}

fn slopes_of_the_cube() -> impl Iterator<Item = [Exact; 4]> {
    (0..5).map(|x: i64| {
        let slope_in_middle = Exact::new((3 * (2 * x + 1).pow(2)).into(), 4.into());
        [whole(x), whole((x + 1).pow(3) - x.pow(3)), whole(3 * x * x), slope_in_middle]
    })
}

/// How much louder a formula makes noise of 1 or −1 at each pixel, over all cases.
fn noise(name: &'static str, formula: &Stencil<Exact>) -> impl Row<5> + use<> {
    let responses = formula.answers_to_coins();
    let squares: Exact = responses.iter().map(|response| response * response).sum();
    let mean_square = squares / Exact::from_integer(responses.len().into());
    (name, responses.len(), mean_square, formula.noise_variance(), formula.noise_gain())
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
