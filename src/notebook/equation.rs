//! An equation as a page states it, read and computed anew, so that it cannot say anything else than what was
//! computed.
//!
//! This is all that the notebook knows of the arithmetic: what its notation means.

use super::{Value, parse_matrix, parse_number};
use crate::math::Padding::{Full, Same, Valid};
use crate::math::border::{Border, bordered};
use crate::math::conv::{convolve, cross_correlate, rot180};
use crate::math::relu::{relu, relu_derivative};
use nalgebra::DMatrix;
use traced::{Traced, untraced};

type Matrix = DMatrix<Traced>;

/// Whether an equation gives these numbers.
///
/// # Errors
/// Says what cannot be read, what is not shown, or that something else comes out. An operation that is none of the
/// notation's has to be called by the code that computed the numbers.
pub(super) fn check(
    equation: &str,
    result: &DMatrix<Value>,
    shown: &dyn Fn(&str) -> Option<Matrix>,
    code: Option<&str>,
) -> Result<(), String> {
    let mut reader = Reader { rest: equation.trim_start(), shown, code, is_opaque: false };
    let computed = reader.sum()?;
    if !reader.rest.is_empty() {
        return Err(format!("“{equation}” cannot be read from “{}” on", reader.rest));
    }
    let computed = untraced(&computed);
    let agree = computed.shape() == result.shape()
        && computed.iter().zip(result).all(|(computed, result)| computed.is_about(result));
    if agree || reader.is_opaque { Ok(()) } else { Err(format!("“{equation}” is something else")) }
}

/// What an equation gives, computed from these matrices; nothing where it cannot be read or computed.
#[must_use]
pub fn equation_value(equation: &str, shown: &dyn Fn(&str) -> Option<Matrix>) -> Option<DMatrix<Value>> {
    let mut reader = Reader { rest: equation.trim_start(), shown, code: None, is_opaque: false };
    let value = reader.sum().ok()?;
    reader.rest.is_empty().then(|| untraced(&value))
}

struct Reader<'a> {
    rest: &'a str,
    shown: &'a dyn Fn(&str) -> Option<Matrix>,
    code: Option<&'a str>,
    /// Whether the numbers of a part are not known.
    is_opaque: bool,
}

impl<'a> Reader<'a> {
    fn sum(&mut self) -> Result<Matrix, String> {
        let mut sum = if self.takes("−") { -self.product()? } else { self.product()? };
        loop {
            if self.takes("+") {
                sum = self.fitting(&sum, &Self::product, |a, b| a + b)?;
            } else if self.takes("−") {
                sum = self.fitting(&sum, &Self::product, |a, b| a - b)?;
            } else {
                return Ok(sum);
            }
        }
    }

    fn product(&mut self) -> Result<Matrix, String> {
        let mut product = self.factor()?;
        loop {
            let (is_convolution, is_correlation) = (self.takes("∗"), self.takes("★"));
            if is_convolution || is_correlation {
                let padding = match () {
                    () if self.takes("_full") => Full,
                    () if self.takes("_same") => Same,
                    () => Valid,
                };
                let slides = self.factor()?;
                let slide = if is_convolution { convolve } else { cross_correlate };
                product = slide(&product, &slides, padding).map_err(|error| error.to_string())?;
            } else if self.takes("∘") {
                product = self.fitting(&product, &Self::factor, DMatrix::component_mul)?;
            } else if self.takes("·") {
                let factor = self.factor()?;
                product = match (product.len(), factor.len()) {
                    (1, _) => factor.map(|entry| product[0].clone() * entry),
                    (_, 1) => product.map(|entry| entry * factor[0].clone()),
                    _ if product.ncols() == factor.nrows() => &product * &factor,
                    _ => return Err("a product of matrices that do not fit".to_owned()),
                };
            } else if self.takes("/") {
                product = self.fitting(&product, &Self::factor, DMatrix::component_div)?;
            } else {
                return Ok(product);
            }
        }
    }

    /// What stands behind an operator that goes entry by entry.
    fn fitting(
        &mut self,
        left: &Matrix,
        right: &dyn Fn(&mut Self) -> Result<Matrix, String>,
        operator: impl Fn(&Matrix, &Matrix) -> Matrix,
    ) -> Result<Matrix, String> {
        let right = right(self)?;
        let spread = |number: &Matrix, over: &Matrix| over.map(|_| number[0].clone());
        match (left.shape(), right.shape()) {
            (a, b) if a == b => Ok(operator(left, &right)),
            (_, (1, 1)) => Ok(operator(left, &spread(&right, left))),
            ((1, 1), _) => Ok(operator(&spread(left, &right), &right)),
            _ if self.is_opaque => Ok(right),
            _ => Err("matrices of unlike shapes are brought together entry by entry".to_owned()),
        }
    }

    fn factor(&mut self) -> Result<Matrix, String> {
        let mut factor = self.atom()?;
        while self.takes("ᵀ") {
            factor = factor.transpose();
        }
        Ok(factor)
    }

    fn atom(&mut self) -> Result<Matrix, String> {
        if self.takes("(") {
            let inner = self.sum()?;
            return if self.takes(")") { Ok(inner) } else { Err("a parenthesis is not closed".to_owned()) };
        }
        if self.takes("[") {
            let (literal, rest) = self.rest.split_once(']').ok_or("a bracket is not closed")?;
            self.rest = rest.trim_start();
            return Ok(parse_matrix(literal)?.map(Traced::from));
        }
        let is_word = |c: char| (c.is_alphanumeric() && c != 'ᵀ') || "_.′Σ½".contains(c);
        let length = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start();
        if word == "½" {
            return Ok(DMatrix::from_element(1, 1, Traced::from(1) / Traced::from(2)));
        }
        if let Ok(number) = parse_number(word) {
            return Ok(DMatrix::from_element(1, 1, number.into()));
        }
        if self.rest.starts_with('(') {
            let operand = self.atom()?;
            return self.call(word, operand);
        }
        (self.shown)(word).ok_or_else(|| format!("“{word}” is not shown"))
    }

    fn call(&mut self, function: &'a str, operand: Matrix) -> Result<Matrix, String> {
        Ok(match function {
            "rot180" => rot180(&operand),
            "mirror_across" | "mirror_down" => mirrored(&operand, function == "mirror_across"),
            "relu" | "ReLU" => relu(&operand),
            "ReLU′" => relu_derivative(&operand),
            "Σ" => DMatrix::from_element(1, 1, operand.iter().cloned().sum()),
            "exp" => operand.map(Traced::exp),
            "ln" => operand.map(Traced::ln),
            // One row and one column more on each side.
            _ if let Some(border) = Border::named(function) => bordered(&operand, border, 1),
            _ if self.code.is_some_and(|code| code.contains(&format!("{function}("))) => {
                self.is_opaque = true;
                operand
            }
            _ => return Err(format!("“{function}” is no operation that the code calls")),
        })
    }

    fn takes(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }
}

/// Mirrored, left to right or top to bottom.
fn mirrored(matrix: &Matrix, across: bool) -> Matrix {
    let [last_row, last_column] = [matrix.nrows() - 1, matrix.ncols() - 1];
    DMatrix::from_fn(matrix.nrows(), matrix.ncols(), |row, column| {
        matrix[if across { (row, last_column - column) } else { (last_row - row, column) }].clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::literal;

    fn says(equation: &str, result: &'static str) -> Result<(), String> {
        let shown = |name: &str| match name {
            "a" => Some(literal("1 2; 3 4").map(Traced::from)),
            "b" => Some(literal("1 0; 0 2").map(Traced::from)),
            _ => None,
        };
        check(equation, &literal(result).map(Value::from), &shown, Some("collect(&a)"))
    }

    #[test]
    fn what_an_equation_says_is_computed() {
        assert_eq!(says("a ★ b", "9"), Ok(()));
        assert_eq!(says("a ∗ rot180( b ) − 0.5 · a ★ b", "4.5"), Ok(()));
        assert_eq!(says("a ∗_full 2", "2 4; 6 8"), Ok(()));
        assert_eq!(says("( a + bᵀ ) ∘ b", "2 0; 0 12"), Ok(()));
        assert_eq!(says("½ · Σ( a )", "5"), Ok(()));
        assert_eq!(says("a · b", "1 4; 3 8"), Ok(()));
        assert_eq!(says("a − Σ( b )", "-2 -1; 0 1"), Ok(()));
        assert_eq!(says("1 / a ∘ [ 1 2; 3 8 ]", "1 1; 1 2"), Ok(()));
        assert_eq!(says("− a + 2 · b", "1 -2; -3 0"), Ok(()));
        assert_eq!(says("a · Σ( b )", "3 6; 9 12"), Ok(()));
        assert_eq!(says("a ★_same b", "9 2; 3 4"), Ok(()));
        assert_eq!(says("mirror_across( a )", "2 1; 4 3"), Ok(()));
        assert_eq!(says("mirror_down( a )", "3 4; 1 2"), Ok(()));
        assert_eq!(says("relu( a − 2 )", "0 0; 1 2"), Ok(()));
        assert_eq!(says("ln( exp( a ) )", "1 2; 3 4"), Ok(()));
    }

    #[test]
    fn a_contradiction_is_found() {
        assert_eq!(says("a ∗ b", "9").unwrap_err(), "“a ∗ b” is something else");
        assert_eq!(says("a + c", "1").unwrap_err(), "“c” is not shown");
        assert_eq!(says("a · [ 1 2 3 ]", "9").unwrap_err(), "a product of matrices that do not fit");
        assert!(says("a + [ 1 2 3 ]", "9").unwrap_err().starts_with("matrices of unlike shapes"));
        assert_eq!(says("a ★ b )", "9").unwrap_err(), "“a ★ b )” cannot be read from “)” on");
    }

    #[test]
    fn an_operation_of_the_examples_own_has_to_be_called() {
        assert_eq!(says("collect( a )", "7"), Ok(()));
        assert_eq!(says("collect( a ) + [ 1 2 3 ]", "7"), Ok(()));
        assert!(says("collect( c )", "7").is_err());
        assert!(says("gather( a )", "7").is_err());
    }
}
