//! A notebook as text: one exhaustive match over its cells for each format.

mod html;
mod index;
mod json;
mod markdown;
mod terminal;

pub use html::{Link, html, html_index};
pub use index::index;
pub use json::json;
pub use markdown::markdown;
pub use terminal::{terminal, terminal_steps};

use super::{Notation, Notebook, Terms, Value};
use nalgebra::DMatrix;

/// How a notebook is shown.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The most decimals that are shown.
    pub digits: usize,
    /// Whether every output cell's sum of products is shown, or the first of each matrix.
    pub full: bool,
    /// Whether the terminal understands colour.
    pub colour: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { digits: 4, full: false, colour: false }
    }
}

fn notation(values: &DMatrix<Value>, as_fractions: bool, digits: usize) -> Notation {
    if as_fractions { Notation::Fraction } else { Notation::of(values, digits) }
}

/// A sum of products spelled out: with the names of the entries, with their numbers, and its value.
pub(crate) struct Expansion {
    pub(crate) cell: String,
    names: String,
    pub(crate) numbers: String,
    /// `= 0.32`, or `≈ 0.3333` where the decimals do not say all.
    value: String,
}

pub(crate) fn expansion(
    notebook: &Notebook,
    name: &str,
    at: (usize, usize),
    terms: &Terms,
    value: (&Value, Notation),
    digits: usize,
) -> Expansion {
    let number = |entry: &super::Entry| {
        let values = notebook.matrix(entry.matrix).map(|matrix| &matrix.values);
        let value = values.and_then(|values| values.get((entry.row, entry.column)));
        value.map_or_else(String::new, |value| in_parentheses(super::decimal(value.clone(), digits)))
    };
    // In the order in which a person reads the first matrix, not in that of storage.
    let mut products: Vec<_> = terms.products().iter().collect();
    products.sort_by_key(|product| product.first().map(|entry| (entry.row, entry.column)));
    let entry = |entry: &super::Entry| format!("{}[{},{}]", entry.matrix, entry.row, entry.column);
    let spell = |word: &dyn Fn(&super::Entry) -> String| {
        let product = |product: &&Vec<super::Entry>| product.iter().map(word).collect::<Vec<_>>().join("·");
        let sum = products.iter().map(product).collect::<Vec<_>>().join(" + ");
        if sum.is_empty() { "0".to_owned() } else { sum }
    };
    let (value, notation) = value;
    let sign = if notation.is_exact_for(value) { "=" } else { "≈" };
    Expansion {
        cell: format!("{name}[{},{}]", at.0, at.1),
        names: spell(&entry),
        numbers: spell(&number),
        value: format!("{sign} {}", notation.write(value)),
    }
}

fn in_parentheses(number: String) -> String {
    if number.starts_with('-') { format!("({number})") } else { number }
}

/// The positions of a matrix, row by row.
fn positions<T>(matrix: &DMatrix<T>) -> impl Iterator<Item = (usize, usize)> + use<T> {
    let columns = matrix.ncols();
    (0..matrix.nrows()).flat_map(move |row| (0..columns).map(move |column| (row, column)))
}

/// Each column of a table as text: its numbers in one notation.
fn table_texts(table: &super::Table, digits: usize) -> Vec<Vec<String>> {
    let columns = (0..table.columns.len()).map(|column| {
        let numbers = table.rows.iter().filter_map(|row| match &row[column] {
            super::Field::Number(number) => Some(number),
            super::Field::Text(_) => None,
        });
        Notation::of(numbers, digits)
    });
    let columns: Vec<_> = columns.collect();
    let text = |(field, notation): (&super::Field, &Notation)| match field {
        super::Field::Text(text) => text.clone(),
        super::Field::Number(number) => notation.write(number),
    };
    table.rows.iter().map(|row| row.iter().zip(&columns).map(text).collect()).collect()
}

/// The fields of a blank that are given, as text: the numbers of a column in one notation.
fn blank_texts(blank: &super::Blank, digits: usize) -> Vec<Vec<Option<String>>> {
    let field =
        |field: &Option<super::Field>| field.clone().unwrap_or_else(|| super::Field::Text(String::new()));
    let given = super::Table {
        name: blank.name,
        columns: vec![""; blank.rows.first().map_or(0, Vec::len)],
        rows: blank.rows.iter().map(|row| row.iter().map(field).collect()).collect(),
        measured: 0,
        code: None,
    };
    let texts = table_texts(&given, digits);
    let or_blank = |(text, field): (String, &Option<_>)| field.as_ref().map(|_| text);
    let rows = texts.into_iter().zip(&blank.rows);
    rows.map(|(texts, fields)| texts.into_iter().zip(fields).map(or_blank).collect()).collect()
}

/// The page's verdicts in words: one line for each kind that there is.
fn totals(notebook: &Notebook) -> Vec<String> {
    let totals = notebook.totals();
    let mut lines = Vec::new();
    let mut line = |what: &str, counts: &[usize], words: &[&str]| {
        if counts.iter().sum::<usize>() > 0 {
            let counted: Vec<_> =
                counts.iter().zip(words).map(|(count, word)| format!("{count} {word}")).collect();
            lines.push(format!("{what}: {}", counted.join(", ")));
        }
    };
    line("Printed numbers", &totals.audit, &["match", "carried", "slip", "unexplained"]);
    line("Claims", &totals.claims, &["hold", "hold under a condition", "fail"]);
    line("Gradients", &totals.proofs, &["proven", "proven but for entries at a kink", "failed"]);
    if totals.audit.iter().sum::<usize>() > 0 {
        lines.push(VERDICTS.to_owned());
    }
    lines
}

const VERDICTS: &str = "A printed number is a match if the exact result rounds to it (on a tie either neighbour counts); \
     carried if it does so once the step is redone from the numbers printed before; a slip if a stated mistake gives it; \
     else unexplained.";

/// Equal, or rounded on the way to the page.
fn equals_sign(values: &DMatrix<Value>, notation: Notation) -> &'static str {
    if values.iter().all(|value| notation.is_exact_for(value)) { "=" } else { "≈" }
}

/// What became of a proof: the method, and each entry that does not simply hold.
fn proof_lines(proof: &super::Proof, digits: usize) -> Vec<String> {
    use super::{ProofEntry, decimal};
    let [held, at_kink, failed] = proof.counts();
    let mark = match (failed, at_kink) {
        (0, 0) => "✓ proven",
        (0, _) => "~ at the kink",
        _ => "✗ failed",
    };
    let method = proof.method;
    let all = held + at_kink + failed;
    // The last digits of doubles are another on another machine, and say nothing.
    let difference = match &proof.max_error {
        Value::Exact(error) => format!("; the largest difference is {}", decimal(error, digits)),
        Value::Float(_) => String::new(),
    };
    let mut lines =
        vec![format!("{mark}: `{}` against {method}. {held} of {all} entries agree{difference}.", proof.of)];
    for at in positions(&proof.entries) {
        let entry = format!("`{}[{},{}]`", proof.of, at.0, at.1);
        let value = decimal(proof.gradient[at].clone(), digits);
        match &proof.entries[at] {
            ProofEntry::Held => {}
            ProofEntry::AtKink { left, right } => lines.push(format!(
                "- {entry} = {value} stands at a kink: the slope tends to {} from below and to {} from above",
                decimal(left.clone(), digits),
                decimal(right.clone(), digits)
            )),
            ProofEntry::Failed { found: Some(found) } => lines.push(format!(
                "- {entry} = {value} failed: the finite difference is {}",
                decimal(found.clone(), digits)
            )),
            ProofEntry::Failed { found: None } => {
                lines.push(format!("- {entry} = {value} failed: no finite difference settles"));
            }
        }
    }
    lines
}

/// What stands above the printed numbers of a matrix.
fn audit_heading(audit: &super::Audit) -> String {
    let places = match audit.places {
        0 => "in whole numbers".to_owned(),
        1 => "to one place".to_owned(),
        places => format!("to {places} places"),
    };
    let in_parentheses = positions(&audit.printed).any(|at| exact_if_other(audit, at, 0).is_some());
    let legend = if in_parentheses { " (in parentheses what the procedure gives)" } else { "" };
    format!("`{}` as the source prints it, {places}{legend}:", audit.of)
}

/// Whether a column of a table holds numbers, and a dash where there is none; they end at the right, words begin at
/// the left.
fn is_number_column(rows: &[Vec<String>], column: usize) -> bool {
    let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let mut fields = rows.iter().map(|row| row[column].as_str()).filter(|&text| text != "–").peekable();
    fields.peek().is_some() && fields.all(is_number)
}

/// A printed number with its verdict, and the number that the procedure gives where that is another.
fn audited(audit: &super::Audit, at: (usize, usize), digits: usize) -> String {
    let verdict = audit.verdicts[at];
    let exact = exact_if_other(audit, at, digits).map_or_else(String::new, |exact| format!(" ({exact})"));
    format!("{} {} {}{exact}", audit.printed[at], verdict.mark(), verdict.word())
}

/// The number that the procedure gives, where the printed one is another.
fn exact_if_other(audit: &super::Audit, at: (usize, usize), digits: usize) -> Option<String> {
    let exact = &audit.exact[at];
    let differs = super::parse_number(&audit.printed[at]).ok().map(Value::from).as_ref() != Some(exact);
    differs.then(|| super::decimal(exact.clone(), digits))
}
