//! Softmax, cross-entropies and whole networks against `SciPy` and JAX: `generate.py` wrote the cases, and
//! says how.

use nalgebra::{DMatrix, DVector};
use serde_json::Value;
use worked_examples::math::{
    log_sum_exp, sigmoid_cross_entropy, soft_cross_entropy, softmax, softmax_cross_entropy,
};
use worked_examples::training::{Head, Layer, Network, Samples, Targets};

#[test]
fn softmax_agrees() {
    for case in cases(include_str!("softmax.json"), 14) {
        let scores = DMatrix::from_vec(numbers(&case["scores"]).len(), 1, numbers(&case["scores"]));
        close(softmax(&scores).as_slice(), &numbers(&case["softmax"]), &case);
        close(log_sum_exp(&scores).as_slice(), &[number(&case["log_sum_exp"])], &case);
    }
}

#[test]
fn cross_entropies_agree() {
    for case in cases(include_str!("cross_entropy.json"), 15) {
        let logits = columns(&case["logits"]);
        let targets = &case["targets"];
        let (loss, gradient) = match case["kind"].as_str() {
            Some("softmax_index") => softmax_cross_entropy(&logits, &indices(targets)),
            Some("softmax_soft") => soft_cross_entropy(&logits, &columns(targets)),
            Some("sigmoid") => sigmoid_cross_entropy(&logits, &columns(targets)),
            kind => panic!("{kind:?}"),
        }
        .expect("shapes that fit");
        close(&[loss], &[number(&case["mean"])], &case);
        close(gradient.as_slice(), columns(&case["mean_gradient"]).as_slice(), &case);
    }
}

/// The cases with one hidden layer: the network has no more.
#[test]
fn networks_agree() {
    let cases = cases(include_str!("mlp.json"), 9);
    let shallow: Vec<_> = cases.iter().filter(|case| array(&case["layers"]).len() == 2).collect();
    assert_eq!(shallow.len(), 6);
    for case in shallow {
        let targets = &case["targets"];
        let (head, targets) = match case["head"].as_str() {
            Some("regression") => (Head::Regression, Targets::Values(columns(targets))),
            Some("softmax") => {
                let classes = indices(targets);
                (Head::Softmax { groups: 1 }, Targets::Classes(DMatrix::from_vec(1, classes.len(), classes)))
            }
            Some("two_softmax") => {
                let pairs: Vec<_> = array(targets).iter().flat_map(indices).collect();
                (Head::Softmax { groups: 2 }, Targets::Classes(DMatrix::from_vec(2, pairs.len() / 2, pairs)))
            }
            head => panic!("{head:?}"),
        };
        let layers = &case["layers"];
        let layer = |i: usize, suffix: &str| Layer {
            weights: columns(&layers[i][format!("weights{suffix}")]).transpose(),
            bias: DVector::from_vec(numbers(&layers[i][format!("bias{suffix}")])),
        };
        let network = Network { hidden: layer(0, ""), output: layer(1, ""), head };
        let samples = Samples { inputs: columns(&case["x"]), targets };

        let outputs = network.predict(&samples.inputs).expect("shapes that fit");
        close(outputs.as_slice(), columns(&case["outputs"]).as_slice(), case);
        let (loss, gradient) = network.gradient(&samples).expect("shapes that fit");
        close(&[loss], &[number(&case["loss"])], case);
        for (i, gradient) in gradient.iter().enumerate() {
            let expected = layer(i, "_gradient");
            close(gradient.weights.as_slice(), expected.weights.as_slice(), case);
            close(gradient.bias.as_slice(), expected.bias.as_slice(), case);
        }
    }
}

/// Within a few roundings of numbers of this size: those of a sum, not of each entry, because a gradient near zero
/// is the difference of numbers near one.
fn close(actual: &[f64], expected: &[f64], case: &Value) {
    assert_eq!(actual.len(), expected.len(), "{case}");
    for (actual, expected) in actual.iter().zip(expected) {
        let scale = expected.abs().max(1.0);
        assert!((actual - expected).abs() <= 4.0 * f64::EPSILON * scale, "{actual} {expected} {case}");
    }
}

fn cases(json: &str, count: usize) -> Vec<Value> {
    let cases: Vec<Value> = serde_json::from_str(json).expect("JSON");
    assert_eq!(cases.len(), count);
    cases
}

/// Rows in the file, one a sample; columns here.
fn columns(rows: &Value) -> DMatrix<f64> {
    let rows: Vec<_> = array(rows).iter().map(|row| DVector::from_vec(numbers(row))).collect();
    DMatrix::from_columns(&rows)
}

fn array(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

fn numbers(value: &Value) -> Vec<f64> {
    array(value).iter().map(number).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn indices(value: &Value) -> Vec<usize> {
    array(value).iter().map(|i| i.as_u64().and_then(|i| usize::try_from(i).ok()).expect("an index")).collect()
}
