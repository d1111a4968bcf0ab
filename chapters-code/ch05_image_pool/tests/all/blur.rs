//! The blur against the definition of what it should be.

use ch05_image_pool::blur::{Kernel, blur_columns, gaussian};
use ch05_image_pool::photos;
use image::{DynamicImage, GrayAlphaImage, GrayImage, RgbImage, RgbaImage};
use proptest::prelude::*;

/// An image as it comes: any kind, any size, any noise.
fn any_image() -> impl Strategy<Value = DynamicImage> {
    (1..70_u32, 1..70_u32, 1..=4_u32, any::<u64>()).prop_map(
        |(width, height, channels, seed)| {
            let samples = noise(width * height * channels, seed);
            match channels {
                1 => GrayImage::from_raw(width, height, samples).unwrap().into(),
                2 => GrayAlphaImage::from_raw(width, height, samples).unwrap().into(),
                3 => RgbImage::from_raw(width, height, samples).unwrap().into(),
                _ => RgbaImage::from_raw(width, height, samples).unwrap().into(),
            }
        },
    )
}

fn noise(len: u32, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let step = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    (0..len).map(step).collect()
}

/// What each sample becomes when every row is weighed by `kernel`, centred; borders go on.
fn along_rows(
    samples: &[f64],
    width: usize,
    channels: usize,
    kernel: &[f64],
) -> Vec<f64> {
    let reach = kernel.len() / 2;
    let sample = |row: &[f64], x: usize, c: usize| {
        let at = |k: usize| (x + k).saturating_sub(reach).min(width - 1) * channels + c;
        kernel.iter().enumerate().map(|(k, weight)| weight * row[at(k)]).sum()
    };
    let rows = samples.chunks_exact(width * channels);
    rows.flat_map(|row| {
        (0..width * channels).map(move |i| sample(row, i / channels, i % channels))
    })
    .collect()
}

fn turned(samples: &[f64], width: usize, channels: usize) -> Vec<f64> {
    let height = samples.len() / width / channels;
    let sample = |x: usize, y: usize, c: usize| samples[(y * width + x) * channels + c];
    (0..samples.len())
        .map(|i| sample(i / channels / height, i / channels % height, i % channels))
        .collect()
}

/// Slow, exact, and nothing but the definition.
fn reference(image: &DynamicImage, kernel: &[f64]) -> Vec<f64> {
    let channels = usize::from(image.color().channel_count());
    let (width, height) = (image.width() as usize, image.height() as usize);
    let samples: Vec<f64> =
        image.as_bytes().iter().map(|&sample| f64::from(sample)).collect();
    let rows = along_rows(&samples, width, channels, kernel);
    let columns = along_rows(&turned(&rows, width, channels), height, channels, kernel);
    turned(&columns, height, channels)
}

fn true_gaussian(sigma: f64) -> Vec<f64> {
    let reach = (5.0 * sigma).ceil() as i32;
    let bell = |at: i32| (-f64::from(at * at) / (2.0 * sigma * sigma)).exp();
    let sum: f64 = (-reach..=reach).map(bell).sum();
    (-reach..=reach).map(|at| bell(at) / sum).collect()
}

/// One box after the other, as the weights of a single kernel.
fn three_boxes(pair: usize, odd: usize) -> Vec<f64> {
    [pair, pair, odd].iter().fold(vec![1.0], |kernel, &width| {
        let mut wider = vec![0.0; kernel.len() + width - 1];
        for (at, weight) in kernel.iter().enumerate() {
            (0..width).for_each(|shift| wider[at + shift] += weight / width as f64);
        }
        wider
    })
}

/// Peak signal-to-noise ratio in dB.
fn psnr(image: &DynamicImage, reference: &[f64]) -> f64 {
    let off = image.as_bytes().iter().zip(reference);
    let squares: f64 = off.map(|(&a, &b)| (f64::from(a) - b).powi(2)).sum();
    10.0 * (255.0 * 255.0 * reference.len() as f64 / squares).log10()
}

fn largest_difference(image: &DynamicImage, reference: &[f64]) -> f64 {
    let off = image.as_bytes().iter().zip(reference);
    off.map(|(&a, &b)| (f64::from(a) - b).abs()).fold(0.0, f64::max)
}

#[test]
fn the_blur_is_within_38_db_of_a_true_gaussian() {
    for (seed, sigma) in [(1, 15.0), (2, 15.0), (3, 3.0), (4, 7.3), (5, 50.0)] {
        let photo = DynamicImage::from(photos::photo(420, 280, seed));
        let wanted = reference(&photo, &true_gaussian(sigma));
        let quality = psnr(&gaussian(photo, sigma), &wanted);
        println!("sigma {sigma}: {quality:.1} dB");
        assert!(quality >= 38.0, "sigma {sigma}: {quality:.1} dB");
    }
}

#[test]
fn at_full_size_it_is_no_worse() {
    let photo = DynamicImage::from(photos::photo(1200, 800, 6));
    let wanted = reference(&photo, &true_gaussian(15.0));
    let quality = psnr(&gaussian(photo, 15.0), &wanted);
    assert!(quality >= 38.0, "{quality:.1} dB");
}

#[test]
fn a_small_sigma_is_a_true_gaussian_but_for_rounding() {
    for sigma in [0.3, 0.5, 1.0, 2.4] {
        let photo = DynamicImage::from(photos::photo(150, 100, 9));
        let wanted = reference(&photo, &true_gaussian(sigma));
        let off = largest_difference(&gaussian(photo, sigma), &wanted);
        assert!(off < 1.1, "sigma {sigma}: off by {off}");
    }
}

#[test]
fn a_huge_sigma_still_has_the_right_strength() {
    let mut photo = DynamicImage::new_luma8(2000, 3);
    photo.as_mut_luma8().unwrap().enumerate_pixels_mut().for_each(|(x, _, pixel)| {
        pixel.0 = [if x < 1000 { 0 } else { 255 }];
    });
    // Only along the rows, for the columns are all alike.
    let samples: Vec<f64> =
        photo.as_bytes().iter().map(|&sample| f64::from(sample)).collect();
    let wanted = along_rows(&samples, 2000, 1, &true_gaussian(200.0));
    let off = largest_difference(&gaussian(photo, 200.0), &wanted);
    assert!(off < 3.0, "off by {off}");
}

#[test]
fn sigma_zero_changes_nothing() {
    let photo = DynamicImage::from(photos::photo(40, 30, 1));
    assert_eq!(gaussian(photo.clone(), 0.0), photo);
}

#[test]
fn the_windows_have_the_variance_that_was_asked_for() {
    for tenths in 25..=950 {
        let sigma = f64::from(tenths) / 10.0;
        let (Kernel::Boxes(pair, odd), 1) = Kernel::new(sigma) else {
            panic!("sigma {sigma} should be boxes, once");
        };
        assert_eq!(odd % 2, 1, "or the picture moves");
        assert!(255 * pair * pair * odd < 1 << 31, "sigma {sigma} overflows the sums");
        let variance = (2 * pair * pair + odd * odd - 3) as f64 / 12.0;
        let off = (variance.sqrt() / sigma - 1.0).abs();
        // Whole pixels are coarse for a small blur.
        let allowed = if sigma < 10.0 { 0.05 } else { 0.008 };
        assert!(off < allowed, "sigma {sigma} became {}", variance.sqrt());
    }
}

#[test]
fn columns_can_be_blurred_one_by_one_or_all_at_once() {
    let photo = photos::photo(50, 40, 3);
    let pixels = photo.as_chunks::<3>().0;
    let (kernel, _) = Kernel::new(4.0);
    let mut whole = vec![[0; 3]; pixels.len()];
    blur_columns(pixels, 50, 0..50, &kernel, &mut whole);
    let mut parts = vec![[0; 3]; pixels.len()];
    for (column, out) in parts.chunks_exact_mut(40).enumerate() {
        blur_columns(pixels, 50, column..column + 1, &kernel, out);
    }
    assert!(whole == parts);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn three_running_windows_are_three_boxes_but_for_rounding(
        image in any_image(), sigma in 2.5..30.0_f64,
    ) {
        let (Kernel::Boxes(pair, odd), _) = Kernel::new(sigma) else { unreachable!() };
        let wanted = reference(&image, &three_boxes(pair, odd));
        let off = largest_difference(&gaussian(image, sigma), &wanted);
        // Half a level for each of the two directions, and a bit for the arithmetic.
        prop_assert!(off < 1.01, "off by {off}");
    }

    #[test]
    fn one_colour_stays_that_colour(
        width in 1..90_u32, height in 1..90_u32, color: [u8; 3], sigma in 0.0..500.0_f64,
    ) {
        let image = DynamicImage::from(RgbImage::from_pixel(width, height, image::Rgb(color)));
        prop_assert_eq!(gaussian(image.clone(), sigma), image);
    }

    #[test]
    fn nothing_gets_brighter_or_darker_than_it_was(image in any_image(), sigma in 0.0..60.0_f64) {
        let channels = usize::from(image.color().channel_count());
        let range = |image: &DynamicImage, c: usize| {
            let samples = || image.as_bytes().iter().skip(c).step_by(channels);
            (*samples().min().unwrap(), *samples().max().unwrap())
        };
        let blurred = gaussian(image.clone(), sigma);
        for c in 0..channels {
            let ((low, high), (new_low, new_high)) = (range(&image, c), range(&blurred, c));
            prop_assert!(low <= new_low && new_high <= high);
        }
    }

    #[test]
    fn size_and_kind_stay(image in any_image(), sigma in 0.0..60.0_f64) {
        let blurred = gaussian(image.clone(), sigma);
        let shape = |it: &DynamicImage| (it.width(), it.height(), it.color());
        prop_assert_eq!(shape(&blurred), shape(&image));
    }

    #[test]
    fn a_turned_picture_blurs_into_the_turned_blur(image in any_image(), sigma in 0.5..30.0_f64) {
        let turned = gaussian(image.rotate90().fliph(), sigma).fliph().rotate270();
        let plain = gaussian(image, sigma);
        // Each direction rounds once, and their order differs.
        for (a, b) in turned.as_bytes().iter().zip(plain.as_bytes()) {
            prop_assert!(a.abs_diff(*b) <= 1);
        }
    }
}
