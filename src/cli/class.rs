//! The options for class, and what they do with a notebook.

use super::{Output, open::open_in_browser, unless_closed};
use crate::class::{Quiz, key, reveal, sheet};
use crate::notebook::Notebook;
use crate::notebook::render::terminal_steps;
use clap::Args;
use std::io::{self, IsTerminal};

#[derive(Args)]
pub(super) struct InClass {
    /// The same with other numbers, easy to work by hand; the same for the same SEED everywhere
    #[arg(long, value_name = "SEED", value_parser = seed, allow_hyphen_values = true)]
    pub(super) variant: Option<u64>,
    #[command(flatten)]
    live: Live,
    #[command(flatten)]
    paper: Paper,
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}

/// What happens in front of a class or of one student.
#[derive(Args)]
struct Live {
    /// Reveal the page step by step: Enter goes on, q ends
    #[arg(long, group = "surface", conflicts_with_all = ["format", "page", "figures"])]
    step: bool,
    /// Open the page in the browser
    #[arg(long, group = "surface", conflicts_with_all = ["format", "page", "figures"])]
    open: bool,
    /// Ask for the sheet's answers one by one, and judge what is typed
    #[arg(long, group = "surface", conflicts_with_all = ["format", "page", "figures"])]
    quiz: bool,
}

/// What is handed out.
#[derive(Args)]
struct Paper {
    /// Write the exercise sheet: what is given, and an empty grid for each answer
    #[arg(long, group = "surface")]
    sheet: bool,
    /// Write the sheet's answers, exact and one a line, as --quiz reads them
    #[arg(long, group = "surface", conflicts_with_all = ["format", "figures"])]
    key: bool,
}

impl InClass {
    /// Shows the notebook as these options ask, or else as the page that `output` writes.
    pub(super) fn show(&self, notebook: &Notebook, output: &Output) -> Result<(), String> {
        let Self { live, paper, .. } = self;
        if live.open {
            return open_in_browser(notebook, output.style());
        }
        if live.step || live.quiz {
            return live.show(notebook, output);
        }
        if paper.key {
            return output.save_or_print(Vec::new(), key(notebook).map_err(|why| format!("--key: {why}"))?);
        }
        if paper.sheet { output.write(&sheet(notebook)) } else { output.write(notebook) }
    }
}

impl Live {
    fn show(&self, notebook: &Notebook, output: &Output) -> Result<(), String> {
        let (input, mut screen) = (io::stdin().lock(), io::stdout().lock());
        let at_a_terminal = input.is_terminal();
        if self.quiz {
            let quiz = Quiz::new(notebook, output.style()).map_err(|why| format!("--quiz: {why}"))?;
            return unless_closed(quiz.run(input, &mut screen, at_a_terminal));
        }
        if !(at_a_terminal && screen.is_terminal()) {
            return Err("--step: input and output have to be a terminal".to_owned());
        }
        unless_closed(reveal(&terminal_steps(notebook, output.style()), input, &mut screen))
    }
}
