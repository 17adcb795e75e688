//! What every topic is told with: `use worked_examples::prelude::*;`. What a topic imports beside it, of
//! [`math`] and [`training`], says which arithmetic it needs.
//!
//! ```
//! use worked_examples::prelude::*;
//!
//! fn tell(page: &mut Page) -> Told {
//!     page.section("Twice");
//!     let row = page.show("row", literal("1 2"));
//!     page.show("twice = 2 · row", row.map(|number| number * 2.into()));
//!     Ok(())
//! }
//! ```

pub use crate::Exact;
pub use crate::class::{Draw, half_is_alive, numbers};
pub use crate::cli::{
    self, KnownMistake, Photograph, Topic, Unusable, class_indices, matrix, mistake, number, photograph,
};
pub use crate::notebook::{
    Axis, Bar, Chart, ClaimVerdict, Grid, Line, Notebook, Numbers, Origin, Page, Picture, Rectangle, Row,
    Shading, Step, Told, Traced, Value, as_function, counted, decimals, exact, is_gradient_for_all_numbers,
    joined, literal, positions, printed, quote, rounded, running_sums, truncated, write_matrix, write_number,
};
pub use clap::Args;
pub use nalgebra::DMatrix;
pub use std::error::Error;
pub use std::process::ExitCode;
