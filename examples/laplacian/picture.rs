//! The Laplacian of a photograph, or of a picture drawn by a formula.

use nalgebra::DMatrix;
use std::io;
use worked_examples::cli::Photograph;
use worked_examples::math::Padding::Valid;
use worked_examples::math::{Border, MAX_PIXELS, Stencil, bordered, convolve, reduce, write_png};
use worked_examples::notebook::{Chart, Page, Picture, Told, decimal};

/// The longest side of a picture in a figure.
const LONGEST: usize = 480;
/// Responses weaker than this count as none.
const QUIET: f32 = 0.01;

pub(super) fn on_a_picture(photograph: Option<&Photograph>, page: &mut Page) -> Told {
    let drawn = DMatrix::from_fn(160, 240, discs);
    let before = photograph.map_or(&drawn, |photograph| &photograph.grey);
    let mut size = convolve(before, &Stencil::laplacian().weights, Valid)?;
    size.apply(|response| *response = response.abs());
    let percent = |counted: usize| decimal(100.0 * counted as f64 / size.len() as f64, 1);
    let white = brightest(&size);

    page.section("On a picture");
    page.say(format!(
        "In the left picture 0 is black and 1 is white. The right one shows the size of the response, without its \
         sign: black is 0, and the larger the response, the brighter. From {} on (three times the root mean square) \
         everything is white, which is {} % of the pixels here. At a sharp edge the pixels on both sides respond, and \
         the zero crossing lies between them. No values are made up outside the picture, so a margin of one pixel \
         stays black. `--picture PATH.png` filters a photograph of your own, of up to {} million pixels; with \
         `--figures DIR` the result is written there in full size, as `laplacian-picture-full-size.png`.",
        decimal(white, 3),
        percent(size.iter().filter(|&&size| size > white).count()),
        MAX_PIXELS / 1_000_000
    ));
    if let Some(photograph) = photograph {
        page.given_text("picture", &photograph.path);
    }
    let [reduced_before, reduced_after] =
        [reduce(before, LONGEST), reduce(&bordered(&size, Border::Zero, 1), LONGEST)];
    page.figure_with(
        "picture",
        format!(
            "Left: {}, {}×{} pixels. Right: the size of its Laplacian. At {} % of the pixels it is below {}.",
            photograph
                .map_or("three discs on a ramp from dark to light, drawn by a formula", |_| "the photograph"),
            before.ncols(),
            before.nrows(),
            percent(size.iter().filter(|&&size| size < QUIET).count()),
            decimal(QUIET, 2),
        ),
        Chart::Pictures(vec![
            shown("before", &reduced_before, 1.0)?,
            shown("after: the size of the Laplacian", &reduced_after, brightest(&reduced_after))?,
        ]),
        ("picture-full-size.png", png(&size, white)?),
    );
    Ok(())
}

/// Three discs on a ramp from dark to light, of 240×160 pixels.
fn discs(y: usize, x: usize) -> f32 {
    let (x, y) = (x as f32, y as f32);
    let disc = |(centre_x, centre_y, radius, grey): (f32, f32, f32, f32)| {
        ((x - centre_x).powi(2) + (y - centre_y).powi(2) < radius * radius).then_some(grey)
    };
    let discs = [(60.0, 82.0, 40.0, 0.9), (140.0, 54.0, 30.0, 0.05), (190.0, 114.0, 22.0, 1.0)];
    discs.into_iter().find_map(disc).unwrap_or(0.2 + 0.5 * x / 240.0)
}

/// What is drawn as white: three times the root mean square of the responses.
fn brightest(size: &DMatrix<f32>) -> f32 {
    let squares: f32 = size.column_iter().map(|column| column.norm_squared()).sum();
    3.0 * (squares / size.len() as f32).sqrt()
}

fn shown(caption: &str, picture: &DMatrix<f32>, white: f32) -> io::Result<Picture> {
    let [width, height] =
        [picture.ncols(), picture.nrows()].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    Ok(Picture::new(caption, png(picture, white)?, width, height))
}

fn png(picture: &DMatrix<f32>, white: f32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    write_png(picture, (0.0, white), &mut bytes)?;
    Ok(bytes)
}
