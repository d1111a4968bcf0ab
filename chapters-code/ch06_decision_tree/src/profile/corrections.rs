//! What the counts of the system say of what was seen at looks, and of the machine meanwhile.

use super::{
    evidence::{Evidence, Pressure, Shares},
    strip,
};

/// With fewer waits seen than this, it is not known what it waits for.
const FEWEST_WAITS: f64 = 3.0;

impl Evidence {
    /// Notes how the machine was meanwhile. Others cannot have taken more than they used: a thread
    /// may also wait for a CPU because the system put it behind another one of the program, with
    /// a CPU idle.
    pub fn machine(&mut self, pressure: Pressure) {
        self.pressure = pressure;
        if let Some(busy_s) = pressure.busy_s {
            let of_others_s = (busy_s - self.cpu_s).max(0.0);
            let most_s = of_others_s * self.runnable.max(1.0);
            self.delayed_by_others_s = self.delayed_by_others_s.min(most_s);
        }
    }

    /// Seconds for which its control group held it back while it wanted a CPU: the group may hold
    /// others back too, and counts each CPU.
    pub fn held_back_s(&self) -> f64 {
        let counted = self.delayed_s > 0.0;
        let seen_s = self.shares.running * self.runnable.max(1.0) * self.watched_s;
        let wanted_s =
            if counted { self.delayed_s } else { (seen_s - self.cpu_s).max(0.0) };
        self.throttled_s.unwrap_or(0.0).min(wanted_s).min(self.watched_s)
    }

    /// What others took from the whole program's time: while several of its threads wait for a
    /// CPU, time passes only once.
    pub fn lost_to_others_s(&self) -> f64 {
        let lost_s = self.delayed_by_others_s / self.runnable.max(1.0);
        lost_s.min(self.shares.running * self.watched_s * 0.95)
    }

    /// The shares as they would be on a machine without others who want the CPUs.
    pub fn quiet(&self) -> Shares {
        let lost = self.lost_to_others_s() / self.watched_s.max(f64::EPSILON);
        let mut shares = self.shares;
        shares.running -= lost;
        shares.scale(1.0 / (1.0 - lost));
        shares
    }

    /// Has it run for no longer than the system counted, on CPUs and ready for one. What is seen
    /// at a look may be more: while it waits, its CPU sleeps, and if that is the CPU that we are
    /// woken on, the answer that it waits for and our turn to look come at the same moment.
    pub fn as_counted(&mut self) {
        let (seen, watched_s) = (self.shares.running, self.watched_s.max(f64::EPSILON));
        let counted = (self.cpu_s + self.delayed_s) / watched_s;
        // Without a delay of a microsecond, the system does not count them.
        if counted >= seen || self.delayed_s <= 0.0 {
            return;
        }
        // What little it was seen to wait says not enough of how it waits for the rest.
        let waits = (1.0 - seen) * self.samples as f64;
        if waits < FEWEST_WAITS {
            self.uncounted = seen - counted;
            return;
        }
        self.shares.scale((1.0 - counted) / (1.0 - seen));
        self.shares.running = counted;
        strip::as_counted(&mut self.strips, counted / seen);
        self.blend = strip::blend(&self.strips);
    }

    /// Counts as running what children did that came and went too fast to be seen: what they used
    /// is known once they were waited for.
    pub fn missed_running(&mut self) {
        let used = (self.cpu_s / self.watched_s.max(f64::EPSILON)).min(1.0);
        let missed = (used - self.shares.running).clamp(0.0, self.shares.child);
        self.shares.child -= missed;
        self.shares.running += missed;
    }
}
