//! Other numbers for the same exercise.

use super::answers;
use crate::Exact;
use crate::notebook::{Notebook, parse_matrix};
use nalgebra::DMatrix;
use num_traits::{Zero, pow};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::ops::RangeInclusive;

/// How many draws are made for one seed before it is given up.
pub const MOST_DRAWS: usize = 200;
/// The most decimals of an answer that is easy by hand.
const MOST_DECIMALS: usize = 4;
/// The largest denominator of an answer that is easy by hand and does not end as a decimal.
const LARGEST_DENOMINATOR: u32 = 60;

/// Draws small numbers, the same for the same seed everywhere.
pub struct Draw(Pcg64Mcg);

impl Draw {
    /// The numbers that belong to a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed))
    }

    /// A whole number.
    pub fn integer(&mut self, range: RangeInclusive<i32>) -> i32 {
        self.0.random_range(range)
    }

    /// A matrix of whole numbers, drawn row by row.
    ///
    /// ```
    /// use worked_examples::class::Draw;
    ///
    /// let draw = || Draw::new(7).matrix(2, 3, -2..=2);
    /// assert_eq!(draw(), draw());
    /// assert!(draw().iter().all(|entry| entry.is_integer()));
    /// ```
    pub fn matrix(&mut self, rows: usize, columns: usize, range: RangeInclusive<i32>) -> DMatrix<Exact> {
        let entries = (0..rows * columns).map(|_| Exact::from_integer(self.integer(range.clone()).into()));
        DMatrix::from_row_iterator(rows, columns, entries)
    }

    /// One of some, each as likely as the others.
    ///
    /// # Panics
    /// If there is none.
    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.0.random_range(0..choices.len())]
    }

    /// A number with one decimal, between so many tenths.
    pub fn tenths(&mut self, range: RangeInclusive<i32>) -> Exact {
        Exact::new(self.integer(range).into(), 10.into())
    }
}

/// Whether at least half of the entries are not 0, so that there is something to pass back.
#[must_use]
pub fn half_is_alive(delta: &DMatrix<Exact>) -> bool {
    delta.iter().filter(|entry| !entry.is_zero()).count() * 2 >= delta.len()
}

/// Whether the numbers of a notebook are easy to work by hand, and have to be worked: inputs with one decimal at most;
/// answers with four at most or a denominator of at most 60; and none that can be guessed: 0, one number throughout,
/// or the same as another matrix of the exercise.
#[must_use]
pub fn is_friendly(notebook: &Notebook) -> bool {
    let is_short = |number: &Exact, decimals: usize| {
        (number * Exact::from_integer(pow(10.into(), decimals))).is_integer()
    };
    let is_easy =
        |number: &Exact| is_short(number, MOST_DECIMALS) || *number.denom() <= LARGEST_DENOMINATOR.into();
    let inputs: Vec<_> = notebook.inputs.iter().filter_map(|(_, text)| parse_matrix(text).ok()).collect();
    let Ok(answers) = answers(notebook) else { return false };
    inputs.iter().flatten().all(|number| is_short(number, 1))
        && answers.iter().all(|answer| answer.values.iter().all(is_easy))
        && !answers.iter().enumerate().any(|(at, answer)| {
            let others = inputs.iter().chain(answers[..at].iter().map(|answer| &answer.values));
            can_be_guessed(&answer.values, others)
        })
}

fn can_be_guessed<'a>(answer: &DMatrix<Exact>, mut others: impl Iterator<Item = &'a DMatrix<Exact>>) -> bool {
    let is_same_throughout = answer.iter().all(|entry| *entry == answer[0]);
    match answer.len() {
        1 => answer[0].is_zero(),
        _ => is_same_throughout || others.any(|other| other == answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_entries_are_enough() {
        let is_alive = |text| half_is_alive(&parse_matrix(text).expect("a matrix"));
        assert_eq!(["1 0; 0 -2", "1 0 0", "0 0", "1 2 3"].map(is_alive), [true, false, false, true]);
    }
}
