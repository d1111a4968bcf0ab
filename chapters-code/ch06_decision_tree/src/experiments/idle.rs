//! Five programs that are slow while their CPU is idle: what is seen from outside, and the reason.

use std::{
    env,
    ffi::OsString,
    hint::{black_box, spin_loop},
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use ch06_decision_tree::{idle, naive};
use lab::{
    bench::Bench,
    os,
    record::{Chart, ChartKind, Experiment},
    trial::{Notes, Trial},
    value::{Unit, Value},
};
use serde::{Deserialize, Serialize};

use super::IDLE;

/// How long each of them waits at a time.
const PAUSE: Duration = Duration::from_millis(10);

/// The five, each a program of its own.
pub fn idle(bench: &Bench) -> Result<Experiment> {
    let turns = if bench.full { 50 } else { 3 };
    let mut trial = Trial::new("idle", "Slow, and the CPU is idle")
        .chart(Chart {
            kind: ChartKind::Bars,
            measure: "busy".to_owned(),
            y_label: "CPU time / time".to_owned(),
            x_label: "it waits for".to_owned(),
            caption: "The share of its time that each program was on a CPU. All five \
                      look the same."
                .to_owned(),
            reference: Some((
                "rule".to_owned(),
                "the line of the sources' rule".to_owned(),
            )),
        })
        .without_memory()
        .series("sleep", "time to pass", move |notes| {
            program("sleep", turns)?.seen(notes)
        })
        .series("lock", "another thread's lock", move |notes| {
            program("lock", turns)?.seen(notes)
        })
        .series("socket", "a connection", move |notes| by_socket(turns)?.seen(notes))
        .series("pipe", "a pipe", move |notes| by_pipe(turns)?.seen(notes));
    // Elsewhere there is nobody who can tell that a program waited for a CPU.
    if os::thread_schedule().is_some() && os::pin_to_one_cpu().is_some() {
        trial = trial.series("queue", "its turn on the CPU", move |notes| {
            beside_a_hog(turns)?.seen(notes)
        });
    }
    let mut experiment = trial.run(bench)?;
    let rule = Value::exact(naive::LINE, Unit::Ratio);
    experiment.values.insert("rule".to_owned(), rule);
    Ok(experiment)
}

/// What a program tells of itself.
#[derive(Serialize, Deserialize)]
struct Told {
    wall: f64,
    cpu: Option<f64>,
    /// Seconds ready to run, with no CPU free.
    queued: Option<f64>,
}

impl Told {
    fn seen(&self, notes: &mut Notes) -> Result<()> {
        notes.measured_itself(self.wall, self.cpu);
        if let Some(queued) = self.queued {
            notes.note("queued", queued / self.wall, Unit::Share);
        }
        Ok(())
    }
}

fn command(reason: &str, turns: u32) -> Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.args([IDLE, reason, &turns.to_string()]);
    Ok(command)
}

fn told(child: Child) -> Result<Told> {
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "it ended with {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn program(reason: &str, turns: u32) -> Result<Told> {
    told(command(reason, turns)?.stdout(Stdio::piped()).spawn()?)
}

/// Waits until the program begins to wait: it says so with an empty line.
fn ready(child: &mut Child) -> Result<()> {
    Ok(child.stdout.as_mut().context("no pipe")?.read_exact(&mut [0])?)
}

/// Sends a byte a turn, after a pause.
fn send(turns: u32, mut to: impl Write) -> io::Result<()> {
    for _ in 0..turns {
        thread::sleep(PAUSE);
        to.write_all(&[7])?;
    }
    Ok(())
}

fn by_socket(turns: u32) -> Result<Told> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?.to_string();
    let mut command = command("socket", turns)?;
    let mut child = command.arg(address).stdout(Stdio::piped()).spawn()?;
    let to = listener.accept()?.0;
    ready(&mut child)?;
    send(turns, to)?;
    told(child)
}

fn by_pipe(turns: u32) -> Result<Told> {
    let mut command = command("pipe", turns)?;
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    ready(&mut child)?;
    send(turns, child.stdin.take().context("no pipe")?)?;
    told(child)
}

/// The program as the least important one on a CPU that somebody else wants all the time.
fn beside_a_hog(turns: u32) -> Result<Told> {
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        // Whatever is started from here has the same CPU.
        let _pinned = os::pin_to_one_cpu();
        let hog = || {
            while !stop.load(SeqCst) {
                spin_loop();
            }
        };
        thread::Builder::new().spawn_scoped(scope, hog)?;
        let told = unimportant(turns);
        stop.store(true, SeqCst);
        told
    })
}

fn unimportant(turns: u32) -> Result<Told> {
    let program = command("compute", turns)?;
    let mut nice = Command::new("nice");
    nice.args(["-n", "19"]).arg(program.get_program()).args(program.get_args());
    told(nice.stdout(Stdio::piped()).spawn().context("cannot run nice")?)
}

/// Such a program: waits for its reason, and tells how it fared.
pub fn wait(arguments: &[OsString]) -> Result<()> {
    let text = |number: usize| arguments.get(number).and_then(|it| it.to_str());
    let turns = text(1).and_then(|turns| turns.parse::<u32>().ok());
    let (Some(reason), Some(turns)) = (text(0), turns) else {
        bail!("expected: reason, turns");
    };
    // To connect, and to find the standard input, is no part of the wait.
    let peer = text(2).map(TcpStream::connect).transpose()?;
    let input = io::stdin().lock();
    println!();
    let fared = || os::usage().map(|usage| usage.cpu).zip(os::thread_schedule());
    let (before, clock) = (fared(), Instant::now());
    match reason {
        "sleep" => idle::sleep(turns, PAUSE),
        "lock" => idle::lock(turns, PAUSE)?,
        "socket" => idle::read(turns, peer.context("expected: an address")?)?,
        "pipe" => idle::read(turns, input)?,
        "compute" => {
            black_box(idle::compute(turns * PAUSE));
        }
        other => bail!("nobody waits for {other}"),
    }
    let wall = clock.elapsed().as_secs_f64();
    let used = before.zip(fared());
    let told = Told {
        wall,
        cpu: used.map(|(before, after)| after.0 - before.0),
        queued: used.map(|(before, after)| after.1.delay - before.1.delay),
    };
    println!("{}", serde_json::to_string(&told)?);
    Ok(())
}
