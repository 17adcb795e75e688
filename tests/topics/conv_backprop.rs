//! The source's numbers and what is known of them, typed in once more, against what the example tells.

use crate::examples::topics::conv_backprop;
use crate::facts::{Facts, shown};
use worked_examples::cli::Topic;
use worked_examples::math::Forward;
use worked_examples::notebook::{Cell, Chart, Grid, Shading};

fn facts() -> Facts {
    Facts::of(&conv_backprop::TOPIC)
}

#[test]
fn every_printed_number_has_its_verdict() {
    let facts = facts();
    facts.audit("a1", ".32 .27 -.59; .99 -.52 -.55; -.45 .64 .13", "m m m; m m m; m m m");
    facts.audit("a2", ".73 .29; .37 -.63", "m m; m m");
    facts.audit("source_d_kernel_2", ".17 .02; -.05 .13", "m m; m m");
    facts.audit("source_kernel_2_updated", "-.51 .11; .3 .9", "m c; m s");
    facts.audit("source_d_a1", ".04 -.08 .02; .02 -.13 .14; -.03 -.08 .01", "m m m; m s m; m m s");
    facts.audit("source_d_kernel_1", ".16 .03; -.09 .16", "c c; c c");
    facts.audit("source_kernel_1_updated", ".08 -.29; -.5 .68", "c c; m c");
    assert_eq!(facts.totals().audit, [27, 8, 3, 0]);
}

#[test]
fn the_true_gradients_are_those_worked_out_elsewhere_and_proven() {
    let facts = facts();
    facts.matrix("d_kernel_2", 4, "-0.1011 -0.0940; -0.0716 -0.0814");
    facts.matrix("d_a1", 3, "-0.063 0.114 0.045; -0.088 0.041 -0.069; -0.009 0.047 -0.010");
    facts.matrix("d_kernel_1", 4, "-0.0115 -0.0500; -0.0810 -0.1542");
    for gradient in ["d_kernel_2", "d_a1", "d_kernel_1"] {
        facts.proof(gradient, "held", "all numbers");
    }
    facts.value("L", 4, "-0.0536");
    assert_eq!(facts.totals().proofs, [5, 0, 0]);
}

#[test]
fn only_the_turned_kernel_gives_the_printed_activation() {
    let facts = facts();
    facts.matrix("a1", 2, ".32 .27 -.59; .99 -.52 -.55; -.45 .64 .13");
    let not_turned = "-0.64 0.29 0.51; 0.85 -0.60 -0.49; -0.11 0.00 0.59";
    facts.claim("The output of a layer is the convolution", "holds", &["13", "13", not_turned]);
}

#[test]
fn the_taught_update_climbs_and_the_true_one_descends() {
    let facts = facts();
    let column = |column: usize| [1, 2, 3].map(|row: usize| shown(&facts.table("losses")[row][column], 6));
    assert_eq!(column(2), ["-0.006427", "0.004237", "0.002936"]);
    // By NumPy: the slope times the way; along the gradients −0.1 times their squared length, 0.063781.
    assert_eq!(column(3), ["-0.006378", "0.004280", "0.002885"]);
    facts.claim("Subtracting what is taught", "fails", &["0.0029", "0.0042", "0.0064"]);
    facts.claim("The gradient of a kernel is the convolution", "fails", &["-0.62", "-0.64"]);
}

#[test]
fn each_claim_has_its_verdict() {
    let facts = facts();
    facts.claim("The delta always has the size", "holds", &["2×2"]);
    facts.claim("before its update", "holds", &["0.0017"]);
    facts.claim("are rounded", "fails", &["38 printed numbers, 27", "8", "3"]);
    let condition = "for this forward pass it is a cross-correlation, and the kernel slides over the delta";
    facts.claim("passes back much as", &format!("holds if {condition}"), &[]);
    facts.claim(
        "The delta below is a full convolution of the layer's input",
        "fails",
        &["4×4", "3×3", "1×1", "2×2"],
    );
    assert_eq!(facts.totals().claims, [3, 1, 4]);
}

#[test]
fn with_other_numbers_the_gradients_are_proven_all_the_same() {
    for ((image, kernel_1, kernel_2, delta), forward) in [
        ("1 2 3 4 5; 5 4 3 2 1; 1/3 0 -1 0 1/7", "1 -1 2; .5 3 1e-3", "2 3", "1 -2; 3 -4"),
        ("3", "2", "-1", "5"),
        ("0 0; 0 0", "0", "0 0; 0 0", "0"),
    ]
    .into_iter()
    .flat_map(|numbers| [Forward::Convolution, Forward::CrossCorrelation].map(|forward| (numbers, forward)))
    {
        let notebook = conv_backprop::TOPIC
            .notebook(&conv_backprop::Inputs {
                image: worked_examples::notebook::parse_matrix(image).unwrap(),
                kernel_1: worked_examples::notebook::parse_matrix(kernel_1).unwrap(),
                kernel_2: worked_examples::notebook::parse_matrix(kernel_2).unwrap(),
                delta: worked_examples::notebook::parse_matrix(delta).unwrap(),
                learning_rate: worked_examples::Exact::from_integer(2.into()),
                forward,
            })
            .unwrap();
        let totals = notebook.totals();
        assert_eq!(
            (totals.audit, totals.claims, totals.proofs),
            ([0; 4], [0; 3], [5, 0, 0]),
            "{image}, {forward:?}"
        );
    }
}

/// By `NumPy`: windows times the kernel forward, and central differences of the loss backward.
#[test]
fn with_a_cross_correlation_forward_the_gradients_are_those_worked_out_elsewhere() {
    let inputs = Topic::<conv_backprop::Inputs>::source_inputs();
    let inputs = conv_backprop::Inputs { forward: Forward::CrossCorrelation, ..inputs };
    let facts = Facts::with(&conv_backprop::TOPIC, &inputs);
    facts.matrix("a1", 2, "-0.64 0.29 0.51; 0.85 -0.60 -0.49; -0.11 0 0.59");
    facts.matrix("d_kernel_2", 4, "-0.0002 0.1004; -0.1396 -0.0197");
    facts.matrix("d_a1", 3, "0.035 -0.082 0.015; 0.024 -0.037 0.137; -0.027 -0.075 0.018");
    facts.matrix("d_kernel_1", 4, "-0.0114 0.1650; -0.0204 -0.0129");
    for name in ["d_kernel_2", "d_a1", "d_kernel_1", "other_d_kernel_2", "other_d_a1"] {
        facts.proof(name, "held", "all numbers");
    }
}

#[test]
fn a_delta_that_is_left_open_is_one_everywhere() {
    let inputs = Topic::<conv_backprop::Inputs>::inputs(&["--image", "1 2 3; 4 5 6; 7 8 9"]);
    let facts = Facts::with(&conv_backprop::TOPIC, &inputs.expect("they can be read"));
    facts.matrix("delta", 0, "1");
}

/// By hand: turned, the weight [0,0] meets the last cell of each window, and as it is the first.
#[test]
fn the_figure_marks_whom_the_weight_meets() {
    for (forward, expected) in [
        (Forward::Convolution, ["-0.52", "-0.55", "0.64", "0.13"]),
        (Forward::CrossCorrelation, ["-0.64", "0.29", "0.85", "-0.6"]),
    ] {
        let inputs = conv_backprop::Inputs { forward, ..Topic::<conv_backprop::Inputs>::source_inputs() };
        let notebook = conv_backprop::TOPIC.notebook(&inputs).expect("it does not contradict itself");
        let figure = notebook.figures().find(|figure| figure.name == "who_meets_whom").expect("it is drawn");
        let Chart::Grids { grids, .. } = &figure.chart else { panic!("it is no grid") };
        let marked = |grid: &Grid| {
            let strong = grid.cells.iter().filter(|cell| cell.1 == Shading::Strong);
            strong.map(|cell| cell.0.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(grids.iter().map(marked).collect::<Vec<_>>(), expected, "{forward:?}");
    }
}

/// By `NumPy`: turned once more, what slides turns a convolution into the rule of the table, and the taught direction is
/// right, or exactly wrong, for a delta that the turn keeps, or negates.
#[test]
fn the_taught_direction_is_the_gradient_for_the_turned_delta() {
    for (delta, expected) in [("1 2; 2 1", 1.0), ("1 2; -2 -1", -1.0)] {
        let inputs = Topic::<conv_backprop::Inputs>::inputs(&["--delta", delta]).expect("they can be read");
        let notebook = conv_backprop::TOPIC.notebook(&inputs).expect("it does not contradict itself");
        let floats = |name| notebook.matrix(name).expect(name).values.map(|value| value.to_f64());
        let taught = worked_examples::math::rot180(&floats("source_d_kernel_2"));
        let cosine = worked_examples::math::cosine(&taught, &floats("d_kernel_2"));
        assert!((cosine - expected).abs() < 1e-12, "{delta}: {cosine}");
    }
}

/// The first step goes down only against a gradient: it climbs along one, and rests without one.
#[test]
fn which_way_the_loss_goes_is_that_of_the_table() {
    for (options, answer) in [
        (&[][..], "Down:"),
        (&["--learning-rate", "-.1"], "Up:"),
        (&["--learning-rate", "0"], "Nowhere:"),
        (&["--delta", "0 0; 0 0"], "Nowhere:"),
    ] {
        let inputs = Topic::<conv_backprop::Inputs>::inputs(options).expect("they can be read");
        let facts = Facts::with(&conv_backprop::TOPIC, &inputs);
        let change = shown(&facts.table("losses")[1][2], 12).parse::<f64>().expect("a number");
        let way = if change < 0.0 {
            "Down:"
        } else if change > 0.0 {
            "Up:"
        } else {
            "Nowhere:"
        };
        assert_eq!(way, answer, "{options:?}");
        let page = conv_backprop::TOPIC.notebook(&inputs).expect("it does not contradict itself");
        let answers = page.cells().filter_map(|(_, cell)| match cell {
            Cell::Question { answer, .. } => answer.as_deref(),
            _ => None,
        });
        assert!(answers.into_iter().any(|told| told.starts_with(way)), "{options:?}: {way}");
    }
}
