//! Devices, pipes, links and terminals.

use crate::Topic;
use crate::errors::expect_refusal;
use crate::run::{Run, listing};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

const HERE: &str = ".";

each_topic! {
    a_device_stays_a_device
    a_full_disk_is_an_error
    a_file_that_cannot_be_read_is_an_error
    a_reader_who_has_seen_enough_is_no_error
    with_nobody_to_tell_the_status_tells
    a_page_has_the_permissions_of_the_file_it_replaces_or_ordinary_ones
    a_link_stays_a_link
    a_terminal_has_colour_unless_it_is_not_wanted
}

/// Runs a line of shell in which `"$0"` or `'$0'` is the program.
fn shell(topic: &Topic, folder: &Path, line: &str) -> Run {
    let quick = topic.quick.join(" ");
    let line = &line.replace("\"$0\"", &format!("\"$0\" {quick}")).replace("'$0'", &format!("'$0' {quick}"));
    Run::of(Command::new("sh").current_dir(folder).args(["-c", line]).arg(topic.program()))
}

fn a_device_stays_a_device(topic: &Topic) {
    let is_device = |path: &str| fs::metadata(path).expect("a device").file_type().is_char_device();
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(topic.run(folder.path(), &["--output", "/dev/null"]).page(), "");
    let full = ["--output", "/dev/full", "--figures", "new/figures"];
    expect_refusal(&topic.run(folder.path(), &full), &["--output: given \"/dev/full\": No space left"]);
    assert!(is_device("/dev/null") && is_device("/dev/full"));

    let page = topic.run(folder.path(), &[] as &[&str]).page();
    assert_eq!(topic.run(folder.path(), &["--output", "/dev/stdout"]).page(), page);
    assert!(listing(folder.path()).is_empty());

    let link = fs::read_link("/dev/stdout").ok();
    shell(topic, folder.path(), "(echo before; \"$0\" --output /dev/stdout; echo after) >file").page();
    let file = fs::read_to_string(folder.path().join("file")).expect("a file");
    assert_eq!(file, format!("before\n{page}after\n"));
    assert_eq!(fs::read_link("/dev/stdout").ok(), link);
    fs::remove_file(folder.path().join("file")).expect("a file");
}

fn a_full_disk_is_an_error(topic: &Topic) {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in ["", "--format json", "--figures new/figures", "--help"] {
        let run = shell(topic, folder.path(), &format!("\"$0\" {arguments} >/dev/full"));
        expect_refusal(&run, &["standard output: No space left"]);
        assert!(listing(folder.path()).is_empty());
    }
}

fn a_file_that_cannot_be_read_is_an_error(topic: &Topic) {
    let option = topic.matrices[0];
    expect_refusal(
        &topic.run(Path::new(HERE), &[option, "@/dev/zero"]),
        &[option, "/dev/zero: it is a pipe, a device or the like"],
    );
    // Whoever may open it, nobody can read its first page.
    expect_refusal(
        &topic.run(Path::new(HERE), &[option, "@/proc/self/mem"]),
        &[option, "/proc/self/mem: Input"],
    );
}

fn a_reader_who_has_seen_enough_is_no_error(topic: &Topic) {
    for arguments in [&[][..], &["--format", "json"], &["--help"]] {
        let (reader, writer) = io::pipe().expect("a pipe");
        drop(reader);
        let run = Run::of(topic.command(Path::new(HERE), arguments).stdout(writer));
        assert_eq!(run.page(), "");
    }
    let head = shell(topic, Path::new(HERE), "\"$0\" --format json --full | head -1").page();
    assert_eq!(head, "{\n");
}

fn with_nobody_to_tell_the_status_tells(topic: &Topic) {
    let status = |line: &str| shell(topic, Path::new(HERE), line);
    for line in ["\"$0\" >&-", "\"$0\" --help >&-", "\"$0\" 2>&- >&- <&-"] {
        assert_eq!(status(line).page(), "", "{line}");
    }
    for line in ["\"$0\" --bogus 2>&-", "\"$0\" --bogus 2>/dev/full", "\"$0\" --bogus >&- 2>&- <&-"] {
        assert_eq!(status(line).status, Some(2), "{line}");
    }
}

fn a_page_has_the_permissions_of_the_file_it_replaces_or_ordinary_ones(topic: &Topic) {
    let folder = tempfile::tempdir().expect("a folder");
    let mode = |name: &str| {
        let data = fs::metadata(folder.path().join(name)).expect("a file");
        data.permissions().mode() & 0o777
    };
    File::create(folder.path().join("ordinary")).expect("a file");
    let private = File::create(folder.path().join("private")).expect("a file");
    private.set_permissions(fs::Permissions::from_mode(0o600)).expect("permissions");
    for name in ["new", "ordinary", "private"] {
        topic.run(folder.path(), &[topic.any_page, &["--output", name]].concat()).page();
    }
    assert_eq!((mode("new"), mode("private")), (mode("ordinary"), 0o600));
    assert_eq!(private.metadata().expect("a file").len(), 0, "a reader of the old file keeps it whole");
}

fn a_link_stays_a_link(topic: &Topic) {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("elsewhere")).expect("a folder");
    fs::write(folder.path().join("elsewhere/old"), "old").expect("a file");
    for (target, link) in [("elsewhere/old", "link"), ("elsewhere/new", "dangling")] {
        symlink(target, folder.path().join(link)).expect("a link");
        topic.run(folder.path(), &[topic.any_page, &["--output", link]].concat()).page();
        assert_eq!(fs::read_link(folder.path().join(link)).expect("a link"), Path::new(target));
        let page = fs::read_to_string(folder.path().join(target)).expect("the page");
        assert_eq!(page, topic.run(folder.path(), topic.any_page).page());
    }
}

fn a_terminal_has_colour_unless_it_is_not_wanted(topic: &Topic) {
    let on_terminal = |settings: &str, arguments: &str| {
        // Without the progress of training, which is told on standard error.
        let line = format!(
            "exec script -qec \"stty rows 30 cols 100; {settings} '$0' {arguments} 2>/dev/null\" /dev/null </dev/null"
        );
        shell(topic, Path::new(HERE), &line).page().replace("\r\n", "\n")
    };
    let plain = topic.run(Path::new(HERE), &[] as &[&str]).page();
    assert!(!plain.contains('\u{1b}'));

    let coloured = on_terminal("TERM=xterm NO_COLOR=", "");
    assert!(coloured.contains("\u{1b}[1m") && coloured.contains("\u{1b}[32m"), "{coloured}");
    assert_eq!(without_colours(&coloured), plain, "colour never carries meaning alone");

    assert_eq!(on_terminal("TERM=xterm NO_COLOR=1", ""), plain);
    assert_eq!(on_terminal("TERM=dumb NO_COLOR=", ""), plain);
    for arguments in ["--format json", "--format markdown"] {
        assert!(!on_terminal("TERM=xterm NO_COLOR=", arguments).contains('\u{1b}'));
    }
}

fn without_colours(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + piece.split_once('m').expect("the end of a colour").1)
}
