//! Numbers that remember how they were made.
//!
//! A [`Traced`] number is a value and an expression: sums, products, quotients and named functions over entries
//! of what the page has shown. It goes through the same generic operations as any other number, so a step is
//! written once: its result, the sum of products behind each of its cells and the proof that it is a gradient
//! all come from the one line that computes it.

mod algebra;
mod arithmetic;
mod doubles;
mod expression;
mod function;
mod number;
mod slope;

pub use algebra::{Algebra, Derivative, Reach, is_gradient_for_all_numbers};
pub use doubles::as_function;
pub use expression::{Mark, Term, are_marked};
pub use number::{
    Notation, Value, counted, decimal, decimals, joined, positions, power_of_ten, rounded, truncated, values,
};
pub use slope::{Kinked, one_sided_slopes, slopes_by_differences};

use function::Function;
use math::Exact;
use nalgebra::DMatrix;
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// One entry of a matrix that a page shows, or a number that it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Entry {
    /// The name, as the page shows it.
    pub name: &'static str,
    /// Row and column, counted from 0; none for a single number.
    pub at: Option<(usize, usize)>,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((row, column)) => write!(f, "{}[{row},{column}]", self.name),
            None => f.write_str(self.name),
        }
    }
}

/// A number, and how it was made.
///
/// ```
/// use nalgebra::dmatrix;
/// use traced::{Traced, given};
///
/// let [a, b] = [("a", dmatrix![1.0, 2.0]), ("b", dmatrix![3.0; 4.0])]
///     .map(|(name, matrix)| given(name, &matrix.map(Traced::from)));
/// let product = &a * &b;
/// assert_eq!(product[0].value().to_f64(), 11.0);
/// assert_eq!(product[0].in_python(), "a[0][0]*b[0][0] + a[0][1]*b[1][0]");
/// ```
#[derive(Clone, Debug)]
pub struct Traced {
    value: Value,
    made: Arc<Made>,
}

#[derive(Debug)]
enum Made {
    Constant,
    /// Shown by the page; what was computed and not given has what it was computed from.
    Shown(Entry, Option<Traced>),
    Sum([Traced; 2]),
    Negative([Traced; 1]),
    Product([Traced; 2]),
    Quotient([Traced; 2]),
    Call(Function, Vec<Traced>),
}

/// The number, as its [value](Value) is written.
impl fmt::Display for Traced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl Traced {
    /// The number itself.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The entry that this number is, where the page shows it.
    #[must_use]
    pub fn entry(&self) -> Option<Entry> {
        match &*self.made {
            Made::Shown(entry, _) => Some(*entry),
            _ => None,
        }
    }

    /// Whether it was made from nothing that the page shows.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        matches!(*self.made, Made::Constant)
    }

    /// Whether there is something to work out, and not a single entry or a constant that is only copied.
    #[must_use]
    pub fn is_calculated(&self) -> bool {
        !matches!(*self.made, Made::Constant | Made::Shown(..))
    }

    /// The same expression with other numbers in the places of some of its entries.
    #[must_use]
    pub fn with(&self, mut other: impl FnMut(Entry) -> Option<Value>) -> Value {
        self.replaced(&mut other)
    }

    fn replaced(&self, other: &mut impl FnMut(Entry) -> Option<Value>) -> Value {
        match &*self.made {
            Made::Shown(entry, _) => other(*entry).unwrap_or_else(|| self.value.clone()),
            _ => self.again(self.operands().iter().map(|operand| operand.replaced(other)).collect()),
        }
    }

    /// The number that comes out with other matrices in the places of some that the page shows, however far back.
    ///
    /// # Panics
    /// If another matrix has another shape than the one in whose place it is put.
    #[must_use]
    pub fn at(&self, others: &[(&DMatrix<Self>, &DMatrix<Self>)]) -> Value {
        let places = others.iter().flat_map(|(shown, others)| {
            assert_eq!(shown.shape(), others.shape(), "a matrix takes the place of one of another shape");
            shown.iter().zip(others.iter()).filter_map(|(shown, other)| Some((shown.entry()?, other)))
        });
        let places: HashMap<_, _> = places.collect();
        let leaf = |number: &Self| {
            let other = number.entry().and_then(|entry| places.get(&entry));
            let is_given = number.operands().is_empty();
            other.map(|other| other.value.clone()).or_else(|| is_given.then(|| number.value.clone()))
        };
        Walk::new().through(self, &leaf, &mut |number, operands| number.again(operands))
    }

    fn new(value: Value, made: Made) -> Self {
        Self { value, made: Arc::new(made) }
    }

    /// The number as one that the page shows from now on.
    #[must_use]
    pub fn shown_as(&self, entry: Entry) -> Self {
        Self::new(self.value.clone(), Made::Shown(entry, Some(self.clone())))
    }

    /// The number with somebody's own answer in the place of its value.
    #[must_use]
    pub fn answered(self, answer: Exact) -> Self {
        Self { value: answer.into(), ..self }
    }

    /// The number as one that is given: it could be any other.
    #[must_use]
    pub fn given_as(&self, entry: Entry) -> Self {
        Self::new(self.value.clone(), Made::Shown(entry, None))
    }

    /// Whether the largest or the smallest of several numbers was taken on the way to it.
    #[must_use]
    pub fn compares(&self) -> bool {
        let compares = |number: &Self, operands: Vec<bool>| {
            let is_one = matches!(&*number.made, Made::Call(function, _) if function.compares());
            is_one || operands.contains(&true)
        };
        Walk::new().through(self, &|_| None, &mut { compares })
    }

    /// What it was made from: what a shown number was computed from counts as such.
    fn operands(&self) -> &[Self] {
        match &*self.made {
            Made::Constant => &[],
            Made::Shown(_, origin) => origin.as_slice(),
            Made::Sum(operands) | Made::Product(operands) | Made::Quotient(operands) => operands,
            Made::Negative(operand) => operand,
            Made::Call(_, operands) => operands,
        }
    }
}

/// The entries of a matrix as those that a page shows under this name.
#[must_use]
pub fn shown(name: &'static str, matrix: &DMatrix<Traced>) -> DMatrix<Traced> {
    named(name, matrix, Traced::shown_as)
}

/// The entries of a matrix as those that are given under this name: they could be any others.
#[must_use]
pub fn given(name: &'static str, matrix: &DMatrix<Traced>) -> DMatrix<Traced> {
    named(name, matrix, Traced::given_as)
}

fn named(
    name: &'static str,
    matrix: &DMatrix<Traced>,
    entry: fn(&Traced, Entry) -> Traced,
) -> DMatrix<Traced> {
    DMatrix::from_fn(matrix.nrows(), matrix.ncols(), |row, column| {
        entry(&matrix[(row, column)], Entry { name, at: Some((row, column)) })
    })
}

/// The values of a traced matrix.
#[must_use]
pub fn untraced(matrix: &DMatrix<Traced>) -> DMatrix<Value> {
    matrix.map(|entry| entry.value)
}

/// The values of a traced matrix whose entries are all exact.
///
/// # Errors
/// Says which entry is not.
pub fn exact(matrix: &DMatrix<Traced>) -> Result<DMatrix<Exact>, String> {
    let entries = matrix.iter().map(|entry| {
        entry.value.exact().cloned().ok_or_else(|| format!("{:?} is not an exact number", entry.entry()))
    });
    Ok(DMatrix::from_vec(matrix.nrows(), matrix.ncols(), entries.collect::<Result<_, _>>()?))
}

/// So many running sums are written out; each is one term longer than the one before.
const MOST_SUMS: usize = 64;

/// The running sums of the entries; where there are more than 64, as numbers alone.
///
/// ```
/// use nalgebra::dmatrix;
/// use traced::{Traced, Value, given, running_sums, untraced};
///
/// let sums = running_sums(&given("x", &dmatrix![1, 2, 4].map(Traced::from)));
/// assert_eq!(untraced(&sums), dmatrix![1, 3, 7].map(Value::from));
/// assert!(sums[2].is_calculated());
/// ```
#[must_use]
pub fn running_sums(numbers: &DMatrix<Traced>) -> DMatrix<Traced> {
    let mut sum = Traced::from(0);
    let is_long = numbers.len() > MOST_SUMS;
    numbers.map(|number| {
        sum = sum.clone() + number;
        if is_long { sum.value().into() } else { sum.clone() }
    })
}

/// Works through numbers from the inside out: each once, with what came of its operands.
struct Walk<T> {
    /// By the place in memory, which no other number can take as long as this one is kept.
    done: FxHashMap<*const Made, (Arc<Made>, T)>,
}

impl<T: Clone> Walk<T> {
    fn new() -> Self {
        Self { done: FxHashMap::default() }
    }

    /// `leaf` says what comes of a number without a look at its operands, `rule` what comes of one with them.
    fn through(
        &mut self,
        number: &Traced,
        leaf: &impl Fn(&Traced) -> Option<T>,
        rule: &mut impl FnMut(&Traced, Vec<T>) -> T,
    ) -> T {
        if let Some(result) = leaf(number) {
            return result;
        }
        let key = Arc::as_ptr(&number.made);
        if let Some((_, result)) = self.done.get(&key) {
            return result.clone();
        }
        let operands = number.operands().iter().map(|operand| self.through(operand, leaf, rule)).collect();
        let result = rule(number, operands);
        // What is used once only need not be kept.
        if Arc::strong_count(&number.made) > 1 {
            self.done.insert(key, (Arc::clone(&number.made), result.clone()));
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use math::Piecewise;
    use nalgebra::dmatrix;

    #[test]
    fn an_answer_takes_the_place_of_the_value_and_of_nothing_else() {
        let x = given("x", &dmatrix![Traced::from(3)])[0].clone();
        let answered = x.clone().answered(Exact::from_integer(5.into()));
        assert_eq!((answered.value(), answered.entry()), (&Value::from(5), x.entry()));
    }

    #[test]
    fn only_the_larger_and_the_smaller_of_two_compare() {
        let x = given("x", &dmatrix![Traced::from(3)])[0].clone();
        assert!(x.clone().maximum(Traced::from(1)).compares());
        assert!((x.clone().maximum(Traced::from(1)) + Traced::from(1)).compares());
        assert!(!(x.relu() + Traced::from(1)).compares());
    }
}
