//! The line of Rust that computed a value, found in the example's own source.

use std::panic::Location;

/// What the call at this place shows as its argument of that number, counted from 0, as a binding of `name`; where
/// the argument is itself the name of a binding, that binding.
pub(super) fn shown_by(files: &[&str], call: &Location, argument: usize, name: &str) -> Option<String> {
    let (line, column) = (usize::try_from(call.line()).ok()?, usize::try_from(call.column()).ok()?);
    files.iter().find_map(|file| shown_at(file, (line, column), argument, name))
}

/// The call stands in this file if one that can be of this name is there.
fn shown_at(source: &str, (line, column): (usize, usize), argument: usize, name: &str) -> Option<String> {
    let start = source.split_inclusive('\n').take(line - 1).map(str::len).sum::<usize>();
    let call = source.get(start + column - 1..)?;
    let open = call.find('(')?;
    let arguments = arguments(&call[open + 1..]);
    let is_its = arguments.first()?.strip_prefix('"').is_none_or(|statement| statement.starts_with(name));
    if !(is_its && ["show", "value", "table"].contains(&&call[..open])) {
        return None;
    }
    let argument = *arguments.get(argument)?;
    let bound = argument.trim_start_matches('&').trim_end_matches(".clone()");
    if bound.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return binding(&source[..start], bound);
    }
    Some(without_margin(&format!("let {name} = {argument};"), margin(source, start)))
}

/// The function of this name, from its signature to its closing brace.
pub(super) fn function(files: &[&str], name: &str) -> Option<String> {
    let start = |file: &str| Some(file.find(&format!("\nfn {name}"))? + 1);
    let (source, start) = files.iter().find_map(|file| Some((file, start(file)?)))?;
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
    use super::{arguments, binding, function, shown_at};

    #[test]
    fn arguments_end_at_commas_that_stand_outside_of_everything() {
        assert_eq!(
            arguments("\"a, b\", f(x, [1, 2])?, |x| { x }) + 1"),
            ["\"a, b\"", "f(x, [1, 2])?", "|x| { x }"]
        );
        assert_eq!(arguments(r#""a\"b", c)"#), [r#""a\"b""#, "c"]);
        assert_eq!(arguments(r#""a\\", b)"#), [r#""a\\""#, "b"]);
    }

    #[test]
    fn a_function_ends_at_its_own_brace() {
        let source = "use x;\n\nfn one() {\n    if a { b(\"}\") }\n}\n\nfn two() {}\n";
        assert_eq!(function(&[source], "one").unwrap(), "fn one() {\n    if a { b(\"}\") }\n}");
        assert_eq!(function(&[source], "three"), None);
    }

    #[test]
    fn a_name_stands_for_the_statement_that_binds_it() {
        let source = "    let other = 1;\n    let [a, b] = pair(\n        \";\",\n    );\n    let c = 2;\n";
        assert_eq!(binding(source, "b").unwrap(), "let [a, b] = pair(\n    \";\",\n);");
        assert_eq!(binding(source, "d"), None);
        let source = "let a = [0; 3].map(|_| { b(); c; }); let d = a;";
        assert_eq!(binding(source, "a").unwrap(), "let a = [0; 3].map(|_| { b(); c; });");
        assert_eq!(binding(source, "c"), None);
    }

    #[test]
    fn a_call_is_found_in_the_file_in_which_it_stands() {
        let one = "//! One.\n//! And more.\nfn a() {\n    page.show(\"x\", 1 + 1);\n}\n";
        let two = "//! Two.\n\nfn b() {\n    page.show(\"y = x\", 2 + x);\n}\n";
        let shown = |name| [one, two].into_iter().find_map(|file| shown_at(file, (4, 10), 1, name));
        assert_eq!(
            [shown("x"), shown("y"), shown("z")],
            [Some("let x = 1 + 1;".to_owned()), Some("let y = 2 + x;".to_owned()), None]
        );
    }
}
