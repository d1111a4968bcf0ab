//! A set of generated photos, and one run over them.

use std::{
    fs, io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Mutex,
    time::SystemTime,
};

use anyhow::{Result, ensure};
use ch05_image_pool::{
    folder::Pool,
    job::{Fault, Job, Outcome, Settings},
    photos, save, spare,
};
use lab::{
    bench::Bench,
    trace::{Rows, Span, State},
    trial::Notes,
};

/// The same pictures in every run, everywhere.
const SEED: u64 = 5;

/// Generated photos, and what to do with them.
pub struct Set {
    folder: PathBuf,
    photos: Vec<PathBuf>,
    settings: Settings,
}

impl Set {
    /// The photos that the reader asked for.
    pub fn new(bench: &Bench) -> Result<Set> {
        let of = |name| bench.settings.count(name);
        Set::of(bench, of("photos"), of("width") as u32, of("height") as u32)
    }

    /// `count` photos of another size.
    pub fn of(bench: &Bench, count: usize, width: u32, height: u32) -> Result<Set> {
        let name = format!("{count} photos of {width} x {height}");
        let write =
            |to: &Path| photos::write_set(&to.join("in"), count, width, height, SEED);
        let folder = bench.scratch(&name, |to| write(to).map(drop))?;
        let mut photos: Vec<PathBuf> = fs::read_dir(folder.join("in"))?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<_>>()?;
        photos.sort();
        let settings = Settings {
            sigma: bench.settings.number("sigma"),
            max_side: bench.settings.count("max-side") as u32,
            quality: bench.settings.count("quality") as u8,
            ..Settings::default()
        };
        Ok(Set { folder, photos, settings })
    }

    /// The same photos with another blur.
    pub fn blurred_by(mut self, sigma: f64) -> Set {
        self.settings.sigma = sigma;
        self
    }

    /// The folder of the photos.
    pub fn input(&self) -> PathBuf {
        self.folder.join("in")
    }

    /// The folder of the results.
    pub fn output(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// What is done with each photo.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// A job for each photo; the results go to a folder called `to`.
    pub fn jobs(&self, to: &str) -> Result<Vec<Job>> {
        let folder = self.output().join(to);
        fs::create_dir_all(&folder)?;
        let job = |(id, input): (usize, &PathBuf)| {
            let output = folder.join(input.file_name().unwrap_or_default());
            let temp = save::temp_for(&output, id);
            Job {
                id,
                input: input.clone(),
                output,
                temp,
                settings: self.settings,
                fault: None,
            }
        };
        Ok(self.photos.iter().enumerate().map(job).collect())
    }

    /// All jobs one way, all of which must succeed.
    pub fn run(&self, pool: Pool, workers: usize, notes: &mut Notes) -> Result<()> {
        // The calling thread keeps buffers from run to run; the pools' threads start without.
        spare::clear();
        let jobs = self.jobs(&format!("{pool:?}"))?;
        let outcomes = outcomes(pool, &jobs, workers, notes)?;
        for outcome in &outcomes {
            if let Err(failure) = &outcome.result {
                return Err(failure.clone().into());
            }
        }
        ensure!(
            outcomes.len() == jobs.len(),
            "{} outcomes for {}",
            outcomes.len(),
            jobs.len()
        );
        notes.items(jobs.len());
        Ok(())
    }

    /// An independent copy of the sequential job, with results of its own.
    pub fn copy(&self, number: usize) -> Result<()> {
        let jobs = self.jobs(&format!("copy {number}"))?;
        Pool::Sequential.run(&jobs, 1, &|_| ControlFlow::Continue(()))?;
        Ok(())
    }

    /// The jobs, with a misfortune in the job in the middle.
    pub fn with_fault(&self, fault: Fault, to: &str) -> Result<Vec<Job>> {
        let mut jobs = self.jobs(to)?;
        let middle = jobs.len() / 2;
        jobs[middle].fault = Some(fault);
        Ok(jobs)
    }
}

/// Runs jobs, and notes who worked when.
pub fn outcomes(
    pool: Pool,
    jobs: &[Job],
    workers: usize,
    notes: &mut Notes,
) -> Result<Vec<Outcome>> {
    let outcomes = Mutex::new(Vec::with_capacity(jobs.len()));
    let start = SystemTime::now();
    pool.run(jobs, workers, &|outcome| {
        // A panic in a job is caught inside it, so nobody can have poisoned the list.
        outcomes.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(outcome);
        ControlFlow::Continue(())
    })?;
    let outcomes =
        outcomes.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    notes.spans(spans(pool, &outcomes, jobs, start));
    Ok(outcomes)
}

/// The rows of the timeline: every worker tells itself when it began a job and how long it took.
fn spans(
    pool: Pool,
    outcomes: &[Outcome],
    jobs: &[Job],
    start: SystemTime,
) -> Vec<Span> {
    let kind = if matches!(pool, Pool::Processes) { "process" } else { "thread" };
    let mut by_start: Vec<&Outcome> = outcomes.iter().collect();
    by_start.sort_by_key(|outcome| outcome.started);
    let mut rows = Rows::default();
    let span = |outcome: &Outcome| {
        let since =
            outcome.started.duration_since(start).unwrap_or_default().as_secs_f64();
        Span {
            worker: rows.name(kind, &format!("{:?}", outcome.worker)),
            what: name(&jobs[outcome.id].input),
            state: State::Working,
            start: since,
            end: since + outcome.took.as_secs_f64(),
        }
    };
    by_start.into_iter().map(span).collect()
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
