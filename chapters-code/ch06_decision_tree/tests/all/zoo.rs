//! Each program of the zoo does what its label rests on: by what was counted, not by how long it
//! took.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use ch06_decision_tree::label::Label;
use ch06_decision_tree::zoo::place::{Place, to_run};
use ch06_decision_tree::zoo::run::run;
use ch06_decision_tree::zoo::worker::Counted;
use ch06_decision_tree::zoo::{Kind, Program, named, programs};

use crate::program;

const SECONDS: f64 = 0.2;

fn is_worker(program: &&Program) -> bool {
    matches!(program.kind, Kind::Worker(_))
}

/// What those counted that are written in Rust and can be run here, each run once.
static COUNTED: LazyLock<BTreeMap<&str, Counted>> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(program(), folder.path(), None).unwrap();
    let can_run = programs().filter(is_worker).filter(|one| place.lacks(one).is_none());
    can_run.map(|one| (one.id, counted(&place, folder.path(), one))).collect()
});

fn counted(place: &Place, folder: &Path, one: &Program) -> Counted {
    let (told, said) = (folder.join("told"), folder.join("said"));
    let mut line = place.command(one, SECONDS).unwrap();
    line.extend(["--tell".into(), told.clone().into()]);
    let status = run(place, one, to_run(&line), SECONDS, 0, &said).unwrap();
    assert!(status.success(), "{}: {}", one.id, fs::read_to_string(said).unwrap());
    serde_json::from_slice(&fs::read(told).unwrap()).unwrap()
}

/// `None` if it cannot be run here.
fn of(id: &str) -> Option<Counted> {
    named(id).expect("a program of the zoo");
    COUNTED.get(id).copied()
}

/// As [`of`], run anew.
fn anew(id: &str) -> Option<Counted> {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(program(), folder.path(), None).unwrap();
    let one = named(id).expect("a program of the zoo");
    place.lacks(one).is_none().then(|| counted(&place, folder.path(), one))
}

#[test]
fn there_are_programs_for_every_answer_and_each_says_why_that_is_its_own() {
    let ids: BTreeSet<&str> = programs().map(|program| program.id).collect();
    assert_eq!(ids.len(), programs().count(), "an id twice");
    assert!(ids.len() >= 28, "{}", ids.len());
    let labels: BTreeSet<Label> = programs().map(|program| program.label).collect();
    let known: BTreeSet<Label> =
        Label::ALL.into_iter().filter(|label| *label != Label::Unknown).collect();
    assert_eq!(labels, known);
    for program in programs() {
        // Values of a record are named after programs and labels, with `_` in between.
        assert!(!program.id.is_empty() && !program.id.contains(['_', '.']));
        for sentence in [program.does, program.because] {
            assert!(sentence.ends_with('.'), "{}: {sentence}", program.id);
        }
    }
}

#[test]
fn all_come_to_an_end_and_have_done_something() {
    for (id, counted) in &*COUNTED {
        // Nobody writes a line to this one.
        assert_eq!(counted.steps == 0, *id == "input", "{id}: {counted:?}");
    }
    assert!(COUNTED.len() >= 15, "{:?}", COUNTED.keys());
}

#[test]
fn tools_and_scripts_end_well_with_what_they_are_given() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(program(), folder.path(), None).unwrap();
    let said = folder.path().join("said");
    let mut ran = 0;
    for one in programs().filter(|one| !is_worker(one)) {
        if place.lacks(one).is_some() {
            continue;
        }
        let line = place.command(one, SECONDS).unwrap();
        let status = run(&place, one, to_run(&line), SECONDS, 0, &said).unwrap();
        let said = fs::read_to_string(&said).unwrap();
        assert!(status.success(), "{}: {status}: {said}", one.id);
        ran += 1;
    }
    // These two are everywhere where there is a shell.
    assert!(cfg!(not(unix)) || ran >= 2, "{ran}");
}

#[cfg(unix)]
#[test]
fn a_tool_that_was_done_too_soon_gets_more_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(program(), folder.path(), None).unwrap();
    let one = named("tool-shell").unwrap();
    // The loop of the shell, whose number of turns is its amount of work.
    let turns = || -> u64 {
        let line = place.command(one, 1.0).unwrap();
        let script = line.last().unwrap().to_str().unwrap();
        let number = script.split("-lt ").nth(1).unwrap().split(' ').next().unwrap();
        number.parse().unwrap()
    };
    let before = turns();
    place.learn(one, 1.0, 0.5);
    assert!(turns() >= 2 * before, "{before}");
    // Not a thousand times as much for one odd run.
    place.learn(one, 1.0, 0.0005);
    assert!(turns() <= 9 * before, "{before}");
}

#[cfg(unix)]
#[test]
fn who_computes_hardly_ever_gives_up_its_cpu_and_who_waits_does_so_each_time() {
    let waits = |id| {
        let Counted { steps, voluntary, .. } = of(id).unwrap();
        (voluntary.unwrap(), steps)
    };
    for id in ["compute-one", "compute-all", "compute-crowd", "chase", "read-warm"] {
        let (voluntary, steps) = waits(id);
        assert!(voluntary * 10 < steps, "{id}: {voluntary} of {steps}");
    }
    for id in ["client", "clients", "pipe-reader", "sleep", "timer", "locked-client"] {
        let (voluntary, steps) = waits(id);
        assert!(voluntary >= steps, "{id}: {voluntary} of {steps}");
    }
}

#[cfg(unix)]
#[test]
fn one_thread_has_many_connections_and_waits_less_often_than_they_answer() {
    let answers = of("poll-client").unwrap();
    // Several answers may come while it looks at one.
    assert!((1..=answers.steps).contains(&answers.voluntary.unwrap()), "{answers:?}");
}

#[cfg(unix)]
#[test]
fn a_parent_of_busy_children_has_used_next_to_no_cpu_itself() {
    let parent = of("compute-children").unwrap();
    assert!(parent.own_cpu.unwrap() * 4.0 < parent.cpu.unwrap(), "{parent:?}");
}

#[cfg(unix)]
#[test]
fn an_idle_pool_is_woken_once_and_threads_with_one_lock_again_and_again() {
    // To start, to wait, to end: once or twice for each of nine threads. On a busy machine they
    // meet more often while they start.
    let idle = || anew("idle-pool").unwrap().voluntary.unwrap();
    let idle = (0..5).map(|_| idle()).find(|idle| *idle < 30);
    let idle = idle.expect("an idle pool that is hardly ever woken");
    // On one CPU they hardly meet, and on a busy machine whoever let go of the lock may have it
    // again before anybody else is awake.
    let meets = || anew("convoy").is_none_or(|convoy| convoy.voluntary.unwrap() > idle);
    assert!((0..5).any(|_| meets()));
}

#[cfg(target_os = "linux")]
#[test]
fn a_cold_read_is_of_the_disk_a_warm_one_is_not_and_a_synced_write_reaches_it() {
    const PAGE: u64 = 4096;
    let warm = of("read-warm").unwrap();
    // Less than the file has, which it read each time.
    assert!(warm.from_disk.unwrap() < 256 * PAGE && warm.steps > 1, "{warm:?}");
    // Where temporary files are in memory, there is no disk to look at.
    if let Some(cold) = of("read-cold") {
        assert!(cold.from_disk.unwrap() >= cold.steps * PAGE, "{cold:?}");
    }
    if let Some(sync) = of("disk-sync") {
        assert!(sync.to_disk.unwrap() >= sync.steps * PAGE, "{sync:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_starved_program_stands_in_line_longer_than_it_runs() {
    // With three others that want the same CPU, three times as long.
    if let Some(starved) = of("starved") {
        assert!(starved.delay.unwrap() > starved.run.unwrap(), "{starved:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_throttled_program_runs_in_a_group_with_a_quota_that_is_gone_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(program(), folder.path(), None).unwrap();
    // Most users may not make a group.
    let Some(group) = place.group().map(Path::to_owned) else { return };
    let periods = || {
        let text = fs::read_to_string(group.join("cpu.stat")).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix("nr_periods "));
        line.unwrap().trim().parse::<u64>().unwrap()
    };
    let before = periods();
    counted(&place, folder.path(), named("throttled").unwrap());
    // The system counts the periods of a quota while somebody of the group wants to run.
    assert!(periods() > before);
    drop(place);
    assert!(!group.exists(), "the group is still there");
}

#[test]
fn the_server_answers_each_request_and_goes_with_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::new(program(), folder.path(), None).unwrap();
    let server = place.server();
    let mut connection = TcpStream::connect(server).unwrap();
    for _ in 0..2 {
        use std::io::Write;
        connection.write_all(b"GET /1?x HTTP/1.1\r\nHost: zoo\r\n\r\n").unwrap();
        let mut answer = [0; ch06_decision_tree::zoo::server::ANSWER.len()];
        connection.read_exact(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
    drop(place);
    assert!(TcpStream::connect(server).is_err());
}

#[test]
fn who_is_not_in_the_zoo_is_named() {
    let output = Command::new(program())
        .args(["zoo", "lion", "--seconds", "1"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no lion in the zoo"), "{said}");
}
