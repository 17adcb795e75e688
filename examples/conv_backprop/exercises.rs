//! What to try oneself with two convolution layers.

use super::Inputs;
use worked_examples::math::Padding::{Full, Valid};
use worked_examples::math::{Forward, ShapeError, convolve, cross_correlate, descend};
use worked_examples::prelude::*;

pub fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let &Inputs { ref image, ref kernel_1, ref kernel_2, forward, .. } = inputs;
    let delta = inputs.fitting_delta()?;
    let a1 = forward.slide(image, kernel_1, Valid)?;

    page.section("Exercises");
    let mut single = delta.map(|_| Exact::ZERO);
    single[0] += Exact::from_integer(1.into());
    let (written, seen) = (write_matrix(&single), decimals(&forward.kernel_gradient(&a1, &single)?, 4));
    let turned = forward.either(", turned by 180°", "");
    page.exercise(
        format!(
            "Replace the delta by one with a single 1, at the top left (`--delta \"{written}\"`). What is `d_kernel_2` then?"
        ),
        format!(
            "{seen}: the window of `a1` under the kernel's first position{turned}. From one output cell the kernel learns what \
             that cell saw."
        ),
    );
    if forward == Forward::Convolution {
        page.on_screen().exercise(
            "Find a delta for which the taught recipe gives the true gradient of kernel 2 (`--delta` takes it).",
            "Any delta that is its own rotation by 180°: where the output is 2×2, `--delta \"1 2; 2 1\"` is one.",
        );
    }
    let d_kernel_1 = forward.kernel_gradient(image, &forward.other().slide(&delta, kernel_2, Full)?)?;
    let d_kernel_2 = forward.kernel_gradient(&a1, &delta)?;
    let after = |rate: i32| -> Result<Value, ShapeError> {
        let rate = Exact::from_integer(rate.into());
        let a1 = forward.slide(image, &descend(kernel_1, &d_kernel_1, &rate), Valid)?;
        let a2 = forward.slide(&a1, &descend(kernel_2, &d_kernel_2, &rate), Valid)?;
        Ok(delta.component_mul(&a2).sum().into())
    };
    let [start, one, ten] = [after(0)?, after(1)?, after(10)?];
    page.on_screen().exercise(
        "Take larger true steps (`--learning-rate 1`, and 10). Does L fall further each time? \
         Does it have a minimum?",
        format!(
            "Without a step L is {start}, after one at a rate of 1 it is {one}, and at a rate of 10 {ten}. It has no minimum, \
             unless it is 0 for all kernels. If you double one kernel, L doubles, and if you change its sign, L changes its \
             sign. So some kernels make L as low as you like. A delta tells the direction near the kernels it was computed for, \
             not the destination."
        ),
    );
    let not_turned = cross_correlate(&cross_correlate(image, kernel_1, Valid)?, &delta, Valid)?;
    let below = cross_correlate(image, &convolve(&delta, kernel_2, Full)?, Valid)?;
    let [grad_1, grad_2] = [below, not_turned].map(|gradient| decimals(&gradient, 4));
    page.on_screen().exercise(
        "Check the rules with a library. In PyTorch, make each matrix a tensor of 1×1×rows×columns \
         (`torch.tensor(…)[None, None]`), call `requires_grad_()` on the two kernels, and run \
         `F.conv2d(F.conv2d(image, kernel_1), kernel_2).backward(delta)`. What should `kernel_1.grad` and `kernel_2.grad` be?",
        format!(
            "{grad_1} and {grad_2}. These are `d_kernel_1` and `d_kernel_2` with `--forward cross-correlation`, for `conv2d` \
             slides the kernels as they are. With both kernels turned before and both gradients turned after, it gives those \
             with `--forward convolution`."
        ),
    );
    Ok(())
}
