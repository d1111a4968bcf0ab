//! Times and sizes as people write them.

use std::time::Duration;

/// Names of times, in seconds. Longer names first: `ms` ends in `s`.
const TIMES: [(&str, f64); 4] = [("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];

/// Names of sizes, in bytes.
const SIZES: [(&str, f64); 7] = [
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("kB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("B", 1.0),
];

/// A time of at least a millisecond and at most a day, such as `10s`, `500ms` or `1.5m`.
///
/// # Errors
/// A sentence that says what was expected.
pub fn time(text: &str) -> Result<Duration, String> {
    let seconds = scaled(text, &TIMES).filter(|it| (1e-3..=86_400.0).contains(it));
    let expected = "a time from 1ms to 24h, with its unit, such as 500ms, 10s or 2m";
    seconds.map(Duration::from_secs_f64).ok_or_else(|| format!("expected {expected}"))
}

/// A number of bytes from 1 to 1 TB, such as `500kB`, `10MB` or `1048576`.
///
/// # Errors
/// A sentence that says what was expected.
pub fn size(text: &str) -> Result<u64, String> {
    let bare = text.trim().parse().ok();
    let bytes =
        bare.or_else(|| scaled(text, &SIZES)).filter(|it| (1.0..=1e12).contains(it));
    let expected =
        "a size from 1 to 1000GB, in bytes or with a unit, such as 500kB or 10MB";
    bytes.map(|bytes: f64| bytes as u64).ok_or_else(|| format!("expected {expected}"))
}

/// A number before one of the units, times what the unit stands for.
fn scaled(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let text = text.trim();
    units.iter().find_map(|(name, factor)| {
        let at = text.len().checked_sub(name.len())?;
        let (number, unit) = (text.get(..at)?, text.get(at..)?);
        let number: f64 =
            unit.eq_ignore_ascii_case(name).then(|| number.trim().parse().ok())??;
        Some(number * factor)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        assert_eq!(time("10s"), Ok(Duration::from_secs(10)));
        assert_eq!(time(" 1.5 m "), Ok(Duration::from_secs(90)));
        assert_eq!(time("250MS"), Ok(Duration::from_millis(250)));
        for text in ["", "10", "s", "-1s", "0s", "25h", "NaNs", "infs", "10 sec", "é"]
        {
            assert!(time(text).unwrap_err().contains("such as"), "{text}");
        }
    }

    #[test]
    fn sizes_may_have_one() {
        assert_eq!(size("1048576"), Ok(1_048_576));
        assert_eq!(size("1MiB"), Ok(1_048_576));
        assert_eq!(size("10mb"), Ok(10_000_000));
        assert_eq!(size("12 B"), Ok(12));
        for text in ["", "0", "-5", "MB", "2000GB", "1e99", "NaN", "ten"] {
            assert!(size(text).unwrap_err().contains("such as"), "{text}");
        }
    }
}
