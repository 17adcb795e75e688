//! A notebook for a terminal 100 columns wide.

use super::{
    Expansion, Style, all_match, audit_heading, audited, blank_texts, busiest, equals_sign, equals_sign_of,
    expansion, is_number_column, notation, positions, proof_lines, table_texts, totals, windows,
};
use crate::notebook::{Audit, Blank, Cell, Claim, Matrix, Notation, Notebook, Operand, Table, Traced, Value};
use nalgebra::DMatrix;
use prettytable::format::{Alignment, FormatBuilder, LinePosition, LineSeparator};
use prettytable::{Cell as Field, Row};
use textwrap::WordSplitter;

const WIDTH: usize = 100;
/// A matrix of more rows is abridged.
const MOST_ROWS: usize = 24;
/// More rows of marks than this are not shown.
const MOST_ROWS_OF_MARKS: usize = 8;

/// The notebook for a terminal. Colour comes last, over marks and headings, so that it cannot shift a column.
#[must_use]
pub fn terminal(notebook: &Notebook, style: Style) -> String {
    terminal_steps(notebook, style).concat()
}

/// The same in pieces, to be shown one after the other: each idea with the words that lead to it, a question before its
/// answer, a claim before its verdict.
#[must_use]
pub fn terminal_steps(notebook: &Notebook, style: Style) -> Vec<String> {
    let mut screen = Screen { notebook, style, text: String::new(), cuts: vec![0] };
    screen.line(&format!("{TITLE}{}", notebook.title));
    screen.paragraph(notebook.question);
    screen.paragraph(&format!("{} minutes. Prerequisites: {}", notebook.minutes, notebook.requires));
    if let Some(source) = notebook.source {
        screen.line("");
        screen.paragraph(&format!("The source: {source}"));
    }
    for section in &notebook.sections {
        screen.cut();
        screen.line("");
        screen.line(&format!("{HEADING}{}", section.title));
        let mut leads_on = true;
        for cell in &section.cells {
            if !leads_on {
                screen.cut();
            }
            leads_on = matches!(cell, Cell::Prose(_) | Cell::Formula { .. });
            screen.line("");
            screen.cell(cell);
        }
    }
    let totals = totals(notebook);
    if !totals.is_empty() {
        screen.cut();
        screen.line("");
        screen.line(&format!("{HEADING}Verdicts"));
        for line in &totals {
            screen.paragraph(line);
        }
    }
    screen.cut();
    let pieces = screen.cuts.windows(2).map(|cut| &screen.text[cut[0]..cut[1]]);
    pieces.map(|piece| if style.colour { paint(piece) } else { piece.to_owned() }).collect()
}

const TITLE: &str = "━━ ";
const HEADING: &str = "── ";

struct Screen<'a> {
    notebook: &'a Notebook,
    style: Style,
    text: String,
    /// Where a piece ends and the next begins.
    cuts: Vec<usize>,
}

impl Screen<'_> {
    fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Prose(text) => self.paragraph(text),
            Cell::Formula { plain, .. } => plain.lines().for_each(|line| self.line(&format!("    {line}"))),
            Cell::Code(code) => code.lines().for_each(|line| self.line(&format!("    {line}"))),
            Cell::Matrix(matrix) => self.matrix(matrix),
            Cell::Value { name, value, equation, made, .. } => {
                self.value(name, value, equation, made.as_ref());
            }
            Cell::Table(table) => self.table(table),
            Cell::Blank(blank) => self.blank(blank),
            Cell::Audit(audit) => self.audit(audit),
            Cell::Claim(claim) => self.claim(claim),
            Cell::Proof(proof) => {
                for line in proof_lines(proof, self.style.digits) {
                    self.paragraph(&line);
                }
            }
            Cell::Figure(figure) => {
                self.paragraph(&format!("Figure {}: {}", figure.name, figure.alt));
                self.paragraph("(--figures DIR writes it as an SVG file)");
            }
            Cell::Question { question, answer } => self.task(&format!("? {question}"), answer.as_deref()),
            Cell::Exercise { task, answer } => self.task(&format!("✎ {task}"), answer.as_deref()),
        }
    }

    fn cut(&mut self) {
        self.cuts.push(self.text.len());
    }

    /// What is to be done, and the answer; where there is none, two lines are drawn to write on.
    fn task(&mut self, task: &str, answer: Option<&str>) {
        self.paragraph(task);
        if let Some(answer) = answer {
            self.cut();
            self.paragraph(&format!("→ {answer}"));
        } else {
            let line = format!("\n{}", "_".repeat(WIDTH));
            self.line(&line);
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        self.text.push_str(&paragraph(text));
    }

    fn matrix(&mut self, matrix: &Matrix) {
        let block =
            |name: &str, values| brackets(name, values, notation(values, self.style.digits), self.style.full);
        let mut blocks = vec![block(matrix.name, &matrix.values)];
        if !matrix.equation.is_empty() {
            let notation = notation(&matrix.values, self.style.digits);
            blocks.push(Block::text(equals_sign(&matrix.values, notation)));
        }
        blocks.extend(matrix.equation.iter().map(|operand| match operand {
            Operand::Text(text) => Block::text(text),
            Operand::Matrix(name, values) => block(name, values),
        }));
        let equation = side_by_side(blocks);
        self.text.push_str(&equation);
        let Some(made) = &matrix.made else { return };
        let notation = notation(&matrix.values, self.style.digits);
        let cell = |(row, column)| format!("{}[{row},{column}]", matrix.name);
        let first = busiest(made);
        self.expansion(&expansion(cell(first), &made[first], notation, self.style.digits));
        let windows = windows(self.notebook, &made[first]);
        // A column of letters down a long matrix shows nothing that the sum does not.
        let blocks: Vec<_> = windows.iter().map(|(name, marks)| Block::marks(name, marks)).collect();
        let has_two = |marks: &DMatrix<String>| marks.iter().filter(|mark| !mark.is_empty()).count() > 1;
        let shows = windows.iter().any(|(_, marks)| has_two(marks));
        if shows && blocks.iter().all(|block| block.lines.len() <= MOST_ROWS_OF_MARKS) {
            let windows = side_by_side(blocks);
            self.text.push_str(&windows);
        }
        if self.style.full {
            for at in positions(made).filter(|at| *at != first) {
                let e = expansion(cell(at), &made[at], notation, self.style.digits);
                let hang = " ".repeat(e.cell.len() + 3);
                self.hanging(&e.in_numbers(), &hang);
            }
        }
    }

    fn value(&mut self, name: &str, value: &Value, equation: &str, made: Option<&Traced>) {
        let notation = Notation::of([value], self.style.digits);
        let Some(made) = made else {
            let equation = if equation.is_empty() { String::new() } else { format!(" = {equation}") };
            let equals = equals_sign_of(value, self.style.digits);
            return self.line(&format!("{name}{equation} {equals} {}", notation.write(value)));
        };
        let e = expansion(name.to_owned(), made, notation, self.style.digits);
        let is_said_by_names = e.names.as_deref().is_some_and(|names| without_marks(names) == equation);
        if !equation.is_empty() && !is_said_by_names {
            self.hanging(&format!("{name} = {equation}"), "  ");
        }
        self.expansion(&e);
    }

    fn expansion(&mut self, e: &Expansion) {
        let hang = " ".repeat(e.cell.len() + 3);
        match (&e.names, &e.numbers) {
            (Some(names), Some(numbers)) => {
                self.hanging(&format!("{} = {names}", e.cell), &hang);
                self.hanging(&format!("{}= {numbers} {}", &hang[2..], e.value), &hang);
            }
            _ => self.hanging(&e.in_numbers(), &hang),
        }
    }

    fn hanging(&mut self, text: &str, indent: &str) {
        self.text.push_str(&wrapped(text, indent));
    }

    fn table(&mut self, table: &Table) {
        let headings = table.columns.iter().map(|&column| column.to_owned()).collect();
        self.boxed(headings, table_texts(table, self.style.digits));
    }

    fn blank(&mut self, blank: &Blank) {
        let equation =
            if blank.equation.is_empty() { String::new() } else { format!(" = {}", blank.equation) };
        self.hanging(&format!("{}{equation}", blank.name), "  ");
        let columns = blank.rows.first().map_or(1, Vec::len);
        // Room for a number in handwriting, as far as the line is long enough; a line above for what is carried.
        let width = (WIDTH / columns).saturating_sub(1).clamp(3, 10);
        let room = format!("\n{:width$}", "");
        let mut table = prettytable::Table::new();
        table.set_format(
            grid().separator(LinePosition::Intern, separator('├', '┼', '┤')).padding(0, 0).build(),
        );
        if !blank.columns.is_empty() {
            table.set_titles(Row::new(blank.columns.iter().map(|column| Field::new(column)).collect()));
        }
        for fields in blank_texts(blank, self.style.digits) {
            let field = |field: Option<String>| Field::new(field.as_deref().unwrap_or(&room));
            table.add_row(Row::new(fields.into_iter().map(field).collect()));
        }
        self.text.push_str(&table.to_string());
    }

    fn audit(&mut self, audit: &Audit) {
        if let Some(line) = all_match(audit, self.style.digits) {
            return self.paragraph(&line);
        }
        self.paragraph(&audit_heading(audit));
        let fields = |row: usize| {
            let field = |column: usize| audited(audit, (row, column), self.style.digits);
            (0..audit.printed.ncols()).map(field).collect()
        };
        self.boxed(Vec::new(), (0..audit.printed.nrows()).map(fields).collect());
        audit.why.iter().for_each(|why| self.paragraph(&format!("- {why}")));
    }

    fn claim(&mut self, claim: &Claim) {
        let Claim { of, text, verdict, evidence, .. } = claim;
        self.paragraph(&format!("{} {text}", of.words()));
        self.cut();
        self.paragraph(&format!("{} {}. {evidence}", verdict.mark(), verdict.with_condition()));
    }

    fn boxed(&mut self, headings: Vec<String>, rows: Vec<Vec<String>>) {
        let columns = rows.first().map_or(headings.len(), Vec::len);
        let align = |column| if is_number_column(&rows, column) { Alignment::RIGHT } else { Alignment::LEFT };
        let alignments: Vec<_> = (0..columns).map(align).collect();
        let row = |fields: Vec<String>| {
            let fields = fields.iter().zip(&alignments);
            Row::new(fields.map(|(field, &align)| Field::new_align(field, align)).collect())
        };
        let mut table = prettytable::Table::new();
        table.set_format(grid().padding(1, 1).build());
        if !headings.is_empty() {
            table.set_titles(row(headings));
        }
        for fields in rows {
            table.add_row(row(fields));
        }
        self.text.push_str(&table.to_string());
    }
}

fn grid() -> FormatBuilder {
    FormatBuilder::new()
        .column_separator('│')
        .borders('│')
        .separator(LinePosition::Top, separator('┌', '┬', '┐'))
        .separator(LinePosition::Title, separator('├', '┼', '┤'))
        .separator(LinePosition::Bottom, separator('└', '┴', '┘'))
}

fn separator(left: char, junction: char, right: char) -> LineSeparator {
    LineSeparator::new('─', junction, left, right)
}

/// Names of terms, without the letters that tell them apart.
fn without_marks(names: &str) -> String {
    let is_mark = |word: &&str| {
        let letters = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
        letters.is_some_and(|letters| letters.len() <= 2 && letters.chars().all(|c| c.is_ascii_lowercase()))
    };
    names.split_whitespace().filter(|word| !is_mark(word)).collect::<Vec<_>>().join(" ")
}

/// A part of an equation: its lines, all of one width, and the name below.
struct Block {
    lines: Vec<String>,
    name: String,
}

impl Block {
    fn text(text: &str) -> Self {
        Self { lines: vec![text.to_owned()], name: String::new() }
    }

    /// The marks of a matrix, and a point for each entry that bears none; of many rows, only those with marks.
    fn marks(name: &str, marks: &DMatrix<String>) -> Self {
        let widest = marks.iter().map(|mark| textwrap::core::display_width(mark)).max().unwrap_or(1).max(1);
        let is_marked = |row: &usize| marks.row(*row).iter().any(|mark| !mark.is_empty());
        let rows = (0..marks.nrows()).filter(|row| marks.nrows() <= MOST_ROWS_OF_MARKS || is_marked(row));
        let field = |mark: &String| {
            let mark = if mark.is_empty() { "·" } else { mark };
            format!("{mark}{}", " ".repeat(widest - textwrap::core::display_width(mark)))
        };
        let lines = rows.map(|row| marks.row(row).iter().map(field).collect::<Vec<_>>().join(" ") + "   ");
        Self { lines: lines.collect(), name: format!("{name}   ") }
    }

    fn width(&self) -> usize {
        let width = |line: &String| textwrap::core::display_width(line);
        self.lines.iter().chain([&self.name]).map(width).max().unwrap_or(0)
    }
}

/// A matrix in brackets. Where it is too large for the page, its first and last rows and columns stand for it, and its
/// shape behind its name.
fn brackets(name: &str, values: &DMatrix<Value>, notation: Notation, full: bool) -> Block {
    let texts = values.map(|value| notation.write(&value));
    let width = |column: usize| texts.column(column).iter().map(String::len).max().unwrap_or(0);
    let widths: Vec<_> = (0..texts.ncols()).map(width).collect();
    let rows = abridged(&vec![1; texts.nrows()], if full { usize::MAX } else { MOST_ROWS });
    let apart: Vec<_> = widths.iter().map(|width| width + 2).collect();
    let columns = abridged(&apart, if full { usize::MAX } else { WIDTH - 4 });
    let last = rows.len() - 1;
    let line = |(at, row): (usize, &Option<usize>)| {
        let (left, right) = match at {
            _ if last == 0 => ('[', ']'),
            0 => ('⎡', '⎤'),
            _ if at == last => ('⎣', '⎦'),
            _ => ('⎢', '⎥'),
        };
        let field = |column: &Option<usize>| match (row, column) {
            (Some(row), Some(column)) => format!("{:>1$}", texts[(*row, *column)], widths[*column]),
            (None, Some(column)) => format!("{:>1$}", "⋮", widths[*column]),
            (_, None) => "⋯".to_owned(),
        };
        format!("{left} {} {right}", columns.iter().map(field).collect::<Vec<_>>().join("  "))
    };
    let is_abridged = rows.len() < texts.nrows() || columns.len() < texts.ncols();
    let shape = if is_abridged { format!(", {}×{}", texts.nrows(), texts.ncols()) } else { String::new() };
    Block { lines: rows.iter().enumerate().map(line).collect(), name: format!("{name}{shape}") }
}

/// Which places are shown where all together may be so long: all, or the first of them, a gap and the last two.
fn abridged(lengths: &[usize], most: usize) -> Vec<Option<usize>> {
    const GAP: usize = 3;
    let all = lengths.len();
    if all <= GAP || lengths.iter().sum::<usize>() <= most {
        return (0..all).map(Some).collect();
    }
    let mut left = most.saturating_sub(GAP + lengths[all - 2..].iter().sum::<usize>());
    let fits = |length: &&usize| {
        let fits = **length <= left;
        left = left.saturating_sub(**length);
        fits
    };
    let first = lengths[..all - 2].iter().take_while(fits).count().max(1);
    (0..first).map(Some).chain([None]).chain((all - 2..all).map(Some)).collect()
}

/// Sets blocks beside each other as far as they fit, each in the middle of its height, the rest below.
fn side_by_side(blocks: Vec<Block>) -> String {
    let mut text = String::new();
    let mut shelf: Vec<Block> = Vec::new();
    let mut used = 0;
    for block in blocks {
        let width = block.width() + 1;
        if used + width > WIDTH && !shelf.is_empty() {
            text.push_str(&set(&shelf));
            text.push('\n');
            shelf.clear();
            used = 0;
        }
        used += width;
        shelf.push(block);
    }
    text + &set(&shelf)
}

fn set(shelf: &[Block]) -> String {
    let height = shelf.iter().map(|block| block.lines.len()).max().unwrap_or(0);
    let middle = |block: &Block| {
        let above = "\n".repeat((height - block.lines.len()) / 2);
        Field::new_align(&format!("{above}{}", block.lines.join("\n")), Alignment::CENTER)
    };
    let name = |block: &Block| Field::new_align(&block.name, Alignment::CENTER);
    let mut table = prettytable::Table::new();
    table.set_format(FormatBuilder::new().padding(0, 1).build());
    table.add_row(Row::new(shelf.iter().map(middle).collect()));
    table.add_row(Row::new(shelf.iter().map(name).collect()));
    table.to_string().lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// Bold headings, and verdicts in a colour of their own.
fn paint(text: &str) -> String {
    const BOLD: &str = "\x1b[1m";
    const GREEN: &str = "\x1b[32m";
    const YELLOW: &str = "\x1b[33m";
    const RED: &str = "\x1b[31m";
    const RESET: &str = "\x1b[0m";
    const VERDICTS: [(&str, &str); 10] = [
        (GREEN, "✓ match"),
        (GREEN, "✓ holds"),
        (GREEN, "✓ proven"),
        (YELLOW, "~ carried"),
        (YELLOW, "~ holds if"),
        (YELLOW, "~ at the kink"),
        (RED, "✗ slip"),
        (RED, "✗ fails"),
        (RED, "✗ failed"),
        (RED, "? unexplained"),
    ];
    let paint_line = |line: &str| {
        if line.starts_with(TITLE) || line.starts_with(HEADING) {
            return format!("{BOLD}{line}{RESET}\n");
        }
        let paint = |line: String, (colour, words): &(&str, &str)| {
            line.replace(words, &format!("{colour}{words}{RESET}"))
        };
        VERDICTS.iter().fold(format!("{line}\n"), paint)
    };
    text.lines().map(paint_line).collect()
}
/// A paragraph of prose; lines after the first hang behind a mark, if it begins with one.
pub(crate) fn paragraph(text: &str) -> String {
    let mark = text.starts_with(['?', '→', '✎', '-', '✓', '~', '✗']);
    wrapped(&text.replace('`', ""), if mark { "  " } else { "" })
}

/// Lines that are no longer than the page is wide, all but the first behind an indent.
pub(crate) fn wrapped(text: &str, indent: &str) -> String {
    let options = textwrap::Options::new(WIDTH)
        .subsequent_indent(indent)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
}
