//! Somebody's own numbers, made wrong on purpose: each mistake is named, and nobody is accused of one who made none.
//!
//! The bugs and their numbers are those of `tests/oracle/bugs.py`, which computes them with `NumPy`.

use crate::examples::topics;
use clap::Args;
use nalgebra::DMatrix;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use worked_examples::Exact;
use worked_examples::class::{Answers, Attempt, Draw, Mark, Marked, Marker};
use worked_examples::cli::{Telling, Topic};
use worked_examples::notebook::{Cell, Extent, Notebook, Value, rounded, write_matrix};

type Numbers = DMatrix<Exact>;
type ByName = BTreeMap<String, Attempt>;

/// A bug as the generator wrote it.
struct Bug {
    topic: String,
    options: Vec<String>,
    name: String,
    kind: String,
    numbers: String,
}

static BUGS: LazyLock<Vec<Bug>> = LazyLock::new(|| {
    let json: Json = serde_json::from_str(include_str!("../oracle/bugs.json")).expect("JSON");
    let bug = |bug: &Json| {
        let text = |json: &Json| json.as_str().expect("a text").to_owned();
        let list = |json: &Json| json.as_array().expect("a list").iter().map(text).collect();
        Bug {
            topic: text(&bug["topic"]),
            options: list(&bug["options"]),
            name: text(&bug["name"]),
            kind: text(&bug["kind"]),
            numbers: text(&bug["numbers"]),
        }
    };
    json.as_array().expect("a list").iter().map(bug).collect()
});

/// The inputs that the bugs of a topic were made with, each once.
fn told(topic: &str) -> Vec<&'static [String]> {
    let mut told: Vec<_> = BUGS.iter().filter(|bug| bug.topic == topic).map(|bug| &*bug.options).collect();
    told.dedup();
    told
}

/// Marks each of the answers by itself, to the page of a topic with those options; `answers` sees the page first.
fn marked(
    topic: &str,
    options: &[String],
    answers: impl FnOnce(&Notebook) -> Vec<ByName>,
) -> Vec<Vec<Marked>> {
    fn marked<I: Args + PartialEq>(
        topic: &Topic<I>,
        options: &[String],
        answers: impl FnOnce(&Notebook) -> Vec<ByName>,
    ) -> Vec<Vec<Marked>> {
        let options: Vec<_> = options.iter().map(String::as_str).collect();
        let inputs = Topic::<I>::inputs(&options).expect("inputs that can be read");
        (topic.check)(&inputs).expect("inputs that fit");
        let notebook = topic.notebook(&inputs).expect("a page");
        let retold = |hers: &BTreeMap<String, Numbers>| {
            topic.told(&inputs, Telling { answers: hers.clone(), ..Extent::OnPaper.into() }).ok()
        };
        let marker = Marker::new(&notebook, topic.mistakes, retold);
        answers(&notebook).iter().map(|answers| marker.mark(answers).expect("names of the page")).collect()
    }
    match topic {
        "conv_backprop" => marked(&topics::conv_backprop::TOPIC, options, answers),
        "relu_filter_update" => marked(&topics::relu_filter_update::TOPIC, options, answers),
        "laplacian" => marked(&topics::laplacian::TOPIC, options, answers),
        "resnet_shortcut" => marked(&topics::resnet_shortcut::TOPIC, options, answers),
        "velocity_heads" => marked(&topics::velocity_heads::TOPIC, options, answers),
        "multilabel_softmax" => marked(&topics::multilabel_softmax::TOPIC, options, answers),
        "categorical_accuracy" => marked(&topics::categorical_accuracy::TOPIC, options, answers),
        other => panic!("there is no topic {other}"),
    }
}

fn one(name: &str, numbers: &str) -> ByName {
    BTreeMap::from([(name.to_owned(), Attempt::read(numbers).expect("numbers"))])
}

fn to_places(numbers: &Numbers, places: usize) -> String {
    write_matrix(&numbers.map(|number| rounded(&number, places)))
}

/// The matrices and numbers that a page computes.
fn results(notebook: &Notebook) -> Vec<(&'static str, Numbers)> {
    let exact = |value: &Value| match value {
        Value::Exact(exact) => Some(exact.clone()),
        Value::Float(float) => Exact::from_float(*float),
    };
    let result = |(_, cell): (&str, &Cell)| {
        let (name, values) = match cell {
            Cell::Matrix(matrix) => (matrix.name, matrix.values.clone()),
            Cell::Value { name, value, .. } => (*name, DMatrix::from_element(1, 1, value.clone())),
            _ => return None,
        };
        let entries: Option<Vec<_>> = values.iter().map(exact).collect();
        Some((name, DMatrix::from_vec(values.nrows(), values.ncols(), entries?)))
    };
    notebook.cells().filter_map(result).collect()
}

fn kinds(mark: &Mark) -> Vec<&'static str> {
    match mark {
        Mark::Mistake(mistakes) => mistakes.iter().map(|mistake| mistake.kind).collect(),
        _ => Vec::new(),
    }
}

each_topic! { each_bug_is_named what_is_right_and_rounded_is_right nobody_is_accused_for_random_numbers }

fn each_bug_is_named(topic: &str) {
    let (mut named, mut missed) = (0, Vec::new());
    for options in told(topic) {
        let bugs: Vec<_> = BUGS.iter().filter(|bug| bug.topic == topic && bug.options == options).collect();
        let answers = bugs.iter().map(|bug| one(&bug.name, &bug.numbers)).collect();
        for (bug, marked) in bugs.iter().zip(marked(topic, options, |_| answers)) {
            let found = &marked[0].mark;
            if kinds(found).contains(&&*bug.kind) {
                named += 1;
            } else {
                missed.push(format!("{topic}, {}, {}: {found:?}, {}", bug.name, bug.kind, options.join(" ")));
            }
        }
    }
    println!("{named} named, {} missed\n{}", missed.len(), missed.join("\n"));
    assert!(named >= 10 && missed.len() * 20 <= named, "{named} named, {} missed", missed.len());
}

fn what_is_right_and_rounded_is_right(topic: &str) {
    let mut count = 0;
    for options in told(topic) {
        let answers = |notebook: &Notebook| {
            let results = results(notebook);
            let written = |places: usize| {
                results.iter().map(move |(name, numbers)| one(name, &to_places(numbers, places)))
            };
            (2..=6).flat_map(written).collect()
        };
        for marked in marked(topic, options, answers) {
            assert_eq!(marked[0].mark, Mark::Right, "{topic}, {}: {:?}", marked[0].name, marked[0].attempt);
            count += 1;
        }
    }
    assert!(count >= 180, "{count}");
}

fn nobody_is_accused_for_random_numbers(topic: &str) {
    let mut count = 0;
    let mut draw = Draw::new(7);
    for options in told(topic) {
        let answers = |notebook: &Notebook| {
            let mut random = |(name, numbers): &(&str, Numbers)| {
                let numbers = draw.matrix(numbers.nrows(), numbers.ncols(), -9999..=9999);
                one(name, &write_matrix(&numbers.map(|number| number / Exact::from_integer(1000.into()))))
            };
            let results = results(notebook);
            (0..3).flat_map(|_| results.iter().map(&mut random).collect::<Vec<_>>()).collect()
        };
        for marked in marked(topic, options, answers) {
            assert_eq!(marked[0].mark, Mark::Wrong, "{topic}, {}: {:?}", marked[0].name, marked[0].attempt);
            count += 1;
        }
    }
    assert!(count >= 110, "{count}");
}

/// A first step that is wrong, and three that follow rightly from it, one from the other.
#[test]
fn what_follows_from_an_earlier_mistake_is_carried() {
    use worked_examples::math::Padding::{Full, Valid};
    use worked_examples::math::{cross_correlate, descend, rot180};

    let options: Vec<String> = Vec::new();
    let inputs = Topic::<topics::conv_backprop::Inputs>::source_inputs();
    let round = |numbers: &Numbers| numbers.map(|number| rounded(&number, 3));
    let d_a1 = round(&cross_correlate(&inputs.kernel_2, &inputs.delta, Full).expect("it fits"));
    let d_kernel_1 = round(&rot180(&cross_correlate(&inputs.image, &d_a1, Valid).expect("it fits")));
    let updated = round(&descend(&inputs.kernel_1, &d_kernel_1, &inputs.learning_rate));
    let next = worked_examples::math::convolve(&inputs.image, &updated, Valid).expect("it fits");
    let hers =
        [("d_a1", &d_a1), ("d_kernel_1", &d_kernel_1), ("kernel_1_updated", &updated), ("a1_next", &next)];
    let attempt = |numbers: &Numbers| Attempt::read(&to_places(numbers, 3)).expect("numbers");
    let hers = hers.map(|(name, numbers)| (name.to_owned(), attempt(numbers))).into();
    let found = marked("conv_backprop", &options, |_| vec![hers]).remove(0);
    let marks: Vec<_> = found.iter().map(|marked| &marked.mark).collect();
    assert!(kinds(marks[0]).contains(&"swapped"));
    let carried = ["d_a1", "d_kernel_1", "kernel_1_updated"].map(|from| Mark::Carried(vec![from]));
    assert_eq!(marks[1..], carried.iter().collect::<Vec<_>>());
}

/// What is counted or looked up has no expression, and what the page has in two ways may be worked out in either.
#[test]
fn what_no_expression_names_is_carried_too() {
    let marks = |topic, options: &[&str], answers: &str| {
        let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
        let found = marked(topic, &options, |_| vec![Answers::read(answers).expect("answers").by_name]);
        found.into_iter().flatten().map(|marked| (marked.name, marked.mark)).collect::<BTreeMap<_, _>>()
    };
    let carried = |from| Mark::Carried(vec![from]);

    // Sample 3 scores as much in class 1 as in class 0. Its truth is 1: that is one hit more, 6 of 8.
    let found = marks(
        "categorical_accuracy",
        &[],
        "predicted = 1 0 2 1 0 1 2 0\nconfusion = 2 0 0; 1 2 0; 0 1 2\naccuracy = 0.75",
    );
    assert_eq!(kinds(&found["predicted"]), ["ties"]);
    assert_eq!(found["confusion"], carried("predicted"));
    assert_eq!(found["accuracy"], carried("confusion"));
    let found = marks("categorical_accuracy", &[], "predicted = 1 0 2 1 0 1 2 0\naccuracy = 0.75");
    assert_eq!(found["accuracy"], carried("predicted"));
    let found = marks("categorical_accuracy", &[], "predicted = 7 7 7 7 7 7 7 7\naccuracy = 0");
    assert_eq!(found["accuracy"], Mark::Wrong, "there is no class 7 to go on with");

    // By hand: 25 = 62 − 37, and 1 = 2 + (−1).
    let found = marks(
        "laplacian",
        &["--samples", "0 1 8 27 64 125", "--image", "3 4 6 7; 8 9 10 11; 12 13 14 15"],
        "first_difference = 1 7 19 37 62\nsecond_difference = 6 12 18 25\nacross = 2 0\nresponse = 1 0",
    );
    assert_eq!(found["second_difference"], carried("first_difference"));
    assert_eq!(found["response"], carried("across"));
}

/// By hand: 1·2 + 3·5 = 17, and with her own 4 in the place of 3, 22.
#[test]
fn the_sums_are_those_from_which_she_goes_on() {
    let options = ["--image", "1 3", "--kernel-1", "1", "--kernel-2", "5 2"].map(str::to_owned);
    let answers = |text: &str| vec![Answers::read(text).expect("answers").by_name];
    let sums =
        |text: &str| marked("conv_backprop", &options, |_| answers(text)).remove(0).pop().expect("a2").sums;
    assert_eq!(
        sums("a2 = 9"),
        ["a2 = a1[0,0]·kernel_2[0,1] (a) + a1[0,1]·kernel_2[0,0] (b) = 1·2 (a) + 3·5 (b) = ?"]
    );
    assert_eq!(
        sums("a1 = 1 4\na2 = 9"),
        ["a2 = a1[0,0]·kernel_2[0,1] (a) + a1[0,1]·kernel_2[0,0] (b) = 1·2 (a) + 4·5 (b) = ?"]
    );
    let carried = marked("conv_backprop", &options, |_| answers("a1 = 1 4\na2 = 22")).remove(0);
    assert_eq!(carried[1].mark, Mark::Carried(vec!["a1"]));
}

/// A step so small that it cannot be seen in two places is right, and she is told what else her numbers are.
#[test]
fn too_few_places_are_told() {
    let options = ["--learning-rate", "1/10000"].map(str::to_owned);
    let answers = |notebook: &Notebook| {
        let kernel = results(notebook)
            .into_iter()
            .find(|(name, _)| *name == "kernel_1_updated")
            .expect("it is shown")
            .1;
        [2, 6].map(|places| one("kernel_1_updated", &to_places(&kernel, places))).into()
    };
    let found = marked("conv_backprop", &options, answers);
    let remarks: Vec<_> = found.iter().map(|marked| (&marked[0].mark, marked[0].remark.as_deref())).collect();
    let remark = "to 2 places it is `kernel_1` as well: write more of them";
    assert_eq!(remarks, [(&Mark::Right, Some(remark)), (&Mark::Right, None)]);
}

/// Single precision has seven digits: 24 bits say 123.456789 as 123.456787 and 51234.5678 as 51234.5664.
#[test]
fn the_digits_that_single_precision_lacks_are_not_marked() {
    for (written, value, is_right) in [
        ("123.456787", 123.456_789, true),
        ("51234.5664", 51_234.567_8, true),
        ("123.4573", 123.456_789, false),
        ("1234568", 1_234_567.0, false),
    ] {
        let attempt = Attempt::read(written).expect("a number");
        assert_eq!(attempt.agrees(&DMatrix::from_element(1, 1, Value::from(value))), is_right, "{written}");
    }
}

#[test]
fn a_lone_zero_is_not_four_tenths() {
    let attempt = Attempt::read("0").expect("a number");
    assert!(!attempt.agrees(&DMatrix::from_element(1, 1, Value::from(0.4))));
    let short = Attempt::read(".3").expect("a number");
    assert!(short.agrees(&DMatrix::from_element(1, 1, Value::from(0.2981))), "the 0 at the end is left out");
}
