//! What the source prints of its shortcut, and what there is to find, typed a second time; own inputs at the edges.

use crate::examples::topics::resnet_shortcut::{Inputs, TOPIC};
use serde_json::Value;
use worked_examples::cli::Topic;
use worked_examples::notebook::render::json;
use worked_examples::notebook::{Chart, Notebook};

/// The inputs that a command line gives, or its complaint.
fn inputs(options: &[&str]) -> Result<Inputs, String> {
    let inputs = Topic::<Inputs>::inputs(options).map_err(|error| error.to_string())?;
    (TOPIC.check)(&inputs).map_err(|unusable| unusable.to_string())?;
    Ok(inputs)
}

fn told(options: &[&str]) -> Notebook {
    TOPIC.notebook(&inputs(options).expect("usable")).expect("it is told")
}

fn page(options: &[&str]) -> Value {
    serde_json::from_str(&json(&told(options))).expect("JSON")
}

fn cell<'a>(page: &'a Value, name: &str) -> &'a Value {
    let cells = page["cells"].as_array().expect("cells");
    cells.iter().find(|cell| cell["name"] == name).unwrap_or_else(|| panic!("no cell {name}"))
}

/// Row by row.
fn matrix(page: &Value, name: &str) -> Vec<Vec<f64>> {
    serde_json::from_value(cell(page, name)["values"].clone()).expect("rows of numbers")
}

/// One column.
fn column(page: &Value, name: &str) -> Vec<f64> {
    matrix(page, name).iter().map(|row| row[0]).collect()
}

fn rows(page: &Value, name: &str) -> Vec<Vec<Value>> {
    serde_json::from_value(cell(page, name)["rows"].clone()).expect("rows")
}

/// The verdict of a claim, with its condition.
fn verdict(page: &Value, beginning: &str) -> String {
    let cells = page["cells"].as_array().expect("cells");
    let claim =
        cells.iter().find(|cell| cell["text"].as_str().is_some_and(|text| text.starts_with(beginning)));
    let claim = claim.unwrap_or_else(|| panic!("no claim {beginning}"));
    let verdict = claim["verdict"].as_str().expect("a word").to_owned();
    claim["condition"].as_str().map_or(verdict, |condition| format!("holds if {condition}"))
}

#[test]
fn the_printed_numbers_and_the_verdicts() {
    let page = page(&[]);
    let printed = [0., 0., 0., 0., 0., 0., 0., 1., 2., 3., 0., 0., 0., 0., 0., 0.];
    assert_eq!(column(&page, "padded_pixel"), printed);
    assert_eq!(matrix(&page, "shapes"), [[64., 32., 32., 3.], [64., 32., 32., 16.]]);
    assert_eq!(page["audit"].to_string(), r#"{"match":0,"carried":0,"slip":0,"unexplained":0}"#);
    assert_eq!(page["claims"].to_string(), r#"{"holds":7,"holds_if":6,"fails":0}"#);
    assert_eq!(page["proofs"].to_string(), r#"{"held":4,"at_kink":0,"failed":0}"#);
    for (claim, expected) in [
        ("What x needs is not what `numpy.reshape` does", "holds"),
        ("Padding with zeros is a linear projection", "holds"),
        ("A projection of the channels is a 1×1 convolution", "holds"),
        ("The pixel 1 2 3 is padded with 13 zeros", "holds"),
        ("What is padded is x[3]", "holds if x[3] is meant as axis 3, counted from 0"),
        ("The identity shortcut passes the delta back unchanged", "holds"),
        (
            "Most dimensions of F(x) are those of x, except for one",
            "holds if F has stride 1 and a border of zeros around the image",
        ),
        (
            "Where x has fewer channels than F(x), or as many, the misfit can be removed by a 1×1 convolution",
            "holds if F keeps height and width, and x has fewer channels (with as many there is no misfit)",
        ),
        (
            "Where channels and size both differ, the 1×1 convolution needs stride 2",
            "holds if F halves height and width, because one of its layers has stride 2",
        ),
        (
            "In the paper a layer of F is convolution, ReLU, batch normalisation",
            "holds if it is read as a list of parts, and not as their order",
        ),
    ] {
        assert_eq!(verdict(&page, claim), expected, "{claim}");
    }
}

#[test]
fn padding_and_projection_by_hand() {
    let page = page(&[]);
    let one_at = |row: usize, column: usize| f64::from(u8::from(row == column + 7));
    let expected: Vec<Vec<f64>> =
        (0..16).map(|row| (0..3).map(|column| one_at(row, column)).collect()).collect();
    assert_eq!(matrix(&page, "padding_projection"), expected);
    let weights = matrix(&page, "weights");
    let sums: Vec<_> = weights.iter().map(|w| w[0] + 2. * w[1] + 3. * w[2]).collect();
    assert_eq!(column(&page, "projected_pixel"), sums);
    assert_eq!(cell(&page, "largest_difference")["value"], 0.);
}

#[test]
fn each_shortcut_passes_back_what_it_passed_on() {
    let page = page(&[]);
    assert_eq!(column(&page, "d_pixel_padded"), [8., 9., 10.]);
    let weights = matrix(&page, "weights");
    let returned = |c: usize| (0..16).map(|m| (m + 1) as f64 * weights[m][c]).sum::<f64>();
    assert_eq!(column(&page, "d_pixel_projected"), [returned(0), returned(1), returned(2)]);
    let products: Vec<_> = (1..=16).map(|m| [1, 2, 3].map(|x| f64::from(m * x)).to_vec()).collect();
    assert_eq!(matrix(&page, "d_weights"), products);
}

/// By hand, with the layer −0.2 −0.1 0; 0 0.1 0.2; 0.2 −0.2 −0.1, and by NumPy for ten blocks.
#[test]
fn through_the_identity_the_delta_comes_back_as_it_is() {
    let page = page(&[]);
    assert_eq!(column(&page, "block_output"), [0.6, 2.8, 2.5]);
    assert_eq!(column(&page, "d_pixel_identity"), [1. - 0.2 + 0.6, 2. - 0.1 + 0.2 - 0.6, 3.1]);
    let depth = rows(&page, "depth");
    let left = |row: usize, column: usize| format!("{:.3}", depth[row][column].as_f64().expect("a number"));
    assert_eq!([left(0, 1), left(0, 2)], ["0.500", "3.100"]);
    assert_eq!(left(3, 1), "0.000");
    assert_eq!(left(3, 2), "5.028");
    let has_become = "the delta 1, 2, 3 has become 1.2763, -5.0278, -1.2229.";
    assert!(page["cells"].to_string().contains(has_become));
}

#[test]
fn at_stride_2_one_pixel_in_four_is_reached() {
    let notebook = told(&[]);
    let figure =
        notebook.figures().find(|figure| figure.name == "gradient_at_stride_2").expect("it is there");
    let Chart::Heatmap { values, .. } = &figure.chart else { panic!("a heatmap") };
    for row in 0..8 {
        for column in 0..8 {
            assert_eq!(values[(row, column)] != 0., row % 2 == 0 && column % 2 == 0, "{row}, {column}");
        }
    }
}

#[test]
fn the_costs_by_hand() {
    let table: Vec<_> =
        rows(&page(&[]), "shortcuts").iter().map(|row| Value::from(row.clone()).to_string()).collect();
    assert_eq!(
        table,
        [
            r#"["identity",1,"64×32×32×16","64×32×32×16",0,0]"#,
            r#"["zeros",1,"64×32×32×3","64×32×32×16",0,0]"#,
            r#"["zeros",2,"64×32×32×3","64×16×16×16",0,0]"#,
            r#"["projection",1,"64×32×32×3","64×32×32×16",48,3145728]"#,
            r#"["projection",2,"64×32×32×3","64×16×16×16",48,786432]"#,
            r#"["projection",1,"64×32×32×16","64×32×32×16",256,16777216]"#,
            r#"["3×3 layer of F",1,"64×32×32×3","64×32×32×16",432,28311552]"#,
        ]
    );
}

#[test]
fn the_order_of_a_layer_matters_on_every_seed() {
    for seed in ["1", "2", "18446744073709551615"] {
        let orders = rows(&page(&["--seed", seed]), "orders");
        let number = |order: usize, column: usize| orders[order][column].as_f64().expect("a number");
        // Smallest output, mean, and percentage of negative outputs.
        assert_eq!((number(0, 1), number(0, 3)), (0., 0.), "the ReLU last");
        assert!(
            (number(0, 2) - 0.4).abs() < 0.01,
            "the mean of a rectified normal is 1/√(2π), not {}",
            number(0, 2)
        );
        assert!(
            number(1, 1) < -1. && number(1, 2).abs() < 1e-12 && number(1, 3) > 50.,
            "the ReLU in the middle"
        );
    }
}

#[test]
fn batch_normalisation_brings_the_shortcut_to_the_scale_of_f() {
    let spread = rows(&page(&[]), "spread");
    let number = |row: usize, column: usize| spread[row][column].as_f64().expect("a number");
    for normalised in [0, 2] {
        assert!(number(normalised, 1).abs().max(number(normalised, 2).abs()) < 1e-12);
        assert!((number(normalised, 3) - 1.).abs().max((number(normalised, 4) - 1.).abs()) < 1e-4);
    }
    assert!(number(1, 4) > 10., "the projected x is loud: {}", number(1, 4));
}

/// A channel of W x that is 0 everywhere correlates with nothing; of a single channel there is a single variance.
#[test]
fn a_correlation_is_told_where_there_is_one() {
    let says = |options: &[&str], words: &str| page(options)["cells"].to_string().contains(words);
    let constant = ["--pixel", "1; 2", "--padding", "0 1", "--weights", "1 0; 0 0; 1 1"];
    let single = ["--pixel", "3", "--padding", "0 0"];
    let faint = ["--pixel", "1; 2", "--padding", "0 1", "--weights", "1 0; 0 1/1000; 1 1"];
    assert!(says(&faint, "varies so little that ε cannot be left aside"));
    for (options, told) in
        [(&[][..], [true, false, false]), (&constant, [false, true, false]), (&single, [false, false, true])]
    {
        let words = [
            "So the smallest variance of the sum",
            "is correlated with nothing",
            "So the variance of the sum",
        ];
        assert_eq!(words.map(|words| says(options, words)), told, "{options:?}");
        assert_eq!(says(options, "What would it make of the channels of zeros"), options != single);
    }
}

#[test]
fn weights_given_as_drawn_are_the_same_inputs() {
    let drawn = page(&[]);
    let weights = drawn["inputs"]["weights"].as_str().expect("text");
    assert_eq!(page(&["--weights", weights, "--pixel", "1; 2; 3"]), drawn);
}

#[test]
fn own_inputs_are_proven_and_not_audited() {
    let thirds = "1/3 1 0 0; 0 1/3 0 1; 1 1 1 1; 0 0 0 0; 1e20 0 0 -1e20; 1e-20 0 0 0";
    for options in [
        ["--pixel", "1 2 3 4", "--padding", "0 2", "--weights", thirds].as_slice(),
        &["--pixel", "1 2 3 4"],
        &["--pixel", "1e20 -1e-20"],
        &["--pixel", "0"],
        &["--pixel", "5", "--padding", "0 0"],
        &["--padding", "0 0"],
        &["--padding", "29 0"],
        &["--padding", "0 0", "--weights", "0 0 0; 0 0 0; 0 0 0"],
        &["--seed", "0"],
    ] {
        let page = page(options);
        assert_eq!(
            page["audit"].to_string(),
            r#"{"match":0,"carried":0,"slip":0,"unexplained":0}"#,
            "{options:?}"
        );
        assert_eq!(page["claims"].to_string(), r#"{"holds":0,"holds_if":0,"fails":0}"#, "{options:?}");
        assert_eq!(page["proofs"].to_string(), r#"{"held":4,"at_kink":0,"failed":0}"#, "{options:?}");
        assert!(cell(&page, "largest_difference")["value"].is_number(), "{options:?}");
    }
}

#[test]
fn what_cannot_be_used_is_said() {
    let two_counts = "two whole numbers from 0 to 64 are expected";
    let sixteen = ["0 0 1e101"; 16].join("; ");
    for (options, complaint) in [
        (
            ["--weights", "1 0; 0 1"],
            "--weights: a matrix of 2×2; 16×3 is expected, a row for each of the 7 + 3 + 6",
        ),
        (["--weights", "1 2 3; 4 5 6"], "--weights: a matrix of 2×3; 16×3 is expected"),
        (["--weights", &sixteen], "--weights: 1.00e101; 0 or a size from 1e-20 to 1e20 is expected"),
        (
            ["--padding", "7 55"],
            "--padding: 7 + 3 + 55 = 65 channels from 3; at most 64, and at most 2048 weights",
        ),
        (
            ["--pixel", &["1"; 52].join(" ")],
            "--pixel: 7 + 52 + 6 = 65 channels from 52; at most 64, and at most 2048 weights",
        ),
        (["--padding", "7"], two_counts),
        (["--padding", "7 6 5"], two_counts),
        (["--padding", "-7 6"], two_counts),
        (["--padding", "7 1/2"], two_counts),
        (["--padding", "7 1e400"], two_counts),
        (["--padding", "7 x"], "x is not a number"),
        (["--pixel", "1 2 1e-400"], "--pixel: 1.00e-400; 0 or a size from 1e-20 to 1e20 is expected"),
        (["--pixel", "1 2; 3 4"], "one pixel is expected, and not 2 rows of 2"),
        (["--pixel", ""], "there is no entry"),
        (["--seed", "-1"], "--seed"),
    ] {
        let error = inputs(&options).err().unwrap_or_else(|| panic!("{options:?} is used"));
        assert!(error.contains(complaint), "{options:?}: {error}");
    }
}

/// The shapes of the residual networks for CIFAR-10 (He et al. 2015, section 4.2): the channels double where the image is
/// halved, from 32×32 with 16 channels and from 16×16 with 32.
#[test]
fn the_shapes_of_the_networks_for_cifar_are_worked() {
    for (channels, side) in [(16, 32), (32, 16)] {
        let pixel: Vec<_> = (1..=channels).map(|channel| channel.to_string()).collect();
        let zeros = format!("{} {}", channels / 2, channels / 2);
        let page = page(&["--pixel", &pixel.join(" "), "--padding", &zeros]);
        let shape = |side: i32, channels: i32| [64, side, side, channels].map(f64::from).to_vec();
        let of_x = shape(side, channels);
        assert_eq!(matrix(&page, "shapes"), [of_x.clone(), shape(side, 2 * channels)]);
        assert_eq!(matrix(&page, "shapes_stride_2"), [of_x, shape(side / 2, 2 * channels)]);
        for gradient in ["d_pixel_padded", "d_pixel_projected", "d_weights"] {
            let proof = cell(&page, &format!("{gradient}_proof"));
            assert_eq!(
                (&proof["verdict"], &proof["for"]),
                (&"held".into(), &"all numbers".into()),
                "{gradient}"
            );
        }
    }
}
