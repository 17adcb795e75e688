//! Adding, multiplying and comparing traced numbers. Adding the constant 0 and multiplying by 0 or 1 leaves no
//! trace, as nobody would write it down.

use super::{Made, Traced, Value};
use math::Exact;
use num_traits::{One, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

impl From<Value> for Traced {
    fn from(number: Value) -> Self {
        Self::new(number, Made::Constant)
    }
}

/// What is a value is a constant, made from nothing.
macro_rules! constants {
    ($($number:ty),*) => {$(
        impl From<$number> for Traced {
            fn from(number: $number) -> Self {
                Value::from(number).into()
            }
        }
    )*};
}

constants!(Exact, &Exact, &Value, f64, f32, usize, i32);

impl Add for Traced {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        if self.is_zero() {
            return other;
        }
        if other.is_zero() {
            return self;
        }
        let value = self.value.clone() + other.value.clone();
        if self.is_constant() && other.is_constant() {
            return value.into();
        }
        Self::new(value, Made::Sum([self, other]))
    }
}

impl Mul for Traced {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let is_one = |number: &Self| number.is_constant() && number.value == Value::from(1);
        if self.is_zero() || other.is_zero() {
            return Self::zero();
        }
        if is_one(&self) {
            return other;
        }
        if is_one(&other) {
            return self;
        }
        let value = self.value.clone() * other.value.clone();
        if self.is_constant() && other.is_constant() {
            return value.into();
        }
        Self::new(value, Made::Product([self, other]))
    }
}

impl Neg for Traced {
    type Output = Self;

    fn neg(self) -> Self {
        let value = -self.value.clone();
        match &*self.made {
            Made::Constant => value.into(),
            Made::Negative([operand]) => operand.clone(),
            _ => Self::new(value, Made::Negative([self])),
        }
    }
}

impl Sub for Traced {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Div for Traced {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        if other.is_constant() && other.value == Value::from(1) {
            return self;
        }
        let value = self.value.clone() / other.value.clone();
        if self.is_constant() && other.is_constant() {
            return value.into();
        }
        Self::new(value, Made::Quotient([self, other]))
    }
}

impl AddAssign for Traced {
    fn add_assign(&mut self, other: Self) {
        *self = std::mem::replace(self, Self::zero()) + other;
    }
}

impl SubAssign for Traced {
    fn sub_assign(&mut self, other: Self) {
        *self = std::mem::replace(self, Self::zero()) - other;
    }
}

impl MulAssign for Traced {
    fn mul_assign(&mut self, other: Self) {
        *self = std::mem::replace(self, Self::one()) * other;
    }
}

impl DivAssign for Traced {
    fn div_assign(&mut self, other: Self) {
        *self = std::mem::replace(self, Self::one()) / other;
    }
}

/// Numbers are equal where their values are, however they were made.
impl PartialEq for Traced {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl PartialOrd for Traced {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl std::iter::Sum for Traced {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::zero(), Add::add)
    }
}

impl From<Traced> for Value {
    fn from(number: Traced) -> Self {
        number.value
    }
}

impl From<&Traced> for Value {
    fn from(number: &Traced) -> Self {
        number.value.clone()
    }
}

impl PartialEq<Exact> for Traced {
    fn eq(&self, other: &Exact) -> bool {
        self.value.exact() == Some(other)
    }
}

/// As far as there is a whole number, or a double, for the value.
impl ToPrimitive for Traced {
    fn to_i64(&self) -> Option<i64> {
        self.value.exact().and_then(Exact::to_i64)
    }

    fn to_u64(&self) -> Option<u64> {
        self.value.exact().and_then(Exact::to_u64)
    }

    fn to_f64(&self) -> Option<f64> {
        Some(self.value.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::given;
    use nalgebra::dmatrix;

    #[test]
    fn two_signs_cancel_and_a_constant_stays_one() {
        let x = given("x", &dmatrix![Traced::from(3)])[0].clone();
        assert_eq!((-(-x.clone())).entry(), x.entry());
        assert!((-Traced::from(2)).is_constant());
    }

    #[test]
    fn a_whole_number_can_be_taken_out() {
        assert_eq!((Traced::from(-7).to_i64(), Traced::from(7).to_u64()), (Some(-7), Some(7)));
        assert_eq!((Traced::from(0.5).to_i64(), Traced::from(-7).to_u64()), (None, None));
    }
}
