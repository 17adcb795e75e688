//! Two convolution layers, forward and backward by hand, and whether what is called the gradient is one.

use clap::{Args, ValueEnum};
use nalgebra::DMatrix;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::{Draw, half_is_alive, numbers};
use worked_examples::cli::{self, Topic, Unusable, matrix, number};
use worked_examples::math::Padding::{Full, Valid};
use worked_examples::math::{
    Padding, ShapeError, Window, convolution_matrix, convolve, cosine, cross_correlate, descend, rot180,
    squared_error, to_f64,
};
use worked_examples::notebook::{
    Axis, Chart, ClaimVerdict, Field, Grid, Line, Notebook, Origin, Page, Shading, Told, Traced, Value,
    decimal, decimals, exact, is_gradient_for_all_numbers, literal, printed, rounded, rounds_to, truncated,
    write_matrix,
};

/// What is given.
#[derive(Args, PartialEq)]
pub struct Inputs {
    /// The input of the first layer
    #[arg(long, value_parser = matrix)]
    #[arg(default_value = ".7 -.3 -.7 .5; .9 -.5 -.2 .9; -.1 .8 -.3 -.5; 0 .2 -.1 .6")]
    pub image: DMatrix<Exact>,
    /// The kernel of the first layer
    #[arg(long, value_parser = matrix, default_value = ".1 -.3; -.5 .7")]
    pub kernel_1: DMatrix<Exact>,
    /// The kernel of the second layer
    #[arg(long, value_parser = matrix, default_value = "-.5 .1; .3 .9")]
    pub kernel_2: DMatrix<Exact>,
    /// The delta that reaches the output of the second layer; without one, ones where that output has another size
    #[arg(long, value_parser = matrix, default_value = DELTA)]
    pub delta: DMatrix<Exact>,
    /// How far the kernels move against their gradients
    #[arg(long, value_parser = number, default_value = ".1")]
    pub learning_rate: Exact,
    /// What a layer computes: a convolution turns the kernel by 180° before it slides; a cross-correlation does not, and
    /// is what PyTorch and other libraries call a convolution
    #[arg(long, default_value = "convolution")]
    pub forward: Forward,
}

const DELTA: &str = "-.07 .15; -.09 .02";

/// What a layer computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Forward {
    /// The kernel is turned by 180° before it slides.
    #[value(help = None)]
    Convolution,
    /// The kernel slides as it is.
    #[value(help = None)]
    CrossCorrelation,
}

impl Inputs {
    /// The delta for an output of that size.
    fn delta_for(&self, (rows, columns): (usize, usize)) -> DMatrix<Exact> {
        let none_is_given = self.delta == literal(DELTA) && self.delta.shape() != (rows, columns);
        if none_is_given {
            DMatrix::from_element(rows, columns, Exact::from_integer(1.into()))
        } else {
            self.delta.clone()
        }
    }
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "conv_backprop",
    title: "Two convolution layers, backward by hand",
    question: "A delta arrives at the top of two convolution layers. What does each kernel learn from it?",
    source: Some(
        "A learner trains a filter by hand and finds that it gets worse. The answer works through an example of its own, \
         two layers rounded to two places, and ends with a recipe. Its numbers and its recipe are tested here.",
    ),
    lesson: "How what a network got wrong travels back through two convolutions: the gradient of each kernel, one step of \
         learning, and how to check a gradient by moving one number a little.",
    minutes: 60,
    requires: "sums of products, the chain rule, what a kernel sliding over an image computes",
    code: include_str!("conv_backprop.rs"),
    blanks: &["a1", "a2", "d_kernel_2", "d_a1", "d_kernel_1", "kernel_2_updated", "kernel_1_updated"],
    gives: &[],
    mistakes: &[],
    check,
    vary,
    is_worth_working,
    tell,
};

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let fit = |option, input, kernel: &DMatrix<Exact>| {
        Window::from(Valid)
            .output_shape(input, kernel.shape())
            .map_err(|error| Unusable::option(option, error))
    };
    let a1 = fit("--kernel-1", inputs.image.shape(), &inputs.kernel_1)?;
    let a2 = fit("--kernel-2", a1, &inputs.kernel_2)?;
    let delta = inputs.delta_for(a2);
    cli::expect_shape("--delta", delta.shape(), a2, "the size of a2")?;
    cli::expect_little_effort(&[
        ("--image", &inputs.image),
        ("--kernel-1", &inputs.kernel_1),
        ("--kernel-2", &inputs.kernel_2),
        ("--delta", &delta),
        ("--learning-rate", &DMatrix::from_element(1, 1, inputs.learning_rate.clone())),
    ])
}

fn vary(draw: &mut Draw) -> Option<Inputs> {
    Some(Inputs {
        image: draw.matrix(4, 4, -2..=2),
        kernel_1: draw.matrix(2, 2, -2..=2),
        kernel_2: draw.matrix(2, 2, -2..=2),
        delta: draw.matrix(2, 2, -1..=1),
        learning_rate: draw.tenths(1..=2),
        forward: Forward::Convolution,
    })
}

/// The true step takes the loss down, there is something to pass back, and turning a kernel changes it.
fn is_worth_working(notebook: &Notebook) -> bool {
    let is =
        |name, rule: fn(&DMatrix<Exact>) -> bool| numbers(notebook, name).is_some_and(|found| rule(&found));
    is("losses", |losses| losses[(1, 1)] < Exact::ZERO)
        && is("delta", half_is_alive)
        && ["kernel_1", "kernel_2"].iter().all(|kernel| is(kernel, |kernel| rot180(kernel) != *kernel))
}

/// So many windows are drawn at the most.
const MOST_WINDOWS: usize = 4;
/// The source works with two decimal places; `.9` stands for `.90`.
const PLACES: usize = 2;
/// What it prints, where a later step has to start from it.
const A1: &str = ".32 .27 -.59; .99 -.52 -.55; -.45 .64 .13";
const A2: &str = ".73 .29; .37 -.63";
const D_KERNEL_2: &str = ".17 .02; -.05 .13";
const KERNEL_2_UPDATED: &str = "-.51 .11; .3 .9";
const D_A1: &str = ".04 -.08 .02; .02 -.13 .14; -.03 -.08 .01";
const D_KERNEL_1: &str = ".16 .03; -.09 .16";
const KERNEL_1_UPDATED: &str = ".08 -.29; -.5 .68";

const RULES: [[&str; 3]; 3] = [
    ["output", "a1 ∗ kernel_2", "a1 ★ kernel_2"],
    ["gradient of the kernel", "rot180( a1 ★ delta )", "a1 ★ delta"],
    ["delta below", "delta ★_full kernel_2", "delta ∗_full kernel_2"],
];

type Slide = fn(&DMatrix<Traced>, &DMatrix<Traced>, Padding) -> Result<DMatrix<Traced>, ShapeError>;
type Turn = fn(&DMatrix<Traced>) -> DMatrix<Traced>;
/// What a step is called, and the two kernels after it.
type Step = (&'static str, DMatrix<Traced>, DMatrix<Traced>);

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    // What the forward pass does, and the other one of the two conventions.
    let is_convolution = inputs.forward == Forward::Convolution;
    let (slide, other_slide): (Slide, Slide) =
        if is_convolution { (convolve, cross_correlate) } else { (cross_correlate, convolve) };
    let (turn, other_turn): (Turn, Turn) =
        if is_convolution { (rot180, Clone::clone) } else { (Clone::clone, rot180) };
    let either =
        |convolution, cross_correlation| if is_convolution { convolution } else { cross_correlation };

    page.section("What is given");
    page.say(
        "An image passes through two convolution layers. They have no bias and no activation function, so that only the \
         convolutions are left to understand. The output of the first layer is called `a1`, that of the second `a2`. From \
         the layers above comes a `delta`: it says how fast the loss L grows as each entry of `a2` grows. Rows and columns \
         are counted from 0.",
    );
    let image = page.given("image", &inputs.image);
    let kernel_1 = page.given("kernel_1", &inputs.kernel_1);
    let kernel_2 = page.given("kernel_2", &inputs.kernel_2);
    let (rows, columns) = Window::from(Valid).output_shape(image.shape(), kernel_1.shape())?;
    let given_delta = inputs.delta_for(Window::from(Valid).output_shape((rows, columns), kernel_2.shape())?);
    if given_delta != inputs.delta {
        page.say(
            "No delta of this size is given, so all its entries are 1: the loss is the sum of the output.",
        );
    }
    let delta = page.given("delta", &given_delta);
    let learning_rate = page.given_number("learning_rate", &inputs.learning_rate);
    page.given_text("forward", either("convolution", "cross-correlation"));
    page.say(
        "In other words, `delta` is the gradient of L with respect to `a2`: all its partial derivatives, each in its place. \
         Many losses have this gradient. The simplest of them is linear, and it is the L of this page. (`∘` multiplies entry \
         by entry, and Σ adds all entries.)",
    );
    page.formula(
        r"L = \sum_{i,j} \text{delta}_{ij}\, \text{a2}_{ij} \qquad \frac{\partial L}{\partial\, \text{a2}_{ij}} = \text{delta}_{ij}",
        "L = Σ delta ∘ a2,   ∂L/∂a2 = delta",
    );

    page.section("Forward");
    page.say(either(
        "Here convolution is meant literally: the kernel is turned by 180° before it slides over the image. Deep-learning \
         libraries slide the kernel as it is and call that a convolution too; its proper name is cross-correlation.",
        "Here the kernel slides over the image as it is. That is a cross-correlation, though deep-learning libraries call it \
         a convolution. Taken literally, a convolution turns the kernel by 180° first.",
    ));
    page.say(
        "In formulas `∗` is convolution and `★` is cross-correlation, and what stands on the right slides over what \
         stands on the left.",
    );
    if page.has_the_default_inputs() {
        page.say(
            "What the source prints stands below our result, with a verdict: a match if the exact result rounds to it; \
             carried if it follows from numbers that the source printed before; a slip if a mistake that we can name gives \
             it; and unexplained otherwise.",
        );
    }
    page.ask(
        "Which size will `a1` have, if the kernel may not hang over the edge?",
        format!(
            "{rows}×{columns}: image size − kernel size + 1, which is {} − {} + 1 rows and {} − {} + 1 columns.",
            image.nrows(),
            kernel_1.nrows(),
            image.ncols(),
            kernel_1.ncols()
        ),
    );
    if is_convolution {
        page.show("kernel_1_turned = rot180( kernel_1 )", rot180(&kernel_1));
    }
    page.say("Each cell of a result is a sum of products. A letter shows which cell meets which weight.");
    let a1 =
        page.show(either("a1 = image ∗ kernel_1", "a1 = image ★ kernel_1"), slide(&image, &kernel_1, Valid)?);
    page.audit(&a1, printed(A1, PLACES));
    page.say(
        "In the other convention the same two matrices give other numbers. (In the lines of Rust, `slide` and `turn` are \
         those of this forward pass, `other_slide` and `other_turn` those of the other one.)",
    );
    let other_a1 = page.show(
        either("a1_without_turn = image ★ kernel_1", "a1_with_turn = image ∗ kernel_1"),
        other_slide(&image, &kernel_1, Valid)?,
    );

    let a2 = page.show(either("a2 = a1 ∗ kernel_2", "a2 = a1 ★ kernel_2"), slide(&a1, &kernel_2, Valid)?);
    page.audit(&a2, printed(A2, PLACES));
    let all = a1.len() + a2.len();
    let turned = agreeing(&a1, A1)? + agreeing(&a2, A2)?;
    let not_turned = agreeing(&other_a1, A1)? + agreeing(&other_slide(&other_a1, &kernel_2, Valid)?, A2)?;
    page.claim(
        Origin::Said("in the answer, on the way forward"),
        "The output of a layer is the convolution of its input with its kernel.",
        turned == all,
        format!(
            "Convolution, taken literally, gives {turned} of the {all} printed numbers; cross-correlation, the libraries' \
             convolution, gives {not_turned}."
        ),
    );
    page.claim(
        Origin::Said("in the answer, on the delta"),
        "The delta always has the size of the activation that it belongs to.",
        delta.shape() == a2.shape(),
        format!("It has one partial derivative for each output, so both are {}.", size(a2.shape())),
    );
    let loss = page.value("L = Σ( delta ∘ a2 )", delta.component_mul(&a2).sum());

    page.section("Backward: who meets whom");
    page.say(
        "How does L change when a weight changes? Follow one weight, `kernel_2[0,0]`. As the kernel slides, it meets one cell \
         of `a1` for each output. Through that output it changes L by what it met, times the delta of the output. Add these \
         products up, and you have the derivative of L by the weight. Now follow one cell of `a1` instead. It lies in the \
         windows of several outputs, each time under another weight. Its derivative is the sum of the deltas of these \
         outputs, each times the weight connecting them.",
    );
    let corner = if is_convolution { (kernel_2.nrows() - 1, kernel_2.ncols() - 1) } else { (0, 0) };
    let outputs = (0..delta.nrows()).flat_map(|i| (0..delta.ncols()).map(move |j| (i, j)));
    let window = |(i, j): (usize, usize)| {
        let caption = format!("a2[{i},{j}], delta {}", decimal(&delta[(i, j)], 4));
        Grid::window(caption, &to_f64(&a1), (i, j), kernel_2.shape(), corner)
    };
    page.figure(
        "who_meets_whom",
        "The matrix a1, once for each output of the second layer. The window of that output is shaded, and the cell that meets \
         the weight kernel_2[0,0] is framed: the first one of the window or, where the kernel is turned, the last one.",
        Chart::Grids {
            grids: outputs.take(MOST_WINDOWS).map(window).collect(),
            meanings: vec![(Shading::Strong, "meets kernel_2[0,0]"), (Shading::Light, "window of the output")],
        },
    );
    page.say(
        "In symbols: multiply L out. It is a sum of products, and its derivative by a factor is what is left of the products \
         that hold this factor. (M and N are the last row and column of a kernel that is turned. A place outside of the \
         kernel does not count.)",
    );
    page.formula(
        either(
            r"\begin{aligned} L &= \sum_{i,j} \text{delta}_{ij} \sum_{u,v} \text{a1}_{i+u,\,j+v}\; \text{kernel\_2}_{M-u,\,N-v} \\ \frac{\partial L}{\partial\, \text{kernel\_2}_{pq}} &= \sum_{i,j} \text{delta}_{ij}\; \text{a1}_{i+M-p,\,j+N-q} \\ \frac{\partial L}{\partial\, \text{a1}_{rs}} &= \sum_{i,j} \text{delta}_{ij}\; \text{kernel\_2}_{M-(r-i),\,N-(s-j)} \end{aligned}",
            r"\begin{aligned} L &= \sum_{i,j} \text{delta}_{ij} \sum_{u,v} \text{a1}_{i+u,\,j+v}\; \text{kernel\_2}_{uv} \\ \frac{\partial L}{\partial\, \text{kernel\_2}_{pq}} &= \sum_{i,j} \text{delta}_{ij}\; \text{a1}_{i+p,\,j+q} \\ \frac{\partial L}{\partial\, \text{a1}_{rs}} &= \sum_{i,j} \text{delta}_{ij}\; \text{kernel\_2}_{r-i,\,s-j} \end{aligned}",
        ),
        either(
            "L = Σᵢⱼ delta[i, j] · Σᵤᵥ a1[i+u, j+v] · kernel_2[M−u, N−v]\n∂L/∂kernel_2[p, q] = Σᵢⱼ delta[i, j] · a1[i+M−p, j+N−q]\n∂L/∂a1[r, s] = Σᵢⱼ delta[i, j] · kernel_2[M−(r−i), N−(s−j)]",
            "L = Σᵢⱼ delta[i, j] · Σᵤᵥ a1[i+u, j+v] · kernel_2[u, v]\n∂L/∂kernel_2[p, q] = Σᵢⱼ delta[i, j] · a1[i+p, j+q]\n∂L/∂a1[r, s] = Σᵢⱼ delta[i, j] · kernel_2[r−i, s−j]",
        ),
    );
    page.say(
        "In the second line the indices of `a1` grow with those of `delta`, so `delta` slides over `a1` as it is. In the third \
         the kernel slides over `delta`: as it is where its indices grow with i and j, and turned where they fall. It hangs \
         over the edge of `delta`, and cells outside count as 0. Such an operation is called full, and is marked; one without \
         a mark is valid: nothing hangs over. Here are the rules for both kinds of forward pass. (The delta below is the \
         delta of the layer nearer to the image, here ∂L/∂a1.)",
    );
    page.table(
        "rules",
        ["what is computed", "forward ∗", "forward ★"],
        RULES.map(|rule| rule.map(Field::from)).into(),
    );

    page.section("Backward: the gradients, proven");
    page.say(
        "On this page `d_x` is the derivative of L by x. Each one is proven twice. L is multiplied out, and its derivative is \
         compared with our result as a formula. And each entry is moved a little, up and down, to see what L does. L is \
         linear in each single entry, so this central difference is exactly the slope, not an approximation:",
    );
    page.formula(
        r"\frac{\partial L}{\partial w} = \frac{L(w+h) - L(w-h)}{2h}",
        "∂L/∂w = (L(w + h) − L(w − h)) / 2h",
    );
    let d_kernel_2 = page.show(
        either("d_kernel_2 = rot180( a1 ★ delta )", "d_kernel_2 = a1 ★ delta"),
        turn(&cross_correlate(&a1, &delta, Valid)?),
    );
    page.prove_gradient(&d_kernel_2, &loss, &kernel_2);
    let d_a1 = page.show(
        either("d_a1 = delta ★_full kernel_2", "d_a1 = delta ∗_full kernel_2"),
        other_slide(&delta, &kernel_2, Full)?,
    );
    page.prove_gradient(&d_a1, &loss, &a1);
    page.ask(
        "In a full convolution the two matrices may be swapped without a change. May they be swapped in a full \
         cross-correlation?",
        "No: swapped, the result comes out turned by 180°. It matters which of the two slides.",
    );
    let with_updated_kernel = other_slide(&delta, &descend(&kernel_2, &d_kernel_2, &learning_rate), Full)?;
    page.claim(
        Origin::Said("in the answer, on the delta for the first layer"),
        "The delta for the layer below takes the kernel as it was before its update.",
        is_gradient_for_all_numbers(&d_a1, &loss, &a1)
            && !is_gradient_for_all_numbers(&with_updated_kernel, &loss, &a1),
        format!(
            "The proven `d_a1` takes it so. With the updated kernel it would be off by up to {} here.",
            decimal(to_f64(&(with_updated_kernel - &d_a1)).amax(), 4)
        ),
    );
    page.say("The first layer's kernel learns by the same rule, from `d_a1`:");
    let d_kernel_1 = page.show(
        either("d_kernel_1 = rot180( image ★ d_a1 )", "d_kernel_1 = image ★ d_a1"),
        turn(&cross_correlate(&image, &d_a1, Valid)?),
    );
    page.prove_gradient(&d_kernel_1, &loss, &kernel_1);

    page.section("The other forward pass");
    page.say(
        "The rules of the other column are just as right, for the other forward pass. Here they are put to the same proof, \
         from the same `a1` on:",
    );
    let other_a2 = page.show(
        either("other_a2 = a1 ★ kernel_2", "other_a2 = a1 ∗ kernel_2"),
        other_slide(&a1, &kernel_2, Valid)?,
    );
    let other_loss = page.value("other_L = Σ( delta ∘ other_a2 )", delta.component_mul(&other_a2).sum());
    let other_d_kernel_2 = page.show(
        either("other_d_kernel_2 = a1 ★ delta", "other_d_kernel_2 = rot180( a1 ★ delta )"),
        other_turn(&cross_correlate(&a1, &delta, Valid)?),
    );
    page.prove_gradient(&other_d_kernel_2, &other_loss, &kernel_2);
    let other_d_a1 = page.show(
        either("other_d_a1 = delta ∗_full kernel_2", "other_d_a1 = delta ★_full kernel_2"),
        slide(&delta, &kernel_2, Full)?,
    );
    page.prove_gradient(&other_d_a1, &other_loss, &a1);
    page.say(format!(
        "A rule from the wrong column runs without complaint, because the shapes are the same. How wrong is its result? Read \
         as vectors, two matrices A and B have an angle between them. Its cosine is Σ(A ∘ B) / √(Σ(A ∘ A) · Σ(B ∘ B)): 1 \
         where they point the same way, 0 at a right angle, −1 where they are opposite. Here `other_d_kernel_2` has a cosine \
         of {} with `d_kernel_2`, and `other_d_a1` one of {} with `d_a1`. To know your column, look at your forward pass: \
         PyTorch, TensorFlow and JAX slide the kernel as it is, and so does the topic `relu_filter_update`.",
        cosine_of(&other_d_kernel_2, &d_kernel_2),
        cosine_of(&other_d_a1, &d_a1)
    ));

    let mut steps: Vec<Step> = vec![("no step", kernel_1.clone(), kernel_2.clone())];
    if is_convolution {
        page.section("Backward, as the source teaches it");
        page.say(
            "The source's recipe for a kernel: convolve the layer's input with the delta, turn the result by 180°, multiply \
             it by the learning rate and subtract it from the kernel. We follow it to the letter, in exact fractions, and \
             then compare it with the gradient.",
        );
        let source_d_kernel_2 = page.show("source_d_kernel_2 = a1 ∗ delta", convolve(&a1, &delta, Valid)?);
        page.audit(&source_d_kernel_2, printed(D_KERNEL_2, PLACES));
        let source_kernel_2_updated = page.show(
            "source_kernel_2_updated = kernel_2 − learning_rate · rot180( source_d_kernel_2 )",
            descend(&kernel_2, &rot180(&source_d_kernel_2), &learning_rate),
        );
        page.with_the_default_inputs(|page| {
            let corner = &exact(&source_kernel_2_updated)?[(1, 1)];
            let explained = printed(KERNEL_2_UPDATED, PLACES)
                .slip((1, 1), "leaving the entry as it was", inputs.kernel_2[(1, 1)].clone())
                .slip((1, 1), "rounding to one place", rounded(corner, 1));
            page.audit(&source_kernel_2_updated, explained);
            Ok(())
        })?;
        page.say(
            "For the layer below, the recipe is the full convolution of kernel 2, as it was before its update, with the \
             delta. In our table this is the rule of the other column.",
        );
        let source_d_a1 =
            page.show("source_d_a1 = kernel_2 ∗_full delta", convolve(&kernel_2, &delta, Full)?);
        page.with_the_default_inputs(|page| {
            let exact = exact(&source_d_a1)?;
            let product = &inputs.kernel_2[(1, 0)] * &inputs.delta[(0, 1)];
            let lost_sign = &exact[(1, 1)] - &product - &product;
            let explained = printed(D_A1, PLACES)
                .slip((1, 1), "taking the product 0.3·0.15 with a minus sign", lost_sign)
                .slip((2, 2), "cutting off instead of rounding", truncated(&exact[(2, 2)], PLACES));
            page.audit(&source_d_a1, explained);
            Ok(())
        })?;
        let source_d_kernel_1 =
            page.show("source_d_kernel_1 = image ∗ source_d_a1", convolve(&image, &source_d_a1, Valid)?);
        page.audit(&source_d_kernel_1, printed(D_KERNEL_1, PLACES));
        let source_kernel_1_updated = page.show(
            "source_kernel_1_updated = kernel_1 − learning_rate · rot180( source_d_kernel_1 )",
            descend(&kernel_1, &rot180(&source_d_kernel_1), &learning_rate),
        );
        page.audit(&source_kernel_1_updated, printed(KERNEL_1_UPDATED, PLACES));
        let [matching, carried, slips, _] = page.totals().audit;
        page.claim(
            Origin::Said("in the answer, after the last numbers"),
            "The results are rounded to two decimal places.",
            slips == 0,
            format!(
                "{matching} of the {} printed numbers are correctly rounded; {carried} more follow from earlier printed \
                 numbers; {slips} do not.",
                matching + carried + slips
            ),
        );

        page.say("To compare it with `d_kernel_2`, here is the direction that the recipe takes for kernel 2, turned:");
        let taught_2 =
            page.show("taught_d_kernel_2 = rot180( source_d_kernel_2 )", rot180(&source_d_kernel_2));
        page.headline(
            Origin::Said("in the answer, on updating the second kernel"),
            "The gradient of a kernel is the convolution of its input with the delta, turned by 180°.",
            is_gradient_for_all_numbers(&taught_2, &loss, &kernel_2),
            format!(
                "What the source's backward pass calls convolution has to be cross-correlation: here the taught direction \
                 has a cosine of {} with the gradient for kernel 2 and of {} for kernel 1, so the angle between them is more \
                 than a right angle.",
                cosine_of(&taught_2, &d_kernel_2),
                cosine_of(&rot180(&source_d_kernel_1), &d_kernel_1)
            ),
        );
        let mended_d_kernel_2 = rot180(&convolve(&a1, &rot180(&delta), Valid)?);
        let mended_d_a1 = convolve(&delta, &rot180(&kernel_2), Full)?;
        page.claim(
            Origin::Page,
            "One more turn in each rule mends the recipe: rot180( a1 ∗ rot180( delta ) ) is the gradient of the kernel, and \
             delta ∗_full rot180( kernel_2 ) the delta below.",
            is_gradient_for_all_numbers(&mended_d_kernel_2, &loss, &kernel_2)
                && is_gradient_for_all_numbers(&mended_d_a1, &loss, &a1),
            "This is so for all numbers. What is taught for the kernel is therefore the gradient for another delta: the given \
             one, turned by 180°. It is right for a delta that the turn leaves as it is, it points exactly the wrong way for \
             one that the turn changes into its negative, and with others it lies anywhere in between.",
        );
        steps.push(("the taught step", source_kernel_1_updated, source_kernel_2_updated));
    }

    page.section("The same as in a fully connected layer");
    page.say(
        "A convolution is a matrix with shared weights and many zeros. Here is the second layer as one, with one row for \
         each entry of `a2` and one column for each entry of `a1`. Both are read down one column after the other: [0,0], \
         [1,0] and so on.",
    );
    let layer_2 = page.show("layer_2", convolution_matrix(&turn(&rot180(&kernel_2)), a1.shape(), Valid)?);
    page.say(
        "In a fully connected layer the deltas pass back through the same matrix: written as a row, they are multiplied by \
         it; written as a column, by its transpose.",
    );
    let delta_row = page.show("delta_row", DMatrix::from_row_slice(1, delta.len(), delta.as_slice()));
    let passed_back = page.show("passed_back = delta_row · layer_2", &delta_row * &layer_2);
    page.claim(
        Origin::Said("in the answer, on the delta for the first layer"),
        "The delta passes back much as in a fully connected network, with the full convolution of the kernel with the delta in \
         place of the matrix product.",
        ClaimVerdict::under(
            "this convolution is a cross-correlation",
            passed_back.as_slice() == convolve(&kernel_2, &delta, Full)?.as_slice(),
            passed_back.as_slice() == d_a1.as_slice(),
        ),
        "Read down its columns, the cross-correlated `d_a1` has the entries of `passed_back`; the convolved \
         `source_d_a1` does not. Libraries call this way back a transposed convolution.",
    );

    page.section("Uphill or downhill");
    page.say(
        "Both kernels move against their gradients, and the image passes forward again. (Where ≈ stands, the result comes \
         from unrounded numbers. With the rounded ones shown here its last place may differ.)",
    );
    let kernel_2_updated = page.show(
        "kernel_2_updated = kernel_2 − learning_rate · d_kernel_2",
        descend(&kernel_2, &d_kernel_2, &learning_rate),
    );
    let kernel_1_updated = page.show(
        "kernel_1_updated = kernel_1 − learning_rate · d_kernel_1",
        descend(&kernel_1, &d_kernel_1, &learning_rate),
    );
    let a1_next = page.show(
        either("a1_next = image ∗ kernel_1_updated", "a1_next = image ★ kernel_1_updated"),
        slide(&image, &kernel_1_updated, Valid)?,
    );
    page.show(
        either("a2_next = a1_next ∗ kernel_2_updated", "a2_next = a1_next ★ kernel_2_updated"),
        slide(&a1_next, &kernel_2_updated, Valid)?,
    );
    steps.insert(1, ("the true step", kernel_1_updated, kernel_2_updated));
    if page.has_the_default_inputs() {
        let printed = |kernel| literal(kernel).map(Traced::from);
        steps.push(("the printed step", printed(KERNEL_1_UPDATED), printed(KERNEL_2_UPDATED)));
    }

    page.ask("Which way should L have gone?", "Down: that is the point of a gradient step.");
    page.say(
        "And how far? For a small step the change of L is about the slope times the way, added up over all weights. Along the \
         gradient itself that is −learning_rate · Σ(gradient ∘ gradient). This is the prediction in the last column:",
    );
    let after = |loss: &Traced, step: &Step| loss.at(&[(&kernel_1, &step.1), (&kernel_2, &step.2)]);
    let change = |loss: &Traced, step: &Step| after(loss, step) - loss.at(&[]);
    let slope = |step: &Step| {
        let along_1 = d_kernel_1.component_mul(&(&step.1 - &kernel_1)).sum();
        (along_1 + d_kernel_2.component_mul(&(&step.2 - &kernel_2)).sum()).at(&[])
    };
    let row = |step| {
        let &(name, ..): &Step = step;
        [name.into(), after(&loss, step).into(), change(&loss, step).into(), slope(step).into()]
    };
    page.table("losses", ["after", "L", "change", "predicted"], steps.iter().map(row).collect());

    page.with_the_default_inputs(|page| {
        let change_by = |loss: &Traced, step: usize| change(loss, &steps[step]);
        page.headline(
            Origin::Implied("in the answer, on updating the kernels"),
            "Subtracting what is taught improves the kernels.",
            change_by(&loss, 3) < Value::from(0),
            format!(
                "With both kernels that the source prints the loss rises by {}, with its procedure in exact \
                 fractions by {}; with the true gradients it falls by {}.",
                decimal(change_by(&loss, 3), 4),
                decimal(change_by(&loss, 2), 4),
                decimal(-change_by(&loss, 1), 4)
            ),
        );
        let target = exact(&a2)? - &given_delta;
        let squared = squared_error(&a2, &target.map(Traced::from))?;
        page.say(format!(
            "This is not because L is linear. Half the squared error, with `a2` − `delta` as its target, has the same delta. \
             The true step changes it by {}, the taught step by {}.",
            decimal(change_by(&squared, 1), 4),
            decimal(change_by(&squared, 2), 4)
        ));
        Ok(())
    })?;

    page.say("This is L along the way, from no step at all to twice the step:");
    let along = |step: &Step| {
        let at = |fraction: f64| {
            let on_the_way = |from, to| to_f64(from) + (to_f64(to) - to_f64(from)) * fraction;
            let [then_1, then_2] = [on_the_way(&kernel_1, &step.1), on_the_way(&kernel_2, &step.2)];
            (fraction, after(&loss, &(step.0, then_1.map(Traced::from), then_2.map(Traced::from))).to_f64())
        };
        Line::new(format!("along {}", step.0), (0..=20).map(|i| at(f64::from(i) / 10.0)).collect())
    };
    page.figure(
        "loss_along_the_step",
        "L along each of the steps: from no step (0) over the whole step (1), where the table has its numbers, to twice the \
         step (2).",
        Chart::Lines {
            x: Axis::linear("multiple of the step"),
            y: Axis::linear("loss L"),
            lines: steps[1..].iter().map(along).collect(),
        },
    );
    page.with_the_default_inputs(|page| {
        let below = Window::from(Full).output_shape(a1.shape(), delta.shape())?;
        let kernel = Window::from(Valid).output_shape(kernel_2.shape(), delta.shape())?;
        page.claim(
            Origin::Said("in the answer, in the summary at its end"),
            "The delta below is a full convolution of the layer's input with the delta; the kernel's gradient is a \
             convolution of its weights with the delta.",
            below == a1.shape() && kernel == kernel_2.shape(),
            format!(
                "The shapes alone rule this out: the first gives {} where {} is needed, the second {} where {} is. The two \
                 have changed places: the input belongs in the gradient, the weights in the delta below.",
                size(below),
                size(a1.shape()),
                size(kernel),
                size(kernel_2.shape())
            ),
        );
        Ok(())
    })?;

    page.section("In a real network");
    page.say(
        "A bias is added to every output, so its gradient is the sum of the deltas. In a batch the gradients of all images add \
         up, because their losses do. With several channels each pair of an input and an output channel has a kernel of its \
         own, which learns by the rule above; the delta below is the sum over the output channels. With a stride of s whose \
         last window ends at the edge of the image, s − 1 zeros go between the entries of `delta`, and then the same rules \
         apply. With zeros around the image, the gradient takes the padded image, and the padding is cut off the delta below. \
         An activation function multiplies the delta by its derivative: see `relu_filter_update`.",
    );

    page.section("Exercises");
    let mut single = DMatrix::from_element(delta.nrows(), delta.ncols(), Exact::ZERO);
    single[(0, 0)] = Exact::from_integer(1.into());
    let seen = d_kernel_2.map(|entry| entry.at(&[(&delta, &single.map(Traced::from))]));
    page.exercise(
        format!(
            "Replace the delta by one with a single 1, at the top left (`--delta \"{}\"`). What is `d_kernel_2` then?",
            write_matrix(&single)
        ),
        format!(
            "{}: the window of `a1` under the kernel's first position{}. From one output cell the kernel learns what \
             that cell saw.",
            decimals(&seen, 4),
            either(", turned by 180°", "")
        ),
    );
    if is_convolution {
        page.exercise(
            "Find a delta for which the taught recipe gives the true gradient of kernel 2 (`--delta` takes it).",
            "Any delta that is its own rotation by 180°: where the output is 2×2, `--delta \"1 2; 2 1\"` is one.",
        );
    }
    let losses = [0, 1, 10].map(|rate: i32| {
        let moved = |kernel, gradient| descend(kernel, gradient, &Exact::from_integer(rate.into()).into());
        after(&loss, &("", moved(&kernel_1, &d_kernel_1), moved(&kernel_2, &d_kernel_2)))
    });
    let falls = losses.is_sorted_by(|before, after| after < before);
    page.exercise(
        "Take larger steps along the true gradients (`--learning-rate 1`, and 10). Does L fall further each time? \
         Does it have a minimum?",
        format!(
            "{}: L goes from {}. It has no minimum, unless it is 0 for all kernels: doubling a kernel doubles L, and changing \
             its sign changes that of L, so L can become as low as one likes. A delta tells the direction near the kernels \
             it was computed for, not the destination.",
            if falls { "Here it does" } else { "Here it does not" },
            losses.map(|loss| decimal(loss, 4)).join(" to ")
        ),
    );
    page.exercise(
        "Check the rules with a library. In PyTorch, turn each matrix into a tensor with `[None, None]` in front of its rows \
         and columns, let the kernels require gradients, and run `a2 = F.conv2d(F.conv2d(image, kernel_1), kernel_2)` and \
         `a2.backward(delta)`. With `--forward cross-correlation`, which numbers of this page do `kernel_1.grad` and `kernel_2.grad` have to equal?",
        "`d_kernel_1` and `d_kernel_2`, for `conv2d` slides the kernels as they are. With \
         both kernels turned before and both gradients turned after, it gives those with `--forward convolution`.",
    );
    page.numpy(include_str!("numpy/conv_backprop.py"));
    Ok(())
}

fn size((rows, columns): (usize, usize)) -> String {
    format!("{rows}×{columns}")
}

/// The cosine of two matrices, to two places.
fn cosine_of(a: &DMatrix<Traced>, b: &DMatrix<Traced>) -> String {
    decimal(cosine(&to_f64(a), &to_f64(b)), 2)
}

/// How many entries round to what is printed.
fn agreeing(activation: &DMatrix<Traced>, printed: &'static str) -> Result<usize, String> {
    let pairs = exact(activation)?;
    Ok(pairs.iter().zip(&literal(printed)).filter(|(a, b)| rounds_to(a, b, PLACES)).count())
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
