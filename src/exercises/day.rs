//! Which day it is.

use std::time::{SystemTime, UNIX_EPOCH};

use toml::value::Date;

const SECONDS_A_DAY: u64 = 24 * 60 * 60;
/// The Gregorian calendar repeats itself after 400 years.
const DAYS_OF_400_YEARS: u64 = 146_097;
/// From 1 March of the year 0 to 1 January 1970.
const DAYS_BEFORE_1970: u64 = 719_468;

/// Today, in UTC: the same all over the world, for progress that is merged.
pub fn today() -> Date {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date(now.as_secs() / SECONDS_A_DAY)
}

/// The date so many days after 1970-01-01, until the year 9999.
///
/// A year begins in March here, so that a leap day is its last day.
fn date(days: u64) -> Date {
    let days = days + DAYS_BEFORE_1970;
    let (era, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let is_next_year = month >= 10;
    let month = if is_next_year { month - 9 } else { month + 3 };
    let year = 400 * era + year + u64::from(is_next_year);
    let narrow = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
    Date {
        year: u16::try_from(year).unwrap_or(u16::MAX),
        month: narrow(month),
        day: narrow(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_through_leap_years() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_453, "2025-12-31"),
            (20_454, "2026-01-01"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
        ] {
            assert_eq!(date(days).to_string(), expected);
        }
    }
}
