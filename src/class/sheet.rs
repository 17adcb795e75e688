//! An exercise to hand out.

use super::open_columns;
use crate::notebook::{Blank, Cell, Notebook, Section, Table};
use std::collections::BTreeMap;

/// The notebook as an exercise: what is given stands, what is asked for is blank, questions and exercises have no
/// answers. Prose stays where it introduces one of them, a question unless it is about a result that the sheet does
/// not ask for; all else is dropped.
#[must_use]
pub fn sheet(notebook: &Notebook) -> Notebook {
    let sections = notebook
        .sections
        .iter()
        .map(|section| Section { title: section.title.clone(), cells: on_sheet(notebook, &section.cells) });
    Notebook {
        title: format!("{}: exercise sheet", notebook.title),
        source: None,
        inputs: notebook.inputs.clone(),
        sections: sections.filter(|section| !section.cells.iter().all(is_words)).collect(),
        ..*notebook
    }
}

/// What is given, and the words around it.
pub(super) fn givens(notebook: &Notebook) -> Notebook {
    let is_given = |cell: &Cell| cell.name().is_some_and(|name| notebook.is_given(name));
    let sheet = sheet(notebook);
    let sections = sheet.sections.into_iter().filter(|section| section.cells.iter().any(is_given));
    let only_given = sections.map(|section| {
        let cells = section.cells.into_iter().filter(|cell| is_words(cell) || is_given(cell));
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
    let is_task =
        |cell: &Cell| is_asked(cell) || matches!(cell, Cell::Question { .. } | Cell::Exercise { .. });
    // Prose ahead of a task says what to do, prose at the top of a section introduces it; what stands behind a proof,
    // behind a figure or at the end speaks of what came out.
    let introduces = |(ahead, behind): (&[Cell], &[Cell])| {
        let mut before = ahead.iter().filter(|cell| is_step(cell));
        let at_the_top = before.clone().all(is_given);
        match behind.iter().find(|cell| is_step(cell)) {
            None => at_the_top,
            Some(next) if is_given(next) || is_asked(next) => {
                !matches!(before.next_back(), Some(Cell::Proof(_) | Cell::Figure(_)))
            }
            Some(_) => at_the_top && behind.iter().any(is_task),
        }
    };
    let put = |(at, cell): (usize, &Cell)| match cell {
        Cell::Prose(_) => introduces(cells.split_at(at)).then(|| cell.clone()),
        Cell::Formula { .. } => Some(cell.clone()),
        Cell::Question { question, .. } => {
            let shown = cells[..at].iter().rfind(|cell| is_result(cell));
            let stands = shown.is_none_or(|shown| is_given(shown) || is_asked(shown));
            stands.then(|| Cell::Question { question: question.clone(), answer: None })
        }
        Cell::Exercise { task, .. } => Some(Cell::Exercise { task: task.clone(), answer: None }),
        _ if is_given(cell) => Some(cell.clone()),
        _ if is_asked(cell) => blank(cell).map(Cell::Blank),
        _ => None,
    };
    cells.iter().enumerate().filter_map(put).collect()
}

fn is_words(cell: &Cell) -> bool {
    matches!(cell, Cell::Prose(_) | Cell::Formula { .. })
}

fn is_step(cell: &Cell) -> bool {
    !is_words(cell) && !matches!(cell, Cell::Question { .. } | Cell::Exercise { .. })
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
    let open = open_columns(table);
    let rows = table.rows.iter().map(|row| {
        let fields = row.iter().enumerate();
        fields.map(|(column, field)| (!open.contains(&column)).then(|| field.clone())).collect()
    });
    Blank { name: table.name, equation: String::new(), columns: table.columns.clone(), rows: rows.collect() }
}
