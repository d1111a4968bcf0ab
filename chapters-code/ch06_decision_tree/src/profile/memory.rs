//! How much memory a program touches in a short while: more than the caches hold?

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use lab::os::watch;

use super::family::Family;

/// What is touched is counted for so long.
const WHILE: Duration = Duration::from_millis(100);
/// The share of time that counting may take: the system walks through all pages for it.
const BUDGET: f64 = 0.005;
/// A program that runs less than this does not compute.
const BUSY: f64 = 0.7;

/// The size of the last cache.
static CACHE: LazyLock<Option<u64>> = LazyLock::new(watch::last_cache);

/// How much memory the process with the most of it touches.
#[derive(Debug, Default)]
pub struct Memory {
    /// Bytes touched in [`WHILE`], each time that it was counted.
    pub touched: Vec<u64>,
    counting: Option<(u32, Instant, Duration)>,
    next: Option<Instant>,
}

impl Memory {
    /// Goes on counting, or begins to, if the program computes and has more memory than the caches.
    pub fn look(&mut self, family: &Family, busy: f64, resident: u64) {
        if let Some((pid, since, began)) = self.counting {
            if since.elapsed() >= WHILE {
                let now = Instant::now();
                let while_s = since.elapsed().as_secs_f64();
                let touched = watch::touched(pid);
                let part = WHILE.as_secs_f64() / while_s;
                self.touched.extend(touched.map(|it| (it as f64 * part) as u64));
                self.counting = None;
                let cost = began + now.elapsed();
                self.next = Some(Instant::now() + cost.div_f64(BUDGET));
            }
            return;
        }
        let fits = CACHE.is_none_or(|cache| resident <= cache);
        if fits || busy < BUSY || self.next.is_some_and(|next| Instant::now() < next) {
            return;
        }
        let busiest =
            family.members.iter().max_by(|a, b| a.1.cpu_s.total_cmp(&b.1.cpu_s));
        let Some((&pid, _)) = busiest else { return };
        let now = Instant::now();
        if watch::forget_touched(pid) {
            self.counting = Some((pid, Instant::now(), now.elapsed()));
        } else {
            self.next = Some(now + Duration::from_secs(3600));
        }
    }

    /// The middle one of what was counted.
    pub fn typical(&self) -> Option<u64> {
        let mut all = self.touched.clone();
        all.sort_unstable();
        all.get(all.len() / 2).copied()
    }
}
