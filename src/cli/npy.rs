//! A file that `numpy.save` wrote, as text.
//!
//! The format is that of `NumPy`'s enhancement proposal 1: a magic string, a version, the length of a header, the header,
//! which is a dictionary as Python writes it, and the numbers.

/// What such a file begins with.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// The numbers of such a file, a row a line, each with as many digits as tell it from its neighbours.
///
/// # Errors
/// What the file holds that is no matrix of numbers, or where it ends too early.
pub(super) fn text(bytes: &[u8]) -> Result<String, String> {
    let too_short = || "the .npy file ends too early".to_owned();
    let rest = &bytes[MAGIC.len()..];
    let (version, rest) = rest.split_first_chunk::<2>().ok_or_else(too_short)?;
    let (length, rest) = if version[0] == 1 {
        let (length, rest) = rest.split_first_chunk::<2>().ok_or_else(too_short)?;
        (usize::from(u16::from_le_bytes(*length)), rest)
    } else {
        let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(too_short)?;
        (usize::try_from(u32::from_le_bytes(*length)).map_err(|_| too_short())?, rest)
    };
    let (header, data) = rest.split_at_checked(length).ok_or_else(too_short)?;
    let header = String::from_utf8_lossy(header);
    let has_no_header = || "the header of the .npy file cannot be read".to_owned();
    let between = |start: &str, end: char| Some(header.split_once(start)?.1.split_once(end)?.0);

    let kind =
        between("'descr': '", '\'').ok_or_else(|| "the .npy file holds no plain numbers".to_owned())?;
    let fortran = between("'fortran_order': ", ',').ok_or_else(has_no_header)? == "True";
    let shape = between("'shape': (", ')').ok_or_else(has_no_header)?;
    let lengths = shape.split(',').map(str::trim).filter(|length| !length.is_empty());
    let lengths: Vec<usize> =
        lengths.map(|length| length.parse().map_err(|_| has_no_header())).collect::<Result<_, _>>()?;
    let leading = lengths.iter().take_while(|length| **length == 1).count();
    let (rows, columns) = match lengths[leading.min(lengths.len().saturating_sub(2))..] {
        [] => (1, 1),
        [columns] => (1, columns),
        [rows, columns] => (rows, columns),
        _ => {
            return Err(format!("the .npy file holds numbers of shape ({shape}), expected rows and columns"));
        }
    };

    let (numbers, size) = numbers(kind, data).ok_or_else(|| {
        format!("the .npy file holds numbers of type {kind}, expected whole numbers, float32 or float64")
    })?;
    let count = rows.checked_mul(columns).ok_or_else(too_short)?;
    if numbers.len() != count || count * size != data.len() {
        return Err(format!("the .npy file holds {} numbers, expected {rows}×{columns}", numbers.len()));
    }
    let at = |row: usize, column: usize| if fortran { column * rows + row } else { row * columns + column };
    let row =
        |row| (0..columns).map(|column| numbers[at(row, column)].as_str()).collect::<Vec<_>>().join(" ");
    Ok((0..rows).map(row).collect::<Vec<_>>().join("\n"))
}

/// The numbers of a type such as `<f8`, and how many bytes each has.
fn numbers(kind: &str, data: &[u8]) -> Option<(Vec<String>, usize)> {
    macro_rules! read {
        ($number:ty) => {{
            let size = size_of::<$number>();
            let write = |bytes: &[u8]| {
                let bytes = bytes.try_into().unwrap_or_default();
                let is_big = kind.starts_with('>');
                let number =
                    if is_big { <$number>::from_be_bytes(bytes) } else { <$number>::from_le_bytes(bytes) };
                // With a power of ten where the number is very small or large.
                format!("{number:?}")
            };
            Some((data.chunks_exact(size).map(write).collect(), size))
        }};
    }
    match kind.trim_start_matches(['<', '>', '|', '=']) {
        "f4" => read!(f32),
        "f8" => read!(f64),
        "i1" => read!(i8),
        "i2" => read!(i16),
        "i4" => read!(i32),
        "i8" => read!(i64),
        "u1" | "b1" => read!(u8),
        "u2" => read!(u16),
        "u4" => read!(u32),
        "u8" => read!(u64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(header.len()).expect("a short header").to_le_bytes();
        [MAGIC, &[1, 0], &length, header.as_bytes(), data].concat()
    }

    fn header(kind: &str, fortran: &str, shape: &str) -> String {
        format!("{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': ({shape}), }}\n")
    }

    #[test]
    fn the_order_and_the_kind_of_its_numbers_are_heard() {
        let whole: Vec<u8> = (1..=6).collect();
        let read = |kind, fortran, shape, data: &[u8]| {
            text(&file(&header(kind, fortran, shape), data)).expect("numbers")
        };
        assert_eq!(read("|u1", "False", "2, 3", &whole), "1 2 3\n4 5 6");
        assert_eq!(read("|u1", "True", "2, 3", &whole), "1 3 5\n2 4 6");
        assert_eq!(read("|u1", "False", "6,", &whole), "1 2 3 4 5 6");
        assert_eq!(read("|u1", "False", "1, 1, 3, 2", &whole), "1 2\n3 4\n5 6");
        assert_eq!(read("<f4", "False", "", &0.1_f32.to_le_bytes()), "0.1");
        assert_eq!(read(">f8", "False", "1,", &1e-9_f64.to_be_bytes()), "1e-9");
        assert_eq!(read("<i8", "False", "1, 1", &(-7_i64).to_le_bytes()), "-7");
    }

    #[test]
    fn whole_numbers_of_every_size_are_read_from_either_end() {
        macro_rules! assert_reads {
            ($($kind:literal: $number:ty),*) => {$(
                let (number, shape) = (<$number>::MAX - 1, "1,");
                let little = file(&header(concat!("<", $kind), "False", shape), &number.to_le_bytes());
                let big = file(&header(concat!(">", $kind), "False", shape), &number.to_be_bytes());
                assert_eq!([text(&little), text(&big)], [Ok(number.to_string()), Ok(number.to_string())]);
            )*};
        }
        assert_reads!("i1": i8, "i2": i16, "i4": i32, "i8": i64, "u1": u8, "u2": u16, "u4": u32, "u8": u64);
    }

    #[test]
    fn what_is_no_matrix_of_numbers_is_said() {
        for (header, data, complaint) in [
            (header("<c8", "False", "1,"), &[0; 8][..], "of type <c8"),
            (header("<f8", "False", "2,"), &[0; 8], "holds 1 numbers, expected 1×2"),
            (header("<f8", "False", "1,"), &[0; 9], "holds 1 numbers, expected 1×1"),
            (header("|u1", "False", "2, 1, 1"), &[1, 2], "expected rows and columns"),
            (header("|u1", "False", "x"), &[1], "header"),
            ("{'descr': [('a', '<f8')], 'fortran_order': False}".to_owned(), &[], "no plain numbers"),
        ] {
            let why = text(&file(&header, data)).expect_err("no matrix");
            assert!(why.contains(complaint), "{header}: {why}");
        }
        let whole = file(&header("|u1", "False", "1,"), &[1]);
        for length in MAGIC.len()..whole.len() {
            assert!(text(&whole[..length]).is_err(), "{length}");
        }
    }
}
