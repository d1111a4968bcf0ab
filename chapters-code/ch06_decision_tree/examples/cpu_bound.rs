//! Work for every CPU: prints the SHA-256 of files, each as soon as it is done.
//! A file that fails stops no other, nor does a panic. Ctrl-C begins no more files. Exit
//! status: 0 all done, 1 some failed, 130 stopped.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::{fs::File, panic::catch_unwind, process};

use anyhow::{Result, anyhow};
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
fn work(file: &Path) -> Result<String> {
    let (mut file, mut block) = (File::open(file)?, vec![0; 1 << 16]);
    let mut hash = Sha256::new();
    while let length @ 1.. = file.read(&mut block)? {
        hash.update(&block[..length]);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn main() -> Result<process::ExitCode> {
    let files = Args::parse().files;
    ctrlc::set_handler(|| match STOPPED.swap(true, SeqCst) {
        false => eprintln!("finishing the files in hand; once more to stop at once"),
        true => process::exit(130),
    })?;
    let left = AtomicUsize::new(files.len());
    // As many at once as there are CPUs. Whoever is done prints, so nothing piles up.
    let begun = files.par_iter().take_any_while(|_| !STOPPED.load(SeqCst));
    begun.try_for_each(|file| -> Result<()> {
        let hash = catch_unwind(|| work(file));
        let hash = hash.unwrap_or_else(|_| Err(anyhow!("it panicked")));
        left.fetch_sub(usize::from(hash.is_ok()), SeqCst);
        match hash {
            Ok(hash) => writeln!(io::stdout(), "{hash}  {}", file.display())?,
            Err(error) => eprintln!("{}: {error:#}", file.display()),
        }
        Ok(())
    })?;
    let (left, stopped) = (left.into_inner(), STOPPED.load(SeqCst));
    if stopped && left > 0 {
        eprintln!("stopped; not done: {left}");
        return Ok(130.into());
    }
    Ok(u8::from(left > 0).into())
}
