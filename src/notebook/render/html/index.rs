//! The first page of a set of pages: what was found, how the verdicts add up, and where everything is.

use super::{Link, anchor, document, figure, prose, verdict};
use crate::notebook::{Notebook, Totals};
use maud::{Markup, html};

const TITLE: &str = "Worked examples in neural-network arithmetic";
const COLUMNS: [&str; 10] = [
    "match",
    "carried",
    "slip",
    "unexplained",
    "holds",
    "holds if",
    "fails",
    "proven",
    "checked",
    "with kinks",
];

/// The first page, for pages found at `<topic>.html` beside it, each with links to what belongs to it.
///
/// # Errors
/// A figure that cannot be drawn.
pub fn html_index(pages: &[(Notebook, Vec<Link>)]) -> Result<String, String> {
    let topics = pages.iter().map(|(notebook, links)| topic(notebook, links));
    let topics = topics.collect::<Result<Vec<_>, _>>()?;
    let sum = pages.iter().fold(Totals::default(), |sum, (notebook, _)| sum + notebook.totals());
    let body = html! {
        header {
            h1 { (TITLE) }
            p {
                "Questions that people ask when they compute a neural network by hand, each worked through step by step, so \
                 that you can follow with a pencil. You need not believe a word: what is claimed here is computed on the page, and \
                 gradients are checked in a second way. On a page, point at a cell of a result to see what it was made of."
            }
        }
        main {
            section aria-labelledby="topics" {
                h2 id="topics" { "The topics" }
                ol.topics { @for topic in &topics { li { (topic) } } }
            }
            section aria-labelledby="findings" {
                h2 id="findings" { "What was found" }
                p {
                    "Most of these questions were found with their answers in one document, the source. Its claims are told in our \
                     words, and put to a computation."
                }
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
                     mistake explains, or unexplained. A claim in words holds, holds if a condition is added, or fails. A \
                     gradient is proven for all numbers, or for all with the same signs; where exponentials come in, it is checked \
                     at the numbers of the page, to 1e-7 of its largest entry. At a kink the slope is another from below \
                     than from above."
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
    Ok(document(TITLE, &body))
}

/// The page that leads to the keys of each topic's exercise sheets.
#[must_use]
pub fn html_keys(topics: &[(String, Vec<Link>)]) -> String {
    const TITLE: &str = "Keys of the exercise sheets";
    let body = html! {
        header {
            h1 { (TITLE) }
            p {
                "For teachers. No other page leads here: to keep the keys to yourself, leave this folder out when you copy the \
                 pages to a web space."
            }
        }
        main {
            @for (title, links) in topics {
                h2 { (title) }
                p.note { (row_of(links)) }
            }
        }
    };
    document(TITLE, &body)
}

fn row_of(links: &[Link]) -> Markup {
    html! { @for (index, link) in links.iter().enumerate() { @if index > 0 { " · " } (anchor(link)) } }
}

fn page(notebook: &Notebook) -> Markup {
    anchor(&Link { to: format!("{}.html", notebook.topic), text: notebook.title.clone() })
}

/// The question, what one learns, and the last picture of the page, which shows what comes out.
fn topic(notebook: &Notebook, links: &[Link]) -> Result<Markup, String> {
    let picture = notebook.figures().last().map(figure).transpose()?;
    Ok(html! {
        p { b { (page(notebook)) } " (" (notebook.minutes) " minutes). " (prose(notebook.question)) }
        p { "What you learn: " (prose(notebook.lesson)) }
        @if let Some(picture) = picture { (picture) }
        @if !links.is_empty() {
            p.note { (row_of(links)) }
        }
    })
}

fn row(name: &Markup, totals: &Totals) -> Markup {
    let gradients = totals.gradients().map(|(count, _)| count);
    let counts = totals.audit.iter().chain(&totals.claims).chain(&gradients[..3]);
    html! { tr { th scope="row" class="words" { (name) } @for count in counts { td.number { (count) } } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::{Chart, Page, literal, printed};

    fn told() -> Notebook {
        let notebook = Notebook {
            topic: "topic",
            title: "A title".to_owned(),
            question: "What is `m`?",
            lesson: "All of it.",
            minutes: 5,
            ..Notebook::default()
        };
        let mut page = Page::new(notebook, &[], true);
        page.section("one");
        let m = page.show("m", literal("1 2"));
        page.audit(&m, printed("1 3", 0));
        page.headline("there", "It is `so`.", false, "It is not.");
        page.claim("there", "Nobody quotes it.", true, "It holds.");
        for name in ["first", "last"] {
            page.figure(name, Chart::lines("x", "y", [])).alt("A line.");
        }
        page.finish().expect("a page")
    }

    fn links() -> Vec<Link> {
        ["1", "2"].map(|name| Link { to: format!("{name}.html"), text: name.to_owned() }).into()
    }

    const LINKS: &str = r#"<p class="note"><a href="1.html">1</a> · <a href="2.html">2</a></p>"#;

    #[test]
    fn the_first_page_has_every_topic_with_its_findings_and_verdicts() {
        let page = html_index(&[(told(), links()), (told(), Vec::new())]).expect("figures are drawn");
        let title = r#"<a href="topic.html">A title</a>"#;
        let topic = format!(
            "<li><p><b>{title}</b> (5 minutes). What is <code>m</code>?</p><p>What you learn: All of it.</p><figure>"
        );
        let finding = format!(
            "<div class=\"claim\"><p><b>{title}. The source says, there:</b> It is <code>so</code>.</p>\
             <p><strong class=\"bad\">✗ fails</strong>. It is not.</p></div>"
        );
        for (text, times) in
            [(&*topic, 2), (LINKS, 1), (&finding, 2), ("Nobody quotes it", 0), ("last-title", 4)]
        {
            assert_eq!(page.matches(text).count(), times, "{text}: {page}");
        }
        let row = |name: &str, counts: [usize; 10]| {
            let counts = counts.map(|count| format!("<td class=\"number\">{count}</td>")).concat();
            format!("<tr><th scope=\"row\" class=\"words\">{name}</th>{counts}</tr>")
        };
        let of_one = row(title, [1, 0, 0, 1, 1, 0, 1, 0, 0, 0]);
        let rows = format!("<tbody>{of_one}{of_one}{}</tbody>", row("all", [2, 0, 0, 2, 2, 0, 2, 0, 0, 0]));
        assert!(page.contains(&rows), "{page}");
    }

    #[test]
    fn the_page_of_keys_leads_to_those_of_each_topic() {
        let page = html_keys(&[("A title".to_owned(), links())]);
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        assert!(page.contains(&format!("<main><h2>A title</h2>{LINKS}</main>")), "{page}");
    }
}
