//! What happens in front of a class or of one student, who look at a screen of their own.

#[cfg(target_family = "wasm")]
pub(super) use in_a_page::Live;
#[cfg(not(target_family = "wasm"))]
pub(super) use on_a_machine::Live;

#[cfg(not(target_family = "wasm"))]
mod on_a_machine {
    use crate::class::{Marker, Quiz};
    use crate::cli::file::{expect_readable_input, plain};
    use crate::cli::refusal::unless_closed;
    use crate::cli::{Output, open::open_in_browser, step::step_through};
    use crate::notebook::{Extent, Notebook};
    use clap::Args;
    use std::io::{self, BufRead, IsTerminal, Read};

    /// One of them at most.
    #[derive(Args)]
    pub(in crate::cli) struct Live {
        /// Reveal the page one idea at a time, a screen at most: → and Enter go on, ← back, g to a section, q ends
        #[arg(long, group = "surface", conflicts_with_all = ["format", "page", "figures"])]
        step: bool,
        /// Open the page in the browser
        #[arg(long, group = "surface", conflicts_with_all = ["format", "page", "figures"])]
        open: bool,
        /// Ask for the sheet's answers one by one, and judge what is typed
        #[arg(long, group = "surface", conflicts_with_all = ["format", "page", "figures"])]
        quiz: bool,
    }

    impl Live {
        pub(in crate::cli) fn is_asked_for(&self) -> bool {
            self.step || self.open || self.quiz
        }

        /// How much of the page is asked for.
        pub(in crate::cli) fn extent(&self) -> Extent {
            if self.quiz { Extent::OnPaper } else { Extent::Whole }
        }

        pub(in crate::cli) fn show(
            &self,
            notebook: &Notebook,
            marker: &Marker,
            output: &Output,
        ) -> Result<(), String> {
            if self.open {
                return open_in_browser(notebook, output.style());
            }
            let (input, mut screen) = (io::stdin().lock(), io::stdout().lock());
            let at_a_terminal = input.is_terminal();
            if self.quiz {
                expect_readable_input()?;
                let quiz =
                    Quiz::new(notebook, marker, output.style()).map_err(|why| format!("--quiz: {why}"))?;
                return unless_closed(quiz.run(Typed(input), &mut screen, at_a_terminal));
            }
            if !(at_a_terminal && screen.is_terminal()) {
                return Err("--step: input and output have to be a terminal".to_owned());
            }
            drop((input, screen));
            unless_closed(step_through(notebook, output))
        }
    }

    /// Standard input, whose errors say that they are its own.
    struct Typed<R>(R);

    fn typed(error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("standard input: {}", plain(error)))
    }

    impl<R: Read> Read for Typed<R> {
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            self.0.read(bytes).map_err(|error| typed(&error))
        }
    }

    impl<R: BufRead> BufRead for Typed<R> {
        fn fill_buf(&mut self) -> io::Result<&[u8]> {
            self.0.fill_buf().map_err(|error| typed(&error))
        }

        fn consume(&mut self, count: usize) {
            self.0.consume(count);
        }
    }
}

/// A program that runs in a web page has neither a terminal nor another program to show a page: the page has all that.
#[cfg(target_family = "wasm")]
mod in_a_page {
    use crate::class::Marker;
    use crate::cli::Output;
    use crate::notebook::{Extent, Notebook};
    use clap::Args;

    #[derive(Args)]
    pub(in crate::cli) struct Live {
        /// Leave out what no pencil can do: the page asks for that first, since it need not wait for it
        #[arg(long)]
        by_hand: bool,
    }

    impl Live {
        pub(in crate::cli) fn is_asked_for(&self) -> bool {
            false
        }

        /// How much of the page is asked for.
        pub(in crate::cli) fn extent(&self) -> Extent {
            if self.by_hand { Extent::ByHand } else { Extent::Whole }
        }

        pub(in crate::cli) fn show(&self, _: &Notebook, _: &Marker, _: &Output) -> Result<(), String> {
            Ok(())
        }
    }
}
