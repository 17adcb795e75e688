//! Sheets, keys, quizzes and the step by step page, as a user runs them.

#[cfg(target_os = "linux")]
#[macro_use]
mod each_topic;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Cargo builds the examples into the folder beside that of the tests.
fn example() -> PathBuf {
    let test = std::env::current_exe().expect("the test has a path");
    let folder = test.ancestors().nth(2).expect("the test lies in target/debug/deps");
    folder.join("examples").join(format!("conv_backprop{}", std::env::consts::EXE_SUFFIX))
}

fn run(options: &str, input: &[u8]) -> Output {
    fed(Command::new(example()).args(options.split_whitespace()), input)
}

fn fed(command: &mut Command, input: &[u8]) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("cargo test has built the examples");
    // It need not read to the end of what it is fed.
    let _ = child.stdin.take().expect("it is piped").write_all(input);
    child.wait_with_output().expect("it ends")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("what is printed is UTF-8")
}

#[test]
fn the_key_fed_into_the_quiz_scores_full_marks() {
    for options in [
        "",
        "--variant 5",
        "--variant 5 --forward cross-correlation",
        "--variant 18446744073709551615",
        "--learning-rate 1/3",
    ] {
        let key = run(&format!("{options} --key"), b"");
        assert!(key.status.success(), "{}", text(&key.stderr));
        // As it is, a row a line with and without semicolons, the name before the rows, and without the names.
        let key = text(&key.stdout);
        let without_names: Vec<_> = key.lines().filter_map(|line| line.split_once(" = ")).collect();
        let nameless: Vec<_> = without_names.iter().filter(|(name, _)| *name != "variant").collect();
        let nameless: String = nameless.iter().map(|(_, rows)| rows.replace("; ", "\n") + "\n").collect();
        let name_first = key.replace(" = ", " =\n").replace("variant =\n", "variant = ");
        for answers in [key.replace("; ", ";\n"), key.replace("; ", "\n"), name_first, nameless, key] {
            let quiz = run(&format!("{options} --quiz"), answers.as_bytes());
            assert_eq!(quiz.status.code(), Some(0));
            assert!(text(&quiz.stdout).ends_with("\n7 of 7\n"), "{options}: {}", text(&quiz.stdout));
        }
        let silence = run(&format!("{options} --quiz"), b"");
        assert_eq!(silence.status.code(), Some(0));
        assert!(text(&silence.stdout).ends_with("\n0 of 7\n"), "{options}");
    }
    let other = run("--variant 6 --quiz", &run("--variant 5 --key", b"").stdout);
    assert!(text(&other.stdout).contains("? variant = 5 is not what is asked for"));
}

#[test]
fn a_row_that_is_missing_is_waited_for_until_another_answer_begins() {
    let quiz = text(&run("--quiz", b"a1 = 1 2 3\n4 5 6\na2 = 1 2\n\nskip\n").stdout);
    assert!(quiz.contains("? a1: given 2×3, expected 3×3"), "{quiz}");
    assert!(quiz.contains("? a2: given 1×2, expected 2×2"), "{quiz}");
    assert!(quiz.contains("– d_kernel_2 is left out") && quiz.ends_with("\n0 of 7\n"), "{quiz}");
}

#[test]
fn a_choice_goes_with_a_variant_and_changes_no_number() {
    let variant = |options: &str| text(&run(&format!("--variant 5 --format json {options}"), b"").stdout);
    let input = |page: &str, name: &str| {
        let page: serde_json::Value = serde_json::from_str(page).expect("JSON");
        page["inputs"][name].as_str().expect("an input").to_owned()
    };
    let [drawn, chosen] = ["", "--forward cross-correlation"].map(variant);
    for name in ["image", "kernel_1", "kernel_2", "delta", "learning_rate", "variant"] {
        assert_eq!(input(&drawn, name), input(&chosen, name));
    }
    assert_eq!([&drawn, &chosen].map(|page| input(page, "forward")), ["convolution", "cross-correlation"]);
}

#[test]
fn answers_to_another_variant_are_not_marked() {
    let key = text(&run("--variant 5 --key", b"").stdout);
    let check = |options: &[&str]| fed(Command::new(example()).args(options).args(["--check", &key]), b"");
    assert_eq!(check(&["--variant", "5"]).status.code(), Some(0));
    for options in [&[][..], &["--variant", "6"]] {
        let output = check(options);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        assert!(text(&output.stderr).ends_with(": the answers are to --variant 5\n"));
    }
}

/// By hand: 1·2 + 4·5 = 22, with 4 where 3 is right.
#[test]
fn what_follows_from_an_answer_of_ones_own_is_carried() {
    let inputs = ["--image", "1 3", "--kernel-1", "1", "--kernel-2", "5 2"];
    let output = fed(Command::new(example()).args(inputs).args(["--check", "a1 = 1 4\na2 = 22"]), b"");
    assert_eq!(output.status.code(), Some(3));
    let carried = "~ carried: not what the page has, but right from your own a1; nothing is lost here.";
    assert!(text(&output.stdout).contains(carried), "{}", text(&output.stdout));
}

#[test]
fn a_key_with_words_says_how_every_number_comes_about() {
    let key = text(&run("--key --format terminal", b"").stdout);
    assert_eq!(key.matches("\na1[").count(), 9, "{key}");
}

/// What was misread is seen only where all of it is shown.
#[test]
fn what_is_marked_is_shown_as_it_was_written() {
    let answers = "a1 = 0.1234567 1 2; 3 4 5; 6 7 1/3";
    let output = fed(Command::new(example()).args(["--digits", "2", "--check", answers]), b"");
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stdout).contains("0.1234567"), "{}", text(&output.stdout));
}

#[test]
fn digits_leave_the_key_and_the_marking_alone() {
    let exact = run("--variant 5 --key", b"").stdout;
    assert_eq!(run("--variant 5 --key --digits 0", b"").stdout, exact);
    let thirds = "--image 1/3 --kernel-1 1 --kernel-2 1 --delta 1";
    let score = |digits: &str, answer: &str| {
        let arguments: Vec<_> = thirds.split(' ').chain(["--quiz", "--digits", digits]).collect();
        text(&fed(Command::new(example()).args(arguments), answer.as_bytes()).stdout)
            .lines()
            .last()
            .unwrap()
            .to_owned()
    };
    for digits in ["2", "4"] {
        assert_eq!(score(digits, "0.33"), "1 of 7");
        assert_eq!(score(digits, "0.3333"), "1 of 7");
        assert_eq!(score(digits, "0.3"), "0 of 7");
    }
}

#[test]
fn unusable_combinations_are_one_line_and_status_2() {
    for (options, words) in [
        ("--step", "--step: input and output have to be a terminal"),
        ("--step --sheet", "--step"),
        ("--sheet --key", "--key"),
        ("--key --quiz", "--key"),
        ("--step --quiz", "--step"),
        ("--sheet --quiz", "--sheet"),
        ("--quiz --format json", "--quiz"),
        ("--quiz --output quiz.txt", "--quiz"),
        ("--key --figures figures", "--figures"),
        ("--variant 3 --delta 1", "--variant: draws all numbers, expected no --delta beside it"),
        ("--variant -3", "expected a whole number from 0 to"),
        ("--variant 18446744073709551616", "expected a whole number from 0 to"),
        ("--variant", "--variant"),
        ("--variant 1-31 --sheet --output sheets", "at most 30 of them as in 1-30"),
        ("--variant 3-1 --sheet --output sheets", "at most 30 of them as in 1-30"),
        ("--variant 1-3", "--variant: given 1-3: expected --sheet or --key beside it, and a folder --output"),
        ("--variant 1-3 --sheet", "a folder --output"),
        ("--variant 1-3 --output sheets", "--sheet or --key"),
        ("--variant 1-3 --sheet --delta 1 --output sheets", "expected no --delta beside it"),
        ("--variant 1-3 --sheet --output Cargo.toml", "--output: given \"Cargo.toml\""),
    ] {
        let output = run(options, b"");
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{options}: {error}");
        assert!(output.stdout.is_empty(), "{options}");
        assert!(error.lines().count() == 1 && error.contains(words), "{options}: {error}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_quiz_without_an_input_says_so_before_it_asks() {
    let folder = std::fs::File::open(".").expect("a folder");
    let output = Command::new(example()).arg("--quiz").stdin(folder).output().expect("it starts");
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""));
    assert_eq!(text(&output.stderr), "error: standard input: Is a directory\n");
}

#[test]
fn a_class_set_is_a_file_for_each_seed() {
    let folder = tempfile::tempdir().expect("a folder");
    let sheets = folder.path().join("of/class 7");
    for (options, what) in
        [("--sheet --format html", "sheet.html"), ("--sheet", "sheet.txt"), ("--key", "key.txt")]
    {
        let options: Vec<_> = options.split_whitespace().collect();
        let set = ["--variant", "9-11", "--output"];
        let set = fed(Command::new(example()).args(&options).args(set).arg(&sheets), b"");
        assert_eq!((set.status.code(), text(&set.stdout)), (Some(0), String::new()), "{}", text(&set.stderr));
        for seed in ["9", "10", "11"] {
            let one = fed(Command::new(example()).args(&options).args(["--variant", seed]), b"").stdout;
            let path = sheets.join(format!("conv_backprop-variant-{seed}-{what}"));
            assert_eq!(std::fs::read(path).expect("it is written"), one);
        }
    }
    assert_eq!(std::fs::read_dir(&sheets).expect("the folder").count(), 9);
}

#[test]
fn a_variant_composes_with_every_output() {
    let folder = tempfile::tempdir().unwrap();
    for (options, words) in [
        ("", "(variant 5)"),
        ("--format markdown", "(variant 5)"),
        ("--format json", "\"variant\": \"5\""),
        ("--sheet", "(variant 5): exercise sheet"),
        ("--sheet --format markdown", "(variant 5): exercise sheet"),
        ("--sheet --format json", "\"variant\": \"5\""),
        ("--key", "variant = 5"),
    ] {
        let printed = run(&format!("--variant 5 {options}"), b"");
        assert!(printed.status.success() && text(&printed.stdout).contains(words), "{options}");
        assert_eq!(printed.stdout, run(&format!("--variant 5 {options}"), b"").stdout, "{options}");
        let path = folder.path().join("page");
        let options: Vec<_> = options.split_whitespace().chain(["--variant", "5", "--output"]).collect();
        let saved = fed(Command::new(example()).args(&options).arg(&path), b"");
        assert!(saved.status.success() && saved.stdout.is_empty());
        assert_eq!(std::fs::read(&path).unwrap(), printed.stdout, "{options:?}");
    }
    let figures = fed(Command::new(example()).args(["--variant", "5", "--figures"]).arg(folder.path()), b"");
    assert!(figures.status.success());
    assert!(folder.path().join("conv_backprop-variant-5-loss_along_the_step.svg").exists());
}

/// Its words on itself, and what asks for a computer.
#[test]
fn what_is_for_the_screen_stands_on_no_sheet_in_no_key_and_in_no_quiz() {
    let speaks = |options: &str| {
        let shown = text(&run(options, b"").stdout);
        ["\nTurned by 180°,", "In PyTorch"].map(|words| shown.contains(words))
    };
    for options in ["", "--variant 5"] {
        assert_eq!(speaks(options), [true, true], "{options}");
    }
    for options in ["--sheet", "--variant 5 --sheet", "--key --format terminal", "--quiz"] {
        assert_eq!(speaks(options), [false, false], "{options}");
    }
}

#[test]
fn help_groups_the_options() {
    let help = text(&run("--help", b"").stdout);
    let place = |words: &str| help.find(words).unwrap_or_else(|| panic!("{words} is not in the help"));
    let order = [
        "In class:",
        "--variant",
        "--step",
        "--quiz",
        "--sheet",
        "--key",
        "Your numbers:",
        "--image",
        "Output:",
        "--format",
    ];
    assert!(order.windows(2).all(|pair| place(pair[0]) < place(pair[1])), "{help}");
}

/// In a terminal of its own, by util-linux's `script`.
#[cfg(target_os = "linux")]
mod at_a_terminal {
    use super::{example, text};
    use std::env::consts::EXE_SUFFIX;
    use std::io::{Read, Write};
    use std::path::Path;
    use std::process::{Command, Stdio};

    /// Runs it between two looks at the terminal's settings; types a line each time that it is waited for.
    fn session<'a>(
        program: &Path,
        options: &str,
        (rows, columns): (usize, usize),
        lines: impl IntoIterator<Item = &'a str>,
    ) -> String {
        // The shell outlives a Ctrl-C; the example does not ignore it, even where whoever runs the tests does.
        let commands = format!(
            "trap : INT; stty rows {rows} cols {columns}; stty -a; env --default-signal=INT {} {options}; echo \"[status $?]\"; stty -a",
            program.display()
        );
        let mut script = Command::new("script")
            .args(["--quiet", "--return", "--command", &commands, "/dev/null"])
            .env("SHELL", "/bin/sh")
            .env("TERM", "dumb")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("util-linux is there");
        let mut keyboard = script.stdin.take().expect("it is piped");
        let mut screen = script.stdout.take().expect("it is piped");
        let mut shown = Vec::new();
        let mut lines = lines.into_iter();
        loop {
            let mut bytes = [0; 4096];
            let length = screen.read(&mut bytes).expect("the screen is read");
            if length == 0 {
                break;
            }
            shown.extend_from_slice(&bytes[..length]);
            if shown.ends_with(b"] ") || shown.ends_with(b"\n> ") {
                let line = lines.next().expect("no more is asked for");
                keyboard.write_all(line.as_bytes()).expect("it is typed");
            }
        }
        drop(keyboard);
        script.wait().expect("it ends");
        text(&shown).replace('\r', "")
    }

    /// What was shown, after the terminal was found to be left as it had been.
    fn page<'a>(options: &str, lines: impl IntoIterator<Item = &'a str>) -> String {
        page_of(&example(), options, (30, 100), lines)
    }

    fn page_of<'a>(
        program: &Path,
        options: &str,
        size: (usize, usize),
        lines: impl IntoIterator<Item = &'a str>,
    ) -> String {
        let shown = session(program, options, size, lines);
        let is_settings =
            |at: &usize| shown[*at..].lines().next().is_some_and(|line| line.contains(" baud;"));
        let settings: Vec<_> = shown.match_indices("speed ").map(|(at, _)| at).filter(is_settings).collect();
        let [before, after] = settings[..] else { panic!("{shown}") };
        let after = &shown[after..];
        assert_eq!(&shown[before..before + after.len()], after);
        shown[before + after.len()..].to_owned()
    }

    /// What each press revealed.
    fn pieces(shown: &str) -> Vec<String> {
        // A line that asks for a key goes away again.
        let lines =
            shown.split("q: end] ").map(|piece| piece.rsplit_once("\n[").map_or(piece, |(piece, _)| piece));
        lines.map(|piece| piece.trim_start_matches(' ').to_owned()).collect()
    }

    #[test]
    fn step_asks_before_it_answers_and_q_ends() {
        let keys = [" ", "\r", "\x1b[C", "\x1b[6~"].iter().copied().cycle().take(30).chain(["q"]);
        let pieces = pieces(&page("--step", keys));
        let at = |words: &str| {
            let found = pieces.iter().position(|piece| piece.contains(words));
            found.unwrap_or_else(|| panic!("{words} is not shown"))
        };
        assert!(pieces[1].contains("What is given") && !pieces[1].contains("Forward"));
        let asked = at("? Which size will a1 have");
        assert!(!pieces[asked].contains("3×3") && pieces[asked + 1].contains("→ 3×3"));
        // An equation with its operands, then its result.
        let is_equation = |piece: &String| piece.lines().any(|line| line.trim_start().starts_with("a1 "));
        let equation = pieces.iter().position(is_equation).expect("a1 is shown");
        assert!(!pieces[equation].contains("0.32") && pieces[equation].contains("kernel_1"));
        assert!(pieces[equation + 1].contains("⎡  0.32"), "{}", pieces[equation + 1]);
        let claim = at("The source says, in the answer, on the way forward");
        assert!(!pieces[claim].contains("holds") && pieces[claim + 1].contains("✓ holds"));
        assert_eq!(pieces.len(), 32);
        assert!(pieces[31].contains("[status 0]"), "{}", pieces[31]);
    }

    #[test]
    fn keys_lead_back_and_to_a_section() {
        let keys = [" ", " ", "b", "\x1b[D", "\x1b[5~", "g", "2\r", "q"];
        let pieces = pieces(&page("--step", keys));
        let sections = text(&super::run("", b"").stdout).matches("\n── ").count();
        let is_first = |piece: &String| piece.starts_with("━━ Two convolution layers");
        assert!(pieces[1..3].iter().all(|piece| !is_first(piece)));
        assert_eq!(pieces[3], pieces[1], "b leads back");
        assert!(is_first(&pieces[4]) && is_first(&pieces[5]), "and no farther than to the first: {pieces:?}");
        assert!(
            pieces[6].contains(&format!("[to section, 1 to {sections}] "))
                && pieces[6].contains("── Forward"),
            "{}",
            pieces[6]
        );
    }

    #[test]
    fn step_shows_all_that_the_page_says() {
        let shown = page("--step", std::iter::repeat(" "));
        let plain = text(&super::run("", b"").stdout);
        // Equations are taken apart; all words are there, in their order.
        let is_text = |line: &&str| {
            line.chars().filter(|c| c.is_alphabetic()).count() > 20
                && !line.contains(['=', '·'])
                && !line.contains("  ")
        };
        let mut told = shown.lines().map(|line| line.rsplit("q: end] ").next().unwrap_or(line));
        for line in plain.lines().filter(is_text) {
            assert!(told.any(|told| told.trim_start() == line.trim_start()), "{line}");
        }
    }

    each_topic! { no_press_reveals_more_than_the_screen }

    fn no_press_reveals_more_than_the_screen(topic: &str) {
        // The trained topics with the shortest training: their words and tables are the same.
        let quick = match topic {
            "velocity_heads" => " --train-size 1 --epochs 1 --hidden 1",
            "multilabel_softmax" => " --epochs 1",
            _ => "",
        };
        for (rows, columns) in [(30, 100), (24, 80), (24, 60)] {
            let program = example().with_file_name(format!("{topic}{EXE_SUFFIX}"));
            let options = format!("--step{quick}");
            let shown = page_of(&program, &options, (rows, columns), std::iter::repeat(" "));
            assert!(shown.contains("[status 0]"), "{topic}");
            // The lines of code at the end stay whole, so that they can be copied.
            let pieces = pieces(shown.split("The same in NumPy").next().unwrap_or_default());
            assert!(pieces.len() > 30, "{topic}: {} presses", pieces.len());
            for piece in pieces {
                let widest = piece.lines().map(|line| line.chars().count()).max().unwrap_or(0);
                assert!(widest <= columns, "{topic}, {columns} columns: {piece}");
                assert!(piece.lines().count() < rows, "{topic}, {rows} rows: {piece}");
            }
        }
    }

    /// What is left is what standard error has to say.
    #[test]
    fn whoever_waits_sees_how_far_the_training_has_come() {
        // A terminal that can go back in its line.
        let program = example().with_file_name(format!("velocity_heads{EXE_SUFFIX}"));
        let program = format!("TERM=xterm {}", program.display());
        let options = "--train-size 1 --epochs 1 --hidden 1 >/dev/null";
        let shown = session(Path::new(&program), options, (30, 100), []);
        assert!(shown.contains("training ░") && shown.contains("[status 0]"), "{shown}");
    }

    #[test]
    fn step_by_step_needs_a_terminal_on_both_sides() {
        for options in ["--step | cat", "--step </dev/null"] {
            assert!(page(options, []).contains("error: --step: input and output have to be a terminal\n"));
        }
    }

    #[test]
    fn the_terminal_is_left_as_it_was_after_ctrl_c_and_ctrl_d() {
        assert!(page("--step", ["\r", "\x03"]).contains("[status 130]"));
        assert!(page("--step", ["\x04"]).contains("[status 0]"));
        assert!(page("--quiz", ["1\n", "\x03"]).contains("[status 130]"));
    }

    #[test]
    fn the_quiz_reveals_after_a_second_miss() {
        let wrong = "0 0 0; 0 0 0; 0 0 0\n";
        let shown = page("--variant 5 --quiz", [wrong, wrong, "\x04"]);
        assert!(shown.contains("a1[0,0] = ") && shown.contains("→ a1 = "), "{shown}");
        assert!(shown.contains("2 of 7: a2") && shown.contains("\n0 of 7\n"), "{shown}");
    }
}
