//! The whole suite as a small web site, ready to be copied to a web space: a page a topic, and one that leads to
//! them all, with exercise sheets, and their keys in a folder to which no page leads.

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use worked_examples::class::{answer_key, key, sheet};
use worked_examples::cli;
use worked_examples::notebook::Notebook;
use worked_examples::notebook::render::{Link, Style, html, html_index, html_keys};

#[path = "book/live.rs"]
mod live;
pub mod topics;

/// The folder of the keys: whoever copies the site leaves it out with one move of the hand.
const KEYS: &str = "keys";

#[derive(Parser)]
struct Options {
    /// Write the pages there
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    /// Make the pages live: their numbers can be changed in the browser. Builds the program for it first
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    exercises: Exercises,
}

/// The exercises that go with the pages.
#[derive(clap::Args)]
pub struct Exercises {
    /// So many exercise sheets a topic, each with other numbers: those of --variant 1, 2, 3 …
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = variants, allow_hyphen_values = true)]
    pub variants: u64,
    /// Write no keys; else they are in the folder keys, to which no page leads
    #[arg(long)]
    pub without_keys: bool,
}

fn variants(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| *number <= cli::MOST_SHEETS);
    number.ok_or_else(|| format!("expected a whole number from 0 to {}", cli::MOST_SHEETS))
}

/// Every file of the site, with the pages that these notebooks make: its name and its text.
///
/// # Errors
/// A figure that cannot be drawn.
pub fn files(
    notebooks: Vec<Notebook>,
    exercises: &Exercises,
    is_live: bool,
) -> Result<Vec<(String, String)>, String> {
    let style = Style { is_live, ..Style::default() };
    let home = Link { to: "index.html".to_owned(), text: "All topics".to_owned() };
    let with_links = |notebook| (notebook, Vec::new());
    let mut pages: Vec<_> = notebooks.into_iter().map(with_links).collect();
    let mut keys: Vec<(String, Vec<Link>)> =
        pages.iter().map(|(page, _)| (page.title.clone(), Vec::new())).collect();
    let mut files = Vec::new();
    for seed in 1..=exercises.variants {
        for (((page, sheets), (_, keys)), variant) in
            pages.iter_mut().zip(&mut keys).zip(topics::exercises(seed))
        {
            let name = format!("{}-sheet-{seed}.html", page.topic);
            let back = Link { to: format!("{}.html", page.topic), text: page.title.clone() };
            files.push((name.clone(), html(&sheet(&variant), style, &[home.clone(), back])?));
            sheets.push(Link { to: name, text: format!("Exercise sheet {seed}") });

            let name = format!("{}-key-{seed}", page.topic);
            let back = Link { to: "index.html".to_owned(), text: "All keys".to_owned() };
            let style = Style { full: true, ..Style::default() };
            files.push((format!("{KEYS}/{name}.html"), html(&answer_key(&variant), style, &[back])?));
            files.push((format!("{KEYS}/{name}.txt"), key(&variant)?));
            keys.push(Link { to: format!("{name}.html"), text: format!("Key {seed}") });
            keys.push(Link { to: format!("{name}.txt"), text: "for programs".to_owned() });
        }
    }
    files.push(("index.html".to_owned(), html_index(&pages)?));
    files.push((format!("{KEYS}/index.html"), html_keys(&keys)));
    for (notebook, links) in &pages {
        let links = [std::slice::from_ref(&home), links].concat();
        files.push((format!("{}.html", notebook.topic), html(notebook, style, &links)?));
    }
    if exercises.has_no_keys() {
        files.retain(|(name, _)| !name.starts_with(KEYS));
    }
    Ok(files)
}

impl Exercises {
    fn has_no_keys(&self) -> bool {
        self.without_keys || self.variants == 0
    }
}

fn write(options: &Options) -> Result<(), String> {
    let Options { output, exercises, live } = options;
    let innermost = if exercises.has_no_keys() { output.clone() } else { output.join(KEYS) };
    let folder = Some(("--output", innermost.as_path()));
    cli::expect_places(None, folder)?;
    let program = live.then(live::script).transpose()?;
    let files = files(topics::all(None), exercises, *live)?
        .into_iter()
        .chain(program.map(|script| ("program.js".to_owned(), script)))
        .map(|(name, text)| ("--output", output.join(name), text.into_bytes().into()));
    cli::save(&files.collect::<Vec<_>>(), folder, || Ok(()))
}

fn main() -> ExitCode {
    cli::prepare();
    match cli::options() {
        Ok(options) => match write(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => cli::fail(2, &error),
        },
        Err(status) => status,
    }
}
