//! One step of learning, and where it leads: the true one, the taught one and the printed one.

use super::{Inputs, KERNEL_1_UPDATED, KERNEL_2_UPDATED, Network, size};
use worked_examples::math::Padding::{Full, Valid};
use worked_examples::math::{Window, descend, to_f64};
use worked_examples::prelude::*;

/// With both kernels after the taught step, where one is taught.
pub fn tell(inputs: &Inputs, page: &mut Page, network: &Network, taught: Option<[Numbers; 2]>) -> Told {
    let Network { image, kernel_1, kernel_2, a1, delta, learning_rate, loss, d_kernel_1, d_kernel_2 } =
        network;
    let (forward, is_of_the_source) = (inputs.forward, page.has_the_default_inputs());
    page.section("Uphill or downhill");
    page.say(
        "Both kernels move against their gradients, and the image passes forward again. (Where the updated kernels are shown \
         rounded, we go on with the unrounded ones.)",
    );
    let kernel_2_updated = page.show(
        "kernel_2_updated = kernel_2 − learning_rate · d_kernel_2",
        descend(kernel_2, d_kernel_2, learning_rate),
    );
    let kernel_1_updated = page.show(
        "kernel_1_updated = kernel_1 − learning_rate · d_kernel_1",
        descend(kernel_1, d_kernel_1, learning_rate),
    );
    let a1_next = page.show(
        forward.either("a1_next = image ∗ kernel_1_updated", "a1_next = image ★ kernel_1_updated"),
        forward.slide(image, &kernel_1_updated, Valid)?,
    );
    page.show(
        forward.either("a2_next = a1_next ∗ kernel_2_updated", "a2_next = a1_next ★ kernel_2_updated"),
        forward.slide(&a1_next, &kernel_2_updated, Valid)?,
    );
    let gradient = [d_kernel_1, d_kernel_2].map(|gradient| to_f64(gradient).norm_squared());
    let which_way = match learning_rate.value().to_f64() * gradient.iter().sum::<f64>() {
        fall if fall > 0.0 => "Down: that is the point of a gradient step.",
        fall if fall < 0.0 => {
            "Up: with a negative learning rate the step goes along the gradient, and not against it."
        }
        _ => "Nowhere: the step is 0.",
    };
    page.ask("Which way should L have gone?", which_way);
    page.say(format!(
        "And how far? A step is what is added to the kernels. For a small one the change of L is about Σ(gradient ∘ step), \
         added up over both kernels: this is the prediction in the last column. The true step is −learning_rate · gradient, \
         so there the prediction is −learning_rate · Σ(gradient ∘ gradient). With a positive learning rate it is never \
         positive.{}{}",
        if taught.is_some() { " The taught step follows the source's recipe, in exact fractions." } else { "" },
        if is_of_the_source { " The printed step leads to the kernels that the source prints." } else { "" }
    ));
    let step =
        |name, [to_1, to_2]: [Numbers; 2]| Step { name, moves: vec![(kernel_1, to_1), (kernel_2, to_2)] };
    let mut steps = vec![
        step("no step", [kernel_1, kernel_2].map(Numbers::clone)),
        step("the true step", [kernel_1_updated, kernel_2_updated]),
    ];
    steps.extend(taught.map(|kernels| step("the taught step", kernels)));
    if is_of_the_source {
        let printed = [KERNEL_1_UPDATED, KERNEL_2_UPDATED].map(|kernel| literal(kernel).map(Traced::from));
        steps.push(step("the printed step", printed));
    }
    let row = |step: &Step| {
        (step.name, step.after(loss), step.change(loss), step.predicted(&[d_kernel_1, d_kernel_2]))
    };
    page.table("losses", ["after", "L", "change", "predicted"], steps.iter().map(row)).code = None;

    if let [_, truly, taught, printed] = &steps[..] {
        let (rises, climbs, falls) = (printed.change(loss), taught.change(loss), -truly.change(loss));
        page.headline(
            Origin::Implied("in the answer, on updating the kernels"),
            "Subtracting what is taught improves the kernels.",
            rises < Value::from(0),
            format!(
                "With both kernels that the source prints the loss rises by {rises}, with its recipe in exact fractions by \
                 {climbs}. With the true gradients it falls by {falls}."
            ),
        );
        page.say(
            "Does the taught step fail only because our L is linear in `a2`? No: every loss with this `delta` at the start has \
             the same gradients there, by the chain rule. So the prediction is the same, and a small enough part of the \
             taught step makes that loss rise, too.",
        );
        let below = Window::from(Full).output_shape(a1.shape(), delta.shape())?;
        let kernel = Window::from(Valid).output_shape(kernel_2.shape(), delta.shape())?;
        let [gives_1, a1_size, gives_2, kernel_size] =
            [below, a1.shape(), kernel, kernel_2.shape()].map(size);
        page.claim(
            "in the answer, in the summary at its end",
            "The delta below is a full convolution of the layer's input with the delta; the kernel's gradient is a convolution \
             of its weights with the delta.",
            (below, kernel) == (a1.shape(), kernel_2.shape()),
            format!(
                "The shapes alone rule this out: the first gives {gives_1} where {a1_size} is needed, the second, if nothing \
                 hangs over, {gives_2} where {kernel_size} is needed. The two have changed places: the input belongs in the \
                 gradient, the weights in the delta below."
            ),
        );
    }
    page.say(
        "This is L along the way, from no step at all to twice the step. (The straighter a line is, the closer is the \
         prediction.)",
    );
    let lines: Vec<_> = steps[1..].iter().map(|step| step.line(loss)).collect();
    let ends = lines.iter().map(|line| format!("{} to {}", line.label, Value::from(line.points[20].1)));
    let ends = joined(ends, ", ");
    page.figure("loss_along_the_step", Chart::lines("multiple of the step", "loss L", lines)).alt(format!(
        "L along each of the steps. From {loss} at no step (0) it goes past the whole step (1), where the table has its \
         numbers, to twice the step (2): {ends}."
    ));
    Ok(())
}
