//! Who stops the ticks, and who does not. Where nothing has to run, the clock is a virtual one.

use std::future::Future;
use std::time::Duration;

use ch04_async_fetch::tick::{self, EVERY, Ticks};
use tokio::runtime::Builder;

/// With a clock that moves on only when everybody waits for it.
fn virtually(other: impl Future<Output = ()>) -> Ticks {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_time().start_paused(true).build().unwrap();
    tick::beside_in(&runtime, other)
}

#[test]
fn beside_a_task_that_awaits_not_one_tick_is_late() {
    let ticks = virtually(tick::awaits(EVERY * 20));
    assert!((19..=20).contains(&ticks.during()), "{ticks:?}");
    assert_eq!(ticks.longest_gap(), EVERY);
    assert_eq!(ticks.ended - ticks.began, EVERY * 20);
}

#[test]
fn a_task_that_blocks_or_computes_lets_no_tick_through() {
    let short = Duration::from_millis(1);
    for ticks in [virtually(tick::blocks(short)), virtually(tick::computes(short))] {
        assert_eq!(ticks.during(), 0, "{ticks:?}");
        // And the ticks go on afterwards.
        assert!(ticks.at.iter().any(|at| *at >= ticks.ended), "{ticks:?}");
    }
    let ticks = tick::beside(tick::blocks(EVERY * 3)).unwrap();
    assert_eq!(ticks.during(), 0, "{ticks:?}");
    assert!(ticks.longest_gap() >= EVERY * 3, "{ticks:?}");
}

#[test]
fn a_task_that_yields_or_hands_over_lets_ticks_through() {
    let long = EVERY * 20;
    assert!(tick::beside(tick::computes_and_yields(long)).unwrap().during() > 0);
    assert!(tick::beside(tick::hands_over(long)).unwrap().during() > 0);
}
