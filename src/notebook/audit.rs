//! A number that the source prints, put beside the number that its stated procedure gives.

use super::input::{parse_matrix, parse_number};
use crate::Exact;
use nalgebra::DMatrix;
use num_traits::Signed;
use traced::{Value, power_of_ten};

/// What a printed number turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The exact result, rounded to the source's places; on a tie either neighbour counts.
    Match,
    /// A match once the step is redone from the source's own printed inputs to it.
    Carried,
    /// A stated mistake, recomputed here, gives the printed number.
    Slip,
    /// No reading that was tried gives it.
    Unexplained,
}

impl Verdict {
    /// The mark that stands before the word, so that colour never carries meaning alone.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Match => "✓",
            Self::Carried => "~",
            Self::Slip => "✗",
            Self::Unexplained => "?",
        }
    }

    /// The verdict in one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Carried => "carried",
            Self::Slip => "slip",
            Self::Unexplained => "unexplained",
        }
    }
}

/// A matrix as the source prints it, with the explanations to be tried where it is not what its procedure gives.
#[derive(Clone, Debug)]
pub struct Printed {
    text: &'static str,
    places: usize,
    slips: Vec<Slip>,
    readings: Vec<(String, DMatrix<Exact>)>,
}

#[derive(Clone, Debug)]
struct Slip {
    entry: (usize, usize),
    mistake: String,
    result: Exact,
}

/// The source's numbers, as printed, in a source that works with that many decimal places.
#[must_use]
pub fn printed(text: &'static str, places: usize) -> Printed {
    Printed { text, places, slips: Vec::new(), readings: Vec::new() }
}

impl Printed {
    /// A mistake that would make one entry come out as printed, and what it gives, recomputed.
    #[must_use]
    pub fn slip(mut self, entry: (usize, usize), mistake: impl Into<String>, result: Exact) -> Self {
        self.slips.push(Slip { entry, mistake: mistake.into(), result });
        self
    }

    /// Other ways to read the whole step, and what each gives.
    #[must_use]
    pub fn readings(mut self, readings: Vec<(String, DMatrix<Exact>)>) -> Self {
        self.readings = readings;
        self
    }
}

/// The printed numbers, their verdicts, and the reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Audit {
    /// The name of the audit.
    pub name: String,
    /// The matrix that is audited.
    pub of: &'static str,
    /// Decimal places that the source works with.
    pub places: usize,
    /// The numbers as they were printed.
    pub printed: DMatrix<String>,
    /// The numbers that the stated procedure gives.
    pub exact: DMatrix<Value>,
    /// One verdict a number.
    pub verdicts: DMatrix<Verdict>,
    /// A reason for each number that is not a match.
    pub why: Vec<String>,
}

impl Audit {
    /// Whether there is nothing to explain.
    #[must_use]
    pub fn is_all_match(&self) -> bool {
        self.verdicts.iter().all(|&verdict| verdict == Verdict::Match)
    }

    /// The printed numbers.
    pub(super) fn numbers(&self) -> Result<DMatrix<Exact>, String> {
        let numbers = self.printed.iter().map(|text| parse_number(text)).collect::<Result<_, _>>()?;
        Ok(DMatrix::from_vec(self.printed.nrows(), self.printed.ncols(), numbers))
    }
}

impl Printed {
    /// Judges every entry, also by the step redone from printed matrices, whose names come with it. An explanation
    /// that explains nothing is our own mistake, and the error says which.
    pub(super) fn judge(
        self,
        of: &'static str,
        exact: &DMatrix<Exact>,
        redone: Option<(Vec<&'static str>, DMatrix<Exact>)>,
    ) -> Result<Audit, String> {
        let numbers = parse_matrix(self.text)?;
        if numbers.shape() != exact.shape() {
            return Err(format!("the printed {of} has not the shape of the computed one"));
        }
        let texts: Vec<String> =
            self.text.split([' ', ';']).filter(|entry| !entry.is_empty()).map(str::to_owned).collect();
        let printed = DMatrix::from_row_iterator(exact.nrows(), exact.ncols(), texts);
        let rounds = |result: &Exact, at: (usize, usize)| rounds_to(result, &numbers[at], self.places);
        let reproduces = |reading: &DMatrix<Exact>| {
            reading.shape() == numbers.shape()
                && reading.iter().zip(&numbers).all(|(result, number)| rounds_to(result, number, self.places))
        };
        let reading = self.readings.iter().find(|(_, reading)| reproduces(reading));

        let mut why = Vec::new();
        let mut carried = Vec::new();
        let mut used_slips = 0;
        let mut verdicts = DMatrix::from_element(exact.nrows(), exact.ncols(), Verdict::Match);
        // Row by row, as a person reads.
        for at in (0..exact.nrows()).flat_map(|row| (0..exact.ncols()).map(move |column| (row, column))) {
            if rounds(&exact[at], at) {
                continue;
            }
            let label = format!("`[{},{}]`, printed `{}`", at.0, at.1, printed[at]);
            let slips: Vec<_> = self.slips.iter().filter(|slip| slip.entry == at).collect();
            verdicts[at] = if let Some((_, redone)) = &redone
                && rounds(&redone[at], at)
            {
                carried.push((format!("`{}`", printed[at]), shown(&redone[at])));
                Verdict::Carried
            } else if !slips.is_empty() {
                for slip in &slips {
                    let result = shown(&slip.result);
                    if !rounds(&slip.result, at) {
                        return Err(format!("{of}{label}: “{}” gives {result}", slip.mistake));
                    }
                }
                used_slips += slips.len();
                let mistakes: Vec<_> = slips
                    .iter()
                    .map(|slip| format!("{} gives {}", slip.mistake, shown(&slip.result)))
                    .collect();
                why.push(format!("{label}: {}", mistakes.join(", and ")));
                Verdict::Slip
            } else if let Some((name, _)) = reading {
                why.push(format!("{label}: read as {name} the whole matrix comes out as printed"));
                Verdict::Slip
            } else {
                let tried = self.readings.len();
                why.push(format!("{label}: of {tried} readings tried, none gives the printed matrix"));
                Verdict::Unexplained
            };
        }
        if let Some((from, _)) = redone.filter(|_| !carried.is_empty()) {
            let from: Vec<_> = from.iter().map(|name| format!("`{name}`")).collect();
            let (printed, redone): (Vec<_>, Vec<_>) = carried.into_iter().unzip();
            let [from, printed, redone] = [from, printed, redone].map(|words| words.join(", "));
            let why_carried = format!(
                "Carried: redone from the printed {from}, the step gives {redone} for the printed {printed}"
            );
            why.insert(0, why_carried);
        }
        if used_slips < self.slips.len() {
            return Err(format!("a slip is stated for an entry of {of} that needs none"));
        }
        let exact = traced::values(exact);
        Ok(Audit { name: format!("{of}_printed"), of, places: self.places, printed, exact, verdicts, why })
    }
}

fn shown(number: &Exact) -> String {
    super::decimal(number, 6)
}

/// Whether a result rounds to a printed number; on a tie either neighbour counts.
///
/// ```
/// use worked_examples::notebook::{parse_number, rounds_to};
///
/// let [tie, up, down] = ["0.105", ".11", ".10"].map(|text| parse_number(text).unwrap());
/// assert!(rounds_to(&tie, &up, 2) && rounds_to(&tie, &down, 2));
/// assert!(!rounds_to(&up, &down, 2));
/// ```
#[must_use]
pub fn rounds_to(result: &Exact, printed: &Exact, places: usize) -> bool {
    let unit = power_of_ten(places).recip();
    (result - printed).abs() * Exact::from_integer(2.into()) <= unit
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Carried, Match, Slip, Unexplained};
    use super::*;

    fn exact(text: &str) -> DMatrix<Exact> {
        parse_matrix(text).expect("a matrix")
    }

    fn verdicts(printed: Printed, result: &str, redone: Option<&str>) -> Vec<Verdict> {
        let redone = redone.map(|redone| (vec!["n"], exact(redone)));
        printed.judge("m", &exact(result), redone).expect("it fits").verdicts.iter().copied().collect()
    }

    #[test]
    fn each_verdict_in_its_turn() {
        let printed = printed(".33 .5 .9 7", 2)
            .slip((0, 2), "left as it was", Exact::new(9.into(), 10.into()))
            .readings(vec![("its transpose".into(), exact("1 2 3 4"))]);
        assert_eq!(
            verdicts(printed, "1/3 .6 .8833 8", Some("1 .504 1 1")),
            [Match, Carried, Slip, Unexplained]
        );
    }

    #[test]
    fn a_reading_that_gives_the_whole_matrix_is_the_slip() {
        let printed = printed("2 1", 0).readings(vec![("its mirror image".into(), exact("2 1"))]);
        assert_eq!(verdicts(printed, "1 2", None), [Slip, Slip]);
    }

    #[test]
    fn an_explanation_that_explains_nothing_is_refused() {
        let slip =
            |value: i64| printed(".9", 2).slip((0, 0), "left as it was", Exact::from_integer(value.into()));
        let judged = |printed: Printed, result| printed.judge("m", &exact(result), None).map(|_| ());
        assert!(judged(slip(1), ".8").unwrap_err().contains("gives 1"));
        assert!(judged(slip(1), ".9").unwrap_err().contains("needs none"));
        assert!(judged(printed("1 2", 0), "1").unwrap_err().contains("shape"));
    }
}
