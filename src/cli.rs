//! The command line that every example shares, and what it does with a notebook.

mod class;
mod effort;
mod file;
mod input;
mod link;
mod live;
mod npy;
#[cfg(not(target_family = "wasm"))]
mod open;
mod progress;
mod refusal;
mod save;
#[cfg(not(target_family = "wasm"))]
mod step;
#[cfg(not(target_family = "wasm"))]
mod threads;
mod undo;

pub use self::effort::{expect_little_effort, expect_shape, expect_to_fit, or_filled};
pub use self::input::{Photograph, class_indices, matrix, number, photograph};
pub use self::refusal::{fail, options};
pub use self::save::{Entry, expect_places, save};
pub use crate::topic::{KnownMistake, Telling, Topic, Unusable, mistake};

use self::class::InClass;
pub use self::class::MOST_SHEETS;
use self::file::is_standard_output;
use self::link::link;
use self::progress::with_progress;
use self::refusal::{parsed, unless_closed};
#[cfg(not(target_family = "wasm"))]
use self::threads::choose_threads;
use crate::class::{Attempt, Marked, Marker, all_is_right, report, report_json};
use crate::notebook::render::{Style, html, json, markdown, terminal};
use crate::notebook::{Extent, Listener, Notebook};
use crate::topic::Given;
use clap::{Args, CommandFactory, FromArgMatches, Parser, ValueEnum};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Write};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

#[derive(Parser)]
#[command(about = None, long_about = None)]
struct Options<I: Args> {
    #[command(flatten, next_help_heading = "In class")]
    class: InClass,
    #[command(flatten, next_help_heading = "Your numbers")]
    inputs: Given<I>,
    #[command(flatten, next_help_heading = "Output")]
    output: Output,
    /// The first of the inputs on the command line whose numbers a variant would draw
    #[arg(skip)]
    own: Option<String>,
    /// The inputs on the command line that are no numbers, and go with a variant
    #[arg(skip)]
    choices: Vec<OsString>,
}

#[derive(Args, Clone)]
struct Output {
    /// How the page is written [default: as --output ends, .md, .html or .json, or else for the terminal]
    #[arg(long, value_enum)]
    format: Option<Format>,
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
    Html,
    Json,
}

impl Format {
    /// How the name of such a file ends.
    fn ending(self) -> &'static str {
        match self {
            Self::Terminal => "txt",
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Json => "json",
        }
    }
}

/// Runs an example as its command line asks: the whole of every `main`.
///
/// The exit status is 0 when done, 1 when a proof failed, 2 when an input was unusable; then nothing is written. It is 3
/// when somebody's own numbers were marked and not all are right.
#[must_use]
pub fn main<I: Args + PartialEq>(topic: &Topic<I>) -> ExitCode {
    prepare();
    let options = match parsed(Options::<I>::read) {
        Ok(options) => options,
        Err(status) => return status,
    };
    match options.class.set(&options.output) {
        Ok(None) => {}
        Ok(Some(_)) if cfg!(target_family = "wasm") => {
            return fail(2, "--variant: a web page writes no sets");
        }
        Ok(Some(seeds)) => return options.write_set(topic, seeds),
        Err(error) => return fail(2, &error),
    }
    let answers = match options.output.expect_places().and_then(|()| options.class.answers()) {
        Ok(answers) => answers,
        Err(error) => return fail(2, &error),
    };
    let (drawn, notebook) = match with_progress(|listener| options.notebook(topic, listener)) {
        Ok(notebook) => notebook,
        Err(error) if error.is::<Unusable>() => return fail(2, &error.to_string()),
        Err(mistake) => return fail(1, &format!("this example contradicts itself: {mistake}")),
    };
    let Given(given) = &options.inputs;
    let inputs = drawn.as_ref().unwrap_or(given);
    let extent = options.class.extent();
    let retold = |hers: &_| topic.told(inputs, Telling { answers: Clone::clone(hers), ..extent.into() }).ok();
    let marker = Marker::new(&notebook, topic.mistakes, retold);
    show(&options.class, &options.output, &notebook, &marker, answers.as_ref())
}

/// Shows a notebook, or marks answers to it. Not a part of [`main`], which is compiled once for each topic.
fn show(
    class: &InClass,
    output: &Output,
    notebook: &Notebook,
    marker: &Marker,
    answers: Option<&BTreeMap<String, Attempt>>,
) -> ExitCode {
    if let Some(answers) = answers {
        let marked = marker.mark(answers).map_err(|why| format!("--check: {why}"));
        return match marked.and_then(|marked| output.write_marks(notebook, &marked)) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(3),
            Err(error) => fail(2, &error),
        };
    }
    if let Err(error) = class.show(notebook, marker, output) {
        return fail(2, &error);
    }
    let [_, _, failed] = notebook.totals().proofs;
    if failed > 0 { fail(1, "a proof failed: see the page") } else { ExitCode::SUCCESS }
}

/// What a program does first, so that its threads are as many as there are cores, and a file that grows too large is an
/// error and not the end.
pub fn prepare() {
    // A web page has one.
    #[cfg(not(target_family = "wasm"))]
    choose_threads();
    #[cfg(unix)]
    undo::let_no_file_kill();
}

/// The most decimals that can be asked for.
const MOST_DIGITS: u8 = 30;

/// How many decimals.
fn digits(text: &str) -> Result<u8, String> {
    let digits = text.parse().ok().filter(|digits| *digits <= MOST_DIGITS);
    digits.ok_or_else(|| format!("expected a whole number from 0 to {MOST_DIGITS}"))
}

impl<I: Args + PartialEq> Options<I> {
    fn read() -> Result<Self, clap::Error> {
        let mut matches = Self::command().try_get_matches()?;
        let is_given = |arg: &&clap::Arg| {
            matches.value_source(arg.get_id().as_str()) == Some(clap::parser::ValueSource::CommandLine)
        };
        let inputs = I::augment_args(clap::Command::new(""));
        let given: Vec<_> = inputs.get_arguments().filter(is_given).collect();
        let is_choice = |arg: &clap::Arg| !arg.get_possible_values().is_empty();
        let own = given.iter().find(|arg| !is_choice(arg)).and_then(|arg| arg.get_long()).map(str::to_owned);
        let choice = |arg: &&clap::Arg| {
            let values = matches.get_raw(arg.get_id().as_str())?;
            let option = OsString::from(format!("--{}", arg.get_long()?));
            Some(std::iter::once(option).chain(values.map(OsStr::to_owned)).collect::<Vec<_>>())
        };
        let choices = given.into_iter().filter(|arg| is_choice(arg));
        let choices = choices.filter_map(|arg| choice(&arg)).flatten().collect();
        // A photograph is moved out of there, and not copied.
        Ok(Self { own, choices, ..Self::from_arg_matches_mut(&mut matches)? })
    }

    fn expect_no_own_numbers(&self) -> Result<(), Unusable> {
        match (&self.class.variant, &self.own) {
            (Some(_), Some(own)) => {
                let why = format!("draws all numbers, expected no --{own} beside it");
                Err(Unusable::option("--variant", why))
            }
            _ => Ok(()),
        }
    }

    /// Writes a class set into the folder that --output names.
    fn write_set(&self, topic: &Topic<I>, seeds: RangeInclusive<u64>) -> ExitCode {
        let write = || {
            self.expect_no_own_numbers()?;
            let folder = self.output.page.as_deref().map(|folder| ("--output", folder));
            expect_places(None, folder)?;
            let mut files = Vec::new();
            for seed in seeds {
                let notebook = topic.drawn(seed, &self.choices, Extent::OnPaper.into())?.1;
                let (name, text) = self.class.sheet_or_key(&notebook, &self.output)?;
                let path = self.output.page.iter().map(|folder| folder.join(&name)).collect();
                files.push(("--output", path, text.into_bytes().into()));
            }
            Ok::<_, Box<dyn Error>>(save(&files, folder, || Ok(()))?)
        };
        match write() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(2, &error.to_string()),
        }
    }

    /// The notebook, and where they were drawn, the inputs it was told with.
    fn notebook(
        &self,
        topic: &Topic<I>,
        listener: Listener,
    ) -> Result<(Option<I>, Notebook), Box<dyn Error>> {
        self.expect_no_own_numbers()?;
        let telling = Telling { listener, ..self.class.extent().into() };
        if let Some(seeds) = &self.class.variant {
            let drawn = topic.drawn(*seeds.start(), &self.choices, telling);
            return drawn.map(|(inputs, notebook)| (Some(inputs), notebook));
        }
        let Given(inputs) = &self.inputs;
        (topic.check)(inputs)?;
        Ok((None, topic.told(inputs, telling)?))
    }
}

impl Output {
    /// Computes and renders everything before the first byte is written.
    fn write(&self, notebook: &Notebook) -> Result<(), String> {
        let variant = notebook.variant().map_or_else(String::new, |seed| format!("-variant-{seed}"));
        let file_name = |name: &str| format!("{}{variant}-{name}", notebook.topic);
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
        let text = self.text(notebook, &|figure| {
            Some(link(self.page.as_deref(), &self.figures.as_ref()?.join(file_name(figure) + ".svg")))
        })?;
        self.save_or_print(files, text)
    }

    fn text(&self, notebook: &Notebook, linked: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
        let style = self.style();
        Ok(match self.format() {
            // So a page has less to load.
            Format::Terminal | Format::Markdown if cfg!(target_family = "wasm") => {
                return Err("--format: expected one of html, json in a web page".to_owned());
            }
            Format::Terminal => terminal(notebook, style),
            Format::Html => html(notebook, style, &[])?,
            Format::Json => json(notebook),
            Format::Markdown => markdown(notebook, style, linked),
        })
    }

    /// Writes the marks of somebody's own numbers; says whether all is right.
    fn write_marks(&self, notebook: &Notebook, marked: &[Marked]) -> Result<bool, String> {
        if let Format::Json = self.format() {
            self.save_or_print(Vec::new(), report_json(notebook, marked))?;
        } else {
            // What was read is shown as it was written.
            let written = marked.iter().map(|marked| marked.attempt.decimals(MOST_DIGITS.into()));
            let written = written.max().and_then(|digits| u8::try_from(digits).ok()).unwrap_or(0);
            let digits = self.digits.max(written);
            Self { digits, ..self.clone() }.write(&report(notebook, marked))?;
        }
        Ok(all_is_right(marked))
    }

    fn format(&self) -> Format {
        self.chosen_format().unwrap_or(Format::Terminal)
    }

    /// As asked for, or as the name of the page says, if one of them does.
    fn chosen_format(&self) -> Option<Format> {
        let ending = self.page.as_ref().and_then(|page| page.extension()).map(OsStr::to_ascii_lowercase);
        self.format.or_else(|| match ending.as_deref().and_then(OsStr::to_str) {
            Some("md") => Some(Format::Markdown),
            Some("html") => Some(Format::Html),
            Some("json") => Some(Format::Json),
            _ => None,
        })
    }

    /// With the sums of all cells.
    fn full(&self) -> Self {
        Self { full: true, ..self.clone() }
    }

    fn save_or_print(&self, mut files: Vec<save::Entry<'_>>, text: String) -> Result<(), String> {
        match self.file() {
            Some(path) => {
                files.push(("--output", path.to_owned(), text.into_bytes().into()));
                save(&files, self.folder(), || Ok(()))
            }
            None => save(&files, self.folder(), || print(&text)),
        }
    }

    fn expect_places(&self) -> Result<(), String> {
        expect_places(self.file().map(|path| ("--output", path)), self.folder())
    }

    /// Where the page goes, if not to standard output. That may itself be a file, which others write to as well: it is
    /// never replaced.
    fn file(&self) -> Option<&Path> {
        self.page.as_deref().filter(|path| !is_standard_output(path))
    }

    fn folder(&self) -> Option<(&'static str, &Path)> {
        self.figures.as_deref().map(|folder| ("--figures", folder))
    }

    fn style(&self) -> Style {
        let is_live = cfg!(target_family = "wasm");
        let style = Style { digits: self.digits.into(), full: self.full, is_live, ..Style::default() };
        if self.page.is_some() || !io::stdout().is_terminal() {
            return style;
        }
        Style {
            colour: Self::wants_colour(),
            width: terminal_size().1.clamp(NARROWEST, style.width),
            ..style
        }
    }

    fn wants_colour() -> bool {
        let unset = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
        unset("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
    }
}

/// On fewer columns than this no matrix stands beside another.
const NARROWEST: usize = 60;

/// The rows and columns of the terminal that there is.
fn terminal_size() -> (usize, usize) {
    let (rows, columns) = console::Term::stdout().size_checked().unwrap_or((24, 80));
    (rows.into(), columns.into())
}

fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    unless_closed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// What comes of some work, and the seconds that it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed().as_secs_f64())
}
