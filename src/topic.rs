//! A worked example as a value: what it is about, and how it is told.

use crate::class::{Draw, MOST_DRAWS, is_friendly};
use crate::notebook::{Listener, Notebook, Page, Told};
use clap::{Args, Parser};
use std::error::Error;

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
    /// The matrices, values and tables that an exercise sheet asks for: what the right procedure gives.
    pub asks: &'static [&'static str],
    /// What a sheet gives beside the inputs, for what cannot be worked by hand.
    pub gives: &'static [&'static str],
    /// Whether the inputs fit together; what is wrong with them, if not.
    pub check: fn(&I) -> Result<(), Unusable>,
    /// Draws other inputs of the same shapes, small ones; a draw that fails the check, or whose answers are
    /// tedious to work by hand, is followed by another.
    pub vary: fn(&mut Draw) -> I,
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

impl Error for Unusable {}

#[derive(Parser)]
struct Alone<I: Args> {
    #[command(flatten)]
    inputs: I,
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
            title: self.title.to_owned(),
            question: self.question,
            minutes: self.minutes,
            requires: self.requires,
            inputs: Vec::new(),
            asks: self.asks,
            gives: self.gives,
            sections: Vec::new(),
        };
        let mut page = Page::new(notebook, self.code, *inputs == Self::source_inputs());
        page.set_listener(listener);
        (self.tell)(inputs, &mut page)?;
        Ok(page.finish()?)
    }

    /// The notebook with other numbers, the same for the same seed everywhere; the seed stands in its title and
    /// among its inputs.
    ///
    /// # Errors
    /// [`Unusable`] where none of [`MOST_DRAWS`] draws is easy to work by hand; mistakes of the example's own.
    pub fn variant(&self, seed: u64) -> Result<Notebook, Box<dyn Error>> {
        let mut draw = Draw::new(seed);
        for _ in 0..MOST_DRAWS {
            let inputs = (self.vary)(&mut draw);
            if (self.check)(&inputs).is_err() {
                continue;
            }
            let mut notebook = self.notebook(&inputs)?;
            if is_friendly(&notebook) {
                notebook.title = format!("{} (variant {seed})", notebook.title);
                notebook.inputs.insert(0, ("variant", seed.to_string()));
                return Ok(notebook);
            }
        }
        let why =
            format!("{MOST_DRAWS} draws for {seed} gave no numbers that are easy by hand; take another seed");
        Err(Unusable::option("--variant", why).into())
    }

    /// The source's own inputs: what the options default to.
    #[must_use]
    pub fn source_inputs() -> I {
        Alone::parse_from([""]).inputs
    }
}
