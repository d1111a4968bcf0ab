//! A number in a file, and who adds to it.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use ch03_producer_consumer::file::{self, ADDER};

#[test]
fn processes_that_lock_the_file_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("number");
    fs::write(&path, 0_u64.to_le_bytes()).unwrap();
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ch03_producer_consumer"));
        command.arg(ADDER).arg(&path).args(["3000", "locked"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    };
    let mut adders = [start(), start(), start()];
    for adder in &mut adders {
        let mut ready = String::new();
        let output = adder.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut ready).unwrap();
        assert_eq!(ready, "ready\n");
    }
    // Now all of them begin.
    adders.iter_mut().for_each(|adder| drop(adder.stdin.take()));
    assert!(adders.iter_mut().all(|adder| adder.wait().unwrap().success()));
    assert_eq!(file::read(&mut fs::File::open(&path).unwrap()).unwrap(), 9000);
}

#[test]
fn a_file_that_is_not_there_or_holds_no_number_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert!(file::add(&folder.path().join("none"), 1, false).is_err());
    let short = folder.path().join("short");
    fs::write(&short, "abc").unwrap();
    assert!(file::add(&short, 1, true).is_err());
    let output = Command::new(env!("CARGO_BIN_EXE_ch03_producer_consumer"))
        .arg(ADDER)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
}
