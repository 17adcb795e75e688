//! How a worked example is told: given numbers in, ordered cells out.
//!
//! A [`Notebook`] is a plain value. It prints nothing; what is shown in a terminal, in a browser, as Markdown or as
//! JSON is [rendered](render) from it, so formats cannot disagree and text cannot drift from numbers. This half
//! of the library knows nothing of convolutions.

mod audit;
mod cell;
mod chart;
mod code;
mod equation;
mod input;
mod numpy;
mod page;
mod proof;
pub mod render;
mod rows;
mod step;
mod steps;

pub use audit::{Audit, Printed, Verdict, printed, rounds_to};
pub use cell::{
    Blank, Cell, Claim, ClaimVerdict, Field, Figure, InputOption, Matrix, Notebook, Operand, Origin, Row,
    Section, Table, Totals,
};
pub use chart::{Axis, Bar, Chart, Grid, Line, Picture, Rectangle, Shading};
pub use equation::equation_value;
pub(crate) use input::parse_rows;
pub use input::{
    MOST_CHARACTERS, MOST_ENTRIES, MOST_EXPONENT, literal, parse_matrix, parse_number, printable, quote,
    write_matrix, write_number,
};
pub(crate) use page::name_and_equation;
pub use page::{Extent, Listener, Numbers, Page, Told};
pub use proof::{Entry as ProofEntry, Proof, TOLERANCE};
pub use rows::rows;
pub use step::Step;
pub use steps::{Half, Piece, steps};
pub use traced::{
    Derivative, Entry, Mark, Notation, Reach, Term, Traced, Value, as_function, counted, decimal, decimals,
    exact, given, is_gradient_for_all_numbers, joined, positions, rounded, running_sums, shown, truncated,
    untraced, values,
};
