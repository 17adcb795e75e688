//! A gradient put to the proof: multiplied out for all numbers, and against finite differences at those on the page.

use crate::math::gradient::Slope;
use nalgebra::DMatrix;
use num_traits::Zero;
use traced::{
    Algebra, Derivative, Kinked, Reach, Traced, Value, one_sided_slopes, slopes_by_differences, untraced,
};

/// What became of one entry of a gradient.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// It is the slope.
    Held,
    /// A kink is reached, but the slopes from both sides are equal and are the entry.
    HeldFromBothSides,
    /// A kink is reached, with these slopes on its sides; the entry is what the convention of a derivative of 0 at
    /// the kink gives.
    AtKink {
        /// The limit of the slope from below.
        left: Value,
        /// The limit of the slope from above.
        right: Value,
    },
    /// The slope is another number, or there is none.
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

/// A gradient, entry by entry, against the function whose gradient it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The name of the proof.
    pub name: String,
    /// The gradient that is proven.
    pub of: &'static str,
    /// What it is the gradient by.
    pub by: &'static str,
    /// The function whose gradient it is, as the page calls it.
    pub function: &'static str,
    /// The gradient itself.
    pub gradient: DMatrix<Value>,
    /// What became of each entry.
    pub entries: DMatrix<Entry>,
    /// For which numbers.
    pub reach: Reach,
    /// Whether the largest or smallest of several numbers is taken in the function.
    pub compares: bool,
    /// One entry's derivative as algebra, where the function can be multiplied out.
    pub derivative: Option<Derivative>,
    /// How it was proven.
    pub method: &'static str,
    /// The largest difference between an entry and its finite difference; kinks left out.
    pub max_error: Value,
}

/// So many terms of a derivative are written out at the most.
const MOST_WRITTEN: usize = 4;

impl Proof {
    /// # Errors
    /// If the gradient or what it is the gradient by has not been shown, or their shapes differ.
    pub(super) fn new(
        gradient: &DMatrix<Traced>,
        function: &Traced,
        by: &DMatrix<Traced>,
    ) -> Result<Self, String> {
        let name = |matrix: &DMatrix<Traced>| {
            let entry = matrix.iter().next().and_then(Traced::entry);
            entry.map(|entry| entry.name).ok_or("a gradient is proven of matrices that are not shown")
        };
        let (of, by_name) = (name(gradient)?, name(by)?);
        if gradient.shape() != by.shape() {
            return Err(format!("{of} has not the shape of {by_name}"));
        }
        let values = untraced(gradient);
        let exact = values.iter().chain([function.value()]).all(|value| value.exact().is_some());
        let mut algebra = if exact { Algebra::new(function, by) } else { None };
        let is_quadratic = algebra.as_ref().is_some_and(Algebra::is_quadratic);
        let differences = slopes_by_differences(function, by, is_quadratic);
        let mut reach = if algebra.is_some() { Reach::AllNumbers } else { Reach::TheseNumbers };
        let tolerance = if exact { 0.0 } else { tolerance(&values, function) };
        let mut max_error = if exact { Value::Exact(Zero::zero()) } else { Value::Float(0.0) };
        let entries = DMatrix::from_fn(gradient.nrows(), gradient.ncols(), |row, column| {
            let at = (row, column);
            let (entry, found) = (&values[at], &differences[at]);
            if let Some(by) = by[at].entry() {
                if let Some(kinked) = exact.then(|| one_sided_slopes(function, by)).flatten() {
                    reach = reach.min(Reach::TheseSigns);
                    return at_a_kink(entry, found, kinked);
                }
                if let Some(algebra) = &mut algebra {
                    let for_these = algebra.is_derivative(&gradient[at], by).unwrap_or(Reach::TheseNumbers);
                    reach = reach.min(for_these);
                }
            }
            let Slope::Smooth(found) = found else { return Entry::Failed { found: None } };
            let error = distance(entry, found);
            // A difference that is not a number is the largest of all.
            if error.to_f64() > max_error.to_f64() || error.to_f64().is_nan() {
                max_error = error.clone();
            }
            let held = match &error {
                Value::Exact(error) => error.is_zero(),
                Value::Float(error) => *error <= tolerance,
            };
            if held { Entry::Held } else { Entry::Failed { found: Some(found.clone()) } }
        });
        let derivative = algebra.as_ref().and_then(|algebra| {
            let first = by[(0, 0)].entry()?;
            (reach == Reach::AllNumbers).then(|| algebra.derivative(first, MOST_WRITTEN))
        });
        let method = match (reach, exact) {
            (Reach::AllNumbers, _) => {
                "equality of polynomials, and central differences in exact fractions, without tolerance"
            }
            (Reach::TheseSigns, _) => {
                "equality of polynomials where all signs stay, and differences in exact fractions, without tolerance"
            }
            (Reach::TheseNumbers, true) => "central differences in exact fractions, without tolerance",
            (Reach::TheseNumbers, false) => {
                "central differences in double precision, to 1e-7 of the largest entry"
            }
        };
        let name = format!("{of}_proof");
        let compares = function.compares();
        let function = function.entry().map_or("L", |entry| entry.name);
        Ok(Self {
            name,
            of,
            by: by_name,
            function,
            gradient: values,
            entries,
            reach,
            compares,
            derivative,
            method,
            max_error,
        })
    }

    /// How many entries held, stand at a kink, and failed.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for entry in &self.entries {
            counts[match entry {
                Entry::Held | Entry::HeldFromBothSides => 0,
                Entry::AtKink { .. } => 1,
                Entry::Failed { .. } => 2,
            }] += 1;
        }
        counts
    }

    /// `held`, also where an entry holds from both sides of a kink; `at_kink` where one is a convention there; `failed`
    /// where one fails.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match self.counts() {
            [_, 0, 0] => "held",
            [_, _, 0] => "at_kink",
            _ => "failed",
        }
    }
}

/// What becomes of an entry that reaches a kink: the finite differences have to find the same slopes.
fn at_a_kink(entry: &Value, found: &Slope<Value>, Kinked { left, right, convention }: Kinked) -> Entry {
    let agrees = match found {
        Slope::Smooth(slope) => *slope == left && *slope == right,
        Slope::Kink { left: found_left, right: found_right } => *found_left == left && *found_right == right,
        Slope::Unsettled => false,
    };
    if !agrees {
        return Entry::Failed { found: None };
    }
    if *entry == left && *entry == right {
        return Entry::HeldFromBothSides;
    }
    if *entry == convention { Entry::AtKink { left, right } } else { Entry::Failed { found: Some(right) } }
}

/// What doubles may miss: a part of the largest entry, and what rounding leaves of a difference of two values of
/// the function, ε·|L| over the step h = ε^⅓ (Press et al. 2007, section 5.7).
fn tolerance(gradient: &DMatrix<Value>, function: &Traced) -> f64 {
    let largest = gradient.iter().map(|entry| entry.to_f64().abs()).fold(SMALLEST_SCALE, f64::max);
    let rounding = function.value().to_f64().abs() * f64::EPSILON / f64::EPSILON.cbrt();
    TOLERANCE * largest + 10.0 * rounding
}

fn distance(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Exact(a), Value::Exact(b)) => Value::Exact(num_traits::abs(a - b)),
        _ => Value::Float((a.to_f64() - b.to_f64()).abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exact;
    use nalgebra::dmatrix;

    #[test]
    fn at_a_kink_the_slopes_of_both_sides_have_to_be_found() {
        let [zero, one, two] = [0, 1, 2].map(Value::from);
        let judged = |entry: &Value, found: Slope<Value>| {
            let kinked = Kinked { left: one.clone(), right: two.clone(), convention: zero.clone() };
            at_a_kink(entry, &found, kinked)
        };
        let kink = |left: &Value, right: &Value| Slope::Kink { left: left.clone(), right: right.clone() };
        assert!(matches!(judged(&zero, kink(&one, &two)), Entry::AtKink { .. }));
        for missed in
            [kink(&one, &one), kink(&two, &two), Slope::Smooth(one.clone()), Slope::Smooth(two.clone())]
        {
            assert!(matches!(judged(&zero, missed), Entry::Failed { found: None }));
        }
        assert!(matches!(judged(&one, kink(&one, &two)), Entry::Failed { found: Some(_) }));
    }

    #[test]
    fn doubles_may_miss_a_part_of_the_largest_entry_and_what_is_rounded() {
        let of = |entry: f64, function: f64| {
            tolerance(&dmatrix![entry.into(), Value::from(0.5)], &function.into())
        };
        assert!((of(-4.0, 0.0) / 4e-7 - 1.0).abs() < 1e-6);
        // Ten times 10⁶ · ε^⅔, and 10⁻⁷ beside it.
        assert!((of(1.0, -1e6) / (1e-7 + 1e7 * 3.666_852_862_5e-11) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn fractions_have_a_fraction_between_them() {
        let third = Exact::new(1.into(), 3.into());
        assert_eq!(
            distance(&third.clone().into(), &Value::from(1)),
            Value::from(Exact::from_integer(1.into()) - third)
        );
        assert_eq!(distance(&Value::from(3.0), &Value::from(5)), Value::from(2.0));
    }
}
