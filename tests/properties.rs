//! What holds of every convolution, whatever its numbers, shapes, padding and stride.

use nalgebra::DMatrix;
use num_rational::BigRational;
use num_traits::Signed;
use proptest::prelude::*;
use worked_examples::Exact;
use worked_examples::math::{
    Padding::{self, Full, Same, Valid},
    Shape, ShapeError, Window, convolve, convolve_input_gradient, convolve_kernel_gradient, cross_correlate,
    cross_correlate_input_gradient, cross_correlate_kernel_gradient, rot180,
};

/// Small whole numbers: exact, and quick.
type Matrix = DMatrix<i64>;
type Forward = fn(&Matrix, &Matrix, Window) -> Result<Matrix, ShapeError>;
type Gradient = fn(&Matrix, &Matrix, Shape, Window) -> Result<Matrix, ShapeError>;

/// Each forward pass, with what it passes back to its input and to its kernel.
const OPERATIONS: [(Forward, Gradient, Gradient); 2] = [
    (cross_correlate, cross_correlate_input_gradient, cross_correlate_kernel_gradient),
    (convolve, convolve_input_gradient, convolve_kernel_gradient),
];

/// Two inputs, two kernels that fit into them, and a gradient of the output's shape.
#[derive(Clone, Debug)]
struct Case {
    window: Window,
    inputs: [Matrix; 2],
    kernels: [Matrix; 2],
    delta: Matrix,
}

fn cases() -> impl Strategy<Value = Case> {
    (paddings(), 1_usize..=4, shapes(), shapes())
        .prop_filter_map("the kernel does not fit", |(padding, stride, input, kernel)| {
            let window = padding.stride(stride);
            let output = window.output_shape(input, kernel).ok()?;
            Some((window, input, kernel, output))
        })
        .prop_flat_map(|(window, input, kernel, output)| {
            let inputs = [matrices(input), matrices(input)];
            let kernels = [matrices(kernel), matrices(kernel)];
            (Just(window), inputs, kernels, matrices(output))
        })
        .prop_map(|(window, inputs, kernels, delta)| Case { window, inputs, kernels, delta })
}

fn paddings() -> impl Strategy<Value = Padding> {
    prop_oneof![Just(Valid), Just(Same), Just(Full)]
}

fn shapes() -> impl Strategy<Value = Shape> {
    (1_usize..=7, 1_usize..=7)
}

fn matrices((rows, columns): Shape) -> impl Strategy<Value = Matrix> {
    prop::collection::vec(-99_i64..=99, rows * columns)
        .prop_map(move |entries| Matrix::from_vec(rows, columns, entries))
}

proptest! {
    /// The inner product with delta is the same at the output, at the input and at the kernel: what each
    /// gradient function returns is the transpose of what the forward pass did.
    #[test]
    fn gradients_are_adjoint(Case { window, inputs: [x, _], kernels: [k, _], delta } in cases()) {
        for (forward, input_gradient, kernel_gradient) in OPERATIONS {
            let at_output = forward(&x, &k, window)?.dot(&delta);
            prop_assert_eq!(input_gradient(&delta, &k, x.shape(), window)?.dot(&x), at_output);
            prop_assert_eq!(kernel_gradient(&x, &delta, k.shape(), window)?.dot(&k), at_output);
        }
    }

    #[test]
    fn the_output_is_linear_in_input_and_kernel(
        Case { window, inputs: [x, y], kernels: [k, l], .. } in cases(),
        a in -9_i64..=9,
    ) {
        for (forward, ..) in OPERATIONS {
            let (xk, yk, xl) = (forward(&x, &k, window)?, forward(&y, &k, window)?, forward(&x, &l, window)?);
            prop_assert_eq!(forward(&(&x * a + &y), &k, window)?, &xk * a + yk);
            prop_assert_eq!(forward(&x, &(&k * a + &l), window)?, &xk * a + xl);
        }
    }

    #[test]
    fn turning_twice_changes_nothing(x in shapes().prop_flat_map(matrices)) {
        prop_assert_eq!(rot180(&rot180(&x)), x);
    }

    #[test]
    fn convolution_is_cross_correlation_with_the_kernel_turned(
        Case { window, inputs: [x, _], kernels: [k, _], delta } in cases(),
    ) {
        let turned = rot180(&k);
        prop_assert_eq!(convolve(&x, &k, window)?, cross_correlate(&x, &turned, window)?);
        prop_assert_eq!(
            convolve_input_gradient(&delta, &k, x.shape(), window)?,
            cross_correlate_input_gradient(&delta, &turned, x.shape(), window)?
        );
        prop_assert_eq!(
            rot180(&convolve_kernel_gradient(&x, &delta, k.shape(), window)?),
            cross_correlate_kernel_gradient(&x, &delta, k.shape(), window)?
        );
    }

    /// With strides too: they leave out outputs of the same full convolution.
    #[test]
    fn full_convolution_commutes(
        x in shapes().prop_flat_map(matrices),
        k in shapes().prop_flat_map(matrices),
        stride in 1_usize..=4,
    ) {
        let window = Full.stride(stride);
        prop_assert_eq!(convolve(&x, &k, window)?, convolve(&k, &x, window)?);
    }

    #[test]
    fn full_cross_correlation_turns_when_its_operands_swap(
        x in shapes().prop_flat_map(matrices),
        k in shapes().prop_flat_map(matrices),
    ) {
        prop_assert_eq!(cross_correlate(&x, &k, Full)?, rot180(&cross_correlate(&k, &x, Full)?));
    }

    /// Valid and full are relationships 5 and 6 (padding by k − 1) of Dumoulin and Visin (2016).
    #[test]
    fn output_shapes_follow_the_formulas(
        x in shapes().prop_flat_map(matrices),
        k in shapes().prop_flat_map(matrices),
        stride in 1_usize..=4,
    ) {
        let formula = |size: fn(usize, usize, usize) -> usize| {
            (size(x.nrows(), k.nrows(), stride), size(x.ncols(), k.ncols(), stride))
        };
        let same = cross_correlate(&x, &k, Same.stride(stride))?;
        prop_assert_eq!(same.shape(), formula(|n, _, s| n.div_ceil(s)));
        let full = cross_correlate(&x, &k, Full.stride(stride))?;
        prop_assert_eq!(full.shape(), formula(|n, k, s| (n + k - 2) / s + 1));
        if k.nrows() <= x.nrows() && k.ncols() <= x.ncols() {
            let valid = cross_correlate(&x, &k, Valid.stride(stride))?;
            prop_assert_eq!(valid.shape(), formula(|n, k, s| (n - k) / s + 1));
        }
    }

    /// Within the bound for a sum of n products, n u / (1 − n u) times the sum of their sizes (Higham 2002,
    /// section 3.1). Sevenths are no binary fractions, so there is something to round.
    #[test]
    fn floating_point_agrees_with_fractions(Case { window, inputs: [x, _], kernels: [k, _], .. } in cases()) {
        let floats = |m: &Matrix| m.map(|entry| entry as f64 / 7.0);
        let fractions = |m: &DMatrix<f64>| m.map(|entry| BigRational::from_float(entry).expect("finite"));
        let (x, k) = (floats(&x), floats(&k));
        let rounded = fractions(&cross_correlate(&x, &k, window)?);
        let exact: DMatrix<Exact> = cross_correlate(&fractions(&x), &fractions(&k), window)?;
        let sizes = cross_correlate(&fractions(&x.abs()), &fractions(&k.abs()), window)?;

        let n = Exact::from_integer(k.len().into());
        let unit = BigRational::from_float(f64::EPSILON / 2.0).expect("finite");
        let gamma = &n * &unit / (Exact::from_integer(1.into()) - n * unit);
        for ((rounded, exact), size) in rounded.iter().zip(&exact).zip(&sizes) {
            prop_assert!((rounded - exact).abs() <= &gamma * size);
        }
    }

    #[test]
    fn a_kernel_that_does_not_fit_is_an_error(
        padding in paddings(),
        stride in 1_usize..=4,
        input in (0_usize..=4, 0_usize..=4),
        kernel in (0_usize..=6, 0_usize..=6),
        delta in (0_usize..=4, 0_usize..=4),
    ) {
        let nothing = [input.0, input.1, kernel.0, kernel.1].contains(&0);
        let fits = !nothing && (padding != Valid || kernel.0 <= input.0 && kernel.1 <= input.1);
        let window = padding.stride(stride);
        let [x, k, d] = [input, kernel, delta].map(|(rows, columns)| Matrix::zeros(rows, columns));
        for (forward, input_gradient, kernel_gradient) in OPERATIONS {
            let output = forward(&x, &k, window);
            let gradients_fit = output.as_ref().is_ok_and(|output| output.shape() == delta);
            prop_assert_eq!(output.is_ok(), fits);
            prop_assert_eq!(input_gradient(&d, &k, input, window).is_ok(), gradients_fit);
            prop_assert_eq!(kernel_gradient(&x, &d, kernel, window).is_ok(), gradients_fit);
        }
    }
}
