//! A worked example as a value: what it is about, and how it is told.

use crate::Exact;
use crate::class::{Draw, MOST_DRAWS, is_friendly};
use crate::cli::Photograph;
use crate::notebook::{Extent, InputOption, Listener, Notebook, Page, Told, name_and_equation};
use clap::builder::Str;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use nalgebra::DMatrix;
use std::any::TypeId;
use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::OsString;

/// A worked example: what it is about, what it asks for, and how it is told.
pub struct Topic<I> {
    /// Its name, as in `cargo run --example <name>`.
    pub name: &'static str,
    /// The heading of its page.
    pub title: &'static str,
    /// The question that it answers.
    pub question: &'static str,
    /// Where the question and the numbers come from, in two sentences, where the topic tests what somebody says; its
    /// claims are then that source's. Without one they are common beliefs, and told with any inputs.
    pub source: Option<&'static str>,
    /// What one learns from it, for those who choose one.
    pub lesson: &'static str,
    /// How long it takes in class.
    pub minutes: u32,
    /// What one should know before.
    pub requires: &'static str,
    /// The texts of its own file and of those below it, whose lines are shown beside the values they compute.
    pub code: &'static [&'static str],
    /// The matrices, values and tables that an exercise sheet leaves blank: what the right procedure gives.
    pub blanks: &'static [&'static str],
    /// What a sheet gives beside the inputs, for what cannot be worked by hand.
    pub gives: &'static [&'static str],
    /// Mistakes that are made with this topic in particular, to be known when somebody's own numbers are checked.
    pub mistakes: &'static [KnownMistake],
    /// Whether the inputs fit together; what is wrong with them, if not.
    pub check: fn(&I) -> Result<(), Unusable>,
    /// Draws other inputs of the same shapes, small ones; none where they are not worth working. Such a draw, and one
    /// that fails the check, or whose answers are tedious to work by hand or can be guessed, is followed by another.
    pub vary: fn(&mut Draw) -> Option<I>,
    /// Whether a draw is worth working, by what its page shows: of a step of learning, that it takes the loss down.
    pub is_worth_working: fn(&Notebook) -> bool,
    /// Tells it.
    pub tell: fn(&I, &mut Page) -> Told,
}

/// Said of the source where its numbers are not those of the page.
const OTHER_NUMBERS: &str = "This page has other numbers. It leaves out what tests the source's own.";

/// How a topic is told.
pub struct Telling {
    /// Somebody's own answers, in the place of ours.
    pub answers: BTreeMap<String, DMatrix<Exact>>,
    /// Who hears how far it has come.
    pub listener: Listener,
    /// How much of it.
    pub extent: Extent,
}

impl From<Extent> for Telling {
    fn from(extent: Extent) -> Self {
        Self { answers: BTreeMap::new(), listener: Box::new(|_, _, _| {}), extent }
    }
}

impl Default for Telling {
    fn default() -> Self {
        Extent::Whole.into()
    }
}

/// A mistake as an equation: what it gives under a name, over matrices that the page shows.
#[derive(Clone, Copy, Debug)]
pub struct KnownMistake {
    /// The matrix or number that is wrong, and what comes out, as a page states it: `union_area = true_area + predicted_area`.
    pub statement: &'static str,
    /// The mistake in one word.
    pub kind: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

/// A mistake that is made with a topic: what comes out wrong, as a statement; the mistake in one word; what to do instead.
///
/// ```
/// use worked_examples::cli::mistake;
///
/// let uncounted = mistake("union = a + b", "overlap", "subtract what was counted twice");
/// assert_eq!(uncounted.name_and_equation(), ("union", "a + b"));
/// ```
#[must_use]
pub const fn mistake(statement: &'static str, kind: &'static str, instead: &'static str) -> KnownMistake {
    KnownMistake { statement, kind, instead }
}

impl KnownMistake {
    /// The matrix or number that is wrong, and what comes out, in the notation of the page.
    #[must_use]
    pub fn name_and_equation(&self) -> (&'static str, &'static str) {
        name_and_equation(self.statement)
    }
}

/// Input that cannot be used: one line that names the option, what was given and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(String);

impl Unusable {
    /// Refuses the value of an option, and says why, unless it is right.
    ///
    /// # Errors
    /// Itself.
    ///
    /// ```
    /// use worked_examples::cli::Unusable;
    ///
    /// assert_eq!(Unusable::unless(true, "--rows", "given 0"), Ok(()));
    /// assert_eq!(Unusable::unless(false, "--rows", "given 0").unwrap_err().to_string(), "--rows: given 0");
    /// ```
    pub fn unless(is_right: bool, option: &str, why: impl std::fmt::Display) -> Result<(), Self> {
        if is_right { Ok(()) } else { Err(Self::option(option, why)) }
    }

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

impl Error for Unusable {}

/// The inputs as options of whatever command line asks for them, so that all of them read alike.
pub(crate) struct Given<I>(pub(crate) I);

impl<I: Args> Args for Given<I> {
    fn augment_args(command: Command) -> Command {
        let inputs = I::augment_args(Command::new(""));
        let ids = inputs.get_arguments().map(Arg::get_id);
        ids.fold(I::augment_args(command), |command, id| command.mut_arg(id, as_input))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<I: Args> FromArgMatches for Given<I> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        I::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// What every input's option has in common: its value may begin with a minus, and unless the topic has a name for
/// the value, it is called after its type.
fn as_input(arg: Arg) -> Arg {
    if !arg.get_action().takes_values() {
        return arg;
    }
    let names = [
        (TypeId::of::<DMatrix<Exact>>(), "MATRIX"),
        (TypeId::of::<Exact>(), "NUMBER"),
        (TypeId::of::<u8>(), "N"),
        (TypeId::of::<u16>(), "N"),
        (TypeId::of::<u64>(), "N"),
    ];
    let value = arg.get_value_parser().type_id();
    let name = names.iter().find(|(type_id, _)| value == *type_id).map(|(_, name)| *name);
    // The name that clap's derive gives.
    let derived = arg.get_id().as_str().to_uppercase();
    let is_derived = arg.get_value_names().is_some_and(|names| *names[0] == *derived);
    let arg = arg.allow_hyphen_values(true);
    match name {
        Some(name) if is_derived => arg.value_name(name),
        _ => arg,
    }
}

impl<I: Args + PartialEq> Topic<I> {
    /// The notebook for the given inputs.
    ///
    /// # Errors
    /// Mistakes of the example's own.
    pub fn notebook(&self, inputs: &I) -> Result<Notebook, Box<dyn Error>> {
        self.told(inputs, Telling::default())
    }

    /// The notebook for the given inputs, told in a certain way.
    ///
    /// # Errors
    /// Answers that the example cannot be told with; mistakes of the example's own.
    pub fn told(&self, inputs: &I, telling: Telling) -> Result<Notebook, Box<dyn Error>> {
        let has_the_default_inputs = *inputs == Self::source_inputs();
        let source = self.source.map(|source| {
            if has_the_default_inputs { source.to_owned() } else { format!("{source} {OTHER_NUMBERS}") }
        });
        let notebook = Notebook {
            topic: self.name,
            title: self.title.to_owned(),
            question: self.question,
            source,
            lesson: self.lesson,
            minutes: self.minutes,
            requires: self.requires,
            inputs: Vec::new(),
            options: Self::options(),
            blanks: self.blanks,
            gives: self.gives,
            computed: Vec::new(),
            is_cut_short: false,
            sections: Vec::new(),
        };
        let mut page = Page::new(notebook, self.code, has_the_default_inputs);
        page.set_listener(telling.listener);
        page.set_answers(telling.answers);
        page.set_extent(telling.extent);
        (self.tell)(inputs, &mut page)?;
        Ok(page.finish()?)
    }

    /// The notebook with other numbers, the same for the same seed everywhere; the seed stands in its title and
    /// among its inputs.
    ///
    /// # Errors
    /// [`Unusable`] where none of [`MOST_DRAWS`] draws is easy to work by hand; mistakes of the example's own.
    pub fn variant(&self, seed: u64) -> Result<Notebook, Box<dyn Error>> {
        self.drawn(seed, &[], Telling::default()).map(|(_, notebook)| notebook)
    }

    /// The inputs of a [`variant`](Self::variant), and its notebook, told in a certain way; with these options, which are
    /// no numbers, in the place of the drawn ones.
    ///
    /// # Errors
    /// Those of a variant, and what clap has to say of the options.
    pub fn drawn(
        &self,
        seed: u64,
        choices: &[OsString],
        telling: Telling,
    ) -> Result<(I, Notebook), Box<dyn Error>> {
        let command = Given::<I>::augment_args(Command::new("").no_binary_name(true));
        let without_defaults = command.mut_args(|arg| arg.default_value(None));
        let choices = without_defaults.try_get_matches_from(choices)?;
        let mut draw = Draw::new(seed);
        // A draw is judged by what a pencil can do.
        let extent = telling.extent.min(Extent::ByHand);
        for _ in 0..MOST_DRAWS {
            let Some(mut inputs) = (self.vary)(&mut draw) else { continue };
            inputs.update_from_arg_matches(&choices)?;
            if (self.check)(&inputs).is_err() {
                continue;
            }
            let mut notebook = self.told(&inputs, extent.into())?;
            if is_friendly(&notebook) && (self.is_worth_working)(&notebook) {
                if notebook.is_cut_short && telling.extent > extent {
                    notebook = self.told(&inputs, telling)?;
                }
                notebook.title = format!("{} (variant {seed})", notebook.title);
                notebook.inputs.insert(0, ("variant", seed.to_string()));
                return Ok((inputs, notebook));
            }
        }
        let why =
            format!("{MOST_DRAWS} draws for {seed} gave no numbers that are easy by hand; take another seed");
        Err(Unusable::option("--variant", why).into())
    }

    /// The inputs that these options give, read as on the command line; where they are silent, the source's own.
    ///
    /// # Errors
    /// What clap has to say of an option that is none, or of a value that cannot be read.
    pub fn inputs(options: &[&str]) -> Result<I, clap::Error> {
        let command = Given::<I>::augment_args(Command::new("").no_binary_name(true));
        I::from_arg_matches(&command.try_get_matches_from(options)?)
    }

    /// Its inputs as options.
    fn options() -> Vec<InputOption> {
        let command = Given::<I>::augment_args(Command::new(""));
        let option = |arg: &Arg| InputOption {
            name: arg.get_id().to_string(),
            help: arg.get_help().map(ToString::to_string).unwrap_or_default(),
            choices: arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect(),
            is_flag: !arg.get_action().takes_values(),
            is_file: arg.get_value_parser().type_id() == TypeId::of::<Photograph>(),
            grows: grows(arg),
        };
        command.get_arguments().map(option).collect()
    }

    /// The source's own inputs: what the options default to.
    ///
    /// # Panics
    /// If an input has no default, or one that cannot be read.
    #[must_use]
    pub fn source_inputs() -> I {
        Self::inputs(&[]).expect("every input has a default")
    }
}

/// What a matrix may have more or less of, by what its value is called.
fn grows(arg: &Arg) -> &'static str {
    match arg.get_value_names().and_then(|names| names.first()).map(Str::as_str) {
        Some("MATRIX") => "row column",
        Some("ROW" | "INDICES") => "column",
        // The channels of a pixel stand below each other.
        Some("NUMBERS") => "row",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{matrix, number, photograph};
    use crate::notebook::literal;

    #[derive(Args, PartialEq)]
    struct Inputs {
        #[arg(long, value_parser = matrix)]
        kernel_1: Option<DMatrix<Exact>>,
        #[arg(long, value_parser = matrix, value_name = "ROW", default_value = "-1 2")]
        scores: DMatrix<Exact>,
        #[arg(long, value_parser = number, default_value = "-.5")]
        rate: Exact,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long)]
        path: Option<String>,
        #[arg(long, value_parser = photograph)]
        picture: Option<Photograph>,
        #[arg(long)]
        timings: bool,
    }

    #[test]
    fn a_value_is_called_after_its_type_unless_it_has_a_name() {
        let other = Command::new("").arg(Arg::new("format").long("format"));
        let mut command = Given::<Inputs>::augment_args(other).disable_help_flag(true);
        command.build();
        let options: Vec<_> = command.get_arguments().map(ToString::to_string).collect();
        let named =
            ["--kernel-1 <MATRIX>", "--scores <ROW>", "--rate <NUMBER>", "--seed <N>", "--path <PATH>"];
        let others = ["--picture <PICTURE>", "--timings"];
        assert_eq!(options, [&["--format <format>"], &named[..], &others].concat());
        let hyphens: Vec<_> = command.get_arguments().map(Arg::is_allow_hyphen_values_set).collect();
        assert_eq!(hyphens, [false, true, true, true, true, true, true, false]);
    }

    #[test]
    fn a_variant_leaves_out_what_no_pencil_can_do_where_that_is_wanted() {
        let topic = Topic::<Inputs> {
            name: "topic",
            title: "A topic",
            question: "",
            source: None,
            lesson: "",
            minutes: 1,
            requires: "",
            code: &[],
            blanks: &[],
            gives: &[],
            mistakes: &[],
            check: |_| Ok(()),
            vary: |_| Some(Topic::source_inputs()),
            is_worth_working: |_| true,
            tell: |inputs, page| {
                page.section("one");
                page.given_number("rate", &inputs.rate);
                page.unless_by_hand(|page| {
                    page.say("trained");
                    Ok(())
                })
            },
        };
        let cells = |extent: Extent| {
            let (_, notebook) = topic.drawn(3, &["--rate=2".into()], extent.into()).expect("a variant");
            let inputs: Vec<_> = notebook.inputs.iter().map(|(name, text)| (*name, text.as_str())).collect();
            assert_eq!(
                (notebook.title.as_str(), inputs),
                ("A topic (variant 3)", vec![("variant", "3"), ("rate", "2")])
            );
            (notebook.cells().count(), notebook.is_cut_short)
        };
        let cells = [Extent::OnPaper, Extent::ByHand, Extent::Whole].map(cells);
        assert_eq!(cells, [(1, true), (1, true), (2, false)]);
        let options = topic.notebook(&Topic::source_inputs()).expect("a page").options;
        let names: Vec<_> = options.iter().map(|option| option.name.as_str()).collect();
        assert_eq!(names, ["kernel_1", "scores", "rate", "seed", "path", "picture", "timings"]);
        assert!(options.iter().all(|option| option.is_flag == (option.name == "timings")));
        assert!(options.iter().all(|option| option.is_file == (option.name == "picture")));
        let grows: Vec<_> = options.iter().map(|option| option.grows).collect();
        assert_eq!(grows, ["row column", "column", "", "", "", "", ""]);
    }

    #[test]
    fn a_value_may_begin_with_a_minus() {
        let inputs = Topic::<Inputs>::inputs(&["--kernel-1", "-1 -2", "--rate", "-3", "--timings"]).unwrap();
        assert_eq!(inputs.kernel_1, Some(literal("-1 -2")));
        assert_eq!((inputs.scores, inputs.rate), (literal("-1 2"), Exact::from_integer((-3).into())));
        assert_eq!((inputs.seed, inputs.path, inputs.timings), (1, None, true));
        for unusable in [&["--seed", "-1"][..], &["--scores"], &["--bogus"], &["extra"]] {
            assert!(Topic::<Inputs>::inputs(unusable).is_err(), "{unusable:?}");
        }
    }
}
