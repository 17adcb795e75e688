//! A notebook as one web page that needs nothing beside it: no other file, no network, no script to be read.

mod form;
mod formula;
mod index;
mod matrix;

use super::{
    Style, all_match, audit_heading, blank_texts, equals_sign_of, exact_if_other, is_number_column,
    proof_lines, table_texts, totals, without_marks,
};
use crate::notebook::{
    Audit, Blank, Cell, Claim, Figure, Half, Notebook, Piece, Proof, Table, decimal, steps,
};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value as Json;

pub use index::{html_index, html_keys};

/// A link to another page.
#[derive(Clone, Debug)]
pub struct Link {
    /// Where it leads, as seen from the page.
    pub to: String,
    /// What is there.
    pub text: String,
}

/// The scripts of a live page.
const LIVE: [&str; 4] = [
    include_str!("html/program.js"),
    include_str!("html/fields.js"),
    include_str!("html/live.js"),
    include_str!("html/answers.js"),
];
/// Whether the page is told in a page that has its script and its style already.
const IS_IN_A_PAGE: bool = cfg!(target_family = "wasm");

/// The notebook as a web page, with links to the pages beside it, if there are any.
///
/// # Errors
/// A figure that cannot be drawn.
pub fn html(notebook: &Notebook, style: Style, links: &[Link]) -> Result<String, String> {
    let page = Page { style, notebook };
    let is_sheet = notebook.is_sheet();
    let steps = steps(notebook);
    // The step in which a piece comes up, counted from 1.
    let comes_up = |section, cell, halves: [Half; 2]| {
        let is_it =
            |piece: &Piece| (piece.section, piece.cell) == (section, cell) && halves.contains(&piece.half);
        steps.iter().position(|step| step.iter().any(is_it)).map(|step| step + 1)
    };
    let is_cut_short = style.is_live && notebook.is_cut_short && !is_sheet;
    // What is left out has verdicts, too.
    let totals = if is_cut_short { Vec::new() } else { totals(notebook) };
    let last = (!totals.is_empty()).then_some("Verdicts");
    let titles = notebook.sections.iter().map(|section| section.title.as_str()).chain(last);
    let titles: Vec<_> = titles.collect();
    let body = html! {
        header {
            @if !links.is_empty() {
                nav aria-label="Pages" { @for link in links { (anchor(link)) } }
            }
            h1 { (notebook.title) }
            p.question { (prose(notebook.question)) }
            @if is_sheet {
                p.name { "Name" span {} "Date" span {} }
            } @else {
                p.note {
                    (notebook.minutes) " minutes. Prerequisites: " (prose(notebook.requires)) "."
                    // Who changes numbers in the page sees them there, and may have no command line.
                    @if !style.is_live {
                        " " code { "cargo run --example " (notebook.topic) " -- --help" } " lists the inputs."
                    }
                }
            }
            @if let Some(source) = &notebook.source { p.source { b { "The source: " } (source) } }
            @if style.is_live && !IS_IN_A_PAGE { (form::form(notebook)) }
        }
        @if !is_sheet { nav.contents aria-label="Contents" {
            ol { @for (number, title) in titles.iter().enumerate() { li { a href={ "#" (id(number)) } { (title) } } } }
        } }
        main.sheet[is_sheet]
            data-topic=[style.is_live.then_some(notebook.topic)]
            data-inputs=[style.is_live.then(|| inputs(notebook))]
            data-cut-short[is_cut_short] {
            @for (number, section) in notebook.sections.iter().enumerate() {
                section id=(id(number)) aria-labelledby={ (id(number)) "-title" } {
                    @let title = html! {
                        h2 id={ (id(number)) "-title" } data-step=[comes_up(number, 0, [Half::Whole, Half::First])] {
                            (section.title)
                        }
                    };
                    // On a sheet, a title and words stay with what they lead to; long words stand above it.
                    @if is_sheet { @for (at, piece) in section.cells.chunk_by(belong_together).enumerate() {
                        div.piece.wide[piece.iter().any(is_wide)] {
                            @if at == 0 { (title) }
                            @for cell in piece { (page.cell(cell)?) }
                        }
                    } } @else { (title) @for (at, cell) in section.cells.iter().enumerate() {
                        div data-step=[comes_up(number, at, [Half::Whole, Half::First])]
                            data-then=[comes_up(number, at, [Half::Second; 2])] { (page.cell(cell)?) }
                    } }
                }
            }
            @if let Some(title) = last {
                @let id = id(notebook.sections.len());
                section id=(id) aria-labelledby={ (id) "-title" } {
                    h2 id={ (id) "-title" } data-step=(steps.len() + 1) { (title) }
                    ul data-step=(steps.len() + 1) { @for line in &totals { li { (line) } } }
                }
            }
            // Shown by the script: without it there is nothing to step through.
            @if !is_sheet { div.steps hidden {
                button type="button" aria-pressed="false" { "Step by step" }
                button type="button" { "← Previous" }
                button type="button" { "Next →" }
                span role="status" {}
                button type="button" aria-pressed="false" { "Rust" }
            } }
        }
        @if !IS_IN_A_PAGE { script {
            (PreEscaped(include_str!("html/scroll.js")))
            @if style.is_live { (PreEscaped(include_str!("html/written.js"))) }
            @if !is_sheet { (PreEscaped(include_str!("html/script.js"))) }
            @if style.is_live { @for script in LIVE { (PreEscaped(script)) } }
        } }
    };
    Ok(document(&notebook.title, &body))
}

/// The inputs by their names, as the program reads them.
fn inputs(notebook: &Notebook) -> String {
    let inputs = notebook.inputs.iter().map(|(name, text)| ((*name).to_owned(), Json::from(text.as_str())));
    Json::Object(inputs.collect()).to_string()
}

/// Whether a cell of a sheet leads to the next one, and stands above it in the same place.
fn belong_together(cell: &Cell, next: &Cell) -> bool {
    cell.is_words() && !is_wide(cell) && !is_wide(next)
}

/// What takes the whole width of a sheet.
fn is_wide(cell: &Cell) -> bool {
    const MOST_LETTERS: usize = 150;
    const MOST_SIGNS: usize = 36;
    match cell {
        Cell::Prose(text) => text.len() > MOST_LETTERS,
        Cell::Formula { plain, .. } => plain.lines().any(|line| line.chars().count() > MOST_SIGNS),
        _ => false,
    }
}

/// Everything around what a page says.
fn document(title: &str, body: &Markup) -> String {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                // An icon of its own, so that no browser asks for one.
                link rel="icon" href="data:,";
                @if !IS_IN_A_PAGE { style { (PreEscaped(include_str!("html/style.css"))) } }
            }
            body { (body) }
        }
    };
    document.into_string().chars().map(harmless).chain(['\n']).collect()
}

/// Without what would steer a terminal that shows the page's text, or turn the direction of reading.
fn harmless(c: char) -> char {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if turns || (c.is_control() && c != '\n') { '\u{fffd}' } else { c }
}

fn id(section: usize) -> String {
    format!("section-{}", section + 1)
}

fn anchor(link: &Link) -> Markup {
    html! { a href=(link.to) { (link.text) } }
}

/// Text in which names of code stand in backticks.
fn prose(text: &str) -> Markup {
    html! {
        @for (index, piece) in text.split('`').enumerate() {
            @if index % 2 == 0 { (piece) } @else { code { (piece) } }
        }
    }
}

/// A verdict: its colour never stands without its mark and its words.
fn verdict(mark: &str, words: &str) -> Markup {
    let class = match mark {
        "✓" => "good",
        "~" => "fair",
        _ => "bad",
    };
    html! { strong class=(class) { (mark) " " (words) } }
}

struct Page<'a> {
    style: Style,
    notebook: &'a Notebook,
}

impl Page<'_> {
    fn cell(&self, cell: &Cell) -> Result<Markup, String> {
        Ok(match cell {
            Cell::Prose(text) => html! { p { (prose(text)) } },
            Cell::Formula { latex, plain } => formula::formula(latex, plain, self.style.is_live),
            Cell::Code(text) => html! { pre { code { (text) } } },
            Cell::Python(text) => html! { pre { code.language-python { (text) } } },
            Cell::Matrix(matrix) => self.shown(matrix.name, matrix.code.as_deref(), &self.matrix(matrix)),
            Cell::Value { name, value, equation, made, code } => {
                let equals = equals_sign_of(value, self.style.digits);
                let value = decimal(value.clone(), self.style.digits);
                let numbers = made.as_ref().map(|made| without_marks(&made.in_numbers(self.style.digits)));
                let numbers = numbers.filter(|numbers| *numbers != value);
                let line = html! {
                    p {
                        code { (name) }
                        @if !equation.is_empty() { " = " code { (equation) } }
                        @if let Some(numbers) = numbers { span.result { " = " (numbers) } }
                        " " span.result { (equals) " " strong { (value) } }
                    }
                };
                self.shown(name, code.as_deref(), &line)
            }
            Cell::Table(table) => self.shown(table.name, table.code.as_deref(), &self.table(table)),
            Cell::Audit(audit) => self.audit(audit),
            Cell::Claim(claim) => self::claim(claim),
            Cell::Proof(proof) => self.proof(proof),
            Cell::Figure(figure) => self::figure(figure)?,
            Cell::Question { question, answer } => folded("Predict first", question, answer.as_deref()),
            Cell::Exercise { task, answer } => folded("Exercise", task, answer.as_deref()),
            Cell::Blank(blank) => self.blank(blank),
        })
    }

    /// A place to write in: the grid of a matrix, or a table with the fields that are given.
    fn blank(&self, blank: &Blank) -> Markup {
        let width = blank.rows.first().map_or(0, Vec::len);
        if blank.columns.is_empty() {
            let shape = (blank.rows.len(), width);
            // Room for a number, or for one digit where a row is long.
            let room = if width > MOST_WIDE_BLANKS { "blank digit" } else { "blank" };
            return html! {
                div.equation.scroll {
                    (matrix::grid(blank.name, shape, |_| html! { td class=(room) {} }))
                    @if !blank.equation.is_empty() { span { "= " code { (blank.equation) } } }
                }
            };
        }
        html! {
            div.scroll {
                table.listed data-matrix=(blank.name) {
                    caption { code { (blank.name) } }
                    thead { tr { @for heading in &blank.columns { th scope="col" { (prose(heading)) } } } }
                    tbody { @for row in blank_texts(blank, self.style.digits) { tr {
                        @for field in row {
                            @match field {
                                Some(text) => td { (prose(&text)) },
                                None => td.blank {},
                            }
                        }
                    } } }
                }
            }
        }
    }

    fn table(&self, table: &Table) -> Markup {
        let rows = table_texts(table, self.style.digits);
        let class = |column| if is_number_column(&rows, column) { "number" } else { "words" };
        let open = if self.style.is_live { table.open_columns() } else { Vec::new() };
        let open = |column| open.contains(&column).then_some("");
        html! {
            div.scroll {
                table.listed {
                    caption { code { (table.name) } }
                    thead { tr {
                        @for (column, heading) in table.columns.iter().enumerate() {
                            th scope="col" class=(class(column)) { (prose(heading)) }
                        }
                    } }
                    tbody { @for row in &rows { tr {
                        @for (column, text) in row.iter().enumerate() {
                            @if column == 0 {
                                th scope="row" class=(class(column)) { (prose(text)) }
                            } @else {
                                td class=(class(column)) data-open=[open(column)] { (prose(text)) }
                            }
                        }
                    } } }
                }
            }
        }
    }

    /// What was computed, beside the code that computed it; on a live page one can work it out before.
    fn shown(&self, name: &str, code: Option<&str>, value: &Markup) -> Markup {
        let is_asked = self.style.is_live && self.notebook.is_by_hand(name);
        html! {
            div.shown data-answer=[is_asked.then_some(name)] {
                @if let Some(code) = code { pre.long[code.lines().count() > FEW_LINES] { code { (code) } } }
                div { (value) }
            }
        }
    }

    fn audit(&self, audit: &Audit) -> Markup {
        if let Some(line) = all_match(audit) {
            return html! { p.note { (prose(&line)) } };
        }
        html! {
            p { (prose(&audit_heading(audit))) }
            div.scroll {
                (matrix::grid(&audit.name, audit.verdicts.shape(), |at| html! {
                    td {
                        (audit.printed[at]) " " (verdict(audit.verdicts[at].mark(), audit.verdicts[at].word()))
                        @if let Some(exact) = exact_if_other(audit, at, self.style.digits) { " (" (exact) ")" }
                    }
                }))
            }
            (list(&audit.why))
        }
    }

    fn proof(&self, proof: &Proof) -> Markup {
        let lines = proof_lines(proof, self.style.digits);
        let Some((first, rest)) = lines.split_first() else { return Markup::default() };
        let (mark, words, text) =
            match first.split_once(": ").map(|(head, text)| (head.split_once(' '), text)) {
                Some((Some((mark, words)), text)) => (mark, words, text),
                _ => ("", "", first.as_str()),
            };
        let rest: Vec<_> = rest.iter().map(|line| line.trim_start_matches("- ").to_owned()).collect();
        html! {
            p.proof { (verdict(mark, words)) ": " (prose(text)) }
            (list(&rest))
        }
    }
}

/// More lines of code than this want room of their own.
const FEW_LINES: usize = 4;

fn claim(claim: &Claim) -> Markup {
    let Claim { of, text, verdict: judged, evidence, .. } = claim;
    html! {
        div.claim {
            p { b { (of.words()) } " " (prose(text)) }
            p {
                (verdict(judged.mark(), judged.words())) ". "
                @if let Some(condition) = judged.condition() { i { "Condition: " (prose(condition)) "." } " " }
                (prose(evidence))
            }
        }
    }
}

fn figure(figure: &Figure) -> Result<Markup, String> {
    let name = figure.name;
    let svg = figure.chart.to_svg(name, &figure.alt)?;
    // As large as letters are; on a phone, it can be scrolled.
    let width = svg.split("width=\"").nth(1).and_then(|rest| rest.split('"').next()?.parse::<f64>().ok());
    let width = width.map_or_else(String::new, |pixels| format!("style=\"width: {}rem\" ", pixels / 16.0));
    // The title and the description become the names of the drawing, for those who cannot see it.
    let svg = svg
        .replacen("<svg ", &format!("<svg {width}aria-labelledby=\"{name}-title {name}-desc\" "), 1)
        .replacen("<title>", &format!("<title id=\"{name}-title\">"), 1)
        .replacen("<desc>", &format!("<desc id=\"{name}-desc\">"), 1);
    Ok(html! {
        figure {
            div.scroll { (PreEscaped(svg)) }
            figcaption { (prose(&figure.alt)) }
        }
    })
}

/// On paper, no more blanks than this have room for a whole number beside each other.
const MOST_WIDE_BLANKS: usize = 8;

/// What is asked, and the answer folded away; on a sheet there is none.
fn folded(kind: &str, question: &str, answer: Option<&str>) -> Markup {
    let question = html! { b { (kind) ": " } (prose(question)) };
    html! {
        @match answer {
            Some(answer) => details.folded { summary { (question) } p { (prose(answer)) } },
            // Two lines to write on.
            None => { p { (question) } div.line {} div.line {} },
        }
    }
}

fn list(lines: &[String]) -> Markup {
    html! { @if !lines.is_empty() { ul { @for line in lines { li { (prose(line)) } } } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::{Axis, Chart, Line, Page, literal, printed};
    use crate::notebook::{InputOption, Origin};

    const MARKUP: &str = "<script>alert('1 & 2')</script>\u{202e}\u{1b}[31m";

    /// A page that holds markup wherever a page can hold text that was put together.
    fn page() -> String {
        let option = InputOption {
            name: "words".to_owned(),
            help: MARKUP.to_owned(),
            choices: vec![MARKUP.to_owned()],
            is_flag: false,
            is_file: false,
            grows: "",
        };
        let notebook = Notebook {
            topic: "topic",
            title: MARKUP.to_owned(),
            blanks: &[],
            gives: &[],
            computed: Vec::new(),
            is_cut_short: false,
            question: MARKUP,
            source: None,
            lesson: "",
            minutes: 1,
            requires: MARKUP,
            inputs: Vec::new(),
            options: vec![option],
            sections: Vec::new(),
        };
        let mut page = Page::new(notebook, &[], true);
        page.section(MARKUP);
        page.say(format!("{MARKUP}`{MARKUP}`"));
        page.formula("x", MARKUP);
        page.formula(r"\nosuchcommand", MARKUP);
        page.table("table", [MARKUP], [[MARKUP]]);
        page.claim(Origin::Page, MARKUP, true, MARKUP);
        page.ask(MARKUP, MARKUP);
        page.exercise(MARKUP, MARKUP);
        let lines = vec![Line::new(MARKUP, vec![(0.0, 0.0), (1.0, 1.0)])];
        let chart = Chart::Lines { x: Axis::linear(MARKUP), y: Axis::linear("y"), lines };
        page.figure("figure", chart).alt(MARKUP);
        let [m, read] = ["1 2", "1 3"].map(literal);
        let printed = printed("1 3", 0).readings(vec![(MARKUP.into(), read)]);
        let m = page.show("m", m);
        page.audit(&m, printed);
        let w = page.given("w", &literal("3 4"));
        let g = page.show("g", literal("1 1"));
        page.prove_gradient(&g, &w.sum(), &w);
        page.given_text("words", MARKUP);
        page.numpy(&format!("import numpy\n\n# {MARKUP}\nprint(words)\n"));
        let links = [Link { to: "\"><script>".to_owned(), text: MARKUP.to_owned() }];
        let style = Style { is_live: true, ..Style::default() };
        html(&page.finish().unwrap(), style, &links).unwrap()
    }

    #[test]
    fn text_stays_text() {
        let page = page();
        assert_eq!(page.matches("<script").count(), 1, "the page's own: {page}");
        assert_eq!(page.matches("&lt;script&gt;").count(), 29, "each of the texts above is there, {page}");
        assert!(!page.contains(['\u{202e}', '\u{1b}']));
    }

    #[test]
    fn code_stands_in_backticks() {
        assert_eq!(prose("a `b < c` d").into_string(), "a <code>b &lt; c</code> d");
    }

    #[test]
    fn a_matrix_is_a_table_with_a_caption_and_scoped_headings() {
        let page = page();
        let (_, table) = page.split_once("<table class=\"matrix\" data-matrix=\"g\">").unwrap();
        let (table, _) = table.split_once("</table>").unwrap();
        assert_eq!(
            table,
            "<caption><code>g</code></caption>\
             <thead><tr><td></td><th scope=\"col\">0</th><th scope=\"col\">1</th></tr></thead>\
             <tbody><tr><th scope=\"row\">0</th><td>1</td><td>1</td></tr></tbody>"
        );
    }

    #[test]
    fn a_verdict_is_never_a_colour_alone() {
        for (mark, class) in [("✓", "good"), ("~", "fair"), ("✗", "bad"), ("?", "bad")] {
            let written = format!("<strong class=\"{class}\">{mark} slip</strong>");
            assert_eq!(verdict(mark, "slip").into_string(), written);
        }
        assert!(page().contains("<strong class=\"good\">✓ proven for all numbers</strong>: multiplied out"));
    }
    #[test]
    fn what_comes_up_in_which_step_is_said_beside_it() {
        let mut page = Page::new(Notebook::default(), &[], true);
        page.section("One");
        page.say("Words.");
        page.ask("Which?", "This.");
        page.section("Two");
        page.claim(Origin::Page, "It is so.", true, "It is.");
        let page = html(&page.finish().unwrap(), Style::default(), &[]).unwrap();
        let contents = [("1", "One"), ("2", "Two"), ("3", "Verdicts")]
            .map(|(number, title)| format!("<li><a href=\"#section-{number}\">{title}</a></li>"));
        assert!(page.contains(&format!("<ol>{}</ol>", contents.concat())), "{page}");
        let steps =
            page.split(" data-").filter(|piece| piece.starts_with("step=") || piece.starts_with("then="));
        let steps: Vec<_> = steps.map(|piece| piece.split('>').next().unwrap_or_default()).collect();
        // Of both sections the title first; the words and the question, the claim.
        let of_two = ["step=\"3\"", "step=\"3\"", "then=\"4\""];
        let expected =
            [&["step=\"1\"", "step=\"1\"", "step=\"1\"", "then=\"2\""], &of_two[..], &["step=\"5\""; 2]];
        assert_eq!(steps, expected.concat());
    }

    #[test]
    fn on_a_sheet_short_words_stand_above_what_they_lead_to() {
        let blank = |width| {
            Cell::Blank(Blank {
                name: "b",
                equation: String::new(),
                columns: Vec::new(),
                rows: vec![vec![None; width]],
            })
        };
        let words = |letters| Cell::Prose("w".repeat(letters));
        let [short, long] = ["012345678901234567890123456789012345", "0123456789012345678901234567890123456"]
            .map(|plain| Cell::Formula { latex: "x", plain });
        // Whether each piece of the sheet is wide, and how many places to write in it has.
        for (cells, expected) in [
            (vec![words(1), words(150), short, blank(1)], &[(false, 1)][..]),
            (vec![words(151), blank(8)], &[(true, 0), (false, 8)]),
            (vec![words(1), long, blank(1)], &[(false, 0), (true, 0), (false, 1)]),
            (vec![blank(1), blank(9)], &[(false, 1), (false, 9)]),
        ] {
            let section = crate::notebook::Section { title: "One".to_owned(), cells };
            let notebook = Notebook { sections: vec![section], ..Notebook::default() };
            let page = html(&notebook, Style::default(), &[]).unwrap();
            let pieces = page.split("<div class=\"piece").skip(1);
            let pieces =
                pieces.map(|piece| (piece.starts_with(" wide"), piece.matches("<td class=\"blank").count()));
            assert_eq!(pieces.collect::<Vec<_>>(), expected, "{page}");
            // On paper, so many have room for a digit only.
            let digits = page.matches("<td class=\"blank digit\">").count();
            assert_eq!(digits > 0, expected.contains(&(false, 9)), "{page}");
        }
    }

    #[test]
    fn a_number_that_is_only_copied_is_written_once() {
        let mut page = Page::new(Notebook::default(), &[], true);
        page.section("one");
        let x = page.given_number("x", &crate::Exact::from_integer(3.into()));
        page.value("y = x", x.clone());
        page.value("z = 2 · x", x * crate::notebook::Traced::from(2));
        let page = html(&page.finish().unwrap(), Style::default(), &[]).unwrap();
        for line in [
            "<p><code>y</code> = <code>x</code> <span class=\"result\">= <strong>3</strong></span></p>",
            "<p><code>z</code> = <code>2 · x</code><span class=\"result\"> = 3·2</span> \
             <span class=\"result\">= <strong>6</strong></span></p>",
        ] {
            assert!(page.contains(line), "{page}");
        }
    }
}
