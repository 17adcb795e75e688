//! What is said of somebody's own numbers: as a page, and for a program.

use super::marking::{Mark, Marked, Mistake};
use crate::notebook::{Cell, Matrix, Notebook, Section};
use nalgebra::DMatrix;
use serde_json::{Value as Json, json};

/// The marks as a page: first how each answer was read, then what became of it.
#[must_use]
pub fn report(notebook: &Notebook, marked: &[Marked]) -> Notebook {
    let mut sections: Vec<_> = marked.iter().map(section).collect();
    let [right, carried, of] = counts(marked);
    let total = format!("{right} right, {carried} carried on from earlier answers, of {of}.");
    sections.push(Section { title: "All together".to_owned(), cells: vec![Cell::Prose(total)] });
    Notebook {
        title: format!("{}: your numbers", notebook.title),
        source: None,
        inputs: Vec::new(),
        options: Vec::new(),
        sections,
        computed: Vec::new(),
        ..*notebook
    }
}

fn section(marked: &Marked) -> Section {
    let read = Matrix {
        name: marked.name,
        values: marked.attempt.numbers.map(Into::into),
        equation: Vec::new(),
        made: None,
        code: None,
    };
    let mut cells = vec![Cell::Prose("Read as:".to_owned()), Cell::Matrix(read), Cell::Prose(text(marked))];
    cells.extend(marked.sums.iter().map(|sum| Cell::Prose(format!("`{sum}`"))));
    Section { title: marked.name.to_owned(), cells }
}

/// The verdict, and what to do instead.
fn text(marked: &Marked) -> String {
    let name = marked.name;
    match &marked.mark {
        Mark::Right => {
            let remark = marked.remark.as_ref().map(|remark| format!(" But {remark}.")).unwrap_or_default();
            format!("✓ right: `{name}` is what the page has, {}.{remark}", to_places(marked))
        }
        Mark::Wrong => {
            let count = marked.entries.iter().filter(|is_right| !**is_right).count();
            match marked.entries.len() {
                1 => format!("✗ wrong, {}, and no mistake that is known gives it.", to_places(marked)),
                of => format!(
                    "✗ wrong: {count} of {of} entries, {}, and no mistake that is known gives them.",
                    to_places(marked)
                ),
            }
        }
        mark => verdict(name, mark),
    }
}

/// How closely the entries were looked at.
fn to_places(marked: &Marked) -> String {
    let places = &marked.attempt.places;
    match (places.min(), places.max()) {
        (least, most) if least < most => format!("to {least} to {most} places"),
        (_, most) => format!("to {most} places"),
    }
}

/// What became of an answer, in a sentence.
pub(super) fn verdict(name: &str, mark: &Mark) -> String {
    let from = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match mark {
        Mark::Right => format!("✓ right: `{name}` is what the page has."),
        Mark::Carried(names) => format!(
            "~ carried: not what the page has, but right from your own {}; nothing is lost here.",
            from(names)
        ),
        Mark::Mistake(mistakes) => {
            let told = |Mistake { kind, instead, from: names }: &Mistake| {
                let hers = if names.is_empty() {
                    String::new()
                } else {
                    format!(" (from your own {})", from(names))
                };
                format!("({kind}): {instead}{hers}")
            };
            format!("✗ mistake {}.", mistakes.iter().map(told).collect::<Vec<_>>().join("; or "))
        }
        Mark::Wrong => "✗ wrong: no mistake that is known gives these numbers.".to_owned(),
    }
}

fn counts(marked: &[Marked]) -> [usize; 3] {
    let count = |is: fn(&Mark) -> bool| marked.iter().filter(|marked| is(&marked.mark)).count();
    [count(|mark| *mark == Mark::Right), count(|mark| matches!(mark, Mark::Carried(_))), marked.len()]
}

/// Whether all is right, or carried on rightly.
#[must_use]
pub fn all_is_right(marked: &[Marked]) -> bool {
    let [right, carried, of] = counts(marked);
    right + carried == of
}

/// The marks as one JSON object, for programs that grade.
#[must_use]
pub fn report_json(notebook: &Notebook, marked: &[Marked]) -> String {
    let rows = |entries: &DMatrix<bool>| -> Json {
        entries.row_iter().map(|row| row.iter().map(|entry| json!(entry)).collect::<Json>()).collect()
    };
    let checked = marked.iter().map(|marked| {
        let (verdict, kinds, from): (_, Vec<_>, Vec<_>) = match &marked.mark {
            Mark::Right => ("right", vec![], vec![]),
            Mark::Carried(from) => ("carried", vec![], from.clone()),
            Mark::Mistake(mistakes) => {
                let mut from: Vec<_> = mistakes.iter().flat_map(|mistake| mistake.from.clone()).collect();
                from.dedup();
                ("mistake", mistakes.iter().map(|mistake| mistake.kind).collect(), from)
            }
            Mark::Wrong => ("wrong", vec![], vec![]),
        };
        json!({
            "name": marked.name,
            "verdict": verdict,
            "kinds": kinds,
            "from": from,
            "text": text(marked),
            "entries": rows(&marked.entries),
        })
    });
    let [right, carried, of] = counts(marked);
    let inputs: serde_json::Map<_, _> =
        notebook.inputs.iter().map(|(name, text)| ((*name).to_owned(), json!(text))).collect();
    let object = json!({
        "topic": notebook.topic,
        "inputs": inputs,
        "checked": checked.collect::<Json>(),
        "right": right,
        "carried": carried,
        "of": of,
    });
    format!("{object:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::Attempt;
    use nalgebra::dmatrix;

    fn marked(name: &'static str, mark: Mark) -> Marked {
        let attempt = Attempt::read("1 2 3").expect("numbers");
        Marked { name, attempt, mark, entries: dmatrix![true, false, false], sums: Vec::new(), remark: None }
    }

    #[test]
    fn what_is_carried_on_rightly_is_as_good_as_right() {
        let [right, carried] = [marked("a", Mark::Right), marked("b", Mark::Carried(vec!["a"]))];
        assert!(all_is_right(&[right.clone(), carried.clone()]));
        assert!(!all_is_right(&[right, carried, marked("c", Mark::Wrong)]));
    }

    #[test]
    fn a_program_hears_what_a_person_reads() {
        let all = [marked("a", Mark::Right), marked("b", Mark::Carried(vec!["a"])), marked("c", Mark::Wrong)];
        let told: Json = serde_json::from_str(&report_json(&Notebook::default(), &all)).expect("JSON");
        assert_eq!([&told["right"], &told["carried"], &told["of"]], [1, 1, 3]);
        let last = &told["checked"][2];
        assert_eq!((&last["name"], &last["verdict"]), (&json!("c"), &json!("wrong")));
        assert_eq!(last["entries"], json!([[true, false, false]]));
        assert_eq!(
            last["text"],
            "✗ wrong: 2 of 3 entries, to 2 places, and no mistake that is known gives them."
        );
        let page = report(&Notebook::default(), &all);
        assert!(page.cells().any(|(_, cell)| matches!(cell, Cell::Prose(text) if *text == last["text"])));
        assert!(
            page.cells()
                .any(|(_, cell)| matches!(cell, Cell::Prose(text) if text.starts_with("1 right, 1 carried")))
        );
    }
}
