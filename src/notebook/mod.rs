//! How a worked example is told: given numbers in, ordered cells out.
//!
//! A [`Notebook`] is a plain value. It prints nothing; what is shown in a terminal, in a browser, as Markdown or as
//! JSON is [rendered](render) from it, so formats cannot disagree and text cannot drift from numbers. This half
//! of the library knows nothing of convolutions.

mod audit;
mod cell;
mod chart;
mod code;
mod input;
mod number;
mod page;
mod proof;
pub mod render;
mod terms;

pub use audit::{Audit, Printed, Verdict, printed, rounds_to};
pub use cell::{
    Blank, Cell, Claim, ClaimVerdict, Field, Figure, Matrix, Notebook, Operand, Section, Table, Totals,
};
pub use chart::{Axis, Bar, Chart, Line, Picture, Rectangle};
pub use input::{
    MOST_CHARACTERS, MOST_ENTRIES, MOST_EXPONENT, literal, parse_matrix, parse_number, quote, write_matrix,
    write_number,
};
pub use number::{Notation, Value, decimal, decimals, rounded, truncated, values};
pub use page::{Listener, Page, Shown, Told};
pub use proof::{Entry as ProofEntry, Proof, TOLERANCE};
pub use terms::{Entry, Terms, entries};
