//! The backward pass: what each shortcut hands back of a delta.

use super::{Inputs, beginning, from_to};
use worked_examples::math::to_f64;
use worked_examples::prelude::*;

/// What comes back through y = F(x) + x, for an F that is a single matrix; and through many blocks in a row.
pub(super) fn through_the_identity(pixel: &Numbers, page: &mut Page) -> Told {
    let channels = pixel.len();
    page.section("What the identity passes back");
    page.say(
        "Now the backward pass. A delta arrives at the sum: the derivative of the loss with respect to each channel of y. F and \
         the shortcut both receive it. To see what that does, take the plainest block, y = F(x) + x at one pixel, with a small \
         matrix, `layer`, for F. (Its entries are tenths, chosen and not drawn.) Batch normalisation is left out, and so is the \
         ReLU after the addition, which would pass the delta on only where y is above 0. To have a loss with just this delta, \
         each entry of the delta is multiplied by its channel of y (∘), and the products are added up (Σ).",
    );
    let tenth =
        |i: usize, j: usize| Exact::new(((2 * i + j) % 5).into(), 10.into()) - literal("1/5")[0].clone();
    let layer = page.show("layer", DMatrix::from_fn(channels, channels, tenth));
    let delta_y = page.show("delta_y", DMatrix::from_fn(channels, 1, |c, _| c + 1));
    let block_output = page.show("block_output = layer · pixel + pixel", &layer * pixel + pixel);
    let block_loss =
        page.value("block_loss = Σ( delta_y ∘ block_output )", delta_y.component_mul(&block_output).sum());
    page.ask(
        "What comes back to x if F does nothing at all, so that all its weights are 0?",
        "The delta, as it is: y is x then. What F adds to it comes on top.",
    );
    page.say(
        "Channel c of the pixel enters every channel of F(x) through column c of `layer`. So what F passes back to it is \
         that column times the delta, which for all channels together is the transpose times the delta. In general, with \
         L for the loss, δ for the delta, and ∂F/∂x for what is `layer` here:",
    );
    page.formula(
        r"\frac{\partial L}{\partial x} = \delta + \left(\frac{\partial F}{\partial x}\right)^{\!\top} \delta",
        "∂L/∂x = δ + (∂F/∂x)ᵀ·δ",
    );
    let d_pixel =
        page.show("d_pixel_identity = delta_y + layerᵀ · delta_y", &delta_y + layer.transpose() * &delta_y);
    page.prove_gradient(&d_pixel, &block_loss, pixel);
    page.say(
        "However small the weights of F are, the delta itself is always a part of what comes back. Now let it go back \
         through several such blocks in a row, all with the same `layer`. The table shows the largest entry of what \
         arrives, without its sign:",
    );
    let left = |blocks, shortcut| delta_after(blocks, &layer, shortcut, &delta_y);
    let row = |blocks: i32| (blocks, left(blocks, 0.0).amax(), left(blocks, 1.0).amax());
    page.table("depth", ["blocks", "without shortcuts", "with shortcuts"], [1, 2, 5, 10].map(row));
    let (first, last) = (to_f64(&delta_y).amax(), left(10, 0.0).amax());
    page.say(format!(
        "Without shortcuts {} after 10 blocks. With shortcuts the delta {} has become {}. It is still there, \
         but it has not stayed the same: every block adds what its F passes back, so an entry can also grow or change \
         its sign.",
        if last < first {
            format!("{last:.7} is left")
        } else {
            format!("it has not shrunk here: it has become {}", Value::from(last))
        },
        beginning(&delta_y),
        beginning(&left(10, 1.0))
    ));
    page.headline(
        Origin::Page,
        "The identity shortcut passes the delta back unchanged.",
        &d_pixel - layer.transpose() * &delta_y == delta_y,
        "Through y = F(x) + x the delta comes back as δ + (∂F/∂x)ᵀ·δ: unchanged through the shortcut, and what F \
         passes back is added. That holds whatever F is, because the derivative of a sum is the sum of the \
         derivatives.",
    );
    Ok(())
}

/// Through padding and through a projection, to one pixel and to W.
pub(super) fn through_the_others(
    inputs: &Inputs,
    pixel: &Numbers,
    [padded_pixel, projected_pixel]: [&Numbers; 2],
    weights: &Numbers,
    page: &mut Page,
) -> Told {
    let ((outputs, channels), [before, _]) = (inputs.channels(), inputs.padding);
    page.section("What the other shortcuts pass back");
    page.say(
        "Where the shortcut changes the number of channels, the delta cannot come back as it is. At the sum of the \
         padded or projected pixel and F(x) the delta has an entry for each channel; with 1, 2, 3 … one sees which \
         entries come through. The loss is made from it as above.",
    );
    let delta = page.show("delta", DMatrix::from_fn(outputs, 1, |m, _| m + 1));
    let padded_loss =
        page.value("padded_loss = Σ( delta ∘ padded_pixel )", delta.component_mul(padded_pixel).sum());
    page.ask(
        "Which entries of the delta come back to the pixel through the zeros?",
        if outputs == channels {
            "All of them, because no zeros were added.".to_owned()
        } else {
            let [those, rows] = if channels == 1 { ["The one", "row"] } else { ["Those", "rows"] };
            format!(
                "{those} in the {rows} where the pixel was put, {}. Nothing comes back through \
                 the zeros: the other entries of the delta can reach x only through F.",
                from_to("row", before, channels)
            )
        },
    );
    page.say(
        "On the way back, the transpose of the padding matrix picks out the rows where the pixel was put. Cutting these \
         rows out of the delta gives the same numbers as the product.",
    );
    let d_pixel_padded =
        page.show("d_pixel_padded = padding_projectionᵀ · delta", delta.rows(before, channels).into_owned());
    page.prove_gradient(&d_pixel_padded, &padded_loss, pixel);

    page.say(
        "Through W each entry of the delta comes back through the weights of its row, the same as on the way forward (leaving \
         the normalisation out):",
    );
    let projected_loss = page
        .value("projected_loss = Σ( delta ∘ projected_pixel )", delta.component_mul(projected_pixel).sum());
    let d_pixel_projected = page.show("d_pixel_projected = weightsᵀ · delta", weights.transpose() * &delta);
    page.prove_gradient(&d_pixel_projected, &projected_loss, pixel);
    page.say(
        "And W itself learns: the derivative of the loss with respect to a weight is a product, the delta in the \
         weight's row times the channel of the pixel in the weight's column.",
    );
    let d_weights = page.show("d_weights = delta · pixelᵀ", &delta * pixel.transpose());
    page.prove_gradient(&d_weights, &projected_loss, weights);
    Ok(())
}

/// What is left of a delta that has come back through so many layers, each with so much of a shortcut.
fn delta_after(blocks: i32, layer: &Numbers, shortcut: f64, delta: &Numbers) -> DMatrix<f64> {
    let step = to_f64(layer).transpose() + DMatrix::identity(delta.len(), delta.len()) * shortcut;
    (0..blocks).fold(to_f64(delta), |delta, _| &step * delta)
}
