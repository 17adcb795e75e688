//! A number on a page, and the one place that formats numbers.

use math::Exact;
use nalgebra::{DMatrix, Scalar};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A number as a page shows it: exact where a person could work it out, else floating.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A fraction without rounding.
    Exact(Exact),
    /// A double; single precision and counts are widened to it or to a fraction.
    Float(f64),
}

impl Value {
    /// The nearest double; an exact number beyond its range becomes infinite.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Exact(exact) => exact.to_f64().unwrap_or(f64::NAN),
            Self::Float(float) => *float,
        }
    }

    /// The fraction, where the number is exact.
    #[must_use]
    pub fn exact(&self) -> Option<&Exact> {
        match self {
            Self::Exact(exact) => Some(exact),
            Self::Float(_) => None,
        }
    }

    /// How many decimals write this number in full, or `None` where `most` are not enough.
    #[must_use]
    pub fn decimals_needed(&self, most: usize) -> Option<usize> {
        match self {
            Self::Exact(exact) => decimals_of(exact.denom()).filter(|&decimals| decimals <= most),
            Self::Float(float) => {
                let shortest = float.to_string();
                let decimals = shortest.split_once('.').map_or(0, |(_, decimals)| decimals.len());
                (decimals <= most).then_some(decimals)
            }
        }
    }

    /// Equal where both are exact; else equal but for the rounding of a few operations in double precision.
    #[must_use]
    pub fn is_about(&self, other: &Self) -> bool {
        if let (Self::Exact(a), Self::Exact(b)) = (self, other) {
            return a == b;
        }
        let (a, b) = (self.to_f64(), other.to_f64());
        let difference = (a - b).abs();
        (difference.is_finite() && difference <= 1e-9 * a.abs().max(b.abs()).max(1.0))
            || a.to_bits() == b.to_bits()
    }

    fn is_zero(&self) -> bool {
        match self {
            Self::Exact(exact) => exact.is_zero(),
            Self::Float(float) => *float == 0.0,
        }
    }
}

/// In running text: at most four decimals, or as many as are asked for, and fewer where they say all.
///
/// ```
/// use traced::Value;
///
/// let [half, third] = [0.5, 1.0 / 3.0].map(Value::from);
/// assert_eq!(format!("{half} and {third} and {third:.2}"), "0.5 and 0.3333 and 0.33");
/// ```
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Notation::of([self], f.precision().unwrap_or(4)).write(self))
    }
}

impl Add for Value {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => Self::Exact(sum(&a, &b)),
            (a, b) => Self::Float(a.to_f64() + b.to_f64()),
        }
    }
}

impl Mul for Value {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => Self::Exact(product(&a, &b)),
            (a, b) => Self::Float(a.to_f64() * b.to_f64()),
        }
    }
}

impl Neg for Value {
    type Output = Self;

    fn neg(self) -> Self {
        match self {
            Self::Exact(a) => Self::Exact(-a),
            Self::Float(a) => Self::Float(-a),
        }
    }
}

impl Sub for Value {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

/// By an exact zero, as doubles divide: infinite, or not a number.
impl Div for Value {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) if !b.is_zero() => Self::Exact(a / b),
            (a, b) => Self::Float(a.to_f64() / b.to_f64()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => Some(a.cmp(b)),
            (a, b) => a.to_f64().partial_cmp(&b.to_f64()),
        }
    }
}

/// a + b; short fractions, of which a page is full, without the detour over numbers of any length.
pub(crate) fn sum(a: &Exact, b: &Exact) -> Exact {
    match (short(a), short(b)) {
        (Some((a, c)), Some((b, d))) if c == d => reduced(a + b, c),
        (Some((a, c)), Some((b, d))) => reduced(a * d + b * c, c * d),
        _ => a + b,
    }
}

/// a · b, likewise.
pub(crate) fn product(a: &Exact, b: &Exact) -> Exact {
    match (short(a), short(b)) {
        (Some((a, c)), Some((b, d))) => reduced(a * b, c * d),
        _ => a * b,
    }
}

/// Numerator and denominator in 64 bits each, so that two products of such, and their sum, stay within 128 bits.
fn short(exact: &Exact) -> Option<(i128, i128)> {
    Some((exact.numer().to_i64()?.into(), exact.denom().to_i64()?.into()))
}

fn reduced(numerator: i128, denominator: i128) -> Exact {
    let divisor = numerator.gcd(&denominator);
    Exact::new_raw((numerator / divisor).into(), (denominator / divisor).into())
}

impl From<Exact> for Value {
    fn from(exact: Exact) -> Self {
        Self::Exact(exact)
    }
}

impl From<&Exact> for Value {
    fn from(exact: &Exact) -> Self {
        Self::Exact(exact.clone())
    }
}

impl From<&Value> for Value {
    fn from(value: &Value) -> Self {
        value.clone()
    }
}

impl From<f64> for Value {
    fn from(float: f64) -> Self {
        Self::Float(float)
    }
}

impl From<f32> for Value {
    fn from(float: f32) -> Self {
        Self::Float(float.into())
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Exact(Exact::from_integer(number.into()))
    }
}

impl From<usize> for Value {
    fn from(count: usize) -> Self {
        Self::Exact(Exact::from_integer(count.into()))
    }
}

/// How a set of numbers is written, so that a whole matrix is written alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// As many decimals as given.
    Fixed(usize),
    /// A power of ten behind as many decimals as given: for numbers too large or too small for the former.
    Scientific(usize),
    /// Fractions of whole numbers, where exact.
    Fraction,
}

/// From here on a number is written with a power of ten.
const LARGE: f64 = 1e10;

impl Notation {
    /// The notation with the fewest decimals that writes all the numbers in full, or `digits` decimals.
    ///
    /// ```
    /// use traced::{Notation, Value};
    ///
    /// assert_eq!(Notation::of(&[Value::from(0.5), Value::from(0.25)], 4), Notation::Fixed(2));
    /// assert_eq!(Notation::of(&[Value::from(1.0 / 3.0)], 4), Notation::Fixed(4));
    /// assert_eq!(Notation::of(&[Value::from(3e-7)], 4), Notation::Scientific(4));
    /// ```
    pub fn of<'a>(numbers: impl IntoIterator<Item = &'a Value>, digits: usize) -> Self {
        let mut decimals = 0;
        let mut largest: f64 = 0.0;
        let mut vanishing = false;
        for number in numbers {
            decimals = decimals.max(number.decimals_needed(digits).unwrap_or(digits));
            let size = number.to_f64().abs();
            largest = largest.max(size);
            vanishing |= !number.is_zero();
        }
        let invisible = 0.5 * 0.1_f64.powi(i32::try_from(digits).unwrap_or(i32::MAX));
        if largest >= LARGE || (vanishing && largest < invisible) {
            Self::Scientific(digits)
        } else {
            Self::Fixed(decimals)
        }
    }

    /// Writes one number. Never `-0`; exact numbers are rounded half away from zero, as by hand.
    #[must_use]
    pub fn write(self, number: &Value) -> String {
        match (self, number) {
            (Self::Fraction, Value::Exact(exact)) => exact.to_string(),
            (Self::Fraction, Value::Float(_)) => Self::of([number], 4).write(number),
            (_, Value::Float(float)) if float.is_nan() => "no number".to_owned(),
            (_, Value::Float(float)) if float.is_infinite() => float.to_string().replace("inf", "∞"),
            (Self::Fixed(decimals), Value::Exact(exact)) => fixed(exact, decimals),
            (Self::Fixed(decimals), Value::Float(float)) => {
                without_negative_zero(format!("{float:.decimals$}"))
            }
            (Self::Scientific(decimals), Value::Exact(exact)) => scientific(exact, decimals),
            (Self::Scientific(decimals), Value::Float(float)) => format!("{float:.decimals$e}"),
        }
    }

    /// Whether the written number is the number itself, or a rounded one.
    #[must_use]
    pub fn is_exact_for(self, number: &Value) -> bool {
        match (self, number) {
            (Self::Fraction, Value::Exact(_)) => true,
            (Self::Fixed(decimals), _) => number.decimals_needed(decimals).is_some(),
            _ => false,
        }
    }
}

/// A number in running text: at most `digits` decimals, fewer where they say all.
///
/// ```
/// assert_eq!(traced::decimal(0.5, 4), "0.5");
/// assert_eq!(traced::decimal(-2.0 / 3.0, 4), "-0.6667");
/// ```
#[must_use]
pub fn decimal(number: impl Into<Value>, digits: usize) -> String {
    format!("{:.digits$}", number.into())
}

/// A matrix in running text, row by row: at most `digits` decimals, the same for all entries.
///
/// ```
/// use nalgebra::dmatrix;
///
/// assert_eq!(traced::decimals(&dmatrix![0.5, 1e-9; -1.0, 2.0], 2), "0.50 0.00; -1.00 2.00");
/// ```
#[must_use]
pub fn decimals<T: Scalar + Into<Value>>(matrix: &DMatrix<T>, digits: usize) -> String {
    let values = values(matrix);
    let notation = Notation::of(&values, digits);
    let row = |row: nalgebra::RowDVector<String>| row.iter().cloned().collect::<Vec<_>>().join(" ");
    let texts = values.map(|value| notation.write(&value));
    texts.row_iter().map(|r| row(r.into_owned())).collect::<Vec<_>>().join("; ")
}

/// Things in running text, one behind the other, with this between them.
///
/// ```
/// assert_eq!(traced::joined([64, 32, 32], "×"), "64×32×32");
/// ```
#[must_use]
pub fn joined(things: impl IntoIterator<Item: fmt::Display>, between: &str) -> String {
    things.into_iter().map(|thing| thing.to_string()).collect::<Vec<_>>().join(between)
}

/// So many of a thing, in running text.
///
/// ```
/// assert_eq!([1, 2].map(|count| traced::counted(count, "row")), ["1 row", "2 rows"]);
/// ```
#[must_use]
pub fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// The positions of a matrix as a person reads it: row by row, and not in the order of storage.
///
/// ```
/// use nalgebra::dmatrix;
/// use traced::positions;
///
/// assert_eq!(positions(&dmatrix![1, 2; 3, 4]).collect::<Vec<_>>(), [(0, 0), (0, 1), (1, 0), (1, 1)]);
/// ```
pub fn positions<T>(matrix: &DMatrix<T>) -> impl Iterator<Item = (usize, usize)> + use<T> {
    let columns = matrix.ncols();
    (0..matrix.nrows()).flat_map(move |row| (0..columns).map(move |column| (row, column)))
}

/// Every entry as a [`Value`].
#[must_use]
pub fn values<T: Scalar + Into<Value>>(matrix: &DMatrix<T>) -> DMatrix<Value> {
    matrix.map(Into::into)
}

/// Rounded to that many decimal places, half away from zero.
///
/// ```
/// use math::Exact;
/// use traced::{rounded, truncated};
///
/// let number = Exact::new(18.into(), 1000.into());
/// assert_eq!(rounded(&number, 2), Exact::new(2.into(), 100.into()));
/// assert_eq!(truncated(&number, 2), Exact::new(1.into(), 100.into()));
/// ```
#[must_use]
pub fn rounded(number: &Exact, places: usize) -> Exact {
    let unit = power_of_ten(places);
    (number * &unit).round() / unit
}

/// Cut off behind that many decimal places.
#[must_use]
pub fn truncated(number: &Exact, places: usize) -> Exact {
    let unit = power_of_ten(places);
    (number * &unit).trunc() / unit
}

/// 10 to this power.
#[must_use]
pub fn power_of_ten(exponent: usize) -> Exact {
    Exact::from_integer(num_traits::pow(BigInt::from(10), exponent))
}

/// How many decimals a reduced fraction with this denominator has: as many as a power of ten takes to hold all its
/// factors 2 and 5; none where it has another factor, and the decimals do not end.
fn decimals_of(denominator: &BigInt) -> Option<usize> {
    let twos = denominator.trailing_zeros().unwrap_or(0);
    let (mut rest, mut fives, five) = (denominator >> twos, 0, BigInt::from(5));
    while rest.is_multiple_of(&five) {
        rest /= &five;
        fives += 1;
    }
    rest.is_one().then(|| usize::try_from(twos).unwrap_or(usize::MAX).max(fives))
}

fn fixed(exact: &Exact, decimals: usize) -> String {
    let scaled = (exact * power_of_ten(decimals)).round().to_integer();
    let sign = if scaled.is_negative() { "-" } else { "" };
    let digits = format!("{:0>width$}", scaled.abs().to_string(), width = decimals + 1);
    let (whole, decimals) = digits.split_at(digits.len() - decimals);
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

fn without_negative_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

/// Works beyond the range of a double, where a literal such as `1e400` lives.
fn scientific(exact: &Exact, decimals: usize) -> String {
    if exact.is_zero() {
        return fixed(exact, 0);
    }
    let length = |n: &BigInt| i32::try_from(n.abs().to_string().len()).unwrap_or(i32::MAX);
    let rounded = |exponent| fixed(&(exact / power_of_ten(1).pow(exponent)), decimals);
    let size = |text: &str| text.trim_start_matches('-').split('.').next().map_or(0, str::len);
    // It may be one more, and another one where rounding carries.
    let mut exponent = length(exact.numer()) - length(exact.denom()) - 1;
    while size(&rounded(exponent)) > 1 {
        exponent += 1;
    }
    format!("{}e{exponent}", rounded(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(numerator: i64, denominator: i64) -> Value {
        Exact::new(numerator.into(), denominator.into()).into()
    }

    #[test]
    fn short_fractions_are_added_and_multiplied_as_all_others() {
        let numbers = [i64::MIN, i64::MIN + 1, -6, 0, 1, 4, i64::MAX - 1, i64::MAX];
        let fractions = || {
            let below = [1, 6, i64::MAX - 1, i64::MAX];
            let pairs = numbers.iter().flat_map(move |above| below.map(|below| (*above, below)));
            pairs.map(|(above, below)| Exact::new(above.into(), below.into()))
        };
        for (a, b) in fractions().flat_map(|a| fractions().map(move |b| (a.clone(), b))) {
            assert_eq!((sum(&a, &b), product(&a, &b)), (&a + &b, &a * &b));
        }
    }

    #[test]
    fn doubles_are_about_the_same_to_nine_digits_and_fractions_only_themselves() {
        let is_about = |a: f64, b: f64| Value::from(a).is_about(&Value::from(b));
        assert!(
            Value::from(0.1 + 0.2).is_about(&ratio(3, 10))
                && !ratio(3, 10).is_about(&ratio(300_001, 1_000_000))
        );
        assert!(is_about(1e12 + 1.0, 1e12) && !is_about(1.000_01e12, 1e12));
        assert!(is_about(1e-12, 0.0) && !is_about(0.3001, 0.3));
        assert!(is_about(f64::INFINITY, f64::INFINITY) && !is_about(f64::INFINITY, f64::NEG_INFINITY));
        assert!(is_about(f64::NAN, f64::NAN) && !is_about(f64::INFINITY, 5.0));
    }

    #[test]
    fn doubles_are_divided_and_fractions_by_zero_as_doubles() {
        assert_eq!(Value::from(3.0) / Value::from(2), Value::from(1.5));
        assert_eq!(Value::from(3) / Value::from(2), ratio(3, 2));
        assert_eq!(Value::from(3) / Value::from(0), Value::from(f64::INFINITY));
    }

    #[test]
    fn half_of_the_last_digit_still_shows_and_a_fraction_says_all() {
        assert_eq!(Notation::of(&[ratio(1, 2)], 0), Notation::Fixed(0));
        assert!(Notation::Fraction.is_exact_for(&ratio(1, 3)));
        assert!(!Notation::Fixed(4).is_exact_for(&ratio(1, 3)));
    }

    #[test]
    fn rounds_half_away_from_zero_and_never_to_minus_zero() {
        let two = Notation::Fixed(2);
        assert_eq!(two.write(&ratio(105, 1000)), "0.11");
        assert_eq!(two.write(&ratio(-105, 1000)), "-0.11");
        assert_eq!(two.write(&ratio(-1, 1000)), "0.00");
        assert_eq!(two.write(&Value::Float(-0.001)), "0.00");
        assert_eq!(Notation::Fixed(0).write(&ratio(-7, 2)), "-4");
    }

    #[test]
    fn a_power_of_ten_takes_over_where_digits_would_not_fit_or_not_show() {
        assert_eq!(decimal(num_traits::pow(Exact::from_integer(10.into()), 400), 2), "1.00e400");
        assert_eq!(decimal(Exact::new(1.into(), 3_000_000.into()), 2), "3.33e-7");
        assert_eq!(decimal(Exact::new(999_999.into(), 1.into()) * power_of_ten(6), 2), "1.00e12");
        assert_eq!(decimal(Exact::new(1.into(), 3.into()) * power_of_ten(12), 2), "3.33e11");
        assert_eq!(decimal(f64::INFINITY, 2), "∞");
        assert_eq!(decimal(f64::NEG_INFINITY, 2), "-∞");
        assert_eq!(decimal(f64::NAN, 2), "no number");
        assert_eq!(decimal(Exact::zero(), 2), "0");
    }
}
