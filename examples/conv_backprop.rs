//! Two convolution layers, forward and backward by hand, and whether what is called the gradient is one.

use worked_examples::math::Padding::{Full, Valid};
use worked_examples::math::{
    Forward, Shape, convolution_matrix, convolve, cosine, cross_correlate, descend, rot180, to_f64,
};
use worked_examples::prelude::*;

#[path = "conv_backprop/downhill.rs"]
mod downhill;
#[path = "conv_backprop/exercises.rs"]
mod exercises;
#[path = "conv_backprop/meets.rs"]
mod meets;
#[path = "conv_backprop/recipe.rs"]
mod recipe;

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

impl Inputs {
    /// The delta for an output of the size of `a2`, if everything fits.
    fn fitting_delta(&self) -> Result<DMatrix<Exact>, Unusable> {
        let a1 = cli::expect_to_fit("--kernel-1", self.image.shape(), self.kernel_1.shape())?;
        let a2 = cli::expect_to_fit("--kernel-2", a1, self.kernel_2.shape())?;
        let delta = cli::or_filled(&self.delta, DELTA, a2, 1);
        cli::expect_shape("--delta", delta.shape(), a2, "the size of a2")?;
        Ok(delta)
    }
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "conv_backprop",
    title: "Two convolution layers, backward by hand",
    question: "A gradient arrives at the top of two convolution layers. What does each kernel learn from it?",
    source: Some(
        "A learner trains a filter, which is called a kernel here, by hand, and asks why it gets no better. The answer \
         shows an example of its own, two layers with results that it says are rounded to two places, and ends with a \
         recipe. Its numbers and its recipe are tested here.",
    ),
    lesson: "How what a network got wrong travels back through two convolutions: the gradient of each kernel, one step of \
         learning, and how to check a gradient by moving one number a little.",
    minutes: 60,
    requires: "sums of products, the chain rule, what a kernel sliding over an image computes; for one section, fully \
               connected layers and the transpose of a matrix",
    code: &[
        include_str!("conv_backprop.rs"),
        include_str!("conv_backprop/recipe.rs"),
        include_str!("conv_backprop/downhill.rs"),
    ],
    blanks: &["a1", "a2", "d_kernel_2", "d_a1", "d_kernel_1", "kernel_2_updated", "kernel_1_updated"],
    gives: &[],
    mistakes: &[],
    check,
    vary,
    is_worth_working,
    tell,
};

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    cli::expect_little_effort(&[
        ("--delta", &inputs.fitting_delta()?),
        ("--image", &inputs.image),
        ("--kernel-1", &inputs.kernel_1),
        ("--kernel-2", &inputs.kernel_2),
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

/// The source works with two decimal places; `.9` stands for `.90`. This is what it prints and what is used again.
const PLACES: usize = 2;
const KERNEL_1_UPDATED: &str = ".08 -.29; -.5 .68";
const KERNEL_2_UPDATED: &str = "-.51 .11; .3 .9";

/// What several sections work with, as the page shows it.
struct Network {
    image: Numbers,
    kernel_1: Numbers,
    kernel_2: Numbers,
    a1: Numbers,
    delta: Numbers,
    learning_rate: Traced,
    loss: Traced,
    d_kernel_1: Numbers,
    d_kernel_2: Numbers,
}

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let (forward, other) = (inputs.forward, inputs.forward.other());
    let either = |convolution, cross_correlation| forward.either(convolution, cross_correlation);

    page.section("What is given");
    page.say(
        "An image passes through two convolution layers. They have no bias and no activation function, so that only the \
         convolutions are left to understand. The output of the first layer is called `a1`, that of the second `a2`. From \
         the layers above comes a `delta`. It is the gradient of the loss L with respect to `a2`: each entry says how fast L \
         grows as this entry of `a2` grows. Rows and columns are counted from 0, and in running text a semicolon ends a row. \
         Where ≈ stands, the result is rounded to the places shown. We always go on with the unrounded numbers: if you start \
         from rounded ones, your last place may differ.",
    );
    let image = page.given("image", &inputs.image);
    let kernel_1 = page.given("kernel_1", &inputs.kernel_1);
    let kernel_2 = page.given("kernel_2", &inputs.kernel_2);
    let given_delta = inputs.fitting_delta()?;
    if given_delta != inputs.delta {
        page.say(
            "No delta of this size is given, so all its entries are 1: the loss is the sum of the output.",
        );
    }
    let delta = page.given("delta", &given_delta);
    let learning_rate = page.given_number("learning_rate", &inputs.learning_rate);
    page.given_text("forward", either("convolution", "cross-correlation"));

    page.section("Forward");
    page.say(format!(
        "Taken literally, a convolution turns the kernel by 180° before it slides over the image. Deep-learning libraries \
         slide the kernel as it is and call that a convolution, too; its proper name is cross-correlation. In formulas `∗` is \
         convolution and `★` is cross-correlation, and what stands on the right slides over what stands on the left. {}",
        either(
            "On this page a layer is a convolution. In the lines of Rust it is `forward.slide`, and `forward.turn` is rot180, \
             the turn by 180°; `other.slide` is cross-correlation, and `other.turn` leaves a matrix as it is.",
            "On this page a layer is a cross-correlation. In the lines of Rust it is `forward.slide`, and `forward.turn` leaves \
             a matrix as it is; `other.slide` is convolution, and `other.turn` is rot180, the turn by 180°.",
        )
    ));
    page.with_the_default_inputs().say(
        "What the source prints stands below our result, with a verdict: a match if the exact result rounds to it (where \
         it lies halfway, either neighbour counts); carried if it follows from numbers that the source printed before; a \
         slip if a mistake that we can name gives it; and unexplained otherwise.",
    );
    let a1 = forward.slide(&image, &kernel_1, Valid)?;
    page.ask(
        "Which size will `a1` have, if the kernel may not hang over the edge?",
        format!(
            "{}: in each direction the image's size − the kernel's size + 1. A pass in which nothing hangs over is called \
             valid.",
            size(a1.shape())
        ),
    );
    page.say("Each cell of a result is a sum of products.");
    page.on_screen().say(format!(
        "Turned by 180°, `kernel_1` is {}. Where a cell is worked out, the first line gives the \
         names and the second the numbers. A letter marks the same product in both lines and, where they are drawn, in the \
         two matrices.",
        decimals(&rot180(&kernel_1), 4)
    ));
    let a1 = page.show(either("a1 = image ∗ kernel_1", "a1 = image ★ kernel_1"), a1);
    page.audit(&a1, printed(".32 .27 -.59; .99 -.52 -.55; -.45 .64 .13", PLACES));
    let a2 = forward.slide(&a1, &kernel_2, Valid)?;
    let a2 = page.show(either("a2 = a1 ∗ kernel_2", "a2 = a1 ★ kernel_2"), a2);
    page.audit(&a2, printed(".73 .29; .37 -.63", PLACES));
    let ([matching, ..], all) = (page.totals().audit, a1.len() + a2.len());
    page.claim(
        "in the answer, on the way forward",
        "The output of a layer is the convolution of its input with its kernel.",
        matching == all,
        format!(
            "Convolution, taken literally, gives {matching} of the {all} printed numbers. As a cross-correlation, the \
             libraries' convolution, `a1` would be {}.",
            decimals(&other.slide(&image, &kernel_1, Valid)?, 4)
        ),
    );
    page.claim(
        "in the answer, on the delta",
        "The delta always has the size of the activation that it belongs to.",
        delta.shape() == a2.shape(),
        format!("It has one partial derivative for each output, so both are {}.", size(a2.shape())),
    );
    page.say(
        "Many losses have `delta` as their gradient. The simplest of them is linear, and it is the L of this page. (`∘` \
         multiplies entry by entry, and Σ adds all entries.)",
    );
    let loss = page.value("L = Σ( delta ∘ a2 )", delta.component_mul(&a2).sum());

    meets::tell(page, forward, [&a1, &kernel_2, &delta]);

    page.section("Backward: the gradients, proven");
    page.say("`d_x` is the derivative of L with respect to x.");
    page.on_screen().say(
        "Each one is proven, and then checked. The proof: L is multiplied out, and its derivative is compared with our result \
         as a formula. That holds for all numbers in matrices of these sizes. The check: each entry w is moved up and down by \
         some h. L is linear in each single entry, so (L(w + h) − L(w − h)) / 2h is exactly its slope, not an approximation.",
    );
    let d_kernel_2 = page.show(
        either("d_kernel_2 = rot180( a1 ★ delta )", "d_kernel_2 = a1 ★ delta"),
        forward.turn(&cross_correlate(&a1, &delta, Valid)?),
    );
    page.prove_gradient(&d_kernel_2, &loss, &kernel_2);
    let d_a1 = other.slide(&delta, &kernel_2, Full)?;
    let d_a1 = page.show(either("d_a1 = delta ★_full kernel_2", "d_a1 = delta ∗_full kernel_2"), d_a1);
    page.prove_gradient(&d_a1, &loss, &a1);
    page.ask(
        "In a full convolution the two matrices may be swapped without a change. May they be swapped in a full \
         cross-correlation?",
        "No: swapped, the result comes out turned by 180°. It matters which of the two slides.",
    );
    let with_updated_kernel = other.slide(&delta, &descend(&kernel_2, &d_kernel_2, &learning_rate), Full)?;
    let difference = Value::from(to_f64(&(&with_updated_kernel - &d_a1)).amax());
    page.claim(
        "in the answer, on the delta for the first layer",
        "The delta below takes the kernel as it was before its update.",
        !is_gradient_for_all_numbers(&with_updated_kernel, &loss, &a1),
        format!(
            "The proven `d_a1` uses that kernel. With kernel 2 after the true step, the `kernel_2_updated` of a later section, \
             it would be off by up to {difference} here."
        ),
    );
    page.say("The first layer's kernel learns by the same rule, from `d_a1`:");
    let d_kernel_1 = page.show(
        either("d_kernel_1 = rot180( image ★ d_a1 )", "d_kernel_1 = image ★ d_a1"),
        forward.turn(&cross_correlate(&image, &d_a1, Valid)?),
    );
    page.prove_gradient(&d_kernel_1, &loss, &kernel_1);

    page.section("The other forward pass");
    page.say(
        "The rules of the other column are just as right, for the other forward pass. Here the second layer is computed with \
         it, from the same `a1`, and its rules are put to the same proof:",
    );
    let other_a2 = other.slide(&a1, &kernel_2, Valid)?;
    let other_a2 = page.show(either("other_a2 = a1 ★ kernel_2", "other_a2 = a1 ∗ kernel_2"), other_a2);
    let other_loss = page.value("other_L = Σ( delta ∘ other_a2 )", delta.component_mul(&other_a2).sum());
    let other_d_kernel_2 = page.show(
        either("other_d_kernel_2 = a1 ★ delta", "other_d_kernel_2 = rot180( a1 ★ delta )"),
        other.turn(&cross_correlate(&a1, &delta, Valid)?),
    );
    page.prove_gradient(&other_d_kernel_2, &other_loss, &kernel_2);
    let other_d_a1 = page.show(
        either("other_d_a1 = delta ∗_full kernel_2", "other_d_a1 = delta ★_full kernel_2"),
        forward.slide(&delta, &kernel_2, Full)?,
    );
    page.prove_gradient(&other_d_a1, &other_loss, &a1);
    let cosines = [cosine(&other_d_kernel_2, &d_kernel_2), cosine(&other_d_a1, &d_a1)];
    let has_angles = cosines.iter().all(|cosine| cosine.is_finite());
    let ([cosine_2, cosine_a1], entries) = (cosines.map(Value::from), to_f64(&d_kernel_2));
    let angles = format!(
        "Here `other_d_kernel_2` has a cosine of {cosine_2:.2} with `d_kernel_2`, and `other_d_a1` one of {cosine_a1:.2} with \
         `d_a1`."
    );
    let [least, most] = [entries.min(), entries.max()].map(Value::from);
    let by_luck = format!(
        " The {cosine_2:.2} is luck. Both gradients of kernel 2 have the same entries, in reverse order, and here these lie \
         close together, between {least} and {most}. With the entries 1 0; 0 -1 the cosine would be −1."
    );
    page.say(format!(
        "A rule from the wrong column runs without complaint, because the shapes are the same. How wrong is its result? Read as \
         vectors, two matrices A and B have an angle between them. Its cosine is Σ(A ∘ B) / √(Σ(A ∘ A) · Σ(B ∘ B)): 1 where they \
         point the same way, 0 at a right angle, −1 where they are opposite. {}{} To know your column, look at your \
         forward pass: PyTorch, TensorFlow and JAX slide the kernel as it is, and so does the worked example \
         `relu_filter_update`.",
        if has_angles { &angles } else { "Here a gradient is 0 throughout, and has no angle with any other." },
        if page.has_the_default_inputs() { &by_luck } else { "" }
    ));

    let network =
        Network { image, kernel_1, kernel_2, a1, delta, learning_rate, loss, d_kernel_1, d_kernel_2 };
    let taught = match forward {
        Forward::Convolution => Some(recipe::tell(inputs, page, &network)?),
        Forward::CrossCorrelation => None,
    };

    page.section("The same as in a fully connected layer");
    page.say(
        "A convolution is a matrix with shared weights and many zeros. Here is the second layer as one, with one row for \
         each entry of `a2` and one column for each entry of `a1`. For this, `a1`, `a2` and `delta` are read down one column after \
         the other: [0,0], [1,0] and so on. (The Rust library stores matrices so. NumPy goes row by row; there you need \
         `d_a1.ravel(order=\"F\")`.)",
    );
    let Network { kernel_2, a1, delta, .. } = &network;
    let layer_2 = page.show("layer_2", convolution_matrix(&other.turn(kernel_2), a1.shape(), Valid)?);
    page.say(
        "In a fully connected layer the deltas pass back through the same matrix: written as a row, they are multiplied by \
         it; written as a column, by its transpose.",
    );
    let delta_row = DMatrix::from_row_slice(1, delta.len(), delta.as_slice());
    let passed_back = page.show("passed_back", delta_row * layer_2);
    page.claim(
        "in the answer, on the delta for the first layer",
        "The delta passes back much as in a fully connected network, with the full convolution of the kernel with the delta in \
         place of the matrix product.",
        ClaimVerdict::under(
            "for this forward pass it is a cross-correlation, and the kernel slides over the delta",
            passed_back.as_slice() == convolve(kernel_2, delta, Full)?.as_slice(),
            passed_back.as_slice() == d_a1.as_slice(),
        ),
        "Read down its columns, `d_a1`, which is delta ★_full kernel_2, has the entries of `passed_back`; the full convolution, \
         `other_d_a1`, does not. Libraries call this way back a transposed convolution.",
    );

    downhill::tell(inputs, page, &network, taught)?;

    page.section("In a real network");
    page.say(
        "A bias is added to every output, so its gradient is the sum of the deltas. The loss of a batch is the sum or the mean of \
         the losses of its images, and its gradient is the sum or the mean of their gradients. With several channels each pair of \
         an input and an output channel has a kernel of its own, which learns by the rule above; the delta below is the sum over \
         the output channels. With a stride of s whose last window ends at the edge of the image, s − 1 zeros go between the \
         entries of `delta`, and then the same rules apply. With zeros around the image, the gradient takes the padded image, and \
         the padding is cut off the delta below. An activation function multiplies the delta by its derivative. Where it has a \
         kink, a corner as the ReLU has at 0, there is no derivative, and one is agreed on: see the worked example \
         `relu_filter_update`.",
    );

    exercises::tell(inputs, page)?;
    page.numpy(include_str!("numpy/conv_backprop.py"));
    Ok(())
}

fn size((rows, columns): Shape) -> String {
    format!("{rows}×{columns}")
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
