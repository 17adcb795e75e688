//! What to try oneself with the filter.

use worked_examples::math::{descend, rot180};
use worked_examples::prelude::*;

/// The last argument is the run of the learner's rule as a literal convolution.
pub fn tell(
    page: &mut Page,
    loss: &Traced,
    learning_rate: &Traced,
    [filter, d_filter]: [&Numbers; 2],
    run: &[DMatrix<f64>],
) {
    page.section("Exercises");
    page.exercise(
        "May you keep target − output as the error, if you add the result to the weights instead of subtracting it?",
        "Yes. With a target of zeros this is already the gradient step. With other targets the error must also be multiplied \
         by the mask. Compared with the repaired rule two signs are turned, and they cancel. The learner's rule \
         turns only one of them: it takes target − output, and still subtracts.",
    );
    let slower = descend(filter, d_filter, &(learning_rate.clone() / 2.into()));
    let loss_slower = loss.at(&[(filter, &slower)]);
    page.exercise(
        "Halve the learning rate. Is the loss 0 after one update?",
        format!(
            "{}: the weights become {}, and the loss {loss_slower}.",
            if loss_slower == 0.into() { "Yes" } else { "No" },
            decimals(&slower, 4)
        ),
    );
    page.exercise(
        "For the image `1 0 1; 0 0 1; 1 0 0` and a target of zeros, write down all filters with a loss of 0: one inequality \
         for each window of the image.",
        "For a loss of 0 every window X of the image must give Σ X ∘ filter ≤ 0. That is filter[0,0] ≤ 0, \
         filter[0,1] + filter[1,1] ≤ 0, filter[1,0] ≤ 0 and filter[0,1] ≤ 0.",
    );
    page.on_screen().exercise(
        "Give the filter a target that it already produces, its own `activation` (`--target`). What do the two \
         rules do, and why?",
        "Nothing at all: the error is 0, so both stand still.",
    );
    let filters = joined(run.iter().skip(1).take(4).map(|filter| decimals(filter, 0)), ", then ");
    let change = if run.iter().all(|filter| *filter == rot180(filter)) {
        "They would not change: each of these filters is its own rotation by 180°."
    } else {
        "They would change, for not each of them is its own rotation by 180°."
    };
    page.with_the_default_inputs().exercise(
        "Work out the first four updates of the learner's rule as a literal convolution. Do you know these numbers? And \
         would they change if the forward pass were a literal convolution, too?",
        format!("The filters are {filters}: Fibonacci numbers. {change}"),
    );
}
