//! What a figure draws, as numbers for a program that draws it again.

use super::json::{number, rows};
use crate::notebook::{Axis, Chart, Line, Picture, Rectangle, Shading, Value};
use nalgebra::DMatrix;
use serde_json::{Value as Json, json};

/// The kind of the chart, its axes, and the numbers on it: points as pairs of x and y, matrices row by row. Of a
/// picture it is the size only.
pub(super) fn data(chart: &Chart) -> Json {
    match chart {
        Chart::Lines { x, y, lines: drawn } => {
            json!({"chart": "lines", "x": axis(x), "y": axis(y), "lines": lines(drawn)})
        }
        Chart::Bars { y, groups, bars } => {
            let bars = bars.iter().map(|bar| json!({"label": bar.label, "heights": row(&bar.heights)}));
            json!({"chart": "bars", "y": axis(y), "groups": groups, "bars": bars.collect::<Json>()})
        }
        Chart::Heatmap { values, rows: down, columns, .. } => {
            json!({"chart": "heatmap", "rows": down, "columns": columns, "values": numbers(values)})
        }
        Chart::Strips { columns, rows } => {
            let rows = rows.iter().map(|(label, values)| json!({"label": label, "values": row(values)}));
            json!({"chart": "strips", "columns": columns, "rows": rows.collect::<Json>()})
        }
        Chart::Map { x, y, corners, values, lines: drawn } => json!({
            "chart": "map",
            "x": axis(x),
            "y": axis(y),
            "corners": pairs(corners),
            "values": numbers(values),
            "lines": lines(drawn),
        }),
        Chart::Landscape { x, y, name, heights, from, to, lines: drawn } => json!({
            "chart": "landscape",
            "x": axis(x),
            "y": axis(y),
            "of": name,
            "corners": pairs(&[*from, *to]),
            "values": numbers(heights),
            "lines": lines(drawn),
        }),
        Chart::Rectangles { x, y, rectangles } => {
            let drawn = |rectangle: &Rectangle| json!({"label": rectangle.label, "corners": pairs(&[rectangle.from, rectangle.to])});
            let rectangles: Json = rectangles.iter().map(drawn).collect();
            json!({"chart": "rectangles", "x": axis(x), "y": axis(y), "rectangles": rectangles})
        }
        Chart::Pictures(pictures) => {
            let size = |picture: &Picture| json!({"label": picture.caption, "width": picture.width, "height": picture.height});
            json!({"chart": "pictures", "pictures": pictures.iter().map(size).collect::<Json>()})
        }
        Chart::Grids { grids, meanings } => {
            let grids = grids.iter().map(|grid| {
                let texts = rows(&grid.cells, |(text, _)| json!(text));
                let marks = rows(&grid.cells, |(_, mark)| json!(word(*mark)));
                json!({"label": grid.caption, "cells": texts, "marks": marks})
            });
            let meaning = |(mark, text): &(Shading, &str)| json!({"mark": word(*mark), "means": text});
            let meanings: Json = meanings.iter().map(meaning).collect();
            json!({"chart": "grids", "grids": grids.collect::<Json>(), "meanings": meanings})
        }
    }
}

fn axis(axis: &Axis) -> Json {
    json!({"label": axis.label, "logarithmic": axis.logarithmic})
}

fn lines(lines: &[Line]) -> Json {
    lines.iter().map(|line| json!({"label": line.label, "points": pairs(&line.points)})).collect()
}

fn row(values: &[f64]) -> Json {
    values.iter().map(|value| number(&Value::from(*value))).collect()
}

fn pairs(points: &[(f64, f64)]) -> Json {
    points.iter().map(|(x, y)| row(&[*x, *y])).collect()
}

fn numbers(values: &DMatrix<f64>) -> Json {
    rows(values, |value| number(&Value::from(*value)))
}

fn word(mark: Shading) -> &'static str {
    match mark {
        Shading::None => "none",
        Shading::Light => "light",
        Shading::Strong => "strong",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::Grid;

    #[test]
    fn a_program_gets_the_numbers_that_are_drawn() {
        let (x, y) = (Axis::linear("x"), Axis::logarithmic("loss"));
        let values = DMatrix::from_row_slice(1, 2, &[1.0, 0.5]);
        let lines = || vec![Line::new("path", vec![(1.0, 2.5)])];
        let axes = json!([{"label": "x", "logarithmic": false}, {"label": "loss", "logarithmic": true}]);
        let paths = json!([{"label": "path", "points": [[1, 2.5]]}]);
        assert_eq!(
            data(&Chart::Map {
                x,
                y,
                corners: [(0.0, 0.0), (1.0, 2.0)],
                values: values.clone(),
                lines: lines()
            }),
            json!({
                "chart": "map", "x": axes[0], "y": axes[1], "corners": [[0, 0], [1, 2]], "values": [[1, 0.5]], "lines": paths,
            })
        );
        assert_eq!(
            data(&Chart::Heatmap { values, rows: "row", columns: "column", decimals: None }),
            json!({"chart": "heatmap", "rows": "row", "columns": "column", "values": [[1, 0.5]]})
        );
        let shadings = [("0", Shading::None), ("1", Shading::Light), ("2", Shading::Strong)];
        let cells = shadings.map(|(text, shading)| (text.to_owned(), shading));
        let grids = vec![Grid { caption: "a".to_owned(), cells: DMatrix::from_row_slice(1, 3, &cells) }];
        assert_eq!(
            data(&Chart::Grids { grids, meanings: vec![(Shading::Strong, "met")] }),
            json!({
                "chart": "grids",
                "grids": [{"label": "a", "cells": [["0", "1", "2"]], "marks": [["none", "light", "strong"]]}],
                "meanings": [{"mark": "strong", "means": "met"}],
            })
        );
    }
}
