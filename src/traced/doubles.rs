//! Steps of a page as a function, for the many times that nobody would work them out by hand.

use super::function::Function;
use super::{Made, Traced, Walk};
use crate::number::Value;
use nalgebra::DMatrix;
use std::collections::HashMap;

/// What a matrix would be, were another one that the page shows something else: the steps between the two, in double
/// precision.
///
/// ```
/// use nalgebra::dmatrix;
/// use traced::{Traced, as_function, given};
///
/// let x = given("x", &dmatrix![3.0, 4.0].map(Traced::from));
/// let square = as_function(&x.component_mul(&x), &x);
/// assert_eq!(square(&dmatrix![0.5, -1.0]), dmatrix![0.25, 1.0]);
/// ```
pub fn as_function(
    matrix: &DMatrix<Traced>,
    of: &DMatrix<Traced>,
) -> impl Fn(&DMatrix<f64>) -> DMatrix<f64> + use<> {
    let entries = of.iter().enumerate().filter_map(|(place, number)| Some((number.entry()?, place)));
    let places: HashMap<_, _> = entries.collect();
    let inputs = of.len();
    let mut steps = Vec::new();
    let leaf = |number: &Traced| number.entry().and_then(|entry| places.get(&entry).copied());
    let mut add = |number: &Traced, operands: Vec<usize>| {
        let step = match (&*number.made, operands.as_slice()) {
            (Made::Shown(..), [origin]) => return *origin,
            (Made::Sum(_), &[a, b]) => Step::Sum(a, b),
            (Made::Negative(_), &[a]) => Step::Negative(a),
            (Made::Product(_), &[a, b]) => Step::Product(a, b),
            (Made::Quotient(_), &[a, b]) => Step::Quotient(a, b),
            (Made::Call(function, _), _) => Step::Call(*function, operands),
            _ => Step::Constant(number.value.to_f64()),
        };
        steps.push(step);
        inputs + steps.len() - 1
    };
    let mut walk = Walk::new();
    let (rows, columns) = matrix.shape();
    let outputs: Vec<_> = matrix.iter().map(|number| walk.through(number, &leaf, &mut add)).collect();
    move |now| {
        let numbers = numbers(now.as_slice(), &steps);
        DMatrix::from_iterator(rows, columns, outputs.iter().map(|&place| numbers[place]))
    }
}

/// The inputs, and behind them what each step makes of what stands before it. (A function of its own, because a closure
/// is compiled where it is called.)
fn numbers(inputs: &[f64], steps: &[Step]) -> Vec<f64> {
    let mut numbers = Vec::with_capacity(inputs.len() + steps.len());
    numbers.extend_from_slice(inputs);
    for step in steps {
        numbers.push(step.result(&numbers));
    }
    numbers
}

/// One operation, on the numbers at these places.
enum Step {
    Constant(f64),
    Sum(usize, usize),
    Negative(usize),
    Product(usize, usize),
    Quotient(usize, usize),
    Call(Function, Vec<usize>),
}

impl Step {
    fn result(&self, numbers: &[f64]) -> f64 {
        match *self {
            Self::Constant(number) => number,
            Self::Sum(a, b) => numbers[a] + numbers[b],
            Self::Negative(a) => -numbers[a],
            Self::Product(a, b) => numbers[a] * numbers[b],
            Self::Quotient(a, b) => numbers[a] / numbers[b],
            Self::Call(function, ref operands) => {
                let operands: Vec<_> = operands.iter().map(|&place| Value::Float(numbers[place])).collect();
                function.value(&operands).to_f64()
            }
        }
    }
}
