//! Expressions multiplied out, so that two of them can be compared for all numbers at once.

use super::function::{Function, sign};
use super::slope::Reached;
use super::{Entry, Made, Traced, Walk};
use crate::number::{self, Value};
use math::Exact;
use nalgebra::DMatrix;
use num_traits::{One, Zero};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// For which numbers something was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// For those that stand on the page.
    TheseNumbers,
    /// For all numbers of these shapes with which every `ReLU` is on the same side.
    TheseSigns,
    /// For all numbers of these shapes.
    AllNumbers,
}

impl Reach {
    /// In words, as programs read it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::AllNumbers => "all numbers",
            Self::TheseSigns => "these signs",
            Self::TheseNumbers => "these numbers",
        }
    }
}

/// A derivative as algebra: the terms of a function that hold a weight, and what is left of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivative {
    /// The weight.
    pub by: Entry,
    /// The terms that hold it, as products of entries; the first few.
    pub terms: Vec<String>,
    /// What is left of each when it is derived by the weight.
    pub left: Vec<String>,
    /// How many terms hold it in all.
    pub count: usize,
}

/// A product of entries, each as often as it is a factor, in order: by the numbers that [`Expand`] gives them.
type Monomial = Vec<u32>;

/// A polynomial in entries: each product with its factor, none of them 0.
type Polynomial = BTreeMap<Monomial, Exact>;

/// More terms than this are not multiplied out: a second or two, and some hundred megabytes.
const MOST_TERMS: usize = 500_000;

/// Compares a gradient with the derivatives of a function by the entries of a matrix, for all numbers.
pub struct Algebra<'a> {
    function: &'a Traced,
    by: &'a DMatrix<Traced>,
    /// Multiplied out no further than what the entries do not reach: as a person would.
    near: Expansion,
    /// Multiplied out as far as what is given, once that is asked for.
    far: Option<Expansion>,
}

impl<'a> Algebra<'a> {
    /// The function multiplied out in the entries of `by` and what the page shows beside it; `None` where it is no
    /// polynomial in them, also not in pieces, or one with too many terms.
    #[must_use]
    pub fn new(function: &'a Traced, by: &'a DMatrix<Traced>) -> Option<Self> {
        let reached = Reached::new(function, by);
        let near = Expansion::new(function, by, reached.frontier(function))?;
        Some(Self { function, by, near, far: None })
    }

    /// Whether the function is one polynomial for all numbers, and of degree 2 at the most in each single entry.
    #[must_use]
    pub fn is_quadratic(&self) -> bool {
        let power = |(by, derivative): (&u32, &Polynomial)| {
            let powers = derivative.keys().map(|left| left.iter().filter(|entry| *entry == by).count());
            powers.max().unwrap_or(0)
        };
        !self.near.expand.is_cut && self.near.derivatives.iter().map(power).all(|power| power <= 1)
    }

    /// For which numbers the expression is the derivative by the entry; `None` where it is not.
    pub fn is_derivative(&mut self, expression: &Traced, by: Entry) -> Option<Reach> {
        if let Some(reach) = self.near.is_derivative(expression, by) {
            return Some(reach);
        }
        if self.far.is_none() {
            self.far = Expansion::new(self.function, self.by, BTreeSet::new());
        }
        self.far.as_mut()?.is_derivative(expression, by)
    }

    /// The derivative by an entry, written out where it has no more than `most` terms, else as far as the first two.
    #[must_use]
    pub fn derivative(&self, by: Entry, most: usize) -> Derivative {
        const FIRST: usize = 2;
        let Expansion { function, derivatives, expand } = &self.near;
        let number = expand.numbers.get(&by);
        let holding =
            || function.iter().filter(|(monomial, _)| number.is_some_and(|number| monomial.contains(number)));
        let left = number.and_then(|number| derivatives.get(number)).into_iter().flatten();
        let count = holding().count();
        let most = if count > most { FIRST } else { most };
        Derivative {
            by,
            terms: holding().take(most).map(|(monomial, factor)| expand.write(monomial, factor)).collect(),
            left: left.take(most).map(|(monomial, factor)| expand.write(monomial, factor)).collect(),
            count,
        }
    }
}

/// A function multiplied out, and its derivatives.
struct Expansion {
    function: Polynomial,
    /// What is left of each term, by the entry that was taken out of it.
    derivatives: FxHashMap<u32, Polynomial>,
    expand: Expand,
}

impl Expansion {
    fn new(function: &Traced, by: &DMatrix<Traced>, mut stops: BTreeSet<Entry>) -> Option<Self> {
        stops.extend(by.iter().filter_map(Traced::entry));
        let mut expand = Expand { walk: Walk::new(), stops, numbers: FxHashMap::default(), is_cut: false };
        let function = expand.polynomial(function)?;
        let weights = by.iter().filter_map(|weight| expand.numbers.get(&weight.entry()?));
        let weights: FxHashSet<_> = weights.copied().collect();
        let mut derivatives: FxHashMap<u32, Polynomial> = FxHashMap::default();
        for (monomial, factor) in function.iter() {
            let mut at = 0;
            while at < monomial.len() {
                let entry = monomial[at];
                let power = monomial[at..].iter().take_while(|other| **other == entry).count();
                if weights.contains(&entry) {
                    let mut left = monomial.clone();
                    left.remove(at);
                    let factor = factor * Exact::from_integer(power.into());
                    derivatives.entry(entry).or_default().insert(left, factor);
                }
                at += power;
            }
        }
        Some(Self { function: Arc::unwrap_or_clone(function), derivatives, expand })
    }

    fn is_derivative(&mut self, expression: &Traced, by: Entry) -> Option<Reach> {
        let expression = self.expand.polynomial(expression)?;
        let derivative = self.expand.numbers.get(&by).and_then(|number| self.derivatives.get(number));
        let equal = derivative.map_or(expression.is_empty(), |d| *d == *expression);
        let reach = if self.expand.is_cut { Reach::TheseSigns } else { Reach::AllNumbers };
        equal.then_some(reach)
    }
}

/// Whether a matrix is the gradient of a function by the entries of another for all numbers of these shapes,
/// and not only for those on the page.
///
/// ```
/// use nalgebra::dmatrix;
/// use traced::{Traced, given, is_gradient_for_all_numbers};
///
/// let [w, x] = [("w", dmatrix![1.0, 2.0]), ("x", dmatrix![2.0, 2.0])]
///     .map(|(name, matrix)| given(name, &matrix.map(Traced::from)));
/// let function = w.component_mul(&x).sum();
/// assert!(is_gradient_for_all_numbers(&x, &function, &w));
/// // It has the same numbers here, but only here.
/// assert!(!is_gradient_for_all_numbers(&dmatrix![x[1].clone(), x[0].clone()], &function, &w));
/// ```
#[must_use]
pub fn is_gradient_for_all_numbers(
    gradient: &DMatrix<Traced>,
    function: &Traced,
    of: &DMatrix<Traced>,
) -> bool {
    Algebra::new(function, of).is_some_and(|mut algebra| {
        gradient.shape() == of.shape()
            && gradient.iter().zip(of).all(|(gradient, of)| {
                let reach = of.entry().and_then(|entry| algebra.is_derivative(gradient, entry));
                reach == Some(Reach::AllNumbers)
            })
    })
}

/// Multiplies out as far as the given numbers, and no further than some entries.
struct Expand {
    walk: Walk<Option<Arc<Polynomial>>>,
    stops: BTreeSet<Entry>,
    /// The entries met so far, numbered.
    numbers: FxHashMap<Entry, u32>,
    /// Whether a piece was chosen by the sign of a number.
    is_cut: bool,
}

impl Expand {
    fn polynomial(&mut self, number: &Traced) -> Option<Arc<Polynomial>> {
        let Self { walk, stops, numbers, is_cut } = self;
        let numbers = RefCell::new(numbers);
        let is_variable = |number: &Traced| match &*number.made {
            Made::Shown(entry, origin) => (origin.is_none() || stops.contains(entry)).then_some(*entry),
            _ => None,
        };
        let variable = |number: &Traced| {
            let entry = is_variable(number)?;
            let mut numbers = numbers.borrow_mut();
            let next = u32::try_from(numbers.len()).ok()?;
            let number = *numbers.entry(entry).or_insert(next);
            Some(Some(Arc::new(Polynomial::from([(vec![number], Exact::one())]))))
        };
        walk.through(number, &variable, &mut |number, operands| {
            let mut operands = operands.into_iter().collect::<Option<Vec<_>>>()?;
            // A sum of many grows by a term at a time, and is not copied for each.
            if let (Made::Sum(_), 2) = (&*number.made, operands.len()) {
                let terms = operands.pop()?;
                return sum(Arc::unwrap_or_clone(operands.pop()?), &terms).map(Arc::new);
            }
            let polynomial = match (&*number.made, operands.as_slice()) {
                (Made::Constant, _) => constant(&number.value)?,
                (Made::Shown(..), [origin]) => return Some(Arc::clone(origin)),
                (Made::Negative(_), [a]) => scaled(a, &-Exact::one()),
                (Made::Product(_), [a, b]) => product(a, b)?,
                (Made::Quotient(_), [a, b]) => scaled(a, &as_constant(b)?.recip()),
                (Made::Call(function, inputs), operands) => {
                    *is_cut = true;
                    piece(*function, inputs, operands)?
                }
                _ => return None,
            };
            Some(Arc::new(polynomial))
        })
    }
}

impl Expand {
    /// A term as a page writes it: `2·a[0,0]·b[0,1]`.
    fn write(&self, monomial: &Monomial, factor: &Exact) -> String {
        let name = |number: &u32| self.numbers.iter().find(|(_, other)| *other == number);
        let names = monomial.iter().filter_map(name).map(|(entry, _)| entry.to_string());
        let is_one = factor.is_one() && !monomial.is_empty();
        let factor = (!is_one).then(|| factor.to_string());
        factor.into_iter().chain(names).collect::<Vec<_>>().join("·")
    }
}

/// The piece of the function that the numbers lie in, as a polynomial.
fn piece(function: Function, inputs: &[Traced], operands: &[Arc<Polynomial>]) -> Option<Polynomial> {
    if function == Function::ReluDerivative {
        return constant(&Value::from(i32::from(sign(&inputs[0].value) > 0)));
    }
    let values: Vec<_> = inputs.iter().map(|input| input.value.clone()).collect();
    let (chosen, factor) = function.piece(&values)?;
    Some(scaled(&operands[chosen], &Exact::from_integer(factor.into())))
}

fn constant(value: &Value) -> Option<Polynomial> {
    let exact = value.exact()?;
    Some(if exact.is_zero() { Polynomial::new() } else { Polynomial::from([(Vec::new(), exact.clone())]) })
}

fn as_constant(polynomial: &Polynomial) -> Option<&Exact> {
    polynomial.get(&Vec::new()).filter(|_| polynomial.len() == 1)
}

fn scaled(polynomial: &Polynomial, factor: &Exact) -> Polynomial {
    if factor.is_zero() {
        return Polynomial::new();
    }
    polynomial.iter().map(|(monomial, own)| (monomial.clone(), number::product(own, factor))).collect()
}

fn add(polynomial: &mut Polynomial, monomial: Monomial, factor: Exact) {
    use std::collections::btree_map::Entry::{Occupied, Vacant};
    match polynomial.entry(monomial) {
        Vacant(place) => drop(place.insert(factor)),
        Occupied(mut place) => {
            *place.get_mut() = number::sum(place.get(), &factor);
            if place.get().is_zero() {
                place.remove();
            }
        }
    }
}

fn sum(mut sum: Polynomial, terms: &Polynomial) -> Option<Polynomial> {
    for (monomial, factor) in terms {
        add(&mut sum, monomial.clone(), factor.clone());
    }
    are_few(sum.len()).then_some(sum)
}

fn are_few(terms: usize) -> bool {
    terms <= MOST_TERMS
}

fn product(a: &Polynomial, b: &Polynomial) -> Option<Polynomial> {
    if !are_few(a.len().saturating_mul(b.len())) {
        return None;
    }
    let mut product = Polynomial::new();
    for (left, left_factor) in a {
        for (right, right_factor) in b {
            let mut monomial = [left.as_slice(), right].concat();
            monomial.sort_unstable();
            add(&mut product, monomial, number::product(left_factor, right_factor));
        }
    }
    Some(product)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::given;
    use nalgebra::dmatrix;

    #[test]
    fn quadratic_is_what_has_no_cube_of_any_single_entry() {
        let x = given("x", &dmatrix![Traced::from(3), Traced::from(5)]);
        let y = given("y", &dmatrix![Traced::from(3)]);
        let squared = |number: &Traced| number.clone() * number.clone();
        let is_quadratic =
            |function: Traced, by| Algebra::new(&function, by).is_some_and(|made| made.is_quadratic());
        assert!(is_quadratic(squared(&x[0]) * squared(&x[1]), &x));
        assert!(!is_quadratic(squared(&y[0]) * y[0].clone(), &y));
    }

    #[test]
    fn the_derivative_of_what_is_taken_away_is_taken_away() {
        let x = given("x", &dmatrix![Traced::from(3)]);
        let function = -(x[0].clone() * x[0].clone());
        let entry = x[0].entry().expect("an entry");
        let mut algebra = Algebra::new(&function, &x).expect("a polynomial");
        let mut reach = |factor: i32| algebra.is_derivative(&(Traced::from(factor) * x[0].clone()), entry);
        assert!(matches!(reach(-2), Some(Reach::AllNumbers)));
        assert!(reach(2).is_none());
    }

    #[test]
    fn what_was_judged_and_is_gone_is_not_taken_for_what_comes_after_it() {
        let x = given("x", &dmatrix![Traced::from(3)]);
        let function = x[0].clone() * x[0].clone();
        let entry = x[0].entry().expect("an entry");
        let mut algebra = Algebra::new(&function, &x).expect("a polynomial");
        // So many that some of the second ones come to lie where the first ones lay.
        for factor in [2, 3] {
            let made: Vec<_> = (0..100).map(|_| Traced::from(factor) * x[0].clone()).collect();
            for number in &made {
                let used_twice = number.clone();
                assert_eq!(algebra.is_derivative(&used_twice, entry).is_some(), factor == 2);
            }
        }
    }

    #[test]
    fn a_product_of_more_terms_than_are_written_out_is_none() {
        let polynomial =
            |terms: u32| (0..terms).map(|entry| (vec![entry], Exact::one())).collect::<Polynomial>();
        assert!(product(&polynomial(1000), &polynomial(501)).is_none());
        assert_eq!(product(&polynomial(3), &polynomial(2)).map(|product| product.len()), Some(5));
        assert_eq!([MOST_TERMS, MOST_TERMS + 1].map(are_few), [true, false]);
    }

    #[test]
    fn behind_a_relu_the_piece_is_multiplied_out_in_which_the_numbers_lie() {
        let x = given("x", &dmatrix![Traced::from(3), Traced::from(-3)]);
        let function: Traced = x.iter().map(|x| math::Piecewise::relu(x.clone())).sum();
        let mut algebra = Algebra::new(&function, &x).expect("a polynomial in pieces");
        for (entry, slope) in x.iter().zip([1, 0]) {
            let mut reach =
                |slope: i32| algebra.is_derivative(&slope.into(), entry.entry().expect("an entry"));
            assert_eq!([reach(slope), reach(1 - slope)], [Some(Reach::TheseSigns), None]);
        }
    }
}
