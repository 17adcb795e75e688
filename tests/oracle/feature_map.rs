//! Feature maps against JAX: strided 1×1 convolution and batch normalisation, forward and backward.
//!
//! All in f64, with up to 50 products of magnitude 1 to 10 in a sum: what differs is their order.

use nalgebra::{DMatrix, DVector};
use serde_json::Value;
use worked_examples::math::{BatchNorm, FeatureMap, Shortcut};

const TOLERANCE: f64 = 1e-13;

fn cases(text: &str) -> Vec<Value> {
    let cases: Vec<Value> = serde_json::from_str(text).expect("JSON");
    assert!(!cases.is_empty());
    cases
}

/// The numbers of nested lists, the last index changing fastest, and how long the lists are.
fn numbers(nested: &Value) -> (Vec<usize>, Vec<f64>) {
    let Some(list) = nested.as_array() else { return (vec![], vec![nested.as_f64().expect("a number")]) };
    let (mut extents, mut all) = (vec![list.len()], vec![]);
    for item in list {
        let (inner, numbers) = numbers(item);
        extents.truncate(1);
        extents.extend(inner);
        all.extend(numbers);
    }
    (extents, all)
}

fn feature_map(nested: &Value) -> FeatureMap {
    let (extents, numbers) = numbers(nested);
    let shape: [usize; 4] = extents.try_into().expect("four dimensions");
    FeatureMap::from_pixels(shape, DMatrix::from_vec(shape[3], shape[0] * shape[1] * shape[2], numbers))
        .expect("as many numbers as the shape has")
}

fn matrix(nested: &Value) -> DMatrix<f64> {
    let (extents, numbers) = numbers(nested);
    DMatrix::from_row_slice(extents[0], extents[1], &numbers)
}

fn vector(nested: &Value) -> DVector<f64> {
    numbers(nested).1.into()
}

fn assert_close(name: &str, ours: &[f64], theirs: &[f64]) {
    assert_eq!(ours.len(), theirs.len(), "{name}");
    for (a, b) in ours.iter().zip(theirs) {
        assert!((a - b).abs() <= TOLERANCE * b.abs().max(1.0), "{name}: {a} is not {b}");
    }
}

fn assert_same(name: &str, ours: &FeatureMap, theirs: &Value) {
    let theirs = feature_map(theirs);
    assert_eq!(ours.shape(), theirs.shape(), "{name}");
    assert_close(name, ours.pixels().as_slice(), theirs.pixels().as_slice());
}

#[test]
fn a_projection_is_the_strided_1x1_convolution() {
    for case in cases(include_str!("conv1x1.json")) {
        let stride = case["stride"].as_u64().and_then(|n| usize::try_from(n).ok()).expect("a stride");
        let (x, shortcut) = (feature_map(&case["x"]), Shortcut::Projection(matrix(&case["weights"])));
        assert_same("output", &shortcut.forward(&x, stride).expect("fits"), &case["output"]);
        let backward = shortcut.backward(&x, &feature_map(&case["delta"]), stride);
        let (x_gradient, weights_gradient) = backward.expect("fits");
        assert_same("x_gradient", &x_gradient, &case["x_gradient"]);
        let weights_gradient = weights_gradient.expect("a projection learns");
        let theirs = matrix(&case["weights_gradient"]);
        assert_eq!(weights_gradient.shape(), theirs.shape());
        assert_close("weights_gradient", weights_gradient.as_slice(), theirs.as_slice());
    }
}

#[test]
fn batch_normalisation_in_training_mode() {
    for case in cases(include_str!("batch_norm.json")) {
        let batch_norm = BatchNorm {
            scale: vector(&case["gamma"]),
            shift: vector(&case["beta"]),
            epsilon: case["epsilon"].as_f64().expect("a number"),
        };
        let x = feature_map(&case["x"]);
        assert_same("output", &batch_norm.forward(&x).expect("fits"), &case["output"]);
        let gradient = batch_norm.backward(&x, &feature_map(&case["delta"])).expect("fits");
        assert_same("x_gradient", &gradient.input, &case["x_gradient"]);
        assert_close("gamma_gradient", gradient.scale.as_slice(), vector(&case["gamma_gradient"]).as_slice());
        assert_close("beta_gradient", gradient.shift.as_slice(), vector(&case["beta_gradient"]).as_slice());
    }
}
