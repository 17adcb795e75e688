//! A matrix as coloured cells between two axes, with lines above it.

use super::draw::trace;
use super::frame::{self, Entry, Key, pixels};
use super::heatmap::Shades;
use super::scale::Scale;
use super::{Axis, Line};
use nalgebra::DMatrix;
use plotters::prelude::*;

const SIDE: f64 = 400.0;

pub(super) fn draw(
    x: Axis,
    y: Axis,
    [from, to]: [(f64, f64); 2],
    values: &DMatrix<f64>,
    lines: &[Line],
) -> Result<String, String> {
    let place = |&(right, up): &(f64, f64)| Some((x.place(right)?, y.place(up)?));
    let placed: Vec<Vec<_>> =
        lines.iter().map(|line| line.points.iter().filter_map(place).collect()).collect();
    let (Some(from), Some(to)) = (place(&from), place(&to)) else {
        return Err("a corner of the map lies on no axis".to_owned());
    };
    let x = Scale::new(x, [from.0, to.0], 0.0, 5);
    let y = Scale::new(y, [from.1, to.1], 0.0, 5);
    let shades = Shades::of(values, 1.0);
    // The first colour is that of the cells.
    let mark = |(index, line): (usize, &Line)| Entry {
        key: Key::Marker(index + 1),
        label: super::clean(&line.label),
    };
    let marks = lines.iter().enumerate().filter(|(_, line)| !line.label.is_empty()).map(mark);
    let legend: Vec<_> = marks.chain(shades.legend()).collect();
    let (rows, columns) = (values.nrows() as f64, values.ncols() as f64);
    frame::draw((pixels(SIDE), pixels(SIDE)), (&x, &y), (true, true), &legend, |area, at| {
        let corner = |row: f64, column: f64| {
            at(from.0 + (to.0 - from.0) * column / columns, from.1 + (to.1 - from.1) * row / rows)
        };
        for column in 0..values.ncols() {
            for row in 0..values.nrows() {
                // White ones are left out, as the paper is white already.
                let colour = shades.colour(values[(row, column)]);
                let (row, column) = (row as f64, column as f64);
                let corners = [corner(row, column), corner(row + 1.0, column + 1.0)];
                area.draw(&Rectangle::new(corners, colour.filled()))?;
            }
        }
        for (index, (points, line)) in placed.iter().zip(lines).enumerate() {
            let path = points.iter().map(|&(x, y)| at(x, y)).collect();
            trace(area, path, index + 1, line.is_joined)?;
        }
        Ok(())
    })
}
