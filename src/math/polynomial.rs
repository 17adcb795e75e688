//! Polynomials in two variables: functions whose derivatives are known exactly, to test a stencil against.

use super::number::Number;
use nalgebra::DMatrix;
use num_traits::One;

/// A polynomial in x and y; one in x alone is a single row of coefficients.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::Polynomial;
///
/// let parabola = Polynomial::new(dmatrix![5, 0, 3]); // 5 + 3x²
/// assert_eq!(parabola.at(&2, &0), 17);
/// assert_eq!(parabola.derivative_x().at(&2, &0), 12);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Polynomial<T: Number> {
    coefficients: DMatrix<T>,
}

impl<T: Number + One> Polynomial<T> {
    /// The polynomial whose coefficient of yⁱ·xʲ stands in row i and column j, both counted from 0.
    #[must_use]
    pub fn new(coefficients: DMatrix<T>) -> Self {
        Self { coefficients }
    }

    /// The product xⁱ·yʲ.
    ///
    /// ```
    /// use math::Polynomial;
    ///
    /// assert_eq!(Polynomial::power(3, 1).at(&2, &5), 40);
    /// ```
    #[must_use]
    pub fn power(i: usize, j: usize) -> Self {
        let mut coefficients = DMatrix::zeros(j + 1, i + 1);
        coefficients[(j, i)] = T::one();
        Self::new(coefficients)
    }

    /// The value at (x, y), by Horner's rule in y down each column, and then in x.
    #[must_use]
    pub fn at(&self, x: &T, y: &T) -> T {
        self.coefficients.column_iter().rev().fold(T::zero(), |sum, column| {
            let in_y = column.iter().rev().fold(T::zero(), |sum, c| sum * y.clone() + c.clone());
            sum * x.clone() + in_y
        })
    }

    /// ∂/∂x: every power of x comes down by one and multiplies.
    #[must_use]
    pub fn derivative_x(&self) -> Self {
        let (rows, columns) = self.coefficients.shape();
        let mut power = T::zero();
        let mut derivative = DMatrix::zeros(rows, columns.saturating_sub(1));
        for (j, mut column) in derivative.column_iter_mut().enumerate() {
            power = power + T::one();
            let above = self.coefficients.column(j + 1);
            column.iter_mut().zip(&above).for_each(|(to, c)| *to = c.clone() * power.clone());
        }
        Self::new(derivative)
    }

    /// ∂/∂y.
    #[must_use]
    pub fn derivative_y(&self) -> Self {
        let mirrored = Self::new(self.coefficients.transpose());
        Self::new(mirrored.derivative_x().coefficients.transpose())
    }

    /// The Laplacian at (x, y): ∂²/∂x² + ∂²/∂y².
    ///
    /// ```
    /// use nalgebra::dmatrix;
    /// use math::Polynomial;
    ///
    /// let bowl = Polynomial::new(dmatrix![0, 0, 1; 0, 0, 0; 1, 0, 0]); // x² + y²
    /// assert_eq!(bowl.laplacian_at(&7, &-3), 4);
    /// ```
    #[must_use]
    pub fn laplacian_at(&self, x: &T, y: &T) -> T {
        self.derivative_x().derivative_x().at(x, y) + self.derivative_y().derivative_y().at(x, y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    /// 1 + 2x + 3x² + 4y + 5xy + 7x²y²
    fn mixed() -> Polynomial<i64> {
        Polynomial::new(dmatrix![1, 2, 3; 4, 5, 0; 0, 0, 7])
    }

    #[test]
    fn the_value_is_the_sum_of_the_terms() {
        assert_eq!(mixed().at(&2, &-1), 1 + 4 + 12 - 4 - 10 + 28);
        assert_eq!(mixed().at(&0, &0), 1);
    }

    #[test]
    fn each_derivative_follows_the_power_rule() {
        // ∂x = 2 + 6x + 5y + 14xy², ∂y = 4 + 5x + 14x²y
        assert_eq!(mixed().derivative_x().at(&2, &-1), 2 + 12 - 5 + 28);
        assert_eq!(mixed().derivative_y().at(&2, &-1), 4 + 10 - 56);
        assert_eq!(mixed().laplacian_at(&2, &-1), 6 + 14 + 14 * 4);
    }

    #[test]
    fn deriving_a_constant_away_leaves_zero() {
        let constant = Polynomial::new(dmatrix![5]);
        assert_eq!(constant.derivative_x().at(&3, &3), 0);
        assert_eq!(constant.laplacian_at(&3, &3), 0);
    }
}
