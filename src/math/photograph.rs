//! Photographs: PNG to a matrix of grey values and back.
//!
//! Everything here takes and gives bytes; which file they come from is not its business. A picture is read and written row
//! by row, so that it is in memory once.

use super::caught::caught;
use nalgebra::DMatrix;
use num_traits::ToPrimitive;
use png::{BitDepth, ColorType, Compression, Decoder, DecodingError, Encoder, Transformations};
use std::fmt;
use std::io::{self, BufRead, ErrorKind, Seek, SeekFrom, Write};

/// The most pixels that are read: with the answers of a filter beside them and the PNG of those they take 450 MB.
pub const MAX_PIXELS: u64 = 50_000_000;
/// The most pixels that a side may have, so that a single row is short.
pub const MAX_SIDE: u32 = 65_535;
/// What each pixel needs in bytes: its grey value, what a filter answers, and a byte of what is written.
const BYTES_A_PIXEL: usize = 4 + 4 + 1;

/// How much deflate, the compression inside PNG, can shrink its input at the very best: two bits for 258 bytes
/// (zlib's "Technical Details").
const MAX_COMPRESSION: u64 = 1032;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Where the pixels of each of the seven passes of an interlaced picture lie: first column and row, and steps.
const ADAM7: [[usize; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];
const ONE_PASS: [[usize; 4]; 1] = [[0, 0, 1, 1]];

/// Reads a PNG as grey values from 0, black, to 1, white: a row of the picture is a row of the matrix.
///
/// Greys and palettes of every depth, colours of 8 and 16 bits a channel, and interlaced pictures are read. Colours
/// become luma, 0.2126·R + 0.7152·G + 0.0722·B (ITU-R BT.709-6, item 3.2), of the values as they are stored: gamma
/// stays encoded, and colour profiles are ignored. The Laplacian is linear, so that of the luma is the luma of the
/// three channels' Laplacians. What is transparent lies on white.
///
/// # Errors
/// If `input` is no PNG, ends early, is damaged, or claims more than [`MAX_PIXELS`], or [`MAX_SIDE`] a side. Sizes are
/// checked before memory is taken for them.
pub fn read_png(mut input: impl BufRead + Seek) -> Result<DMatrix<f32>, PictureError> {
    // The decoder trusts some of what it reads, such as the length of a palette, and panics where that is wrong.
    caught(|| decode(&mut input)).unwrap_or(Err(PictureError::Damaged))
}

trait Source: BufRead + Seek {}
impl<S: BufRead + Seek> Source for S {}

/// Of any source in one piece of code, so that it is built here and optimised.
fn decode(input: &mut dyn Source) -> Result<DMatrix<f32>, PictureError> {
    let mut signature = [0; SIGNATURE.len()];
    if input.read_exact(&mut signature).is_err() || signature != SIGNATURE {
        return Err(PictureError::NotPng);
    }
    let length = input.seek(SeekFrom::End(0))?;
    input.rewind()?;
    let mut decoder = Decoder::new(input);
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info()?;
    let (width, height) = header.size();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS || width.max(height) > MAX_SIDE {
        return Err(PictureError::TooLarge { width, height });
    }
    if pixels * header.bits_per_pixel() as u64 / 8 > MAX_COMPRESSION * length {
        return Err(PictureError::Truncated);
    }
    let passes = if header.interlaced { &ADAM7[..] } else { &ONE_PASS };
    let (columns, rows) = (width as usize, height as usize);
    let mut picture = zeros(rows, columns).ok_or(PictureError::NoMemory { width, height })?;
    let mut reader = decoder.read_info()?;
    let (color, depth) = reader.output_color_type();
    let pixel_size = color.samples() * if depth == BitDepth::Sixteen { 2 } else { 1 };
    let grey = grey(color, depth);
    for &[left, top, across, down] in passes.iter().filter(|[left, top, ..]| *left < columns && *top < rows) {
        for y in (top..rows).step_by(down) {
            let row = reader.next_row()?.ok_or(PictureError::Damaged)?;
            for (x, pixel) in (left..columns).step_by(across).zip(row.data().chunks_exact(pixel_size)) {
                picture[(y, x)] = grey(pixel);
            }
        }
    }
    reader.finish()?;
    Ok(picture)
}

/// A black picture, or `None` where there is not memory enough for it and for what is made of it.
fn zeros(rows: usize, columns: usize) -> Option<DMatrix<f32>> {
    Vec::<u8>::new().try_reserve_exact(rows * columns * BYTES_A_PIXEL).ok()?;
    Some(DMatrix::zeros(rows, columns))
}

/// How the bytes of one pixel become its grey value.
fn grey(color: ColorType, depth: BitDepth) -> impl Fn(&[u8]) -> f32 {
    let sample = move |pixel: &[u8], channel: usize| match depth {
        BitDepth::Sixteen => {
            f32::from(u16::from_be_bytes([pixel[2 * channel], pixel[2 * channel + 1]])) / 65535.0
        }
        _ => f32::from(pixel[channel]) / 255.0,
    };
    let luma =
        move |pixel: &[u8]| 0.2126 * sample(pixel, 0) + 0.7152 * sample(pixel, 1) + 0.0722 * sample(pixel, 2);
    let on_white = |value: f32, opacity: f32| 1.0 - opacity + opacity * value;
    move |pixel| match color {
        ColorType::Grayscale | ColorType::Indexed => sample(pixel, 0),
        ColorType::GrayscaleAlpha => on_white(sample(pixel, 0), sample(pixel, 1)),
        ColorType::Rgb => luma(pixel),
        ColorType::Rgba => on_white(luma(pixel), sample(pixel, 3)),
    }
}

/// Writes a matrix as a grey PNG of 8 bits: `black` and what lies beyond becomes 0, `white` and beyond 255, NaN 0.
///
/// # Errors
/// If `out` cannot be written, or the matrix is empty or too large for a PNG.
///
/// ```
/// use nalgebra::dmatrix;
/// use std::io::Cursor;
/// use math::{read_png, write_png};
///
/// let mut bytes = Vec::new();
/// write_png(&dmatrix![-4.0, 0.0, 8.0], (-4.0, 4.0), &mut bytes)?;
/// let middle = 128.0 / 255.0;
/// assert_eq!(read_png(Cursor::new(bytes)), Ok(dmatrix![0.0, middle, 1.0]));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_png(picture: &DMatrix<f32>, scale: (f32, f32), mut out: impl Write) -> io::Result<()> {
    encode(picture, scale, &mut out)
}

fn encode(picture: &DMatrix<f32>, (black, white): (f32, f32), out: &mut dyn Write) -> io::Result<()> {
    let [height, width] = [picture.nrows(), picture.ncols()].map(u32::try_from);
    let too_large = |_| io::Error::new(ErrorKind::InvalidInput, "too large for a PNG");
    let mut encoder = Encoder::new(out, width.map_err(too_large)?, height.map_err(too_large)?);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fast);
    let byte = |value: &f32| ((value - black) / (white - black) * 255.0).round().clamp(0.0, 255.0).to_u8();
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer()?;
    for row in picture.row_iter() {
        let bytes: Vec<_> = row.iter().map(|value| byte(value).unwrap_or(0)).collect();
        stream.write_all(&bytes)?;
    }
    stream.finish()?;
    Ok(writer.finish()?)
}

/// The bytes of what [`write_png`] writes, from 0, black, to `white`.
///
/// # Errors
/// As [`write_png`].
///
/// ```
/// use math::{encode_png, read_png};
/// use nalgebra::dmatrix;
/// use std::io::Cursor;
///
/// let bytes = encode_png(&dmatrix![0.0, 5.0, 9.0], 5.0)?;
/// assert_eq!(read_png(Cursor::new(bytes)), Ok(dmatrix![0.0, 1.0, 1.0]));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn encode_png(picture: &DMatrix<f32>, white: f32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    encode(picture, (0.0, white), &mut bytes)?;
    Ok(bytes)
}

/// Why bytes are no picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureError {
    /// They do not begin as every PNG does.
    NotPng,
    /// They end before the picture does.
    Truncated,
    /// They claim more than [`MAX_PIXELS`], or [`MAX_SIDE`] a side.
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// There is not memory enough for what they claim.
    NoMemory {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// They contradict themselves or the format.
    Damaged,
}

impl From<io::Error> for PictureError {
    fn from(error: io::Error) -> Self {
        if error.kind() == ErrorKind::UnexpectedEof { Self::Truncated } else { Self::Damaged }
    }
}

impl From<DecodingError> for PictureError {
    fn from(error: DecodingError) -> Self {
        match error {
            DecodingError::IoError(error) => error.into(),
            _ => Self::Damaged,
        }
    }
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPng => write!(f, "no PNG: it does not begin with the PNG signature"),
            Self::Truncated => write!(f, "a truncated PNG: it ends before its picture does"),
            Self::TooLarge { width, height } => {
                let millions = MAX_PIXELS / 1_000_000;
                write!(
                    f,
                    "a PNG that claims {width}×{height} pixels; at most {millions} million are read, and {MAX_SIDE} a side"
                )
            }
            Self::NoMemory { width, height } => {
                write!(f, "a PNG of {width}×{height} pixels, for which there is not memory enough")
            }
            Self::Damaged => write!(f, "a damaged PNG: it contradicts itself or the format"),
        }
    }
}

impl std::error::Error for PictureError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conv::{Padding::Valid, cross_correlate};
    use crate::stencil::Stencil;
    use nalgebra::dmatrix;
    use std::io::Cursor;

    fn read_png(bytes: &[u8]) -> Result<DMatrix<f32>, PictureError> {
        super::read_png(Cursor::new(bytes))
    }

    /// A PNG of those samples, `width` pixels wide.
    fn png(color: ColorType, depth: BitDepth, width: u32, samples: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let row = color.samples() * (depth as usize) * width as usize / 8;
        let height = u32::try_from(samples.len() / row).expect("small");
        let mut encoder = Encoder::new(&mut bytes, width, height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![0, 0, 0, 255, 255, 255, 0, 255, 0]);
            encoder.set_trns(vec![255, 255, 51]);
        }
        let mut writer = encoder.write_header().expect("header");
        writer.write_image_data(samples).expect("samples");
        writer.finish().expect("end");
        bytes
    }

    fn assert_reads(bytes: &[u8], expected: &DMatrix<f32>) {
        let picture = read_png(bytes).expect("a picture");
        assert_eq!(picture.shape(), expected.shape());
        assert!((&picture - expected).amax() <= 2.0 * f32::EPSILON, "{picture} is not {expected}");
    }

    #[test]
    fn greys_of_every_depth() {
        use BitDepth::*;
        let read = |depth, width, samples: &[u8]| read_png(&png(ColorType::Grayscale, depth, width, samples));
        assert_eq!(read(Eight, 3, &[0, 51, 255, 102, 0, 0]), Ok(dmatrix![0.0, 0.2, 1.0; 0.4, 0.0, 0.0]));
        assert_eq!(read(Sixteen, 2, &[0x33, 0x33, 0, 1]), Ok(dmatrix![0.2, 1.0 / 65535.0]));
        assert_eq!(read(One, 8, &[0b0101_0000]), Ok(dmatrix![0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]));
        assert_eq!(read(Four, 2, &[0x3F]), Ok(dmatrix![0.2, 1.0]));
    }

    #[test]
    fn colours_become_luma() {
        let samples = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
        let luma = dmatrix![0.2126, 0.7152, 0.0722, 1.0];
        assert_reads(&png(ColorType::Rgb, BitDepth::Eight, 4, &samples), &luma);
        let twice: Vec<u8> = samples.iter().flat_map(|&sample| [sample, sample]).collect();
        assert_reads(&png(ColorType::Rgb, BitDepth::Sixteen, 4, &twice), &luma);
    }

    /// Adam7 stores 0 | 102 | 1 3 | 51 | 2 | 153 204 255, pass by pass; written by Python's zlib.
    #[test]
    fn interlaced_pixels_find_their_place() {
        let bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x03\0\0\0\x03\x08\0\0\0\x01\x04\x44\xda\xf5\
            \0\0\0\x17IDAT\x78\xda\x63\x60\x60\x48\x63\x60\x64\x66\x30\x66\x60\x62\x98\x79\xe6\x3f\0\x0a\
            \xcd\x03\x04\xf5\x79\xa1\xf9\0\0\0\0IEND\xae\x42\x60\x82";
        let rows = dmatrix![0.0, 51.0, 102.0; 153.0, 204.0, 255.0; 1.0, 2.0, 3.0];
        assert_eq!(read_png(bytes), Ok(rows / 255.0));
    }

    #[test]
    fn what_is_transparent_lies_on_white() {
        let (grey, colour) = ([0, 51, 51, 255, 7, 0], [0, 255, 0, 51, 0, 255, 0, 255]);
        assert_reads(&png(ColorType::GrayscaleAlpha, BitDepth::Eight, 3, &grey), &dmatrix![0.8, 0.2, 1.0]);
        let expected = dmatrix![0.8 + 0.2 * 0.7152, 0.7152];
        assert_reads(&png(ColorType::Rgba, BitDepth::Eight, 2, &colour), &expected);
    }

    #[test]
    fn a_palette_is_looked_up() {
        let expected = dmatrix![0.0, 1.0, 0.8 + 0.2 * 0.7152, 1.0];
        assert_reads(&png(ColorType::Indexed, BitDepth::Two, 4, &[0b00_01_10_01]), &expected);
    }

    #[test]
    fn no_picture_whatever_is_cut_off() {
        let whole = png(ColorType::Rgb, BitDepth::Eight, 9, &[77; 9 * 7 * 3]);
        assert!(read_png(&whole).is_ok());
        for length in 8..whole.len() {
            assert_eq!(read_png(&whole[..length]), Err(PictureError::Truncated), "{length} bytes");
        }
        for length in 0..8 {
            assert_eq!(read_png(&whole[..length]), Err(PictureError::NotPng), "{length} bytes");
        }
    }

    #[test]
    fn no_picture_whichever_byte_is_wrong() {
        let whole = png(ColorType::Grayscale, BitDepth::Eight, 5, &[9; 15]);
        for place in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            assert!(read_png(&bytes).is_err(), "byte {place}");
        }
    }

    /// The decoder panics where a palette is no whole number of colours.
    #[test]
    fn no_picture_whatever_the_length_of_its_palette() {
        for length in 0..=12 {
            for depth in [BitDepth::One, BitDepth::Eight] {
                for transparent in [false, true] {
                    let mut bytes = Vec::new();
                    let mut encoder = Encoder::new(&mut bytes, 8, 1);
                    encoder.set_color(ColorType::Indexed);
                    encoder.set_depth(depth);
                    encoder.set_palette(vec![255; length]);
                    if transparent {
                        encoder.set_trns(vec![255]);
                    }
                    let mut writer = encoder.write_header().expect("header");
                    writer.write_image_data(&[0; 8][..depth as usize]).expect("samples");
                    writer.finish().expect("end");
                    let is_whole = length > 0 && length % 3 == 0;
                    assert_eq!(
                        read_png(&bytes).is_ok(),
                        is_whole,
                        "{length} bytes, {depth:?}, {transparent}"
                    );
                }
            }
        }
    }

    /// Interlaced pictures of all small sizes, made of the samples of ordinary ones.
    #[test]
    fn every_size_of_an_interlaced_picture_has_its_pixels_in_place() {
        for (rows, columns) in (1..=9).flat_map(|rows| (1..=9).map(move |columns| (rows, columns))) {
            let sample = |y: usize, x: usize| u8::try_from(16 * y + x).expect("small");
            let mut samples = Vec::new();
            for [left, top, across, down] in ADAM7 {
                for y in (top..rows).step_by(down).filter(|_| left < columns) {
                    samples.push(0);
                    samples.extend((left..columns).step_by(across).map(|x| sample(y, x)));
                }
            }
            let expected = DMatrix::from_fn(rows, columns, |y, x| f32::from(sample(y, x)) / 255.0);
            assert_eq!(read_png(&interlaced(rows, columns, &samples)), Ok(expected));
        }
    }

    /// A grey PNG whose samples, and the filter before each row, are given as they are compressed.
    fn interlaced(rows: usize, columns: usize, samples: &[u8]) -> Vec<u8> {
        let size = |size: usize| u32::try_from(size).expect("small").to_be_bytes();
        let mut header = [size(columns), size(rows)].concat();
        header.extend([8, 0, 0, 0, 1]);
        let length = u16::try_from(samples.len()).expect("small");
        let mut data = vec![0x78, 1, 1];
        data.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
        data.extend(samples);
        let (a, b) = samples.iter().fold((1, 0), |(a, b), &byte| {
            let a = (a + u32::from(byte)) % 65_521;
            (a, (b + a) % 65_521)
        });
        data.extend((b << 16 | a).to_be_bytes());
        chunks(&[(b"IHDR", &header), (b"IDAT", &data), (b"IEND", &[])])
    }

    fn chunks(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut png = SIGNATURE.to_vec();
        for (kind, data) in chunks {
            png.extend(u32::try_from(data.len()).expect("short").to_be_bytes());
            png.extend(*kind);
            png.extend(*data);
            png.extend(checksum(&[&kind[..], data].concat()).to_be_bytes());
        }
        png
    }

    /// The cyclic redundancy check of a chunk.
    fn checksum(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, &byte| {
            (0..8)
                .fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
        })
    }

    /// Only the header, with its checksum: what a file says before anything has to be true.
    fn claim(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        drop(Encoder::new(&mut bytes, width, height).write_header());
        bytes
    }

    #[test]
    fn absurd_sizes_are_refused_before_memory_is_taken() {
        let error = read_png(&claim(65_536, 65_536)).expect_err("four billion pixels");
        assert_eq!(
            error.to_string(),
            "a PNG that claims 65536×65536 pixels; at most 50 million are read, and 65535 a side"
        );
        let error = read_png(&claim(0x7FFF_FFFF, 0x7FFF_FFFF));
        assert_eq!(error, Err(PictureError::TooLarge { width: 0x7FFF_FFFF, height: 0x7FFF_FFFF }));
        assert_eq!(read_png(&claim(65_536, 1)), Err(PictureError::TooLarge { width: 65_536, height: 1 }));
        assert_eq!(read_png(&claim(5_000, 10_000)), Err(PictureError::Truncated));
        assert_eq!(read_png(&claim(65_535, 1)), Err(PictureError::Truncated));
    }

    /// 516 pixels of 16 bits are the 1032 bytes that a byte may stand for: as many rows as the file has bytes could be
    /// in it, one more could not.
    #[test]
    fn what_a_file_has_no_room_for_is_not_looked_at() {
        let of_height = |height: u32| {
            let header = [&516_u32.to_be_bytes()[..], &height.to_be_bytes(), &[16, 0, 0, 0, 0]].concat();
            chunks(&[(b"IHDR", &header), (b"IDAT", b"no deflate"), (b"IEND", &[])])
        };
        let bytes = u32::try_from(of_height(0).len()).expect("short");
        assert_eq!(read_png(&of_height(bytes)), Err(PictureError::Damaged));
        assert_eq!(read_png(&of_height(bytes + 1)), Err(PictureError::Truncated));
    }

    #[test]
    fn other_files_say_so() {
        let error = read_png(b"\xFF\xD8\xFF\xE0 JFIF").expect_err("a JPEG");
        assert_eq!(error.to_string(), "no PNG: it does not begin with the PNG signature");
    }

    #[test]
    fn a_spot_is_answered_by_the_kernel() {
        let mut samples = [0; 25];
        samples[12] = 255;
        let spot = read_png(&png(ColorType::Grayscale, BitDepth::Eight, 5, &samples)).expect("a picture");
        let kernel = Stencil::laplacian().weights;
        assert_eq!(cross_correlate(&spot, &kernel, Valid), Ok(kernel));
    }

    #[test]
    fn what_is_written_reads_back_with_its_range_stretched_to_black_and_white() {
        let mut bytes = Vec::new();
        let picture = dmatrix![-5.0, 0.0, 1.0; 2.0, f32::NAN, 9.0];
        write_png(&picture, (0.0, 5.0), &mut bytes).expect("into memory");
        assert_eq!(read_png(&bytes), Ok(dmatrix![0.0, 0.0, 0.2; 0.4, 0.0, 1.0]));
    }

    #[test]
    fn an_empty_matrix_is_no_picture() {
        assert!(write_png(&DMatrix::zeros(0, 3), (0.0, 1.0), Vec::new()).is_err());
    }
}
