//! The answers of a sheet.

use super::answers;
use crate::notebook::{Notebook, write_matrix};
use std::fmt::Write;

/// The answers, one a line, as `name = 1 0.5; 1/3 2`: exact, so a fraction where the decimals do not end. The
/// line `variant = 7` stands before them where the numbers were drawn.
///
/// # Errors
/// Those of [`answers`].
pub fn key(notebook: &Notebook) -> Result<String, String> {
    let mut key = notebook.variant().map_or_else(String::new, |seed| format!("variant = {seed}\n"));
    for answer in answers(notebook)? {
        let _ = writeln!(key, "{} = {}", answer.name, write_matrix(&answer.values));
    }
    Ok(key)
}
