//! Worker processes: the test program once more, in another role.
//!
//! What a worker does is in a test called `worker`, which is over at once unless a check has started
//! it:
//!
//! ```ignore
//! #[test]
//! fn worker() {
//!     worker::run(|work| worker::serve(|message| work.len() + message.len()));
//! }
//!
//! #[check]
//! fn a_worker_answers() {
//!     let mut worker = Worker::start("its work").unwrap();
//!     let answer = worker.ask(b"a message", |_| ()).unwrap();
//!     equal("the answer", answer, "17".to_owned(), "it counts letters");
//! }
//! ```

use std::{
    env,
    fmt::Display,
    io::{self, BufRead, BufReader, Read, Write},
    process::{self, Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
};

/// Set for a worker: what it is to do.
const WORK: &str = "WORKBOOK_WORK";

/// What the line of an answer begins with. A program of tests prints other lines, too.
const MARK: &str = "@worker ";

/// What a worker says when it has a message, and before it does anything about it.
const BEGUN: &str = "begun";

/// How many workers were started.
static STARTED: AtomicUsize = AtomicUsize::new(0);

/// Starts this test program as a worker, with this `work`; without input, and what it prints is
/// nobody's business.
pub fn command(work: impl Display) -> Command {
    let program = env::current_exe().expect("the system knows this program");
    let mut command = Command::new(program);
    command.args(["--exact", "worker", "--nocapture", "--test-threads=1"]);
    command.env(WORK, work.to_string()).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// To be called in the test `worker`: does `role` with the work, and ends the program, successfully
/// unless it panics. If this is no worker, nothing is done.
pub fn run(role: impl FnOnce(&str)) {
    if let Ok(work) = env::var(WORK) {
        role(&work);
        process::exit(0);
    }
}

/// In a worker: answers each message with a line, as long as there are any.
pub fn serve<T: Display>(mut answer: impl FnMut(Vec<u8>) -> T) {
    let next = || receive(&mut io::stdin().lock());
    // If a pipe breaks, nobody is there any more to hear an answer.
    while let Ok(message) = next() {
        say(BEGUN);
        if next().is_ok() {
            say(answer(message));
        }
    }
}

fn say(text: impl Display) {
    let line = format!("\n{MARK}{}\n", text.to_string().replace('\n', " "));
    let mut output = io::stdout().lock();
    let _ = output.write_all(line.as_bytes()).and_then(|()| output.flush());
}

/// A message: its length in eight bytes, the lowest first, and its bytes.
fn receive(from: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    let mut message = Vec::new();
    from.take(u64::from_le_bytes(length)).read_to_end(&mut message)?;
    Ok(message)
}

/// A worker, and the pipes to it and from it. When it is dropped, the process ends.
#[derive(Debug)]
pub struct Worker {
    process: Child,
    messages: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    /// Starts one.
    ///
    /// # Errors
    /// If the system does not let us.
    pub fn start(work: impl Display) -> io::Result<Worker> {
        STARTED.fetch_add(1, SeqCst);
        let mut command = command(work);
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let messages = process.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let answers = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Worker { process, messages, answers: BufReader::new(answers) })
    }

    /// How many this program has started so far.
    pub fn started() -> usize {
        STARTED.load(SeqCst)
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends a message, and waits for the answer. In between, when the worker has begun and before it
    /// goes on, calls `midway`, which may be the worker's end.
    ///
    /// # Errors
    /// If the process is gone.
    pub fn ask(
        &mut self,
        message: &[u8],
        midway: impl FnOnce(&mut Worker),
    ) -> io::Result<String> {
        self.send(message)?;
        self.hear()?;
        midway(self);
        self.send(&[])?;
        self.hear()
    }

    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.messages.write_all(&(message.len() as u64).to_le_bytes())?;
        self.messages.write_all(message)
    }

    fn hear(&mut self) -> io::Result<String> {
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(answer) = line.trim_end().strip_prefix(MARK) {
                return Ok(answer.to_owned());
            }
        }
    }

    /// Ends the process as the system does when memory runs out: at once, with no goodbye.
    pub fn kill(&mut self) {
        // If it cannot be killed, it is gone already.
        let _ = self.process.kill();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
        let _ = self.process.wait();
    }
}
