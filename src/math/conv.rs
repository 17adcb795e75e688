//! Two-dimensional cross-correlation and convolution, and what each passes back.
//!
//! [`cross_correlate`] slides the kernel over the input as it is; [`convolve`] turns it by 180° first. Deep
//! learning calls the former "convolution" (Goodfellow, Bengio and Courville 2016, section 9.1); here each has
//! its own name. Every function below is one walk over the same pairs of cells: which input cell meets which
//! kernel cell at which output cell.

use super::number::Number;
use super::shape::{Shape, ShapeError};
use nalgebra::DMatrix;
use num_traits::One;
use std::ops::Range;

/// How far the kernel may hang over the edge of the input; cells outside count as zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Not at all: the output is smaller than the input by the kernel's size less one.
    Valid,
    /// So far that the output has the input's size divided by the stride, rounded up. Where the cells to add
    /// are odd in number the extra one goes below and to the right, as in TensorFlow, JAX and `PyTorch`.
    Same,
    /// As far as one cell still overlaps: the output is larger by the kernel's size less one.
    Full,
}

impl Padding {
    /// This padding, with the window moved by `stride` cells at a time, down and across.
    ///
    /// # Panics
    /// If `stride` is zero: the window would never move.
    #[must_use]
    pub fn stride(self, stride: usize) -> Window {
        assert!(stride > 0, "a stride of zero never moves the window");
        Window { padding: self, stride }
    }
}

/// Padding and stride: how the window moves over the input. A [`Padding`] alone moves it by one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    padding: Padding,
    stride: usize,
}

impl From<Padding> for Window {
    fn from(padding: Padding) -> Self {
        padding.stride(1)
    }
}

impl Window {
    /// The shape that sliding a kernel over an input will have.
    ///
    /// # Errors
    /// If the kernel is empty, or does not fit into the input and may not hang over.
    ///
    /// ```
    /// use math::{Padding::*, Window};
    ///
    /// assert_eq!(Window::from(Valid).output_shape((4, 4), (2, 2)), Ok((3, 3)));
    /// assert_eq!(Window::from(Full).output_shape((2, 2), (2, 2)), Ok((3, 3)));
    /// assert_eq!(Same.stride(2).output_shape((5, 4), (3, 3)), Ok((3, 2)));
    /// ```
    pub fn output_shape(self, input: Shape, kernel: Shape) -> Result<Shape, ShapeError> {
        let [rows, columns] = self.axes(input, kernel)?;
        Ok((rows.output, columns.output))
    }

    fn axes(self, input: Shape, kernel: Shape) -> Result<[Axis; 2], ShapeError> {
        match (self.axis(input.0, kernel.0), self.axis(input.1, kernel.1)) {
            (Some(rows), Some(columns)) => Ok([rows, columns]),
            _ => Err(ShapeError {
                operation: "sliding a kernel",
                first: ("kernel", kernel),
                relation: "does not fit into",
                second: ("input", input),
            }),
        }
    }

    fn axis(self, input: usize, kernel: usize) -> Option<Axis> {
        let stride = self.stride;
        let overhang = kernel.checked_sub(1)?;
        let (output, before) = match self.padding {
            Padding::Valid => (input.checked_sub(overhang)?.div_ceil(stride), 0),
            Padding::Full => (input.checked_add(overhang)?.div_ceil(stride), overhang),
            Padding::Same => {
                let output = input.div_ceil(stride);
                let padded = (output.saturating_sub(1) * stride + kernel).saturating_sub(input);
                (output, padded / 2)
            }
        };
        (input > 0 && output > 0).then_some(Axis { input, output, stride, before })
    }
}

/// One dimension of the walk: output `o` and kernel cell `k` meet input `o · stride + k − before`.
#[derive(Clone, Copy)]
struct Axis {
    input: usize,
    output: usize,
    stride: usize,
    before: usize,
}

impl Axis {
    /// The outputs at which kernel cell `k` lies on the input, and the input cell that the first of them meets.
    fn overlap(self, k: usize) -> (Range<usize>, usize) {
        let first = self.before.saturating_sub(k).div_ceil(self.stride);
        let end = (self.input + self.before).saturating_sub(k).div_ceil(self.stride).min(self.output);
        (first..end.max(first), (first * self.stride + k).saturating_sub(self.before))
    }
}

/// Output cells down one column, the kernel cell they all meet, and the first of their input cells.
struct Run {
    outputs: Range<usize>,
    kernel: usize,
    input: usize,
}

/// Visits every meeting of an output, a kernel and an input cell once, as indices into column-major storage.
///
/// The innermost run goes down a column, where all three matrices lie side by side in memory.
fn walk([rows, columns]: [Axis; 2], kernel: Shape, mut visit: impl FnMut(Run)) {
    let down: Vec<_> = (0..kernel.0).map(|kernel_row| rows.overlap(kernel_row)).collect();
    let across: Vec<_> = (0..kernel.1).map(|kernel_column| columns.overlap(kernel_column)).collect();
    for output_column in 0..columns.output {
        for (kernel_column, (outputs, first)) in across.iter().enumerate() {
            if !outputs.contains(&output_column) {
                continue;
            }
            let input_column = first + (output_column - outputs.start) * columns.stride;
            for (kernel_row, (outputs, first)) in down.iter().enumerate() {
                if outputs.is_empty() {
                    continue;
                }
                let start = output_column * rows.output;
                visit(Run {
                    outputs: start + outputs.start..start + outputs.end,
                    kernel: kernel_column * kernel.0 + kernel_row,
                    input: input_column * rows.input + first,
                });
            }
        }
    }
}

/// Slides the kernel over the input as it is: each output is the sum of products of the cells it lies on.
///
/// # Errors
/// If the kernel does not fit into the input; see [`Window::output_shape`].
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Padding::*, cross_correlate};
///
/// let input = dmatrix![1, 2, 3];
/// let kernel = dmatrix![1, 10];
/// assert_eq!(cross_correlate(&input, &kernel, Valid), Ok(dmatrix![21, 32]));
/// assert_eq!(cross_correlate(&input, &kernel, Full), Ok(dmatrix![10, 21, 32, 3]));
/// assert_eq!(cross_correlate(&input, &kernel, Same.stride(2)), Ok(dmatrix![21, 3]));
/// ```
pub fn cross_correlate<T: Number>(
    input: &DMatrix<T>,
    kernel: &DMatrix<T>,
    window: impl Into<Window>,
) -> Result<DMatrix<T>, ShapeError> {
    let window = window.into();
    let (rows, columns) = window.output_shape(input.shape(), kernel.shape())?;
    let mut output = DMatrix::<T>::zeros(rows, columns);
    add_cross_correlation(&mut output, input, kernel, window)?;
    Ok(output)
}

/// Adds a cross-correlation to what has its shape.
pub(crate) fn add_cross_correlation<T: Number>(
    sum: &mut DMatrix<T>,
    input: &DMatrix<T>,
    kernel: &DMatrix<T>,
    window: Window,
) -> Result<(), ShapeError> {
    let axes = window.axes(input.shape(), kernel.shape())?;
    let (inputs, weights, outputs) = (input.as_slice(), kernel.as_slice(), sum.as_mut_slice());
    walk(axes, kernel.shape(), |run| {
        let weight = &weights[run.kernel];
        multiply_add(&mut outputs[run.outputs], axes[0].stride, &inputs[run.input..], weight);
    });
    Ok(())
}

/// `outputs += inputs · weight`, taking every `stride`-th input.
fn multiply_add<T: Number>(outputs: &mut [T], stride: usize, inputs: &[T], weight: &T) {
    let add = |(output, input): (&mut T, &T)| *output = output.clone() + input.clone() * weight.clone();
    if stride == 1 {
        outputs.iter_mut().zip(inputs).for_each(add);
    } else {
        outputs.iter_mut().zip(inputs.iter().step_by(stride)).for_each(add);
    }
}

/// What a [`cross_correlate`] passes back to its input: each output's gradient returns through the weight by
/// which the input reached it (Goodfellow et al. 2016, section 9.5, the function t).
///
/// # Errors
/// If the kernel does not fit into an input of that shape, or `delta` has not the output's shape.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Padding::Valid, cross_correlate_input_gradient};
///
/// let (delta, kernel) = (dmatrix![1, 100], dmatrix![2, 3]);
/// assert_eq!(cross_correlate_input_gradient(&delta, &kernel, (1, 3), Valid), Ok(dmatrix![2, 203, 300]));
/// ```
pub fn cross_correlate_input_gradient<T: Number>(
    delta: &DMatrix<T>,
    kernel: &DMatrix<T>,
    input: Shape,
    window: impl Into<Window>,
) -> Result<DMatrix<T>, ShapeError> {
    let axes = window.into().axes(input, kernel.shape())?;
    expect_output_shape(delta.shape(), axes)?;
    let mut gradient = DMatrix::<T>::zeros(input.0, input.1);
    let (deltas, weights, gradients) = (delta.as_slice(), kernel.as_slice(), gradient.as_mut_slice());
    walk(axes, kernel.shape(), |run| {
        let weight = &weights[run.kernel];
        let inputs = gradients[run.input..].iter_mut().step_by(axes[0].stride);
        for (input, delta) in inputs.zip(&deltas[run.outputs]) {
            *input = input.clone() + delta.clone() * weight.clone();
        }
    });
    Ok(gradient)
}

/// What a [`cross_correlate`] passes back to its kernel: each weight collects every output's gradient times the
/// input that it met there (Goodfellow et al. 2016, section 9.5, the function g).
///
/// # Errors
/// If a kernel of that shape does not fit into the input, or `delta` has not the output's shape.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Padding::Valid, cross_correlate_kernel_gradient};
///
/// let (input, delta) = (dmatrix![1, 2, 3], dmatrix![1, 100]);
/// assert_eq!(cross_correlate_kernel_gradient(&input, &delta, (1, 2), Valid), Ok(dmatrix![201, 302]));
/// ```
pub fn cross_correlate_kernel_gradient<T: Number>(
    input: &DMatrix<T>,
    delta: &DMatrix<T>,
    kernel: Shape,
    window: impl Into<Window>,
) -> Result<DMatrix<T>, ShapeError> {
    let axes = window.into().axes(input.shape(), kernel)?;
    expect_output_shape(delta.shape(), axes)?;
    let mut gradient = DMatrix::<T>::zeros(kernel.0, kernel.1);
    let (inputs, deltas, gradients) = (input.as_slice(), delta.as_slice(), gradient.as_mut_slice());
    walk(axes, kernel, |run| {
        let met = inputs[run.input..].iter().step_by(axes[0].stride);
        let sum = met.zip(&deltas[run.outputs]).fold(T::zero(), |sum, (x, d)| sum + x.clone() * d.clone());
        gradients[run.kernel] = gradients[run.kernel].clone() + sum;
    });
    Ok(gradient)
}

/// Turns a matrix by 180°: both axes reversed.
///
/// ```
/// use nalgebra::dmatrix;
/// use math::rot180;
///
/// assert_eq!(rot180(&dmatrix![1, 2; 3, 4]), dmatrix![4, 3; 2, 1]);
/// ```
#[must_use]
pub fn rot180<T: Number>(matrix: &DMatrix<T>) -> DMatrix<T> {
    DMatrix::from_iterator(matrix.nrows(), matrix.ncols(), matrix.as_slice().iter().rev().cloned())
}

/// Convolution as mathematics and signal processing mean it: the kernel, turned by 180°, slides over the input.
///
/// # Errors
/// As [`cross_correlate`].
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Padding::Valid, convolve};
///
/// assert_eq!(convolve(&dmatrix![1, 2, 3], &dmatrix![1, 10], Valid), Ok(dmatrix![12, 23]));
/// ```
pub fn convolve<T: Number>(
    input: &DMatrix<T>,
    kernel: &DMatrix<T>,
    window: impl Into<Window>,
) -> Result<DMatrix<T>, ShapeError> {
    cross_correlate(input, &rot180(kernel), window)
}

/// What a [`convolve`] passes back to its input.
///
/// # Errors
/// As [`cross_correlate_input_gradient`].
pub fn convolve_input_gradient<T: Number>(
    delta: &DMatrix<T>,
    kernel: &DMatrix<T>,
    input: Shape,
    window: impl Into<Window>,
) -> Result<DMatrix<T>, ShapeError> {
    cross_correlate_input_gradient(delta, &rot180(kernel), input, window)
}

/// What a [`convolve`] passes back to its kernel: turned back, because the kernel was turned on the way forward.
///
/// # Errors
/// As [`cross_correlate_kernel_gradient`].
pub fn convolve_kernel_gradient<T: Number>(
    input: &DMatrix<T>,
    delta: &DMatrix<T>,
    kernel: Shape,
    window: impl Into<Window>,
) -> Result<DMatrix<T>, ShapeError> {
    Ok(rot180(&cross_correlate_kernel_gradient(input, delta, kernel, window)?))
}

/// A convolution as the matrix of a fully connected layer: a row an output, a column an input, both counted
/// down the columns, so that the matrix times the input as one column is the output as one column.
///
/// # Errors
/// As [`convolve`].
///
/// ```
/// use nalgebra::dmatrix;
/// use math::{Padding::Valid, convolution_matrix};
///
/// let matrix = convolution_matrix(&dmatrix![1, 10], (1, 3), Valid);
/// assert_eq!(matrix, Ok(dmatrix![10, 1, 0; 0, 10, 1]));
/// ```
pub fn convolution_matrix<T: Number + One>(
    kernel: &DMatrix<T>,
    input: Shape,
    window: impl Into<Window>,
) -> Result<DMatrix<T>, ShapeError> {
    let window = window.into();
    let (rows, columns) = window.output_shape(input, kernel.shape())?;
    let mut matrix = DMatrix::<T>::zeros(rows * columns, input.0 * input.1);
    for index in 0..matrix.ncols() {
        let mut unit = DMatrix::<T>::zeros(input.0, input.1);
        unit[index] = T::one();
        let response = convolve(&unit, kernel, window)?;
        matrix.column_mut(index).copy_from_slice(response.as_slice());
    }
    Ok(matrix)
}

fn expect_output_shape(delta: Shape, [rows, columns]: [Axis; 2]) -> Result<(), ShapeError> {
    ShapeError::unless_equal(
        "gradient of a cross-correlation",
        ("delta", delta),
        ("output", (rows.output, columns.output)),
    )
}

#[cfg(test)]
mod tests {
    use super::{Padding::Same, cross_correlate};
    use nalgebra::dmatrix;

    #[test]
    fn a_kernel_may_hang_over_both_edges() {
        assert_eq!(cross_correlate(&dmatrix![2], &dmatrix![1; 2; 3; 4; 5; 6; 7], Same), Ok(dmatrix![8]));
    }
}
