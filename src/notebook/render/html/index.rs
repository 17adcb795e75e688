//! The first page of a set of pages: what was found, how the verdicts add up, and where everything is.

use super::{Link, anchor, document, prose, verdict};
use crate::notebook::{Notebook, Totals};
use maud::{Markup, html};

const TITLE: &str = "Worked examples in neural-network arithmetic";
const COLUMNS: [&str; 9] =
    ["match", "carried", "slip", "unexplained", "holds", "holds if", "fails", "proven", "with kinks"];

/// The first page, for pages found at `<topic>.html` beside it, each with links to what belongs to it.
#[must_use]
pub fn html_index(pages: &[(Notebook, Vec<Link>)]) -> String {
    let sum = pages.iter().fold(Totals::default(), |sum, (notebook, _)| sum + notebook.totals());
    let body = html! {
        header {
            h1 { (TITLE) }
            p {
                "Questions that people ask when they compute a neural network by hand, each worked through with every \
                 intermediate result. Nothing has to be believed: every printed number is recomputed in exact fractions, \
                 every claim is put to a computation, every gradient is proven."
            }
        }
        main {
            section aria-labelledby="topics" {
                h2 id="topics" { "The topics" }
                ol.topics { @for (notebook, links) in pages { li { (topic(notebook, links)) } } }
            }
            section aria-labelledby="findings" {
                h2 id="findings" { "What was found" }
                @for (notebook, _) in pages {
                    @for claim in notebook.claims().filter(|claim| claim.is_headline) {
                        div.claim {
                            p { b { (page(notebook)) ". " (claim.of.words()) } " " (prose(&claim.text)) }
                            p { (verdict(claim.verdict.mark(), &claim.verdict.with_condition())) ". " (prose(&claim.evidence)) }
                        }
                    }
                }
            }
            section aria-labelledby="verdicts" {
                h2 id="verdicts" { "The verdicts" }
                p {
                    "A number that the source prints is a match, carried from numbers printed before, a slip that a stated \
                     mistake explains, or unexplained; a claim in words holds, holds if a condition is added, or fails; a \
                     gradient is proven, except for entries that stand at a kink."
                }
                div.scroll {
                    table.listed {
                        caption { "Verdicts by topic" }
                        thead { tr {
                            th scope="col" class="words" { "topic" }
                            @for column in COLUMNS { th scope="col" class="number" { (column) } }
                        } }
                        tbody {
                            @for (notebook, _) in pages { (row(&page(notebook), &notebook.totals())) }
                            (row(&html! { "all" }, &sum))
                        }
                    }
                }
            }
        }
    };
    document(TITLE, &body)
}

fn page(notebook: &Notebook) -> Markup {
    anchor(&Link { to: format!("{}.html", notebook.topic), text: notebook.title.clone() })
}

fn topic(notebook: &Notebook, links: &[Link]) -> Markup {
    html! {
        p { b { (page(notebook)) } " (" (notebook.minutes) " minutes). " (prose(notebook.question)) }
        @if !links.is_empty() {
            p.note { @for (index, link) in links.iter().enumerate() { @if index > 0 { " · " } (anchor(link)) } }
        }
    }
}

fn row(name: &Markup, totals: &Totals) -> Markup {
    let [held, at_kink, _] = totals.proofs;
    let counts = totals.audit.iter().chain(&totals.claims).chain([&held, &at_kink]);
    html! { tr { th scope="row" class="words" { (name) } @for count in counts { td.number { (count) } } } }
}
