//! Shortcuts on a whole batch of images: what they make of it, pass back, and cost.

use super::{Inputs, extents, sum_of};
use nalgebra::dmatrix;
use worked_examples::math::Padding::{Same, Valid};
use worked_examples::math::{
    BatchNorm, MapShape, MapShapeError, Shortcut, cross_correlation_shape, sum_shape,
};
use worked_examples::prelude::*;
use worked_examples::training::{ResidualBatch, channel_ranges, random_digits};

/// A layer of F as the source lists it.
const LAYER: [&str; 3] = ["convolution", "ReLU", "batch normalisation"];
/// "Batch normalization right after each convolution and before activation" (He et al. 2015, section 3.4).
const LAYER_OF_THE_PAPER: [&str; 3] = ["convolution", "batch normalisation", "ReLU"];

/// A projection as a 1×1 convolution.
pub(super) fn the_same_at_every_pixel(batch: &ResidualBatch, page: &mut Page) -> Told {
    let (ResidualBatch { x, weights, .. }, projected) = (batch, batch.projected());
    let ((outputs, channels), learned) = (weights.shape(), weights.len());
    page.section("The same matrix at every pixel");
    page.say(format!(
        "Libraries do this to the whole tensor with a 1×1 convolution: kernels of one row and one column slide over \
         every image, one for each pair of channels, {learned} in all. A window of one pixel sees no neighbour, so \
         what is left of the convolution is W times the pixel. Here both are computed over the whole tensor. The \
         largest difference between two numbers in the same place is:"
    ));
    let slid = x.cross_correlate(&weights.map(|weight| dmatrix![weight]), Valid)?;
    page.value("largest_difference", projected.largest_difference(&slid));
    page.say(format!(
        "In PyTorch the projection is `nn.Conv2d({channels}, {outputs}, kernel_size=1, bias=False)`, followed by \
         `nn.BatchNorm2d({outputs})`. There the channels are axis 1: (batch, channels, height, width).",
    ));
    page.claim(
        Origin::Implied("in the third answer"),
        "A projection of the channels is a 1×1 convolution.",
        *projected == slid,
        format!(
            "Both ways give the same {} numbers of {}, place by place.",
            slid.pixels().len(),
            extents(slid.shape())
        ),
    );
    Ok(())
}

/// Where F halves the image.
pub(super) fn at_stride_2(batch: &ResidualBatch, page: &mut Page) -> Told {
    let ResidualBatch { kernels, f_shape: f, projection, .. } = batch;
    let (x, f) = (batch.x.shape(), *f);
    let projected = projection.output_shape(x, 1)?;
    page.section("When the image shrinks too");
    page.say(
        "Some blocks move their kernels two pixels at a time: stride 2. Then F(x) is half as high and half as wide, \
         and the shortcut has to follow.",
    );
    let f_stride_2 = cross_correlation_shape(x, kernels, Same.stride(2))?;
    let projected_stride_2 = projection.output_shape(x, 2)?;
    page.show("shapes_stride_2", DMatrix::from_row_slice(2, 4, &[x, f_stride_2].concat()));
    page.say(format!(
        "With a 1×1 convolution of stride 1, W x + F(x) gives {}. With stride 2 it gives {}. The zeros can follow too: \
         every second row and every second column of x is kept, and the channels of the pixels that are kept are padded.",
        sum_of(projected, f_stride_2),
        sum_of(projected_stride_2, f_stride_2)
    ));
    let [looked_at, pixels] = [projected_stride_2, x].map(pixels_in);
    page.ask(
        "A 1×1 kernel moves by two pixels, down and across. What fraction of the pixels of x does it ever look at?",
        format!(
            "A quarter, {looked_at} of {pixels}: every second row, and there every second column. The others do not \
             pass through the shortcut at all.",
        ),
    );
    let image = batch.x.image(0).shape();
    let borderless = cross_correlation_shape(image, kernels, Valid)?;
    let differing = |x: MapShape, f: MapShape| x.iter().zip(f).filter(|(a, b)| **a != *b).count();
    let counts = [differing(x, f), differing(x, f_stride_2), differing(image, borderless)];
    let [from, to, half] = [x, f, f_stride_2].map(extents);
    let [one_image, smaller] = [image, borderless].map(extents);
    page.claim(
        "in the first answer, on the shapes",
        "Most dimensions of F(x) are those of x, except for one.",
        ClaimVerdict::under("F has stride 1 and a border of zeros around the image", counts == [1; 3], counts[0] == 1),
        format!(
            "Then only the channels differ: x is {from}, and F(x) is {to}. At stride 2 F(x) is {half}, and {} dimensions \
             differ. Without the border F(x) is {smaller} for one image of {one_image}, and {} differ.",
            counts[1], counts[2]
        ),
    );
    page.claim(
        "in the third answer, second case",
        "Where channels and size both differ, the 1×1 convolution needs stride 2.",
        ClaimVerdict::under(
            "F halves height and width, because one of its layers has stride 2",
            sum_shape(projection.output_shape(image, 2)?, borderless).is_ok(),
            sum_shape(projected, f_stride_2).is_err() && sum_shape(projected_stride_2, f_stride_2).is_ok(),
        ),
        format!(
            "Then a 1×1 convolution of stride 1 makes {to}, which does not fit, and one of stride 2 makes {half}, which \
             does. (Where the size differs because F has no border, {smaller} here, stride 2 does not help.)"
        ),
    );
    Ok(())
}

/// The shortcut is normalised as F is.
pub(super) fn normalised(batch: &ResidualBatch, page: &mut Page) -> Told {
    let (ResidualBatch { x, weights, .. }, f, projected) = (batch, batch.f(), batch.projected());
    page.section("Batch normalisation, then the addition");
    page.say(format!(
        "F(x) comes out of a batch normalisation: over all pixels of all images of the batch, {} numbers, each of \
         its channels has mean 0, and variance 1 or a little less, because a small ε is added to the variance under the \
         root. (Each channel is then multiplied by a learned γ, and a learned β is added. They start as 1 and 0, as \
         here.) W x can have any mean and variance, and where its numbers are much larger they drown F(x). So W x is \
         normalised as well before it is added.",
        x.pixels().ncols()
    ));
    let normalised = batch.normalise(projected)?;
    let y = f.add(&normalised)?;
    let [of_f, of_projected, of_normalised, of_y] = [f, projected, &normalised, &y].map(channel_ranges);
    page.table(
        "spread",
        ["channels of", "smallest mean", "largest mean", "smallest variance", "largest variance"],
        [("F(x)", of_f), ("W x", of_projected), ("W x normalised", of_normalised), ("their sum y", of_y)]
            .map(spread_of),
    );
    let [_, (least, most)] = of_y;
    page.say(
        "The sum of two uncorrelated channels of variance 1 has variance 2. F(x) and W x are made from the same x, so they can be \
         correlated. With a correlation of ρ the variance is 2 + 2ρ, leaving ε aside.",
    );
    let correlation = |variance: f64| Value::from((50.0 * (variance - 2.0)).round() / 100.0);
    let least_of = |ranges: [[(f64, f64); 2]; 2]| {
        ranges.map(|[_, (least, _)]| least).into_iter().fold(f64::MAX, f64::min)
    };
    if least_of([channel_ranges(batch.convolved()), of_projected]) == 0.0 {
        page.say(
            "A channel that is the same everywhere has variance 0, also when it is normalised, and is correlated with nothing: \
             it leaves the variance of the other as it is.",
        );
    } else if least_of([of_f, of_normalised]) < 0.99 {
        page.say(
            "Here a channel varies so little that ε cannot be left aside, and ρ cannot be read off in this way.",
        );
    } else if f.shape()[3] == 1 {
        page.say(format!(
            "So the variance of the sum, {least:.4}, belongs to a ρ of {:.2}.",
            correlation(least)
        ));
    } else {
        page.say(format!(
            "So the smallest variance of the sum, {least:.4}, belongs to a ρ of ({least:.4} − 2) / 2 = {:.2}, and the largest, \
             {most:.4}, to a ρ of {:.2}.",
            correlation(least),
            correlation(most)
        ));
    }
    let normalised_first = BatchNorm::new(x.shape()[3], 1e-5).forward(x)?.convolve_1x1(weights)?;
    let ([_, first], [_, last]) = (channel_ranges(&normalised_first), of_normalised);
    let is_one = |(least, most): (f64, f64)| (least - 1.0).abs().max((most - 1.0).abs()) < 1e-3;
    page.claim(
        "in the third answer, in brackets",
        "It is x that passes through batch normalisation before the addition.",
        ClaimVerdict::under("x means the projected x", is_one(first), is_one(last)),
        format!(
            "Normalised before the projection, the channels of the shortcut have variances from {:.2} to {:.2}. \
             Normalised after it, all have a variance of {:.2}.",
            first.0, first.1, last.1
        ),
    );
    Ok(())
}

/// What the zeros pass back at stride 2, of a delta that is drawn.
pub(super) fn backward_at_stride_2(batch: &ResidualBatch, inputs: &Inputs, page: &mut Page) -> Told {
    let ResidualBatch { x, zeros, .. } = batch;
    let before = inputs.padding[0];
    let ([images, side, ..], outputs, pixels) = (x.shape(), batch.weights.nrows(), x.pixels().ncols());
    let delta_stride_2 = random_digits(inputs.seed, [images, side / 2, side / 2, outputs]);
    let (d_x, _) = zeros.backward(x, &delta_stride_2, 2)?;
    let reached = d_x.pixels().column_iter().filter(|pixel| pixel.amax() > 0.0).count();
    page.say(format!(
        "Now the whole tensor at stride 2, with a delta of random digits from 1 to 9. Through the shortcut of zeros the \
         gradient comes back to {reached} of the {pixels} pixels of x. The other {} can receive one only through F. The \
         figure shows channel 0 of x, which the padding made channel {before}. So each filled cell holds the digit that \
         the delta has in channel {before} for this pixel.",
        pixels - reached
    ));
    let corner = d_x.plane(0, 0).view((0, 0), (8, 8)).into_owned();
    let values = corner.clone();
    let chart = Chart::Heatmap { values, rows: "row of x", columns: "column of x", decimals: Some(0) };
    page.figure("gradient_at_stride_2", chart).alt(format!(
        "What the padding at stride 2 passes back to channel 0 of the first image, its top left corner \
         of 8×8 pixels: {} of {} receive something, the others 0.",
        corner.iter().filter(|slope| **slope > 0.0).count(),
        corner.len()
    ));
    Ok(())
}

/// The price of each shortcut.
pub(super) fn costs(batch: &ResidualBatch, page: &mut Page) -> Told {
    let ResidualBatch { zeros, projection, f_shape: f, .. } = batch;
    let (x, f) = (batch.x.shape(), *f);
    let [padded, projected] = [zeros.output_shape(x, 1)?, projection.output_shape(x, 1)?];
    let (outputs, channels) = batch.weights.shape();
    page.section("What each shortcut costs");
    page.say(format!(
        "Parameters are the numbers to learn. Multiplications are those of one forward pass over the whole batch, those \
         with the zeros of the border included. Batch normalisation is not counted: each one would add 2 · {outputs} = \
         {} parameters, γ and β. Where x has {} already, F(x) stands in for it. The last row is the 3×3 layer \
         of F, from {channels} to {outputs} channels, for scale. A 1×1 projection with as many channels and the same \
         stride costs a ninth of a 3×3 layer, because each kernel has one weight and not nine: here {} beside {} parameters, \
         and from {outputs} to {outputs} channels {} beside {}.",
        2 * outputs,
        counted(outputs, "channel"),
        outputs * channels,
        9 * outputs * channels,
        outputs * outputs,
        9 * outputs * outputs
    ));
    let identity = Shortcut::Padding { before: 0, after: 0 };
    let square = Shortcut::Projection(DMatrix::identity(outputs, outputs));
    let of_f = 9 * outputs * channels;
    page.table(
        "shortcuts",
        ["shortcut", "stride", "x", "output", "parameters", "multiplications"],
        [
            cost_of("identity", &identity, f, 1)?,
            cost_of("zeros", zeros, x, 1)?,
            cost_of("zeros", zeros, x, 2)?,
            cost_of("projection", projection, x, 1)?,
            cost_of("projection", projection, x, 2)?,
            cost_of("projection", &square, f, 1)?,
            ("3×3 layer of F", 1, extents(x), extents(f), of_f, of_f * pixels_in(x)),
        ],
    );
    page.claim(
        "in the third answer, first case",
        "Where x has fewer channels than F(x), or as many, the misfit can be removed by a 1×1 convolution of stride 1.",
        ClaimVerdict::under(
            "F keeps height and width, and x has fewer channels (with as many there is no misfit)",
            sum_shape(f, f).is_err() && sum_shape(projected, f).is_ok(),
            sum_shape(x, f).is_err() && sum_shape(projected, f).is_ok() && sum_shape(padded, f).is_ok(),
        ),
        format!(
            "With {channels} channels in x and {outputs} in F(x), W x + F(x) is {}, and zeros do it too. With {outputs} \
             in both, x + F(x) is {} as it is: the identity will do, with {} parameters, where a projection has {}. \
             (torchvision's ResNet projects where the stride is not 1 or the channels differ.)",
            sum_of(projected, f),
            sum_of(f, f),
            identity.cost(f, 1).parameters,
            square.cost(f, 1).parameters
        ),
    );
    page.say(
        "Is a projection worth its price? The paper measured it with networks of 34 layers on ImageNet. The table gives \
         the percentage of photographs for which the network's first guess was wrong. (Its outputs were averaged over ten \
         cut-outs of each photograph, called crops.) These four numbers are cited, not computed (He et al. 2015, Deep \
         Residual Learning for Image Recognition, table 3). The paper calls the differences between A, B and C small, \
         and concludes that projections are not essential against degradation.",
    );
    let cited = [
        ("plain: no shortcuts", 28.54),
        ("A: zeros where the channels change, else the identity", 25.03),
        ("B: projections where the channels change, else the identity", 24.52),
        ("C: projections everywhere", 24.19),
    ];
    // No line of code computed it.
    page.table("he_et_al_table_3", ["shortcuts", "top-1 error, %"], cited).code = None;
    Ok(())
}

/// The order of the parts of a layer.
pub(super) fn order(batch: &ResidualBatch, seed: u64, page: &mut Page) -> Told {
    let (x, convolved, f) = (&batch.x, batch.convolved(), batch.f());
    page.section("In which order?");
    page.say(
        "The order of a layer's parts matters: a ReLU at the end leaves nothing below 0, a \
         batch normalisation at the end brings the mean back to 0. The same kernels on the same batch, both ways:",
    );
    let relu_last = f.relu();
    let batch_norm_last = batch.normalise(&convolved.relu())?;
    let of_batch_norm_last = batch_norm_last.smallest_mean_negative();
    page.table(
        "orders",
        ["order", "smallest output", "mean", "negative, %"],
        [
            order_of(LAYER_OF_THE_PAPER, relu_last.smallest_mean_negative()),
            order_of(LAYER, of_batch_norm_last),
        ],
    );
    let [(lowest, highest), _] = channel_ranges(convolved);
    let [without_relu, in_the_middle] =
        [f.smallest_mean_negative(), of_batch_norm_last].map(|[.., negative]| Value::from(100.0 * negative));
    page.say(format!(
        "Why are so many negative when the ReLU comes in the middle? After normalisation a number is negative where it \
         was below the mean of its channel. Without a ReLU before it, that is so for {without_relu:.1} % of the numbers here. A ReLU \
         turns all numbers of a channel that are below 0 into 0. After it the mean of the channel is above 0, so all these \
         zeros become negative. How many they are depends on the mean of the channel before the ReLU. That is about {:.1}, the mean of the colours, times the sum \
         of the channel's {} weights, and here {}. In a channel far below \
         0 nearly all numbers become 0, and so nearly all are negative in the end. How many there are in all depends on \
         the seed.",
        Value::from(x.smallest_mean_negative()[1]),
        9 * x.shape()[3],
        if batch.weights.nrows() == 1 {
            format!("this mean is {lowest:.1}")
        } else {
            format!("these means run from {lowest:.1} to {highest:.1}")
        }
    ));
    page.headline(
        "in the first answer, in brackets",
        "In the paper a layer of F is convolution, ReLU, batch normalisation.",
        ClaimVerdict::under(
            "it is read as a list of parts, and not as their order",
            LAYER == LAYER_OF_THE_PAPER || relu_last == batch_norm_last,
            LAYER.iter().all(|part| LAYER_OF_THE_PAPER.contains(part)),
        ),
        format!(
            "The paper's order is {} (He et al. 2015, section 3.4), and the order matters: with the ReLU last no \
             output is negative, with the ReLU in the middle {in_the_middle:.1} % are, for the batch of seed {seed}.",
            LAYER_OF_THE_PAPER.join(", ")
        ),
    );
    Ok(())
}

fn pixels_in([images, height, width, _]: MapShape) -> usize {
    images * height * width
}

/// The smallest and the largest mean of the channels of a tensor, and the same of their variances.
fn spread_of((name, ranges): (&'static str, [(f64, f64); 2])) -> impl Row<5> {
    let [(low, high), (least, most)] = ranges;
    // What doubles leave of 0.
    let rounded = |number: f64| (number * 1e12).round() / 1e12 + 0.0;
    (name, rounded(low), rounded(high), rounded(least), rounded(most))
}

fn cost_of(
    name: &'static str,
    shortcut: &Shortcut,
    x: MapShape,
    stride: usize,
) -> Result<(&'static str, usize, String, String, usize, usize), MapShapeError> {
    let (output, cost) = (shortcut.output_shape(x, stride)?, shortcut.cost(x, stride));
    Ok((name, stride, extents(x), extents(output), cost.parameters, cost.multiplications))
}

fn order_of(order: [&str; 3], [smallest, mean, negative]: [f64; 3]) -> impl Row<4> + use<> {
    (order.join(", "), smallest, mean, 100.0 * negative)
}
