//! Charts as data, and their drawing as SVG.

use nalgebra::DMatrix;
use plotters::coord::Shift;
use plotters::element::{DynElement, IntoDynElement};
use plotters::prelude::*;
use std::error::Error;

/// What a figure shows.
#[derive(Clone, Debug)]
pub enum Chart {
    /// Lines over two axes.
    Lines {
        /// To the right.
        x: Axis,
        /// Upwards.
        y: Axis,
        /// The lines.
        lines: Vec<Line>,
    },
    /// A bar of each kind in every group.
    Bars {
        /// Upwards; on a logarithmic axis bars begin at its lower end, and otherwise at 0.
        y: Axis,
        /// The groups' names, from left to right.
        groups: Vec<String>,
        /// The kinds of bars.
        bars: Vec<Bar>,
    },
    /// A matrix, each entry a coloured cell, counted from 0 from the top left.
    Heatmap {
        /// The matrix.
        values: DMatrix<f64>,
        /// What its rows are.
        rows: &'static str,
        /// What its columns are.
        columns: &'static str,
        /// With how many decimals the numbers are written into their cells, if they are.
        decimals: Option<usize>,
    },
    /// Rectangles over two axes.
    Rectangles {
        /// To the right.
        x: Axis,
        /// Downwards, as in images.
        y: Axis,
        /// The rectangles.
        rectangles: Vec<Rectangle>,
    },
    /// Pictures side by side.
    Pictures(Vec<Picture>),
}

/// An axis.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// What it shows, with its unit.
    pub label: &'static str,
    /// Whether equal distances are equal factors; values without a logarithm are then left out.
    pub logarithmic: bool,
}

impl Axis {
    /// An axis on which equal distances are equal differences.
    #[must_use]
    pub const fn linear(label: &'static str) -> Self {
        Self { label, logarithmic: false }
    }

    /// An axis on which equal distances are equal factors.
    #[must_use]
    pub const fn logarithmic(label: &'static str) -> Self {
        Self { label, logarithmic: true }
    }
}

/// One line of a chart.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it shows.
    pub label: String,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
}

impl Line {
    /// A line with its label.
    pub fn new(label: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Self { label: label.into(), points }
    }
}

/// One kind of bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// What it shows.
    pub label: String,
    /// Its height in each group.
    pub heights: Vec<f64>,
}

impl Bar {
    /// A kind of bar with its label.
    pub fn new(label: impl Into<String>, heights: Vec<f64>) -> Self {
        Self { label: label.into(), heights }
    }
}

/// A rectangle between two opposite corners.
#[derive(Clone, Debug)]
pub struct Rectangle {
    /// What it shows.
    pub label: String,
    /// One corner, x before y.
    pub from: (f64, f64),
    /// The corner opposite.
    pub to: (f64, f64),
}

impl Rectangle {
    /// A rectangle with its label.
    pub fn new(label: impl Into<String>, from: (f64, f64), to: (f64, f64)) -> Self {
        Self { label: label.into(), from, to }
    }
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What it shows.
    pub caption: String,
    /// The PNG file.
    pub png: Vec<u8>,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Picture {
    /// A picture with its caption; the size is that of the file, in pixels.
    pub fn new(caption: impl Into<String>, png: Vec<u8>, width: u32, height: u32) -> Self {
        Self { caption: caption.into(), png, width, height }
    }
}

/// Colours that colour-blind readers can tell apart (Okabe and Ito 2008); each line has its own markers as well.
const PALETTE: [RGBColor; 4] =
    [RGBColor(0, 114, 178), RGBColor(213, 94, 0), RGBColor(0, 158, 115), RGBColor(204, 121, 167)];
const MOST_MARKERS: usize = 12;
const SIZE: (u32, u32) = (760, 420);
const FONT: &str = "sans-serif";

impl Chart {
    /// Draws the chart, with a title and a description for those who cannot see it.
    ///
    /// # Errors
    /// Those of the drawing library.
    pub fn to_svg(&self, title: &str, description: &str) -> Result<String, String> {
        let mut svg = String::new();
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        self.draw(&area).map_err(|error| error.to_string())?;
        drop(area);
        let text = format!("<title>{}</title>\n<desc>{}</desc>\n", escape(title), escape(description));
        let head = svg.find("<svg").and_then(|start| svg[start..].find('>').map(|end| start + end));
        let head = head.ok_or("the drawing has no <svg> element")?;
        svg.insert_str(head + 1, &format!("\n{text}"));
        svg.insert_str(head, " role=\"img\"");
        Ok(svg)
    }

    fn draw<'a>(&self, area: &DrawingArea<SVGBackend<'a>, Shift>) -> Result<(), Box<dyn Error + 'a>> {
        let Self::Lines { x, y: y_axis, lines } = self else { return Ok(()) };
        let points = |line: &Line| -> Vec<(f64, f64)> {
            let height = |y: f64| if y_axis.logarithmic { y.log10() } else { y };
            line.points.iter().map(|&(x, y)| (x, height(y))).filter(|(_, y)| y.is_finite()).collect()
        };
        let drawn: Vec<_> = lines.iter().map(points).collect();
        let x_range = range(drawn.iter().flatten().map(|point| point.0), 0.0);
        let y_range = range(drawn.iter().flatten().map(|point| point.1), 0.06);

        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(area)
            .margin(16)
            .x_label_area_size(48)
            .y_label_area_size(76)
            .build_cartesian_2d(x_range, y_range)?;
        let tick = |&y: &f64| if y_axis.logarithmic { power(y) } else { plain(y) };
        chart
            .configure_mesh()
            .max_light_lines(0)
            .bold_line_style(BLACK.mix(0.12))
            .x_labels(9)
            .y_labels(7)
            .x_label_formatter(&|&x| plain(x))
            .y_label_formatter(&tick)
            .x_desc(x.label)
            .y_desc(y_axis.label)
            .axis_desc_style((FONT, 18))
            .label_style((FONT, 16))
            .draw()?;
        for (index, (line, points)) in lines.iter().zip(drawn).enumerate() {
            let colour = PALETTE[index % PALETTE.len()];
            let every = points.len().div_ceil(MOST_MARKERS).max(1);
            let marked: Vec<_> = points.iter().copied().step_by(every).collect();
            chart.draw_series(LineSeries::new(points, colour.stroke_width(3)))?;
            chart
                .draw_series(marked.into_iter().map(|point| marker(point, index, colour)))?
                .label(&line.label)
                .legend(move |(x, y)| marker((x + 12, y), index, colour));
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .legend_area_size(28)
            .background_style(WHITE.mix(0.9))
            .border_style(BLACK.mix(0.3))
            .label_font((FONT, 17))
            .draw()?;
        area.present()?;
        Ok(())
    }
}

/// Each line's own kind of marker.
fn marker<DB: DrawingBackend, C: Clone + 'static>(
    at: C,
    line: usize,
    colour: RGBColor,
) -> DynElement<'static, DB, C>
where
    Circle<C, i32>: IntoDynElement<'static, DB, C>,
    TriangleMarker<C, i32>: IntoDynElement<'static, DB, C>,
    Cross<C, i32>: IntoDynElement<'static, DB, C>,
{
    match line % PALETTE.len() {
        0 => Circle::new(at, 5, colour.filled()).into_dyn(),
        1 => TriangleMarker::new(at, 7, colour.filled()).into_dyn(),
        2 => Cross::new(at, 5, colour.stroke_width(2)).into_dyn(),
        _ => Circle::new(at, 5, colour.stroke_width(2)).into_dyn(),
    }
}

/// From the smallest to the largest value, with a margin, and never empty.
fn range(values: impl Iterator<Item = f64>, margin: f64) -> std::ops::Range<f64> {
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return 0.0..1.0;
    }
    let span = if high > low { high - low } else { low.abs().max(1.0) };
    low - margin * span..high + margin * span
}

fn plain(tick: f64) -> String {
    let text = format!("{tick:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0".to_owned() } else { text.to_owned() }
}

fn power(exponent: f64) -> String {
    let value = 10_f64.powf(exponent);
    if (1e-3..1e5).contains(&value) { plain(value) } else { format!("{value:.0e}") }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
