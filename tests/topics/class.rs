//! Sheets, keys and quizzes of all topics, and other numbers for them.

use crate::examples::{OfTopics, exercise, page, variant, variants};
use clap::Args;
use nalgebra::DMatrix;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use worked_examples::Exact;
use worked_examples::class::{Answer, Draw, MOST_DRAWS, Marker, Quiz, answers, key, sheet};
use worked_examples::cli::{Topic, Unusable};
use worked_examples::notebook::render::{Style, json, markdown, terminal};
use worked_examples::notebook::{
    Cell, Notebook, Page, Told, parse_matrix, parse_number, write_matrix, write_number,
};

/// How many variants of each topic are put to the test: `SEEDS=200 cargo test --test topics class`, as .ci/run does it.
static SEEDS: LazyLock<u64> = LazyLock::new(|| match std::env::var("SEEDS") {
    Ok(seeds) => seeds.parse().expect("SEEDS is a whole number"),
    Err(_) => 20,
});

/// What is handed out of each variant.
fn handed_out(topic: &str) -> &'static [Notebook] {
    static HANDED_OUT: OfTopics<Vec<Notebook>> = OfTopics::new();
    HANDED_OUT.get(topic, || (0..*SEEDS).into_par_iter().map(|seed| exercise(topic, seed)).collect())
}

/// With the source's numbers, what is handed out, and the whole page of every tenth variant, with all its training.
fn told(topic: &str) -> impl Iterator<Item = &'static Notebook> {
    static WHOLE: OfTopics<Vec<Notebook>> = OfTopics::new();
    let first = variants(topic);
    let others = || (first.len() as u64 + 1..=*SEEDS / 10).map(|seed| variant(topic, seed)).collect();
    std::iter::once(page(topic)).chain(handed_out(topic)).chain(first).chain(WHOLE.get(topic, others))
}

each_topic! {
    the_key_scores_full_marks_and_silence_none
    variants_are_easy_to_work_by_hand
    exercises_are_worth_working
    the_seed_stands_on_everything
    a_sheet_has_a_blank_of_the_right_shape_for_every_answer_and_gives_none_away
    a_sheet_asks_the_questions_that_need_nothing_but_the_sheet
}

fn quiz(notebook: &Notebook, input: &[u8], at_a_terminal: bool) -> String {
    let mut output = Vec::new();
    let marker = Marker::new(notebook, &[], |_| None);
    let quiz = Quiz::new(notebook, &marker, Style::default()).expect("it can be asked for");
    quiz.run(input, &mut output, at_a_terminal).expect("memory can be written to");
    String::from_utf8(output).expect("what is said is UTF-8")
}

fn score(output: &str) -> &str {
    output.lines().last().expect("it says how many were right")
}

fn the_key_scores_full_marks_and_silence_none(topic: &str) {
    for notebook in told(topic) {
        let asked = notebook.blanks.len();
        let title = &notebook.title;
        assert!(asked > 0, "{title}");
        let key = key(notebook).expect("every answer is a number");
        assert_eq!(score(&quiz(notebook, key.as_bytes(), false)), format!("{asked} of {asked}"), "{title}");
        assert_eq!(score(&quiz(notebook, key.as_bytes(), true)), format!("{asked} of {asked}"), "{title}");
        assert_eq!(score(&quiz(notebook, b"", false)), format!("0 of {asked}"), "{title}");
        let zeros = |answer: &Answer| write_matrix(&answer.values.map(|_| Exact::default())) + "\n";
        let zeros: String = answers(notebook).expect("every answer is a number").iter().map(zeros).collect();
        if notebook.variant().is_some() {
            assert_eq!(score(&quiz(notebook, zeros.as_bytes(), false)), format!("0 of {asked}"), "{title}");
        }
    }
}

/// The rule for numbers that are easy by hand, stated a second time, on the text of inputs and keys.
fn variants_are_easy_to_work_by_hand(topic: &str) {
    let decimals = |number: &str| number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let entries = |text: &str| -> Vec<String> {
        text.split([' ', ';']).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
    };
    let mut keys = Vec::new();
    for notebook in told(topic).filter(|notebook| notebook.variant().is_some()) {
        let title = &notebook.title;
        for (name, text) in &notebook.inputs {
            for entry in entries(text) {
                assert!(decimals(&entry) <= 1 && !entry.contains(['/', 'e']), "{title}: {name} = {text}");
            }
        }
        let key = key(notebook).expect("every answer is a number");
        let lines: Vec<_> =
            key.lines().map(|line| line.split_once(" = ").expect("a name before it")).collect();
        assert_eq!(lines[0], ("variant", notebook.variant().expect("it is one")));
        for (name, text) in &lines[1..] {
            for entry in entries(text) {
                // 9/32 is easy, though it ends as a decimal of five places: 0.28125.
                let number = parse_number(&entry).expect("a number");
                let is_easy = decimals(&entry) <= 4 && !entry.contains('/')
                    || (1..=60)
                        .any(|denominator| (&number * Exact::from_integer(denominator.into())).is_integer());
                assert!(is_easy, "{title}: {name} = {text}");
            }
            assert!(entries(text).iter().any(|entry| entry != "0"), "{title}: {name} = {text}");
        }
        assert_eq!(notebook.totals().audit, [0; 4], "{title}");
        assert_eq!(notebook.totals().proofs[2], 0, "{title}");
        keys.push(lines[1..].iter().map(|(_, text)| (*text).to_owned()).collect::<Vec<_>>());
    }
    keys.sort();
    keys.dedup();
    assert!(keys.len() as u64 > *SEEDS * 9 / 10, "only {} keys are different", keys.len());
}

/// The numbers of an exercise by name, read off its inputs and its key.
fn numbers_of(notebook: &Notebook) -> BTreeMap<String, DMatrix<Exact>> {
    let given = notebook.inputs.iter().map(|(name, text)| ((*name).to_owned(), text.clone()));
    let key = key(notebook).expect("every answer is a number");
    let asked = key.lines().filter_map(|line| line.split_once(" = "));
    let all = given.chain(asked.map(|(name, text)| (name.to_owned(), text.to_owned())));
    all.filter_map(|(name, text)| Some((name, parse_matrix(&text).ok()?))).collect()
}

/// A convolution as it is defined, index by index.
fn convolved(image: &DMatrix<Exact>, kernel: &DMatrix<Exact>) -> DMatrix<Exact> {
    let (rows, columns) = kernel.shape();
    DMatrix::from_fn(image.nrows() + 1 - rows, image.ncols() + 1 - columns, |i, j| {
        let products = (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c)));
        products.map(|(r, c)| &image[(i + r, j + c)] * &kernel[(rows - 1 - r, columns - 1 - c)]).sum()
    })
}

/// Stated a second time, on what stands on the paper: the right step takes the loss down, there is something to pass back,
/// and no matrix that is asked for is one number throughout, or can be copied from another.
fn exercises_are_worth_working(topic: &str) {
    let expect_it = |notebook: &Notebook| {
        let title = &notebook.title;
        let found = numbers_of(notebook);
        for name in notebook.blanks {
            let answer = &found[*name];
            if answer.len() > 1 {
                assert!(
                    answer.iter().any(|entry| entry != &answer[0]),
                    "{title}: {name} is the same throughout"
                );
                let same = found.iter().find(|(other, numbers)| other != name && *numbers == answer);
                assert!(same.is_none(), "{title}: {name} can be copied from {same:?}");
            }
        }
        if let Some(delta) = found.get("delta") {
            let alive = delta.iter().filter(|entry| **entry != Exact::default()).count();
            assert!(2 * alive >= delta.len(), "{title}: only {alive} of {} deltas are alive", delta.len());
        }
        match topic {
            "conv_backprop" => {
                let loss = |kernel_1: &str, kernel_2: &str| -> Exact {
                    let a1 = convolved(&found["image"], &found[kernel_1]);
                    convolved(&a1, &found[kernel_2]).component_mul(&found["delta"]).iter().sum()
                };
                assert!(
                    loss("kernel_1_updated", "kernel_2_updated") < loss("kernel_1", "kernel_2"),
                    "{title}"
                );
            }
            "relu_filter_update" => assert!(found["loss_updated"][0] < found["loss"][0], "{title}"),
            "categorical_accuracy" => {
                let accuracy = &found["accuracy"][0];
                assert!(Exact::default() < *accuracy && *accuracy < Exact::from_integer(1.into()), "{title}");
            }
            _ => {}
        }
    };
    handed_out(topic).par_iter().for_each(expect_it);
    (*SEEDS..=*SEEDS * 5).into_par_iter().for_each(|seed| expect_it(&exercise(topic, seed)));
}

/// Pinned: whoever prints a sheet today and its key next year, on another machine, needs the same numbers.
#[test]
fn a_seed_stands_for_the_same_numbers_everywhere() {
    let mut draw = Draw::new(7);
    assert_eq!(write_matrix(&draw.matrix(2, 4, -9..=9)), "2 -7 -2 -2; 1 -3 -5 -2");
    assert_eq!(write_number(&draw.tenths(0..=99)), "2.2");
    assert_ne!(Draw::new(8).matrix(2, 4, -9..=9), Draw::new(7).matrix(2, 4, -9..=9));
}

fn the_seed_stands_on_everything(topic: &str) {
    for notebook in told(topic) {
        let Some(seed) = notebook.variant() else { continue };
        let in_title = format!("(variant {seed})");
        for page in [notebook, &sheet(notebook)] {
            let style = Style::default();
            assert!(terminal(page, style).lines().next().expect("a title").contains(&in_title));
            assert!(markdown(page, style, |_| None).lines().next().expect("a title").contains(&in_title));
            let json: serde_json::Value = serde_json::from_str(&json(page)).expect("JSON");
            assert_eq!(json["inputs"]["variant"], seed);
        }
        assert!(key(notebook).expect("every answer is a number").starts_with(&format!("variant = {seed}\n")));
        assert!(quiz(notebook, b"", false).contains(&in_title));
    }
}

fn a_sheet_has_a_blank_of_the_right_shape_for_every_answer_and_gives_none_away(topic: &str) {
    for notebook in told(topic) {
        let title = &notebook.title;
        let sheet = sheet(notebook);
        let answers = answers(notebook).expect("every answer is a number");
        let blanks: Vec<_> = sheet
            .cells()
            .filter_map(|(_, cell)| match cell {
                Cell::Blank(blank) => Some(blank),
                _ => None,
            })
            .collect();
        let open = |row: &Vec<Option<_>>| row.iter().filter(|field| field.is_none()).count();
        let shapes: Vec<_> =
            blanks.iter().map(|blank| (blank.name, blank.rows.len(), open(&blank.rows[0]))).collect();
        let expected: Vec<_> = answers
            .iter()
            .map(|answer| (answer.name, answer.values.nrows(), answer.values.ncols()))
            .collect();
        assert_eq!(shapes, expected, "{title}");
        assert_eq!(answers.len(), notebook.blanks.len(), "{title}");

        let count = |notebook: &Notebook, kind: fn(&Cell) -> bool| {
            notebook.cells().filter(|(_, cell)| kind(cell)).count()
        };
        assert!(
            !sheet
                .cells()
                .any(|(_, cell)| matches!(cell, Cell::Exercise { task, .. } if task.contains("--")))
        );
        assert_eq!(count(&sheet, |cell| matches!(cell, Cell::Question { answer: Some(_), .. })), 0);
        assert_eq!(count(&sheet, |cell| matches!(cell, Cell::Exercise { answer: Some(_), .. })), 0);
        let is_python = |cell: &Cell| matches!(cell, Cell::Python(_));
        assert_eq!([notebook, &sheet].map(|notebook| count(notebook, is_python)), [1, 0], "{title}");

        let shown = sheet.cells().filter_map(|(_, cell)| match cell {
            Cell::Matrix(matrix) => Some(matrix.name),
            Cell::Value { name, .. } => Some(name),
            _ => None,
        });
        assert!(shown.into_iter().all(|name| notebook.is_given(name)), "{title}");
        let words: String = sheet
            .cells()
            .filter_map(|(_, cell)| match cell {
                Cell::Prose(text)
                | Cell::Question { question: text, .. }
                | Cell::Exercise { task: text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect();
        for answer in answers.iter().filter(|answer| answer.values.len() > 1) {
            let text = write_matrix(&answer.values);
            // A piece of a larger matrix is not the matrix.
            let is_whole = |(at, _): (usize, &str)| {
                let (before, after) = (words[..at].trim_end(), words[at + text.len()..].trim_start());
                let goes_on = |c: char| c.is_ascii_digit() || c == ';';
                !before.ends_with(goes_on) && !after.starts_with(goes_on)
            };
            assert!(!words.match_indices(&text).any(is_whole), "{title}: {} = {text}", answer.name);
        }
    }
}

#[derive(Args, PartialEq)]
struct Nothing {}

const UNFRIENDLY: Topic<Nothing> = Topic {
    name: "unfriendly",
    title: "Unfriendly",
    question: "Is there an answer that is easy by hand?",
    source: None,
    lesson: "",
    minutes: 1,
    requires: "nothing",
    code: &[],
    blanks: &["seventh"],
    gives: &[],
    mistakes: &[],
    check: |_| Ok(()),
    vary: |_| Some(Nothing {}),
    is_worth_working: |_| true,
    tell: |_, page: &mut Page| -> Told {
        page.section("It has none");
        page.value("seventh", &parse_number("1/61")?);
        Ok(())
    },
};

#[test]
fn where_no_draw_is_easy_it_gives_up() {
    let error = UNFRIENDLY.variant(3).unwrap_err();
    assert!(error.is::<Unusable>());
    assert_eq!(
        error.to_string(),
        format!(
            "--variant: {MOST_DRAWS} draws for 3 gave no numbers that are easy by hand; take another seed"
        )
    );
    for (answer, easy) in [("1/60", true), ("0", false), ("0.0001", true), ("0.00001", false)] {
        let tell = match answer {
            "1/60" => |_: &Nothing, page: &mut Page| tell(page, "1/60"),
            "0" => |_: &Nothing, page: &mut Page| tell(page, "0"),
            "0.0001" => |_: &Nothing, page: &mut Page| tell(page, "0.0001"),
            _ => |_: &Nothing, page: &mut Page| tell(page, "0.00001"),
        };
        assert_eq!(Topic { tell, ..UNFRIENDLY }.variant(3).is_ok(), easy, "{answer}");
    }
    let never_usable = Topic {
        check: |_| Err(Unusable::option("--nothing", "is too little")),
        tell: |_, page| tell(page, "1"),
        ..UNFRIENDLY
    };
    assert!(never_usable.variant(3).unwrap_err().is::<Unusable>());
}

fn tell(page: &mut Page, answer: &str) -> Told {
    page.section("The answer");
    page.value("seventh", &parse_number(answer)?);
    Ok(())
}

#[test]
fn what_is_asked_for_has_to_be_shown() {
    let topic = Topic { blanks: &["eighth"], ..UNFRIENDLY };
    assert_eq!(topic.notebook(&Nothing {}).unwrap_err().to_string(), "eighth is asked for and never shown");
}

/// One matrix that is a sum of products of two inputs, one value that is a third, one table that was timed.
fn small() -> Notebook {
    let topic = Topic::<Nothing> {
        blanks: &["product", "third", "growth"],
        gives: &[],
        tell: |_, page| {
            let [a, b] = [parse_matrix("1 2; 3 4")?, parse_matrix("5 6; 7 8")?];
            page.section("Given");
            let a = page.given("a", &a);
            let b = page.given("b", &b);
            page.section("Computed");
            page.show("product = a · b", &a * &b);
            page.value("third", &parse_number("1/3")?);
            let rows = [(1, "even", 10), (2, "odd", 20)];
            let seconds = vec![0.5.into(), 0.7.into()];
            page.table("growth", ["step", "kind", "size"], rows).add_column("seconds", seconds);
            Ok(())
        },
        ..UNFRIENDLY
    };
    topic.notebook(&Nothing {}).expect("it does not contradict itself")
}

/// A question about a table that is not on the sheet would hang in the air.
fn a_sheet_asks_the_questions_that_need_nothing_but_the_sheet(topic: &str) {
    let questions = |notebook: &Notebook| {
        let questions = notebook.cells().filter_map(|(_, cell)| match cell {
            Cell::Question { question, .. } => {
                Some(question.split(' ').take(3).collect::<Vec<_>>().join(" "))
            }
            _ => None,
        });
        questions.collect::<Vec<_>>()
    };
    for notebook in told(topic) {
        let asked = questions(&sheet(notebook));
        assert!(asked.iter().all(|question| questions(notebook).contains(question)));
        match topic {
            "conv_backprop" => assert_eq!(asked, ["In a full"], "the grid of a1 says which size it has"),
            "relu_filter_update" => assert!(asked.is_empty()),
            _ => {}
        }
    }
}

#[test]
fn a_table_asks_for_the_numbers_behind_its_first_column_that_were_not_measured() {
    assert_eq!(key(&small()).unwrap(), "product = 19 22; 43 50\nthird = 1/3\ngrowth = 10; 20\n");
    let text = terminal(&sheet(&small()), Style::default());
    assert!(text.contains("│1   │even│"), "{text}");
    assert!(text.contains("product = a · b\n┌"), "{text}");
}

#[test]
fn a_name_may_stand_before_the_numbers_and_what_is_rounded_counts() {
    for input in [
        "19 22; 43 50\n1/3\n10;20\n",
        " product=19,22 ;43 5e1;\nthird = 0.3333\r\ngrowth = 10.0; 20\n",
        "19 22; 43 50\n0.33333\n10; 20",
        "19 22; 43 50\n0.33\n10 20",
        "array([[19, 22],\n       [43, 50]], dtype=int64)\nThird ≈ 33.33 %\ngrowth: (10, 20)",
        "[[19 22]\n [43 50]]\nhelp\nhint\n⅓\n10; 20",
        "variant = 4\nthing = 1\n\u{1b}[2J = 1\nproduct = 19 22; 43 50\n2/6\n10; 20",
    ] {
        assert_eq!(score(&quiz(&small(), input.as_bytes(), false)), "3 of 3", "{input:?}");
    }
    for (input, expected) in [
        ("19 22; 43 50\n0.3\n10; 20", "2 of 3"),
        ("19 22; 43 50\nskip\n10; 20", "2 of 3"),
        ("19 22; 43 50\nquit\n10; 20", "1 of 3"),
        ("19 22; 43 50\n0.3334\n10; 20", "2 of 3"),
        ("19 22; 43 50.001\n1/3\n10; 20", "2 of 3"),
        ("19 22 43 50\n1/3\n10; 20", "2 of 3"),
        ("\n1/3\n10; 20", "2 of 3"),
        ("third = 1/3\n10; 20", "2 of 3"),
        ("growth = 10; 20\nproduct = 19 22; 43 50", "1 of 3"),
        ("19 22; 43 51", "0 of 3"),
    ] {
        assert_eq!(score(&quiz(&small(), input.as_bytes(), false)), expected, "{input:?}");
    }
}

#[test]
fn a_first_miss_names_the_entries_and_hints_a_second_reveals() {
    let output = quiz(&small(), b"19 0; 0 50\n19 22; 0 50\n1 2 3\nx\n1\n0.3333\n", true);
    let (_, output) = output.split_once("1 of 3: ").unwrap();
    assert_eq!(
        output,
        "product = a · b, 2×2\n\
         > ✗ wrong: product[0,1], product[1,0]\n\
         \x20 product[0,1] = a[0,0]·b[0,1] (a) + a[0,1]·b[1,1] (b) = 1·6 (a) + 2·8 (b) = ?\n\
         \x20 product[1,0] = a[1,0]·b[0,0] (a) + a[1,1]·b[1,0] (b) = 3·5 (a) + 4·7 (b) = ?\n\
         > ✗ mistake (entries): work product[1,0] out again: all others are right.\n\
         → product = 19 22; 43 50\n\
         \n2 of 3: third, one number\n\
         > ? third: given 1×3, expected 1×1\n\
         > ? x is not a number\n\
         > ✗ wrong: third\n\
         > ✓ right\n\
         \n3 of 3: growth (size; a row for each step: 1, 2), 2×1\n\
         > \n1 of 3\n"
    );
    let one_attempt = quiz(&small(), b"19 0; 43 50\n19 22; 43 50\n10; 20\n", false);
    assert!(
        one_attempt.contains("✗ mistake (entries): work product[0,1] out again: all others are right.\n  product[0,1] = a[0,0]·b[0,1] (a) + a[0,1]·b[1,1] (b) = 1·6 (a) + 2·8 (b) = ?\n\n2 of 3"),
        "{one_attempt}"
    );
    assert!(!one_attempt.contains('→'), "{one_attempt}");
    assert_eq!(score(&one_attempt), "1 of 3");
}

#[test]
fn nothing_that_is_typed_does_harm() {
    let long = [b"1 ".repeat(1 << 20), b"9".repeat(1 << 20), b";".repeat(3 << 20), vec![0; 100]];
    let strange: [&[u8]; 6] = [
        b"\x1b[31m1\x1b]0;x\x07",
        b"\xff\xfe\xc3",
        b"\xe2\x80\xae1 2",
        b"==1=",
        b"product = \x9b2J",
        b"<script>",
    ];
    for line in long.iter().map(Vec::as_slice).chain(strange) {
        for at_a_terminal in [false, true] {
            let input = [line, b"\n1/3\n"].concat();
            let output = quiz(&small(), &input, at_a_terminal);
            assert!(output.len() < 4000, "{} characters", output.len());
            let is_plain = |c: char| c == '\n' || !(c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
            assert!(output.chars().all(is_plain), "{output:?}");
            assert!(score(&output).ends_with(" of 3"));
        }
    }
}
