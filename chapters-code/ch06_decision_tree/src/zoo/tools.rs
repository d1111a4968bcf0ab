//! Tools that others wrote. They know nothing of seconds: how much work fits into one is found by
//! trying, see [`super::place`].
//!
//! In braces stands what is filled in: `{n}` that amount of work; `{text}` a text of so many KiB,
//! `{rows}` a script for so many rows in a database, `{folders…}` the same folder so many times;
//! `{folder}` a folder for files, `{server}` the slow server, `{seconds}` what was asked for.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::{Cpus, Kind, Need, Program, WORKER};
use crate::label::Label;

/// Programs that others wrote.
pub const PROGRAMS: &[Program] = &[
    Program {
        id: "tool-sort",
        does: "Sorts the lines of a text.",
        label: Label::CpuBound,
        because: "The text was just written, so it is in memory, and nobody waits for the result.",
        cpus: Cpus::All,
        kind: Kind::Tool(&["sort", "{text}"]),
        ..WORKER
    },
    Program {
        id: "tool-gzip",
        does: "Compresses a text.",
        label: Label::CpuBound,
        because: "The text is in memory, and the best compression takes the most computing.",
        kind: Kind::Tool(&["gzip", "-9", "-c", "{text}"]),
        ..WORKER
    },
    Program {
        id: "tool-xz",
        does: "Compresses a text on two threads.",
        label: Label::CpuBound,
        because: "Two threads compress, and the first one waits for nothing but them.",
        cpus: Cpus::Two,
        kind: Kind::Tool(&["xz", "-T2", "--block-size=128KiB", "-c", "{text}"]),
        ..WORKER
    },
    Program {
        id: "tool-dd",
        does: "Copies zeros into a file, and waits for the disk after each 4 KiB.",
        label: Label::IoBound,
        because: "Nothing is computed, and each write waits for an answer of the disk.",
        needs: &[Need::Disk],
        cpus: Cpus::Few,
        kind: Kind::Tool(&[
            "dd",
            "if=/dev/zero",
            "of={folder}/copied",
            "bs=4k",
            "count={n}",
            "oflag=dsync",
        ]),
        ..WORKER
    },
    Program {
        id: "tool-query",
        does: "Has a database in memory count.",
        label: Label::CpuBound,
        because: "It is a database, and no disk and no network is near it.",
        kind: Kind::Tool(&[
            "sqlite3",
            ":memory:",
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < {n}00) \
             select sum(i * i % 7) from n;",
        ]),
        ..WORKER
    },
    Program {
        id: "tool-rows",
        does: "Puts rows into a database on a disk, each in a transaction of its own.",
        label: Label::IoBound,
        because: "A transaction ends when the disk has it, and a row is little work.",
        needs: &[Need::Disk],
        cpus: Cpus::Few,
        kind: Kind::Tool(&["sqlite3", "{folder}/rows.db", ".read {rows}"]),
        ..WORKER
    },
    Program {
        id: "tool-shell",
        does: "Has a shell start one short program after the other.",
        label: Label::CpuBound,
        because: "Starting and ending programs is work of the system, and nobody waits for more.",
        kind: Kind::Tool(&[
            "sh",
            "-c",
            "i=0; while [ $i -lt {n} ]; do env true; i=$((i + 1)); done",
        ]),
        ..WORKER
    },
    Program {
        id: "tool-find",
        does: "Looks for a file that is not there in a thousand others, again and again.",
        label: Label::CpuBound,
        because: "The system has the folder in memory, so that looking into it is computing.",
        kind: Kind::Tool(&["find", "{folders…}", "-name", "nothing"]),
        ..WORKER
    },
    Program {
        id: "tool-curl",
        does: "Fetches one page of a slow server after the other.",
        label: Label::IoBound,
        because: "The server waits before it answers, and curl has nothing else to do.",
        cpus: Cpus::Few,
        kind: Kind::Tool(&[
            "curl",
            "-sS",
            "--noproxy",
            "*",
            "http://{server}/20?[1-{n}]",
        ]),
        ..WORKER
    },
    Program {
        id: "tool-sleep",
        does: "Sleeps, in one go.",
        label: Label::Sleeping,
        because: "That is all it can do.",
        cpus: Cpus::Few,
        kind: Kind::Tool(&["sleep", "{seconds}"]),
        ..WORKER
    },
];

/// How many files `{folders…}` has.
const FILES: usize = 1000;

/// Writes a text of so many KiB, of words that repeat as those of a language do.
///
/// # Errors
/// If it cannot be written.
pub fn write_text(to: &Path, kib: u64) -> io::Result<()> {
    const SOUNDS: [&str; 16] = [
        "ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti",
        "vo", "wu", "za",
    ];
    let mut text = BufWriter::new(fs::File::create(to)?);
    let (mut state, mut written) = (1_u64, 0);
    while written < kib << 10 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let sound = |place: u32| SOUNDS[(state >> place) as usize % SOUNDS.len()];
        let gap = if (state >> 61) == 0 { "\n" } else { " " };
        // The last sound is left out of three words in four.
        let last = if (state >> 59).is_multiple_of(4) { sound(52) } else { "" };
        let word = [sound(40), sound(46), last, gap];
        word.iter().try_for_each(|part| text.write_all(part.as_bytes()))?;
        written += word.iter().map(|part| part.len() as u64).sum::<u64>();
    }
    text.write_all(b"\n")?;
    text.flush()
}

/// Writes a script that makes so many rows, each of which waits for the disk.
///
/// # Errors
/// If it cannot be written.
pub fn write_rows(to: &Path, rows: u64) -> io::Result<()> {
    let mut script = BufWriter::new(fs::File::create(to)?);
    writeln!(script, "pragma synchronous = full;\ndrop table if exists row;")?;
    writeln!(script, "create table row (number integer, word text);")?;
    for row in 0..rows {
        writeln!(script, "insert into row values ({row}, 'word {row}');")?;
    }
    script.flush()
}

/// Makes the folder that is looked through, unless it is there.
///
/// # Errors
/// If it cannot be made.
pub fn fill(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        return Ok(());
    }
    fs::create_dir(folder)?;
    (0..FILES).try_for_each(|file| fs::write(folder.join(format!("file {file}")), ""))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_its_size_and_is_the_same_every_time() {
        let folder = tempfile::tempdir().unwrap();
        let text = |name: &str| {
            write_text(&folder.path().join(name), 16).unwrap();
            fs::read_to_string(folder.path().join(name)).unwrap()
        };
        let (one, two) = (text("one"), text("two"));
        assert!((16 << 10..17 << 10).contains(&one.len()), "{}", one.len());
        assert_eq!(one, two);
        assert!(one.lines().count() > 100 && one.contains(' '));
    }
}
