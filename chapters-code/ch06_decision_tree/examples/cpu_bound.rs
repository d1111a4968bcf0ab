//! Work for every CPU: prints the SHA-256 of files, in the order in which they are named.
//! A file that fails stops no other. Exit status: 0 all done, 1 some failed, 130 Ctrl-C.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use clap::Parser;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

static STOPPED: AtomicBool = AtomicBool::new(false);

#[derive(Parser)]
struct Args {
    /// Files to read
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// The work. However long the file is, only a block of it is in memory.
fn work(file: &Path) -> io::Result<String> {
    let (mut file, mut block) = (File::open(file)?, vec![0; 1 << 16]);
    let mut hash = Sha256::new();
    while let length @ 1.. = file.read(&mut block)? {
        hash.update(&block[..length]);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn main() -> anyhow::Result<ExitCode> {
    let files = Args::parse().files;
    ctrlc::set_handler(|| match STOPPED.swap(true, SeqCst) {
        false => eprintln!("finishing the files in hand; once more to stop at once"),
        true => process::exit(130),
    })?;
    let begin = |file: &PathBuf| match STOPPED.load(SeqCst) {
        false => work(file),
        true => Err(io::ErrorKind::Interrupted.into()),
    };
    // As many at once as there are CPUs; the results keep the order of the files.
    let results: Vec<_> = files.par_iter().map(begin).collect();
    let mut left = files.len();
    for (file, result) in files.iter().map(|file| file.display()).zip(results) {
        left -= usize::from(result.is_ok());
        match result {
            Ok(hash) => writeln!(io::stdout(), "{hash}  {file}")?,
            Err(error) => eprintln!("{file}: {error}"),
        }
    }
    let stopped = STOPPED.load(SeqCst) && left > 0;
    Ok(ExitCode::from(if stopped { 130 } else { u8::from(left > 0) }))
}
