//! What options are given: numbers, and files.

use super::file::{open, open_picture, plain};
use super::npy;
use crate::Exact;
use crate::math::read_png;
use crate::notebook::{decimal, parse_matrix, parse_number, quote};
use nalgebra::DMatrix;
use std::io::Read;
use std::path::Path;

/// The most bytes that are read of a file with numbers.
const MOST_BYTES: u64 = 64 * 1024;
/// The most mebibytes that a picture's file may have.
const MOST_MEBIBYTES: u64 = 512;

/// A matrix as an option's value: written out, or `@PATH` to read it from a file.
///
/// # Errors
/// Says what is wrong with the text or the file.
pub fn matrix(text: &str) -> Result<DMatrix<Exact>, String> {
    match text.strip_prefix('@') {
        Some(path) => parse_matrix(&read(path).map_err(|error| format!("{}: {error}", quote(path)))?),
        None => parse_matrix(text).map_err(|why| why + &file_hint(text)),
    }
}

/// What to write where somebody names a file without saying that it is one.
pub(super) fn file_hint(text: &str) -> String {
    let path = Path::new(text);
    let has_an_ending = ["csv", "dat", "json", "npy", "tsv", "txt"]
        .iter()
        .any(|ending| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending)));
    let names_a_file = !cfg!(target_family = "wasm")
        && !text.starts_with('@')
        && !text.contains(['\n', '='])
        && (has_an_ending || path.is_file());
    if names_a_file { format!("; write @{} to read a file", quote(text)) } else { String::new() }
}

/// A row of class indices as an option's value.
///
/// # Errors
/// Says what is wrong with the text or the file.
pub fn class_indices(text: &str) -> Result<DMatrix<usize>, String> {
    let numbers = matrix(text)?;
    let (rows, columns) = numbers.shape();
    if rows > 1 && columns > 1 {
        return Err(format!("{rows}×{columns} numbers, expected a single row"));
    }
    let index = |number: &Exact| {
        let index = number.is_integer().then(|| usize::try_from(number.to_integer()).ok()).flatten();
        index
            .ok_or_else(|| format!("{} is no class index, expected whole numbers from 0", decimal(number, 4)))
    };
    let indices = numbers.iter().map(index).collect::<Result<_, _>>()?;
    Ok(DMatrix::from_vec(1, numbers.len(), indices))
}

/// A number as an option's value.
///
/// # Errors
/// Says what is wrong with the text.
pub fn number(text: &str) -> Result<Exact, String> {
    parse_number(text)
}

/// A photograph as an option's value, in grey values from 0, black, to 1, white.
#[derive(Clone, Debug, PartialEq)]
pub struct Photograph {
    /// Where it was read from.
    pub path: String,
    /// Its pixels, a row of the picture a row of the matrix.
    pub grey: DMatrix<f32>,
}

/// A picture as an option's value: the path of a PNG file.
///
/// # Errors
/// Says what is wrong with the file.
pub fn photograph(path: &str) -> Result<Photograph, String> {
    let (file, length) = open_picture(Path::new(path))?;
    if length > MOST_MEBIBYTES << 20 {
        return Err(format!("the file is longer than {MOST_MEBIBYTES} MiB"));
    }
    let grey = read_png(file).map_err(|error| error.to_string())?;
    Ok(Photograph { path: path.to_owned(), grey })
}

/// The text of a file, or that of the numbers in a file of `NumPy`'s, which is read no further than is allowed: some files
/// say that they are empty, and are not.
pub(super) fn read(path: &str) -> Result<String, String> {
    let file = open(Path::new(path))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| plain(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("the file is longer than {MOST_BYTES} bytes"));
    }
    if bytes.starts_with(npy::MAGIC) {
        return npy::text(&bytes);
    }
    let text = String::from_utf8(bytes).map_err(|_| "the file is not text in UTF-8")?;
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::dmatrix;
    use std::io::Write;

    #[test]
    fn only_what_looks_like_a_file_is_hinted_at() {
        let hint = "; write @a.csv to read a file";
        assert_eq!(file_hint("a.csv"), hint);
        assert_eq!(file_hint("a.CSV"), hint.replace("csv", "CSV"));
        assert_eq!(file_hint("Cargo.toml"), hint.replace("a.csv", "Cargo.toml"), "it is there");
        for text in ["1 2; 3", "a.toml", "@a.csv", "a = 1.csv", "1\n2.csv"] {
            assert_eq!(file_hint(text), "", "{text}");
        }
    }

    #[test]
    fn a_single_row_may_stand_upright() {
        assert_eq!(class_indices("1 0 2"), Ok(dmatrix![1, 0, 2]));
        assert_eq!(class_indices("1; 0; 2"), Ok(dmatrix![1, 0, 2]));
        assert!(class_indices("1 0; 2 3").is_err());
    }

    #[test]
    fn as_much_is_read_as_is_allowed_and_no_more() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let most = usize::try_from(MOST_BYTES).expect("a length");
        file.write_all("1".repeat(most).as_bytes()).expect("there is room");
        let path = file.path().to_str().expect("a path").to_owned();
        assert_eq!(read(&path).map(|text| text.len()), Ok(most));
        file.write_all(b"1").expect("there is room");
        assert_eq!(read(&path), Err("the file is longer than 65536 bytes".to_owned()));
        let mut why = |length| {
            file.as_file_mut().set_len(length).expect("there is room");
            photograph(&path).expect_err("it is no picture")
        };
        assert!(why(512 * 1024 * 1024).starts_with("no PNG"));
        assert_eq!(why(512 * 1024 * 1024 + 1), "the file is longer than 512 MiB");
    }
}
