//! The rows of a matrix as people write and paste them: line by line, in brackets, as the prints of programs.

use super::input::MOST_ENTRIES;
use super::quote;
use std::iter::Peekable;
use std::str::Chars;

/// So deep brackets may nest: those of four dimensions, a call around them, and some to spare.
const DEEPEST: usize = 8;

/// Splits what somebody wrote into rows of entries, which are left as they are written.
///
/// Rows end at `;`, `|` or the end of a line, or have brackets of their own; entries are separated by blanks or
/// commas. The prints of `NumPy`, `PyTorch`, Python, JSON and MATLAB are read as they are, as are a line of column names
/// and comments behind `#`.
///
/// # Errors
/// What is wrong with the brackets or the rows; both readings of what can be read in two ways, such as a comma that may
/// stand for a decimal point.
///
/// ```
/// use worked_examples::notebook::rows;
///
/// for text in ["1 .5; -3 4", "1,.5,\n-3,4,", "[[1, .5], [-3, 4]]", "array([[1, .5],\n [-3, 4]], dtype=float32)"] {
///     assert_eq!(rows(text)?, [["1", ".5"], ["-3", "4"]], "{text}");
/// }
/// assert!(rows("1,5 2,5").unwrap_err().contains(r#""1.5 2.5" or as "1 5 2 5""#));
/// # Ok::<(), String>(())
/// ```
pub fn rows(text: &str) -> Result<Vec<Vec<String>>, String> {
    let text = without_remarks(text);
    if !text.contains('[') {
        refuse_two_readings(&text)?;
    }
    let rows = whole(&text)?.rows(true)?;
    let columns = rows.first().map_or(0, Vec::len);
    for (number, row) in rows.iter().enumerate() {
        if row.is_empty() {
            return Err(format!("row {number}, counted from 0, is empty"));
        }
        if row.len() != columns {
            let noun = if row.len() == 1 { "entry" } else { "entries" };
            return Err(format!(
                "row {number}, counted from 0, has {} {noun} where row 0 has {columns}",
                row.len()
            ));
        }
    }
    if columns == 0 { Err("there is no entry".to_owned()) } else { Ok(rows) }
}

/// The text without comments, and without a first line of names: that of columns, or what `PyTorch` says of a parameter.
fn without_remarks(text: &str) -> String {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let mut lines: Vec<_> = lines.filter(|line| !line.is_empty() && !line.starts_with('%')).collect();
    let is_name = |word: &str| {
        let word = word.trim_matches(['"', '\'']);
        let is_a_number = ["nan", "inf", "infinity"].contains(&&*word.to_lowercase());
        word.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && !is_a_number
            && !word.contains(['[', '('])
    };
    if lines.len() > 1 && words(lines[0]).all(is_name) {
        lines.remove(0);
    }
    lines.join("\n")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || ",;|".contains(c)).filter(|word| !word.is_empty())
}

/// Refuses commas each of which may be a decimal comma, and semicolons each of which may part the cells of a line.
fn refuse_two_readings(text: &str) -> Result<(), String> {
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let may_be_decimal = |chunk: &str| {
        let parts = chunk.trim_start_matches(['+', '-', '−', '–']).split_once(',');
        parts.is_some_and(|(units, decimals)| is_number(units) && is_number(decimals))
    };
    let chunks = || text.split(|c: char| c.is_whitespace() || ";|()".contains(c));
    let mut commas = chunks().filter(|chunk| chunk.contains(',')).peekable();
    // With decimal commas, too, all rows have to be of one length.
    let rows = text.split([';', '|', '\n']).map(|row| row.split_whitespace().count());
    let mut lengths = rows.filter(|length| *length > 0);
    let first = lengths.next();
    let decimal_commas = commas.peek().is_some()
        && commas.all(may_be_decimal)
        && !chunks().any(|chunk| chunk.contains('.'))
        && lengths.all(|length| Some(length) == first);

    let lines: Vec<Vec<_>> =
        text.lines().map(|line| line.strip_suffix(';').unwrap_or(line).split(';').collect()).collect();
    let is_cell = |cell: &&str| words(cell).count() == 1 || may_be_decimal(cell.trim());
    let of_cells = |line: &Vec<_>| line.len() > 1 && line.len() == lines[0].len() && line.iter().all(is_cell);
    let cells = lines.len() > 1 && lines.iter().all(of_cells);

    let reading = |comma: &str, semicolon: &str| {
        let lines = text.lines().map(|line| line.strip_suffix(';').unwrap_or(line));
        let lines = lines.map(|line| line.replace(';', semicolon).replace(',', comma));
        let line = |line: String| line.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ;", ";");
        quote(&lines.map(line).collect::<Vec<_>>().join("; "))
    };
    let (first, advice) = match (decimal_commas, cells) {
        (false, false) => return Ok(()),
        (true, false) => (reading(".", "; "), "write a decimal point, or a blank between numbers"),
        (false, true) => (reading(" ", " "), "part the entries by blanks, and the rows by ; or by lines"),
        (true, true) => (reading(".", " "), "write decimal points, and blanks between numbers"),
    };
    Err(format!("it can be read as \"{first}\" or as \"{}\": {advice}", reading(" ", "; ")))
}

/// What stands between two brackets, or the whole text.
#[derive(Default)]
struct List {
    lines: Vec<Line>,
    /// The line that has not ended yet.
    line: Line,
    /// The bracket that closes it; none for the whole text.
    close: Option<char>,
    /// A call such as `array(…)` is as what stands in it.
    is_a_call: bool,
}

/// What stands between two ends of rows.
#[derive(Default)]
struct Line {
    nodes: Vec<Node>,
    ends_with_a_comma: bool,
    /// By a semicolon, and not by the end of a line or of all.
    ends_a_row: bool,
}

enum Node {
    Entry(String),
    List(List),
}

/// Calls that leave the numbers in them as they are.
const CALLS: [&str; 10] =
    ["array", "asarray", "matrix", "tensor", "float", "float32", "float64", "int", "int32", "int64"];

/// The whole text as one list.
fn whole(text: &str) -> Result<List, String> {
    let not_opened = || "a bracket closes that was not opened".to_owned();
    let mut around = Vec::new();
    let mut list = List::default();
    let mut chars = text.chars().peekable();
    let mut entries = 0;
    while let Some(c) = chars.next() {
        match c {
            '[' | '(' => {
                let close = Some(if c == '[' { ']' } else { ')' });
                around.push(std::mem::replace(&mut list, List { close, ..List::default() }));
            }
            ']' | ')' => {
                let outer = around.pop().filter(|_| list.close == Some(c)).ok_or_else(not_opened)?;
                let closed = std::mem::replace(&mut list, outer).closed()?;
                list.push(closed);
            }
            ';' | '|' => list.end_line(true),
            '\n' if !list.line.nodes.is_empty() => list.end_line(false),
            ',' if list.line.nodes.is_empty() && list.close.is_none() => {
                return Err("nothing stands before a comma".to_owned());
            }
            ',' if list.line.ends_with_a_comma => return Err("nothing stands between two commas".to_owned()),
            ',' => list.line.ends_with_a_comma = true,
            c if c.is_whitespace() => {}
            c => {
                let word = word(c, &mut chars);
                let is_call = CALLS.contains(&word.rsplit('.').next().unwrap_or(""));
                if word.contains('=') && list.is_a_call {
                    skip_arguments(&mut chars);
                } else if is_call && chars.next_if_eq(&'(').is_some() {
                    let call = List { close: Some(')'), is_a_call: true, ..List::default() };
                    around.push(std::mem::replace(&mut list, call));
                } else if word != "." && word.chars().all(|c| ".…".contains(c)) {
                    return Err("… leaves numbers out: print all of them".to_owned());
                } else {
                    entries += 1;
                    list.push_word(word);
                }
            }
        }
        if around.len() > DEEPEST {
            return Err(format!("brackets nest deeper than {DEEPEST}"));
        }
        if entries > MOST_ENTRIES {
            return Err(format!("there are more than {MOST_ENTRIES} entries"));
        }
    }
    list.end();
    if around.is_empty() { Ok(list) } else { Err("a bracket is not closed".to_owned()) }
}

/// The word that begins with a character: what stands in quotation marks, or all up to what parts entries.
fn word(first: char, chars: &mut Peekable<Chars>) -> String {
    let mut word = String::new();
    if "\"'".contains(first) {
        word.extend(chars.by_ref().take_while(|&c| c != first));
        return if word.is_empty() { first.to_string() } else { word };
    }
    word.push(first);
    while let Some(c) = chars.next_if(|&c| !c.is_whitespace() && !",;|[]()".contains(c)) {
        word.push(c);
    }
    word
}

/// Passes over what a call says beside its numbers, `dtype=float32` and the like, up to the call's end.
fn skip_arguments(chars: &mut Peekable<Chars>) {
    let mut depth = 0_usize;
    while let Some(c) = chars.next_if(|&c| depth > 0 || c != ')') {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
    }
}

impl List {
    fn push(&mut self, node: Node) {
        self.line.nodes.push(node);
        self.line.ends_with_a_comma = false;
    }

    /// A per cent sign may stand apart from its number.
    fn push_word(&mut self, word: String) {
        match self.line.nodes.last_mut() {
            Some(Node::Entry(entry)) if word == "%" => entry.push('%'),
            _ => self.push(Node::Entry(word)),
        }
    }

    fn end_line(&mut self, ends_a_row: bool) {
        // A semicolon at the beginning of a line parts it from the one above.
        if let Some(above) = self.lines.last_mut().filter(|above| !above.ends_a_row)
            && self.line.nodes.is_empty()
        {
            above.ends_a_row = ends_a_row;
            return;
        }
        self.line.ends_a_row = ends_a_row;
        self.lines.push(std::mem::take(&mut self.line));
    }

    fn end(&mut self) {
        if !self.line.nodes.is_empty() {
            self.end_line(false);
        }
    }

    /// What takes a closed list's place: a call is as what stands in it, and parentheses around one number as the number.
    fn closed(mut self) -> Result<Node, String> {
        self.end();
        let has_commas = self.lines.iter().any(|line| line.ends_with_a_comma);
        let mut nodes = self.lines.iter().flat_map(|line| &line.nodes);
        let is_its_content = match (nodes.next(), nodes.next()) {
            (Some(_), None) if self.is_a_call => true,
            (Some(Node::Entry(_)), None) => self.close == Some(')') && !has_commas,
            _ => false,
        };
        if is_its_content {
            return self.lines.remove(0).nodes.pop().ok_or_else(|| "there is no entry".to_owned());
        }
        if self.is_a_call {
            Err("a call holds no numbers, or more than one list".to_owned())
        } else {
            Ok(Node::List(self))
        }
    }

    fn is_flat(&self) -> bool {
        self.lines.iter().flat_map(|line| &line.nodes).all(|node| matches!(node, Node::Entry(_)))
    }

    fn rows(self, is_the_whole: bool) -> Result<Vec<Vec<String>>, String> {
        if self.is_flat() {
            return self.flat_rows(is_the_whole);
        }
        let mut lists = Vec::new();
        for node in self.lines.into_iter().flat_map(|line| line.nodes) {
            match node {
                Node::List(list) => lists.push(list),
                Node::Entry(entry) => {
                    return Err(format!("{} stands beside a row in brackets", quote(&entry)));
                }
            }
        }
        if lists.len() == 1 {
            return lists.remove(0).rows(false);
        }
        if !lists.iter().all(List::is_flat) {
            return Err("it has more than two dimensions, expected rows and columns".to_owned());
        }
        Ok(lists.into_iter().map(|list| list.lines.into_iter().flat_map(Line::entries).collect()).collect())
    }

    fn flat_rows(self, is_the_whole: bool) -> Result<Vec<Vec<String>>, String> {
        let lines_are_rows = is_the_whole || self.lines.iter().any(|line| line.ends_a_row);
        let goes_on = self.lines.iter().any(|line| line.ends_with_a_comma);
        let rows: Vec<Vec<_>> = self.lines.into_iter().map(|line| line.entries().collect()).collect();
        if lines_are_rows || rows.len() < 2 {
            return Ok(rows);
        }
        // Without semicolons, MATLAB means a row a line, and NumPy one long row.
        if !goes_on && rows.iter().all(|row| row.len() == rows[0].len()) {
            let joined = |by: &str| rows.iter().map(|row| row.join(" ")).collect::<Vec<_>>().join(by);
            let [one, many] = [" ", "; "].map(|by| quote(&joined(by)));
            return Err(format!("it can be read as \"{one}\" or as \"{many}\": part the rows by ;"));
        }
        Ok(vec![rows.concat()])
    }
}

impl Line {
    fn entries(self) -> impl Iterator<Item = String> {
        self.nodes.into_iter().filter_map(|node| match node {
            Node::Entry(entry) => Some(entry),
            Node::List(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match rows(text) {
            Ok(rows) => rows.iter().map(|row| row.join(" ")).collect::<Vec<_>>().join("; "),
            Err(why) => panic!("{text:?}: {why}"),
        }
    }

    #[test]
    fn what_people_paste_is_read_as_it_is() {
        let same = [
            "1 2; 3 4",
            "1 2;\n3 4;",
            "1 2 | 3 4",
            "1,2,\n3,4,",
            "1, 2; 3, 4",
            "1\t2\r\n3\t4\r\n",
            "a, b\n1, 2\n3, 4",
            "\"width\",\"height\"\n\"1\", \"2\"\n3, 4",
            "# weights\n1 2  # of the first\n% and\n3 4",
            "[[1, 2], [3, 4]]",
            "[[1 2]\n [3 4]]",
            "[1 2; 3 4]",
            "[1, 2; 3, 4];",
            "[ 1 2\n  ; 3 4 ]",
            "array([[1, 2],\n       [3, 4]])",
            "np.array([[1, 2], [3, 4]], dtype=np.float32)",
            "tensor([[1, 2],\n        [3, 4]], device='cuda:0', grad_fn=<AddBackward0>)",
            "Parameter containing:\ntensor([[[[1, 2],\n          [3, 4]]]], requires_grad=True)",
            "((1, 2), (3, 4))",
            "[[np.float64(1), np.float64(2)], [3, 4]]",
            "[\n  [\n    1,\n    2\n  ],\n  [\n    3,\n    4\n  ]\n]",
            "[1 2], [3 4]",
            "[[\"1\", \"2\"], [3, 4]]",
        ];
        for text in same {
            assert_eq!(read(text), "1 2; 3 4", "{text:?}");
        }
        for (text, expected) in [
            ("(-3) 2", "-3 2"),
            ("[1, 2, 3]", "1 2 3"),
            ("[[1], [2]]", "1; 2"),
            ("tensor(0.5)", "0.5"),
            ("array([1, 2,\n 3])", "1 2 3"),
            ("[1 2 3\n 4 5]", "1 2 3 4 5"),
            ("16.67 % 50%", "16.67% 50%"),
            ("1,2,3;4,5,6", "1 2 3; 4 5 6"),
            ("19,22; 43 50", "19 22; 43 50"),
            ("0,1; 1,-4", "0 1; 1 -4"),
            ("1.5,2", "1.5 2"),
            ("1/2,1/3", "1/2 1/3"),
            ("1;2;3", "1; 2; 3"),
            ("1\n2", "1; 2"),
            ("1;2\n3;4;5", "1; 2; 3; 4; 5"),
            ("1 2; 3 4\n5 6; 7 8", "1 2; 3 4; 5 6; 7 8"),
            ("array([1, 2], dtype=np.dtype('f4'), copy=False)", "1 2"),
            ("[[[[[[[[1]]]]]]]]", "1"),
        ] {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_refused_with_both() {
        for (text, first, second) in [
            ("1,5; 3,5", "1.5; 3.5", "1 5; 3 5"),
            ("1,5 2,5", "1.5 2.5", "1 5 2 5"),
            ("1,5; 3,5;", "1.5; 3.5", "1 5; 3 5"),
            ("-0,5", "-0.5", "-0 5"),
            ("1;2\n3;4", "1 2; 3 4", "1; 2; 3; 4"),
            ("1,5;2,5\n3,5;4,5", "1.5 2.5; 3.5 4.5", "1 5; 2 5; 3 5; 4 5"),
            ("1;2\n1,5;-2", "1 2; 1.5 -2", "1; 2; 1 5; -2"),
            ("[1 2\n3 4]", "1 2 3 4", "1 2; 3 4"),
        ] {
            let why = rows(text).unwrap_err();
            assert!(
                why.starts_with(&format!("it can be read as \"{first}\" or as \"{second}\": ")),
                "{text:?}: {why}"
            );
        }
    }

    #[test]
    fn as_many_entries_are_read_as_are_allowed() {
        let ones = |count| rows(&"1 ".repeat(count)).map(|rows| rows[0].len());
        assert_eq!(ones(MOST_ENTRIES), Ok(MOST_ENTRIES));
        assert_eq!(ones(MOST_ENTRIES + 1), Err(format!("there are more than {MOST_ENTRIES} entries")));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, complaint) in [
            ("1 2]", "a bracket closes that was not opened"),
            ("[1 2)", "a bracket closes that was not opened"),
            ("[[1 2]", "a bracket is not closed"),
            ("array([1, 2], dtype=(", "a bracket is not closed"),
            ("array()", "a call holds no numbers, or more than one list"),
            ("[[[1], [2]], [[3], [4]]]", "it has more than two dimensions, expected rows and columns"),
            ("[[1, 2], 3]", "3 stands beside a row in brackets"),
            ("[1 2]'", "' stands beside a row in brackets"),
            ("[0 1 ... 9]", "… leaves numbers out: print all of them"),
            ("1,,2", "nothing stands between two commas"),
            (",1", "nothing stands before a comma"),
            ("[[[[[[[[[1]]]]]]]]]", "brackets nest deeper than 8"),
            ("[1 2; 3]", "row 1, counted from 0, has 1 entry where row 0 has 2"),
            ("[]", "there is no entry"),
            ("[[], []]", "row 0, counted from 0, is empty"),
            ("| 1 | 2 |", "row 0, counted from 0, is empty"),
        ] {
            assert_eq!(rows(text), Err(complaint.to_owned()), "{text:?}");
        }
    }
}
