//! A notebook as one JSON object, for programs.

use super::data::data;
use crate::notebook::{Cell, Field, Matrix, Notebook, Operand, ProofEntry, Traced, Value};
use nalgebra::{DMatrix, Scalar};
use num_traits::ToPrimitive;
use serde_json::{Map, Value as Json, json};

/// The notebook as JSON. Numbers are doubles, beside them the fractions where they are exact; a number beyond the range
/// of doubles, or none, is null.
#[must_use]
pub fn json(notebook: &Notebook) -> String {
    let totals = notebook.totals();
    let [matching, carried, slip, unexplained] = totals.audit;
    let [holds, holds_if, fails] = totals.claims;
    let [held, at_kink, failed] = totals.proofs;
    let inputs: Map<_, _> =
        notebook.inputs.iter().map(|(name, text)| ((*name).to_owned(), json!(text))).collect();
    let cells: Vec<_> = notebook.cells().map(|(section, cell)| object(section, cell)).collect();
    let object = json!({
        "topic": notebook.topic,
        "title": notebook.title,
        "question": notebook.question,
        "source": notebook.source,
        "minutes": notebook.minutes,
        "requires": notebook.requires,
        "inputs": inputs,
        "cells": cells,
        "audit": {"match": matching, "carried": carried, "slip": slip, "unexplained": unexplained},
        "claims": {"holds": holds, "holds_if": holds_if, "fails": fails},
        "proofs": {"held": held, "at_kink": at_kink, "failed": failed},
    });
    format!("{object:#}\n")
}

fn object(section: &str, cell: &Cell) -> Json {
    let (kind, mut fields) = match cell {
        Cell::Prose(text) => ("prose", json!({"text": text})),
        Cell::Formula { latex, plain } => ("formula", json!({"latex": latex, "plain": plain})),
        Cell::Code(code) => ("code", json!({"code": code})),
        Cell::Python(code) => ("python", json!({"code": code})),
        Cell::Matrix(matrix) => ("matrix", self::matrix(matrix)),
        Cell::Value { name, value, equation, made, code } => (
            "value",
            json!({
                "name": name,
                "value": number(value),
                "exact": fraction(value),
                "equation": (!equation.is_empty()).then_some(equation),
                "expression": made.as_ref().map(Traced::in_python),
                "code": code,
            }),
        ),
        Cell::Table(table) => {
            let rows: Vec<Vec<_>> = table.rows.iter().map(|row| row.iter().map(field).collect()).collect();
            let exact = table
                .rows
                .iter()
                .map(|row| row.iter().map(beyond_doubles).collect())
                .collect::<Vec<Vec<_>>>();
            let exact = exact.iter().flatten().any(Option::is_some).then_some(exact);
            (
                "table",
                json!({"name": table.name, "columns": table.columns, "rows": rows, "exact": exact, "code": table.code}),
            )
        }
        Cell::Blank(blank) => {
            let field = |field: &Option<Field>| field.as_ref().map(self::field);
            let rows: Vec<Vec<_>> = blank.rows.iter().map(|row| row.iter().map(field).collect()).collect();
            let equation = (!blank.equation.is_empty()).then_some(&blank.equation);
            let columns = (!blank.columns.is_empty()).then_some(&blank.columns);
            ("blank", json!({"name": blank.name, "equation": equation, "columns": columns, "rows": rows}))
        }
        Cell::Audit(audit) => (
            "audit",
            json!({
                "name": audit.name,
                "of": audit.of,
                "places": audit.places,
                "printed": rows(&audit.printed, |text| json!(text)),
                "verdicts": rows(&audit.verdicts, |verdict| json!(verdict.word())),
                "why": audit.why,
            }),
        ),
        Cell::Claim(claim) => {
            let (of, place) = claim.of.for_programs();
            let (verdict, condition) = (claim.verdict.words(), claim.verdict.condition());
            (
                "claim",
                json!({
                    "of": of,
                    "place": place,
                    "text": claim.text,
                    "verdict": verdict,
                    "condition": condition,
                    "evidence": claim.evidence,
                }),
            )
        }
        Cell::Proof(proof) => {
            let entry = |entry: &ProofEntry| match entry {
                ProofEntry::Held => json!("held"),
                ProofEntry::HeldFromBothSides => json!("held_from_both_sides"),
                ProofEntry::AtKink { left, right } => json!({"left": number(left), "right": number(right)}),
                ProofEntry::Failed { found } => json!({"found": found.as_ref().map(number)}),
            };
            (
                "proof",
                json!({
                    "name": proof.name,
                    "of": proof.of,
                    "by": proof.by,
                    "for": proof.reach.words(),
                    "method": proof.method,
                    "max_error": number(&proof.max_error),
                    "verdict": proof.verdict(),
                    "entries": rows(&proof.entries, entry),
                }),
            )
        }
        Cell::Figure(figure) => {
            ("figure", json!({"name": figure.name, "alt": figure.alt, "data": data(&figure.chart)}))
        }
        Cell::Question { question, answer } => ("question", json!({"question": question, "answer": answer})),
        Cell::Exercise { task, answer } => ("exercise", json!({"task": task, "answer": answer})),
    };
    let mut object = Map::new();
    object.insert("kind".to_owned(), json!(kind));
    object.insert("section".to_owned(), json!(section));
    if let Some(fields) = fields.as_object_mut() {
        object.extend(std::mem::take(fields).into_iter().filter(|(_, field)| !field.is_null()));
    }
    Json::Object(object)
}

fn field(field: &Field) -> Json {
    match field {
        Field::Text(text) => json!(text),
        Field::Number(value) => number(value),
    }
}

fn matrix(matrix: &Matrix) -> Json {
    let equation = |operand: &Operand| match operand {
        Operand::Text(text) => json!(text),
        Operand::Matrix(name, _) => json!({"matrix": name}),
    };
    json!({
        "name": matrix.name,
        "values": rows(&matrix.values, number),
        "exact": matrix.exact().map(|exact| rows(&exact, |fraction| json!(fraction.to_string()))),
        "equation": (!matrix.equation.is_empty()).then(|| matrix.equation.iter().map(equation).collect::<Json>()),
        "expression": matrix.made.as_ref().map(|made| rows(made, |entry| json!(entry.in_python()))),
        "code": matrix.code,
    })
}

pub(super) fn rows<T: Scalar>(matrix: &DMatrix<T>, entry: impl Fn(&T) -> Json) -> Json {
    matrix.row_iter().map(|row| row.iter().map(&entry).collect::<Json>()).collect()
}

fn fraction(value: &Value) -> Option<String> {
    value.exact().map(ToString::to_string)
}

/// The fraction of a table's number that no double holds.
fn beyond_doubles(field: &Field) -> Option<String> {
    match field {
        Field::Number(value) if !value.to_f64().is_finite() => fraction(value),
        _ => None,
    }
}

/// A whole number without decimals, as far as doubles tell whole numbers apart; null where it is not finite.
pub(super) fn number(value: &Value) -> Json {
    const MOST_WHOLE: f64 = 1e16;
    let value = value.to_f64();
    match value.to_i64() {
        Some(whole) if value.fract() == 0.0 && value.abs() < MOST_WHOLE => json!(whole),
        _ => json!(value.is_finite().then_some(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exact;
    use crate::notebook::{Blank, Origin, Page, Section, literal};

    fn cells(notebook: &Notebook) -> Vec<Json> {
        let object: Json = serde_json::from_str(&json(notebook)).expect("JSON");
        let mut cells = object["cells"].as_array().expect("cells").clone();
        for cell in cells.iter_mut().filter_map(Json::as_object_mut) {
            cell.remove("section");
        }
        cells
    }

    #[test]
    fn fractions_stand_beside_numbers_and_what_there_is_none_of_is_left_out() {
        let notebook = Notebook { source: Some("a page of ours.".to_owned()), ..Notebook::default() };
        let mut page = Page::new(notebook, &[], true);
        page.section("one");
        page.value("third", Exact::new(1.into(), 3.into()));
        page.value("half", 0.5);
        page.table("numbers", ["name", "number"], [("third", Exact::new(1.into(), 3.into()))]);
        page.table("large", ["name", "number"], [("large", literal("1e400")[0].clone())]);
        let origins = [Origin::Implied("there"), Origin::Asked("there"), Origin::Page, Origin::Belief];
        for of in [Origin::Said("there")].into_iter().chain(origins) {
            page.claim(of, "It is so.", true, "It is.");
        }
        let cells = cells(&page.finish().expect("a page"));
        let large = format!("1{}", "0".repeat(400));
        let expected = [
            json!({"kind": "value", "name": "third", "value": 1.0 / 3.0, "exact": "1/3"}),
            json!({"kind": "value", "name": "half", "value": 0.5}),
            json!({"kind": "table", "name": "numbers", "columns": ["name", "number"], "rows": [["third", 1.0 / 3.0]]}),
            json!({
                "kind": "table", "name": "large", "columns": ["name", "number"],
                "rows": [["large", null]], "exact": [[null, large]],
            }),
        ];
        assert_eq!(cells[..4], expected);
        let claims: Vec<_> =
            cells[4..].iter().map(|claim| (claim["of"].as_str(), claim["place"].as_str())).collect();
        let expected = [
            ("source", Some("there")),
            ("implied", Some("there")),
            ("asked", Some("there")),
            ("page", None),
            ("belief", None),
        ];
        assert_eq!(claims, expected.map(|(of, place)| (Some(of), place)));
    }

    #[test]
    fn what_is_to_be_filled_in_is_null() {
        let blank = |equation: &str, columns: Vec<&'static str>, first| {
            Cell::Blank(Blank {
                name: "b",
                equation: equation.to_owned(),
                columns,
                rows: vec![vec![first, None]],
            })
        };
        let blanks = vec![blank("2 · a", vec![], None), blank("", vec!["x", "y"], Some(Field::from(1)))];
        let sections = vec![Section { title: String::new(), cells: blanks }];
        let expected = [
            json!({"kind": "blank", "name": "b", "equation": "2 · a", "rows": [[null, null]]}),
            json!({"kind": "blank", "name": "b", "columns": ["x", "y"], "rows": [[1, null]]}),
        ];
        assert_eq!(cells(&Notebook { sections, ..Notebook::default() }), expected);
    }

    #[test]
    fn a_number_is_whole_as_far_as_doubles_tell_whole_numbers_apart() {
        let number = |number: f64| number_text(&Value::from(number));
        assert_eq!([2.0, -2.0, 2.5, 9e15].map(number), ["2", "-2", "2.5", "9000000000000000"]);
        assert_eq!([1e16, f64::NAN, f64::INFINITY].map(number), ["1e+16", "null", "null"]);
    }

    fn number_text(value: &Value) -> String {
        number(value).to_string()
    }
}
