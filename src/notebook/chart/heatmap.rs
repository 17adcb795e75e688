//! A matrix as coloured cells.

use super::frame::{self, Entry, Key, PALETTE, text, width};
use super::scale::Scale;
use nalgebra::DMatrix;
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;
use std::collections::BTreeMap;
use std::fmt::Write;

const SIZE: (usize, usize) = (640, 380);
const LARGEST_CELL: usize = 84;
/// Few enough shades that neighbours often share one and are drawn as one.
const SHADES: f64 = 20.0;
/// Numbers are written in black, so what lies under them is never darker than this.
const DARKEST_UNDER_NUMBERS: f64 = 0.6;

pub(super) fn draw(
    values: &DMatrix<f64>,
    (rows, names): (&str, &[String]),
    columns: &str,
    decimals: Option<usize>,
) -> Result<String, String> {
    let written = |value: f64| decimals.map(|decimals| format!("{value:.decimals$}"));
    let longest = values.iter().filter_map(|&v| written(v)).map(|text| text.len()).max();
    let side = (SIZE.1 / values.nrows().max(1)).min(SIZE.0 / values.ncols().max(1)).clamp(1, LARGEST_CELL);
    let (wide, high) =
        longest.map_or((side, side), |longest| (side.max(width(longest) as usize + 8), side.max(24)));
    let size = |cell: usize, count: usize| u32::try_from((cell * count).clamp(60, 20_000)).unwrap_or(60);
    let size = (size(wide, values.ncols()), size(high, values.nrows()));

    let counts = counted(values.ncols());
    let widest = counts.last().map_or(0, |count| width(count.len()));
    let x = Scale::of_names(columns, &counts, (size.0 / (widest + 12)) as usize);
    let mut y = Scale::of_names(rows, names, size.1 as usize / 20);
    std::mem::swap(&mut y.range.start, &mut y.range.end);

    let darkest = if decimals.is_some() { DARKEST_UNDER_NUMBERS } else { 1.0 };
    let shades = Shades::of(values, darkest);
    let legend = if decimals.is_some() { Vec::new() } else { shades.legend() };
    let mut paths = BTreeMap::<String, String>::new();
    let svg = frame::draw(size, (&x, &y), (false, false), &legend, |area, at| {
        for (i, row) in values.row_iter().enumerate() {
            let colours: Vec<_> = row.iter().map(|&value| paint(shades.colour(value))).collect();
            let mut left = 0;
            for same in colours.chunk_by(|a, b| a == b) {
                let right = left + same.len();
                let (from, to) = (at(left as f64, i as f64), at(right as f64, i as f64 + 1.0));
                let (wide, high) = (to.0 - from.0, to.1 - from.1);
                let path = paths.entry(same[0].clone()).or_default();
                write!(path, "M{},{}h{wide}v{high}h-{wide}z", from.0, from.1)?;
                left = right;
            }
            for (j, &value) in row.iter().enumerate() {
                let Some(number) = written(value) else { continue };
                text(area, &number, at(j as f64 + 0.5, i as f64 + 0.5), HPos::Center, BLACK)?;
            }
        }
        Ok(())
    })?;
    // One path a shade instead of one element a cell, on the paper and below the numbers.
    let paths: String =
        paths.iter().flat_map(|(paint, path)| ["<path ", paint, " d=\"", path, "\"/>\n"]).collect();
    let (paper, above) = svg.split_once("/>\n").ok_or("the drawing has no paper")?;
    Ok(format!("{paper}/>\n{paths}{above}"))
}

/// The names of rows or columns that have none.
pub(super) fn counted(count: usize) -> Vec<String> {
    (0..count).map(|i| i.to_string()).collect()
}

fn paint(colour: RGBAColor) -> String {
    let RGBAColor(red, green, blue, opacity) = colour;
    format!("fill=\"#{red:02X}{green:02X}{blue:02X}\" opacity=\"{opacity:.2}\"")
}

/// From white to blue; where there are negative and positive numbers white is 0 and the negative are orange.
pub(super) struct Shades {
    low: f64,
    high: f64,
    darkest: f64,
}

impl Shades {
    pub(super) fn of(values: &DMatrix<f64>, darkest: f64) -> Self {
        let finite = || values.iter().copied().filter(|value| value.is_finite());
        let (low, high) =
            finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        Self { low, high, darkest }
    }

    /// How dark, from -1 (orange) over 0 (white) to 1 (blue).
    fn depth(&self, value: f64) -> f64 {
        let Self { low, high, .. } = *self;
        let depth = if low < 0.0 && high > 0.0 {
            value / high.max(-low)
        } else if high > low {
            // Of one sign, so that no difference overflows.
            (value - low) / (high - low)
        } else {
            0.0
        };
        (depth * SHADES).round() / SHADES
    }

    pub(super) fn colour(&self, value: f64) -> RGBAColor {
        if !value.is_finite() {
            return BLACK.mix(0.3);
        }
        let depth = self.depth(value);
        PALETTE[usize::from(depth < 0.0)].mix(depth.abs() * self.darkest)
    }

    pub(super) fn legend(&self) -> Vec<Entry> {
        let Self { low, high, .. } = *self;
        let zero = (low < 0.0 && high > 0.0).then_some(0.0);
        let marks = [Some(low), zero, Some(high)].into_iter().flatten().filter(|value| value.is_finite());
        marks.map(|value| Entry { key: Key::Patch(self.colour(value)), label: short(value) }).collect()
    }
}

/// Three digits.
pub(super) fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.2e}").parse().unwrap_or(value);
    if rounded.abs() < 1e-4 && rounded.abs() > 0.0 || rounded.abs() >= 1e6 {
        format!("{rounded:e}")
    } else {
        format!("{rounded}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;

    #[test]
    fn the_ends_are_darkest_and_between_two_signs_lies_white() {
        let depths = |low: f64, high: f64, values: [f64; 3]| {
            let shades = Shades::of(&dmatrix![low, high], 1.0);
            values.map(|value| shades.depth(value).to_string()).join(" ")
        };
        assert_eq!(depths(-2.0, 4.0, [-2.0, 0.0, 4.0]), "-0.5 0 1");
        assert_eq!(depths(-4.0, 1.0, [-4.0, 0.0, 1.0]), "-1 0 0.25");
        assert_eq!(depths(1.0, 3.0, [1.0, 2.0, 3.0]), "0 0.5 1");
        assert_eq!(depths(-4.0, 0.0, [-4.0, -2.0, 0.0]), "0 0.5 1");
        assert_eq!(depths(f64::MIN, -0.0, [f64::MIN, f64::MIN / 2.0, 0.0]), "0 0.5 1");
        assert_eq!(depths(2.0, 2.0, [2.0; 3]), "0 0 0");
    }

    #[test]
    fn a_legend_has_the_ends_and_a_zero_between_them() {
        let labels = |low: f64, high: f64| {
            let legend = Shades::of(&dmatrix![low, high], 1.0).legend();
            legend.into_iter().map(|entry| entry.label).collect::<Vec<_>>()
        };
        assert_eq!(labels(-2.0, 4.0), ["-2", "0", "4"]);
        assert_eq!(labels(0.0, 4.0), ["0", "4"]);
        assert_eq!(labels(-4.0, 0.0), ["-4", "0"]);
        assert_eq!(labels(1.0, 4.0), ["1", "4"]);
    }

    #[test]
    fn three_digits_are_written_as_short_as_they_are() {
        let numbers = [0.0, 1e-5, 1e-4, -123_456.0, 1_234_567.0].map(short);
        assert_eq!(numbers, ["0", "1e-5", "0.0001", "-123000", "1.23e6"]);
    }
}
