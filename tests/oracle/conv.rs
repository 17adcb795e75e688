//! The arithmetic against `SciPy` and JAX: `generate.py` wrote the cases, and says how.

use nalgebra::DMatrix;
use num_rational::BigRational;
use serde_json::Value;
use worked_examples::Exact;
use worked_examples::math::{
    Number, Padding, convolve, convolve_input_gradient, convolve_kernel_gradient, cross_correlate,
    cross_correlate_input_gradient, cross_correlate_kernel_gradient,
};

/// Every case, with the scalar that `number` makes of an entry. The entries are multiples of 1/64 of moderate
/// size, so that neither floating point rounds: equality holds without a tolerance.
fn conv_agrees<T: Number>(number: impl Fn(f64) -> T) {
    let cases: Vec<Value> = serde_json::from_str(include_str!("conv.json")).expect("JSON");
    assert!(cases.len() >= 60, "{} cases", cases.len());
    for case in &cases {
        let of = |name: &str| matrix(&case[name]).map(&number);
        let padding = match text(&case["padding"]) {
            "valid" => Padding::Valid,
            "same" => Padding::Same,
            "full" => Padding::Full,
            other => panic!("padding {other}"),
        };
        let stride = case["stride"].as_u64().and_then(|n| usize::try_from(n).ok()).expect("a stride");
        let window = padding.stride(stride);
        let (input, kernel, delta) = (of("input"), of("kernel"), of("delta"));
        let [output, input_gradient, kernel_gradient] = match text(&case["operation"]) {
            "cross_correlate" => [
                cross_correlate(&input, &kernel, window),
                cross_correlate_input_gradient(&delta, &kernel, input.shape(), window),
                cross_correlate_kernel_gradient(&input, &delta, kernel.shape(), window),
            ],
            "convolve" => [
                convolve(&input, &kernel, window),
                convolve_input_gradient(&delta, &kernel, input.shape(), window),
                convolve_kernel_gradient(&input, &delta, kernel.shape(), window),
            ],
            other => panic!("operation {other}"),
        };
        assert_eq!(output, Ok(of("output")), "{case}");
        assert_eq!(input_gradient, Ok(of("input_gradient")), "{case}");
        assert_eq!(kernel_gradient, Ok(of("kernel_gradient")), "{case}");
    }
}

#[test]
fn conv_agrees_in_fractions() {
    conv_agrees::<Exact>(|x| BigRational::from_float(x).expect("finite"));
}

#[test]
fn conv_agrees_in_f64() {
    conv_agrees(|x| x);
}

#[test]
fn conv_agrees_in_f32() {
    conv_agrees(|x| {
        #[expect(clippy::cast_possible_truncation, reason = "the next line proves that nothing is lost")]
        let single = x as f32;
        assert_eq!(f64::from(single).to_bits(), x.to_bits());
        single
    });
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// A list of rows.
fn matrix(value: &Value) -> DMatrix<f64> {
    let rows: Vec<Vec<f64>> = serde_json::from_value(value.clone()).expect("rows of numbers");
    DMatrix::from_row_iterator(rows.len(), rows[0].len(), rows.into_iter().flatten())
}
