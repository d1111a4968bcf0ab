//! The inside of a cell: how the test program is started, and what it is given.

use std::{
    env,
    io::PipeWriter,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

use anyhow::{Context, Result};
use lab::os::confine::{self, Confined};

use super::wire::Job;

/// What of this program's environment the check may know: it is nobody's business what else there
/// is, such as a key to something.
const ENVIRONMENT: [&str; 9] = [
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "LD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "RUST_MIN_STACK",
    "SYSTEMROOT",
];

/// The thread that confined itself and started the test program: it alone can end what comes of
/// that in one step.
pub struct Within {
    ask: Sender<()>,
    done: Receiver<()>,
}

impl Within {
    /// Starts the test program; what it prints goes to `output`.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(job: &Job, output: PipeWriter) -> Result<(Child, Within)> {
        let (ask, asked) = channel();
        let (tell, done) = channel();
        let (hand_over, started) = channel();
        let folder = job.scratch.clone();
        let mut command = test(job, output)?;
        thread::spawn(move || {
            // Whoever grades is told what is not possible here.
            let confined: Confined = confine::this_thread(&folder).unwrap_or_default();
            let child = command.spawn();
            // It has the ends of pipes that are the test's now.
            drop(command);
            drop(hand_over.send(child));
            for () in asked {
                confine::end_others_within(confined);
                let _ = tell.send(());
            }
        });
        let child = started.recv().context("the thread that starts tests is gone")?;
        let child =
            child.with_context(|| format!("cannot start {}", job.binary.display()))?;
        Ok((child, Within { ask, done }))
    }

    /// Ends all that comes of the test program, where the system can tell that from others.
    pub fn end_others(&self) {
        if self.ask.send(()).is_ok() {
            // If that thread is gone, the others end everything one by one.
            let _ = self.done.recv();
        }
    }
}

/// The command that runs one check of a test program.
fn test(job: &Job, output: PipeWriter) -> Result<Command> {
    let mut command = Command::new(&job.binary);
    command
        .args(["--exact", &job.name])
        .args(["--include-ignored", "--nocapture", "--test-threads=1"])
        .current_dir(&job.scratch)
        .env_clear()
        .envs(ENVIRONMENT.iter().filter_map(|name| Some((name, env::var_os(name)?))))
        .env("WORKBOOK_CHECK", "1")
        .envs(["TMPDIR", "TMP", "TEMP"].map(|name| (name, &job.scratch)))
        .envs(job.learner.as_ref().map(|learner| ("WORKBOOK_LEARNER", learner)))
        .stdin(Stdio::piped())
        .stderr(output.try_clone().context("no pipe")?)
        .stdout(output);
    confine::in_own_session(&mut command);
    Ok(command)
}
