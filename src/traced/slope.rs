//! Slopes at the numbers on the page: from one side and the other, and by finite differences.

use super::function::{Function, sign};
use super::{Entry, Made, Traced, Walk};
use crate::number::Value;
use math::Exact;
use math::gradient::{Slope, central_differences, quadratic_slopes, slopes};
use nalgebra::DMatrix;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

/// The slopes of a function along an entry that reaches a kink, such as a `ReLU` at 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Kinked {
    /// The limit from below.
    pub left: Value,
    /// The limit from above.
    pub right: Value,
    /// What the convention gives: a derivative of 0 at each kink.
    pub convention: Value,
}

/// The slopes of an exact number along an entry from both sides; `None` where moving it moves nothing that stands at a
/// kink.
#[must_use]
pub fn one_sided_slopes(function: &Traced, by: Entry) -> Option<Kinked> {
    let mut reaches_a_kink = false;
    let convention = slope(function, by, Side::Convention, &mut reaches_a_kink);
    if !reaches_a_kink {
        return None;
    }
    let [left, right] = [Side::Below, Side::Above].map(|side| slope(function, by, side, &mut false));
    Some(Kinked { left, right, convention })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Below,
    Above,
    Convention,
}

/// Derivatives rule by rule, from the inside out; at a kink the side decides.
fn slope(function: &Traced, by: Entry, side: Side, reaches_a_kink: &mut bool) -> Value {
    let leaf = |number: &Traced| (number.entry() == Some(by)).then(|| Value::from(1));
    Walk::new().through(function, &leaf, &mut |number, slopes: Vec<Value>| {
        let value = |operand: usize| number.operands()[operand].value.clone();
        match (&*number.made, slopes.as_slice()) {
            (Made::Shown(..), [slope]) => slope.clone(),
            (Made::Sum(_), [a, b]) => a.clone() + b.clone(),
            (Made::Negative(_), [a]) => -a.clone(),
            (Made::Product(_), [a, b]) => a.clone() * value(1) + value(0) * b.clone(),
            (Made::Quotient(_), [a, b]) => (a.clone() + -(number.value.clone() * b.clone())) / value(1),
            (Made::Call(function, inputs), slopes) => call(*function, inputs, slopes, side, reaches_a_kink),
            _ => Value::from(0),
        }
    })
}

fn call(
    function: Function,
    inputs: &[Traced],
    slopes: &[Value],
    side: Side,
    reaches_a_kink: &mut bool,
) -> Value {
    let values: Vec<_> = inputs.iter().map(|input| input.value.clone()).collect();
    let Some((chosen, factor)) = function.piece(&values) else {
        // ReLU′ is level on both sides. What is smooth gives doubles, and of these nothing but the sign, or how they
        // compare, reaches an exact number.
        return Value::from(0);
    };
    let pieces = pieces(function, slopes);
    let [first, second] = &pieces;
    let meet = match function {
        Function::Max | Function::Min => values[0] == values[1],
        _ => sign(&values[0]) == 0,
    };
    if !meet || first == second {
        return slopes[chosen].clone() * Value::from(factor);
    }
    *reaches_a_kink = true;
    // Towards larger numbers the larger of two pieces that meet is the one that rises more, towards smaller ones
    // the one that rises less.
    let larger_wins = function != Function::Min;
    let (low, high) = if first < second { (first, second) } else { (second, first) };
    match side {
        Side::Above => if larger_wins { high } else { low }.clone(),
        Side::Below => if larger_wins { low } else { high }.clone(),
        Side::Convention => slopes[chosen].clone() * Value::from(factor),
    }
}

/// The slopes of the two pieces that a function is made of.
fn pieces(function: Function, slopes: &[Value]) -> [Value; 2] {
    match function {
        Function::Max | Function::Min => [slopes[0].clone(), slopes[1].clone()],
        Function::Abs => [-slopes[0].clone(), slopes[0].clone()],
        _ => [Value::from(0), slopes[0].clone()],
    }
}

/// The slope of a function along every entry of a matrix by finite differences: in exact fractions where the
/// function is exact, else in double precision. Of a function that is quadratic at the most in each entry, a single
/// central difference is the slope; of any other, smaller steps have to agree.
#[must_use]
pub fn slopes_by_differences(
    function: &Traced,
    of: &DMatrix<Traced>,
    is_quadratic: bool,
) -> DMatrix<Slope<Value>> {
    let reached = Reached::new(function, of);
    let exact: Option<Vec<_>> = of.iter().map(|entry| entry.value.exact().cloned()).collect();
    match exact {
        Some(entries) if function.value.exact().is_some() => {
            let at = DMatrix::from_vec(of.nrows(), of.ncols(), entries.clone());
            let there = |at: &DMatrix<Exact>| {
                let moved = (0..at.len()).find(|&index| at[index] != entries[index]);
                let value = moved.map_or_else(
                    || function.value.clone(),
                    |index| reached.evaluate(function, index, &at[index].clone().into()),
                );
                Ok::<_, Infallible>(value.exact().cloned().unwrap_or_default())
            };
            let Ok(slopes) = if is_quadratic { quadratic_slopes(&at, there) } else { slopes(&at, there) };
            slopes.map(|slope| slope.map(Value::Exact))
        }
        _ => {
            let at = of.map(|entry| entry.value.to_f64());
            let entries = at.clone();
            let there = |at: &DMatrix<f64>| {
                let moved = (0..at.len()).find(|&index| at[index].to_bits() != entries[index].to_bits());
                moved.map_or_else(
                    || function.value.to_f64(),
                    |index| reached.evaluate(function, index, &at[index].into()).to_f64(),
                )
            };
            central_differences(&at, there).map(|slope| slope.map(Value::Float))
        }
    }
}

/// What the entries of a matrix reach: what moves when they do.
pub(crate) struct Reached {
    entries: FxHashMap<Entry, usize>,
    rows: usize,
    moving: FxHashMap<*const Made, Area>,
}

/// A part of a matrix: its first and last row, and its first and last column.
#[derive(Clone, Copy)]
struct Area {
    rows: (usize, usize),
    columns: (usize, usize),
}

impl Area {
    fn of(row: usize, column: usize) -> Self {
        Self { rows: (row, row), columns: (column, column) }
    }

    fn around(self, other: Self) -> Self {
        let around = |a: (usize, usize), b: (usize, usize)| (a.0.min(b.0), a.1.max(b.1));
        Self { rows: around(self.rows, other.rows), columns: around(self.columns, other.columns) }
    }

    fn holds(self, row: usize, column: usize) -> bool {
        let holds = |(first, last): (usize, usize), at: usize| first <= at && at <= last;
        holds(self.rows, row) && holds(self.columns, column)
    }
}

impl Reached {
    pub(crate) fn new(function: &Traced, by: &DMatrix<Traced>) -> Self {
        let entries = by.iter().enumerate().filter_map(|(index, number)| Some((number.entry()?, index)));
        let entries: FxHashMap<_, _> = entries.collect();
        let rows = by.nrows();
        let mut moving = FxHashMap::default();
        let leaf = |number: &Traced| match &*number.made {
            Made::Shown(entry, origin) => match entries.get(entry) {
                Some(index) => Some(Some(Area::of(index % rows, index / rows))),
                None if origin.is_none() => Some(None),
                None => None,
            },
            Made::Constant => Some(None),
            _ => None,
        };
        Walk::new().through(function, &leaf, &mut |number, areas: Vec<Option<Area>>| {
            let area = areas.into_iter().flatten().reduce(Area::around);
            if let Some(area) = area {
                moving.insert(Arc::as_ptr(&number.made), area);
            }
            area
        });
        Self { entries, rows, moving }
    }

    fn moves(&self, number: &Traced) -> bool {
        self.moving.contains_key(&Arc::as_ptr(&number.made))
    }

    /// The shown entries next to what moves, which do not move themselves.
    pub(crate) fn frontier(&self, function: &Traced) -> BTreeSet<Entry> {
        let mut frontier = BTreeSet::new();
        let leaf = |number: &Traced| match number.entry() {
            Some(entry) if !self.moves(number) => Some(Some(entry)),
            _ => None,
        };
        let mut collect = |entries: Vec<Option<Entry>>| frontier.extend(entries.into_iter().flatten());
        let outermost = Walk::new().through(function, &leaf, &mut |_, entries| {
            collect(entries);
            None
        });
        collect(vec![outermost]);
        frontier
    }

    /// The function anew with another number in the place of one of the entries; what does not move with it keeps its
    /// value.
    fn evaluate(&self, function: &Traced, index: usize, entry: &Value) -> Value {
        let (row, column) = (index % self.rows, index / self.rows);
        let leaf = |number: &Traced| match self.moving.get(&Arc::as_ptr(&number.made)) {
            Some(area) if area.holds(row, column) => None,
            Some(_) => Some(number.value.clone()),
            None => {
                let is_moved = number.entry().is_some_and(|own| self.entries.get(&own) == Some(&index));
                Some(if is_moved { entry.clone() } else { number.value.clone() })
            }
        };
        Walk::new().through(function, &leaf, &mut |number, operands: Vec<Value>| number.again(operands))
    }
}

impl Traced {
    /// The same operation on other values.
    #[must_use]
    pub fn again(&self, operands: Vec<Value>) -> Value {
        match (&*self.made, <[Value; 2]>::try_from(operands)) {
            (Made::Sum(_), Ok([a, b])) => a + b,
            (Made::Product(_), Ok([a, b])) => a * b,
            (Made::Quotient(_), Ok([a, b])) => a / b,
            (Made::Call(function, _), Ok(operands)) => function.value(&operands),
            (Made::Call(function, _), Err(operands)) => function.value(&operands),
            (Made::Negative(_), Err(operand)) => -operand[0].clone(),
            (Made::Shown(..), Err(operand)) if !operand.is_empty() => operand[0].clone(),
            _ => self.value.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::given;
    use math::Piecewise;
    use nalgebra::dmatrix;

    fn entries(values: &[f64]) -> DMatrix<Traced> {
        given("x", &DMatrix::from_row_slice(1, values.len(), values).map(Traced::from))
    }

    #[test]
    fn the_slopes_on_both_sides_of_a_kink_are_those_by_hand() {
        let x = given("x", &dmatrix![Traced::from(0)])[0].clone();
        let times = |factor: i32| Traced::from(factor) * x.clone();
        let one = || Traced::from(1);
        for (function, expected) in [
            (x.clone().absolute(), Some([-2, 2, 0])),
            (-x.clone().absolute(), Some([2, -2, 0])),
            (x.clone().relu(), Some([0, 2, 0])),
            ((times(2) + one()).maximum(times(3) + one()), Some([4, 6, 4])),
            ((times(2) + one()).minimum(times(3) + one()), Some([6, 4, 4])),
            ((x.clone().absolute() + Traced::from(6)) / (x.clone() + Traced::from(2)), Some([-4, -2, -3])),
            (times(2).maximum(times(2)), None),
            ((times(2) + one()).relu(), None),
            (x.clone().exp().relu_derivative() * times(2), None),
        ] {
            // The slopes, in halves.
            let halves = |value: i32| Value::from(value) / Value::from(2);
            let expected = expected.map(|[left, right, convention]| Kinked {
                left: halves(left),
                right: halves(right),
                convention: halves(convention),
            });
            let by = x.entry().expect("an entry");
            assert_eq!(one_sided_slopes(&function, by), expected, "{:?}", function.value());
        }
    }

    #[test]
    fn what_is_no_fraction_is_moved_in_doubles() {
        let near = |slope: &Slope<Value>, expected: f64| {
            let Slope::Smooth(slope) = slope else { panic!("{slope:?}") };
            assert!((slope.to_f64() - expected).abs() < 1e-6, "{slope:?} is not {expected}");
        };
        let x = entries(&[0.5, 2.0]);
        let slopes = slopes_by_differences(&(x[0].clone() * x[0].clone() + x[1].clone()), &x, false);
        near(&slopes[0], 1.0);
        near(&slopes[1], 1.0);
        let x = given("x", &dmatrix![Traced::from(0)]);
        near(&slopes_by_differences(&x[0].clone().exp(), &x, false)[0], 1.0);
    }

    #[test]
    fn what_was_made_of_nothing_stays_itself() {
        let x = entries(&[0.5]);
        assert_eq!(x[0].again(Vec::new()), Value::from(0.5));
    }
}
