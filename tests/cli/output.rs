//! Where the page goes, and the figures.

use crate::Topic;
use crate::page::pages;
use crate::run::{list, listing, text};
use std::fs;
use std::path::Path;

each_topic! {
    the_page_replaces_a_file_and_leaves_nothing_else_behind
    every_figure_is_a_file_that_the_page_points_to
    without_figures_the_terminal_says_how_to_get_them
    help_names_every_option
}

fn the_page_replaces_a_file_and_leaves_nothing_else_behind(topic: &Topic) {
    for format in ["terminal", "markdown", "json"] {
        let folder = tempfile::tempdir().expect("a folder");
        let run = |arguments: &[&str]| {
            topic.run(folder.path(), &[topic.any_page, arguments, &["--format", format]].concat()).page()
        };
        let page = run(&[]);
        for arguments in [&["--output", "page"][..], &["--full", "--output=./page"], &["--output", "page"]] {
            assert_eq!(run(arguments), "");
        }
        let found = listing(folder.path());
        assert_eq!(found.len(), 1);
        assert_eq!(found[&folder.path().join("page")].as_deref(), Some(page.as_bytes()), "{format}");
    }
}

fn every_figure_is_a_file_that_the_page_points_to(topic: &Topic) {
    let folder = tempfile::tempdir().expect("a folder");
    let cells = &pages(topic)[0];
    let figures: Vec<_> = list(&cells["cells"]).iter().filter(|cell| cell["kind"] == "figure").collect();
    let arguments = ["--format", "markdown", "--output", "book/page.md", "--figures", "book/the/figures"];
    fs::create_dir(folder.path().join("book")).expect("a folder");
    assert_eq!(topic.run(folder.path(), &arguments).page(), "");

    let page = fs::read_to_string(folder.path().join("book/page.md")).expect("the page");
    let written = listing(&folder.path().join("book/the/figures"));
    assert_eq!(written.len(), figures.len() + topic.attachments.len());
    for attachment in topic.attachments {
        let file = folder.path().join("book/the/figures").join(attachment);
        assert!(written[&file].as_ref().is_some_and(|bytes| !bytes.is_empty()), "{attachment}");
    }
    for figure in figures {
        let link = format!("the/figures/{}-{}.svg", topic.name, text(&figure["name"]));
        let svg = fs::read_to_string(folder.path().join("book").join(&link)).expect("the figure");
        assert!(svg.starts_with("<svg") && svg.contains("<title") && svg.contains("<desc"), "{link}");
        assert!(page.contains(&format!("]({link})")), "{link}");
    }
    assert_eq!(topic.run(folder.path(), &arguments).page(), "");
    assert_eq!(listing(&folder.path().join("book/the/figures")), written);
}

fn without_figures_the_terminal_says_how_to_get_them(topic: &Topic) {
    let page = topic.run(Path::new("."), &[] as &[&str]).page();
    let figures = list(&pages(topic)[0]["cells"]).iter().filter(|cell| cell["kind"] == "figure").count();
    assert_eq!(page.matches("(--figures DIR writes it").count(), figures);
}

fn help_names_every_option(topic: &Topic) {
    for help in ["--help", "-h"] {
        let page = topic.run(Path::new("."), &[help]).page();
        let shared = ["--format", "--output", "--figures", "--digits", "--full", "--help"];
        for option in shared.iter().chain(topic.matrices) {
            assert!(page.contains(option), "{option}");
        }
        assert!(!page.contains('\u{1b}'));
    }
}
