//! One CPU, a long job, and visitors who want an answer. A second thread makes nothing faster here.
//! What does it do for the visitors?

use std::thread;
use std::time::{Duration, Instant};

/// The job stands in line before the visitors: they are served when it is done. Returns how long
/// each of them waited, the shortest first.
// ANCHOR: ways
#[must_use]
pub fn in_line(job: impl FnOnce(), visitors: u32, every: Duration) -> Vec<Duration> {
    let opened = Instant::now();
    job();
    serve(opened, visitors, every)
}

/// The job has a thread of its own.
#[must_use]
pub fn beside(
    job: impl FnOnce() + Send,
    visitors: u32,
    every: Duration,
) -> Vec<Duration> {
    let opened = Instant::now();
    thread::scope(|scope| {
        scope.spawn(job);
        serve(opened, visitors, every)
    })
}

/// Serves visitors who come one after the other, whether anybody is there to serve them or not.
fn serve(opened: Instant, visitors: u32, every: Duration) -> Vec<Duration> {
    let mut waited: Vec<Duration> = (0..visitors)
        .map(|number| {
            let comes = opened + every * number;
            thread::sleep(comes.saturating_duration_since(Instant::now()));
            comes.elapsed()
        })
        .collect();
    waited.sort();
    waited
}
// ANCHOR_END: ways

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    const SOON: Duration = Duration::from_micros(10);

    #[test]
    fn whoever_comes_during_a_job_in_line_waits_for_its_end() {
        let mut took = Duration::ZERO;
        let job = || {
            let started = Instant::now();
            while started.elapsed() < SOON * 20 {}
            took = started.elapsed();
        };
        let waited = in_line(job, 10, SOON);
        assert_eq!(waited.len(), 10);
        // The first one came when the job began, the last one when nine times SOON had passed.
        assert!(waited[9] >= took, "{waited:?}, and the job took {took:?}");
        assert!(waited[0] >= took - SOON * 9, "{waited:?}, and the job took {took:?}");
    }

    #[test]
    fn a_job_beside_need_not_end_before_the_visitors_are_served() {
        let (served, all_served) = mpsc::channel();
        // It ends only if the visitors are served meanwhile.
        let job = move || all_served.recv().expect("the visitors are served");
        let waited = thread::scope(|scope| {
            scope.spawn(|| serve(Instant::now(), 3, SOON)).join().expect("served")
        });
        served.send(()).expect("the job still waits");
        assert_eq!(waited.len(), 3);
        assert_eq!(beside(job, 3, SOON).len(), 3);
    }
}
