//! The numbers that training runs on, and the one function it spends its time in.

use nalgebra::RealField;

/// `f32`, which trains, or `f64`, in which gradients are proven.
pub trait Real: RealField + Copy {
    /// eˣ for x ≤ 0, as a softmax asks for it: of the score less the highest one.
    ///
    /// In `f32` within 1.1 × 10⁻⁷ of the value, relative; below −87.3, where eˣ leaves the normal numbers, it is 0.
    ///
    /// ```
    /// use math::Real;
    ///
    /// assert_eq!(0_f32.exp_nonpositive(), 1.0);
    /// assert_eq!(f32::NEG_INFINITY.exp_nonpositive(), 0.0);
    /// assert_eq!((-1_f64).exp_nonpositive(), (-1_f64).exp());
    /// ```
    #[must_use]
    fn exp_nonpositive(self) -> Self;
}

impl Real for f64 {
    fn exp_nonpositive(self) -> Self {
        self.exp()
    }
}

impl Real for f32 {
    /// With x = n ln 2 + r, |r| ≤ ½ ln 2, it is eˣ = 2ⁿ eʳ, and eʳ is a polynomial (the coefficients of Cephes'
    /// `expf`, Moshier 1989). Without a branch or a call, so that the compiler computes several at a time; the
    /// library's `exp` takes nearly twice as long.
    #[inline]
    fn exp_nonpositive(self) -> Self {
        const LOWEST: f32 = -87.3;
        /// 1.5 × 2²³: adding it rounds to a whole number, which then stands in the lowest bits.
        const ROUND: f32 = 12_582_912.0;
        /// ln 2 in two parts, the first so short that n times it is exact.
        const LN_2: [f32; 2] = [355.0 / 512.0, -2.121_944_4e-4];
        const ONE: u32 = 1.0_f32.to_bits();

        let rounded = self * std::f32::consts::LOG2_E + ROUND;
        let n = rounded - ROUND;
        let r = self - n * LN_2[0] - n * LN_2[1];
        let tail = [1.398_2e-3, 8.333_452e-3, 4.166_58e-2, 0.166_666_65, 0.5]
            .into_iter()
            .fold(1.987_569_2e-4, |sum, coefficient| sum * r + coefficient);
        let power_of_two = f32::from_bits((rounded.to_bits() << 23).wrapping_add(ONE));
        if self < LOWEST { 0.0 } else { (tail * r * r + r + 1.0) * power_of_two }
    }
}

/// Folds the values in sixteen lanes, which one instruction can take several of, and then the lanes. The order
/// depends on the length alone.
pub(crate) fn fold<T: Copy>(values: &[T], start: T, f: impl Fn(T, T) -> T) -> T {
    let mut lanes = [start; 16];
    let (chunks, rest) = values.as_chunks::<16>();
    for values in chunks {
        for (lane, &value) in lanes.iter_mut().zip(values) {
            *lane = f(*lane, value);
        }
    }
    for (lane, &value) in lanes.iter_mut().zip(rest) {
        *lane = f(*lane, value);
    }
    lanes.into_iter().fold(start, f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_f32_exponential_keeps_its_bound() {
        let worst = (0..=8_730_000)
            .map(|i| -1e-5 * i as f32)
            .chain([-87.3])
            .map(|x| (f64::from(x.exp_nonpositive()) / f64::from(x).exp() - 1.0).abs())
            .fold(0.0, f64::max);
        assert!(worst < 1.1e-7, "{worst:e}");
    }

    #[test]
    fn beyond_its_range_the_exponential_is_zero_and_what_is_no_number_stays_none() {
        for x in [-87.4, -1e4, f32::MIN, f32::NEG_INFINITY] {
            assert_eq!(x.exp_nonpositive().to_bits(), 0, "{x}");
        }
        assert!(f32::NAN.exp_nonpositive().is_nan());
    }

    #[test]
    fn folding_in_lanes_loses_no_value() {
        for count in 0..40_u64 {
            let powers: Vec<u64> = (0..count).map(|i| 1 << i).collect();
            assert_eq!(fold(&powers, 0, |a, b| a + b), (1 << count) - 1);
        }
    }
}
