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
            if display_width(field) > most {
                let lines = wrapped(field, "", most);
                lines.trim_end().clone_into(field);
            }
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
        let last = parts.len() - 1;
        if used + width > most && !parts[last].is_empty() && column > repeated {
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
    let is_abridged = rows.len() < texts.nrows() || columns.len() < texts.ncols();
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
