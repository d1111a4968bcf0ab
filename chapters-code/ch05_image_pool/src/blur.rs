//! A Gaussian blur, made of box blurs that cost the same whatever the sigma.
//!
//! Averaging over a window is a *box* blur. Three of them in a row come within a few percent of
//! a Gaussian (Wells, "Efficient synthesis of Gaussian filters by cascaded uniform filters",
//! 1986). Sliding a window one step is cheap: add the sample that enters, subtract the one that
//! leaves. Three windows slid together need six samples and three running sums a pixel, so a
//! sigma of 50 costs no more than a sigma of 5.
//!
//! One function does the work: [`blur_columns`] blurs *downwards* and hands each column back as
//! a row. Twice that is a whole blur: down, turned by the diagonal; down again, turned back.
//! Downwards is the good direction, since neighbours in a row are then treated alike, side by
//! side, and the compiler makes vector instructions of it.

use std::ops::Range;

use image::DynamicImage;

use crate::spare;

/// Below this sigma (in pixels), windows of whole pixels are too coarse: weigh each sample.
const SMALL: f64 = 2.5;

/// Above this sigma, the running sums would no longer fit in 31 bits: blur several times.
const LARGE: f64 = 95.0;

/// Samples side by side in one strip: sums, and the block being turned, stay in the L1 cache.
const STRIP: usize = 1536;

/// Rows collected before they are turned: columns are then written in runs, not bytes.
const BLOCK: usize = 16;

/// Adding 2²³ to an `f32` below 2²² rounds it to a whole number, left in its lowest bits.
const ROUND: f32 = 8_388_608.0;

/// Blurs an 8-bit image; `sigma` in pixels, 0 leaves it as it is.
///
/// Outside of the image its border goes on. Other sample formats are converted to 8 bits first.
#[must_use]
pub fn gaussian(image: DynamicImage, sigma: f64) -> DynamicImage {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let mut image = image;
    match &mut image {
        DynamicImage::ImageLuma8(it) => blur_pixels::<1>(it, width, height, sigma),
        DynamicImage::ImageLumaA8(it) => blur_pixels::<2>(it, width, height, sigma),
        DynamicImage::ImageRgb8(it) => blur_pixels::<3>(it, width, height, sigma),
        DynamicImage::ImageRgba8(it) => blur_pixels::<4>(it, width, height, sigma),
        other => return gaussian(other.to_rgba8().into(), sigma),
    }
    image
}

/// Blurs `width * height` pixels of `C` samples in place.
fn blur_pixels<const C: usize>(
    samples: &mut [u8],
    width: usize,
    height: usize,
    sigma: f64,
) {
    if sigma <= 0.0 || samples.is_empty() {
        return;
    }
    let (kernel, times) = Kernel::new(sigma);
    let mut buffer = spare::take(samples.len());
    let (pixels, turned) =
        (samples.as_chunks_mut::<C>().0, buffer.as_chunks_mut::<C>().0);
    for _ in 0..times {
        blur_columns(pixels, width, 0..width, &kernel, turned);
        blur_columns(turned, height, 0..height, &kernel, pixels);
    }
    spare::give_back(buffer);
}

/// How the samples above and below a pixel are mixed into it.
#[derive(Clone, Debug, PartialEq)]
pub enum Kernel {
    /// Three windows, two as wide as the first number and one as wide as the second, in pixels.
    Boxes(usize, usize),
    /// A weight for each sample from the pixel itself outwards.
    Weights(Vec<f32>),
}

impl Kernel {
    /// The kernel for a `sigma` in pixels, and how many times it must be applied.
    #[must_use]
    pub fn new(sigma: f64) -> (Self, usize) {
        // Variances add up, so n blurs of sigma / sqrt(n) are one of sigma.
        let times = (sigma / LARGE).powi(2).ceil().max(1.0);
        let sigma = sigma / times.sqrt();
        let kernel =
            if sigma < SMALL { Self::weights(sigma) } else { Self::boxes(sigma) };
        (kernel, times as usize)
    }

    /// The Gaussian itself, cut off at four sigma, where less than 0.01 % of it is left.
    fn weights(sigma: f64) -> Self {
        let reach = (4.0 * sigma).ceil() as usize;
        let bell = |at: usize| (-((at * at) as f64) / (2.0 * sigma * sigma)).exp();
        let sum = 2.0 * (0..=reach).map(bell).sum::<f64>() - 1.0;
        Self::Weights((0..=reach).map(|at| (bell(at) / sum) as f32).collect())
    }

    /// The three windows whose variance is nearest to the Gaussian's.
    ///
    /// A window of w pixels has the variance (w² - 1) / 12. The odd one out must be odd, or
    /// the picture would move by half a pixel.
    fn boxes(sigma: f64) -> Self {
        let wanted = 12.0 * sigma * sigma + 3.0;
        let equal = (wanted / 3.0).sqrt() as usize;
        let near = (equal * 2 / 3..=equal * 4 / 3).filter(|odd| odd % 2 == 1);
        let off = |pair: usize, odd: usize| {
            ((2 * pair * pair + odd * odd) as f64 - wanted).abs()
        };
        near.map(|odd| {
            let pair = ((wanted - (odd * odd) as f64) / 2.0).sqrt().round() as usize;
            (pair, odd)
        })
        .min_by(|a, b| off(a.0, a.1).total_cmp(&off(b.0, b.1)))
        .map_or(Self::Boxes(1, 1), |(pair, odd)| Self::Boxes(pair, odd))
    }

    /// How far it reaches above and below a pixel, in pixels.
    #[must_use]
    pub fn reach(&self) -> usize {
        match self {
            Self::Boxes(pair, odd) => (2 * pair + odd - 3) / 2,
            Self::Weights(weights) => weights.len() - 1,
        }
    }
}

/// Blurs some `columns` of an image downwards and writes each as a *row* of `turned`.
///
/// `pixels` has rows of `width`; `turned` gets one row for each of the `columns`, as long as
/// the image is high. Any split of the columns over several calls gives the same result, which
/// is what makes it a job for a pool: a column, a tile of columns, or all of them.
///
/// # Panics
/// If `turned` has not exactly the room for these columns, or `columns` reach beyond `width`.
pub fn blur_columns<const C: usize>(
    pixels: &[[u8; C]],
    width: usize,
    columns: Range<usize>,
    kernel: &Kernel,
    turned: &mut [[u8; C]],
) {
    let height = pixels.len() / width;
    assert_eq!(turned.len(), columns.len() * height, "one row for each column");
    let at_once = STRIP / C;
    for (nth, out) in turned.chunks_mut(at_once * height).enumerate() {
        let left = columns.start + nth * at_once;
        let strip =
            Strip { pixels, width, height, columns: left..left + out.len() / height };
        match kernel {
            Kernel::Boxes(pair, odd) => strip.slide(*pair, *odd, out),
            Kernel::Weights(weights) => strip.weigh(weights, out),
        }
    }
}

/// A few columns of an image, narrow enough to work on in the L1 cache.
struct Strip<'a, const C: usize> {
    pixels: &'a [[u8; C]],
    width: usize,
    height: usize,
    columns: Range<usize>,
}

impl<const C: usize> Strip<'_, C> {
    /// The strip's samples in row `y`; above and below the image its border goes on.
    fn row(&self, y: isize) -> &[u8] {
        let start = y.clamp(0, self.height as isize - 1) as usize * self.width;
        self.pixels[start + self.columns.start..start + self.columns.end].as_flattened()
    }

    /// Slides three windows down the strip.
    ///
    /// A window's sum changes by what enters less what leaves: sum[y] = sum[y-1] + in[y] -
    /// in[y-w]. For three in a row, multiply out the three differences: six samples of the
    /// input, added up three times. Whole numbers, so nothing is lost on the way.
    fn slide(&self, pair: usize, odd: usize, turned: &mut [[u8; C]]) {
        let reach = (2 * pair + odd - 3) as isize / 2;
        let (pair, odd) = (pair as isize, odd as isize);
        let area = (pair * pair * odd) as i32;
        let mut sums = Sums {
            // So far above the image that every window is full of its first row.
            third: self.row(0).iter().map(|&sample| i32::from(sample) * area).collect(),
            second: vec![0; self.columns.len() * C],
            first: vec![0; self.columns.len() * C],
            scale: 1.0 / area as f32,
        };
        let offsets = [0, pair, 2 * pair, odd, pair + odd, 2 * pair + odd];
        let mut step = |y: isize, out: &mut [u8]| {
            sums.step(offsets.map(|offset| self.row(y + reach - offset)), out);
        };
        let mut unseen = [0; STRIP];
        (-reach..0).for_each(|y| step(y, &mut unseen));
        self.turn(step, turned);
    }

    /// Adds up the rows around each row, each with its weight.
    fn weigh(&self, weights: &[f32], turned: &mut [[u8; C]]) {
        let mut sum = vec![0.0; self.columns.len() * C];
        let step = |y: isize, out: &mut [u8]| {
            for (sum, &here) in sum.iter_mut().zip(self.row(y)) {
                *sum = f32::from(here) * weights[0];
            }
            for (far, &weight) in (1..).zip(&weights[1..]) {
                let both = self.row(y - far).iter().zip(self.row(y + far));
                for (sum, (&above, &below)) in sum.iter_mut().zip(both) {
                    *sum += (f32::from(above) + f32::from(below)) * weight;
                }
            }
            for (out, &sum) in out.iter_mut().zip(&sum) {
                *out = (sum + ROUND).to_bits() as u8;
            }
        };
        self.turn(step, turned);
    }

    /// Has `step` make row after row, and writes the columns as rows, a block at a time.
    fn turn(&self, mut step: impl FnMut(isize, &mut [u8]), turned: &mut [[u8; C]]) {
        let mut block = [[0; STRIP]; BLOCK];
        for top in (0..self.height).step_by(BLOCK) {
            let rows = BLOCK.min(self.height - top);
            for (y, out) in (top as isize..).zip(&mut block[..rows]) {
                step(y, out);
            }
            for (column, out) in turned.chunks_exact_mut(self.height).enumerate() {
                for (row, out) in block.iter().zip(&mut out[top..top + rows]) {
                    *out = row.as_chunks::<C>().0[column];
                }
            }
        }
    }
}

/// The running sums of three windows for each sample of a strip.
struct Sums {
    first: Vec<i32>,
    second: Vec<i32>,
    third: Vec<i32>,
    scale: f32,
}

impl Sums {
    /// Moves the windows one row down and writes the averages.
    ///
    /// The first two sums may overflow; the third fits (see [`LARGE`]), and is then right
    /// all the same, since additions that wrap around undo each other.
    fn step(&mut self, rows: [&[u8]; 6], averages: &mut [u8]) {
        let len = self.first.len();
        let [a, b, c, d, e, f] = rows.map(|row| &row[..len]);
        let (first, second) = (&mut self.first[..len], &mut self.second[..len]);
        let (third, averages) = (&mut self.third[..len], &mut averages[..len]);
        for i in 0..len {
            let [a, b, c, d, e, f] =
                [a[i], b[i], c[i], d[i], e[i], f[i]].map(i16::from);
            let change = (a - 2 * b + c) - (d - 2 * e + f);
            first[i] = first[i].wrapping_add(i32::from(change));
            second[i] = second[i].wrapping_add(first[i]);
            third[i] = third[i].wrapping_add(second[i]);
            averages[i] = (third[i] as f32 * self.scale + ROUND).to_bits() as u8;
        }
    }
}
