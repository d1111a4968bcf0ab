//! One job on good files, strange files, and bad files.

use std::fs;

use ch05_image_pool::job::{Done, Failure, Fault, Job, Settings, shrink};
use ch05_image_pool::{open, photos, spare, thumbnail};
use image::{DynamicImage, GrayImage, ImageFormat, Rgb, RgbImage, RgbaImage};
use jpeg_encoder::{ColorType, Encoder};
use tempfile::TempDir;

use crate::fixtures::{bomb, encoded, exif, files, flag, job, jpeg, plain_jpeg, write};

/// Runs a job on these bytes, under these names, and returns what became of it.
fn run(
    bytes: &[u8],
    name: &str,
    settings: Settings,
) -> (Result<Done, Failure>, TempDir) {
    let dir = TempDir::new().unwrap();
    let input = write(dir.path().join("in").join(name), bytes);
    let output = dir.path().join("out").join(name);
    let result = shrink(&Job { settings, ..job(0, &input, &output) }).result;
    let left = files(&dir.path().join("out"));
    assert_eq!(left.len(), usize::from(result.is_ok()), "left behind: {left:?}");
    (result, dir)
}

/// As [`run`], but the job must succeed; returns the new picture.
fn result(bytes: &[u8], name: &str, settings: Settings) -> DynamicImage {
    let (result, dir) = run(bytes, name, settings);
    let done = result.unwrap();
    let image = image::ImageReader::open(dir.path().join("out").join(name)).unwrap();
    let image = image.with_guessed_format().unwrap().decode().unwrap();
    assert_eq!(done.to, (image.width(), image.height()));
    image
}

fn failure(bytes: &[u8], name: &str) -> Failure {
    run(bytes, name, Settings::default()).0.unwrap_err()
}

const SHARP: Settings =
    Settings { sigma: 0.0, max_side: 64, quality: 95, max_pixels: 100_000_000 };

/// Checks the corners of a [`flag`], which tell whether colours and direction are right.
fn assert_flag(image: &DynamicImage) {
    let image = image.to_rgb8();
    let (right, bottom) = (image.width() - 4, image.height() - 4);
    let near = |x, y, wanted: [u8; 3]| {
        let Rgb(found) = *image.get_pixel(x, y);
        let off = found.iter().zip(wanted).map(|(a, b)| a.abs_diff(b)).max().unwrap();
        assert!(off < 25, "at {x}, {y}: {found:?} instead of {wanted:?}");
    };
    near(3, 3, [220, 20, 20]);
    near(right, 3, [20, 220, 20]);
    near(3, bottom, [20, 20, 220]);
    near(right, bottom, [230, 230, 230]);
}

#[test]
fn every_kind_of_jpeg_keeps_its_colours() {
    let flag = flag(96, 64);
    assert_flag(&result(&jpeg(&flag, |_| {}), "plain.jpg", SHARP));
    assert_flag(&result(
        &jpeg(&flag, |it| it.set_progressive(true)),
        "progressive.jpg",
        SHARP,
    ));
    assert_flag(&result(
        &jpeg(&flag, |it| it.set_restart_interval(2)),
        "restarts.JPEG",
        SHARP,
    ));

    // Inverted, as Adobe's programs write it: 255 is no ink.
    let cmyk: Vec<u8> = flag
        .pixels()
        .flat_map(|p| [255 - p.0[0], 255 - p.0[1], 255 - p.0[2], 0])
        .collect();
    for color in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, 95).encode(&cmyk, 96, 64, color).unwrap();
        assert_flag(&result(&bytes, "cmyk.jpg", SHARP));
    }
}

#[test]
fn a_grayscale_jpeg_stays_gray() {
    let gray = GrayImage::from_fn(90, 60, |x, _| image::Luma([x as u8 * 2]));
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 95).encode(&gray, 90, 60, ColorType::Luma).unwrap();
    let small = result(&bytes, "gray.jpg", SHARP);
    assert!(!small.color().has_color());
    assert_eq!((small.width(), small.height()), (64, 43));
}

#[test]
fn every_exif_orientation_ends_upright() {
    // How a camera in each position stores the picture; and whether its sides are swapped.
    let upright = DynamicImage::from(flag(96, 64));
    let stored = [
        upright.clone(),
        upright.fliph(),
        upright.rotate180(),
        upright.flipv(),
        upright.rotate90().fliph(),
        upright.rotate270(),
        upright.rotate270().fliph(),
        upright.rotate90(),
    ];
    for (orientation, stored) in (1..).zip(stored) {
        let bytes = jpeg(&stored.to_rgb8(), |it| {
            it.add_exif_metadata(&exif(orientation)).unwrap()
        });
        let small = result(&bytes, "turned.jpg", SHARP);
        assert_eq!(
            (small.width(), small.height()),
            (64, 43),
            "orientation {orientation}"
        );
        assert_flag(&small);
    }
}

#[test]
fn png_and_webp_of_every_depth_keep_their_colours() {
    let flag = DynamicImage::from(flag(96, 64));
    let kinds = [
        flag.clone(),
        flag.to_rgba8().into(),
        flag.to_rgb16().into(),
        flag.to_rgba16().into(),
    ];
    for image in kinds {
        assert_flag(&result(&encoded(&image, ImageFormat::Png), "a.PNG", SHARP));
    }
    assert_flag(&result(&encoded(&flag, ImageFormat::WebP), "a.WebP", SHARP));
    let gray = encoded(&flag.to_luma16().into(), ImageFormat::Png);
    assert!(!result(&gray, "gray.png", SHARP).color().has_color());
}

#[test]
fn a_png_with_a_palette_keeps_its_colours() {
    let image = flag(96, 64);
    let palette = [[220, 20, 20], [20, 220, 20], [20, 20, 220], [230, 230, 230]];
    let index =
        |p: &Rgb<u8>| palette.iter().position(|&color| color == p.0).unwrap() as u8;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 96, 64);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(palette.concat());
    let samples: Vec<u8> = image.pixels().map(index).collect();
    encoder.write_header().unwrap().write_image_data(&samples).unwrap();
    assert_flag(&result(&bytes, "palette.png", SHARP));
}

#[test]
fn what_is_invisible_does_not_blur_into_what_is_visible() {
    // Left: white. Right: black, but fully transparent.
    let image = RgbaImage::from_fn(80, 40, |x, _| {
        image::Rgba(if x < 40 { [255; 4] } else { [0; 4] })
    });
    let bytes = encoded(&image.into(), ImageFormat::Png);
    let settings = Settings { sigma: 5.0, ..Settings::default() };
    let blurred = result(&bytes, "half.png", settings).to_rgba8();
    for pixel in blurred.pixels().filter(|pixel| pixel.0[3] > 8) {
        assert!(pixel.0[0] > 220, "a dark fringe: {pixel:?}");
    }
    assert!(
        (90..165).contains(&blurred.get_pixel(40, 20).0[3]),
        "alpha is blurred too"
    );
}

#[test]
fn what_is_transparent_becomes_white_in_a_jpeg() {
    let clear = encoded(&RgbaImage::new(50, 50).into(), ImageFormat::Png);
    let image = result(&clear, "really-a-png.jpg", Settings::default()).to_rgb8();
    assert!(image.pixels().all(|pixel| pixel.0.iter().all(|&sample| sample > 250)));
}

#[test]
fn a_file_is_what_it_contains_whatever_its_name_says() {
    let png = encoded(&flag(96, 64).into(), ImageFormat::Png);
    assert_flag(&result(&png, "a.jpg", SHARP));
    assert_flag(&result(&plain_jpeg(96, 64), "a.png", SHARP));
}

#[test]
fn the_colour_profile_goes_along_if_it_is_about_such_pixels() {
    let profile = |space: &[u8; 4]| [&[0; 16][..], space, &[0; 108]].concat();
    let kept = |space: &[u8; 4]| {
        let bytes =
            jpeg(&flag(96, 64), |it| it.add_icc_profile(&profile(space)).unwrap());
        let (done, dir) = run(&bytes, "a.jpg", SHARP);
        done.unwrap();
        open::open(&dir.path().join("out/a.jpg"), 10_000).unwrap().profile
    };
    assert_eq!(kept(b"RGB "), Some(profile(b"RGB ")));
    assert_eq!(kept(b"CMYK"), None);
}

#[test]
fn an_empty_file_is_called_empty() {
    assert_eq!(failure(b"", "a.jpg"), Failure::Empty);
}

#[test]
fn text_is_no_image() {
    assert_eq!(
        failure(b"Dear diary, today I was renamed.", "a.jpg"),
        Failure::NotAnImage
    );
    assert_eq!(failure(b"GIF89a\x01\0\x01\0\0\0\0", "a.png"), Failure::NotAnImage);
}

#[test]
fn a_truncated_file_is_called_truncated_wherever_it_ends() {
    let photo = photos::photo(200, 150, 5);
    let kinds = [
        jpeg(&photo, |_| {}),
        jpeg(&photo, |it| it.set_progressive(true)),
        encoded(&photo.clone().into(), ImageFormat::Png),
        encoded(&photo.into(), ImageFormat::WebP),
    ];
    for bytes in kinds {
        for share in [3, 10, 50, 90, 99] {
            let error = failure(&bytes[..bytes.len() * share / 100], "a.jpg");
            let fitting = matches!(error, Failure::Truncated | Failure::Decode(_));
            assert!(fitting, "{share} % of {:?}: {error}", &bytes[..4]);
        }
    }
}

#[test]
fn the_end_of_a_preview_is_not_the_end_of_the_photo() {
    let preview = plain_jpeg(16, 16);
    let bytes =
        jpeg(&photos::photo(200, 150, 5), |it| it.add_app_segment(1, preview).unwrap());
    result(&bytes, "whole.jpg", SHARP);
    assert_eq!(failure(&bytes[..bytes.len() - 500], "cut.jpg"), Failure::Truncated);
}

#[test]
fn a_damaged_photo_shows_nothing_of_the_one_before_it() {
    // The end marker is there, but most of the picture is not: decoders let this pass.
    let photo = photos::photo(200, 150, 5);
    for progressive in [false, true] {
        let mut bytes = jpeg(&photo, |it| it.set_progressive(progressive));
        bytes.truncate(bytes.len() / 3);
        bytes.extend([0xFF, 0xD9]);
        let dir = TempDir::new().unwrap();
        let path = write(dir.path().join("damaged.jpg"), &bytes);
        let decoded = [0x00, 0xAB].map(|before| {
            spare::clear();
            spare::give_back(vec![before; 200 * 150 * 3]);
            open::open(&path, 100_000)
                .map(|photo| photo.image)
                .map_err(|error| error.to_string())
        });
        assert!(
            decoded[0].is_ok() && decoded[0] == decoded[1],
            "progressive: {progressive}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_leaves_nothing() {
    let dir = TempDir::new().unwrap();
    let input = write(dir.path().join("in/a.jpg"), &plain_jpeg(20, 20));
    let job = job(0, &input, &dir.path().join("out/a.jpg"));
    fs::create_dir(dir.path().join("out")).unwrap();
    std::os::unix::fs::symlink("/dev/full", &job.temp).unwrap();
    let error = shrink(&job).result.unwrap_err().to_string();
    assert!(error.contains("cannot write") && error.contains("space"), "{error}");
    assert!(files(&dir.path().join("out")).is_empty());
}

#[test]
fn what_comes_after_the_photo_does_no_harm() {
    let bytes = [plain_jpeg(96, 64), b"a short film".to_vec()].concat();
    assert_flag(&result(&bytes, "motion.jpg", SHARP));
}

#[test]
fn a_decompression_bomb_is_refused_by_its_header() {
    let wanted =
        Failure::TooManyPixels { width: 60_000, height: 60_000, limit: 100_000_000 };
    assert_eq!(failure(&bomb(), "bomb.png"), wanted);
}

#[test]
fn the_limit_on_pixels_is_exact() {
    let with = |max_pixels| {
        run(&plain_jpeg(40, 30), "a.jpg", Settings { max_pixels, ..SHARP }).0
    };
    assert!(with(1200).is_ok());
    assert_eq!(
        with(1199).unwrap_err(),
        Failure::TooManyPixels { width: 40, height: 30, limit: 1199 }
    );
}

#[test]
fn an_output_that_is_a_directory_is_an_error_and_stays() {
    let dir = TempDir::new().unwrap();
    let input = write(dir.path().join("a.jpg"), &plain_jpeg(20, 20));
    let output = dir.path().join("out/a.jpg");
    fs::create_dir_all(&output).unwrap();
    let result = shrink(&job(0, &input, &output)).result;
    assert!(matches!(result, Err(Failure::Write { .. })), "{result:?}");
    assert!(output.is_dir());
    assert!(files(&dir.path().join("out")).is_empty());
}

#[test]
fn a_format_that_cannot_be_written_is_an_error() {
    let dir = TempDir::new().unwrap();
    let input = write(dir.path().join("a.jpg"), &plain_jpeg(20, 20));
    let result = shrink(&job(0, &input, &dir.path().join("a.gif"))).result;
    assert!(result.unwrap_err().to_string().contains(".webp"), "it names what can be");
    assert_eq!(files(dir.path()), ["a.jpg"]);
}

#[test]
fn a_panic_leaves_no_file_and_no_gap_in_the_report() {
    let dir = TempDir::new().unwrap();
    let input = write(dir.path().join("in/a.jpg"), &plain_jpeg(20, 20));
    let job = Job {
        fault: Some(Fault::Panic),
        ..job(3, &input, &dir.path().join("out/a.jpg"))
    };
    let outcome = shrink(&job);
    assert_eq!(outcome.id, 3);
    assert_eq!(outcome.worker.pid, std::process::id());
    assert_eq!(outcome.result, Err(Failure::Panicked("as asked for".into())));
    assert!(files(&dir.path().join("out")).is_empty());
}

#[test]
fn thumbnails_have_the_sizes_that_pillow_gives_them() {
    // Made with Pillow: Image.new("1", size).thumbnail((side, side)).
    for ((width, height), side, wanted) in PILLOW {
        assert_eq!(
            thumbnail::size(width, height, side),
            wanted,
            "{width} x {height} to {side}"
        );
    }
}

type Size = (u32, u32);
const PILLOW: [(Size, u32, Size); 24] = [
    ((3600, 2400), 1200, (1200, 800)),
    ((2400, 3600), 1200, (800, 1200)),
    ((1200, 1200), 1200, (1200, 1200)),
    ((1201, 1200), 1200, (1200, 1199)),
    ((1300, 1), 1200, (1200, 1)),
    ((1, 1300), 1200, (1, 1200)),
    ((5000, 3), 1200, (1200, 1)),
    ((3, 5000), 1200, (1, 1200)),
    ((800, 600), 1200, (800, 600)),
    ((1199, 1201), 1200, (1198, 1200)),
    ((2552, 1047), 1200, (1200, 492)),
    ((1469, 3258), 1200, (541, 1200)),
    ((3861, 3447), 1200, (1200, 1071)),
    ((2671, 3778), 333, (235, 333)),
    ((119, 3443), 100, (3, 100)),
    ((3179, 3864), 7, (6, 7)),
    ((2659, 213), 7, (7, 1)),
    ((464, 1523), 100, (30, 100)),
    ((3558, 1010), 100, (100, 28)),
    ((2228, 418), 333, (333, 62)),
    ((1022, 54), 1200, (1022, 54)),
    ((888, 1672), 64, (34, 64)),
    ((746, 3754), 100, (20, 100)),
    ((654, 3121), 1, (1, 1)),
];

#[test]
fn a_tiny_picture_is_blurred_but_not_enlarged() {
    let image = result(
        &encoded(&RgbImage::new(1, 1).into(), ImageFormat::Png),
        "a.png",
        Settings::default(),
    );
    assert_eq!((image.width(), image.height()), (1, 1));
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_utf_8_survives_the_pipe() {
    use std::os::unix::ffi::OsStringExt;
    let strange = std::path::PathBuf::from(std::ffi::OsString::from_vec(
        b"/\xFF\xFE/a.jpg".to_vec(),
    ));
    let job = job(0, &strange, &strange);
    let there = serde_json::to_vec(&job).unwrap();
    assert_eq!(serde_json::from_slice::<Job>(&there).unwrap(), job);
}

#[test]
fn a_smaller_picture_of_one_colour_has_that_colour() {
    for (width, height) in [(1000, 10), (37, 911), (501, 499)] {
        let even = image::RgbaImage::from_pixel(
            width,
            height,
            image::Rgba([7, 128, 255, 200]),
        );
        let small = thumbnail::thumbnail(even.into(), 50).into_rgba8();
        assert!(
            small.pixels().all(|pixel| pixel.0 == [7, 128, 255, 200]),
            "{width} x {height}"
        );
    }
}

#[test]
fn a_smaller_picture_is_what_image_s_own_triangle_filter_makes_of_it() {
    let photo = photos::photo(420, 280, 3);
    for side in [300, 140, 31] {
        let small = thumbnail::thumbnail(photo.clone().into(), side).into_rgb8();
        let (width, height) = small.dimensions();
        let triangle = image::imageops::FilterType::Triangle;
        let theirs = image::imageops::resize(&photo, width, height, triangle);
        let off = |(a, b): (&u8, &u8)| a.abs_diff(*b);
        let worst = small.as_raw().iter().zip(theirs.as_raw()).map(off).max().unwrap();
        assert!(worst <= 2, "off by {worst} at {side}");
    }
}
