//! The line of Rust that computed a value, found in the example's own source.

use std::panic::Location;

/// What the call at this place shows as its argument of that number, counted from 0, as a binding of `name`; where
/// the argument is itself the name of a binding, that binding. The source may be that of several files, one after the
/// other: the call's is the one in which that name is shown at that place.
pub(super) fn shown_by(source: &str, call: &Location, argument: usize, name: &str) -> Option<String> {
    let place = (usize::try_from(call.line()).ok()?, usize::try_from(call.column()).ok()?);
    match files(source)[..] {
        [file] => shown_at(file, place, argument, name, |_| true),
        ref files => {
            let named = format!("\"{name}");
            let is_named = |arguments: &[&str]| arguments.iter().any(|argument| argument.contains(&named));
            files.iter().find_map(|file| shown_at(file, place, argument, name, is_named))
        }
    }
}

/// The files of a source: each begins with its documentation.
fn files(source: &str) -> Vec<&str> {
    let mut rest = source;
    let mut files = Vec::new();
    while let Some((at, _)) = rest
        .match_indices("\n//! ")
        .find(|&(at, _)| rest[..at].rsplit('\n').next().is_some_and(|before| !before.starts_with("//!")))
    {
        files.push(&rest[..=at]);
        rest = &rest[at + 1..];
    }
    files.push(rest);
    files
}

fn shown_at(
    file: &str,
    (line, column): (usize, usize),
    argument: usize,
    name: &str,
    is_it: impl Fn(&[&str]) -> bool,
) -> Option<String> {
    let start = file.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
    let call = file.get(start + column - 1..)?;
    let arguments = arguments(&call[call.find('(')? + 1..]);
    let argument = *arguments.get(argument).filter(|_| is_it(&arguments))?;
    let bound = argument.trim_start_matches('&').trim_end_matches(".clone()");
    if bound.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return binding(&file[..start], bound);
    }
    Some(without_margin(&format!("let {name} = {argument};"), margin(file, start)))
}

/// The function of this name, from its signature to its closing brace.
pub(super) fn function(source: &str, name: &str) -> Option<String> {
    let start = source.find(&format!("\nfn {name}"))? + 1;
    let mut depth = 0_usize;
    let end = outside_of_strings(&source[start..]).find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => return None,
        }
        (depth == 0).then_some(at)
    })?;
    Some(source[start..=start + end].to_owned())
}

/// The arguments of a call, from behind its opening parenthesis.
fn arguments(text: &str) -> Vec<&str> {
    let mut arguments = Vec::new();
    let (mut depth, mut begin) = (0_usize, 0);
    for (at, c) in outside_of_strings(text) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => {
                arguments.push(text[begin..at].trim());
                break;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                arguments.push(text[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    arguments
}

/// The characters that are code, each with its place; those of strings are left out.
fn outside_of_strings(text: &str) -> impl Iterator<Item = (usize, char)> {
    let (mut in_string, mut escaped) = (false, false);
    text.char_indices().filter(move |&(_, c)| {
        let is_code = !in_string && c != '"';
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && c == '\\' && !escaped;
        is_code
    })
}

/// The last `let` statement that binds the name.
fn binding(source: &str, name: &str) -> Option<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (at, _) = source.rmatch_indices("let ").find(|&(at, _)| {
        let pattern = source[at + 4..].split('=').next().unwrap_or_default();
        pattern.split(|c| !is_name(c)).any(|word| word == name)
    })?;
    let mut depth = 0_usize;
    let end = outside_of_strings(&source[at..]).find_map(|(end, c)| {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (c == ';' && depth == 0).then_some(end)
    })?;
    Some(without_margin(&source[at..=at + end], margin(source, at)))
}

/// How far the line at this place is indented.
fn margin(source: &str, at: usize) -> usize {
    let line = source[..at].rfind('\n').map_or(0, |end| end + 1);
    source[line..].len() - source[line..].trim_start_matches(' ').len()
}

fn without_margin(code: &str, margin: usize) -> String {
    let dedent = |line: &str| {
        let indent = line.len() - line.trim_start_matches(' ').len();
        line[indent.min(margin)..].to_owned()
    };
    code.lines().map(dedent).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{arguments, binding, files, function, shown_at};

    #[test]
    fn arguments_end_at_commas_that_stand_outside_of_everything() {
        assert_eq!(
            arguments("\"a, b\", f(x, [1, 2])?, |x| { x }) + 1"),
            ["\"a, b\"", "f(x, [1, 2])?", "|x| { x }"]
        );
    }

    #[test]
    fn a_call_is_found_in_the_file_that_shows_its_name() {
        let source = "//! One.\n//! Still.\nuse x;\n    page.show(\"a = 1\", one());\n//! Two.\n\nuse x;\n    page.show(\"b\", two());\n";
        let files = files(source);
        assert_eq!(files.concat(), source);
        assert_eq!(files.len(), 2);
        let is_named = |name: &str, arguments: &[&str]| arguments[0].contains(&format!("\"{name}"));
        let shown = |name| {
            let mut shown = files.iter().map(|file| shown_at(file, (4, 10), 1, name, |a| is_named(name, a)));
            shown.find_map(|shown| shown)
        };
        assert_eq!(shown("a").as_deref(), Some("let a = one();"));
        assert_eq!(shown("b").as_deref(), Some("let b = two();"));
        assert_eq!(shown("c"), None);
    }

    #[test]
    fn a_function_ends_at_its_own_brace() {
        let source = "use x;\n\nfn one() {\n    if a { b(\"}\") }\n}\n\nfn two() {}\n";
        assert_eq!(function(source, "one").unwrap(), "fn one() {\n    if a { b(\"}\") }\n}");
        assert_eq!(function(source, "three"), None);
    }

    #[test]
    fn a_name_stands_for_the_statement_that_binds_it() {
        let source = "    let other = 1;\n    let [a, b] = pair(\n        \";\",\n    );\n    let c = 2;\n";
        assert_eq!(binding(source, "b").unwrap(), "let [a, b] = pair(\n    \";\",\n);");
        assert_eq!(binding(source, "d"), None);
    }
}
