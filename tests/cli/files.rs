//! Files appear all or none, and never over what is read, over each other, or over what is open already.

use crate::errors::expect_refusal;
use crate::run::{Run, listing};
use crate::{TOPICS, Topic};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

const CONV: &Topic = &TOPICS[0];
const FIGURE: &str = "conv_backprop-loss_along_the_step.svg";

fn refused(folder: &Path, arguments: &[&str], says: &[&str]) {
    let before = listing(folder);
    expect_refusal(&CONV.run(folder, arguments), says);
    assert_eq!(listing(folder), before, "{arguments:?}");
}

/// What a line of shell prints on standard output, where `"$0"` is the program.
fn shell(folder: &Path, line: &str) -> Run {
    Run::of(Command::new("sh").current_dir(folder).args(["-c", line]).arg(CONV.program()))
}

#[test]
fn nothing_is_written_over_an_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("in.txt"), "1 2; 3 4").expect("a file");
    symlink("in.txt", path("link")).expect("a link");
    fs::hard_link(path("in.txt"), path("second")).expect("a link");
    fs::create_dir(path("figures")).expect("a folder");
    symlink("../in.txt", path("figures").join(FIGURE)).expect("a link");
    let own = ["--kernel-1", "@in.txt"];
    for name in ["in.txt", "./in.txt", "figures/../in.txt", "link", "second"] {
        refused(folder.path(), &[&own[..], &["--output", name]].concat(), &["--output: given", "input"]);
    }
    refused(folder.path(), &[&own[..], &["--figures", "figures"]].concat(), &["--figures: given", "input"]);

    let laplacian = TOPICS.iter().find(|topic| topic.name == "laplacian").expect("a topic");
    laplacian.run(folder.path(), &["--figures", "."]).page();
    let picture = "laplacian-picture-full-size.png";
    let bytes = fs::read(path(picture)).expect("a picture");
    for arguments in [["--output", picture], ["--figures", "."]] {
        let run = laplacian.run(folder.path(), &[&["--picture", picture][..], &arguments].concat());
        expect_refusal(&run, &[arguments[0], "input"]);
    }
    assert_eq!(fs::read(path(picture)).expect("a picture"), bytes);
}

#[test]
fn nothing_is_written_over_another_page_or_figure() {
    let folder = tempfile::tempdir().expect("a folder");
    symlink(".", folder.path().join("same")).expect("a link");
    for (figures, page) in
        [(".", FIGURE.to_owned()), ("same", FIGURE.to_owned()), (".", format!("same/{FIGURE}"))]
    {
        refused(
            folder.path(),
            &["--figures", figures, "--output", &page],
            &["--output: given", "another file"],
        );
    }
}

#[test]
fn standard_output_is_written_to_by_whatever_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = CONV.run(folder.path(), &[] as &[&str]).page();
    for name in ["/dev/stdout", "//dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "file", "./file"] {
        shell(folder.path(), &format!("(echo before; \"$0\" --output {name}; echo after) >file")).page();
        let file = fs::read_to_string(folder.path().join("file")).expect("a file");
        assert_eq!(file, format!("before\n{page}after\n"), "{name}");
    }
    for line in [
        "\"$0\" --output /dev/fd/3 3>file",
        "\"$0\" --output /proc/self/fd/3 3>file",
        "\"$0\" --output /dev/stderr 2>file; status=$?; cat file >&2; exit $status",
        "\"$0\" --output file 2>file; status=$?; cat file >&2; exit $status",
        &format!("mkdir -p d; \"$0\" --figures d >d/{FIGURE}; status=$?; cat d/*; exit $status"),
    ] {
        expect_refusal(&shell(folder.path(), line), &["expected"]);
    }
}

/// A last file that cannot get its name: all before it are as they were.
#[test]
fn files_appear_all_or_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("old")).expect("a folder");
    fs::write(path("old").join(FIGURE), "old").expect("a file");
    let long = "n".repeat(300);
    for page in ["new/", "old/", ".", "old/..", &long, "old/none/page"] {
        for figures in ["old", "new/figures"] {
            refused(folder.path(), &["--figures", figures, "--output", page], &["--output: given"]);
        }
    }
    // Standard output fails after everything else.
    for figures in ["old", "new/figures"] {
        let before = listing(folder.path());
        let run = shell(folder.path(), &format!("\"$0\" --figures {figures} >/dev/full"));
        expect_refusal(&run, &["standard output: No space left"]);
        expect_refusal(
            &CONV.run(folder.path(), &["--figures", figures, "--output", "/dev/full"]),
            &["No space"],
        );
        assert_eq!(listing(folder.path()), before);
    }
    CONV.run(folder.path(), &["--figures", "old", "--output", "old/page"]).page();
    let names: Vec<_> = listing(folder.path()).into_keys().collect();
    assert!(names.contains(&path("old").join(FIGURE)));
    let is_figure = |name: &&std::path::PathBuf| name.extension().is_some_and(|ending| ending == "svg");
    let others: Vec<_> = names.iter().filter(|name| !is_figure(name)).collect();
    assert_eq!(others, [&path("old"), &path("old/page")]);
    assert_ne!(fs::read(path("old").join(FIGURE)).expect("a figure"), b"old");
}

#[test]
fn a_file_that_may_not_grow_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    for (line, says) in [
        ("ulimit -f 4; \"$0\" --output page", "--output: given \"page\": File too large"),
        ("ulimit -f 4; \"$0\" --figures figs", "--figures: given"),
        ("ulimit -f 4; \"$0\" >page; status=$?; : >page; exit $status", "standard output: File too large"),
    ] {
        expect_refusal(&shell(folder.path(), line), &[says]);
        let _ = fs::remove_file(folder.path().join("page"));
        assert!(listing(folder.path()).is_empty(), "{line}");
    }
}

/// It is held in the middle of its work by a reader who does not read.
#[test]
fn a_signal_leaves_nothing_behind() {
    for signal in ["INT", "TERM", "HUP"] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("old")).expect("a folder");
        fs::write(folder.path().join("old").join(FIGURE), "old").expect("a file");
        let before = listing(folder.path());
        for figures in ["old", "new/figures"] {
            let mut waiting = Command::new("env")
                .arg(format!("--default-signal={signal}"))
                .arg(CONV.program())
                .args(["--format", "html", "--figures", figures])
                .current_dir(folder.path())
                .stdout(Stdio::piped())
                .spawn()
                .expect("it starts");
            let mut reader = BufReader::with_capacity(1, waiting.stdout.take().expect("it is piped"));
            reader.fill_buf().expect("the page begins");
            Command::new("kill")
                .args(["-s", signal, &waiting.id().to_string()])
                .status()
                .expect("it is sent");
            assert!(waiting.wait().expect("it ends").code().is_none(), "the signal ends it");
            assert_eq!(listing(folder.path()), before, "{signal}");
        }
    }
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("figures")).expect("a folder");
    for name in ["pipe".to_owned(), format!("figures/{FIGURE}")] {
        Command::new("mkfifo").arg(folder.path().join(name)).status().expect("a pipe");
    }
    for (arguments, says) in [
        (["--image", "@pipe"], "--image: given \"@pipe\": pipe: it is a pipe"),
        (["--output", "pipe"], "--output: given \"pipe\": it is a pipe"),
        (["--figures", "figures"], "it is a pipe"),
        (["--figures", "pipe"], "expected a folder"),
        (["--figures", "pipe/below"], "expected a folder"),
    ] {
        expect_refusal(&CONV.run(folder.path(), &arguments), &[says]);
    }
    let laplacian = TOPICS.iter().find(|topic| topic.name == "laplacian").expect("a topic");
    expect_refusal(&laplacian.run(folder.path(), &["--picture", "pipe"]), &["--picture", "it is a pipe"]);
}

#[test]
fn without_a_place_nothing_is_computed() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), "").expect("a file");
    let heads = TOPICS.iter().find(|topic| topic.name == "velocity_heads").expect("a topic");
    let start = std::time::Instant::now();
    for arguments in [["--output", "."], ["--output", "file/below"], ["--figures", "file"]] {
        let run = Run::of(Command::new(heads.program()).current_dir(folder.path()).args(arguments));
        expect_refusal(&run, &[arguments[0]]);
    }
    assert!(start.elapsed().as_secs_f64() < 2.0, "it has trained before it looked");
}

#[test]
fn a_folder_of_any_name_is_one_to_write_to() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("fd")).expect("a folder");
    CONV.run(folder.path(), &["--output", "fd/page.md"]).page();
    assert!(folder.path().join("fd/page.md").exists());
    refused(folder.path(), &["--output", "fd"], &["--output: given \"fd\": it is a folder, expected a file"]);
}

/// The page of a Markdown file finds its figures.
#[test]
fn a_page_is_written_as_its_name_says_and_finds_its_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("sub")).expect("a folder");
    let page = |name: &str, more: &[&str]| {
        CONV.run(folder.path(), &[&["--output", name][..], more].concat()).page();
        fs::read_to_string(folder.path().join(name)).expect("a page")
    };
    for (name, format) in [
        ("p.md", "markdown"),
        ("p.html", "html"),
        ("P.HTML", "html"),
        ("p.json", "json"),
        ("p.txt", "terminal"),
        ("p", "terminal"),
    ] {
        assert_eq!(page(name, &[]), CONV.run(folder.path(), &["--format", format]).page(), "{name}");
        assert_eq!(page(name, &["--format", "json"]), page("other", &["--format", "json"]), "{name}");
    }
    let absolute = folder.path().join("absolute");
    for (name, figures) in [
        ("./sub/p.md", "sub/figs"),
        ("sub/p.md", "beside/figs"),
        ("p.md", absolute.to_str().expect("text")),
        ("p.md", "."),
        ("sub/p.md", "a (b) #?%`|*.[c]"),
        ("sub/p.md", "a\n\u{1b}[31m\u{202e}<b>"),
    ] {
        let page = page(name, &["--figures", figures]);
        let (_, link) = page.split_once("\n![").and_then(|(_, link)| link.split_once("](")).expect("a link");
        let link = link.split_once(")\n").expect("it ends").0;
        let in_url = |c: char| c.is_ascii_alphanumeric() || "-._~%/".contains(c);
        assert!(link.chars().all(in_url), "{link}");
        let linked = folder.path().join(name).with_file_name(unescaped(link));
        assert!(File::open(&linked).is_ok(), "{figures}: {link}");
        assert!(!page.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'));
    }
}

fn unescaped(url: &str) -> String {
    let mut pieces = url.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).expect("two digits"));
        bytes.extend(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).expect("text")
}

#[test]
fn threads_that_cannot_be_started_are_not_needed() {
    let heads = TOPICS.iter().find(|topic| topic.name == "velocity_heads").expect("a topic");
    let run = |variables: &[(&str, &str)]| {
        let mut command = heads.command(Path::new("."), &["--format", "json"]);
        Run::of(command.envs(variables.iter().copied())).page()
    };
    let page = run(&[]);
    // No thread gets a stack of that size.
    assert_eq!(run(&[("RUST_MIN_STACK", "1000000000000000")]), page);
    assert_eq!(run(&[("RAYON_NUM_THREADS", "100000")]), page);
}

#[test]
fn a_picture_for_which_there_is_no_memory_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let picture = nalgebra::DMatrix::from_element(4_000, 4_000, 0.5_f32);
    let file = File::create(folder.path().join("large.png")).expect("a file");
    worked_examples::math::write_png(&picture, (0.0, 1.0), file).expect("a picture");
    let laplacian = TOPICS.iter().find(|topic| topic.name == "laplacian").expect("a topic");
    let line = "ulimit -v 150000; \"$0\" --picture large.png";
    let run =
        Run::of(Command::new("sh").current_dir(folder.path()).args(["-c", line]).arg(laplacian.program()));
    expect_refusal(&run, &["--picture", "4000×4000 pixels", "not memory enough"]);
}
