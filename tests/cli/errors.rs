//! Unusable input: one line that names the option, what was given and what was expected; nothing else happens.

use crate::run::{Run, listing};
use crate::{TOPICS, Topic};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

each_topic! {
    matrices_that_are_none
    matrices_that_do_not_fit
    options_that_are_none
    places_where_nothing_can_be_written
}

#[cfg(unix)]
each_topic! { arguments_that_are_no_text }

/// A folder with files that no example can use, and one that it must not touch.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("a file");
    write("old.txt", b"what was there before");
    write("empty", b"");
    write("blank", b"\xef\xbb\xbf \r\n\t\n");
    write("latin", b"1 \xe9");
    write("binary", &(0..=127).collect::<Vec<u8>>());
    write("bytes", &(0..=255).collect::<Vec<u8>>());
    write("ragged", b"1 2\n3\n");
    write("long", "1 ".repeat(40_000).as_bytes());
    write("megabyte", "9".repeat(1_000_000).as_bytes());
    write("escape", b"1 2; \x1b2J\x1b31m\xe2\x80\xae 3");
    fs::create_dir(folder.path().join("folder")).expect("a folder");
    folder
}

/// One line, fit for a terminal, that begins as it should and says all that is asked of it.
#[track_caller]
pub fn expect_refusal(run: &Run, says: &[&str]) {
    let line = run.stderr.strip_suffix('\n').expect("a whole line");
    assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""), "{line}");
    assert!(line.starts_with("error: ") && !line.contains("panicked"), "{line:?}");
    assert!(line.chars().count() < 300, "{line}");
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    assert!(!line.contains(unseen), "{line:?}");
    for say in says {
        assert!(line.contains(say), "{line:?} does not say {say:?}");
    }
}

#[track_caller]
fn refused(topic: &Topic, folder: &Path, arguments: &[impl AsRef<OsStr>], says: &[&str]) {
    let before = listing(folder);
    let run = topic.run(folder, arguments);
    expect_refusal(&run, says);
    assert_eq!(listing(folder), before, "{}", run.stderr);
}

fn matrices_that_are_none(topic: &Topic) {
    let folder = folder();
    let (nines, many_nines, ones) = ("9".repeat(41), "9".repeat(100_000), "1 ".repeat(1025));
    let cases = [
        ("", "there is no entry"),
        (" \t ", "there is no entry"),
        ("\n\r\n", "there is no entry"),
        (";", "row 0, counted from 0, is empty"),
        (";;", "row 0, counted from 0, is empty"),
        (", ,", "nothing stands before a comma"),
        ("1;;2", "row 1, counted from 0, is empty"),
        ("1; ,", "nothing stands before a comma"),
        ("1 2; 3", "row 1, counted from 0, has 1 entry where row 0 has 2"),
        ("1; 2 3", "row 1, counted from 0, has 2 entries where row 0 has 1"),
        ("x", "x is not a number"),
        ("1 2; 3 four", "four is not a number"),
        ("nan", "nan is not a number"),
        ("inf", "inf is not a number"),
        ("-Infinity", "-Infinity is not a number"),
        (".", ". is not a number"),
        ("-", "- is not a number"),
        ("1.2.3", "1.2.3 is not a number"),
        ("--1", "--1 is not a number"),
        ("+-1", "+-1 is not a number"),
        ("0x10", "0x10 is not a number"),
        ("1_000", "1_000 is not a number"),
        ("٣", "٣ is not a number"),
        ("1/0", "1/0 divides by zero"),
        ("0/0", "0/0 divides by zero"),
        ("1/", "1/ is not a number"),
        ("1/2/3", "1/2/3 is not a number"),
        ("1/--2", "1/--2 is not a number"),
        ("1,5; 3,5", "\"1.5; 3.5\" or as \"1 5; 3 5\""),
        ("1;2\n3;4", "\"1 2; 3 4\" or as \"1; 2; 3; 4\""),
        ("matrix.csv", "is not a number; write @matrix.csv to read a file"),
        ("old.txt", "is not a number; write @old.txt to read a file"),
        ("1/1.5", "1/1.5 is not a number"),
        ("1e", "1e is not a number"),
        ("1e+", "1e+ is not a number"),
        ("e5", "e5 is not a number"),
        ("1e1.5", "1e1.5 is not a number"),
        ("1e401", "1e401 has a power of ten beyond ±400"),
        ("1e-401", "1e-401 has a power of ten beyond ±400"),
        ("1e99999999999999999999", "beyond ±400"),
        (&nines, "41 characters; at most 40"),
        (&many_nines, "100000 characters; at most 40"),
        (&ones, "more than 1024 entries"),
        ("1 \u{1b}31m", "\\u{1b}31m is not a number"),
        ("1 \u{1b}[31m", "a bracket is not closed"),
        ("\u{202e}1", "\\u{202e}1 is not a number"),
        ("1\u{7}\u{200b}", "1\\u{7}\\u{200b} is not a number"),
        ("@missing", "missing"),
        ("@", "@"),
        ("@folder", "folder"),
        ("@old.txt/below", "old.txt/below"),
        ("@empty", "there is no entry"),
        ("@blank", "there is no entry"),
        ("@latin", "UTF-8"),
        ("@binary", "row 1, counted from 0, has 2 entries where row 0 has 1"),
        ("@bytes", "UTF-8"),
        ("@ragged", "row 1, counted from 0, has 1 entry where row 0 has 2"),
        ("@long", "longer than 65536 bytes"),
        ("@megabyte", "longer than 65536 bytes"),
        ("@escape", "\\u{1b}2J"),
        ("@\u{1b}[2J", "\\u{1b}[2J"),
    ];
    for option in topic.matrices {
        for (given, complaint) in cases {
            let start: String = given.chars().take_while(char::is_ascii_graphic).take(50).collect();
            let says = [option, &format!("given \"{start}")[..], complaint];
            let write_to = ["--output", "old.txt", "--figures", "new/figures"];
            refused(topic, folder.path(), &[&[option, given][..], &write_to].concat(), &says);
        }
    }
}

fn matrices_that_do_not_fit(topic: &Topic) {
    let folder = folder();
    for (option, given, shapes) in topic.misfits {
        refused(topic, folder.path(), &[option, given, "--output", "old.txt"], shapes);
    }
}

#[test]
fn numbers_that_do_not_fit_conv_backprop() {
    let (folder, conv_backprop) = (folder(), &TOPICS[0]);
    refused(conv_backprop, folder.path(), &["--delta", "1"], &["--delta: ", "1×1", "2×2"]);
    refused(conv_backprop, folder.path(), &["--learning-rate", "1 2"], &["--learning-rate: given \"1 2\""]);
    refused(
        conv_backprop,
        folder.path(),
        &["--learning-rate", ""],
        &["--learning-rate: ", "there is no number"],
    );
}

fn options_that_are_none(topic: &Topic) {
    let folder = folder();
    let matrix = topic.matrices[0];
    let cases: [(&[&str], &[&str]); 25] = [
        (&["--bogus"], &["--bogus: ", "no such option", "--help"]),
        (&["--outpu", "x"], &["--outpu: "]),
        (&["-x"], &["-x: "]),
        (&["extra"], &["extra: "]),
        (&["--", "--full"], &["--full: "]),
        (&["--\u{1b}[31m"], &["--\\u{1b}[31m: "]),
        (&[matrix], &[matrix, "expected a value, given none"]),
        (&["--output"], &["--output: expected a value, given none"]),
        (&["--output", ""], &["--output: expected a value, given none"]),
        (&["--figures", ""], &["--figures: expected a value, given none"]),
        (&["--format"], &["--format: ", "terminal, markdown, html, json"]),
        (&["--digits", "--full"], &["--digits: expected a value, given none"]),
        (&["--full", "--full"], &["--full: given twice, expected once"]),
        (&["--digits", "1", "--digits", "1"], &["--digits: given twice, expected once"]),
        (&[matrix, "1", matrix, "1"], &[matrix, ": given twice, expected once"]),
        (&["--full=1"], &["--full: given \"1\": expected no value"]),
        (&["--format", "xml"], &["--format: given \"xml\": expected one of terminal, markdown, html, json"]),
        (
            &["--format", "JSON"],
            &["--format: given \"JSON\": expected one of terminal, markdown, html, json"],
        ),
        (&["--format", "\u{1b}[0m\n"], &["--format: given \"\\u{1b}[0m\\n\""]),
        (&["--digits", "31"], &["--digits: given \"31\": expected a whole number from 0 to 30"]),
        (&["--digits", "-1"], &["--digits: given \"-1\": expected a whole number from 0 to 30"]),
        (&["--digits", "256"], &["--digits: given \"256\""]),
        (&["--digits", "1e1"], &["--digits: given \"1e1\""]),
        (&["--digits", ""], &["--digits: given \"\""]),
        (&["--digits", "99999999999999999999"], &["--digits: ", "0 to 30"]),
    ];
    for (arguments, says) in cases {
        refused(topic, folder.path(), arguments, says);
    }
}

#[test]
fn what_is_refused_says_which_limit_it_passes_and_in_the_words_of_the_topic() {
    let folder = folder();
    let ones = |count: usize| "1 ".repeat(count);
    let (image, filter, target) = (ones(200), ones(100), ones(101));
    let large = ["--image", &image, "--filter", &filter, "--target", &target];
    let cases: [(&str, &[&str], &[&str]); 7] = [
        ("conv_backprop", &["--delta", "1"], &["--delta: given 1×1, expected 2×2, the size of a2"]),
        ("relu_filter_update", &["--target", "1"], &["--target: given 1×1, expected 2×2"]),
        (
            "relu_filter_update",
            &[&large[..], &["--learning-rate", "1e-400"]].concat(),
            &["exact fractions of them take at least ", " times as long as is allowed"],
        ),
        ("velocity_heads", &["--velocity", "1 2 3"], &["given 1×3, expected 1×2, two numbers, x and y"]),
        ("velocity_heads", &["--resolution", "1e400"], &["--resolution: given 1e400", "divides 2"]),
        ("velocity_heads", &["--resolution", "0.001"], &["2000 intervals", "at most 200"]),
        (
            "velocity_heads",
            &["--resolution", "0.01"],
            &["--train-size", "40000 outputs training takes ", " times as long as is allowed, take fewer"],
        ),
    ];
    for (name, arguments, says) in cases {
        let program = TOPICS.iter().find(|topic| topic.name == name).expect("a topic").program();
        let run = Run::of(std::process::Command::new(program).current_dir(folder.path()).args(arguments));
        expect_refusal(&run, says);
    }
    let heads = TOPICS.iter().find(|topic| topic.name == "velocity_heads").expect("a topic").program();
    let costly = ["--resolution", "2", "--hidden", "256", "--train-size", "20000", "--epochs", "200"];
    expect_refusal(
        &Run::of(std::process::Command::new(heads).args(costly)),
        &["--train-size", "256 hidden units and 1 output training takes ", " times as long as is allowed"],
    );
}

#[test]
fn where_learning_diverges_relu_says_so_in_words() {
    let relu = TOPICS.iter().find(|topic| topic.name == "relu_filter_update").expect("a topic");
    let diverging = ["--learning-rate", "1e300", "--iterations", "50"];
    let page = relu.run(Path::new("."), &diverging).page();
    assert!(page.contains("learning diverges") && page.contains('∞'), "{page}");
    let words = page.split(|c: char| !c.is_alphanumeric());
    assert!(!words.into_iter().any(|word| word == "NaN" || word == "inf"), "{page}");
    assert!(!relu.run(Path::new("."), &[] as &[&str]).page().contains("diverges"));
}

fn places_where_nothing_can_be_written(topic: &Topic) {
    let folder = folder();
    let cases: [&[&str]; 10] = [
        &["--output", "missing/page"],
        &["--output", "folder"],
        &["--output", "folder/"],
        &["--output", "."],
        &["--output", "old.txt/page"],
        &["--output", "\u{1b}[2J\n/page"],
        &["--figures", "old.txt"],
        &["--figures", "old.txt/figures"],
        &["--output", "missing/page", "--figures", "new/figures"],
        &["--output", "folder", "--figures", "folder"],
    ];
    for arguments in cases {
        let given = arguments[1].split('\u{1b}').next().unwrap_or_default();
        let says = [&format!("{}: given \"{given}", arguments[0])[..]];
        refused(topic, folder.path(), arguments, &says);
    }
}

#[cfg(unix)]
fn arguments_that_are_no_text(topic: &Topic) {
    use std::ffi::OsString;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    let folder = folder();
    let matrix = topic.matrices[0];
    let bad = OsStr::from_bytes(b"\xff");
    let both = &OsString::from_vec([matrix.as_bytes(), b"=\xff"].concat());
    refused(
        topic,
        folder.path(),
        &[OsStr::new(matrix), bad],
        &[matrix, "\\u{fffd}", "expected text in UTF-8"],
    );
    refused(topic, folder.path(), &[both], &[matrix, "=\\u{fffd}: expected text in UTF-8"]);
    refused(topic, folder.path(), &[bad], &["\\u{fffd}"]);

    // The name of a file need not be text.
    let arguments = [OsStr::new("--output"), bad, OsStr::new(matrix), bad];
    refused(topic, folder.path(), &arguments, &[matrix, "expected text in UTF-8"]);
    let page = topic.run(folder.path(), &arguments[..2]);
    assert_eq!(page.page(), "");
    fs::remove_file(folder.path().join(bad)).expect("the page was written");
}
