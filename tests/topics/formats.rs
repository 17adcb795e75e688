//! Terminal, Markdown, web page and JSON of one notebook show the same matrices with the same entries.

use crate::examples::page;
use serde_json::Value as Json;
use worked_examples::notebook::Notebook;
use worked_examples::notebook::render::{Style, html, json, markdown, terminal};

/// A matrix as it is found: its name, and its entries row by row.
type Found = (String, Vec<Vec<f64>>);

/// Half of the last of four decimals.
const ROUNDING: f64 = 0.500_000_1e-4;

each_topic! { all_formats_show_the_same_matrices_and_the_same_code a_figure_has_the_numbers_that_it_draws }

fn all_formats_show_the_same_matrices_and_the_same_code(topic: &str) {
    let (notebook, style) = (page(topic), Style::default());
    let told = from_json(&json(notebook));
    assert!(told.len() > 3, "{topic}");
    compare(topic, "HTML", &told, &from_html(&html(notebook, style, &[]).expect("the figures are drawn")));
    compare(topic, "Markdown", &told, &from_markdown(&markdown(notebook, style, |_| None)));
    compare(topic, "terminal", &told, &from_terminal(&terminal(notebook, style)));
    compare_code(notebook, style);
}

/// The program at the end of a page can be copied from wherever it is read.
fn compare_code(notebook: &Notebook, style: Style) {
    let told: Json = serde_json::from_str(&json(notebook)).expect("JSON");
    let cells = told["cells"].as_array().expect("the format's own form");
    let codes = cells.iter().filter(|cell| cell["kind"] == "python").map(|cell| cell["code"].as_str());
    let codes: Vec<_> = codes.flatten().collect();
    let [code] = codes[..] else { panic!("{}: {} programs", notebook.topic, codes.len()) };
    let page = markdown(notebook, style, |_| None);
    assert_eq!(between(&page, "```python\n", "\n```").collect::<Vec<_>>(), codes, "{}", notebook.topic);
    let page = html(notebook, style, &[]).expect("the figures are drawn");
    let escaped = between(&page, "<code class=\"language-python\">", "</code>");
    let codes_there: Vec<_> = escaped.map(unescaped).collect();
    assert_eq!(codes_there, codes, "{}", notebook.topic);
    let indented: String = code
        .lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") })
        .collect();
    assert!(terminal(notebook, style).contains(&indented), "{}", notebook.topic);
}

fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn compare(topic: &str, format: &str, told: &[Found], found: &[Found]) {
    let mut rest = found.iter();
    for (name, rows) in told {
        let near = |a: f64, b: f64| {
            (a - b).abs() <= ROUNDING * a.abs().max(1.0)
                || a.to_bits() == b.to_bits()
                || (a.is_nan() && b.is_nan())
        };
        let same = |a: &[f64], b: &[f64]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(*a, *b));
        let is_it = |(other, others): &&Found| {
            name == other && rows.len() == others.len() && rows.iter().zip(others).all(|(a, b)| same(a, b))
        };
        assert!(
            rest.any(|found| is_it(&found)),
            "{topic}: {format} lacks {name} {rows:?}, or has it elsewhere"
        );
    }
}

fn number(text: &str) -> f64 {
    let text = text.trim();
    let parse = |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("{text} is no number"));
    text.split_once('/').map_or_else(|| parse(text), |(above, below)| parse(above) / parse(below))
}

fn from_json(page: &str) -> Vec<Found> {
    let page: Json = serde_json::from_str(page).expect("JSON");
    let matrices = page["cells"]
        .as_array()
        .expect("the format's own form")
        .iter()
        .filter(|cell| cell["kind"] == "matrix");
    let entry = |entry: &Json| {
        entry.as_f64().unwrap_or_else(|| number(entry.as_str().expect("the format's own form")))
    };
    let row = |row: &Json| row.as_array().expect("the format's own form").iter().map(entry).collect();
    let matrix = |cell: &Json| {
        let rows = cell["values"].as_array().expect("the format's own form").iter().map(row).collect();
        (cell["name"].as_str().expect("the format's own form").to_owned(), rows)
    };
    matrices.map(matrix).collect()
}

/// What stands between two texts, wherever both are found.
fn between<'a>(text: &'a str, before: &'static str, after: &'static str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(move |piece| piece.split(after).next().expect("the format's own form"))
}

fn from_html(page: &str) -> Vec<Found> {
    let cell = |cell: &str| number(cell.split_once('>').expect("the format's own form").1);
    let row = |row: &str| between(row, "<td", "</td>").map(cell).collect();
    let tables = between(page, "<table class=\"matrix\" data-matrix=\"", "</table>");
    let matrices = tables.filter(|table| !table.contains("<strong"));
    let matrix = |table: &str| {
        let rows = between(table.split_once("<tbody>").expect("the format's own form").1, "<tr>", "</tr>")
            .map(row)
            .collect();
        (table.split('"').next().expect("the format's own form").to_owned(), rows)
    };
    matrices.map(matrix).collect()
}

fn from_markdown(page: &str) -> Vec<Found> {
    let matrix = |array: &str| {
        let name = array.split("}}").next().expect("the format's own form").replace(r"\_", "_");
        let rows = array.split_once("r}\n").expect("the format's own form").1.split(r" \\");
        (name, rows.map(|row| row.split('&').map(number).collect()).collect())
    };
    between(page, r"\underset{\texttt{", "\n\\end{array}").map(matrix).collect()
}

/// Brackets below each other; the name is the next word below them.
fn from_terminal(page: &str) -> Vec<Found> {
    let lines: Vec<Vec<char>> = page.lines().map(|line| line.chars().collect()).collect();
    let mut found = Vec::new();
    for (top, line) in lines.iter().enumerate() {
        for left in 0..line.len() {
            if line[left] == '⎡' || line[left..].starts_with(&['[', ' ']) {
                found.push(matrix_at(&lines[top..], left));
            }
        }
    }
    found
}

fn matrix_at(lines: &[Vec<char>], left: usize) -> Found {
    let height =
        1 + lines.iter().position(|line| matches!(line[left], '[' | '⎣')).expect("the format's own form");
    let close = |line: &[char]| {
        left + line[left..]
            .iter()
            .position(|c| matches!(c, ']' | '⎤' | '⎥' | '⎦'))
            .expect("the format's own form")
    };
    let row = |line: &Vec<char>| {
        let inner: String = line[left + 1..close(line)].iter().collect();
        inner.split_whitespace().map(number).collect()
    };
    let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let name = lines[height..].iter().find_map(|line| {
        let right = close(&lines[0]).min(line.len());
        let start = left + line.get(left..right)?.iter().position(is_name)?;
        let start = start - line[..start].iter().rev().take_while(|c| is_name(c)).count();
        Some(line[start..].iter().take_while(|c| is_name(c)).collect())
    });
    (name.expect("the format's own form"), lines[..height].iter().map(row).collect())
}

fn a_figure_has_the_numbers_that_it_draws(topic: &str) {
    let notebook = page(topic);
    let told: Json = serde_json::from_str(&json(notebook)).expect("JSON");
    let cells = told["cells"].as_array().expect("the format's own form");
    let figures: Vec<_> = cells.iter().filter(|cell| cell["kind"] == "figure").collect();
    assert_eq!(figures.len(), notebook.figures().count(), "{topic}");
    for figure in &figures {
        let data = figure["data"].as_object().unwrap_or_else(|| panic!("{}", figure["name"]));
        let drawn = data.values().filter_map(Json::as_array).filter(|drawn| !drawn.is_empty());
        assert!(drawn.count() > 0 && data["chart"].is_string(), "{}", figure["name"]);
    }
    if topic == "conv_backprop" {
        let named = |name: &str| cells.iter().find(|cell| cell["name"] == name).expect(name);
        let lines = named("loss_along_the_step")["data"]["lines"].as_array().expect("the form of a page");
        let rows = named("losses")["rows"].as_array().expect("the form of a page");
        assert_eq!(lines.len(), rows.len() - 1);
        for (line, row) in lines.iter().zip(&rows[1..]) {
            let label = format!("along {}", row[0].as_str().expect("the form of a page"));
            assert_eq!(line["label"], label);
            let at = |x: f64| {
                let points = line["points"].as_array().expect("the form of a page");
                let point = points.iter().find(|point| point[0] == x).expect("a point");
                point[1].as_f64().expect("the form of a page")
            };
            for (x, expected) in [(0.0, &rows[0][1]), (1.0, &row[1])] {
                assert!(
                    (at(x) - expected.as_f64().expect("the form of a page")).abs() < 1e-12,
                    "{label} at {x}"
                );
            }
        }
    }
}
