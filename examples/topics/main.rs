//! All topics in one program, for live pages: which one it is says the name that it is called by. By the name of `matrix`
//! it reads one: `matrix --image "[[1, 2], [3, 4]]"` prints `1 2; 3 4`, an entry for each field of the page.

use std::path::Path;
use std::process::ExitCode;
use topics::{
    categorical_accuracy, conv_backprop, laplacian, multilabel_softmax, relu_filter_update, resnet_shortcut,
    velocity_heads,
};
use worked_examples::cli;
use worked_examples::notebook::{quote, write_matrix};

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
        Some("matrix") => matrix(),
        _ => cli::fail(2, "expected to be called by the name of a topic"),
    }
}

fn matrix() -> ExitCode {
    let [option, text] = [1, 2].map(|at| std::env::args().nth(at).unwrap_or_default());
    match cli::matrix(&text) {
        Ok(matrix) => {
            println!("{}", write_matrix(&matrix));
            ExitCode::SUCCESS
        }
        Err(why) => cli::fail(2, &format!("{option}: given \"{}\": {why}", quote(&text))),
    }
}
