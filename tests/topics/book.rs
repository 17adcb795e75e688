//! The book as a web space gets it.

use crate::examples::{book, pages, program};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::LazyLock;
use worked_examples::notebook::{Cell, Notebook};

/// Every file, by its name.
static FILES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| files(3, false));
static NOTEBOOKS: LazyLock<Vec<Notebook>> = LazyLock::new(pages);

fn files(variants: u64, without_keys: bool) -> BTreeMap<String, String> {
    let exercises = book::Exercises { variants, without_keys };
    book::files(NOTEBOOKS.clone(), &exercises, false).expect("every figure is drawn").into_iter().collect()
}

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
                let folder = name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
                let target = folder + link;
                assert!(files.contains_key(&target), "{name} leads to {link}");
                reached.insert((name.clone(), target));
            }
        }
        assert!(attributes(text, "src").is_empty(), "{name} needs another file");
    }
    let leads = |from: &str, to: &str| reached.contains(&(from.to_owned(), to.to_owned()));
    for page in files.keys() {
        let home = if page.starts_with("keys/") { "keys/index.html" } else { "index.html" };
        assert!(page == home || leads(home, page), "{home} leads to {page}");
        // A key for programs is plain text, and leads nowhere.
        assert!(page == home || !page.contains(".html") || leads(page, home), "{page} leads back");
    }
    // Students do not stumble on keys.
    assert!(reached.iter().all(|(from, to)| from.starts_with("keys/") || !to.starts_with("keys/")));
    for topic in NOTEBOOKS.iter().map(|notebook| notebook.topic) {
        let number = |start: String| files.keys().filter(|name| name.starts_with(&start)).count();
        assert_eq!(
            [number(format!("{topic}-sheet-")), number(format!("keys/{topic}-key-"))],
            [3, 6],
            "three sheets of {topic}, and for each a key to be read and one for programs"
        );
    }
}

#[test]
fn there_are_as_many_sheets_as_wanted_and_keys_unless_they_are_not() {
    let sheets_and_keys = |files: &BTreeMap<String, String>| {
        ["-sheet-", "-key-"].map(|what| files.keys().filter(|name| name.contains(what)).count())
    };
    let with = files(1, false);
    let topics = NOTEBOOKS.len();
    assert_eq!(sheets_and_keys(&with), [topics, 2 * topics]);
    let without = files(1, true);
    assert_eq!(sheets_and_keys(&without), [topics, 0]);
    let is_no_key = |(name, _): &(&String, &String)| !name.starts_with("keys/");
    assert!(with.iter().filter(is_no_key).eq(&without), "the rest is the same");
    assert_eq!(files(0, false).len(), NOTEBOOKS.len() + 1, "the pages, and the one that leads to them");
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

fn run(output: &Path) -> Output {
    program("book").arg("--output").arg(output).output().expect("cargo test builds the examples")
}

#[test]
fn the_program_writes_the_book_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("new/site");
    assert!(run(&site).status.success());
    for (name, text) in FILES.iter() {
        assert_eq!(&fs::read_to_string(site.join(name)).unwrap(), text, "{name}");
    }
    let written = |folder: &Path| fs::read_dir(folder).unwrap().count();
    assert_eq!(written(&site) - 1 + written(&site.join("keys")), FILES.len());

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
        (
            &["--output=a", "--variants=-1"],
            "error: --variants: given \"-1\": expected a whole number from 0 to 30\n",
        ),
    ] {
        let output = program("book").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!((String::from_utf8(output.stderr).unwrap().as_str(), output.stdout.len()), (line, 0));
    }
}
