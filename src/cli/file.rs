//! Which file a path leads to, and whether a file may be read or written there.

use std::error::Error;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What tells a file from all others, by whichever of its names it is found.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = PathBuf;

/// The files that inputs were read from.
static READ: Mutex<Vec<Identity>> = Mutex::new(Vec::new());

fn read() -> MutexGuard<'static, Vec<Identity>> {
    READ.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    fs::metadata(path).ok().as_ref().map(identity_of)
}

#[cfg(unix)]
fn identity_of(data: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (data.dev(), data.ino())
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    fs::canonicalize(path).ok()
}

#[cfg(unix)]
fn identity_of_stream(stream: &impl std::os::fd::AsFd) -> Option<Identity> {
    let file = File::from(stream.as_fd().try_clone_to_owned().ok()?);
    file.metadata().ok().as_ref().map(identity_of)
}

#[cfg(not(unix))]
fn identity_of_stream<T>(_: &T) -> Option<Identity> {
    None
}

/// Whether a path leads to what standard output is, by whatever name.
pub(super) fn is_standard_output(path: &Path) -> bool {
    let given = identity(path);
    given.is_some() && given == identity_of_stream(&io::stdout())
}

const FOLDER: &str = "it is a folder, expected a file";
/// In a web page nothing can be read or written, but for the one file that is chosen there.
const NO_FILES: &str = "a web page reads and writes no files, expected the numbers themselves";
const NO_FILE: &str = "it is a pipe, a device or the like, expected a file";

/// Opens a file to read an input from it; what is no file, such as a pipe, could keep us waiting for ever.
pub(super) fn open(path: &Path) -> Result<File, String> {
    if cfg!(target_family = "wasm") {
        return Err(NO_FILES.to_owned());
    }
    let data = fs::metadata(path).map_err(|error| plain(&error))?;
    if !data.is_file() {
        return Err(if data.is_dir() { FOLDER } else { NO_FILE }.to_owned());
    }
    let file = File::open(path).map_err(|error| plain(&error))?;
    read().extend(identity(path));
    Ok(file)
}

/// Opens a picture to read it, and says how long its file is.
#[cfg(not(target_family = "wasm"))]
pub(super) fn open_picture(path: &Path) -> Result<(impl io::BufRead + io::Seek, u64), String> {
    let file = open(path)?;
    let length = file.metadata().map_or(0, |data| data.len());
    Ok((io::BufReader::new(file), length))
}

/// In a web page the file that is chosen there comes as standard input, by whatever name.
#[cfg(target_family = "wasm")]
pub(super) fn open_picture(_: &Path) -> Result<(impl io::BufRead + io::Seek, u64), String> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::stdin(), &mut bytes).map_err(|error| plain(&error))?;
    let length = bytes.len() as u64;
    Ok((io::Cursor::new(bytes), length))
}

/// Whether standard input can be read at all: a folder cannot, and says so before anything is asked.
#[cfg(not(target_family = "wasm"))]
pub(super) fn expect_readable_input() -> Result<(), String> {
    #[cfg(unix)]
    {
        use std::io::Read;
        use std::os::fd::AsFd;
        let input = io::stdin().as_fd().try_clone_to_owned().map(File::from);
        let read = input.and_then(|mut input| input.read(&mut []));
        read.map_err(|error| format!("standard input: {}", plain(&error)))?;
    }
    Ok(())
}

/// Where bytes are to be written.
pub(super) enum Place {
    /// A file, which may be there already; its folder is written in the one way that no link changes.
    File(PathBuf),
    /// A device, which is written to and never replaced.
    Device(PathBuf),
}

/// Where a file may be written that is found by this path: at the end of its links, and nowhere that is in use.
pub(super) fn place(path: &Path) -> Result<Place, String> {
    if cfg!(target_family = "wasm") {
        return Err(NO_FILES.to_owned());
    }
    let names_a_folder = path.as_os_str().as_encoded_bytes().last().is_some_and(|&b| b == b'/');
    if names_a_folder || path.file_name().is_none() {
        return Err(FOLDER.to_owned());
    }
    let target = end_of_links(path)?;
    let in_its_folder = || {
        let folder = fs::canonicalize(folder_of(&target)).map_err(|error| plain(&error))?;
        Ok(Place::File(target.file_name().map_or(folder.clone(), |name| folder.join(name))))
    };
    match fs::metadata(&target) {
        Ok(data) if data.is_dir() => Err(FOLDER.to_owned()),
        Ok(data) if is_device(&data) => Ok(Place::Device(target)),
        Ok(data) if !data.is_file() => Err(NO_FILE.to_owned()),
        Ok(_) => match identity(&target) {
            None => in_its_folder(),
            Some(file) if read().contains(&file) => {
                Err("an input was read from there, expected another file".to_owned())
            }
            file if file == identity_of_stream(&io::stdout()) => {
                Err("standard output goes there, expected another file".to_owned())
            }
            file if file == identity_of_stream(&io::stderr()) => {
                Err("standard error goes there, expected another file".to_owned())
            }
            _ => in_its_folder(),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => in_its_folder(),
        Err(error) => Err(plain(&error)),
    }
}

/// Where a folder is, or can be made.
pub(super) fn expect_place_for_folder(path: &Path) -> Result<(), String> {
    match path.ancestors().find(|above| above.exists()) {
        Some(above) if !above.is_dir() => Err("there is a file, expected a folder".to_owned()),
        _ => Ok(()),
    }
}

/// The folder that a file lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn end_of_links(path: &Path) -> Result<PathBuf, String> {
    const MOST_LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        if is_descriptor(&path) {
            return Err("it is open already, expected a file".to_owned());
        }
        match fs::read_link(&path) {
            Ok(link) => path.set_file_name(link),
            Err(_) => return Ok(path),
        }
    }
    Err("it is a link that leads nowhere".to_owned())
}

/// Whether it is a number under which a file is open: replacing the file would leave whoever opened it without.
fn is_descriptor(path: &Path) -> bool {
    let folder = fs::canonicalize(folder_of(path)).unwrap_or_default();
    folder.starts_with("/proc") && folder.ends_with("fd")
}

#[cfg(unix)]
fn is_device(data: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_char_device(&data.file_type())
}

#[cfg(not(unix))]
fn is_device(_: &Metadata) -> bool {
    false
}

/// What the system says of an error, without its number and without our names for temporary files.
pub(super) fn plain(error: &io::Error) -> String {
    let text =
        match error.get_ref().and_then(Error::source).and_then(|cause| cause.downcast_ref::<io::Error>()) {
            Some(cause) => cause.to_string(),
            None => error.to_string(),
        };
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
