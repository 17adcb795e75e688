//! The index of a set of notebooks: their verdicts added up, and each that is not as the source has it.

use crate::notebook::{Cell, ClaimVerdict, Notebook, Totals, Verdict};
use std::fmt::Write;

/// The index as Markdown. A page is found at `<topic>.md` beside it.
#[must_use]
pub fn index(notebooks: &[Notebook]) -> String {
    let mut text = String::from(
        "# Walkthroughs\n\nEvery page here is generated from the example of its name, and a test compares it with what \
         the example tells. A number that the source prints is a *match*, *carried* from numbers printed before, a *slip* \
         that a stated mistake explains, or *unexplained*; a claim in words, told in ours, *holds*, *holds if* a condition \
         is added, or *fails*; a gradient is *proven*, or *checked* at the numbers of the page, or right except for \
         entries at a *kink*, where the slope is another from below than from above.\n\n\
         To change the numbers of a page in a browser: `cargo run --example book -- --output site --live`, after \
         `rustup target add wasm32-wasip1`.\n\n",
    );
    text.push_str("| topic | minutes | match | carried | slip | unexplained | holds | holds if | fails | proven | checked | with kinks |\n");
    text.push_str("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    let mut sum = Totals::default();
    let mut minutes = 0;
    for notebook in notebooks {
        let totals = notebook.totals();
        let name = format!("[{}]({}.md)", notebook.title, notebook.topic);
        row(&mut text, &name, notebook.minutes, &totals);
        sum = sum + totals;
        minutes += notebook.minutes;
    }
    row(&mut text, "**all**", minutes, &sum);

    text.push_str("\n## What differs from the source\n");
    for notebook in notebooks.iter().filter(|notebook| notebook.source.is_some()) {
        differences(&mut text, notebook);
    }
    let mut of_our_own = notebooks.iter().filter(|notebook| notebook.source.is_none()).peekable();
    if of_our_own.peek().is_some() {
        text.push_str("\n## What is commonly believed, and is not so\n");
        of_our_own.for_each(|notebook| differences(&mut text, notebook));
    }
    text
}

fn differences(text: &mut String, notebook: &Notebook) {
    let _ = writeln!(text, "\n### {}\n", notebook.title);
    for (_, cell) in notebook.cells() {
        match cell {
            Cell::Audit(audit) if audit.verdicts.iter().any(|&verdict| verdict != Verdict::Match) => {
                for why in &audit.why {
                    let _ = writeln!(text, "- `{}`: {why}", audit.of);
                }
            }
            Cell::Claim(claim) if !matches!(claim.verdict, ClaimVerdict::Holds | ClaimVerdict::Answered) => {
                let _ = writeln!(
                    text,
                    "- *{}* {} {} **{}.** {}",
                    claim.of.words(),
                    claim.text,
                    claim.verdict.mark(),
                    claim.verdict.with_condition(),
                    claim.evidence
                );
            }
            _ => {}
        }
    }
}

fn row(text: &mut String, name: &str, minutes: u32, totals: &Totals) {
    let gradients = totals.gradients().map(|(count, _)| count);
    let counts = totals.audit.iter().chain(&totals.claims).chain(&gradients[..3]);
    let counts: Vec<_> = counts.map(ToString::to_string).collect();
    let _ = writeln!(text, "| {name} | {minutes} | {} |", counts.join(" | "));
}
