//! One run of a program of the zoo: somebody at the other ends of its pipes, and an end in any
//! case.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::compute::Kept;
use super::place::Place;
use super::worker::Deadline;
use super::{Company, Program};

/// How much longer than asked for a program may take: tools only guess how much work it is.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long somebody who is slow takes for each line that is written, or each read.
const SLOWLY: Duration = Duration::from_millis(20);

/// How many copies of a program want the same CPU besides it.
const RIVALS: usize = 3;

/// Runs `command`, which has `program` run for so many seconds, in its company and beside so many
/// `hogs`. What it says to its standard error goes to the file `said`.
///
/// # Errors
/// If it cannot be started, or does not end.
pub fn run(
    place: &Place,
    program: &Program,
    mut command: Command,
    seconds: f64,
    hogs: usize,
    said: &Path,
) -> Result<ExitStatus> {
    let asked = Duration::try_from_secs_f64(seconds)?;
    let rivals = if program.company == Company::Rivals { RIVALS } else { 0 };
    // They may have to last as long as the program does, and are gone when this function is.
    let longest = (asked + PATIENCE).as_secs_f64();
    let beside = |id| Kept::start(&mut place.beside(id, longest));
    let _rivals =
        (0..rivals).map(|_| beside(program.id)).collect::<io::Result<Vec<_>>>()?;
    let _hogs =
        (0..hogs).map(|_| beside("compute-one")).collect::<io::Result<Vec<_>>>()?;
    let (input, output) = match program.company {
        Company::SlowWriter | Company::SilentWriter => (Stdio::piped(), Stdio::null()),
        Company::SlowReader => (Stdio::null(), Stdio::piped()),
        Company::Nobody | Company::Rivals => (Stdio::null(), Stdio::null()),
    };
    command.stdin(input).stdout(output).stderr(File::create(said)?);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        // Ctrl-C is for whoever runs the zoo; and so the whole of it can be killed.
        command.process_group(0);
    }
    let mut child = command.spawn().with_context(|| format!("{command:?}"))?;
    let until = Deadline::after(asked);
    let (input, output) = (child.stdin.take(), child.stdout.take());
    thread::scope(|scope| {
        if let Some(input) = input {
            let silent = program.company == Company::SilentWriter;
            scope.spawn(move || write_slowly(input, until, silent));
        }
        if let Some(output) = output {
            scope.spawn(move || read_slowly(output));
        }
        wait(&mut child, Deadline::after(asked + PATIENCE))
    })
    .with_context(|| format!("{command:?}"))
}

/// A line now and then, or none at all; the pipe is closed in the end.
fn write_slowly(mut input: ChildStdin, until: Deadline, silent: bool) {
    if silent {
        return thread::sleep(until.left());
    }
    while !until.is_over() {
        // If nobody reads any more, there is nothing left to do.
        if input.write_all(b"a line\n").is_err() {
            return;
        }
        thread::sleep(SLOWLY);
    }
}

/// As much as a pipe holds, now and then, until there is no more.
fn read_slowly(mut output: ChildStdout) {
    let mut buffer = vec![0; 64 << 10];
    while output.read(&mut buffer).is_ok_and(|read| read > 0) {
        thread::sleep(SLOWLY);
    }
}

/// Waits for a program, and kills it if it does not end.
fn wait(child: &mut Child, until: Deadline) -> Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if until.is_over() {
            kill(child);
            child.wait()?;
            bail!("it did not end, and was killed");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Kills a program, and what it has started and not put into a group of its own.
fn kill(child: &mut Child) {
    #[cfg(unix)]
    {
        use nix::sys::signal::{Signal, killpg};
        use nix::unistd::Pid;
        // Whoever has ended cannot be killed, and need not be.
        let _ = killpg(Pid::from_raw(child.id() as i32), Signal::SIGKILL);
    }
    let _ = child.kill();
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_end_is_killed() {
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let error = wait(&mut child, Deadline::after(Duration::ZERO)).unwrap_err();
        assert!(error.to_string().contains("killed"), "{error}");
        assert!(child.try_wait().unwrap().is_some());
    }
}
