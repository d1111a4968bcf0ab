//! What can be asked of the tool.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::units;

#[allow(missing_docs, reason = "it would replace the chapter's question in `--help`")]
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "A list of URLs of your own")]
pub struct Options {
    /// Fetch the URLs of this file, one a line; `-` reads the standard input
    #[arg(long, value_name = "FILE")]
    pub urls: Option<PathBuf>,
    /// Write a row for each of them to this file; `-` writes to the standard output
    #[arg(long, value_name = "FILE", requires = "urls")]
    pub csv: Option<PathBuf>,
    /// Keep what is fetched in this folder too, made if missing; then it need not be HTML
    #[arg(long, value_name = "DIR", requires = "urls")]
    pub save: Option<PathBuf>,
    /// Keep the good rows of an earlier run, and fetch what is missing or failed
    #[arg(long, requires = "urls")]
    pub resume: bool,
    /// At most so many requests at once
    #[arg(
        long,
        value_name = "N",
        default_value_t = 10,
        requires = "urls",
        allow_negative_numbers = true
    )]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub concurrency: u32,
    /// At most so many of them to one host [default: no limit of its own]
    #[arg(long, value_name = "N", requires = "urls", allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub per_host: Option<u32>,
    /// Give up an answer that takes longer than this
    #[arg(long, value_name = "TIME", default_value = "10s", requires = "urls")]
    #[arg(allow_hyphen_values = true, value_parser = units::time)]
    pub timeout: Duration,
    /// Give up a body of which nothing comes for so long
    #[arg(long, value_name = "TIME", default_value = "5s", requires = "urls")]
    #[arg(allow_hyphen_values = true, value_parser = units::time)]
    pub stall: Duration,
    /// Try so often again what may pass: broken connections, timeouts, 429 and most 5xx
    #[arg(
        long,
        value_name = "N",
        default_value_t = 2,
        requires = "urls",
        allow_negative_numbers = true
    )]
    #[arg(value_parser = clap::value_parser!(u32).range(0..=100))]
    pub retries: u32,
    /// Wait so long before the first retry, then twice as long each time
    #[arg(long, value_name = "TIME", default_value = "500ms", requires = "urls")]
    #[arg(allow_hyphen_values = true, value_parser = units::time)]
    pub backoff: Duration,
    /// Wait no longer than this, even if a server asks for more: then its page is given up
    #[arg(long, value_name = "TIME", default_value = "60s", requires = "urls")]
    #[arg(allow_hyphen_values = true, value_parser = units::time)]
    pub max_wait: Duration,
    /// Give up a body that is larger than this
    #[arg(long, value_name = "SIZE", default_value = "10MB", requires = "urls")]
    #[arg(allow_hyphen_values = true, value_parser = units::size)]
    pub max_bytes: u64,
}

/// For `--help`: what the options together are good for.
pub const HELP: &str = r#"With --urls, the program fetches the pages that a file lists, and writes their titles to a CSV
file with the columns url, final_url, status, title, bytes, ms and error: a row for each line
that is not blank and no comment (#), in the order of the list. Ctrl-C stops, and writes what is
done; --resume goes on from there, even after a kill (the rows wait in FILE.part; the files
.unfinished-* that a kill leaves behind may be deleted when no run goes on). Titles are written as
they are, even if they begin with =, so import them into a spreadsheet as text. With --json, it
prints {"ok": n, "failed": n, "wall_s": x, "peak_in_flight": n}.

  cargo run -p ch04_async_fetch -- --urls urls.txt --csv titles.csv
  cargo run -p ch04_async_fetch -- --urls urls.txt --csv titles.csv --resume
  cargo run -p ch04_async_fetch -- --urls photos.txt --csv photos.csv --save photos --max-bytes 50MB
  grep -v draft urls.txt | cargo run -p ch04_async_fetch -- --urls - --csv - --per-host 2

Exit status with --urls: 0 every page was fetched; 1 some were not; 2 it could not start, or not
go on; 130 stopped"#;
