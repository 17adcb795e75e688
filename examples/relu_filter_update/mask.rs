//! An image, a filter and a target with which the ReLU's derivative cannot be left out.

use worked_examples::math::Padding::Valid;
use worked_examples::math::{cross_correlate, relu, relu_derivative};
use worked_examples::prelude::*;

pub fn tell(page: &mut Page, is_needless_with_zeros: bool) -> Told {
    page.section("Where the mask matters");
    page.say(
        "With a target of zeros the mask has no effect: where it is 0, the error is 0 already. With another target it can have one. \
         Here is the source's image, now with a target of ones and with a filter that has a negative weight.",
    );
    let image_2 = page.show("image_2", literal("1 0 1; 0 0 1; 1 0 0"));
    let filter_2 = page.show("filter_2", literal("1 -2; 1/2 1"));
    let target_2 = page.show("target_2", literal("1 1; 1 1"));
    let pre_activation_2 =
        page.show("pre_activation_2 = image_2 ★ filter_2", cross_correlate(&image_2, &filter_2, Valid)?);
    let error_2 =
        page.show("error_2 = relu( pre_activation_2 ) − target_2", relu(&pre_activation_2) - &target_2);
    let mask_2 = page.show("mask_2 = ReLU′( pre_activation_2 )", relu_derivative(&pre_activation_2));
    let d_filter_unmasked =
        page.show("d_filter_unmasked = image_2 ★ error_2", cross_correlate(&image_2, &error_2, Valid)?);
    let d_filter_masked = page.show(
        "d_filter_masked = image_2 ★ ( error_2 ∘ mask_2 )",
        cross_correlate(&image_2, &error_2.component_mul(&mask_2), Valid)?,
    );
    let loss_2 =
        page.value("loss_2 = ½ · Σ( error_2 ∘ error_2 )", error_2.component_mul(&error_2).sum() / 2.into());
    page.prove_gradient(&d_filter_masked, &loss_2, &filter_2);
    page.claim(
        Origin::Implied("in the question, about what articles teach"),
        "The gradient needs no derivative of the ReLU.",
        ClaimVerdict::under(
            "the target is 0 wherever the pre-activation is not positive",
            d_filter_unmasked == d_filter_masked,
            is_needless_with_zeros,
        ),
        format!(
            "Here leaving it out changes {} of the {} entries, and the ones with the mask are those just proven.",
            d_filter_unmasked.iter().zip(&d_filter_masked).filter(|(a, b)| a != b).count(),
            d_filter_masked.len()
        ),
    );
    Ok(())
}
