//! The lines of Rust that computed a value, found in the example's own source.

/// The bindings between the last blank line and the call on the given line (counted from 1).
///
/// An example binds what it computes and then shows it, with a blank line between cells; so the lines that
/// computed a value are the `let` statements of its own paragraph.
pub(super) fn above(source: &str, call: u32) -> Option<String> {
    let lines: Vec<&str> = source.lines().take(usize::try_from(call).ok()?.saturating_sub(1)).collect();
    let start = lines.iter().rposition(|line| line.trim().is_empty()).map_or(0, |blank| blank + 1);
    let paragraph = &lines[start..];
    let indent = |line: &str| line.len() - line.trim_start().len();
    let margin = paragraph.iter().map(|line| indent(line)).min()?;
    let mut bindings = Vec::new();
    let mut in_binding = false;
    for line in paragraph {
        let begins_statement = indent(line) == margin && !line[margin..].starts_with(['}', ')', ']', '.']);
        if begins_statement {
            in_binding = line[margin..].starts_with("let ");
        }
        if in_binding {
            bindings.push(&line[margin..]);
        }
    }
    (!bindings.is_empty()).then(|| bindings.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::above;

    const SOURCE: &str = "
    let unrelated = 1;

    // A comment is for the reader of the file.
    let a = first(
        1,
    )?;
    page.show(\"a\", &a)
        .equals(\"b\");
    let c = 2;
    page.show(\"c\", &c);
";

    #[test]
    fn the_bindings_of_the_paragraph_above_the_call() {
        assert_eq!(above(SOURCE, 8).unwrap(), "let a = first(\n    1,\n)?;");
        assert_eq!(above(SOURCE, 11).unwrap(), "let a = first(\n    1,\n)?;\nlet c = 2;");
        assert_eq!(above(SOURCE, 2), None);
    }
}
