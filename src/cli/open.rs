//! The page in the browser.

use super::file::plain;
use super::{print, save};
use crate::notebook::render::{Style, html};
use crate::notebook::{Notebook, printable};
use std::io;
use std::path::Path;

/// Writes the page beside the program, in the build folder, and opens it in the browser; it stays there.
///
/// The browsers of some systems are shut in and see no folder for temporary files.
pub(super) fn open_in_browser(notebook: &Notebook, style: Style) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| format!("--open: {}", plain(&error)))?;
    let page = program.with_file_name(format!("{}.html", notebook.topic));
    let file = ("--open", page.clone(), html(notebook, style, &[])?.into_bytes().into());
    save(&[file], None, || {
        show(&page).map_err(|_| {
            "--open: no browser could be started; --output page.html writes the page, to be opened by hand"
        })?;
        print(&format!("Open in the browser: {}\n", printable(&page.display().to_string())))
    })
}

#[cfg(not(target_family = "wasm"))]
fn show(page: &Path) -> io::Result<()> {
    open::that(page)
}

/// A program that runs in a web page starts no other.
#[cfg(target_family = "wasm")]
fn show(_: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
