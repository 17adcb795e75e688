//! Numbers that somebody worked out, as they were written.

use crate::Exact;
use crate::notebook::{Value, parse_rows, positions, rounds_to, rows};
use nalgebra::DMatrix;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A matrix or a number, and to how many decimal places it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The numbers.
    pub numbers: DMatrix<Exact>,
    /// The decimal places of each entry: those of the one that has most, since a 0 at the end may be left out, or its
    /// own where it is written with a power of ten.
    pub places: DMatrix<usize>,
}

/// Fewer places than this say too little: a lone 0 is not 0.4.
pub(super) const FEWEST_PLACES: usize = 2;
/// More places than this are those of a program, whose single precision says nothing about them.
const MOST_PLACES: usize = 6;

impl Attempt {
    /// Reads it as a matrix is written on the command line, or pasted.
    ///
    /// # Errors
    /// What is wrong with the text.
    ///
    /// ```
    /// use worked_examples::class::Attempt;
    ///
    /// assert_eq!(Attempt::read("1 .5; -0.125 1/3")?.places[(0, 0)], 3);
    /// assert_eq!(Attempt::read("6.25e-02 1.5000e+03")?.places.as_slice(), [4, 2]);
    /// # Ok::<(), String>(())
    /// ```
    pub fn read(text: &str) -> Result<Self, String> {
        let rows = rows(text)?;
        let numbers = parse_rows(&rows)?;
        let entries = || rows.iter().flatten();
        let most =
            entries().filter(|entry| !has_a_power(entry)).map(|entry| places(entry)).max().unwrap_or(0);
        let places = entries().map(|entry| if has_a_power(entry) { places(entry) } else { most });
        let places = places.map(|places| places.clamp(FEWEST_PLACES, MOST_PLACES));
        Ok(Self { places: DMatrix::from_row_iterator(numbers.nrows(), numbers.ncols(), places), numbers })
    }

    /// The attempt as a column where it is a row of as many entries and a column is asked for, or the other way round:
    /// programs print vectors as rows.
    #[must_use]
    pub fn fitted_to(self, shape: (usize, usize)) -> Self {
        let (rows, columns) = self.numbers.shape();
        let is_such_a_vector = rows.min(columns) == 1 && (columns, rows) == shape;
        if is_such_a_vector {
            Self { numbers: self.numbers.transpose(), places: self.places.transpose() }
        } else {
            self
        }
    }

    /// Whether every entry is the value, or the value rounded to the places that are written.
    #[must_use]
    pub fn agrees(&self, values: &DMatrix<Value>) -> bool {
        self.numbers.shape() == values.shape() && self.entries(values).iter().all(|is_right| *is_right)
    }

    /// Whether it is just these values, without rounding.
    pub(super) fn is(&self, values: &DMatrix<Value>) -> bool {
        self.numbers.map(Value::Exact) == *values
    }

    /// Which entries are; none where the shapes differ.
    #[must_use]
    pub fn entries(&self, values: &DMatrix<Value>) -> DMatrix<bool> {
        let mut entries = DMatrix::from_element(self.numbers.nrows(), self.numbers.ncols(), false);
        if self.numbers.shape() == values.shape() {
            for at in positions(values) {
                let value = match &values[at] {
                    Value::Exact(exact) => Some(exact.clone()),
                    Value::Float(float) => Exact::from_float(*float),
                };
                entries[at] = value.is_some_and(|value| {
                    value == self.numbers[at] || rounds_to(&value, &self.numbers[at], self.places[at])
                });
            }
        }
        entries
    }
}

fn has_a_power(entry: &str) -> bool {
    entry.contains(['e', 'E'])
}

/// The place of an entry's last digit behind the decimal point.
fn places(entry: &str) -> usize {
    let (mantissa, power) = entry.split_once(['e', 'E']).unwrap_or((entry, "0"));
    let per_cent = if mantissa.ends_with('%') { 2 } else { 0 };
    let mantissa = mantissa.trim_end_matches('%').trim_end();
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.chars().count());
    let power: i64 = power.trim_start_matches('+').replace(['−', '–'], "-").parse().unwrap_or(0);
    let decimals = i64::try_from(decimals + per_cent).unwrap_or(i64::MAX);
    usize::try_from(decimals.saturating_sub(power)).unwrap_or(0)
}

/// Answers by name, as they are given: lines such as `a1 = 1 2; 3 4`, where a matrix may go on over several lines, or
/// one JSON object.
///
/// # Errors
/// Which answer cannot be read, and why.
///
/// ```
/// use worked_examples::class::read_answers;
///
/// let answers = read_answers("a = 1 2;\n3 4\nb: .5\n")?;
/// assert_eq!(answers["a"].numbers.shape(), (2, 2));
/// assert_eq!(read_answers("a = array([[1, 2],\n  [3, 4]],\n  dtype=float32)\nb = ½")?["a"], answers["a"]);
/// assert_eq!(read_answers(r#"{"a": [[1, 2], [3, 4]], "b": 0.5}"#)?["b"].places[0], 2);
/// # Ok::<(), String>(())
/// ```
pub fn read_answers(text: &str) -> Result<BTreeMap<String, Attempt>, String> {
    let text = text.trim();
    let answers = if text.starts_with('{') {
        let json: serde_json::Map<String, Json> =
            serde_json::from_str(text).map_err(|error| format!("the JSON cannot be read: {error}"))?;
        json.into_iter().map(|(name, json)| (name, json.to_string())).collect()
    } else {
        by_name(text)?
    };
    let mut read = BTreeMap::new();
    for (name, numbers) in answers.into_iter().filter(|(name, _)| name != "variant") {
        let attempt = Attempt::read(&numbers).map_err(|why| format!("{name}: {why}"))?;
        if read.insert(name.clone(), attempt).is_some() {
            return Err(format!("{name} is given twice"));
        }
    }
    if read.is_empty() { Err("there is no answer".to_owned()) } else { Ok(read) }
}

fn by_name(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut answers: Vec<(String, String)> = Vec::new();
    // Within brackets an equals sign belongs to what a program prints: dtype=float32.
    let mut depth = 0;
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default()) {
        match (split_name(line).filter(|_| depth == 0), answers.last_mut()) {
            (Some((name, numbers)), _) => answers.push((name.to_owned(), numbers.to_owned())),
            (None, Some((_, numbers))) => {
                numbers.push('\n');
                numbers.push_str(line);
            }
            (None, None) if line.trim().is_empty() => {}
            (None, None) => return Err("expected name = numbers, as in a1 = 1 2; 3 4".to_owned()),
        }
        let count = |brackets: [char; 2]| line.matches(brackets).count();
        depth = (depth + count(['[', '('])).saturating_sub(count([']', ')']));
    }
    Ok(answers)
}

/// The name and the numbers of `a1 = 1 2`, `a1: 1 2` or `a1 ≈ 1 2`; nothing where there is no name.
pub(super) fn split_name(line: &str) -> Option<(&str, &str)> {
    let (name, numbers) = line.split_once(['=', '≈', ':'])?;
    let name = name.trim();
    let is_a_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_a_name.then_some((name, numbers.trim()))
}
