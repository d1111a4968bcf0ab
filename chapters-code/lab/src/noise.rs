//! Are the CPUs there now? The gauge that decides whether timings may be judged.
//!
//! A dependent chain of integer operations needs nothing but a CPU: no memory, no lock, no other
//! thread. P of them reach P times the speed of one, unless somebody else wants the CPUs too.

use std::{hint::black_box, io, thread, time::Instant};

use crate::{
    machine, os,
    record::Noise,
    value::{Unit, Value},
};

/// How long a chain is at least, in seconds. Much shorter ones measure how fast threads wake up
/// instead.
const SHORTEST: f64 = 0.05;

/// The same in a first look, which should not spend most of its time on the gauge.
const SHORTEST_AT_FIRST: f64 = 0.02;

/// Above this share of run-queue delay, others had the CPUs.
const MOST_DELAY: f64 = 0.20;

/// A gauge whose middle half spreads more than this has seen more than one machine.
const MOST_SPREAD: f64 = 0.15;

/// Below this share of the usable CPUs, they are not there.
const LEAST_CPUS: f64 = 0.85;

/// Gauges the machine, once a round.
#[derive(Debug)]
pub struct Gauge {
    operations: u64,
    cpus: Vec<f64>,
    delays: Vec<f64>,
}

impl Gauge {
    /// Finds out how many operations take long enough to measure, in a `full` run or at first.
    pub fn new(full: bool) -> Gauge {
        let shortest = if full { SHORTEST } else { SHORTEST_AT_FIRST };
        let mut operations = 1 << 20;
        loop {
            let started = Instant::now();
            chain(operations);
            let took = started.elapsed().as_secs_f64();
            if took >= shortest {
                return Gauge { operations, cpus: Vec::new(), delays: Vec::new() };
            }
            // 10 % more than it takes, and at most 16 times as much in one step.
            let more = (shortest * 1.1 / took.max(1e-9)).clamp(1.1, 16.0);
            operations = (operations as f64 * more) as u64;
        }
    }

    /// Takes one sample: the chain on one thread, then on all usable CPUs.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn sample(&mut self) -> io::Result<()> {
        let cpus = machine::usable_cpus();
        let (one, _) = self.chains(1)?;
        let (all, delay) = self.chains(cpus)?;
        self.cpus.push(cpus as f64 * one / all);
        self.delays.extend(delay);
        Ok(())
    }

    /// What the samples say. `None` before the first.
    pub fn noise(&self) -> Option<Noise> {
        let cpus = Value::of(&self.cpus, Unit::Ratio)?;
        let delay = Value::of(&self.delays, Unit::Share);
        let withheld = withheld(&cpus, delay.as_ref(), machine::usable_cpus());
        Some(Noise { cpus, delay, withheld })
    }

    /// Wall time of the chain on `threads` threads at once, and their share of run-queue delay.
    fn chains(&self, threads: usize) -> io::Result<(f64, Option<f64>)> {
        let started = Instant::now();
        let chains = || {
            chain(self.operations);
            os::thread_schedule()
        };
        let schedules: Vec<_> = thread::scope(|scope| {
            let start = |_| thread::Builder::new().spawn_scoped(scope, chains);
            let running = (0..threads).map(start).collect::<io::Result<Vec<_>>>()?;
            let schedules =
                running.into_iter().map(|thread| thread.join().ok().flatten());
            io::Result::Ok(schedules.collect())
        })?;
        let wall = started.elapsed().as_secs_f64();
        let (mut run, mut delay) = (0.0, 0.0);
        for schedule in schedules.iter().flatten() {
            run += schedule.run;
            delay += schedule.delay;
        }
        Ok((wall, (run > 0.0).then(|| delay / (run + delay))))
    }
}

fn withheld(cpus: &Value, delay: Option<&Value>, usable: usize) -> Option<String> {
    let least = LEAST_CPUS * usable as f64;
    if let Some(delay) = delay.filter(|delay| delay.median > MOST_DELAY) {
        let share = delay.show();
        return Some(format!("ready threads waited for a CPU {share} of the time"));
    }
    if cpus.median < least {
        let there = cpus.show();
        return Some(format!("of {usable} CPUs only {there} were there"));
    }
    if cpus.relative_spread() > MOST_SPREAD {
        let range = cpus.show_middle();
        return Some(format!(
            "the CPUs came and went: in half of the rounds they did {range} the work of one"
        ));
    }
    None
}

/// Each step needs the last one's result, so one chain keeps one CPU busy and nothing else.
/// The step is Marsaglia's xorshift64 (2003).
fn chain(operations: u64) -> u64 {
    let mut state = black_box(0x9E37_79B9_7F4A_7C15_u64);
    for _ in 0..operations {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    black_box(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cpus(samples: &[f64]) -> Value {
        Value::of(samples, Unit::Ratio).expect("samples are finite")
    }

    fn delay(share: f64) -> Value {
        Value::exact(share, Unit::Share)
    }

    #[test]
    fn a_quiet_machine_is_judged() {
        assert_eq!(withheld(&cpus(&[1.95, 1.97, 1.98]), Some(&delay(0.01)), 2), None);
    }

    #[test]
    fn a_noisy_machine_withholds_and_says_why() {
        let why =
            |cpus, share| withheld(&cpus, Some(&delay(share)), 2).unwrap_or_default();
        assert!(why(cpus(&[1.97]), 0.3).contains("waited for a CPU 30.0\u{a0}%"));
        assert!(why(cpus(&[1.4, 1.5, 1.6]), 0.0).contains("only 1.5× were there"));
        let came_and_went = why(cpus(&[1.4, 1.6, 1.9, 2.0, 2.0]), 0.0);
        assert!(
            came_and_went.contains("they did 1.6×–2.0× the work"),
            "{came_and_went}"
        );
    }

    #[test]
    fn a_system_without_run_queue_delay_is_judged_by_its_cpus() {
        assert_eq!(withheld(&cpus(&[1.97]), None, 2), None);
        assert!(withheld(&cpus(&[1.2]), None, 2).is_some());
    }

    #[test]
    fn the_gauge_has_a_sample_a_round() {
        let mut gauge = Gauge::new(false);
        assert!(gauge.noise().is_none());
        gauge.sample().expect("threads start");
        gauge.sample().expect("threads start");
        assert_eq!(gauge.noise().map(|noise| noise.cpus.n), Some(2));
    }
}
