//! Telling a worked example: cells are added in the order in which a class meets them.

use super::audit::{Audit, Printed};
use super::cell::{
    Cell, Claim, ClaimVerdict, Figure, Matrix, Notebook, Operand, Origin, Row, Section, Table, Totals,
};
use super::chart::Chart;
use super::input::{write_matrix, write_number};
use super::proof::Proof;
use super::{code, equation, numpy, printable};
use crate::Exact;
use nalgebra::{DMatrix, Scalar};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::panic::Location;
use traced::{Entry, Traced, Value, exact, given, shown, untraced};

/// What telling an example ends in: an error is a mistake of the example's own, never of its inputs.
pub type Told = Result<(), Box<dyn Error>>;

/// A matrix that a page shows, or that is computed from what it shows: its numbers remember how they were made.
pub type Numbers = DMatrix<Traced>;

/// Hears what is being worked on, how much of it is done, and of how much; from any thread.
pub type Listener = Box<dyn Fn(&str, usize, usize) + Send + Sync>;

/// How much of a page is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// What a pencil can do, without what only a screen shows.
    OnPaper,
    /// What a pencil can do.
    ByHand,
    /// All of it.
    #[default]
    Whole,
}

/// A notebook that is being written.
pub struct Page {
    notebook: Notebook,
    files: &'static [&'static str],
    has_the_default_inputs: bool,
    /// What the page has shown, by name.
    shown: HashMap<&'static str, DMatrix<Traced>>,
    /// Somebody's own answers: they take the place of what the page would show from there on.
    answers: BTreeMap<String, DMatrix<Exact>>,
    /// What the source prints of it.
    printed: HashMap<&'static str, DMatrix<Exact>>,
    mistakes: Vec<String>,
    listener: Listener,
    extent: Extent,
    /// Whether the next cell is left out, and those that were.
    leaves_out: bool,
    left_out: Vec<Cell>,
}

impl Page {
    /// An empty page. `code` is the text of the file that tells the example, whose lines are shown beside the
    /// values they compute; the source's numbers are audited only where its inputs are used.
    #[must_use]
    pub fn new(notebook: Notebook, files: &'static [&'static str], has_the_default_inputs: bool) -> Self {
        let listener = Box::new(|_: &str, _, _| {});
        let (shown, printed, answers) = (HashMap::new(), HashMap::new(), BTreeMap::new());
        let mistakes = Vec::new();
        Self {
            notebook,
            files,
            has_the_default_inputs,
            shown,
            answers,
            printed,
            mistakes,
            listener,
            extent: Extent::Whole,
            leaves_out: false,
            left_out: Vec::new(),
        }
    }

    /// Leaves out what goes beyond. Without, nothing is left out.
    pub fn set_extent(&mut self, extent: Extent) {
        self.extent = extent;
    }

    /// Puts somebody's own answers in the place of what is shown under their names: the next steps are computed from
    /// them. An answer of another shape is left out.
    pub fn set_answers(&mut self, answers: BTreeMap<String, DMatrix<Exact>>) {
        self.answers = answers;
    }

    fn answered(&self, name: &str, mut shown: DMatrix<Traced>) -> DMatrix<Traced> {
        if let Some(answer) = self.answers.get(name).filter(|answer| answer.shape() == shown.shape()) {
            shown.zip_apply(answer, |entry, answer| *entry = entry.clone().answered(answer));
        }
        shown
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
        let missing = self.notebook.blanks.iter().filter(|&&name| !is_shown(name));
        self.mistakes.extend(missing.map(|name| format!("{name} is asked for and never shown")));
        let without_words = self.notebook.figures().filter(|figure| figure.alt.is_empty());
        self.mistakes.extend(without_words.map(|figure| format!("the figure {} has no words", figure.name)));
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

    /// A function at the foot of the example's own file, by its name: for one that is the lesson.
    pub fn show_function(&mut self, name: &str) {
        let complaint = || format!("there is no function {name} at the foot of the file");
        self.push_if_right(code::function(self.files, name).map(Cell::Code).ok_or_else(complaint));
    }

    /// The last section of a page: its main numbers once more, by code in Python that takes the inputs by their names and
    /// begins with its imports. What it computes bears the page's names, so that each can be compared; a line for each
    /// input that it uses is put behind the imports.
    ///
    /// ```
    /// # fn tell(page: &mut worked_examples::notebook::Page) {
    /// page.numpy("import numpy as np\n\nL = np.sum(delta * a2)\n");
    /// # }
    /// ```
    pub fn numpy(&mut self, code: &str) {
        self.section("The same in NumPy");
        match numpy::with_inputs(&self.notebook, code) {
            Ok(Some(code)) => {
                let packages = if code.contains("scipy") { "numpy scipy" } else { "numpy" };
                self.say(format!(
                    "Here are the main numbers of this page once more, computed from the inputs alone, under the same names \
                     and in double precision. The code can be copied as a whole, run as it stands, and changed; \
                     `pip install {packages}` installs all it needs.",
                ));
                self.push(Cell::Python(code));
            }
            Ok(None) => self.say(
                "Left out: an input is beyond the range of double precision, in which NumPy computes. Here it is exact.",
            ),
            Err(mistake) => self.mistakes.push(mistake),
        }
    }

    /// A matrix that is given: an input. Returns it, its entries those of the page.
    pub fn given(&mut self, name: &'static str, matrix: &DMatrix<Exact>) -> DMatrix<Traced> {
        self.notebook.inputs.push((name, write_matrix(matrix)));
        let matrix = given(name, &matrix.map(Traced::from));
        let (values, equation) = (untraced(&matrix), Vec::new());
        self.push(Cell::Matrix(Matrix { name, values, equation, made: None, code: None }));
        self.shown.insert(name, matrix.clone());
        matrix
    }

    /// A number that is given: an input. Returns it as the page's.
    pub fn given_number(&mut self, name: &'static str, number: &Exact) -> Traced {
        self.notebook.inputs.push((name, write_number(number)));
        let number = Traced::from(number).given_as(Entry { name, at: None });
        let value = number.value().clone();
        self.push(Cell::Value { name, value, equation: "", made: None, code: None });
        self.shown.insert(name, DMatrix::from_element(1, 1, number.clone()));
        number
    }

    /// Something else that is given: an input that the page has in its words alone.
    pub fn given_text(&mut self, name: &'static str, text: &str) {
        self.notebook.inputs.push((name, printable(text)));
    }

    /// A matrix that was computed, by its name, or by its name and what it is equal to, as in `a1 = image ∗ kernel`:
    /// operators and functions, and matrices that have been shown; an equation that says something else is a mistake
    /// of the example's own. Returns the matrix, its entries those of the page, for the next step to start from.
    #[track_caller]
    pub fn show<T: Scalar + Into<Traced>>(
        &mut self,
        statement: &'static str,
        matrix: DMatrix<T>,
    ) -> DMatrix<Traced> {
        let (name, equation) = name_and_equation(statement);
        let code = self.code(Location::caller(), 1, name);
        let (rows, columns) = matrix.shape();
        let entries = Vec::from(matrix.data).into_iter().map(Into::into);
        let matrix = DMatrix::from_iterator(rows, columns, entries);
        let values = untraced(&matrix);
        self.check(name, equation, &values, code.as_deref());
        let equation = operands(&self.notebook, equation);
        let shown = self.answered(name, shown(name, &matrix));
        let made = matrix.iter().any(|entry| !entry.is_constant()).then_some(matrix);
        self.push(Cell::Matrix(Matrix { name, values, equation, made, code }));
        self.shown.insert(name, shown.clone());
        shown
    }

    /// A number that was computed, as a matrix is [shown](Self::show).
    #[track_caller]
    pub fn value(&mut self, statement: &'static str, number: impl Into<Traced>) -> Traced {
        let (name, equation) = name_and_equation(statement);
        let code = self.code(Location::caller(), 1, name);
        let number = number.into();
        let value = number.value().clone();
        self.check(name, equation, &DMatrix::from_element(1, 1, value.clone()), code.as_deref());
        let shown = DMatrix::from_element(1, 1, number.shown_as(Entry { name, at: None }));
        let shown = self.answered(name, shown)[0].clone();
        let made = (!number.is_constant()).then_some(number);
        self.push(Cell::Value { name, value, equation, made, code });
        self.shown.insert(name, DMatrix::from_element(1, 1, shown.clone()));
        shown
    }

    fn check(&mut self, name: &str, equation: &str, values: &DMatrix<Value>, code: Option<&str>) {
        if equation.is_empty() {
            return;
        }
        if let Err(mistake) = equation::check(equation, values, &|name| self.shown.get(name).cloned(), code) {
            self.mistakes.push(format!("{name}: {mistake}"));
        }
    }

    /// A matrix shown before, as the source prints it; left out with inputs other than the source's.
    pub fn audit(&mut self, matrix: &DMatrix<Traced>, printed: Printed) {
        if !self.has_the_default_inputs {
            return;
        }
        let audit = self.judge(matrix, printed).map(Cell::Audit);
        self.push_if_right(audit);
    }

    /// An entry that is no match may be carried: the step is redone from what the source printed of its operands.
    fn judge(&mut self, matrix: &DMatrix<Traced>, printed: Printed) -> Result<Audit, String> {
        let name = matrix.iter().next().and_then(Traced::entry).ok_or("what is audited is not shown")?.name;
        let made = self.notebook.matrix(name).and_then(|matrix| matrix.made.as_ref());
        let mut from = BTreeSet::new();
        let redone = made.map(|made| {
            made.map(|entry| {
                entry.with(|entry| {
                    let number = self.printed.get(entry.name)?.get(entry.at?)?;
                    from.insert(entry.name);
                    Some(number.into())
                })
            })
        });
        let redone = redone.and_then(|redone| exact(&redone.map(Traced::from)).ok());
        let carried = redone.filter(|_| !from.is_empty()).map(|redone| (from.into_iter().collect(), redone));
        let audit = printed.judge(name, &exact(matrix)?, carried)?;
        self.printed.insert(name, audit.numbers()?);
        Ok(audit)
    }

    /// A matrix shown before is the gradient of a function by another: its entries are put to the proof.
    pub fn prove_gradient(&mut self, gradient: &DMatrix<Traced>, function: &Traced, by: &DMatrix<Traced>) {
        self.push_if_right(Proof::new(gradient, function, by).map(Cell::Proof));
    }

    /// A table, with the line of code that makes its rows.
    #[track_caller]
    pub fn table<const N: usize>(
        &mut self,
        name: &'static str,
        columns: [&'static str; N],
        rows: impl IntoIterator<Item: Row<N>>,
    ) -> &mut Table {
        let code = self.code(Location::caller(), 2, name);
        let rows = rows.into_iter().map(|row| row.fields().into()).collect();
        match self.push(Cell::Table(Table { name, columns: columns.to_vec(), rows, measured: 0, code })) {
            Cell::Table(table) => table,
            _ => unreachable!("it is the table"),
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

    /// A claim, put to computation, and whose it is: the place where the source says it, or another [`Origin`]. It is left out
    /// with inputs other than the source's, unless there is no source.
    ///
    /// ```
    /// # fn tell(page: &mut worked_examples::notebook::Page) {
    /// page.claim("on its second page", "Two and two are five.", 2 + 2 == 5, "They are 4.");
    /// # }
    /// ```
    pub fn claim(
        &mut self,
        of: impl Into<Origin>,
        text: impl Into<String>,
        verdict: impl Into<ClaimVerdict>,
        evidence: impl Into<String>,
    ) {
        let (of, text, verdict, evidence) = (of.into(), text.into(), verdict.into(), evidence.into());
        self.push_claim(Claim { of, text, verdict, evidence, is_headline: false });
    }

    /// A [`claim`](Self::claim) whose evidence is what a teacher would quote.
    pub fn headline(
        &mut self,
        of: impl Into<Origin>,
        text: impl Into<String>,
        verdict: impl Into<ClaimVerdict>,
        evidence: impl Into<String>,
    ) {
        let (of, text, verdict, evidence) = (of.into(), text.into(), verdict.into(), evidence.into());
        self.push_claim(Claim { of, text, verdict, evidence, is_headline: true });
    }

    /// What the source asks at some place, and the answer; left out as its claims are.
    pub fn answer(&mut self, place: &'static str, question: impl Into<String>, answer: impl Into<String>) {
        let (text, evidence) = (question.into(), answer.into());
        let (of, verdict) = (Origin::Asked(place), ClaimVerdict::Answered);
        self.push_claim(Claim { of, text, verdict, evidence, is_headline: false });
    }

    /// A figure, which is to be given its words: what there is to see, for those who cannot.
    ///
    /// ```
    /// # use worked_examples::notebook::{Chart, Line, Page};
    /// # fn tell(page: &mut Page) {
    /// page.figure("halving", Chart::lines("step", "loss", [Line::counted("loss", [8.0, 4.0])])).alt("From 8 to 4.");
    /// # }
    /// ```
    pub fn figure(&mut self, name: &'static str, chart: Chart) -> &mut Figure {
        match self.push(Cell::Figure(Figure { name, alt: String::new(), chart, attachment: None })) {
            Cell::Figure(figure) => figure,
            _ => unreachable!("it is the figure"),
        }
    }

    /// Whether the source's own inputs are used, so that there is something to say of its numbers.
    #[must_use]
    pub fn has_the_default_inputs(&self) -> bool {
        self.has_the_default_inputs
    }

    /// What no pencil can do, such as training: left out where only what is worked by hand is asked for.
    ///
    /// # Errors
    /// Those of `tell`.
    pub fn unless_by_hand(&mut self, tell: impl FnOnce(&mut Self) -> Told) -> Told {
        if self.extent < Extent::Whole {
            self.notebook.is_cut_short = true;
            return Ok(());
        }
        let before = self.notebook.names().count();
        tell(self)?;
        let computed: Vec<_> = self.notebook.names().skip(before).map(str::to_owned).collect();
        self.notebook.computed.extend(computed);
        Ok(())
    }

    /// The page, for one cell that speaks of the source's numbers, or of what only they show: with others it is left out.
    ///
    /// ```
    /// # fn tell(page: &mut worked_examples::notebook::Page) {
    /// page.with_the_default_inputs().say("The source leaves the third row out.");
    /// # }
    /// ```
    pub fn with_the_default_inputs(&mut self) -> &mut Self {
        self.leaves_out = !self.has_the_default_inputs;
        self
    }

    /// The page, for one cell that speaks of the page itself, or of what only the page shows: a sheet has no use for it, and
    /// there it is left out.
    ///
    /// ```
    /// # fn tell(page: &mut worked_examples::notebook::Page) {
    /// page.on_screen().say("A letter marks the same term in both lines.");
    /// # }
    /// ```
    pub fn on_screen(&mut self) -> &mut Self {
        self.leaves_out = self.extent == Extent::OnPaper;
        self
    }

    /// The verdicts so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.notebook.totals()
    }

    fn push_claim(&mut self, claim: Claim) {
        if self.has_the_default_inputs || self.notebook.source.is_none() {
            self.push(Cell::Claim(claim));
        }
    }

    /// Adds a cell, unless it is to be left out.
    fn push(&mut self, cell: Cell) -> &mut Cell {
        if std::mem::take(&mut self.leaves_out) {
            return added(&mut self.left_out, cell);
        }
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
        added(&mut self.notebook.sections[last].cells, cell)
    }

    fn push_if_right(&mut self, cell: Result<Cell, String>) {
        match cell {
            Ok(cell) => {
                self.push(cell);
            }
            Err(mistake) => self.mistakes.push(mistake),
        }
    }

    fn code(&self, caller: &Location<'_>, argument: usize, name: &str) -> Option<String> {
        code::shown_by(self.files, caller, argument, name)
    }
}

fn added(cells: &mut Vec<Cell>, cell: Cell) -> &mut Cell {
    let last = cells.len();
    cells.push(cell);
    &mut cells[last]
}

/// The two sides of a statement such as `a1 = image ∗ kernel`; without a right one it is a name.
pub(crate) fn name_and_equation(statement: &'static str) -> (&'static str, &'static str) {
    statement.split_once(" = ").unwrap_or((statement, ""))
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
    use crate::notebook::literal;
    use std::sync::{Arc, Mutex};

    #[test]
    fn what_is_for_the_screen_alone_is_the_next_cell_and_no_more() {
        let told = |extent| {
            let mut page = Page::new(Notebook::default(), &[], true);
            page.set_extent(extent);
            page.section("one");
            page.on_screen().say("on the screen");
            page.on_screen().figure("drawn", Chart::lines("x", "y", [])).alt("on the screen");
            page.on_screen().table("listed", ["one"], [[1]]).code = None;
            page.say("everywhere");
            page.finish().expect("a page").cells().count()
        };
        assert_eq!([Extent::Whole, Extent::ByHand, Extent::OnPaper].map(told), [4, 4, 1]);
    }

    #[test]
    fn what_speaks_of_the_sources_numbers_is_the_next_cell_and_no_more() {
        let told = |has_the_default_inputs| {
            let mut page = Page::new(Notebook::default(), &[], has_the_default_inputs);
            page.section("one");
            page.with_the_default_inputs().ask("which?", "the source's");
            page.say("with any");
            page.finish().expect("a page").cells().count()
        };
        assert_eq!([told(true), told(false)], [2, 1]);
    }

    #[test]
    fn a_figure_without_words_is_a_mistake() {
        let told = |words| {
            let mut page = Page::new(Notebook::default(), &[], true);
            page.section("one");
            page.figure("halving", Chart::lines("step", "loss", [])).alt(words);
            page.finish().map(|notebook| notebook.figures().count())
        };
        assert_eq!([told("A line."), told("")], [Ok(1), Err("the figure halving has no words".to_owned())]);
    }

    #[test]
    fn what_is_reported_is_heard_and_stands_on_no_page() {
        let mut page = Page::new(Notebook::default(), &[], true);
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

    #[test]
    fn what_the_example_promises_it_has_to_keep() {
        let told = |files, tell: fn(&mut Page)| {
            let notebook = Notebook { blanks: &["a"], ..Notebook::default() };
            let mut page = Page::new(notebook, files, true);
            page.section("one");
            tell(&mut page);
            page.finish().map(|notebook| notebook.cells().count())
        };
        assert_eq!(told(&[], |page| drop(page.show("a", literal("1 2")))), Ok(1));
        assert_eq!(told(&[], |page| page.say("b")), Err("a is asked for and never shown".to_owned()));
        let wrong = told(&[], |page| drop(page.show("a = 2 · 3", literal("5"))));
        assert_eq!(wrong, Err("a: “2 · 3” is something else".to_owned()));
        let function = |page: &mut Page| {
            page.show("a", literal("1"));
            page.show_function("one");
        };
        assert_eq!(told(&["use x;\n\nfn one() {}\n"], function), Ok(2));
        assert_eq!(told(&[], function), Err("there is no function one at the foot of the file".to_owned()));
    }
}
