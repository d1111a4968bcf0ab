//! Clients of a slow server, which runs in another process: it takes its time, and no CPU.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::JoinSet;

use super::compute::on_threads;
use super::server::ANSWER;
use super::worker::{Deadline, Errand};
use super::{Cpus, Kind, Program, WORKER};
use crate::label::Label;

/// Programs that wait for a network.
pub const PROGRAMS: &[Program] = &[
    Program {
        id: "client",
        does: "Asks a slow server, waits for the answer, asks again.",
        label: Label::IoBound,
        because: "The server waits before it answers, and the client has nothing else to do.",
        cpus: Cpus::Few,
        kind: Kind::Worker(client),
        ..WORKER
    },
    Program {
        id: "clients",
        does: "Asks a slow server on fifty threads at once.",
        label: Label::IoBound,
        because: "Each thread does as the only client does.",
        cpus: Cpus::Few,
        kind: Kind::Worker(clients),
        ..WORKER
    },
    Program {
        id: "poll-client",
        does: "Asks a slow server over fifty connections, on one thread that waits for them all.",
        label: Label::IoBound,
        because: "It asks the system which connection has an answer, and none has one for most of \
                  the time.",
        cpus: Cpus::Few,
        kind: Kind::Worker(poll_client),
        ..WORKER
    },
];

/// How long the server is to wait, in milliseconds.
pub const SLOW: u64 = 20;

/// A connection to the server.
#[derive(Debug)]
pub struct Client {
    connection: TcpStream,
}

impl Client {
    /// Connects to the server of the errand.
    ///
    /// # Errors
    /// If there is none, or it is gone.
    pub fn new(errand: &Errand) -> io::Result<Client> {
        let connection = TcpStream::connect(errand.server()?)?;
        connection.set_nodelay(true)?;
        Ok(Client { connection })
    }

    // ANCHOR: ask
    /// Asks the server, which waits for so many milliseconds before it answers.
    ///
    /// # Errors
    /// If the connection breaks.
    pub fn ask(&mut self, milliseconds: u64) -> io::Result<()> {
        self.connection.write_all(request(milliseconds).as_bytes())?;
        self.connection.read_exact(&mut [0; ANSWER.len()])
    }
    // ANCHOR_END: ask
}

fn request(milliseconds: u64) -> String {
    format!("GET /{milliseconds} HTTP/1.1\r\nHost: zoo\r\n\r\n")
}

fn client(errand: &Errand) -> io::Result<u64> {
    let mut client = Client::new(errand)?;
    let mut answers = 0;
    while !errand.until.is_over() {
        client.ask(SLOW)?;
        answers += 1;
    }
    Ok(answers)
}

fn clients(errand: &Errand) -> io::Result<u64> {
    on_threads(50, || client(errand))
}

// ANCHOR: poll
fn poll_client(errand: &Errand) -> io::Result<u64> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let mut connections = JoinSet::new();
        for _ in 0..50 {
            connections.spawn(ask_again(errand.server()?, errand.until));
        }
        connections.join_all().await.into_iter().sum()
    })
}

async fn ask_again(server: std::net::SocketAddr, until: Deadline) -> io::Result<u64> {
    let mut connection = tokio::net::TcpStream::connect(server).await?;
    connection.set_nodelay(true)?;
    let mut answers = 0;
    while !until.is_over() {
        connection.write_all(request(SLOW).as_bytes()).await?;
        connection.read_exact(&mut [0; ANSWER.len()]).await?;
        answers += 1;
    }
    Ok(answers)
}
// ANCHOR_END: poll
