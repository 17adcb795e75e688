//! Metrics against scikit-learn, and boxes against Shapely.
//!
//! Exact fractions become f64 only to be compared: equal, or one rounding apart.

use nalgebra::DMatrix;
use num_traits::ToPrimitive;
use serde_json::Value;
use worked_examples::Exact;
use worked_examples::math::{BoundingBox, Confusion};

fn cases(kind: &str) -> Vec<Value> {
    let mut cases: Vec<Value> = serde_json::from_str(include_str!("metrics.json")).expect("JSON");
    cases.retain(|case| case["kind"] == kind);
    assert!(!cases.is_empty(), "no {kind}");
    cases
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn counts(value: &Value) -> Vec<usize> {
    list(value).iter().map(|n| n.as_u64().and_then(|n| usize::try_from(n).ok()).expect("a count")).collect()
}

fn assert_equal(name: &str, ours: &Exact, theirs: &Value) {
    let (ours, theirs) = (ours.to_f64().expect("a number"), theirs.as_f64().expect("a number"));
    assert!((ours - theirs).abs() <= f64::EPSILON * theirs, "{name}: {ours} is not {theirs}");
}

#[test]
fn confusion_and_the_scores_of_each_class() {
    for case in cases("classes") {
        let (truth, prediction) = (counts(&case["truth"]), counts(&case["prediction"]));
        let rows: Vec<_> = list(&case["confusion"]).iter().flat_map(counts).collect();
        let classes = list(&case["confusion"]).len();
        let confusion = Confusion::new(&truth, &prediction, classes).expect("indices below the classes");
        assert_eq!(confusion.counts(), &DMatrix::from_row_slice(classes, classes, &rows));
        assert_equal("accuracy", &confusion.accuracy().expect("samples"), &case["accuracy"]);
        for class in 0..classes {
            let outcomes = confusion.outcomes(class);
            // Where a score is undefined scikit-learn was told to say 0.
            let zero = Exact::from_integer(0.into());
            for (name, score, defined) in [
                ("precision", outcomes.precision(), prediction.contains(&class)),
                ("recall", outcomes.recall(), truth.contains(&class)),
                ("f1", outcomes.f1(), truth.contains(&class) || prediction.contains(&class)),
            ] {
                assert_eq!(score.is_some(), defined, "{name} of class {class}");
                assert_equal(name, score.as_ref().unwrap_or(&zero), &case[name][class]);
            }
        }
    }
}

#[test]
fn intersection_over_union() {
    for case in cases("boxes") {
        let [truth, predicted] = ["true_box", "predicted_box"].map(|name| {
            let corners =
                list(&case[name]).iter().map(|n| n.as_f64().and_then(Exact::from_float).expect("finite"));
            let corners: Vec<_> = corners.collect();
            BoundingBox::new(corners.try_into().expect("four corners")).expect("an area")
        });
        assert_equal("iou", &truth.intersection_over_union(&predicted), &case["iou"]);
    }
}
