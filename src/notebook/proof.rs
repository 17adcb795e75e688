//! A gradient put to the proof: its entries against finite differences.

use super::number::Value;
use crate::math::Slope;
use nalgebra::{DMatrix, Scalar};
use num_traits::Zero;

/// What became of one entry of a gradient.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// The finite difference is the entry: equal as fractions, or within [`TOLERANCE`] as doubles.
    Held,
    /// The function has a kink here, and these one-sided slopes; the entry is a convention.
    AtKink {
        /// The limit of the slope from below.
        left: Value,
        /// The limit of the slope from above.
        right: Value,
    },
    /// The finite difference is another number, or there is none.
    Failed {
        /// The finite difference.
        found: Option<Value>,
    },
}

/// The relative error that a gradient in double precision may have, against its largest entry: "usually okay
/// for objectives with smooth nonlinearities" begins two powers of ten above (CS231n notes, gradient checks).
pub const TOLERANCE: f64 = 1e-7;

/// A gradient whose largest entry is smaller than this is measured against this: differences of doubles find
/// no zero exactly.
const SMALLEST_SCALE: f64 = 1e-3;

/// A gradient, entry by entry, against finite differences.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The name of the proof.
    pub name: String,
    /// The gradient that is proven.
    pub of: &'static str,
    /// The gradient itself.
    pub gradient: DMatrix<Value>,
    /// What became of each entry.
    pub entries: DMatrix<Entry>,
    /// How it was proven.
    pub method: &'static str,
    /// The largest difference between an entry and its finite difference; kinks left out.
    pub max_error: Value,
}

impl Proof {
    pub(super) fn new<T>(of: &'static str, gradient: &DMatrix<Value>, slopes: &DMatrix<Slope<T>>) -> Self
    where
        T: Scalar + Into<Value>,
    {
        let exact = gradient.iter().all(|entry| matches!(entry, Value::Exact(_)));
        let largest = gradient.iter().map(|entry| entry.to_f64().abs()).fold(SMALLEST_SCALE, f64::max);
        let mut max_error = if exact { Value::Exact(Zero::zero()) } else { Value::Float(0.0) };
        let entries = DMatrix::from_fn(gradient.nrows(), gradient.ncols(), |row, column| {
            let found: Value = match slopes.get((row, column)) {
                Some(Slope::Smooth(found)) => found.clone().into(),
                Some(Slope::Kink { left, right }) => {
                    return Entry::AtKink { left: left.clone().into(), right: right.clone().into() };
                }
                Some(Slope::Unsettled) | None => return Entry::Failed { found: None },
            };
            let error = distance(&gradient[(row, column)], &found);
            let held = match &error {
                Value::Exact(error) => error.is_zero(),
                Value::Float(error) => *error <= TOLERANCE * largest,
            };
            // A difference that is not a number is the largest of all.
            if error.to_f64() > max_error.to_f64() || error.to_f64().is_nan() {
                max_error = error;
            }
            if held { Entry::Held } else { Entry::Failed { found: Some(found) } }
        });
        let method = if exact {
            "central differences in exact fractions, the same for two step sizes, without tolerance"
        } else {
            "central differences in double precision, to 1e-7 of the largest entry"
        };
        Self { name: format!("{of}_proof"), of, gradient: gradient.clone(), entries, method, max_error }
    }

    /// How many entries held, stand at a kink, and failed.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for entry in &self.entries {
            counts[match entry {
                Entry::Held => 0,
                Entry::AtKink { .. } => 1,
                Entry::Failed { .. } => 2,
            }] += 1;
        }
        counts
    }

    /// `held`, `at_kink` where an entry stands at a kink, or `failed` where one fails.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self.counts() {
            [_, 0, 0] => "held",
            [_, _, 0] => "at_kink",
            _ => "failed",
        }
    }
}

fn distance(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Exact(a), Value::Exact(b)) => Value::Exact(num_traits::abs(a - b)),
        _ => Value::Float((a.to_f64() - b.to_f64()).abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::values;
    use super::*;
    use crate::Exact;

    fn proof(gradient: f64, slope: Slope<f64>) -> &'static str {
        let gradient = values(&DMatrix::from_element(1, 1, gradient));
        Proof::new("g", &gradient, &DMatrix::from_element(1, 1, slope)).verdict()
    }

    #[test]
    fn fractions_must_be_equal() {
        let third = Exact::new(1.into(), 3.into());
        let near = &third + Exact::new(1.into(), num_traits::pow(10.into(), 30));
        let verdict = |found: &Exact| {
            let gradient = values(&DMatrix::from_element(1, 1, third.clone()));
            Proof::new("g", &gradient, &DMatrix::from_element(1, 1, Slope::Smooth(found.clone()))).verdict()
        };
        assert_eq!(verdict(&third), "held");
        assert_eq!(verdict(&near), "failed");
    }

    #[test]
    fn doubles_may_differ_by_the_tolerance() {
        assert_eq!(proof(2.0, Slope::Smooth(2.0 + 1e-8)), "held");
        assert_eq!(proof(2.0, Slope::Smooth(2.0 + 1e-6)), "failed");
        assert_eq!(proof(2.0, Slope::Smooth(f64::NAN)), "failed");
        assert_eq!(proof(2.0, Slope::Kink { left: 0.0, right: 2.0 }), "at_kink");
        assert_eq!(proof(2.0, Slope::Unsettled), "failed");
    }
}
