//! Opens a photo by its content, and refuses what is no photo, or too much of one.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use image::{GrayAlphaImage, GrayImage, RgbImage, RgbaImage};

use crate::job::Failure;
use crate::spare;

/// Bytes a pixel needs at most when decoded: four samples of 16 bits.
const BYTES_PER_PIXEL: u64 = 8;

/// What a file may hold besides pixels, in bytes: previews, profiles, and other metadata.
const BESIDES_PIXELS: u64 = 64 << 20;

/// What metadata, such as a colour profile, may unpack to, in bytes.
const METADATA: u64 = 16 << 20;

/// A decoded photo.
pub struct Photo {
    /// The pixels as stored, 8 bits a sample: gray or RGB, with or without alpha.
    pub image: DynamicImage,
    /// How to turn the pixels so that the picture is upright (from EXIF).
    pub orientation: Orientation,
    /// The ICC profile that says what the numbers mean as colours.
    pub profile: Option<Vec<u8>>,
}

/// Opens and decodes a JPEG, PNG or WebP file, whatever its name says.
///
/// # Errors
/// A [`Failure`] that says what is wrong with the file.
pub fn open(path: &Path, max_pixels: u64) -> Result<Photo, Failure> {
    let bytes = read(path, max_pixels)?;
    let format = image::guess_format(&bytes).map_err(|_| Failure::NotAnImage)?;
    if format == ImageFormat::Jpeg
        && survey(&bytes).ok_or(Failure::Truncated)?.progressive
    {
        // Its coefficients are all kept until the end, twice the size of the picture: make room.
        spare::clear();
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    // Not for the pixels, whose buffer is ours, but for what unpacks to more than them.
    limits.max_alloc = Some(METADATA);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(failure)?;

    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > max_pixels {
        return Err(Failure::TooManyPixels { width, height, limit: max_pixels });
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let image = eight_bits(decode(decoder)?);
    let profile = profile.filter(|profile| fits(profile, &image));
    Ok(Photo { image, orientation, profile })
}

/// Reads a whole file, unless it is none, or so large that it cannot be a photo.
fn read(path: &Path, max_pixels: u64) -> Result<Vec<u8>, Failure> {
    let unreadable = |error: std::io::Error| Failure::Read(error.to_string());
    let meta = fs::metadata(path).map_err(unreadable)?;
    // Not only a matter of manners: opening a named pipe would wait for its writer, forever.
    if meta.is_dir() {
        return Err(Failure::NotAFile("a directory".into()));
    } else if !meta.is_file() {
        return Err(Failure::NotAFile("a pipe or a device".into()));
    }
    let limit =
        max_pixels.saturating_mul(BYTES_PER_PIXEL).saturating_add(BESIDES_PIXELS);
    match meta.len() {
        0 => Err(Failure::Empty),
        bytes if bytes > limit => {
            Err(Failure::TooManyBytes { bytes, limit: max_pixels })
        }
        _ => fs::read(path).map_err(unreadable),
    }
}

/// Decodes into a buffer that may have been used before.
fn decode(decoder: impl ImageDecoder) -> Result<DynamicImage, Failure> {
    let ((width, height), color) = (decoder.dimensions(), decoder.color_type());
    if !matches!(
        color,
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8
    ) {
        // 16 bits a sample: rare enough not to keep buffers for.
        return DynamicImage::from_decoder(decoder).map_err(failure);
    }
    let mut samples = spare::take(decoder.total_bytes() as usize);
    decoder.read_image(&mut samples).map_err(failure)?;
    let image = match color {
        ColorType::L8 => {
            GrayImage::from_raw(width, height, samples).map(DynamicImage::from)
        }
        ColorType::La8 => {
            GrayAlphaImage::from_raw(width, height, samples).map(DynamicImage::from)
        }
        ColorType::Rgb8 => {
            RgbImage::from_raw(width, height, samples).map(DynamicImage::from)
        }
        _ => RgbaImage::from_raw(width, height, samples).map(DynamicImage::from),
    };
    image.ok_or_else(|| Failure::Decode("its size does not add up".into()))
}

/// What there is to know about a JPEG before it is decoded.
struct Survey {
    /// Whether it is stored as ever finer versions of the whole picture.
    progressive: bool,
}

/// Goes through a JPEG; none if it has no end marker.
///
/// A decoder fills what is missing with gray, and says nothing. So go from marker to marker
/// (ITU-T T.81, annex B): a segment is skipped as a whole, so that the end of a preview inside
/// of one does not count. Between the segments is the picture, where FF is followed by 00, or
/// by D0 to D7 to start afresh.
fn survey(jpeg: &[u8]) -> Option<Survey> {
    let mut progressive = false;
    let mut rest = jpeg.get(2..)?;
    let marker =
        |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xFF | 0xD0..=0xD7);
    loop {
        let at = rest.windows(2).position(marker)?;
        let length = match rest[at + 1..] {
            [0xD9, ..] => return Some(Survey { progressive }),
            [kind, high, low, ..] => {
                progressive |= kind == 0xC2;
                usize::from(u16::from_be_bytes([high, low]))
            }
            _ => return None,
        };
        rest = rest.get(at + 2 + length..)?;
    }
}

/// The same picture with 8 bits a sample.
fn eight_bits(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma16(_) => image.into_luma8().into(),
        DynamicImage::ImageLumaA16(_) => image.into_luma_alpha8().into(),
        DynamicImage::ImageRgb16(_) => image.into_rgb8().into(),
        DynamicImage::ImageRgba16(_) => image.into_rgba8().into(),
        done => done,
    }
}

/// Whether a profile is about such pixels. That of a CMYK photo is not: it was decoded to RGB.
fn fits(profile: &[u8], image: &DynamicImage) -> bool {
    // The colour space is at byte 16 of the header (ICC.1:2022, 7.2).
    let space: &[u8] = if image.color().has_color() { b"RGB " } else { b"GRAY" };
    profile.get(16..20) == Some(space)
}

/// The decoder's complaint, as one of ours.
fn failure(error: image::ImageError) -> Failure {
    match error {
        image::ImageError::IoError(error)
            if error.kind() == std::io::ErrorKind::UnexpectedEof =>
        {
            Failure::Truncated
        }
        image::ImageError::Unsupported(_) => Failure::NotAnImage,
        other => Failure::Decode(other.to_string()),
    }
}

/// Weighs each colour by its alpha, so that the colour of what is invisible blurs into nothing.
pub fn weigh_by_alpha(image: &mut DynamicImage) {
    change_colours(image, |colour, alpha| (colour * alpha + 127) / 255);
}

/// Undoes [`weigh_by_alpha`].
pub fn unweigh_by_alpha(image: &mut DynamicImage) {
    change_colours(image, |colour, alpha| match alpha {
        0 => 0,
        _ => ((colour * 255 + alpha / 2) / alpha).min(255),
    });
}

/// Changes the colours of an image that has alpha.
fn change_colours(image: &mut DynamicImage, change: impl Fn(u32, u32) -> u32) {
    match image {
        DynamicImage::ImageLumaA8(it) => change_samples::<2>(it, change),
        DynamicImage::ImageRgba8(it) => change_samples::<4>(it, change),
        _ => {}
    }
}

/// Changes the first samples of each pixel by its last.
fn change_samples<const C: usize>(
    samples: &mut [u8],
    change: impl Fn(u32, u32) -> u32,
) {
    for pixel in samples.as_chunks_mut::<C>().0 {
        let alpha = u32::from(pixel[C - 1]);
        for colour in &mut pixel[..C - 1] {
            *colour = change(u32::from(*colour), alpha) as u8;
        }
    }
}
