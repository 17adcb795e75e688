//! What a teacher needs around a worked example, all of it made from the example's notebook: an exercise
//! [`sheet`] and its [`key`], a [`Quiz`], a page that is [revealed](reveal) step by step, and other numbers
//! ([`Draw`]).
//!
//! Nothing here opens a file or a terminal: what talks is given something to read from and to write to.

mod attempt;
mod draw;
mod key;
mod line;
mod marking;
mod quiz;
mod report;
mod reveal;
mod sheet;

pub use attempt::{Answers, Attempt};
pub use draw::{Draw, MOST_DRAWS, half_is_alive, is_friendly};
pub use key::key;
pub use line::MOST_BYTES;
pub use marking::{Mark, Marked, Marker, Mistake};
pub use quiz::Quiz;
pub use report::{all_is_right, report, report_json};
pub use reveal::{Press, Screen, Screenful, reveal};
pub use sheet::{answer_key, sheet};

use crate::Exact;
use crate::notebook::{Cell, Field, Notebook, Table, Value, rounded};
use nalgebra::DMatrix;

/// The decimals of an answer that no fraction writes in full.
const DECIMALS: usize = 4;

/// What a sheet asks for, and what comes out.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Its name, as on the page.
    pub name: &'static str,
    /// Its entries; those of a table are the fields that a sheet leaves open.
    pub values: DMatrix<Exact>,
}

/// What the notebook's sheet asks for, in the order of the page.
///
/// # Errors
/// Names an entry that is not finite.
pub fn answers(notebook: &Notebook) -> Result<Vec<Answer>, String> {
    let asked = notebook.cells().filter_map(|(_, cell)| entries(cell));
    let asked = asked.filter(|(name, _)| notebook.blanks.contains(name));
    asked.map(|(name, values)| Ok(Answer { name, values: exact(name, &values)? })).collect()
}

/// The numbers that a page shows under a name; those of a table are the fields that a sheet would leave open.
#[must_use]
pub fn numbers(notebook: &Notebook, name: &str) -> Option<DMatrix<Exact>> {
    let (_, values) =
        notebook.cells().filter_map(|(_, cell)| entries(cell)).find(|(shown, _)| *shown == name)?;
    exact(name, &values).ok()
}

fn entries(cell: &Cell) -> Option<(&'static str, DMatrix<Value>)> {
    match cell {
        Cell::Matrix(matrix) => Some((matrix.name, matrix.values.clone())),
        Cell::Value { name, value, .. } => Some((name, DMatrix::from_element(1, 1, value.clone()))),
        Cell::Table(table) => Some((table.name, open_fields(table))),
        _ => None,
    }
}

fn exact(name: &str, values: &DMatrix<Value>) -> Result<DMatrix<Exact>, String> {
    let exact = |value: &Value| match value {
        Value::Exact(exact) => Some(exact.clone()),
        Value::Float(float) => Exact::from_float(*float).map(|exact| rounded(&exact, DECIMALS)),
    };
    let entries: Option<Vec<_>> = values.iter().map(exact).collect();
    let entries = entries.ok_or_else(|| format!("an entry of {name} is not finite"))?;
    Ok(DMatrix::from_vec(values.nrows(), values.ncols(), entries))
}

fn open_fields(table: &Table) -> DMatrix<Value> {
    let columns = table.open_columns();
    let fields = table.rows.iter().flat_map(|row| columns.iter().map(|&column| &row[column]));
    let numbers = fields.filter_map(|field| match field {
        Field::Number(number) => Some(number.clone()),
        Field::Text(_) => None,
    });
    DMatrix::from_row_iterator(table.rows.len(), columns.len(), numbers)
}
