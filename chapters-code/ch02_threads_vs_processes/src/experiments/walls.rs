//! What does a worker see of the others?

use std::env;

use anyhow::Result;
use ch02_threads_vs_processes::walls::{self, TEXT};
use lab::{bench::Bench, os::Shared, record::Experiment, trial::Trial};

/// How many workers are asked for their number.
const WORKERS: usize = 4;

/// A note that another thread writes, another process, and another process into shared memory.
pub fn walls(bench: &Bench) -> Result<Experiment> {
    let program = env::current_exe()?;
    Trial::new("walls", "A note that somebody else writes, and numbers of processes")
        .series("thread", "another thread", |notes| {
            notes.count("seen", f64::from(walls::read_after_thread()? == TEXT));
            notes.count("ids", walls::ids_of_threads(WORKERS)? as f64);
            Ok(())
        })
        .series("process", "another process", |notes| {
            notes
                .count("seen", f64::from(walls::read_after_process(&program)? == TEXT));
            notes.count("ids", walls::ids_of_processes(&program, WORKERS)? as f64);
            Ok(())
        })
        .series("shared", "another process, in shared memory", |notes| {
            let memory = Shared::new(1)?;
            let (path, bytes) = (memory.path(), memory.bytes());
            let seen = walls::read_after_sharing(&program, path, bytes)?;
            notes.count("seen", f64::from(seen == TEXT));
            Ok(())
        })
        .run(bench)
}
