//! A residual block whose output has other channels than its input: how the shortcut comes to fit, and its price.

use nalgebra::{Scalar, dmatrix};
use num_traits::{Signed, ToPrimitive, Zero};
use worked_examples::math::{BatchNorm, MapShape, Shortcut, sum_shape, to_f64};
use worked_examples::prelude::*;
use worked_examples::training::{ResidualBatch, random_quarters};

#[path = "resnet_shortcut/backward.rs"]
mod backward;
#[path = "resnet_shortcut/batch.rs"]
mod batch;

/// What is given.
#[derive(Args)]
pub struct Inputs {
    /// The channels of one pixel of x
    #[arg(long, value_parser = column, value_name = "NUMBERS", default_value = "1 2 3")]
    pub pixel: DMatrix<Exact>,
    /// How many channels of zeros stand before and after those of x; F(x) has as many as they make together
    #[arg(long, value_parser = zeros, value_name = "BEFORE AFTER", default_value = "7 6")]
    pub padding: [usize; 2],
    /// W, a row for each channel of F(x), a column for each channel of x [default: quarters drawn from the seed]
    #[arg(long, value_parser = matrix)]
    pub weights: Option<DMatrix<Exact>>,
    /// What x, the kernels of F and, unless given, W are drawn from
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

impl Inputs {
    /// The shape of W.
    fn channels(&self) -> (usize, usize) {
        let channels = self.pixel.len();
        (self.padding[0] + channels + self.padding[1], channels)
    }

    fn drawn_weights(&self) -> DMatrix<Exact> {
        random_quarters(self.seed, self.channels())
    }

    /// W as given, or drawn.
    fn weights(&self) -> DMatrix<Exact> {
        self.weights.clone().unwrap_or_else(|| self.drawn_weights())
    }
}

/// Weights that are given as they would have been drawn are the same inputs.
impl PartialEq for Inputs {
    fn eq(&self, other: &Self) -> bool {
        let given = |inputs: &Self| (inputs.pixel.clone(), inputs.padding, inputs.weights(), inputs.seed);
        given(self) == given(other)
    }
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "resnet_shortcut",
    title: "The shortcut that has to fit",
    question: "A residual block adds x to F(x), and each has its own number of channels. Which linear projection \
     makes them fit?",
    source: Some(
        "On a question-and-answer site somebody asks what the linear projection in section 3.2 of the ResNet paper \
         is. Three answers explain it: by an example, as a matrix, and in PyTorch. What they say is tested here, \
         claim by claim.",
    ),
    lesson: "What a residual block adds up, and how zeros around the channels, a matrix and a 1×1 convolution do the same work.",
    minutes: 45,
    requires: "matrix times vector and the transpose, what a convolution computes, mean, variance and correlation; \
               for the second half, derivatives and the chain rule",
    code: &[
        include_str!("resnet_shortcut.rs"),
        include_str!("resnet_shortcut/backward.rs"),
        include_str!("resnet_shortcut/batch.rs"),
    ],
    blanks: &["padded_pixel", "padding_projection", "projected_pixel"],
    gives: &[],
    mistakes: &[
        mistake(
            "padded_pixel = rot180( padding_projection ) · pixel",
            "order",
            "put the zeros the other way round: first those that stand before",
        ),
        mistake(
            "projected_pixel = weightsᵀ · pixel",
            "transposed",
            "W stands on the left as it is: a row of W for each channel that comes out",
        ),
        mistake(
            "d_pixel_projected = weights · delta",
            "transposed",
            "the delta goes back through the transpose of W",
        ),
    ],
    check,
    vary,
    is_worth_working: |_| true,
    tell,
};

fn vary(draw: &mut Draw) -> Option<Inputs> {
    const ZEROS: usize = 13;
    let before = usize::try_from(draw.integer(1..=12)).unwrap_or(0);
    Some(Inputs {
        pixel: draw.matrix(3, 1, 1..=9),
        padding: [before, ZEROS - before],
        weights: Some(draw.matrix(ZEROS + 3, 3, -2..=2)),
        seed: 1,
    })
}

/// The most channels that a page still shows.
const MOST_CHANNELS: usize = 64;
/// The most weights that are proven in reasonable time.
const MOST_WEIGHTS: usize = 2048;
/// From here to there fractions stay short, and squares are doubles.
const SMALLEST: &str = "1e-20";
const LARGEST: &str = "1e20";

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let (outputs, channels) = inputs.channels();
    let [before, after] = inputs.padding;
    let why = format!(
        "{before} + {channels} + {after} = {outputs} channels from {channels}; at most {MOST_CHANNELS}, and at \
         most {MOST_WEIGHTS} weights between them, are expected"
    );
    let option = if channels * channels > MOST_WEIGHTS { "--pixel" } else { "--padding" };
    Unusable::unless(outputs <= MOST_CHANNELS && outputs * channels <= MOST_WEIGHTS, option, why)?;
    let weights = inputs.weights();
    let (rows, columns) = weights.shape();
    let why = format!(
        "a matrix of {rows}×{columns}; {outputs}×{channels} is expected, a row for each of the {before} + \
         {channels} + {after} channels of F(x), a column for each of the {channels} of --pixel"
    );
    Unusable::unless((rows, columns) == (outputs, channels), "--weights", why)?;
    let (smallest, largest) = (&literal(SMALLEST)[0], &literal(LARGEST)[0]);
    for (option, numbers) in [("--pixel", &inputs.pixel), ("--weights", &weights)] {
        for number in numbers {
            let why =
                format!("{:.2}; 0 or a size from {SMALLEST} to {LARGEST} is expected", Value::from(number));
            let fits = number.is_zero() || (smallest..=largest).contains(&&number.abs());
            Unusable::unless(fits, option, why)?;
        }
    }
    Ok(())
}

/// One pixel as a column, whether it is written in a row or down a file.
fn column(text: &str) -> Result<DMatrix<Exact>, String> {
    match matrix(text)? {
        pixel if pixel.ncols() == 1 => Ok(pixel),
        pixel if pixel.nrows() == 1 => Ok(pixel.transpose()),
        pixel => Err(format!("one pixel is expected, and not {} rows of {}", pixel.nrows(), pixel.ncols())),
    }
}

fn zeros(text: &str) -> Result<[usize; 2], String> {
    let counts: Vec<_> =
        matrix(text)?.iter().map(|count| count.is_integer().then(|| count.to_usize())).collect();
    match counts[..] {
        [Some(Some(before)), Some(Some(after))] if before.max(after) <= MOST_CHANNELS => Ok([before, after]),
        _ => Err(format!("two whole numbers from 0 to {MOST_CHANNELS} are expected, as in \"7 6\"")),
    }
}

/// What the source prints of its padded pixel.
const PADDED_PIXEL: &str = "0; 0; 0; 0; 0; 0; 0; 1; 2; 3; 0; 0; 0; 0; 0; 0";

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { padding: [before, after], seed, .. } = inputs;
    let (outputs, channels) = inputs.channels();

    page.section("What is given");
    page.say(
        "The layers of a residual block compute F(x) from its input x, and the block then adds x itself: y = F(x) + \
         x. The path of x around the layers is the shortcut. A layer is a convolution, a batch normalisation (BN), \
         which brings every channel to mean 0 and variance 1, and a ReLU, which replaces negative numbers by 0. The \
         last ReLU comes after the addition:",
    );
    page.formula(
        r"\begin{array}{ccc} x & \longrightarrow & x \text{ or } W x \\ \downarrow & & \big\downarrow \\ \text{conv, BN, ReLU} & & \big\downarrow \\ \text{conv, BN} & & \big\downarrow \\ \downarrow & & \big\downarrow \\ F(x) & \longrightarrow & + \\ & & \downarrow \\ & & \text{ReLU} \end{array}",
        "x ──────────→ x or W x\n│                │\n↓                │  the shortcut\nconv, BN, ReLU   │\nconv, BN         │\n↓                ↓\nF(x) ──────────→ + ──→ ReLU ──→ next block",
    );
    page.say(
        "Why a shortcut? He et al. (2015) used the part of ImageNet that was made for a competition: more than a million \
         photographs of 1000 kinds of things. Without shortcuts, a network of 34 layers made more mistakes than one of 18, even \
         on the photographs that it had been trained on. They call this degradation. With the shortcut, a block that has nothing \
         to add only has to learn F(x) = 0, and x passes through.",
    );
    page.say(
        "x and F(x) are tensors of (batch, height, width, channels): many images at once, and at each pixel a column of \
         numbers, its channels. One pixel, `pixel`, is followed by hand, and `padding` says how many zeros go before \
         and after its channels. Rows, columns and channels are counted from 0.",
    );
    let pixel = page.given("pixel", &inputs.pixel);
    page.given("padding", &dmatrix![*before, *after].map(|count| Exact::from_integer(count.into())));
    page.given_number("seed", &Exact::from_integer((*seed).into()));
    page.say(
        "Besides the pixel there is a whole batch of random images, whose colours are whole numbers from 0 to 9. The \
         random numbers start from `seed`: the same seed gives the same batch. F is kept to a single layer: 3×3 kernels, \
         whose weights are multiples of ¼, and batch normalisation. (In the paper F has two or three layers.) A border \
         of one zero around each image lets the 3×3 kernels keep its size. The two rows of `shapes` are the shapes of x \
         and F(x).",
    );
    let batch = ResidualBatch::drawn(*seed, inputs.padding, &inputs.weights())?;
    let ResidualBatch { x, f_shape, padded, .. } = &batch;
    page.show("shapes", DMatrix::from_row_slice(2, 4, &[x.shape(), *f_shape].concat()));

    page.section("Can they be added?");
    page.ask(
        "Which of the four numbers have to agree before x and F(x) can be added?",
        format!(
            "All four: every number of x needs a partner in F(x). Here x + F(x) gives {}. (NumPy and PyTorch would \
             repeat an axis of length 1 until it fits, which is called broadcasting. This page does not.)",
            sum_of(x.shape(), *f_shape)
        ),
    );
    let [x_numbers, f_numbers] = [x.shape(), *f_shape].map(|shape| shape.iter().product::<usize>());
    page.claim(
        "in the first answer, on reshaping",
        "What x needs is not what `numpy.reshape` does.",
        x_numbers != f_numbers,
        format!(
            "Reshaping lays the same numbers out in other rows and makes no new ones: x has {} = \
             {x_numbers}, F(x) needs {} = {f_numbers}.",
            product_of(&x.shape()),
            product_of(f_shape)
        ),
    );

    page.section("Zeros around the channels");
    page.say(format!(
        "The simplest shortcut has nothing to learn: it puts {} before the channels of the pixel and {after} after them, and \
         makes {} of {channels}.",
        counted(*before, "zero"),
        counted(outputs, "channel")
    ));
    let padded_pixel = page.show("padded_pixel", pad(&pixel, inputs.padding));
    page.say(format!(
        "With every pixel of x padded in this way, the addition to F(x) gives {}.",
        sum_of(padded.shape(), *f_shape)
    ));
    let (added, missing) = (before + after, outputs - channels);
    page.claim(
        "in the first answer, on padding",
        "The pixel 1 2 3 is padded with 13 zeros, 7 before it and 6 after it.",
        (added, missing) == (13, 13) && exact(&padded_pixel)? == literal(PADDED_PIXEL),
        format!(
            "{before} + {after} are {added}, and {outputs} − {channels} are {missing}. All {outputs} numbers of the \
             padded pixel are those that the source prints."
        ),
    );
    let [from, to, fourth] = [x.shape(), padded.shape(), x.image(3).shape()].map(extents);
    page.claim(
        "in the first answer, on padding",
        "None of the other dimensions of x are changed.",
        padded.channels(*before, channels) == *x,
        format!("{from} becomes {to}, and between the zeros stands x."),
    );
    page.claim(
        "in the first answer, on padding",
        "What is padded is x[3].",
        ClaimVerdict::under(
            "x[3] is meant as axis 3, counted from 0",
            x.image(3).shape() == [1, 1, 1, channels],
            padded.shape()[3] == outputs,
        ),
        format!(
            "Axis 3 holds the channels, and is surely meant. In NumPy, TensorFlow and PyTorch, x[3] is the fourth image \
             of the batch, {}; the channels of one pixel are x[n, row, column].",
            fourth.trim_start_matches("1×")
        ),
    );

    page.section("The zeros are a matrix");
    page.ask(
        "Padding is linear: twice the pixel gives twice the result, and the sum of two pixels gives the sum of their \
         results. So there is a matrix that does it. What shape does it have, and where are its ones?",
        format!(
            "{outputs}×{channels}: a row for each channel that comes out, a column for each that goes in. The ones are a \
             {channels}×{channels} identity, with {} of zeros above and {after} below.",
            counted(*before, "row")
        ),
    );
    let padding_projection =
        page.show("padding_projection", pad(&DMatrix::identity(channels, channels), inputs.padding));
    page.say(
        "A linear projection means here: a matrix that is applied to the channels of every pixel. (In linear algebra it \
         also has to satisfy P·P = P; see the exercises.) From the next section on, “projection” alone means a matrix \
         that is learned, and “zeros” means the padding.",
    );
    let (pixels, learned) = (x.pixels().ncols(), outputs * channels);
    page.headline(
        "in the first answer, on padding",
        "Padding with zeros is a linear projection.",
        &padding_projection * &pixel == padded_pixel && x.convolve_1x1(&to_f64(&padding_projection))? == *padded,
        format!(
            "At each of the {} = {pixels} pixels, putting {before} zeros before {channels} channels and {after} after them \
             is the product with one {outputs}×{channels} matrix, zeros around an identity: a projection with \
             nothing to learn, where a learned one has {learned} weights.",
            product_of(&x.shape()[..3])
        ),
    );
    let values = to_f64(&padding_projection);
    let chart = Chart::Heatmap { values, rows: "channel out", columns: "channel in", decimals: Some(0) };
    page.figure("padding_matrix", chart).alt(format!(
        "The {outputs}×{channels} matrix of the padding: ones on a diagonal from row {before} on, {}.",
        counted(padding_projection.len() - channels, "zero")
    ));

    page.section("A matrix that is learned");
    page.say(
        "Nothing forces the matrix to consist of zeros and ones. In a projection shortcut every entry of W is \
         learned, and every channel that comes out is a weighted sum of all that go in. This is equation 2 of the \
         paper, which writes W_s for W; its equation 1 has x alone, which needs equal channels:",
    );
    page.formula(
        r"y = F(x) + W x \qquad (W x)_m = \sum_c W_{mc}\, x_c",
        "y = F(x) + W x,   (W x)[m] = Σ W[m,c] · x[c]",
    );
    page.say(format!(
        "m counts the channels that come out, c those that go in. (Before the addition W x is batch-normalised, as F(x) \
         is; more on that below.) Learning starts from a random W{}:",
        if inputs.weights() == inputs.drawn_weights() {
            ", drawn from the seed (`--weights` takes another)"
        } else {
            ". The one that is given here stands in its place"
        }
    ));
    let weights = page.given("weights", &inputs.weights());
    let projected_pixel = page.show("projected_pixel = weights · pixel", &weights * &pixel);
    page.claim(
        "in the second answer",
        "W has M rows and N columns, and W x has M features from the N of x, each a sum weighted by its own row.",
        (projected_pixel.len(), pixel.len()) == weights.shape()
            && (0..outputs).all(|m| projected_pixel[m] == weights.row(m).transpose().dot(&pixel)),
        format!("W is {outputs}×{channels}: {channels} channels go in, and {outputs} weighted sums come out."),
    );
    page.answer(
        "in the question",
        "What is the linear projection of section 3.2, by a simple example?",
        format!(
            "The W in y = F(x) + W x: a matrix that makes {outputs} channels out of {channels}, the same at every \
             pixel. Here it makes {} of the pixel {}. Its task here is to give x the shape of F(x). For \
             that, the fixed matrix of zeros and ones would do as well.",
            beginning(&projected_pixel), beginning(&pixel)
        ),
    );

    page.unless_by_hand(|page| {
        batch::the_same_at_every_pixel(&batch, page)?;
        batch::at_stride_2(&batch, page)?;
        batch::normalised(&batch, page)
    })?;
    backward::through_the_identity(&pixel, page)?;
    backward::through_the_others(inputs, &pixel, [&padded_pixel, &projected_pixel], &weights, page)?;
    page.unless_by_hand(|page| {
        batch::backward_at_stride_2(&batch, inputs, page)?;
        batch::costs(&batch, page)?;
        batch::order(&batch, *seed, page)
    })?;

    page.section("Exercises");
    if added > 0 {
        let shifted_pixel = pad(&pixel, [0, added]);
        page.exercise(
            format!(
                "Put all zeros behind the channels (`--padding \"0 {added}\"`). Where does the pixel stand, and what \
                 does it cost?"
            ),
            format!(
                "At the top: {}. The matrix is the identity with zeros below, and there is still nothing to learn and \
                 nothing to multiply. Where the zeros go is a choice.",
                decimals(&shifted_pixel.transpose(), 4).replace(' ', ", ")
            ),
        );
    }
    let product = &padding_projection * padding_projection.transpose();
    page.exercise(
        "In linear algebra a projection P is a square matrix with P·P = P: done twice is done once. Call \
         `padding_projection` Z. Is Z such a P? Is its product with its own transpose, Z·Zᵀ?",
        format!(
            "Z has {} and {}. {} Z·Zᵀ is {outputs}×{outputs}, and (Z·Zᵀ)·(Z·Zᵀ) {} it: it keeps {}. Deep learning uses the word \
             more loosely, for any matrix that is applied to the channels.",
            counted(outputs, "row"),
            counted(channels, "column"),
            if outputs == channels { "It is the identity, so yes." } else { "It is not square, so no: Z·Z does not exist." },
            if &product * &product == product { "equals" } else { "is not" },
            if added > 0 { format!("{} and sets the others to 0", from_to("channel", *before, channels)) } else { "all channels".to_owned() }
        ),
    );
    if added > 0 {
        let without_epsilon = BatchNorm::new(outputs, 0.0).forward(&padded.image(0))?;
        page.exercise(
            "Batch normalisation divides by √(variance + ε). What would it make of the channels of zeros without the ε?",
            format!(
                "Their variance is 0, and 0/0 is not a number: {} of the {} numbers of the first padded image. With ε they stay 0.",
                without_epsilon.pixels().iter().filter(|value| value.is_nan()).count(),
                without_epsilon.pixels().len()
            ),
        );
    }
    let deep = Shortcut::Projection(DMatrix::zeros(512, 256)).cost([1, 28, 28, 256], 2);
    page.exercise(
        "On paper: a projection of 256 channels to 512, at stride 2, on one image of 28×28 pixels. How many \
         parameters, how many multiplications?",
        format!(
            "512 · 256 = {} parameters, each used at 14 · 14 pixels: {} multiplications.",
            deep.parameters, deep.multiplications
        ),
    );
    page.numpy(include_str!("numpy/resnet_shortcut.py"));
    Ok(())
}

/// The rows, with rows of zeros before and after them.
fn pad(rows: &Numbers, [before, after]: [usize; 2]) -> Numbers {
    rows.clone().insert_rows(rows.nrows(), after, Traced::zero()).insert_rows(0, before, Traced::zero())
}

/// So many of them, from the first on, in words.
fn from_to(thing: &str, first: usize, count: usize) -> String {
    if count == 1 { format!("{thing} {first}") } else { format!("{thing}s {first} to {}", first + count - 1) }
}

/// What becomes of an addition, in words.
fn sum_of(left: MapShape, right: MapShape) -> String {
    sum_shape(left, right).map_or_else(
        |_| format!("an error, because {} and {} do not agree", extents(left), extents(right)),
        |sum| format!("a tensor of {}", extents(sum)),
    )
}

fn extents(shape: MapShape) -> String {
    joined(shape, "×")
}

/// How many numbers there are, as it is worked out.
fn product_of(lengths: &[usize]) -> String {
    joined(lengths, " · ")
}

/// A column in a sentence: all of it if it is short, and else its beginning.
fn beginning<T: Scalar + Into<Value>>(column: &DMatrix<T>) -> String {
    const MOST: usize = 3;
    let shown = column.rows(0, column.len().min(MOST)).transpose();
    let listed = decimals(&shown, 4).replace(' ', ", ");
    if column.len() > MOST { format!("{listed} … ({} numbers)", column.len()) } else { listed }
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
