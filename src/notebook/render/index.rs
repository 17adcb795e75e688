//! The index of a set of notebooks: their verdicts added up, and each that is not as the source has it.

use crate::notebook::{Cell, ClaimVerdict, Notebook, Totals};
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
            Cell::Audit(audit) => {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::{Origin, Page, literal, printed};

    fn told(topic: &'static str, minutes: u32, source: Option<&'static str>) -> Notebook {
        let title = format!("The {topic}");
        let source = source.map(str::to_owned);
        let notebook = Notebook { topic, title, source, minutes, ..Notebook::default() };
        let mut page = Page::new(notebook, &[], true);
        page.section("one");
        let [m, n] = [page.show("m", literal("1 2")), page.show("n", literal("3"))];
        page.audit(&m, printed("1 3", 0));
        page.audit(&n, printed("3", 0));
        page.claim("there", "It is so.", true, "It is.");
        page.claim("there", "It is not so.", false, "It is.");
        page.claim(Origin::Belief, "It may be so.", ClaimVerdict::HoldsIf("sometimes".to_owned()), "It may.");
        page.answer("there", "Is it?", "It is.");
        let w = page.given("w", &literal("1 2"));
        let gradient = page.show("g", literal("1 1"));
        page.prove_gradient(&gradient, &w.sum(), &w);
        page.finish().expect("a page")
    }

    #[test]
    fn verdicts_are_added_up_and_what_differs_is_listed() {
        let index = index(&[told("first", 5, Some("a page of ours.")), told("second", 7, None)]);
        let (_, rows) = index.split_once("---:|\n").expect("a table");
        let differs = "- `m`: `[0,1]`, printed `3`: of 0 readings tried, none gives the printed matrix\n\
                       - *The source says, there:* It is not so. ✗ **fails.** It is.\n\
                       - *Many believe:* It may be so. ~ **holds under a condition: sometimes.** It may.\n";
        let expected = format!(
            "| [The first](first.md) | 5 | 2 | 0 | 0 | 1 | 1 | 1 | 1 | 1 | 0 | 0 |\n\
             | [The second](second.md) | 7 | 2 | 0 | 0 | 1 | 1 | 1 | 1 | 1 | 0 | 0 |\n\
             | **all** | 12 | 4 | 0 | 0 | 2 | 2 | 2 | 2 | 2 | 0 | 0 |\n\
             \n## What differs from the source\n\n### The first\n\n{differs}\
             \n## What is commonly believed, and is not so\n\n### The second\n\n{differs}"
        );
        assert_eq!(rows, expected);
    }
}
