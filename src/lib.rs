//! Worked examples in neural-network arithmetic.
//!
//! The map of the house; the examples join its rooms:
//!
//! | room | what is in it | whom it knows |
//! |---|---|---|
//! | [`math`] | what a person works out by hand; it prints nothing | nobody |
//! | [`training`] | networks that learn, what they learn, and how well | `math` |
//! | [`notebook`] | how a worked example is told and written out | of `math` no operation, only the slopes that a proof compares |
//! | [`class`] | what a teacher needs around a notebook | `notebook` |
//! | [`cli`] | what a topic is, and the one command line of all topics | `notebook`, `class`, and what `math` reads of a picture |
//!
//! Inside the house a name of [`math`] or [`training`] is imported from the module that defines it, so that the imports
//! show who needs whom; those that the two hand out themselves are for the examples.

pub mod class;
pub mod cli;
pub mod math;
pub mod notebook;
mod topic;
pub mod training;

/// A fraction of whole numbers without bound: what a person can work out by hand, without rounding.
pub type Exact = num_rational::BigRational;
