//! Activation functions with a bounded range, and their derivatives.

use super::real::Real;

/// σ(x) = 1 / (1 + e⁻ˣ), in (0, 1). Only e to a power ≤ 0 is taken, so that no x overflows.
///
/// ```
/// use math::sigmoid;
///
/// assert_eq!(sigmoid(0.0), 0.5);
/// assert_eq!(sigmoid(3_f64.ln()), 0.75);
/// assert_eq!([sigmoid(-1e300), sigmoid(1e300)], [0.0, 1.0]);
/// ```
pub fn sigmoid<T: Real>(x: T) -> T {
    let e = (-x.abs()).exp_nonpositive();
    if x < T::zero() { e / (T::one() + e) } else { T::one() / (T::one() + e) }
}

/// σ′(x) = σ(x) (1 − σ(x)), without the loss of digits that 1 − σ(x) has where σ(x) is close to 1.
///
/// ```
/// assert_eq!(math::sigmoid_derivative(0.0), 0.25);
/// ```
pub fn sigmoid_derivative<T: Real>(x: T) -> T {
    let e = (-x.abs()).exp_nonpositive();
    let denominator = T::one() + e;
    e / (denominator * denominator)
}

/// The bipolar sigmoid 2 (σ(x) − ½) = tanh(x/2), in (−1, 1).
///
/// ```
/// use math::bipolar_sigmoid;
///
/// assert_eq!(bipolar_sigmoid(0.0), 0.0);
/// assert!((bipolar_sigmoid(3_f64.ln()) - 0.5).abs() < 1e-15);
/// ```
pub fn bipolar_sigmoid<T: Real>(x: T) -> T {
    (x / nalgebra::convert(2.0)).tanh()
}

/// The derivative of [`bipolar_sigmoid`], which is 2 σ′(x) or ½ (1 − tanh²(x/2)).
///
/// ```
/// assert_eq!(math::bipolar_sigmoid_derivative(0.0), 0.5);
/// ```
pub fn bipolar_sigmoid_derivative<T: Real>(x: T) -> T {
    sigmoid_derivative(x) * nalgebra::convert(2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
        (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
    }

    #[test]
    fn derivatives_are_the_central_differences() {
        for x in [-7.0, -1.5, -0.2, 0.0, 0.3, 2.0, 6.0] {
            assert!((sigmoid_derivative(x) - slope(sigmoid, x)).abs() < 1e-10, "{x}");
            assert!((bipolar_sigmoid_derivative(x) - slope(bipolar_sigmoid, x)).abs() < 1e-10, "{x}");
        }
    }

    #[test]
    fn the_bipolar_sigmoid_is_the_shifted_sigmoid() {
        for x in [-40.0, -2.0, -1e-3, 0.5, 9.0] {
            let shifted: f64 = 2.0 * (sigmoid(x) - 0.5);
            assert!((bipolar_sigmoid(x) - shifted).abs() < 1e-15, "{x}");
        }
    }

    #[test]
    fn both_precisions_agree_and_keep_small_values() {
        for x in [-80.0_f32, -20.0, -1.0, 0.0, 1.0, 20.0, 80.0] {
            let exact = sigmoid(f64::from(x));
            assert!((f64::from(sigmoid(x)) / exact - 1.0).abs() < 2.5e-7, "{x}");
            let exact = sigmoid_derivative(f64::from(x));
            assert!((f64::from(sigmoid_derivative(x)) / exact - 1.0).abs() < 4e-7, "{x}");
        }
    }
}
