//! The kernel at work: on a small image and around it, across an edge, and on a picture.

use super::listed;
use std::io;
use worked_examples::math::Padding::Valid;
use worked_examples::math::{
    Border, MAX_PIXELS, Stencil, argmax, bordered, brightest, convolve, cross_correlate, encode_png, reduce,
    response_size, rot180, three_discs, to_f64,
};
use worked_examples::prelude::*;

/// The longest side of a picture in a figure.
const LONGEST: usize = 480;
/// Responses weaker than this count as none.
const QUIET: f32 = 0.01;

/// On an image with the border of this name, or with none.
pub(super) fn on_a_small_image(
    image: &Numbers,
    name: &str,
    [kernel_x, kernel_y, kernel]: [&Numbers; 3],
    page: &mut Page,
) -> Told {
    page.section("On a small image");
    let borders = at_the_border(image, kernel)?;
    let border = Border::named(name);
    let either = |with_border, without| if border.is_some() { with_border } else { without };
    let image = if let Some(border) = border {
        page.say(format!(
            "So that the kernel may hang over the edge, one row and one column are made up on each side, as the \
             border {name} does. The response is as large as the image."
        ));
        page.show("surrounded", bordered(image, border, 1))
    } else {
        page.say(
            "No values are made up outside the image: the kernel stays on it, so the response is smaller by one \
             pixel on each side.",
        );
        image.clone()
    };
    let response = convolve(&image, kernel, Valid)?;
    page.ask(
        format!(
            "At which pixels of `image` will the response be 0? Only those count that the kernel can stand on, {} here. \
             Look for those that are the mean of their four neighbours.",
            response.len()
        ),
        zeros_of(&response, usize::from(border.is_none())),
    );
    let across = page.show(
        either("across = surrounded ★ kernel_x", "across = image ★ kernel_x"),
        cross_correlate(&image, kernel_x, Valid)?,
    );
    let down = page.show(
        either("down = surrounded ★ kernel_y", "down = image ★ kernel_y"),
        cross_correlate(&image, kernel_y, Valid)?,
    );
    let across_and_down = page.show("across_and_down = across + down", &across + &down);
    let response = page.show(either("response = surrounded ∗ kernel", "response = image ∗ kernel"), response);
    page.claim(
        "on the kernel",
        "Applying the filter and its transpose and adding the results is the same as convolving with the kernel.",
        across_and_down == response && [kernel_x, kernel_y, kernel].iter().all(|kernel| rot180(kernel) == **kernel),
        format!(
            "The {} entries agree, place by place: if kernels are added, their responses are added. (`across` and \
             `down` were cross-correlated and `response` was convolved. All three kernels stay the same when turned, \
             so it makes no difference.)",
            response.len()
        ),
    );
    page.say(
        "Where the kernel sees nothing but the image, the response to a constant is 0, and so is that to a ramp, \
         however steep. What is left are bends that do not cancel between x and y, edges (positive on one side and \
         negative on the other), and single pixels that stand out.",
    );
    page.say(
        "Many programs make up what lies outside the image, each in its own way. Here is what each border puts around \
         the top row of `image`, and the response along that row. With a border of one pixel, reflect and nearest are \
         the same. The names are those of SciPy's ndimage, where zero is called constant; what NumPy and PyTorch call \
         reflect is its mirror.",
    );
    page.table(
        "borders",
        ["border", "above", "to the left", "to the right", "response along the row"],
        borders,
    );
    Ok(())
}

pub(super) fn an_edge_in_profile(difference: &Numbers, second: &Numbers, page: &mut Page) -> Told {
    page.section("An edge in profile");
    page.say(
        "Why do edges come out positive on one side and negative on the other? Cut through an edge that takes a few \
         pixels from dark to light:",
    );
    let edge = page.show("edge", literal("0 0 0 1 4 7 8 8 8"));
    let edge_slope = page.show("edge_slope = edge ★ difference", cross_correlate(&edge, difference, Valid)?);
    let edge_bend = page.show("edge_bend = edge ★ second", cross_correlate(&edge, second, Valid)?);
    let crossing = 1 + argmax(&edge_slope).ok_or("the edge has a slope")?;
    let (steepest, bend) = (&edge_slope[crossing], &edge_bend[crossing - 1]);
    page.ask(
        "The slopes lie between the pixels, the second differences on the pixels from 1 on. At which x is the edge the \
         steepest, and what is the second difference there?",
        format!(
            "Around x = {crossing}, with a slope of {steepest} on both sides. The second difference is {bend} there and changes its \
             sign: it has a zero crossing."
        ),
    );
    page.figure("edge_profile", profile(&edge, &edge_slope, &edge_bend, crossing as f64)).alt(format!(
        "An edge that rises from 0 to 8, its first difference, a hill above the middle of the edge, and its second \
         difference, first positive, then negative, with the zero crossing at x = {crossing}."
    ));
    page.say(format!(
        "So an edge shows up as a zero crossing: the response goes from positive on the dark side to negative on the \
         light side. It is not largest on the edge, but beside it. And not every zero crossing is an edge: a single \
         pixel that stands out has some around it too, such as the spike above with its {}.",
        listed(second)
    ));
    Ok(())
}

pub(super) fn on_a_picture(photograph: Option<&Photograph>, page: &mut Page) -> Told {
    let drawn = three_discs();
    let before = photograph.map_or(&drawn, |photograph| &photograph.grey);
    let size = response_size(before, &Stencil::laplacian().weights)?;
    let percent = |counted: usize| Value::from(100.0 * counted as f64 / size.len() as f64);
    let white = brightest(&size);

    page.section("On a picture");
    page.say(format!(
        "In the left picture 0 is black and 1 is white. The right one shows the size of the response, without its sign: black is \
         0, and the larger the response, the brighter. No values are made up outside the picture, so a margin of one pixel stays \
         black. Inside it, everything from {:.3} on (three times the root mean square) is white, which is {:.1} % of the pixels \
         there. At a sharp edge the pixels on both sides respond, and the zero crossing lies between them. `--picture PATH.png` \
         filters a photograph of your own, of up to {} million pixels; with `--figures DIR` the result is written there in full \
         size, as `laplacian-picture-full-size.png`.",
        Value::from(white),
        percent(size.iter().filter(|&&size| size > white).count()),
        MAX_PIXELS / 1_000_000
    ));
    if let Some(photograph) = photograph {
        page.given_text("picture", &photograph.path);
    }
    let [reduced_before, reduced_after] =
        [reduce(before, LONGEST), reduce(&bordered(&size, Border::Zero, 1), LONGEST)];
    let pictures = Chart::Pictures(vec![
        shown("before", &reduced_before, 1.0)?,
        shown("after: the size of the Laplacian", &reduced_after, brightest(&reduce(&size, LONGEST)))?,
    ]);
    let what = photograph
        .map_or("three discs on a ramp from dark to light, drawn by a formula", |_| "the photograph");
    let (width, height) = (before.ncols(), before.nrows());
    page.figure("picture", pictures).with_file("picture-full-size.png", encode_png(&size, white)?).alt(format!(
        "Left: {what}, {width}×{height} pixels. Right: the size of its Laplacian. Inside the margin it is below {:.2} at \
         {:.1} % of the pixels.",
        Value::from(QUIET),
        percent(size.iter().filter(|&&size| size < QUIET).count()),
    ));
    Ok(())
}

/// Where the response is 0, as pixels of the image, in words; `further` counts what the response lacks on each side.
fn zeros_of(response: &Numbers, further: usize) -> String {
    const MOST: usize = 8;
    let zeros: Vec<_> = positions(response).filter(|&at| response[at] == Exact::ZERO).collect();
    let names = zeros.iter().take(MOST).map(|(i, j)| format!("[{},{}]", i + further, j + further));
    let names = joined(names, ", ");
    let colon = if zeros.is_empty() { "" } else { ": " };
    let more = if zeros.len() > MOST { " …" } else { "" };
    format!("At {} of {} pixels{colon}{names}{more}.", zeros.len(), response.len())
}

/// What each border puts around the top row, and the response along it.
fn at_the_border(image: &Numbers, kernel: &Numbers) -> Result<Vec<[String; 5]>, Box<dyn Error>> {
    let columns = image.ncols();
    let row = |(name, border): (&str, Border)| {
        let surrounded = exact(&bordered(image, border, 1))?;
        let response = convolve(&surrounded, &exact(kernel)?, Valid)?;
        let piece = |of: &DMatrix<Exact>, from, width| write_matrix(&of.view(from, (1, width)).into_owned());
        let [left, right] = [0, columns + 1].map(|column| piece(&surrounded, (1, column), 1));
        let (above, along) = (piece(&surrounded, (0, 1), columns), piece(&response, (0, 0), columns));
        Ok([name.to_owned(), above, left, right, along])
    };
    Border::NAMED.into_iter().map(row).collect()
}

/// An edge, its first differences between the pixels, and its second differences on them.
fn profile(edge: &Numbers, slope: &Numbers, bend: &Numbers, crossing: f64) -> Chart {
    let line = |label, row: &Numbers, first: f64| {
        Line::new(label, to_f64(row).iter().enumerate().map(|(i, value)| (first + i as f64, *value)))
    };
    let lines = [
        line("the edge f", edge, 0.0),
        line("first difference, in the middle", slope, 0.5),
        line("second difference, in the middle", bend, 1.0),
        Line::guide("zero crossing", [(crossing, -2.0), (crossing, 8.0)]),
    ];
    Chart::lines("x", "value", lines)
}

fn shown(caption: &str, picture: &DMatrix<f32>, white: f32) -> io::Result<Picture> {
    let [width, height] =
        [picture.ncols(), picture.nrows()].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    Ok(Picture::new(caption, encode_png(picture, white)?, width, height))
}
