//! The functions that an expression may call, each with its value, its name and its derivative.

use super::{Made, Traced, Value};
use math::Exact;
use num_traits::{Signed, Zero};

/// A function of one or two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Relu,
    ReluDerivative,
    Max,
    Min,
    Abs,
    Exp,
    Ln,
    Sqrt,
    Tanh,
}

impl Function {
    /// The name, as a page writes it.
    pub(crate) fn symbol(self) -> &'static str {
        if self == Self::ReluDerivative { "ReLU′" } else { self.name() }
    }

    /// Whether it chooses among several numbers.
    pub(crate) fn compares(self) -> bool {
        matches!(self, Self::Max | Self::Min)
    }

    /// The name, as a program writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Relu => "relu",
            Self::ReluDerivative => "relu_derivative",
            Self::Max => "max",
            Self::Min => "min",
            Self::Abs => "abs",
            Self::Exp => "exp",
            Self::Ln => "ln",
            Self::Sqrt => "sqrt",
            Self::Tanh => "tanh",
        }
    }

    /// The value for these operands.
    pub(crate) fn value(self, operands: &[Value]) -> Value {
        let x = &operands[0];
        let real = |f: fn(f64) -> f64| Value::Float(f(x.to_f64()));
        match self {
            Self::Relu | Self::Max | Self::Min | Self::Abs => {
                let (chosen, factor) = self.piece(operands).unwrap_or((0, 0));
                match (factor, &operands[chosen]) {
                    // Also of what is infinite.
                    (0, Value::Float(_)) => Value::Float(0.0),
                    (1, operand) => operand.clone(),
                    (factor, operand) => operand.clone() * Value::from(factor),
                }
            }
            Self::ReluDerivative => Value::from(i32::from(sign(x) > 0)),
            Self::Exp => real(f64::exp),
            Self::Ln => real(f64::ln),
            Self::Sqrt => real(f64::sqrt),
            Self::Tanh => real(f64::tanh),
        }
    }

    /// For a function made of straight pieces: which operand it is on the piece that these values lie in, and
    /// times what; where pieces meet, the one that the convention ReLU′(0) = 0 and the first of equals choose.
    pub(crate) fn piece(self, operands: &[Value]) -> Option<(usize, i32)> {
        let first_is_larger = || operands[0].partial_cmp(&operands[1]).is_none_or(std::cmp::Ordering::is_ge);
        Some(match self {
            Self::Relu => (0, i32::from(sign(&operands[0]) > 0)),
            Self::Abs => (0, sign(&operands[0])),
            Self::Max => (usize::from(!first_is_larger()), 1),
            Self::Min => (usize::from(first_is_larger() && operands[0] != operands[1]), 1),
            _ => return None,
        })
    }
}

/// −1, 0 or 1.
pub(crate) fn sign(value: &Value) -> i32 {
    match value {
        Value::Exact(exact) if exact.is_zero() => 0,
        Value::Exact(exact) => {
            if exact.is_positive() {
                1
            } else {
                -1
            }
        }
        Value::Float(float) => i32::from(*float > 0.0) - i32::from(*float < 0.0),
    }
}

impl Traced {
    fn call(function: Function, operands: Vec<Self>) -> Self {
        let values: Vec<_> = operands.iter().map(|operand| operand.value.clone()).collect();
        let value = function.value(&values);
        if operands.iter().all(Self::is_constant) {
            return value.into();
        }
        Self::new(value, Made::Call(function, operands))
    }

    /// e to this power, in double precision.
    #[must_use]
    pub fn exp(self) -> Self {
        Self::call(Function::Exp, vec![self])
    }

    /// The natural logarithm, in double precision.
    #[must_use]
    pub fn ln(self) -> Self {
        Self::call(Function::Ln, vec![self])
    }

    /// The square root, in double precision.
    #[must_use]
    pub fn sqrt(self) -> Self {
        Self::call(Function::Sqrt, vec![self])
    }

    /// The hyperbolic tangent, in double precision.
    #[must_use]
    pub fn tanh(self) -> Self {
        Self::call(Function::Tanh, vec![self])
    }
}

impl math::Piecewise for Traced {
    fn relu(self) -> Self {
        Self::call(Function::Relu, vec![self])
    }

    fn relu_derivative(self) -> Self {
        Self::call(Function::ReluDerivative, vec![self])
    }

    fn maximum(self, other: Self) -> Self {
        Self::call(Function::Max, vec![self, other])
    }

    fn minimum(self, other: Self) -> Self {
        Self::call(Function::Min, vec![self, other])
    }

    fn absolute(self) -> Self {
        Self::call(Function::Abs, vec![self])
    }
}

impl num_traits::Zero for Traced {
    fn zero() -> Self {
        Exact::zero().into()
    }

    /// Whether it is the constant 0; an entry that happens to be 0 is not.
    fn is_zero(&self) -> bool {
        self.is_constant() && self.value == Value::from(0)
    }
}

impl num_traits::One for Traced {
    fn one() -> Self {
        Exact::one().into()
    }
}

#[cfg(test)]
mod tests {
    use super::sign;

    #[test]
    fn what_is_neither_above_nor_below_zero_has_no_sign() {
        let signs = [2.0, -0.5, 0.0, -0.0, f64::NAN].map(|number| sign(&number.into()));
        assert_eq!(signs, [1, -1, 0, 0, 0]);
    }
}
