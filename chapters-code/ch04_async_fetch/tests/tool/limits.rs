//! How much goes on at once, as the server and the system see it.

use std::fmt::Write as _;
use std::fs;

use crate::fixtures::{Site, until};

/// `count` lines that wait until the test lets them go.
fn held(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("/hold/{number}")).collect()
}

#[test]
fn no_more_requests_are_under_way_than_were_allowed_and_no_fewer() {
    let site = Site::new();
    let lines = held(40);
    site.list(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let mut child = site.command(&["--concurrency", "7"]).spawn().unwrap();
    until(&mut child, || site.server.in_flight() == 7);
    site.server.release();
    let ran = site.told(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.rows.len()), (Some(0), 40), "{ran:?}");
    assert_eq!(ran.report["peak_in_flight"], 7);
    assert_eq!(site.server.most_in_flight(), 7);
}

#[test]
fn a_host_has_its_share_and_leaves_the_rest_to_others() {
    let (site, other) = (Site::new(), Site::new());
    let mut lines = held(20);
    lines.extend((0..20).map(|number| other.server.url(&format!("/hold/{number}"))));
    site.list(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let options = ["--concurrency", "10", "--per-host", "3"];
    let mut child = site.command(&options).spawn().unwrap();
    until(&mut child, || site.server.in_flight() == 3 && other.server.in_flight() == 3);
    // One host begins to answer; the other one is held up, and holds nobody up.
    other.server.release();
    until(&mut child, || other.server.all_hits() == 20);
    assert_eq!(site.server.all_hits(), 3);
    site.server.release();
    let ran = site.told(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.rows.len()), (Some(0), 40), "{ran:?}");
    assert_eq!(ran.report["peak_in_flight"], 6);
    assert_eq!((site.server.most_in_flight(), other.server.most_in_flight()), (3, 3));
}

#[test]
fn a_page_that_waits_for_its_next_try_is_in_nobodys_way() {
    let site = Site::new();
    let slow = "/status/503";
    let mut lines = vec![slow];
    lines.extend(["/titled/x"; 30]);
    site.list(&lines);
    // The one that waits for an hour would be the only one that is allowed.
    let options = ["--concurrency", "1", "--backoff", "1h", "--max-wait", "1h"];
    let mut child = site.command(&options).spawn().unwrap();
    until(&mut child, || site.server.hits("/titled/x") == 30);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Connections that wait for another request may be many more than those under way.
#[cfg(target_os = "linux")]
#[test]
fn as_many_descriptors_are_asked_for_as_the_system_allows() {
    let site = Site::new();
    site.list(&["/hold/x"]);
    let tool = site.command(&[]);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -Sn 256 && exec \"$@\"", "sh"]);
    command.arg(tool.get_program()).args(tool.get_args());
    command.stdout(std::process::Stdio::null());
    let mut child = command.spawn().unwrap();
    until(&mut child, || site.server.in_flight() == 1);
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let limits: Vec<&str> = files.split_whitespace().skip(3).take(2).collect();
    assert_eq!(limits[0], limits[1], "{files}");
}

/// What Linux says of a process, by `key`, in bytes.
#[cfg(target_os = "linux")]
fn peak(child: &std::process::Child) -> u64 {
    let text = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[test]
fn lines_that_wait_for_their_turn_take_no_memory() {
    let site = Site::new();
    let url = site.server.url("/hold/x");
    let child_of = |lines: usize, name: &str| {
        let mut list = String::new();
        (0..lines).for_each(|_| writeln!(list, "{url}").unwrap());
        fs::write(site.path(name), list).unwrap();
        let mut command = crate::fixtures::program();
        command.arg("--urls").arg(site.path(name));
        command.arg("--csv").arg(site.path(&format!("{name}.csv")));
        command.args(["--concurrency", "5"]);
        let before = site.server.in_flight();
        let mut child = command.spawn().unwrap();
        until(&mut child, || site.server.in_flight() == before + 5);
        child
    };
    let (mut short, mut long) =
        (child_of(20_000, "short"), child_of(1_000_000, "long"));
    let peaks = (peak(&short), peak(&long));
    for child in [&mut short, &mut long] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(peaks.1 < peaks.0 + (8 << 20), "{peaks:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_body_takes_no_more_memory_than_the_piece_in_hand() {
    let site = Site::new();
    site.list(&["/endless"; 4]);
    let options = ["--max-bytes", "40MB", "--concurrency", "4", "--retries", "0"];
    let mut command = site.command(&options);
    command.arg("--timeout").arg("60s");
    let child = command.spawn().unwrap();
    let mut most = 0;
    // It is there until it is waited for, and then its last peak is known no more.
    loop {
        let text = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        if !text.contains("VmHWM") {
            break;
        }
        most = most.max(peak(&child));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let ran = site.told(child.wait_with_output().unwrap());
    assert_eq!(ran.rows.len(), 4);
    assert!(ran.rows.iter().all(|row| row.bytes > 40_000_000), "{ran:?}");
    assert!(most > 0 && most < 60 << 20, "{most} bytes");
}
