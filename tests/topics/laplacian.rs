//! What is known of the Laplacian kernel, typed in by hand, against what the example tells.

use crate::examples::{program, topics::laplacian};
use crate::facts::{Facts, shown};
use nalgebra::DMatrix;
use std::path::{Path, PathBuf};
use std::process::Output;
use worked_examples::Exact;
use worked_examples::math::{Stencil, read_png, write_png};
use worked_examples::notebook::{Field, parse_matrix};

fn facts() -> Facts {
    Facts::of(&laplacian::TOPIC)
}

fn rows(facts: &Facts, table: &str, places: usize) -> Vec<String> {
    let text = |field: &Field| match field {
        Field::Text(text) => text.clone(),
        Field::Number(_) => shown(field, places),
    };
    facts.table(table).iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn every_printed_number_has_its_verdict() {
    let facts = facts();
    facts.audit("kernel", "0 1 0; 1 -4 1; 0 1 0", "m m m; m m m; m m m");
    assert_eq!(facts.totals().audit, [9, 0, 0, 0]);
}

#[test]
fn the_matrices_are_those_worked_out_by_hand() {
    let facts = facts();
    facts.matrix("first_difference", 0, "1 7 19 37 61");
    facts.matrix("second_difference", 0, "6 12 18 24");
    facts.matrix("first_as_convolution", 0, "-1 -7 -19 -37 -61");
    facts.matrix("across", 0, "0 6 -5 0; -10 11 -5 0; 0 6 -5 0");
    facts.matrix("down", 0, "5 0 0 0; -10 0 0 0; 5 0 0 0");
    facts.matrix("response", 0, "5 6 -5 0; -20 11 -5 0; 5 6 -5 0");
    // ∂²/∂x² of x⁵ + x³y² + xy⁴ by differences at (2, 1): 3⁵ − 2·2⁵ + 1 + 6·2; ∂²/∂y²: 2·8 + 2·(16 − 2)
    facts.matrix("finite_hessian", 1, "192 29.5; 29.5 44");
    facts.matrix("edge_slope", 0, "0 0 1 3 3 1 0 0");
    facts.matrix("edge_bend", 0, "0 1 2 0 -2 -1 0");
    // Sixteenths; by scipy.signal.convolve2d.
    facts.matrix(
        "smooth_kernel",
        4,
        "0 .0625 .125 .0625 0; .0625 0 -.125 0 .0625; .125 -.125 -.5 -.125 .125; .0625 0 -.125 0 .0625; \
         0 .0625 .125 .0625 0",
    );
}

#[test]
fn the_slope_of_the_cubes_lies_half_a_pixel_further_on() {
    let expected =
        ["0.00 1.00 0.00 0.75", "1.00 7.00 3.00 6.75", "2.00 19.00 12.00 18.75", "3.00 37.00 27.00 36.75"];
    assert_eq!(rows(&facts(), "slopes", 2)[..4], expected);
}

#[test]
fn each_formula_is_exact_up_to_its_degree_and_no_further() {
    let facts = facts();
    let text = |field: &Field| match field {
        Field::Text(text) => text.clone(),
        Field::Number(number) => panic!("{number:?} is no text"),
    };
    // By Taylor: 1/k! of a step of 1; ½ᵏ/k!·(1 − (−1)ᵏ) of two half steps; (2ᵏ − 2)/k!; (1 + (−1)ᵏ)/k!.
    let found: Vec<_> = facts
        .table("taylor")
        .iter()
        .map(|row| row[1..].iter().map(text).collect::<Vec<_>>().join(" "))
        .collect();
    let expected = ["0 1 1/2 1/6 1/24", "0 1 0 1/24 0", "0 0 1 1 7/12", "0 0 1 0 1/12", "0 0 1 0 1/12"];
    assert_eq!(found, expected);
    let column = |column: usize, places| -> Vec<_> {
        facts.table("orders").iter().map(|row| shown(&row[column], places)).collect()
    };
    assert_eq!(column(1, 0), ["1", "2", "2", "3", "3"]);
    assert_eq!(column(2, 0), ["1", "2", "1", "2", "2"]);
    assert_eq!(column(3, 1), ["1.0", "2.0", "0.9", "2.0", "2.0"]);
}

/// Of x³·y³ at (2, 5) by hand: 6·2·125 + 6·8·5; of x⁴ at 0 it would be 0, and the differences make 2.
#[test]
fn the_degree_of_the_laplacian_counts_for_each_variable() {
    let at = |f: fn(Exact, Exact) -> Exact, x: i64, y: i64| {
        let [x, y, h] = [x, y, 1].map(|number| Exact::from_integer(number.into()));
        Stencil::laplacian().at(f, (x, y), &h).to_string()
    };
    assert_eq!(at(|x, y| &x * &x * &x * &y * &y * &y, 2, 5), "1740");
    assert_eq!(at(|x, _| &x * &x * &x * &x, 0, 0), "2");
}

fn fractions(row: &[Field]) -> String {
    let fraction = |field: &Field| match field {
        Field::Number(number) => number.exact().expect("exact").to_string(),
        Field::Text(text) => text.clone(),
    };
    row.iter().map(fraction).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_errors_on_a_reciprocal_are_those_of_its_formulas() {
    // In thousandths, with f = 1 / (x·y) at (1, 1): h / (1 + h), h² / (4 − h²), 2 − 2 / ((1 + h)(1 + 2h)), 2h² / (1 − h²), twice that.
    let facts = facts();
    let found: Vec<_> = facts.table("errors").iter().map(|row| fractions(row)).collect();
    assert_eq!(found[..2], ["1/2 1000/3 200/3 4000/3 2000/3 4000/3", "1/4 200 1000/63 2800/3 400/3 800/3"]);
    assert_eq!(found.len(), 6);
    assert!(found[5].starts_with("1/64 200/13 1000/16383 "));
}

#[test]
fn the_response_to_a_spike_has_to_move_right() {
    let facts = facts();
    facts.matrix("spike", 0, "0 0 0 0 1 0 0 0 0");
    facts.matrix("response_at_x", 0, "0 0 1 -2 1 0 0 0 0");
    facts.matrix("moved_left", 0, "0 1 -2 1 0 0 0 0 0");
    facts.matrix("moved_right", 0, "0 0 0 1 -2 1 0 0 0");
    facts.claim("to the left by one pixel", "fails", &["spike at 4", "at 3", "left", "at 2", "right, to 4"]);
    facts.claim("f(x+1) − 2·f(x) + f(x−1)", "holds", &["0, 0, 0, 1, −2, 1, 0, 0, 0"]);
}

/// 2·cos 1 − 2 and 4·cos(1/√2) − 4, by a pocket calculator; −1 would be right.
#[test]
fn the_kernel_prefers_a_direction_a_little() {
    let notebook = laplacian::TOPIC.notebook(&worked_examples::cli::Topic::source_inputs()).unwrap();
    let answers: Vec<_> = notebook
        .cells()
        .filter_map(|(_, cell)| match cell {
            worked_examples::notebook::Cell::Exercise { answer, .. } => answer.as_deref(),
            _ => None,
        })
        .collect();
    assert!(answers[2].contains("-0.919 and") && answers[2].contains("-0.959."), "{}", answers[2]);
}

#[test]
fn noise_grows_by_the_roots_of_6_and_20() {
    let noise = rows(&facts(), "noise", 4);
    assert_eq!(noise[1], "second difference 8.0000 6.0000 6.0000 2.4495");
    assert_eq!(noise[2], "Laplacian 32.0000 20.0000 20.0000 4.4721");
}

#[test]
fn each_claim_has_its_verdict() {
    let facts = facts();
    facts.claim(
        "smallest h is 1",
        "holds if f is a straight line, or the result is put at x + ½ and f is a parabola",
        &["1", "1", "0.98", "2"],
    );
    facts.claim("shifts the derivative by half a pixel", "holds", &["1/2·f″", "1", "0.98", "2", "2.00"]);
    facts.claim("ends up one pixel off", "holds", &["f‴", "3", "2"]);
    facts.claim(
        "simplest approximation",
        "holds if simplest means: from the fewest neighbouring samples",
        &["1, −2, 1"],
    );
    facts.claim(
        "Centred on its middle pixel",
        "holds if f is a polynomial of degree at most 3",
        &["3", "3", "1/12·h²", "2", "2.00", "2", "1", "0.95"],
    );
    facts.claim(
        "The derivative of the derivative",
        "holds if each derivative is replaced by a difference of neighbours",
        &["1, −2, 1", "6, 12, 18, 24"],
    );
    facts.claim("the same as convolving with 1, −2, 1", "holds", &["1, −2, 1", "1, −2, 1", "−1, 1", "1, −1"]);
    facts.claim(
        "the trace of the Hessian",
        "holds if only those along x and along y are added, the diagonal of the Hessian",
        &["236", "236", "295", "172", "40", "212", "3"],
    );
    facts.claim("Applying the filter and its transpose", "holds", &["12"]);
    facts.claim("How does one arrive", "the answer", &[]);
    assert_eq!(facts.totals().claims, [5, 5, 1]);
}

#[test]
fn own_numbers_at_the_edges_are_told_without_a_claim() {
    for (samples, image) in
        [("0 0 0", "0 0 0; 0 0 0; 0 0 0"), ("1e400 -1e400 1/3", "1e400 1 1; 1 1/7 1; 1 1 -1e-400")]
    {
        let inputs = laplacian::Inputs {
            samples: parse_matrix(samples).unwrap(),
            image: parse_matrix(image).unwrap(),
            border: "mirror".to_owned(),
            picture: None,
        };
        let totals = laplacian::TOPIC.notebook(&inputs).unwrap().totals();
        assert_eq!((totals.audit, totals.claims), ([0; 4], [0; 3]), "{samples}");
    }
}

/// By hand: of the top row 2 2 2 8 9 10 and the same row below it.
#[test]
fn each_border_stands_around_the_top_row() {
    let expected = [
        "zero|0 0 0 0 0 0|0|0|-4 -2 4 -13 -9 -21",
        "reflect|2 2 2 8 9 10|2|10|0 0 6 -5 0 -1",
        "nearest|2 2 2 8 9 10|2|10|0 0 6 -5 0 -1",
        "mirror|2 2 2 8 9 10|2|9|0 0 6 -5 0 -2",
        "wrap|2 2 2 8 9 10|10|2|8 0 6 -5 0 -9",
    ];
    let facts = facts();
    let text = |field: &Field| match field {
        Field::Text(text) => text.clone(),
        Field::Number(number) => panic!("{number:?} is no text"),
    };
    let row = |row: &Vec<Field>| row.iter().map(text).collect::<Vec<_>>().join("|");
    assert_eq!(facts.table("borders").iter().map(row).collect::<Vec<_>>(), expected);
}

/// By `scipy.ndimage.laplace` of SciPy 1.17, its `constant` being the zeros.
#[test]
fn at_the_border_the_response_is_that_of_scipy() {
    let image = "3 4 6 7; 8 9 10 11; 12 13 14 15; 16 17 18 19";
    for (border, response) in [
        ("valid", "-1 0; 0 0"),
        ("zero", "0 2 -3 -11; -8 -1 0 -12; -11 0 0 -16; -35 -21 -22 -43"),
        ("reflect", "6 6 3 3; 0 -1 0 -1; 1 0 0 -1; -3 -4 -4 -5"),
        ("nearest", "6 6 3 3; 0 -1 0 -1; 1 0 0 -1; -3 -4 -4 -5"),
        ("mirror", "12 11 7 6; 1 -1 0 -2; 2 0 0 -2; -6 -8 -8 -10"),
        ("wrap", "23 19 15 11; 3 -1 0 -4; 4 0 0 -4; -13 -17 -16 -20"),
    ] {
        let options = ["--image", image, "--border", border];
        let inputs = worked_examples::cli::Topic::<laplacian::Inputs>::inputs(&options).unwrap();
        Facts::with(&laplacian::TOPIC, &inputs).matrix("response", 0, response);
    }
}

fn run(arguments: &[&str]) -> Output {
    program("laplacian").args(arguments).output().expect("the example is built beside the tests")
}

fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    let complaint = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {complaint}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    complaint
}

/// A colourless picture, written as a file.
fn picture_file(folder: &Path, name: &str, picture: &DMatrix<f32>) -> PathBuf {
    let path = folder.join(name);
    let file = std::fs::File::create(&path).expect("the folder can be written");
    write_png(picture, (0.0, 1.0), file).expect("a picture");
    path
}

#[test]
fn a_photograph_is_filtered_in_full_size() {
    let folder = tempfile::tempdir().unwrap();
    let mut picture = DMatrix::zeros(40, 700);
    picture[(20, 300)] = 1.0;
    let photograph = picture_file(folder.path(), "photograph.png", &picture);
    let figures = folder.path().join("figures");
    let output = run(&[
        "--picture",
        photograph.to_str().unwrap(),
        "--figures",
        figures.to_str().unwrap(),
        "--format",
        "json",
    ]);
    assert_eq!(output.status.code(), Some(0));
    let page: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(page["inputs"]["picture"], photograph.to_str().unwrap());
    let alt = page["cells"].as_array().unwrap().iter().find(|cell| cell["name"] == "picture").unwrap();
    assert!(alt["alt"].as_str().unwrap().contains("700×40"), "{alt}");

    let full_size = std::fs::read(figures.join("laplacian-picture-full-size.png")).unwrap();
    let full_size = read_png(std::io::Cursor::new(full_size)).unwrap();
    assert_eq!(full_size.shape(), (38, 698), "no border is invented");
    // The spot and its four neighbours, one place further up and left.
    let answered: Vec<_> = (0..38)
        .flat_map(|row| (0..698).map(move |column| (row, column)))
        .filter(|&at| full_size[at] > 0.0)
        .collect();
    assert_eq!(answered, [(18, 299), (19, 298), (19, 299), (19, 300), (20, 299)]);
    assert!(figures.join("laplacian-picture.svg").is_file());
}

#[test]
fn what_is_no_picture_ends_in_one_line_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let whole =
        picture_file(folder.path(), "whole.png", &DMatrix::from_fn(9, 9, |y, x| ((x * y) % 7) as f32 / 7.0));
    let bytes = std::fs::read(whole).unwrap();
    let figures = folder.path().join("figures");
    let complaint = |name: &str, bytes: Option<&[u8]>| {
        let path = folder.path().join(name);
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).unwrap();
        }
        let complaint =
            refused(&["--picture", path.to_str().unwrap(), "--figures", figures.to_str().unwrap()]);
        assert!(complaint.starts_with("error: --picture"), "{complaint}");
        assert!(!figures.exists());
        complaint
    };
    assert!(complaint("words.png", Some(b"no picture")).contains("no PNG"));
    assert!(complaint("empty.png", Some(b"")).contains("no PNG"));
    assert!(complaint("truncated.png", Some(&bytes[..bytes.len() / 2])).contains("truncated"));
    let mut damaged = bytes.clone();
    damaged[60] ^= 1;
    assert!(complaint("damaged.png", Some(&damaged)).contains("a damaged PNG"));
    // Width and height of 2³¹ − 1 each, with the checksum that belongs to them.
    let absurd =
        b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\0\0\0\0\x31\xa2\x54\xba";
    assert!(complaint("absurd.png", Some(absurd)).contains("2147483647×2147483647"));
    complaint("missing.png", None);
    complaint(".", None);
}

#[test]
fn too_little_to_work_with_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let narrow = picture_file(folder.path(), "narrow.png", &DMatrix::zeros(5, 2));
    for (option, value, given, expected) in [
        ("--samples", "1 2", "1×2", "one row of at least 3"),
        ("--samples", "1 2 3; 4 5 6", "2×3", "one row of at least 3"),
        ("--image", "1 2 3; 4 5 6", "2×3", "at least 3×3"),
        ("--picture", narrow.to_str().unwrap(), "5×2", "at least 3×3"),
    ] {
        let complaint = refused(&[option, value]);
        for word in [option, given, expected] {
            assert!(complaint.contains(word), "{complaint} lacks {word}");
        }
    }
}
