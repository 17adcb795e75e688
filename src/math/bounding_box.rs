//! Boxes around objects, and how far two of them agree.

use num_traits::Num;
use std::fmt::{self, Display};

/// A rectangle along the axes, with an area.
///
/// ```
/// use worked_examples::math::BoundingBox;
///
/// let truth = BoundingBox::new([0, 0, 4, 2])?;
/// let predicted = BoundingBox::new([1, 0, 4, 2])?;
/// assert_eq!(truth.intersection(&predicted), Some(predicted.clone()));
/// assert_eq!(truth.absolute_errors(&predicted), [1, 0, 0, 0]);
/// # Ok::<(), worked_examples::math::NoArea>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundingBox<T> {
    corners: [T; 4],
}

impl<T: Num + PartialOrd + Clone + Display> BoundingBox<T> {
    /// The box from (xmin, ymin) to (xmax, ymax), in this order.
    ///
    /// # Errors
    /// If it has no area: unless xmin < xmax and ymin < ymax, which a NaN never is.
    pub fn new(corners: [T; 4]) -> Result<Self, NoArea> {
        let [xmin, ymin, xmax, ymax] = &corners;
        if xmin < xmax && ymin < ymax {
            return Ok(Self { corners });
        }
        Err(NoArea { corners: format!("{xmin} {ymin} {xmax} {ymax}") })
    }

    /// xmin, ymin, xmax and ymax.
    #[must_use]
    pub fn corners(&self) -> &[T; 4] {
        &self.corners
    }

    /// Width times height.
    #[must_use]
    pub fn area(&self) -> T {
        let [xmin, ymin, xmax, ymax] = self.corners.clone();
        (xmax - xmin) * (ymax - ymin)
    }

    /// What both boxes cover; `None` where that has no area, as for boxes that only touch.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let [a, b] = [self, other].map(|each| each.corners.clone());
        let ([xmin, ymin, xmax, ymax], [left, top, right, bottom]) = (a, b);
        Self::new([larger(xmin, left), larger(ymin, top), smaller(xmax, right), smaller(ymax, bottom)]).ok()
    }

    /// The area that both cover over the area that either covers: 1 for equal boxes, 0 for boxes apart (Jaccard
    /// 1901).
    ///
    /// ```
    /// use worked_examples::{Exact, math::BoundingBox};
    ///
    /// let whole = |n: i64| Exact::from_integer(n.into());
    /// let a = BoundingBox::new([0, 0, 2, 2].map(whole))?;
    /// let b = BoundingBox::new([1, 1, 3, 3].map(whole))?;
    /// assert_eq!(a.intersection_over_union(&b), Exact::new(1.into(), 7.into()));
    /// # Ok::<(), worked_examples::math::NoArea>(())
    /// ```
    #[must_use]
    pub fn intersection_over_union(&self, other: &Self) -> T {
        let intersection = self.intersection(other).map_or(T::zero(), |both| both.area());
        intersection.clone() / (self.area() + other.area() - intersection)
    }

    /// By how much each coordinate is off: xmin, ymin, xmax and ymax.
    #[must_use]
    pub fn absolute_errors(&self, other: &Self) -> [T; 4] {
        std::array::from_fn(|i| {
            let (a, b) = (self.corners[i].clone(), other.corners[i].clone());
            larger(a.clone(), b.clone()) - smaller(a, b)
        })
    }
}

fn larger<T: PartialOrd>(a: T, b: T) -> T {
    if a < b { b } else { a }
}

fn smaller<T: PartialOrd>(a: T, b: T) -> T {
    if b < a { b } else { a }
}

/// Four numbers that are no box, because it would have no area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoArea {
    corners: String,
}

impl Display for NoArea {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a box needs xmin < xmax and ymin < ymax: {} has no area", self.corners)
    }
}

impl std::error::Error for NoArea {}

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
            "a box needs xmin < xmax and ymin < ymax: 1 2 1 4 has no area"
        );
    }

    #[test]
    fn each_coordinate_has_its_error() {
        assert_eq!(
            exact([0, 0, 4, 4]).absolute_errors(&exact([-1, 2, 4, 7])),
            [1, 2, 0, 3].map(|n| Exact::from_integer(n.into()))
        );
    }
}
