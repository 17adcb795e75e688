//! The whole suite as a small web site, ready to be copied to a web space: a page a topic, and one that leads to
//! them all, with three exercise sheets and their keys a topic.

use clap::Parser;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use worked_examples::class::{key, sheet};
use worked_examples::cli;
use worked_examples::notebook::Notebook;
use worked_examples::notebook::render::{Link, Style, html, html_index};

pub mod topics;

/// The seeds of the exercise sheets that every topic comes with.
const VARIANTS: [u64; 3] = [1, 2, 3];

#[derive(Parser)]
struct Options {
    /// Write the pages there
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
}

/// Every file of the site, with the pages that these notebooks make: its name and its text.
///
/// # Errors
/// A figure that cannot be drawn.
pub fn files(notebooks: Vec<Notebook>) -> Result<Vec<(String, String)>, String> {
    let home = Link { to: "index.html".to_owned(), text: "All topics".to_owned() };
    let mut files = Vec::new();
    let mut pages: Vec<_> = notebooks.into_iter().map(|notebook| (notebook, Vec::new())).collect();
    for seed in VARIANTS {
        for ((page, links), variant) in pages.iter_mut().zip(topics::all(Some(seed))) {
            let [sheet_name, key_name] =
                [format!("{}-sheet-{seed}.html", page.topic), format!("{}-key-{seed}.txt", page.topic)];
            let back = Link { to: format!("{}.html", page.topic), text: page.title.clone() };
            files
                .push((sheet_name.clone(), html(&sheet(&variant), Style::default(), &[home.clone(), back])?));
            files.push((key_name.clone(), key(&variant)?));
            links.push(Link { to: sheet_name, text: format!("Exercise sheet {seed}") });
            links.push(Link { to: key_name, text: format!("Key {seed}") });
        }
    }
    files.push(("index.html".to_owned(), html_index(&pages)?));
    for (notebook, links) in &pages {
        let links = [std::slice::from_ref(&home), links].concat();
        files.push((format!("{}.html", notebook.topic), html(notebook, Style::default(), &links)?));
    }
    Ok(files)
}

fn write(folder: &Path) -> Result<(), String> {
    let place = Some(("--output", folder));
    cli::expect_places(None, place)?;
    let files = files(topics::all(None))?
        .into_iter()
        .map(|(name, text)| ("--output", folder.join(name), text.into_bytes().into()));
    cli::save(&files.collect::<Vec<_>>(), place, || Ok(()))
}

fn main() -> ExitCode {
    cli::prepare();
    match cli::options() {
        Ok(Options { output }) => match write(&output) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => cli::fail(2, &error),
        },
        Err(status) => status,
    }
}
