//! Charts as data, and their drawing as SVG.

mod draw;
mod frame;
mod grids;
mod heatmap;
mod landscape;
mod map;
mod pictures;
mod scale;
#[cfg(test)]
mod tests;

use nalgebra::DMatrix;

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
    /// Rows of numbers under each other, each with its name, as coloured cells with the numbers in them.
    Strips {
        /// What the columns are, which are counted from 0.
        columns: &'static str,
        /// The rows, from the top, all of the same length.
        rows: Vec<(&'static str, Vec<f64>)>,
    },
    /// A matrix as coloured cells that fill a rectangle over two axes, and lines above them.
    Map {
        /// To the right, as the columns go.
        x: Axis,
        /// Upwards, as the rows go.
        y: Axis,
        /// The corner where row and column 0 meet, and the one opposite.
        corners: [(f64, f64); 2],
        /// The matrix.
        values: DMatrix<f64>,
        /// The lines, or points.
        lines: Vec<Line>,
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
    /// A surface over two axes, seen from above: the higher, the darker.
    Landscape {
        /// To the right.
        x: Axis,
        /// Upwards.
        y: Axis,
        /// What the heights are.
        name: &'static str,
        /// The heights in the middle of equal cells; the first row is the lowest.
        heights: DMatrix<f64>,
        /// The corner where both axes begin, x before y.
        from: (f64, f64),
        /// The corner where both end.
        to: (f64, f64),
        /// Paths over it; what of them lies outside is not drawn.
        lines: Vec<Line>,
    },
    /// Grids of numbers side by side, with some cells marked.
    Grids {
        /// The grids.
        grids: Vec<Grid>,
        /// What a mark means.
        meanings: Vec<(Shading, &'static str)>,
    },
}

/// An axis.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// What it shows, with its unit.
    pub label: &'static str,
    /// Whether equal distances are equal factors; values without a logarithm are then left out.
    pub logarithmic: bool,
    /// The values that are written beside it, where they are chosen and not left to the drawing.
    pub ticks: &'static [f64],
}

impl Axis {
    /// An axis on which equal distances are equal differences.
    #[must_use]
    pub const fn linear(label: &'static str) -> Self {
        Self { label, logarithmic: false, ticks: &[] }
    }

    /// An axis on which equal distances are equal factors.
    #[must_use]
    pub const fn logarithmic(label: &'static str) -> Self {
        Self { label, logarithmic: true, ticks: &[] }
    }

    /// The axis with these values written beside it, as far as it reaches.
    #[must_use]
    pub const fn with_ticks(self, ticks: &'static [f64]) -> Self {
        Self { ticks, ..self }
    }
}

/// A linear axis with that label.
impl From<&'static str> for Axis {
    fn from(label: &'static str) -> Self {
        Self::linear(label)
    }
}

/// One line of a chart.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it shows.
    pub label: String,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
    /// Whether a line joins them; else each has a marker of its own.
    pub is_joined: bool,
    /// Whether it is there to compare the others with: thin, grey and without markers.
    pub is_guide: bool,
}

impl Line {
    /// A line with its label.
    pub fn new(label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        let (label, points) = (label.into(), points.into_iter().collect());
        Self { label, points, is_joined: true, is_guide: false }
    }

    /// A line through these heights, at 0, 1, 2 and so on.
    ///
    /// ```
    /// use worked_examples::notebook::Line;
    ///
    /// assert_eq!(Line::counted("loss", [8.0, 4.0]).points, [(0.0, 8.0), (1.0, 4.0)]);
    /// ```
    pub fn counted(label: impl Into<String>, heights: impl IntoIterator<Item = f64>) -> Self {
        Self::new(label, (0..).map(f64::from).zip(heights))
    }

    /// A level line, from one end to the other at the same height.
    ///
    /// ```
    /// use worked_examples::notebook::Line;
    ///
    /// assert_eq!(Line::level("floor", [1.0, 9.0], 0.5).points, [(1.0, 0.5), (9.0, 0.5)]);
    /// ```
    pub fn level(label: impl Into<String>, ends: [f64; 2], height: f64) -> Self {
        Self::new(label, ends.map(|end| (end, height)))
    }

    /// A thin line with its label, to compare the others with.
    pub fn guide(label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self { is_guide: true, ..Self::new(label, points) }
    }

    /// Points with their label, and no line between them: for what jumps.
    pub fn of_points(label: impl Into<String>, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self { is_joined: false, ..Self::new(label, points) }
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
    pub fn new(label: impl Into<String>, heights: impl IntoIterator<Item = f64>) -> Self {
        Self { label: label.into(), heights: heights.into_iter().collect() }
    }
}

/// A rectangle between two opposite corners.
#[derive(Clone, Debug)]
pub struct Rectangle {
    /// What it shows; what stands before a colon is its name, and is written into it.
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

/// A grid of numbers.
#[derive(Clone, Debug)]
pub struct Grid {
    /// What it shows.
    pub caption: String,
    /// What is written into each cell, and how it is marked.
    pub cells: DMatrix<(String, Shading)>,
}

impl Grid {
    /// The numbers of a matrix with a window of this size in it, and one place of the window marked strongly; places are
    /// row and column.
    pub fn window(
        caption: impl Into<String>,
        values: &DMatrix<f64>,
        from: (usize, usize),
        (rows, columns): (usize, usize),
        marked: (usize, usize),
    ) -> Self {
        let cells = DMatrix::from_fn(values.nrows(), values.ncols(), |row, column| {
            let is_inside =
                (from.0..from.0 + rows).contains(&row) && (from.1..from.1 + columns).contains(&column);
            let shading = if (row, column) == (from.0 + marked.0, from.1 + marked.1) {
                Shading::Strong
            } else if is_inside {
                Shading::Light
            } else {
                Shading::None
            };
            (super::decimal(values[(row, column)], 4), shading)
        });
        Self { caption: caption.into(), cells }
    }
}

/// How a cell is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shading {
    /// Not at all.
    None,
    /// Lightly.
    Light,
    /// Strongly.
    Strong,
}

impl Chart {
    /// Lines over two axes.
    pub fn lines(x: impl Into<Axis>, y: impl Into<Axis>, lines: impl IntoIterator<Item = Line>) -> Self {
        Self::Lines { x: x.into(), y: y.into(), lines: lines.into_iter().collect() }
    }

    /// A bar of each kind in every group.
    ///
    /// ```
    /// use worked_examples::notebook::{Bar, Chart};
    ///
    /// let chart = Chart::bars("F1", [1, 2].map(|seed| format!("seed {seed}")), [Bar::new("softmax", [0.7, 0.8])]);
    /// assert!(chart.to_svg("F1 by seed", "").is_ok_and(|svg| svg.contains("seed 2")));
    /// ```
    pub fn bars(
        y: impl Into<Axis>,
        groups: impl IntoIterator<Item = String>,
        bars: impl IntoIterator<Item = Bar>,
    ) -> Self {
        let (groups, bars) = (groups.into_iter().collect(), bars.into_iter().collect());
        Self::Bars { y: y.into(), groups, bars }
    }

    /// Draws the chart, with a title and a description for those who cannot see it.
    ///
    /// Values that no axis can place (NaN, infinities, what has no logarithm) are left out.
    ///
    /// # Errors
    /// Those of the drawing library.
    pub fn to_svg(&self, title: &str, description: &str) -> Result<String, String> {
        let svg = match self {
            Self::Lines { x, y, lines } => draw::lines(*x, *y, lines),
            Self::Bars { y, groups, bars } => draw::bars(*y, groups, bars),
            Self::Heatmap { values, rows, columns, decimals } => {
                heatmap::draw(values, (rows, &heatmap::counted(values.nrows())), columns, *decimals)
            }
            Self::Strips { columns, rows } => {
                let longest = rows.iter().map(|(_, row)| row.len()).max().unwrap_or(0);
                let entry = |i: usize, j: usize| rows[i].1.get(j).copied().unwrap_or(f64::NAN);
                let values = DMatrix::from_fn(rows.len(), longest, entry);
                let names: Vec<_> = rows.iter().map(|(name, _)| (*name).to_owned()).collect();
                heatmap::draw(&values, ("", &names), columns, Some(0))
            }
            Self::Map { x, y, corners, values, lines } => map::draw(*x, *y, *corners, values, lines),
            Self::Rectangles { x, y, rectangles } => draw::rectangles(*x, *y, rectangles),
            Self::Pictures(pictures) => pictures::draw(pictures),
            Self::Landscape { x, y, name, heights, from, to, lines } => {
                landscape::draw((*x, *y), heights, (*from, *to), (name, lines))
            }
            Self::Grids { grids, meanings } => grids::draw(grids, meanings),
        }?;
        let (head, body) = svg.split_once('>').ok_or("the drawing has no <svg> element")?;
        let (title, description) = (escape(title), escape(description));
        let body = DEFAULTS.iter().fold(body.to_owned(), |body, default| body.replace(default, ""));
        Ok(format!(
            "{head} role=\"img\" font-family=\"{FONT}\">\n<title>{title}</title>\n<desc>{description}</desc>{body}"
        ))
    }
}

const FONT: &str = "sans-serif";
/// What the drawing library says with every element, though it goes without saying. In a text its quotes would
/// be escaped.
const DEFAULTS: [&str; 5] = [
    " opacity=\"1\"",
    " stroke-width=\"1\"",
    " stroke=\"none\"",
    " fill=\"#000000\"",
    " font-family=\"sans-serif\"",
];

/// Without the characters that XML does not know.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect()
}

fn escape(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
