//! How a traced number is written: for a program in Python's syntax, for a page with names or with numbers.

use super::function::Function;
use super::{Entry, Made, Traced};
use crate::number::{Notation, Value, decimal};
use num_traits::{One, Signed};

/// One of the terms that a number is the sum of, with a mark of its own.
#[derive(Clone, Debug)]
pub struct Term {
    /// What it adds, its sign included.
    pub number: Traced,
    /// What tells it from the others of its sum.
    pub mark: Mark,
}

/// The mark of a term: a, b, c …, and after z aa, ab ….
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark(pub usize);

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let letter = |index: usize| char::from(b"abcdefghijklmnopqrstuvwxyz"[index % 26]);
        match self.0.checked_div(26).and_then(|rounds| rounds.checked_sub(1)) {
            Some(round) => write!(f, "{}{}", letter(round), letter(self.0)),
            None => write!(f, "{}", letter(self.0)),
        }
    }
}

/// How tightly a piece of an expression holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Sum,
    Product,
    Atom,
}

/// The words of an expression.
struct Words<'a> {
    entry: &'a dyn Fn(&Traced, Entry) -> String,
    constant: &'a dyn Fn(&Value) -> String,
    /// What stands behind a term of the sum that is marked.
    mark: &'a dyn Fn(Mark) -> String,
    times: &'static str,
    minus: &'static str,
}

/// The operands of a function; those of the largest of the largest, or of the smallest of the smallest, side by side.
fn flat(function: Function, operands: &[Traced]) -> Vec<&Traced> {
    let mut flat: Vec<_> = operands.iter().collect();
    if !function.compares() {
        return flat;
    }
    while let Some(at) = flat.iter().position(|operand| is_call_of(operand, function)) {
        if let Made::Call(_, inner) = &*flat[at].made {
            flat.splice(at..=at, inner);
        }
    }
    flat
}

fn is_call_of(number: &Traced, function: Function) -> bool {
    matches!(&*number.made, Made::Call(inner, _) if *inner == function)
}

impl Traced {
    /// The expression in Python's syntax, over names and entries that were shown before, as `a[0][1]*b + 1/2`.
    /// Evaluated with exact fractions it is the number.
    #[must_use]
    pub fn in_python(&self) -> String {
        self.write(&Words {
            entry: &|_, entry| match entry.at {
                Some((row, column)) => format!("{}[{row}][{column}]", entry.name),
                None => entry.name.to_owned(),
            },
            constant: &|value| match value {
                Value::Exact(exact) => exact.to_string(),
                Value::Float(float) => format!("{float:?}"),
            },
            mark: &|_| String::new(),
            times: "*",
            minus: "-",
        })
    }

    /// The expression as a page writes it: `a[0,1]·b + 0.5`, the terms of its sum marked.
    #[must_use]
    pub fn in_names(&self) -> String {
        self.marked(&|_, entry| entry.to_string(), 10)
    }

    /// The same with the number of each entry in its place.
    #[must_use]
    pub fn in_numbers(&self, digits: usize) -> String {
        self.marked(&|number, _| decimal(&number.value, digits), digits)
    }

    fn marked(&self, entry: &dyn Fn(&Self, Entry) -> String, digits: usize) -> String {
        self.write(&Words {
            entry,
            // A constant is written in full.
            constant: &|value| match value {
                Value::Exact(exact) if !Notation::Fixed(digits).is_exact_for(value) => exact.to_string(),
                _ => decimal(value, digits),
            },
            mark: &|mark| format!(" ({mark})"),
            times: "·",
            minus: "−",
        })
    }

    /// The terms of the sum that this number is, in the order in which a person reads the first matrix; of a sum
    /// that is divided, or that a function is taken of, those of that sum. A single one where there is none.
    #[must_use]
    pub fn terms(&self) -> Vec<Term> {
        let mut terms = self.main_sum().addends();
        // Read across and down, and not in the order in which matrices are stored; a difference as it is.
        let is_difference = terms.iter().any(|term| matches!(*term.made, Made::Negative(_)));
        let first = |number: &Self| number.entries().next();
        let name = |number: &Self| first(number).map(|entry| entry.name);
        if !is_difference && terms.iter().all(|term| name(term).is_some() && name(term) == name(&terms[0])) {
            terms.sort_by_key(|term| first(term).and_then(|entry| entry.at));
        }
        terms.into_iter().enumerate().map(|(i, number)| Term { number, mark: Mark(i) }).collect()
    }

    /// The entries that the expression names, from left to right; one that stands twice comes twice.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + use<> {
        let mut entries = Vec::new();
        self.collect(&mut entries);
        entries.into_iter()
    }

    fn collect(&self, entries: &mut Vec<Entry>) {
        match self.entry() {
            Some(entry) => entries.push(entry),
            None => self.operands().iter().for_each(|operand| operand.collect(entries)),
        }
    }

    /// The sum itself, or the one sum that it is made from.
    fn main_sum(&self) -> &Self {
        if matches!(*self.made, Made::Sum(_) | Made::Shown(..)) {
            return self;
        }
        let mut composed =
            self.operands().iter().filter(|operand| operand.entry().is_none() && !operand.is_constant());
        match (composed.next(), composed.next()) {
            (Some(operand), None) => match operand.main_sum() {
                sum if matches!(*sum.made, Made::Sum(_)) => sum,
                _ => self,
            },
            _ => self,
        }
    }

    fn addends(&self) -> Vec<Self> {
        // A sum of many grows to the left, one term at a time.
        let (mut number, mut addends) = (self.clone(), Vec::new());
        while let Made::Sum([left, right]) = &*number.made {
            addends.extend(right.addends().into_iter().rev());
            let left = left.clone();
            number = left;
        }
        addends.push(number);
        addends.reverse();
        addends
    }

    fn write(&self, words: &Words) -> String {
        let marked = self.main_sum();
        self.piece(words, marked, Binding::Sum)
    }

    /// Writes a piece that something else holds together as tightly as `around`.
    fn piece(&self, words: &Words, marked: &Self, around: Binding) -> String {
        let (text, binding) = match &*self.made {
            Made::Constant => ((words.constant)(&self.value), self.binding_of_a_constant()),
            Made::Shown(entry, _) => {
                let text = (words.entry)(self, *entry);
                let binding = if text.starts_with('-') { Binding::Sum } else { Binding::Atom };
                (text, binding)
            }
            Made::Sum(_) => (self.sum(words, marked), Binding::Sum),
            Made::Negative([operand]) => {
                (format!("{}{}", words.minus, operand.piece(words, marked, Binding::Product)), Binding::Sum)
            }
            Made::Product([left, right]) => {
                let [left, right] = [left, right].map(|factor| factor.piece(words, marked, Binding::Product));
                (format!("{left}{}{right}", words.times), Binding::Product)
            }
            Made::Quotient([above, below]) => {
                let above = above.piece(words, marked, Binding::Product);
                let over = if words.times == "*" { "/" } else { " / " };
                (format!("{above}{over}{}", below.piece(words, marked, Binding::Atom)), Binding::Product)
            }
            Made::Call(function, operands) => {
                let operands = flat(*function, operands);
                let operands = operands.iter().map(|operand| operand.piece(words, marked, Binding::Sum));
                let name = if words.times == "*" { function.name() } else { function.symbol() };
                (format!("{name}({})", operands.collect::<Vec<_>>().join(", ")), Binding::Atom)
            }
        };
        if binding < around { format!("({text})") } else { text }
    }

    fn sum(&self, words: &Words, marked: &Self) -> String {
        let is_main = std::ptr::eq(self, marked);
        let terms = if is_main {
            self.terms()
        } else {
            self.addends().into_iter().map(|number| Term { number, mark: Mark(0) }).collect()
        };
        let is_marked = is_main && are_marked(&terms);
        let mut text = String::new();
        for (i, Term { number, mark }) in terms.iter().enumerate() {
            let (minus, number) = match &*number.made {
                Made::Negative([operand]) => (true, operand.clone()),
                Made::Constant if number.value < Value::from(0) => (true, -number.clone()),
                _ => (false, number.clone()),
            };
            let sign = match (i, minus) {
                (0, false) => String::new(),
                (0, true) => words.minus.to_owned(),
                (_, false) => " + ".to_owned(),
                (_, true) => format!(" {} ", words.minus),
            };
            text.push_str(&sign);
            text.push_str(&number.piece(words, marked, Binding::Product));
            if is_marked {
                text.push_str(&(words.mark)(*mark));
            }
        }
        text
    }

    fn binding_of_a_constant(&self) -> Binding {
        match &self.value {
            Value::Exact(exact) if exact.is_negative() => Binding::Sum,
            Value::Exact(exact) if !exact.denom().is_one() => Binding::Product,
            Value::Float(float) if *float < 0.0 => Binding::Sum,
            _ => Binding::Atom,
        }
    }
}

/// Whether letters help to tell terms apart: where two of them take entries of matrices.
#[must_use]
pub fn are_marked(terms: &[Term]) -> bool {
    let takes_an_entry = |term: &&Term| term.number.entries().any(|entry| entry.at.is_some());
    terms.iter().filter(takes_an_entry).nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use super::super::given;
    use super::*;
    use math::Exact;
    use math::Piecewise;
    use nalgebra::dmatrix;
    use num_traits::One;

    #[test]
    fn parentheses_stand_where_they_change_the_meaning() {
        let [a, b, c, d] = {
            let matrix = given("m", &dmatrix![2, 3, 5, -7].map(Traced::from));
            [0, 1, 2, 3].map(|i| matrix[i].clone())
        };
        let half = Traced::from(Exact::one() / Exact::from_integer(2.into()));
        let third = Traced::from(Exact::one() / Exact::from_integer(3.into()));
        for (number, python, names, numbers) in [
            (
                a.clone() - (b.clone() - c.clone()),
                "m[0][0] - (m[0][1] - m[0][2])",
                "m[0,0] (a) − (m[0,1] − m[0,2]) (b)",
                "2 (a) − (3 − 5) (b)",
            ),
            (
                a.clone().maximum(b.clone()).maximum(c.clone().maximum(d.clone())),
                "max(m[0][0], m[0][1], m[0][2], m[0][3])",
                "max(m[0,0], m[0,1], m[0,2], m[0,3])",
                "max(2, 3, 5, -7)",
            ),
            (
                a.clone() / (b.clone() * c.clone()),
                "m[0][0]/(m[0][1]*m[0][2])",
                "m[0,0] / (m[0,1]·m[0,2])",
                "2 / (3·5)",
            ),
            (
                -(a.clone() + d.clone()) * b.clone(),
                "(-(m[0][0] + m[0][3]))*m[0][1]",
                "(−(m[0,0] (a) + m[0,3] (b)))·m[0,1]",
                "(−(2 (a) + (-7) (b)))·3",
            ),
            (d.clone() * third.clone(), "m[0][3]*1/3", "m[0,3]·1/3", "(-7)·1/3"),
            (a.clone() / third, "m[0][0]/(1/3)", "m[0,0] / (1/3)", "2 / (1/3)"),
            (d.clone(), "m[0][3]", "m[0,3]", "-7"),
            (a.clone() + Traced::from(-3), "m[0][0] - 3", "m[0,0] − 3", "2 − 3"),
            (a.clone() * Traced::from(-3), "m[0][0]*(-3)", "m[0,0]·(-3)", "2·(-3)"),
            (a.clone() * half, "m[0][0]*1/2", "m[0,0]·0.5", "2·0.5"),
            (a.clone() * Traced::from(-0.5), "m[0][0]*(-0.5)", "m[0,0]·(-0.5)", "2·(-0.5)"),
            (a.clone() * Traced::from(0.5), "m[0][0]*0.5", "m[0,0]·0.5", "2·0.5"),
            (Traced::from(0.0) / a.clone(), "0.0/m[0][0]", "0 / m[0,0]", "0 / 2"),
        ] {
            let written = (number.in_python(), number.in_names(), number.in_numbers(4));
            assert_eq!(written, (python.to_owned(), names.to_owned(), numbers.to_owned()));
        }
    }

    #[test]
    fn marks_go_on_after_z() {
        assert_eq!([0, 25, 26, 53].map(|i| Mark(i).to_string()), ["a", "z", "aa", "bb"]);
    }

    #[test]
    fn terms_come_as_a_person_reads() {
        let m = given("m", &dmatrix![1, 2; 3, 4].map(Traced::from));
        // nalgebra adds down the columns.
        assert_eq!(m.sum().in_python(), "m[0][0] + m[0][1] + m[1][0] + m[1][1]");
        // Of two matrices it is the order in which they were added.
        let n = given("n", &m);
        assert_eq!((m[1].clone() + n[0].clone()).in_python(), "m[1][0] + n[0][0]");
    }

    #[test]
    fn a_number_that_is_no_sum_is_its_only_term() {
        let m = given("m", &dmatrix![1, 2].map(Traced::from));
        let terms =
            |number: Traced| number.terms().iter().map(|term| term.number.in_python()).collect::<Vec<_>>();
        assert_eq!(terms(-(m[0].clone() * m[1].clone())), ["-m[0][0]*m[0][1]"]);
        assert_eq!(terms(-(m[0].clone() + m[1].clone())), ["m[0][0]", "m[0][1]"]);
    }
}
