//! A page as it is revealed: one idea at a time, the same on every surface.

use super::cell::{Cell, Notebook};

/// What of a cell comes up at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// All of it.
    Whole,
    /// What can be thought about: a question, a claim, an equation without its result.
    First,
    /// What comes of it: the answer, the verdict, the result.
    Second,
}

/// A cell, or half of it, by the number of its section and its own within the section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The section, counted from 0.
    pub section: usize,
    /// The cell in its section, counted from 0.
    pub cell: usize,
    /// What of it.
    pub half: Half,
}

/// So many paragraphs and formulas lead to what they introduce; before more of them there is a pause.
const MOST_WORDS: usize = 2;
/// A paragraph of more letters than this does not share a step with a figure: both together are taller than a screen.
const MOST_LETTERS_BESIDE_A_FIGURE: usize = 500;

/// The pieces that come up together, step by step. Words lead to what they introduce; a question, a claim and the two
/// sides of an equation are met before what comes of them.
#[must_use]
pub fn steps(notebook: &Notebook) -> Vec<Vec<Piece>> {
    let mut steps: Vec<Vec<Piece>> = Vec::new();
    for (section, cells) in notebook.sections.iter().map(|section| &section.cells).enumerate() {
        let (mut leads_on, mut words) = (false, 0);
        for (at, cell) in cells.iter().enumerate() {
            let piece = |half| Piece { section, cell: at, half };
            let is_words = cell.is_words();
            let says_nothing_new = matches!(cell, Cell::Audit(audit) if audit.is_all_match());
            let half = if has_two_halves(cell) { Half::First } else { Half::Whole };
            match steps.last_mut() {
                Some(step) if at > 0 && (leads_on || says_nothing_new) => step.push(piece(half)),
                _ => steps.push(vec![piece(half)]),
            }
            if half == Half::First {
                steps.push(vec![piece(Half::Second)]);
            }
            words = if is_words { words + 1 } else { 0 };
            let is_too_tall = matches!(
                (cell, cells.get(at + 1)),
                (Cell::Prose(text), Some(Cell::Figure(_))) if text.len() > MOST_LETTERS_BESIDE_A_FIGURE
            );
            leads_on = is_words && words < MOST_WORDS && !is_too_tall;
        }
    }
    steps
}

fn has_two_halves(cell: &Cell) -> bool {
    match cell {
        Cell::Question { answer, .. } | Cell::Exercise { answer, .. } => answer.is_some(),
        Cell::Claim(_) => true,
        Cell::Matrix(matrix) => !matrix.equation.is_empty(),
        Cell::Value { equation, .. } => !equation.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::{Page, literal, printed};

    #[test]
    fn a_question_comes_before_its_answer_and_an_equation_before_its_result() {
        let mut page = Page::new(Notebook::default(), &[], true);
        page.section("one");
        page.say("words");
        let a = page.given("a", &literal("1 2"));
        page.ask("Which?", "That.");
        page.section("two");
        page.say("more");
        page.show("b = 2 · a", a.map(|entry| entry * 2.into()));
        page.say("The end.");
        let steps = steps(&page.finish().expect("a page"));
        let pieces: Vec<Vec<_>> =
            steps.iter().map(|step| step.iter().map(|p| (p.section, p.cell, p.half)).collect()).collect();
        let expected = [
            vec![(0, 0, Half::Whole), (0, 1, Half::Whole)],
            vec![(0, 2, Half::First)],
            vec![(0, 2, Half::Second)],
            vec![(1, 0, Half::Whole), (1, 1, Half::First)],
            vec![(1, 1, Half::Second)],
            vec![(1, 2, Half::Whole)],
        ];
        assert_eq!(pieces, expected);
    }

    #[test]
    fn after_two_paragraphs_each_stands_alone_and_a_section_begins_with_a_step() {
        let mut page = Page::new(Notebook::default(), &[], true);
        page.section("one");
        for words in ["one", "two", "three", "four"] {
            page.say(words);
        }
        let a = page.given("a", &literal("1"));
        page.say("The end leads nowhere.");
        page.section("two");
        page.audit(&a, printed("1", 0));
        let steps = steps(&page.finish().expect("a page"));
        let cells: Vec<Vec<_>> =
            steps.iter().map(|step| step.iter().map(|piece| (piece.section, piece.cell)).collect()).collect();
        let alone = |section, cell| vec![(section, cell)];
        let expected =
            [vec![(0, 0), (0, 1)], alone(0, 2), alone(0, 3), alone(0, 4), alone(0, 5), alone(1, 0)];
        assert_eq!(cells, expected);
    }
}
