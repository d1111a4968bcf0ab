//! Makes a picture smaller, never larger.
//!
//! Each new pixel is a weighted mean of all the old ones that it covers, with weights that fall off
//! to both sides like a triangle, so that no detail too fine for the new size turns into a pattern
//! that was never there. Rows are added up first: neighbours in a row are then treated alike, which
//! the compiler turns into vector instructions, and only the few rows that are left are narrowed.

use image::DynamicImage;

use crate::spare;

/// Shrinks an 8-bit image to fit a square of `max_side` pixels, keeping its proportions.
///
/// Other sample formats are converted to 8 bits first.
#[must_use]
pub fn thumbnail(image: DynamicImage, max_side: u32) -> DynamicImage {
    let (width, height) = size(image.width(), image.height(), max_side);
    if (width, height) == (image.width(), image.height()) {
        return image;
    }
    let columns = weights(image.width(), width);
    let rows = weights(image.height(), height);
    let mut small = DynamicImage::new(width, height, image.color());
    match (&image, &mut small) {
        (DynamicImage::ImageLuma8(a), DynamicImage::ImageLuma8(b)) => {
            shrink::<1>(a, b, &columns, &rows)
        }
        (DynamicImage::ImageLumaA8(a), DynamicImage::ImageLumaA8(b)) => {
            shrink::<2>(a, b, &columns, &rows)
        }
        (DynamicImage::ImageRgb8(a), DynamicImage::ImageRgb8(b)) => {
            shrink::<3>(a, b, &columns, &rows)
        }
        (DynamicImage::ImageRgba8(a), DynamicImage::ImageRgba8(b)) => {
            shrink::<4>(a, b, &columns, &rows)
        }
        _ => return thumbnail(image.into_rgba8().into(), max_side),
    }
    spare::give_back(image.into_bytes());
    small
}

/// The old pixels that a new one covers, in one direction: the first, and the weight of each.
struct Weights {
    first: usize,
    weights: Vec<f32>,
}

/// For each of `new` pixels, the weights of the `old` ones; they add up to 1.
fn weights(old: u32, new: u32) -> Vec<Weights> {
    let scale = f64::from(old) / f64::from(new);
    let covered = |pixel: u32| {
        let center = (f64::from(pixel) + 0.5) * scale;
        let first = (center - scale).floor().max(0.0) as usize;
        let end = ((center + scale).ceil() as usize).min(old as usize);
        let weight =
            |at: usize| (1.0 - (at as f64 + 0.5 - center).abs() / scale).max(0.0);
        let total: f64 = (first..end).map(weight).sum();
        let weights = (first..end).map(|at| (weight(at) / total) as f32).collect();
        Weights { first, weights }
    };
    (0..new).map(covered).collect()
}

/// Fills `small` with a smaller version of `samples`, `C` to a pixel.
fn shrink<const C: usize>(
    samples: &[u8],
    small: &mut [u8],
    columns: &[Weights],
    rows: &[Weights],
) {
    let height =
        rows.iter().map(|row| row.first + row.weights.len()).max().unwrap_or(1);
    let width = samples.len() / height;
    let mut sums = vec![0.0; width];
    for (row, new) in rows.iter().zip(small.chunks_exact_mut(columns.len() * C)) {
        sums.fill(0.0);
        let old = samples[row.first * width..].chunks_exact(width);
        for (old, weight) in old.zip(&row.weights) {
            for (sum, &sample) in sums.iter_mut().zip(old) {
                *sum += weight * f32::from(sample);
            }
        }
        narrow::<C>(&sums, new, columns);
    }
}

/// Fills one row of the small picture from a row of sums as wide as the large one.
fn narrow<const C: usize>(sums: &[f32], new: &mut [u8], columns: &[Weights]) {
    let sums = sums.as_chunks::<C>().0;
    for (column, new) in columns.iter().zip(new.as_chunks_mut::<C>().0) {
        let mut pixel = [0.0; C];
        for (old, weight) in sums[column.first..].iter().zip(&column.weights) {
            for (sum, sample) in pixel.iter_mut().zip(old) {
                *sum += weight * sample;
            }
        }
        *new = pixel.map(|sample| (sample + 0.5) as u8);
    }
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
        let off =
            |short: f64| if short == 0.0 { 0.0 } else { (aspect - side / short).abs() };
        (max_side, better(side / aspect, off))
    }
}

/// The whole number next to `exact` that is less `off`, but at least 1.
fn better(exact: f64, off: impl Fn(f64) -> f64) -> u32 {
    let (down, up) = (exact.floor(), exact.ceil());
    let best = if off(up) < off(down) { up } else { down };
    (best as u32).max(1)
}
