//! What stands on the page, in each format.

use crate::run::{list, text};
use crate::{TOPICS, Topic};
use num_rational::BigRational;
use num_traits::Signed;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

const HERE: &str = ".";
const FORMATS: [&str; 3] = ["terminal", "markdown", "json"];

each_topic! {
    the_same_inputs_give_the_same_bytes
    a_page_fits_the_terminal
    digits_are_shown_and_never_stored
    inputs_count_by_value_in_whatever_notation
    other_inputs_are_proven_and_not_compared_with_the_source
    numbers_beyond_a_double_are_null_beside_the_fraction
    whole_numbers_have_no_decimals
    every_cell_has_what_its_kind_promises
    totals_are_sums_over_the_cells
    names_are_those_of_the_contract_each_once_a_page
    fractions_and_values_are_the_same_numbers
}

fn cells(page: &Json, kind: &str) -> Vec<Json> {
    list(&page["cells"]).iter().filter(|cell| cell["kind"] == kind).cloned().collect()
}

/// The page with the source's inputs, with others, and, where they are taken, with numbers beyond a double; told once
/// for all tests.
pub fn pages(topic: &Topic) -> &'static [Json] {
    static PAGES: [OnceLock<Vec<Json>>; TOPICS.len()] = [const { OnceLock::new() }; TOPICS.len()];
    let place = TOPICS.iter().position(|other| other.name == topic.name).expect("a topic");
    PAGES[place].get_or_init(|| {
        [&[], topic.own].into_iter().chain(topic.huge).map(|arguments| topic.json(arguments)).collect()
    })
}

fn the_same_inputs_give_the_same_bytes(topic: &Topic) {
    for format in FORMATS {
        let arguments = [&["--format", format], topic.own].concat();
        let page = topic.run(Path::new(HERE), &arguments).page();
        assert_eq!(topic.run(Path::new(HERE), &arguments).page(), page);
        assert!(page.ends_with('\n'));
    }
}

fn a_page_fits_the_terminal(topic: &Topic) {
    for arguments in [&[][..], &["--full"]] {
        for line in topic.run(Path::new(HERE), arguments).page().lines() {
            assert!(textwrap::core::display_width(line) <= 100, "{line}");
            assert!(!line.contains(char::is_control), "{line:?}");
        }
    }
}

fn digits_are_shown_and_never_stored(topic: &Topic) {
    let page = |arguments: &[&str]| topic.run(Path::new(HERE), &[arguments, topic.own].concat()).page();
    let bytes = page(&["--format", "json"]);
    for digits in ["0", "30"] {
        assert_eq!(page(&["--format", "json", "--digits", digits, "--full"]), bytes);
    }
    // Where pages take long, some of the 31 have to do.
    let step = if topic.any_page.is_empty() { 1 } else { 6 };
    for digits in (0..=30_usize).step_by(step) {
        let text = digits.to_string();
        let page = page(&["--digits", &text]);
        let in_brackets = page.lines().filter(|line| line.starts_with(['⎡', '⎢', '⎣', '[']));
        let decimals = in_brackets.flat_map(str::split_whitespace).filter_map(|word| word.split_once('.'));
        let count = |decimals: &str| decimals.find('e').unwrap_or(decimals.len());
        let most = decimals.map(|(_, decimals)| count(decimals)).max().unwrap_or(0);
        assert!(most <= digits, "{most} decimals with --digits {digits}");
    }
    assert_eq!(page(&["--digits", "4"]), page(&[]));
    assert_ne!(page(&["--digits", "3"]), page(&[]));
}

#[test]
fn full_shows_every_sum_of_products() {
    let conv_backprop = &TOPICS[0];
    let page = |arguments: &[&str]| conv_backprop.run(Path::new(HERE), arguments).page();
    let shown =
        |page: &str| (0..9).filter(|i| page.contains(&format!("\na1[{},{}] = ", i / 3, i % 3))).count();
    assert_eq!((shown(&page(&[])), shown(&page(&["--full"]))), (1, 9));
}

/// As decimals, fractions, with exponents, and as a spreadsheet or an editor on another system saves them.
fn inputs_count_by_value_in_whatever_notation(topic: &Topic) {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| topic.run(folder.path(), arguments).page();
    let source = &pages(topic)[0];
    let page = run(&["--format", "json"]);
    // The answers of the sheet follow from the numbers, and take no time.
    let shown: &[&str] = if topic.any_page.is_empty() { &["--format", "json"] } else { &["--key"] };
    let expected = run(shown);
    let expect_same = |option: &str, given: &str, why: &str| {
        assert_eq!(run(&[shown, &[option, given]].concat()), expected, "{why}");
    };
    for option in topic.matrices {
        let name = option.trim_start_matches('-').replace('-', "_");
        let inputs = text(&source["inputs"][&name]);
        let matrix = cells(source, "matrix").into_iter().find(|cell| cell["name"] == *name).expect("shown");
        let rows = |entry: fn(&str) -> String| -> Vec<Vec<String>> {
            let row = |row: &Json| list(row).iter().map(|fraction| entry(text(fraction))).collect();
            list(&matrix["exact"]).iter().map(row).collect()
        };
        let fractions =
            rows(
                |fraction| {
                    if fraction.contains('/') { fraction.to_owned() } else { format!("{fraction}/1") }
                },
            );
        let doubled = rows(|fraction| {
            let (numerator, denominator) = fraction.split_once('/').unwrap_or((fraction, "1"));
            format!("{numerator}0/{denominator}0")
        });
        let join = |rows: &[Vec<String>], entries: &str, ends: &str| {
            rows.iter().map(|row| row.join(entries)).collect::<Vec<_>>().join(ends)
        };
        for given in [join(&fractions, " ", "; "), join(&doubled, ",", ";"), join(&fractions, "\t,", " ;\n")]
        {
            expect_same(option, &given, &given);
        }
        assert_eq!(run(&["--format", "json", option, &join(&fractions, " ", "; ")]), page, "{option}");
        let lines = inputs.replace("; ", "\n").replace(' ', ", ");
        let longer = inputs.split(' ').map(longer).collect::<Vec<_>>().join(" ");
        for file in [
            inputs.to_owned(),
            format!("{lines}\n"),
            format!("\u{feff}{}\r\n\r\n", lines.replace('\n', "\r\n")),
            inputs.replace(';', ";\n"),
            longer,
        ] {
            fs::write(folder.path().join("matrix.csv"), &file).expect("a file");
            expect_same(option, "@matrix.csv", &file);
        }
        let nested = format!("[[{}]]", inputs.replace("; ", "|").replace(' ', ", ").replace('|', "], ["));
        let printed = format!("tensor([[{}]], dtype=torch.float64)", inputs.replace("; ", "],\n        ["));
        for given in [&nested, &printed, &format!("[{inputs}]")] {
            expect_same(option, given, given);
        }
        fs::write(folder.path().join("matrix.npy"), npy(inputs)).expect("a file");
        expect_same(option, "@matrix.npy", inputs);
    }
}

/// The file that `numpy.save` writes of an array of doubles.
fn npy(matrix: &str) -> Vec<u8> {
    let rows: Vec<Vec<f64>> = matrix
        .split("; ")
        .map(|row| row.split(' ').map(|entry| entry.parse().expect("a decimal")).collect())
        .collect();
    let shape = format!("({}, {})", rows.len(), rows[0].len());
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
    let header = format!("{header:117}\n");
    let numbers = rows.iter().flatten().flat_map(|number| number.to_le_bytes());
    b"\x93NUMPY\x01\x00\x76\x00".iter().copied().chain(header.bytes()).chain(numbers).collect()
}

/// `.7` as `70.00e-2`.
fn longer(entry: &str) -> String {
    let (number, end) = entry.strip_suffix(';').map_or((entry, ""), |number| (number, ";"));
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let decimals = format!("{decimals:0<4}");
    format!("{whole}{}.{}E-02{end}", &decimals[..2], &decimals[2..])
}

fn other_inputs_are_proven_and_not_compared_with_the_source(topic: &Topic) {
    let pages = pages(topic);
    let (source, others) = pages.split_first().expect("the source's comes first");
    for page in others {
        assert_eq!(page["audit"], json!({"match": 0, "carried": 0, "slip": 0, "unexplained": 0}));
        // Common beliefs are put to the test with any numbers.
        if page["source"].is_string() {
            assert_eq!(page["claims"], json!({"holds": 0, "holds_if": 0, "fails": 0}));
        }
        let proofs =
            |page: &Json| ["held", "at_kink"].map(|kind| page["proofs"][kind].as_u64().expect("a count"));
        assert_eq!(proofs(page).iter().sum::<u64>(), proofs(source).iter().sum::<u64>());
        assert_eq!(page["proofs"]["failed"], 0);
    }
}

fn numbers_beyond_a_double_are_null_beside_the_fraction(topic: &Topic) {
    let Some(_) = topic.huge else { return };
    let page = &pages(topic)[2];
    let matrices = cells(page, "matrix");
    let values: Vec<_> = matrices.iter().flat_map(|cell| entries(&cell["values"])).collect();
    assert!(values.contains(&Json::Null), "all are within the range");
    assert!(values.iter().all(|value| value.is_number() || value.is_null()));
    for table in cells(page, "table").iter().filter(|table| !table["exact"].is_null()) {
        let pairs = entries(&table["rows"]).into_iter().zip(entries(&table["exact"]));
        assert!(pairs.into_iter().all(|(field, exact)| !exact.is_string() || field.is_null()));
    }
}

fn whole_numbers_have_no_decimals(topic: &Topic) {
    let page = topic.run(Path::new(HERE), &["--format", "json"]).page();
    assert!(page.lines().any(|line| line.trim_end_matches(',').trim().parse::<u64>().is_ok()));
    assert!(!page.lines().any(|line| line.trim_end_matches(',').ends_with(".0")));
}

fn every_cell_has_what_its_kind_promises(topic: &Topic) {
    for page in pages(topic) {
        assert_eq!(page["topic"], topic.name);
        assert!(!text(&page["title"]).is_empty());
        let inputs = page["inputs"].as_object().expect("inputs");
        assert!(inputs.len() >= topic.matrices.len() && inputs.values().all(Json::is_string));
        for cell in list(&page["cells"]) {
            assert!(!text(&cell["section"]).is_empty());
            expect_fields(cell);
        }
    }
}

fn expect_fields(cell: &Json) {
    let number = |json: &Json| json.is_number() || json.is_null();
    let rows = |json: &Json, is: &dyn Fn(&Json) -> bool| {
        let rows = list(json);
        rows.iter().all(|row| list(row).len() == list(&rows[0]).len() && list(row).iter().all(is))
    };
    let shape = |json: &Json| (list(json).len(), list(&json[0]).len());
    let filled = |name: &str| !text(&cell[name]).is_empty();
    let is_one_of = |json: &Json, words: &str| words.split(' ').any(|word| json == word);
    let fits = match text(&cell["kind"]) {
        "prose" => filled("text"),
        "formula" => filled("latex") && filled("plain"),
        "question" => filled("question") && filled("answer"),
        "exercise" => filled("task") && filled("answer"),
        "matrix" => {
            let exact = &cell["exact"];
            filled("name")
                && rows(&cell["values"], &number)
                && (exact.is_null()
                    || shape(exact) == shape(&cell["values"]) && rows(exact, &Json::is_string))
        }
        "value" => filled("name") && number(&cell["value"]) && (cell["exact"].is_null() || filled("exact")),
        "table" => {
            let columns = list(&cell["columns"]);
            let field = |field: &Json| number(field) || field.is_string();
            filled("name")
                && columns.iter().all(Json::is_string)
                && list(&cell["rows"]).iter().all(|row| list(row).len() == columns.len())
                && rows(&cell["rows"], &field)
        }
        "audit" => {
            let verdict = |verdict: &Json| is_one_of(verdict, "match carried slip unexplained");
            filled("name")
                && rows(&cell["printed"], &Json::is_string)
                && rows(&cell["verdicts"], &verdict)
                && shape(&cell["printed"]) == shape(&cell["verdicts"])
                && list(&cell["why"]).iter().all(Json::is_string)
        }
        "claim" => {
            let of = text(&cell["of"]);
            filled("text")
                && filled("evidence")
                && is_one_of(&cell["of"], "source implied asked page")
                && (of == "page") == cell["place"].is_null()
                && (of == "asked") == claim_verdict(cell).is_none()
                && (claim_verdict(cell) == Some("holds_if")) != cell["condition"].is_null()
        }
        "proof" => {
            filled("name")
                && filled("method")
                && number(&cell["max_error"])
                && is_one_of(&cell["verdict"], "held at_kink failed")
                && ["all numbers", "these signs", "these numbers"].iter().any(|reach| cell["for"] == *reach)
        }
        "figure" => filled("name") && filled("alt"),
        "python" => text(&cell["code"]).starts_with("import numpy as np\n"),
        kind => panic!("{kind} is no kind of cell"),
    };
    assert!(fits, "{cell:#}");
}

/// The total under which a claim counts; a question that is answered counts under none.
fn claim_verdict(claim: &Json) -> Option<&'static str> {
    match text(&claim["verdict"]) {
        "holds" => Some("holds"),
        "holds under a condition" => Some("holds_if"),
        "fails" => Some("fails"),
        "the answer" => None,
        verdict => panic!("{verdict} is no verdict"),
    }
}

fn totals_are_sums_over_the_cells(topic: &Topic) {
    for page in pages(topic) {
        let audits =
            cells(page, "audit").iter().flat_map(|cell| entries(&cell["verdicts"])).collect::<Vec<_>>();
        let claims = cells(page, "claim");
        let claims: Vec<_> =
            claims.iter().filter_map(|claim| claim_verdict(claim)).map(|verdict| json!(verdict)).collect();
        let proofs = cells(page, "proof").iter().map(|cell| cell["verdict"].clone()).collect::<Vec<_>>();
        for (total, verdicts) in [("audit", audits), ("claims", claims), ("proofs", proofs)] {
            let totals: BTreeMap<_, _> = page[total].as_object().expect("totals").iter().collect();
            for (verdict, count) in &totals {
                let found = verdicts.iter().filter(|found| **found == ***verdict).count();
                assert_eq!(**count, found, "{total}: {verdict}");
            }
            let sum: u64 = totals.values().filter_map(|count| count.as_u64()).sum();
            assert_eq!(sum, verdicts.len() as u64, "{total}");
        }
    }
}

fn names_are_those_of_the_contract_each_once_a_page(topic: &Topic) {
    for page in pages(topic) {
        let mut names = BTreeSet::new();
        for name in list(&page["cells"]).iter().filter_map(|cell| cell["name"].as_str()) {
            assert!(names.insert(name), "{name} twice");
        }
        for name in topic.names.split_whitespace() {
            assert!(names.contains(name), "{name} is missing");
        }
    }
}

fn fractions_and_values_are_the_same_numbers(topic: &Topic) {
    for page in pages(topic) {
        let mut pairs = Vec::new();
        for matrix in cells(page, "matrix").iter().filter(|matrix| !matrix["exact"].is_null()) {
            pairs.extend(entries(&matrix["values"]).into_iter().zip(entries(&matrix["exact"])));
        }
        for value in cells(page, "value").iter().filter(|value| !value["exact"].is_null()) {
            pairs.push((value["value"].clone(), value["exact"].clone()));
        }
        assert!(!pairs.is_empty());
        for (value, exact) in pairs {
            expect_same_number(&value, &text(&exact).parse().expect("a fraction"));
        }
    }
}

/// The double nearest to the fraction; null where that is infinite. Whole numbers are written as such.
fn expect_same_number(value: &Json, exact: &BigRational) {
    let fraction = |float: f64| BigRational::from_float(float).expect("finite");
    match value.as_f64() {
        Some(value) => {
            let distance = |float: f64| (fraction(float) - exact).abs();
            let nearest = distance(value) <= distance(value.next_down())
                && distance(value) <= distance(value.next_up());
            assert!(nearest, "{value} is not {exact}");
        }
        None => assert!(value.is_null() && exact.abs() > fraction(f64::MAX), "{value} is not {exact}"),
    }
}

/// All entries of rows.
fn entries(rows: &Json) -> Vec<Json> {
    list(rows).iter().flat_map(|row| list(row).to_vec()).collect()
}
