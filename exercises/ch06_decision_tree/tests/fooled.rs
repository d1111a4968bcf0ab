//! The rule is asked about each program, and then the world is changed: that tells what is true.

#[path = "../src/fooled.rs"]
mod fooled;
#[path = "scenes/world.rs"]
mod world;

use fooled::{Program, computes, waits_for_a_lock, waits_for_a_server};
use harness::{check, fail, variant};
use world::{Change, World};

/// The rule must say `word`; with the one change it takes as long, with the other a lot less.
fn judge(program: fn(usize) -> Program, word: &str, [useless, useful]: [Change; 2]) {
    let cpus = variant().between(2..=8);
    let run = |change| World::new(cpus, change).run(&program(cpus));
    let (as_it_is, changed) = (run(None), run(Some(useless)));
    let share = 100 * as_it_is.own_cpu / as_it_is.wall;
    let said = if share > 80 { "CPU-bound" } else { "I/O-bound" };
    if said != word {
        let observed = format!("its CPU time is {share} % of the wall time: {said}");
        let idea =
            "the rule adds up all threads of the first process, and nothing else";
        fail(format_args!("the rule to say {word}"), observed, idea);
    }
    let takes = |ran: world::Ran| 100 * ran.wall / as_it_is.wall;
    if takes(changed) < 85 {
        let observed = format!("it takes {} % of the time", takes(changed));
        let idea = "there the rule's advice helps, so it is not fooled";
        fail(format_args!("it to take about as long with {useless}"), observed, idea);
    }
    let less = takes(run(Some(useful)));
    if less > 60 {
        let observed = format!("it takes {less} %");
        let idea = "that is not what it waits for, or not most of the time";
        fail(
            format_args!("it to take 60 % of the time at most with {useful}"),
            observed,
            idea,
        );
    }
}

#[check]
fn called_cpu_bound_it_waits_for_a_server() {
    judge(waits_for_a_server, "CPU-bound", [Change::FasterCpus, Change::FasterServer]);
}

#[check]
fn called_io_bound_it_computes() {
    judge(computes, "I/O-bound", [Change::FasterServer, Change::FasterCpus]);
}

#[check]
fn called_cpu_bound_it_waits_for_a_lock() {
    judge(waits_for_a_lock, "CPU-bound", [Change::MoreCpus, Change::NoLock]);
}
