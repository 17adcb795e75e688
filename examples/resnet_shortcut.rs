//! A residual block whose output has other channels than its input: how the shortcut comes to fit, and its price.

use clap::Args;
use nalgebra::{DMatrix, dmatrix};
use num_traits::{Signed, ToPrimitive, Zero};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, KnownMistake, Topic, Unusable, matrix};
use worked_examples::math::Padding::{Same, Valid};
use worked_examples::math::{BatchNorm, FeatureMap, MapShapeError, Shortcut, relu, to_f64};
use worked_examples::notebook::{
    Chart, ClaimVerdict, Field, Origin, Page, Told, Traced, decimal, decimals, exact, literal,
};

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

    /// W as given, or drawn.
    fn weights(&self) -> DMatrix<Exact> {
        let mut rng = Pcg64Mcg::seed_from_u64(self.seed);
        let (outputs, channels) = self.channels();
        let drawn =
            DMatrix::from_fn(outputs, channels, |_, _| Exact::new(quarters(&mut rng).into(), 4.into()));
        self.weights.clone().unwrap_or(drawn)
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
    requires: "matrix times vector, what a convolution computes, mean and variance",
    code: include_str!("resnet_shortcut.rs"),
    blanks: &["padded_pixel", "padding_projection", "projected_pixel"],
    gives: &[],
    mistakes: &[
        KnownMistake {
            name: "padded_pixel",
            kind: "order",
            equation: "rot180( padding_projection ) · pixel",
            instead: "put the zeros the other way round: first those that stand before",
        },
        KnownMistake {
            name: "projected_pixel",
            kind: "transposed",
            equation: "weightsᵀ · pixel",
            instead: "W stands on the left as it is: a row of W for each channel that comes out",
        },
        KnownMistake {
            name: "d_pixel_projected",
            kind: "transposed",
            equation: "weights · delta",
            instead: "the delta goes back through the transpose of W",
        },
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
    if outputs > MOST_CHANNELS || outputs * channels > MOST_WEIGHTS {
        let why = format!(
            "{before} + {channels} + {after} = {outputs} channels from {channels}; at most {MOST_CHANNELS}, and at \
             most {MOST_WEIGHTS} weights between them, are expected"
        );
        let without_zeros = channels * channels > MOST_WEIGHTS;
        return Err(Unusable::option(if without_zeros { "--pixel" } else { "--padding" }, why));
    }
    let weights = inputs.weights();
    let (rows, columns) = weights.shape();
    if (rows, columns) != (outputs, channels) {
        let why = format!(
            "a matrix of {rows}×{columns}; {outputs}×{channels} is expected, a row for each of the {before} + \
             {channels} + {after} channels of F(x), a column for each of the {channels} of --pixel"
        );
        return Err(Unusable::option("--weights", why));
    }
    let (smallest, largest) = (&literal(SMALLEST)[0], &literal(LARGEST)[0]);
    for (option, numbers) in [("--pixel", &inputs.pixel), ("--weights", &weights)] {
        let fits = |size: Exact| size.is_zero() || (smallest..=largest).contains(&&size);
        if let Some(number) = numbers.iter().find(|number| !fits(number.abs())) {
            let why = format!("{}; 0 or a size from {SMALLEST} to {LARGEST} is expected", decimal(number, 2));
            return Err(Unusable::option(option, why));
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

/// From −4 to 4: a quarter of it has a short decimal, and a double adds and multiplies it without rounding.
fn quarters(rng: &mut Pcg64Mcg) -> i32 {
    rng.random_range(-4..=4)
}

/// What becomes of an addition, in words.
fn sum_of(a: &FeatureMap<f64>, b: &FeatureMap<f64>) -> String {
    a.add(b).map_or_else(
        |_| format!("an error, because {} and {} do not agree", extents(a.shape()), extents(b.shape())),
        |sum| format!("a tensor of {}", extents(sum.shape())),
    )
}

fn extents(shape: impl AsRef<[usize]>) -> String {
    shape.as_ref().iter().map(usize::to_string).collect::<Vec<_>>().join("×")
}

/// What the source prints of its padded pixel.
const PADDED_PIXEL: &str = "0; 0; 0; 0; 0; 0; 0; 1; 2; 3; 0; 0; 0; 0; 0; 0";
/// A layer of F as the source lists it.
const LAYER: [&str; 3] = ["convolution", "ReLU", "batch normalisation"];
/// "Batch normalization right after each convolution and before activation" (He et al. 2015, section 3.4).
const LAYER_OF_THE_PAPER: [&str; 3] = ["convolution", "batch normalisation", "ReLU"];

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
        r"\begin{array}{ccccccccc} x & \longrightarrow & \text{conv, BN, ReLU, conv, BN} & \longrightarrow & F(x) & & & & \\ \downarrow & & & & \downarrow & & & & \\ \text{shortcut} & \longrightarrow & x \text{ or } W x & \longrightarrow & + & \longrightarrow & \text{ReLU} & \longrightarrow & \text{next block} \end{array}",
        "x ───→ conv, BN, ReLU, conv, BN ───→ F(x)\n│                                     ↓\n└────→ shortcut: x or W x ─────────→ + ───→ ReLU ───→ next block",
    );
    page.say(
        "Why a shortcut? Without any, a network of 34 layers learned ImageNet worse than one of 18, even the images \
         that it was trained with. He et al. (2015) call this degradation. With the shortcut, a block that has \
         nothing to add only has to learn F(x) = 0, and x passes through.",
    );
    page.say(
        "x and F(x) are tensors of (batch, height, width, channels): many images at once, and at each pixel \
         a column of numbers, its channels. To follow by hand there is one such pixel, and how many zeros to put \
         before and after its channels.",
    );
    let pixel = page.given("pixel", &inputs.pixel);
    page.given("padding", &dmatrix![*before, *after].map(|count| Exact::from_integer(count.into())));
    page.given_number("seed", &Exact::from_integer((*seed).into()));
    page.say(
        "Around it there is a whole batch of images with digits for colours, drawn from the seed. F is kept to a \
         single layer: 3×3 kernels with weights in quarters, and batch normalisation. (In the paper F has two or \
         three layers.) The two rows of `shapes` are the shapes of x and F(x).",
    );
    let mut rng = Pcg64Mcg::seed_from_u64(*seed);
    // The ResNets for CIFAR have images of 32×32 pixels with up to 16 channels, and of 16×16 with 32.
    let side = if channels <= 16 { 32 } else { 16 };
    let x = FeatureMap::from_fn([64, side, side, channels], |_| f64::from(rng.random_range(0..10)));
    let mut kernel = || DMatrix::from_fn(3, 3, |_, _| f64::from(quarters(&mut rng)) / 4.0);
    let kernels = DMatrix::from_fn(outputs, channels, |_, _| kernel());
    let batch_norm = BatchNorm::new(outputs, 1e-5);
    let normalise = |map: &FeatureMap<f64>| batch_norm.forward(map).map(|normalised| normalised.output);
    let convolved = x.cross_correlate(&kernels, Same)?;
    let f = normalise(&convolved)?;
    page.show("shapes", DMatrix::from_row_slice(2, 4, &[x.shape(), f.shape()].concat()));

    page.section("Can they be added?");
    page.ask(
        "Which of the four numbers have to agree before x and F(x) can be added?",
        format!(
            "All four: every number of x needs a partner in F(x). Here x + F(x) gives {}. (NumPy and PyTorch would \
             repeat an axis of length 1 until it fits, which is called broadcasting. This page does not.)",
            sum_of(&x, &f)
        ),
    );
    let (x_numbers, f_numbers) = (x.pixels().len(), f.pixels().len());
    page.claim(
        Origin::Said("in the first answer, on reshaping"),
        "What x needs is not what `numpy.reshape` does.",
        x_numbers != f_numbers,
        format!(
            "Reshaping lays the same numbers out in other rows and makes no new ones: x has {x_numbers}, F(x) needs \
             {f_numbers}."
        ),
    );

    page.section("Zeros around the channels");
    page.say(format!(
        "The simplest shortcut has nothing to learn: {before} zeros go before the channels of the pixel and {after} \
         after them, and {channels} channels have become {outputs}.",
    ));
    let one_pixel = FeatureMap::from_pixels([1, 1, 1, channels], pixel.clone())?;
    let pad = Shortcut::Padding { before: *before, after: *after };
    let padded_pixel = page.show("padded_pixel", pad.forward(&one_pixel, 1)?.pixels().clone());

    let pad_all = Shortcut::Padding { before: *before, after: *after };
    let padded = pad_all.forward(&x, 1)?;
    page.say(format!(
        "With every pixel of x padded in this way, the addition to F(x) gives {}.",
        sum_of(&padded, &f)
    ));
    let (added, missing) = (before + after, outputs - channels);
    page.claim(
        Origin::Said("in the first answer, on padding"),
        "The pixel 1 2 3 is padded with 13 zeros, 7 before it and 6 after it.",
        (added, missing) == (13, 13) && exact(&padded_pixel)? == literal(PADDED_PIXEL),
        format!(
            "{before} + {after} are {added}, and {outputs} − {channels} are {missing}. All {outputs} numbers of the \
             padded pixel are those that the source prints."
        ),
    );
    let [from, to, fourth] =
        [x.shape().to_vec(), padded.shape().to_vec(), x.image(3).shape()[1..].to_vec()].map(extents);
    page.claim(
        Origin::Said("in the first answer, on padding"),
        "None of the other dimensions of x are changed.",
        padded.shape()[..3] == x.shape()[..3] && padded.pixels().rows(*before, channels) == *x.pixels(),
        format!("{from} becomes {to}, and between the zeros stands x."),
    );
    page.claim(
        Origin::Said("in the first answer, on padding"),
        "What is padded is x[3].",
        ClaimVerdict::under(
            "x[3] is meant as axis 3, counted from 0",
            x.image(3).shape() == [1, 1, 1, channels],
            padded.shape() == [64, side, side, outputs],
        ),
        format!(
            "Axis 3 holds the channels, and is surely meant. In NumPy, TensorFlow and PyTorch, x[3] is the fourth \
             image of the batch, {fourth}; the channels of one pixel are x[n, row, column].",
        ),
    );

    page.section("The zeros are a matrix");
    page.ask(
        "Padding is linear: twice the pixel gives twice the result. So there is a matrix that does it. What shape does \
         it have, and where are its ones?",
        format!(
            "{outputs}×{channels}: a row per output channel, a column per input channel. The ones are a \
             {channels}×{channels} identity, with {before} rows of zeros above and {after} below."
        ),
    );
    let padding_projection = page.show("padding_projection", pad.matrix(channels));

    let by_matrix = x.convolve_1x1(&to_f64(&padding_projection))?;
    let (pixels, learned) = (x.pixels().ncols(), outputs * channels);
    page.headline(
        Origin::Said("in the first answer, on padding"),
        "Padding with zeros is a linear projection.",
        &padding_projection * &pixel == padded_pixel && by_matrix == padded,
        format!(
            "At each of {pixels} pixels, putting {before} zeros before {channels} channels and {after} after them \
             is the product with one {outputs}×{channels} matrix, zeros around an identity: a projection with \
             nothing to learn, where a learned one has {learned} weights.",
        ),
    );
    page.figure(
        "padding_matrix",
        format!(
            "The {outputs}×{channels} matrix of the padding: ones on a diagonal from row {before} on, {} zeros.",
            padding_projection.len() - channels
        ),
        Chart::Heatmap {
            values: to_f64(&padding_projection),
            rows: "channel out",
            columns: "in",
            decimals: Some(0),
        },
    );

    page.section("A matrix that is learned");
    page.say(
        "Nothing forces the matrix to consist of zeros and ones. In a projection shortcut every entry of W is \
         learned, and every channel that comes out is a weighted sum of all that go in. This is equation 2 of the \
         paper, which writes W_s for W; its equation 1 has x alone, which needs equal channels. Learning starts \
         from a random W, drawn from the seed (`--weights` takes another):",
    );
    page.formula(
        r"y = F(x) + W x \qquad (W x)_m = \sum_c W_{mc}\, x_c",
        "y = F(x) + W x,   (W x)[m] = Σ W[m,c] · x[c]",
    );
    let weights = page.given("weights", &inputs.weights());
    let projected_pixel = page.show("projected_pixel = weights · pixel", &weights * &pixel);
    page.claim(
        Origin::Said("in the second answer"),
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
             pixel. Here it makes {} of the pixel {}. Its only task is to give x the shape of F(x); a matrix of \
             zeros and ones that pads will do.",
            decimals(&projected_pixel.transpose(), 4),
            decimals(&pixel.transpose(), 4)
        ),
    );

    page.section("The same matrix at every pixel");
    page.say(format!(
        "Libraries do this to the whole tensor with a 1×1 convolution: kernels of one row and one column slide over \
         every image, one for each pair of channels, {learned} in all. A window of one pixel sees no neighbour, so \
         what is left of the convolution is W times the pixel. Both ways over the whole tensor, and the largest \
         difference between any two numbers:"
    ));
    let w = to_f64(&weights);
    let projected = x.convolve_1x1(&w)?;
    let slid = x.cross_correlate(&w.map(|weight| dmatrix![weight]), Valid)?;
    let largest_difference = (projected.pixels() - slid.pixels()).amax();
    page.value("largest_difference", largest_difference);
    page.say(format!(
        "In PyTorch the projection is `nn.Conv2d({channels}, {outputs}, kernel_size=1, bias=False)`, followed by \
         `nn.BatchNorm2d({outputs})`. There the channels are axis 1: (batch, channels, height, width).",
    ));
    page.claim(
        Origin::Implied("in the third answer"),
        "A projection of the channels is a 1×1 convolution.",
        projected == slid,
        format!("All {} numbers of {} are equal, both ways.", slid.pixels().len(), extents(slid.shape())),
    );

    page.section("When the image shrinks too");
    page.say(
        "Some blocks move their kernels two pixels at a time: stride 2. Then F(x) is half as high and half as wide, \
         and the shortcut has to follow.",
    );
    let stride_2 = Same.stride(2);
    let f_stride_2 = normalise(&x.cross_correlate(&kernels, stride_2)?)?;
    let projected_stride_2 = Shortcut::Projection(w.clone()).forward(&x, 2)?;
    let shapes_stride_2 = DMatrix::from_row_slice(2, 4, &[x.shape(), f_stride_2.shape()].concat());
    page.show("shapes_stride_2", shapes_stride_2);

    page.say(format!(
        "With a 1×1 convolution of stride 1, W x + F(x) gives {}. With stride 2 it gives {}.",
        sum_of(&projected, &f_stride_2),
        sum_of(&projected_stride_2, &f_stride_2)
    ));
    let seen = projected_stride_2.pixels().ncols();
    page.ask(
        "A 1×1 kernel moves by two pixels, down and across. What fraction of the pixels of x does it ever look at?",
        format!(
            "A quarter, {seen} of {pixels}: every second row, and there every second column. The others do not pass \
             through the shortcut at all.",
        ),
    );
    let image = x.image(0);
    let without_zeros = image.cross_correlate(&kernels, Valid)?;
    let differing = |x: &FeatureMap<f64>, f: &FeatureMap<f64>| {
        x.shape().iter().zip(f.shape()).filter(|(a, b)| **a != *b).count()
    };
    let counts = [differing(&x, &f), differing(&x, &f_stride_2), differing(&image, &without_zeros)];
    let [with_zeros, at_stride_2, unpadded] = counts;
    let [whole, half] = [projected.shape(), f_stride_2.shape()].map(extents);
    page.claim(
        Origin::Said("in the first answer, on the shapes"),
        "Most dimensions of F(x) are those of x, except for one.",
        ClaimVerdict::under("the stride is 1 and the image is padded", counts == [1; 3], with_zeros == 1),
        format!(
            "From {from} to {to}, at stride 1 and with zeros around the image, the number of dimensions that differ is \
             {with_zeros}; to {half}, at stride 2, it is {at_stride_2}; at stride 1 without the zeros, {} of one image \
             become {}, and it is {unpadded}.",
            extents(image.shape()),
            extents(without_zeros.shape())
        ),
    );
    page.claim(
        Origin::Said("in the third answer, second case"),
        "Where channels and size both differ, the 1×1 convolution needs stride 2.",
        projected.add(&f_stride_2).is_err() && projected_stride_2.add(&f_stride_2).is_ok(),
        format!("With stride 1 it makes {whole}, with stride 2 {half}, the shape of F(x)."),
    );

    page.section("Batch normalisation, then the addition");
    page.say(
        "F(x) comes out of a batch normalisation: over the batch each of its channels has mean 0, and variance 1 or \
         a little less, because a small ε is added to the variance under the root. (Each channel is then multiplied \
         by a learned γ, and a learned β is added. They start as 1 and 0, as here.) W x can have any mean and \
         variance, and where its numbers are much larger they drown F(x). So W x is normalised as well before it is \
         added.",
    );
    let normalised = normalise(&projected)?;
    let y = f.add(&normalised)?;
    let tensors = [("F(x)", &f), ("W x", &projected), ("W x normalised", &normalised), ("their sum y", &y)];
    page.table(
        "spread",
        ["channels of", "smallest mean", "largest mean", "smallest variance", "largest variance"],
        spread_of_channels(tensors)?,
    );
    page.say(
        "The sum of two independent channels of variance 1 has variance 2. F(x) and W x see the same x, so they are \
         correlated: with a correlation of ρ it is 2 + 2ρ, more or less than 2.",
    );
    let normalised_first = BatchNorm::new(channels, 1e-5).forward(&x)?.output.convolve_1x1(&w)?;
    let variances = |map| Ok::<_, MapShapeError>(range(&batch_norm.forward(map)?.variance));
    let (first, last) = (variances(&normalised_first)?, variances(&normalised)?);
    let is_one = |(least, most): (f64, f64)| (least - 1.0).abs().max((most - 1.0).abs()) < 1e-3;
    page.claim(
        Origin::Said("in the third answer, in brackets"),
        "It is x that passes through batch normalisation before the addition.",
        ClaimVerdict::under("x means the projected x", is_one(first), is_one(last)),
        format!(
            "Normalised before the projection, the channels of the shortcut have variances {}; normalised after it, \
             {}.",
            from_to(first),
            from_to(last)
        ),
    );

    what_the_identity_passes_back(page, &pixel)?;

    page.section("What the other shortcuts pass back");
    page.say(
        "Where the shortcut changes the number of channels, the delta cannot come back as it is. At the sum of the \
         padded or projected pixel and F(x) the delta has an entry for each channel; with 1, 2, 3 … one sees which \
         entries come through.",
    );
    let delta = page.show("delta", DMatrix::from_fn(outputs, 1, |m, _| m + 1));

    page.ask(
        "Which entries of the delta come back to the pixel through the zeros?",
        format!(
            "Those of the rows where it had been put, {before} to {}. What arrives at a zero is lost.",
            before + channels - 1
        ),
    );
    let delta_map = FeatureMap::from_pixels([1, 1, 1, outputs], delta.clone())?;
    page.say("The loss that has this gradient is the sum of the deltas times the channels they belong to:");
    let padded_loss =
        page.value("padded_loss = Σ( delta ∘ padded_pixel )", delta.component_mul(&padded_pixel).sum());
    let (d_pixel_padded, _) = pad.backward(&one_pixel, &delta_map, 1)?;
    let d_pixel_padded = page.show("d_pixel_padded", d_pixel_padded.pixels().clone());
    page.prove_gradient(&d_pixel_padded, &padded_loss, &pixel);

    page.say(
        "Through W every entry of the delta comes back, through the same weights as on the way forward (leaving the \
         normalisation out):",
    );
    let projected_loss = page
        .value("projected_loss = Σ( delta ∘ projected_pixel )", delta.component_mul(&projected_pixel).sum());
    let project = Shortcut::Projection(weights.clone());
    let (d_pixel_projected, d_weights) = project.backward(&one_pixel, &delta_map, 1)?;
    let d_pixel_projected =
        page.show("d_pixel_projected = weightsᵀ · delta", d_pixel_projected.pixels().clone());
    page.prove_gradient(&d_pixel_projected, &projected_loss, &pixel);

    page.say("And W itself learns: each weight gets the delta of its row times the channel of its column.");
    let d_weights = page.show("d_weights = delta · pixelᵀ", d_weights.ok_or("a projection has weights")?);
    page.prove_gradient(&d_weights, &projected_loss, &weights);

    let delta_stride_2 = FeatureMap::from_fn(f_stride_2.shape(), |_| f64::from(rng.random_range(1..10)));
    let (d_x, _) = pad_all.backward(&x, &delta_stride_2, 2)?;
    let reached = d_x.pixels().column_iter().filter(|pixel| pixel.amax() > 0.0).count();
    page.say(format!(
        "On the whole tensor at stride 2, with a delta of digits from 1 to 9, the gradient comes back through the \
         zeros to {reached} of {pixels} pixels of x.",
    ));
    let corner = d_x.plane(0, 0).view((0, 0), (8, 8)).into_owned();
    page.figure(
        "gradient_at_stride_2",
        format!(
            "What the padding at stride 2 passes back to the first channel of the first image, its top left corner \
             of 8×8 pixels: {} of {} receive something, the others 0.",
            corner.iter().filter(|slope| **slope > 0.0).count(),
            corner.len()
        ),
        Chart::Heatmap { values: corner, rows: "row of x", columns: "column of x", decimals: Some(0) },
    );

    page.section("What each shortcut costs");
    page.say(format!(
        "Parameters are numbers to learn, multiplications those of one forward pass over the whole batch. Without \
         any zeros, and at stride 1, padding is the identity. The last row is the 3×3 layer of F, for scale. Each \
         batch normalisation adds 2 · {outputs} = {} parameters, γ and β.",
        2 * outputs
    ));
    let identity = Shortcut::Padding { before: 0, after: 0 };
    let project_all = Shortcut::Projection(w.clone());
    let project_equal = Shortcut::Projection(DMatrix::identity(outputs, outputs));
    let row = |(name, shortcut, x, stride): (&str, &Shortcut<f64>, &FeatureMap<f64>, usize)| {
        let (output, cost) = (shortcut.forward(x, stride)?.shape(), shortcut.cost(x.shape(), stride));
        let [x, output] = [x.shape(), output].map(|shape| extents(shape).into());
        let [parameters, multiplications] = [cost.parameters, cost.multiplications].map(Into::into);
        Ok::<_, MapShapeError>([name.into(), stride.into(), x, output, parameters, multiplications])
    };
    let of_f = 9 * learned;
    let layer_of_f =
        ["3×3 layer of F".into(), 1.into(), from.into(), to.into(), of_f.into(), (of_f * pixels).into()];
    let rows = vec![
        row(("identity", &identity, &f, 1))?,
        row(("zeros", &pad_all, &x, 1))?,
        row(("zeros", &pad_all, &x, 2))?,
        row(("projection", &project_all, &x, 1))?,
        row(("projection", &project_all, &x, 2))?,
        row(("projection", &project_equal, &f, 1))?,
        layer_of_f,
    ];
    page.table("shortcuts", ["shortcut", "stride", "x", "output", "parameters", "multiplications"], rows);

    page.claim(
        Origin::Said("in the third answer, first case"),
        "Where x has fewer channels than F(x), or as many, this can be alleviated by a 1×1 convolution of stride 1.",
        ClaimVerdict::under(
            "x has fewer: with as many there is nothing to alleviate",
            f.add(&f).is_err() && projected.add(&f).is_ok(),
            x.add(&f).is_err() && projected.add(&f).is_ok() && padded.add(&f).is_ok(),
        ),
        format!(
            "With {channels} channels on one side and {outputs} on the other, W x + F(x) is {}, and zeros do it too. \
             With {outputs} on both, x + F(x) is {} as it is: the identity will do, with {} \
             parameters, where a projection has {}. (torchvision's ResNet projects where the stride is not 1 or the \
             channels differ.)",
            sum_of(&projected, &f),
            sum_of(&f, &f),
            identity.cost(f.shape(), 1).parameters,
            project_equal.cost(f.shape(), 1).parameters
        ),
    );
    page.say(
        "Is a projection worth its price? The paper measured it with networks of 34 layers on ImageNet: the percentage \
         of images whose first guess, averaged over ten crops of each, is wrong (He et al. 2015, Deep Residual \
         Learning for Image Recognition, table 3). These four numbers are cited, not computed. The paper calls the \
         differences between A, B and C small, and concludes that projections are not essential against degradation.",
    );
    page.table("he_et_al_table_3", ["shortcuts", "top-1 error, %"], cited());

    page.section("In which order?");
    page.say(
        "The order of a layer's parts matters: a ReLU at the end leaves nothing below 0, a \
         batch normalisation at the end brings the mean back to 0. The same kernels on the same batch, both ways:",
    );
    let rectify = |map: &FeatureMap<f64>| FeatureMap::from_pixels(map.shape(), relu(map.pixels()));
    let relu_last = rectify(&f)?;
    let batch_norm_last = normalise(&rectify(&convolved)?)?;
    let negative = |map: &FeatureMap<f64>| {
        let below = map.pixels().iter().filter(|value| **value < 0.0).count();
        100.0 * below as f64 / map.pixels().len() as f64
    };
    let row = |order: [&str; 3], map: &FeatureMap<f64>| {
        let smallest = map.pixels().min();
        [order.join(", ").into(), smallest.into(), map.pixels().mean().into(), negative(map).into()]
    };
    let rows = vec![row(LAYER_OF_THE_PAPER, &relu_last), row(LAYER, &batch_norm_last)];
    page.table("orders", ["order", "smallest output", "mean", "negative, %"], rows);
    let (lowest, highest) = range(&batch_norm.forward(&convolved)?.mean);
    page.say(format!(
        "Why so many are negative when the ReLU comes in the middle: the digits of x have a mean of {}, so before \
         any normalisation the channels have means from {lowest:.1} to {highest:.1}. A ReLU cuts away nearly all of \
         a channel far below 0, and then normalisation moves the many zeros that are left to just below 0. How many \
         depends on the seed.",
        decimal(x.pixels().mean(), 1)
    ));
    page.headline(
        Origin::Said("in the first answer, in brackets"),
        "In the paper a layer of F is convolution, ReLU, batch normalisation.",
        ClaimVerdict::under(
            "it is read as a list of parts, and not as their order",
            LAYER == LAYER_OF_THE_PAPER || relu_last == batch_norm_last,
            LAYER.iter().all(|part| LAYER_OF_THE_PAPER.contains(part)),
        ),
        format!(
            "The paper's order is {} (He et al. 2015, section 3.4), and the order matters: with the ReLU last no \
             output is negative, with the ReLU in the middle {} % are, for the batch of seed {seed}.",
            LAYER_OF_THE_PAPER.join(", "),
            decimal(negative(&batch_norm_last), 1)
        ),
    );

    page.section("Exercises");
    let shifted = Shortcut::Padding { before: 0, after: added };
    let shifted_pixel = shifted.forward(&one_pixel, 1)?;
    page.exercise(
        format!(
            "Put all zeros behind the channels (`--padding \"0 {added}\"`). Where does the pixel stand, and what \
             does it cost?"
        ),
        format!(
            "At the top: {}. The matrix is the identity with zeros below, and there is still nothing to learn and \
             nothing to multiply. Where the zeros go is a choice.",
            decimals(&shifted_pixel.pixels().transpose(), 4)
        ),
    );
    let square = &padding_projection * padding_projection.transpose();
    page.exercise(
        "In linear algebra a projection P is a square matrix with P·P = P: done twice is done once. Can \
         `padding_projection` be one? Can its product with its own transpose?",
        format!(
            "P has shape {outputs}×{channels} and would have to be square to be applied twice. P·Pᵀ is \
             {outputs}×{outputs}, and (P·Pᵀ)·(P·Pᵀ) {} it: it keeps {channels} channels and sets the others to 0. \
             Deep learning uses the word for any linear map to another number of channels.",
            if &square * &square == square { "equals" } else { "is not" }
        ),
    );
    let without_epsilon = BatchNorm::new(outputs, 0.0).forward(&padded)?.output;
    page.exercise(
        "Batch normalisation divides by √(variance + ε). What would it make of the channels of zeros without the ε?",
        format!(
            "Their variance is 0, and 0/0 is not a number: {} of the {} numbers of the padded x. With ε they stay 0.",
            without_epsilon.pixels().iter().filter(|value| value.is_nan()).count(),
            without_epsilon.pixels().len()
        ),
    );
    let deep = Shortcut::Projection(DMatrix::<f64>::zeros(512, 256)).cost([1, 28, 28, 256], 2);
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

/// The smallest and the largest mean and variance of the channels of each tensor.
fn spread_of_channels(tensors: [(&str, &FeatureMap<f64>); 4]) -> Result<Vec<[Field; 5]>, MapShapeError> {
    let row = |(name, map): (&str, &FeatureMap<f64>)| {
        let statistics = BatchNorm::new(map.shape()[3], 1e-5).forward(map)?;
        let ((low, high), (least, most)) = (range(&statistics.mean), range(&statistics.variance));
        Ok([name.into(), low.into(), high.into(), least.into(), most.into()])
    };
    tensors.into_iter().map(row).collect()
}

/// He et al. 2015, table 3: top-1 error on ImageNet, ten crops.
fn cited() -> Vec<[Field; 2]> {
    vec![
        ["plain: no shortcuts".into(), 28.54.into()],
        ["A: zeros where the channels change, else the identity".into(), 25.03.into()],
        ["B: projections where the channels change, else the identity".into(), 24.52.into()],
        ["C: projections everywhere".into(), 24.19.into()],
    ]
}

/// What comes back through y = F(x) + x, for an F that is a single matrix; and through many blocks in a row.
fn what_the_identity_passes_back(page: &mut Page, pixel: &DMatrix<Traced>) -> Told {
    let channels = pixel.len();
    page.section("What the identity passes back");
    page.say(
        "Now the backward pass. A delta arrives at the sum: the derivative of the loss with respect to each channel \
         of y. F and the shortcut both receive it. To see what that does, take the plainest block, y = F(x) + x at \
         one pixel, with a small matrix, `layer`, for F. The loss that has this delta is the sum of its entries \
         times the channels they belong to.",
    );
    let tenth =
        |i: usize, j: usize| Exact::new(((2 * i + j) % 5).into(), 10.into()) - literal("1/5")[0].clone();
    let layer = page.show("layer", DMatrix::from_fn(channels, channels, tenth).map(Traced::from));
    let delta_y = page.show("delta_y", DMatrix::from_fn(channels, 1, |c, _| c + 1));
    let block_output = page.show("block_output = layer · pixel + pixel", &layer * pixel + pixel);
    let block_loss =
        page.value("block_loss = Σ( delta_y ∘ block_output )", delta_y.component_mul(&block_output).sum());
    page.ask(
        "What comes back to x if F does nothing at all, so that all its weights are 0?",
        "The delta, as it is: y is x then. What F adds to it comes on top.",
    );
    let through_f = layer.transpose() * &delta_y;
    let d_pixel = page.show("d_pixel_identity = delta_y + layerᵀ · delta_y", &delta_y + &through_f);
    page.prove_gradient(&d_pixel, &block_loss, pixel);
    page.formula(
        r"\frac{\partial L}{\partial x} = \delta + \left(\frac{\partial F}{\partial x}\right)^{\!\top} \delta",
        "∂L/∂x = δ + (∂F/∂x)ᵀ·δ",
    );
    page.say(
        "However small the weights of F are, the delta itself is always a part of what comes back. Here is the largest \
         entry of what is left of it after several such blocks in a row, all with the same `layer`:",
    );
    page.table("depth", ["blocks", "without shortcuts", "with shortcuts"], through_blocks(&layer, &delta_y));
    page.headline(
        Origin::Page,
        "The identity shortcut passes the delta back unchanged.",
        &d_pixel - &through_f == delta_y,
        "Through y = F(x) + x the delta comes back as δ + (∂F/∂x)ᵀ·δ: unchanged through the shortcut, and what F \
         passes back is added. That holds whatever F is, because the derivative of a sum is the sum of the \
         derivatives.",
    );
    Ok(())
}

/// The largest entry of a delta that has come back through so many layers, without shortcuts and with them.
fn through_blocks(layer: &DMatrix<Traced>, delta: &DMatrix<Traced>) -> Vec<[Field; 3]> {
    let (layer, delta) = (to_f64(layer).transpose(), to_f64(delta));
    let with_shortcut = &layer + DMatrix::identity(layer.nrows(), layer.ncols());
    let left = |step: &DMatrix<f64>, blocks| (0..blocks).fold(delta.clone(), |delta, _| step * delta).amax();
    [1, 2, 5, 10]
        .map(|blocks| [blocks.into(), left(&layer, blocks).into(), left(&with_shortcut, blocks).into()])
        .into()
}

fn from_to((least, most): (f64, f64)) -> String {
    format!("from {least:.2} to {most:.2}")
}

/// The smallest and the largest.
fn range(values: &nalgebra::DVector<f64>) -> (f64, f64) {
    (values.min(), values.max())
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
