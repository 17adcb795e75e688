//! All topics in one program, for live pages: which one it is says the name that it is called by.

use std::path::Path;
use std::process::ExitCode;
use topics::{
    categorical_accuracy, conv_backprop, laplacian, multilabel_softmax, relu_filter_update, resnet_shortcut,
    velocity_heads,
};
use worked_examples::cli;

#[path = "mod.rs"]
#[expect(dead_code, reason = "each topic is told by itself here")]
mod topics;

fn main() -> ExitCode {
    let called = std::env::args_os().next().unwrap_or_default();
    match Path::new(&called).file_stem().and_then(|name| name.to_str()) {
        Some("categorical_accuracy") => cli::main(&categorical_accuracy::TOPIC),
        Some("conv_backprop") => cli::main(&conv_backprop::TOPIC),
        Some("laplacian") => cli::main(&laplacian::TOPIC),
        Some("multilabel_softmax") => cli::main(&multilabel_softmax::TOPIC),
        Some("relu_filter_update") => cli::main(&relu_filter_update::TOPIC),
        Some("resnet_shortcut") => cli::main(&resnet_shortcut::TOPIC),
        Some("velocity_heads") => cli::main(&velocity_heads::TOPIC),
        _ => cli::fail(2, "expected to be called by the name of a topic"),
    }
}
