//! The preprocessor's side of the stock `mdbook` command.

use std::io::{self, Read, Write};

use anyhow::{Context, Result};

use super::{library::Shown, site};
use crate::problem::Problems;

/// Whether pages are made for this renderer: only HTML can show what they hold.
pub fn supports(renderer: &str) -> bool {
    renderer == "html"
}

/// Reads a book from `input` as mdBook sends it, and answers with the resolved book.
///
/// The book is built in full first, into a folder that is thrown away: only so does the stock
/// command refuse what mdBook merely warns of.
///
/// # Errors
/// Input that mdBook did not send, and everything that is wrong with the book.
pub fn answer(input: impl Read, output: impl Write) -> Result<()> {
    let (context, book) = mdbook_preprocessor::parse_input(input)
        .context("expected a book from mdBook; see `workbook preprocess --help`")?;
    let trial = tempfile::tempdir().context("no temporary folder")?;
    site::build_with(
        &context.root,
        context.config.clone(),
        &trial.path().join("site"),
        Shown::Reference,
    )?;
    let src = context.root.join(&context.config.book.src);
    let (book, problems) = site::resolve(&context.root, &src, book, Shown::Reference);
    Problems::none_of(problems)?;
    serde_json::to_writer(output, &book).context("the book cannot be written")
}

/// [`answer`] between standard input and output.
///
/// # Errors
/// As [`answer`].
pub fn answer_stdio() -> Result<()> {
    answer(io::stdin().lock(), io::stdout().lock())
}
