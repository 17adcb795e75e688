//! Sums of products: how one output cell came about, as a number of its own kind.
//!
//! [`Terms`] can be added and multiplied, so the very operation that computed a matrix, given [`entries`] in
//! place of numbers, answers with the products that each cell is the sum of.

use super::Value;
use nalgebra::{DMatrix, Scalar};
use num_traits::Zero;
use std::ops::{Add, Mul};

/// One entry of a named matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name of the matrix, as the page shows it.
    pub matrix: &'static str,
    /// Row, counted from 0.
    pub row: usize,
    /// Column, counted from 0.
    pub column: usize,
}

/// A sum of products of entries.
///
/// ```
/// use nalgebra::dmatrix;
/// use worked_examples::notebook::entries;
///
/// let (a, b) = (entries("a", &dmatrix![1, 2]), entries("b", &dmatrix![3; 4]));
/// let sum = a[(0, 0)].clone() * b[(0, 0)].clone() + a[(0, 1)].clone() * b[(1, 0)].clone();
/// let products: Vec<_> = sum.products().iter().map(|product| (product[0].column, product[1].row)).collect();
/// assert_eq!(products, [(0, 0), (1, 1)], "a[0,0]·b[0,0] + a[0,1]·b[1,0]");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms(Vec<Vec<Entry>>);

impl Terms {
    /// The products, in the order in which they were added.
    #[must_use]
    pub fn products(&self) -> &[Vec<Entry>] {
        &self.0
    }

    /// The sum, with a number in the place of each entry; `None` where one is missing.
    #[must_use]
    pub fn evaluate(&self, number: impl Fn(&Entry) -> Option<Value>) -> Option<Value> {
        let product = |product: &Vec<Entry>| {
            product.iter().try_fold(Value::from(1), |product, entry| Some(product * number(entry)?))
        };
        self.0.iter().try_fold(Value::from(0), |sum, terms| Some(sum + product(terms)?))
    }
}

/// Stands for the entries of a matrix, to be computed with in their place.
#[must_use]
pub fn entries<T: Scalar>(name: &'static str, matrix: &DMatrix<T>) -> DMatrix<Terms> {
    DMatrix::from_fn(matrix.nrows(), matrix.ncols(), |row, column| {
        Terms(vec![vec![Entry { matrix: name, row, column }]])
    })
}

impl Zero for Terms {
    fn zero() -> Self {
        Self(Vec::new())
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }
}

impl num_traits::One for Terms {
    fn one() -> Self {
        Self(vec![Vec::new()])
    }
}

impl Add for Terms {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl Mul for Terms {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let pairs = self.0.iter().flat_map(|a| other.0.iter().map(move |b| [a.as_slice(), b].concat()));
        Self(pairs.collect())
    }
}

impl std::ops::AddAssign for Terms {
    fn add_assign(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

impl std::ops::MulAssign for Terms {
    fn mul_assign(&mut self, other: Self) {
        *self = self.clone() * other;
    }
}
