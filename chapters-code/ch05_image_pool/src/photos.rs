//! Pictures to practise on: generated, but as hard to compress and to blur as a photo.
//!
//! A sky, a few soft lights, ranges of hills with hard edges, clouds and texture in several
//! sizes, and the noise of a sensor. The same numbers give the same picture everywhere: only
//! arithmetic that is exact to the last bit by standard is used, no sines.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use rayon::prelude::*;

/// JPEG quality and colour resolution as phones and cameras use them.
const QUALITY: u8 = 90;
const SAMPLING: SamplingFactor = SamplingFactor::F_2_2;

/// How strong the noise of the sensor is, in levels of 256 to each side.
const GRAIN: f32 = 6.0;

/// Writes `count` JPEG photos into `dir`, which is made if missing, and returns their paths.
///
/// # Errors
/// If a file cannot be written, or a side is not from 1 to 65,535 pixels.
pub fn write_set(
    dir: &Path,
    count: usize,
    width: u32,
    height: u32,
    seed: u64,
) -> io::Result<Vec<PathBuf>> {
    fs::create_dir_all(dir)?;
    let write = |number: usize| {
        let path = dir.join(format!("photo-{:04}.jpg", number + 1));
        let photo = photo(width, height, seed.wrapping_mul(1_000_003) + number as u64);
        write_jpeg(&photo, &path)?;
        Ok(path)
    };
    (0..count).into_par_iter().with_max_len(1).map(write).collect()
}

fn write_jpeg(photo: &RgbImage, path: &Path) -> io::Result<()> {
    let side = |pixels: u32| u16::try_from(pixels).map_err(io::Error::other);
    let (width, height) = (side(photo.width())?, side(photo.height())?);
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(SAMPLING);
    encoder.encode(photo, width, height, ColorType::Rgb).map_err(io::Error::other)?;
    fs::write(path, jpeg)
}

/// Generates a photo-like picture. The `seed` decides what is to be seen.
#[must_use]
pub fn photo(width: u32, height: u32, seed: u64) -> RgbImage {
    let scene = Scene::new(width, height, seed);
    let mut samples = vec![0; width as usize * height as usize * 3];
    if !samples.is_empty() {
        let rows = samples.par_chunks_exact_mut(width as usize * 3);
        rows.enumerate().for_each(|(y, row)| scene.draw_row(y as u32, row));
    }
    RgbImage::from_raw(width, height, samples).unwrap_or_default()
}

/// A colour: red, green and blue, 0 to 255.
type Color = [f32; 3];

/// What is to be seen.
struct Scene {
    seed: u64,
    height: f32,
    /// The longer side in pixels; everything is drawn relative to it.
    size: f32,
    sky: [Color; 2],
    lights: Vec<Light>,
    hills: Vec<Hill>,
}

/// A soft round spot.
struct Light {
    x: f32,
    y: f32,
    radius: f32,
    color: Color,
}

/// Everything below a jagged line.
struct Hill {
    /// Where the line is in the mean, as a share of the height.
    line: f32,
    color: Color,
    seed: u64,
}

impl Scene {
    fn new(width: u32, height: u32, seed: u64) -> Self {
        let mut dice = (0..).map(|number| chance(seed, number, 0));
        let mut roll =
            |from: f32, to: f32| from + dice.next().unwrap_or(0.5) * (to - from);
        let (wide, high) = (width as f32, height as f32);
        let size = wide.max(high);
        let sky =
            [[60.0, 110.0, roll(160.0, 220.0)], [roll(180.0, 240.0), 190.0, 170.0]];
        let lights = (0..8).map(|_| Light {
            x: roll(0.0, wide),
            y: roll(0.0, high),
            radius: roll(0.03, 0.2) * size,
            color: [roll(-60.0, 120.0), roll(-60.0, 100.0), roll(-80.0, 80.0)],
        });
        let lights = lights.collect();
        let hills = (0..3).map(|range| Hill {
            line: roll(0.4, 0.55) + 0.17 * range as f32,
            color: [roll(20.0, 110.0), roll(40.0, 120.0), roll(20.0, 90.0)],
            seed: seed ^ (range + 1) << 32,
        });
        Self { seed, height: high, size, sky, lights, hills: hills.collect() }
    }

    fn draw_row(&self, y: u32, row: &mut [u8]) {
        let down = y as f32 / self.height;
        let sky: Color = [0, 1, 2].map(|c| mix(self.sky[0][c], self.sky[1][c], down));
        let lights = self
            .lights
            .iter()
            .filter(|light| (light.y - y as f32).abs() < light.radius);
        let lights: Vec<&Light> = lights.collect();
        for (x, pixel) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let (x, y) = (x as f32, y as f32);
            let hill =
                self.hills.iter().rev().find(|hill| hill.covers(x, down, self.size));
            let mut color = hill.map_or(sky, |hill| hill.color);
            for light in &lights {
                light.shine(x, y, &mut color);
            }
            let texture = self.texture(x, y, if hill.is_some() { 45.0 } else { 12.0 });
            *pixel = color.map(|sample| (sample + texture).clamp(0.0, 255.0) as u8);
        }
    }

    /// Light and shade in four sizes, and noise, in levels of 256.
    fn texture(&self, x: f32, y: f32, strength: f32) -> f32 {
        let shade = |share: f32| noise(self.seed, x, y, (self.size * share).max(2.0));
        let shades =
            shade(0.06) + shade(0.015) * 0.5 + shade(0.004) * 0.4 + shade(0.001) * 0.3;
        let grain = chance(!self.seed, x as u32, y as u32) * 2.0 - 1.0;
        shades * strength + grain * GRAIN
    }
}

impl Light {
    fn shine(&self, x: f32, y: f32, color: &mut Color) {
        let (x, y) = (x - self.x, y - self.y);
        let inside = 1.0 - (x * x + y * y) / (self.radius * self.radius);
        if inside > 0.0 {
            let strength = inside * inside;
            for (sample, light) in color.iter_mut().zip(self.color) {
                *sample += light * strength;
            }
        }
    }
}

impl Hill {
    fn covers(&self, x: f32, down: f32, size: f32) -> bool {
        // Far enough from the line there is no need to know where exactly it is.
        if (down - self.line).abs() > 0.15 {
            return down > self.line;
        }
        let rough = noise(self.seed, x, 0.0, size * 0.11) * 0.1;
        down > self.line + rough + noise(self.seed, x, 0.0, size * 0.013) * 0.03
    }
}

fn mix(a: f32, b: f32, share: f32) -> f32 {
    a + (b - a) * share
}

/// Noise from -1 to 1 that is smooth over a distance of `cell` pixels: chance at the corners
/// of a grid, and in between a blend of the four corners around.
fn noise(seed: u64, x: f32, y: f32, cell: f32) -> f32 {
    let (x, y) = (x / cell, y / cell);
    let (left, top) = (x as u32, y as u32);
    let smooth = |at: f32| at * at * (3.0 - 2.0 * at);
    let (right, down) = (smooth(x - left as f32), smooth(y - top as f32));
    let corner =
        |x: u32, y: u32| chance(seed ^ u64::from(cell.to_bits()), left + x, top + y);
    let above = mix(corner(0, 0), corner(1, 0), right);
    mix(above, mix(corner(0, 1), corner(1, 1), right), down) * 2.0 - 1.0
}

/// A number from 0 to 1 that looks random and is always the same for the same arguments.
fn chance(seed: u64, x: u32, y: u32) -> f32 {
    // The mixing steps of SplitMix64 (Steele, Lea and Flood, 2014).
    let mut bits =
        seed ^ (u64::from(x) << 32 | u64::from(y)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    (bits >> 40) as f32 / (1 << 24) as f32
}
