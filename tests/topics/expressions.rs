//! Every expression, read and evaluated by a program of its own, is the number beside it: in every topic, with the
//! source's inputs and with others.

use crate::examples::{page, variants};
use num_traits::ToPrimitive;
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};
use worked_examples::Exact;
use worked_examples::notebook::render::json;

#[derive(Clone, Debug)]
enum Number {
    Exact(Exact),
    Float(f64),
}

impl Number {
    fn of(value: &Json, exact: &Json) -> Self {
        match exact.as_str() {
            Some(exact) => Self::Exact(fraction(exact)),
            None => Self::Float(value.as_f64().unwrap_or(f64::NAN)),
        }
    }

    fn float(&self) -> f64 {
        match self {
            Self::Exact(exact) => exact.to_f64().expect("the form of a page"),
            Self::Float(float) => *float,
        }
    }

    fn apply(&self, other: &Self, exact: fn(&Exact, &Exact) -> Exact, float: fn(f64, f64) -> f64) -> Self {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => Self::Exact(exact(a, b)),
            (a, b) => Self::Float(float(a.float(), b.float())),
        }
    }

    fn is_negative(&self) -> bool {
        self.float() < 0.0
    }
}

/// A fraction as JSON has it, of any length.
fn fraction(text: &str) -> Exact {
    text.parse().unwrap_or_else(|_| panic!("{text} is no fraction"))
}

/// What a page has shown so far: single numbers, and the entries of matrices.
type Shown = HashMap<(String, Option<(usize, usize)>), Number>;

struct Reader<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    shown: &'a Shown,
}

/// Names, numbers, and single signs.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let length = match rest.find(|c| !is_word(c)) {
            _ if !is_word(first) => first.len_utf8(),
            // The sign of a power of ten.
            Some(end) if first.is_ascii_digit() && rest[..end].ends_with('e') => {
                end + 1 + rest[end + 1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - end - 1)
            }
            end => end.unwrap_or(rest.len()),
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

impl<'a> Reader<'a> {
    fn takes(&mut self, sign: &str) -> bool {
        let takes = self.tokens.get(self.at) == Some(&sign);
        self.at += usize::from(takes);
        takes
    }

    fn next(&mut self) -> &'a str {
        self.at += 1;
        self.tokens[self.at - 1]
    }

    fn sum(&mut self) -> Number {
        let mut sum = self.product();
        loop {
            if self.takes("+") {
                sum = sum.apply(&self.product(), |a, b| a + b, |a, b| a + b);
            } else if self.takes("-") {
                sum = sum.apply(&self.product(), |a, b| a - b, |a, b| a - b);
            } else {
                return sum;
            }
        }
    }

    fn product(&mut self) -> Number {
        let mut product = self.factor();
        loop {
            if self.takes("*") {
                product = product.apply(&self.factor(), |a, b| a * b, |a, b| a * b);
            } else if self.takes("/") {
                product = product.apply(&self.factor(), |a, b| a / b, |a, b| a / b);
            } else {
                return product;
            }
        }
    }

    fn factor(&mut self) -> Number {
        if self.takes("-") {
            return Number::Exact(fraction("-1")).apply(&self.factor(), |a, b| a * b, |a, b| a * b);
        }
        if self.takes("(") {
            let inner = self.sum();
            assert!(self.takes(")"), "{:?}", self.tokens);
            return inner;
        }
        let word = self.next();
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            return if word.contains(['.', 'e']) {
                Number::Float(word.parse().expect("the form of a page"))
            } else {
                Number::Exact(fraction(word))
            };
        }
        if self.takes("(") {
            let mut operands = vec![self.sum()];
            while self.takes(",") {
                operands.push(self.sum());
            }
            assert!(self.takes(")"), "{:?}", self.tokens);
            return call(word, &operands);
        }
        let mut index = || {
            self.takes("[").then(|| {
                let index = self.next().parse().expect("the form of a page");
                assert!(self.takes("]"), "{:?}", self.tokens);
                index
            })
        };
        let at = index().zip(index());
        let shown = self.shown.get(&(word.to_owned(), at));
        shown.unwrap_or_else(|| panic!("{word} {at:?} is not shown before")).clone()
    }
}

fn call(function: &str, operands: &[Number]) -> Number {
    let [x, rest @ ..] = operands else { panic!("{function} of nothing") };
    let zero = Number::Exact(Exact::default());
    let is_less = |a: &Number, b: &Number| a.apply(b, |a, b| a - b, |a, b| a - b).is_negative();
    match function {
        "relu" => {
            if is_less(x, &zero) {
                zero
            } else {
                x.clone()
            }
        }
        "relu_derivative" => Number::Exact(fraction(if is_less(&zero, x) { "1" } else { "0" })),
        "abs" => {
            if is_less(x, &zero) {
                zero.apply(x, |a, b| a - b, |a, b| a - b)
            } else {
                x.clone()
            }
        }
        "max" => rest.iter().fold(x, |most, y| if is_less(most, y) { y } else { most }).clone(),
        "min" => rest.iter().fold(x, |least, y| if is_less(y, least) { y } else { least }).clone(),
        "exp" => Number::Float(x.float().exp()),
        "ln" => Number::Float(x.float().ln()),
        "sqrt" => Number::Float(x.float().sqrt()),
        "tanh" => Number::Float(x.float().tanh()),
        _ => panic!("there is no function {function}"),
    }
}

/// Evaluates every expression of a page; says what is computed without one, and how many have one.
fn evaluate(page: &Json) -> (BTreeSet<String>, usize) {
    let mut shown = Shown::new();
    let (mut without, mut count) = (BTreeSet::new(), 0);
    let inputs = page["inputs"].as_object().expect("the form of a page");
    for cell in page["cells"].as_array().expect("the form of a page") {
        let Some(name) = cell["name"].as_str() else { continue };
        let is_given = inputs.contains_key(name);
        // A single number is like a matrix without rows and columns.
        let entries: Vec<_> = match cell["kind"].as_str() {
            Some("value") => vec![(None, &cell["value"], &cell["exact"], &cell["expression"])],
            Some("matrix") => {
                let rows = cell["values"].as_array().expect("the form of a page");
                let columns = rows[0].as_array().expect("the form of a page").len();
                let positions = (0..rows.len()).flat_map(|row| (0..columns).map(move |column| (row, column)));
                let entry = |(r, c): (usize, usize)| {
                    (Some((r, c)), &cell["values"][r][c], &cell["exact"][r][c], &cell["expression"][r][c])
                };
                positions.map(entry).collect()
            }
            _ => continue,
        };
        let numbers: Vec<_> =
            entries.iter().map(|(at, value, exact, _)| (*at, Number::of(value, exact))).collect();
        for ((at, number), (.., expression)) in numbers.iter().zip(&entries) {
            let Some(expression) = expression.as_str() else { continue };
            let mut reader = Reader { tokens: tokens(expression), at: 0, shown: &shown };
            let evaluated = reader.sum();
            assert_eq!(reader.at, reader.tokens.len(), "{name} {at:?}: {expression}");
            let agree = match (&evaluated, number) {
                (Number::Exact(a), Number::Exact(b)) => a == b,
                (a, b) => (a.float() - b.float()).abs() <= 1e-9 * b.float().abs().max(1.0),
            };
            assert!(agree, "{name} {at:?} is {number:?}, and {expression} is {evaluated:?}");
            count += 1;
        }
        if !is_given && entries.iter().all(|(.., expression)| expression.is_null()) {
            without.insert(name.to_owned());
        }
        shown.extend(numbers.into_iter().map(|(at, number)| ((name.to_owned(), at), number)));
    }
    (without, count)
}

/// What is counted, looked up, trained, written down as it is, or worked out on a whole batch.
const WITHOUT: [(&str, &str); 7] = [
    ("conv_backprop", ""),
    ("relu_filter_update", "filter_2 filter_settled image_2 target_2"),
    ("laplacian", "difference edge finite_hessian laplacian_of_f smoothing spike"),
    ("resnet_shortcut", "delta delta_y largest_difference layer padding_projection shapes shapes_stride_2"),
    (
        "velocity_heads",
        "axis_excerpt counted one_hot_excerpt one_hot_joint one_hot_x one_hot_y right_velocities two_numbers x \
         x_in_single_precision",
    ),
    ("multilabel_softmax", "highest ideal predicted_count"),
    (
        "categorical_accuracy",
        "answer_accuracy answers apart_iou apart_predicted apart_true argmax_preds box_accuracy confusion even first_accuracy \
         largest_coordinate last_of_equals nearly_accuracy nearly_predicted nearly_true one_hot_truth predicted \
         share_of_hits skewed stretched_accuracy",
    ),
];

each_topic! { every_expression_is_its_number_and_only_what_nobody_works_out_has_none }

fn every_expression_is_its_number_and_only_what_nobody_works_out_has_none(topic: &str) {
    for notebook in std::iter::once(page(topic)).chain(variants(topic)) {
        let page: Json = serde_json::from_str(&json(notebook)).expect("the form of a page");
        let (without, count) = evaluate(&page);
        assert!(count > 0, "it has no expression");
        let expected = WITHOUT.iter().find(|(name, _)| *name == topic);
        let (_, expected) = expected.expect("a new topic says here what has no expression");
        let expected: BTreeSet<_> = expected.split_whitespace().map(str::to_owned).collect();
        if notebook.variant().is_none() {
            assert_eq!(without, expected);
        } else {
            // Which of a velocity's components single precision puts elsewhere depends on the numbers.
            let is_known = |name: &String| expected.contains(name) || name.ends_with("_in_single_precision");
            assert!(without.iter().all(is_known), "{without:?}");
        }
    }
}

#[test]
fn an_expression_that_says_something_else_is_found() {
    let page = |expression: &str| {
        serde_json::json!({"inputs": {"a": "1 2"}, "cells": [
            {"kind": "matrix", "name": "a", "values": [[1, 2]], "exact": [["1", "2"]]},
            {"kind": "value", "name": "b", "value": 2.5, "exact": "5/2", "expression": expression},
        ]})
    };
    assert_eq!(evaluate(&page("a[0][0]/2 + relu(a[0][1]) - 0*max(1, 3/4)")), (BTreeSet::new(), 1));
    for wrong in ["a[0][0]", "a[0][0] - (a[0][1] - 1)", "c[0][0]"] {
        assert!(std::panic::catch_unwind(|| evaluate(&page(wrong))).is_err(), "{wrong}");
    }
}
