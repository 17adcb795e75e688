//! The source's numbers and what is known of them, typed in once more, against what the example tells.

mod facts;

use facts::{Facts, shown};
use std::process::{Command, Output};
use std::sync::LazyLock;
use worked_examples::cli::Topic;
use worked_examples::notebook::{Field, parse_matrix, parse_number};
use worked_examples::training::{Network, VelocityHead};

#[path = "../examples/velocity_heads.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
mod velocity_heads;

/// Trained once for all tests.
static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts::of(&velocity_heads::TOPIC));

#[test]
fn every_printed_number_has_its_verdict() {
    FACTS.audit("velocity", "0.3 0.5", "m m");
    FACTS.audit("two_numbers", "0.3 0.5", "m m");
    FACTS.audit("axis_excerpt", "-1 -0.9 0.3 0.4 0.5 1.0", "m m m m m m");
    FACTS.audit("one_hot_excerpt", "0 0 1 0 0 0; 0 0 0 0 1 0", "m m m m m m; m m m m m m");
    FACTS.audit("counted", "20 20 400 40000", "m m m m");
    assert_eq!(FACTS.totals().audit, [26, 0, 0, 0]);
}

#[test]
fn the_encodings_are_those_counted_by_hand() {
    FACTS.matrix("one_hot_x", 0, "0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0");
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
    let network = Network::<f32>::new([4, 64, 40], VelocityHead::Factorised.head(), 1);
    assert_eq!(network.parameters(), 2920);
    assert_eq!(shown(&FACTS.table("growth")[0][7], 4), "0.0408");
}

#[test]
fn the_stretched_sigmoid_is_half_the_tangent() {
    // tanh(½), tanh(3/2) and tanh(3), and their slopes ½ (1 − tanh²), from a table.
    let tanh = "-.995055 -.905148 -.462117 0 .462117 .905148 .995055";
    FACTS.matrix("stretched", 6, tanh);
    FACTS.matrix("half_tanh", 6, tanh);
    FACTS.matrix("slope", 6, ".004933 .090353 .393224 .5 .393224 .090353 .004933");
    assert_eq!(FACTS.totals().proofs, [1, 0, 0]);
}

/// The mean, the least and the most error, of the rows free way and obstacle, each joint, factorised, two numbers.
fn errors() -> Vec<[f64; 3]> {
    let number = |field: &Field| match field {
        Field::Number(number) => number.to_f64(),
        Field::Text(text) => panic!("{text} is no number"),
    };
    FACTS.table("heads").iter().map(|row| [4, 5, 6].map(|column| number(&row[column]))).collect()
}

#[test]
fn with_one_right_answer_two_numbers_are_best_and_with_two_the_joint_head() {
    let [free_joint, free_factorised, free_numbers, joint, factorised, numbers] = errors()[..] else {
        panic!("two tasks, three heads")
    };
    let below = |better: [f64; 3], worse: [f64; 3]| better[2] < worse[1];
    assert!(below(free_numbers, free_factorised) && below(free_factorised, free_joint));
    assert!(below(joint, factorised) && below(factorised, numbers));
    // No classifier beats the floor 0.1 / √6 by luck of more than a tenth.
    assert!(free_factorised[1] > 0.9 * 0.1 / 6_f64.sqrt());
    // The average of left and right is standing still, which misses by the speed: over evenly drawn ways
    // √E[(d / (d + ½))²] = 0.650, integrated numerically.
    assert!((0.8 * 0.650..0.650).contains(&numbers[0]), "{numbers:?}");
}

#[test]
fn each_claim_has_its_verdict() {
    FACTS.claim(
        "there are 20 values",
        "holds if intervals are counted",
        &["20 intervals", "21 points", "0.3"],
    );
    FACTS.claim("one neuron is 1", "holds", &[]);
    FACTS.claim("do not scale", "holds if there is a class for each pair", &["400 to 40000", "40 to 400"]);
    FACTS.claim("decrease the complexity", "holds", &["26320", "450", "2920"]);
    FACTS.claim("both excluded", "holds if nothing is rounded", &["0.999909", "1"]);
    FACTS.claim("as regression", "holds if a single velocity is right", &[]);
    let if_two = "holds if two opposite velocities are equally right";
    FACTS.claim("predicts better", &format!("{if_two}, or the steps of training are small"), &[]);
    FACTS.claim("easier to learn", if_two, &[]);
    FACTS.claim("avoid underfitting", "holds if there were few", &["8 to 64", "128"]);
    assert_eq!(FACTS.totals().claims, [2, 7, 0]);
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
            seed: u64::MAX,
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

fn run(options: &[&str]) -> Output {
    // Beside this test's own binary lie those of the examples.
    let own = std::env::current_exe().expect("it runs");
    let folder = own.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps");
    let program = folder.join("examples").join("velocity_heads");
    Command::new(program).args(options).output().expect("cargo test builds the examples")
}

#[test]
fn unusable_inputs_end_in_one_line() {
    for (options, expected) in [
        (&["--resolution", "0.3"][..], "--resolution: given 0.3, expected a number that divides 2"),
        (&["--resolution", "0"], "--resolution: given 0, expected a number that divides 2"),
        (&["--resolution=-0.1"], "--resolution: given -0.1, expected a number that divides 2"),
        (&["--resolution", "1e-400"], "--resolution: given 1/1000000"),
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
    let own = std::env::current_exe().expect("it runs");
    let folder = own.parent().and_then(|deps| deps.parent()).expect("target/<profile>/deps");
    let with = |threads: &str| {
        let program = folder.join("examples").join("velocity_heads");
        let output = Command::new(program).args(small).env("RAYON_NUM_THREADS", threads).output();
        output.expect("cargo test builds the examples").stdout
    };
    let alone = with("1");
    assert!(!alone.is_empty());
    assert_eq!(alone, with("3"));
}
