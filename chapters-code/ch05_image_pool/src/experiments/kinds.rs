//! Kinds of work, and kinds of CPU: what memory keeps waiting, and what a second worker gains where
//! only one CPU is usable.

use anyhow::Result;
use ch05_image_pool::{bandwidth, folder::Pool};
use lab::{bench::Bench, machine::usable_cpus, os, record::Experiment, trial::Trial};

use super::set::Set;

/// 256 MiB of numbers, more than most caches hold.
const NUMBERS: usize = (256 << 20) / size_of::<u64>();

/// How often they are added up, so that a run is long enough to measure.
const TIMES: usize = 12;

/// Steps of the loop that needs no memory.
const STEPS: u64 = 300_000_000;

/// A loop that streams through memory, and one that stays in registers, on one thread and on all.
pub fn memory_or_registers(bench: &Bench) -> Result<Experiment> {
    let numbers: Vec<u64> = (0..NUMBERS as u64).collect();
    let cpus = usable_cpus();
    let stream = |threads| {
        std::hint::black_box(bandwidth::stream(&numbers, threads, TIMES));
        Ok(())
    };
    let compute = |threads| {
        std::hint::black_box(bandwidth::compute(STEPS, threads));
        Ok(())
    };
    Trial::new("memory", "A loop through memory, and one in registers")
        .series("stream_one", "memory, one thread", |_| stream(1))
        .series("stream_all", "memory, a thread a CPU", |_| stream(cpus))
        .against("stream_one")
        .series("compute_one", "registers, one thread", |_| compute(1))
        .series("compute_all", "registers, a thread a CPU", |_| compute(cpus))
        .against("compute_one")
        .run(bench)
}

/// The program may use one CPU only, as in a container with a quota; the machine has as many as
/// before.
pub fn one_cpu(bench: &Bench) -> Result<Experiment> {
    let set = Set::of(bench, 8, 900, 600)?;
    let all = num_cpus::get_physical().max(2);
    let trial = Trial::new("pinned", "One usable CPU");
    // Where the system pins nobody, there is nothing to compare.
    let Some(_pinned) = os::pin_to_one_cpu() else { return trial.run(bench) };
    trial
        .settings(bench.settings.only(&["sigma", "max-side", "quality"]))
        .baseline("one")
        .series("one", "one thread", |notes| {
            notes.count("usable", usable_cpus() as f64);
            notes.count("physical", num_cpus::get_physical() as f64);
            set.run(Pool::Threads, 1, notes)
        })
        .series("all", "a thread for each CPU of the machine", |notes| {
            set.run(Pool::Threads, all, notes)
        })
        .run(bench)
}
