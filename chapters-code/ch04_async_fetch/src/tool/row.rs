//! A row of the CSV file.

use serde::{Deserialize, Serialize};

/// What became of one line of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The URL as the list has it.
    pub url: String,
    /// The URL that was asked last, after all redirects; empty if none was.
    pub final_url: String,
    /// The HTTP status; empty if there was no answer.
    pub status: Option<u16>,
    /// The page's title; empty if it has none.
    pub title: String,
    /// Bytes of the body, after decompression.
    pub bytes: u64,
    /// Milliseconds from the first request to the last byte, with all that was between them.
    pub ms: u64,
    /// What went wrong; empty if nothing did.
    pub error: String,
}

/// The first line of the file.
pub const HEADER: &str = "url,final_url,status,title,bytes,ms,error\n";

impl Row {
    /// Whether the page was fetched.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.error.is_empty()
    }

    /// The row as a line of the file, with its end.
    ///
    /// # Errors
    /// None that are known: it is written to memory.
    pub fn to_csv(&self) -> csv::Result<Vec<u8>> {
        let mut writer =
            csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
        writer.serialize(self)?;
        writer.into_inner().map_err(|error| error.into_error().into())
    }

    /// The row that a line of the file stands for; `None` if it is none, or a part of one.
    #[must_use]
    pub fn from_csv(line: &[u8]) -> Option<Self> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line);
        let record = reader.records().next()?.ok()?;
        let is_whole = record.len() == HEADER.split(',').count();
        record.deserialize(None).ok().filter(|_| is_whole)
    }
}
