//! A surface over two axes, seen from above, and paths on it.

use super::frame::{self, Entry, Key, colour, marker, markers};
use super::heatmap::short;
use super::scale::Scale;
use super::{Axis, Chart, Line};
use nalgebra::DMatrix;
use plotters::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;

const SIZE: (u32, u32) = (520, 420);
/// The borders between them are the contours.
const SHADES: f64 = 12.0;
/// The darkest shade, on which a path is still seen.
const DARKEST: f64 = 0.6;
/// A marker closer than so many pixels to the one before is left out.
const CLOSEST_MARKERS: f64 = 5.0;

type Point = (f64, f64);

/// So many cells to each side of a function's landscape.
const CELLS: usize = 100;

impl Chart {
    /// A function of a matrix over two of its entries, the others as they are in `settled`: around that place and the first
    /// step of each path, with the paths. Each entry comes with the words at its axis.
    ///
    /// ```
    /// use nalgebra::{DMatrix, dmatrix};
    /// use worked_examples::notebook::Chart;
    ///
    /// let sum = |x: &DMatrix<f64>| x.sum();
    /// let axes = [("first", (0, 0)), ("last", (0, 2))];
    /// let Chart::Landscape { from, to, .. } =
    ///     Chart::over_two_entries("sum", axes, sum, &dmatrix![0.0, 5.0, 0.0], &[("one", &[dmatrix![2.0, 7.0, 1.0]])])
    /// else {
    ///     panic!()
    /// };
    /// assert_eq!((from, to), ((-1.0, -1.0), (3.0, 2.0)));
    /// ```
    #[must_use]
    pub fn over_two_entries(
        name: &'static str,
        [(x, first), (y, second)]: [(&'static str, (usize, usize)); 2],
        function: impl Fn(&DMatrix<f64>) -> f64,
        settled: &DMatrix<f64>,
        paths: &[(&str, &[DMatrix<f64>])],
    ) -> Self {
        let point = |matrix: &DMatrix<f64>| (matrix[first], matrix[second]);
        let seen = paths.iter().flat_map(|(_, path)| path.iter().take(2)).chain([settled]).map(point);
        let (mut from, mut to) = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
        for (x, y) in seen {
            (from, to) = ((from.0.min(x), from.1.min(y)), (to.0.max(x), to.1.max(y)));
        }
        let margin = (to.0 - from.0).max(to.1 - from.1).max(0.1) / 2.0;
        let (from, to) = ((from.0 - margin, from.1 - margin), (to.0 + margin, to.1 + margin));
        let heights = DMatrix::from_fn(CELLS, CELLS, |row, column| {
            let at = |from: f64, to: f64, i: usize| from + (to - from) * (i as f64 + 0.5) / CELLS as f64;
            // What tends to 0 is 0, so that the lowest plain is one.
            let mut matrix = settled.map(|entry| (entry * 1e6).round() / 1e6);
            (matrix[first], matrix[second]) = (at(from.0, to.0, column), at(from.1, to.1, row));
            function(&matrix)
        });
        let lines = paths.iter().map(|(label, path)| Line::new(*label, path.iter().map(point)));
        let (x, y, lines) = (Axis::linear(x), Axis::linear(y), lines.collect());
        Self::Landscape { x, y, name, heights, from, to, lines }
    }
}

pub(super) fn draw(
    (x, y): (Axis, Axis),
    heights: &DMatrix<f64>,
    (from, to): (Point, Point),
    (name, lines): (&str, &[Line]),
) -> Result<String, String> {
    let x = Scale::new(x, [from.0, to.0], 0.0, 8);
    let y = Scale::new(y, [from.1, to.1], 0.0, 8);
    let finite = || heights.iter().copied().filter(|height| height.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    // Up a bowl the height grows by the square of the distance: its root makes all shades equally wide. What is lowest
    // has the colour of the paper, and nothing else has.
    let depth = |height: f64| {
        let part = if high > low { (height - low) / (high - low) } else { 0.0 };
        if part.is_finite() { (part.sqrt() * SHADES).ceil() / SHADES * DARKEST } else { DARKEST }
    };
    let shade = |height| Key::Patch(BLACK.mix(depth(height)));
    let levels = [low, low + round(high - low) / 5.0, low + round(high - low)];
    let levels = levels.into_iter().filter(|level| level.is_finite());
    let mut legend: Vec<_> = levels
        .enumerate()
        .map(|(i, level)| {
            let label =
                if i == 0 { format!("{} {}", super::clean(name), short(level)) } else { short(level) };
            Entry { key: shade(level), label }
        })
        .collect();
    legend.extend(markers(lines.iter().map(|line| &line.label)));

    let mut paths = BTreeMap::<String, String>::new();
    let svg = frame::draw(SIZE, (&x, &y), (true, true), &legend, |area, at| {
        let edge = |low: f64, high: f64, i: usize, count: usize| low + (high - low) * i as f64 / count as f64;
        let (rows, columns) = heights.shape();
        for (i, row) in heights.row_iter().enumerate() {
            let shades: Vec<_> = row.iter().map(|&height| format!("{:.2}", depth(height))).collect();
            let mut left = 0;
            for same in shades.chunk_by(|a, b| a == b) {
                let right = left + same.len();
                let corner =
                    |column, row| at(edge(from.0, to.0, column, columns), edge(from.1, to.1, row, rows));
                let (top, bottom) = (corner(left, i + 1), corner(right, i));
                let path = paths.entry(same[0].clone()).or_default();
                let (wide, high) = (bottom.0 - top.0, bottom.1 - top.1);
                write!(path, "M{},{}h{wide}v{high}h-{wide}z", top.0, top.1)?;
                left = right;
            }
        }
        for (index, line) in lines.iter().enumerate() {
            for (&a, &b) in line.points.iter().zip(line.points.iter().skip(1)) {
                let Some((a, b)) = inside(a, b, (&x, &y)) else { continue };
                let (a, b) = (at(a.0, a.1), at(b.0, b.1));
                if a != b {
                    area.draw(&PathElement::new(vec![a, b], colour(index).stroke_width(3)))?;
                }
            }
            let seen = line.points.iter().filter(|&&point| inside(point, point, (&x, &y)).is_some());
            let mut seen: Vec<_> = seen.map(|&(x, y)| at(x, y)).collect();
            seen.dedup_by(|next, kept| {
                f64::from(next.0 - kept.0).hypot(f64::from(next.1 - kept.1)) < CLOSEST_MARKERS
            });
            for point in seen {
                marker(area, point, index)?;
            }
        }
        Ok(())
    })?;
    let paths = paths.iter().flat_map(|(depth, path)| ["<path opacity=\"", depth, "\" d=\"", path, "\"/>\n"]);
    let (paper, above) = svg.split_once("/>\n").ok_or("the drawing has no paper")?;
    Ok(format!("{paper}/>\n{}{above}", paths.collect::<String>()))
}

/// The largest number of the form 1, 2 or 5 times a power of ten that is no larger.
fn round(number: f64) -> f64 {
    let power = 10_f64.powf(number.log10().floor());
    [5.0, 2.0, 1.0].into_iter().map(|digit| digit * power).find(|&round| round <= number).unwrap_or(number)
}

/// What of a way from one point to another lies inside of the axes.
fn inside(a: Point, b: Point, (x, y): (&Scale, &Scale)) -> Option<(Point, Point)> {
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let step = (b.0 - a.0, b.1 - a.1);
    for (at, step, range) in [(a.0, step.0, &x.range), (a.1, step.1, &y.range)] {
        if step == 0.0 && (range.start..=range.end).contains(&at) {
            continue;
        }
        let (first, last) = ((range.start - at) / step, (range.end - at) / step);
        (enter, leave) = (enter.max(first.min(last)), leave.min(first.max(last)));
    }
    let at = |part: f64| (a.0 + part * step.0, a.1 + part * step.1);
    let (from, to) = (at(enter), at(leave));
    let finite = [from.0, from.1, to.0, to.1].iter().all(|place| place.is_finite());
    (enter <= leave && finite).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_a_round_number() {
        assert_eq!([14.5, 9.0, 2.0, 0.0].map(|height| round(height).to_string()), ["10", "5", "2", "0"]);
    }

    #[test]
    fn a_way_is_cut_at_the_frame() {
        let scale = Scale::new(Axis::linear(""), [0.0, 2.0], 0.0, 2);
        let inside = |a, b| inside(a, b, (&scale, &scale));
        assert_eq!(inside((1.0, 1.0), (1.0, 5.0)), Some(((1.0, 1.0), (1.0, 2.0))));
        assert_eq!(inside((-1.0, 1.0), (3.0, 1.0)), Some(((0.0, 1.0), (2.0, 1.0))));
        assert_eq!(inside((1.0, 1.0), (1.0, 1.0)), Some(((1.0, 1.0), (1.0, 1.0))));
        for (a, b) in [((3.0, 1.0), (3.0, 1.0)), ((-1.0, 1.5), (1.0, 5.0)), ((1.0, 1.0), (f64::NAN, 1.0))] {
            assert_eq!(inside(a, b), None);
        }
    }

    #[test]
    fn what_is_seen_is_around_the_settled_place_and_the_first_steps() {
        let settled = DMatrix::from_row_slice(1, 4, &[1.0, 2.0, 1e-9, 0.25]);
        let path = [[4.0, 3.0, 0.0, 0.0], [1.0, 2.0, 0.0, 0.0], [9.0, 9.0, 0.0, 0.0]];
        let path = path.map(|point| DMatrix::from_row_slice(1, 4, &point));
        let others = |x: &DMatrix<f64>| x[2] + x[3];
        let axes = [("x", (0, 0)), ("y", (0, 1))];
        let chart = Chart::over_two_entries("others", axes, others, &settled, &[("path", &path)]);
        let Chart::Landscape { from, to, heights, .. } = chart else { panic!("a landscape") };
        assert_eq!((from, to), ((-0.5, 0.5), (5.5, 4.5)));
        // What is next to nothing is 0.
        assert!(heights.iter().all(|height| height.to_bits() == 0.25_f64.to_bits()));
    }
}
