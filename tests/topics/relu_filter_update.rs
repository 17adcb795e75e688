//! The source's numbers and what is known of them, typed in once more, against what the example tells.

use crate::examples::topics::relu_filter_update;
use crate::facts::{Facts, shown};
use nalgebra::DMatrix;
use worked_examples::Exact;
use worked_examples::cli::Topic;
use worked_examples::notebook::{Cell, Chart, ProofEntry, decimal, parse_matrix};

fn facts() -> Facts {
    Facts::of(&relu_filter_update::TOPIC)
}

#[test]
fn every_printed_number_has_its_verdict() {
    let facts = facts();
    facts.audit("activation", "1 1; 0 0", "m m; m m");
    facts.audit("source_error", "-1 -1; 0 0", "m m; m m");
    facts.audit("source_d_filter", "-1 -1; 1 0", "m m; u u");
    facts.audit("source_filter_updated", "2 1; -1 1", "m m; c c");
    assert_eq!(facts.totals().audit, [12, 2, 0, 2]);
}

#[test]
fn the_matrices_are_those_worked_out_by_hand() {
    let facts = facts();
    facts.matrix("pre_activation", 0, "1 1; 0 0");
    facts.matrix("source_d_filter", 0, "-1 -1; 0 -1");
    facts.matrix("source_filter_updated", 0, "2 1; 0 2");
    facts.matrix("d_filter", 0, "1 1; 0 1");
    facts.matrix("filter_updated", 0, "0 -1; 0 0");
    facts.matrix("filter_settled", 6, "0 -.5; 0 .5");
}

#[test]
fn the_trajectories_are_those_worked_out_elsewhere() {
    let facts = facts();
    let rows = facts.table("trajectory");
    let column = |column: usize, places| {
        rows.iter().take(4).map(|row| shown(&row[column], places)).collect::<Vec<_>>()
    };
    assert_eq!(column(1, 1), ["1.0", "7.0", "70.5", "844.5"]);
    assert_eq!(column(2, 1), ["1.0", "3.5", "23.5", "161.0"]);
    assert_eq!(column(3, 0), ["1", "0", "0", "0"]);
    assert_eq!(column(4, 5)[..3], ["1.00000", "0.72500", "0.53285"]);
}

/// The words for each entry of the proof of `d_filter`, and the totals of all proofs.
fn proof(inputs: &relu_filter_update::Inputs) -> (DMatrix<String>, [usize; 3]) {
    let notebook =
        relu_filter_update::TOPIC.notebook(inputs).expect("the example does not contradict itself");
    let proof = notebook.cells().find_map(|(_, cell)| match cell {
        Cell::Proof(proof) if proof.of == "d_filter" => Some(proof),
        _ => None,
    });
    let words = proof.expect("the gradient is proven").entries.map(|entry| match entry {
        ProofEntry::Held => "held".to_owned(),
        ProofEntry::HeldFromBothSides => "both sides".to_owned(),
        ProofEntry::AtKink { left, right } => format!("{}|{}", decimal(left, 2), decimal(right, 2)),
        ProofEntry::Failed { .. } => "failed".to_owned(),
    });
    (words, notebook.totals().proofs)
}

fn inputs(image: &str, filter: &str, target: &str) -> relu_filter_update::Inputs {
    let [image, filter, target] = [image, filter, target].map(|text| parse_matrix(text).expect("numbers"));
    let learning_rate = Exact::new(1.into(), 7.into());
    relu_filter_update::Inputs { image, filter, target, learning_rate, iterations: 3 }
}

#[test]
fn the_gradient_of_the_source_holds_from_both_sides_of_its_kinks() {
    let (words, totals) = proof(&Topic::<relu_filter_update::Inputs>::source_inputs());
    // The two pre-activations at 0 are reached by the weights [0,1] and [1,0]; squared, both sides are flat.
    assert_eq!(words, nalgebra::dmatrix!["held", "both sides"; "both sides", "held"].map(str::to_owned));
    assert_eq!(totals, [2, 0, 0]);
}

/// Worked out by hand: at a pre-activation of 0 the slope is 0 towards where it falls, and −target times the input
/// towards where it rises.
#[test]
fn what_only_the_convention_decides_stands_at_the_kink() {
    let all = [
        // Both pre-activations are 0, and their kinks cancel: the slope is −1 from both sides, the convention says 0.
        ("-1 1 -1", "1 1", "1 -1", "1|1 -1|-1"),
        // Pre-activations 2 0 0 with errors 1 −1 1: the convention says 1 and 1.
        ("1 1 -1 1", "1 1", "1 1 -1", "0|0 2|2"),
        ("-1", "0", "1", "1|0"),
        ("2", "0", "-1/2", "0|1"),
    ];
    for (image, filter, target, expected) in all {
        let (words, totals) = proof(&inputs(image, filter, target));
        assert_eq!(words.iter().cloned().collect::<Vec<_>>().join(" "), expected, "{image}");
        assert_eq!(totals, [1, 1, 0], "{image}");
    }
}

#[test]
fn no_kink_fails() {
    let three = ["-1", "0", "1"];
    let digits = |mut number: usize, count: usize| {
        let mut digit = || {
            let digit = three[number % 3];
            number /= 3;
            digit
        };
        (0..count).map(|_| digit()).collect::<Vec<_>>().join(" ")
    };
    // A stride that is prime to 3⁷ reaches all kinds.
    for case in (0..3_usize.pow(7)).step_by(11) {
        let inputs = inputs(&digits(case, 3), &digits(case / 27, 2), &digits(case / 243, 2));
        let (words, totals) = proof(&inputs);
        assert_eq!(totals[2], 0, "case {case}: {words}");
    }
}

#[test]
fn each_claim_has_its_verdict() {
    let facts = facts();
    facts.claim("Turning the filter by 180°", "holds", &[]);
    facts.claim("gives the printed gradients", "fails", &["128", "none", "no negative", "no positive"]);
    facts.claim(
        "is the convolution of the input with the error",
        "holds if convolution means cross-correlation, and the error is output − target, passed through the ReLU's \
         derivative",
        &[],
    );
    facts.claim("What am I doing wrong?", "the answer", &["output − target"]);
    facts.claim(
        "do not make the filter any better",
        "holds",
        &["2 1; -1 1", "2 2; 0 1", "from 1 to 4.5", "8 times", "311946830.5", "2435423.5", "0.1", "0.1067"],
    );
    // By hand: the live windows meet filter[0,1] and filter[1,1] by 2 1; 1 1, whose largest eigenvalue is (3 + √5)/2.
    facts.claim("extremely high values", "holds", &["13125", "8", "3.621", "3 1; 1 2", "3.618", "13.09"]);
    facts.claim("should become zeros as well", "fails", &["0 -1; 0 0", "-0.5", "0.5"]);
    facts.claim(
        "needs no derivative",
        "holds if the target is 0 wherever the pre-activation is not positive",
        &["2", "4"],
    );
    assert_eq!(facts.totals().claims, [3, 2, 2]);
}

#[test]
fn with_other_numbers_the_gradient_is_proven_or_stands_at_a_kink() {
    for (image, filter, target, at_kink) in
        [("1 2 3; 4 5 6", "1 -1", "1 1; 1 1", 0), ("-1", "1/3", "5", 0), ("1 1; 1 1", "0 0; 0 0", "1", 1)]
    {
        let totals = relu_filter_update::TOPIC.notebook(&inputs(image, filter, target)).unwrap().totals();
        assert_eq!((totals.audit, totals.claims), ([0; 4], [0; 3]), "{image}");
        // The page's own example of a masked gradient is proven beside the given one.
        assert_eq!(totals.proofs, [2 - at_kink, at_kink, 0], "{image}");
    }
}

/// By hand: with the other weights at 0 the loss is ½·max(0, x + y)² + ½·max(0, x)².
#[test]
fn the_map_is_the_loss_over_two_weights() {
    let inputs = Topic::<relu_filter_update::Inputs>::source_inputs();
    let notebook = relu_filter_update::TOPIC.notebook(&inputs).expect("it does not contradict itself");
    let figure = notebook.figures().find(|figure| figure.name == "loss_over_two_weights").expect("a map");
    let Chart::Landscape { heights, from, to, lines, .. } = &figure.chart else { panic!("it is no map") };
    for (row, column) in
        (0..heights.nrows()).flat_map(|row| (0..heights.ncols()).map(move |column| (row, column)))
    {
        let at =
            |from: f64, to: f64, i: usize, count: usize| from + (to - from) * (i as f64 + 0.5) / count as f64;
        let x = at(from.0, to.0, column, heights.ncols());
        let y = at(from.1, to.1, row, heights.nrows());
        let loss = 0.5 * ((x + y).max(0.0).powi(2) + x.max(0.0).powi(2));
        assert!((heights[(row, column)] - loss).abs() < 1e-9, "{x} {y}");
    }
    let paths: Vec<_> = lines.iter().map(|line| &line.points[..2]).collect();
    assert_eq!(paths, [[(0.0, 1.0), (1.0, 2.0)], [(0.0, 1.0), (-1.0, 0.0)], [(0.0, 1.0), (-0.1, 0.9)]]);
}
