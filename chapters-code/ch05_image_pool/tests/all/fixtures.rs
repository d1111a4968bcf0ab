//! Photos good and bad, made when they are needed.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use ch05_image_pool::job::{Job, Settings};
use ch05_image_pool::{photos, save};
use image::{DynamicImage, ImageFormat, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

/// A photo whose upper left corner is red, upper right green, lower left blue.
pub(crate) fn flag(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => image::Rgb([220, 20, 20]),
        (false, true) => image::Rgb([20, 220, 20]),
        (true, false) => image::Rgb([20, 20, 220]),
        (false, false) => image::Rgb([230, 230, 230]),
    })
}

pub(crate) fn jpeg(
    image: &RgbImage,
    tune: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 90);
    tune(&mut encoder);
    let (width, height) = (image.width() as u16, image.height() as u16);
    encoder.encode(image, width, height, ColorType::Rgb).unwrap();
    bytes
}

pub(crate) fn plain_jpeg(width: u32, height: u32) -> Vec<u8> {
    jpeg(&flag(width, height), |_| {})
}

/// An APP1 segment with nothing but an orientation, as cameras write it.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    tiff
}

pub(crate) fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG of a few bytes whose header promises 60,000 x 60,000 pixels.
pub(crate) fn bomb() -> Vec<u8> {
    let mut png = encoded(&DynamicImage::new_rgb8(1, 1), ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let sum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    png
}

/// The checksum of PNG (annex D of its specification), bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 }
        })
    })
}

pub(crate) fn job(id: usize, input: &Path, output: &Path) -> Job {
    let temp = save::temp_for(output, id);
    let (input, output) = (input.to_path_buf(), output.to_path_buf());
    Job { id, input, output, temp, settings: Settings::default(), fault: None }
}

/// Jobs on a set of small photos in `dir/in`, with results in `dir/out`.
pub(crate) fn jobs(dir: &Path, count: usize) -> Vec<Job> {
    let photos = photos::write_set(&dir.join("in"), count, 300, 200, 7).unwrap();
    let settings = Settings { sigma: 3.0, max_side: 120, ..Settings::default() };
    let job = |(id, input): (usize, &PathBuf)| {
        let output = dir.join("out").join(input.file_name().unwrap());
        Job { settings, ..job(id, input, &output) }
    };
    photos.iter().enumerate().map(job).collect()
}

/// All files in a folder and below, by their path from there.
pub(crate) fn files(dir: &Path) -> Vec<String> {
    let walk = walkdir::WalkDir::new(dir).sort_by_file_name();
    let files = walk
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir());
    files
        .map(|entry| entry.path().strip_prefix(dir).unwrap().to_string_lossy().into())
        .collect()
}

/// How long a test waits for what must happen: far longer than it can take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);

/// Waits until `reached`. Fails at the deadline, or when `child` ends before.
pub(crate) fn until(mut child: Option<&mut Child>, mut reached: impl FnMut() -> bool) {
    let clock = Instant::now();
    loop {
        // In this order: it may end right after it has done what is waited for.
        let ended = child.as_mut().and_then(|child| child.try_wait().unwrap());
        if reached() {
            return;
        }
        if let (Some(child), None) = (&mut child, ended)
            && clock.elapsed() > DEADLINE
        {
            let _ = child.kill();
        }
        assert!(ended.is_none(), "it ended too early: {ended:?}");
        assert!(clock.elapsed() <= DEADLINE, "nothing came of it");
        thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn write(path: PathBuf, bytes: &[u8]) -> PathBuf {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}
