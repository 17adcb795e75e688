//! Where the values of an axis lie, and which of them are written beside it.

use super::Axis;
use num_traits::ToPrimitive;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use std::ops::Range;

/// Beyond it differences could overflow.
const LARGEST: f64 = 1e150;

impl Axis {
    /// Where a value lies, if anywhere.
    pub(super) fn place(self, value: f64) -> Option<f64> {
        let place = if self.logarithmic { value.log10() } else { value };
        (place.abs() < LARGEST).then_some(place)
    }
}

/// An axis with its range and its ticks, both as places.
#[derive(Clone)]
pub(super) struct Scale {
    pub label: String,
    pub range: Range<f64>,
    pub ticks: Vec<(f64, String)>,
}

impl Scale {
    /// A scale for these places: from the smallest to the largest, with a margin on both sides, in parts of the
    /// range; about as many ticks as said.
    pub fn new(axis: Axis, places: impl IntoIterator<Item = f64>, margin: f64, ticks: usize) -> Self {
        let range = range(places, margin);
        let ticks = if !axis.ticks.is_empty() {
            let chosen = axis.ticks.iter().filter_map(|&tick| Some((axis.place(tick)?, tick.to_string())));
            chosen.filter(|(place, _)| (range.start - 1e-9..=range.end + 1e-9).contains(place)).collect()
        } else if axis.logarithmic {
            powers(&range, ticks)
        } else {
            steps(&range, ticks)
        };
        Self { label: super::clean(axis.label), range, ticks }
    }

    /// A scale of things in a row, each one unit wide; where not every label has room, some are left out.
    pub fn of_names(label: &str, names: &[String], most: usize) -> Self {
        let every = names.len().div_ceil(most.max(1)).max(1);
        let ticks =
            names.iter().enumerate().step_by(every).map(|(i, name)| (i as f64 + 0.5, super::clean(name)));
        Self { label: super::clean(label), range: 0.0..names.len().max(1) as f64, ticks: ticks.collect() }
    }

    /// The longest label, in characters.
    pub fn longest(&self) -> usize {
        self.ticks.iter().map(|tick| tick.1.chars().count()).max().unwrap_or(0)
    }
}

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, place: &f64, (from, to): (i32, i32)) -> i32 {
        let Range { start, end } = self.range;
        let part = (place - start) / (end - start);
        (f64::from(from) + part * f64::from(to - from)).round().to_i32().unwrap_or(from)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.iter().map(|tick| tick.0).collect()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

impl ValueFormatter<f64> for Scale {
    fn format_ext(&self, place: &f64) -> String {
        let tick = self.ticks.iter().find(|tick| tick.0.total_cmp(place).is_eq());
        tick.map_or_else(String::new, |tick| tick.1.clone())
    }
}

/// From the smallest to the largest place, and never empty.
fn range(places: impl IntoIterator<Item = f64>, margin: f64) -> Range<f64> {
    let (low, high) = places
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), place| (low.min(place), high.max(place)));
    if low > high {
        return 0.0..1.0;
    }
    let span = high - low;
    // Places that differ in their last bits only are the same place.
    if span <= 1e-12 * low.abs().max(high.abs()) || span < 1.0 / LARGEST {
        let half = if low.abs() > 1.0 / LARGEST { low.abs() / 2.0 } else { 0.5 };
        return low - half..high + half;
    }
    low - margin * span..high + margin * span
}

/// Multiples of 1, 2 or 5 times a power of ten.
fn steps(range: &Range<f64>, most: usize) -> Vec<(f64, String)> {
    let rough = (range.end - range.start) / most as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let step =
        [1.0, 2.0, 5.0].into_iter().map(|m| m * power).find(|&step| step >= rough).unwrap_or(10.0 * power);
    let first = (range.start / step - 1e-9).ceil();
    let multiples = (0..=most).map(|i| (first + i as f64) * step);
    let ticks: Vec<_> = multiples.filter(|tick| *tick <= range.end + 1e-9 * step).collect();
    let largest = ticks.iter().fold(0.0_f64, |largest, tick| largest.max(tick.abs()));
    ticks.into_iter().map(|tick| (tick, number(tick, step, largest))).collect()
}

/// Powers of ten; where fewer than three fit, 1, 2 and 5 times them; and where those are too far apart, steps.
fn powers(range: &Range<f64>, most: usize) -> Vec<(f64, String)> {
    let inside = |place: &f64| (range.start - 1e-9..=range.end + 1e-9).contains(place);
    let exponents = || {
        let first = range.start.floor();
        let count = (range.end.ceil() - first).min(1000.0);
        (0..1000).map(f64::from).take_while(move |&i| i <= count).map(move |i| first + i)
    };
    let whole: Vec<_> = exponents().filter(inside).collect();
    let whole_count = whole.len();
    let every = whole_count.div_ceil(most).max(1) as f64;
    let places = if whole_count > 2 {
        whole.into_iter().filter(|exponent| exponent.rem_euclid(every) < 0.5).collect()
    } else {
        let parts = exponents().flat_map(|e| [1.0_f64, 2.0, 5.0].map(|m| e + m.log10()));
        parts.filter(inside).collect::<Vec<_>>()
    };
    if places.len() > 1 {
        // All of them in one notation.
        let is_power = whole_count > 2 && places.iter().any(|place| !(-3.5..4.5).contains(place));
        let label = |place: f64| if is_power { power(place) } else { value(10_f64.powf(place)) };
        return places.into_iter().map(|place| (place, label(place))).collect();
    }
    let values = 10_f64.powf(range.start)..10_f64.powf(range.end);
    steps(&values, most).into_iter().map(|(tick, label)| (tick.log10(), label)).collect()
}

/// A tick, to as many digits as tell it from its neighbours.
fn number(tick: f64, step: f64, largest: f64) -> String {
    let exponent = step.log10().floor();
    let digits = |places: f64| places.clamp(0.0, 15.0).to_usize().unwrap_or(0);
    if tick.abs() < step / 2.0 {
        "0".to_owned()
    } else if (1e-4..1e6).contains(&largest) {
        format!("{tick:.*}", digits(-exponent))
    } else {
        format!("{tick:.*e}", digits(tick.abs().log10().floor() - exponent))
    }
}

/// A power of ten with its exponent raised.
fn power(exponent: f64) -> String {
    let raised = |c: char| match c.to_digit(10) {
        Some(digit) => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit as usize],
        None => '⁻',
    };
    "10".chars().chain(format!("{}", exponent.round() + 0.0).chars().map(raised)).collect()
}

/// A value whose only digit is its first.
fn value(value: f64) -> String {
    if (1e-3..1e5).contains(&value) {
        format!(
            "{value:.*}",
            if value < 0.0095 {
                3
            } else if value < 0.095 {
                2
            } else {
                usize::from(value < 0.95)
            }
        )
    } else {
        format!("{value:.0e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_never_empty() {
        let of = |places: &[f64]| range(places.iter().copied(), 0.25);
        assert_eq!(of(&[]), 0.0..1.0);
        assert_eq!(of(&[3.0, 1.0]), 0.5..3.5);
        assert_eq!(of(&[3.0]), 1.5..4.5);
        assert_eq!(of(&[-0.5]), -0.75..-0.25);
        assert_eq!(of(&[0.0]), -0.5..0.5);
        assert_eq!(of(&[0.0, 1e-160]), -0.5..0.5);
        assert_eq!(of(&[1.0 / LARGEST]), -0.5..0.5);
        assert!(of(&[0.0, 1.0 / LARGEST]).end < 2.0 / LARGEST);
        let same = of(&[1e9, 1e9 + 1e-6]);
        assert!(same.start < 0.6e9 && same.end > 1.4e9, "{same:?}");
        assert_eq!(
            [1e150, -1e150, 9e149].map(|value| Axis::linear("").place(value)),
            [None, None, Some(9e149)]
        );
    }

    fn labels(ticks: Vec<(f64, String)>) -> Vec<String> {
        ticks.into_iter().map(|tick| tick.1).collect()
    }

    #[test]
    fn steps_are_round_and_within_the_range() {
        assert_eq!(labels(steps(&(-0.2..0.2), 4)), ["-0.2", "-0.1", "0", "0.1", "0.2"]);
        assert_eq!(labels(steps(&(0.0..8e6), 5)), ["0", "2e6", "4e6", "6e6", "8e6"]);
        let tiny = steps(&(0.0..1e-11), 4);
        assert!(tiny.len() > 2 && tiny.iter().all(|tick| tick.0 < 1.001e-11), "{tiny:?}");
    }

    #[test]
    fn powers_reach_from_end_to_end_and_are_told_apart() {
        assert_eq!(labels(powers(&(0.0..4.0), 7)), ["1", "10", "100", "1000", "10000"]);
        assert_eq!(labels(powers(&(0.0..5.0), 7)), ["10⁰", "10¹", "10²", "10³", "10⁴", "10⁵"]);
        assert_eq!(labels(powers(&(0.0..1.0), 7)), ["1", "2", "5", "10"]);
        assert_eq!(labels(powers(&(5.0..6.1), 7)), ["1e5", "2e5", "5e5", "1e6"]);
        // Of 1, 2 and 5 only one lies between.
        let steps = labels(powers(&(1.9_f64.log10()..3.0_f64.log10()), 5));
        assert!(steps.len() > 2 && steps.contains(&"2.0".to_owned()), "{steps:?}");
    }
}
