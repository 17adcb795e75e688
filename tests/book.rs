//! The book as a web space gets it.

#[path = "../examples/book.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
mod book;

use std::collections::{BTreeMap, BTreeSet};
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;
use worked_examples::notebook::{Cell, Notebook};

/// Every file, by its name.
static FILES: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| book::files(NOTEBOOKS.clone()).expect("every figure is drawn").into_iter().collect());
static NOTEBOOKS: LazyLock<Vec<Notebook>> = LazyLock::new(|| book::topics::all(None));

/// The values of an attribute, in order.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let before = format!(" {name}=\"");
    let pieces = page.split(&before).skip(1);
    pieces.map(|piece| piece.split('"').next().expect("a value ends")).collect()
}

#[test]
fn every_link_leads_to_a_page_or_a_place_of_the_book() {
    let files = &*FILES;
    let mut reached = BTreeSet::new();
    for (name, text) in files {
        let ids: Vec<_> = attributes(text, "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: {ids:?}");
        for link in attributes(text, "href").into_iter().filter(|link| !link.starts_with("data:")) {
            if let Some(id) = link.strip_prefix('#') {
                assert!(ids.contains(&id), "{name} has no place {link}");
            } else {
                assert!(files.contains_key(link), "{name} leads to {link}");
                reached.insert((name.as_str(), link));
            }
        }
        assert!(attributes(text, "src").is_empty(), "{name} needs another file");
    }
    for page in files.keys().filter(|name| *name != "index.html") {
        assert!(reached.contains(&("index.html", page.as_str())), "the index leads to {page}");
        // A key is plain text, to be read by a program, and leads nowhere.
        assert!(
            page.contains("-key-") || reached.contains(&(page.as_str(), "index.html")),
            "{page} leads back"
        );
    }
    for topic in NOTEBOOKS.iter().map(|notebook| notebook.topic) {
        let of_topic = files.keys().filter(|name| name.starts_with(&format!("{topic}-")));
        assert_eq!(of_topic.count(), 6, "three sheets and three keys of {topic}");
    }
}

#[test]
fn the_index_has_every_finding() {
    for notebook in NOTEBOOKS.iter() {
        let headlines = notebook.claims().filter(|claim| claim.is_headline);
        assert!(headlines.count() > 0, "{}", notebook.topic);
        for claim in notebook.claims() {
            let words = claim.evidence.split(['`', '&', '<', '>']).next().expect("a first piece");
            assert_eq!(FILES["index.html"].contains(words), claim.is_headline, "{words}");
        }
    }
}

#[test]
fn every_formula_is_set_and_every_figure_drawn() {
    for notebook in NOTEBOOKS.iter() {
        let page = &FILES[&format!("{}.html", notebook.topic)];
        let count = |kind: fn(&Cell) -> bool| notebook.cells().filter(|(_, cell)| kind(cell)).count();
        let formulas = count(|cell| matches!(cell, Cell::Formula { .. }));
        assert_eq!(page.matches("<math display=\"block\">").count(), formulas, "{}", notebook.topic);
        assert!(!page.contains("merror"), "{}", notebook.topic);
        let figures = count(|cell| matches!(cell, Cell::Figure(_)));
        assert_eq!(page.matches("</desc>").count(), figures, "{}", notebook.topic);
    }
}

fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    let profile = test.parent().and_then(Path::parent).expect("a test lies in target/<profile>/deps");
    profile.join("examples").join("book".to_owned() + EXE_SUFFIX)
}

fn run(output: &Path) -> Output {
    Command::new(program()).arg("--output").arg(output).output().expect("cargo test builds the examples")
}

#[test]
fn the_program_writes_the_book_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("new/site");
    assert!(run(&site).status.success());
    for (name, text) in FILES.iter() {
        assert_eq!(&fs::read_to_string(site.join(name)).unwrap(), text, "{name}");
    }
    assert_eq!(fs::read_dir(&site).unwrap().count(), FILES.len());

    let file = folder.path().join("file");
    fs::write(&file, "kept").unwrap();
    for unusable in [&file, &file.join("below")] {
        let output = run(unusable);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{message}");
        assert!(
            message.starts_with("error: --output: given \"") && message.lines().count() == 1,
            "{message}"
        );
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "kept");
}

#[test]
fn what_the_program_cannot_use_is_one_line_without_what_cannot_be_seen() {
    for (arguments, line) in [
        (&[][..], "error: --output: expected a value, given none\n"),
        (&["--\u{1b}[31m\n"], "error: --\\u{1b}[31m\\n: there is no such option; --help lists them all\n"),
        (&["--output"], "error: --output: expected a value, given none\n"),
        (&["--output=a", "--output=b"], "error: --output: given twice, expected once\n"),
    ] {
        let output = Command::new(program()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!((String::from_utf8(output.stderr).unwrap().as_str(), output.stdout.len()), (line, 0));
    }
}
