//! Somebody's own numbers, marked: right, carried on from her own earlier ones, a mistake that is known, or wrong.
//!
//! First with the right numbers, and only then with hers; a mistake is looked for in the answer itself (turned,
//! transposed, its sign), and in the step as the page states it, computed in another way.

use super::attempt::Attempt;
use super::open_fields;
use crate::Exact;
use crate::notebook::{Cell, Notebook, Traced, Value, equation_value, positions};
use crate::topic::KnownMistake;
use nalgebra::DMatrix;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// Decimals of the numbers in a sum.
const DIGITS: usize = 4;

/// Numbers by name.
pub type Numbers = BTreeMap<String, DMatrix<Exact>>;

/// What became of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Every entry is ours, rounded to the places that it is written with.
    Right,
    /// It follows from her own answers to these earlier steps.
    Carried(Vec<&'static str>),
    /// It is what these mistakes give.
    Mistake(Vec<Mistake>),
    /// None of these.
    Wrong,
}

/// A known mistake.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// In one word.
    pub kind: &'static str,
    /// What to do instead, in a sentence.
    pub instead: String,
    /// The earlier answers of hers from which it follows; none where it follows from the right numbers.
    pub from: Vec<&'static str>,
}

/// One answer, marked.
#[derive(Clone, Debug)]
pub struct Marked {
    /// Its name, as on the page.
    pub name: &'static str,
    /// What was read.
    pub attempt: Attempt,
    /// What became of it.
    pub mark: Mark,
    /// Which entries are right.
    pub entries: DMatrix<bool>,
    /// How each entry that is not right comes about, numbers left in and without what comes out: those from which she
    /// goes on, her own among them.
    pub sums: Vec<String>,
    /// What else the numbers are to the few places that they are written with, where they are right.
    pub remark: Option<String>,
}

/// What a page says of a name: its numbers, and the step as it is stated.
struct Step {
    name: &'static str,
    values: DMatrix<Value>,
    equation: String,
    made: Option<DMatrix<Traced>>,
}

impl Step {
    fn of(cell: &Cell) -> Option<Self> {
        let (name, values, equation, made) = match cell {
            Cell::Matrix(matrix) => {
                (matrix.name, matrix.values.clone(), matrix.equation_in_words(), matrix.made.clone())
            }
            Cell::Value { name, value, equation, made, .. } => {
                let one = |traced: &Traced| DMatrix::from_element(1, 1, traced.clone());
                let value = DMatrix::from_element(1, 1, value.clone());
                (*name, value, (*equation).to_owned(), made.as_ref().map(one))
            }
            Cell::Table(table) => (table.name, open_fields(table), String::new(), None),
            _ => return None,
        };
        Some(Self { name, values, equation, made })
    }

    fn sums(&self, entries: &[(usize, usize)], digits: usize) -> Vec<String> {
        entries.iter().filter_map(|&at| self.sum(at, digits)).collect()
    }

    fn sum(&self, (row, column): (usize, usize), digits: usize) -> Option<String> {
        let made = self.made.as_ref()?.get((row, column))?;
        let name = self.name;
        let cell = if self.values.len() == 1 { name.to_owned() } else { format!("{name}[{row},{column}]") };
        let names = made.in_names();
        // What is only copied has no sum.
        Some(match made.entry() {
            Some(_) => format!("{cell} = {names}"),
            None => format!("{cell} = {names} = {} = ?", made.in_numbers(digits)),
        })
    }

    fn uses(&self) -> BTreeSet<&'static str> {
        let made = self.made.iter().flat_map(DMatrix::iter);
        made.flat_map(Traced::entries).map(|entry| entry.name).collect()
    }
}

/// Somebody's numbers, and the page told with them, once it is asked for.
struct Hers {
    numbers: Numbers,
    steps: OnceCell<Vec<Step>>,
}

/// The page, told again with other numbers in the place of ours.
type Retold<'a> = Box<dyn Fn(&Numbers) -> Option<Notebook> + 'a>;

/// What answers to a page are marked with.
pub struct Marker<'a> {
    known: &'a [KnownMistake],
    retold: Retold<'a>,
    steps: Vec<Step>,
}

impl<'a> Marker<'a> {
    /// A marker that knows the page, the topic's own mistakes, and how to tell the page again with other numbers in the
    /// place of ours; that may fail where the page cannot be told with them.
    pub fn new(
        notebook: &Notebook,
        known: &'a [KnownMistake],
        retold: impl Fn(&Numbers) -> Option<Notebook> + 'a,
    ) -> Self {
        // A table of words has nothing to be marked.
        let steps = notebook.cells().filter_map(|(_, cell)| Step::of(cell));
        let steps = steps.filter(|step| !step.values.is_empty()).collect();
        Self { known, retold: Box::new(retold), steps }
    }

    /// Marks the attempts, in the order of the page.
    ///
    /// # Errors
    /// Names what the page does not have, and a shape that does not fit.
    pub fn mark(&self, attempts: &BTreeMap<String, Attempt>) -> Result<Vec<Marked>, String> {
        let mut fitted = BTreeMap::new();
        for (name, attempt) in attempts {
            let step = self.step(name).ok_or_else(|| format!("the page has no numbers named {name}"))?;
            fitted.insert(name.clone(), attempt.clone().fitted_to(step.values.shape()));
        }
        // What is right but rounded counts too: she goes on from what she wrote.
        let has_its_shape = |(name, attempt): &(&String, &Attempt)| {
            self.step(name).is_some_and(|step| step.values.shape() == attempt.numbers.shape())
        };
        let hers = fitted.iter().filter(has_its_shape);
        let hers = hers.map(|(name, attempt)| (name.clone(), attempt.numbers.clone())).collect();
        let hers = Hers { numbers: hers, steps: OnceCell::new() };
        let marked = self.steps.iter().filter_map(|step| {
            let attempt = fitted.get(step.name)?;
            let marked = self.mark_one(step, attempt, &hers);
            // Only a mistake explains another shape.
            let [expected, given] = [step.values.shape(), attempt.numbers.shape()];
            if expected != given && !matches!(marked.mark, Mark::Mistake(_)) {
                let [expected, given] = [expected, given].map(|(rows, columns)| format!("{rows}×{columns}"));
                return Some(Err(format!("{}: given {given}, expected {expected}", step.name)));
            }
            Some(Ok(marked))
        });
        marked.collect()
    }

    /// How some entries come about, with the numbers left in and without what comes out.
    #[must_use]
    pub fn sums(&self, name: &str, entries: &[(usize, usize)], digits: usize) -> Vec<String> {
        self.step(name).map(|step| step.sums(entries, digits)).unwrap_or_default()
    }

    fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    fn mark_one(&self, step: &Step, attempt: &Attempt, hers: &Hers) -> Marked {
        let entries = attempt.entries(&step.values);
        let mut marked = Marked {
            name: step.name,
            attempt: attempt.clone(),
            mark: Mark::Right,
            sums: Vec::new(),
            remark: None,
            entries,
        };
        if attempt.agrees(&step.values) {
            marked.remark = self.remark(step, attempt);
            return marked;
        }
        let mut found = self.mistakes(step, &[], attempt, None);
        let mut from = self.carried_from(step, &hers.numbers);
        let retold = if hers.numbers.keys().any(|name| name != step.name) {
            let told = hers.steps.get_or_init(|| self.told_with(&hers.numbers));
            if let Some(carried) = self.carried(step, attempt, hers, told) {
                marked.mark = Mark::Carried(carried);
                return marked;
            }
            told.iter().find(|other| other.name == step.name)
        } else {
            None
        };
        if let Some(retold) = retold.filter(|retold| retold.values != step.values) {
            if from.is_empty() {
                from = self.changed_by(step, &hers.numbers);
            }
            found.extend(self.mistakes(retold, &from, attempt, Some(&hers.numbers)));
        }
        // The general shape of a mistake explains less than the step computed in another way.
        let mut kinds = BTreeSet::new();
        found.retain(|mistake| kinds.insert(mistake.kind));
        let told = retold.unwrap_or(step);
        let from_hers = attempt.entries(&told.values);
        let wrong: Vec<_> =
            positions(&marked.entries).filter(|&at| !marked.entries[at] && !from_hers[at]).collect();
        if attempt.numbers.shape() == step.values.shape() {
            marked.sums = told.sums(&wrong, DIGITS);
        }
        marked.mark = if found.is_empty() { Mark::Wrong } else { Mark::Mistake(found) };
        marked
    }

    fn told_with(&self, numbers: &Numbers) -> Vec<Step> {
        let told = (self.retold)(numbers);
        told.iter().flat_map(Notebook::cells).filter_map(|(_, cell)| Step::of(cell)).collect()
    }

    /// Her earlier answers that this answer follows from: by the step itself, or by an earlier one that gives the same on
    /// the page.
    fn carried(
        &self,
        step: &Step,
        attempt: &Attempt,
        hers: &Hers,
        told: &[Step],
    ) -> Option<Vec<&'static str>> {
        let earlier = self.steps.iter().take_while(|other| other.name != step.name);
        let ways = std::iter::once(step).chain(earlier.filter(|other| other.values == step.values));
        let carries = |way: &&Step| {
            let retold = told.iter().find(|retold| retold.name == way.name);
            retold.is_some_and(|retold| tells(&retold.values) && attempt.agrees(&retold.values))
        };
        let way = { ways }.find(carries)?;
        let from = self.carried_from(way, &hers.numbers);
        Some(if from.is_empty() { self.changed_by(way, &hers.numbers) } else { from })
    }

    /// Her answers that change what is counted or looked up, so that no expression names them.
    fn changed_by(&self, step: &Step, hers: &Numbers) -> Vec<&'static str> {
        let changes = |name: &&'static str| {
            let Some(numbers) = hers.get(*name).filter(|_| *name != step.name) else { return false };
            let told = self.told_with(&Numbers::from([((*name).to_owned(), numbers.clone())]));
            told.iter().any(|retold| retold.name == step.name && retold.values != step.values)
        };
        self.steps.iter().map(|step| step.name).filter(changes).collect()
    }

    /// What the answer could be as well, to its few places: 0 throughout, or what the step starts from.
    fn remark(&self, step: &Step, attempt: &Attempt) -> Option<String> {
        let places = attempt.places.max();
        let is_as_well = |values: &DMatrix<Value>| *values != step.values && attempt.agrees(values);
        if is_as_well(&step.values.map(|_| Value::from(0))) {
            return Some(format!("to {places} places it is 0: write more of them"));
        }
        let names = words(&step.equation).into_iter().filter_map(|name| self.step(name));
        let same = names.into_iter().find(|other| is_as_well(&other.values))?;
        Some(format!("to {places} places it is `{}` as well: write more of them", same.name))
    }

    /// Her earlier answers that this step was computed from, however far back.
    fn carried_from(&self, step: &Step, hers: &Numbers) -> Vec<&'static str> {
        let mut from = BTreeSet::new();
        let mut open: Vec<_> = step.uses().into_iter().collect();
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            if !seen.insert(name) {
                continue;
            }
            if hers.contains_key(name) {
                from.insert(name);
            } else if let Some(step) = self.step(name) {
                open.extend(step.uses());
            }
        }
        self.steps.iter().map(|step| step.name).filter(|name| from.contains(name)).collect()
    }

    /// The mistakes that give these numbers: the step computed in another way, the right answer changed as a whole, and
    /// one or two entries wrong.
    fn mistakes(
        &self,
        step: &Step,
        from: &[&'static str],
        attempt: &Attempt,
        hers: Option<&Numbers>,
    ) -> Vec<Mistake> {
        let mistake = |kind, instead| Mistake { kind, instead, from: from.to_vec() };
        let mut found = Vec::new();
        let of_the_topic = self.known.iter().filter_map(|known| {
            let (name, equation) = known.name_and_equation();
            (name == step.name).then(|| (known.kind, known.instead.to_owned(), equation.to_owned()))
        });
        for (kind, instead, equation) in of_the_topic.chain(other_ways(step.name, &step.equation)) {
            let value = equation_value(&equation, &|name| self.numbers(name, hers));
            if value.is_some_and(|value| tells(&value) && attempt.agrees(&value)) {
                found.push(mistake(kind, instead));
            }
        }
        let operands = words(&step.equation).into_iter().filter_map(|name| self.step(name));
        let counts = operands.map(|operand| operand.values.len()).chain([step.values.len()]).collect();
        let mut shapes = other_shapes(step.name, &step.values, &counts);
        if let Some(rate) = self.step("learning_rate").filter(|_| step.name.starts_with("d_")) {
            let instead =
                "leave the learning rate out: it belongs to the step, not to the gradient".to_owned();
            shapes.push(("scaled", instead, step.values.map(|value| value * rate.values[0].clone())));
        }
        for (kind, instead, values) in shapes {
            // A single number of few digits is soon like another.
            let is_close = values.len() > 1 || attempt.places[0] > 2 || attempt.is(&values);
            if is_close && tells(&values) && values != step.values && attempt.agrees(&values) {
                found.push(mistake(kind, instead));
            }
        }
        let entries = attempt.entries(&step.values);
        let wrong: Vec<_> = positions(&entries).filter(|&at| !entries[at]).collect();
        if found.is_empty()
            && entries.len() >= 3
            && !wrong.is_empty()
            && wrong.len() <= 2
            && wrong.len() * 2 < entries.len()
        {
            let names: Vec<_> =
                wrong.iter().map(|(row, column)| format!("{}[{row},{column}]", step.name)).collect();
            let names = names.join(" and ");
            found.push(mistake("entries", format!("work {names} out again: all others are right")));
        }
        found
    }

    /// What stands under a name: her answer, where hers count and there is one, or ours.
    fn numbers(&self, name: &str, hers: Option<&Numbers>) -> Option<DMatrix<Traced>> {
        if let Some(own) = hers.and_then(|hers| hers.get(name)) {
            return Some(own.map(Traced::from));
        }
        self.step(name).map(|step| step.values.map(Traced::from))
    }
}

/// What is 0 throughout looks the same in many ways.
fn tells(values: &DMatrix<Value>) -> bool {
    values.iter().any(|value| *value != Value::from(0))
}

/// The step as the page states it, with one thing done wrongly, and what to do instead.
fn other_ways(name: &str, equation: &str) -> Vec<(&'static str, String, String)> {
    let mut ways = Vec::new();
    let mut way = |kind, instead: &str, other: String| {
        if other != equation {
            ways.push((kind, instead.to_owned(), other));
        }
    };
    for (from, to, kind, instead) in [
        ("∗", "★", "correlated", "turn the kernel by 180° before it slides: this is a convolution"),
        (
            "★",
            "∗",
            "convolved",
            "let what slides slide as it is, without a turn: this is a cross-correlation",
        ),
        ("rot180(", "(", "turned", "turn the result by 180°"),
        (
            " ∘ ReLU′( pre_activation )",
            "",
            "unmasked",
            "multiply by ReLU′: where the pre-activation is not positive, nothing passes",
        ),
        (
            "learning_rate · ",
            "",
            "scaled",
            "multiply the gradient by the learning rate before it is subtracted",
        ),
        (" − ", " + ", "sign", "subtract, and do not add"),
        (
            " − learning_rate · ",
            " + ",
            "sign",
            "multiply the gradient by the learning rate, and subtract: it was added as it is",
        ),
        ("_full", "", "valid", "let what slides hang over the edge (full): it was kept inside"),
        ("ᵀ", "", "transposed", "transpose the matrix first"),
    ] {
        way(kind, instead, equation.replacen(from, to, 1));
    }
    if let Some((before, turned)) = equation.split_once("rot180(").filter(|_| equation.contains('★')) {
        let instead = "let what slides slide as it is, and turn the result by 180°, not what slides";
        way("convolved", instead, format!("{before}({}", turned.replacen('★', "∗", 1)));
    }
    // Parted within a parenthesis, neither part can be read.
    if let Some((left, right)) = equation.split_once(" − ") {
        way("omitted", &format!("subtract `{right}`: it was left out"), left.to_owned());
        way(
            "omitted",
            &format!("subtract it from `{left}`: this is only what is subtracted"),
            right.to_owned(),
        );
    }
    if let Some((left, right)) = equation.split_once(" + ") {
        way("omitted", &format!("add `{right}`: it was left out"), left.to_owned());
        way("omitted", &format!("add `{left}`: it was left out"), right.to_owned());
    }
    // The two conventions of a forward pass differ backward in just these.
    if name.starts_with("d_") {
        let of_a_correlation =
            "this is the rule for a cross-correlation forward; here the forward pass is a convolution";
        let of_a_convolution =
            "this is the rule for a convolution forward; here the forward pass is a cross-correlation";
        if equation.contains("rot180(") {
            way("convention", of_a_correlation, equation.replacen("rot180(", "(", 1));
        } else if equation.contains('★') && !equation.contains("★_full") {
            way("convention", of_a_convolution, format!("rot180( {equation} )"));
        }
        way("convention", of_a_correlation, equation.replacen("★_full", "∗_full", 1));
        way("convention", of_a_convolution, equation.replacen("∗_full", "★_full", 1));
    }
    if let Some((before, left, operator, right, after)) = sliding(equation) {
        let swapped = format!("{before}{right} {operator} {left}{after}");
        way(
            "swapped",
            "swap the operands: what stands on the right slides over what stands on the left",
            swapped,
        );
        let turns = operator.starts_with('∗');
        let correlation = operator.replace('∗', "★");
        for (mirror, how) in [("mirror_across", "left to right"), ("mirror_down", "top to bottom")] {
            let instead = if turns {
                format!("turn `{right}` by 180° before it slides: it was only mirrored, {how}")
            } else {
                format!("leave `{right}` as it is: it was mirrored, {how}")
            };
            way("mirrored", &instead, format!("{before}{left} {correlation} {mirror}( {right} ){after}"));
        }
        if !operator.ends_with("_full") {
            for (padding, kind, instead) in [
                ("_full", "full", "keep what slides inside (valid): it was let hang over the edge (full)"),
                ("_same", "same", "keep what slides inside (valid): zeros were put around (same)"),
            ] {
                way(kind, instead, format!("{before}{left} {operator}{padding} {right}{after}"));
            }
        }
    }
    for (mirror, how) in [("mirror_across( ", "left to right"), ("mirror_down( ", "top to bottom")] {
        let instead = format!("turn by 180°: it was only mirrored, {how}");
        way("mirrored", &instead, equation.replacen("rot180( ", mirror, 1));
    }
    for word in words(equation) {
        let with = |other: &str| with_word(equation, word, other);
        way("updated", "use the weights as they were before their update", with(&format!("{word}_updated")));
        way("transposed", &format!("leave `{word}` as it is: it was transposed"), with(&format!("{word}ᵀ")));
        if word.starts_with("d_") {
            let turned = with(&format!("rot180( {word} )"));
            way("turned", &format!("leave `{word}` as it is: it was turned by 180°"), turned);
        }
    }
    ways
}

/// The names in an equation, each once.
fn words(equation: &str) -> BTreeSet<&str> {
    let words = equation.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic())).collect()
}

/// An equation with another name, or what is computed from it, in the place of one.
fn with_word(equation: &str, word: &str, other: &str) -> String {
    let parts = equation.split(' ').map(|part| match part.strip_prefix(word) {
        Some("") => other.to_owned(),
        Some("ᵀ") => format!("{other}ᵀ"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// An equation around its one convolution or cross-correlation.
fn sliding(equation: &str) -> Option<(&str, &str, &str, &str, &str)> {
    let words: Vec<&str> = equation.split(' ').collect();
    let at = words.iter().position(|word| word.starts_with(['∗', '★']))?;
    let (left, operator, right) = (words.get(at.checked_sub(1)?)?, words[at], words.get(at + 1)?);
    let start = equation.find(&format!("{left} {operator} {right}"))?;
    let end = start + left.len() + operator.len() + right.len() + 2;
    Some((&equation[..start], left, operator, right, &equation[end..]))
}

/// The right answer changed as a whole, and what to do instead. A mean may have been taken over so many entries.
fn other_shapes(
    name: &str,
    right: &DMatrix<Value>,
    counts: &BTreeSet<usize>,
) -> Vec<(&'static str, String, DMatrix<Value>)> {
    let scaled =
        |by: (i64, usize)| right.map(|value| value * Value::from(Exact::new(by.0.into(), by.1.into())));
    let mirrored = |matrix: &DMatrix<Value>| {
        let last = matrix.ncols() - 1;
        DMatrix::from_fn(matrix.nrows(), matrix.ncols(), |row, column| matrix[(row, last - column)].clone())
    };
    let transposed = right.transpose();
    let mut shapes = vec![
        ("sign", format!("change the sign of {name}"), scaled((-1, 1))),
        ("scaled", format!("divide by 2: {name} has a factor 2 too many"), scaled((2, 1))),
        ("scaled", format!("multiply by 2: a factor 2 is missing in {name}"), scaled((1, 2))),
    ];
    for &count in counts {
        let times = i64::try_from(count).unwrap_or(1);
        shapes.extend([
            (
                "scaled",
                format!("take the sum: a mean over {count} entries was taken in its place"),
                scaled((1, count)),
            ),
            (
                "scaled",
                format!("take the mean: a sum over {count} entries was taken in its place"),
                scaled((times, 1)),
            ),
        ]);
    }
    shapes.push(("turned", format!("turn {name} by 180°"), rotated_180(right)));
    for (by, where_to) in
        [((0, 1), "to the left"), ((0, -1), "to the right"), ((1, 0), "up"), ((-1, 0), "down")]
    {
        let instead = format!("move {name} by one place {where_to}");
        shapes.push(("shifted", instead.clone(), shifted(right, by, false)));
        shapes.push(("shifted", instead, shifted(right, by, true)));
    }
    shapes.extend([
        ("transposed", format!("transpose {name}: rows and columns are exchanged"), transposed.clone()),
        ("rotated", format!("turn {name} by 90°"), mirrored(&transposed)),
        ("rotated", format!("turn {name} by 90°, the other way round"), rotated_180(&mirrored(&transposed))),
        ("mirrored", format!("mirror {name}, left to right"), mirrored(right)),
        ("mirrored", format!("mirror {name}, top to bottom"), rotated_180(&mirrored(right))),
    ]);
    shapes
}

/// Every entry so many rows down and columns to the right; what leaves comes in again on the other side, or zeros do.
fn shifted(matrix: &DMatrix<Value>, (down, right): (isize, isize), comes_again: bool) -> DMatrix<Value> {
    let (rows, columns) = matrix.shape();
    let from = |at: usize, by: isize, length: usize| {
        if comes_again {
            Some((length + at).wrapping_add_signed(-by) % length)
        } else {
            Some(at.wrapping_add_signed(-by)).filter(|from| *from < length)
        }
    };
    DMatrix::from_fn(rows, columns, |row, column| {
        match (from(row, down, rows), from(column, right, columns)) {
            (Some(row), Some(column)) => matrix[(row, column)].clone(),
            _ => Value::from(0),
        }
    })
}

fn rotated_180(matrix: &DMatrix<Value>) -> DMatrix<Value> {
    let (rows, columns) = matrix.shape();
    DMatrix::from_fn(rows, columns, |row, column| matrix[(rows - 1 - row, columns - 1 - column)].clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::class::Answers;
    use crate::notebook::{Page, literal, write_matrix};

    fn exact(above: i64, below: i64) -> Exact {
        Exact::new(above.into(), below.into())
    }

    fn told(answers: &Numbers) -> Option<Notebook> {
        let mut page = Page::new(Notebook::default(), &[], true);
        page.set_answers(answers.clone());
        page.section("one");
        page.given_number("learning_rate", &exact(1, 10));
        let a = page.given("a", &literal("4 1 2"));
        let b = page.show("b = 2 · a", a.map(|entry| Traced::from(2) * entry));
        page.show("c = b ∘ b", b.component_mul(&b));
        page.show("d_a = 3 · b", b.map(|entry| Traced::from(3) * entry));
        page.show("rounded", literal("0.125 0.25 1"));
        page.show("one", literal("0 0 7"));
        page.value("half", exact(1, 2));
        page.table("rules", ["rule", "in words"], [["one", "turn"], ["two", "do not"]]);
        page.value("number", exact(1254, 10000));
        page.finish().ok()
    }

    fn marked(answers: &str) -> Vec<Marked> {
        let notebook = told(&Numbers::new()).expect("a page");
        let answers = Answers::read(answers).expect("answers").by_name;
        Marker::new(&notebook, &[], told).mark(&answers).expect("names of the page")
    }

    #[test]
    fn only_numbers_are_marked() {
        let notebook = told(&Numbers::new()).expect("a page");
        let marker = Marker::new(&notebook, &[], told);
        for name in ["rules", "nothing"] {
            let answers = Answers::read(&format!("{name} = 1 2")).expect("an answer").by_name;
            let refused = marker.mark(&answers).err();
            assert_eq!(refused, Some(format!("the page has no numbers named {name}")));
        }
    }

    #[test]
    fn the_last_answer_is_a_mistake_that_is_named() {
        for (answers, expected) in [
            ("c = 64 4 17", &[("entries", "work c[0,2] out again: all others are right", &[][..])][..]),
            ("c = 65 5 16", &[]),
            // A zero too many is not a matrix that was moved until nothing of it is left.
            ("one = 0 0 0", &[("entries", "work one[0,2] out again: all others are right", &[])]),
            (
                "d_a = 2.4 0.6 1.2",
                &[(
                    "scaled",
                    "leave the learning rate out: it belongs to the step, not to the gradient",
                    &[],
                )],
            ),
            ("c = 6.4 0.4 1.6", &[]),
            ("b = 8 2 5\nc = -64 -4 -25", &[("sign", "change the sign of c", &["b"])]),
            ("b = 8 2 5\nc = 64 5 25", &[("entries", "work c[0,1] out again: all others are right", &["b"])]),
            // A single number is like many others, unless it is the number itself, or has three places.
            ("half = -0.5", &[("sign", "change the sign of half", &[])]),
            ("number = -0.13", &[]),
            ("number = -0.125", &[("sign", "change the sign of number", &[])]),
            ("rounded = -0.13 -0.25 -1", &[("sign", "change the sign of rounded", &[])]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|&(kind, instead, from)| Mistake {
                    kind,
                    instead: instead.to_owned(),
                    from: from.to_vec(),
                })
                .collect();
            let expected = if expected.is_empty() { Mark::Wrong } else { Mark::Mistake(expected) };
            assert_eq!(marked(answers).pop().expect("an answer").mark, expected, "{answers}");
        }
    }

    #[test]
    fn sums_are_those_of_the_entries_that_are_wrong_for_her_as_well() {
        let marked = marked("b = 8 2 5\nc = 64 5 25").pop().expect("an answer");
        assert_eq!(marked.entries, DMatrix::from_row_slice(1, 3, &[true, false, false]));
        assert_eq!(marked.sums, ["c[0,1] = b[0,1]·b[0,1] = 2·2 = ?"]);
        let notebook = told(&Numbers::new()).expect("a page");
        let marker = Marker::new(&notebook, &[], told);
        assert_eq!(
            marker.sums("b", &[(0, 0), (0, 2)], 4),
            ["b[0,0] = 2·a[0,0] = 2·4 = ?", "b[0,2] = 2·a[0,2] = 2·2 = ?"]
        );
    }

    #[test]
    fn a_step_is_done_in_other_ways_where_they_differ() {
        let ways = |name, equation, kind: &str| {
            let ways = other_ways(name, equation).into_iter().filter(|(other, ..)| *other == kind);
            ways.map(|(_, _, equation)| equation).collect::<Vec<_>>()
        };
        assert_eq!(ways("d_k", "a ★ d", "convention"), ["rot180( a ★ d )"]);
        assert_eq!(ways("d_k", "a ★_full d", "convention"), ["a ∗_full d"]);
        assert_eq!(ways("d_k", "rot180( a ★ d )", "convention"), ["( a ★ d )"]);
        assert_eq!(ways("d_k", "2 · d", "convention"), [""; 0]);
        assert_eq!(ways("y", "a ★ d", "convention"), [""; 0]);
        assert_eq!(ways("y", "aᵀ · b", "updated"), ["a_updatedᵀ · b", "aᵀ · b_updated"]);
    }

    #[test]
    fn the_right_answer_is_changed_as_a_whole() {
        let right = literal("1 2; 3 4").map(Value::from);
        let shapes = other_shapes("m", &right, &[3].into());
        let written = |values: &DMatrix<Value>| {
            write_matrix(&values.map(|value| value.exact().cloned().expect("exact")))
        };
        let shapes: Vec<_> =
            shapes.iter().map(|(kind, instead, values)| (*kind, instead.as_str(), written(values))).collect();
        let expected = [
            ("sign", "change the sign of m", "-1 -2; -3 -4"),
            ("scaled", "divide by 2: m has a factor 2 too many", "2 4; 6 8"),
            ("scaled", "multiply by 2: a factor 2 is missing in m", "0.5 1; 1.5 2"),
            ("scaled", "take the sum: a mean over 3 entries was taken in its place", "1/3 2/3; 1 4/3"),
            ("scaled", "take the mean: a sum over 3 entries was taken in its place", "3 6; 9 12"),
            ("turned", "turn m by 180°", "4 3; 2 1"),
            ("shifted", "move m by one place to the left", "0 1; 0 3"),
            ("shifted", "move m by one place to the left", "2 1; 4 3"),
            ("shifted", "move m by one place to the right", "2 0; 4 0"),
            ("shifted", "move m by one place to the right", "2 1; 4 3"),
            ("shifted", "move m by one place up", "0 0; 1 2"),
            ("shifted", "move m by one place up", "3 4; 1 2"),
            ("shifted", "move m by one place down", "3 4; 0 0"),
            ("shifted", "move m by one place down", "3 4; 1 2"),
            ("transposed", "transpose m: rows and columns are exchanged", "1 3; 2 4"),
            ("rotated", "turn m by 90°", "3 1; 4 2"),
            ("rotated", "turn m by 90°, the other way round", "2 4; 1 3"),
            ("mirrored", "mirror m, left to right", "2 1; 4 3"),
            ("mirrored", "mirror m, top to bottom", "3 4; 1 2"),
        ];
        assert_eq!(shapes, expected.map(|(kind, instead, values)| (kind, instead, values.to_owned())));
        let three = literal("1 2 3").map(Value::from);
        assert_eq!(["3 1 2", "2 3 1"], [1, -1].map(|by| written(&shifted(&three, (0, by), true))));
    }
}
