//! A notebook for a terminal.

use super::{
    Expansion, NAME_AND_DATE, Style, all_match, audit_heading, audited, blank_texts, busiest, calculated,
    equals_sign, equals_sign_of, expansion, is_number_column, notation, proof_lines, table_texts, totals,
    windows, without_marks,
};
use crate::notebook::{
    Audit, Blank, Cell, Claim, Half, Matrix, Notation, Notebook, Operand, Piece, Table, Traced, Value, steps,
};
use nalgebra::DMatrix;
use prettytable::format::{Alignment, FormatBuilder, LinePosition, LineSeparator};
use prettytable::{Cell as Field, Row};
use std::ops::Range;
use textwrap::WordSplitter;
use textwrap::core::display_width;

/// A matrix of more rows is abridged.
const MOST_ROWS: usize = 24;
/// More rows of marks than this are not shown.
const MOST_ROWS_OF_MARKS: usize = 8;

/// The notebook for a terminal. Colour comes last, over marks and headings, so that it cannot shift a column.
#[must_use]
pub fn terminal(notebook: &Notebook, style: Style) -> String {
    let mut screen = Screen { notebook, style, text: String::new() };
    screen.head();
    for section in &notebook.sections {
        screen.heading(&section.title);
        for cells in section.cells.chunk_by(|a, b| is_plain(a) && is_plain(b)) {
            screen.line("");
            screen.cells(cells);
        }
    }
    screen.verdicts();
    screen.painted()
}

/// The same in pieces, to be shown one after the other: the [steps] of the notebook.
#[must_use]
pub fn terminal_steps(notebook: &Notebook, style: Style) -> Vec<String> {
    let screen = || Screen { notebook, style, text: String::new() };
    let mut head = screen();
    head.head();
    let mut pieces = vec![head];
    for step in steps(notebook) {
        let mut piece = screen();
        for Piece { section, cell, half } in step {
            let section = &notebook.sections[section];
            if cell == 0 && half != Half::Second {
                piece.heading(&section.title);
            }
            piece.line("");
            match half {
                Half::Whole => piece.cell(&section.cells[cell]),
                Half::First => piece.first_half(&section.cells[cell]),
                Half::Second => piece.second_half(&section.cells[cell]),
            }
        }
        pieces.push(piece);
    }
    let mut verdicts = screen();
    verdicts.verdicts();
    pieces.push(verdicts);
    pieces.into_iter().filter(|piece| !piece.text.is_empty()).map(Screen::painted).collect()
}

const TITLE: &str = "━━ ";
const HEADING: &str = "── ";

struct Screen<'a> {
    notebook: &'a Notebook,
    style: Style,
    text: String,
}

impl Screen<'_> {
    fn head(&mut self) {
        let Notebook { title, question, minutes, requires, source, .. } = self.notebook;
        self.hanging(&format!("{TITLE}{title}"), "   ");
        self.paragraph(question);
        if self.notebook.is_sheet() {
            self.line(&format!("\n{NAME_AND_DATE}"));
        } else {
            self.paragraph(&format!("{minutes} minutes. Prerequisites: {requires}"));
        }
        if let Some(source) = source {
            self.line("");
            self.paragraph(&format!("The source: {source}"));
        }
    }

    fn heading(&mut self, title: &str) {
        self.line("");
        self.hanging(&format!("{HEADING}{title}"), "   ");
    }

    fn verdicts(&mut self) {
        let totals = totals(self.notebook);
        if !totals.is_empty() {
            self.heading("Verdicts");
            for line in &totals {
                self.paragraph(line);
            }
        }
    }

    fn painted(self) -> String {
        if self.style.colour { paint(&self.text) } else { self.text }
    }

    /// Plain matrices stand beside each other.
    fn cells(&mut self, cells: &[Cell]) {
        if let [cell] = cells {
            return self.cell(cell);
        }
        let blocks = cells.iter().flat_map(|cell| match cell {
            Cell::Matrix(matrix) => self.blocks(matrix.name, &matrix.values),
            _ => Vec::new(),
        });
        let mut blocks: Vec<_> = blocks.collect();
        // Their first rows stand beside each other.
        let height = blocks.iter().map(|block| block.lines.len()).max().unwrap_or(0);
        for block in &mut blocks {
            block.lines.resize(height, String::new());
        }
        let apart = blocks.into_iter().flat_map(|block| [block, Block::text("  ")]).collect();
        let matrices = side_by_side(apart, self.style.width);
        self.text.push_str(&matrices);
    }

    fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Prose(text) => self.paragraph(text),
            Cell::Formula { plain, .. } => {
                plain.lines().for_each(|line| self.hanging(&format!("    {line}"), "        "));
            }
            // What is to be copied keeps its lines.
            Cell::Code(code) | Cell::Python(code) => {
                code.lines().for_each(|line| self.line(&format!("    {line}")));
            }
            Cell::Matrix(matrix) => {
                self.equation(matrix);
                self.made(matrix);
            }
            Cell::Value { name, value, equation, made, .. } => {
                self.value(name, value, equation, made.as_ref());
            }
            Cell::Table(table) => self.table(table),
            Cell::Blank(blank) => self.blank(blank),
            Cell::Audit(audit) => self.audit(audit),
            Cell::Claim(_) | Cell::Question { .. } | Cell::Exercise { .. } => {
                self.first_half(cell);
                self.second_half(cell);
            }
            Cell::Proof(proof) => {
                for line in proof_lines(proof, self.style.digits) {
                    self.paragraph(&line);
                }
            }
            Cell::Figure(figure) => {
                self.paragraph(&format!("Figure {}: {}", figure.name, figure.alt));
                self.paragraph("(--figures DIR writes it as an SVG file)");
            }
        }
    }

    /// What a class can think about before what comes of it.
    fn first_half(&mut self, cell: &Cell) {
        match cell {
            Cell::Question { question, .. } => self.paragraph(&format!("? {question}")),
            Cell::Exercise { task, .. } => self.paragraph(&format!("✎ {task}")),
            Cell::Claim(Claim { of, text, .. }) => self.paragraph(&format!("{} {text}", of.words())),
            Cell::Matrix(matrix) => {
                let mut blocks = vec![Block::text(matrix.name), Block::text("=")];
                blocks.extend(self.operands(matrix));
                let equation = side_by_side(blocks, self.style.width);
                self.text.push_str(&equation);
            }
            Cell::Value { name, equation, .. } => self.hanging(&format!("{name} = {equation} = ?"), "  "),
            _ => {}
        }
    }

    fn second_half(&mut self, cell: &Cell) {
        match cell {
            Cell::Question { answer: Some(answer), .. } | Cell::Exercise { answer: Some(answer), .. } => {
                self.paragraph(&format!("→ {answer}"));
            }
            Cell::Question { .. } | Cell::Exercise { .. } => {
                // Two lines to write on.
                let line = format!("\n{}", "_".repeat(self.style.width));
                self.line(&line);
                self.line(&line);
            }
            Cell::Claim(Claim { verdict, evidence, .. }) => {
                self.paragraph(&format!("{} {}. {evidence}", verdict.mark(), verdict.with_condition()));
            }
            Cell::Matrix(matrix) => {
                let result = side_by_side(self.blocks(matrix.name, &matrix.values), self.style.width);
                self.text.push_str(&result);
                self.made(matrix);
            }
            _ => self.cell(cell),
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn paragraph(&mut self, text: &str) {
        self.text.push_str(&paragraph(text, self.style.width));
    }

    fn blocks(&self, name: &str, values: &DMatrix<Value>) -> Vec<Block> {
        brackets(name, values, notation(values, self.style.digits), self.style)
    }

    /// The right side of a matrix's equation.
    fn operands(&self, matrix: &Matrix) -> Vec<Block> {
        let operand = |operand: &Operand| match operand {
            Operand::Text(text) => vec![Block::text(text)],
            Operand::Matrix(name, values) => self.blocks(name, values),
        };
        matrix.equation.iter().flat_map(operand).collect()
    }

    fn equation(&mut self, matrix: &Matrix) {
        let mut blocks = self.blocks(matrix.name, &matrix.values);
        if !matrix.equation.is_empty() {
            let notation = notation(&matrix.values, self.style.digits);
            blocks.push(Block::text(equals_sign(&matrix.values, notation)));
        }
        blocks.extend(self.operands(matrix));
        let equation = side_by_side(blocks, self.style.width);
        self.text.push_str(&equation);
    }

    /// How its entries come about: the one in which most terms meet, or all.
    fn made(&mut self, matrix: &Matrix) {
        let Some(made) = &matrix.made else { return };
        let notation = notation(&matrix.values, self.style.digits);
        let cell = |(row, column)| format!("{}[{row},{column}]", matrix.name);
        let Some(first) = busiest(made) else { return };
        self.expansion(&expansion(cell(first), &made[first], notation, self.style.digits));
        let windows = windows(self.notebook, &made[first]);
        // A column of letters down a long matrix shows nothing that the sum does not.
        let blocks: Vec<_> = windows.iter().map(|(name, marks)| Block::marks(name, marks)).collect();
        let has_two = |marks: &DMatrix<String>| marks.iter().filter(|mark| !mark.is_empty()).count() > 1;
        let shows = windows.iter().any(|(_, marks)| has_two(marks));
        if shows && blocks.iter().all(|block| block.lines.len() <= MOST_ROWS_OF_MARKS) {
            let windows = side_by_side(blocks, self.style.width);
            self.text.push_str(&windows);
        }
        if self.style.full {
            for at in calculated(made).filter(|at| *at != first) {
                let e = expansion(cell(at), &made[at], notation, self.style.digits);
                self.hanging(&without_marks(&e.in_numbers()), &self.hang(&e.cell));
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
        let hang = self.hang(&e.cell);
        match (&e.names, &e.numbers) {
            (Some(names), Some(numbers)) => {
                self.hanging(&format!("{} = {names}", e.cell), &hang);
                self.hanging(&format!("{}= {numbers} {}", &hang[2..], e.value), &hang);
            }
            _ => self.hanging(&e.in_numbers(), &hang),
        }
    }

    /// What stands before the lines that go on with an equation: they begin behind its sign, or where there is little room,
    /// farther to the left.
    fn hang(&self, cell: &str) -> String {
        const LITTLE: usize = 80;
        " ".repeat(if self.style.width < LITTLE { 4 } else { cell.len() + 3 })
    }

    fn hanging(&mut self, text: &str, indent: &str) {
        self.text.push_str(&wrapped(text, indent, self.style.width));
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
        let width = (self.style.width / columns).saturating_sub(1).clamp(3, 10);
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
        if let Some(line) = all_match(audit) {
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

    /// A table, in parts where it is wider than the page: each has the first column, which says what its rows are.
    fn boxed(&mut self, headings: Vec<String>, mut rows: Vec<Vec<String>>) {
        let columns = rows.first().map_or(headings.len(), Vec::len);
        let has_headings = !headings.is_empty();
        let mut headings: Vec<_> =
            if has_headings { headings } else { (0..columns).map(|c| format!("[{c}]")).collect() };
        // A column of words has at most half of the page.
        let most = self.style.width / 2 - 2;
        for field in rows.iter_mut().flatten().chain(&mut headings) {
            let lines = wrapped(field, "", most);
            lines.trim_end().clone_into(field);
        }
        let width = |column: usize| {
            let fields = rows.iter().chain([&headings]).flat_map(|row| row[column].lines());
            3 + fields.map(display_width).max().unwrap_or(0)
        };
        let widths: Vec<_> = (0..columns).map(width).collect();
        let parts = parts(&widths, self.style.width - 1, usize::from(has_headings));
        for part in &parts {
            let first = if part.start == 0 || !has_headings { None } else { Some(0) };
            let shown: Vec<_> = first.into_iter().chain(part.clone()).collect();
            let align = |&column: &usize| {
                if is_number_column(&rows, column) { Alignment::RIGHT } else { Alignment::LEFT }
            };
            let alignments: Vec<_> = shown.iter().map(align).collect();
            let row = |fields: &[String]| {
                let fields = shown.iter().map(|&column| &fields[column]).zip(&alignments);
                Row::new(fields.map(|(field, &align)| Field::new_align(field, align)).collect())
            };
            let mut table = prettytable::Table::new();
            table.set_format(grid().padding(1, 1).build());
            if has_headings || parts.len() > 1 {
                table.set_titles(row(&headings));
            }
            for fields in &rows {
                table.add_row(row(fields));
            }
            self.text.push_str(&table.to_string());
        }
    }
}

/// Parts of columns that fit a page of that width; the first so many columns stand before each part.
fn parts(widths: &[usize], most: usize, repeated: usize) -> Vec<Range<usize>> {
    let before: usize = widths.iter().take(repeated).sum();
    let mut parts: Vec<Range<usize>> = vec![Range::default()];
    let mut used = 0;
    for (column, width) in widths.iter().enumerate() {
        if used + width > most && column > repeated {
            parts.push(column..column);
            used = before;
        }
        used += width;
        let last = parts.len() - 1;
        parts[last].end = column + 1;
    }
    parts
}

/// A matrix that only stands there.
fn is_plain(cell: &Cell) -> bool {
    matches!(cell, Cell::Matrix(matrix) if matrix.equation.is_empty() && matrix.made.is_none())
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
        let widest = marks.iter().map(|mark| display_width(mark)).max().unwrap_or(1).max(1);
        let is_marked = |row: &usize| marks.row(*row).iter().any(|mark| !mark.is_empty());
        let rows = (0..marks.nrows()).filter(|row| marks.nrows() <= MOST_ROWS_OF_MARKS || is_marked(row));
        let field = |mark: &String| {
            let mark = if mark.is_empty() { "·" } else { mark };
            format!("{mark}{}", " ".repeat(widest - display_width(mark)))
        };
        let lines = rows.map(|row| marks.row(row).iter().map(field).collect::<Vec<_>>().join(" ") + "   ");
        Self { lines: lines.collect(), name: format!("{name}   ") }
    }

    fn width(&self) -> usize {
        let width = |line: &String| display_width(line);
        self.lines.iter().chain([&self.name]).map(width).max().unwrap_or(0)
    }
}

/// A matrix in brackets; one that is wider than the page in parts of some columns, which their names say. Where it is too
/// large even so, its first and last rows and columns stand for it, and its shape behind its name.
fn brackets(name: &str, values: &DMatrix<Value>, notation: Notation, style: Style) -> Vec<Block> {
    const MOST_PARTS: usize = 3;
    let texts = values.map(|value| notation.write(&value));
    let width = |column: usize| texts.column(column).iter().map(String::len).max().unwrap_or(0);
    let widths: Vec<_> = (0..texts.ncols()).map(width).collect();
    let rows = abridged(&vec![1; texts.nrows()], if style.full { usize::MAX } else { MOST_ROWS });
    let apart: Vec<_> = widths.iter().map(|width| width + 2).collect();
    // The brackets, and a blank on either side of them.
    let most = style.width - 4;
    let parts = parts(&apart, most, 0);
    let shape = format!("{}×{}", texts.nrows(), texts.ncols());
    let last = rows.len() - 1;
    let block = |columns: &[Option<usize>], name: String| {
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
        Block { lines: rows.iter().enumerate().map(line).collect(), name }
    };
    if parts.len() > 1 && (style.full || parts.len() <= MOST_PARTS) {
        let part = |columns: Range<usize>| {
            let (first, last) = (columns.start, columns.end - 1);
            let name = format!("{name}, columns {first} to {last} of {shape}");
            block(&columns.map(Some).collect::<Vec<_>>(), name)
        };
        return parts.into_iter().map(part).collect();
    }
    let columns = abridged(&apart, most);
    let is_abridged = rows.contains(&None) || columns.contains(&None);
    vec![block(&columns, if is_abridged { format!("{name}, {shape}") } else { name.to_owned() })]
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
fn side_by_side(blocks: Vec<Block>, most: usize) -> String {
    let mut text = String::new();
    let mut shelf: Vec<Block> = Vec::new();
    let mut used = 0;
    for block in blocks {
        let width = block.width() + 1;
        if used + width > most && !shelf.is_empty() {
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
    const VERDICTS: [(&str, &str); 11] = [
        (GREEN, "✓ match"),
        (GREEN, "✓ holds"),
        (GREEN, "✓ proven"),
        (GREEN, "✓ checked"),
        (YELLOW, "~ carried"),
        (YELLOW, "~ holds under a condition"),
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
pub(crate) fn paragraph(text: &str, width: usize) -> String {
    let mark = text.starts_with(['?', '→', '✎', '-', '✓', '~', '✗']);
    wrapped(&text.replace('`', ""), if mark { "  " } else { "" }, width)
}

/// Lines that are no longer than the page is wide, all but the first behind an indent.
pub(crate) fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let options = textwrap::Options::new(width)
        .subsequent_indent(indent)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).iter().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::{Chart, ClaimVerdict, Field as Filled, Origin, Page, Section, literal, printed};

    const NARROW: Style = Style { digits: 4, full: false, colour: false, width: 60, is_live: false };

    fn told(tell: impl FnOnce(&mut Page)) -> Notebook {
        let notebook = Notebook {
            title: "A title that is longer than a line, and goes on below it".to_owned(),
            question: "What is `b`?",
            source: Some("a page of ours.".to_owned()),
            minutes: 5,
            requires: "sums",
            ..Notebook::default()
        };
        let mut page = Page::new(notebook, &[], true);
        page.section("One");
        tell(&mut page);
        page.finish().expect("a page")
    }

    /// What the cells look like, without the head of the page.
    fn cells(style: Style, notebook: &Notebook) -> String {
        terminal(notebook, style).split_once("── One\n\n").expect("a section").1.to_owned()
    }

    #[test]
    fn a_page_in_the_terminal() {
        let notebook = told(|page| {
            page.say("These are given:");
            let a = page.given("a", &literal("1 2 3; 4 5 6"));
            let k = page.given("k", &literal("1; -1; 1/3"));
            page.ask("What comes out?", "Sums.");
            let b = page.show("b = a · k", &a * &k);
            page.show("c = 2 · b", b.map(|entry| Traced::from(2) * entry));
            page.section("Two");
            page.value("total = Σ( b )", b.sum());
            page.formula("x", "x = y");
            page.claim(Origin::Page, "It holds.", true, "It does.");
            page.claim("there", "It holds.", ClaimVerdict::HoldsIf("sometimes".into()), "It may.");
            page.claim("there", "It holds.", false, "It does not.");
            page.audit(&a, printed("1 2 3; 4 5 7", 0));
            page.audit(&k, printed("1; -1; 0", 0));
            page.table("t", ["words", "number"], [("one", 1), ("two", 20)]);
            page.figure("f", Chart::lines("x", "y", [])).alt("A line.");
            page.exercise("Do it.", "Done.");
        });
        let page = terminal(&notebook, Style { colour: true, ..NARROW }).replace('\x1b', "^");
        let expected = "\
^[1m━━ A title that is longer than a line, and goes on below it^[0m
What is b?
5 minutes. Prerequisites: sums

The source: a page of ours.

^[1m── One^[0m

These are given:

⎡ 1  2  3 ⎤    ⎡   1 ⎤
⎣ 4  5  6 ⎦    ⎢  -1 ⎥
               ⎣ 1/3 ⎦
     a            k

? What comes out?
→ Sums.

⎡ 0 ⎤   ⎡ 1  2  3 ⎤   ⎡   1 ⎤
⎣ 1 ⎦ = ⎣ 4  5  6 ⎦ · ⎢  -1 ⎥
                      ⎣ 1/3 ⎦
  b          a           k
b[0,0] = a[0,0]·k[0,0] (a) + a[0,1]·k[1,0] (b) +
    a[0,2]·k[2,0] (c)
  = 1·1 (a) + 2·(-1) (b) + 3·0.3333 (c) = 0
a b c    a
· · ·    b
         c
  a      k

⎡ 0 ⎤ = 2 · ⎡ 0 ⎤
⎣ 2 ⎦       ⎣ 1 ⎦
  c           b
c[1,0] = 2·b[1,0]
  = 2·1 = 2

^[1m── Two^[0m

total = Σ( b )
total = b[0,0] (a) + b[1,0] (b)
  = 0 (a) + 1 (b) = 1

    x = y

This page adds: It holds.
^[32m✓ holds^[0m. It does.

The source says, there: It holds.
^[33m~ holds under a condition^[0m: sometimes. It may.

The source says, there: It holds.
^[31m✗ fails^[0m. It does not.

a as the source prints it, in whole numbers (in parentheses
what the procedure gives):
┌───────────┬───────────┬─────────────────────┐
│ 1 ^[32m✓ match^[0m │ 2 ^[32m✓ match^[0m │           3 ^[32m✓ match^[0m │
│ 4 ^[32m✓ match^[0m │ 5 ^[32m✓ match^[0m │ 7 ^[31m? unexplained^[0m (6) │
└───────────┴───────────┴─────────────────────┘
- [1,2], printed 7: of 0 readings tried, none gives the
  printed matrix

k as the source prints it, in whole numbers, ^[32m✓ match^[0m: 1; -1;
0

┌───────┬────────┐
│ words │ number │
├───────┼────────┤
│ one   │      1 │
│ two   │     20 │
└───────┴────────┘

Figure f: A line.
(--figures DIR writes it as an SVG file)

✎ Do it.
→ Done.

^[1m── Verdicts^[0m
Printed numbers: 8 match, 0 carried, 0 slip, 1 unexplained
Claims (1 of them this page's own): 1 holds, 1 holds under a
condition, 1 fails
A printed number is a match if the exact result rounds to it
(on a tie either neighbour counts); carried if it does so
once the step is redone from the numbers printed before; a
slip if a stated mistake gives it; else unexplained.
";
        assert_eq!(page, expected);
    }

    #[test]
    fn a_step_shows_what_it_asks_before_what_comes_out() {
        let notebook = told(|page| {
            page.exercise("Do it.", "Done.");
            let a = page.given("a", &literal("1 2"));
            page.show("b = 2 · a", a.map(|entry| Traced::from(2) * entry));
            page.section("Two");
            page.value("total = Σ( a )", a.sum());
        });
        let steps = terminal_steps(&notebook, NARROW);
        assert_eq!(
            steps[1..],
            [
                "\n── One\n\n✎ Do it.\n",
                "\n→ Done.\n",
                "\n[ 1  2 ]\n   a\n",
                "\nb = 2 · [ 1  2 ]\n           a\n",
                "\n[ 2  4 ]\n   b\nb[0,0] = 2·a[0,0]\n  = 2·1 = 2\n",
                "\n── Two\n\ntotal = Σ( a ) = ?\n",
                "\ntotal = Σ( a )\ntotal = a[0,0] (a) + a[0,1] (b)\n  = 1 (a) + 2 (b) = 3\n",
            ]
        );
    }

    #[test]
    fn marks_are_shown_where_they_say_more_than_the_sum() {
        type Tell = fn(&mut Page);
        // One mark in each matrix, nine in a column, and two of nine.
        let sums: [(Tell, &str); 3] = [
            (
                |page| {
                    let [a, b] = ["a", "b"].map(|name| page.given(name, &literal("1 2 3")));
                    page.show("c", a + b);
                },
                "= 1 (a) + 1 (b) = 2\n",
            ),
            (
                |page| {
                    let a = page.given("a", &literal("1; 1; 1; 1; 1; 1; 1; 1; 1"));
                    page.show("b", DMatrix::from_element(1, 1, a.sum()));
                },
                " (h) + 1 (i) = 9\n",
            ),
            (
                |page| {
                    let a = page.given("a", &literal("1; 1; 1; 1; 1; 1; 1; 1; 1"));
                    page.show("b", DMatrix::from_element(1, 1, a[0].clone() + a[8].clone()));
                },
                "= 1 (a) + 1 (b) = 2\na\nb\na\n",
            ),
        ];
        for (tell, end) in sums {
            let page = cells(NARROW, &told(tell));
            assert!(page.ends_with(end), "{page}");
        }
    }

    #[test]
    fn an_equation_in_the_names_of_numbers_is_not_said_twice() {
        let notebook = told(|page| {
            let [x, y] =
                ["x", "y"].map(|name| page.given_number(name, &crate::Exact::new(1.into(), 2.into())));
            page.value("z = x + y", x + y);
        });
        assert_eq!(cells(NARROW, &notebook), "x = 0.5\n\ny = 0.5\n\nz = x + y\n  = 0.5 + 0.5 = 1\n");
    }

    #[test]
    fn the_second_line_of_an_equation_begins_behind_its_name_where_there_is_room() {
        let notebook = told(|page| {
            let a = page.given("a", &literal("1 2"));
            page.value("total", a.sum());
        });
        let page = |width| cells(Style { width, ..NARROW }, &notebook);
        assert!(page(79).ends_with("\n  = 1 (a) + 2 (b) = 3\n"), "{}", page(79));
        assert!(page(80).ends_with("\n      = 1 (a) + 2 (b) = 3\n"), "{}", page(80));
    }

    #[test]
    fn what_is_asked_for_has_room_for_handwriting() {
        let blank = |columns: Vec<&'static str>, rows| {
            let blank = Blank { name: "b", equation: "2 · a".to_owned(), columns, rows };
            let section = Section { title: "One".to_owned(), cells: vec![Cell::Blank(blank)] };
            cells(NARROW, &Notebook { sections: vec![section], ..Notebook::default() })
        };
        let expected = "\
b = 2 · a
┌──────────┬──────────┐
│          │          │
│          │          │
└──────────┴──────────┘
";
        assert_eq!(blank(vec![], vec![vec![None, None]]), expected);
        let expected = "\
b = 2 · a
┌──┬──────────┐
│x │y         │
├──┼──────────┤
│1 │          │
│  │          │
├──┼──────────┤
│20│          │
│  │          │
└──┴──────────┘
";
        let row = |number: i32| vec![Some(Filled::from(number)), None];
        assert_eq!(blank(vec!["x", "y"], vec![row(1), row(20)]), expected);
        // Twelve columns of four, and a line.
        assert!(blank(vec![], vec![vec![None; 12]]).contains("\n│    │    │"));
    }

    #[test]
    fn a_table_that_is_too_wide_is_shown_in_parts() {
        let table = |heading| {
            let rows = [("first", 1, 2), ("more words than there is room", 3, 4)];
            let notebook = told(|page| {
                page.table("t", ["row", "one", heading], rows);
            });
            cells(Style { width: 39, ..NARROW }, &notebook)
        };
        // A column of words is half as wide as the page at most.
        let whole = "\
┌─────────────────┬─────┬─────────────┐
│ row             │ one │ the heading │
├─────────────────┼─────┼─────────────┤
│ first           │   1 │           2 │
│ more words than │   3 │           4 │
│ there is room   │     │             │
└─────────────────┴─────┴─────────────┘
";
        assert_eq!(table("the heading"), whole);
        let parts = "\
┌─────────────────┬─────┐
│ row             │ one │
├─────────────────┼─────┤
│ first           │   1 │
│ more words than │   3 │
│ there is room   │     │
└─────────────────┴─────┘
┌─────────────────┬──────────────┐
│ row             │ the headings │
├─────────────────┼──────────────┤
│ first           │            2 │
│ more words than │            4 │
│ there is room   │              │
└─────────────────┴──────────────┘
";
        assert_eq!(table("the headings"), parts);
    }

    /// Printed numbers have no headings unless there are several parts.
    #[test]
    fn an_audit_that_is_too_wide_says_which_columns_it_shows() {
        let notebook = told(|page| {
            let a = page.show("a", literal("1 2 3"));
            page.audit(&a, printed("2 3 4", 0));
        });
        let page = cells(Style { width: 50, ..NARROW }, &notebook);
        let expected = "\
┌─────────────────────┬─────────────────────┐
│                 [0] │                 [1] │
├─────────────────────┼─────────────────────┤
│ 2 ? unexplained (1) │ 3 ? unexplained (2) │
└─────────────────────┴─────────────────────┘
┌─────────────────────┐
│                 [2] │
├─────────────────────┤
│ 4 ? unexplained (3) │
└─────────────────────┘
";
        assert!(page.contains(expected), "{page}");
    }

    #[test]
    fn parts_are_as_wide_as_they_may_be() {
        for (widths, most, repeated, expected) in [
            (&[4, 4, 4, 4][..], 16, 0, &[(0, 4)][..]),
            (&[4, 4, 4, 4], 15, 0, &[(0, 3), (3, 4)]),
            // The first column is there again.
            (&[4, 4, 4, 4], 12, 1, &[(0, 3), (3, 4)]),
            (&[4, 4, 4, 4, 4, 4], 12, 1, &[(0, 3), (3, 5), (5, 6)]),
            // It does not stand alone.
            (&[10, 10, 10], 15, 1, &[(0, 2), (2, 3)]),
            (&[], 12, 1, &[(0, 0)]),
        ] {
            let parts: Vec<_> =
                parts(widths, most, repeated).iter().map(|part| (part.start, part.end)).collect();
            assert_eq!(parts, expected, "{widths:?} {most}");
        }
    }

    #[test]
    fn of_what_is_too_long_the_first_and_the_last_two_are_shown() {
        let shown = |lengths: &[usize], most| {
            let place = |place: &Option<usize>| place.map_or("⋯".to_owned(), |place| place.to_string());
            abridged(lengths, most).iter().map(place).collect::<Vec<_>>().join(" ")
        };
        for (lengths, most, expected) in [
            (&[4; 5][..], 20, "0 1 2 3 4"),
            (&[4; 5], 19, "0 1 ⋯ 3 4"),
            (&[4; 5], 18, "0 ⋯ 3 4"),
            (&[4; 5], 1, "0 ⋯ 3 4"),
            (&[4; 3], 1, "0 1 2"),
            (&[1; 12], 11, "0 1 2 3 4 5 ⋯ 10 11"),
            // The third would fit, but it does not come next.
            (&[1, 9, 1, 1, 1], 8, "0 ⋯ 3 4"),
        ] {
            assert_eq!(shown(lengths, most), expected, "{lengths:?} {most}");
        }
    }

    #[test]
    fn a_matrix_that_is_too_large_says_what_of_it_is_shown() {
        let shown = |(rows, columns), full| {
            let entry =
                |row, column| Value::from(i32::try_from(10 + row % 9 * 10 + column % 10).unwrap_or(0));
            let style = Style { width: 28, full, ..NARROW };
            let matrix = DMatrix::from_fn(rows, columns, entry);
            side_by_side(brackets("m", &matrix, Notation::Fixed(0), style), style.width)
        };
        assert_eq!(shown((1, 6), false), "[ 10  11  12  13  14  15 ]\n            m\n");
        let parts = "\
[ 10  11  12  13  14  15 ]
 m, columns 0 to 5 of 1×8

       [ 16  17 ]
m, columns 6 to 7 of 1×8
";
        assert_eq!(shown((1, 8), false), parts);
        assert_eq!(shown((1, 18), false).lines().count(), 8, "three parts");
        assert_eq!(shown((1, 19), false), "[ 10  11  12  ⋯  17  18 ]\n         m, 1×19\n");
        assert_eq!(shown((1, 19), true).lines().count(), 11, "four parts");
        assert_eq!(shown((24, 1), false).lines().count(), 24 + 1);
        let rows = shown((25, 2), false);
        assert!(rows.contains("\n⎢ 10  11 ⎥\n⎢  ⋮   ⋮ ⎥\n⎢ 60  61 ⎥\n⎣ 70  71 ⎦\n m, 25×2\n"), "{rows}");
        assert_eq!(rows.lines().count(), 19 + 3 + 1);
        assert_eq!(shown((25, 2), true).lines().count(), 25 + 1);
    }

    #[test]
    fn blocks_stand_beside_each_other_as_far_as_they_fit() {
        let set =
            |texts: &[&str], most| side_by_side(texts.iter().map(|text| Block::text(text)).collect(), most);
        assert_eq!(set(&["aaa", "bbb"], 8), "aaa bbb\n\n");
        assert_eq!(set(&["aaa", "bbb"], 7), "aaa\n\n\nbbb\n\n");
        assert_eq!(set(&["aaa", "b", "c"], 7), "aaa b\n\n\nc\n\n");
        assert_eq!(set(&["too long", "b"], 3), "too long\n\n\nb\n\n");
        let tall = |lines: usize| Block { lines: vec!["|".to_owned(); lines], name: "n".to_owned() };
        assert_eq!(side_by_side(vec![tall(4), Block::text("=")], 8), "|\n| =\n|\n|\nn\n");
        assert_eq!(side_by_side(vec![tall(2), Block::text("=")], 8), "| =\n|\nn\n");
    }
}
