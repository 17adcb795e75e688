//! Terminal, Markdown and JSON of one notebook, read back: the same matrices with the same values.

mod topics;

use nalgebra::DMatrix;
use worked_examples::notebook::render::{Style, json, markdown, terminal};

#[test]
fn every_format_names_the_same_matrices_with_the_same_values() {
    for notebook in [None, Some(1), Some(2)].into_iter().flat_map(topics::all) {
        let style = Style { digits: 12, ..Style::default() };
        let expected = from_json(&json(&notebook));
        assert!(expected.len() > 8, "{}", notebook.title);
        for (format, found) in [
            ("terminal", from_terminal(&terminal(&notebook, style))),
            ("Markdown", from_markdown(&markdown(&notebook, style, |_| None))),
        ] {
            let names = |found: &[(String, DMatrix<f64>)]| -> Vec<_> {
                found.iter().map(|(name, _)| name.clone()).collect()
            };
            assert_eq!(names(&found), names(&expected), "{format}: {}", notebook.title);
            for ((name, found), (_, expected)) in found.iter().zip(&expected) {
                let scale = expected.amax().max(1.0);
                let same = found.shape() == expected.shape() && (found - expected).amax() <= 1e-11 * scale;
                assert!(same, "{format}: {name} of {}\n{found}{expected}", notebook.title);
            }
        }
    }
}

fn numbers(rows: &[Vec<f64>]) -> DMatrix<f64> {
    DMatrix::from_fn(rows.len(), rows[0].len(), |row, column| rows[row][column])
}

fn number(text: &str) -> f64 {
    match text.split_once('/') {
        Some((numerator, denominator)) => number(numerator) / number(denominator),
        None => text.parse().unwrap_or_else(|_| panic!("{text} is no number")),
    }
}

fn from_json(text: &str) -> Vec<(String, DMatrix<f64>)> {
    let page: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
    let named = |cell: &serde_json::Value| {
        let name = cell["name"].as_str()?.to_owned();
        let number = |number: &serde_json::Value| number.as_f64().expect("it is a number");
        let row = |row: &serde_json::Value| row.as_array().expect("a row").iter().map(number).collect();
        match cell["kind"].as_str()? {
            "matrix" => {
                Some((name, numbers(&cell["values"].as_array()?.iter().map(row).collect::<Vec<_>>())))
            }
            "value" => Some((name, numbers(&[vec![number(&cell["value"])]]))),
            _ => None,
        }
    };
    page["cells"].as_array().expect("a list of cells").iter().filter_map(named).collect()
}

fn from_markdown(text: &str) -> Vec<(String, DMatrix<f64>)> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(value) = line.strip_prefix('`').and_then(|line| line.strip_suffix("**"))
            && let Some((name, value)) = value.split_once("` = **")
        {
            found.push((name.to_owned(), numbers(&[vec![number(value)]])));
        }
        if line != "```math" {
            continue;
        }
        let first = lines.next().expect("the block goes on");
        let Some(name) = first.strip_prefix("\\underset{\\texttt{") else { continue };
        let name = name.split_once("}}").expect("the name ends").0.replace("\\_", "_");
        let rows = lines.by_ref().take_while(|line| !line.starts_with("\\end{array}"));
        let rows = rows.map(|row| row.trim_end_matches(" \\\\").split(" & ").map(number).collect());
        found.push((name, numbers(&rows.collect::<Vec<_>>())));
    }
    found
}

fn from_terminal(text: &str) -> Vec<(String, DMatrix<f64>)> {
    let is_name = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let begins_a_row = |c: char| "⎡⎢⎣[".contains(c);
    let mut found = Vec::new();
    let mut drawn: Vec<&str> = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with(begins_a_row) {
            drawn.push(line);
        } else if !drawn.is_empty() {
            // Below a drawn equation stand the names; its first matrix is the one that is shown.
            let name = line.split_whitespace().next().filter(is_name).expect("a name stands below");
            let column = |line: &&&str| line.chars().position(begins_a_row);
            let first = drawn.iter().map(|line| column(&line)).min().expect("a row was drawn");
            let row = |line: &&str| {
                let inside = line.chars().skip(first.unwrap_or(0) + 1).take_while(|c| !"⎤⎥⎦]".contains(*c));
                inside.collect::<String>().split_whitespace().map(number).collect()
            };
            let rows: Vec<_> = drawn.iter().filter(|line| column(line) == first).map(row).collect();
            found.push((name.to_owned(), numbers(&rows)));
            drawn.clear();
        } else if let Some((name, value)) = line.split_once(" = ")
            && is_name(&name)
            && value.chars().all(|c| c.is_ascii_digit() || "-./e".contains(c))
        {
            found.push((name.to_owned(), numbers(&[vec![number(value)]])));
        }
    }
    found
}
