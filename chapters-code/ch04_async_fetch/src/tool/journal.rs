//! What is done, written down as it is done, so that no kill can take it away.
//!
//! Pages arrive in any order. Each row is added at once to a file beside the CSV file, whose name
//! ends in `.part`. In the end the rows are copied to the CSV file, in the order of the list.
//! A row is one line; so a line that was cut off by a kill shows, and everything before it holds.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::row::{HEADER, Row};
use super::save::{draft, fingerprint};

/// The rows so far, in a file, in the order in which they came.
#[derive(Debug)]
pub struct Journal {
    file: File,
    end: u64,
    /// Where the row of each line of the list is. This is what a line costs as long as the program
    /// runs: 24 bytes, and up to as many again while the list grows.
    places: Vec<Option<Place>>,
}

/// Where a row is in the file: from which byte on, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    at: u64,
    len: u32,
}

/// Rows of an earlier run that can be kept, by their URLs, and how many bytes each page had.
#[derive(Debug, Default)]
pub struct Kept(HashMap<u64, Vec<(Place, u64)>>);

impl Kept {
    /// A row for this URL, of a page with so many bytes that it fits; each is given once.
    pub fn take(&mut self, url: &str, fits: impl Fn(u64) -> bool) -> Option<Place> {
        let rows = self.0.get_mut(&fingerprint(url))?;
        let at = rows.iter().rposition(|(_, bytes)| fits(*bytes))?;
        Some(rows.swap_remove(at).0)
    }
}

impl Journal {
    /// A journal that nobody will continue: it goes with the program.
    ///
    /// # Errors
    /// If the system gives no temporary file.
    pub fn fleeting() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, end: 0, places: Vec::new() })
    }

    /// The journal of a CSV file. With `resume`, the good rows of an earlier run are in it.
    ///
    /// # Errors
    /// If the file cannot be written, is a link or no plain file, or belongs to a run that has not
    /// ended.
    pub fn open(csv: &Path, resume: bool) -> Result<(Self, Kept)> {
        let path = part(csv);
        check(&path)?;
        if resume && !path.exists() && csv.exists() {
            copy_rows(csv, &path).with_context(|| format!("{}", csv.display()))?;
        }
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // Should one come in between.
            options.custom_flags(nix::fcntl::OFlag::O_NOFOLLOW.bits());
        }
        let file = options.open(&path);
        let file = file.with_context(|| format!("cannot write {}", path.display()))?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            bail!("{} belongs to a run that goes on; wait for its end", path.display());
        }
        if !resume {
            file.set_len(0)?;
        }
        let mut journal = Self { file, end: 0, places: Vec::new() };
        let kept = journal.survey().with_context(|| format!("{}", path.display()))?;
        Ok((journal, kept))
    }

    /// Finds the good rows, and cuts off what is not a whole line.
    fn survey(&mut self) -> Result<Kept> {
        let mut kept = Kept::default();
        let mut reader = BufReader::new(&self.file);
        let mut line = Vec::new();
        loop {
            line.clear();
            reader.read_until(b'\n', &mut line)?;
            if line.last() != Some(&b'\n') {
                break;
            }
            let place = Place { at: self.end, len: u32::try_from(line.len())? };
            self.end += line.len() as u64;
            match Row::from_csv(&line) {
                // What failed is tried again.
                Some(row) if row.is_ok() => {
                    let rows = kept.0.entry(fingerprint(&row.url)).or_default();
                    rows.push((place, row.bytes));
                }
                // Also the header, and what a crash of the whole machine may leave behind.
                _ => {}
            }
        }
        self.file.set_len(self.end)?;
        Ok(kept)
    }

    /// Writes down the row of a line of the list.
    ///
    /// # Errors
    /// If the disk is full, for instance.
    pub fn add(&mut self, line: usize, row: &Row) -> io::Result<()> {
        let text = row.to_csv().map_err(io::Error::other)?;
        self.file.seek(SeekFrom::Start(self.end))?;
        // In one piece, and with no buffer of ours: from here on, a kill does not matter.
        self.file.write_all(&text)?;
        let len = u32::try_from(text.len()).map_err(io::Error::other)?;
        self.keep(line, Place { at: self.end, len });
        self.end += u64::from(len);
        Ok(())
    }

    /// Takes a row that is there already as that of a line of the list.
    pub fn keep(&mut self, line: usize, place: Place) {
        if self.places.len() <= line {
            self.places.resize(line + 1, None);
        }
        self.places[line] = Some(place);
    }

    /// Whether a line of the list has its row.
    #[must_use]
    pub fn has(&self, line: usize) -> bool {
        self.places.get(line).is_some_and(Option::is_some)
    }

    /// The row of a line, as it is in the file; empty if it has none.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn row(&self, line: usize) -> io::Result<Vec<u8>> {
        let Some(Some(place)) = self.places.get(line) else { return Ok(Vec::new()) };
        let mut row = vec![0; place.len as usize];
        let mut file = &self.file;
        file.seek(SeekFrom::Start(place.at))?;
        file.read_exact(&mut row)?;
        Ok(row)
    }

    /// Copies all rows, in the order of the list; lines without one are left out.
    fn copy(&self, to: &mut dyn Write) -> io::Result<()> {
        let mut reader = BufReader::new(&self.file);
        let mut at = reader.stream_position()?;
        let mut row = Vec::new();
        for place in self.places.iter().flatten() {
            // In steps, since most rows lie close to each other: the buffer is used again.
            reader.seek_relative(place.at.wrapping_sub(at).cast_signed())?;
            row.resize(place.len as usize, 0);
            reader.read_exact(&mut row)?;
            at = place.at + u64::from(place.len);
            to.write_all(&row)?;
        }
        Ok(())
    }

    /// One more than the last line that has a row.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.places.len()
    }

    /// Writes the CSV file, whole or not at all.
    ///
    /// # Errors
    /// If the folder does not let us.
    pub fn write_csv(&self, csv: &Path) -> io::Result<()> {
        let mut draft = draft(folder(csv))?;
        let mut writer = BufWriter::new(&mut draft);
        writer.write_all(HEADER.as_bytes())?;
        self.copy(&mut writer)?;
        writer.flush()?;
        drop(writer);
        draft.persist(csv)?;
        Ok(())
    }

    /// Deletes the journal of a CSV file that is complete.
    ///
    /// # Errors
    /// If the folder does not let us.
    pub fn close(self, csv: &Path) -> io::Result<()> {
        // Closed first: some systems delete no open file.
        drop(self.file);
        fs::remove_file(part(csv))
    }
}

/// Refuses what stands in the place of a journal and is none: it is never ours, and what a link
/// leads to, or whoever is at the other end of a pipe, must not get our rows.
fn check(journal: &Path) -> Result<()> {
    let Ok(found) = journal.symlink_metadata() else { return Ok(()) };
    let what = match found.file_type() {
        kind if kind.is_file() => return Ok(()),
        kind if kind.is_symlink() => "a symbolic link",
        kind if kind.is_dir() => "a folder",
        _ => "a pipe or a device",
    };
    bail!(
        "{}: the rows are kept here until the end, and this is {what}; remove it, or name another \
         file after --csv",
        journal.display()
    );
}

/// Makes a journal of a CSV file that an earlier run left behind.
fn copy_rows(csv: &Path, journal: &Path) -> Result<()> {
    let mut from = BufReader::new(File::open(csv)?);
    let start = from.fill_buf()?;
    if !start.is_empty() && !start.starts_with(HEADER.trim_end().as_bytes()) {
        bail!("this was not written by this program, so it cannot be resumed");
    }
    // Under another name first, so that a kill leaves a whole journal or none.
    let mut copy = draft(folder(csv))?;
    io::copy(&mut from, &mut copy)?;
    copy.persist(journal)?;
    Ok(())
}

/// Where the journal of a CSV file is.
#[must_use]
pub fn part(csv: &Path) -> PathBuf {
    let mut name = csv.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

/// The folder that a file is in.
#[must_use]
pub fn folder(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_costs_as_many_bytes_as_its_place() {
        assert_eq!(size_of::<Option<Place>>(), 24);
    }

    #[test]
    fn a_row_is_kept_if_its_page_fits_and_only_once() {
        let (old, new) = (Place { at: 0, len: 1 }, Place { at: 1, len: 1 });
        let rows = vec![(old, 10), (new, 20)];
        let mut kept = Kept(HashMap::from([(fingerprint("a"), rows)]));
        assert_eq!(kept.take("a", |bytes| bytes == 30), None);
        assert_eq!(kept.take("a", |bytes| bytes == 10), Some(old));
        assert_eq!(kept.take("a", |bytes| bytes == 10), None);
        assert_eq!(kept.take("a", |_| true), Some(new));
    }
}
