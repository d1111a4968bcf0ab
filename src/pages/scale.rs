//! Axes: from numbers to places, with ticks that people would choose.

use lab::value::Unit;

/// An axis, linear from zero to a little more than the largest number, or logarithmic.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Whether each tick is ten times the one before.
    logarithmic: bool,
    /// Where the ticks are, in the numbers' own unit.
    pub ticks: Vec<f64>,
    /// What stands at each tick.
    pub labels: Vec<String>,
    /// The unit of the labels, for the axis' title; empty if the labels carry it.
    pub unit: &'static str,
}

impl Axis {
    /// An axis from zero to at least `max`, with about `count` steps.
    pub fn new(max: f64, unit: Unit, count: usize) -> Axis {
        let max = if max.is_finite() && max > 0.0 { max } else { 1.0 };
        let (scale, name, suffix) = scale(max, unit);
        let step = match step(max / scale / count as f64) {
            // There is no half of a thing.
            half if unit == Unit::Count && scale == 1.0 && max >= count as f64 => {
                half.ceil()
            }
            step => step,
        };
        let steps = (max / scale / step - 1e-9).ceil().max(1.0) as usize;
        let decimals = usize::try_from(-step.log10().floor() as i64).unwrap_or(0);
        let decimals = if is_quarter(step) { decimals + 1 } else { decimals };
        let numbers: Vec<f64> = (0..=steps).map(|tick| tick as f64 * step).collect();
        Axis {
            logarithmic: false,
            ticks: numbers.iter().map(|number| number * scale).collect(),
            labels: numbers
                .iter()
                .map(|number| format!("{number:.decimals$}{suffix}"))
                .collect(),
            unit: name,
        }
    }

    /// An axis of powers of ten around the numbers from `min`, which is above zero, to `max`.
    pub fn logarithmic(min: f64, max: f64, unit: Unit) -> Axis {
        let (first, last) = (min.log10().floor() as i32, max.log10().ceil() as i32);
        let ticks: Vec<f64> =
            (first..=last.max(first + 1)).map(|power| 10f64.powi(power)).collect();
        let label = |tick: &f64| {
            let (scale, name, suffix) = scale(*tick * 1.000_001, unit);
            let gap = if name.is_empty() { "" } else { "\u{a0}" };
            let number = tick / scale;
            let places = (-number.log10()).round().max(0.0) as usize;
            format!("{number:.places$}{gap}{name}{suffix}")
        };
        let labels = ticks.iter().map(label).collect();
        Axis { logarithmic: true, ticks, labels, unit: "" }
    }

    /// Where a number is on the axis, from 0 to 1.
    pub fn place(&self, number: f64) -> f64 {
        let Some(first) = self.ticks.first().filter(|_| self.logarithmic) else {
            return number / self.max();
        };
        ((number / first).ln() / (self.max() / first).ln()).max(0.0)
    }

    /// The largest number that has a place on the axis.
    pub fn max(&self) -> f64 {
        self.ticks.last().copied().unwrap_or(1.0)
    }

    /// The title of the axis: what it shows, and in which unit.
    pub fn title(&self, what: &str) -> String {
        if self.unit.is_empty() {
            what.to_owned()
        } else {
            format!("{what} ({})", self.unit)
        }
    }
}

/// The next larger of 1, 2, 2.5, 5 times a power of ten.
fn step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let choices = [1.0, 2.0, 2.5, 5.0, 10.0];
    let factor = choices.into_iter().find(|choice| rough / power <= choice + 1e-9);
    factor.unwrap_or(10.0) * power
}

fn is_quarter(step: f64) -> bool {
    let digits = step / 10f64.powf(step.log10().floor());
    (digits - 2.5).abs() < 1e-6
}

/// Factor, name and suffix that suit numbers up to `max`.
fn scale(max: f64, unit: Unit) -> (f64, &'static str, &'static str) {
    const KIB: f64 = 1024.0;
    let pick = |table: &[(f64, &'static str)]| {
        let last = table[table.len() - 1];
        let (scale, name) =
            table.iter().copied().find(|(at, _)| max >= *at).unwrap_or(last);
        (scale, name, "")
    };
    match unit {
        Unit::Seconds => pick(&[(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]),
        Unit::Bytes => pick(&[
            (KIB * KIB * KIB, "GiB"),
            (KIB * KIB, "MiB"),
            (KIB, "KiB"),
            (1.0, "B"),
        ]),
        Unit::BytesPerSecond => {
            pick(&[(KIB * KIB * KIB, "GiB/s"), (KIB * KIB, "MiB/s"), (KIB, "KiB/s")])
        }
        Unit::Ratio => (1.0, "", "×"),
        Unit::Share => (0.01, "%", ""),
        // Four digits stand side by side on an axis, more do not.
        Unit::Count if max >= 1e6 => (1e6, "millions", ""),
        Unit::Count if max >= 1e4 => (1e3, "thousands", ""),
        Unit::Count => (1.0, "", ""),
        Unit::PerSecond if max >= 1e6 => (1e6, "millions per second", ""),
        Unit::PerSecond if max >= 1e4 => (1e3, "thousands per second", ""),
        Unit::PerSecond => (1.0, "per second", ""),
        Unit::Decibels => (1.0, "dB", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(max: f64, unit: Unit) -> String {
        let axis = Axis::new(max, unit, 5);
        format!("{} {}", axis.labels.join(" "), axis.unit).trim_end().to_owned()
    }

    #[test]
    fn ticks_are_those_that_people_would_choose() {
        assert_eq!(labels(1.97, Unit::Ratio), "0.0× 0.5× 1.0× 1.5× 2.0×");
        assert_eq!(labels(0.731, Unit::Seconds), "0 200 400 600 800 ms");
        assert_eq!(labels(4.2, Unit::Seconds), "0 1 2 3 4 5 s");
        assert_eq!(labels(130.0 * 1024.0 * 1024.0, Unit::Bytes), "0 50 100 150 MiB");
        assert_eq!(labels(0.93, Unit::Share), "0 20 40 60 80 100 %");
        assert_eq!(labels(1.2, Unit::Count), "0.00 0.25 0.50 0.75 1.00 1.25");
        assert_eq!(labels(12.0, Unit::Count), "0 3 6 9 12");
        assert_eq!(labels(9000.0, Unit::Count), "0 2000 4000 6000 8000 10000");
        assert_eq!(labels(240e3, Unit::Count), "0 50 100 150 200 250 thousands");
        assert_eq!(
            labels(1.1e6, Unit::PerSecond),
            "0.00 0.25 0.50 0.75 1.00 1.25 millions per second"
        );
    }

    #[test]
    fn nothing_to_show_still_has_an_axis() {
        assert_eq!(labels(0.0, Unit::Count), "0.0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(labels(f64::NAN, Unit::Count), "0.0 0.2 0.4 0.6 0.8 1.0");
    }

    #[test]
    fn a_logarithmic_axis_has_powers_of_ten_and_their_units() {
        let axis = Axis::logarithmic(23e-6, 0.07, Unit::Seconds);
        assert_eq!(
            axis.labels.join(" "),
            "10\u{a0}µs 100\u{a0}µs 1\u{a0}ms 10\u{a0}ms 100\u{a0}ms"
        );
        assert_eq!((axis.place(10e-6), axis.place(0.1)), (0.0, 1.0));
        assert!((axis.place(1e-3) - 0.5).abs() < 1e-9);
        let below = Axis::logarithmic(0.05, 3.0, Unit::Ratio).labels;
        assert_eq!(below, ["0.01×", "0.1×", "1×", "10×"]);
        // One number is enough for an axis.
        assert_eq!(Axis::logarithmic(1.0, 1.0, Unit::Count).ticks, [1.0, 10.0]);
    }

    #[test]
    fn the_largest_number_has_a_place() {
        for max in [0.001, 0.3, 1.0, 9.99, 10.0, 123.0, 1e6] {
            assert!(Axis::new(max, Unit::Count, 5).max() >= max * 0.999_999, "{max}");
        }
    }
}
