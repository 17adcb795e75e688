//! Slopes by finite differences: the proof that a gradient is one.

use crate::Exact;
use crate::shape::Shape;
use nalgebra::DMatrix;
use num_bigint::BigInt;

/// What finite differences find at one entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Slope<T> {
    /// The function is smooth here, and this is its derivative.
    Smooth(T),
    /// The function has a kink here: the slopes on its two sides, which may even agree.
    Kink {
        /// The limit of the slope from below.
        left: T,
        /// The limit of the slope from above.
        right: T,
    },
    /// No step that was tried gives an answer that a smaller step confirms.
    Unsettled,
}

impl<T> Slope<T> {
    /// The slope with something done to it: shifted by the slope of a linear term, say.
    ///
    /// ```
    /// use math::Slope;
    ///
    /// assert_eq!(Slope::Kink { left: 0, right: 1 }.map(|slope| slope - 2), Slope::Kink { left: -2, right: -1 });
    /// ```
    pub fn map<U>(self, f: impl Fn(T) -> U) -> Slope<U> {
        match self {
            Self::Smooth(slope) => Slope::Smooth(f(slope)),
            Self::Kink { left, right } => Slope::Kink { left: f(left), right: f(right) },
            Self::Unsettled => Slope::Unsettled,
        }
    }
}

/// The slope of `function` along every entry of `at`, in exact fractions.
///
/// For a function that is a polynomial of degree ≤ 2 in each single entry, or pieces of such (a squared error
/// behind a `ReLU`), the central difference (f(x+h) − f(x−h)) / 2h *is* the derivative on each piece, and
/// (−3f(x) + 4f(x+h) − f(x+2h)) / 2h the one-sided one (LeVeque 2007, section 1.1): no rounding, no tolerance.
/// A step counts when a half and a quarter of it give the same answers; until then it shrinks, so that no kink
/// lies between.
///
/// # Errors
/// Those of `function`.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Exact, Slope, slopes};
///
/// let at = dmatrix![3].map(|x: i64| Exact::from_integer(x.into()));
/// let square = |x: &nalgebra::DMatrix<Exact>| Ok::<_, std::fmt::Error>(&x[(0, 0)] * &x[(0, 0)]);
/// assert_eq!(slopes(&at, square)?[(0, 0)], Slope::Smooth(Exact::from_integer(6.into())));
/// # Ok::<(), std::fmt::Error>(())
/// ```
pub fn slopes<E>(
    at: &DMatrix<Exact>,
    function: impl Fn(&DMatrix<Exact>) -> Result<Exact, E>,
) -> Result<DMatrix<Slope<Exact>>, E> {
    let centre = function(at)?;
    let mut found = DMatrix::from_element(at.nrows(), at.ncols(), Slope::Unsettled);
    for index in 0..at.len() {
        let moved = |distance: &Exact| {
            let mut there = at.clone();
            there[index] += distance;
            function(&there)
        };
        found[index] = slope(&centre, moved)?;
    }
    Ok(found)
}

/// The slope of a function that is a polynomial of degree ≤ 2 in each single entry: the central difference
/// (f(x+1) − f(x−1)) / 2 *is* the derivative, and no second step is needed.
///
/// # Errors
/// Those of `function`.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Exact, Slope, quadratic_slopes};
///
/// let at = dmatrix![3].map(|x: i64| Exact::from_integer(x.into()));
/// let square = |x: &nalgebra::DMatrix<Exact>| Ok::<_, std::fmt::Error>(&x[(0, 0)] * &x[(0, 0)]);
/// assert_eq!(quadratic_slopes(&at, square)?[(0, 0)], Slope::Smooth(Exact::from_integer(6.into())));
/// # Ok::<(), std::fmt::Error>(())
/// ```
pub fn quadratic_slopes<E>(
    at: &DMatrix<Exact>,
    function: impl Fn(&DMatrix<Exact>) -> Result<Exact, E>,
) -> Result<DMatrix<Slope<Exact>>, E> {
    let mut found = DMatrix::from_element(at.nrows(), at.ncols(), Slope::Unsettled);
    for index in 0..at.len() {
        let moved = |distance: i64| {
            let mut there = at.clone();
            there[index] += Exact::from_integer(distance.into());
            function(&there)
        };
        found[index] = Slope::Smooth((moved(1)? - moved(-1)?) / Exact::from_integer(2.into()));
    }
    Ok(found)
}

/// 2⁻⁶, 2⁻¹², 2⁻²⁴ …: each step the square of the one before, down to 2⁻⁶¹⁴⁴. The first is small beside numbers
/// that are worked by hand, so that their kinks lie beyond it.
const MOST_SHRINKINGS: u32 = 10;

fn slope<E>(centre: &Exact, moved: impl Fn(&Exact) -> Result<Exact, E>) -> Result<Slope<Exact>, E> {
    let times = |factor: i64, x: &Exact| x * Exact::from_integer(factor.into());
    for shrinking in 0..=MOST_SHRINKINGS {
        let quarter = Exact::new(1.into(), BigInt::from(1) << ((6_usize << shrinking) + 2));
        let steps = [1, 2, 4, 8].map(|quarters| times(quarters, &quarter));
        let mut below = Vec::new();
        let mut above = Vec::new();
        for step in &steps {
            below.push(moved(&-step)?);
            above.push(moved(step)?);
        }
        let one_sided = |side: &[Exact], i: usize| {
            (times(4, &side[i]) - times(3, centre) - &side[i + 1]) / times(2, &steps[i])
        };
        let [right, left] = [one_sided(&above, 0), -one_sided(&below, 0)];
        if (1..3).any(|i| one_sided(&above, i) != right || -one_sided(&below, i) != left) {
            continue;
        }
        let central = |i: usize| (&above[i] - &below[i]) / times(2, &steps[i]);
        let smooth = left == right && (0..3).all(|i| central(i) == right);
        return Ok(if smooth { Slope::Smooth(right) } else { Slope::Kink { left, right } });
    }
    Ok(Slope::Unsettled)
}

/// The slope of `function` along every entry of `at` by central differences in double precision.
///
/// The step is the cube root of the machine epsilon, scaled with the entry, where truncation and rounding
/// balance (Press et al. 2007, section 5.7).
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Slope, central_differences};
///
/// let Slope::Smooth(slope) = central_differences(&dmatrix![0.0], |x| x[(0, 0)].exp())[(0, 0)] else { panic!() };
/// assert!((slope - 1.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn central_differences(
    at: &DMatrix<f64>,
    function: impl Fn(&DMatrix<f64>) -> f64,
) -> DMatrix<Slope<f64>> {
    DMatrix::from_fn(at.nrows(), at.ncols(), |row, column| {
        let x = at[(row, column)];
        let step = f64::EPSILON.cbrt() * x.abs().max(1.0);
        let value = |x: f64| {
            let mut there = at.clone();
            there[(row, column)] = x;
            function(&there)
        };
        let (above, below) = (x + step, x - step);
        Slope::Smooth((value(above) - value(below)) / (above - below))
    })
}

/// By what a linear function multiplies some entries of a matrix, wherever the others stand: a column for each entry, with how
/// much more each of them becomes if this one is more by 1.
///
/// ```
/// use math::multiplies;
/// use nalgebra::dmatrix;
///
/// let g = |m: &nalgebra::DMatrix<f64>| dmatrix![m[(0, 0)] + 2.0 * m[(0, 1)], 3.0 * m[(0, 1)] + 5.0];
/// assert_eq!(multiplies(g, &dmatrix![7.0, 7.0], &[(0, 0), (0, 1)]), dmatrix![1.0, 2.0; 0.0, 3.0]);
/// ```
pub fn multiplies(
    function: impl Fn(&DMatrix<f64>) -> DMatrix<f64>,
    of: &DMatrix<f64>,
    entries: &[Shape],
) -> DMatrix<f64> {
    let before = function(of);
    let more = |entry: &Shape| {
        let mut more = of.clone();
        more[*entry] += 1.0;
        function(&more)
    };
    let after: Vec<_> = entries.iter().map(more).collect();
    DMatrix::from_fn(entries.len(), entries.len(), |i, j| after[j][entries[i]] - before[entries[i]])
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_traits::Zero;

    fn whole(x: i64) -> Exact {
        Exact::from_integer(x.into())
    }

    fn slope_at(x: Exact, function: impl Fn(&Exact) -> Exact) -> Slope<Exact> {
        let at = DMatrix::from_element(1, 1, x);
        slopes(&at, |x| Ok::<_, ()>(function(&x[0]))).expect("nothing fails")[0].clone()
    }

    fn relu(x: &Exact) -> Exact {
        x.clone().max(Exact::zero())
    }

    #[test]
    fn a_kink_is_found_even_where_both_sides_agree() {
        let absolute = |x: &Exact| relu(x) + relu(&-x);
        assert_eq!(slope_at(whole(0), absolute), Slope::Kink { left: whole(-1), right: whole(1) });
        let squared = |x: &Exact| relu(x) * relu(x);
        assert_eq!(slope_at(whole(0), squared), Slope::Kink { left: whole(0), right: whole(0) });
    }

    #[test]
    fn the_step_shrinks_until_no_kink_lies_between() {
        let near = Exact::new(1.into(), 1_000_000.into());
        assert_eq!(slope_at(near.clone(), |x| relu(x) * relu(x)), Slope::Smooth(&near + &near));
        assert_eq!(slope_at(-near, |x| relu(x) * relu(x)), Slope::Smooth(whole(0)));
    }

    /// Halves of squared errors behind `ReLU`s with kinks at −½ and −1, found in a drawn variant: steps of 1 and ½
    /// agree on a slope from below that is none.
    #[test]
    fn a_step_beyond_two_kinks_is_not_believed() {
        let loss = |t: &Exact| {
            let squared = |z: Exact, target: i64| {
                let error = relu(&z) - whole(target);
                &error * &error / whole(2)
            };
            squared(whole(2) * t + whole(2), 0)
                + squared(whole(2) * t + whole(1), 2)
                + squared(t + whole(1), 2)
        };
        assert_eq!(slope_at(whole(0), loss), Slope::Smooth(whole(1)));
    }

    /// Squares are settled from values as far as two steps away.
    #[test]
    fn a_kink_nearer_than_two_of_the_smallest_steps_is_not_settled() {
        let two_steps = Exact::new(1.into(), BigInt::from(1) << 6143);
        let squared = |x: &Exact| relu(x) * relu(x);
        assert_eq!(slope_at(two_steps.clone(), squared), Slope::Smooth(&two_steps + &two_steps));
        assert_eq!(slope_at(two_steps / whole(2), squared), Slope::Unsettled);
    }

    #[test]
    fn a_step_grows_with_the_number_it_is_taken_from() {
        let Slope::Smooth(slope) = central_differences(&DMatrix::from_element(1, 1, 1e8), |x| x[0] * x[0])[0]
        else {
            panic!("a square is smooth");
        };
        assert!((slope / 2e8 - 1.0).abs() < 1e-9, "{slope}");
    }

    #[test]
    fn a_cubic_is_beyond_what_is_exact_and_says_so() {
        assert_eq!(slope_at(whole(1), |x| x * x * x), Slope::Unsettled);
    }
}
