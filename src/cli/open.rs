//! The page in the browser.

use super::file::plain;
use super::{print, save};
use crate::notebook::render::{Style, html};
use crate::notebook::{Notebook, printable};

/// Writes the page beside the program, in the build folder, and opens it in the browser; it stays there.
///
/// The browsers of some systems are shut in and see no folder for temporary files.
pub(super) fn open_in_browser(notebook: &Notebook, style: Style) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| format!("--open: {}", plain(&error)))?;
    let page = program.with_file_name(format!("{}.html", notebook.topic));
    let file = ("--open", page.clone(), html(notebook, style, &[])?.into_bytes().into());
    save(&[file], None, || {
        open::that(&page).map_err(|_| {
            "--open: no browser could be started; --output page.html writes the page, to be opened by hand"
        })?;
        print(&format!("Open in the browser: {}\n", printable(&page.display().to_string())))
    })
}
