//! Worked examples in neural-network arithmetic.
//!
//! Two halves that do not know each other: [`math`] computes and prints nothing.

pub mod math;

/// A fraction of whole numbers without bound: what a person can work out by hand, without rounding.
pub type Exact = num_rational::BigRational;
