//! Makes a picture smaller, never larger.

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;

use crate::job::Failure;
use crate::spare;

/// Shrinks an image to fit a square of `max_side` pixels, keeping its proportions.
///
/// Each new pixel is a weighted mean of all those it covers (a triangle of weights), so that no
/// detail too fine for the new size turns into a pattern that was never there.
///
/// # Errors
/// [`Failure::Resize`], which no 8-bit image should cause.
pub fn thumbnail(image: DynamicImage, max_side: u32) -> Result<DynamicImage, Failure> {
    let (width, height) = size(image.width(), image.height(), max_side);
    if (width, height) == (image.width(), image.height()) {
        return Ok(image);
    }
    let mut small = DynamicImage::new(width, height, image.color());
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .use_alpha(false);
    let resized = Resizer::new().resize(&image, &mut small, &options);
    resized.map_err(|error| Failure::Resize(error.to_string()))?;
    spare::give_back(image.into_bytes());
    Ok(small)
}

/// The size of the thumbnail in pixels: by the rules of Pillow's `Image.thumbnail`.
///
/// The longer side becomes `max_side`; the shorter one is rounded to whichever neighbour
/// keeps the proportions better, and is at least 1.
#[must_use]
pub fn size(width: u32, height: u32, max_side: u32) -> (u32, u32) {
    if width <= max_side && height <= max_side {
        return (width, height);
    }
    let (aspect, side) = (f64::from(width) / f64::from(height), f64::from(max_side));
    if aspect <= 1.0 {
        let off = |short: f64| (aspect - short / side).abs();
        (better(side * aspect, off), max_side)
    } else {
        let off = |short: f64| if short == 0.0 { 0.0 } else { (aspect - side / short).abs() };
        (max_side, better(side / aspect, off))
    }
}

/// The whole number next to `exact` that is less `off`, but at least 1.
fn better(exact: f64, off: impl Fn(f64) -> f64) -> u32 {
    let (down, up) = (exact.floor(), exact.ceil());
    let best = if off(up) < off(down) { up } else { down };
    (best as u32).max(1)
}
