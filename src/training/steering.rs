//! A character on its way to a goal, as data to learn from: states, and the velocities that are right in them.

use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::fmt;

/// Position x, y and goal x, y, each between −1 and 1 m.
pub type State = [f64; 4];
/// x and y in m/s, each between −1 and 1.
pub type Velocity = [f64; 2];

/// What lies between the character and its goal.
///
/// ```
/// use training::Steering;
///
/// // The goal lies 0.5 m to the right: 0.5 / (0.5 + 0.5) m/s.
/// let state = [0.0, 0.0, 0.5, 0.0];
/// assert_eq!(Steering::FreeWay.right_velocities(state), [[0.5, 0.0]]);
/// assert_eq!(Steering::Obstacle.right_velocities(state), [[0.0, 0.5], [0.0, -0.5]]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steering {
    /// Nothing: one velocity is right, d / (½ m + |d|) · 1 m/s with d the way to the goal, slower the closer.
    FreeWay,
    /// An obstacle: two opposite velocities are equally right, past it on the left or on the right, at right angles
    /// to the way and as fast as if it were free.
    Obstacle,
}

/// Situations, each with one velocity that was right there.
#[derive(Clone, Debug)]
pub struct Demonstrations {
    /// A column a [`State`].
    pub states: DMatrix<f32>,
    /// One right answer to each; where several are right, one of them by lot.
    pub velocities: Vec<Velocity>,
}

impl Steering {
    /// All velocities that are right in a state; to the left comes first.
    #[must_use]
    pub fn right_velocities(self, [x, y, goal_x, goal_y]: State) -> Vec<Velocity> {
        let way = [goal_x - x, goal_y - y];
        let [x, y] = way.map(|distance| distance / (0.5 + way[0].hypot(way[1])));
        match self {
            Self::FreeWay => vec![[x, y]],
            Self::Obstacle => vec![[-y, x], [y, -x]],
        }
    }

    /// How far a velocity is from the nearest right one, in m/s.
    #[must_use]
    pub fn miss(self, state: State, [x, y]: Velocity) -> f64 {
        let right = self.right_velocities(state);
        right.iter().map(|right| (x - right[0]).hypot(y - right[1])).fold(f64::INFINITY, f64::min)
    }

    /// Draws so many situations, evenly from all positions and goals: the same seed, the same situations.
    #[must_use]
    pub fn draw(self, count: usize, seed: u64) -> Demonstrations {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let mut states = DMatrix::zeros(4, count);
        let mut velocities = Vec::with_capacity(count);
        for mut column in states.column_iter_mut() {
            column.apply(|x| *x = rng.random_range(-1.0_f32..1.0));
            let right = self.right_velocities([0, 1, 2, 3].map(|i| column[i].into()));
            velocities.push(right[rng.random_range(0..right.len())]);
        }
        Demonstrations { states, velocities }
    }
}

impl Demonstrations {
    /// The first so many of them, if there are as many.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.velocities.len());
        Self {
            states: self.states.columns(0, count).into_owned(),
            velocities: self.velocities[..count].to_vec(),
        }
    }

    /// Each state with the velocity that was drawn.
    pub fn iter(&self) -> impl Iterator<Item = (State, Velocity)> {
        let states = self.states.column_iter().map(|state| [0, 1, 2, 3].map(|i| state[i].into()));
        states.zip(self.velocities.iter().copied())
    }

    /// The root mean square of the speeds in m/s: what standing still would miss.
    ///
    /// ```
    /// use training::Demonstrations;
    ///
    /// let states = nalgebra::DMatrix::zeros(4, 2);
    /// assert_eq!(Demonstrations { states, velocities: vec![[0.3, 0.4], [0.0, -0.5]] }.rms_speed(), 0.5);
    /// ```
    #[must_use]
    pub fn rms_speed(&self) -> f64 {
        let squares = self.velocities.iter().map(|[x, y]| x * x + y * y);
        (squares.sum::<f64>() / self.velocities.len() as f64).sqrt()
    }
}

impl fmt::Display for Steering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FreeWay => "free way",
            Self::Obstacle => "obstacle",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_velocity_is_slower_than_a_metre_a_second() {
        let farthest = [-1.0, -1.0, 1.0, 1.0];
        let [[x, y]] = Steering::FreeWay.right_velocities(farthest)[..] else { panic!("one answer") };
        let expected = 8_f64.sqrt() / (0.5 + 8_f64.sqrt());
        assert!((x.hypot(y) - expected).abs() < 1e-15 && (x - y).abs() < 1e-15);
        assert_eq!(Steering::FreeWay.right_velocities([0.25; 4]), [[0.0, 0.0]]);
    }

    #[test]
    fn past_an_obstacle_both_answers_are_shown_equally_often() {
        let drawn = Steering::Obstacle.draw(10_000, 1);
        let state = |j: usize| [0, 1, 2, 3].map(|i| f64::from(drawn.states[(i, j)]));
        let to_the_left = |j: &usize| {
            let [left, _] = Steering::Obstacle.right_velocities(state(*j))[..] else { panic!("two answers") };
            left.map(f64::to_bits) == drawn.velocities[*j].map(f64::to_bits)
        };
        let left = (0..10_000).filter(to_the_left).count();
        // Three standard deviations of a fair coin.
        assert!(left.abs_diff(5_000) < 150, "{left}");
    }

    #[test]
    fn the_seed_decides_what_is_drawn() {
        let states = |seed| Steering::FreeWay.draw(5, seed).states;
        assert_eq!(states(1), states(1));
        assert_ne!(states(1), states(2));
    }
}
