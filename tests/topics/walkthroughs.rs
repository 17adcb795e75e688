//! The committed walkthroughs are what the examples tell, and nothing else lies beside them.
//!
//! `BLESS=1 cargo test --test topics walkthroughs` writes them anew, and with the name of a topic in place of
//! `walkthroughs` only those of that topic.

use crate::compare::{TRAINED, Tolerance, difference};
use crate::each_topic::TOPICS;
use crate::examples::{page, pages};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use worked_examples::notebook::render::{Style, index, markdown};

/// The topics that train networks: of their figures only the structure is compared, and their numbers with tolerance.
const TRAINED_TOPICS: [&str; 2] = ["velocity_heads", "multilabel_softmax"];
/// A pixel: where a logarithm was drawn, processors may differ in the last bit.
const FIGURE_TOLERANCE: f64 = 1.0;

each_topic! { walkthroughs_are_what_the_examples_tell }

fn walkthroughs_are_what_the_examples_tell(topic: &str) {
    let is_trained = TRAINED_TOPICS.contains(&topic);
    expect(
        &expected(topic),
        |file| topic_of(file) == topic,
        |file, committed, text| match (file.extension().is_some_and(|end| end == "svg"), is_trained) {
            (true, true) if structure(committed) == structure(text) => None,
            (true, true) => Some("it shows something else".to_owned()),
            (true, false) => difference(committed, text, Tolerance::Absolute(FIGURE_TOLERANCE)),
            (false, false) => difference(committed, text, Tolerance::Exact),
            (false, true) => difference(committed, text, TRAINED),
        },
    );
}

/// It quotes all pages, the trained ones too; and what belongs to no topic is not there.
#[test]
fn walkthroughs_have_an_index_and_nothing_else() {
    let index = BTreeMap::from([("README.md".into(), index(&pages()))]);
    let is_of_no_topic = |file: &Path| !TOPICS.contains(&&*topic_of(file));
    expect(&index, is_of_no_topic, |_, committed, text| difference(committed, text, TRAINED));
}

/// Compares the files that are meant with what they should be, or blesses them.
fn expect(
    expected: &BTreeMap<PathBuf, String>,
    is_meant: impl Fn(&Path) -> bool,
    difference: impl Fn(&Path, &str, &str) -> Option<String>,
) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("walkthroughs");
    let files = || files(&folder).into_iter().filter(|file| is_meant(file));
    if std::env::var_os("BLESS").is_some() {
        for file in files() {
            fs::remove_file(folder.join(file)).expect("a file");
        }
        for (file, text) in expected {
            fs::write(folder.join(file), text).expect("a file");
        }
    }
    assert!(
        files().eq(expected.keys().cloned()),
        "the files in walkthroughs/ are those that the examples make"
    );
    for (file, text) in expected {
        let committed = fs::read_to_string(folder.join(file)).expect("a file");
        if let Some(difference) = difference(file, &committed, text) {
            panic!(
                "{}: {difference}\nBLESS=1 cargo test --test topics walkthroughs writes it anew",
                file.display()
            );
        }
    }
}

/// `laplacian` of `laplacian.md` and of `figures/laplacian-picture.svg`.
fn topic_of(file: &Path) -> String {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    name.split('-').next().unwrap_or_default().to_owned()
}

/// Every file of a topic that belongs into the folder, with its text.
fn expected(topic: &str) -> BTreeMap<PathBuf, String> {
    let notebook = page(topic);
    let figure = |name: &str| format!("figures/{topic}-{name}.svg");
    let page = markdown(notebook, Style::default(), |name| Some(figure(name)));
    let figures = notebook.figures().map(|drawn| {
        (figure(drawn.name).into(), drawn.chart.to_svg(drawn.name, &drawn.alt).expect("it is drawn"))
    });
    std::iter::once((format!("{topic}.md").into(), page)).chain(figures).collect()
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
    let is_generated = |path: &PathBuf| path.is_file() && !is_picture(path);
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
