//! Finite differences: derivatives of sampled data as weighted sums of neighbours.
//!
//! A [`Stencil`] is a kernel and the place in it that the answer belongs to. On an image its weights are slid by
//! [`cross_correlate`](super::conv::cross_correlate); on a function it is evaluated with any distance h between samples,
//! so that its error can be measured.

use super::number::{Number, Piecewise};
use super::polynomial::Polynomial;
use crate::Exact;
use nalgebra::{DMatrix, dmatrix};
use num_traits::{Num, One, ToPrimitive};
use std::ops::Neg;

/// Weights of neighbouring samples that estimate a derivative at the anchor.
///
/// x grows with the columns and y with the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Stencil<T> {
    /// The weight of each sample, for samples that lie 1 apart.
    pub weights: DMatrix<T>,
    /// How often the function is derived: with samples h apart the sum is divided by h to this power.
    pub order: usize,
    /// Column and row of the place that the derivative belongs to, from the top left sample; it may lie between
    /// samples.
    pub anchor: (T, T),
}

impl<T: Number + Num + Neg<Output = T>> Stencil<T> {
    /// f(x + 1) − f(x), answered at x: the definition of the slope with the smallest step a grid has.
    ///
    /// ```
    /// use math::Stencil;
    ///
    /// let slope = Stencil::<f64>::forward_difference();
    /// assert_eq!(slope.at(|x, _| x * x, (3.0, 0.0), &1.0), 7.0);
    /// assert_eq!(slope.centred().at(|x, _| x * x, (3.0, 0.0), &1.0), 6.0); // the derivative, 2x
    /// ```
    #[must_use]
    pub fn forward_difference() -> Self {
        Self { weights: dmatrix![-T::one(), T::one()], order: 1, anchor: (T::zero(), T::zero()) }
    }

    /// f(x + 2) − 2f(x + 1) + f(x), answered at x: the forward difference of the forward difference.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::Stencil;
    ///
    /// assert_eq!(Stencil::second_difference().weights, dmatrix![1, -2, 1]);
    /// ```
    #[must_use]
    pub fn second_difference() -> Self {
        let (one, zero) = (T::one(), T::zero());
        let two = one.clone() + one.clone();
        Self { weights: dmatrix![one.clone(), -two, one], order: 2, anchor: (zero.clone(), zero) }
    }

    /// The five-point Laplacian, 0 1 0 / 1 −4 1 / 0 1 0: the centred second difference across plus the one down
    /// (Abramowitz and Stegun 1964, section 25.3).
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::Stencil;
    ///
    /// assert_eq!(Stencil::laplacian().weights, dmatrix![0, 1, 0; 1, -4, 1; 0, 1, 0]);
    /// ```
    #[must_use]
    pub fn laplacian() -> Self {
        let across = Self::second_difference().centred().in_square();
        let down = across.transposed();
        Self { weights: across.weights.zip_map(&down.weights, |a, b| a + b), ..across }
    }

    /// The same weights with the answer in their middle: half a sample later for two weights, one for three.
    #[must_use]
    pub fn centred(self) -> Self {
        let (rows, columns) = self.weights.shape();
        Self { anchor: (middle(columns), middle(rows)), ..self }
    }

    /// The same derivative down instead of across.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let (column, row) = self.anchor.clone();
        Self { weights: self.weights.transpose(), order: self.order, anchor: (row, column) }
    }

    /// A row of three amid two rows of zeros, the shape in which it can be added to its transpose.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::Stencil;
    ///
    /// let across = Stencil::second_difference().in_square();
    /// assert_eq!(across.weights, dmatrix![0, 0, 0; 1, -2, 1; 0, 0, 0]);
    /// ```
    #[must_use]
    pub fn in_square(self) -> Self {
        let around = self.weights.ncols() / 2;
        let rows = self.weights.nrows();
        let weights =
            self.weights.insert_rows(0, around, T::zero()).insert_rows(rows + around, around, T::zero());
        let (column, row) = self.anchor;
        Self { weights, order: self.order, anchor: (column, row + whole(around)) }
    }

    /// The estimate of the derivative of `f` at (x, y), from samples that lie `h` apart.
    pub fn at(&self, f: impl Fn(T, T) -> T, (x, y): (T, T), h: &T) -> T {
        let (column, row) = &self.anchor;
        let mut sum = T::zero();
        let mut dy = -row.clone();
        for weights in self.weights.row_iter() {
            let mut dx = -column.clone();
            for weight in &weights {
                if !weight.is_zero() {
                    let sample = f(x.clone() + dx.clone() * h.clone(), y.clone() + dy.clone() * h.clone());
                    sum = sum + weight.clone() * sample;
                }
                dx = dx + T::one();
            }
            dy = dy + T::one();
        }
        sum / num_traits::pow(h.clone(), self.order)
    }

    /// The factor of the k-th derivative along x in what the stencil gives, by Taylor: its answer to xᵏ / k! at 0, from
    /// samples 1 apart.
    ///
    /// ```
    /// use math::Stencil;
    ///
    /// let slope = Stencil::<f64>::forward_difference();
    /// assert_eq!([0, 1, 2].map(|k| slope.taylor_factor(k)), [0.0, 1.0, 0.5]); // f′ + ½·f″ + …
    /// ```
    #[must_use]
    pub fn taylor_factor(&self, k: usize) -> T {
        let factorial = (1..=k).fold(T::one(), |product, i| product * whole(i));
        let power = Polynomial::power(k, 0);
        self.at(|x, y| power.at(&x, &y), (T::zero(), T::zero()), &T::one()) / factorial
    }

    /// The order of the error: how many powers of h the first term behind the derivative has, along x. `None` where no
    /// such term was found.
    ///
    /// ```
    /// use math::{Exact, Stencil};
    ///
    /// let slope = Stencil::<Exact>::forward_difference();
    /// assert_eq!([slope.order_of_error(), slope.centred().order_of_error()], [Some(1), Some(2)]);
    /// ```
    #[must_use]
    pub fn order_of_error(&self) -> Option<usize> {
        (1..=self.order + self.weights.len()).find(|p| !self.taylor_factor(self.order + p).is_zero())
    }

    /// The sum of the squared weights: the factor by which the variance of independent noise grows, so that its
    /// standard deviation grows by the square root: √6 for 1 −2 1, √20 for the Laplacian.
    ///
    /// ```
    /// use math::Stencil;
    ///
    /// assert_eq!(Stencil::<i32>::second_difference().noise_variance(), 6);
    /// assert_eq!(Stencil::<i32>::laplacian().noise_variance(), 20);
    /// ```
    #[must_use]
    pub fn noise_variance(&self) -> T {
        self.weights.iter().fold(T::zero(), |sum, w| sum + w.clone() * w.clone())
    }

    /// The answers to noise that is 1 or −1 at each sample, in all its cases: the mean of their squares is the
    /// [`noise_variance`](Self::noise_variance).
    ///
    /// ```
    /// use math::Stencil;
    ///
    /// assert_eq!(Stencil::<i32>::forward_difference().answers_to_coins(), [0, -2, 2, 0]);
    /// ```
    #[must_use]
    pub fn answers_to_coins(&self) -> Vec<T> {
        let weights = self.weights.iter().filter(|weight| !weight.is_zero());
        weights.fold(vec![T::zero()], |sums, w| {
            sums.iter().flat_map(|sum| [sum.clone() + w.clone(), sum.clone() - w.clone()]).collect()
        })
    }
}

/// A derivative of a polynomial, at (x, y).
pub type Derivative = fn(&Polynomial<Exact>, &Exact, &Exact) -> Exact;

impl Stencil<Exact> {
    /// A kernel that estimates second derivatives, answered in its middle.
    ///
    /// ```
    /// use math::{Exact, Stencil};
    ///
    /// let laplacian = Stencil::<Exact>::laplacian();
    /// assert_eq!(Stencil::of_second_order(laplacian.weights.clone()), laplacian);
    /// ```
    #[must_use]
    pub fn of_second_order(weights: DMatrix<Exact>) -> Self {
        Self { weights, order: 2, anchor: (whole(0), whole(0)) }.centred()
    }

    /// How much louder it makes noise: the root of the [`noise_variance`](Self::noise_variance).
    ///
    /// ```
    /// use math::Stencil;
    ///
    /// assert_eq!(Stencil::second_difference().noise_gain(), 6.0_f64.sqrt());
    /// ```
    #[must_use]
    pub fn noise_gain(&self) -> f64 {
        self.noise_variance().to_f64().unwrap_or(f64::NAN).sqrt()
    }

    /// The highest degree, in each variable, up to which the stencil is exact: the `derivative` itself, for every
    /// polynomial and everywhere. `None` if not even for constants.
    ///
    /// For samples 1 apart. A miss on xⁱ·yʲ is a polynomial of no higher degree than these, and one that is 0 at as
    /// many places along each axis, and one more, is 0 everywhere: so a few places prove it for all.
    ///
    /// ```
    /// use math::{Exact, Stencil};
    ///
    /// let slope = Stencil::forward_difference();
    /// assert_eq!(slope.degree_of_exactness(|f, x, y| f.derivative_x().at(x, y)), Some(1));
    /// ```
    pub fn degree_of_exactness(&self, derivative: Derivative) -> Option<usize> {
        let is_exact = |i: usize, j: usize| {
            let f = Polynomial::power(i, j);
            let mut places =
                (0..=i).flat_map(|x| (0..=j).map(move |y| (whole::<Exact>(x), whole::<Exact>(y))));
            places.all(|(x, y)| {
                self.at(|x, y| f.at(&x, &y), (x.clone(), y.clone()), &Exact::one()) == derivative(&f, &x, &y)
            })
        };
        // No more conditions can be met than there are weights to choose.
        let most = self.order + self.weights.len();
        (0..=most).take_while(|&d| (0..=d).all(|e| is_exact(d, e) && is_exact(e, d))).last()
    }
}

/// The matrix of second derivatives at (x, y): differences of differences, each taken half a step to both sides.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::hessian;
///
/// let saddle = |x: f64, y: f64| x * x + 3.0 * x * y - y * y;
/// assert_eq!(hessian(saddle, (2.0, 1.0), &1.0), dmatrix![2.0, 3.0; 3.0, -2.0]);
/// ```
pub fn hessian<T: Number + Num>(f: impl Fn(T, T) -> T, (x, y): (T, T), h: &T) -> DMatrix<T> {
    let half = h.clone() / whole(2);
    let step = |axis: usize| match axis {
        0 => (half.clone(), T::zero()),
        _ => (T::zero(), half.clone()),
    };
    let slope = |axis: usize, (x, y): (T, T)| {
        let (dx, dy) = step(axis);
        let after = f(x.clone() + dx.clone(), y.clone() + dy.clone());
        (after - f(x - dx, y - dy)) / h.clone()
    };
    DMatrix::from_fn(2, 2, |i, j| {
        let (dx, dy) = step(i);
        let after = slope(j, (x.clone() + dx.clone(), y.clone() + dy.clone()));
        (after - slope(j, (x.clone() - dx, y.clone() - dy))) / h.clone()
    })
}

/// The order of accuracy that a table of errors shows: the slope of log error against log h, by least squares.
///
/// `None` where there is no slope: fewer than two different steps, or an error of 0, which is exact at any order.
///
/// ```
/// use math::order_of_accuracy;
///
/// let order = order_of_accuracy(&[(1.0, 3.0), (0.5, 0.75)]).unwrap();
/// assert!((order - 2.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn order_of_accuracy(step_and_error: &[(f64, f64)]) -> Option<f64> {
    let count = step_and_error.len() as f64;
    let points = || step_and_error.iter().map(|(h, error)| (h.ln(), error.abs().ln()));
    let mean = points().map(|(x, _)| x).sum::<f64>() / count;
    // The distances from the mean add up to 0, so that it is all the same what the other factor is counted from.
    let covariance: f64 = points().map(|(x, y)| (x - mean) * y).sum();
    let variance: f64 = points().map(|(x, _)| (x - mean).powi(2)).sum();
    let slope = covariance / variance;
    slope.is_finite().then_some(slope)
}

/// A stencil by its name, and how exact it is: proven for polynomials, and measured where it misses a known derivative.
#[derive(Clone, Debug)]
pub struct Formula {
    /// What it is called.
    pub name: &'static str,
    /// The weights.
    pub stencil: Stencil<Exact>,
    /// The [`degree_of_exactness`](Stencil::degree_of_exactness); 0 if there is none.
    pub degree: usize,
    /// The [`order_of_error`](Stencil::order_of_error); 0 if none was found.
    pub order: usize,
    /// The size of the error at each distance between the samples.
    pub errors: Vec<Exact>,
    /// The same as numbers: each distance with its error.
    pub points: Vec<(f64, f64)>,
    /// The order that each error shows beside the next; NaN where one of them is 0.
    pub orders: Vec<f64>,
}

impl Formula {
    /// How exactly the stencil gives a derivative: of polynomials, and of `f` at `place`, where it is `known`, from samples
    /// that lie each of the `distances` apart.
    ///
    /// ```
    /// use math::{Exact, Formula, Stencil};
    ///
    /// let [zero, one, two] = [0, 1, 2].map(|number| Exact::from_integer(number.into()));
    /// let slope = Stencil::forward_difference();
    /// let square = |x: Exact, _| &x * &x;
    /// let distances = [two.clone(), one.clone()];
    /// let formula =
    ///     Formula::new("slope", slope, |f, x, y| f.derivative_x().at(x, y), square, &(zero.clone(), zero.clone()), &zero, &distances);
    /// // From 0 to h the square rises by h², so its slope seems to be h, and is 0.
    /// assert_eq!((formula.degree, formula.order, formula.errors), (1, 1, vec![two, one]));
    /// assert_eq!((formula.points, formula.orders), (vec![(2.0, 2.0), (1.0, 1.0)], vec![1.0]));
    /// ```
    #[must_use]
    pub fn new(
        name: &'static str,
        stencil: Stencil<Exact>,
        derivative: Derivative,
        f: fn(Exact, Exact) -> Exact,
        place: &(Exact, Exact),
        known: &Exact,
        distances: &[Exact],
    ) -> Self {
        let error = |h: &Exact| (stencil.at(f, place.clone(), h) - known).absolute();
        let errors: Vec<_> = distances.iter().map(error).collect();
        let number = |exact: &Exact| exact.to_f64().unwrap_or(f64::NAN);
        let points: Vec<_> =
            distances.iter().zip(&errors).map(|(h, error)| (number(h), number(error))).collect();
        let orders = points.windows(2).map(|two| order_of_accuracy(two).unwrap_or(f64::NAN)).collect();
        let degree = stencil.degree_of_exactness(derivative).unwrap_or_default();
        let order = stencil.order_of_error().unwrap_or_default();
        Self { name, stencil, degree, order, errors, points, orders }
    }

    /// The order that the last two errors show: the closest to the truth. NaN if there are no two.
    #[must_use]
    pub fn last_order(&self) -> f64 {
        self.orders.last().copied().unwrap_or(f64::NAN)
    }
}

/// The middle of `count` samples, from the first.
fn middle<T: Number + Num>(count: usize) -> T {
    whole::<T>(count.saturating_sub(1)) / whole(2)
}

fn whole<T: Number + Num>(count: usize) -> T {
    (0..count).fold(T::zero(), |sum, _| sum + T::one())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conv::{Padding::Full, Padding::Valid, convolve, cross_correlate};

    fn exact(n: i64, d: i64) -> Exact {
        Exact::new(n.into(), d.into())
    }

    /// A polynomial in which every power of x and y up to `degree` appears.
    fn all_powers(degree: usize) -> Polynomial<Exact> {
        let coefficients = (1..).map(|i| exact(i, 7));
        Polynomial::new(DMatrix::from_iterator(
            degree + 1,
            degree + 1,
            coefficients.take((degree + 1).pow(2)),
        ))
    }

    fn in_x_alone(degree: usize) -> Polynomial<Exact> {
        Polynomial::new(DMatrix::from_fn(1, degree + 1, |_, j| Exact::new((j + 1).into(), 3.into())))
    }

    /// The slope of x³ at 0 is 0, and from 0 to h it seems to be h².
    #[test]
    fn the_last_order_is_that_of_the_last_two_errors() {
        let formula = |distances: &[Exact]| {
            let (slope, zero) = (Stencil::forward_difference(), exact(0, 1));
            let cube = |x: Exact, _| &x * &x * &x;
            let origin = (zero.clone(), zero.clone());
            Formula::new("slope", slope, |f, x, y| f.derivative_x().at(x, y), cube, &origin, &zero, distances)
        };
        assert!((formula(&[exact(2, 1), exact(1, 1)]).last_order() - 2.0).abs() < 1e-12);
        assert!(formula(&[exact(1, 1)]).last_order().is_nan());
    }

    /// By how much the stencil misses the derivative of a polynomial of that degree in x, at x = 2/5 with h = 1/3.
    fn miss(stencil: &Stencil<Exact>, degree: usize) -> Exact {
        let p = in_x_alone(degree);
        let derivative = if stencil.order == 1 { p.derivative_x() } else { p.derivative_x().derivative_x() };
        let (x, zero) = (exact(2, 5), exact(0, 1));
        stencil.at(|x, y| p.at(&x, &y), (x.clone(), zero.clone()), &exact(1, 3)) - derivative.at(&x, &zero)
    }

    #[test]
    fn the_second_difference_is_the_difference_of_the_difference() {
        let difference = Stencil::<i32>::forward_difference().weights;
        assert_eq!(convolve(&difference, &difference, Full), Ok(Stencil::second_difference().weights));
        let samples = dmatrix![1, 4, 9, 16, 25];
        let first = cross_correlate(&samples, &difference, Valid).expect("fits");
        assert_eq!(first, dmatrix![3, 5, 7, 9]);
        assert_eq!(cross_correlate(&first, &difference, Valid), Ok(dmatrix![2, 2, 2]));
    }

    #[test]
    fn centring_raises_the_degree_up_to_which_a_difference_is_exact() {
        let zero = exact(0, 1);
        let (first, second) = (Stencil::forward_difference(), Stencil::second_difference());
        for (stencil, degree) in
            [(first.clone(), 1), (first.centred(), 2), (second.clone(), 2), (second.centred(), 3)]
        {
            for exactly in 0..=degree {
                assert_eq!(miss(&stencil, exactly), zero, "degree {exactly}");
            }
            assert_ne!(miss(&stencil, degree + 1), zero, "degree {}", degree + 1);
        }
    }

    #[test]
    fn the_degree_of_exactness_is_the_one_known() {
        let across = |f: &Polynomial<Exact>, x: &Exact, y: &Exact| f.derivative_x().derivative_x().at(x, y);
        let second = Stencil::second_difference();
        assert_eq!(second.degree_of_exactness(across), Some(2));
        assert_eq!(second.clone().centred().degree_of_exactness(across), Some(3));
        assert_eq!(Stencil::<Exact>::laplacian().degree_of_exactness(Polynomial::laplacian_at), Some(3));
        // The slope across is blind to that at the edge, which only powers of y have.
        let with_edge = |f: &Polynomial<Exact>, x: &Exact, y: &Exact| {
            let (zero, below) = (exact(0, 1), y + exact(1, 1));
            f.derivative_x().at(x, y) + f.at(&zero, &below) - f.at(&zero, y)
        };
        assert_eq!(Stencil::<Exact>::forward_difference().degree_of_exactness(with_edge), Some(0));
        // The second difference is blind to what the Laplacian sees across it, and 1 is no derivative of 1.
        assert_eq!(second.centred().degree_of_exactness(Polynomial::laplacian_at), Some(1));
        assert_eq!(Stencil::<Exact>::laplacian().degree_of_exactness(Polynomial::at), None);
    }

    #[test]
    fn the_forward_difference_of_a_square_is_the_slope_half_a_step_later() {
        // ((x + h)² − x²) / h = 2x + h = 2(x + h/2)
        let (at, nothing, h) = (exact(5, 1), exact(0, 1), exact(1, 3));
        let slope = Stencil::forward_difference();
        assert_eq!(slope.at(|x, _| x.clone() * x, (at.clone(), nothing.clone()), &h), exact(31, 3));
        assert_eq!(slope.transposed().at(|_, y| y.clone() * y, (nothing, at), &h), exact(31, 3));
    }

    #[test]
    fn a_row_of_five_stands_in_the_middle_of_its_square() {
        let row = Stencil { weights: dmatrix![1, 2, 3, 4, 5], order: 1, anchor: (0, 0) }.in_square();
        assert_eq!(row.weights, DMatrix::from_fn(5, 5, |i, j| if i == 2 { [1, 2, 3, 4, 5][j] } else { 0 }));
        assert_eq!(row.anchor, (0, 2));
    }

    #[test]
    fn the_laplacian_is_exact_up_to_cubics_in_each_variable() {
        let at = (exact(3, 2), exact(-2, 3));
        let miss = |p: &Polynomial<Exact>| {
            Stencil::laplacian().at(|x, y| p.at(&x, &y), at.clone(), &exact(1, 5))
                - p.laplacian_at(&at.0, &at.1)
        };
        assert_eq!(miss(&all_powers(3)), exact(0, 1));
        assert_ne!(miss(&all_powers(4)), exact(0, 1));
    }

    #[test]
    fn the_laplacian_is_the_trace_of_the_hessian_by_differences() {
        let f = |x: Exact, y: Exact| all_powers(5).at(&x, &y);
        let (at, h) = ((exact(3, 2), exact(-2, 3)), exact(1, 5));
        let hessian = hessian(f, at.clone(), &h);
        assert_eq!(hessian[(0, 1)], hessian[(1, 0)]);
        assert_eq!(hessian.trace(), Stencil::laplacian().at(f, at, &h));
    }

    #[test]
    fn the_error_falls_with_the_square_of_the_step_where_centred() {
        let errors = |stencil: Stencil<f64>| {
            let error = |h: f64| (h, stencil.at(|x, _| x.sin(), (0.7, 0.0), &h) + 0.7_f64.sin());
            [0.1, 0.05, 0.025, 0.0125].map(error)
        };
        let order = |stencil| order_of_accuracy(&errors(stencil)).expect("errors differ");
        // The next term of the error bends the line: by h²/30 of it where centred, by 7h/12 · tan 0.7 where not.
        assert!((order(Stencil::second_difference().centred()) - 2.0).abs() < 1e-3);
        assert!((order(Stencil::second_difference()) - 1.0).abs() < 0.05);
    }

    #[test]
    fn no_order_without_errors() {
        assert_eq!(order_of_accuracy(&[]), None);
        assert_eq!(order_of_accuracy(&[(1.0, 1.0)]), None);
        assert_eq!(order_of_accuracy(&[(1.0, 1.0), (1.0, 2.0)]), None);
        assert_eq!(order_of_accuracy(&[(1.0, 1.0), (0.5, 0.0)]), None);
    }

    #[test]
    fn one_pass_across_and_one_down_add_up_to_the_kernel() {
        let image = dmatrix![3, 1, 4, 1; 5, 9, 2, 6; 5, 3, 5, 8; 9, 7, 9, 3];
        let pass = |stencil: &Stencil<i32>| cross_correlate(&image, &stencil.weights, Valid).expect("fits");
        let across = Stencil::second_difference().in_square();
        // 5 − 2·9 + 2 = −11 across, 1 − 2·9 + 3 = −14 down
        assert_eq!((pass(&across)[0], pass(&across.transposed())[0]), (-11, -14));
        assert_eq!(pass(&across) + pass(&across.transposed()), pass(&Stencil::laplacian()));
    }
}
