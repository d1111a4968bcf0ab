//! A measured value: its median, its spread, its unit, and how it is written.

use serde::{Deserialize, Serialize};

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Seconds; written as s, ms, µs or ns.
    #[serde(rename = "s")]
    Seconds,
    /// Bytes; written as B, KiB, MiB or GiB.
    #[serde(rename = "B")]
    Bytes,
    /// A ratio of two values of one unit; written with ×.
    #[serde(rename = "x")]
    Ratio,
    /// A part of a whole, 0 to 1; written in per cent.
    #[serde(rename = "share")]
    Share,
    /// How many; written without a unit.
    #[serde(rename = "1")]
    Count,
    /// How many a second.
    #[serde(rename = "1/s")]
    PerSecond,
    /// Bytes a second; written as MiB/s or GiB/s.
    #[serde(rename = "B/s")]
    BytesPerSecond,
    /// Decibels.
    #[serde(rename = "dB")]
    Decibels,
}

/// The median of repeated measurements, with the spread that says what it is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// The middle sample (the mean of the two middle ones if their number is even).
    pub median: f64,
    /// The smallest sample.
    pub min: f64,
    /// The largest sample.
    pub max: f64,
    /// The first quartile: a quarter of the samples lie below.
    pub q1: f64,
    /// The third quartile: a quarter of the samples lie above.
    pub q3: f64,
    /// How many samples; 0 for a number that was set or counted, not sampled.
    pub n: usize,
    /// What the numbers count.
    pub unit: Unit,
}

impl Value {
    /// The statistics of `samples`; `None` if there are none, or one is not finite.
    pub fn of(samples: &[f64], unit: Unit) -> Option<Value> {
        if samples.is_empty() || samples.iter().any(|sample| !sample.is_finite()) {
            return None;
        }
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(Value {
            median: quantile(&sorted, 0.5),
            min: sorted[0],
            max: sorted[sorted.len() - 1],
            q1: quantile(&sorted, 0.25),
            q3: quantile(&sorted, 0.75),
            n: sorted.len(),
            unit,
        })
    }

    /// A number that is known exactly: set by somebody, or counted.
    pub fn exact(number: f64, unit: Unit) -> Value {
        let (min, max, q1, q3) = (number, number, number, number);
        Value { median: number, min, max, q1, q3, n: 0, unit }
    }

    /// The spread of the middle half as a part of the median: (q3 − q1) / median. Unlike the
    /// range, it does not grow with the number of samples.
    pub fn relative_spread(&self) -> f64 {
        if self.median == 0.0 { 0.0 } else { (self.q3 - self.q1) / self.median.abs() }
    }

    /// The median with its unit, to as many digits as half the spread supports: three at most, and
    /// two if there are fewer than three samples.
    pub fn show(&self) -> String {
        self.write(self.median)
    }

    /// The smallest and largest sample, written as precisely as the median.
    pub fn show_range(&self) -> String {
        self.show_between(self.min, self.max)
    }

    /// The first and third quartile, written as precisely as the median.
    pub fn show_middle(&self) -> String {
        self.show_between(self.q1, self.q3)
    }

    fn show_between(&self, low: f64, high: f64) -> String {
        if low == high {
            return self.show();
        }
        let (low, high) = (self.write(low), self.write(high));
        match (low.rsplit_once('\u{a0}'), high.rsplit_once('\u{a0}')) {
            (Some((number, low_unit)), Some((_, high_unit)))
                if low_unit == high_unit =>
            {
                format!("{number}–{high}")
            }
            _ => format!("{low}–{high}"),
        }
    }

    /// The median as a person would write it who chose it: `0.9×`, not `0.900×`.
    pub fn show_plain(&self) -> String {
        let shown = self.show();
        let end = shown.find(|c: char| !c.is_ascii_digit() && !".,-".contains(c));
        let (number, unit) = shown.split_at(end.unwrap_or(shown.len()));
        match number.contains('.') {
            true => {
                format!("{}{unit}", number.trim_end_matches('0').trim_end_matches('.'))
            }
            false => shown,
        }
    }

    fn write(&self, number: f64) -> String {
        let (scale, suffix) = self.scale();
        let (number, spread) = (number / scale, (self.max - self.min) / 2.0 / scale);
        let decimals =
            decimals(self.median / scale, spread, self.n, self.unit == Unit::Count);
        // `format!` cannot round to tens or hundreds, so the rounding is done here.
        let step = 10f64.powi(-decimals);
        let rounded = (number / step).round() * step;
        let digits = usize::try_from(decimals).unwrap_or(0);
        format!("{}{suffix}", group(&format!("{rounded:.digits$}")))
    }

    /// The factor and suffix that bring the median between 1 and 1000.
    fn scale(&self) -> (f64, &'static str) {
        let size = self.median.abs();
        let pick = |table: &[(f64, &'static str)]| {
            let last = table[table.len() - 1];
            table.iter().copied().find(|(scale, _)| size >= *scale).unwrap_or(last)
        };
        const KIB: f64 = 1024.0;
        match self.unit {
            Unit::Seconds if size == 0.0 => (1.0, "\u{a0}s"),
            Unit::Seconds => pick(&[
                (0.9995, "\u{a0}s"),
                (0.9995e-3, "\u{a0}ms"),
                (0.9995e-6, "\u{a0}µs"),
                (1e-9, "\u{a0}ns"),
            ]),
            Unit::Bytes => pick(&[
                (KIB * KIB * KIB, "\u{a0}GiB"),
                (KIB * KIB, "\u{a0}MiB"),
                (KIB, "\u{a0}KiB"),
                (1.0, "\u{a0}B"),
            ]),
            Unit::BytesPerSecond => pick(&[
                (KIB * KIB * KIB, "\u{a0}GiB/s"),
                (KIB * KIB, "\u{a0}MiB/s"),
                (KIB, "\u{a0}KiB/s"),
            ]),
            Unit::Ratio => (1.0, "×"),
            Unit::Share => (0.01, "\u{a0}%"),
            Unit::Count => (1.0, ""),
            Unit::PerSecond => (1.0, "\u{a0}/s"),
            Unit::Decibels => (1.0, "\u{a0}dB"),
        }
    }
}

/// The point below which `part` of the samples lie, between neighbours by a straight line
/// (definition 7 of Hyndman and Fan 1996, which R and NumPy use).
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * place.fract()
}

/// Decimal places that `spread` supports for a number the size of `median`: negative for tens.
fn decimals(median: f64, spread: f64, n: usize, count: bool) -> i32 {
    let magnitude = |number: f64| number.abs().log10().floor() as i32;
    if count && spread == 0.0 && median.fract() == 0.0 {
        return 0;
    }
    // One or two samples say little about their spread.
    let most = if (1..3).contains(&n) { 1 } else { 2 };
    let most_digits = if median == 0.0 { 0 } else { most - magnitude(median) };
    if spread == 0.0 {
        return most_digits;
    }
    // At least one digit of the median stays, however wide the spread is.
    let one_digit = if median == 0.0 { 0 } else { -magnitude(median) };
    let supported = (-magnitude(spread)).clamp(one_digit, most_digits.max(one_digit));
    // Nobody counts 59.0 of anything.
    if count && median.fract() == 0.0 { supported.min(0) } else { supported }
}

/// Commas between the thousands of a number that has five digits or more before its point.
fn group(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    if whole.len() < 5 {
        return number.to_owned();
    }
    let mut grouped = String::new();
    for (place, digit) in whole.char_indices() {
        let left = whole.len() - place;
        if place > 0 && left % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(samples: &[f64], unit: Unit) -> Value {
        Value::of(samples, unit).expect("samples are finite")
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(value(&[4.0, 1.0, 3.0, 2.0], Unit::Count).median, 2.5);
    }

    #[test]
    fn the_quartiles_hold_the_middle_half() {
        let value = value(&[5.0, 1.0, 4.0, 2.0, 30.0], Unit::Count);
        assert_eq!((value.q1, value.median, value.q3), (2.0, 4.0, 5.0));
    }

    #[test]
    fn no_samples_or_broken_ones_have_no_value() {
        assert_eq!(Value::of(&[], Unit::Seconds), None);
        assert_eq!(Value::of(&[1.0, f64::NAN], Unit::Seconds), None);
    }

    #[test]
    fn digits_end_where_the_spread_begins() {
        assert_eq!(value(&[1.95, 1.973, 1.98], Unit::Ratio).show(), "1.97×");
        assert_eq!(value(&[1.6, 1.973, 2.3], Unit::Ratio).show(), "2.0×");
        assert_eq!(value(&[0.50, 0.5432, 0.61], Unit::Seconds).show(), "540\u{a0}ms");
        assert_eq!(Value::exact(1234.0, Unit::Count).show(), "1234");
        assert_eq!(value(&[58.0, 59.0, 59.0], Unit::Count).show(), "59");
        assert_eq!(Value::exact(65_536.0, Unit::Count).show(), "65,536");
        assert_eq!(Value::exact(0.9, Unit::Share).show(), "90.0\u{a0}%");
        assert_eq!(value(&[53.84, 53.84], Unit::Ratio).show(), "54×");
    }

    #[test]
    fn a_chosen_number_is_written_without_idle_zeros() {
        let plain = |number, unit| Value::exact(number, unit).show_plain();
        assert_eq!(plain(0.9, Unit::Ratio), "0.9×");
        assert_eq!(plain(2.0, Unit::Ratio), "2×");
        assert_eq!(plain(0.6, Unit::Share), "60\u{a0}%");
        assert_eq!(plain(1000.0, Unit::Count), "1000");
        assert_eq!(plain(0.05, Unit::Seconds), "50\u{a0}ms");
    }

    #[test]
    fn a_range_names_its_unit_once() {
        assert_eq!(
            value(&[0.51, 0.54, 0.58], Unit::Seconds).show_range(),
            "510–580\u{a0}ms"
        );
        assert_eq!(value(&[1.95, 1.97, 1.98], Unit::Ratio).show_range(), "1.95×–1.98×");
    }

    #[test]
    fn units_fit_the_size() {
        assert_eq!(Value::exact(0.0000032, Unit::Seconds).show(), "3.20\u{a0}µs");
        assert_eq!(
            Value::exact(3.5 * 1024.0 * 1024.0, Unit::Bytes).show(),
            "3.50\u{a0}MiB"
        );
        assert_eq!(Value::exact(0.0, Unit::Seconds).show(), "0\u{a0}s");
    }
}
