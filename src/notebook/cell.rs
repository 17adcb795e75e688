//! What a notebook is made of.

use super::audit::Audit;
use super::chart::Chart;
use super::proof::Proof;
use crate::Exact;
use nalgebra::DMatrix;
use traced::{Reach, Traced, Value};

/// A worked example as a value: titled sections of cells, in order. Every surface is rendered from this.
#[derive(Clone, Debug, Default)]
pub struct Notebook {
    /// The name of the example, as on the command line.
    pub topic: &'static str,
    /// The heading of the page.
    pub title: String,
    /// The question that the page answers.
    pub question: &'static str,
    /// Where the question and the numbers come from, where the page tests what somebody says.
    pub source: Option<String>,
    /// What one learns from it.
    pub lesson: &'static str,
    /// How long it takes in class.
    pub minutes: u32,
    /// What one should know before.
    pub requires: &'static str,
    /// The inputs: name, and text that reads back as the same input.
    pub inputs: Vec<(&'static str, String)>,
    /// What can be asked for in the place of the inputs.
    pub options: Vec<InputOption>,
    /// The matrices, values and tables that an exercise sheet leaves blank.
    pub blanks: &'static [&'static str],
    /// What an exercise sheet gives beside the inputs.
    pub gives: &'static [&'static str],
    /// What no pencil can do.
    pub computed: Vec<String>,
    /// Whether what no pencil can do is left out.
    pub is_cut_short: bool,
    /// The page itself.
    pub sections: Vec<Section>,
}

/// An input as an option: of the command line, or of a page on which it can be changed.
#[derive(Clone, Debug)]
pub struct InputOption {
    /// Its name, as among the inputs of a notebook.
    pub name: String,
    /// What it is, in a line.
    pub help: String,
    /// What there is to choose from: nothing where it is a number or a matrix.
    pub choices: Vec<String>,
    /// Whether it is there or not, without a value.
    pub is_flag: bool,
    /// Whether it is a file.
    pub is_file: bool,
    /// What its matrix may have more or less of: `row`, `column`, both or nothing.
    pub grows: &'static str,
}

/// A part of a page that fits on a projector.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The cells under it.
    pub cells: Vec<Cell>,
}

/// One step of a worked example.
#[derive(Clone, Debug)]
pub enum Cell {
    /// A paragraph; names of code stand in backticks.
    Prose(String),
    /// A formula.
    Formula {
        /// In LaTeX, for pages.
        latex: &'static str,
        /// In plain Unicode, for terminals.
        plain: &'static str,
    },
    /// A function of the example's own, where it is the lesson.
    Code(String),
    /// The page's numbers once more, as a program in Python that can be run as it stands.
    Python(String),
    /// A matrix, and how it came about.
    Matrix(Matrix),
    /// A single number.
    Value {
        /// Its name.
        name: &'static str,
        /// The number.
        value: Value,
        /// What it is equal to, in the notation of the page, where that is said.
        equation: &'static str,
        /// How it was made, where it was computed from what the page shows.
        made: Option<Traced>,
        /// The line of Rust that computed it.
        code: Option<String>,
    },
    /// A table.
    Table(Table),
    /// Something to work out, with room to write it down.
    Blank(Blank),
    /// Numbers of the source, each with its verdict.
    Audit(Audit),
    /// A claim in words, put to computation.
    Claim(Claim),
    /// A gradient, put to the proof.
    Proof(Proof),
    /// A figure.
    Figure(Figure),
    /// A question to think about before the answer is shown.
    Question {
        /// What to predict.
        question: String,
        /// What comes out; nothing on a sheet.
        answer: Option<String>,
    },
    /// Something to do oneself.
    Exercise {
        /// What to do.
        task: String,
        /// What comes out; nothing on a sheet.
        answer: Option<String>,
    },
}

/// A matrix on a page.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// Its name, once a page.
    pub name: &'static str,
    /// Its entries.
    pub values: DMatrix<Value>,
    /// What it is equal to: operators, and matrices by name.
    pub equation: Vec<Operand>,
    /// How each entry was made, where one was computed from what the page shows.
    pub made: Option<DMatrix<Traced>>,
    /// The line of Rust that computed it.
    pub code: Option<String>,
}

impl Matrix {
    /// What the matrix is equal to, in one line, with the names of other matrices.
    #[must_use]
    pub fn equation_in_words(&self) -> String {
        let words = self.equation.iter().map(|operand| match operand {
            Operand::Text(text) => text.as_str(),
            Operand::Matrix(name, _) => name,
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// The entries as fractions, where all of them are exact.
    #[must_use]
    pub fn exact(&self) -> Option<DMatrix<Exact>> {
        let entries: Option<Vec<_>> = self.values.iter().map(|value| value.exact().cloned()).collect();
        Some(DMatrix::from_vec(self.values.nrows(), self.values.ncols(), entries?))
    }
}

/// A piece of an equation.
#[derive(Clone, Debug)]
pub enum Operand {
    /// An operator, a bracket, the name of a function, a number.
    Text(String),
    /// A matrix that stands further up on the page.
    Matrix(&'static str, DMatrix<Value>),
}

/// A table of text and numbers.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name, once a page.
    pub name: &'static str,
    /// The headings.
    pub columns: Vec<&'static str>,
    /// The rows, each as long as the headings.
    pub rows: Vec<Vec<Field>>,
    /// How many columns on the right were measured: another time they hold other numbers.
    pub measured: usize,
    /// The line of Rust that computed it.
    pub code: Option<String>,
}

impl Table {
    /// The columns that are asked for: numbers, other than in the first, which says what its row is, and other than
    /// measured, which nobody can work out.
    #[must_use]
    pub fn open_columns(&self) -> Vec<usize> {
        let is_number = |column: usize| self.rows.iter().all(|row| matches!(row[column], Field::Number(_)));
        (1..self.columns.len() - self.measured).filter(|&column| is_number(column)).collect()
    }

    /// One more column to the right, with a field for each row: for what is only sometimes measured.
    pub fn add_column(&mut self, heading: &'static str, fields: Vec<Field>) {
        self.columns.push(heading);
        self.measured += 1;
        for (row, field) in self.rows.iter_mut().zip(fields) {
            row.push(field);
        }
    }
}

/// A field of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// Words.
    Text(String),
    /// A number, to be formatted like the others of its column.
    Number(Value),
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Yes or no.
impl From<bool> for Field {
    fn from(is_so: bool) -> Self {
        if is_so { "yes" } else { "no" }.into()
    }
}

/// A share of nothing is undefined.
impl From<Option<Exact>> for Field {
    fn from(share: Option<Exact>) -> Self {
        share.map_or("undefined".into(), Self::from)
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Field {
            fn from(number: $kind) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}

numbers!(Value, &Value, Exact, &Exact, Traced, &Traced, f64, f32, i32, usize);

/// A row of a table: what a field is made of, as many as there are columns, all alike or one by one.
///
/// ```
/// use worked_examples::notebook::{Field, Row};
///
/// assert_eq!(("zeros", 2_usize).fields(), [Field::from("zeros"), Field::from(2_usize)]);
/// assert_eq!([0.5, 1.5].fields(), [0.5, 1.5].map(Field::from));
/// ```
pub trait Row<const N: usize> {
    /// The fields, from left to right.
    fn fields(self) -> [Field; N];
}

impl<T: Into<Field>, const N: usize> Row<N> for [T; N] {
    fn fields(self) -> [Field; N] {
        self.map(Into::into)
    }
}

macro_rules! rows_of {
    ($($columns:literal: $($kind:ident $field:ident)*;)*) => {$(
        impl<$($kind: Into<Field>),*> Row<$columns> for ($($kind,)*) {
            fn fields(self) -> [Field; $columns] {
                let ($($field,)*) = self;
                [$($field.into()),*]
            }
        }
    )*};
}

rows_of! {
    2: A a B b;
    3: A a B b C c;
    4: A a B b C c D d;
    5: A a B b C c D d E e;
    6: A a B b C c D d E e F f;
    7: A a B b C c D d E e F f G g;
    8: A a B b C c D d E e F f G g H h;
    9: A a B b C c D d E e F f G g H h I i;
}

/// The place on a sheet of a matrix, a value or a table that is asked for.
#[derive(Clone, Debug)]
pub struct Blank {
    /// The name of what is asked for.
    pub name: &'static str,
    /// What it is equal to, where that is said.
    pub equation: String,
    /// The headings of a table; none for a matrix or a value.
    pub columns: Vec<&'static str>,
    /// The rows, each as long as the others: a field that is given, or `None` for one to fill in.
    pub rows: Vec<Vec<Option<Field>>>,
}

/// A claim in words, with what the computation says to it.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Whose it is.
    pub of: Origin,
    /// The claim, in our words.
    pub text: String,
    /// What came out.
    pub verdict: ClaimVerdict,
    /// The computed evidence.
    pub evidence: String,
    /// Whether it is what a teacher would quote: then it stands in the README.
    pub is_headline: bool,
}

/// Whose a claim is, and at which place of the source it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The source says it there.
    Said(&'static str),
    /// The source does not say it, but what it says there is right only with it.
    Implied(&'static str),
    /// The source asks it there: a question, which is answered and not judged.
    Asked(&'static str),
    /// Nobody's but this page's.
    Page,
    /// Commonly believed: for a topic that tests no source.
    Belief,
}

/// The source says it there.
impl From<&'static str> for Origin {
    fn from(place: &'static str) -> Self {
        Self::Said(place)
    }
}

impl Origin {
    /// What stands before the claim: whose it is, and where.
    ///
    /// ```
    /// use worked_examples::notebook::Origin;
    ///
    /// assert_eq!(Origin::Said("on padding").words(), "The source says, on padding:");
    /// assert_eq!(Origin::Page.words(), "This page adds:");
    /// ```
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Said(place) => format!("The source says, {place}:"),
            Self::Implied(place) => format!("The source implies, {place}:"),
            Self::Asked(place) => format!("The source asks, {place}:"),
            Self::Page => "This page adds:".to_owned(),
            Self::Belief => "Many believe:".to_owned(),
        }
    }

    /// Its name for a program, and the place.
    pub(super) fn for_programs(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Said(place) => ("source", Some(place)),
            Self::Implied(place) => ("implied", Some(place)),
            Self::Asked(place) => ("asked", Some(place)),
            Self::Page => ("page", None),
            Self::Belief => ("belief", None),
        }
    }
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimVerdict {
    /// The computation bears it out.
    Holds,
    /// It needs a condition that the claim does not state.
    HoldsIf(String),
    /// The computation speaks against it.
    Fails,
    /// It was no claim but a question.
    Answered,
}

impl ClaimVerdict {
    /// Judges a claim that needs a condition: it holds as it stands, or else under the condition, or fails.
    ///
    /// ```
    /// use worked_examples::notebook::ClaimVerdict;
    ///
    /// assert_eq!(ClaimVerdict::under("h is small", false, true), ClaimVerdict::HoldsIf("h is small".to_owned()));
    /// ```
    #[must_use]
    pub fn under(condition: impl Into<String>, as_it_stands: bool, under_the_condition: bool) -> Self {
        match (as_it_stands, under_the_condition) {
            (true, _) => Self::Holds,
            (false, true) => Self::HoldsIf(condition.into()),
            (false, false) => Self::Fails,
        }
    }

    /// The mark that stands before the words, so that colour never carries meaning alone.
    #[must_use]
    pub fn mark(&self) -> &'static str {
        match self {
            Self::Holds => "✓",
            Self::HoldsIf(_) => "~",
            Self::Fails => "✗",
            Self::Answered => "→",
        }
    }

    /// The verdict in words, without its condition.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::HoldsIf(_) => "holds under a condition",
            Self::Fails => "fails",
            Self::Answered => "the answer",
        }
    }

    /// The condition under which a claim holds that does not hold as it stands.
    #[must_use]
    pub fn condition(&self) -> Option<&str> {
        match self {
            Self::HoldsIf(condition) => Some(condition),
            _ => None,
        }
    }

    /// The verdict in words, and behind it its condition.
    #[must_use]
    pub fn with_condition(&self) -> String {
        let condition = self.condition().map(|condition| format!(": {condition}"));
        self.words().to_owned() + &condition.unwrap_or_default()
    }
}

impl From<bool> for ClaimVerdict {
    fn from(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }
}

/// A figure, as data: the renderers and `--figures` draw it.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Its name, once a page.
    pub name: &'static str,
    /// What there is to see, for those who cannot.
    pub alt: String,
    /// What is drawn.
    pub chart: Chart,
    /// A file that goes with the figure, to be written beside it: its name, with the ending, and its bytes.
    pub attachment: Option<(&'static str, Vec<u8>)>,
}

impl Figure {
    /// Says what there is to see.
    pub fn alt(&mut self, words: impl Into<String>) {
        self.alt = words.into();
    }

    /// Has a file go with it.
    pub fn with_file(&mut self, name: &'static str, bytes: Vec<u8>) -> &mut Self {
        self.attachment = Some((name, bytes));
        self
    }
}

/// How a page's verdicts add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Printed numbers: match, carried, slip, unexplained.
    pub audit: [usize; 4],
    /// Claims: holds, holds if, fails.
    pub claims: [usize; 3],
    /// Proofs: held, at a kink, failed.
    pub proofs: [usize; 3],
    /// How many of the claims are the page's own.
    pub own: usize,
    /// How many of the proofs that held speak of the page's numbers only: those by finite differences alone.
    pub checked: usize,
}

impl Totals {
    /// The gradients in words, of which each count is: proven, checked at the page's numbers, at a kink, failed.
    #[must_use]
    pub fn gradients(&self) -> [(usize, &'static str); 4] {
        let [held, at_kink, failed] = self.proofs;
        [
            (held - self.checked, "proven"),
            (self.checked, "checked at these numbers"),
            (at_kink, "right except at a kink"),
            (failed, "failed"),
        ]
    }
}

impl std::ops::Add for Totals {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            audit: std::array::from_fn(|i| self.audit[i] + other.audit[i]),
            claims: std::array::from_fn(|i| self.claims[i] + other.claims[i]),
            proofs: std::array::from_fn(|i| self.proofs[i] + other.proofs[i]),
            own: self.own + other.own,
            checked: self.checked + other.checked,
        }
    }
}

impl Notebook {
    /// All cells, in order, each with the title of its section.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &Cell)> {
        self.sections
            .iter()
            .flat_map(|section| section.cells.iter().map(|cell| (section.title.as_str(), cell)))
    }

    /// The names of all cells that have one, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cells().filter_map(|(_, cell)| cell.name())
    }

    /// The matrix of that name, if the page shows one.
    #[must_use]
    pub fn matrix(&self, name: &str) -> Option<&Matrix> {
        self.cells().find_map(|(_, cell)| match cell {
            Cell::Matrix(matrix) if matrix.name == name => Some(matrix),
            _ => None,
        })
    }

    /// Whether a cell of that name is an input, or given on a sheet all the same.
    #[must_use]
    pub fn is_given(&self, name: &str) -> bool {
        self.gives.contains(&name) || self.inputs.iter().any(|(input, _)| *input == name)
    }

    /// Whether a cell of that name can be worked out by hand from what is given.
    #[must_use]
    pub fn is_by_hand(&self, name: &str) -> bool {
        !self.is_given(name) && !self.computed.iter().any(|computed| computed == name)
    }

    /// The seed of the numbers, where they were drawn.
    #[must_use]
    pub fn variant(&self) -> Option<&str> {
        self.inputs.iter().find_map(|(name, seed)| (*name == "variant").then_some(seed.as_str()))
    }

    /// Whether it is to be filled in with a pencil.
    #[must_use]
    pub fn is_sheet(&self) -> bool {
        self.cells().any(|(_, cell)| matches!(cell, Cell::Blank(_)))
    }

    /// The claims, in order.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.cells().filter_map(|(_, cell)| match cell {
            Cell::Claim(claim) => Some(claim),
            _ => None,
        })
    }

    /// The figures, in order.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.cells().filter_map(|(_, cell)| match cell {
            Cell::Figure(figure) => Some(figure),
            _ => None,
        })
    }

    /// All verdicts, counted.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for (_, cell) in self.cells() {
            match cell {
                Cell::Audit(audit) => {
                    for &verdict in &audit.verdicts {
                        totals.audit[verdict as usize] += 1;
                    }
                }
                Cell::Claim(claim) => {
                    totals.own += usize::from(claim.of == Origin::Page);
                    totals.claims[match claim.verdict {
                        ClaimVerdict::Holds => 0,
                        ClaimVerdict::HoldsIf(_) => 1,
                        ClaimVerdict::Fails => 2,
                        ClaimVerdict::Answered => continue,
                    }] += 1;
                }
                Cell::Proof(proof) => {
                    let held = proof.verdict() == "held";
                    totals.checked += usize::from(held && proof.reach == Reach::TheseNumbers);
                    totals.proofs[match proof.verdict() {
                        "held" => 0,
                        "at_kink" => 1,
                        _ => 2,
                    }] += 1;
                }
                _ => {}
            }
        }
        totals
    }
}

impl Cell {
    /// Whether it is words, which lead to what they introduce.
    #[must_use]
    pub fn is_words(&self) -> bool {
        matches!(self, Self::Prose(_) | Self::Formula { .. })
    }

    /// The name under which the cell is found, where it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Matrix(Matrix { name, .. })
            | Self::Value { name, .. }
            | Self::Table(Table { name, .. })
            | Self::Blank(Blank { name, .. })
            | Self::Figure(Figure { name, .. }) => Some(name),
            Self::Audit(Audit { name, .. }) | Self::Proof(Proof { name, .. }) => Some(name),
            Self::Prose(_)
            | Self::Formula { .. }
            | Self::Code(_)
            | Self::Python(_)
            | Self::Claim(_)
            | Self::Question { .. }
            | Self::Exercise { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_add_up_kind_by_kind() {
        let totals = |by: usize| Totals {
            audit: [1, 2, 3, 4].map(|count| by * count),
            claims: [5, 6, 7].map(|count| by * count),
            proofs: [8, 9, 10].map(|count| by * count),
            own: by * 11,
            checked: by * 3,
        };
        assert_eq!(totals(1) + totals(10), totals(11));
        let words = ["proven", "checked at these numbers", "right except at a kink", "failed"];
        assert_eq!(totals(1).gradients(), [(5, words[0]), (3, words[1]), (9, words[2]), (10, words[3])]);
    }

    #[test]
    fn a_column_that_is_added_is_a_measured_one() {
        let rows = [["zeros".into(), 2.into()], ["ones".into(), 3.into()]].map(Vec::from).to_vec();
        let mut table = Table { name: "t", columns: vec!["kind", "count"], rows, measured: 1, code: None };
        table.add_column("seconds", vec![4.into(), 5.into()]);
        assert_eq!((table.columns, table.measured), (vec!["kind", "count", "seconds"], 2));
        assert_eq!(table.rows[1], ["ones".into(), 3.into(), Field::from(5)]);
    }
}
