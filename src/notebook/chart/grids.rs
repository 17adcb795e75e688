//! Grids of numbers side by side, with some of their cells marked.

use super::frame::{PALETTE, paper, text, width};
use super::{Grid, Shading, clean};
use plotters::prelude::*;
use plotters::style::text_anchor::HPos;

/// So wide that it is read from the last row.
const WIDEST: u32 = 820;
const HIGH: u32 = 34;
const NARROWEST: u32 = 40;
const GAP: u32 = 24;
const ROW: u32 = 30;

pub(super) fn draw(grids: &[Grid], meanings: &[(Shading, &str)]) -> Result<String, String> {
    let longest = grids.iter().flat_map(|grid| grid.cells.iter()).map(|cell| cell.0.chars().count()).max();
    let wide = (width(longest.unwrap_or(0)) + 12).clamp(NARROWEST, 400);
    let count = |count: usize| u32::try_from(count.clamp(1, 100)).unwrap_or(1);
    let size = |grid: &Grid| {
        let caption = width(grid.caption.chars().count());
        ((wide * count(grid.cells.ncols())).max(caption), HIGH * count(grid.cells.nrows()) + ROW)
    };
    let most =
        grids.iter().map(size).fold((NARROWEST, ROW), |most, size| (most.0.max(size.0), most.1.max(size.1)));
    let rows = count(grids.len()).div_ceil((WIDEST / (most.0 + GAP)).max(1));
    // As many in each row.
    let columns = count(grids.len()).div_ceil(rows);
    let legend: u32 = meanings.iter().map(|(_, words)| width(words.chars().count()) + 60).sum();
    let total = (columns * (most.0 + GAP) + GAP).max(legend);

    paper((total, ROW + GAP + rows * (most.1 + GAP)), |area| {
        let mut left = GAP.cast_signed();
        for &(mark, words) in meanings {
            let middle = (GAP / 2 + ROW / 2).cast_signed();
            cell(area, [(left, middle - 9), (left + 18, middle + 9)], mark)?;
            text(area, &clean(words), (left + 26, middle), HPos::Left, BLACK)?;
            left += (width(words.chars().count()) + 60).cast_signed();
        }
        for (grid, place) in grids.iter().zip(0..) {
            let left = (GAP + place % columns * (most.0 + GAP)).cast_signed();
            let top = (ROW + GAP + place / columns * (most.1 + GAP)).cast_signed();
            let (rows, columns) = grid.cells.shape();
            for (row, column) in (0..columns).flat_map(|column| (0..rows).map(move |row| (row, column))) {
                let (number, mark) = &grid.cells[(row, column)];
                let from = (
                    left + (wide * count(column + 1) - wide).cast_signed(),
                    top + (HIGH * count(row + 1) - HIGH).cast_signed(),
                );
                let to = (from.0 + wide.cast_signed(), from.1 + HIGH.cast_signed());
                cell(area, [from, to], *mark)?;
                text(
                    area,
                    &clean(number),
                    (from.0.midpoint(to.0), from.1.midpoint(to.1)),
                    HPos::Center,
                    BLACK,
                )?;
            }
            let below = top + (HIGH * count(rows) + ROW / 2).cast_signed();
            text(area, &clean(&grid.caption), (left, below), HPos::Left, BLACK)?;
        }
        Ok(())
    })
}

/// Colour is not all that tells marks apart: what is strong has a frame of its own.
fn cell<'a>(
    area: &super::frame::Area<'a>,
    corners: [(i32, i32); 2],
    mark: Shading,
) -> super::frame::Drawn<'a> {
    let (ground, frame) = match mark {
        Shading::None => (WHITE.filled(), BLACK.mix(0.3).stroke_width(1)),
        Shading::Light => (PALETTE[5].mix(0.4).filled(), BLACK.mix(0.3).stroke_width(1)),
        Shading::Strong => (PALETTE[4].mix(0.6).filled(), BLACK.stroke_width(3)),
    };
    area.draw(&Rectangle::new(corners, ground))?;
    let inner = if mark == Shading::Strong { 2 } else { 0 };
    let [from, to] = corners;
    let corners = [(from.0 + inner, from.1 + inner), (to.0 - inner, to.1 - inner)];
    area.draw(&Rectangle::new(corners, frame))?;
    Ok(())
}
