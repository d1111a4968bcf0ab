//! Linux: what a program has to do with the machine around it: control groups, pressure, caches.

use std::{
    fs,
    path::{Path, PathBuf},
};

use nix::unistd::{SysconfVar, sysconf};

use super::Resource;

/// Seconds for which some program on this machine had to wait for a resource, since it started.
pub fn pressure(of: Resource) -> Option<f64> {
    let name = match of {
        Resource::Cpu => "cpu",
        Resource::Io => "io",
        Resource::Memory => "memory",
    };
    let text = fs::read_to_string(format!("/proc/pressure/{name}")).ok()?;
    let total = text.lines().next()?.rsplit_once("total=")?.1;
    Some(total.trim().parse::<f64>().ok()? / 1e6)
}

/// The first line of `/proc/stat`: what all CPUs did together, in seconds since the start.
fn cpu_times() -> Option<Vec<f64>> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let ticks = text.lines().next()?.strip_prefix("cpu ")?.split_ascii_whitespace();
    let per_s = sysconf(SysconfVar::CLK_TCK).ok()?? as f64;
    ticks.map(|ticks| Some(ticks.parse::<f64>().ok()? / per_s)).collect()
}

/// Seconds that the host of this virtual machine took from its CPUs, since it started.
pub fn stolen() -> Option<f64> {
    cpu_times()?.get(7).copied()
}

/// Seconds for which CPUs of this machine were in use, by anybody, since it started.
pub fn busy() -> Option<f64> {
    let times = cpu_times()?;
    // User, nice, system, idle, waiting for a disk, interrupts of two kinds.
    Some(times.get(..3)?.iter().sum::<f64>() + times.get(5..7)?.iter().sum::<f64>())
}

/// The control groups that may throttle a process: its own, and those around it.
pub fn groups(pid: u32) -> Vec<PathBuf> {
    let text = fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap_or_default();
    let root = Path::new("/sys/fs/cgroup");
    let mut found = Vec::new();
    for line in text.lines() {
        // `ID:CONTROLLERS:/PATH`, with no controllers in version 2.
        let mut parts = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (parts.next(), parts.next()) else {
            continue;
        };
        // Where both versions are in use, the second one has a folder of its own.
        let places = match controllers {
            "" => vec![root.to_owned(), root.join("unified")],
            it if it.split(',').any(|one| one == "cpu") => {
                vec![root.join("cpu"), root.join(it)]
            }
            _ => continue,
        };
        for place in places {
            let own = place.join(path.trim_start_matches('/'));
            let around =
                own.ancestors().take_while(|folder| folder.starts_with(&place));
            found.extend(
                around.filter(|it| it.join("cpu.stat").exists()).map(Path::to_owned),
            );
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Seconds for which a control group was held back because it had used up its quota.
pub fn throttled(group: &Path) -> Option<f64> {
    parse_throttled(&fs::read_to_string(group.join("cpu.stat")).ok()?)
}

fn parse_throttled(stat: &str) -> Option<f64> {
    let line = |key| {
        stat.lines().find_map(|line| line.strip_prefix(key))?.trim().parse::<f64>().ok()
    };
    // Version 2, then version 1.
    line("throttled_usec ")
        .map(|micros| micros / 1e6)
        .or_else(|| Some(line("throttled_time ")? / 1e9))
}

/// The size of the CPU's last cache, in bytes.
pub fn last_cache() -> Option<u64> {
    let folders = fs::read_dir("/sys/devices/system/cpu/cpu0/cache").ok()?;
    let size = |folder: fs::DirEntry| {
        let text = fs::read_to_string(folder.path().join("size")).ok()?;
        let (number, unit) = text.trim().split_at_checked(text.trim().len() - 1)?;
        let unit = match unit {
            "K" => 1 << 10,
            "M" => 1 << 20,
            _ => return None,
        };
        Some(number.parse::<u64>().ok()? * unit)
    };
    folders.flatten().filter_map(size).max()
}

/// From now on, counts anew which memory a process touches: clears the marks that the CPU sets at
/// each page when it is used. The program itself does not notice.
pub fn forget_touched(pid: u32) -> bool {
    fs::write(format!("/proc/{pid}/clear_refs"), "1").is_ok()
}

/// How much memory a process has touched since, in bytes.
pub fn touched(pid: u32) -> Option<u64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix("Referenced:"))?;
    Some(line.split_ascii_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_of_control_groups_are_read() {
        let two = "usage_usec 5\nnr_throttled 3\nthrottled_usec 2500000\n";
        let one = "nr_periods 9\nnr_throttled 3\nthrottled_time 2500000000\n";
        assert_eq!(parse_throttled(two), Some(2.5));
        assert_eq!(parse_throttled(one), Some(2.5));
        assert_eq!(parse_throttled("usage_usec 5\n"), None);
    }

    #[test]
    fn memory_that_is_touched_is_counted_anew() {
        const SIZE: usize = 32 << 20;
        let pid = std::process::id();
        let mut memory = vec![1u8; SIZE];
        // Some kernels are built without it.
        if !forget_touched(pid) {
            return;
        }
        let before = touched(pid).expect("it was there");
        memory.iter_mut().step_by(4096).for_each(|byte| *byte += 1);
        let after = touched(pid).expect("it was there");
        std::hint::black_box(memory);
        assert!(after >= before + SIZE as u64 / 2, "{before}, then {after}");
    }
}
