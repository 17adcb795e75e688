//! What the README says of the topics is what the topics say of themselves.
//!
//! `BLESS=1 cargo test --test readme` writes it anew.

mod compare;
#[path = "../examples/topics/mod.rs"]
mod topics;

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use worked_examples::notebook::Notebook;

static NOTEBOOKS: LazyLock<Vec<Notebook>> = LazyLock::new(|| topics::all(None));

#[test]
fn the_readme_quotes_the_notebooks() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let told = put(&readme, "topics", &table(&NOTEBOOKS));
    let told = put(&told, "findings", &findings(&NOTEBOOKS));
    let told = put(&told, "verdicts", &verdicts(&NOTEBOOKS));
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &told).unwrap();
    } else if let Some(difference) = compare::difference(&readme, &told, compare::TRAINED) {
        panic!("{difference}\nBLESS=1 cargo test --test readme writes it anew");
    }
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
    let mut topics: Vec<_> = NOTEBOOKS.iter().map(|notebook| notebook.topic.to_owned()).collect();
    topics.sort();
    assert_eq!(files, topics);
}

/// A row a topic: the last picture of its page, its question, and what one learns.
fn table(notebooks: &[Notebook]) -> String {
    let mut table = String::from("| | |\n|---|---|\n");
    for notebook in notebooks {
        let Notebook { topic, title, question, lesson, minutes, .. } = notebook;
        let figure = notebook.figures().last().expect("every page has a figure");
        let picture = format!(
            "<img src=\"walkthroughs/figures/{topic}-{}.svg\" width=\"360\" alt=\"{}\">",
            figure.name,
            picture_text(&figure.alt)
        );
        let link = format!("[**{title}**](walkthroughs/{topic}.md)");
        let _ = writeln!(
            table,
            "| {picture} | {link}<br>{question}<br><br>*What you learn:* {lesson}<br><br>`{topic}`, {minutes} minutes |"
        );
    }
    table
}

fn picture_text(alt: &str) -> String {
    alt.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('|', "&#124;")
}

fn findings(notebooks: &[Notebook]) -> String {
    let headlines = notebooks.iter().flat_map(|notebook| {
        let headlines = notebook.claims().filter(|claim| claim.is_headline);
        let link = format!("[{}](walkthroughs/{}.md)", notebook.title, notebook.topic);
        headlines.map(move |claim| format!("- {link}: {}\n", claim.evidence))
    });
    headlines.collect()
}

fn verdicts(notebooks: &[Notebook]) -> String {
    let mut table = String::from("| topic | printed numbers | claims | gradients |\n|---|---|---|---|\n");
    for notebook in notebooks {
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
        let _ = writeln!(table, "| [{title}](walkthroughs/{topic}.md) | {printed} | {claims} | {proofs} |");
    }
    table
}

/// Puts a text between the two comments that mark its place.
fn put(readme: &str, place: &str, text: &str) -> String {
    let (before, rest) = readme.split_once(&format!("<!-- {place}: ")).expect("the place begins");
    let (comment, rest) = rest.split_once("-->\n").expect("the comment ends");
    let (_, after) = rest.split_once(&format!("<!-- end of {place} -->")).expect("the place ends");
    format!("{before}<!-- {place}: {comment}-->\n{text}<!-- end of {place} -->{after}")
}
