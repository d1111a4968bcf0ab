//! Somebody on this machine who takes time to answer.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// A connection to somebody who answers each byte with a byte, after the next one of `delays`. They
/// hang up after the last one, or when we do.
///
/// # Errors
/// If there is no port or no thread.
pub fn answering(
    delays: impl IntoIterator<Item = Duration> + Send + 'static,
) -> io::Result<TcpStream> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let ours = TcpStream::connect(listener.local_addr()?)?;
    let (mut theirs, _) = listener.accept()?;
    for end in [&ours, &theirs] {
        end.set_nodelay(true)?;
    }
    let answer = move || {
        for delay in delays {
            let mut byte = [0];
            theirs.read_exact(&mut byte)?;
            thread::sleep(delay);
            theirs.write_all(&byte)?;
        }
        io::Result::Ok(())
    };
    // An error says that we have hung up.
    thread::Builder::new().name("peer".to_owned()).spawn(answer)?;
    Ok(ours)
}

/// Asks, and waits for the answer.
///
/// # Errors
/// If they have hung up.
// ANCHOR: ask
pub fn ask(mut peer: &TcpStream) -> io::Result<()> {
    peer.write_all(&[7])?;
    peer.read_exact(&mut [0])
}
// ANCHOR_END: ask

/// So many delays, from `shortest` to ten times as much, the same in every run. Most are short, as
/// those of a network: how many times ten they are is spread evenly, not how long they are.
#[must_use]
pub fn delays(shortest: Duration, count: usize) -> Vec<Duration> {
    let golden = 0.618_033_988_749_895_f64;
    let power = |number: usize| (golden * number as f64).fract();
    (0..count).map(|number| shortest.mul_f64(10f64.powf(power(number)))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    #[test]
    fn a_peer_answers_as_often_as_it_has_delays() {
        let peer = answering([Duration::ZERO; 2]).unwrap();
        assert!(ask(&peer).is_ok() && ask(&peer).is_ok());
        assert!(ask(&peer).is_err());
    }

    #[test]
    fn delays_lie_between_one_and_ten_times_the_shortest_and_are_spread() {
        let shortest = Duration::from_millis(2);
        let mut delays = delays(shortest, 40);
        delays.sort();
        assert!(delays[0] >= shortest && delays[39] < shortest * 10);
        assert!(delays[20] < shortest * 4 && delays[36] > shortest * 7, "{delays:?}");
    }
}
