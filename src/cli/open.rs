//! The page in the browser.

use super::{print, save};
use crate::notebook::Notebook;
use crate::notebook::render::{Style, html};

/// Writes the page beside the program, in the build folder, and opens it in the browser; it stays there.
///
/// The browsers of some systems are shut in and see no folder for temporary files.
pub(super) fn open_in_browser(notebook: &Notebook, style: Style) -> Result<(), String> {
    let program = std::env::current_exe().map_err(|error| format!("--open: {error}"))?;
    let page = program.with_file_name(format!("{}.html", notebook.topic));
    save(&[("--open", page.clone(), html(notebook, style, &[])?.into_bytes().into())], None, || Ok(()))?;
    let shown = page.display();
    open::that(&page).map_err(|_| format!("--open: no browser could be started; the page is {shown}"))?;
    print(&format!("Open in the browser: {shown}\n"))
}
