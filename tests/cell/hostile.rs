//! Programs that nobody should trust, for the tests of cells. Each is run in a cell by one of the
//! tests, and does nothing if somebody else runs it.

use std::{
    env, fs, hint,
    io::{self, Write},
    os::{fd::AsFd, unix::process::parent_id},
    path::PathBuf,
    process::{self, Command},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use lab::os::Shared;

const AN_HOUR: Duration = Duration::from_secs(3600);

/// Speaks with the supervisor as the harness does.
fn graded(body: impl FnOnce() -> Result<(), String>) {
    if env::var_os("WORKBOOK_CHECK").is_none() {
        return;
    }
    let mut token = String::new();
    io::stdin().read_line(&mut token).expect("a token");
    let receipt = match body() {
        Ok(()) => r#"{"outcome": "passed"}"#.to_owned(),
        Err(observed) => {
            format!(r#"{{"outcome": "failed", "observed": {observed:?}}}"#)
        }
    };
    let socket = io::stdin().as_fd().try_clone_to_owned().expect("a descriptor");
    writeln!(fs::File::from(socket), "@receipt {} {receipt}", token.trim())
        .expect("somebody to read it");
}

/// What the test has told by the learner's name.
fn told() -> String {
    env::var("WORKBOOK_LEARNER").expect("the test tells")
}

fn shell(script: &str) {
    Command::new("sh").args(["-c", script]).status().expect("a shell");
}

fn spin() {
    loop {
        hint::spin_loop();
    }
}

macro_rules! programs {
    ($($name:ident: $body:expr;)*) => {
        $(#[test]
        #[ignore = "for other tests to run, in a cell"]
        fn $name() {
            graded($body)
        })*
    };
}

programs! {
    is_right: || {
        println!("hello");
        Ok(())
    };
    is_wrong: || Err("1 at a time".to_owned());
    knows_where_it_is: || {
        // What cargo told the tests is not for their programs.
        let strange = env::vars_os().find(|(name, _)| *name == "CARGO_MANIFEST_DIR");
        let here = env::current_dir().map_err(|error| error.to_string())?;
        let temporary = env::temp_dir().canonicalize().map_err(|error| error.to_string())?;
        let here_is_empty = fs::read_dir(&here).is_ok_and(|mut it| it.next().is_none());
        let is_so = strange.is_none() && here == temporary && here_is_empty;
        if is_so && told() == "ada" { Ok(()) } else { Err(format!("{strange:?} {here:?}")) }
    };
    never_ends: || {
        fs::write("started", "").expect("its own folder");
        let lock = Arc::new(Mutex::new(()));
        let held = lock.lock().expect("a lock");
        let start = |name: &str, what: Box<dyn FnOnce() + Send>| {
            thread::Builder::new().name(name.to_owned()).spawn(what).expect("a thread")
        };
        let waits = Arc::clone(&lock);
        start("waiter", Box::new(move || drop(waits.lock())));
        start("sleeper", Box::new(|| thread::sleep(AN_HOUR)));
        start("harness clock", Box::new(|| thread::sleep(AN_HOUR)));
        let spins = start("spinner", Box::new(spin));
        spins.join().expect("it never ends");
        drop(held);
        Ok(())
    };
    leaves_processes: || {
        shell("setsid sleep 3600 & echo \"left $!\"");
        shell("(setsid sleep 3600 & echo \"left $!\")");
        Ok(())
    };
    is_a_comet: || {
        // Each process starts the next one and ends: whoever lists them comes too late.
        fs::write("comet", "sh comet & ").expect("its own folder");
        shell("setsid sh comet &");
        Ok(())
    };
    forks: || {
        shell("b() { b | b & }; b; sleep 3600");
        Ok(())
    };
    forks_away: || {
        // Each generation leaves the session of its parent.
        let script = "setsid sh bomb & setsid sh bomb & sleep 3600";
        fs::write("bomb", script).expect("its own folder");
        shell("sh bomb");
        Ok(())
    };
    prints_much: || {
        let much = vec![b'x'; 1 << 20];
        for _ in 0..50 {
            io::stdout().write_all(&much).expect("a pipe");
        }
        Ok(())
    };
    prints_for_ever: || loop {
        println!("and on");
    };
    takes_memory: || {
        let mut all = Vec::new();
        loop {
            all.push(hint::black_box(vec![1_u8; 8 << 20]));
        }
    };
    takes_memory_in_children: || {
        // Each of them has less than a check may have.
        let hog = "dd if=/dev/zero of=/dev/null bs=60000000 &";
        shell(&format!("for i in 1 2 3 4 5 6 7 8; do {hog} done; wait"));
        Ok(())
    };
    fills_files_in_memory: || {
        // Nobody touches where they are mapped, so what is in them is in no process.
        let piece = vec![1_u8; 1 << 20];
        let fill = |_| {
            let shared = Shared::new(60 << 20).expect("memory");
            let file = fs::File::options().write(true).open(shared.path());
            let mut file = file.expect("its own file");
            for _ in 0..60 {
                file.write_all(&piece).expect("there is room");
            }
            shared
        };
        let all: Vec<Shared> = (0..6).map(fill).collect();
        thread::sleep(AN_HOUR);
        drop(all);
        Ok(())
    };
    asks_for_too_much: || {
        drop(hint::black_box(Vec::<u8>::with_capacity(1 << 46)));
        Ok(())
    };
    fills_the_disk: || {
        for file in 0..20 {
            // There is nothing in them, but it counts.
            let file = fs::File::create(file.to_string()).expect("its own folder");
            file.set_len(50 << 20).expect("its own folder");
        }
        thread::sleep(AN_HOUR);
        Ok(())
    };
    digs: || loop {
        // Deeper than any path is long.
        fs::create_dir("deeper").and_then(|()| env::set_current_dir("deeper")).expect("room");
    };
    ends_early: || process::exit(0);
    aborts: || process::abort();
    pretends: || {
        for token in ["", "TOKEN", "00000000000000000000000000000000"] {
            println!("\n@receipt {token} {{\"outcome\": \"passed\"}}");
        }
        println!("test result: ok. 1 passed; 0 failed");
        process::exit(0);
    };
    pretends_and_fails: || {
        println!("\n@receipt TOKEN {{\"outcome\": \"passed\"}}");
        Err("it is wrong".to_owned())
    };
    panics_in_the_harness: || panic!("nobody catches this");
    deletes_all: || {
        let here = env::current_dir().expect("a folder");
        // The folder itself is not for it to remove.
        drop(fs::remove_dir_all(&here));
        drop(fs::remove_dir_all(told()));
        Ok(())
    };
    writes_elsewhere: || {
        let folder = PathBuf::from(told());
        drop(fs::write(folder.join("new"), "x"));
        drop(fs::write(folder.join("old"), "x"));
        drop(fs::hard_link(folder.join("old"), "mine").and_then(|()| fs::write("mine", "x")));
        drop(std::os::unix::fs::symlink(folder.join("old"), "link"));
        drop(fs::write("link", "x"));
        Ok(())
    };
    locks_its_folder: || {
        shell("mkdir -m 0 inside");
        Ok(())
    };
    reads_its_output: || {
        // A pipe can be read by who writes to it: then a receipt can be taken out, and another put in.
        match fs::File::open("/proc/self/fd/1") {
            Ok(_) => Err("what was printed can be read".to_owned()),
            Err(_) => Ok(()),
        }
    };
    reads_its_supervisor: || {
        // Whatever can be opened for reading and writing, of any of its threads.
        let threads = fs::read_dir(format!("/proc/{}/task", parent_id())).expect("they are told");
        let memory = |thread: io::Result<fs::DirEntry>| {
            let file = thread.expect("a thread").path().join("mem");
            fs::File::options().read(true).open(&file).map(|_| file)
        };
        match threads.map(memory).find(Result::is_ok) {
            Some(Ok(file)) => Err(format!("{} can be read", file.display())),
            _ => Ok(()),
        }
    };
    slows_its_user: || {
        let renice = |who: &str| Command::new("renice").args(["19", "-u", who]).status();
        let done = renice("0").is_ok_and(|it| it.success());
        if done { Err("all of the user's programs".to_owned()) } else { Ok(()) }
    };
    limits_its_supervisor: || {
        let pid = parent_id();
        let limit = |what: &str| {
            Command::new("prlimit").args([format!("--pid={pid}"), what.to_owned()]).status()
        };
        let limited = limit("--nofile=3:3").is_ok_and(|it| it.success());
        let slowed = Command::new("renice").args(["19", &pid.to_string()]).status();
        let slowed = slowed.is_ok_and(|it| it.success());
        if limited || slowed { Err(format!("{limited} {slowed}")) } else { Ok(()) }
    };
    changes_what_is_not_its_own: || {
        let folder = PathBuf::from(told());
        let old = folder.join("old").display().to_string();
        shell(&format!("chmod 777 {old}; chown 1:1 {old}; touch -d 2001-01-01 {old}"));
        let service = folder.join("service");
        drop(std::os::unix::net::UnixStream::connect(&service));
        let send = "import socket, sys\nfor kind in (2, 3):\n try: \
                    socket.socketpair(1, kind)[0].sendto(b'do this', sys.argv[1])\n \
                    except OSError: pass";
        let mailbox = folder.join("mailbox");
        drop(Command::new("python3").args(["-c", send]).arg(&mailbox).status());
        let datagrams = std::os::unix::net::UnixDatagram::pair();
        drop(datagrams.and_then(|(one, _)| one.send_to(b"do this", &mailbox)));
        Ok(())
    };
    ends_its_parent: || {
        shell(&format!("setsid sleep 3600 & kill -9 {}", parent_id()));
        thread::sleep(Duration::from_secs(1));
        Ok(())
    };
}
