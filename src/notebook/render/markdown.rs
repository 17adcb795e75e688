//! A notebook as Markdown that reads well where code is hosted: tables, formulas, folded answers.

use super::{
    NAME_AND_DATE, Style, all_match, audit_heading, audited, blank_texts, busiest, calculated, equals_sign,
    equals_sign_of, expansion, has_marks, is_number_column, notation, table_texts, totals, where_from,
    without_marks,
};
use crate::notebook::{Audit, Blank, Cell, Claim, Matrix, Notebook, Operand, Proof, Table, Value, decimal};
use nalgebra::DMatrix;
use std::fmt::Write;

/// The notebook as Markdown. `figure` says where a figure of that name is found, if it is written at all.
#[must_use]
pub fn markdown(notebook: &Notebook, style: Style, figure: impl Fn(&str) -> Option<String>) -> String {
    let mut page = Page { style, text: String::new() };
    page.paragraph(&format!("# {}", notebook.title));
    page.paragraph(&format!("**{}**", notebook.question));
    if notebook.is_sheet() {
        page.paragraph(NAME_AND_DATE);
    } else {
        page.paragraph(&format!(
            "*{} minutes. Prerequisites: {}. `cargo run --example {} -- --help` lists the inputs.*",
            notebook.minutes, notebook.requires, notebook.topic
        ));
    }
    if let Some(source) = &notebook.source {
        page.paragraph(&format!("*The source:* {source}"));
    }
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

struct Page {
    style: Style,
    text: String,
}

impl Page {
    fn cell(&mut self, cell: &Cell, figure: &impl Fn(&str) -> Option<String>) {
        match cell {
            Cell::Prose(text) => self.paragraph(text),
            Cell::Formula { latex, .. } => self.fenced("math", latex),
            Cell::Code(code) => self.fenced("rust", code),
            Cell::Python(code) => self.fenced("python", code),
            Cell::Matrix(matrix) => self.matrix(matrix),
            Cell::Value { name, value, equation, made, code } => {
                self.code(code.as_deref());
                let equation = if equation.is_empty() { String::new() } else { format!(" = `{equation}`") };
                let numbers = made.as_ref().map(|made| without_marks(&made.in_numbers(self.style.digits)));
                let equals = equals_sign_of(value, self.style.digits);
                let value = decimal(value.clone(), self.style.digits);
                let numbers = numbers.filter(|numbers| *numbers != value);
                let numbers = numbers.map_or_else(String::new, |numbers| format!(" = {numbers}"));
                self.paragraph(&format!("`{name}`{equation}{numbers} {equals} **{value}**"));
            }
            Cell::Table(table) => self.table(table),
            Cell::Blank(blank) => self.blank(blank),
            Cell::Audit(audit) => self.audit(audit),
            Cell::Claim(claim) => self.claim(claim),
            Cell::Proof(proof) => self.proof(proof),
            Cell::Figure(cell) => match figure(cell.name) {
                Some(path) => self.paragraph(&format!("![{}]({path})", cell.alt)),
                None => self.paragraph(&format!("*Figure `{}`: {}*", cell.name, cell.alt)),
            },
            Cell::Question { question, answer } => self.task(&format!("❓ {question}"), answer.as_deref()),
            Cell::Exercise { task, answer } => self.task(&format!("✏️ {task}"), answer.as_deref()),
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

    /// The answer is folded away; where there is none, a line is drawn to write on.
    fn task(&mut self, task: &str, answer: Option<&str>) {
        match answer {
            Some(answer) => self.folded(task, answer),
            None => self.paragraph(&format!("{task}\n\n&nbsp;\n\n---")),
        }
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
        let array = |name: &str, values: &DMatrix<Value>| {
            let notation = notation(values, digits);
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
        let mut equation = vec![array(matrix.name, &matrix.values)];
        if !matrix.equation.is_empty() {
            let notation = notation(&matrix.values, digits);
            equation.push(latex_text(equals_sign(&matrix.values, notation)));
        }
        for operand in &matrix.equation {
            equation.push(match operand {
                Operand::Text(text) => latex_text(text),
                Operand::Matrix(name, values) => array(name, values),
            });
        }
        self.fenced("math", &equation.join("\n"));
        self.expansions(matrix);
    }

    fn expansions(&mut self, matrix: &Matrix) {
        let Some(made) = &matrix.made else { return };
        let notation = notation(&matrix.values, self.style.digits);
        let mut lines = String::new();
        let Some(first) = busiest(made) else { return };
        for at in std::iter::once(first).chain(calculated(made).filter(|at| *at != first)) {
            let cell = format!("{}[{},{}]", matrix.name, at.0, at.1);
            let e = expansion(cell, &made[at], notation, self.style.digits);
            if at == first
                && let (Some(names), Some(_)) = (&e.names, &e.numbers)
            {
                let _ = writeln!(lines, "{} = {names}", e.cell);
            }
            let numbers = e.in_numbers();
            let numbers = if at == first { numbers } else { without_marks(&numbers) };
            let _ = writeln!(lines, "{numbers}");
        }
        let letters =
            if has_marks(&lines) { "; a letter marks the same term in names and in numbers" } else { "" };
        let summary = format!("{} `{}` comes from{letters}", where_from(made), matrix.name);
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

    /// Rows and columns of a matrix are numbered, so that no heading looks like a row to fill in.
    fn blank(&mut self, blank: &Blank) {
        const ROOM: &str = "&emsp;&emsp;&emsp;<br>&emsp;";
        let equation =
            if blank.equation.is_empty() { String::new() } else { format!(" = `{}`", blank.equation) };
        self.paragraph(&format!("`{}`{equation}", blank.name));
        let width = blank.rows.first().map_or(0, Vec::len);
        let numbered = blank.columns.is_empty() && (blank.rows.len(), width) != (1, 1);
        let headings: Vec<_> = if numbered {
            std::iter::once(String::new()).chain((0..width).map(|column| column.to_string())).collect()
        } else {
            (0..width)
                .map(|column| blank.columns.get(column).copied().unwrap_or_default().to_owned())
                .collect()
        };
        let mut text = row(&headings);
        text.push_str(&row(&vec!["---:"; headings.len()]));
        for (number, fields) in blank_texts(blank, self.style.digits).into_iter().enumerate() {
            let number = numbered.then(|| format!("**{number}**"));
            let fields = fields.into_iter().map(|field| field.unwrap_or_else(|| ROOM.to_owned()));
            text.push_str(&row(&number.into_iter().chain(fields).collect::<Vec<_>>()));
        }
        self.paragraph(text.trim_end());
    }

    fn audit(&mut self, audit: &Audit) {
        if let Some(line) = all_match(audit) {
            return self.paragraph(&line);
        }
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
        let Claim { of, text, verdict, evidence, .. } = claim;
        let condition = verdict.condition().map(|condition| format!(" Condition: {condition}."));
        self.paragraph(&format!(
            "> **{}** {text}\n>\n> **{} {}.**{} {evidence}",
            of.words(),
            verdict.mark(),
            verdict.words(),
            condition.unwrap_or_default()
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
            '★' => latex.push_str(r"\mathbin{\bigstar}"),
            '·' => latex.push_str(r"\cdot"),
            '∘' => latex.push_str(r"\circ"),
            '×' => latex.push_str(r"\times"),
            '−' => latex.push('-'),
            '≈' => latex.push_str(r"\approx"),
            '′' => latex.push('\''),
            '_' if !in_name => latex.push('_'),
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
    use super::*;
    use crate::notebook::{Field, Section};

    #[test]
    fn names_stand_upright_and_operators_are_commands() {
        assert_eq!(super::latex_text("− 0.1 · rot180("), r"- 0.1 \cdot \mathrm{rot180}(");
        assert_eq!(super::latex_text("a ★ b_1"), r"\mathrm{a} \mathbin{\bigstar} \mathrm{b\_1}");
        assert_eq!(super::latex_text("a ∗_full b"), r"\mathrm{a} *_\mathrm{full} \mathrm{b}");
    }

    #[test]
    fn what_is_asked_for_has_numbers_for_its_rows_and_columns_or_its_headings() {
        let blank = |columns: Vec<&'static str>, rows: Vec<Vec<Option<Field>>>| {
            let blank = Blank { name: "b", equation: "2 · a".to_owned(), columns, rows };
            let sections = vec![Section { title: "One".to_owned(), cells: vec![Cell::Blank(blank)] }];
            let page = markdown(&Notebook { sections, ..Notebook::default() }, Style::default(), |_| None);
            page.split_once("## One\n\n").expect("a section").1.replace("&emsp;&emsp;&emsp;<br>&emsp;", "…")
        };
        assert_eq!(blank(vec![], vec![vec![None]]), "`b` = `2 · a`\n\n|  |\n| ---: |\n| … |\n");
        assert_eq!(
            blank(vec![], vec![vec![None, None]]),
            "`b` = `2 · a`\n\n|  | 0 | 1 |\n| ---: | ---: | ---: |\n| **0** | … | … |\n"
        );
        assert_eq!(
            blank(vec!["x", "y"], vec![vec![Some(1.into()), None]]),
            "`b` = `2 · a`\n\n| x | y |\n| ---: | ---: |\n| 1 | … |\n"
        );
    }

    #[test]
    fn long_code_is_folded_away() {
        let page = |lines: &str| {
            let value = Cell::Value {
                name: "n",
                value: 1.into(),
                equation: "",
                made: None,
                code: Some(lines.to_owned()),
            };
            let sections = vec![Section { title: "One".to_owned(), cells: vec![value] }];
            markdown(&Notebook { sections, ..Notebook::default() }, Style::default(), |_| None)
        };
        assert!(page("1\n2\n3\n4\n5").contains("\n\n```rust\n1\n2\n3\n4\n5\n```\n\n`n` = **1**\n"));
        let folded = "<details>\n<summary>How this was computed</summary>\n\n```rust\n1\n2\n3\n4\n5\n6\n```\n\n</details>\n";
        assert!(page("1\n2\n3\n4\n5\n6").contains(folded));
    }
}
