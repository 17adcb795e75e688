//! `--open`, with a browser that only writes down what it was given, and with none.

use crate::errors::expect_refusal;
use crate::run::Run;
use crate::{TOPICS, Topic};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

each_topic! {
    the_page_is_opened_and_stays
    without_a_browser_one_line_says_what_to_do_and_no_page_is_left
}

fn the_page_is_opened_and_stays(topic: &Topic) {
    let folder = tempfile::tempdir().expect("a folder");
    let browser = folder.path().join("xdg-open");
    fs::write(&browser, "#!/bin/sh\nprintf %s \"$1\" > opened\n").expect("a file");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).expect("a file");
    let page = Run::of(topic.command(folder.path(), &["--open"]).env("PATH", folder.path())).page();
    let opened = fs::read_to_string(folder.path().join("opened")).expect("a file");
    assert_eq!(page, format!("Open in the browser: {opened}\n"));
    let written = fs::read_to_string(&opened).expect("a file");
    assert_eq!(written, topic.run(folder.path(), &["--format", "html"]).page());
    assert!(Path::new(&opened).extension().is_some_and(|end| end == "html"));
}

fn without_a_browser_one_line_says_what_to_do_and_no_page_is_left(topic: &Topic) {
    let folder = tempfile::tempdir().expect("a folder");
    // In a build folder of its own, where no test before has opened a page.
    let program = folder.path().join(topic.name);
    fs::copy(topic.program(), &program).expect("a file");
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
