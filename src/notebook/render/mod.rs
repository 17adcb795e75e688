//! A notebook as text: one exhaustive match over its cells for each format.

mod data;
mod html;
mod index;
mod json;
mod markdown;
mod terminal;

pub use html::{Link, html, html_index, html_keys};
pub use index::index;
pub use json::json;
pub use markdown::markdown;
pub(crate) use terminal::{paragraph, wrapped};
pub use terminal::{terminal, terminal_steps};

use super::{Notation, Notebook, Term, Traced, Value};
use nalgebra::DMatrix;
use traced::{are_marked, positions};

/// How a notebook is shown.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// The most decimals that are shown.
    pub digits: usize,
    /// Whether every output cell's sum of products is shown, or the first of each matrix.
    pub full: bool,
    /// Whether the terminal understands colour.
    pub colour: bool,
    /// The columns of the terminal.
    pub width: usize,
    /// Whether the numbers of a web page can be changed: the program then lies beside it.
    pub is_live: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { digits: 4, full: false, colour: false, width: 100, is_live: false }
    }
}

/// What whoever fills in a sheet writes first. Which variant it is stands in its title.
const NAME_AND_DATE: &str = "Name ______________________________   Date ______________";

/// Endless fractions are shown as fractions, where they are short ones.
fn notation(values: &DMatrix<Value>, digits: usize) -> Notation {
    const LARGEST_DENOMINATOR: u32 = 60;
    let notation = Notation::of(values, digits);
    let is_short =
        |value: &Value| value.exact().is_some_and(|exact| *exact.denom() <= LARGEST_DENOMINATOR.into());
    let is_endless = !values.iter().all(|value| Notation::Fixed(LONGEST_DECIMAL).is_exact_for(value));
    if is_endless && values.iter().all(is_short) { Notation::Fraction } else { notation }
}

/// A fraction with a denominator of 60 or less that ends as a decimal does so within as many digits.
const LONGEST_DECIMAL: usize = 6;

/// How a cell came about, spelled out.
pub(crate) struct Expansion {
    /// The cell, as `a1[0,0]`.
    pub(crate) cell: String,
    /// With the names of the entries; nothing where the number is a constant.
    names: Option<String>,
    /// With their numbers; nothing where these are the value alone.
    pub(crate) numbers: Option<String>,
    /// `= 0.32`, or `≈ 0.3333` where the decimals do not say all.
    value: String,
}

impl Expansion {
    /// In one line, with numbers.
    fn in_numbers(&self) -> String {
        let numbers = self.numbers.as_deref().or(self.names.as_deref());
        let numbers = numbers.map_or_else(String::new, |numbers| format!(" = {numbers}"));
        format!("{}{numbers} {}", self.cell, self.value)
    }
}

pub(crate) fn expansion(cell: String, made: &Traced, notation: Notation, digits: usize) -> Expansion {
    let value = made.value();
    let sign = if notation.is_exact_for(value) { "=" } else { "≈" };
    let value = notation.write(value);
    let names = (!made.is_constant()).then(|| made.in_names());
    let numbers = made.is_calculated().then(|| made.in_numbers(digits)).filter(|numbers| *numbers != value);
    Expansion { cell, names, numbers, value: format!("{sign} {value}") }
}

/// A sum without the letters that tell its terms apart.
fn without_marks(sum: &str) -> String {
    let mut pieces = sum.split(" (");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(')') {
            Some((letters, rest)) if is_mark(letters) => text.push_str(rest),
            _ => text.extend([" (", piece]),
        }
    }
    text
}

/// Whether some sum has letters, which lead from a term with names to the same term with numbers.
fn has_marks(sums: &str) -> bool {
    without_marks(sums) != sums
}

fn is_mark(letters: &str) -> bool {
    matches!(letters.len(), 1..=2) && letters.chars().all(|c| c.is_ascii_lowercase())
}

/// The cells that are worth spelling out: where an entry is only copied, one sees that from the matrices.
fn calculated(made: &DMatrix<Traced>) -> impl Iterator<Item = (usize, usize)> {
    positions(made).filter(|&at| made[at].is_calculated())
}

/// The calculated cell in which the most terms meet that are not 0, the first of them as a person reads: what best
/// shows how a matrix is made. None where all of them are copied.
fn busiest(made: &DMatrix<Traced>) -> Option<(usize, usize)> {
    let terms = |at: &(usize, usize)| {
        let terms = made[*at].terms();
        let count = terms.iter().filter(|term| *term.number.value() != Value::from(0)).count();
        (count, terms.len(), made[*at].entries().count())
    };
    // The last of equals is what `max_by_key` returns.
    calculated(made).collect::<Vec<_>>().into_iter().rev().max_by_key(terms)
}

/// What stands above the cells that are spelled out.
fn where_from(made: &DMatrix<Traced>) -> &'static str {
    if calculated(made).count() == made.len() {
        "Where every cell of"
    } else {
        "Where every calculated cell of"
    }
}

/// Where the terms of a cell take their entries from: each matrix, with the marks that its entries bear. Nothing
/// where there is only one term.
fn windows(notebook: &Notebook, made: &Traced) -> Vec<(&'static str, DMatrix<String>)> {
    let terms = made.terms();
    let mut windows: Vec<(&'static str, DMatrix<String>)> = Vec::new();
    if !are_marked(&terms) {
        return windows;
    }
    for Term { number, mark } in &terms {
        for entry in number.entries() {
            let (Some(at), Some(matrix)) = (entry.at, notebook.matrix(entry.name)) else { continue };
            let known = windows.iter().position(|(name, _)| *name == entry.name);
            let index = known.unwrap_or_else(|| {
                let (rows, columns) = matrix.values.shape();
                windows.push((entry.name, DMatrix::from_element(rows, columns, String::new())));
                windows.len() - 1
            });
            let marks = &mut windows[index].1[at];
            marks.push_str(if marks.is_empty() { "" } else { "+" });
            marks.push_str(&mark.to_string());
        }
    }
    windows
}

/// Each column of a table as text: its numbers in one notation.
pub(crate) fn table_texts(table: &super::Table, digits: usize) -> Vec<Vec<String>> {
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
            let word = |count: usize, word: &str| match word.split_once('/') {
                Some((one, _)) if count == 1 => one.to_owned(),
                Some((_, several)) => several.to_owned(),
                None => word.to_owned(),
            };
            let counted =
                counts.iter().zip(words).map(|(&count, words)| format!("{count} {}", word(count, words)));
            let counted: Vec<_> = counted.collect();
            lines.push(format!("{what}: {}", counted.join(", ")));
        }
    };
    line("Printed numbers", &totals.audit, &["match", "carried", "slip", "unexplained"]);
    let claims = match totals.own {
        0 => "Claims".to_owned(),
        own => format!("Claims ({own} of them this page's own)"),
    };
    line(
        &claims,
        &totals.claims,
        &["holds/hold", "holds under a condition/hold under a condition", "fails/fail"],
    );
    let gradients = totals.gradients().into_iter().filter(|(count, _)| *count > 0);
    let (counts, words): (Vec<_>, Vec<_>) = gradients.unzip();
    line("Gradients", &counts, &words);
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

/// What stands before a number that is written with so many decimals at the most: whether it is all of it.
fn equals_sign_of(value: &Value, digits: usize) -> &'static str {
    if Notation::of([value], digits).is_exact_for(value) { "=" } else { "≈" }
}

/// What became of a proof: for which numbers, why, and each entry that does not simply hold.
fn proof_lines(proof: &super::Proof, digits: usize) -> Vec<String> {
    use super::{ProofEntry, Reach, decimal};
    let [held, at_kink, failed] = proof.counts();
    let all = held + at_kink + failed;
    let super::Proof { of, by, function, .. } = proof;
    let mark = match (failed, at_kink, proof.reach) {
        (0, 0, Reach::AllNumbers) => "✓ proven for all numbers",
        (0, 0, Reach::TheseSigns) => "✓ proven for these signs",
        (0, 0, Reach::TheseNumbers) => "✓ checked at these numbers",
        (0, ..) => "~ at the kink",
        _ => "✗ failed",
    };
    let exactly = if matches!(proof.max_error, Value::Exact(_)) { "exactly " } else { "" };
    let moved = format!("{} entry of `{by}` is moved", if all == 1 { "the" } else { "each" });
    let slopes = if all == 1 {
        format!("the slope that comes out is {exactly}the entry of `{of}`")
    } else {
        format!("all {all} slopes that come out are {exactly}the entries of `{of}`")
    };
    let moved = match &proof.max_error {
        Value::Exact(_) => {
            let kinks = proof.entries.iter().filter(|entry| **entry == ProofEntry::HeldFromBothSides).count();
            let from_both_sides = match kinks {
                0 => String::new(),
                _ if all == 1 => " (from both sides of a kink)".to_owned(),
                kinks => format!(" ({kinks} of them from both sides of a kink)"),
            };
            format!("{moved} a little, in exact fractions, and {slopes}{from_both_sides}.")
        }
        // The last digits of doubles are another on another machine, and say nothing.
        Value::Float(_) => {
            let of_the_largest = if all == 1 { "" } else { " of the largest" };
            format!("{moved} a little, in double precision, and {slopes}, to 1e-7{of_the_largest}.")
        }
    };
    let entries_are_slopes = |count: usize| {
        let are = if count == 1 { "is" } else { "are" };
        format!("{count} of {all} entries of `{of}` {are} the slope of `{function}` along `{by}`")
    };
    let pieces = if proof.compares {
        "the signs stay as they are and the same numbers are the largest"
    } else {
        "the signs stay as they are"
    };
    let why = match (failed, at_kink, proof.reach) {
        (1.., ..) => format!("{}.", entries_are_slopes(held)),
        (_, 1.., _) => {
            let those = match held {
                0 if all == 1 => format!("the entry of `{of}` reaches"),
                0 => format!("each of the {all} entries of `{of}` reaches"),
                _ if at_kink == 1 => format!("{}; the other one reaches", entries_are_slopes(held)),
                _ => format!("{}; each of the others reaches", entries_are_slopes(held)),
            };
            format!("{those} a kink, where the slope may differ from one side to the other.")
        }
        (.., Reach::AllNumbers) => format!(
            "multiplied out, the derivative of `{function}` with respect to each entry of `{by}` and the entry of `{of}` are the same sum of \
             products, whatever numbers stand in their place. As a check, {moved}"
        ),
        (.., Reach::TheseSigns) => format!(
            "as long as {pieces}, the derivative of `{function}` with respect to each entry of `{by}` and the entry of `{of}` \
             are the same sum of products. As a check, {moved}"
        ),
        (.., Reach::TheseNumbers) => moved,
    };
    let mut lines = vec![format!("{mark}: {why}")];
    if let Some(derivative) = proof.derivative.as_ref().filter(|_| failed == 0) {
        lines.push(derivative_line(derivative, function, of));
    }
    for at in positions(&proof.entries) {
        let entry = format!("`{of}[{},{}]`", at.0, at.1);
        let value = decimal(proof.gradient[at].clone(), digits);
        match &proof.entries[at] {
            ProofEntry::Held => {}
            ProofEntry::HeldFromBothSides => lines.push(format!(
                "- {entry} = {value} holds from both sides: moving `{by}[{},{}]` reaches a kink, but the slope tends to \
                 {value} from below and from above",
                at.0, at.1
            )),
            ProofEntry::AtKink { left, right } => lines.push(format!(
                "- {entry} = {value} stands at a kink: the slope tends to {} from below and to {} from above; {value} is \
                 what the convention gives: a ReLU at 0 has the derivative 0{}",
                decimal(left.clone(), digits),
                decimal(right.clone(), digits),
                if proof.compares { ", and the first of equal numbers is the largest" } else { "" }
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

/// One entry's derivative as algebra.
fn derivative_line(derivative: &super::Derivative, function: &str, of: &str) -> String {
    let super::Derivative { by, terms, left, count } = derivative;
    let more = if *count > terms.len() { format!(" + … ({count} terms)") } else { String::new() };
    let entry = by.to_string().replacen(by.name, of, 1);
    let [terms, left] = [terms, left].map(|terms| terms.join(" + "));
    format!(
        "- In `{function}`, `{by}` is a factor of {terms}{more}. The derivative is what it is multiplied by, {left}{more}: `{entry}`, \
         multiplied out."
    )
}

/// An audit that finds nothing to explain, in one line.
fn all_match(audit: &super::Audit) -> Option<String> {
    const MOST_NUMBERS: usize = 16;
    let count = audit.printed.len();
    let rows = audit.printed.row_iter().map(|row| row.iter().cloned().collect::<Vec<_>>().join(" "));
    let numbers = match count {
        ..=MOST_NUMBERS => format!(": {}", rows.collect::<Vec<_>>().join("; ")),
        _ => format!(" in all {count} numbers"),
    };
    let heading = audit_heading(audit);
    let heading = heading.trim_end_matches(':').replace(IN_PARENTHESES, "");
    audit.is_all_match().then(|| format!("{heading}, ✓ match{numbers}"))
}

const IN_PARENTHESES: &str = " (in parentheses what the procedure gives)";

/// What stands above the printed numbers of a matrix.
fn audit_heading(audit: &super::Audit) -> String {
    let places = match audit.places {
        0 => "in whole numbers".to_owned(),
        1 => "to one place".to_owned(),
        places => format!("to {places} places"),
    };
    let in_parentheses = positions(&audit.printed).any(|at| exact_if_other(audit, at, 0).is_some());
    let legend = if in_parentheses { IN_PARENTHESES } else { "" };
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

#[cfg(test)]
mod tests {
    use super::super::{Page, literal};
    use super::*;
    use nalgebra::dmatrix;

    #[test]
    fn letters_are_taken_out_of_a_sum_wherever_it_stands() {
        for (sum, without) in [
            ("1·2 (a) + 3·4 (b)", "1·2 + 3·4"),
            ("(1·2 (a) + (3 − 5)·4 (bb)) / 2", "(1·2 + (3 − 5)·4) / 2"),
            ("ln(1 + exp(2)) + (-3)·5", "ln(1 + exp(2)) + (-3)·5"),
        ] {
            assert_eq!((without_marks(sum).as_str(), has_marks(sum)), (without, sum != without));
        }
    }

    #[test]
    fn what_is_only_copied_is_not_spelled_out() {
        let mut page = Page::new(Notebook::default(), &[], true);
        page.section("a section");
        let a = page.given("a", &literal("1 2"));
        page.show("swapped", dmatrix![a[1].clone(), a[0].clone()]);
        page.show("mixed", dmatrix![a[0].clone(), a.sum(), Traced::from(0)]);
        let notebook = page.finish().expect("a page");
        let all = Style { full: true, ..Style::default() };
        let page = markdown(&notebook, all, |_| None);
        assert!(page.contains("Where every calculated cell of <code>mixed</code> comes from"), "{page}");
        for text in [page, terminal(&notebook, all)] {
            let spelled = text.lines().filter_map(|line| Some(line.split_once("] = ")?.0));
            assert!(spelled.into_iter().all(|cell| cell == "mixed[0,1"), "{text}");
            assert!(text.contains("= 1 (a) + 2 (b) = 3"), "{text}");
        }
    }

    fn proof(gradient: &'static str, by: &'static str, function: fn(&Traced) -> Traced) -> Vec<String> {
        let mut page = Page::new(Notebook::default(), &[], true);
        page.section("a section");
        let x = page.given("x", &literal(by));
        let gradient = page.show("g", literal(gradient));
        let loss = page.value("L", x.map(|entry| function(&entry)).sum());
        page.prove_gradient(&gradient, &loss, &x);
        let notebook = page.finish().expect("a page");
        let proofs = notebook.cells().filter_map(|(_, cell)| match cell {
            super::super::Cell::Proof(proof) => Some(proof_lines(proof, 4)),
            _ => None,
        });
        proofs.flatten().chain(totals(&notebook)).collect()
    }

    #[test]
    fn a_proof_says_for_which_numbers_and_how_many_entries() {
        let twice = |x: &Traced| x.clone() + x.clone();
        let failed = proof("2 3 2 2", "1 2 3 4", twice);
        let expected = [
            "✗ failed: 3 of 4 entries of `g` are the slope of `L` along `x`.",
            "- `g[0,1]` = 3 failed: the finite difference is 2",
            "Gradients: 1 failed",
        ];
        assert_eq!(failed, expected);
        let relu = |x: &Traced| crate::math::Piecewise::relu(x.clone());
        let at_kink = proof("1 0 1", "1 0 2", relu);
        assert!(at_kink[0].starts_with("~ at the kink: 2 of 3 entries of `g` are the slope"), "{at_kink:?}");
        assert!(
            at_kink[1].starts_with(
                "- `g[0,1]` = 0 stands at a kink: the slope tends to 0 from below and to 1 from"
            )
        );
        assert!(at_kink[0].ends_with(
            "; the other one reaches a kink, where the slope may differ from one side to the other."
        ));
        assert!(at_kink[1].ends_with("what the convention gives: a ReLU at 0 has the derivative 0"));
        let [one, two] = ["0", "0 0"].map(|at| proof(at, at, relu)[0].clone());
        assert!(one.starts_with("~ at the kink: the entry of `g` reaches a kink"), "{one}");
        assert!(two.starts_with("~ at the kink: each of the 2 entries of `g` reaches a kink"), "{two}");
        let checked = proof("1", "0", |x| x.clone().exp());
        let expected = "✓ checked at these numbers: the entry of `x` is moved a little, in double precision, and the slope that \
                        comes out is the entry of `g`, to 1e-7.";
        assert_eq!(checked, [expected, "Gradients: 1 checked at these numbers"]);
        let proven = proof("2", "1", twice);
        assert!(proven[0].starts_with("✓ proven for all numbers: "));
        let derivative = "- In `L`, `x[0,0]` is a factor of 2·x[0,0]. The derivative is what it is multiplied by, 2: `g[0,0]`, \
                          multiplied out.";
        assert_eq!(proven[1..], [derivative, "Gradients: 1 proven"]);
    }
}
