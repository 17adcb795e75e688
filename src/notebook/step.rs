//! A step of several matrices at once, and what it does to a number that was computed from them.

use super::chart::Line;
use crate::Exact;
use nalgebra::DMatrix;
use traced::{Traced, Value};

/// A step: what it is called, and each matrix that moves, as the page shows it, with where it goes.
///
/// ```
/// use nalgebra::dmatrix;
/// use worked_examples::Exact;
/// use worked_examples::notebook::{Step, Traced, Value, given};
///
/// let x = given("x", &dmatrix![3].map(Traced::from));
/// let square = x.component_mul(&x).sum();
/// let step = Step { name: "one up", moves: vec![(&x, dmatrix![4].map(Traced::from))] };
/// assert_eq!(step.after(&square), Value::from(16));
/// assert_eq!(step.change(&square), Value::from(7));
/// assert_eq!(step.predicted(&[&dmatrix![6].map(Traced::from)]), Value::from(6));
/// assert_eq!(step.line(&square).points[20], (2.0, 25.0));
/// assert_eq!(step.on_the_way(&square, &Exact::from_integer(2.into())), Value::from(25));
/// ```
pub struct Step<'a> {
    /// What it is called.
    pub name: &'static str,
    /// What moves, and where to.
    pub moves: Vec<(&'a DMatrix<Traced>, DMatrix<Traced>)>,
}

impl Step<'_> {
    /// The number after so much of the step: 0 is none of it, and 1 all.
    #[must_use]
    pub fn on_the_way(&self, number: &Traced, part: &Exact) -> Value {
        let part = Traced::from(part);
        let moved = |(from, to): &(&DMatrix<Traced>, DMatrix<Traced>)| *from + (to - *from) * part.clone();
        let there: Vec<_> = self.moves.iter().map(moved).collect();
        number.at(&self.moves.iter().map(|(from, _)| *from).zip(&there).collect::<Vec<_>>())
    }

    /// The number after the step.
    #[must_use]
    pub fn after(&self, number: &Traced) -> Value {
        self.on_the_way(number, &Exact::from_integer(1.into()))
    }

    /// By how much the step changes the number.
    #[must_use]
    pub fn change(&self, number: &Traced) -> Value {
        self.after(number) - number.value().clone()
    }

    /// The number along the step, from none of it to twice the step, in tenths.
    #[must_use]
    pub fn line(&self, number: &Traced) -> Line {
        let at = |tenths: i32| self.on_the_way(number, &Exact::new(tenths.into(), 10.into())).to_f64();
        let points = (0..=20).map(|tenths| (f64::from(tenths) / 10.0, at(tenths)));
        Line::new(format!("along {}", self.name), points)
    }

    /// The change that the number's gradients predict, one for each matrix that moves: the sum of slope times way.
    #[must_use]
    pub fn predicted(&self, gradients: &[&DMatrix<Traced>]) -> Value {
        let slopes = self.moves.iter().zip(gradients);
        let changes = slopes.map(|((from, to), gradient)| gradient.component_mul(&(to - *from)).sum());
        changes.fold(Value::from(0), |sum, change| sum + change.value().clone())
    }
}
