//! A notebook for a terminal 100 columns wide.

use super::{
    Style, audit_heading, audited, equals_sign, expansion, is_number_column, notation, positions,
    proof_lines, table_texts, totals,
};
use crate::notebook::{Audit, Cell, Claim, Matrix, Notation, Notebook, Operand, Table, Value, decimal};
use nalgebra::DMatrix;
use prettytable::format::{Alignment, FormatBuilder, LinePosition, LineSeparator};
use prettytable::{Cell as Field, Row};
use textwrap::WordSplitter;

const WIDTH: usize = 100;

/// The notebook for a terminal. Colour comes last, over marks and headings, so that it cannot shift a column.
#[must_use]
pub fn terminal(notebook: &Notebook, style: Style) -> String {
    let mut screen = Screen { notebook, style, text: String::new() };
    screen.line(&format!("{TITLE}{}", notebook.title));
    screen.paragraph(notebook.question);
    screen.paragraph(&format!("{} minutes. Know before: {}", notebook.minutes, notebook.requires));
    for section in &notebook.sections {
        screen.line("");
        screen.line(&format!("{HEADING}{}", section.title));
        for cell in &section.cells {
            screen.line("");
            screen.cell(cell);
        }
    }
    let totals = totals(notebook);
    if !totals.is_empty() {
        screen.line("");
        screen.line(&format!("{HEADING}Verdicts"));
        for line in &totals {
            screen.paragraph(line);
        }
    }
    if style.colour { paint(&screen.text) } else { screen.text }
}

const TITLE: &str = "━━ ";
const HEADING: &str = "── ";

struct Screen<'a> {
    notebook: &'a Notebook,
    style: Style,
    text: String,
}

impl Screen<'_> {
    fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Prose(text) => self.paragraph(text),
            Cell::Formula { plain, .. } => plain.lines().for_each(|line| self.line(&format!("    {line}"))),
            Cell::Matrix(matrix) => self.matrix(matrix),
            Cell::Value { name, value, .. } => {
                self.line(&format!("{name} = {}", decimal(value.clone(), self.style.digits)));
            }
            Cell::Table(table) => self.table(table),
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
            Cell::Question { question, answer } => {
                self.paragraph(&format!("? {question}"));
                self.paragraph(&format!("→ {answer}"));
            }
            Cell::Exercise { task, answer } => {
                self.paragraph(&format!("✎ {task}"));
                self.paragraph(&format!("→ {answer}"));
            }
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Wraps a paragraph; lines after the first hang behind a mark, if it begins with one.
    fn paragraph(&mut self, text: &str) {
        let text = text.replace('`', "");
        let mark = text.starts_with(['?', '→', '✎', '-', '✓', '~', '✗']);
        let indent = if mark { "  " } else { "" };
        let options = textwrap::Options::new(WIDTH)
            .subsequent_indent(indent)
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&text, options) {
            self.line(&line);
        }
    }

    fn matrix(&mut self, matrix: &Matrix) {
        let block = |name: &str, values, as_fractions| {
            brackets(name, values, notation(values, as_fractions, self.style.digits))
        };
        let mut blocks = vec![block(matrix.name, &matrix.values, matrix.as_fractions)];
        if !matrix.equation.is_empty() {
            let notation = notation(&matrix.values, matrix.as_fractions, self.style.digits);
            blocks.push(Block::text(equals_sign(&matrix.values, notation)));
        }
        blocks.extend(matrix.equation.iter().map(|operand| match operand {
            Operand::Text(text) => Block::text(text),
            Operand::Matrix(name, values) => block(name, values, false),
        }));
        let equation = side_by_side(blocks);
        self.text.push_str(&equation);
        self.sums_of_products(matrix);
    }

    fn sums_of_products(&mut self, matrix: &Matrix) {
        let Some(terms) = &matrix.terms else { return };
        let notation = notation(&matrix.values, matrix.as_fractions, self.style.digits);
        let shown = if self.style.full { terms.len() } else { 1 };
        for at in positions(terms).take(shown) {
            let value = (&matrix.values[at], notation);
            let e = expansion(self.notebook, matrix.name, at, &terms[at], value, self.style.digits);
            let hang = " ".repeat(e.cell.len() + 3);
            if at == (0, 0) {
                self.hanging(&format!("{} = {}", e.cell, e.names), &hang);
                self.hanging(&format!("{}= {} {}", &hang[2..], e.numbers, e.value), &hang);
            } else {
                self.hanging(&format!("{} = {} {}", e.cell, e.numbers, e.value), &hang);
            }
        }
    }

    fn hanging(&mut self, text: &str, indent: &str) {
        let options = textwrap::Options::new(WIDTH)
            .subsequent_indent(indent)
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            self.line(&line);
        }
    }

    fn table(&mut self, table: &Table) {
        let headings = table.columns.iter().map(|&column| column.to_owned()).collect();
        self.boxed(headings, table_texts(table, self.style.digits));
    }

    fn audit(&mut self, audit: &Audit) {
        self.paragraph(&audit_heading(audit));
        let fields = |row: usize| {
            let field = |column: usize| audited(audit, (row, column), self.style.digits);
            (0..audit.printed.ncols()).map(field).collect()
        };
        self.boxed(Vec::new(), (0..audit.printed.nrows()).map(fields).collect());
        audit.why.iter().for_each(|why| self.paragraph(&format!("- {why}")));
    }

    fn claim(&mut self, claim: &Claim) {
        let Claim { text, verdict, evidence, .. } = claim;
        self.paragraph(&format!("Claim: {text}"));
        self.paragraph(&format!("{} {}. {evidence}", verdict.mark(), verdict.words()));
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
        let line = |left, junction, right| LineSeparator::new('─', junction, left, right);
        let format = FormatBuilder::new()
            .column_separator('│')
            .borders('│')
            .padding(1, 1)
            .separator(LinePosition::Top, line('┌', '┬', '┐'))
            .separator(LinePosition::Title, line('├', '┼', '┤'))
            .separator(LinePosition::Bottom, line('└', '┴', '┘'));
        table.set_format(format.build());
        if !headings.is_empty() {
            table.set_titles(row(headings));
        }
        for fields in rows {
            table.add_row(row(fields));
        }
        self.text.push_str(&table.to_string());
    }
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

    fn width(&self) -> usize {
        let width = |line: &String| textwrap::core::display_width(line);
        self.lines.iter().chain([&self.name]).map(width).max().unwrap_or(0)
    }
}

fn brackets(name: &str, values: &DMatrix<Value>, notation: Notation) -> Block {
    let texts = values.map(|value| notation.write(&value));
    let width = |column: usize| texts.column(column).iter().map(String::len).max().unwrap_or(0);
    let widths: Vec<_> = (0..texts.ncols()).map(width).collect();
    let last = texts.nrows() - 1;
    let line = |row: usize| {
        let (left, right) = match row {
            _ if last == 0 => ('[', ']'),
            0 => ('⎡', '⎤'),
            _ if row == last => ('⎣', '⎦'),
            _ => ('⎢', '⎥'),
        };
        let fields = texts.row(row);
        let fields = fields.iter().zip(&widths).map(|(text, width)| format!("{text:>width$}"));
        format!("{left} {} {right}", fields.collect::<Vec<_>>().join("  "))
    };
    Block { lines: (0..=last).map(line).collect(), name: name.to_owned() }
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
