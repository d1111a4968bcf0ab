//! Finds figures that look measured in prose: a number with a time, memory, rate or × unit.
//!
//! A number may stand in prose if a directive, a quotation, code, or `{{given …}}` says where it is
//! from. Counts of things (`10 files`), sizes (`1200×1200`) and names (`chapter 5`) are no figures.

use std::sync::LazyLock;

use regex::{Match, Regex};

const UNITS: &str = r"(?x)
    (?<number> [0-9]+ (?: [.,\u{202f}\u{a0}] [0-9]+ )* )
    (?<gap> [\s\u{a0}\u{202f}-]* )
    (?: (?<word>
        ns | [µμu]s | ms | s | secs? | min | h
        | (?:nano|micro|milli)?seconds? | minutes? | hours?
        | [kKMGT]?B | [kKMGT]iB | (?:kilo|mega|giga)?bytes?
        | [kMG]?Hz | fps | dB | percent | per\ cent | fold
        | times (?: \s+ (?:as|the|faster|slower|quicker|more|less|fewer|longer|shorter
            |higher|lower|larger|smaller|bigger|cheaper) \b )
        | (?: [A-Za-z]+ (?:/|\ per\ |\ a\ ) (?:s|sec|second|minute|hour) )
        ) \b
      | (?<sign> [×%] | / (?:s|sec|second|minute|hour)\b )
      | (?<cross> x \b)
      | (?<decimal> times \b)
    )";

/// The figures of `text` that look measured, each with its place.
pub fn find(text: &str) -> Vec<(usize, &str)> {
    static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(UNITS).unwrap_or_else(|error| unreachable!("{error}"))
    });
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(figure) = FIGURE.captures_at(text, from) {
        let (whole, number) = (group(&figure, 0), group(&figure, 1));
        let cross = figure.name("cross").is_some() || whole.as_str().ends_with('×');
        // `run it 3 times` counts; `2.5 times` compares.
        let counts = figure.name("decimal").is_some() && !number.as_str().contains('.');
        let fine = counts
            || is_inside_a_word(&text[..whole.start()])
            || is_decade(whole.as_str())
            || (cross && starts_with_a_number(&text[whole.end()..]));
        if !fine {
            found.push((whole.start(), whole.as_str()));
        }
        from = number.end();
    }
    found
}

fn group<'t>(captures: &regex::Captures<'t>, index: usize) -> Match<'t> {
    captures.get(index).unwrap_or_else(|| unreachable!("every match has a number"))
}

/// `S3`, `C06`, `v1.2`: a number that belongs to a name.
fn is_inside_a_word(before: &str) -> bool {
    let mut last = before.chars().rev();
    match last.next() {
        Some('.' | ',') => last.next().is_some_and(|letter| letter.is_ascii_digit()),
        Some(letter) => letter.is_alphanumeric() || letter == '_',
        None => false,
    }
}

/// `1200×1200` is a size, and `2 × 10` a product.
fn starts_with_a_number(after: &str) -> bool {
    after
        .trim_start()
        .starts_with(|letter: char| letter.is_ascii_digit() || letter == '\u{fffc}')
}

/// `1990s` is when, not how long.
fn is_decade(figure: &str) -> bool {
    let year = figure.strip_suffix('s').unwrap_or_default();
    year.len() == 4 && (year.starts_with("19") || year.starts_with("20"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_measured_is_found() {
        let measured = [
            "170 ms",
            "170ms",
            "0.5 s",
            "2 seconds",
            "a 5-second wait",
            "3 µs",
            "15.5 s.",
            "2.5×",
            "2.5 ×",
            "2.5x",
            "2.5 times faster",
            "3 times as long",
            "2.5 times",
            "3 GB",
            "55 MB",
            "3.5 GiB",
            "16 KiB",
            "40 MB/s",
            "12 images/s",
            "12 images per second",
            "12 jobs a second",
            "95 %",
            "95%",
            "95 percent",
            "600 Hz",
            "38 dB",
            "10,000 s",
            "1.6–2.0×",
            "between 2 and 3 s",
            "5\u{a0}ms",
            "(2 s)",
            "100/s",
            "90 min",
            "3-fold",
        ];
        for text in measured {
            assert!(!find(text).is_empty(), "`{text}` looks measured");
        }
    }

    #[test]
    fn what_is_no_measurement_passes() {
        let fine = [
            "1200×1200",
            "1200 × 1200",
            "3600x2400",
            "sigma 15",
            "2 CPUs",
            "chapter 5",
            "10 files",
            "10,000 requests",
            "12 photos",
            "16-bit",
            "Python 3.14",
            "claim C06",
            "S3 says",
            "ch05 s",
            "step 2.",
            "in 2026",
            "the 1990s",
            "4 workers",
            "3 times",
            "run it 2 times",
            "8 threads",
            "two seconds",
            "half a second",
            "x86_64",
            "2 × 10",
            "v1.5s1",
            "1, 2 and 3",
            "a 2x4 grid",
            "128 colours",
            "5 steps",
            "10 hosts",
            "2 boxes",
            "1 to 16 workers",
            "12 photos per worker",
        ];
        for text in fine {
            assert_eq!(find(text), [], "`{text}` is no measurement");
        }
    }

    #[test]
    fn a_figure_is_reported_with_its_place() {
        assert_eq!(find("It took 5 ms, then 2.5×."), [(8, "5 ms"), (19, "2.5×")]);
    }
}
