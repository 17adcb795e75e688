//! A notebook as Markdown that reads well where code is hosted: tables, formulas, folded answers.

use super::{
    Style, audit_heading, audited, equals_sign, expansion, is_number_column, notation, positions,
    table_texts, totals,
};
use crate::notebook::{Audit, Cell, Claim, Matrix, Notebook, Operand, Proof, Table, Value, decimal};
use nalgebra::DMatrix;
use std::fmt::Write;

/// The notebook as Markdown. `figure` says where a figure of that name is found, if it is written at all.
#[must_use]
pub fn markdown(notebook: &Notebook, style: Style, figure: impl Fn(&str) -> Option<String>) -> String {
    let mut page = Page { notebook, style, text: String::new() };
    page.paragraph(&format!("# {}", notebook.title));
    page.paragraph(&format!("**{}**", notebook.question));
    page.paragraph(&format!(
        "*{} minutes. Know before: {}. `cargo run --example {} -- --help` lists the inputs.*",
        notebook.minutes, notebook.requires, notebook.topic
    ));
    for section in &notebook.sections {
        page.paragraph(&format!("## {}", section.title));
        for cell in &section.cells {
            page.cell(cell, &figure);
        }
    }
    let totals = totals(notebook);
    if !totals.is_empty() {
        page.paragraph("## Verdicts");
        page.paragraph(&totals.iter().map(|line| format!("- {line}")).collect::<Vec<_>>().join("\n"));
    }
    page.text.truncate(page.text.trim_end().len());
    page.text.push('\n');
    page.text
}

/// Longer code is folded away.
const MOST_CODE_LINES: usize = 5;

struct Page<'a> {
    notebook: &'a Notebook,
    style: Style,
    text: String,
}

impl Page<'_> {
    fn cell(&mut self, cell: &Cell, figure: &impl Fn(&str) -> Option<String>) {
        match cell {
            Cell::Prose(text) => self.paragraph(text),
            Cell::Formula { latex, .. } => self.fenced("math", latex),
            Cell::Matrix(matrix) => self.matrix(matrix),
            Cell::Value { name, value, code } => {
                self.code(code.as_deref());
                self.paragraph(&format!("`{name}` = **{}**", decimal(value.clone(), self.style.digits)));
            }
            Cell::Table(table) => self.table(table),
            Cell::Audit(audit) => self.audit(audit),
            Cell::Claim(claim) => self.claim(claim),
            Cell::Proof(proof) => self.proof(proof),
            Cell::Figure(cell) => match figure(cell.name) {
                Some(path) => self.paragraph(&format!("![{}]({path})", cell.alt)),
                None => self.paragraph(&format!("*Figure `{}`: {}*", cell.name, cell.alt)),
            },
            Cell::Question { question, answer } => self.folded(&format!("❓ {question}"), answer),
            Cell::Exercise { task, answer } => self.folded(&format!("✏️ {task}"), answer),
        }
    }

    fn paragraph(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push_str("\n\n");
    }

    fn fenced(&mut self, language: &str, text: &str) {
        self.paragraph(&format!("```{language}\n{text}\n```"));
    }

    fn folded(&mut self, summary: &str, text: &str) {
        let summary = html_code(summary);
        self.paragraph(&format!("<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"));
    }

    fn code(&mut self, code: Option<&str>) {
        match code {
            Some(code) if code.lines().count() > MOST_CODE_LINES => {
                self.folded("How this was computed", &format!("```rust\n{code}\n```"));
            }
            Some(code) => self.fenced("rust", code),
            None => {}
        }
    }

    fn matrix(&mut self, matrix: &Matrix) {
        self.code(matrix.code.as_deref());
        let digits = self.style.digits;
        let array = |name: &str, values: &DMatrix<Value>, as_fractions| {
            let notation = notation(values, as_fractions, digits);
            let rows = values
                .row_iter()
                .map(|row| row.iter().map(|value| notation.write(value)).collect::<Vec<_>>().join(" & "));
            let rows = rows.collect::<Vec<_>>().join(" \\\\\n");
            let name = name.replace('_', r"\_");
            let columns = "r".repeat(values.ncols());
            format!(
                "\\underset{{\\texttt{{{name}}}}}{{\\left[\\begin{{array}}{{{columns}}}\n{rows}\n\\end{{array}}\\right]}}"
            )
        };
        let mut equation = vec![array(matrix.name, &matrix.values, matrix.as_fractions)];
        if !matrix.equation.is_empty() {
            let notation = notation(&matrix.values, matrix.as_fractions, digits);
            equation.push(latex_text(equals_sign(&matrix.values, notation)));
        }
        for operand in &matrix.equation {
            equation.push(match operand {
                Operand::Text(text) => latex_text(text),
                Operand::Matrix(name, values) => array(name, values, false),
            });
        }
        self.fenced("math", &equation.join("\n"));
        self.sums_of_products(matrix);
    }

    fn sums_of_products(&mut self, matrix: &Matrix) {
        let Some(terms) = &matrix.terms else { return };
        let notation = notation(&matrix.values, matrix.as_fractions, self.style.digits);
        let mut lines = String::new();
        for at in positions(terms) {
            let value = (&matrix.values[at], notation);
            let e = expansion(self.notebook, matrix.name, at, &terms[at], value, self.style.digits);
            if at == (0, 0) {
                let _ = writeln!(lines, "{} = {}", e.cell, e.names);
            }
            let _ = writeln!(lines, "{} = {} {}", e.cell, e.numbers, e.value);
        }
        let summary = format!("Every cell of `{}` as a sum of products", matrix.name);
        self.folded(&summary, &format!("```text\n{lines}```"));
    }

    fn table(&mut self, table: &Table) {
        self.code(table.code.as_deref());
        let rows = table_texts(table, self.style.digits);
        let align = |column| if is_number_column(&rows, column) { "---:" } else { ":---" };
        let mut text = row(&table.columns);
        text.push_str(&row(&(0..table.columns.len()).map(align).collect::<Vec<_>>()));
        for fields in &rows {
            text.push_str(&row(fields));
        }
        self.paragraph(text.trim_end());
    }

    fn audit(&mut self, audit: &Audit) {
        self.paragraph(&audit_heading(audit));
        let columns = audit.printed.ncols();
        let mut text = row(&vec![""; columns]);
        text.push_str(&row(&vec!["---:"; columns]));
        for r in 0..audit.printed.nrows() {
            let field = |c: usize| audited(audit, (r, c), self.style.digits);
            text.push_str(&row(&(0..columns).map(field).collect::<Vec<_>>()));
        }
        self.paragraph(text.trim_end());
        if !audit.why.is_empty() {
            self.paragraph(&audit.why.iter().map(|why| format!("- {why}")).collect::<Vec<_>>().join("\n"));
        }
    }

    fn claim(&mut self, claim: &Claim) {
        let Claim { text, verdict, evidence, .. } = claim;
        self.paragraph(&format!(
            "> **Claim:** {text}\n>\n> **{} {}.** {evidence}",
            verdict.mark(),
            verdict.words()
        ));
    }

    fn proof(&mut self, proof: &Proof) {
        self.paragraph(&super::proof_lines(proof, self.style.digits).join("\n"));
    }
}

fn row<T: AsRef<str>>(fields: &[T]) -> String {
    let fields: Vec<_> = fields.iter().map(|field| field.as_ref().replace('|', r"\|")).collect();
    format!("| {} |\n", fields.join(" | "))
}

/// Inside HTML, Markdown's backticks mean nothing.
fn html_code(text: &str) -> String {
    let mut html = String::new();
    for (index, piece) in text.split('`').enumerate() {
        html.push_str(match index {
            0 => "",
            odd if odd % 2 == 1 => "<code>",
            _ => "</code>",
        });
        html.push_str(piece);
    }
    html
}

/// Operators as LaTeX has them, and names upright.
fn latex_text(text: &str) -> String {
    let mut latex = String::new();
    let mut in_name = false;
    for c in text.chars() {
        let goes_on = c.is_ascii_alphabetic() || (in_name && (c.is_ascii_alphanumeric() || c == '_'));
        if goes_on != in_name {
            latex.push_str(if goes_on { r"\mathrm{" } else { "}" });
            in_name = goes_on;
        }
        match c {
            '∗' => latex.push('*'),
            '⋆' => latex.push_str(r"\star"),
            '·' => latex.push_str(r"\cdot"),
            '∘' => latex.push_str(r"\circ"),
            '×' => latex.push_str(r"\times"),
            '−' => latex.push('-'),
            '≈' => latex.push_str(r"\approx"),
            '_' => latex.push_str(r"\_"),
            c => latex.push(c),
        }
    }
    if in_name {
        latex.push('}');
    }
    latex
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_stand_upright_and_operators_are_commands() {
        assert_eq!(super::latex_text("− 0.1 · rot180("), r"- 0.1 \cdot \mathrm{rot180}(");
        assert_eq!(super::latex_text("a ⋆ b_1"), r"\mathrm{a} \star \mathrm{b\_1}");
    }
}
