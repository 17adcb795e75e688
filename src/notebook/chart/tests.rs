//! Charts as whoever opens the file finds them.

use super::*;

const X: Axis = Axis::linear("x");
const AXES: [Axis; 2] = [X, Axis::logarithmic("loss")];
const VALUES: [&[f64]; 9] = [
    &[],
    &[3.0],
    &[2.5, 2.5, 2.5],
    &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY],
    &[0.0, -1.0, f64::NAN, 2.0],
    &[f64::MAX, f64::MIN, 1.0],
    &[f64::MIN_POSITIVE, 5e-324, 0.0],
    &[1e9, 1e9 + 1e-7],
    &[f64::MAX, f64::MAX / 2.0],
];

fn heatmap(values: DMatrix<f64>, decimals: Option<usize>) -> Chart {
    Chart::Heatmap { values, rows: "row", columns: "column", decimals }
}

fn landscape(heights: DMatrix<f64>, points: Vec<(f64, f64)>) -> Chart {
    let lines = vec![Line::new("path", points)];
    Chart::Landscape { x: X, y: X, name: "loss", heights, from: (-1.0, 0.0), to: (1.0, 2.0), lines }
}

/// Charts of every kind with these numbers on these axes.
fn all(x: Axis, y: Axis, values: &[f64]) -> Vec<Chart> {
    let points: Vec<_> = values.iter().zip(values.iter().rev()).map(|(&x, &y)| (x, y)).collect();
    let rectangle = |corner: &[(f64, f64)]| Rectangle::new("r", corner[0], *corner.last().unwrap());
    let row = DMatrix::from_row_slice(1, values.len(), values);
    vec![
        Chart::Lines { x, y, lines: vec![Line::new("a", points.clone()), Line::new("b", vec![])] },
        Chart::Bars { y, groups: vec!["g".into(); 2], bars: vec![Bar::new("a", values.to_vec())] },
        Chart::Bars { y, groups: vec![], bars: vec![Bar::new("a", values.to_vec())] },
        Chart::Rectangles { x, y, rectangles: points.chunks(2).map(rectangle).collect() },
        Chart::Map { x: X, y: X, corners: [(0.0, 0.0), (1.0, 2.0)], values: row.clone(), lines: vec![] },
        heatmap(row.clone(), None),
        heatmap(row.transpose(), Some(2)),
        Chart::Strips { columns: "column", rows: vec![("a", values.to_vec()), ("b", vec![])] },
        landscape(row, points),
    ]
}

fn svg(chart: &Chart) -> String {
    chart.to_svg("title", "description").unwrap()
}

fn texts(svg: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let texts = document.descendants().filter(|node| node.tag_name().name() == "text");
    texts.map(|node| node.text().unwrap_or_default().trim().to_owned()).collect()
}

#[test]
fn every_kind_is_an_image_with_title_and_description() {
    let mut charts = all(X, X, &[1.0, 2.0, 4.0]);
    charts.push(Chart::Pictures(vec![Picture::new("p", vec![1, 2, 3], 8, 4)]));
    for chart in charts {
        let svg = chart.to_svg("Loss & <time>", "falls\u{8} \"slowly\"").unwrap();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let root = document.root_element();
        let text = |name| root.children().find(|node| node.tag_name().name() == name).unwrap().text();
        assert_eq!(root.tag_name().name(), "svg");
        assert_eq!(root.attribute("role"), Some("img"));
        assert_eq!(text("title"), Some("Loss & <time>"));
        assert_eq!(text("desc"), Some("falls  \"slowly\""));
    }
}

#[test]
fn labels_are_text_and_not_markup() {
    let label = "<b> & \"c\" stroke=\"none\"";
    let lines = vec![Line::new(label, vec![(0.0, 1.0)])];
    let groups = vec![label.to_owned()];
    let picture = Picture::new(label, vec![], 0, 0);
    for chart in [
        Chart::Lines { x: X, y: X, lines },
        Chart::Bars { y: X, groups, bars: vec![] },
        Chart::Pictures(vec![picture]),
    ] {
        assert!(texts(&svg(&chart)).contains(&label.to_owned()));
    }
}

#[test]
fn points_are_marked_one_by_one_and_a_line_joins_its_own() {
    let points: Vec<_> = (0..30).map(|i| (f64::from(i), f64::from(i % 2))).collect();
    let count =
        |line: Line, element| svg(&Chart::Lines { x: X, y: X, lines: vec![line] }).matches(element).count();
    let lines = count(Line::new("a", points.clone()), "<polyline");
    assert_eq!(count(Line::of_points("a", points.clone()), "<polyline"), lines - 1);
    // And one in the legend.
    assert_eq!(count(Line::of_points("a", points), "<circle"), 31);
}

#[test]
fn a_map_has_row_0_at_the_bottom_and_no_cell_where_it_is_white() {
    let values = DMatrix::from_row_slice(2, 2, &[0.0, 1.0, 0.0, 0.0]);
    let corners = [(0.0, 0.0), (2.0, 2.0)];
    let lines = vec![Line::of_points("mark", vec![(1.5, 0.5)])];
    let svg = svg(&Chart::Map { x: X, y: X, corners, values, lines });
    let document = roxmltree::Document::parse(&svg).unwrap();
    let number = |node: roxmltree::Node, name| node.attribute(name).unwrap().parse::<f64>().unwrap();
    // A triangle, and another one in the legend.
    let marks: Vec<_> = document.descendants().filter(|node| node.has_tag_name("polygon")).collect();
    assert_eq!(marks.len(), 2);
    let corner = |node: &roxmltree::Node| {
        let first = node.attribute("points").unwrap().split_whitespace().next().unwrap();
        let (x, y) = first.split_once(',').unwrap();
        (x.parse::<f64>().unwrap(), y.parse::<f64>().unwrap() + 7.0)
    };
    let mark = marks.iter().map(corner).max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    let is_cell = |node: &roxmltree::Node| node.has_tag_name("rect") && number(*node, "width") > 150.0;
    let cells: Vec<_> = document.descendants().filter(is_cell).collect();
    // The paper, and the cell in which the mark stands.
    assert_eq!(cells.len(), 2);
    let [left, top, wide, high] = ["x", "y", "width", "height"].map(|name| number(cells[1], name));
    assert!((left + wide / 2.0 - mark.0).abs() < 2.0);
    assert!((top + high / 2.0 - mark.1).abs() < 2.0);
}

#[test]
fn degenerate_numbers_are_drawn_or_left_out() {
    for values in VALUES {
        for (x, y) in AXES.into_iter().flat_map(|x| AXES.map(|y| (x, y))) {
            for chart in all(x, y, values) {
                let svg = svg(&chart);
                assert!(roxmltree::Document::parse(&svg).is_ok(), "{chart:?}");
            }
        }
    }
    assert!(roxmltree::Document::parse(&svg(&Chart::Pictures(vec![]))).is_ok());
}

#[test]
fn a_point_without_a_logarithm_is_left_out() {
    let lines = || vec![Line::new("", vec![(1.0, 10.0), (2.0, 0.0), (3.0, -1.0), (4.0, 100.0)])];
    let markers = |y| svg(&Chart::Lines { x: X, y, lines: lines() }).matches("<circle").count();
    assert_eq!(AXES.map(markers), [4, 2]);
}

#[test]
fn ticks_of_a_logarithm_are_powers_of_ten() {
    let ticks = |low, high| {
        let lines = vec![Line::new("", vec![(0.0, low), (1.0, high)])];
        texts(&svg(&Chart::Lines { x: X, y: AXES[1], lines }))
    };
    for tick in ["0.001", "0.01", "0.1", "1", "10"] {
        assert!(ticks(0.001, 10.0).contains(&tick.to_owned()), "{tick}");
    }
    for tick in ["10⁻²", "10⁰", "10⁴", "10⁸"] {
        assert!(ticks(0.001, 1e9).contains(&tick.to_owned()), "{tick}");
    }
    for tick in ["0.1", "0.2", "0.5", "1"] {
        assert!(ticks(0.1, 1.0).contains(&tick.to_owned()), "{tick}");
    }
}

#[test]
fn chosen_ticks_are_those_within_reach() {
    let ticks = |axis: Axis, places: [f64; 2]| {
        let scale = super::scale::Scale::new(axis.with_ticks(&[0.5, 1.0, 45.0, 360.0]), places, 0.0, 8);
        scale.ticks.into_iter().map(|tick| tick.1).collect::<Vec<_>>()
    };
    assert_eq!(ticks(Axis::linear("degrees"), [0.0, 345.0]), ["0.5", "1", "45"]);
    assert_eq!(ticks(Axis::logarithmic("rate"), [0.0, 2.0]), ["1", "45"]);
}

#[test]
fn a_line_for_every_label_and_more_labels_than_colours() {
    let lines: Vec<_> =
        (0..40).map(|i| Line::new(format!("line {i}"), vec![(0.0, 1.0), (1.0, 2.0)])).collect();
    let texts = texts(&svg(&Chart::Lines { x: X, y: X, lines }));
    assert_eq!(texts.iter().filter(|text| text.starts_with("line ")).count(), 40);
}

#[test]
fn cells_hold_their_numbers() {
    let chart = heatmap(DMatrix::from_row_slice(1, 3, &[0.25, -1.0, f64::NAN]), Some(1));
    let texts = texts(&svg(&chart));
    assert!(["0.2", "-1.0", "NaN"].iter().all(|number| texts.contains(&(*number).to_owned())));
}

#[test]
fn only_the_lowest_cells_of_a_landscape_are_white() {
    for lowest in [0.0, 10.0] {
        let heights = [0.0, 1e-6, 1.0, 0.0].map(|height| lowest + height);
        let svg = svg(&landscape(DMatrix::from_row_slice(1, 4, &heights), vec![]));
        let shades: Vec<_> = svg.split("<path opacity=\"").skip(1).collect();
        let opacities: Vec<_> = shades.iter().map(|rest| &rest[..4]).collect();
        assert_eq!(opacities, ["0.00", "0.05", "0.60"]);
        assert_eq!(shades[0].matches('M').count(), 2);
    }
    let flat = svg(&landscape(DMatrix::from_element(2, 2, 3.0), vec![]));
    assert!(flat.contains("<path opacity=\"0.00\"") && !flat.contains("<path opacity=\"0.60\""));
}

#[test]
fn grids_hold_their_numbers_and_say_what_a_mark_means() {
    let cells = DMatrix::from_row_slice(
        1,
        2,
        &[("0.5".to_owned(), Shading::Strong), ("-1".to_owned(), Shading::Light)],
    );
    let grid = |caption: &str| Grid { caption: caption.to_owned(), cells: cells.clone() };
    let meanings = vec![(Shading::Strong, "met"), (Shading::Light, "window")];
    let texts = texts(&svg(&Chart::Grids { grids: vec![grid("a"), grid("b")], meanings }));
    for text in ["0.5", "-1", "a", "b", "met", "window"] {
        assert!(texts.contains(&text.to_owned()), "{text}");
    }
    assert!(
        roxmltree::Document::parse(&self::svg(&Chart::Grids { grids: vec![], meanings: vec![] })).is_ok()
    );
}

#[test]
fn a_window_of_a_grid_is_light_and_one_place_of_it_strong() {
    let grid =
        Grid::window("w", &DMatrix::from_row_slice(1, 4, &[0.5, 1.0, 2.0, -3.0]), (0, 1), (1, 2), (0, 1));
    let cells: Vec<_> = grid.cells.iter().map(|(number, shading)| (number.as_str(), *shading)).collect();
    let expected = [Shading::None, Shading::Light, Shading::Strong, Shading::None];
    assert_eq!(cells, ["0.5", "1", "2", "-3"].into_iter().zip(expected).collect::<Vec<_>>());
}

#[test]
fn pictures_are_embedded() {
    let pictures = vec![Picture::new("a", b"PNG".to_vec(), 10, 10), Picture::new("b", vec![], 1, 1_000_000)];
    let svg = svg(&Chart::Pictures(pictures));
    assert_eq!(svg.matches("<image").count(), 2);
    assert!(svg.contains("\"data:image/png;base64,UE5H\""));
}

#[test]
fn a_cell_is_not_an_element() {
    let values = DMatrix::from_fn(28, 28, |i, j| (i as f64 - 14.0).hypot(j as f64 - 13.0) - 8.0);
    let svg = svg(&heatmap(values, None));
    assert!(roxmltree::Document::parse(&svg).is_ok());
    assert!(svg.len() < 20 * 1024, "{} bytes", svg.len());
}

/// Left edge, upper edge, width and height of every rectangle but the paper.
fn rectangles(svg: &str) -> Vec<[f64; 4]> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let number = |node: roxmltree::Node, name| node.attribute(name).unwrap().parse().unwrap();
    let all = document.descendants().filter(|node| node.has_tag_name("rect")).skip(1);
    all.map(|node| ["x", "y", "width", "height"].map(|name| number(node, name))).collect()
}

#[test]
fn bars_stand_side_by_side_in_their_groups_as_high_as_they_say() {
    let bars = vec![Bar::new("", vec![1.0, 2.0]), Bar::new("", vec![2.0, 4.0])];
    let svg = svg(&Chart::Bars { y: X, groups: vec!["g".into(), "h".into()], bars });
    let all = rectangles(&svg);
    let [first, first_of_second, second, _] = all[..] else { panic!("{all:?}") };
    let is_near = |a: f64, b: f64| (a - b).abs() <= 2.0;
    let group = first_of_second[0] - first[0];
    for [x, y, wide, high] in [first, first_of_second, second] {
        assert!(is_near(wide, 0.376 * group), "{all:?}");
        assert!(is_near(y + high, first[1] + first[3]) && x > 0.0, "they stand on one line: {all:?}");
    }
    assert!(is_near(second[0] - first[0], 0.4 * group), "{all:?}");
    assert!(is_near(first_of_second[3], 2.0 * first[3]) && is_near(second[3], 2.0 * first[3]), "{all:?}");
    let document = roxmltree::Document::parse(&svg).unwrap();
    let lines = document.descendants().filter(|node| node.has_tag_name("polyline"));
    let ground = lines.filter_map(|node| node.attribute("points")).next_back().unwrap();
    let start: f64 = ground.split(',').next().unwrap().trim().parse().unwrap();
    assert!(is_near(first[0] - start, 0.1 * group), "{start} {all:?}");
}

#[test]
fn the_thinnest_bar_can_be_seen() {
    let groups = vec!["g".to_owned(); 2000];
    let all = rectangles(&svg(&Chart::Bars { y: X, groups, bars: vec![Bar::new("", vec![1.0; 2000])] }));
    assert!(all.len() == 2000 && all.iter().all(|[_, _, wide, _]| *wide > 0.0));
}

#[test]
fn groups_have_their_names_where_there_is_room() {
    let names = |count: usize| {
        let groups: Vec<_> = (0..count).map(|group| format!("group of number {group:02}")).collect();
        let chart = Chart::Bars { y: X, groups, bars: vec![Bar::new("", vec![1.0; count])] };
        texts(&svg(&chart)).iter().filter(|text| text.contains("group")).count()
    };
    assert_eq!([1, 3, 5].map(names), [1, 3, 5]);
    assert!((2..8).contains(&names(30)));
}

#[test]
fn a_map_fills_its_square_whatever_its_corners() {
    let values = DMatrix::from_element(2, 2, 1.0).map_with_location(|i, j, v: f64| v + (i + 2 * j) as f64);
    let lines = vec![Line::new("a path", vec![(1.5, 3.0), (2.0, 4.0)]), Line::new("", vec![(2.5, 5.0)])];
    let svg = svg(&Chart::Map { x: X, y: X, corners: [(1.0, 2.0), (3.0, 6.0)], values, lines });
    let cells: Vec<_> = rectangles(&svg).into_iter().filter(|[_, _, wide, _]| *wide > 100.0).collect();
    // The lowest cell is white.
    assert_eq!(cells.len(), 3, "{cells:?}");
    assert!(cells.iter().all(|&[.., wide, high]| (wide - 200.0).abs() <= 1.0 && (high - 200.0).abs() <= 1.0));
    assert!(texts(&svg).contains(&"a path".to_owned()));
}

#[test]
fn a_landscape_says_which_shade_is_which_height() {
    let texts = texts(&svg(&landscape(DMatrix::from_row_slice(1, 2, &[10.0, 24.5]), vec![])));
    // 14.5 higher at the most: 10 is round, and a fifth of that.
    for height in ["loss 10", "12", "20"] {
        assert!(texts.contains(&height.to_owned()), "{height}: {texts:?}");
    }
}

/// Eight of them are two rows of four: each is 80 pixels wide and 98 high, and 24 pixels are between them.
#[test]
fn grids_stand_in_rows_of_as_many() {
    let cells = DMatrix::from_element(2, 2, ("1".to_owned(), Shading::None));
    let grids = vec![Grid { caption: "a".to_owned(), cells }; 8];
    let svg = svg(&Chart::Grids { grids, meanings: vec![] });
    assert!(svg.starts_with("<svg width=\"440\" height=\"298\""), "{}", &svg[..60]);
    // Each cell has a ground and a frame, column by column.
    let firsts: Vec<_> = rectangles(&svg).chunks(8).map(|grid| (grid[0][0], grid[0][1])).collect();
    let expected = [54.0, 176.0].map(|top| [24.0, 128.0, 232.0, 336.0].map(|left| (left, top)));
    assert_eq!(firsts, expected.concat());
}

#[test]
fn the_cells_of_a_heatmap_hold_their_numbers_and_as_many_labels_as_there_is_room_for() {
    // Thirteen letters are 112 pixels wide.
    let wide = svg(&heatmap(DMatrix::from_element(1, 12, 123_456.0), Some(6)));
    assert!(wide.contains("h1439v"), "{wide}");
    let texts = texts(&svg(&heatmap(DMatrix::from_element(50, 50, 0.5), None)));
    let labels = |every: usize| (0..50).step_by(every).map(|label| label.to_string());
    let mut expected: Vec<_> = labels(5).chain(labels(3)).collect();
    let mut found: Vec<_> = texts.into_iter().filter(|text| text.parse::<usize>().is_ok()).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn pictures_stand_on_one_line() {
    let svg = svg(&Chart::Pictures(vec![Picture::new("a", vec![], 80, 20), Picture::new("b", vec![], 1, 2)]));
    assert!(svg.contains("<image x=\"16\" y=\"176\" width=\"640\" height=\"160\""), "{svg}");
    assert!(svg.contains("<image x=\"672\" y=\"16\" width=\"160\" height=\"320\""), "{svg}");
}

#[test]
fn a_legend_stays_within_the_margins() {
    for letters in 1..30 {
        let line = || Line::new("l".repeat(letters), vec![(0.0, 1.0)]);
        let svg = svg(&Chart::Lines { x: X, y: X, lines: vec![line(), line(), line()] });
        let document = roxmltree::Document::parse(&svg).unwrap();
        let number = |node: roxmltree::Node, name| node.attribute(name).unwrap().parse::<f64>().unwrap();
        let right = number(document.root_element(), "width") - 14.0;
        let is_label = |node: &roxmltree::Node| node.text().unwrap_or_default().trim() == "l".repeat(letters);
        let labels = document.descendants().filter(|node| node.has_tag_name("text")).filter(is_label);
        // With the gap behind it.
        let end = |label| number(label, "x") + f64::from(frame::width(letters)) + 16.0;
        let ends: Vec<_> = labels.map(end).collect();
        assert!(ends.len() == 3 && ends.iter().all(|end| *end <= right), "{ends:?} of {right}");
    }
}
