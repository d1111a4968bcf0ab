//! How numbers, signals and what strangers printed are shown.

use std::time::Duration;

/// A signal, with its name where that is the same on all systems.
pub fn signal(number: i32) -> String {
    let name = match number {
        4 => "SIGILL: an instruction that there is not",
        6 => "SIGABRT: it gave up",
        8 => "SIGFPE: arithmetic",
        9 => "SIGKILL: somebody ended it",
        11 => "SIGSEGV: memory that is not its own, or its stack was full",
        15 => "SIGTERM: somebody ended it",
        25 => "SIGXFSZ: a file was too large",
        _ => return format!("signal {number}"),
    };
    format!("signal {number}, {name}")
}

/// Seconds.
pub fn time(time: Duration) -> String {
    match time.subsec_millis() {
        0 => format!("{} s", time.as_secs()),
        _ => format!("{:.1} s", time.as_secs_f64()),
    }
}

/// Bytes, in larger units.
pub fn size(bytes: u64) -> String {
    let (unit, name) = if bytes >= 1 << 30 { (30, "GiB") } else { (20, "MiB") };
    let number = bytes as f64 / f64::from(1 << unit);
    let digits = usize::from(number.fract() >= 0.05);
    format!("{number:.digits$} {name}")
}

/// What the program printed, without what libtest printed around it.
pub fn own_output<'a>(output: &'a str, name: &str) -> &'a str {
    let frame = format!("\nrunning 1 test\ntest {name} ... ");
    let Some(whole) = output.strip_prefix(&frame) else { return output.trim() };
    let before = |end: &str| whole.rfind(end).map(|at| &whole[..at]);
    let own = before("FAILED\n\nfailures:\n").or_else(|| before("ok\n\ntest result: "));
    own.unwrap_or(whole).trim()
}

/// Without what would move a terminal's cursor, or colour a verdict.
pub fn printable(text: &str) -> String {
    let plain = |c: char| c == '\n' || c == '\t' || !c.is_control();
    text.replace("\r\n", "\n").replace(|c| !plain(c), "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libtest_prints_around_it_is_left_out() {
        let around = "\nrunning 1 test\ntest a::b ... one\ntwo\nok\n\ntest result: ok. 1 \
                      passed\n\n";
        assert_eq!(own_output(around, "a::b"), "one\ntwo");
        let failed =
            "\nrunning 1 test\ntest a ... one\nFAILED\n\nfailures:\n\nfailures:\n";
        assert_eq!(own_output(failed, "a"), "one");
        let nothing = "\nrunning 1 test\ntest a ... ok\n\ntest result: ok.\n";
        assert_eq!(own_output(nothing, "a"), "");
        assert_eq!(own_output("\nrunning 1 test\ntest a ... cut", "a"), "cut");
    }

    #[test]
    fn nobody_moves_the_cursor() {
        assert_eq!(
            printable("a\u{1b}[2J\r\nb\u{9b}c\td"),
            "a\u{fffd}[2J\nb\u{fffd}c\td"
        );
    }

    #[test]
    fn sizes_and_times_have_units() {
        assert_eq!(size(1 << 30), "1 GiB");
        assert_eq!(size(3 << 29), "1.5 GiB");
        assert_eq!(size(64 << 20), "64 MiB");
        assert_eq!(time(Duration::from_millis(1500)), "1.5 s");
    }
}
