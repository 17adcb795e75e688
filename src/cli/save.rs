//! Files that appear all or not at all.

use super::file::{Place, expect_place_for_folder, folder_of, place, plain};
use super::undo::{Step, fresh, steps, undoing};
use crate::notebook::quote;
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The option that names a path, the path, and what is to be written there.
pub type Entry<'a> = (&'static str, PathBuf, Cow<'a, [u8]>);

/// Writes all files or none, and leaves nothing behind that it made in vain: the folder that an option names is made
/// if it is not there yet.
///
/// What is printed is printed last: where that fails, the files are as they were before.
///
/// # Errors
/// Says in one line which option names a path that cannot be written, and why.
pub fn save(
    files: &[Entry<'_>],
    folder: Option<(&'static str, &Path)>,
    print: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    if files.is_empty() && folder.is_none() {
        return print();
    }
    undoing(|| {
        if let Some((option, folder)) = folder {
            make(folder).map_err(|error| on_path(option, folder, &plain(&error)))?;
        }
        let (mut ready, mut devices): (Vec<(PathBuf, PathBuf, _)>, Vec<_>) = Default::default();
        for (option, path, bytes) in files {
            let refused = |why: &str| on_path(option, path, why);
            match place(path).map_err(|why| refused(&why))? {
                Place::Device(target) => devices.push((target, bytes, refused)),
                Place::File(target) if ready.iter().any(|(other, ..)| *other == target) => {
                    return Err(refused("another file is written there, expected another name"));
                }
                Place::File(target) => {
                    let written = write(&target, bytes).map_err(|error| refused(&plain(&error)))?;
                    ready.push((target, written, refused));
                }
            }
        }
        let mut steps = steps();
        for (target, written, refused) in &ready {
            put(written, target, &mut steps).map_err(|error| refused(&plain(&error)))?;
        }
        drop(steps);
        for (target, bytes, refused) in devices {
            let device = File::options().write(true).open(target);
            let written = device.and_then(|mut device| device.write_all(bytes));
            written.map_err(|error| refused(&plain(&error)))?;
        }
        print()
    })
}

/// Whether files can be written where options say so, before anything is computed for them.
///
/// # Errors
/// Says in one line which option names a path that cannot be written, and why.
pub fn expect_places(
    file: Option<(&'static str, &Path)>,
    folder: Option<(&'static str, &Path)>,
) -> Result<(), String> {
    if let Some((option, path)) = file {
        place(path).map_err(|why| on_path(option, path, &why))?;
    }
    if let Some((option, path)) = folder {
        expect_place_for_folder(path).map_err(|why| on_path(option, path, &why))?;
    }
    Ok(())
}

fn on_path(option: &str, path: &Path, why: &str) -> String {
    format!("{option}: given \"{}\": {why}", quote(&path.display().to_string()))
}

/// Makes a folder, and those above it.
fn make(folder: &Path) -> io::Result<()> {
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let missing: Vec<_> = folder.ancestors().take_while(is_missing).collect();
    for folder in missing.into_iter().rev() {
        let mut steps = steps();
        fs::create_dir(folder)?;
        steps.push(Step::RemoveFolder(folder.to_owned()));
    }
    Ok(())
}

/// Writes the bytes under another name beside their target.
fn write(target: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut steps = steps();
    let (path, mut file) = fresh(folder_of(target), |path| File::create_new(path))?;
    steps.push(Step::Remove(path.clone()));
    drop(steps);
    if let Ok(existing) = fs::metadata(target) {
        file.set_permissions(existing.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(path)
}

/// Gives a written file its name; what had that name before is kept under another.
fn put(written: &Path, target: &Path, steps: &mut Vec<Step>) -> io::Result<()> {
    if !target.exists() {
        fs::rename(written, target)?;
        steps.push(Step::Remove(target.to_owned()));
        return Ok(());
    }
    let restore = |kept| Step::Restore { kept, target: target.to_owned() };
    // With a second name for the old file there is one under the name at any time; not every disk knows of those.
    if let Ok((kept, ())) = fresh(folder_of(target), |kept| fs::hard_link(target, kept)) {
        steps.push(Step::Remove(kept.clone()));
        fs::rename(written, target)?;
        steps.push(restore(kept));
        return Ok(());
    }
    let (kept, ()) = fresh(folder_of(target), |kept| fs::rename(target, kept))?;
    steps.push(restore(kept));
    fs::rename(written, target)
}
