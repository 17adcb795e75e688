//! `--open`, with a browser that only writes down what it was given, and with none.

use crate::errors::expect_refusal;
use crate::run::Run;
use crate::{TOPICS, Topic};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The folder of a browser that only writes down, in a file `opened`, what it was given.
const BROWSER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/browser");

each_topic! {
    the_page_is_opened_and_stays
    without_a_browser_one_line_says_what_to_do_and_no_page_is_left
}

fn the_page_is_opened_and_stays(topic: &Topic) {
    let folder = tempfile::tempdir().expect("a folder");
    let page = Run::of(topic.command(folder.path(), &["--open"]).env("PATH", BROWSER)).page();
    let opened = fs::read_to_string(folder.path().join("opened")).expect("a file");
    assert_eq!(page, format!("Open in the browser: {opened}\n"));
    let written = fs::read_to_string(&opened).expect("a file");
    assert_eq!(written, topic.run(folder.path(), &["--format", "html"]).page());
    assert!(Path::new(&opened).extension().is_some_and(|end| end == "html"));
}

fn without_a_browser_one_line_says_what_to_do_and_no_page_is_left(topic: &Topic) {
    // In a build folder of its own, where no test before has opened a page. A link, since a system that is just writing a
    // file does not run it; and whatever starts meanwhile holds open what was being written.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let program = folder.path().join(topic.name);
    fs::hard_link(topic.program(), &program).expect("a link");
    let run = Run::of(Command::new(&program).args(topic.quick).arg("--open").env("PATH", folder.path()));
    expect_refusal(&run, &["--open: no browser could be started", "--output page.html"]);
    assert!(!program.with_extension("html").exists());
}

#[test]
fn what_is_opened_is_not_also_written_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    for (other, value) in [("--format", "json"), ("--output", "page")] {
        let run = TOPICS[0].run(folder.path(), &["--open", other, value]);
        assert_eq!(run.status, Some(2));
        assert!(run.stderr.contains("--open") && run.stderr.contains(other), "{}", run.stderr);
        assert!(run.stderr.contains("expected one of the two"), "{}", run.stderr);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
