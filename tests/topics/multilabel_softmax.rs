//! The source's numbers and what is known of them, typed in once more, against what the example tells.

use crate::examples::topics::multilabel_softmax::{Inputs, TOPIC};
use crate::facts::{Facts, shown};
use std::sync::LazyLock;
use worked_examples::cli::Topic;
use worked_examples::notebook::render::json;
use worked_examples::notebook::{Cell, Field, Notebook, Value};

static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts::of(&TOPIC));

fn inputs(arguments: &[&str]) -> Inputs {
    Topic::<Inputs>::inputs(arguments).expect("the inputs can be read")
}

fn notebook(arguments: &[&str]) -> Notebook {
    let inputs = inputs(&[arguments, &["--epochs", "1"]].concat());
    assert_eq!((TOPIC.check)(&inputs), Ok(()), "{arguments:?}");
    TOPIC.notebook(&inputs).expect("the example does not contradict itself")
}

#[test]
fn every_printed_number_has_its_verdict() {
    FACTS.audit("target", "0 0.5 0.5 0", "m m m m");
    FACTS.audit(
        "ideal",
        "1 0 0 0 0; 0.5 0.5 0 0 0; 1/3 1/3 1/3 0 0; 1/4 1/4 1/4 1/4 0; 1/5 1/5 1/5 1/5 1/5",
        "m m m m m; m m m m m; m m m m m; m m m m m; m m m m m",
    );
    assert_eq!(FACTS.totals().audit, [29, 0, 0, 0]);
}

/// e^-1 0.367879, e^3 20.085537, e^2 7.389056, e^0 1: together 28.842472.
#[test]
fn the_matrices_are_those_worked_out_by_hand() {
    FACTS.matrix("labels", 0, "0 1 1 0");
    FACTS.matrix("target", 1, "0 .5 .5 0");
    FACTS.matrix("probabilities", 4, "0.0128 0.6964 0.2562 0.0347");
    FACTS.matrix("gradient", 4, "0.0128 0.1964 -0.2438 0.0347");
    FACTS.matrix("sorted_probabilities", 4, "0.6964 0.2562 0.0347 0.0128");
    FACTS.matrix("cumulative", 4, "0.6964 0.9526 0.9872 1");
    let column =
        |column: usize| FACTS.table("inference").iter().map(|row| shown(&row[column], 0)).collect::<Vec<_>>();
    assert_eq!(column(0), ["1", "2", "3", "4"]);
    assert_eq!(column(1), ["1", "2", "3", "0"]);
}

/// ln 28.842472 = 3.361849, less half of 3 and half of 2; ln 2 = 0.693147 of it cannot be learnt away.
#[test]
fn the_loss_keeps_the_logarithm_of_the_number_of_labels() {
    FACTS.value("loss", 4, "0.8618");
    FACTS.value("least_loss", 4, "0.6931");
    FACTS.value("left_to_learn", 4, "0.1687");
}

/// 1/(1 + e) = 0.268941, 1/(1 + e^-3) = 0.952574, 1/(1 + e^-2) = 0.880797; their losses 0.313262 + 0.048587 + 0.126928 + 0.693147.
#[test]
fn the_sigmoids_push_no_label_down() {
    FACTS.matrix("sigmoids", 4, "0.2689 0.9526 0.8808 0.5");
    FACTS.matrix("sigmoid_gradient", 4, "0.2689 -0.0474 -0.1192 0.5");
    FACTS.value("sigmoid_loss", 4, "1.1819");
    FACTS.proof("gradient", "held", "these numbers");
    FACTS.proof("sigmoid_gradient", "held", "these numbers");
    assert_eq!(FACTS.totals().proofs, [2, 0, 0]);
}

#[test]
fn perfect_predictions_are_read_right_up_to_twenty_labels() {
    let rows = FACTS.table("perfect");
    let column = |column: usize| rows.iter().map(|row| shown(&row[column], 0)).collect::<Vec<_>>();
    assert_eq!(column(0), ["1", "2", "5", "10", "19", "20", "21", "40", "100"]);
    assert_eq!(column(2), ["1", "2", "5", "10", "19", "20", "20", "39", "96"]);
    assert_eq!(column(4), ["1", "2", "5", "10", "19", "19", "20", "38", "95"]);
    assert_eq!(rows[5][3], Field::from("0.9500000000000003"));
    FACTS.claim(
        "that is how many tags to predict",
        "holds if the prediction is perfect, the sums are exact, and there are at most 20 labels",
        &[
            "up to 20",
            "of 21 it finds 20",
            "of 40 it finds 39",
            "of 100 it finds 96",
            "19 of 20",
            "0.9500000000000003",
        ],
    );
    FACTS.claim(
        "A fixed threshold could not tell",
        "holds if the threshold is above 0 and the number of labels has no limit",
        &["20 from 0 to 0.19", "0.005 reads those"],
    );
    FACTS.claim("completely different values", "holds", &["1 alone", "0.5", "0.1"]);
}

/// In thousandths: 1/(k + 1) for both rules on one class, or 1/k if that is smaller; on ten, 1/k against 10/(k + 10); and
/// 0.05 is what 0.95 leaves over. A rule is wrong from just above where a tie still goes to the label, and at 1/k.
#[test]
fn a_tail_on_ten_classes_breaks_the_running_sum_first() {
    let rows = FACTS.table("noisy_tail");
    let column = |column: usize| rows.iter().map(|row| shown(&row[column], 3)).collect::<Vec<_>>();
    assert_eq!(column(1), ["0.501", "0.334", "0.167", "0.091", "0.048"]);
    assert_eq!(column(2), ["0.910", "0.500", "0.200", "0.100", "0.050"]);
    assert_eq!(column(3), ["0.500", "0.334", "0.167", "0.091", "0.048"]);
    assert_eq!(column(4), ["0.910", "0.834", "0.667", "0.500", "0.334"]);
    assert_eq!(column(5), ["0.050", "0.050", "0.050", "0.050", "0.048"]);
    assert_eq!(column(6), ["0.050"; 5]);
}

/// What is learnt differs a little from processor to processor; what follows from it should not.
#[test]
fn what_was_trained_tells_the_same_story_on_every_machine() {
    FACTS.claim("as well: softmax with cross-entropy leads", "fails", &["0 of 5 seeds"]);
    FACTS.claim("better than a fixed threshold", "fails", &["0 of 5 seeds"]);
    FACTS.claim("influence precision and recall", "holds", &[]);
    FACTS.claim(
        "At the probabilities tried here (0, 0.5, 0.7), the mean lead",
        "holds",
        &["probability 0.7", "1.29 of 3"],
    );
    FACTS.claim("Which threshold selects the right labels?", "the answer", &["0.05", "0.95"]);
    assert_eq!(FACTS.totals().claims, [3, 2, 2]);
    let number = |field: &Field| shown(field, 6).parse::<f64>().expect("a number");
    for row in FACTS.table("by_labels") {
        let [tail, taken, softmax, sigmoid] = [1, 2, 3, 4].map(|column| number(&row[column]));
        assert!(tail > 0.05 && taken > number(&row[0]), "{row:?}");
        assert!(0.5 < softmax && softmax + 0.02 < sigmoid && sigmoid < 0.9, "{row:?}");
    }
    let left: Vec<_> = FACTS.table("missing_labels").iter().map(|row| shown(&row[1], 3)).collect();
    // With 0.7: 3/10 of 3 labels, and of one to five 0.7, 0.49, 0.343, 0.2401, 0.16807 of a label that stays.
    assert_eq!(left, ["3.000", "1.694", "1.288"]);
    for row in FACTS.table("sweep") {
        let [precision, recall, f1] = [1, 2, 3].map(|column| number(&row[column]));
        assert!((2.0 * precision * recall / (precision + recall) - f1).abs() < 2e-6, "{row:?}");
    }
}

#[test]
fn own_numbers_at_the_edges_have_a_right_answer() {
    for (labels, scores, threshold, target, cumulative, count) in [
        ("1", "3", "0.95", "1", "1", 1),
        ("1 1 1 1", "0 0 0 0", "0", "0.25 0.25 0.25 0.25", "0.25 0.5 0.75 1", 1),
        ("1 1 1 1", "0 0 0 0", "1", "0.25 0.25 0.25 0.25", "0.25 0.5 0.75 1", 4),
        ("0 1 1 0", "1e300 -1e300 1e300 0", "0.95", "0 0.5 0.5 0", "0.5 1 1 1", 2),
        ("0 1 1 0", "-1e300 1e300 5 -5", "1", "0 0.5 0.5 0", "1 1 1 1", 4),
    ] {
        let notebook =
            notebook(&["--labels", labels, "--scores", scores, "--threshold", threshold, "--seed", "9"]);
        let totals = notebook.totals();
        assert_eq!((totals.audit, totals.claims, totals.proofs), ([0; 4], [0; 3], [2, 0, 0]), "{scores}");
        for (name, expected) in [("target", target), ("cumulative", cumulative)] {
            let matrix = &notebook.matrix(name).expect("it is shown").values;
            let numbers: Vec<f64> = matrix.iter().map(Value::to_f64).collect();
            let expected: Vec<f64> =
                expected.split(' ').map(|number| number.parse().expect("a number")).collect();
            assert_eq!(numbers, expected, "{name} of {scores}");
        }
        let found = notebook.cells().find_map(|(_, cell)| match cell {
            Cell::Value { name: "predicted_count", value, .. } => Some(value.to_f64()),
            _ => None,
        });
        assert_eq!(found, Some(f64::from(count)), "{scores}");
    }
}

/// At 1 no sum is above the threshold, at 0 the first one is.
#[test]
fn a_threshold_at_either_end_is_told_as_it_is() {
    let [one, zero] = ["1", "0"].map(|threshold| notebook(&["--threshold", threshold]));
    let perfect = |notebook: &Notebook| -> Vec<[Field; 2]> {
        let table = notebook.cells().find_map(|(_, cell)| match cell {
            Cell::Table(table) if table.name == "perfect" => Some(table),
            _ => None,
        });
        let rows = &table.expect("there is a table").rows;
        rows.iter().map(|row| [row[2].clone(), row[4].clone()]).collect()
    };
    assert_eq!(perfect(&one), vec![["all", "all"].map(Field::from); 9]);
    assert_eq!(perfect(&zero), vec![[1, 1].map(Field::from); 9]);
    let [one, zero] = [one, zero].map(|notebook| json(&notebook));
    let all = "“all” stands for all classes";
    assert!(one.contains(all) && !zero.contains(all));
    assert!(one.contains("In none of the samples do they share less than 0: the sum always has to take"));
    assert!(
        zero.contains("In all of the samples they share less than 1.")
            && !zero.contains("In all other samples")
    );
    assert!(zero.contains("0.6964 with the first class, which is above the threshold 0; no other is taken."));
    assert!(zero.contains("1000 samples, once, in a single epoch (`epochs`)"));
}

#[test]
fn most_of_the_samples_are_not_only_some() {
    let page = json(&notebook(&["--threshold", "0.5"]));
    assert!(
        page.contains(" % of the samples they share less than 0.5. In all other samples")
            && !page.contains("In only")
    );
}

#[test]
fn one_class_is_not_several() {
    let page = json(&notebook(&["--labels", "1", "--scores", "3"]));
    assert!(!page.contains("1 classes") && !page.contains("go on after the first class"));
}

/// −1 as the score of a label: ln(1 + e) is 1 + ln(1 + 1/e).
#[test]
fn the_other_form_of_a_loss_is_explained_where_it_is_used() {
    for (scores, is_used) in [("-1 3 2 0", false), ("-1 -1 2 0", true), ("1 3 2 0", true)] {
        let page = json(&notebook(&["--scores", scores, "--threshold", "0.9"]));
        assert_eq!(page.contains("it is written as x + ln(1 + e^(−x))"), is_used, "{scores}");
    }
}

#[test]
fn equal_scores_are_taken_from_the_lowest_index_on() {
    let notebook = notebook(&["--labels", "0 0 1", "--scores", "2 2 2", "--threshold", "0.5"]);
    let rows = notebook.cells().find_map(|(_, cell)| match cell {
        Cell::Table(table) if table.name == "inference" => Some(&table.rows),
        _ => None,
    });
    let rows: Vec<_> =
        rows.expect("there is a table").iter().map(|row| (shown(&row[1], 0), row[5].clone())).collect();
    let expected = [("0", "yes"), ("1", "yes"), ("2", "no")];
    assert_eq!(rows, expected.map(|(class, taken)| (class.to_owned(), Field::from(taken))));
}

#[test]
fn unusable_numbers_are_named_in_one_line() {
    for (arguments, complaint) in [
        (["--labels", "0 0 0 0"], "--labels: given 0 0 0 0; expected at least one label, a 1"),
        (["--labels", "0 1/2 1 0"], "--labels: given 0 0.5 1 0; expected a row of 0 and 1"),
        (["--labels", "0 1; 1 0"], "--labels: given 2 rows; expected one row, a class an entry"),
        (
            ["--labels", "0 1 1"],
            "--scores: given 4 for the 3 classes of --labels; expected one score a class",
        ),
        (["--scores", "1;2;3;4"], "--scores: given 4 rows; expected one row, a class an entry"),
        (["--scores", "1 2 3 -2e300"], "--scores: given "),
        (["--threshold", "1.01"], "--threshold: given 1.01; expected a number from 0 to 1"),
        (["--threshold", "-1e-9"], "--threshold: given -0.000000001; expected a number from 0 to 1"),
    ] {
        let error = (TOPIC.check)(&inputs(&arguments)).expect_err("it cannot be used").to_string();
        assert!(error.starts_with(complaint) && !error.contains('\n'), "{error}");
    }
}
