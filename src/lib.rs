//! Worked examples in neural-network arithmetic.
//!
//! The map of the house; the examples join its rooms:
//!
//! | room | what is in it | whom it knows |
//! |---|---|---|
//! | [`math`] | what a person works out by hand; it prints nothing | nobody |
//! | [`training`] | networks that learn, what they learn, and how well | `math` |
//! | [`traced`] | numbers that remember how they were made, and what follows from it: sums of products, derivatives | of `math` no operation, only the slopes that a proof compares |
//! | [`notebook`] | how a worked example is told and written out | `traced`, and of `math` the operations that an equation names |
//! | [`class`] | what a teacher needs around a notebook | `notebook` |
//! | [`cli`] | what a topic is, and the one command line of all topics | `notebook`, `class`, and what `math` reads of a picture |
//! | [`prelude`] | what every topic is told with, to be imported in one line | what it hands out |
//!
//! The first three are packages of their own: so the compiler keeps the doors between them shut, and optimises them in
//! every build, where all else is built quickly. Inside the house a name is imported from the module that defines it, so
//! that the imports show who needs whom; those that a room hands out itself are for the examples.

pub mod class;
pub mod cli;
pub mod notebook;
pub mod prelude;
mod topic;

pub use math::{self, Exact};
pub use traced;
pub use training;
