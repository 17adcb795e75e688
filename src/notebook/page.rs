//! Telling a worked example: cells are added in the order in which a class meets them.

use super::audit::Printed;
use super::cell::{
    Cell, Claim, ClaimVerdict, Field, Figure, Matrix, Notebook, Operand, Section, Table, Totals,
};
use super::{Chart, Proof, Terms, Value, code, values, write_matrix, write_number};
use crate::{Exact, math::Slope};
use nalgebra::{DMatrix, Scalar};
use std::error::Error;
use std::panic::Location;

/// What telling an example ends in: an error is a mistake of the example's own, never of its inputs.
pub type Told = Result<(), Box<dyn Error>>;

/// Hears what is being worked on, how much of it is done, and of how much; from any thread.
pub type Listener = Box<dyn Fn(&str, usize, usize) + Send + Sync>;

/// A notebook that is being written.
pub struct Page {
    notebook: Notebook,
    source_text: &'static str,
    with_the_sources_inputs: bool,
    mistakes: Vec<String>,
    listener: Listener,
}

impl Page {
    /// An empty page. `code` is the text of the file that tells the example, whose lines are shown beside the
    /// values they compute; the source's numbers are audited only where its inputs are used.
    #[must_use]
    pub fn new(notebook: Notebook, source_text: &'static str, with_the_sources_inputs: bool) -> Self {
        let listener = Box::new(|_: &str, _, _| {});
        Self { notebook, source_text, with_the_sources_inputs, mistakes: Vec::new(), listener }
    }

    /// Has somebody listen to what is [reported](Self::report). Without, nobody does.
    pub fn set_listener(&mut self, listener: Listener) {
        self.listener = listener;
    }

    /// Says how far a long computation has come. Nothing of it stands on the page.
    ///
    /// ```
    /// # fn tell(page: &mut worked_examples::notebook::Page) {
    /// for epoch in 0..20 {
    ///     page.report("training", epoch, 20);
    /// }
    /// # }
    /// ```
    pub fn report(&self, what: &str, done: usize, of: usize) {
        (self.listener)(what, done, of);
    }

    /// The finished notebook.
    ///
    /// # Errors
    /// Mistakes of the example's own: an explanation that explains nothing, a name given twice, an expansion
    /// that is not the matrix, something asked for that is not there.
    pub fn finish(mut self) -> Result<Notebook, String> {
        let is_shown = |name| self.notebook.cells().any(|(_, cell)| cell.name() == Some(name));
        let missing = self.notebook.asks.iter().filter(|&&name| !is_shown(name));
        self.mistakes.extend(missing.map(|name| format!("{name} is asked for and never shown")));
        if self.mistakes.is_empty() { Ok(self.notebook) } else { Err(self.mistakes.join("; ")) }
    }

    /// Begins a section.
    pub fn section(&mut self, title: impl Into<String>) {
        self.notebook.sections.push(Section { title: title.into(), cells: Vec::new() });
    }

    /// A paragraph.
    pub fn say(&mut self, text: impl Into<String>) {
        self.push(Cell::Prose(text.into()));
    }

    /// A formula, in LaTeX and in plain Unicode.
    pub fn formula(&mut self, latex: &'static str, plain: &'static str) {
        self.push(Cell::Formula { latex, plain });
    }

    /// A matrix that is given: an input.
    pub fn given(&mut self, name: &'static str, matrix: &DMatrix<Exact>) {
        self.notebook.inputs.push((name, write_matrix(matrix)));
        let matrix = Matrix {
            name,
            values: values(matrix),
            equation: Vec::new(),
            terms: None,
            as_fractions: false,
            code: None,
        };
        self.push(Cell::Matrix(matrix));
    }

    /// A number that is given: an input.
    pub fn given_number(&mut self, name: &'static str, number: &Exact) {
        self.notebook.inputs.push((name, write_number(number)));
        self.push(Cell::Value { name, value: number.into(), code: None });
    }

    /// Something else that is given: an input that the page does not print, in words.
    pub fn given_text(&mut self, name: &'static str, text: impl Into<String>) {
        self.notebook.inputs.push((name, text.into()));
    }

    /// A matrix that was computed, with the line of code above this call.
    #[track_caller]
    pub fn show<T: Scalar + Into<Value>>(&mut self, name: &'static str, matrix: &DMatrix<T>) -> Shown<'_> {
        let code = self.code(Location::caller());
        let values = values(matrix);
        let matrix = Matrix { name, values, equation: Vec::new(), terms: None, as_fractions: false, code };
        self.push(Cell::Matrix(matrix));
        let section = self.notebook.sections.len() - 1;
        let cell = self.notebook.sections[section].cells.len() - 1;
        Shown { page: self, section, cell }
    }

    /// A number that was computed, with the line of code above this call.
    #[track_caller]
    pub fn value(&mut self, name: &'static str, value: impl Into<Value>) {
        let code = self.code(Location::caller());
        self.push(Cell::Value { name, value: value.into(), code });
    }

    /// A matrix shown before, as the source prints it; left out with inputs other than the source's.
    pub fn audit(&mut self, name: &'static str, printed: Printed) {
        if !self.with_the_sources_inputs {
            return;
        }
        let exact = self.notebook.matrix(name).and_then(Matrix::exact);
        match exact
            .ok_or_else(|| format!("no exact matrix {name} is shown"))
            .and_then(|m| printed.judge(name, &m))
        {
            Ok(audit) => self.push(Cell::Audit(audit)),
            Err(mistake) => self.mistakes.push(mistake),
        }
    }

    /// A table, with the line of code above this call.
    #[track_caller]
    pub fn table<const N: usize>(
        &mut self,
        name: &'static str,
        columns: [&'static str; N],
        rows: Vec<[Field; N]>,
    ) -> &mut Table {
        let code = self.code(Location::caller());
        let rows = rows.into_iter().map(Vec::from).collect();
        self.push(Cell::Table(Table { name, columns: columns.to_vec(), rows, measured: 0, code }));
        match self.notebook.sections.last_mut().and_then(|section| section.cells.last_mut()) {
            Some(Cell::Table(table)) => table,
            _ => unreachable!("the last cell is the table"),
        }
    }

    /// A question to think about, and its answer.
    pub fn ask(&mut self, question: impl Into<String>, answer: impl Into<String>) {
        self.push(Cell::Question { question: question.into(), answer: Some(answer.into()) });
    }

    /// Something to do oneself, and what comes out.
    pub fn exercise(&mut self, task: impl Into<String>, answer: impl Into<String>) {
        self.push(Cell::Exercise { task: task.into(), answer: Some(answer.into()) });
    }

    /// A claim of the source, put to computation; left out with inputs other than the source's.
    pub fn claim(
        &mut self,
        text: impl Into<String>,
        verdict: impl Into<ClaimVerdict>,
        evidence: impl Into<String>,
    ) {
        self.push_claim(text.into(), verdict.into(), evidence.into(), false);
    }

    /// A [`claim`](Self::claim) whose evidence is what a teacher would quote.
    pub fn headline(
        &mut self,
        text: impl Into<String>,
        verdict: impl Into<ClaimVerdict>,
        evidence: impl Into<String>,
    ) {
        self.push_claim(text.into(), verdict.into(), evidence.into(), true);
    }

    /// A figure.
    pub fn figure(&mut self, name: &'static str, alt: impl Into<String>, chart: Chart) {
        self.push(Cell::Figure(Figure { name, alt: alt.into(), chart, attachment: None }));
    }

    /// A figure with a file to go with it, to be written beside it: its name, with the ending, and its bytes.
    pub fn figure_with(
        &mut self,
        name: &'static str,
        alt: impl Into<String>,
        chart: Chart,
        attachment: (&'static str, Vec<u8>),
    ) {
        self.push(Cell::Figure(Figure { name, alt: alt.into(), chart, attachment: Some(attachment) }));
    }

    /// What speaks of the source's own numbers; left out with other inputs.
    ///
    /// # Errors
    /// Those of `tell`.
    pub fn about_the_source(&mut self, tell: impl FnOnce(&mut Self) -> Told) -> Told {
        if self.with_the_sources_inputs { tell(self) } else { Ok(()) }
    }

    /// The verdicts so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.notebook.totals()
    }

    fn push_claim(&mut self, text: String, verdict: ClaimVerdict, evidence: String, is_headline: bool) {
        if self.with_the_sources_inputs {
            self.push(Cell::Claim(Claim { text, verdict, evidence, is_headline }));
        }
    }

    fn push(&mut self, cell: Cell) {
        if let Some(name) = cell.name()
            && self.notebook.cells().any(|(_, other)| other.name() == Some(name))
        {
            self.mistakes.push(format!("the name {name} is given twice"));
        }
        if self.notebook.sections.is_empty() {
            self.mistakes.push("a cell stands before the first section".to_owned());
            self.section("");
        }
        let last = self.notebook.sections.len() - 1;
        self.notebook.sections[last].cells.push(cell);
    }

    fn code(&self, caller: &Location<'_>) -> Option<String> {
        code::above(self.source_text, caller.line())
    }
}

/// A matrix that has just been shown, and what more there is to say of it.
pub struct Shown<'a> {
    page: &'a mut Page,
    section: usize,
    cell: usize,
}

impl Shown<'_> {
    /// What the matrix is equal to: names of matrices that were shown before, anything else as text.
    pub fn equals(&mut self, equation: &str) -> &mut Self {
        let operands = operands(&self.page.notebook, equation);
        self.change(|matrix| matrix.equation = operands)
    }

    /// Each entry as a sum of products: the same operation, computed with [`entries`](super::entries).
    pub fn as_sums_of_products(&mut self, terms: DMatrix<Terms>) -> &mut Self {
        if let Err(mistake) = self.check(&terms) {
            self.page.mistakes.push(mistake);
        }
        self.change(|matrix| matrix.terms = Some(terms))
    }

    /// Endless fractions are shown as fractions.
    pub fn as_fractions(&mut self) -> &mut Self {
        self.change(|matrix| matrix.as_fractions = true)
    }

    /// The same matrix as the source prints it; left out with inputs other than the source's.
    pub fn printed(&mut self, printed: Printed) -> &mut Self {
        let name = self.matrix().name;
        self.page.audit(name, printed);
        self
    }

    /// The matrix is a gradient: its entries against the slopes that finite differences found.
    pub fn proven<T: Scalar + Into<Value>>(&mut self, slopes: &DMatrix<Slope<T>>) -> &mut Self {
        let Matrix { name, values, .. } = self.matrix();
        let proof = Proof::new(name, values, slopes);
        self.page.push(Cell::Proof(proof));
        self
    }

    fn matrix(&self) -> &Matrix {
        match &self.page.notebook.sections[self.section].cells[self.cell] {
            Cell::Matrix(matrix) => matrix,
            _ => unreachable!("a shown cell is a matrix"),
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Matrix)) -> &mut Self {
        if let Cell::Matrix(matrix) = &mut self.page.notebook.sections[self.section].cells[self.cell] {
            change(matrix);
        }
        self
    }

    fn check(&self, terms: &DMatrix<Terms>) -> Result<(), String> {
        let Matrix { name, values, .. } = self.matrix();
        if terms.shape() != values.shape() {
            return Err(format!("the sums of products of {name} have not its shape"));
        }
        for (terms, value) in terms.iter().zip(values) {
            let sum = terms
                .evaluate(|entry| {
                    let matrix = self.page.notebook.matrix(entry.matrix)?;
                    matrix.values.get((entry.row, entry.column)).cloned()
                })
                .ok_or_else(|| format!("the sums of products of {name} name an entry that is not shown"))?;
            if !sum.is_about(value) {
                return Err(format!("the sums of products of {name} are not its entries"));
            }
        }
        Ok(())
    }
}

/// Splits an equation where names begin and end, and puts matrices in the place of names that have been shown.
fn operands(notebook: &Notebook, equation: &str) -> Vec<Operand> {
    let mut operands = Vec::new();
    let mut text = String::new();
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = equation;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| is_name(c) != is_name(first)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(length);
        match notebook.matrix(piece) {
            Some(matrix) => {
                let before = std::mem::take(&mut text);
                operands.extend((!before.trim().is_empty()).then(|| Operand::Text(before.trim().to_owned())));
                operands.push(Operand::Matrix(matrix.name, matrix.values.clone()));
            }
            None => text.push_str(piece),
        }
        rest = after;
    }
    operands.extend((!text.trim().is_empty()).then(|| Operand::Text(text.trim().to_owned())));
    operands
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn what_is_reported_is_heard_and_stands_on_no_page() {
        let notebook = Notebook {
            topic: "test",
            title: String::new(),
            asks: &[],
            gives: &[],
            question: "",
            minutes: 0,
            requires: "",
            inputs: Vec::new(),
            sections: Vec::new(),
        };
        let mut page = Page::new(notebook, "", true);
        page.report("unheard", 0, 2);
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&heard);
        page.set_listener(Box::new(move |what, done, of| {
            ear.lock().expect("one thread").push((what.to_owned(), done, of));
        }));
        page.report("training", 1, 2);
        assert_eq!(*heard.lock().expect("one thread"), [("training".to_owned(), 1, 2)]);
        assert_eq!(page.finish().map(|notebook| notebook.sections.len()), Ok(0));
    }
}
