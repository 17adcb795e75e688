//! Whether a classifier is right as often as it is sure.

/// How sure a classifier was, and how often it was right.
///
/// ```
/// use training::Calibration;
///
/// // Four answers given with 90 %, three of them right; two given with 50 %, one of them right.
/// let answers = [(0.9, true), (0.9, true), (0.9, true), (0.9, false), (0.5, true), (0.5, false)];
/// let calibration = Calibration::of(answers).unwrap();
/// assert!((calibration.confidence - 4.6 / 6.0).abs() < 1e-15);
/// assert!((calibration.accuracy - 4.0 / 6.0).abs() < 1e-15);
/// assert!((calibration.error - 0.15 * 4.0 / 6.0).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// The mean probability that it gave its own answers.
    pub confidence: f64,
    /// The share of right answers.
    pub accuracy: f64,
    /// The expected calibration error (Guo et al. 2017, section 2): over ten equal intervals of confidence, the mean
    /// distance between the two, weighted with the number of answers.
    pub error: f64,
}

const INTERVALS: usize = 10;

impl Calibration {
    /// Of answers, each with its probability and whether it was right; `None` without any.
    pub fn of(answers: impl IntoIterator<Item = (f64, bool)>) -> Option<Self> {
        let mut intervals = [(0.0, 0.0); INTERVALS];
        let mut count = 0.0;
        for (confidence, is_right) in answers {
            // A cast from a float saturates, and NaN becomes 0.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
            let interval = (confidence * INTERVALS as f64) as usize;
            let (sure, right) = &mut intervals[interval.min(INTERVALS - 1)];
            *sure += confidence;
            *right += f64::from(u8::from(is_right));
            count += 1.0;
        }
        let mean = |of: fn(&(f64, f64)) -> f64| intervals.iter().map(of).sum::<f64>() / count;
        (count > 0.0).then(|| Self {
            confidence: mean(|(sure, _)| *sure),
            accuracy: mean(|(_, right)| *right),
            error: mean(|(sure, right)| (sure - right).abs()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_sure_and_too_doubtful_do_not_cancel() {
        // Sure and always wrong, doubtful and always right: the means agree, the answers do not.
        let calibration = Calibration::of([(0.95, false), (0.05, true)]).expect("two answers");
        assert!((calibration.confidence - calibration.accuracy).abs() < 1e-15);
        assert!((calibration.error - 0.95).abs() < 1e-15);
    }

    #[test]
    fn certainty_belongs_to_the_last_interval_and_nothing_to_none() {
        let calibration = Calibration::of([(1.0, true), (0.92, true)]).expect("two answers");
        assert!((calibration.error - 0.04).abs() < 1e-15);
        assert_eq!(Calibration::of([]), None);
    }
}
