//! The arithmetic against other libraries, which computed the cases beside this file.

mod conv;
mod feature_map;
mod metrics;
mod training;
