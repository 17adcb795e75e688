//! Numbers that somebody worked out, as they were written.

use crate::Exact;
use crate::notebook::{Value, parse_rows, positions, rounds_to, rows};
use nalgebra::DMatrix;
use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt;

/// A matrix or a number, and to how many decimal places it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The numbers.
    pub numbers: DMatrix<Exact>,
    /// The decimal places to which each entry is marked: those of the one that has most, since a 0 at the end may be left
    /// out, or its own where it ends in a 0 all the same or is written with a power of ten; at least two, and at most as many
    /// as make six digits.
    pub places: DMatrix<usize>,
}

/// Fewer places than this say too little: a lone 0 is not 0.4.
pub(super) const FEWEST_PLACES: usize = 2;
/// More places than this, or more digits in all, are those of a program, whose single precision says nothing about them.
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
    /// assert_eq!(Attempt::read("-0.10 -0.0716")?.places.as_slice(), [2, 4]);
    /// assert_eq!(Attempt::read("6.25e-02 1.5000e+01")?.places.as_slice(), [4, 3]);
    /// assert_eq!(Attempt::read("123.456787")?.places[0], 3);
    /// # Ok::<(), String>(())
    /// ```
    pub fn read(text: &str) -> Result<Self, String> {
        let rows = rows(text)?;
        let numbers = parse_rows(&rows)?;
        let entries = || rows.iter().flatten();
        let most =
            entries().filter(|entry| !has_a_power(entry)).map(|entry| places(entry)).max().unwrap_or(0);
        let says_its_own = |entry: &str| has_a_power(entry) || entry.contains('.') && entry.ends_with('0');
        let places = entries().map(|entry| if says_its_own(entry) { places(entry) } else { most });
        let whole = numbers.row_iter().flat_map(|row| row.iter().map(whole_digits).collect::<Vec<_>>());
        let places = places.zip(whole).map(|(places, digits)| {
            places.clamp(FEWEST_PLACES, MOST_PLACES).min(MOST_PLACES.saturating_sub(digits))
        });
        Ok(Self { places: DMatrix::from_row_iterator(numbers.nrows(), numbers.ncols(), places), numbers })
    }

    /// The most decimals with which a number was written, if not as a fraction; at most `most`.
    #[must_use]
    pub fn decimals(&self, most: usize) -> usize {
        let written = self.numbers.iter().filter_map(|number| Value::from(number).decimals_needed(most));
        written.max().unwrap_or(0)
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

/// How many digits stand before the decimal point; none where that is a 0.
fn whole_digits(number: &Exact) -> usize {
    match number.to_integer().magnitude().to_string().as_str() {
        "0" => 0,
        digits => digits.len(),
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

/// Answers by name, and the variant that they say they are to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// The seed of the variant, as `--key` writes it.
    pub variant: Option<String>,
    /// What was answered.
    pub by_name: BTreeMap<String, Attempt>,
}

impl Answers {
    /// Reads them as they are given: lines such as `a1 = 1 2; 3 4`, where a matrix may go on over several lines, or one
    /// JSON object.
    ///
    /// # Errors
    /// Which answer cannot be read, and why.
    ///
    /// ```
    /// use worked_examples::class::Answers;
    ///
    /// let answers = Answers::read("variant = 5\na = 1 2;\n3 4\nb: .5\n")?;
    /// assert_eq!(answers.by_name["a"].numbers.shape(), (2, 2));
    /// assert_eq!(answers.variant.as_deref(), Some("5"));
    /// assert_eq!(Answers::read("variant: 5\na = array([[1, 2],\n  [3, 4]],\n  dtype=float32)\nb = ½")?, answers);
    /// assert_eq!(Answers::read(r#"{"a": [[1, 2], [3, 4]], "b": 0.5}"#)?.by_name["b"].places[0], 2);
    /// # Ok::<(), String>(())
    /// ```
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let given = if text.starts_with('{') {
            let Pairs(pairs) =
                serde_json::from_str(text).map_err(|error| format!("the JSON cannot be read: {error}"))?;
            let text = |json| if let Json::String(text) = json { text } else { json.to_string() };
            pairs.into_iter().map(|(name, json)| (name, text(json))).collect()
        } else {
            by_name(text)?
        };
        let mut answers = Self::default();
        for (name, text) in given {
            let is_new = if name == "variant" {
                answers.variant.replace(text.trim().to_owned()).is_none()
            } else {
                let attempt = Attempt::read(&text).map_err(|why| format!("{name}: {why}"))?;
                answers.by_name.insert(name.clone(), attempt).is_none()
            };
            if !is_new {
                return Err(format!("{name} is given twice"));
            }
        }
        if answers.by_name.is_empty() { Err("there is no answer".to_owned()) } else { Ok(answers) }
    }
}

/// The names and values of a JSON object, also of one that has a name twice.
struct Pairs(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of names and numbers")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Object)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn per_cent_are_two_places_more() {
        let places = |text| Attempt::read(text).expect("a number").places[0];
        assert_eq!(["12.5%", "12.55 %", "12.5"].map(places), [3, 4, 2]);
    }

    #[test]
    fn an_answer_begins_with_its_name() {
        assert_eq!(split_name("_a1 = 1 2"), Some(("_a1", "1 2")));
        assert_eq!(split_name("2a = 1"), None);
        let answers = Answers::read("# mine\n\na = 1 2 # and no more\n3 4").expect("an answer");
        assert_eq!(answers.by_name["a"].numbers.shape(), (2, 2));
        let refused = Answers::read("mine\na = 1 2");
        assert_eq!(refused, Err("expected name = numbers, as in a1 = 1 2; 3 4".to_owned()));
    }
}
