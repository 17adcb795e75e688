//! Whether two texts say the same, where numbers may differ a little.

/// What trained numbers may differ by: twice what was seen where every step of training was longer by one part in
/// five million, which is how processors that round differently differ. That moved errors by up to 1.5 %, and
/// calibration errors, which count some hundred answers, by up to 5 %.
pub const TRAINED: Tolerance = Tolerance::Trained(0.1);

/// How far two numbers may lie apart.
#[derive(Clone, Copy)]
pub enum Tolerance {
    /// Not at all.
    Exact,
    /// By so much, as pixels do.
    Absolute(f64),
    /// Numbers with a decimal point by this part of the larger one, and by one in their last place; whole numbers
    /// not at all.
    Trained(f64),
}

/// The first line that differs by more than the tolerance in a number, or at all in anything else.
pub fn difference(committed: &str, told: &str, tolerance: Tolerance) -> Option<String> {
    if committed.lines().count() != told.lines().count() {
        return Some("it has another number of lines".to_owned());
    }
    committed.lines().zip(told.lines()).enumerate().find_map(|(number, (a, b))| {
        let same = a == b || alike(a, b, tolerance);
        (!same).then(|| format!("line {}\n  committed: {a}\n  told now:  {b}", number + 1))
    })
}

fn alike(a: &str, b: &str, tolerance: Tolerance) -> bool {
    let (a, b) = (pieces(a), pieces(b));
    a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| a == b || near(a, b, tolerance))
}

/// Numbers, and all other characters one by one.
fn pieces(text: &str) -> Vec<String> {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        match pieces.last_mut() {
            Some(piece) if piece.starts_with(is_number) && is_number(c) => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    pieces
}

fn near(a: &str, b: &str, tolerance: Tolerance) -> bool {
    let (Ok(x), Ok(y)) = (a.parse::<f64>(), b.parse::<f64>()) else { return false };
    let places = |text: &str| text.trim_end_matches('.').split_once('.').map(|(_, places)| places.len());
    match tolerance {
        Tolerance::Exact => false,
        Tolerance::Absolute(most) => (x - y).abs() <= most,
        Tolerance::Trained(part) => match (places(a), places(b)) {
            (Some(a), Some(b)) => {
                let last_place = 0.1_f64.powi(i32::try_from(a.max(b)).expect("few places"));
                (x - y).abs() <= part * x.max(y) + 1.000_001 * last_place
            }
            _ => false,
        },
    }
}

#[test]
fn the_comparison_sees_a_difference() {
    let pixels = |a, b| difference(a, b, Tolerance::Absolute(1.0)).is_none();
    assert!(pixels("x=\"10\" y", "x=\"11\" y"));
    assert!(!pixels("x=\"10\" y", "x=\"12\" y"));
    assert!(!pixels("x=\"10\" y", "x=\"10\" z"));
    assert!(!pixels("10", "10\n11"));
    assert!(difference("10", "11", Tolerance::Exact).is_some());
    let trained = |a, b| difference(a, b, Tolerance::Trained(0.05)).is_none();
    assert!(trained("by 1.00 m/s.", "by 1.05 m/s."));
    assert!(!trained("by 1.00 m/s.", "by 1.10 m/s."));
    assert!(trained("0.1", "0.2") && !trained("0.10", "0.12"));
    assert!(!trained("holds 0.1", "fails 0.1"));
    assert!(!trained("100", "101") && !trained("-0.5", "0.5"));
}
