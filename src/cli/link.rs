//! Where a page finds its figures.

use super::file::folder_of;
use std::fmt::Write;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// A file as it is linked to from a page, as a URL: no character of its name means anything to Markdown or to a
/// browser. Without a file of its own, the page is taken to be put into the current folder.
pub(super) fn link(page: Option<&Path>, file: &Path) -> String {
    let [here, there] = [page.map_or(Path::new("."), folder_of), file].map(whole);
    let [here, there] = [&here, &there].map(|path| path.components().collect::<Vec<_>>());
    let shared = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let up = here[shared..].iter().map(|_| "..".to_owned());
    let down = there[shared..].iter().map(|name| escaped(*name));
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// From the root on, as far as it is there already without links.
fn whole(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = path.ancestors().find_map(|there| Some((there, fs::canonicalize(there).ok()?)));
    match there {
        Some((there, whole)) => whole.join(path.strip_prefix(there).unwrap_or(Path::new(""))),
        None => path,
    }
}

fn escaped(name: Component) -> String {
    let mut url = String::new();
    for &byte in name.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => url.push(byte.into()),
            _ => {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::link;
    use std::path::Path;

    #[test]
    fn a_figure_is_found_from_the_page() {
        for (page, figure, expected) in [
            (None, "figs/a.svg", "figs/a.svg"),
            (Some("page.md"), "a.svg", "a.svg"),
            (Some("./none/page.md"), "none/figs/a.svg", "figs/a.svg"),
            (Some("none/page.md"), "other/a.svg", "../other/a.svg"),
            (Some("none/deep/page.md"), "./a.svg", "../../a.svg"),
            (Some("/none/page.md"), "/none/figs/a.svg", "figs/a.svg"),
            (None, "a (1)#?%.svg", "a%20%281%29%23%3F%25.svg"),
            (None, "\u{202e}\u{1b}\n`|é.svg", "%E2%80%AE%1B%0A%60%7C%C3%A9.svg"),
        ] {
            assert_eq!(link(page.map(Path::new), Path::new(figure)), expected);
        }
    }
}
