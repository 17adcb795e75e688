//! Lines, bars and rectangles.

use super::frame::{self, Area, Drawn, Key, colour, marker, markers, pixels, width};
use super::scale::Scale;
use super::{Axis, Bar, Line, Rectangle};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

const SIZE: (u32, u32) = (660, 340);
/// Where groups have long names.
const WIDEST: u32 = 960;
const MOST_MARKERS: usize = 12;

pub(super) fn lines(x: Axis, y: Axis, lines: &[Line]) -> Result<String, String> {
    let place = |&(right, up): &(f64, f64)| Some((x.place(right)?, y.place(up)?));
    let placed: Vec<Vec<_>> =
        lines.iter().map(|line| line.points.iter().filter_map(place).collect()).collect();
    let x = Scale::new(x, placed.iter().flatten().map(|point| point.0), 0.0, 8);
    let y = Scale::new(y, placed.iter().flatten().map(|point| point.1), 0.06, 7);
    let mut legend = markers(lines.iter().map(|line| &line.label));
    for entry in &mut legend {
        if matches!(entry.key, Key::Marker(index) if lines[index].is_guide) {
            entry.key = Key::Guide;
        }
    }
    frame::draw(SIZE, (&x, &y), (true, true), &legend, |area, at| {
        for (index, (points, line)) in placed.iter().zip(lines).enumerate() {
            let path = points.iter().map(|&(x, y)| at(x, y)).collect();
            if line.is_guide {
                area.draw(&PathElement::new(path, frame::GUIDE.stroke_width(2)))?;
            } else {
                trace(area, path, index, line.is_joined)?;
            }
        }
        Ok(())
    })
}

/// A line with a few markers, or points with a marker each.
pub(super) fn trace<'a>(
    area: &Area<'a>,
    mut path: Vec<(i32, i32)>,
    index: usize,
    is_joined: bool,
) -> Drawn<'a> {
    path.dedup();
    let every = if is_joined { path.len().div_ceil(MOST_MARKERS).max(1) } else { 1 };
    if is_joined {
        area.draw(&PathElement::new(path.clone(), colour(index).stroke_width(3)))?;
    }
    path.into_iter().step_by(every).try_for_each(|point| marker(area, point, index))
}

pub(super) fn bars(y: Axis, groups: &[String], bars: &[Bar]) -> Result<String, String> {
    let longest = groups.iter().map(|group| group.chars().count()).max().unwrap_or(0);
    let slot = width(longest) + 12;
    let wide = pixels(groups.len() as f64 * f64::from(slot)).clamp(SIZE.0, WIDEST);
    let x = Scale::of_names("", groups, (wide / slot) as usize);
    let placed: Vec<Vec<_>> =
        bars.iter().map(|bar| bar.heights.iter().take(groups.len()).map(|&h| y.place(h)).collect()).collect();
    let ground = (!y.logarithmic).then_some(0.0);
    let y = Scale::new(y, placed.iter().flatten().filter_map(|&place| place).chain(ground), 0.06, 7);
    let ground = ground.unwrap_or(y.range.start);
    let legend = markers(bars.iter().map(|bar| &bar.label));
    frame::draw((wide, SIZE.1), (&x, &y), (false, true), &legend, |area, at| {
        let wide = 0.8 / bars.len().max(1) as f64;
        for (index, heights) in placed.iter().enumerate() {
            for (group, &height) in heights.iter().enumerate() {
                let Some(height) = height else { continue };
                let left = group as f64 + 0.1 + index as f64 * wide;
                let (from, to) = (at(left, height), at(left + 0.94 * wide, ground));
                let corners = [(from.0, from.1.min(to.1)), (to.0.max(from.0 + 1), from.1.max(to.1))];
                area.draw(&plotters::element::Rectangle::new(corners, colour(index).mix(0.5).filled()))?;
                marker(area, (from.0.midpoint(to.0), from.1), index)?;
            }
        }
        area.draw(&PathElement::new(vec![at(x.range.start, ground), at(x.range.end, ground)], BLACK))?;
        Ok(())
    })
}

pub(super) fn rectangles(x: Axis, y: Axis, rectangles: &[Rectangle]) -> Result<String, String> {
    let place = |(right, down): (f64, f64)| Some((x.place(right)?, y.place(down)?));
    let placed: Vec<_> = rectangles.iter().map(|r| Some([place(r.from)?, place(r.to)?])).collect();
    let corners = || placed.iter().flatten().flatten();
    let x = Scale::new(x, corners().map(|corner| corner.0), 0.06, 8);
    let mut y = Scale::new(y, corners().map(|corner| corner.1), 0.06, 7);
    let size = same_unit(&x, &y);
    std::mem::swap(&mut y.range.start, &mut y.range.end);
    let mut legend = markers(rectangles.iter().map(|rectangle| &rectangle.label));
    for (index, entry) in legend.iter_mut().enumerate() {
        entry.key = frame::Key::Patch(colour(index).mix(0.5));
    }
    frame::draw(size, (&x, &y), (true, true), &legend, |area, at| {
        for (index, corners) in placed.iter().enumerate() {
            let Some([from, to]) = corners else { continue };
            let (from, to) = (at(from.0, from.1), at(to.0, to.1));
            let corners = [from, (to.0, from.1), to, (from.0, to.1)];
            area.draw(&Polygon::new(corners.to_vec(), colour(index).mix(0.12)))?;
            let outline = corners.into_iter().chain([from]).collect::<Vec<_>>();
            // Edges often coincide: the earlier ones can be seen on both sides of the later ones.
            let wide = [7, 5, 2][index.min(2)];
            area.draw(&PathElement::new(outline, colour(index).stroke_width(wide)))?;
        }
        for (index, (corners, rectangle)) in placed.iter().zip(rectangles).enumerate() {
            let Some([from, to]) = corners else { continue };
            let (from, to) = (at(from.0, from.1), at(to.0, to.1));
            // Names often share a corner, so they take turns: the upper left one, the lower right one, the middle.
            let (place, side) = match index % 3 {
                0 => ((from.0 + 10, from.1 + 16), HPos::Left),
                1 => ((to.0 - 10, to.1 - 16), HPos::Right),
                _ => ((from.0.midpoint(to.0), from.1.midpoint(to.1)), HPos::Center),
            };
            let name = rectangle.label.split(':').next().unwrap_or_default();
            frame::text(area, &super::clean(name), place, side, BLACK)?;
        }
        Ok(())
    })
}

/// The largest plot on which a unit is as long to the right as downwards, unless that makes it a mere strip.
fn same_unit(x: &Scale, y: &Scale) -> (u32, u32) {
    let ratio = (x.range.end - x.range.start) / (y.range.end - y.range.start);
    let (most_wide, most_high) = (f64::from(SIZE.0), f64::from(SIZE.1) * 1.3);
    let wide = (most_high * ratio).min(most_wide);
    (pixels(wide.max(200.0)), pixels((wide / ratio).clamp(150.0, most_high)))
}
