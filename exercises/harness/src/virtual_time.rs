//! Time that passes only when everybody waits.

use std::{
    future::{Future, poll_fn},
    pin::pin,
};

use tokio::runtime::Builder;

/// Runs `future` on one thread, on a clock that stands still while anything can go on, and jumps to
/// the next timer when all wait. Ten waits of 50 ms side by side take 50 ms of it, exactly, and no
/// time of yours: read it with `tokio::time::Instant`.
///
/// `std::thread::sleep` and other calls that block stop the one thread, and pass by this clock: it
/// shows less time than the tasks had to wait, which gives them away. Sockets do not exist here. A
/// [`Rendezvous`](crate::Rendezvous) would block, too: count with [`InFlight`](crate::InFlight),
/// whose peak does not depend on luck here.
///
/// # Panics
/// If the system gives no timer.
pub fn virtual_time<T>(future: impl Future<Output = T>) -> T {
    let runtime =
        Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a clock needs nothing of the system").block_on(future)
}

/// Awaits `future`; what it returns, and how often it was polled. Who waits to be woken is polled once
/// at the start, and then once for each that wakes it; who looks again and again is polled more often.
pub async fn polls<T>(future: impl Future<Output = T>) -> (T, usize) {
    let (mut future, mut polls) = (pin!(future), 0);
    let value = poll_fn(|context| {
        polls += 1;
        future.as_mut().poll(context)
    });
    let value = value.await;
    (value, polls)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;

    #[test]
    fn an_hour_of_waiting_is_over_at_once_and_was_an_hour() {
        let hour = Duration::from_secs(3600);
        let waited = virtual_time(async {
            let began = Instant::now();
            sleep(hour).await;
            began.elapsed()
        });
        assert_eq!(waited, hour);
    }

    #[test]
    fn each_time_that_it_is_woken_is_a_poll() {
        let turn = Duration::from_millis(1);
        let naps = async {
            for _ in 0..5 {
                sleep(turn).await;
            }
        };
        assert_eq!(virtual_time(polls(naps)), ((), 6));
    }
}
