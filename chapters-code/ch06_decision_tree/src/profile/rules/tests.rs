//! The rules on evidence that was made by hand: each is a program that misled somebody.

use super::{
    super::{contention::Contention, evidence::*, probe::Probed},
    *,
};

/// A program of one thread on a quiet machine with two CPUs that computed for ten seconds.
fn computes() -> Evidence {
    Evidence {
        watched_s: 10.0,
        samples: 900,
        cpu_s: 9.9,
        cpus: 2.0,
        shares: Shares { running: 1.0, ..Shares::default() },
        runnable: 1.0,
        threads: 1,
        busy_threads: 1,
        busiest_thread: 0.99,
        processes: 1,
        blend: 1.0,
        memory: Touched {
            resident: 4 << 20,
            cache: Some(32 << 20),
            ..Touched::default()
        },
        ..Evidence::default()
    }
}

/// One that does nothing but what these shares say.
fn waits(shares: Shares) -> Evidence {
    let running = shares.running;
    Evidence { shares, cpu_s: 10.0 * running, busiest_thread: running, ..computes() }
}

fn said(evidence: &Evidence) -> (Label, Confidence, Option<Label>) {
    let verdict = judge(evidence);
    (verdict.label, verdict.confidence, verdict.runner_up)
}

fn contention() -> Contention {
    Contention {
        threads: 4,
        waiters: 4,
        waiting: 0.72,
        lock: 1.0,
        timed: Some(0.0),
        one_place: 1.0,
        holders: 1.0,
        switches_per_s: 900.0,
        running: 1.05,
        busiest: 0.3,
        alone: 0.3,
    }
}

#[test]
fn the_plain_cases_are_clear() {
    let high = Confidence::High;
    assert_eq!(said(&computes()), (Label::CpuBound, high, None));
    let network = Shares { running: 0.03, network: 0.97, ..Shares::default() };
    assert_eq!(said(&waits(network)), (Label::IoBound, high, None));
    let asleep = Shares { time: 1.0, ..Shares::default() };
    assert_eq!(said(&waits(asleep)), (Label::Sleeping, high, None));
}

#[test]
fn half_and_half_is_mixed_and_never_sure() {
    for (network, time) in [(0.5, 0.0), (0.0, 0.5), (0.25, 0.25)] {
        let half = Shares { running: 0.5, network, time, ..Shares::default() };
        let evidence = Evidence { blend: 0.1, ..waits(half) };
        let (label, confidence, _) = said(&evidence);
        assert_eq!((label, confidence), (Label::Mixed, Confidence::Medium));
    }
}

#[test]
fn a_compressor_with_a_parked_main_thread_computes() {
    let parked = Contention {
        threads: 3,
        waiters: 1,
        waiting: 0.99,
        lock: 0.0,
        switches_per_s: 8.0,
        running: 2.0,
        ..contention()
    };
    let evidence = Evidence {
        cpu_s: 19.0,
        runnable: 1.95,
        threads: 3,
        busy_threads: 2,
        contention: Some(parked),
        ..computes()
    };
    assert_eq!(said(&evidence), (Label::CpuBound, Confidence::High, None));
}

#[test]
fn an_idle_pool_sleeps_and_waits_for_no_lock() {
    // Its threads do not take part in anything, so there is no contention among them.
    let idle = Shares { work: 1.0, ..Shares::default() };
    let evidence = Evidence { threads: 9, ..waits(idle) };
    let verdict = judge(&evidence);
    assert_eq!(verdict.label, Label::Sleeping);
    assert_eq!(verdict.waits_for.as_deref(), Some("work"));
}

#[test]
fn threads_that_take_turns_at_a_lock_are_lock_bound() {
    let evidence =
        Evidence { threads: 4, contention: Some(contention()), ..computes() };
    assert_eq!(said(&evidence).0, Label::LockBound);
    assert_eq!(said(&evidence).1, Confidence::High);
}

#[test]
fn one_that_keeps_the_lock_and_one_that_waits_for_it_are_lock_bound() {
    let unfair = Contention {
        threads: 2,
        waiters: 1,
        waiting: 0.38,
        switches_per_s: 14_000.0,
        running: 1.33,
        busiest: 0.82,
        ..contention()
    };
    let evidence =
        Evidence { cpu_s: 13.8, threads: 3, contention: Some(unfair), ..computes() };
    assert_eq!(said(&evidence).0, Label::LockBound);
    // One that only waits for another to be done, as a sort does.
    let joins = Contention { switches_per_s: 34.0, lock: 0.7, ..unfair };
    let evidence = Evidence { cpu_s: 14.0, contention: Some(joins), ..computes() };
    assert_eq!(said(&evidence).0, Label::CpuBound);
}

#[test]
fn waits_too_brief_to_be_seen_leave_a_doubt() {
    let evidence =
        Evidence { cpu_s: 14.8, threads: 3, voluntary: 100_000, ..computes() };
    assert_eq!(
        said(&evidence),
        (Label::CpuBound, Confidence::Medium, Some(Label::LockBound))
    );
}

#[test]
fn what_hands_work_on_is_not_taken_for_a_lock() {
    let consumer = Contention {
        threads: 2,
        waiters: 1,
        waiting: 0.6,
        lock: 0.0,
        busiest: 0.99,
        ..contention()
    };
    let evidence = Evidence { threads: 2, contention: Some(consumer), ..computes() };
    assert_eq!(said(&evidence).0, Label::CpuBound);
    let unknown = Contention { lock: 0.0, ..contention() };
    let evidence = Evidence { threads: 4, contention: Some(unknown), ..computes() };
    let (label, confidence, _) = said(&evidence);
    assert_eq!((label, confidence), (Label::LockBound, Confidence::Low));
}

#[test]
fn a_lock_that_costs_no_cpu_is_none() {
    let busy = Contention { waiting: 0.3, running: 1.9, ..contention() };
    let evidence =
        Evidence { cpu_s: 19.0, threads: 8, contention: Some(busy), ..computes() };
    assert_eq!(said(&evidence).0, Label::CpuBound);
}

#[test]
fn a_lock_that_is_held_while_its_holder_sleeps_leaves_a_doubt() {
    let asleep = Shares { running: 0.02, time: 0.98, ..Shares::default() };
    let slow = Contention { switches_per_s: 50.0, running: 0.02, ..contention() };
    let evidence = Evidence { threads: 4, contention: Some(slow), ..waits(asleep) };
    let (label, confidence, other) = said(&evidence);
    assert_eq!((label, other), (Label::LockBound, Some(Label::Sleeping)));
    assert!(confidence < Confidence::High);
}

#[test]
fn threads_of_a_python_that_take_turns_are_gil_bound() {
    let taken = Contention { lock: 0.0, timed: Some(0.98), ..contention() };
    let turns = Contention { threads: 2, waiting: 0.48, alone: 0.5, ..taken };
    let evidence = Evidence { threads: 3, gil: Some(turns), ..computes() };
    assert_eq!(
        said(&evidence),
        (Label::GilBound, Confidence::High, Some(Label::CpuBound))
    );
    // A library that lets go of the lock: both run.
    let free = Contention { waiting: 0.02, running: 1.9, ..turns };
    let evidence = Evidence { cpu_s: 19.0, gil: Some(free), ..computes() };
    assert_eq!(said(&evidence).0, Label::CpuBound);
}

#[test]
fn a_worker_of_a_python_that_waits_for_a_queue_does_not_wait_for_the_gil() {
    // The main thread hashes, without the lock, and one worker sits in `queue.get()`.
    let queue = Contention {
        threads: 2,
        waiters: 1,
        waiting: 0.95,
        lock: 0.0,
        timed: Some(0.05),
        busiest: 0.99,
        alone: 0.97,
        ..contention()
    };
    let evidence = Evidence { threads: 2, gil: Some(queue), ..computes() };
    assert_eq!(said(&evidence).0, Label::CpuBound);
    // Beside a hog few waits have a limit, here and where two take turns.
    let (delayed_s, delayed_by_others_s) = (3.0, 3.0);
    let hog = Evidence { cpu_s: 7.0, delayed_s, delayed_by_others_s, ..computes() };
    let beside = Evidence { threads: 2, gil: Some(queue), ..hog.clone() };
    assert_eq!(said(&beside).0, Label::CpuBound);
    let turns = Contention { alone: 0.48, timed: Some(0.02), ..queue };
    let beside = Evidence { threads: 2, gil: Some(turns), ..hog };
    assert_eq!(said(&beside).0, Label::GilBound);
    assert!(said(&beside).1 < Confidence::High);
    // Where it does wait for the lock, but hardly computes, there is little to win.
    let lock = Contention { timed: Some(0.95), ..queue };
    let evidence = Evidence { threads: 2, gil: Some(lock), ..computes() };
    let doubtful = (Label::GilBound, Confidence::Medium, Some(Label::CpuBound));
    assert_eq!(said(&evidence), doubtful);
    // Which of the two was not seen.
    let hidden = Contention { timed: None, alone: 0.5, ..queue };
    let evidence = Evidence { threads: 2, gil: Some(hidden), ..computes() };
    assert_eq!(said(&evidence), doubtful);
}

#[test]
fn a_job_of_two_processes_computes_whatever_the_first_one_does() {
    let evidence = Evidence {
        cpu_s: 19.8,
        processes: 3,
        threads: 3,
        busy_threads: 2,
        runnable: 2.0,
        ..computes()
    };
    assert_eq!(said(&evidence), (Label::CpuBound, Confidence::High, None));
}

#[test]
fn more_threads_than_cpus_starve_nobody() {
    // Eight threads on two CPUs wait for one another: nobody else has the CPUs.
    let evidence = Evidence {
        cpu_s: 19.8,
        threads: 8,
        runnable: 8.0,
        delayed_s: 60.0,
        delayed_by_others_s: 0.5,
        busiest_thread: 0.25,
        ..computes()
    };
    let verdict = judge(&evidence);
    assert_eq!(
        (verdict.label, verdict.confidence),
        (Label::CpuBound, Confidence::High)
    );
    assert!(verdict.next[0].contains("More threads will not help"), "{verdict:?}");
}

#[test]
fn who_gets_a_third_of_a_cpu_is_starved_and_who_gets_two_thirds_computes() {
    let evidence = Evidence {
        cpu_s: 3.3,
        delayed_s: 6.6,
        delayed_by_others_s: 6.6,
        busiest_thread: 0.33,
        ..computes()
    };
    assert_eq!(said(&evidence).0, Label::Starved);
    assert!(said(&evidence).1 < Confidence::High, "what it would do was not seen");
    let evidence = Evidence {
        cpu_s: 6.6,
        delayed_s: 3.3,
        delayed_by_others_s: 3.3,
        busiest_thread: 0.66,
        ..computes()
    };
    assert_eq!(
        said(&evidence),
        (Label::CpuBound, Confidence::Medium, Some(Label::Starved))
    );
}

#[test]
fn who_waits_is_not_starved_by_a_hog() {
    let delayed = Shares { running: 0.3, disk: 0.7, ..Shares::default() };
    let evidence = Evidence {
        cpu_s: 0.5,
        delayed_s: 2.5,
        delayed_by_others_s: 2.5,
        ..waits(delayed)
    };
    assert_eq!(said(&evidence).0, Label::IoBound);
}

#[test]
fn others_cannot_have_taken_more_than_they_used() {
    // Threads that wake each other are put behind each other, with a CPU idle.
    let mut evidence =
        Evidence { delayed_s: 14.0, delayed_by_others_s: 9.0, ..computes() };
    evidence.machine(Pressure { busy_s: Some(10.4), ..Pressure::default() });
    assert!((evidence.delayed_by_others_s - 0.5).abs() < 0.01);
    assert_eq!(said(&evidence).0, Label::CpuBound);
}

#[test]
fn one_whose_quota_is_used_up_is_throttled() {
    // Who is held back is ready all the time, as those are whose CPU others have.
    let evidence = Evidence {
        cpu_s: 2.5,
        throttled_s: Some(7.0),
        delayed_s: 7.4,
        delayed_by_others_s: 7.4,
        ..computes()
    };
    assert_eq!(said(&evidence).0, Label::Throttled);
    assert_eq!(said(&evidence).1, Confidence::High);
    let evidence = Evidence { throttled_s: Some(0.1), ..computes() };
    assert_eq!(said(&evidence).0, Label::CpuBound);
}

#[test]
fn who_sleeps_in_a_group_that_is_held_back_is_not() {
    // Its quota is used up by others in the group, on two CPUs.
    let asleep = Shares { time: 1.0, ..Shares::default() };
    let evidence = Evidence { throttled_s: Some(14.0), ..waits(asleep) };
    assert_eq!(said(&evidence), (Label::Sleeping, Confidence::High, None));
    // It was held back a little, and waits for a network for the most part.
    let waiting = Shares { running: 0.2, network: 0.8, ..Shares::default() };
    let evidence = Evidence {
        cpu_s: 0.4,
        throttled_s: Some(1.5),
        delayed_s: 1.6,
        ..waits(waiting)
    };
    let (medium, other) = (Confidence::Medium, Some(Label::Throttled));
    assert_eq!(said(&evidence), (Label::IoBound, medium, other));
}

#[test]
fn synchronous_writes_are_for_the_disk_though_they_take_a_third_of_a_cpu() {
    let writes = Shares { running: 0.45, disk: 0.55, ..Shares::default() };
    let evidence = Evidence { system_s: 4.0, blend: 0.95, ..waits(writes) };
    assert_eq!(said(&evidence).0, Label::IoBound);
    // In phases, and in its own code, it is a program that does both.
    let evidence = Evidence { system_s: 0.2, blend: 0.1, ..waits(writes) };
    assert_eq!(said(&evidence).0, Label::Mixed);
}

#[test]
fn who_is_only_met_while_it_runs_ran_for_as_long_as_was_counted() {
    // Beside a hog: the CPU that it waits on sleeps, and wakes it and us at once.
    let met = Shares { running: 0.8, disk: 0.15, time: 0.05, ..Shares::default() };
    let mut evidence = Evidence { cpu_s: 2.9, delayed_s: 0.1, ..waits(met) };
    assert_eq!(said(&evidence).0, Label::CpuBound);
    evidence.as_counted();
    let Shares { running, disk, time, .. } = evidence.shares;
    let near = |share: f64, wanted: f64| (share - wanted).abs() < 1e-6;
    assert!(near(running, 0.3) && near(disk, 0.525) && near(time, 0.175), "{disk}");
    // Who waits for a CPU is ready all the time.
    let mut evidence = Evidence { cpu_s: 2.9, delayed_s: 7.0, ..waits(met) };
    evidence.as_counted();
    assert_eq!(evidence.shares, met);
}

#[test]
fn who_was_seen_to_run_all_the_time_and_used_no_cpu_is_hardly_known() {
    let runs = Shares { running: 1.0, ..Shares::default() };
    let mut evidence = Evidence { cpu_s: 0.3, delayed_s: 0.1, ..waits(runs) };
    evidence.as_counted();
    assert_eq!(said(&evidence).1, Confidence::Low);
    // A few waits are missing to the second: that is nothing.
    let mut evidence = Evidence { cpu_s: 9.3, delayed_s: 0.1, ..computes() };
    evidence.as_counted();
    assert_eq!(said(&evidence).1, Confidence::High);
}

#[test]
fn who_runs_all_the_time_to_reach_a_disk_is_not_surely_cpu_bound() {
    let bytes = Moved { written: 40 << 20, to_disk: 40 << 20, ..Moved::default() };
    let synced = Evidence { system_s: 8.0, bytes: Some(bytes), ..computes() };
    let medium = Confidence::Medium;
    assert_eq!(said(&synced), (Label::CpuBound, medium, Some(Label::IoBound)));
    // A compressor writes as much, and computes.
    let compressed = Evidence { system_s: 0.5, ..synced };
    assert_eq!(said(&compressed), (Label::CpuBound, Confidence::High, None));
}

#[test]
fn memory_takes_a_witness_and_is_never_sure() {
    let large =
        Touched { resident: 1 << 30, cache: Some(32 << 20), ..Touched::default() };
    let unknown = Evidence { memory: large, ..computes() };
    assert_eq!(
        said(&unknown),
        (Label::CpuBound, Confidence::Medium, Some(Label::MemoryBound))
    );
    let streams = Touched { touched: Some(150 << 20), per_s: Some(7e9), ..large };
    let evidence = Evidence { memory: streams, ..computes() };
    assert_eq!(said(&evidence).0, Label::MemoryBound);
    assert_eq!(said(&evidence).1, Confidence::Medium);
    let keeps_to_little = Touched { touched: Some(4 << 20), per_s: Some(2e8), ..large };
    let evidence = Evidence { memory: keeps_to_little, ..computes() };
    assert_eq!(said(&evidence), (Label::CpuBound, Confidence::High, None));
    // Two copies that slow each other down are not enough: they may share a core.
    let probed = Probed { two_copies: Some(2.0), ..Probed::default() };
    let evidence = Evidence { memory: large, probed: Some(probed), ..computes() };
    assert_eq!(said(&evidence).0, Label::CpuBound);
}

#[test]
fn what_could_not_be_seen_lowers_the_confidence() {
    let evidence = Evidence { unseen: vec!["its threads".to_owned()], ..computes() };
    assert_eq!(said(&evidence).1, Confidence::Medium);
    let hidden = Shares { running: 0.1, unseen: 0.9, ..Shares::default() };
    assert_eq!(said(&waits(hidden)).0, Label::Unknown);
    let few = Evidence { samples: FEWEST_SAMPLES - 1, ..waits(Shares::default()) };
    assert_eq!(said(&few).0, Label::Unknown);
    // That it computed is known without a look.
    let few = Evidence { samples: FEWEST_SAMPLES - 1, ..computes() };
    assert_eq!(said(&few), (Label::CpuBound, Confidence::Low, None));
    let short = Evidence { watched_s: 0.1, ..computes() };
    assert_eq!(said(&short).0, Label::Unknown);
}

#[test]
fn where_nobody_looked_only_computing_is_told_and_never_surely() {
    let nobody = Evidence { only_usage: true, samples: 0, ..Evidence::default() };
    let computed = Evidence { watched_s: 10.0, cpu_s: 9.5, ..nobody.clone() };
    assert_eq!(said(&computed), (Label::CpuBound, Confidence::Low, None));
    let waited = Evidence { watched_s: 10.0, cpu_s: 0.5, ..nobody };
    assert_eq!(said(&waited), (Label::Unknown, Confidence::Low, None));
}

#[test]
fn who_is_stopped_by_a_signal_is_not_said_to_sleep() {
    let stopped = waits(Shares { stopped: 0.9, time: 0.1, ..Shares::default() });
    assert_eq!(said(&stopped), (Label::Unknown, Confidence::Low, None));
    let verdict = judge(&stopped);
    assert!(verdict.next[0].contains("kill -CONT"), "{:?}", verdict.next);
    assert!(verdict.why.concat().contains("90 % for a signal to go on"));
}

#[test]
fn threads_that_wait_at_one_place_while_one_sleeps_may_wait_for_a_lock() {
    let asleep = waits(Shares { time: 1.0, ..Shares::default() });
    assert_eq!(said(&asleep).1, Confidence::High);
    let in_turn = Evidence { one_at_a_time: true, ..asleep };
    assert_eq!(
        said(&in_turn),
        (Label::Sleeping, Confidence::Medium, Some(Label::LockBound))
    );
}

#[test]
fn threads_that_wait_while_another_waits_for_an_answer_may_wait_for_its_lock() {
    let kept = |shares| said(&Evidence { kept_waiting: true, ..waits(shares) });
    let asks = Shares { network: 1.0, ..Shares::default() };
    assert_eq!(
        kept(asks),
        (Label::IoBound, Confidence::Medium, Some(Label::LockBound))
    );
    // A pool without work, and nobody who could keep it waiting.
    let idle = Shares { work: 1.0, ..Shares::default() };
    assert_eq!(kept(idle).1, Confidence::High);
}

#[test]
fn two_reasons_at_once_leave_a_doubt() {
    let network = Shares { network: 1.0, ..Shares::default() };
    let evidence = Evidence { also_sleeping: 0.9, ..waits(network) };
    assert_eq!(
        said(&evidence),
        (Label::IoBound, Confidence::Medium, Some(Label::Sleeping))
    );
}

#[test]
fn whoever_may_limit_its_rate_is_not_told_to_send_more_before_it_is_asked() {
    let network = Shares { network: 1.0, ..Shares::default() };
    let asked = |also_sleeping, shares| {
        let evidence = Evidence { also_sleeping, ..waits(shares) };
        judge(&evidence).next[0].contains("limits the rate")
    };
    assert!(asked(0.9, network));
    assert!(!asked(0.0, network));
    // Nobody sends requests to a pipe.
    assert!(!asked(0.9, Shares { pipe: 1.0, ..Shares::default() }));
}

#[test]
fn every_verdict_says_why_and_what_next_and_names_chapters_that_exist() {
    let mut all = vec![computes()];
    for label in [Shares { network: 1.0, ..Shares::default() }, Shares::default()] {
        all.push(waits(label));
    }
    all.push(Evidence::default());
    for evidence in all {
        let verdict = judge(&evidence);
        assert!(!verdict.why.is_empty() && !verdict.next.is_empty(), "{verdict:?}");
        assert!(verdict.why.iter().all(|it| !it.contains("NaN")), "{verdict:?}");
    }
    for label in Label::ALL {
        if let Some(chapter) = advice::chapter(&computes(), label) {
            assert!(["ch01", "ch02", "ch03", "ch04", "ch05"].contains(&chapter));
        }
    }
}

#[test]
fn children_that_nobody_saw_are_told_if_they_did_most_of_it() {
    let brief = |brief_s| {
        let verdict = judge(&Evidence { processes: 20, brief_s, ..computes() });
        let told = verdict.why[0].contains("20 processes seen (others were too short");
        let advised = verdict.next.iter().any(|it| it.contains("To start a process"));
        assert_eq!(verdict.label, Label::CpuBound);
        (told, verdict.why[1].starts_with("Of that, 6.0 s went to children"), advised)
    };
    assert_eq!(brief(6.0), (true, true, true));
    assert_eq!(brief(4.0), (false, false, false));
}
