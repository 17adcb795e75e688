//! The committed walkthroughs are what the examples tell, and nothing else lies beside them.
//!
//! `BLESS=1 cargo test --test walkthroughs` writes them anew.

#[path = "../examples/topics/mod.rs"]
mod topics;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use worked_examples::notebook::render::{Style, index, markdown};

/// A pixel: where a logarithm was drawn, processors may differ in the last bit.
const FIGURE_TOLERANCE: f64 = 1.0;

#[test]
fn walkthroughs_are_what_the_examples_tell() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("walkthroughs");
    let expected = expected();
    if std::env::var_os("BLESS").is_some() {
        for file in files(&folder) {
            fs::remove_file(folder.join(file)).unwrap();
        }
        for (file, text) in &expected {
            fs::write(folder.join(file), text).unwrap();
        }
    }
    let names: Vec<_> = expected.keys().cloned().collect();
    assert_eq!(files(&folder), names, "the files in walkthroughs/ are those that the examples make");
    for (file, text) in expected {
        let committed = fs::read_to_string(folder.join(&file)).unwrap();
        let tolerance = if file.extension().is_some_and(|end| end == "svg") { FIGURE_TOLERANCE } else { 0.0 };
        if let Some(difference) = difference(&committed, &text, tolerance) {
            panic!("{}: {difference}\nBLESS=1 cargo test --test walkthroughs writes it anew", file.display());
        }
    }
}

/// Every file that belongs into the folder, with its text.
fn expected() -> BTreeMap<PathBuf, String> {
    let notebooks = topics::all();
    let mut files = BTreeMap::from([("README.md".into(), index(&notebooks))]);
    for notebook in &notebooks {
        let figure = |name: &str| format!("figures/{}-{name}.svg", notebook.topic);
        let page = markdown(notebook, Style::default(), |name| Some(figure(name)));
        files.insert(format!("{}.md", notebook.topic).into(), page);
        for drawn in notebook.figures() {
            files.insert(
                figure(drawn.name).into(),
                drawn.chart.to_svg(drawn.name, &drawn.alt).expect("it is drawn"),
            );
        }
    }
    files
}

/// The files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("it is readable").path())
            .collect()
    };
    let all = list(folder).into_iter().chain(list(&folder.join("figures"))).filter(|path| path.is_file());
    let mut files: Vec<_> =
        all.map(|path| path.strip_prefix(folder).expect("it lies below").to_owned()).collect();
    files.sort();
    files
}

/// The first line that differs by more than the tolerance in a number, or at all in anything else.
fn difference(committed: &str, told: &str, tolerance: f64) -> Option<String> {
    if committed.lines().count() != told.lines().count() {
        return Some("it has another number of lines".to_owned());
    }
    committed.lines().zip(told.lines()).enumerate().find_map(|(number, (a, b))| {
        let same = a == b || (tolerance > 0.0 && alike(a, b, tolerance));
        (!same).then(|| format!("line {}\n  committed: {a}\n  told now:  {b}", number + 1))
    })
}

fn alike(a: &str, b: &str, tolerance: f64) -> bool {
    let pieces = |text: &str| -> Vec<String> {
        let is_number = |c: char| c.is_ascii_digit() || c == '.';
        let mut pieces: Vec<String> = Vec::new();
        for c in text.chars() {
            match pieces.last_mut() {
                Some(piece) if piece.starts_with(is_number) == is_number(c) => piece.push(c),
                _ => pieces.push(c.to_string()),
            }
        }
        pieces
    };
    let (a, b) = (pieces(a), pieces(b));
    let near = |(a, b): (&String, &String)| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= tolerance,
        _ => a == b,
    };
    a.len() == b.len() && a.iter().zip(&b).all(near)
}

#[test]
fn the_comparison_sees_a_difference() {
    assert_eq!(difference("x=\"10\" y", "x=\"11\" y", 1.0), None);
    assert!(difference("x=\"10\" y", "x=\"12\" y", 1.0).is_some());
    assert!(difference("x=\"10\" y", "x=\"10\" z", 1.0).is_some());
    assert!(difference("10", "11", 0.0).is_some());
    assert!(difference("10", "10\n11", 1.0).is_some());
}
