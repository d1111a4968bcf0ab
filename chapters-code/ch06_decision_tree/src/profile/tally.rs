//! What a program did, and for how long: the moments at which it was looked at, added up.

use super::{moment::Moment, strip::Strips, wait::Wait};

/// The sums.
#[derive(Debug, Default)]
pub struct Tally {
    /// How often it was looked at.
    pub samples: u64,
    /// Seconds for which it was watched, without those for which we were stopped.
    pub watched_s: f64,
    /// Seconds for which at least one thread ran or could.
    pub running_s: f64,
    /// The sum of seconds for which threads ran or could.
    pub runnable_s: f64,
    /// What part of that has no CPU because other threads of the program have them all.
    pub crowded_s: f64,
    /// Seconds for which no thread ran, by what was waited for.
    pub waits_s: [f64; Wait::ALL.len()],
    /// Seconds for which the first process waited for a pipe within the program, by what else
    /// was waited for.
    pub within_s: [f64; Wait::ALL.len()],
    /// Seconds for which a wait for input or output could be the reason as well as what was noted.
    pub also_io_s: f64,
    /// As that, of sleep.
    pub also_sleep_s: f64,
    /// Who did what when.
    pub strips: Strips,
}

impl Tally {
    /// Adds `passed` seconds of what the program does now, on so many CPUs. In that time, its threads
    /// were on one and waited for one for so many seconds of `schedule`.
    pub fn note(
        &mut self,
        passed: f64,
        moment: &Moment,
        schedule: (f64, f64),
        cpus: f64,
    ) {
        self.samples += 1;
        self.watched_s += passed;
        let runnable = moment.running as f64;
        self.runnable_s += runnable * passed;
        let crowded_s = (runnable - cpus).max(0.0) * passed;
        self.crowded_s += crowded_s;
        match moment.wait {
            None if moment.running > 0 => self.running_s += passed,
            None => {}
            Some(wait) => {
                self.waits_s[wait.index()] += passed;
                let also = moment.also.unwrap_or(wait);
                if wait == Wait::Within {
                    self.within_s[also.index()] += passed;
                }
                if !wait.is_io() && also.is_io() {
                    self.also_io_s += passed;
                }
                if !wait.is_sleep() && also.is_sleep() {
                    self.also_sleep_s += passed;
                }
            }
        }
        self.strips.note(passed, moment, schedule, crowded_s);
    }
}
