//! What is graded about `src/pool_size.rs`.

#[path = "../src/pool_size.rs"]
mod pool_size;

use harness::{check, equal, variant};
use pool_size::{System, workers};

/// How many of the 64 CPUs of the machine the program may use.
fn allowed() -> usize {
    variant().between(8..=16)
}

/// Expects so many workers with these quotas, each `QUOTA PERIOD`, in both kinds of files.
fn expect(quotas: &[&str], wanted: usize, idea: &str) {
    let list = format!("0-{},40\n", allowed() - 2);
    let line = |text: &str| format!("{text}\n");
    let new = quotas.iter().map(|text| line(text));
    let old = quotas.iter().filter_map(|text| text.split_once(' '));
    let old = old.map(|(quota, of)| (line(&quota.replace("max", "-1")), line(of)));
    let all = [("cpu.max", new.collect(), vec![]), ("cpu.cfs", vec![], old.collect())];
    for (files, cpu_max, cfs) in all {
        let found = workers(&System { cpus: 64, allowed: list.clone(), cpu_max, cfs });
        let what = format!("the workers with {quotas:?} in {files}");
        let idea = if found == 64 { "they are not all for this program" } else { idea };
        equal(&what, found, wanted, idea);
    }
}

#[check]
fn cpus_that_it_may_not_use_do_not_count() {
    expect(&[], allowed(), "a range is all its CPUs, from one end to the other");
}

#[check]
fn without_a_quota_all_allowed_cpus_count() {
    expect(&["max 100000", "max 100000"], allowed(), "no quota is no limit");
}

#[check]
fn a_quota_is_a_share_of_its_period() {
    let wanted = variant().between(2..=6);
    let quota = |period: usize, more| format!("{} {period}", wanted * period + more);
    expect(&[&quota(100_000, 0)], wanted, "a quota is a limit, too");
    expect(&[&quota(50_000, 0)], wanted, "a period need not be 100 ms");
    expect(&[&quota(50_000, 30_000)], wanted, "a part of a CPU keeps no worker busy");
}

#[check]
fn the_tightest_quota_counts() {
    expect(&["40 10", "max 1", "20 10", "30 10"], 2, "what is around it holds, too");
    expect(&["2000 500", "3000 1000"], 3, "a quota says nothing without its period");
    expect(&["63000 1000"], allowed(), "so many it may not use, whatever it pays");
}

#[check]
fn there_is_at_least_one() {
    expect(&["50000 100000"], 1, "half a CPU does the work, in twice the time");
}
