//! Matrices as tables, and where each of their cells comes from.

use super::Page;
use crate::notebook::render::{calculated, equals_sign, expansion, notation, positions, where_from};
use crate::notebook::{Matrix, Operand, Traced, Value};
use maud::{Markup, html};
use nalgebra::DMatrix;
use traced::are_marked;

impl Page<'_> {
    pub(super) fn matrix(&self, matrix: &Matrix) -> Markup {
        let digits = self.style.digits;
        let table = |name, values: &DMatrix<Value>, made: Option<&DMatrix<Traced>>| {
            let notation = notation(values, digits);
            grid(name, values.shape(), |at| {
                html! {
                    td data-uses=[made.map(|made| uses(&made[at]))] { (notation.write(&values[at])) }
                }
            })
        };
        let notation = notation(&matrix.values, digits);
        html! {
            div.equation.scroll {
                div.result { (table(matrix.name, &matrix.values, matrix.made.as_ref())) }
                @if !matrix.equation.is_empty() { span { (equals_sign(&matrix.values, notation)) } }
                @for operand in &matrix.equation {
                    @match operand {
                        Operand::Text(text) => span { (operator(text)) },
                        Operand::Matrix(name, values) => (table(name, values, None)),
                    }
                }
            }
            @if let Some(made) = &matrix.made { (self.expansions(matrix, made)) }
        }
    }

    /// What is only copied is told where somebody points at it.
    fn expansions(&self, matrix: &Matrix, made: &DMatrix<Traced>) -> Markup {
        let notation = notation(&matrix.values, self.style.digits);
        let spelled = positions(made).map(|at| {
            let cell = format!("{}[{},{}]", matrix.name, at.0, at.1);
            (made[at].is_calculated(), expansion(cell, &made[at], notation, self.style.digits))
        });
        html! {
            details.sums hidden[calculated(made).next().is_none()] {
                summary { (where_from(made)) " " code { (matrix.name) } " comes from" }
                ul { @for (is_calculated, e) in spelled { li hidden[!is_calculated] {
                    @if let (Some(names), Some(_)) = (&e.names, &e.numbers) { (e.cell) " = " (names) br; }
                    (e.in_numbers())
                } } }
            }
        }
    }
}

/// Text between matrices: what belongs to an operator stands below it.
fn operator(text: &str) -> Markup {
    html! {
        @match text.split_once("_full") {
            Some((before, after)) => { (before) sub { "full" } (after) },
            None => (text),
        }
    }
}

/// A matrix whose rows and columns have their numbers, counted from 0, for headings.
pub(super) fn grid(
    name: &str,
    (rows, columns): (usize, usize),
    cell: impl Fn((usize, usize)) -> Markup,
) -> Markup {
    html! {
        table.matrix data-matrix=(name) {
            caption { code { (name) } }
            thead { tr { td {} @for column in 0..columns { th scope="col" { (column) } } } }
            tbody { @for row in 0..rows { tr {
                th scope="row" { (row) }
                @for column in 0..columns { (cell((row, column))) }
            } } }
        }
    }
}

/// The entries that a cell was made of, for the script, with their marks where there is more than one term:
/// `image,0,1,a kernel_1,1,0,a …`.
fn uses(made: &Traced) -> String {
    let terms = made.terms();
    let are_marked = are_marked(&terms);
    let uses = terms.iter().flat_map(|term| {
        let mark = if are_marked { term.mark.to_string() } else { String::new() };
        let entries = term.number.entries().filter_map(|entry| Some((entry.name, entry.at?)));
        entries.map(move |(name, (row, column))| format!("{name},{row},{column},{mark}"))
    });
    uses.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::render::Style;
    use crate::notebook::{Cell, Notebook, literal};

    #[test]
    fn a_cell_says_what_it_was_made_of() {
        let mut page = crate::notebook::Page::new(Notebook::default(), &[], true);
        page.section("one");
        let a = page.given("a", &literal("1 2"));
        let b = page.given("b", &literal("3"));
        page.show("c = a ∗_full b", a.map(|entry| entry * b[0].clone()));
        page.show("d", DMatrix::from_element(1, 1, a.sum()));
        page.show("e", a);
        let notebook = page.finish().expect("a page");
        let page = Page { style: Style::default(), notebook: &notebook };
        let matrices = notebook.cells().filter_map(|(_, cell)| match cell {
            Cell::Matrix(matrix) => Some(page.matrix(matrix).into_string()),
            _ => None,
        });
        let [_, _, c, d, e] = &matrices.collect::<Vec<_>>()[..] else { panic!("five matrices") };
        for text in [
            "<td data-uses=\"a,0,0, b,0,0,\">3</td><td data-uses=\"a,0,1, b,0,0,\">6</td>",
            "<span>=</span><table class=\"matrix\" data-matrix=\"a\">",
            "<span>∗<sub>full</sub></span><table class=\"matrix\" data-matrix=\"b\">",
            "<details class=\"sums\"><summary>Where every cell of <code>c</code> comes from</summary>\
             <ul><li>c[0,0] = a[0,0]·b[0,0]<br>c[0,0] = 1·3 = 3</li><li>c[0,1] = a[0,1]·b[0,0]<br>c[0,1] = 2·3 = 6</li></ul></details>",
        ] {
            assert!(c.contains(text), "{text}: {c}");
        }
        assert!(d.contains("<td data-uses=\"a,0,0,a a,0,1,b\">3</td>"), "{d}");
        assert!(
            e.contains("<details class=\"sums\" hidden>")
                && e.contains("<li hidden>e[0,1] = a[0,1] = 2</li>"),
            "{e}"
        );
    }
}
