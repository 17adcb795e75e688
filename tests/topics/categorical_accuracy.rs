//! The source's numbers and what is known of them, typed in once more, against what the example tells.

use crate::examples::topics::categorical_accuracy::{Inputs, TOPIC};
use crate::facts::{Facts, shown};
use std::error::Error;
use worked_examples::Exact;
use worked_examples::cli::Topic;
use worked_examples::math::BoundingBox;
use worked_examples::notebook::{Cell, Field, Matrix, Notebook, Value};

/// The notebook for options as they stand on a command line, or what is wrong with them.
fn told(options: &[&str]) -> Result<Notebook, String> {
    let inputs = Topic::<Inputs>::inputs(options);
    let inputs = inputs.map_err(|error| error.source().map_or(error.to_string(), ToString::to_string))?;
    (TOPIC.check)(&inputs).map_err(|unusable| unusable.to_string())?;
    Ok(TOPIC.notebook(&inputs).expect("the example does not contradict itself"))
}

fn value(notebook: &Notebook, sought: &str) -> Exact {
    let value = notebook.cells().find_map(|(_, cell)| match cell {
        Cell::Value { name, value: Value::Exact(value), .. } if *name == sought => Some(value.clone()),
        _ => None,
    });
    value.unwrap_or_else(|| panic!("no exact {sought} is shown"))
}

fn fraction(numerator: i64, denominator: i64) -> Exact {
    Exact::new(numerator.into(), denominator.into())
}

/// The columns of recall and precision.
fn recall_and_precision(notebook: &Notebook) -> Vec<[Field; 2]> {
    let table = notebook.cells().find_map(|(_, cell)| match cell {
        Cell::Table(table) if table.name == "class_by_class" => Some(table),
        _ => None,
    });
    let rows = &table.expect("there is a table of classes").rows;
    rows.iter().map(|row| [row[4].clone(), row[5].clone()]).collect()
}

fn counts(notebook: &Notebook) -> Vec<Vec<Exact>> {
    let confusion = notebook.matrix("confusion").and_then(Matrix::exact).expect("it is counted");
    confusion.row_iter().map(|row| row.iter().cloned().collect()).collect()
}

#[test]
fn every_printed_number_has_its_verdict() {
    let facts = Facts::of(&TOPIC);
    facts.audit("argmax_preds", "1", "m");
    assert_eq!(facts.totals().audit, [1, 0, 0, 0]);
    assert_eq!(facts.totals().claims, [5, 1, 0]);
}

/// Counted by hand: samples 1 and 4 are of class 0, samples 0, 3 and 7 of class 1, samples 2, 5 and 6 of class 2.
#[test]
fn the_matrix_is_the_one_counted_by_hand() {
    let facts = Facts::of(&TOPIC);
    facts.matrix("predicted", 0, "1 0 2 0 0 1 2 0");
    facts.matrix("confusion", 0, "2 0 0; 2 1 0; 0 1 2");
    let told = told(&[]).unwrap();
    assert_eq!(value(&told, "accuracy"), fraction(5, 8));
    assert_eq!(value(&told, "share_of_hits"), fraction(5, 8));
    let [one, half] = [fraction(1, 1), fraction(1, 2)].map(Field::from);
    let expected = [[one.clone(), half.clone()], [fraction(1, 3).into(), half], [fraction(2, 3).into(), one]];
    assert_eq!(recall_and_precision(&told), expected);
}

#[test]
fn equal_accuracy_hides_a_class_that_is_never_found() {
    let facts = Facts::of(&TOPIC);
    let [even, skewed] = facts.table("equal_accuracy") else { panic!("two sets") };
    assert_eq!(even[1..].iter().map(|field| shown(field, 1)).collect::<Vec<_>>(), ["0.9"; 5]);
    assert_eq!(
        skewed[1..5].iter().map(|field| shown(field, 1)).collect::<Vec<_>>(),
        ["0.9", "1.0", "0.0", "0.5"]
    );
    assert_eq!(skewed[5], Field::from("undefined"));
}

/// Among whole coordinates from 0 to 5, k pairs have k as the larger: Σ a·b over a ≥ b is 140, over a < b it is 85.
#[test]
fn only_xmax_or_ymax_is_the_largest() {
    Facts::of(&TOPIC).matrix("largest_coordinate", 0, "0 0 140 85");
    let by_chance = value(&told(&[]).unwrap(), "agreement_by_chance");
    assert_eq!(by_chance, fraction(140 * 140 + 85 * 85, 225 * 225));
}

#[test]
fn half_the_coordinates_are_not_half_the_accuracy() {
    let told = told(&[]).unwrap();
    let values = ["intersection_area", "true_area", "predicted_area", "union_area"];
    assert_eq!(values.map(|name| value(&told, name)), [6, 18, 24, 36].map(|n| fraction(n, 1)));
    assert_eq!(value(&told, "iou"), fraction(1, 6));
    assert_eq!(value(&told, "mean_error"), fraction(5, 4));
    for (name, expected) in [("box", 1), ("stretched", 0), ("nearly", 0)] {
        assert_eq!(value(&told, &format!("{name}_accuracy")), fraction(expected, 1));
    }

    let facts = Facts::of(&TOPIC);
    facts.matrix("coordinate_errors", 0, "0 2 0 3");
    facts.matrix("overlap", 0, "2 3 8 4");
    facts.matrix("overlap_size", 0, "6 1");
    facts.matrix("stretched_box", 0, "2 3 8 9");
    // 6·1 of 18 + 36 − 6, and 50·51 of 52·51
    let rows = facts.table("measures");
    assert_eq!(rows[0][2..], [fraction(1, 1), fraction(5, 4), fraction(1, 6)].map(Field::from));
    assert_eq!(rows[1][2..], [fraction(0, 1), fraction(7, 4), fraction(1, 8)].map(Field::from));
    assert_eq!(rows[2][2..], [fraction(0, 1), fraction(1, 2), fraction(25, 26)].map(Field::from));
    assert_eq!([0, 1, 2].map(|row| shown(&rows[row][1], 0)), ["2", "2", "3"]);
    let thresholds = facts.table("thresholds");
    assert_eq!([0, 1, 2].map(|row| shown(&thresholds[row][4], 0)), ["0", "0", "10"]);
}

/// By hand: 2×2 and 2×2, 3 apart, in a box of 7×2, and then 2 apart in one of 6×2: −6/14 and −4/12. By NumPy: −ln 0.48,
/// −ln 0.46 and −ln 0.01.
#[test]
fn a_loss_and_the_generalised_iou_say_how_far_off_an_answer_is() {
    let (facts, told) = (Facts::of(&TOPIC), told(&[]).unwrap());
    assert_eq!(value(&told, "apart_iou"), fraction(0, 1));
    assert_eq!(
        [value(&told, "apart_union"), value(&told, "enclosing_area")],
        [8, 14].map(|n| fraction(n, 1))
    );
    assert_eq!(value(&told, "generalised_iou"), fraction(-3, 7));
    facts.matrix("enclosing_box", 0, "0 0 7 2");
    assert!(
        told.cells().any(
            |(_, cell)| matches!(cell, Cell::Prose(text) if text.contains("0 − (12 − 8) / 12 = -0.3333"))
        )
    );
    facts.matrix("answer_accuracy", 0, "1 0 0");
    facts.matrix("cross_entropy", 4, "0.7340 0.7765 4.6052");
}

/// By NumPy: of 24 scores 17 are on the right side of ½, and sample 5 alone has its true class in the third place.
#[test]
fn the_other_accuracies_of_keras() {
    let facts = Facts::of(&TOPIC);
    let shares = facts.table("keras_metrics").iter().map(|row| row[3].clone()).collect::<Vec<_>>();
    let counts = facts.table("keras_metrics").iter().map(|row| row[2].clone()).collect::<Vec<_>>();
    assert_eq!(counts, ["5 of 8", "5 of 8", "17 of 24", "7 of 8"].map(Field::from));
    assert_eq!(shares, [(5, 8), (5, 8), (17, 24), (7, 8)].map(|(n, d)| fraction(n, d).into()));
}

/// The predicted box begins at y = 3, the true one ends at y = 4: 1 further down they only touch.
#[test]
fn the_exercises_are_answered_for_any_tie_and_with_the_shortest_way() {
    let told = told(&[]).unwrap();
    let answers: Vec<_> = told
        .cells()
        .filter_map(|(_, cell)| match cell {
            Cell::Exercise { answer, .. } => answer.as_deref(),
            _ => None,
        })
        .collect();
    assert!(answers[0].starts_with("37.5 %: no class has more than 3 of the 8 samples"), "{}", answers[0]);
    assert!(answers[2].starts_with("Moved by 1, intersection over union is 0,"), "{}", answers[2]);
}

#[test]
fn each_claim_has_its_verdict() {
    let facts = Facts::of(&TOPIC);
    facts.claim("Normally the position", "holds", &["7 of 8", "75 %", "62.5 %"]);
    facts.claim(
        "training instances",
        "holds if the training instances are the ones that were evaluated",
        &["5 of 8", "62.5 %", "first 5", "other 3", "1 is right", "33.33 %", "20 %"],
    );
    facts.claim("mean is taken over all predictions", "holds", &["62.5 %", "66.67 %"]);
    facts.claim("CM[y_true][y_pred]", "holds", &["62.5 %", "2 / 4 = 50 %", "100 %"]);
    facts.claim("badly wrong", "holds", &["0 %", "0.7765", "4.6052", "0.7340", "100 %"]);
    facts.claim("all or nothing", "holds", &["100 %", "0 %", "3 of 4", "96.15 %", "0 %"]);
    facts.claim(
        "would I get 50 %?",
        "the answer",
        &["100 %", "0 %", "100 %", "0 %", "0 to 5", "1250", "100 %", "700", "0 %"],
    );
    facts.claim("predicted xmin equals", "the answer", &["from 2 to 5", "100 %"]);
}

#[test]
fn own_inputs_leave_the_source_out_and_the_rest_in() {
    let told = told(&["--truth", "1 0 2 0 0 1 2 0"]).unwrap();
    assert_eq!(value(&told, "accuracy"), fraction(1, 1));
    assert_eq!((told.totals().audit, told.totals().claims), ([0; 4], [0; 3]));
    assert_eq!(told.figures().count(), 4);
}

#[test]
fn classes_at_the_edge() {
    let whole = |n: i64| fraction(n, 1);
    let one_class = told(&["--scores", "5; -1", "--truth", "0 0"]).unwrap();
    assert_eq!(counts(&one_class), [[whole(2)]]);
    let one_sample = told(&["--scores", "1 2", "--truth", "0"]).unwrap();
    assert_eq!(counts(&one_sample), [[whole(0), whole(1)], [whole(0), whole(0)]]);
    let undefined = Field::from("undefined");
    assert_eq!(
        recall_and_precision(&one_sample),
        [[whole(0).into(), undefined.clone()], [undefined, whole(0).into()]]
    );
    for ties in ["0 0; 0 0", "-7 -7; 1/3 1/3"] {
        let ties = told(&["--scores", ties, "--truth", "0 1"]).unwrap();
        assert_eq!(counts(&ties), [[whole(1), whole(0)], [whole(1), whole(0)]]);
    }
    let huge = told(&["--scores", "1e300 -1e300; -1e300 1e300", "--truth", "0 1"]).unwrap();
    assert_eq!(value(&huge, "accuracy"), whole(1));
}

#[test]
fn the_steps_give_the_intersection_over_union_of_any_boxes() {
    let boxes = ["0 0 2 2", "1 1 3 3", "2 0 4 2", "5 5 6 6", "-1 -1 9 9", "0 0 1e300 1/3", "-.5 1 .5 1.5"];
    for truth in boxes {
        for predicted in boxes {
            let told = told(&["--true-box", truth, "--predicted-box", predicted]).unwrap();
            let [a, b] = [truth, predicted].map(|corners| {
                let corners = worked_examples::notebook::parse_matrix(corners).unwrap();
                BoundingBox::new(std::array::from_fn(|i| corners[i].clone())).unwrap()
            });
            assert_eq!(value(&told, "iou"), a.intersection_over_union(&b), "{truth} and {predicted}");
            for figure in told.figures() {
                figure.chart.to_svg(figure.name, &figure.alt).unwrap();
            }
        }
    }
}

#[test]
fn what_cannot_be_used_says_why() {
    let unusable = |options: &[&str]| told(options).expect_err("unusable");
    for (truth, why) in [
        ("0 1", "--truth: given 2 for 8 samples, expected a class index for each row of --scores"),
        ("0 0 0 0 0 0 0 3", "--truth: given class 3, expected 0 to 2: --scores has 3 columns"),
        ("0 .5", "0.5 is no class index, expected whole numbers from 0"),
        ("0 -1", "-1 is no class index, expected whole numbers from 0"),
        ("1e300", "1.0000e300 is no class index, expected whole numbers from 0"),
        ("0 1; 1 0", "2×2 numbers, expected a single row"),
        ("", "there is no entry"),
    ] {
        assert_eq!(unusable(&["--truth", truth]), why);
    }
    for option in ["--true-box", "--predicted-box"] {
        for (corners, why) in [
            ("1 1 1 5", "it has no area, expected xmin < xmax and ymin < ymax"),
            ("5 5 1 1", "it has no area, expected xmin < xmax and ymin < ymax"),
            ("1 2 3", "expected xmin ymin xmax ymax, found 3 of 4"),
            ("1 2 3 x", "x is not a number"),
        ] {
            assert_eq!(unusable(&[option, corners]), why);
        }
    }
    let many = vec!["1"; 33].join(" ");
    assert_eq!(
        unusable(&["--scores", &many, "--truth", "0"]),
        "--scores: given 33 classes (columns), expected at most 32"
    );
}
