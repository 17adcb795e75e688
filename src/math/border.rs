//! What is made up outside of an image so that a kernel may hang over its edge.

use nalgebra::DMatrix;
use num_traits::Zero;

/// What stands outside, by the names that SciPy's `ndimage` has for its modes; `Zero` is its `constant`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Border {
    /// `0 0 | a b c d | 0 0`
    Zero,
    /// `b a | a b c d | d c`: half of the pixel at the edge lies outside.
    Reflect,
    /// `a a | a b c d | d d`
    Nearest,
    /// `c b | a b c d | c b`: what PyTorch and NumPy call reflect.
    Mirror,
    /// `c d | a b c d | a b`
    Wrap,
}

impl Border {
    /// All of them, with their names.
    pub const NAMED: [(&str, Self); 5] = [
        ("zero", Self::Zero),
        ("reflect", Self::Reflect),
        ("nearest", Self::Nearest),
        ("mirror", Self::Mirror),
        ("wrap", Self::Wrap),
    ];

    /// The border of this name.
    ///
    /// ```
    /// use math::Border;
    ///
    /// assert_eq!(Border::named("wrap"), Some(Border::Wrap));
    /// assert_eq!(Border::named("valid"), None);
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(own, _)| *own == name).map(|(_, border)| *border)
    }

    /// Which of `length` pixels stands at a place outside, or inside, counted from the first; none for a zero.
    fn stands_at(self, place: isize, length: usize) -> Option<usize> {
        let length = isize::try_from(length).ok()?;
        let (period, last) = match self {
            Self::Reflect => (2 * length, 2 * length - 1),
            Self::Mirror => ((2 * length - 2).max(1), 2 * length - 2),
            _ => (length, length - 1),
        };
        let repeated = place.rem_euclid(period);
        let at = match self {
            Self::Zero => return usize::try_from(place).ok().filter(|_| place < length),
            Self::Nearest => place.clamp(0, last),
            Self::Wrap => repeated,
            Self::Reflect | Self::Mirror => repeated.min(last - repeated),
        };
        usize::try_from(at).ok()
    }
}

/// The matrix with `width` more rows and columns on each side.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Border, bordered};
///
/// let row = |border| bordered(&dmatrix![1, 2, 3, 4], border, 2).row(2).into_owned();
/// assert_eq!(row(Border::Zero), dmatrix![0, 0, 1, 2, 3, 4, 0, 0]);
/// assert_eq!(row(Border::Reflect), dmatrix![2, 1, 1, 2, 3, 4, 4, 3]);
/// assert_eq!(row(Border::Nearest), dmatrix![1, 1, 1, 2, 3, 4, 4, 4]);
/// assert_eq!(row(Border::Mirror), dmatrix![3, 2, 1, 2, 3, 4, 3, 2]);
/// assert_eq!(row(Border::Wrap), dmatrix![3, 4, 1, 2, 3, 4, 1, 2]);
/// ```
#[must_use]
pub fn bordered<T: nalgebra::Scalar + Zero>(matrix: &DMatrix<T>, border: Border, width: usize) -> DMatrix<T> {
    let (rows, columns) = matrix.shape();
    let from = |at: usize, length| border.stands_at(at.checked_signed_diff(width)?, length);
    DMatrix::from_fn(rows + 2 * width, columns + 2 * width, |row, column| {
        match (from(row, rows), from(column, columns)) {
            (Some(row), Some(column)) => matrix[(row, column)].clone(),
            _ => T::zero(),
        }
    })
}
