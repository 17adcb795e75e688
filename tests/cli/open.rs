//! `--open`, with a browser that only writes down what it was given, and with none.

use crate::TOPICS;
use crate::run::Run;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

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
fn without_a_browser_one_line_says_where_the_page_is() {
    let folder = tempfile::tempdir().unwrap();
    for topic in TOPICS {
        let run = Run::of(topic.command(folder.path(), &["--open"]).env("PATH", folder.path()));
        assert_eq!((run.status, run.stdout.as_str()), (Some(2), ""), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        assert!(run.stderr.starts_with("error: --open: no browser could be started"), "{}", run.stderr);
        let page = run.stderr.trim_end().rsplit(' ').next().unwrap();
        assert!(fs::read_to_string(page).unwrap().starts_with("<!DOCTYPE html>"));
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
