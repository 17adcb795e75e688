//! The program that live pages run: all topics as WebAssembly, packed into a script.
//!
//! A page that is opened from a disk may load scripts and nothing else, and the program is a third of its size when it
//! is packed. The target is WASI's: its programs have arguments and standard streams, so that what runs in a page is
//! what runs in a terminal, and no code of ours has to be unsafe.

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use serde_json::Value;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TARGET: &str = "wasm32-wasip1";

/// The script beside the pages.
///
/// # Errors
/// There is no such target, or the program cannot be built.
pub fn script() -> Result<String, String> {
    let wasm = std::fs::read(build()?).map_err(|error| format!("--live: {error}"))?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let packed = packed.write_all(&wasm).and_then(|()| packed.finish());
    let packed = packed.map_err(|error| format!("--live: {error}"))?;
    Ok(format!("globalThis.workedExamples = \"{}\";\n", STANDARD.encode(packed)))
}

/// Builds the program, and says where it is.
fn build() -> Result<PathBuf, String> {
    expect_target()?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_ENCODED_RUSTFLAGS", without_folders().join("\u{1f}"))
        .args(["build", "--locked", "--example", "topics", "--features", "live"])
        .args(["--profile", "live", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("--live: cargo cannot be started: {error}"))?;
    let messages = String::from_utf8_lossy(&built.stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let artifacts = messages.filter(|message| message["target"]["name"] == "topics");
    let program =
        artifacts.filter_map(|message| message["filenames"][0].as_str().map(PathBuf::from)).next_back();
    program
        .filter(|_| built.status.success())
        .ok_or_else(|| "--live: the program could not be built, for the reason above".to_owned())
}

/// What the compiler is told so that the program does not say in which folder it was built: it is smaller, and the same
/// wherever that is.
fn without_folders() -> Vec<String> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = home.and_then(|home| std::fs::read_dir(home.join("registry").join("src")).ok());
    let sources = sources.into_iter().flatten().flatten().map(|source| source.path());
    let folders = sources.chain([PathBuf::from(env!("CARGO_MANIFEST_DIR"))]);
    folders.map(|folder| format!("--remap-path-prefix={}=", folder.display())).collect()
}

/// Whether the compiler has the target's library.
fn expect_target() -> Result<(), String> {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let asked = Command::new(compiler).args(["--print", "target-libdir", "--target", TARGET]).output();
    let folder = asked.map(|asked| String::from_utf8_lossy(&asked.stdout).trim().to_owned());
    match folder {
        Ok(folder) if Path::new(&folder).is_dir() => Ok(()),
        _ => Err(format!("--live: this needs another target of Rust: rustup target add {TARGET}")),
    }
}
