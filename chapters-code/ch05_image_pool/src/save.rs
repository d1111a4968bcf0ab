//! Saves a picture whole or not at all.
//!
//! It is written under a temporary name in the folder where it will stay, then renamed, which
//! the file system does in one step. Whoever looks sees the old file, or the new one, or none.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use image::codecs::{png::PngEncoder, webp::WebPEncoder};
use image::{DynamicImage, ImageEncoder};
use jpeg_encoder::{ColorType, Encoder};

use crate::job::Failure;

/// Held for reading by every save that is under way, and for writing by who wants none to be.
static SAVES: RwLock<()> = RwLock::new(());

/// Waits until no save is under way, and lets none begin while the guard is held.
///
/// A program that must end at once calls this first, and so leaves no temporary file.
pub fn no_more() -> RwLockWriteGuard<'static, ()> {
    SAVES.write().unwrap_or_else(PoisonError::into_inner)
}

/// A picture on the disk, complete, but not under its name yet. Dropped, it is deleted.
#[must_use = "a draft that is not published is deleted"]
pub struct Draft<'a> {
    temp: &'a Path,
    output: &'a Path,
    _saving: RwLockReadGuard<'static, ()>,
}

/// Writes the image to `temp`, in the format that `output`'s extension names.
///
/// `quality` from 1 to 100 is for JPEG; PNG and WebP lose nothing. The folder is made if it
/// is missing.
///
/// # Errors
/// [`Failure::Write`] if the file cannot be made or the format cannot hold the image.
pub fn write<'a>(
    image: &DynamicImage,
    profile: Option<Vec<u8>>,
    output: &'a Path,
    temp: &'a Path,
    quality: u8,
) -> Result<Draft<'a>, Failure> {
    let saving = SAVES.read().unwrap_or_else(PoisonError::into_inner);
    let draft = Draft { temp, output, _saving: saving };
    let written = || -> io::Result<()> {
        fs::create_dir_all(temp.parent().unwrap_or(Path::new(".")))?;
        let mut file = BufWriter::new(File::create(temp)?);
        encode(image, profile, output, quality, &mut file)?;
        file.flush()
    };
    written().map_err(|error| draft.failure(&error))?;
    Ok(draft)
}

impl Draft<'_> {
    /// Puts the picture in its place, whatever was there before.
    ///
    /// # Errors
    /// [`Failure::Write`] if it cannot be renamed, for instance to the name of a directory.
    pub fn publish(self) -> Result<(), Failure> {
        fs::rename(self.temp, self.output).map_err(|error| self.failure(&error))
    }

    fn failure(&self, error: &io::Error) -> Failure {
        Failure::Write {
            path: self.output.display().to_string(),
            error: error.to_string(),
        }
    }
}

impl Drop for Draft<'_> {
    /// Cleans up after an error or a panic; after a rename there is nothing left to remove.
    fn drop(&mut self) {
        let _ = fs::remove_file(self.temp);
    }
}

/// A name for a temporary file next to `output`: short, hidden, this process's own.
#[must_use]
pub fn temp_for(output: &Path, id: usize) -> PathBuf {
    output.with_file_name(format!(".unfinished-{}-{id}", std::process::id()))
}

/// Encodes by the extension of `output`, whether in capitals or not.
fn encode(
    image: &DynamicImage,
    profile: Option<Vec<u8>>,
    output: &Path,
    quality: u8,
    file: &mut impl Write,
) -> io::Result<()> {
    let extension = output.extension().unwrap_or_default().to_ascii_lowercase();
    match extension.to_str() {
        Some("jpg" | "jpeg") => return encode_jpeg(image, profile, quality, file),
        Some("png") => encode_with(PngEncoder::new(file), image, profile),
        Some("webp") => encode_with(WebPEncoder::new_lossless(file), image, profile),
        _ => {
            return Err(io::Error::other(
                "the name must end in .jpg, .jpeg, .png or .webp",
            ));
        }
    }
    .map_err(io::Error::other)
}

/// Encodes with one of the `image` crate's encoders.
fn encode_with(
    mut encoder: impl ImageEncoder,
    image: &DynamicImage,
    profile: Option<Vec<u8>>,
) -> image::ImageResult<()> {
    if let Some(profile) = profile {
        // An encoder that cannot store a profile leaves it out.
        let _ = encoder.set_icc_profile(profile);
    }
    image.write_with_encoder(encoder)
}

/// Encodes as JPEG. Where the picture is transparent, white shows through: JPEG has no alpha.
fn encode_jpeg(
    image: &DynamicImage,
    profile: Option<Vec<u8>>,
    quality: u8,
    file: &mut impl Write,
) -> io::Result<()> {
    let on_white;
    let (samples, color) = match image {
        DynamicImage::ImageLuma8(gray) => (gray.as_raw(), ColorType::Luma),
        DynamicImage::ImageRgb8(rgb) => (rgb.as_raw(), ColorType::Rgb),
        other => {
            on_white = flatten(other);
            (&on_white, ColorType::Rgb)
        }
    };
    let side = |pixels: u32| u16::try_from(pixels).map_err(io::Error::other);
    let mut encoder = Encoder::new(file, quality);
    if let Some(profile) =
        profile.filter(|_| image.color().has_color() == (color == ColorType::Rgb))
    {
        encoder.add_icc_profile(&profile).map_err(io::Error::other)?;
    }
    encoder
        .encode(samples, side(image.width())?, side(image.height())?, color)
        .map_err(io::Error::other)
}

/// The picture's RGB samples as seen on a white page.
fn flatten(image: &DynamicImage) -> Vec<u8> {
    let on_white = |sample: u8, alpha: u8| {
        let (sample, alpha) = (u16::from(sample), u16::from(alpha));
        ((sample * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let pixels = image.to_rgba8();
    let colors = pixels.pixels().map(|pixel| pixel.0);
    colors
        .flat_map(|[r, g, b, a]| [r, g, b].map(|sample| on_white(sample, a)))
        .collect()
}
