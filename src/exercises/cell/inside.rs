//! The inside of a cell: how the test program is started, and what it is given.

use std::{
    env,
    process::{Command, Stdio},
};

use anyhow::{Context, Result};
use lab::os::confine;

use super::{output, wire::Job};

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

/// The command that runs the check of a job; what it prints goes to `output`. To be started by the
/// thread that confined itself.
///
/// # Errors
/// If the folder of the job is not there, or the system has no more descriptors.
pub fn test(job: &Job, input: Stdio, output: output::End) -> Result<Command> {
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
        .stdin(input)
        .stderr(output.try_clone().context("no descriptors")?)
        .stdout(output);
    confine::apart(&mut command, &job.scratch).context("cannot confine the check")?;
    Ok(command)
}
