//! How long to wait before a page is asked for again.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, SystemTime};

/// How long a server asks to be left alone, by its header `Retry-After`: a number of seconds, or
/// a date. `None` if it is neither.
#[must_use]
pub fn after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = httpdate::parse_http_date(header).ok()?;
    // A date that has passed asks for nothing.
    Some(then.duration_since(now).unwrap_or_default())
}

/// The wait after so many tries have failed: twice as long each time, but never over `most`, and
/// by chance up to a half shorter, so that those who failed together do not come back together.
#[must_use]
pub fn back_off(first: Duration, tries: u32, most: Duration) -> Duration {
    let doubled = first.saturating_mul(1 << tries.saturating_sub(1).min(20)).min(most);
    // The keys of the standard hash maps are the one source of chance in the standard library.
    let chance = RandomState::new().hash_one(tries) as f64 / u64::MAX as f64;
    doubled.mul_f64(1.0 - chance / 2.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    #[test]
    fn a_server_asks_in_seconds_or_by_date() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(after(" 120 ", now), seconds(120));
        assert_eq!(after("Sun, 06 Nov 1994 08:50:07 GMT", now), seconds(30));
        assert_eq!(after("Sun, 06 Nov 1994 08:00:00 GMT", now), seconds(0));
        for nonsense in ["", "soon", "-1", "1.5", "99999999999999999999"] {
            assert_eq!(after(nonsense, now), None, "{nonsense}");
        }
    }

    #[test]
    fn waits_double_up_to_a_limit() {
        let (first, most) = (Duration::from_millis(100), Duration::from_millis(350));
        for (tries, whole) in [(1, 100), (2, 200), (3, 350), (4, 350), (u32::MAX, 350)]
        {
            let wait = back_off(first, tries, most).as_secs_f64() * 1000.0;
            let whole = f64::from(whole);
            assert!((whole / 2.0..=whole + 0.001).contains(&wait), "{tries}: {wait}");
        }
    }
}
