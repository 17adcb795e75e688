//! Files that appear whole or not at all.

use crate::notebook::quote;
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// The option that names a path, the path, and what is to be written there.
pub(super) type Entry<'a> = (&'static str, PathBuf, Cow<'a, [u8]>);

/// Writes all files or none, and leaves no folder behind that it made in vain.
///
/// What is printed is printed when all files are ready, and before the first of them appears.
pub(super) fn save(
    files: &[Entry<'_>],
    figures: Option<&Path>,
    print: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<_> = figures.into_iter().flat_map(Path::ancestors).take_while(is_missing).collect();
    let saved = match figures.map(|folder| (folder, fs::create_dir_all(folder))) {
        Some((folder, Err(error))) => Err(on_path("--figures", folder, &error)),
        _ => replace(files, print),
    };
    if saved.is_err() {
        for folder in missing {
            // Only what is empty is removed.
            let _ = fs::remove_dir(folder);
        }
    }
    saved
}

fn on_path(option: &str, path: &Path, error: &io::Error) -> String {
    format!("{option}: given \"{}\": {error}", quote(&path.display().to_string()))
}

/// Writes each file under a temporary name first, then renames all.
fn replace(files: &[Entry<'_>], print: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let mut ready = Vec::new();
    for (option, path, bytes) in files {
        let file = write(path, bytes).map_err(|error| on_path(option, path, &error))?;
        ready.extend(file.map(|(file, target)| (file, target, option)));
    }
    print()?;
    for (file, target, option) in ready {
        file.persist(&target).map_err(|error| on_path(option, &target, &error.error))?;
    }
    Ok(())
}

/// The bytes in a temporary file beside its target; or nothing more to do, where the path is a device or a pipe.
fn write(path: &Path, bytes: &[u8]) -> io::Result<Option<(NamedTempFile, PathBuf)>> {
    // A device is written to; renaming over it would replace it.
    if fs::metadata(path).is_ok_and(|data| !data.is_file() && !data.is_dir()) {
        File::options().write(true).open(path)?.write_all(bytes)?;
        return Ok(None);
    }
    let link = || fs::read_link(path).map(|target| path.with_file_name(target));
    let target = fs::canonicalize(path).or_else(|_| link()).unwrap_or_else(|_| path.to_owned());
    if target.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = temporary_file(folder)?;
    if let Ok(existing) = fs::metadata(&target) {
        file.as_file().set_permissions(existing.permissions())?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(Some((file, target)))
}

/// With the permissions that a file made in the ordinary way would have.
fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    // Whether there is such a folder; the temporary name would only puzzle in an error message.
    fs::metadata(folder.join("."))?;
    builder.tempfile_in(folder).map_err(|error| error.kind().into())
}
