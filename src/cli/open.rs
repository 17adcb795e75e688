//! The page in the browser.

use super::print;
use std::path::{Path, PathBuf};

/// Where the page is written: beside the program, in the build folder. The browsers of some systems are shut in and
/// see no folder for temporary files.
pub(super) fn place(topic: &str) -> Result<PathBuf, String> {
    let program = std::env::current_exe().map_err(|error| format!("--open: {error}"))?;
    Ok(program.with_file_name(format!("{topic}.html")))
}

/// Opens the page in the browser, and says where it is: it stays there.
pub(super) fn open(page: &Path) -> Result<(), String> {
    let shown = page.display();
    open::that(page).map_err(|_| format!("--open: no browser could be started; the page is {shown}"))?;
    print(&format!("Open in the browser: {shown}\n"))
}
