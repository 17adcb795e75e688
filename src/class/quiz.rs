//! The sheet's answers, asked for one by one.

use super::attempt::{Attempt, FEWEST_PLACES, split_name};
use super::line::read_line;
use super::marking::{Mark, Marked, Marker};
use super::report::verdict;
use super::sheet::{givens, introductions};
use super::{Answer, answers};
use crate::notebook::render::{Style, paragraph, table_texts, terminal, wrapped};
use crate::notebook::{Cell, Notebook, positions, quote, write_matrix};
use nalgebra::DMatrix;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

/// A quiz on a notebook.
pub struct Quiz<'a> {
    notebook: &'a Notebook,
    marker: &'a Marker<'a>,
    answers: Vec<Answer>,
    introductions: BTreeMap<&'static str, String>,
    style: Style,
}

/// What became of one question.
enum Outcome {
    Right,
    Missed,
    End,
}

/// What a line asks for that is no answer.
enum Command {
    Skip,
    Quit,
    Help,
    Hint,
}

impl Command {
    fn of(line: &str) -> Option<Self> {
        Some(match line.trim().to_lowercase().as_str() {
            "" | "skip" | "s" => Self::Skip,
            "quit" | "q" | "exit" => Self::Quit,
            "help" | "h" | "?" => Self::Help,
            "hint" => Self::Hint,
            _ => return None,
        })
    }
}

/// So many hints at a time: enough to go on with.
const MOST_HINTS: usize = 2;
/// A matrix in brackets may go on over so many lines.
const MOST_LINES: usize = 40;

const HELP: &str = "A matrix is written row by row, as 1 0.5; 1/3 2, or one row a line, or pasted as a program prints it. \
hint says how the entries come about, skip or an empty line leaves an answer out, quit ends.";

impl<'a> Quiz<'a> {
    /// The quiz that asks for what the notebook's sheet asks for.
    ///
    /// # Errors
    /// Those of [`answers`].
    pub fn new(notebook: &'a Notebook, marker: &'a Marker<'a>, style: Style) -> Result<Self, String> {
        Ok(Self {
            notebook,
            marker,
            answers: answers(notebook)?,
            introductions: introductions(notebook),
            style,
        })
    }

    /// Asks, reads and marks until all is asked or the input ends, and says how many were right, or carried on rightly.
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
        let rounding =
            format!("{HELP} Numbers may be rounded to {FEWEST_PLACES} decimal places, or to more.");
        write!(output, "\n{}", paragraph(&rounding, self.style.width))?;
        let (mut right, mut waiting) = (0, None);
        let mut given = BTreeMap::new();
        for number in 0..self.answers.len() {
            match self.ask(number, &mut given, &mut waiting, &mut input, output, at_a_terminal)? {
                Outcome::Right => right += 1,
                Outcome::Missed => {}
                Outcome::End => break,
            }
        }
        writeln!(output, "\n{right} of {}", self.answers.len())?;
        output.flush()
    }

    /// A line that was read and belongs to the next question waits.
    fn ask(
        &self,
        number: usize,
        given: &mut BTreeMap<String, Attempt>,
        waiting: &mut Option<String>,
        input: &mut impl BufRead,
        output: &mut impl Write,
        at_a_terminal: bool,
    ) -> io::Result<Outcome> {
        let answer = &self.answers[number];
        let name = answer.name;
        let (rows, columns) = answer.values.shape();
        let shape =
            if answer.values.len() == 1 { "one number".to_owned() } else { format!("{rows}×{columns}") };
        writeln!(output)?;
        if let Some(words) = self.introductions.get(name) {
            writeln!(output, "{}", paragraph(words, self.style.width))?;
        }
        let asked =
            format!("{} of {}: {name}{}, {shape}", number + 1, self.answers.len(), self.equation(name));
        write!(output, "{}", wrapped(&asked, "  ", self.style.width))?;
        let mut misses = 0;
        loop {
            if at_a_terminal && waiting.is_none() {
                write!(output, "> ")?;
                output.flush()?;
            }
            let Some(line) = waiting.take().map_or_else(|| read_answer(input), |line| Ok(Some(line)))? else {
                return Ok(Outcome::End);
            };
            let (attempt, names_it) = match split_name(&line) {
                Some((own, attempt)) if own.eq_ignore_ascii_case(name) => (attempt, true),
                Some((own, _)) if self.answers[number..].iter().any(|later| later.name == own) => {
                    writeln!(output, "– {name} is left out")?;
                    *waiting = Some(line);
                    return Ok(Outcome::Missed);
                }
                Some(("variant", seed)) if self.notebook.variant() == Some(seed) => continue,
                None if !names_something_else(&line) => (line.as_str(), false),
                _ => {
                    writeln!(output, "? {} is not what is asked for", quote(&line))?;
                    continue;
                }
            };
            match Command::of(attempt).filter(|_| !(names_it && attempt.is_empty())) {
                Some(Command::Skip) => {
                    writeln!(output, "– {name} is left out")?;
                    return Ok(Outcome::Missed);
                }
                Some(Command::Quit) => return Ok(Outcome::End),
                Some(Command::Help) => {
                    write!(output, "{}", paragraph(HELP, self.style.width))?;
                    continue;
                }
                Some(Command::Hint) => {
                    let all: Vec<_> = positions(&answer.values).collect();
                    self.hints(name, &self.marker.sums(name, &all, self.style.digits), output)?;
                    continue;
                }
                None => {}
            }
            let mut attempt = attempt.to_owned();
            while let Some(row) = next_row(&attempt, (rows, columns)) {
                if at_a_terminal {
                    write!(output, "  row {row} of {rows}: ")?;
                    output.flush()?;
                }
                match read_line(input)? {
                    Some(line) if line.trim().is_empty() => break,
                    Some(line) if Command::of(&line).is_some() || split_name(&line).is_some() => {
                        *waiting = Some(line);
                        break;
                    }
                    Some(line) => attempt = attempt + "\n" + &line,
                    None => break,
                }
            }
            // What the key says is right even where it is longer than what a person may type.
            if attempt == write_matrix(&answer.values) {
                writeln!(output, "✓ right")?;
                return Ok(Outcome::Right);
            }
            match self.mark(answer, &attempt, given) {
                Err(why) => writeln!(output, "? {why}")?,
                Ok(marked) => match &marked.mark {
                    Mark::Right => {
                        let remark = marked.remark.map(|remark| format!(", but {remark}"));
                        writeln!(output, "✓ right{}", remark.unwrap_or_default())?;
                        return Ok(Outcome::Right);
                    }
                    mark @ Mark::Carried(_) => {
                        write!(output, "{}", paragraph(&verdict(name, mark), self.style.width))?;
                        return Ok(Outcome::Right);
                    }
                    mark => {
                        misses += 1;
                        match mark {
                            Mark::Mistake(_) => {
                                write!(output, "{}", paragraph(&verdict(name, mark), self.style.width))?;
                            }
                            _ => writeln!(output, "✗ wrong: {}", wrong(name, &marked.entries))?,
                        }
                        if misses == 2 {
                            writeln!(output, "→ {name} = {}", write_matrix(&answer.values))?;
                            return Ok(Outcome::Missed);
                        }
                        self.hints(name, &marked.sums, output)?;
                    }
                },
            }
            if !at_a_terminal {
                return Ok(Outcome::Missed);
            }
        }
    }

    /// Marks an attempt beside those that were given before, and keeps it among them.
    fn mark(
        &self,
        answer: &Answer,
        attempt: &str,
        given: &mut BTreeMap<String, Attempt>,
    ) -> Result<Marked, String> {
        given.insert(answer.name.to_owned(), Attempt::read(attempt)?);
        let marked = self.marker.mark(given);
        if marked.is_err() {
            given.remove(answer.name);
        }
        let marked = marked?.into_iter().find(|marked| marked.name == answer.name);
        marked.ok_or_else(|| "it is not on the page".to_owned())
    }

    /// What the page says that a matrix is equal to; for a table, which of its columns are asked for, and its rows.
    fn equation(&self, name: &str) -> String {
        let said = self.notebook.cells().find_map(|(_, cell)| match cell {
            Cell::Matrix(matrix) if matrix.name == name && !matrix.equation.is_empty() => {
                Some(format!(" = {}", matrix.equation_in_words()))
            }
            Cell::Value { name: own, equation, .. } if *own == name && !equation.is_empty() => {
                Some(format!(" = {equation}"))
            }
            Cell::Table(table) if table.name == name => {
                let columns = table.open_columns().into_iter().map(|column| table.columns[column]);
                let texts = table_texts(table, self.style.digits);
                let rows = texts.iter().map(|row| row[0].as_str()).collect::<Vec<_>>().join(", ");
                let columns = columns.collect::<Vec<_>>().join(" | ");
                Some(format!(" ({columns}; a row for each {}: {rows})", table.columns[0]))
            }
            _ => None,
        });
        said.unwrap_or_default()
    }

    /// How the first entries that are wrong come about; of what is no sum, the line of code that computes it.
    fn hints(&self, name: &str, sums: &[String], output: &mut impl Write) -> io::Result<()> {
        let code = self.notebook.cells().find_map(|(_, cell)| match cell {
            Cell::Matrix(matrix) if matrix.name == name => matrix.code.as_deref(),
            Cell::Value { name: own, code, .. } if *own == name => code.as_deref(),
            Cell::Table(table) if table.name == name => table.code.as_deref(),
            _ => None,
        });
        let lines =
            if sums.is_empty() { code.iter().flat_map(|code| code.lines()).collect() } else { Vec::new() };
        for hint in sums.iter().take(MOST_HINTS).map(String::as_str).chain(lines) {
            write!(output, "{}", wrapped(&format!("  {hint}"), "    ", self.style.width))?;
        }
        if sums.len() > MOST_HINTS {
            writeln!(output, "  … and so on, {} entries in all", sums.len())?;
        }
        Ok(())
    }
}

/// The next line, and where a bracket is open, those up to its end.
fn read_answer(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let Some(mut answer) = read_line(input)? else { return Ok(None) };
    let is_open = |text: &str| text.matches(['[', '(']).count() > text.matches([']', ')']).count();
    let begins_a_list = |text: &str| text.starts_with(['[', '(']) || text.contains("([");
    let numbers = split_name(&answer).map_or(answer.as_str(), |(_, numbers)| numbers);
    if begins_a_list(numbers) {
        for _ in 0..MOST_LINES {
            if !is_open(&answer) {
                break;
            }
            let Some(line) = read_line(input)? else { break };
            answer.push('\n');
            answer.push_str(&line);
        }
    }
    Ok(Some(answer))
}

/// Which row of a matrix of this shape comes next, where only some of its rows have been given.
fn next_row(given: &str, (rows, columns): (usize, usize)) -> Option<usize> {
    if given.trim().is_empty() {
        return Some(1);
    }
    let read = crate::notebook::rows(given).ok()?;
    (read.len() < rows && read.iter().all(|row| row.len() == columns)).then_some(read.len() + 1)
}

/// An equals sign outside of a call such as `array(…, dtype=float32)` names something, if not an answer.
fn names_something_else(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, _)| !name.contains('('))
}

fn wrong(name: &str, entries: &DMatrix<bool>) -> String {
    if entries.len() == 1 {
        return name.to_owned();
    }
    let wrong = positions(entries).filter(|&at| !entries[at]);
    wrong.map(|(row, column)| format!("{name}[{row},{column}]")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::{Matrix, Page, Table, Traced, literal};
    use nalgebra::dmatrix;

    #[test]
    fn the_next_row_is_the_first_that_is_missing() {
        let next = |given| next_row(given, (3, 2));
        assert_eq!(
            ["", "1 2", "1 2; 3 4", "1 2; 3 4; 5 6", "1"].map(next),
            [Some(1), Some(2), Some(3), None, None]
        );
    }

    #[test]
    fn entries_that_are_wrong_are_named() {
        assert_eq!(wrong("a", &dmatrix![true, false; false, true]), "a[0,1], a[1,0]");
        assert_eq!(wrong("a", &dmatrix![false]), "a");
    }
    /// A page on which everything says by which code it was computed.
    fn told() -> Notebook {
        let mut page =
            Page::new(Notebook { blanks: &["a", "b", "n", "t"], ..Notebook::default() }, &[], false);
        page.section("one");
        let given = page.given("given", &literal("1 2"));
        page.show("a", literal("1 2; 3 4"));
        page.show("b = 2 · given", given.map(|entry| Traced::from(2) * entry));
        page.value("other", Traced::from(7));
        page.value("n", Traced::from(5));
        page.table("shown", ["row", "size"], [[1, 10]]);
        page.table("t", ["row", "size"], [[1, 10], [2, 20]]);
        let mut notebook = page.finish().expect("a page");
        notebook.inputs.insert(0, ("variant", "5".to_owned()));
        for cell in notebook.sections.iter_mut().flat_map(|section| &mut section.cells) {
            match cell {
                Cell::Matrix(Matrix { name, code, .. })
                | Cell::Value { name, code, .. }
                | Cell::Table(Table { name, code, .. }) => {
                    *code = Some(format!("let {name} = …;"));
                }
                _ => {}
            }
        }
        notebook
    }

    /// What is said behind the help.
    fn talk(input: &str, at_a_terminal: bool) -> String {
        let notebook = told();
        let marker = Marker::new(&notebook, &[], |_| None);
        let quiz = Quiz::new(&notebook, &marker, Style::default()).expect("it can be asked for");
        let mut said = Vec::new();
        quiz.run(input.as_bytes(), &mut said, at_a_terminal).expect("memory can be written to");
        let said = String::from_utf8(said).expect("UTF-8");
        said.split_once("or to more.\n").expect("the help").1.to_owned()
    }

    #[test]
    fn a_quiz_at_a_terminal() {
        let lines = [
            "variant = 5\nvariant = 6\nhint\n1 2\n\n1 2\n3 4\n",
            "hint\n2 5\nb = 2 4\n",
            "hint\nn = 6\nt = 1; 2\n",
            "hint\n10\n20\n",
        ];
        let expected = "
1 of 4: a, 2×2
> > ? variant = 6 is not what is asked for
>   let a = …;
>   row 2 of 2: ? a: given 1×2, expected 2×2
>   row 2 of 2: ✓ right

2 of 4: b = 2 · given, 1×2
>   b[0,0] = 2·given[0,0] = 2·1 = ?
  b[0,1] = 2·given[0,1] = 2·2 = ?
> ✗ wrong: b[0,1]
  b[0,1] = 2·given[0,1] = 2·2 = ?
> ✓ right

3 of 4: n, one number
>   let n = …;
> ✗ wrong: n
  let n = …;
> – n is left out

4 of 4: t (size; a row for each row: 1, 2), 2×1
✗ wrong: t[0,0], t[1,0]
  let t = …;
>   let t = …;
>   row 2 of 2: ✓ right

3 of 4
";
        assert_eq!(talk(&lines.concat(), true), expected);
    }

    #[test]
    fn elsewhere_each_line_is_one_attempt() {
        let expected = "
1 of 4: a, 2×2
✓ right

2 of 4: b = 2 · given, 1×2
✗ wrong: b[0,1]
  b[0,1] = 2·given[0,1] = 2·2 = ?

3 of 4: n, one number

1 of 4
";
        assert_eq!(talk("variant = 5\n1 2\n3 4\n2 5\n", false), expected);
    }
}
