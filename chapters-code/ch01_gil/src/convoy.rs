//! A worker that asks a server again and again, beside one that computes.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use crate::interpreter::{Op, Permit, run};

/// Bytes of a request, and of its answer.
const LENGTH: usize = 16;

/// Starts a server on this machine that answers each request of its one client after `service`.
/// It ends with the connection.
///
/// # Errors
/// If there is no port to listen on.
pub fn serve(service: Duration) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    let answer = move || -> io::Result<()> {
        let (mut client, _) = listener.accept()?;
        client.set_nodelay(true)?;
        let mut request = [0; LENGTH];
        loop {
            client.read_exact(&mut request)?;
            thread::sleep(service);
            client.write_all(&request)?;
        }
    };
    thread::Builder::new().spawn(answer)?;
    Ok(address)
}

// ANCHOR: ask
/// Asks the server `times` times, one after the other. Returns how long each took.
///
/// # Errors
/// If the connection fails.
pub fn ask(
    server: SocketAddr,
    times: usize,
    permit: &mut impl Permit,
) -> io::Result<Vec<Duration>> {
    let mut server = permit.allow_threads(|| TcpStream::connect(server))?;
    server.set_nodelay(true)?;
    let mut answer = [0; LENGTH];
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        permit.allow_threads(|| server.write_all(&[1; LENGTH]))?;
        permit.allow_threads(|| server.read_exact(&mut answer))?;
        took.push(began.elapsed());
    }
    Ok(took)
}
// ANCHOR_END: ask

/// Computes until `stop` is set. Returns how many iterations of its loop there were.
pub fn compute_until(stop: &AtomicBool, permit: &mut impl Permit) -> u64 {
    const TIMES: u64 = 1_000;
    let mut iterations = 0;
    while !stop.load(Relaxed) {
        std::hint::black_box(run(&[Op::Loop(TIMES)], permit));
        iterations += TIMES;
    }
    iterations
}
