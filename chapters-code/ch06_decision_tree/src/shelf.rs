//! The chapters of this book, with their records, where the program was built: what it advises
//! rests on them.

use std::fs;
use std::path::{Path, PathBuf};

use lab::record::Record;
use serde::Deserialize;

/// The folder of the chapters.
const CHAPTERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A chapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Its name, such as `ch05_image_pool`.
    pub name: String,
}

/// What matters here of `chapter.toml`.
#[derive(Deserialize)]
struct Manifest {
    reference: Option<String>,
}

impl Chapter {
    /// The chapter called `id`, such as `ch05`. `None` where the book is no longer beside the
    /// program.
    #[must_use]
    pub fn find(id: &str) -> Option<Chapter> {
        let folders = fs::read_dir(CHAPTERS).ok()?.filter_map(Result::ok);
        let mut names =
            folders.filter_map(|folder| folder.file_name().into_string().ok());
        let name = names.find(|name| {
            name.strip_prefix(id).is_some_and(|rest| rest.starts_with('_'))
        })?;
        Some(Chapter { name })
    }

    /// The page, as seen from the root of the book.
    #[must_use]
    pub fn page(&self) -> String {
        format!("book/{}.md", self.name)
    }

    /// The record of the reference machine, if there is one.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        let folder = Path::new(CHAPTERS).join(&self.name);
        let manifest = fs::read_to_string(folder.join("chapter.toml")).ok();
        let manifest = manifest.and_then(|text| toml::from_str::<Manifest>(&text).ok());
        let records = folder.join("records");
        let file = match manifest.and_then(|manifest| manifest.reference) {
            Some(name) => records.join(format!("{name}.json")),
            None => first(&records)?,
        };
        Record::read(&file).ok()
    }
}

/// The first record of a folder by name.
fn first(folder: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let records = files
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    records.min()
}

/// The value at `path`, such as `ch05.pool.rayon.speedup`, as people write it. `None` where it was
/// not measured.
#[must_use]
pub fn measured(path: &str) -> Option<String> {
    let (chapter, rest) = path.split_once('.')?;
    let record = Chapter::find(chapter)?.record()?;
    Some(record.value(rest).ok()?.show())
}
