//! The source's recipe for the way back, followed to the letter and compared with the gradient.

use super::{Inputs, KERNEL_1_UPDATED, KERNEL_2_UPDATED, Network, PLACES};
use worked_examples::math::Padding::{Full, Valid};
use worked_examples::math::{convolve, cosine, descend, rot180};
use worked_examples::prelude::*;

/// Both kernels after the recipe's update.
pub fn tell(inputs: &Inputs, page: &mut Page, network: &Network) -> Result<[Numbers; 2], Box<dyn Error>> {
    let Network { image, kernel_1, kernel_2, a1, delta, learning_rate, loss, d_kernel_1, d_kernel_2 } =
        network;

    page.section("Backward, as the source teaches it");
    page.say(
        "The source's recipe for a kernel: convolve the layer's input with the delta, turn the result by 180°, multiply \
         it by the learning rate and subtract it from the kernel. We follow it to the letter, in exact fractions. What it \
         computes is called `source_d_…`, and whether it is a derivative of L, we shall see. Turned, it is the taught \
         direction (`taught_2` and `taught_1` in the lines of Rust): what the recipe subtracts in place of the gradient.",
    );
    let source_d_kernel_2 = page.show("source_d_kernel_2 = a1 ∗ delta", convolve(a1, delta, Valid)?);
    page.audit(&source_d_kernel_2, printed(".17 .02; -.05 .13", PLACES));
    let taught_2 = rot180(&source_d_kernel_2);
    let source_kernel_2_updated = page.show(
        "source_kernel_2_updated = kernel_2 − learning_rate · rot180( source_d_kernel_2 )",
        descend(kernel_2, &taught_2, learning_rate),
    );
    if page.has_the_default_inputs() {
        let corner = &exact(&source_kernel_2_updated)?[(1, 1)];
        let explained = printed(KERNEL_2_UPDATED, PLACES)
            .slip((1, 1), "leaving the entry as it was", inputs.kernel_2[(1, 1)].clone())
            .slip((1, 1), "rounding to one place", rounded(corner, 1));
        page.audit(&source_kernel_2_updated, explained);
    }
    page.say(
        "For the delta below, the recipe is the full convolution of kernel 2, as it was before its update, with the \
         delta. A full convolution may be swapped, so these are the numbers of `other_d_a1`: the rule of the other column.",
    );
    let source_d_a1 = page.show("source_d_a1 = kernel_2 ∗_full delta", convolve(kernel_2, delta, Full)?);
    if page.has_the_default_inputs() {
        let exact = exact(&source_d_a1)?;
        let product = &inputs.kernel_2[(1, 0)] * &inputs.delta[(0, 1)];
        let lost_sign = &exact[(1, 1)] - &product - &product;
        let explained = printed(".04 -.08 .02; .02 -.13 .14; -.03 -.08 .01", PLACES)
            .slip((1, 1), "taking the product 0.3·0.15 with a minus sign", lost_sign)
            .slip((2, 2), "cutting off instead of rounding", truncated(&exact[(2, 2)], PLACES));
        page.audit(&source_d_a1, explained);
    }
    let source_d_kernel_1 =
        page.show("source_d_kernel_1 = image ∗ source_d_a1", convolve(image, &source_d_a1, Valid)?);
    page.audit(&source_d_kernel_1, printed(".16 .03; -.09 .16", PLACES));
    let taught_1 = rot180(&source_d_kernel_1);
    let source_kernel_1_updated = page.show(
        "source_kernel_1_updated = kernel_1 − learning_rate · rot180( source_d_kernel_1 )",
        descend(kernel_1, &taught_1, learning_rate),
    );
    page.audit(&source_kernel_1_updated, printed(KERNEL_1_UPDATED, PLACES));
    let [matching, carried, slips, _] = page.totals().audit;
    let all = matching + carried + slips;
    page.claim(
        "in the answer, after the last numbers",
        "The results are rounded to two decimal places.",
        slips == 0,
        format!(
            "Of the {all} printed numbers, {matching} are our results, rounded. Another {carried} are what earlier printed \
             numbers give, rounded. The other {slips} are neither: they are the slips above."
        ),
    );
    let [cosine_2, cosine_1] =
        [cosine(&taught_2, d_kernel_2), cosine(&taught_1, d_kernel_1)].map(Value::from);
    page.headline(
        "in the answer, on updating the second kernel",
        "The gradient of a kernel is the convolution of its input with the delta, turned by 180°.",
        is_gradient_for_all_numbers(&taught_2, loss, kernel_2),
        format!(
            "What the source's backward pass calls convolution has to be cross-correlation. Here the taught direction has \
             a cosine of {cosine_2:.2} with the gradient for kernel 2. For kernel 1, where the wrong delta comes on top, it \
             is {cosine_1:.2}. Both angles are larger than a right angle."
        ),
    );
    page.say(
        "A convolution turns what slides. Turn it once more, and it slides as it is: a1 ∗ rot180( delta ) is a1 ★ delta, and \
         delta ∗_full rot180( kernel_2 ) is delta ★_full kernel_2. So one more turn, of `delta` in the first rule and of \
         `kernel_2` in the second, mends the recipe. Without it, what is taught for a kernel is the gradient for another delta: \
         the given one, turned by 180°. It is right for a delta that the turn leaves as it is, and it points exactly the wrong \
         way for one that the turn changes into its negative. With other deltas the angle depends on the layer's input, too.",
    );
    Ok([source_kernel_1_updated, source_kernel_2_updated])
}
