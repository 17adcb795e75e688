//! Runs an example in a folder of its own.

use crate::Topic;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What came of a run.
pub struct Run {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("programs write UTF-8");
        Self { status: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// The page of a run that went well.
    #[track_caller]
    pub fn page(self) -> String {
        assert_eq!((self.status, self.stderr.as_str()), (Some(0), ""));
        self.stdout
    }
}

impl Topic {
    /// Beside the tests, where `cargo test` builds the examples.
    pub fn program(&self) -> PathBuf {
        let test = std::env::current_exe().expect("a test knows its own path");
        let profile = test.parent().and_then(Path::parent).expect("a test lies in target/<profile>/deps");
        let program = profile.join("examples").join(self.name.to_owned() + EXE_SUFFIX);
        assert!(program.exists(), "`cargo build --example {}` first, or run all tests", self.name);
        program
    }

    pub fn command(&self, folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(self.program());
        command.current_dir(folder).args(self.quick).args(arguments).env_remove("NO_COLOR");
        command
    }

    pub fn run(&self, folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Run {
        Run::of(&mut self.command(folder, arguments))
    }

    /// The page as JSON.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Json {
        let arguments = [&["--format", "json"], arguments].concat();
        serde_json::from_str(&self.run(Path::new("."), &arguments).page()).expect("JSON")
    }
}

/// All that lies in a folder, with the bytes of the files.
pub fn listing(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(listing(&path));
        }
        let bytes = fs::read(&path).ok();
        found.insert(path, bytes);
    }
    found
}

pub fn text(json: &Json) -> &str {
    json.as_str().expect("text")
}

pub fn list(json: &Json) -> &[Json] {
    json.as_array().expect("a list")
}
