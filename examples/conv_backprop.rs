//! Two convolution layers, forward and backward by hand, and whether what is called the gradient is one.

use clap::{Args, ValueEnum};
use nalgebra::DMatrix;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, Topic, Unusable, matrix, number};
use worked_examples::math::Padding::{Full, Valid};
use worked_examples::math::{
    Padding, ShapeError, Window, convolution_matrix, convolve, cosine, cross_correlate, descend, rot180,
    to_f64,
};
use worked_examples::notebook::{
    Axis, Chart, ClaimVerdict, Line, Origin, Page, Told, Traced, Value, decimal, decimals, exact,
    is_gradient_for_all_numbers, literal, printed, rounded, rounds_to, truncated, write_matrix,
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
        "A learner finds that a filter gets worse when it is trained by hand. The answer works another example through, \
         two layers rounded to two places, and ends with a recipe; its numbers and its recipe are tested here.",
    ),
    minutes: 60,
    requires: "sums of products, the chain rule, what a kernel sliding over an image computes",
    code: include_str!("conv_backprop.rs"),
    blanks: &["a1", "a2", "d_kernel_2", "d_a1", "d_kernel_1", "kernel_2_updated", "kernel_1_updated"],
    gives: &[],
    mistakes: &[],
    check,
    vary,
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

type Slide = fn(&DMatrix<Traced>, &DMatrix<Traced>, Padding) -> Result<DMatrix<Traced>, ShapeError>;
type Turn = fn(&DMatrix<Traced>) -> DMatrix<Traced>;

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
        "An image passes through two convolution layers, without bias and without an activation function, so that nothing \
         but convolution is left to understand. The output of the first layer is called `a1`, that of the second `a2`. From \
         further up a `delta` arrives: how fast the loss L grows as each entry of `a2` grows. Rows and columns are counted \
         from 0.",
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
        "In other words, `delta` is the gradient of L by `a2`: all the partial derivatives, each in its place. Many losses \
         have this gradient; the simplest of them is linear. (`∘` multiplies entry by entry, and Σ adds all entries.)",
    );
    page.formula(
        r"L = \sum_{i,j} \delta_{ij}\, a_{2,ij} \qquad \frac{\partial L}{\partial a_{2,ij}} = \delta_{ij}",
        "L = Σ delta ∘ a2,   ∂L/∂a2 = delta",
    );

    page.section("Forward");
    page.say(either(
        "Here convolution is meant literally: the kernel is turned by 180° before it slides. (What deep-learning \
         libraries call convolution slides the kernel as it is; its name is cross-correlation.)",
        "Here the kernel slides as it is: a cross-correlation, which deep-learning libraries call convolution. (Meant \
         literally, a convolution turns the kernel by 180° before it slides.)",
    ));
    page.say(
        "In formulas `∗` is convolution and `★` is cross-correlation, and what stands on the right slides over what \
         stands on the left. In the lines of Rust, `slide` is the one that passes forward here and `other_slide` the other \
         of the two; `turn` turns by 180° where the forward pass does, and `other_turn` where the other one does.",
    );
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
        page.say("The first kernel, turned:");
        page.show("kernel_1_turned = rot180( kernel_1 )", rot180(&kernel_1));
    }
    page.say(
        "One cell of the result is a sum of products. Each product has a letter of its own: it shows which cell of \
         the image meets which weight.",
    );

    let a1 =
        page.show(either("a1 = image ∗ kernel_1", "a1 = image ★ kernel_1"), slide(&image, &kernel_1, Valid)?);
    page.audit(&a1, printed(A1, PLACES));

    page.say(either(
        "Without the turn, as cross-correlation, the same two matrices give other numbers:",
        "With the turn, as convolution, the same two matrices give other numbers:",
    ));
    let other_a1 = page.show(
        either("a1_without_turn = image ★ kernel_1", "a1_with_turn = image ∗ kernel_1"),
        other_slide(&image, &kernel_1, Valid)?,
    );

    let a2 = page.show(either("a2 = a1 ∗ kernel_2", "a2 = a1 ★ kernel_2"), slide(&a1, &kernel_2, Valid)?);
    page.audit(&a2, printed(A2, PLACES));

    page.with_the_default_inputs(|page| {
        let agree = |activation: &DMatrix<Traced>, printed: &'static str| {
            let pairs = exact(activation)?;
            let pairs = pairs.iter().zip(&literal(printed)).filter(|(a, b)| rounds_to(a, b, PLACES)).count();
            Ok::<_, String>(pairs)
        };
        let turned = agree(&a1, A1)? + agree(&a2, A2)?;
        let not_turned = agree(&other_a1, A1)? + agree(&other_slide(&other_a1, &kernel_2, Valid)?, A2)?;
        let all = a1.len() + a2.len();
        page.claim(
            Origin::Page,
            "The forward pass is a convolution, with the kernel turned.",
            turned == all && not_turned < all,
            format!(
                "Of its {all} printed numbers convolution gives {turned}, cross-correlation {not_turned}."
            ),
        );
        Ok(())
    })?;

    page.claim(
        Origin::Page,
        "The delta has the size of the activation it belongs to.",
        delta.shape() == a2.shape(),
        format!(
            "There is one partial derivative for each output, so both are {}×{}.",
            a2.nrows(),
            a2.ncols()
        ),
    );
    let loss = page.value("L = Σ( delta ∘ a2 )", delta.component_mul(&a2).sum());

    page.section("Backward: each forward pass has rules of its own");
    page.say(
        "The gradient is the slope of L along each entry. There are two ways to find it. The first is to move an entry a little and see what L does. L is linear in each single entry here, so a \
         central difference is exactly the slope, not an approximation.",
    );
    page.formula(
        r"\frac{\partial L}{\partial w} = \frac{L(w+h) - L(w-h)}{2h}",
        "∂L/∂w = (L(w + h) − L(w − h)) / 2h",
    );
    page.say(
        "The second is to multiply L out. Then it is a sum of products, and the derivative by a weight is what is left \
         of the products that hold the weight. That is true whatever the numbers are. First with a convolution forward; \
         M and N are the kernel's last row and column, and the turn is in M − u and N − v:",
    );
    page.formula(
        r"\begin{aligned} L &= \sum_{i,j} \delta_{ij} \sum_{u,v} a_{1,\,i+u,\,j+v}\, k_{2,\,M-u,\,N-v} \\ \frac{\partial L}{\partial k_{2,\,pq}} &= \sum_{i,j} \delta_{ij}\, a_{1,\,i+M-p,\,j+N-q} \end{aligned}",
        "L = Σᵢⱼ delta[i, j] · Σᵤᵥ a1[i+u, j+v] · kernel_2[M−u, N−v]\n∂L/∂kernel_2[p, q] = Σᵢⱼ delta[i, j] · a1[i+M−p, j+N−q]",
    );
    page.say("Then with a cross-correlation forward, which has no turn in it:");
    page.formula(
        r"\begin{aligned} L &= \sum_{i,j} \delta_{ij} \sum_{u,v} a_{1,\,i+u,\,j+v}\, k_{2,\,uv} \\ \frac{\partial L}{\partial k_{2,\,pq}} &= \sum_{i,j} \delta_{ij}\, a_{1,\,i+p,\,j+q} \end{aligned}",
        "L = Σᵢⱼ delta[i, j] · Σᵤᵥ a1[i+u, j+v] · kernel_2[u, v]\n∂L/∂kernel_2[p, q] = Σᵢⱼ delta[i, j] · a1[i+p, j+q]",
    );
    page.say(
        "Both times a weight collects the deltas times the inputs it met: that is the cross-correlation `a1 ★ delta`, \
         turned back where the kernel had been turned. And an entry of `a1` collects the deltas of the outputs it went \
         into, each times the weight connecting them; places outside of the kernel do not count. First with a convolution \
         forward, then with a cross-correlation:",
    );
    page.formula(
        r"\begin{aligned} \frac{\partial L}{\partial a_{1,\,rs}} &= \sum_{i,j} \delta_{ij}\, k_{2,\,M-(r-i),\,N-(s-j)} \\ \frac{\partial L}{\partial a_{1,\,rs}} &= \sum_{i,j} \delta_{ij}\, k_{2,\,r-i,\,s-j} \end{aligned}",
        "∂L/∂a1[r, s] = Σᵢⱼ delta[i, j] · kernel_2[M−(r−i), N−(s−j)]\n∂L/∂a1[r, s] = Σᵢⱼ delta[i, j] · kernel_2[r−i, s−j]",
    );
    page.say(
        "In the first the kernel's indices grow with i and j, so it slides over `delta` as it is; in the second they fall, so \
         it is turned. It hangs over the edge of `delta`, and cells outside count as 0: such an operation is called full, and \
         is marked. One that is not marked is valid: nothing hangs over. These are the rules; the delta below is that of the \
         layer nearer to the image, here ∂L/∂a1:",
    );
    let rule = |what: &str, turned: &str, as_it_is: &str| [what.into(), turned.into(), as_it_is.into()];
    page.table(
        "rules",
        ["what is computed", "forward ∗", "forward ★"],
        vec![
            rule("output", "a1 ∗ kernel_2", "a1 ★ kernel_2"),
            rule("gradient of the kernel", "rot180( a1 ★ delta )", "a1 ★ delta"),
            rule("delta below", "delta ★_full kernel_2", "delta ∗_full kernel_2"),
        ],
    );
    page.say("In this page `d_x` is the derivative of L by x. These are the rules of this forward pass:");
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

    let full = cross_correlate(&delta, &kernel_2, Full)?;
    let swapped = cross_correlate(&kernel_2, &delta, Full)?;
    page.ask(
        "In a full convolution the two matrices may be swapped without a change. May they be swapped in a full \
         cross-correlation?",
        if swapped == full {
            "With these numbers they may, because the result is its own rotation by 180°."
        } else if swapped == rot180(&full) {
            "They may not: swapped, the result comes out turned by 180°. It matters which of the two slides: here it is \
             the kernel."
        } else {
            "They may not."
        },
    );

    page.say("The rules of the other forward pass, from the same `a1` on, are put to the same proof:");
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

    page.say(
        "A rule from the wrong column runs without complaint, for the shapes are the same. For the kernel it gives the \
         gradient turned by 180°; for the delta below it gives what the right rule would with the kernel turned. How far off \
         is that? Read as vectors, two matrices A and B have an angle between them, and its cosine is \
         Σ(A ∘ B) / √(Σ(A ∘ A) · Σ(B ∘ B)): 1 where they point the same way, 0 at a right angle and −1 where they are \
         opposite. Between the gradients of this page's forward pass and what the other column gives it depends on the \
         numbers; here it is:",
    );
    let mixed = |what: &str, other: &DMatrix<Traced>, right: &DMatrix<Traced>| {
        [what.into(), cosine(&to_f64(other), &to_f64(right)).into()]
    };
    page.table(
        "mixed",
        ["from the other column", "cosine with the gradient"],
        vec![mixed("d_kernel_2", &other_d_kernel_2, &d_kernel_2), mixed("d_a1", &other_d_a1, &d_a1)],
    );
    page.say(
        "The answer to which column is yours is in your forward pass, not in your backward pass: PyTorch, TensorFlow and \
         JAX slide the kernel as it is. The topic `relu_filter_update` does so too.",
    );

    let with_updated_kernel = other_slide(&delta, &descend(&kernel_2, &d_kernel_2, &learning_rate), Full)?;
    page.claim(
        Origin::Page,
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

    let mut taught = None;
    if is_convolution {
        page.section("Backward, as the source teaches it");
        page.say(
            "The source's recipe for a kernel: convolve the layer's input with the delta, turn the result by 180°, \
             multiply it by the learning rate and subtract it from the kernel. Here it is followed to the letter, in \
             exact fractions, and then compared with the gradient.",
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
            "For the layer below, the recipe is the full convolution of kernel 2 with the delta. It takes the kernel as it \
             was before its update.",
        );
        let source_d_a1 =
            page.show("source_d_a1 = kernel_2 ∗_full delta", convolve(&kernel_2, &delta, Full)?);
        page.with_the_default_inputs(|page| {
            let exact = exact(&source_d_a1)?;
            let product = &inputs.kernel_2[(1, 0)] * &inputs.delta[(0, 1)];
            let explained = printed(D_A1, PLACES)
                .slip(
                    (1, 1),
                    "taking the product 0.3·0.15 with a minus sign",
                    &exact[(1, 1)] - &product - &product,
                )
                .slip((2, 2), "cutting off instead of rounding", truncated(&exact[(2, 2)], PLACES));
            page.audit(&source_d_a1, explained);
            Ok(())
        })?;
        if source_d_a1 == other_d_a1 {
            page.say(
                "These are the numbers of `other_d_a1`: the delta below is passed back by the rule of the other column.",
            );
        }

        let source_d_kernel_1 =
            page.show("source_d_kernel_1 = image ∗ source_d_a1", convolve(&image, &source_d_a1, Valid)?);
        page.audit(&source_d_kernel_1, printed(D_KERNEL_1, PLACES));

        let source_kernel_1_updated = page.show(
            "source_kernel_1_updated = kernel_1 − learning_rate · rot180( source_d_kernel_1 )",
            descend(&kernel_1, &rot180(&source_d_kernel_1), &learning_rate),
        );
        page.audit(&source_kernel_1_updated, printed(KERNEL_1_UPDATED, PLACES));

        page.with_the_default_inputs(|page| {
            let [matching, carried, slips, _] = page.totals().audit;
            let corner = &exact(&source_d_a1)?[(2, 2)];
            page.claim(
                Origin::Page,
                "All results are rounded to two decimal places.",
                slips == 0,
                format!(
                    "{matching} of the {} printed numbers are correctly rounded; {carried} more follow from earlier \
                     printed numbers; {slips} do not. One of them, {} printed .01, is cut off where rounding gives {}.",
                    matching + carried + slips,
                    decimal(corner, 4),
                    decimal(rounded(corner, PLACES), PLACES)
                ),
            );
            Ok(())
        })?;

        let [taught_2, taught_1] = [&source_d_kernel_2, &source_d_kernel_1].map(rot180);
        page.say(
            "The direction that is taught for kernel 2, turned as it is when it is applied, to be compared with `d_kernel_2`:",
        );
        page.show("taught_d_kernel_2 = rot180( source_d_kernel_2 )", taught_2.clone());
        let for_turned_delta = rot180(&convolve(&a1, &rot180(&delta), Valid)?);
        page.headline(
            Origin::Page,
            "The gradient of a kernel is the convolution of its input with the delta, turned by 180°.",
            is_gradient_for_all_numbers(&taught_2, &loss, &kernel_2),
            format!(
                "What the source's backward pass calls convolution has to be cross-correlation: here the taught direction has a cosine \
                 of {} with the gradient for kernel 2 and of {} for kernel 1, so the angle between them is more than a right \
                 angle.{}",
                decimal(cosine(&to_f64(&taught_2), &to_f64(&d_kernel_2)), 2),
                decimal(cosine(&to_f64(&taught_1), &to_f64(&d_kernel_1)), 2),
                if is_gradient_for_all_numbers(&for_turned_delta, &loss, &kernel_2) {
                    " For all numbers, what is taught is the gradient for another delta, the given one turned by 180°; so it \
                     is right, whatever the input is, only for deltas that the turn leaves as they are."
                } else {
                    ""
                }
            ),
        );
        taught = Some(("taught", source_kernel_1_updated, source_kernel_2_updated));
    }

    page.section("The same as in a fully connected layer");
    page.say(
        "A convolution is a matrix with shared weights and many zeros. Here is the second layer as one, with one row for \
         each entry of `a2` and one column for each of `a1`, both in the order [0,0], [1,0] and so on, down one column \
         after the other:",
    );
    let layer_2 = page.show("layer_2", convolution_matrix(&turn(&rot180(&kernel_2)), a1.shape(), Valid)?);

    page.say("In a fully connected layer the deltas pass back through the same matrix: as a column they are multiplied by its transpose, as a row by the matrix itself:");
    let delta_row = page.show("delta_row", DMatrix::from_row_slice(1, delta.len(), delta.as_slice()));
    let passed_back = page.show("passed_back = delta_row · layer_2", &delta_row * &layer_2);

    page.claim(
        Origin::Page,
        "The delta passes back through a convolution as through a fully connected layer, with a convolution in place of \
         the matrix product.",
        ClaimVerdict::under(
            "that convolution is a cross-correlation",
            passed_back.as_slice() == convolve(&kernel_2, &delta, Full)?.as_slice(),
            passed_back.as_slice() == d_a1.as_slice(),
        ),
        "Read down its columns, the cross-correlated `d_a1` has the entries of `passed_back`; the convolved \
         `source_d_a1` does not.",
    );

    page.section("Uphill or downhill");
    page.say(
        "Both kernels move against their gradients, and the image passes forward again. (Behind ≈ stands what the unrounded \
         numbers give; with the rounded ones that are shown the last place can come out otherwise.)",
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

    page.ask("Which way should L have gone?", "Down: that is the point of a gradient step.");
    let loss_with = |kernel_1_now: &DMatrix<Traced>, kernel_2_now: &DMatrix<Traced>| {
        loss.at(&[(&kernel_1, kernel_1_now), (&kernel_2, kernel_2_now)])
    };
    let mut steps = vec![("true", kernel_1_updated, kernel_2_updated)];
    steps.extend(taught);
    if page.has_the_default_inputs() {
        let printed = |kernel| literal(kernel).map(Traced::from);
        steps.push(("printed", printed(KERNEL_1_UPDATED), printed(KERNEL_2_UPDATED)));
    }
    let losses: Vec<_> = steps.iter().map(|(_, kernel_1, kernel_2)| loss_with(kernel_1, kernel_2)).collect();
    let before = loss.at(&[]);
    let change = |step: usize| losses[step].clone() - before.clone();
    let mut rows = vec![["as they are".into(), (&before).into(), 0.into()]];
    rows.extend(steps.iter().enumerate().map(|(step, (which, ..))| {
        [format!("after the {which} update").into(), (&losses[step]).into(), change(step).into()]
    }));
    page.table("losses", ["kernels", "L", "change"], rows);

    page.with_the_default_inputs(|page| {
        page.headline(
            Origin::Page,
            "Subtracting what is taught improves the kernels.",
            change(2) < Value::from(0),
            format!(
                "With both kernels that the source prints the loss rises by {}, with its procedure in exact \
                 fractions by {}; with the true gradients it falls by {}.",
                decimal(change(2), 4),
                decimal(change(1), 4),
                decimal(-change(0), 4)
            ),
        );
        Ok(())
    })?;

    page.say("The same along the way, from no step at all to twice the step:");
    let along = |(which, kernel_1_then, kernel_2_then): &(&str, DMatrix<Traced>, DMatrix<Traced>)| {
        let loss_at = |fraction: f64| {
            let step = |from, to| towards(&to_f64(from), &to_f64(to), fraction).map(Traced::from);
            (fraction, loss_with(&step(&kernel_1, kernel_1_then), &step(&kernel_2, kernel_2_then)).to_f64())
        };
        Line::new(format!("along the {which} step"), (0..=20).map(|i| loss_at(f64::from(i) / 10.0)).collect())
    };
    let ends = steps.iter().zip(&losses);
    let ends: Vec<_> =
        ends.map(|((which, ..), after)| format!("to {} along the {which} one", decimal(after, 4))).collect();
    page.figure(
        "loss_along_the_step",
        format!(
            "L from no step (0) over the whole step (1) to twice the step (2). With the whole step it goes from {} {}.",
            decimal(&before, 4),
            ends.join(", ")
        ),
        Chart::Lines {
            x: Axis::linear("multiple of the step"),
            y: Axis::linear("L"),
            lines: steps.iter().map(along).collect(),
        },
    );

    page.with_the_default_inputs(|page| {
        page.section("The source's summary");
        page.say(
            "In its closing lines the source gives the two backward rules once more, with the operands exchanged: \
             the layer's input goes into the delta below, the layer's kernel into the kernel's own gradient. \
             The shapes alone rule this out.",
        );
        let shape = |(rows, columns): (usize, usize)| format!("{rows}×{columns}");
        let below = Window::from(Full).output_shape(a1.shape(), delta.shape())?;
        let kernel = Window::from(Valid).output_shape(kernel_2.shape(), delta.shape())?;
        let rows = vec![
            ["delta below: a1 with delta, full".into(), shape(below).into(), shape(a1.shape()).into()],
            ["gradient: kernel_2 with delta, valid".into(), shape(kernel).into(), shape(kernel_2.shape()).into()],
        ];
        page.table("summary_shapes", ["as the summary has it", "gives", "needed"], rows);

        page.claim(
            Origin::Page,
            "The delta below is a full convolution of the layer's input with the delta; the kernel's gradient is a \
             convolution of its weights with the delta.",
            below == a1.shape() && kernel == kernel_2.shape(),
            format!(
                "The first gives {} where {} is needed, the second {} where {} is.",
                shape(below),
                shape(a1.shape()),
                shape(kernel),
                shape(kernel_2.shape())
            ),
        );
        Ok(())
    })?;

    page.section("Exercises");
    let mut single = DMatrix::from_element(delta.nrows(), delta.ncols(), Exact::ZERO);
    single[(0, 0)] = Exact::from_integer(1.into());
    let seen = d_kernel_2.map(|entry| entry.at(&[(&delta, &single.map(Traced::from))]));
    page.exercise(
        format!(
            "Replace the delta by one with a single 1, at the top left: `--delta \"{}\"`. What is `d_kernel_2` then?",
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
        let symmetric = literal("1 2; 2 1");
        page.exercise(
            "Find a delta for which the taught recipe gives the true gradient of kernel 2, and check it with `--delta`.",
            if rot180(&symmetric) == symmetric {
                "Any delta that is its own rotation by 180°, such as `--delta \"1 2; 2 1\"`: turning it changes nothing, so convolution \
                 and cross-correlation agree."
            } else {
                "There is none."
            },
        );
    }
    let loss_at = |rate: i32| {
        let moved = |kernel, gradient| descend(kernel, gradient, &Exact::from_integer(rate.into()).into());
        loss_with(&moved(&kernel_1, &d_kernel_1), &moved(&kernel_2, &d_kernel_2))
    };
    page.exercise(
        "Take larger steps along the true gradients, `--learning-rate 1` and `10`. Does L fall further each time? \
         Does it have a minimum?",
        format!(
            "L is {} with no step, {} with a rate of 1 and {} with 10. It has no minimum, unless it is 0 for all kernels: \
             doubling a kernel doubles L, and changing its sign changes that of L, so L can become as low as one likes. A \
             delta is good for \
             a direction near the kernels it was computed for, not for a destination.",
            decimal(&before, 4),
            decimal(loss_at(1), 4),
            decimal(loss_at(10), 4)
        ),
    );
    page.numpy(include_str!("numpy/conv_backprop.py"));
    Ok(())
}

/// The point at a fraction of the way from one matrix to another.
fn towards(from: &DMatrix<f64>, to: &DMatrix<f64>, fraction: f64) -> DMatrix<f64> {
    from + (to - from) * fraction
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
