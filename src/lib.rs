//! Worked examples in neural-network arithmetic.
//!
//! Two halves that do not know each other: [`math`] computes and prints nothing; [`notebook`] tells how a worked
//! example is told, and knows nothing of convolutions. The examples join them, and [`cli`] gives them all one
//! command line.

pub mod cli;
pub mod math;
pub mod notebook;

/// A fraction of whole numbers without bound: what a person can work out by hand, without rounding.
pub type Exact = num_rational::BigRational;
