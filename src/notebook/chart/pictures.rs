//! Pictures side by side.

use super::frame::{paper, pixels, text, width};
use super::{Picture, clean};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use plotters::style::BLACK;
use plotters::style::text_anchor::HPos;
use std::fmt::Write;

const HEIGHT: u32 = 320;
const WIDEST: f64 = 640.0;
const GAP: u32 = 16;
const CAPTION: u32 = 30;

pub(super) fn draw(pictures: &[Picture]) -> Result<String, String> {
    let sizes: Vec<_> = pictures.iter().map(size).collect();
    let columns: Vec<_> = pictures
        .iter()
        .zip(&sizes)
        .map(|(picture, size)| size.0.max(width(picture.caption.chars().count())))
        .collect();
    let total = GAP + columns.iter().map(|column| column + GAP).sum::<u32>();
    let lefts = columns.iter().scan(GAP, |left, column| Some(std::mem::replace(left, *left + column + GAP)));
    let middles: Vec<_> = lefts.zip(&columns).map(|(left, column)| left + column / 2).collect();

    let svg = paper((total, HEIGHT + CAPTION + 2 * GAP), |area| {
        for (picture, middle) in pictures.iter().zip(&middles) {
            let at = (middle.cast_signed(), (GAP + HEIGHT + CAPTION - 10).cast_signed());
            text(area, &clean(&picture.caption), at, HPos::Center, BLACK)?;
        }
        Ok(())
    })?;

    let mut images = String::new();
    for ((picture, (wide, high)), middle) in pictures.iter().zip(sizes).zip(middles) {
        let (x, y) = (middle - wide / 2, GAP + (HEIGHT - high));
        let data = STANDARD.encode(&picture.png);
        // Enlarged pixels stay squares: they are what is looked at.
        writeln!(
            images,
            "<image x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" \
             style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{data}\"/>"
        )
        .map_err(|error| error.to_string())?;
    }
    let end = svg.rfind("</svg>").ok_or("the drawing has no end")?;
    Ok(format!("{}{images}{}", &svg[..end], &svg[end..]))
}

/// As high as the others, unless that makes it too wide; in pixels of the drawing.
fn size(picture: &Picture) -> (u32, u32) {
    let ratio = f64::from(picture.width.max(1)) / f64::from(picture.height.max(1));
    let wide = (f64::from(HEIGHT) * ratio).min(WIDEST);
    (pixels(wide.max(1.0)), pixels((wide / ratio).clamp(1.0, f64::from(HEIGHT))))
}
