//! All topics in one program, for live pages: which one it is says the name that it is called by.

use std::path::Path;
use std::process::ExitCode;
use worked_examples::cli;

#[path = "mod.rs"]
pub mod topics;

fn main() -> ExitCode {
    let called = std::env::args_os().next().unwrap_or_default();
    let topic = Path::new(&called).file_stem().unwrap_or_default().to_string_lossy();
    topics::run(&topic).unwrap_or_else(|| cli::fail(2, "expected to be called by the name of a topic"))
}
