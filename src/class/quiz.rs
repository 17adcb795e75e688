//! The sheet's answers, asked for one by one.

use super::line::read_line;
use super::sheet::givens;
use super::{Answer, answers};
use crate::Exact;
use crate::notebook::render::{Style, expansion, terminal};
use crate::notebook::{Cell, Notation, Notebook, parse_matrix, quote, rounds_to, write_matrix};
use std::io::{self, BufRead, Write};

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Every entry is right.
    Right,
    /// These entries, by row and column, are wrong.
    Wrong(Vec<(usize, usize)>),
    /// It is no matrix, or one of another shape; why not.
    Unreadable(String),
}

/// Judges an attempt: an entry is right if it is the answer's, or the answer's rounded to `digits` decimals or more.
///
/// ```
/// use worked_examples::class::{Answer, Judgement, judge};
/// use worked_examples::notebook::literal;
///
/// let answer = Answer { name: "a", values: literal("1/3 2") };
/// assert_eq!(judge(&answer, "1/3 2", 4), Judgement::Right);
/// assert_eq!(judge(&answer, "0.3333 2.0", 4), Judgement::Right);
/// assert_eq!(judge(&answer, "0.33 2", 4), Judgement::Wrong(vec![(0, 0)]));
/// assert_eq!(judge(&answer, "1/3; 2", 4), Judgement::Unreadable("a is 1×2, this is 2×1".to_owned()));
/// ```
#[must_use]
pub fn judge(answer: &Answer, attempt: &str, digits: usize) -> Judgement {
    // What the key says is right even where it is longer than what a person may type.
    if attempt == write_matrix(&answer.values) {
        return Judgement::Right;
    }
    let attempt = match parse_matrix(attempt) {
        Ok(attempt) => attempt,
        Err(why) => return Judgement::Unreadable(why),
    };
    if attempt.shape() != answer.values.shape() {
        let [asked, given] = [answer.values.shape(), attempt.shape()].map(|(r, c)| format!("{r}×{c}"));
        return Judgement::Unreadable(format!("{} is {asked}, this is {given}", answer.name));
    }
    let (rows, columns) = attempt.shape();
    let positions = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let wrong: Vec<_> = positions.filter(|&at| !is_right(&answer.values[at], &attempt[at], digits)).collect();
    if wrong.is_empty() { Judgement::Right } else { Judgement::Wrong(wrong) }
}

fn is_right(answer: &Exact, attempt: &Exact, digits: usize) -> bool {
    const MOST_DECIMALS: usize = 40;
    let decimals = (digits..=MOST_DECIMALS).find(|&d| Notation::Fixed(d).is_exact_for(&attempt.into()));
    answer == attempt || decimals.is_some_and(|decimals| rounds_to(answer, attempt, decimals))
}

/// A quiz on a notebook.
pub struct Quiz<'a> {
    notebook: &'a Notebook,
    answers: Vec<Answer>,
    style: Style,
}

/// What became of one question.
enum Outcome {
    Right,
    Missed,
    /// The line names a later question.
    Left(String),
    EndOfInput,
}

impl<'a> Quiz<'a> {
    /// The quiz that asks for what the notebook's sheet asks for.
    ///
    /// # Errors
    /// Those of [`answers`].
    pub fn new(notebook: &'a Notebook, style: Style) -> Result<Self, String> {
        Ok(Self { notebook, answers: answers(notebook)?, style })
    }

    /// Asks, reads and judges until all is asked or the input ends, and says how many were right.
    ///
    /// At a terminal a second miss reveals the answer, and what cannot be read is no miss. Anywhere else each
    /// line is one attempt.
    ///
    /// # Errors
    /// Those of reading and writing.
    pub fn run(
        &self,
        mut input: impl BufRead,
        output: &mut impl Write,
        at_a_terminal: bool,
    ) -> io::Result<()> {
        output.write_all(terminal(&givens(self.notebook), self.style).as_bytes())?;
        writeln!(
            output,
            "\nWrite a matrix row by row, as 1 0.5; 1/3 2. An empty line leaves an answer out."
        )?;
        let mut right = 0;
        let mut waiting = None;
        for number in 0..self.answers.len() {
            match self.ask(number, waiting.take(), &mut input, output, at_a_terminal)? {
                Outcome::Right => right += 1,
                Outcome::Missed => {}
                Outcome::Left(line) => waiting = Some(line),
                Outcome::EndOfInput => break,
            }
        }
        writeln!(output, "\n{right} of {}", self.answers.len())?;
        output.flush()
    }

    fn ask(
        &self,
        number: usize,
        mut waiting: Option<String>,
        input: &mut impl BufRead,
        output: &mut impl Write,
        at_a_terminal: bool,
    ) -> io::Result<Outcome> {
        let answer = &self.answers[number];
        let (rows, columns) = answer.values.shape();
        let equation = self.equation(answer.name);
        writeln!(
            output,
            "\n{} of {}: {}{equation}, {rows}×{columns}",
            number + 1,
            self.answers.len(),
            answer.name
        )?;
        let mut misses = 0;
        loop {
            if at_a_terminal && waiting.is_none() {
                write!(output, "> ")?;
                output.flush()?;
            }
            let Some(line) = waiting.take().map_or_else(|| read_line(input), |line| Ok(Some(line)))? else {
                return Ok(Outcome::EndOfInput);
            };
            let (name, attempt) = match line.split_once('=') {
                Some((name, attempt)) => (name.trim(), attempt.trim()),
                None => (answer.name, line.as_str()),
            };
            if name != answer.name {
                if self.answers[number + 1..].iter().any(|later| later.name == name) {
                    writeln!(output, "– {} is left out", answer.name)?;
                    return Ok(Outcome::Left(line));
                }
                if !(name == "variant" && self.notebook.variant() == Some(attempt)) {
                    writeln!(output, "? {} is not what is asked for", quote(&line))?;
                }
                continue;
            }
            if attempt.is_empty() {
                writeln!(output, "– {} is left out", answer.name)?;
                return Ok(Outcome::Missed);
            }
            match judge(answer, attempt, self.style.digits) {
                Judgement::Right => {
                    writeln!(output, "✓ right")?;
                    return Ok(Outcome::Right);
                }
                Judgement::Unreadable(why) => writeln!(output, "? {why}")?,
                Judgement::Wrong(entries) => {
                    misses += 1;
                    writeln!(output, "✗ wrong: {}", names(answer, &entries))?;
                    if misses == 2 {
                        writeln!(output, "→ {} = {}", answer.name, write_matrix(&answer.values))?;
                        return Ok(Outcome::Missed);
                    }
                    for hint in entries.iter().filter_map(|&at| self.hint(answer.name, at)) {
                        writeln!(output, "  {hint}")?;
                    }
                }
            }
            if !at_a_terminal {
                return Ok(Outcome::Missed);
            }
        }
    }

    /// What the page says that a matrix is equal to; for a table, which of its columns are asked for.
    fn equation(&self, name: &str) -> String {
        let said = self.notebook.cells().find_map(|(_, cell)| match cell {
            Cell::Matrix(matrix) if matrix.name == name && !matrix.equation.is_empty() => {
                Some(format!(" = {}", matrix.equation_in_words()))
            }
            Cell::Table(table) if table.name == name => {
                let columns = super::open_columns(table).into_iter().map(|column| table.columns[column]);
                Some(format!(" ({})", columns.collect::<Vec<_>>().join(" | ")))
            }
            _ => None,
        });
        said.unwrap_or_default()
    }

    /// An entry's sum of products with the last number left out, where the page has it as one.
    fn hint(&self, name: &str, at: (usize, usize)) -> Option<String> {
        let matrix = self.notebook.matrix(name)?;
        let terms = matrix.terms.as_ref()?.get(at)?;
        let value = (&matrix.values[at], Notation::Fraction);
        let sum = expansion(self.notebook, name, at, terms, value, self.style.digits);
        let last = sum.numbers.rfind(['·', ' ']).map_or("", |sign| &sum.numbers[sign..]);
        let last = last.trim_start_matches(['·', ' ']);
        Some(format!("{} = {}?", sum.cell, sum.numbers.strip_suffix(last)?))
    }
}

fn names(answer: &Answer, entries: &[(usize, usize)]) -> String {
    if answer.values.len() == 1 {
        return answer.name.to_owned();
    }
    let name = |(row, column)| format!("{}[{row},{column}]", answer.name);
    entries.iter().copied().map(name).collect::<Vec<_>>().join(", ")
}
