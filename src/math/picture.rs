//! Photographs: PNG to a matrix of grey values and back.
//!
//! Everything here takes and gives bytes; which file they come from is not its business.

use nalgebra::DMatrix;
use num_traits::ToPrimitive;
use png::{BitDepth, ColorType, Compression, Decoder, DecodingError, Encoder, Transformations};
use std::fmt;
use std::io::{self, Cursor, ErrorKind, Write};

/// The most pixels that are read. Decoded they take at most 800 MB, and 400 MB as grey values.
pub const MAX_PIXELS: u64 = 100_000_000;

/// How much deflate, the compression inside PNG, can shrink its input at the very best: two bits for 258 bytes
/// (zlib's "Technical Details").
const MAX_COMPRESSION: u64 = 1032;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Reads a PNG as grey values from 0, black, to 1, white: a row of the picture is a row of the matrix.
///
/// Greys and palettes of every depth, colours of 8 and 16 bits a channel, and interlaced pictures are read. Colours
/// become luma, 0.2126·R + 0.7152·G + 0.0722·B (ITU-R BT.709-6, item 3.2), of the values as they are stored: gamma
/// stays encoded, and colour profiles are ignored. The Laplacian is linear, so that of the luma is the luma of the
/// three channels' Laplacians. What is transparent lies on white.
///
/// # Errors
/// If `bytes` are no PNG, end early, are damaged, or claim more than [`MAX_PIXELS`]. Sizes are checked before memory
/// is taken for them.
pub fn read_png(bytes: &[u8]) -> Result<DMatrix<f32>, PictureError> {
    if !bytes.starts_with(&SIGNATURE) {
        return Err(PictureError::NotPng);
    }
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info()?;
    let (width, height) = header.size();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS {
        return Err(PictureError::TooLarge { width, height });
    }
    if pixels * header.bits_per_pixel() as u64 / 8 > MAX_COMPRESSION * bytes.len() as u64 {
        return Err(PictureError::Truncated);
    }
    let mut reader = decoder.read_info()?;
    let mut samples = vec![0; reader.output_buffer_size().ok_or(PictureError::TooLarge { width, height })?];
    let frame = reader.next_frame(&mut samples)?;
    reader.finish()?;
    let pixel_size = frame.line_size / frame.width as usize;
    let grey = grey(frame.color_type, frame.bit_depth);
    Ok(DMatrix::from_fn(frame.height as usize, frame.width as usize, |y, x| {
        grey(&samples[y * frame.line_size + x * pixel_size..])
    }))
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
/// use worked_examples::math::{read_png, write_png};
///
/// let mut bytes = Vec::new();
/// write_png(&dmatrix![-4.0, 0.0, 8.0], (-4.0, 4.0), &mut bytes)?;
/// let middle = 128.0 / 255.0;
/// assert_eq!(read_png(&bytes), Ok(dmatrix![0.0, middle, 1.0]));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_png(picture: &DMatrix<f32>, (black, white): (f32, f32), out: impl Write) -> io::Result<()> {
    let [height, width] = [picture.nrows(), picture.ncols()].map(u32::try_from);
    let too_large = |_| io::Error::new(ErrorKind::InvalidInput, "too large for a PNG");
    let mut encoder = Encoder::new(out, width.map_err(too_large)?, height.map_err(too_large)?);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fast);
    let byte = |value: &f32| ((value - black) / (white - black) * 255.0).round().clamp(0.0, 255.0).to_u8();
    let rows = picture.transpose();
    let bytes: Vec<_> = rows.iter().map(|value| byte(value).unwrap_or(0)).collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bytes)?;
    Ok(writer.finish()?)
}

/// A smaller picture, no side longer than `longest`: each value is the mean of a square block, at the lower and
/// right edge of what is left of it.
///
/// Reduce a Laplacian by its absolute values: signed, light and dark beside an edge cancel.
///
/// ```
/// use nalgebra::dmatrix;
/// use worked_examples::math::reduce;
///
/// assert_eq!(reduce(&dmatrix![1.0, 2.0, 5.0; 3.0, 6.0, 7.0], 2), dmatrix![3.0, 6.0]);
/// ```
#[must_use]
pub fn reduce(picture: &DMatrix<f32>, longest: usize) -> DMatrix<f32> {
    let (rows, columns) = picture.shape();
    let block = rows.max(columns).div_ceil(longest.max(1)).max(1);
    DMatrix::from_fn(rows.div_ceil(block), columns.div_ceil(block), |i, j| {
        let (row, column) = (i * block, j * block);
        picture.view((row, column), (block.min(rows - row), block.min(columns - column))).mean()
    })
}

/// Why bytes are no picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureError {
    /// They do not begin as every PNG does.
    NotPng,
    /// They end before the picture does.
    Truncated,
    /// They claim more than [`MAX_PIXELS`].
    TooLarge {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// They contradict themselves or the format; in the decoder's words.
    Damaged(String),
}

impl From<DecodingError> for PictureError {
    fn from(error: DecodingError) -> Self {
        match error {
            DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => Self::Truncated,
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPng => write!(f, "no PNG: it does not begin with the PNG signature"),
            Self::Truncated => write!(f, "a truncated PNG: it ends before its picture does"),
            Self::TooLarge { width, height } => {
                write!(
                    f,
                    "a PNG that claims {width}×{height} pixels, more than {} million",
                    MAX_PIXELS / 1_000_000
                )
            }
            Self::Damaged(why) => write!(f, "a damaged PNG: {}", why.trim_end_matches(['.', ' '])),
        }
    }
}

impl std::error::Error for PictureError {}

#[cfg(test)]
mod tests {
    use super::super::{Padding::Valid, Stencil, cross_correlate};
    use super::*;
    use nalgebra::dmatrix;

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

    /// Only the header, with its checksum: what a file says before anything has to be true.
    fn claim(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        drop(Encoder::new(&mut bytes, width, height).write_header());
        bytes
    }

    #[test]
    fn absurd_sizes_are_refused_before_memory_is_taken() {
        let error = read_png(&claim(65_536, 65_536)).expect_err("four billion pixels");
        assert_eq!(error.to_string(), "a PNG that claims 65536×65536 pixels, more than 100 million");
        let error = read_png(&claim(0x7FFF_FFFF, 0x7FFF_FFFF));
        assert_eq!(error, Err(PictureError::TooLarge { width: 0x7FFF_FFFF, height: 0x7FFF_FFFF }));
        assert_eq!(read_png(&claim(10_000, 10_000)), Err(PictureError::Truncated));
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
    fn blocks_cut_off_by_the_edge_are_averaged_over_what_is_left() {
        let picture =
            DMatrix::from_row_slice(3, 5, &[1., 3., 5., 5., 9., 1., 3., 7., 7., 1., 2., 4., 8., 0., 6.]);
        assert_eq!(reduce(&picture, 3), dmatrix![2.0, 6.0, 5.0; 3.0, 4.0, 6.0]);
        assert_eq!(reduce(&picture, 5), picture);
        assert_eq!(reduce(&picture, 0).shape(), (1, 1));
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
