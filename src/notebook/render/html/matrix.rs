//! Matrices as tables, and where each of their cells comes from.

use super::Page;
use crate::notebook::render::{equals_sign, expansion, notation, positions};
use crate::notebook::{Matrix, Operand, Terms, Value};
use maud::{Markup, html};
use nalgebra::DMatrix;

impl Page<'_> {
    pub(super) fn matrix(&self, matrix: &Matrix) -> Markup {
        let digits = self.style.digits;
        let table = |name, values: &DMatrix<Value>, as_fractions, terms: Option<&DMatrix<Terms>>| {
            let notation = notation(values, as_fractions, digits);
            grid(name, values.shape(), |at| {
                html! {
                    td data-uses=[terms.map(|terms| uses(&terms[at]))] { (notation.write(&values[at])) }
                }
            })
        };
        let notation = notation(&matrix.values, matrix.as_fractions, digits);
        html! {
            div.equation.scroll {
                (table(matrix.name, &matrix.values, matrix.as_fractions, matrix.terms.as_ref()))
                @if !matrix.equation.is_empty() { span { (equals_sign(&matrix.values, notation)) } }
                @for operand in &matrix.equation {
                    @match operand {
                        Operand::Text(text) => span { (text) },
                        Operand::Matrix(name, values) => (table(name, values, false, None)),
                    }
                }
            }
            @if let Some(terms) = &matrix.terms { (self.sums_of_products(matrix, terms)) }
        }
    }

    fn sums_of_products(&self, matrix: &Matrix, terms: &DMatrix<Terms>) -> Markup {
        let notation = notation(&matrix.values, matrix.as_fractions, self.style.digits);
        let spelled = positions(terms).map(|at| {
            let value = (&matrix.values[at], notation);
            expansion(self.notebook, matrix.name, at, &terms[at], value, self.style.digits)
        });
        let spelled: Vec<_> = spelled.collect();
        html! {
            details.sums {
                summary { "Every cell of " code { (matrix.name) } " as a sum of products" }
                @if let Some(first) = spelled.first() { p { (first.cell) " = " (first.names) } }
                ul { @for e in &spelled { li { (e.cell) " = " (e.numbers) " " (e.value) } } }
            }
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

/// The entries that a cell was made of, for the script: `image,0,1 kernel_1,1,0 …`.
fn uses(terms: &Terms) -> String {
    let entries = terms.products().iter().flatten();
    let entries = entries.map(|entry| format!("{},{},{}", entry.matrix, entry.row, entry.column));
    entries.collect::<Vec<_>>().join(" ")
}
