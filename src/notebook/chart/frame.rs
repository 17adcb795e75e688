//! What charts have in common: paper, axes, and the legend above them.

use super::scale::Scale;
use super::{FONT, clean};
use num_traits::ToPrimitive;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Drawn<'a, T = ()> = Result<T, Box<dyn Error + 'a>>;

/// Colours that colour-blind readers can tell apart (Okabe and Ito 2008).
pub(super) const PALETTE: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
];
const MARKERS: usize = 6;
/// How a line is drawn that others are compared with.
pub(super) const GUIDE: RGBColor = RGBColor(128, 128, 128);
/// The width of a character, in parts of its height: generous for a proportional font.
const WIDTH: f64 = 0.51;
const TEXT: f64 = 17.0;
/// The drawing library's font sizes are not those of SVG.
const POINTS: f64 = 1.24;
const ROW: u32 = 26;
const KEY: u32 = 26;

/// A length in whole pixels.
pub(super) fn pixels(length: f64) -> u32 {
    length.clamp(0.0, 20_000.0).to_u32().unwrap_or(0)
}

/// The width of so many characters, in pixels.
pub(super) fn width(characters: usize) -> u32 {
    pixels(characters as f64 * WIDTH * TEXT)
}

/// The colour of the line, bar or rectangle of this number.
pub(super) fn colour(index: usize) -> RGBColor {
    PALETTE[index % PALETTE.len()]
}

/// A key and what it stands for.
pub(super) struct Entry {
    pub key: Key,
    pub label: String,
}

/// What marks an entry.
pub(super) enum Key {
    Marker(usize),
    Patch(RGBAColor),
    Guide,
}

/// Entries with the markers of lines, bars or rectangles; those without a label need none.
pub(super) fn markers<'l>(labels: impl Iterator<Item = &'l String>) -> Vec<Entry> {
    let labels = labels.map(|label| clean(label)).enumerate().filter(|(_, label)| !label.is_empty());
    labels.map(|(index, label)| Entry { key: Key::Marker(index), label }).collect()
}

/// Paper with a legend above a plot of this size, its axes beside it, in pixels.
pub(super) fn draw(
    size: (u32, u32),
    (x, y): (&Scale, &Scale),
    (mesh_x, mesh_y): (bool, bool),
    legend: &[Entry],
    content: impl for<'a> FnOnce(&Area<'a>, &dyn Fn(f64, f64) -> (i32, i32)) -> Drawn<'a>,
) -> Result<String, String> {
    let left = width(y.longest()) + 40;
    let total = size.0 + left + MARGIN + RIGHT;
    let (rows, places) = lay_out(legend, left + MARGIN, total - MARGIN);
    let top = rows * ROW;
    paper((total, size.1 + BOTTOM + top + 2 * MARGIN), |area| {
        for (entry, &(right, down)) in legend.iter().zip(&places) {
            let at = (right.cast_signed() + 10, (MARGIN + down + ROW / 2).cast_signed() - 4);
            match entry.key {
                Key::Marker(index) => marker(area, at, index)?,
                Key::Patch(colour) => patch(area, at, colour)?,
                Key::Guide => {
                    area.draw(&PathElement::new(
                        vec![(at.0 - 10, at.1), (at.0 + 10, at.1)],
                        GUIDE.stroke_width(2),
                    ))?;
                }
            }
            text(area, &entry.label, (at.0 + 16, at.1), HPos::Left, BLACK)?;
        }
        let (_, below) = area.split_vertically(top + MARGIN);
        let mut chart = ChartBuilder::on(&below)
            .margin_left(MARGIN)
            .margin_right(RIGHT)
            .margin_bottom(MARGIN)
            .x_label_area_size(BOTTOM)
            .y_label_area_size(left)
            .build_cartesian_2d(x.clone(), y.clone())?;
        let mut mesh = chart.configure_mesh();
        if !mesh_x {
            mesh.disable_x_mesh();
        }
        if !mesh_y {
            mesh.disable_y_mesh();
        }
        mesh.max_light_lines(0)
            .bold_line_style(BLACK.mix(0.12))
            .x_desc(&x.label)
            .y_desc(&y.label)
            .axis_desc_style((FONT, TEXT * POINTS))
            .label_style((FONT, 16.0 * POINTS))
            .draw()?;
        content(area, &|x, y| chart.backend_coord(&(x, y)))
    })
}

const MARGIN: u32 = 14;
/// Half of the last label below stands here.
const RIGHT: u32 = 30;
const BOTTOM: u32 = 54;

/// How many rows a legend takes, and where its entries go.
fn lay_out(legend: &[Entry], left: u32, right: u32) -> (u32, Vec<(u32, u32)>) {
    let (mut x, mut y, mut places) = (left, 0, Vec::new());
    for entry in legend {
        let width = KEY + width(entry.label.chars().count()) + 16;
        if x > left && x + width > right {
            (x, y) = (left, y + ROW);
        }
        places.push((x, y));
        x += width;
    }
    (if legend.is_empty() { 0 } else { y / ROW + 1 }, places)
}

/// White paper of this size, in pixels, and what is drawn on it.
pub(super) fn paper(
    size: (u32, u32),
    content: impl for<'a> FnOnce(&Area<'a>) -> Drawn<'a>,
) -> Result<String, String> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
    area.fill(&WHITE).map_err(|error| error.to_string())?;
    content(&area).map_err(|error| error.to_string())?;
    area.present().map_err(|error| error.to_string())?;
    drop(area);
    Ok(svg)
}

/// A marker of its own for each number, so that colour is not all that tells them apart.
pub(super) fn marker<'a>(area: &Area<'a>, (x, y): (i32, i32), index: usize) -> Drawn<'a> {
    let colour = colour(index);
    let corners =
        |r: i32| vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r), (x - r, y - r)];
    match (index + index / PALETTE.len()) % MARKERS {
        0 => area.draw(&Circle::new((x, y), 5, colour.filled()))?,
        1 => area.draw(&Polygon::new(vec![(x, y - 7), (x + 6, y + 4), (x - 6, y + 4)], colour))?,
        2 => {
            area.draw(&PathElement::new(vec![(x - 5, y - 5), (x + 5, y + 5)], colour.stroke_width(3)))?;
            area.draw(&PathElement::new(vec![(x - 5, y + 5), (x + 5, y - 5)], colour.stroke_width(3)))?;
        }
        3 => area.draw(&Circle::new((x, y), 5, colour.stroke_width(2)))?,
        4 => area.draw(&Polygon::new(corners(5), colour))?,
        _ => area.draw(&PathElement::new(corners(5), colour.stroke_width(2)))?,
    }
    Ok(())
}

fn patch<'a>(area: &Area<'a>, (x, y): (i32, i32), colour: RGBAColor) -> Drawn<'a> {
    let corners = [(x - 8, y - 8), (x + 8, y + 8)];
    area.draw(&Rectangle::new(corners, colour.filled()))?;
    area.draw(&Rectangle::new(corners, BLACK.mix(0.3)))?;
    Ok(())
}

/// A line of text at this height.
pub(super) fn text<'a>(
    area: &Area<'a>,
    text: &str,
    at: (i32, i32),
    from: HPos,
    colour: RGBColor,
) -> Drawn<'a> {
    let style = (FONT, TEXT * POINTS).into_font().color(&colour).pos(Pos::new(from, VPos::Center));
    area.draw(&Text::new(text.to_owned(), at, style))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn markers_that_share_a_colour_have_other_shapes() {
        let drawn = |index| paper((20, 20), |area| marker(area, (10, 10), index)).expect("it is drawn");
        let markers: BTreeSet<_> = (0..2 * PALETTE.len()).map(drawn).collect();
        assert_eq!(markers.len(), 2 * PALETTE.len());
    }

    #[test]
    fn a_legend_fills_its_rows_and_begins_in_the_first() {
        let of = |labels: &[&str], right| {
            let entry = |label: &&str| Entry { key: Key::Guide, label: (*label).to_owned() };
            lay_out(&labels.iter().map(entry).collect::<Vec<_>>(), 100, right)
        };
        // One letter is 8 pixels wide, and an entry of one 50.
        assert_eq!(of(&["a", "b", "c"], 200), (2, vec![(100, 0), (150, 0), (100, 26)]));
        assert_eq!(of(&["a", "b"], 199), (2, vec![(100, 0), (100, 26)]));
        assert_eq!(of(&["a"], 120), (1, vec![(100, 0)]));
        assert_eq!(of(&[], 120), (0, vec![]));
    }
}
