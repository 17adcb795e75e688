//! `--open`, with a browser that only writes down what it was given, and with none.

use crate::TOPICS;
use crate::errors::expect_refusal;
use crate::run::Run;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

#[test]
fn the_page_is_opened_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let browser = folder.path().join("xdg-open");
    fs::write(&browser, "#!/bin/sh\nprintf %s \"$1\" > opened\n").unwrap();
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
    for topic in TOPICS {
        let page = Run::of(topic.command(folder.path(), &["--open"]).env("PATH", folder.path())).page();
        let opened = fs::read_to_string(folder.path().join("opened")).unwrap();
        assert_eq!(page, format!("Open in the browser: {opened}\n"));
        let written = fs::read_to_string(&opened).unwrap();
        assert_eq!(written, topic.run(folder.path(), &["--format", "html"]).page());
        assert!(Path::new(&opened).extension().is_some_and(|end| end == "html"));
    }
}

#[test]
fn without_a_browser_one_line_says_what_to_do_and_no_page_is_left() {
    let folder = tempfile::tempdir().unwrap();
    for topic in TOPICS {
        // In a build folder of its own, where no test before has opened a page.
        let program = folder.path().join(topic.name);
        fs::copy(topic.program(), &program).unwrap();
        let run = Run::of(Command::new(&program).args(topic.quick).arg("--open").env("PATH", folder.path()));
        expect_refusal(&run, &["--open: no browser could be started", "--output page.html"]);
        assert!(!program.with_extension("html").exists());
    }
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
