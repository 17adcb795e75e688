//! Networks that learn: what nobody works out by hand, made of the arithmetic of [`math`].

mod backpropagation;
mod calibration;
mod head;
mod label_task;
mod label_training;
mod network;
mod residual;
mod sgd;
mod spread;
mod steering;
mod trial;
mod velocity_head;

pub use calibration::Calibration;
pub use head::{Head, Samples, Targets};
pub use label_task::LabelTask;
pub use label_training::{Judged, LabelTraining, Learned, Reading, Runs};
pub use network::{Layer, Network};
pub use residual::{ResidualBatch, channel_ranges, random_digits, random_quarters};
pub use sgd::Sgd;
pub use spread::Spread;
pub use steering::{Demonstrations, State, Steering, Velocity};
pub use trial::{BATCH, Budget, Contestant, Errors, FRESH, Outcome, STATE, Trial, TrialError, Tuned};
pub use velocity_head::{Answer, VelocityHead, VelocityModel};
