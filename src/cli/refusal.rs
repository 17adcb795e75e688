//! How a program says in one line what it cannot use.

use super::file::plain;
use crate::notebook::quote;
use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::num::{IntErrorKind, ParseIntError};
use std::process::ExitCode;

/// Ends a program with that status and a line on standard error.
#[must_use]
pub fn fail(status: u8, message: &str) -> ExitCode {
    // With standard error closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "error: {message}");
    ExitCode::from(status)
}

/// The options of this program.
///
/// # Errors
/// The status to end with, where help was asked for and printed, or the command line is unusable and was refused.
pub fn options<P: Parser>() -> Result<P, ExitCode> {
    parsed(P::try_parse)
}

/// What was read from the command line, or the status to end with.
pub(super) fn parsed<T>(read: impl FnOnce() -> Result<T, clap::Error>) -> Result<T, ExitCode> {
    read().map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match unless_closed(error.print()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(2, &error),
        },
        _ => fail(2, &one_line(&error)),
    })
}

/// A closed pipe is a reader who has seen enough. An error that was given words says itself what it is about.
pub(super) fn unless_closed(printed: io::Result<()>) -> Result<(), String> {
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error
            .get_ref()
            .map_or_else(|| format!("standard output: {}", plain(&error)), ToString::to_string)),
        _ => Ok(()),
    }
}

/// What clap has to say in several lines, as one: the option, what was given and what was expected.
fn one_line(error: &clap::Error) -> String {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    };
    // Without the names of their values.
    let name = |kind| {
        let names = text(kind);
        let names: Vec<_> =
            names.split(", ").map(|name| name.split(" <").next().unwrap_or_default()).collect();
        quote(&names.join(", "))
    };
    let [option, other] = [ContextKind::InvalidArg, ContextKind::PriorArg].map(name);
    let given = quote(&text(ContextKind::InvalidValue));
    let valid = text(ContextKind::ValidValue);
    match (error.kind(), error.source()) {
        (ErrorKind::ValueValidation, Some(why)) => {
            format!("{option}: given \"{given}\": {}", of_a_number(&given, why))
        }
        (ErrorKind::InvalidValue, _) if valid.is_empty() => format!("{option}: expected a value, given none"),
        (ErrorKind::InvalidValue, _) => format!("{option}: given \"{given}\": expected one of {valid}"),
        (ErrorKind::TooManyValues, _) => format!("{option}: given \"{given}\": expected no value"),
        (ErrorKind::ArgumentConflict, _) if other == option => {
            format!("{option}: given twice, expected once")
        }
        (ErrorKind::ArgumentConflict, _) => {
            let all = if other.contains(", ") { "them" } else { "the two" };
            format!("{option}: given with {other}, expected one of {all}")
        }
        (ErrorKind::MissingRequiredArgument, _) => format!("{option}: expected a value, given none"),
        (ErrorKind::UnknownArgument, _) => {
            format!("{option}: there is no such option; --help lists them all")
        }
        (ErrorKind::InvalidUtf8, _) => format!("{}: expected text in UTF-8", not_utf8(std::env::args_os())),
        _ => quote(error.to_string().lines().next().unwrap_or_default()),
    }
}

/// What is wrong with a whole number, in the words of those who read it; of other values, what they say themselves.
fn of_a_number(given: &str, why: &(dyn Error + 'static)) -> String {
    let said = why.to_string();
    let range = said.split_once(" is not in ").and_then(|(_, range)| range.split_once("..="));
    match (why.downcast_ref::<ParseIntError>().map(ParseIntError::kind), range) {
        (Some(IntErrorKind::PosOverflow), _) => "expected a smaller number".to_owned(),
        (Some(_), _) if given.starts_with('-') => "expected a whole number, 0 or more".to_owned(),
        (Some(_), _) => "expected a whole number".to_owned(),
        (None, Some((least, most))) => format!("expected a whole number from {least} to {most}"),
        (None, None) => said,
    }
}

/// What clap does not name: the first argument that is no text where no path is expected, with its option.
fn not_utf8(arguments: impl Iterator<Item = OsString>) -> String {
    let is_path = |text: &str| text.starts_with("--output") || text.starts_with("--figures");
    let mut before = String::new();
    for argument in arguments.skip(1) {
        let text = argument.to_string_lossy().into_owned();
        if argument.to_str().is_none() && !is_path(&before) && !is_path(&text) {
            let names_itself = text.starts_with("--") || !before.starts_with("--");
            return quote(&if names_itself { text } else { format!("{before} {text}") });
        }
        before = text;
    }
    before
}

#[cfg(test)]
mod tests {
    use super::{not_utf8, one_line};
    use clap::{Arg, ArgAction, Command};

    fn refusal(arguments: &[&str]) -> String {
        let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
        let command = Command::new("").args([
            flag("key").conflicts_with_all(["format", "figures"]),
            Arg::new("format").long("format").value_name("FORMAT"),
            Arg::new("figures").long("figures").value_name("DIR"),
            Arg::new("output").long("output").value_name("DIR").required(true),
            Arg::new("seed").long("seed").value_parser(clap::value_parser!(u64)),
            Arg::new("epochs").long("epochs").value_parser(clap::value_parser!(u16).range(1..=200)),
        ]);
        one_line(&command.try_get_matches_from([&[""], arguments].concat()).expect_err("unusable"))
    }

    #[test]
    fn what_clap_says_in_several_lines_is_one() {
        for (arguments, line) in [
            (&[][..], "--output: expected a value, given none"),
            (&["--output=o", "--key", "--format=f"], "--key: given with --format, expected one of the two"),
            (
                &["--output=o", "--key", "--format=f", "--figures=d"],
                "--key: given with --format, --figures, expected one of them",
            ),
            (&["--seed=1 2"], "--seed: given \"1 2\": expected a whole number"),
            (&["--seed=-1"], "--seed: given \"-1\": expected a whole number, 0 or more"),
            (
                &["--seed=99999999999999999999"],
                "--seed: given \"99999999999999999999\": expected a smaller number",
            ),
            (&["--epochs=201"], "--epochs: given \"201\": expected a whole number from 1 to 200"),
            (&["--epochs=1.5"], "--epochs: given \"1.5\": expected a whole number"),
            (&["--\u{1b}[31m"], r"--\u{1b}[31m: there is no such option; --help lists them all"),
        ] {
            assert_eq!(refusal(arguments), line);
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_text_is_named_with_its_own_option() {
        use std::ffi::OsString;
        use std::os::unix::ffi::OsStringExt;

        for (arguments, named) in [
            (&[&b"--key"[..], b"--image=\xff"][..], "--image=\\u{fffd}"),
            (&[b"--image", b"\xff"], "--image \\u{fffd}"),
            (&[b"--output", b"\xff", b"--image", b"\xff"], "--image \\u{fffd}"),
            (&[b"1", b"\xff"], "\\u{fffd}"),
        ] {
            let arguments = arguments.iter().map(|bytes| OsString::from_vec(bytes.to_vec()));
            assert_eq!(not_utf8(std::iter::once(OsString::new()).chain(arguments)), named);
        }
    }
}
