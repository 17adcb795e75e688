//! The committed walkthroughs are what the examples tell, and nothing else lies beside them.
//!
//! `BLESS=1 cargo test --test walkthroughs` writes them anew, with `TOPIC=relu_filter_update` only those of that topic.

mod compare;
#[path = "../examples/topics/mod.rs"]
mod topics;

use compare::{TRAINED, Tolerance, difference};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use worked_examples::notebook::render::{Style, index, markdown};

/// The topics that train networks: of their figures only the structure is compared, and their numbers with tolerance.
const TRAINED_TOPICS: [&str; 2] = ["velocity_heads", "multilabel_softmax"];
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
    assert!(!names.is_empty(), "there is no such topic");
    assert_eq!(files(&folder), names, "the files in walkthroughs/ are those that the examples make");
    for (file, text) in expected {
        let committed = fs::read_to_string(folder.join(&file)).unwrap();
        let is_figure = file.extension().is_some_and(|end| end == "svg");
        let is_trained = TRAINED_TOPICS.iter().any(|topic| file.to_string_lossy().contains(topic));
        let difference = match (is_figure, is_trained) {
            (true, true) if structure(&committed) == structure(&text) => None,
            (true, true) => Some("it shows something else".to_owned()),
            (true, false) => difference(&committed, &text, Tolerance::Absolute(FIGURE_TOLERANCE)),
            (false, false) if !is_index(&file) => difference(&committed, &text, Tolerance::Exact),
            (false, _) => difference(&committed, &text, TRAINED),
        };
        if let Some(difference) = difference {
            panic!("{}: {difference}\nBLESS=1 cargo test --test walkthroughs writes it anew", file.display());
        }
    }
}

/// The index quotes all pages, the trained ones too.
fn is_index(file: &Path) -> bool {
    file == Path::new("README.md")
}

/// The only topic that is looked at, if one is named; the index of them all is left alone then.
static TOPIC: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("TOPIC").ok());

fn is_looked_at(file: &Path) -> bool {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    TOPIC.as_ref().is_none_or(|topic| name.split('-').next() == Some(topic))
}

/// Every file that belongs into the folder, with its text.
fn expected() -> BTreeMap<PathBuf, String> {
    let notebooks = match &*TOPIC {
        Some(wanted) => topics::some(None, |topic| topic == wanted),
        None => topics::all(None),
    };
    let index = TOPIC.is_none().then(|| ("README.md".into(), index(&notebooks)));
    let mut files = BTreeMap::from_iter(index);
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

/// The generated files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder)
            .expect("the folder is there")
            .map(|entry| entry.expect("it is readable").path())
            .collect()
    };
    // The pictures of the README are taken by the browser's tests.
    let is_picture = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "png");
    let is_generated = |path: &PathBuf| path.is_file() && !is_picture(path) && is_looked_at(path);
    let all = list(folder).into_iter().chain(list(&folder.join("figures"))).filter(is_generated);
    let mut files: Vec<_> =
        all.map(|path| path.strip_prefix(folder).expect("it lies below").to_owned()).collect();
    files.sort();
    files
}

/// What of a figure does not depend on its numbers: its title, its words, and what it is drawn with.
fn structure(svg: &str) -> (Vec<String>, BTreeSet<String>) {
    let document = roxmltree::Document::parse(svg).expect("a figure is XML");
    let words = document.descendants().filter(|node| node.has_tag_name("title") || node.has_tag_name("text"));
    let words = words.filter_map(|node| node.text().map(|text| text.trim().to_owned()));
    let words = words.filter(|text| text.contains(char::is_alphabetic)).collect();
    let kinds = document.descendants().filter(roxmltree::Node::is_element);
    (words, kinds.map(|node| node.tag_name().name().to_owned()).collect())
}

#[test]
fn the_structure_of_a_figure_is_its_words_and_not_its_numbers() {
    let figure = |word: &str, number: u32| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>t</title><text x=\"{number}\">{word}</text><text>{number}</text></svg>"
        )
    };
    assert_eq!(structure(&figure("loss", 1)), structure(&figure("loss", 2)));
    assert_ne!(structure(&figure("loss", 1)), structure(&figure("error", 1)));
}
