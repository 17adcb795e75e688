//! The loss over two weights of the filter, seen from above, and the paths of the updates over it.

use super::to_six_places;
use worked_examples::math::{Run, to_f64};
use worked_examples::prelude::*;

/// The other weights are those of the filter where it has settled.
pub fn tell(
    page: &mut Page,
    loss: &Traced,
    filter: &Numbers,
    loss_at: impl Fn(&DMatrix<f64>) -> f64,
    settled: &DMatrix<f64>,
    runs: [&Run; 3],
) -> Told {
    let (row, column) = (filter.nrows() - 1, filter.ncols() - 1);
    let places = [(0, column), (row, column)];
    let mut there = settled.map(to_six_places);
    for at in places {
        there[at] = to_f64(filter)[at];
    }
    let [x, y, grey] = [there[places[0]], there[places[1]], loss_at(&there)].map(Value::from);
    let difference = if grey.to_string() == loss.to_string() {
        String::new()
    } else {
        format!(": at the start their loss is {loss}, while the map has {grey} there")
    };
    page.say(format!(
        "The map shows the loss over filter[0,{column}] (to the right) and filter[{row},{column}] (upwards). The other \
         weights are those of `filter_settled`. The darker, the higher; equal steps of grey are equal steps of the \
         square root of the loss, and white is where it is lowest. The paths all begin at ({x}, {y}), with a marker for each \
         update until they stand too close together. They are drawn by these two weights alone, and their other weights may \
         differ from those of the map{difference}."
    ));
    let names = match (row, column) {
        (1, 1) => ["filter[0,1]", "filter[1,1]"],
        _ => ["last weight of the first row", "last weight of the last row"],
    };
    let axes = [(names[0], places[0]), (names[1], places[1])];
    let paths = runs.map(|run| (run.name, &run.parameters[..]));
    let [up, at_once, slowly] = runs.map(|run| Value::from(run.losses[1]));
    let chart = Chart::over_two_entries("loss", axes, loss_at, settled, &paths);
    page.figure("loss_over_two_weights", chart).alt(format!(
        "A map of the loss over two weights, with the paths of the updates. Along the paths themselves the first \
         update takes the loss from {loss} to {up} with the learner's rule, to {at_once} with the repaired one and \
         to {slowly} at a tenth of the rate."
    ));
    Ok(())
}
