//! The lines of Python that stand ahead of a page's code: one for each input that it uses.

use super::cell::{Cell, Notebook};
use super::input::write_number;
use nalgebra::DMatrix;
use textwrap::{WordSeparator, WordSplitter};
use traced::Value;

/// Longer lines are broken: in a terminal they stand behind an indent.
const WIDTH: usize = 92;
/// A number that takes more characters is written as the nearest double.
const MOST_CHARACTERS: usize = 16;

/// The code, whose imports end at its first empty line, with the inputs that it uses behind them. Nothing where one of
/// them is beyond the range of doubles.
///
/// # Errors
/// Code that does not begin with its imports.
pub(super) fn with_inputs(notebook: &Notebook, code: &str) -> Result<Option<String>, String> {
    let (imports, code) = code
        .split_once("\n\n")
        .filter(|(imports, _)| {
            imports.lines().all(|line| line.starts_with("import ") || line.starts_with("from "))
        })
        .ok_or("the code in Python does not begin with its imports")?;
    let used = notebook.inputs.iter().filter(|(name, _)| uses(code, name));
    let lines: Option<Vec<_>> = used.map(|(name, text)| input(notebook, name, text)).collect();
    Ok(lines.map(|lines| format!("{imports}\n\n{}\n\n{}", lines.join("\n"), code.trim_end())))
}

/// Whether the code has the name outside of its comments.
fn uses(code: &str, name: &str) -> bool {
    let statements = code.lines().filter_map(|line| line.split('#').next());
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    statements.flat_map(|line| line.split(|c| !is_name(c))).any(|word| word == name)
}

/// A matrix or a number that the page shows, else words.
fn input(notebook: &Notebook, name: &str, text: &str) -> Option<String> {
    let cell = notebook.cells().map(|(_, cell)| cell).find(|cell| cell.name() == Some(name));
    match cell {
        Some(Cell::Matrix(matrix)) => array(name, &matrix.values),
        Some(Cell::Value { value, .. }) => Some(format!("{name} = {}", number(value)?)),
        _ => Some(format!("{name} = \"{}\"", text.replace('\\', r"\\").replace('"', "\\\""))),
    }
}

/// Whole numbers are read as doubles too: in whole numbers NumPy overflows without a word.
fn array(name: &str, values: &DMatrix<Value>) -> Option<String> {
    let row = |row: usize| values.row(row).iter().map(number).collect::<Option<Vec<_>>>();
    let rows = (0..values.nrows()).map(row).collect::<Option<Vec<_>>>()?;
    let is_whole = |number: &String| !number.contains(['.', '/', 'e']);
    let end = if rows.iter().flatten().all(is_whole) { ", dtype=float)" } else { ")" };
    let rows: Vec<_> = rows.iter().map(|row| format!("[{}]", row.join(", "))).collect();
    let line = format!("{name} = np.array([{}]{end}", rows.join(", "));
    if line.len() <= WIDTH {
        return Some(line);
    }
    let options = textwrap::Options::new(WIDTH)
        .initial_indent("    ")
        .subsequent_indent("     ")
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    let rows = rows.iter().map(|row| textwrap::fill(&format!("{row},"), &options) + "\n").collect::<String>();
    Some(format!("{name} = np.array([\n{rows}]{end}"))
}

/// A number as Python reads it; nothing where no double is near it.
fn number(value: &Value) -> Option<String> {
    let double = value.to_f64();
    let is_lost = !double.is_finite() || (double == 0.0 && *value != Value::from(0));
    let text = value.exact().map(write_number).filter(|text| text.len() <= MOST_CHARACTERS);
    (!is_lost).then(|| text.unwrap_or_else(|| format!("{double:e}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notebook::{Page, literal, parse_matrix, parse_number};

    fn array_of(text: &str) -> Option<String> {
        array("a", &parse_matrix(text).unwrap().map(|number| Value::from(&number)))
    }

    #[test]
    fn numbers_are_written_as_python_reads_them() {
        assert_eq!(array_of("1 -2; 3 4").unwrap(), "a = np.array([[1, -2], [3, 4]], dtype=float)");
        assert_eq!(array_of("-1/3 .5 1e20").unwrap(), "a = np.array([[-1/3, 0.5, 1e20]])");
        assert_eq!(array_of("1e20 2e-300").unwrap(), "a = np.array([[1e20, 2e-300]])");
        assert_eq!(array_of("1e400"), None);
        assert_eq!(array_of("1e-400 0"), None);
    }

    #[test]
    fn long_matrices_have_a_row_a_line_and_long_rows_go_on_below() {
        let row = ["-0.25"; 12].join(" ");
        let lines = array_of(&[row.as_str(); 2].join("; ")).unwrap();
        let row = ["-0.25"; 12].join(", ");
        assert_eq!(lines, format!("a = np.array([\n    [{row}],\n    [{row}],\n])"));
        let lines = array_of(&["-0.25"; 200].join(" ")).unwrap();
        assert!(lines.lines().all(|line| line.len() <= WIDTH), "{lines}");
        assert_eq!(lines.matches("-0.25").count(), 200);
    }

    /// The page of a topic with these inputs, which ends with this code.
    fn page(rate: &str, code: &str) -> Result<Notebook, String> {
        let mut page = Page::new(Notebook::default(), &[], true);
        page.section("What is given");
        page.given("image", &literal("1 2"));
        page.given_number("rate", &parse_number(rate)?);
        page.given("unused", &literal("3 4"));
        page.given_text("border", r#""\"#);
        page.numpy(code);
        page.finish()
    }

    #[test]
    fn the_inputs_that_are_used_stand_behind_the_imports() {
        let code = "import numpy as np\n\nprint(rate * image, border)  # not unused\n";
        let page = page("1/3", code).unwrap();
        let Some(Cell::Python(code)) = page.cells().map(|(_, cell)| cell).last() else { panic!("no code") };
        let expected = [
            "import numpy as np",
            "",
            "image = np.array([[1, 2]], dtype=float)",
            "rate = 1/3",
            r#"border = "\"\\""#,
            "",
            "print(rate * image, border)  # not unused",
        ];
        assert_eq!(code.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn code_is_left_out_where_doubles_end_and_only_if_it_uses_such_a_number() {
        let has_code = |page: Notebook| page.cells().any(|(_, cell)| matches!(cell, Cell::Python(_)));
        let of = |name: &str| page("1e400", &format!("import numpy as np\n\nprint({name})\n")).unwrap();
        assert!(!has_code(of("rate")) && has_code(of("image")));
    }

    #[test]
    fn code_that_does_not_begin_with_its_imports_is_a_mistake() {
        assert!(page("1", "a = image\n\nprint(a)\n").unwrap_err().contains("imports"));
    }

    #[test]
    fn a_name_in_a_comment_or_within_another_is_no_use_of_it() {
        let code = "b = image_2 + 1  # not image\n# image\n";
        assert!(!uses(code, "image") && uses(code, "image_2"));
    }
}
