//! How many workers?
//!
//! Below, there is a worker for each CPU of the machine. That number belongs to the machine, not to
//! your program, which may be allowed fewer CPUs, or less of their time.

/// What the system says.
pub struct System {
    /// The CPUs of the machine.
    pub cpus: usize,
    /// Those that this program may use, by their numbers: `0-3,8`.
    pub allowed: String,
    /// `cpu.max` of its control group, and of each group around that: `QUOTA PERIOD` in
    /// microseconds, or `max PERIOD` without a quota. Empty where there is no such file.
    pub cpu_max: Vec<String>,
    /// The same on older systems, from two files each: `cpu.cfs_quota_us`, which is -1 without a
    /// quota, and `cpu.cfs_period_us`.
    pub cfs: Vec<(String, String)>,
}

/// How many workers keep busy what this program may use: one for each CPU that it is allowed, and
/// for each whole CPU that the tightest quota pays for. At least one.
pub fn workers(system: &System) -> usize {
    //@ starter, wrong machine
    system.cpus
    //@ solution
    let new = system.cpu_max.iter().filter_map(|text| text.split_once(' '));
    let old = system.cfs.iter().map(|(quota, period)| (&quota[..], &period[..]));
    let quotas = new.chain(old).filter_map(|(quota, period)| paid(quota, period));
    quotas.fold(count(&system.allowed), usize::min).max(1)
    //@ wrong affinity_only
    count(&system.allowed)
    //@ wrong list_items
    let new = system.cpu_max.iter().filter_map(|text| text.split_once(' '));
    let old = system.cfs.iter().map(|(quota, period)| (&quota[..], &period[..]));
    let quotas = new.chain(old).filter_map(|(quota, period)| paid(quota, period));
    quotas.fold(system.allowed.split(',').count(), usize::min).max(1)
    //@ wrong own_group_only
    let new = system.cpu_max.iter().filter_map(|text| text.split_once(' '));
    let old = system.cfs.iter().map(|(quota, period)| (&quota[..], &period[..]));
    let mut quotas = new.chain(old).filter_map(|(quota, period)| paid(quota, period));
    quotas.next().unwrap_or(usize::MAX).min(count(&system.allowed)).max(1)
    //@ wrong smallest_number
    let new = system.cpu_max.iter().filter_map(|text| text.split_once(' '));
    let old = system.cfs.iter().map(|(quota, period)| (&quota[..], &period[..]));
    let number = |(quota, _): &(&str, &str)| quota.trim().parse().unwrap_or(usize::MAX);
    let tightest = new.chain(old).min_by_key(number);
    let quota = tightest.and_then(|(quota, period)| paid(quota, period));
    quota.unwrap_or(usize::MAX).min(count(&system.allowed)).max(1)
    //@ wrong quota_decides
    let new = system.cpu_max.iter().filter_map(|text| text.split_once(' '));
    let old = system.cfs.iter().map(|(quota, period)| (&quota[..], &period[..]));
    let quotas = new.chain(old).filter_map(|(quota, period)| paid(quota, period));
    quotas.min().unwrap_or(count(&system.allowed)).max(1)
    //@ wrong none_at_all
    let new = system.cpu_max.iter().filter_map(|text| text.split_once(' '));
    let old = system.cfs.iter().map(|(quota, period)| (&quota[..], &period[..]));
    let quotas = new.chain(old).filter_map(|(quota, period)| paid(quota, period));
    quotas.fold(count(&system.allowed), usize::min)
    //@ wrong new_only
    let new = system.cpu_max.iter().filter_map(|text| text.split_once(' '));
    let quotas = new.filter_map(|(quota, period)| paid(quota, period));
    quotas.fold(count(&system.allowed), usize::min).max(1)
    //@ end
}
//@ starter, wrong machine
//@ solution

/// How many whole CPUs a quota pays for; `None` if it is no number, which is no quota.
fn paid(quota: &str, period: &str) -> Option<usize> {
    let quota: usize = quota.trim().parse().ok()?;
    Some(quota / period.trim().parse::<usize>().ok()?)
}
//@ wrong affinity_only
//@ wrong rounded_up

fn paid(quota: &str, period: &str) -> Option<usize> {
    let quota: usize = quota.trim().parse().ok()?;
    Some(quota.div_ceil(period.trim().parse().ok()?))
}
//@ wrong usual_period

fn paid(quota: &str, _period: &str) -> Option<usize> {
    let quota: usize = quota.trim().parse().ok()?;
    Some(quota / 100_000)
}
//@ wrong max_is_none

fn paid(quota: &str, period: &str) -> Option<usize> {
    let quota: usize = quota.trim().parse().unwrap_or(0);
    Some(quota / period.trim().parse::<usize>().ok()?)
}
//@ end
//@ starter, wrong machine, wrong list_items
//@ solution

/// How many numbers a list such as `0-3,8` holds.
fn count(list: &str) -> usize {
    let length = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        Some(last.parse::<usize>().ok()? - first.parse::<usize>().ok()? + 1)
    };
    list.trim().split(',').filter_map(length).sum()
}
//@ end
