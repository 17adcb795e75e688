//! Worked examples in neural-network arithmetic.
//!
//! Two halves that do not know each other: [`math`] computes and prints nothing; [`notebook`] tells how a worked
//! example is told, and knows nothing of convolutions. The examples join them; [`class`] makes of each what a
//! teacher needs around it, and [`cli`] gives them all one command line.

pub mod class;
pub mod cli;
pub mod math;
pub mod notebook;
mod topic;

/// A fraction of whole numbers without bound: what a person can work out by hand, without rounding.
pub type Exact = num_rational::BigRational;
