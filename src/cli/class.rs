//! The options for class, and what they do with a notebook.

use super::input::{file_hint, read};
use super::{Output, live::Live};
use crate::class::{Answers, Attempt, Marker, answer_key, key, sheet};
use crate::notebook::{Extent, Notebook, quote};
use clap::Args;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

#[derive(Args)]
pub(super) struct InClass {
    /// The same with other numbers, easy to work by hand; the same for the same SEED everywhere; 1-30 makes a class set
    /// of sheets or of keys, a file each, and the output is their folder
    #[arg(long, value_name = "SEED", value_parser = seeds, allow_hyphen_values = true)]
    pub(super) variant: Option<RangeInclusive<u64>>,
    #[command(flatten)]
    live: Live,
    #[command(flatten)]
    paper: Paper,
}

/// The largest class set.
pub const MOST_SHEETS: u64 = 30;

/// One seed, or all from one to another.
fn seeds(text: &str) -> Result<RangeInclusive<u64>, String> {
    let seed = |text: &str| text.parse::<u64>().ok();
    let one = seed(text).map(|seed| seed..=seed);
    let from_to = || {
        let (first, last) = text.split_once(['-', '–'])?;
        let (first, last) = (seed(first)?, seed(last)?);
        (first <= last && last - first < MOST_SHEETS).then_some(first..=last)
    };
    one.or_else(from_to).ok_or_else(|| {
        format!("expected a whole number from 0 to {}, or at most {MOST_SHEETS} of them as in 1-30", u64::MAX)
    })
}

/// What is handed out.
#[derive(Args)]
struct Paper {
    /// Write the exercise sheet: what is given, and an empty grid for each answer
    #[arg(long, group = "surface")]
    sheet: bool,
    /// Write the sheet's answers, exact and one a line, as --quiz reads them; where a format is chosen, as a page that also
    /// answers its questions and says how each number comes about
    #[arg(long, group = "surface", conflicts_with = "figures")]
    key: bool,
    /// Mark your own numbers, "a1 = 1 2; 3 4": right, carried, a mistake and which, or wrong; @PATH reads lines or JSON
    #[arg(
        long,
        group = "surface",
        value_name = "ANSWERS",
        conflicts_with = "figures",
        allow_hyphen_values = true
    )]
    check: Vec<String>,
}

impl InClass {
    /// How much of the page is asked for.
    pub(super) fn extent(&self) -> Extent {
        let is_on_paper = self.paper.sheet || self.paper.key || !self.paper.check.is_empty();
        if is_on_paper { Extent::OnPaper } else { self.live.extent() }
    }

    /// Somebody's own answers, where there are any to mark.
    pub(super) fn answers(&self) -> Result<Option<BTreeMap<String, Attempt>>, String> {
        let mut answers = BTreeMap::new();
        let variant = self.variant.as_ref().map(|seeds| seeds.start().to_string());
        for given in &self.paper.check {
            let refuse = |why: String| format!("--check: given \"{}\": {why}", quote(given));
            let text = match given.strip_prefix('@') {
                Some(path) => read(path).map_err(refuse)?,
                None => given.clone(),
            };
            let read = Answers::read(&text).map_err(|why| refuse(why + &file_hint(given)))?;
            if let Some(other) = read.variant.filter(|other| Some(other) != variant.as_ref()) {
                return Err(refuse(format!("the answers are to --variant {}", quote(&other))));
            }
            for (name, attempt) in read.by_name {
                if answers.insert(name.clone(), attempt).is_some() {
                    return Err(refuse(format!("{} is given twice", quote(&name))));
                }
            }
        }
        Ok((!answers.is_empty()).then_some(answers))
    }

    /// The seeds of a class set, where more than one is asked for.
    ///
    /// # Errors
    /// Says what goes with a set.
    pub(super) fn set(&self, output: &Output) -> Result<Option<RangeInclusive<u64>>, String> {
        let Some(seeds) = self.variant.clone().filter(|seeds| seeds.start() < seeds.end()) else {
            return Ok(None);
        };
        let is_on_paper = self.paper.sheet || self.paper.key;
        if is_on_paper && output.page.is_some() && output.figures.is_none() {
            return Ok(Some(seeds));
        }
        let (first, last) = (seeds.start(), seeds.end());
        Err(format!(
            "--variant: given {first}-{last}: expected --sheet or --key beside it, and a folder --output"
        ))
    }

    /// A sheet or a key of a set: the name of its file, and its text.
    pub(super) fn sheet_or_key(
        &self,
        notebook: &Notebook,
        output: &Output,
    ) -> Result<(String, String), String> {
        let seed = notebook.variant().unwrap_or_default();
        let name = |what: &str| format!("{}-variant-{seed}-{what}", notebook.topic);
        if self.paper.key {
            return match output.chosen_format() {
                Some(format) => Ok((
                    name("key.") + format.ending(),
                    output.full().text(&answer_key(notebook), &|_| None)?,
                )),
                None => Ok((name("key.txt"), key(notebook).map_err(|why| format!("--key: {why}"))?)),
            };
        }
        Ok((name("sheet.") + output.format().ending(), output.text(&sheet(notebook), &|_| None)?))
    }

    /// Shows the notebook as these options ask, or else as the page that `output` writes.
    pub(super) fn show(&self, notebook: &Notebook, marker: &Marker, output: &Output) -> Result<(), String> {
        let Self { live, paper, .. } = self;
        if live.is_asked_for() {
            return live.show(notebook, marker, output);
        }
        if paper.key {
            return match output.chosen_format() {
                Some(_) => output.full().write(&answer_key(notebook)),
                None => {
                    output.save_or_print(Vec::new(), key(notebook).map_err(|why| format!("--key: {why}"))?)
                }
            };
        }
        if paper.sheet { output.write(&sheet(notebook)) } else { output.write(notebook) }
    }
}

#[cfg(test)]
mod tests {
    use super::seeds;

    #[test]
    fn a_class_set_has_thirty_sheets_at_most() {
        assert_eq!(seeds("7"), Ok(7..=7));
        assert_eq!(seeds("100-129"), Ok(100..=129));
        for refused in ["100-130", "3-2", "-1", "x"] {
            assert!(seeds(refused).is_err(), "{refused}");
        }
    }
}
