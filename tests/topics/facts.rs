//! Facts typed in by hand, to be compared with what an example tells.

use crate::examples::page;
use clap::Args;
use std::borrow::Cow;
use worked_examples::cli::Topic;
use worked_examples::notebook::{Cell, Field, Notation, Notebook, Totals, Value, Verdict, decimals};

/// A notebook, asked for facts.
pub struct Facts(Cow<'static, Notebook>);

impl Facts {
    /// The notebook of a topic, told from the source's inputs.
    pub fn of<I: Args + PartialEq>(topic: &Topic<I>) -> Self {
        Self(Cow::Borrowed(page(topic.name)))
    }

    /// The notebook of a topic, told from other inputs.
    pub fn with<I: Args + PartialEq>(topic: &Topic<I>, inputs: &I) -> Self {
        Self(Cow::Owned(topic.notebook(inputs).expect("the example does not contradict itself")))
    }

    /// The verdicts of the page, added up.
    pub fn totals(&self) -> Totals {
        self.0.totals()
    }

    /// The audit of a matrix has these printed numbers and verdicts: m, c, s or u.
    pub fn audit(&self, of: &str, printed: &str, verdicts: &str) {
        let audit = self.0.cells().find_map(|(_, cell)| match cell {
            Cell::Audit(audit) if audit.of == of => Some(audit),
            _ => None,
        });
        let audit = audit.unwrap_or_else(|| panic!("{of} is not audited"));
        let rows = |text: &dyn Fn(usize, usize) -> String| {
            let row = |row| {
                (0..audit.printed.ncols()).map(|column| text(row, column)).collect::<Vec<_>>().join(" ")
            };
            (0..audit.printed.nrows()).map(row).collect::<Vec<_>>().join("; ")
        };
        let letter = |verdict| match verdict {
            Verdict::Match => "m",
            Verdict::Carried => "c",
            Verdict::Slip => "s",
            Verdict::Unexplained => "u",
        };
        assert_eq!(rows(&|row, column| audit.printed[(row, column)].clone()), printed, "{of} as printed");
        assert_eq!(rows(&|row, column| letter(audit.verdicts[(row, column)]).to_owned()), verdicts, "{of}");
    }

    /// A matrix has these entries, rounded to that many places.
    pub fn matrix(&self, name: &str, places: usize, entries: &str) {
        let matrix = self.0.matrix(name).unwrap_or_else(|| panic!("{name} is not shown"));
        let expected = worked_examples::notebook::parse_matrix(entries).expect("the facts are numbers");
        let round = |value: &Value| Notation::Fixed(places).write(value);
        let found = matrix.values.map(|value| round(&value));
        assert_eq!(
            found,
            expected.map(|fact| round(&fact.into())),
            "{name} is {}",
            decimals(&matrix.values, 6)
        );
    }

    /// A number has this value, rounded to that many places.
    pub fn value(&self, name: &str, places: usize, expected: &str) {
        let value = self.0.cells().find_map(|(_, cell)| match cell {
            Cell::Value { name: own, value, .. } if *own == name => Some(value),
            _ => None,
        });
        let value = value.unwrap_or_else(|| panic!("{name} is not shown"));
        assert_eq!(Notation::Fixed(places).write(value), expected, "{name}");
    }

    /// The gradient has this verdict, for these numbers: "held" for "all numbers", say.
    pub fn proof(&self, of: &str, verdict: &str, reach: &str) {
        let proof = self.0.cells().find_map(|(_, cell)| match cell {
            Cell::Proof(proof) if proof.of == of => Some(proof),
            _ => None,
        });
        let proof = proof.unwrap_or_else(|| panic!("{of} is not proven"));
        assert_eq!((proof.verdict(), proof.reach.words()), (verdict, reach), "{of}");
    }

    /// The rows of a table.
    pub fn table(&self, name: &str) -> &[Vec<Field>] {
        let rows = self.0.cells().find_map(|(_, cell)| match cell {
            Cell::Table(table) if table.name == name => Some(&table.rows),
            _ => None,
        });
        rows.unwrap_or_else(|| panic!("there is no table {name}"))
    }

    /// The claim that holds these words has this verdict, and evidence with these numbers in this order.
    pub fn claim(&self, words: &str, verdict: &str, evidence: &[&str]) {
        let found: Vec<_> = self.0.claims().filter(|claim| claim.text.contains(words)).collect();
        let [claim] = found[..] else { panic!("{} claims say “{words}”", found.len()) };
        let condition = claim.verdict.condition().map(|condition| format!("holds if {condition}"));
        assert_eq!(condition.as_deref().unwrap_or(claim.verdict.words()), verdict, "{words}");
        let mut rest = claim.evidence.as_str();
        for number in evidence {
            let at = rest.find(number).unwrap_or_else(|| panic!("“{}” lacks {number}", claim.evidence));
            rest = &rest[at + number.len()..];
        }
    }
}

/// A number of a table, with that many places.
pub fn shown(field: &Field, places: usize) -> String {
    match field {
        Field::Number(number) => Notation::Fixed(places).write(number),
        Field::Text(text) => panic!("{text} is no number"),
    }
}
