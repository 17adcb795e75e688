//! The command line that every example shares, and what it does with a notebook.

mod save;

use self::save::save;
use crate::Exact;
use crate::math::read_png;
use crate::notebook::render::{Style, json, markdown, terminal};
use crate::notebook::{Listener, Notebook, Page, Told, parse_matrix, parse_number, quote};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use nalgebra::DMatrix;
use std::borrow::Cow;
use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

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
    /// The most decimals that are shown, from 0 to 30
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = digits, allow_negative_numbers = true)]
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
            return match unless_closed(error.print()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => fail(2, &error),
            };
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
        return fail(2, &error);
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
        if bar.message() != what {
            bar.set_message(what.to_owned());
        }
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    })
}

/// What clap has to say in several lines, as one: the option, what was given and what was expected.
fn one_line(error: &clap::Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    let option = text(ContextKind::InvalidArg);
    let option = quote(option.split(" <").next().unwrap_or_default());
    let given = quote(&text(ContextKind::InvalidValue));
    let valid = text(ContextKind::ValidValue);
    match (error.kind(), error.source()) {
        (ErrorKind::ValueValidation, Some(why)) => format!("{option}: given \"{given}\": {why}"),
        (ErrorKind::InvalidValue, _) if valid.is_empty() => format!("{option}: expected a value, given none"),
        (ErrorKind::InvalidValue, _) => format!("{option}: given \"{given}\": expected one of {valid}"),
        (ErrorKind::TooManyValues, _) => format!("{option}: given \"{given}\": expected no value"),
        (ErrorKind::ArgumentConflict, _) => format!("{option}: given twice, expected once"),
        (ErrorKind::UnknownArgument, _) => {
            format!("{option}: there is no such option; --help lists them all")
        }
        (ErrorKind::InvalidUtf8, _) => format!("{}: expected text in UTF-8", not_utf8(std::env::args_os())),
        _ => quote(error.to_string().lines().next().unwrap_or_default()),
    }
}

/// What clap does not name: the first argument that is no text where no path is expected, and its option.
fn not_utf8(arguments: impl Iterator<Item = OsString>) -> String {
    let is_path = |text: &str| text.starts_with("--output") || text.starts_with("--figures");
    let mut before = String::new();
    for argument in arguments.skip(1) {
        let text = argument.to_string_lossy().into_owned();
        if argument.to_str().is_none() && !is_path(&before) && !is_path(&text) {
            before.push_str(if before.is_empty() { "" } else { " " });
            return quote(&(before + &text));
        }
        before = text;
    }
    before
}

/// How many decimals.
fn digits(text: &str) -> Result<u8, &'static str> {
    text.parse().ok().filter(|digits| *digits <= 30).ok_or("expected a whole number from 0 to 30")
}

impl Output {
    /// Computes and renders everything before the first byte is written.
    fn write(&self, notebook: &Notebook) -> Result<(), String> {
        let file_name = |name: &str| format!("{}-{name}", notebook.topic);
        let mut files = Vec::new();
        if let Some(folder) = &self.figures {
            for figure in notebook.figures() {
                let svg = figure.chart.to_svg(figure.name, &figure.alt)?;
                let path = |name: &str| folder.join(file_name(name));
                files.push(("--figures", path(&format!("{}.svg", figure.name)), Cow::from(svg.into_bytes())));
                if let Some((name, bytes)) = &figure.attachment {
                    files.push(("--figures", path(name), bytes.into()));
                }
            }
        }
        let style = Style { digits: self.digits.into(), full: self.full, colour: self.wants_colour() };
        let text = match self.format {
            Format::Terminal => terminal(notebook, style),
            Format::Json => json(notebook),
            Format::Markdown => markdown(notebook, style, |figure| {
                let folder = self.figures.as_deref()?;
                Some(self.link_from_output(folder).join(file_name(figure) + ".svg").display().to_string())
            }),
        };
        // Standard output may itself be a file that others write to: it is never replaced.
        match self.page.as_ref().filter(|path| path.as_os_str() != "/dev/stdout") {
            Some(path) => {
                files.push(("--output", path.clone(), text.into_bytes().into()));
                save(&files, self.figures.as_deref(), || Ok(()))
            }
            None => save(&files, self.figures.as_deref(), || print(&text)),
        }
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

fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    unless_closed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// A closed pipe is a reader who has seen enough.
fn unless_closed(printed: io::Result<()>) -> Result<(), String> {
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("standard output: {error}")),
        _ => Ok(()),
    }
}

/// The most bytes that are read of a file with numbers.
const MOST_BYTES: u64 = 64 * 1024;
/// The most mebibytes that are read of a picture.
const MOST_MEBIBYTES: u64 = 512;

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

/// A photograph as an option's value, in grey values from 0, black, to 1, white.
#[derive(Clone, Debug, PartialEq)]
pub struct Photograph {
    /// Where it was read from.
    pub path: String,
    /// Its pixels, a row of the picture a row of the matrix.
    pub grey: DMatrix<f32>,
}

/// A picture as an option's value: the path of a PNG file.
///
/// # Errors
/// Says what is wrong with the file.
pub fn photograph(path: &str) -> Result<Photograph, String> {
    let bytes = read_at_most(path, MOST_MEBIBYTES << 20)
        .map_err(|error| error.to_string())?
        .ok_or_else(|| format!("the file is longer than {MOST_MEBIBYTES} MiB"))?;
    let grey = read_png(&bytes).map_err(|error| error.to_string())?;
    Ok(Photograph { path: path.to_owned(), grey })
}

fn read(path: &str) -> Result<String, Box<dyn Error>> {
    let bytes = read_at_most(path, MOST_BYTES)?;
    let bytes = bytes.ok_or_else(|| format!("the file is longer than {MOST_BYTES} bytes"))?;
    let text = String::from_utf8(bytes).map_err(|_| "the file is not text in UTF-8")?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// The bytes of a file, or `None` if there are more than that.
fn read_at_most(path: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    if file.metadata()?.len() > most {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}
