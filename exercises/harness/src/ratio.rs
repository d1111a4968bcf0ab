//! How much faster than one after the other: the only verdict that depends on how long work takes.

use std::{hint::black_box, time::Instant};

use lab::{
    machine::usable_cpus,
    noise::Gauge,
    value::{Unit, Value},
};

use crate::{fail, inconclusive};

/// Odd, so that the median is a round.
const ROUNDS: usize = 5;
/// Of what the CPUs could give, so much must be there for the bound to be fair.
const MARGIN: f64 = 1.05;

/// Fails unless `learner` is at least `least` times as fast as `serial`: medians of interleaved
/// rounds in this process, after one of each that does not count. Fails also if their results differ:
/// whoever does less is no faster.
///
/// Inconclusive on a machine with one usable CPU, on a noisy one (the kit's own rules), where the
/// CPUs together do not reach `least` by themselves, or if the rounds disagree. Make `serial` some
/// 20 ms long. Let another check count what this one times.
pub fn faster_than<T: PartialEq>(
    serial: impl Fn() -> T,
    learner: impl Fn() -> T,
    least: f64,
    idea: &str,
) {
    if serial() != learner() {
        let expected = "the result that one after the other has";
        fail(expected, "it was another one", "do all of the work, and then time it");
    }
    if usable_cpus() < 2 {
        inconclusive("it may use one CPU here: nothing can be faster on several");
    }
    let mut gauge = Gauge::new(false);
    let ratios = [(); ROUNDS].map(|()| {
        if gauge.sample().is_err() {
            inconclusive("the system gave no thread to gauge the machine with");
        }
        let one_after_the_other = seconds(&serial);
        one_after_the_other / seconds(&learner)
    });
    let noise = gauge.noise();
    let ceiling = noise.as_ref().map_or(1.0, |noise| noise.cpus.median);
    let withheld = noise.and_then(|noise| noise.withheld);
    match judged(&ratios, least, ceiling, withheld) {
        Judged::Fast => (),
        Judged::Slow(observed) => {
            fail(format_args!("at least {least:.1} times as fast"), observed, idea)
        }
        Judged::Unclear(why) => inconclusive(why),
    }
}

#[derive(Debug, PartialEq)]
enum Judged {
    Fast,
    Slow(String),
    Unclear(String),
}

fn judged(
    ratios: &[f64],
    least: f64,
    ceiling: f64,
    withheld: Option<String>,
) -> Judged {
    if let Some(why) = withheld {
        return Judged::Unclear(format!(
            "the machine is too noisy to time anything: {why}"
        ));
    }
    if ceiling < least * MARGIN {
        let why =
            format!("all CPUs together do {ceiling:.1} times the work of one here");
        return Judged::Unclear(why);
    }
    let Some(ratio) = Value::of(ratios, Unit::Ratio) else {
        return Judged::Unclear("it took no time that could be measured".to_owned());
    };
    let slower = ratios.iter().filter(|ratio| **ratio < least).count();
    let observed = format!(
        "it was {:.1} times as fast, where the CPUs can do {ceiling:.1}",
        ratio.median
    );
    if ratio.median >= least {
        Judged::Fast
    } else if slower == ratios.len() {
        Judged::Slow(observed)
    } else {
        Judged::Unclear(format!("{observed}, but not in all rounds"))
    }
}

fn seconds<T>(work: impl Fn() -> T) -> f64 {
    let began = Instant::now();
    // What nobody looks at need not be computed.
    drop(black_box(work()));
    began.elapsed().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_decides_and_all_rounds_must_be_slow_to_fail() {
        let quiet = |ratios: &[f64]| judged(ratios, 1.6, 1.95, None);
        assert_eq!(quiet(&[1.2, 1.7, 1.8, 1.9, 1.9]), Judged::Fast);
        assert!(matches!(quiet(&[0.9, 1.0, 1.0]), Judged::Slow(_)));
        assert!(matches!(quiet(&[1.5, 1.5, 1.7]), Judged::Unclear(_)));
    }

    #[test]
    fn a_machine_that_cannot_do_it_fails_nobody() {
        let judged = |ceiling, noise: Option<&str>| {
            judged(&[1.0; 3], 1.6, ceiling, noise.map(str::to_owned))
        };
        assert!(matches!(judged(1.5, None), Judged::Unclear(_)));
        assert!(matches!(judged(1.9, Some("others had the CPUs")), Judged::Unclear(_)));
    }
}
