//! The command line that every example shares, and what it does with a notebook.

use crate::Exact;
use crate::notebook::render::{Style, json, markdown, terminal};
use crate::notebook::{Listener, Notebook, Page, Told, parse_matrix, parse_number, quote};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use nalgebra::DMatrix;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// A worked example: what it is about, what it asks for, and how it is told.
pub struct Topic<I> {
    /// Its name, as in `cargo run --example <name>`.
    pub name: &'static str,
    /// The heading of its page.
    pub title: &'static str,
    /// The question that it answers.
    pub question: &'static str,
    /// How long it takes in class.
    pub minutes: u32,
    /// What one should know before.
    pub requires: &'static str,
    /// The text of its own file, whose lines are shown beside the values they compute.
    pub code: &'static str,
    /// Whether the inputs fit together; what is wrong with them, if not.
    pub check: fn(&I) -> Result<(), Unusable>,
    /// Tells it.
    pub tell: fn(&I, &mut Page) -> Told,
}

/// Input that cannot be used: one line that names the option, what was given and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(String);

impl Unusable {
    /// An option with an unusable value, and why.
    #[must_use]
    pub fn option(option: &str, why: impl std::fmt::Display) -> Self {
        Self(format!("{option}: {why}"))
    }
}

impl std::fmt::Display for Unusable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<I: Args + PartialEq> Topic<I> {
    /// The notebook for the given inputs.
    ///
    /// # Errors
    /// Mistakes of the example's own.
    pub fn notebook(&self, inputs: &I) -> Result<Notebook, Box<dyn Error>> {
        self.notebook_for(inputs, Box::new(|_, _, _| {}))
    }

    /// The notebook for the given inputs, with somebody who hears how far it has come.
    ///
    /// # Errors
    /// Mistakes of the example's own.
    pub fn notebook_for(&self, inputs: &I, listener: Listener) -> Result<Notebook, Box<dyn Error>> {
        let notebook = Notebook {
            topic: self.name,
            title: self.title,
            question: self.question,
            minutes: self.minutes,
            requires: self.requires,
            inputs: Vec::new(),
            sections: Vec::new(),
        };
        let mut page = Page::new(notebook, self.code, *inputs == Self::source_inputs());
        page.set_listener(listener);
        (self.tell)(inputs, &mut page)?;
        Ok(page.finish()?)
    }

    /// The source's own inputs: what the options default to.
    #[must_use]
    pub fn source_inputs() -> I {
        Options::parse_from([""]).inputs
    }
}

#[derive(Parser)]
#[command(about = None, long_about = None)]
struct Options<I: Args> {
    #[command(flatten, next_help_heading = "Your numbers")]
    inputs: I,
    #[command(flatten, next_help_heading = "Output")]
    output: Output,
}

#[derive(Args)]
struct Output {
    /// How the page is written
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
    /// Write the page to a file instead of standard output
    #[arg(long = "output", value_name = "PATH")]
    page: Option<PathBuf>,
    /// Write the figures there as SVG files
    #[arg(long, value_name = "DIR")]
    figures: Option<PathBuf>,
    /// The most decimals that are shown
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(0..=30))]
    digits: u8,
    /// Show every output cell's sum of products in the terminal, not only the first of each matrix
    #[arg(long)]
    full: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Terminal,
    Markdown,
    Json,
}

/// Runs an example as its command line asks: the whole of every `main`.
///
/// The exit status is 0 when done, 1 when a proof failed, 2 when an input was unusable; then nothing is written.
#[must_use]
pub fn main<I: Args + PartialEq>(topic: &Topic<I>) -> ExitCode {
    let fail = |status: u8, message: &str| {
        // With standard error closed there is nobody left to tell.
        let _ = writeln!(io::stderr(), "error: {message}");
        ExitCode::from(status)
    };
    let options = match Options::<I>::try_parse() {
        Ok(options) => options,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => return fail(2, &one_line(&error)),
    };
    if let Err(unusable) = (topic.check)(&options.inputs) {
        return fail(2, &unusable.to_string());
    }
    let bar = progress_bar();
    let told = topic.notebook_for(&options.inputs, draw_on(bar.clone()));
    bar.finish_and_clear();
    let notebook = match told {
        Ok(notebook) => notebook,
        Err(mistake) => return fail(1, &format!("this example contradicts itself: {mistake}")),
    };
    if let Err(error) = options.output.write(&notebook) {
        return fail(2, &error.to_string());
    }
    let [_, _, failed] = notebook.totals().proofs;
    if failed > 0 { fail(1, "a proof failed: see the page") } else { ExitCode::SUCCESS }
}

/// On standard error, and only where that is a terminal.
fn progress_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn draw_on(bar: ProgressBar) -> Listener {
    Box::new(move |what, done, of| {
        bar.set_length(of as u64);
        if bar.message() != what {
            bar.set_message(what.to_owned());
        }
        bar.set_position(done as u64);
    })
}

/// What clap has to say in several lines, as one.
fn one_line(error: &clap::Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    if let (ErrorKind::ValueValidation, Some(option), Some(given), Some(why)) =
        (error.kind(), text(ContextKind::InvalidArg), text(ContextKind::InvalidValue), error.source())
    {
        return format!("{option}: given {:?}: {why}", quote(given));
    }
    let message = error.to_string();
    let lines = message.lines().take_while(|line| !line.trim().is_empty()).map(str::trim);
    let message = lines.collect::<Vec<_>>().join(" ");
    quote(message.strip_prefix("error: ").unwrap_or(&message))
}

impl Output {
    /// Computes and renders everything before the first byte is written.
    fn write(&self, notebook: &Notebook) -> Result<(), Box<dyn Error>> {
        let file_name = |name: &str| format!("{}-{name}.svg", notebook.topic);
        let mut files = Vec::new();
        if let Some(folder) = &self.figures {
            for figure in notebook.figures() {
                let svg = figure.chart.to_svg(figure.name, &figure.alt)?;
                files.push((folder.join(file_name(figure.name)), svg));
            }
        }
        let style = Style { digits: self.digits.into(), full: self.full, colour: self.wants_colour() };
        let text = match self.format {
            Format::Terminal => terminal(notebook, style),
            Format::Json => json(notebook),
            Format::Markdown => markdown(notebook, style, |figure| {
                let folder = self.figures.as_deref()?;
                Some(self.link_from_output(folder).join(file_name(figure)).display().to_string())
            }),
        };
        if let Some(path) = &self.page {
            files.push((path.clone(), text));
            return save(&files, self.figures.as_deref());
        }
        save(&files, self.figures.as_deref())?;
        print(&text)
    }

    fn wants_colour(&self) -> bool {
        let unset = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
        self.page.is_none()
            && io::stdout().is_terminal()
            && unset("NO_COLOR")
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
    }

    /// The folder of figures as seen from the folder of the page, where the one lies in the other.
    fn link_from_output<'a>(&self, figures: &'a Path) -> &'a Path {
        let page = self.page.as_deref().and_then(Path::parent);
        page.and_then(|folder| figures.strip_prefix(folder).ok()).unwrap_or(figures)
    }
}

/// Writes all files or none: each under a temporary name first, then all renamed.
fn save(files: &[(PathBuf, String)], figures: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let on_path = |path: &Path, error: io::Error| format!("{}: {error}", quote(&path.display().to_string()));
    if let Some(folder) = figures {
        fs::create_dir_all(folder).map_err(|error| on_path(folder, error))?;
    }
    let mut ready = Vec::new();
    for (path, text) in files {
        // A device or a pipe is written to; renaming over it would replace it.
        let special = fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir());
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let folder =
            target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let write = || -> io::Result<Option<tempfile::NamedTempFile>> {
            if special {
                return File::options().write(true).open(path)?.write_all(text.as_bytes()).map(|()| None);
            }
            if target.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            let mut file = temporary_file(folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            Ok(Some(file))
        };
        if let Some(file) = write().map_err(|error| on_path(path, error))? {
            ready.push((file, target));
        }
    }
    for (file, target) in ready {
        file.persist(&target).map_err(|error| on_path(&target, error.error))?;
    }
    Ok(())
}

/// With the permissions that a file made in the ordinary way would have.
fn temporary_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// A closed pipe is a reader who has seen enough.
fn print(text: &str) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("standard output: {error}").into())
        }
        _ => Ok(()),
    }
}

/// The most bytes that are read of a file.
const MOST_BYTES: u64 = 64 * 1024;

/// A matrix as an option's value: written out, or `@PATH` to read it from a file.
///
/// # Errors
/// Says what is wrong with the text or the file.
pub fn matrix(text: &str) -> Result<DMatrix<Exact>, String> {
    match text.strip_prefix('@') {
        Some(path) => parse_matrix(&read(path).map_err(|error| format!("{}: {error}", quote(path)))?),
        None => parse_matrix(text),
    }
}

/// A number as an option's value.
///
/// # Errors
/// Says what is wrong with the text.
pub fn number(text: &str) -> Result<Exact, String> {
    parse_number(text)
}

/// What comes of some work, and the seconds that it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}

fn read(path: &str) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MOST_BYTES {
        return Err(format!("the file is longer than {MOST_BYTES} bytes").into());
    }
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}
