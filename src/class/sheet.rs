//! An exercise to hand out.

use crate::notebook::{Blank, Cell, Matrix, Notebook, Section, Table};
use std::collections::BTreeMap;

/// The notebook as an exercise: what is given stands, what is asked for is blank, questions and exercises have no
/// answers. Of the words only those stay that lead to one of these; what the signs in its equations mean is said once.
#[must_use]
pub fn sheet(notebook: &Notebook) -> Notebook {
    let sections = notebook
        .sections
        .iter()
        .map(|section| Section { title: section.title.clone(), cells: on_sheet(notebook, &section.cells) });
    let mut sections: Vec<_> = sections.filter(|section| !section.cells.is_empty()).collect();
    let meanings = meanings(&sections);
    if let Some(first) = sections.first_mut() {
        first.cells.extend(meanings.map(Cell::Prose));
    }
    Notebook {
        title: format!("{}: exercise sheet", notebook.title),
        source: None,
        inputs: notebook.inputs.clone(),
        options: Vec::new(),
        sections,
        computed: Vec::new(),
        ..*notebook
    }
}

/// The sheet's answers: its matrices and how they come about, and what there is to say to its questions and exercises.
#[must_use]
pub fn answer_key(notebook: &Notebook) -> Notebook {
    let asked: Vec<_> = sheet(notebook).sections.into_iter().flat_map(|section| section.cells).collect();
    let is_on_sheet = |cell: &Cell| {
        asked.iter().any(|asked| match (asked, cell) {
            (Cell::Blank(blank), cell) => cell.name() == Some(blank.name),
            (Cell::Question { question: a, .. }, Cell::Question { question: b, .. }) => a == b,
            (Cell::Exercise { task: a, .. }, Cell::Exercise { task: b, .. }) => *a == without_commands(b),
            _ => false,
        })
    };
    let answered = |cell: &Cell| match cell {
        Cell::Matrix(matrix) => Cell::Matrix(Matrix { code: None, ..matrix.clone() }),
        Cell::Exercise { task, answer } => {
            Cell::Exercise { task: without_commands(task), answer: answer.clone() }
        }
        cell => cell.clone(),
    };
    let sections = notebook.sections.iter().map(|section| Section {
        title: section.title.clone(),
        cells: section.cells.iter().filter(|cell| is_on_sheet(cell)).map(answered).collect(),
    });
    Notebook {
        title: format!("{}: answers", notebook.title),
        source: None,
        inputs: notebook.inputs.clone(),
        options: Vec::new(),
        sections: sections.filter(|section| !section.cells.is_empty()).collect(),
        computed: Vec::new(),
        ..*notebook
    }
}

/// What the signs of the notation mean, those that stand in the equations of a sheet.
fn meanings(sections: &[Section]) -> Option<String> {
    const SIGNS: [(&str, &str); 8] = [
        (
            "∗",
            "∗ is convolution: what stands on its right is turned by 180° and slides over what stands on its left",
        ),
        (
            "★",
            "★ is cross-correlation: what stands on its right slides as it is over what stands on its left",
        ),
        ("_full", "full means that it may hang over the edge, and that cells outside count as 0"),
        ("rot180", "rot180 turns by 180°"),
        ("∘", "∘ multiplies entry by entry"),
        ("ᵀ", "ᵀ exchanges rows and columns"),
        ("ReLU′", "ReLU′ is 1 where a number is positive, else 0"),
        ("Σ", "Σ adds all entries"),
    ];
    let blanks = sections.iter().flat_map(|section| &section.cells).filter_map(|cell| match cell {
        Cell::Blank(blank) => Some(blank.equation.as_str()),
        _ => None,
    });
    let equations: Vec<_> = blanks.collect();
    let stands = |sign: &str| equations.iter().any(|equation| equation.contains(sign));
    let meanings: Vec<_> =
        SIGNS.iter().filter(|(sign, _)| stands(sign)).map(|(_, meaning)| *meaning).collect();
    (!meanings.is_empty()).then(|| format!("In what follows, {}.", meanings.join("; ")))
}

/// A text without the commands that stand in parentheses: there is no computer on paper.
fn without_commands(text: &str) -> String {
    let (mut kept, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(" (`--") {
        kept.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    kept + rest
}

/// What is given, and the words around it.
pub(super) fn givens(notebook: &Notebook) -> Notebook {
    let is_given = |cell: &Cell| cell.name().is_some_and(|name| notebook.is_given(name));
    let sheet = sheet(notebook);
    let sections = sheet.sections.into_iter().filter(|section| section.cells.iter().any(is_given));
    let only_given = sections.map(|section| {
        let cells = section.cells.into_iter().filter(|cell| cell.is_words() || is_given(cell));
        Section { title: section.title, cells: cells.collect() }
    });
    Notebook { title: notebook.title.clone(), sections: only_given.collect(), ..sheet }
}

/// The last words of the sheet ahead of each answer that it asks for, where there are any.
pub(super) fn introductions(notebook: &Notebook) -> BTreeMap<&'static str, String> {
    let mut introductions = BTreeMap::new();
    for section in sheet(notebook).sections {
        let mut words = None;
        for cell in section.cells {
            match (cell, words.take()) {
                (Cell::Prose(text), _) => words = Some(text),
                (Cell::Formula { .. }, before) => words = before,
                (Cell::Blank(blank), Some(before)) => {
                    introductions.insert(blank.name, before);
                }
                _ => {}
            }
        }
    }
    introductions
}

fn on_sheet(notebook: &Notebook, cells: &[Cell]) -> Vec<Cell> {
    let is_given = |cell: &Cell| cell.name().is_some_and(|name| notebook.is_given(name));
    let is_asked = |cell: &Cell| cell.name().is_some_and(|name| notebook.blanks.contains(&name));
    let shapes: Vec<_> = cells.iter().filter(|cell| is_asked(cell)).filter_map(shape).collect();
    let (mut on_sheet, mut words) = (Vec::new(), Vec::new());
    // Whether the last result that the page shows is on the sheet, so that one can ask about it.
    let mut stands = true;
    for cell in cells {
        let is_result = is_result(cell);
        match cell {
            Cell::Prose(text) => words = vec![Cell::Prose(without_commands(text))],
            Cell::Formula { .. } => words.push(cell.clone()),
            Cell::Question { question, answer } => {
                let gives_away = |shape: &String| answer.as_ref().is_some_and(|text| text.contains(shape));
                if stands && !shapes.iter().any(gives_away) {
                    on_sheet.push(Cell::Question { question: question.clone(), answer: None });
                }
            }
            Cell::Exercise { task, .. } => {
                let task = without_commands(task);
                // What asks for a program cannot be done on paper.
                if !task.contains("`--") {
                    on_sheet.push(Cell::Exercise { task, answer: None });
                }
            }
            // What only training asks for is nothing for paper.
            Cell::Value { name: "seed" | "epochs" | "train_size", .. } => {}
            _ if is_given(cell) => {
                on_sheet.append(&mut words);
                on_sheet.push(cell.clone());
            }
            _ if is_asked(cell) => {
                on_sheet.append(&mut words);
                on_sheet.extend(blank(cell).map(Cell::Blank));
            }
            _ => words.clear(),
        }
        if is_result {
            stands = is_given(cell) || is_asked(cell);
        }
    }
    on_sheet
}

/// The shape of a matrix as a page writes it: a blank of that shape is an answer too.
fn shape(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Matrix(matrix) => Some(format!("{}×{}", matrix.values.nrows(), matrix.values.ncols())),
        _ => None,
    }
}

fn is_result(cell: &Cell) -> bool {
    matches!(cell, Cell::Matrix(_) | Cell::Value { .. } | Cell::Table(_) | Cell::Figure(_))
}

fn blank(cell: &Cell) -> Option<Blank> {
    let empty = |rows, columns| vec![vec![None; columns]; rows];
    match cell {
        Cell::Matrix(matrix) => Some(Blank {
            name: matrix.name,
            equation: matrix.equation_in_words(),
            columns: Vec::new(),
            rows: empty(matrix.values.nrows(), matrix.values.ncols()),
        }),
        Cell::Value { name, equation, .. } => {
            Some(Blank { name, equation: (*equation).to_owned(), columns: Vec::new(), rows: empty(1, 1) })
        }
        Cell::Table(table) => Some(blank_table(table)),
        _ => None,
    }
}

fn blank_table(table: &Table) -> Blank {
    let open = table.open_columns();
    let rows = table.rows.iter().map(|row| {
        let fields = row.iter().enumerate();
        fields.map(|(column, field)| (!open.contains(&column)).then(|| field.clone())).collect()
    });
    Blank { name: table.name, equation: String::new(), columns: table.columns.clone(), rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::{Marker, Quiz};
    use crate::notebook::render::Style;
    use crate::notebook::{Page, Traced, literal};

    fn told() -> Notebook {
        let notebook = Notebook { title: "All".to_owned(), blanks: &["n", "b", "t"], ..Notebook::default() };
        let mut page = Page::new(notebook, &[], false);
        page.section("First");
        page.say("Of no use.");
        page.say("Two numbers (`--a`).");
        let a = page.given("a", &literal("1 2"));
        page.given_number("seed", &crate::Exact::from_integer(7.into()));
        page.ask("What is given?", "Two numbers.");
        page.section("Second");
        page.say("Add them.");
        page.formula("\\Sigma", "Σ");
        page.value("n = Σ( a )", a.iter().cloned().sum::<Traced>());
        page.ask("Which shape has b?", "1×2.");
        page.show("b = a ∘ a", a.component_mul(&a));
        page.ask("Which is larger?", "The last.");
        page.exercise("Do it again (`--a`).", "It is the same.");
        page.exercise("Run `--a 2`.", "It is another.");
        page.say("Of no use either.");
        page.show("c = a + a", &a + &a);
        page.ask("What of c?", "It is not on the sheet.");
        page.table("t", ["step", "size"], vec![[1, 10], [2, 20]]);
        page.section("Third");
        page.say("No more.");
        let mut notebook = page.finish().expect("it does not contradict itself");
        for cell in notebook.sections.iter_mut().flat_map(|section| &mut section.cells) {
            if let Cell::Matrix(matrix) = cell {
                matrix.code = Some("let a = b;".to_owned());
            }
        }
        notebook
    }

    /// Each section's title and its cells, in a few words each.
    fn cells(notebook: &Notebook) -> Vec<String> {
        let cell = |cell: &Cell| match cell {
            Cell::Prose(text) => text.clone(),
            Cell::Formula { plain, .. } => (*plain).to_owned(),
            Cell::Blank(Blank { name, equation, rows, .. }) => {
                let open: Vec<_> =
                    rows.iter().map(|row| row.iter().filter(|field| field.is_none()).count()).collect();
                format!("{name} = {equation}: {open:?}")
            }
            Cell::Question { question: text, answer } | Cell::Exercise { task: text, answer } => {
                format!("{text} {}", answer.as_deref().unwrap_or("_"))
            }
            cell => format!("{}.", cell.name().unwrap_or_default()),
        };
        let sections = notebook.sections.iter();
        sections
            .flat_map(|section| [section.title.clone()].into_iter().chain(section.cells.iter().map(cell)))
            .collect()
    }

    #[test]
    fn a_sheet_has_what_is_given_what_is_asked_for_and_the_words_that_lead_there() {
        let meanings = "In what follows, ∘ multiplies entry by entry; Σ adds all entries.";
        let first = ["First", "Two numbers.", "a."];
        let second = ["Second", "Add them.", "Σ", "n = Σ( a ): [1]", "b = a ∘ a: [2]", "Which is larger? _"];
        let expected =
            [&first[..], &["What is given? _", meanings], &second, &["Do it again. _", "t = : [1, 1]"]];
        assert_eq!(cells(&sheet(&told())), expected.concat());
        assert_eq!(cells(&givens(&told())), [&first[..], &[meanings]].concat());
        assert_eq!(introductions(&told()), BTreeMap::from([("n", "Add them.".to_owned())]));
    }

    #[test]
    fn its_answers_are_those_to_what_it_asks() {
        let key = answer_key(&told());
        let expected = ["First", "What is given? Two numbers.", "Second", "n.", "b."];
        let questions = ["Which is larger? The last.", "Do it again. It is the same.", "t."];
        assert_eq!(cells(&key), [&expected[..], &questions].concat());
        assert!(!key.cells().any(|(_, cell)| matches!(cell, Cell::Matrix(Matrix { code: Some(_), .. }))));
    }

    #[test]
    fn a_quiz_says_what_each_answer_is_equal_to() {
        let notebook = told();
        let marker = Marker::new(&notebook, &[], |_| None);
        let quiz = Quiz::new(&notebook, &marker, Style::default()).expect("it can be asked for");
        let mut said = Vec::new();
        quiz.run(&b"skip\nskip\nskip\n"[..], &mut said, false).expect("memory can be written to");
        let said = String::from_utf8(said).expect("UTF-8");
        for asked in [
            "Add them.\n\n1 of 3: n = Σ( a ), one number",
            "2 of 3: b = a ∘ a, 1×2",
            "3 of 3: t (size; a row for each step: 1, 2), 2×1",
        ] {
            assert!(said.contains(asked), "{asked}: {said}");
        }
    }
}
