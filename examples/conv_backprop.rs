//! Two convolution layers, forward and backward by hand, and whether what is called the gradient is one.

use clap::Args;
use nalgebra::DMatrix;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, Topic, Unusable, matrix, number};
use worked_examples::math::Padding::{Full, Valid};
use worked_examples::math::{
    ShapeError, Window, convolution_matrix, convolve, cosine, cross_correlate, descend, rot180, slopes,
    to_f64,
};
use worked_examples::notebook::{
    Axis, Chart, ClaimVerdict, Line, Page, Told, decimal, entries, literal, printed, rounded, rounds_to,
    truncated, write_matrix,
};

/// What is given.
#[derive(Args, PartialEq)]
pub struct Inputs {
    /// The input of the first layer
    #[arg(long, value_parser = matrix, allow_hyphen_values = true, value_name = "MATRIX")]
    #[arg(default_value = ".7 -.3 -.7 .5; .9 -.5 -.2 .9; -.1 .8 -.3 -.5; 0 .2 -.1 .6")]
    pub image: DMatrix<Exact>,
    /// The kernel of the first layer
    #[arg(long, value_parser = matrix, allow_hyphen_values = true, value_name = "MATRIX")]
    #[arg(default_value = ".1 -.3; -.5 .7")]
    pub kernel_1: DMatrix<Exact>,
    /// The kernel of the second layer
    #[arg(long, value_parser = matrix, allow_hyphen_values = true, value_name = "MATRIX")]
    #[arg(default_value = "-.5 .1; .3 .9")]
    pub kernel_2: DMatrix<Exact>,
    /// The delta that reaches the output of the second layer
    #[arg(long, value_parser = matrix, allow_hyphen_values = true, value_name = "MATRIX")]
    #[arg(default_value = "-.07 .15; -.09 .02")]
    pub delta: DMatrix<Exact>,
    /// How far the kernels move against their gradients
    #[arg(long, value_parser = number, allow_hyphen_values = true, value_name = "NUMBER", default_value = ".1")]
    pub learning_rate: Exact,
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "conv_backprop",
    title: "Two convolution layers, backward by hand",
    question: "A delta arrives at the top of two convolution layers. What does each kernel learn from it?",
    minutes: 60,
    requires: "sums of products, the chain rule, what a kernel sliding over an image computes",
    code: include_str!("conv_backprop.rs"),
    asks: &["a1", "a2", "d_kernel_2", "d_a1", "d_kernel_1", "kernel_2_updated", "kernel_1_updated"],
    gives: &[],
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
    ShapeError::unless_equal("backward", ("delta", inputs.delta.shape()), ("second activation", a2))
        .map_err(|error| Unusable::option("--delta", error))?;
    cli::expect_little_effort(&[
        ("--image", &inputs.image),
        ("--kernel-1", &inputs.kernel_1),
        ("--kernel-2", &inputs.kernel_2),
        ("--delta", &inputs.delta),
    ])
}

fn vary(draw: &mut Draw) -> Inputs {
    Inputs {
        image: draw.matrix(4, 4, -2..=2),
        kernel_1: draw.matrix(2, 2, -2..=2),
        kernel_2: draw.matrix(2, 2, -2..=2),
        delta: draw.matrix(2, 2, -1..=1),
        learning_rate: draw.tenths(1..=2),
    }
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

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { image, kernel_1, kernel_2, delta, learning_rate } = inputs;
    let rate = decimal(learning_rate, 4);

    page.section("What is given");
    page.say(
        "An image passes through two convolution layers, without bias and without activation, so that nothing but \
         convolution is left to understand. From further up a `delta` arrives: how much the loss grows with each \
         entry of the second layer's output. The example and its recipe for the way back are those of a published \
         answer, here called the source. Rows and columns are counted from 0.",
    );
    page.given("image", image);
    page.given("kernel_1", kernel_1);
    page.given("kernel_2", kernel_2);
    page.given("delta", delta);
    page.given_number("learning_rate", learning_rate);
    page.say(
        "What comes back is subtracted, so the delta has to be a gradient. The loss L that belongs to it is \
         linear, and its gradient at `a2` is `delta` itself:",
    );
    page.formula(
        r"L = \sum_{i,j} \delta_{ij}\, a_{2,ij} \qquad \frac{\partial L}{\partial a_{2,ij}} = \delta_{ij}",
        "L = Σ delta ∘ a2,   ∂L/∂a2 = delta",
    );

    page.section("Forward");
    page.say(
        "Here convolution is meant literally: the kernel is turned by 180° before it slides. (What deep-learning \
         libraries call convolution slides the kernel as it is; its name is cross-correlation.) In formulas `∗` is \
         convolution and `⋆` is cross-correlation, and what stands on the right slides over what stands on the \
         left.",
    );
    let (rows, columns) = Window::from(Valid).output_shape(image.shape(), kernel_1.shape())?;
    page.ask(
        "Which size will `a1` have, if the kernel may not hang over the edge?",
        format!("{rows}×{columns}: the image's size, less the kernel's, plus one."),
    );

    let a1 = convolve(image, kernel_1, Valid)?;
    page.show("a1", &a1)
        .equals("image ∗ kernel_1")
        .as_sums_of_products(convolve(&entries("image", image), &entries("kernel_1", kernel_1), Valid)?)
        .printed(printed(A1, PLACES));

    page.say("Without the turn, as cross-correlation, the same two matrices give other numbers:");
    let a1_without_turn = cross_correlate(image, kernel_1, Valid)?;
    page.show("a1_without_turn", &a1_without_turn).equals("image ⋆ kernel_1");

    let a2 = convolve(&a1, kernel_2, Valid)?;
    page.show("a2", &a2)
        .equals("a1 ∗ kernel_2")
        .as_sums_of_products(convolve(&entries("a1", &a1), &entries("kernel_2", kernel_2), Valid)?)
        .printed(printed(A2, PLACES));

    page.about_the_source(|page| {
        let agree = |a: &DMatrix<Exact>, printed: &DMatrix<Exact>| {
            a.iter().zip(printed).filter(|(a, b)| rounds_to(a, b, PLACES)).count()
        };
        let turned = agree(&a1, &literal(A1)) + agree(&a2, &literal(A2));
        let a2_without_turn = cross_correlate(&a1_without_turn, kernel_2, Valid)?;
        let not_turned = agree(&a1_without_turn, &literal(A1)) + agree(&a2_without_turn, &literal(A2));
        let all = a1.len() + a2.len();
        page.claim(
            "The forward pass is a convolution, kernel turned and all.",
            turned == all && not_turned < all,
            format!(
                "Of its {all} printed numbers convolution gives {turned}, cross-correlation {not_turned}."
            ),
        );
        Ok(())
    })?;

    page.claim(
        "The delta has the size of the activation it belongs to.",
        delta.shape() == a2.shape(),
        format!("Both are {}×{}.", a2.nrows(), a2.ncols()),
    );

    page.section("Backward, as the source teaches it");
    page.say(
        "The source's recipe for a kernel: convolve the layer's input with the delta, turn the result by 180°, \
         multiply it by the learning rate and subtract it from the kernel. Here it is followed to the letter, in \
         exact fractions; whether it is the gradient is the next section's question.",
    );
    let source_d_kernel_2 = convolve(&a1, delta, Valid)?;
    page.show("source_d_kernel_2", &source_d_kernel_2)
        .equals("a1 ∗ delta")
        .as_sums_of_products(convolve(&entries("a1", &a1), &entries("delta", delta), Valid)?)
        .printed(printed(D_KERNEL_2, PLACES));

    let source_kernel_2_updated = descend(kernel_2, &rot180(&source_d_kernel_2), learning_rate);
    page.show("source_kernel_2_updated", &source_kernel_2_updated)
        .equals(&format!("kernel_2 − {rate} · rot180( source_d_kernel_2 )"));

    page.about_the_source(|page| {
        let redone = descend(kernel_2, &rot180(&literal(D_KERNEL_2)), learning_rate);
        let rounded_further = rounded(&source_kernel_2_updated[(1, 1)], 1);
        let explained = printed(KERNEL_2_UPDATED, PLACES)
            .carried("the gradient as printed, with two places", redone)
            .slip((1, 1), "leaving the entry as it was", kernel_2[(1, 1)].clone())
            .slip((1, 1), "rounding to one place", rounded_further);
        page.audit("source_kernel_2_updated", explained);
        Ok(())
    })?;

    page.say(
        "For the layer below, the recipe is the full convolution, where the kernel may hang over the edge, of \
         kernel 2 with the delta. It takes the kernel as it was before its update.",
    );
    let source_d_a1 = convolve(kernel_2, delta, Full)?;
    page.show("source_d_a1", &source_d_a1).equals("kernel_2 ∗ delta").as_sums_of_products(convolve(
        &entries("kernel_2", kernel_2),
        &entries("delta", delta),
        Full,
    )?);

    page.about_the_source(|page| {
        let product = &kernel_2[(1, 0)] * &delta[(0, 1)];
        let sign_lost = &source_d_a1[(1, 1)] - &product - &product;
        let cut_off = truncated(&source_d_a1[(2, 2)], PLACES);
        let explained = printed(D_A1, PLACES)
            .slip((1, 1), "taking the product 0.3·0.15 with a minus sign", sign_lost)
            .slip((2, 2), "cutting off instead of rounding", cut_off);
        page.audit("source_d_a1", explained);
        Ok(())
    })?;

    let source_d_kernel_1 = convolve(image, &source_d_a1, Valid)?;
    page.show("source_d_kernel_1", &source_d_kernel_1).equals("image ∗ source_d_a1").as_sums_of_products(
        convolve(&entries("image", image), &entries("source_d_a1", &source_d_a1), Valid)?,
    );

    page.about_the_source(|page| {
        let redone = convolve(image, &literal(D_A1), Valid)?;
        page.audit(
            "source_d_kernel_1",
            printed(D_KERNEL_1, PLACES).carried("the printed `source_d_a1`, slips included", redone),
        );
        Ok(())
    })?;

    let source_kernel_1_updated = descend(kernel_1, &rot180(&source_d_kernel_1), learning_rate);
    page.show("source_kernel_1_updated", &source_kernel_1_updated)
        .equals(&format!("kernel_1 − {rate} · rot180( source_d_kernel_1 )"));

    page.about_the_source(|page| {
        let redone = descend(kernel_1, &rot180(&literal(D_KERNEL_1)), learning_rate);
        page.audit("source_kernel_1_updated", printed(KERNEL_1_UPDATED, PLACES).carried("the gradient as printed", redone));

        let [matching, carried, slips, _] = page.totals().audit;
        page.claim(
            "All results are rounded to two decimal places.",
            slips == 0,
            format!(
                "{matching} printed numbers are the exact results so rounded, and {carried} become so when redone \
                 from numbers printed before; {slips} are neither. One of them, {} printed .01, is cut off where \
                 rounding gives {}.",
                decimal(&source_d_a1[(2, 2)], 4),
                decimal(rounded(&source_d_a1[(2, 2)], PLACES), PLACES)
            ),
        );
        Ok(())
    })?;

    page.section("Is it the gradient?");
    page.say(
        "Nothing so far says so. The gradient is the slope of L along each entry, and a slope can be measured: \
         move the entry a little, and see what L does. L is linear in each single entry here, so a central \
         difference is the slope itself and not just near it.",
    );
    page.formula(
        r"\frac{\partial L}{\partial w} = \frac{L(w+h) - L(w-h)}{2h}",
        "∂L/∂w = (L(w + h) − L(w − h)) / 2h",
    );
    page.say(
        "Writing L out as a sum of products shows what to expect. M and N are the kernel's last row and \
              column, and the turn is in M − u and N − v:",
    );
    page.formula(
        r"L = \sum_{i,j} \delta_{ij} \sum_{u,v} a_{1,\,i+u,\,j+v}\, k_{M-u,\,N-v}",
        "L = Σᵢⱼ delta[i, j] · Σᵤᵥ a1[i+u, j+v] · kernel_2[M−u, N−v]",
    );
    page.say("So a weight collects the deltas times the inputs it met: that is the cross-correlation `a1 ⋆ delta`, \
              turned back because the kernel had been turned.");
    let d_kernel_2 = rot180(&cross_correlate(&a1, delta, Valid)?);
    page.show("d_kernel_2", &d_kernel_2)
        .equals("rot180( a1 ⋆ delta )")
        .as_sums_of_products(rot180(&cross_correlate(&entries("a1", &a1), &entries("delta", delta), Valid)?))
        .proven(&slopes(kernel_2, |kernel_2| {
            Ok::<_, ShapeError>(convolve(&a1, kernel_2, Valid)?.dot(delta))
        })?);

    page.say("And an entry of `a1` collects the deltas of the outputs it went into, times the weight it went in \
              by: that is the full cross-correlation `delta ⋆ kernel_2`, where the kernel may hang over the edge \
              of the delta.");
    let d_a1 = cross_correlate(delta, kernel_2, Full)?;
    page.show("d_a1", &d_a1)
        .equals("delta ⋆ kernel_2")
        .as_sums_of_products(cross_correlate(&entries("delta", delta), &entries("kernel_2", kernel_2), Full)?)
        .proven(&slopes(&a1, |a1| Ok::<_, ShapeError>(convolve(a1, kernel_2, Valid)?.dot(delta)))?);

    page.ask(
        "In a full convolution the two matrices may be swapped, which is why the source need not say which of them \
         slides. May they be swapped here?",
        if cross_correlate(kernel_2, delta, Full)? == rot180(&d_a1) {
            "Swapped, the result comes out turned by 180°. So it matters: the kernel slides, and the delta is what \
             it slides over."
        } else {
            "They may."
        },
    );

    let with_updated_kernel = cross_correlate(delta, &descend(kernel_2, &d_kernel_2, learning_rate), Full)?;
    page.claim(
        "The delta for the layer below takes the kernel as it was before its update.",
        with_updated_kernel != d_a1,
        format!(
            "The proven `d_a1` takes it so. With `d_kernel_2` already taken off the kernel it would be off by up \
             to {}.",
            decimal(to_f64(&(with_updated_kernel - &d_a1)).amax(), 4)
        ),
    );

    let d_kernel_1 = rot180(&cross_correlate(image, &d_a1, Valid)?);
    page.show("d_kernel_1", &d_kernel_1)
        .equals("rot180( image ⋆ d_a1 )")
        .as_sums_of_products(rot180(&cross_correlate(
            &entries("image", image),
            &entries("d_a1", &d_a1),
            Valid,
        )?))
        .proven(&slopes(kernel_1, |kernel_1| {
            Ok::<_, ShapeError>(convolve(&convolve(image, kernel_1, Valid)?, kernel_2, Valid)?.dot(delta))
        })?);

    let cosine_2 = cosine(&to_f64(&rot180(&source_d_kernel_2)), &to_f64(&d_kernel_2));
    let cosine_1 = cosine(&to_f64(&rot180(&source_d_kernel_1)), &to_f64(&d_kernel_1));
    let for_turned_delta = rot180(&cross_correlate(&a1, &rot180(delta), Valid)?);
    page.headline(
        "The gradient of a kernel is the convolution of its input with the delta, turned by 180°.",
        rot180(&source_d_kernel_2) == d_kernel_2 && rot180(&source_d_kernel_1) == d_kernel_1,
        format!(
            "What the backward pass calls convolution has to be cross-correlation: the angle between the taught \
             direction and the gradient has a cosine of {} for kernel 2 and {} for kernel 1, more than a right \
             angle.{}",
            decimal(cosine_2, 2),
            decimal(cosine_1, 2),
            if rot180(&source_d_kernel_2) == for_turned_delta { " What is taught is the gradient for another \
                                                                 delta, the given one turned by 180°." } else { "" }
        ),
    );

    page.section("The same as in a fully connected layer");
    page.say("A convolution is a matrix with many equal entries. Here is the second layer as one, with one row for \
              each output and one column for each entry of `a1`, both counted down the columns:");
    let layer_2 = convolution_matrix(kernel_2, a1.shape(), Valid)?;
    page.show("layer_2", &layer_2);

    page.say(
        "In a fully connected layer the deltas pass back through the same matrix, from its rows to its \
              columns:",
    );
    let delta_row = DMatrix::from_row_slice(1, delta.len(), delta.as_slice());
    let passed_back = &delta_row * &layer_2;
    page.show("passed_back", &passed_back);

    page.claim(
        "The delta passes back through a convolution as through a fully connected layer, with a convolution for \
         the product.",
        ClaimVerdict::under(
            "that convolution is a cross-correlation",
            passed_back.as_slice() == source_d_a1.as_slice(),
            passed_back.as_slice() == d_a1.as_slice(),
        ),
        "Read down its columns, the cross-correlated `d_a1` has the entries of `passed_back`; the convolved \
         `source_d_a1` has not.",
    );

    page.section("Uphill or downhill");
    page.say("Both kernels move against their gradients, and the image passes forward again:");
    let kernel_2_updated = descend(kernel_2, &d_kernel_2, learning_rate);
    page.show("kernel_2_updated", &kernel_2_updated).equals(&format!("kernel_2 − {rate} · d_kernel_2"));

    let kernel_1_updated = descend(kernel_1, &d_kernel_1, learning_rate);
    page.show("kernel_1_updated", &kernel_1_updated).equals(&format!("kernel_1 − {rate} · d_kernel_1"));

    let a2_next = convolve(&convolve(image, &kernel_1_updated, Valid)?, &kernel_2_updated, Valid)?;
    page.show("a2_next", &a2_next);

    page.ask("Which way should L have gone?", "Down: that is what the learning is for.");
    let loss = |kernel_1: &DMatrix<Exact>, kernel_2: &DMatrix<Exact>| {
        Ok::<_, ShapeError>(convolve(&convolve(image, kernel_1, Valid)?, kernel_2, Valid)?.dot(delta))
    };
    let before = loss(kernel_1, kernel_2)?;
    let taught = loss(&source_kernel_1_updated, &source_kernel_2_updated)?;
    let true_step = loss(&kernel_1_updated, &kernel_2_updated)?;
    let row = |kernels: &str, loss: &Exact| [kernels.into(), loss.into(), (loss - &before).into()];
    let mut rows = vec![
        row("as they are", &before),
        row("after the taught update", &taught),
        row("after the true update", &true_step),
    ];
    page.about_the_source(|_| {
        rows.push(row(
            "as the source prints them",
            &loss(&literal(KERNEL_1_UPDATED), &literal(KERNEL_2_UPDATED))?,
        ));
        Ok(())
    })?;
    page.table("losses", ["kernels", "L", "change"], rows);

    page.about_the_source(|page| {
        let rise = loss(&literal(KERNEL_1_UPDATED), &literal(KERNEL_2_UPDATED))? - &before;
        page.headline(
            "Updating the kernels as taught makes them better.",
            rise < Exact::ZERO,
            format!(
                "With both kernels that the source prints the loss rises by {}, with its procedure in exact \
                 fractions by {}; with the true gradients it falls by {}.",
                decimal(&rise, 4),
                decimal(&taught - &before, 4),
                decimal(&before - &true_step, 4)
            ),
        );
        Ok(())
    })?;

    page.say("The same along the way, from no step at all to twice the step:");
    let step = |fraction: f64, from: &DMatrix<Exact>, to: &DMatrix<Exact>| {
        let (from, to) = (to_f64(from), to_f64(to));
        &from + (&to - &from) * fraction
    };
    let loss_along = |kernel_1_updated: &DMatrix<Exact>, kernel_2_updated: &DMatrix<Exact>| {
        let loss_at = |fraction: f64| {
            let kernel_1 = step(fraction, kernel_1, kernel_1_updated);
            let kernel_2 = step(fraction, kernel_2, kernel_2_updated);
            let a2 = convolve(&convolve(&to_f64(image), &kernel_1, Valid)?, &kernel_2, Valid)?;
            Ok::<_, ShapeError>((fraction, a2.dot(&to_f64(delta))))
        };
        (0..=20).map(|i| loss_at(f64::from(i) / 10.0)).collect::<Result<Vec<_>, _>>()
    };
    let mut lines = vec![
        Line::new("along the true step", loss_along(&kernel_1_updated, &kernel_2_updated)?),
        Line::new("along the taught step", loss_along(&source_kernel_1_updated, &source_kernel_2_updated)?),
    ];
    page.about_the_source(|_| {
        let printed = loss_along(&literal(KERNEL_1_UPDATED), &literal(KERNEL_2_UPDATED))?;
        lines.push(Line::new("along the printed step", printed));
        Ok(())
    })?;
    page.figure(
        "loss_along_the_step",
        format!(
            "L from no step (0) over the whole step (1) to twice the step (2). With the whole step it goes from {} \
             to {} along the true step and to {} along the taught one.",
            decimal(&before, 4),
            decimal(&true_step, 4),
            decimal(&taught, 4)
        ),
        Chart::Lines { x: Axis::linear("multiple of the step"), y: Axis::linear("L"), lines },
    );

    page.about_the_source(|page| {
        page.section("The source's summary");
        page.say(
            "In its closing lines the source gives the two backward rules once more, with the operands exchanged: \
             the layer's input goes into the delta below, the layer's kernel into the kernel's own gradient. \
             Shapes alone say no.",
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
    page.exercise(
        format!("Replace the delta by one with a single 1, at the top left: `--delta \"{}\"`. What is `d_kernel_2` \
                 then?", write_matrix(&single)),
        format!("{}: the window of `a1` under the kernel's first position, turned by 180°. The gradient of one \
                 output cell is what that cell \
                 saw.", write_matrix(&rot180(&cross_correlate(&a1, &single, Valid)?))),
    );
    let symmetric = literal("1 2; 2 1");
    let agree = rot180(&symmetric) == symmetric
        && convolve(&symmetric, &symmetric, Full)? == cross_correlate(&symmetric, &symmetric, Full)?;
    page.exercise(
        "Find a delta for which the taught recipe gives the true gradient of kernel 2. Check it with `--delta \"1 \
         2; 2 1\"`.",
        if agree {
            "Any delta that is its own rotation by 180°, such as 1 2 / 2 1: turning it changes nothing, so \
             convolution and cross-correlation agree."
        } else {
            "There is none."
        },
    );
    let loss_at = |rate: i64| {
        let rate = Exact::from_integer(rate.into());
        loss(&descend(kernel_1, &d_kernel_1, &rate), &descend(kernel_2, &d_kernel_2, &rate))
    };
    page.exercise(
        "Take larger steps along the true gradients, `--learning-rate 1` and `10`. Does L fall further each time? \
         Has it a lowest value?",
        format!(
            "L is {} with a rate of 1 and {} with 10. It has no lowest value, unless it is 0 for all kernels: \
             doubling a kernel doubles L. A delta is good for a direction near the kernels it was computed for, \
             not for a destination.",
            decimal(loss_at(1)?, 4),
            decimal(loss_at(10)?, 4)
        ),
    );
    Ok(())
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
