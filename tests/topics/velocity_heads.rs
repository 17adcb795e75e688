//! The source's numbers and what is known of them, typed in once more, against what the example tells.

use crate::examples::{program, topics::velocity_heads};
use crate::facts::{Facts, shown};
use std::process::Output;
use std::sync::LazyLock;
use worked_examples::cli::Topic;
use worked_examples::math::Bins;
use worked_examples::notebook::render::json;
use worked_examples::notebook::{Cell, Field, Notebook, parse_matrix, parse_number};
use worked_examples::training::VelocityHead;

/// Trained once for all tests.
static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts::of(&velocity_heads::TOPIC));

#[test]
fn every_printed_number_has_its_verdict() {
    FACTS.audit("axis_excerpt", "-1 -0.9 0.3 0.4 0.5 1.0", "m m m m m m");
    FACTS.audit("one_hot_excerpt", "0 0 1 0 0 0; 0 0 0 0 1 0", "m m m m m m; m m m m m m");
    FACTS.audit("counted", "20 20 400 40000", "m m m m");
    assert_eq!(FACTS.totals().audit, [22, 0, 0, 0]);
}

#[test]
fn the_encodings_are_those_counted_by_hand() {
    FACTS.matrix("one_hot_x", 0, "0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0");
    // By numpy.float32: (0.3 + 1) / 0.1 is 12.999999, and (0.5 + 1) / 0.1 is 15.
    FACTS.matrix("x_in_single_precision", 0, "0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0");
    FACTS.matrix("one_hot_y", 0, "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0");
    FACTS.matrix("decoded", 2, ".35 .55");
}

#[test]
fn outputs_and_parameters_grow_as_multiplied_by_hand() {
    let rows: Vec<Vec<String>> = FACTS
        .table("growth")
        .iter()
        .map(|row| row[..7].iter().map(|field| shown(field, 2)).collect())
        .collect();
    // (4 + 1) · 64 + outputs · (64 + 1).
    assert_eq!(rows[0], ["0.10", "400.00", "40.00", "2.00", "26320.00", "2920.00", "450.00"]);
    assert_eq!(rows[1], ["0.05", "1600.00", "80.00", "2.00", "104320.00", "5520.00", "450.00"]);
    assert_eq!(rows[2], ["0.02", "10000.00", "200.00", "2.00", "650320.00", "13320.00", "450.00"]);
    assert_eq!(rows[3], ["0.01", "40000.00", "400.00", "2.00", "2600320.00", "26320.00", "450.00"]);
    let number = |text| parse_number(text).expect("a number");
    let bins = Bins::new(number("-1"), number("1"), number("0.1")).expect("a tenth divides 2");
    // 64 · (4 + 1) + 20 · (64 + 1), and 64 · (4 + 20 + 1) + 20 · (64 + 1).
    assert_eq!(VelocityHead::Chained.parameters(&bins, 64), 1620 + 2900);
    assert_eq!(shown(&FACTS.table("growth")[0][7], 4), "0.0408");
}

#[test]
fn the_stretched_sigmoid_is_half_the_tangent() {
    // tanh(3), tanh(3/2), tanh(½), tanh(1) and tanh(2), and their slopes ½ (1 − tanh²), from a table.
    FACTS.matrix("stretched", 6, "-.995055 -.905148 -.462117 0 .462117 .761594 .964028");
    FACTS.matrix("slope", 6, ".004933 .090353 .393224 .5 .393224 .209987 .035325");
    FACTS.value("sum_of_f", 5, "-0.17458");
    assert_eq!(FACTS.totals().proofs, [1, 0, 0]);
}

fn number(field: &Field) -> f64 {
    match field {
        Field::Number(number) => number.to_f64(),
        Field::Text(text) => panic!("{text} is no number"),
    }
}

/// Mean, least, most and training error, from a column on, in each row: first of the free way, then of the obstacle.
fn errors(table: &str, from: usize) -> Vec<[f64; 4]> {
    let row = |row: &Vec<Field>| [0, 1, 2, 3].map(|column| number(&row[from + column]));
    FACTS.table(table).iter().map(row).collect()
}

/// On every seed.
fn below(better: [f64; 4], worse: [f64; 4]) -> bool {
    better[2] < worse[1]
}

#[test]
fn with_one_right_answer_the_expectation_is_ahead_and_the_likeliest_class_behind() {
    let [joint, factorised, chained, numbers, ..] = errors("heads", 3)[..] else { panic!("eight rows") };
    let [_, expected, ..] = errors("expectations", 2)[..] else { panic!("six rows") };
    assert!(below(expected, numbers) && below(numbers, factorised) && below(factorised, joint));
    assert!(below(numbers, chained) && below(chained, joint));
    // 0.1 / √6, which binds the likeliest class, and not the expectation.
    let floor = 0.040_825;
    assert!(factorised[1] > floor && chained[1] > floor && expected[2] < floor / 1.5);
}

#[test]
fn with_two_right_answers_only_what_keeps_x_and_y_together_is_right() {
    let [_, _, _, _, joint, factorised, chained, numbers] = errors("heads", 3)[..] else {
        panic!("eight rows")
    };
    assert!(below(chained, joint) && below(joint, factorised) && below(factorised, numbers));
    // Standing still misses by the speed: over evenly drawn ways √E[(d / (d + ½))²] = 0.650, integrated numerically.
    let still = 0.650;
    assert!((0.8 * still..still).contains(&numbers[0]), "{numbers:?}");
    // Half of the pairs are mixed; over all directions √(1 − 2/π) = 0.6028.
    assert!((factorised[0] - 0.6028 * still).abs() < 0.1 * still, "{factorised:?}");
    for expected in &errors("expectations", 2)[3..] {
        assert!((0.7 * still..still).contains(&expected[0]), "{expected:?}");
    }
}

#[test]
fn either_right_answer_counts_and_one_of_them_was_drawn() {
    for (index, row) in FACTS.table("calibration").iter().enumerate() {
        let [drawn, right] = [3, 5].map(|column| number(&row[column]));
        // The networks cannot know which of two was drawn.
        let times = if index < 3 { 1.0..=1.0 } else { 1.7..=2.3 };
        assert!(times.contains(&(right / drawn)), "{row:?}");
    }
}

#[test]
fn the_mixed_pairs_miss_as_predicted() {
    // The mean of min(cos², sin²) over all directions is ½ − 1/π: here by a sum, and not by the integral.
    let steps = 10_000;
    let smaller = |i: i32| {
        let (sine, cosine) = (std::f64::consts::TAU * (f64::from(i) + 0.5) / f64::from(steps)).sin_cos();
        sine.powi(2).min(cosine.powi(2))
    };
    let mean = (0..steps).map(smaller).sum::<f64>() / f64::from(steps);
    assert!((0.5 * 4.0 * mean - 0.6028_f64.powi(2)).abs() < 1e-4, "{mean}");
}

#[test]
fn each_claim_has_its_verdict() {
    FACTS.claim(
        "stand for the numbers",
        "holds if a neuron stands for a point, so that there are 21 for each direction",
        &["20", "21 points", "0.3"],
    );
    FACTS.claim(
        "a single 1 for each component",
        "holds if each direction has neurons of its own",
        &["400", "40", "42"],
    );
    FACTS.claim("does not scale", "holds if there is a class for each pair", &["400 to 40000", "40 to 400"]);
    // 26320 / 450 and 2920 / 450.
    FACTS.claim(
        "decrease the complexity",
        "holds",
        &["450", "26320, which is 58", "40 neurons", "2920, which is 6.5"],
    );
    FACTS.claim("both excluded", "holds", &["0.999909", "1", "1"]);
    FACTS.claim("as regression", "holds if a single velocity is right", &[]);
    FACTS.claim(
        "predicts better",
        "holds if two velocities are right, or a single one is and the expectation is read after a short training",
        &["15 epochs", "60 epochs", "no longer better"],
    );
    FACTS.claim(
        "easier to learn",
        "holds if it is judged where one velocity is right, and the expectation is read",
        &["all 15 epochs"],
    );
    FACTS.claim(
        "avoid underfitting",
        "holds if the middle layer has only 8 units to begin with",
        &["8 to 64", "is better than the best with 8 ", "128", "is not better than the best with 64 "],
    );
    FACTS.claim("few outputs can keep", "holds", &["40", "400", "40"]);
    FACTS.claim("reduce the number of output neurons", "the answer", &["400", "40", "40", "2"]);
    assert_eq!(FACTS.totals().claims, [3, 7, 0]);
}

/// Inputs that are trained in a moment.
fn small() -> velocity_heads::Inputs {
    velocity_heads::Inputs {
        train_size: 3,
        epochs: 1,
        hidden: 2,
        ..Topic::<velocity_heads::Inputs>::source_inputs()
    }
}

#[test]
fn with_other_numbers_the_page_is_told_without_the_source() {
    let number = |text| parse_number(text).expect("a number");
    for (velocity, resolution, decoded) in [
        ("-1 1", "2", "0 0"),
        ("1 -1", "1", ".5 -.5"),
        ("0 0.0999", "0.1", ".05 .05"),
        ("1/3 0.99", "1/7", "5/14 13/14"),
        ("1 1", "0.01", ".995 .995"),
    ] {
        let inputs = velocity_heads::Inputs {
            velocity: parse_matrix(velocity).expect("a matrix"),
            resolution: number(resolution),
            seed: u32::MAX,
            ..small()
        };
        (velocity_heads::TOPIC.check)(&inputs).expect("it is usable");
        let notebook = velocity_heads::TOPIC.notebook(&inputs).expect("it is told");
        let totals = notebook.totals();
        assert_eq!((totals.audit, totals.claims, totals.proofs), ([0; 4], [0; 3], [1, 0, 0]), "{velocity}");
        let found = notebook.matrix("decoded").and_then(worked_examples::notebook::Matrix::exact);
        assert_eq!(found, parse_matrix(decoded).ok(), "{velocity}");
    }
}

fn told(options: &[&str]) -> Notebook {
    let inputs = Topic::<velocity_heads::Inputs>::inputs(options).expect("the inputs can be read");
    (velocity_heads::TOPIC.check)(&inputs).expect("they are usable");
    velocity_heads::TOPIC.notebook(&inputs).expect("it is told")
}

/// Trained in a moment; with a single class of each axis all heads with classes answer alike.
const ONE_OF_EACH: [&str; 8] = ["--resolution", "2", "--hidden", "1", "--train-size", "1", "--epochs", "1"];

#[test]
fn what_to_use_when_is_said_by_what_was_measured() {
    let few = json(&told(&["--train-size", "200", "--epochs", "2"]));
    for (page, said, not_said) in [
        (
            json(crate::examples::page("velocity_heads")),
            &[
                "the chained head was better than the joint one, with fewer weights",
                "have the fewest weights",
            ][..],
            "that does not show",
        ),
        (
            few,
            &[
                "the joint head was better than the chained one, but with more weights",
                "that does not show",
                "have the fewest weights",
            ],
            "the chained head was better",
        ),
        (
            json(&told(&ONE_OF_EACH)),
            &[
                "neither the joint head nor the chained one was ahead",
                "that does not show",
                "they have no intervals",
            ],
            "fewest weights",
        ),
    ] {
        for said in said {
            assert!(page.contains(said), "{said}");
        }
        assert!(!page.contains(not_said), "{not_said}");
    }
}

#[test]
fn one_of_each_is_told_in_the_singular_and_a_size_once() {
    let notebook = told(&[&ONE_OF_EACH[..], &["--seed", "1"]].concat());
    let page = json(&notebook);
    for said in [
        "There is 1 gap between them, and a fence with 1 gap has 2 posts",
        "(4 inputs, 1 hidden unit)",
        "for the only class of x",
        "with 1 rectified linear unit (ReLU)",
        "1 situation (`train_size`) once, in a single epoch (`epochs`)",
        "numbers, 0, with which nothing else is trained",
        "one after 1 epoch.",
    ] {
        assert!(page.contains(said), "{said}");
    }
    let sizes = notebook.cells().find_map(|(_, cell)| match cell {
        Cell::Table(table) if table.name == "hidden_units" => Some(&table.rows),
        _ => None,
    });
    let sizes: Vec<_> = sizes.expect("there is a table").iter().map(|row| shown(&row[0], 0)).collect();
    assert_eq!(sizes, ["1", "2"]);
}

fn run(options: &[&str]) -> Output {
    program("velocity_heads").args(options).output().expect("cargo test builds the examples")
}

#[test]
fn unusable_inputs_end_in_one_line() {
    for (options, expected) in [
        (&["--resolution", "0.3"][..], "--resolution: given 0.3, expected a number that divides 2"),
        (&["--resolution", "0"], "--resolution: given 0, expected a number that divides 2"),
        (&["--resolution=-0.1"], "--resolution: given -0.1, expected a number that divides 2"),
        (&["--resolution", "1e-400"], "--resolution: given 1e-400"),
        (
            &["--resolution", "0.001"],
            "--resolution: given 0.001: that makes 2000 intervals an axis, at most 200",
        ),
        (&["--velocity", "1.1 0"], "--velocity: given 1.1, expected x and y from -1 to 1"),
        (&["--velocity", "0 -1.0001"], "--velocity: "),
        (&["--velocity", "1e300 0"], "--velocity: "),
        (&["--velocity", "0.3"], "--velocity: "),
        (&["--train-size", "0"], "--train-size: given \"0\""),
        (&["--epochs", "0"], "--epochs: given \"0\""),
        (&["--hidden", "0"], "--hidden: given \"0\""),
        (&["--hidden", "99999999999999999999"], "--hidden: "),
        (&["--seed", "-1"], "--seed: given \"-1\""),
        (&["--seed", "0"], "--seed: given \"0\""),
        (&["--epochs", "-1"], "--epochs: given \"-1\""),
        (
            &["--resolution", "0.01", "--epochs", "200"],
            "--train-size: given 2000: with 200 epochs, 64 hidden units and 40000 outputs training takes",
        ),
    ] {
        let output = run(options);
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{options:?}: {message}");
        assert!(output.stdout.is_empty() && message.lines().count() == 1, "{options:?}: {message}");
        assert!(message.contains(expected), "{options:?}: {message}");
    }
}

#[test]
fn times_are_shown_only_when_asked_for_and_change_nothing_else() {
    let small = ["--train-size", "40", "--epochs", "1", "--hidden", "2", "--format", "json"];
    let without = run(&small);
    let with = run(&[&small[..], &["--timings"]].concat());
    let [without, with] = [without, with].map(|output| String::from_utf8(output.stdout).expect("text"));
    let times = ["joint ms", "seconds an epoch"];
    assert!(times.iter().all(|heading| with.contains(heading) && !without.contains(heading)));
    let source = Topic::<velocity_heads::Inputs>::source_inputs();
    assert!(
        velocity_heads::Inputs { timings: true, ..Topic::<velocity_heads::Inputs>::source_inputs() }
            == source
    );
    assert!(velocity_heads::Inputs { seed: 2, ..Topic::<velocity_heads::Inputs>::source_inputs() } != source);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let small =
        ["--train-size", "70", "--epochs", "2", "--hidden", "3", "--resolution", "1/40", "--format", "json"];
    let with = |threads: &str| {
        let output = program("velocity_heads").args(small).env("RAYON_NUM_THREADS", threads).output();
        output.expect("cargo test builds the examples").stdout
    };
    let alone = with("1");
    assert!(!alone.is_empty());
    assert_eq!(alone, with("3"));
}
