//! What the README says of the topics is what the topics say of themselves.
//!
//! `BLESS=1 cargo test --test topics readme` writes it anew, and with the name of a topic in place of `readme` what it
//! says of that topic.

use crate::compare;
use crate::each_topic::TOPICS;
use crate::examples::{page, pages};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use worked_examples::notebook::Notebook;

/// The tests of the topics write to one file.
static FILE: Mutex<()> = Mutex::new(());

/// What a topic writes in a place.
type Rows = fn(&Notebook) -> String;

/// The places that are written by the topics: their names, what stands above the rows, and the rows of a topic.
const PLACES: [(&str, &str, Rows); 3] = [
    ("topics", "| | |\n|---|---|\n", row),
    ("findings", "", findings),
    ("verdicts", "| topic | printed numbers | claims | gradients |\n|---|---|---|---|\n", verdicts),
];

each_topic! { the_readme_quotes_the_page }

fn the_readme_quotes_the_page(topic: &str) {
    let told = page(topic);
    expect(|rows, name| (name == topic).then(|| rows(told)));
}

/// Which rows there are, and in which order, as well.
#[test]
fn the_readme_quotes_all_pages() {
    expect(|rows, name| Some(rows(page(name))));
}

/// Compares the README, or blesses it, with these rows of a topic, or those that it has already.
fn expect(told: impl Fn(Rows, &str) -> Option<String>) {
    let _alone = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("the README");
    let now = PLACES.iter().fold(readme.clone(), |text, (place, head, rows)| {
        put(&text, place, |committed| {
            let rows = TOPICS.map(|topic| told(*rows, topic).unwrap_or_else(|| rows_of(committed, topic)));
            head.to_string() + &rows.concat()
        })
    });
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &now).expect("the README");
    } else if let Some(difference) = compare::difference(&readme, &now, compare::TRAINED) {
        panic!("{difference}\nBLESS=1 cargo test --test topics readme writes it anew");
    }
}

/// The rows of a topic, which lead to its page.
fn rows_of(committed: &str, topic: &str) -> String {
    let link = format!("](walkthroughs/{topic}.md)");
    committed.lines().filter(|line| line.contains(&link)).flat_map(|line| [line, "\n"]).collect()
}

#[test]
fn every_example_is_a_topic_or_the_book_of_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = names.filter(|path| path.is_file());
    let mut files: Vec<_> =
        files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    files.retain(|name| name != "book");
    files.sort();
    let told: Vec<_> = pages().iter().map(|notebook| notebook.topic).collect();
    assert_eq!(told, TOPICS);
    let mut topics = TOPICS;
    topics.sort_unstable();
    assert_eq!(files, topics);
}

/// The last picture of a page, its question, and what one learns.
fn row(notebook: &Notebook) -> String {
    let Notebook { topic, title, question, lesson, minutes, .. } = notebook;
    let figure = notebook.figures().last().expect("every page has a figure");
    let picture = format!(
        "<img src=\"walkthroughs/figures/{topic}-{}.svg\" width=\"360\" alt=\"{}\">",
        figure.name,
        picture_text(&figure.alt)
    );
    let link = format!("[**{title}**](walkthroughs/{topic}.md)");
    format!(
        "| {picture} | {link}<br>{question}<br><br>*What you learn:* {lesson}<br><br>`{topic}`, {minutes} minutes |\n"
    )
}

fn picture_text(alt: &str) -> String {
    alt.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('|', "&#124;")
}

fn findings(notebook: &Notebook) -> String {
    let Notebook { topic, title, .. } = notebook;
    notebook.claims().filter(|claim| claim.is_headline).fold(String::new(), |mut text, claim| {
        let _ = writeln!(text, "- [{title}](walkthroughs/{topic}.md): {}", claim.evidence);
        text
    })
}

fn verdicts(notebook: &Notebook) -> String {
    let Notebook { topic, title, .. } = notebook;
    let totals = notebook.totals();
    let counted = |counts: &[usize], words: &[&str]| {
        let present = counts.iter().zip(words).filter(|(count, _)| **count > 0);
        let words: Vec<_> = present.map(|(count, word)| format!("{count} {word}")).collect();
        if words.is_empty() { "–".to_owned() } else { words.join(", ") }
    };
    let printed = counted(&totals.audit, &["match", "carried", "slip", "unexplained"]);
    let claims = counted(&totals.claims, &["hold", "hold under a condition", "fail"]);
    let (counts, words): (Vec<_>, Vec<_>) = totals.gradients().into_iter().unzip();
    let proofs = counted(&counts, &words);
    format!("| [{title}](walkthroughs/{topic}.md) | {printed} | {claims} | {proofs} |\n")
}

/// Puts a text between the two comments that mark its place, made from the one that stands there.
fn put(readme: &str, place: &str, text: impl Fn(&str) -> String) -> String {
    let (before, rest) = readme.split_once(&format!("<!-- {place}: ")).expect("the place begins");
    let (comment, rest) = rest.split_once("-->\n").expect("the comment ends");
    let (committed, after) = rest.split_once(&format!("<!-- end of {place} -->")).expect("the place ends");
    let text = text(committed);
    format!("{before}<!-- {place}: {comment}-->\n{text}<!-- end of {place} -->{after}")
}
