//! Boxes around objects, and how far two of them agree.

use super::metrics::argmax;
use super::number::Piecewise;
use nalgebra::DMatrix;
use std::fmt;
use std::ops::{Add, Div, Mul};

/// A rectangle along the axes, with an area.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::BoundingBox;
///
/// let truth = BoundingBox::new([0, 0, 4, 2])?;
/// let predicted = BoundingBox::new([1, 0, 4, 2])?;
/// assert_eq!(truth.intersection(&predicted), Some(predicted.clone()));
/// assert_eq!(truth.absolute_errors(&predicted), dmatrix![1, 0, 0, 0]);
/// # Ok::<(), math::BoxError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundingBox<T> {
    corners: [T; 4],
}

impl<T: Piecewise> BoundingBox<T> {
    /// The box from (xmin, ymin) to (xmax, ymax), in this order.
    ///
    /// # Errors
    /// If it has no area: unless xmin < xmax and ymin < ymax, which a NaN never is.
    pub fn new(corners: [T; 4]) -> Result<Self, BoxError> {
        let [xmin, ymin, xmax, ymax] = &corners;
        if xmin < xmax && ymin < ymax { Ok(Self { corners }) } else { Err(BoxError::NoArea) }
    }

    /// The box whose four numbers a matrix has, as [`row`](Self::row) gives them.
    ///
    /// # Errors
    /// If there are not four, or the box has no area.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::{BoundingBox, BoxError};
    ///
    /// let row = dmatrix![2, 1, 8, 4];
    /// assert_eq!(BoundingBox::from_row(&row)?.row(), row);
    /// assert_eq!(BoundingBox::from_row(&dmatrix![2, 1, 8]), Err(BoxError::NotFour(3)));
    /// # Ok::<(), BoxError>(())
    /// ```
    pub fn from_row(numbers: &DMatrix<T>) -> Result<Self, BoxError> {
        let corners: Vec<_> = numbers.transpose().iter().cloned().collect();
        Self::new(corners.try_into().map_err(|_| BoxError::NotFour(numbers.len()))?)
    }

    /// xmin, ymin, xmax and ymax.
    #[must_use]
    pub fn corners(&self) -> &[T; 4] {
        &self.corners
    }

    /// The same as a matrix of one row.
    #[must_use]
    pub fn row(&self) -> DMatrix<T> {
        DMatrix::from_row_slice(1, 4, &self.corners)
    }

    /// Width times height.
    #[must_use]
    pub fn area(&self) -> T {
        let [xmin, ymin, xmax, ymax] = self.corners.clone();
        (xmax - xmin) * (ymax - ymin)
    }

    /// From the larger of both minima to the smaller of both maxima: what both cover, unless it ends before it begins.
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::{BoundingBox, sides};
    ///
    /// let a = BoundingBox::new([0, 0, 2, 2])?;
    /// let overlap = a.overlap(&BoundingBox::new([5, 1, 6, 3])?);
    /// assert_eq!(overlap, dmatrix![5, 1, 2, 2]);
    /// assert_eq!(sides(&overlap), dmatrix![0, 1]);
    /// # Ok::<(), math::BoxError>(())
    /// ```
    #[must_use]
    pub fn overlap(&self, other: &Self) -> DMatrix<T> {
        let [a, b] = [self, other].map(|each| each.corners.clone());
        let ([xmin, ymin, xmax, ymax], [left, top, right, bottom]) = (a, b);
        let corners = [xmin.maximum(left), ymin.maximum(top), xmax.minimum(right), ymax.minimum(bottom)];
        DMatrix::from_row_slice(1, 4, &corners)
    }

    /// What both boxes cover; `None` where that has no area, as for boxes that only touch.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        Self::from_row(&self.overlap(other)).ok()
    }

    /// The smallest box around both.
    ///
    /// ```
    /// use math::BoundingBox;
    ///
    /// let a = BoundingBox::new([0, 0, 2, 2])?;
    /// assert_eq!(a.enclosing(&BoundingBox::new([5, 1, 6, 3])?).corners(), &[0, 0, 6, 3]);
    /// # Ok::<(), math::BoxError>(())
    /// ```
    #[must_use]
    pub fn enclosing(&self, other: &Self) -> Self {
        let [a, b] = [self, other].map(|each| each.corners.clone());
        let ([xmin, ymin, xmax, ymax], [left, top, right, bottom]) = (a, b);
        Self { corners: [xmin.minimum(left), ymin.minimum(top), xmax.maximum(right), ymax.maximum(bottom)] }
    }

    /// By how much each coordinate is off: xmin, ymin, xmax and ymax, in a row.
    #[must_use]
    pub fn absolute_errors(&self, other: &Self) -> DMatrix<T> {
        self.row().zip_map(&other.row(), |a, b| (a - b).absolute())
    }

    /// In how many of the four coordinates the two agree.
    ///
    /// ```
    /// use math::BoundingBox;
    ///
    /// let a = BoundingBox::new([0, 0, 2, 2])?;
    /// assert_eq!(a.agreeing(&BoundingBox::new([0, 1, 2, 2])?), 3);
    /// # Ok::<(), math::BoxError>(())
    /// ```
    #[must_use]
    pub fn agreeing(&self, other: &Self) -> usize {
        self.corners.iter().zip(&other.corners).filter(|(a, b)| a == b).count()
    }
}

impl<T: Piecewise + Add<Output = T> + Div<Output = T>> BoundingBox<T> {
    /// The area that both cover over the area that either covers: 1 for equal boxes, 0 for boxes apart (Jaccard
    /// 1901).
    ///
    /// ```
    /// use math::{Exact, BoundingBox};
    ///
    /// let whole = |n: i64| Exact::from_integer(n.into());
    /// let a = BoundingBox::new([0, 0, 2, 2].map(whole))?;
    /// let b = BoundingBox::new([1, 1, 3, 3].map(whole))?;
    /// assert_eq!(a.intersection_over_union(&b), Exact::new(1.into(), 7.into()));
    /// # Ok::<(), math::BoxError>(())
    /// ```
    #[must_use]
    pub fn intersection_over_union(&self, other: &Self) -> T {
        let [both, either] = self.areas(other);
        both / either
    }

    /// The area that both cover, and the area that either covers.
    ///
    /// ```
    /// use math::BoundingBox;
    ///
    /// let a = BoundingBox::new([0, 0, 2, 2])?;
    /// assert_eq!(a.areas(&BoundingBox::new([1, 1, 3, 3])?), [1, 7]);
    /// # Ok::<(), math::BoxError>(())
    /// ```
    #[must_use]
    pub fn areas(&self, other: &Self) -> [T; 2] {
        let both = sides(&self.overlap(other)).iter().cloned().fold(T::one(), Mul::mul);
        [both.clone(), self.area() + other.area() - both]
    }
}

/// Width and height of what lies between corners, given as xmin, ymin, xmax and ymax; 0 where a maximum is below its
/// minimum.
///
/// # Panics
/// If there are fewer than four numbers.
#[must_use]
pub fn sides<T: Piecewise>(corners: &DMatrix<T>) -> DMatrix<T> {
    DMatrix::from_fn(1, 2, |_, axis| (corners[axis + 2].clone() - corners[axis].clone()).maximum(T::zero()))
}

/// All boxes whose coordinates are whole numbers from 0 to below a limit.
///
/// ```
/// // Two minima and two maxima, each pair 0 1, 0 2 or 1 2.
/// assert_eq!(math::boxes_on_grid(3).count(), 9);
/// ```
pub fn boxes_on_grid(limit: i64) -> impl Iterator<Item = BoundingBox<i64>> {
    let digits =
        move |n: i64| [n / limit.pow(3), n / limit.pow(2), n / limit, n].map(|digits| digits % limit);
    (0..limit.pow(4)).filter_map(move |n| BoundingBox::new(digits(n)).ok())
}

/// In how many of the [`boxes_on_grid`] each coordinate is the largest; of equal ones the first counts.
///
/// ```
/// use nalgebra::dmatrix;
///
/// // Of the nine, ymax alone is the largest where it is 2 and xmax 1: with y from 0 or from 1.
/// assert_eq!(math::how_often_largest(3), dmatrix![0, 0, 7, 2]);
/// ```
#[must_use]
pub fn how_often_largest(limit: i64) -> DMatrix<usize> {
    let mut counts = DMatrix::zeros(1, 4);
    boxes_on_grid(limit).filter_map(|each| argmax(each.corners())).for_each(|largest| counts[largest] += 1);
    counts
}

/// How many pairs of [`boxes_on_grid`] that agree in xmin and xmax, and in nothing else, have their largest coordinate in
/// the same place, and how many have not.
///
/// ```
/// // The y of one box go from 0 to 1, of the other from 1 to 2. With xmax = 1 that moves the largest, with xmax = 2 it
/// // does not, and there are twice as many x with that.
/// assert_eq!(math::pairs_agreeing_in_x(3), [4, 2]);
/// ```
#[must_use]
pub fn pairs_agreeing_in_x(limit: i64) -> [usize; 2] {
    let boxes: Vec<_> = boxes_on_grid(limit).collect();
    let pairs = || boxes.iter().flat_map(|a| boxes.iter().map(|b| (a.corners(), b.corners())));
    let agreeing =
        || pairs().filter(|(a, b)| [0, 1, 2, 3].map(|i| a[i] == b[i]) == [true, false, true, false]);
    let hits = agreeing().filter(|(a, b)| argmax(*a) == argmax(*b)).count();
    [hits, agreeing().count() - hits]
}

/// Why numbers are no box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoxError {
    /// There are so many.
    NotFour(usize),
    /// The box would have no area.
    NoArea,
}

impl fmt::Display for BoxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFour(found) => write!(f, "expected xmin ymin xmax ymax, found {found} of 4"),
            Self::NoArea => f.write_str("it has no area, expected xmin < xmax and ymin < ymax"),
        }
    }
}

impl std::error::Error for BoxError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Exact;

    fn exact(corners: [i64; 4]) -> BoundingBox<Exact> {
        BoundingBox::new(corners.map(|n| Exact::from_integer(n.into()))).expect("an area")
    }

    #[test]
    fn the_union_counts_what_both_cover_once() {
        // 4×4 and 4×2 share 3×1: 3 / (16 + 8 − 3)
        let (a, b) = (exact([0, 0, 4, 4]), exact([1, 3, 5, 5]));
        assert_eq!(a.intersection(&b), Some(exact([1, 3, 4, 4])));
        assert_eq!(a.intersection_over_union(&b), Exact::new(1.into(), 7.into()));
        assert_eq!(a.intersection_over_union(&b), b.intersection_over_union(&a));
        assert_eq!(a.intersection_over_union(&a), Exact::from_integer(1.into()));
    }

    #[test]
    fn boxes_that_touch_or_lie_apart_share_nothing() {
        for other in [[2, 0, 4, 2], [2, 2, 3, 3], [5, 0, 6, 1], [0, -3, 2, -1]] {
            assert_eq!(exact([0, 0, 2, 2]).intersection(&exact(other)), None);
            assert_eq!(
                exact([0, 0, 2, 2]).intersection_over_union(&exact(other)),
                Exact::from_integer(0.into())
            );
        }
    }

    #[test]
    fn a_box_without_area_is_an_error() {
        for corners in [[0.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0], [0.0, f64::NAN, 1.0, 1.0]] {
            assert!(BoundingBox::new(corners).is_err(), "{corners:?}");
        }
        assert_eq!(
            BoundingBox::new([1, 2, 1, 4]).expect_err("no width").to_string(),
            "it has no area, expected xmin < xmax and ymin < ymax"
        );
    }

    #[test]
    fn each_coordinate_has_its_error() {
        assert_eq!(
            exact([0, 0, 4, 4]).absolute_errors(&exact([-1, 2, 4, 7])),
            nalgebra::dmatrix![1, 2, 0, 3].map(|n: i64| Exact::from_integer(n.into()))
        );
    }
}
