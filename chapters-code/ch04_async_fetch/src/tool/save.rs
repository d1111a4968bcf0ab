//! Saves what was fetched, whole or not at all, under names that tell what it is.
//!
//! That holds if the program is killed. If the machine crashes, the system may lose what it had not
//! yet written to the disk; to wait for that after each file would cost more than the fetch. Such a
//! file is too short, so that `--resume` fetches it again.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use reqwest::Url;
use tempfile::NamedTempFile;

use super::failure::Failure;
use super::fetch::essence;

/// A name with more characters than this is cut.
const LONGEST: usize = 80;

/// The fingerprint of no URL: that of the empty text.
const NOBODY: u64 = 0xcbf2_9ce4_8422_2325;

/// What a temporary file's name begins with.
const PREFIX: &str = ".unfinished-";

/// Extensions that fit a content type; the first is added where none of them is there.
const EXTENSIONS: [(&str, &[&str]); 6] = [
    ("text/html", &["html", "htm"]),
    ("image/jpeg", &["jpg", "jpeg"]),
    ("image/png", &["png"]),
    ("image/webp", &["webp"]),
    ("image/gif", &["gif"]),
    ("application/pdf", &["pdf"]),
];

/// Makes a file in `folder` that has no name worth knowing until it is complete.
///
/// # Errors
/// If the folder does not let us.
pub fn draft(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any file that the user makes; the system takes away what the user's mask says.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Names given so far, so that no two URLs share one.
#[derive(Debug, Default)]
pub struct Names {
    /// Who has a name, both as fingerprints: the list may be long.
    taken: HashMap<u64, u64>,
}

/// The name of a file, but for what its content type will add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    stem: String,
    extension: Option<String>,
    /// What makes it different from all others.
    mark: String,
    is_first: bool,
}

impl Names {
    /// Gives a name to nobody: a file that is there for another purpose has it.
    pub fn reserve(&mut self, name: &str) {
        let (stem, extension) = split(name);
        self.taken.insert(key(&tidy(stem), extension), NOBODY);
    }

    /// The name for what a URL leads to: the last part of its path. The next URL that ends alike
    /// gets a mark, which is the same in every run; so does a name without an extension.
    pub fn name(&mut self, url: &Url) -> Name {
        let id = fingerprint(url.as_str());
        let last = url.path_segments().and_then(|mut parts| parts.next_back());
        let last = percent_decode_str(last.unwrap_or_default()).decode_utf8_lossy();
        let (stem, extension) = match split(&last) {
            ("", _) => (tidy(url.host_str().unwrap_or("page")), None),
            (stem, extension) => (tidy(stem), extension.map(str::to_owned)),
        };
        let key = key(&stem, extension.as_deref());
        let is_first = *self.taken.entry(key).or_insert(id) == id;
        let mark = format!("{:012x}", id >> 16);
        Name { stem, extension, mark, is_first }
    }
}

impl Name {
    /// The whole name, for a file of this type.
    #[must_use]
    pub fn of_type(&self, content_type: Option<&str>) -> String {
        let Self { stem, extension, mark, is_first } = self;
        let own = extension.as_deref().unwrap_or_default();
        let kind = content_type.map(essence).unwrap_or_default();
        let fitting = EXTENSIONS.iter().find(|(name, _)| *name == kind);
        match fitting.map(|(_, fitting)| *fitting) {
            Some(fitting) if !fitting.contains(&own.to_ascii_lowercase().as_str()) => {
                let own = if own.is_empty() { "" } else { &format!(".{own}") };
                format!("{stem}{own}-{mark}.{}", fitting[0])
            }
            _ if own.is_empty() => format!("{stem}-{mark}"),
            _ if *is_first => format!("{stem}.{own}"),
            _ => format!("{stem}-{mark}.{own}"),
        }
    }

    /// How long the files in the folder are that have this name, one for each type that the page
    /// may have been of.
    #[must_use]
    pub fn lengths_in(&self, folder: &Path) -> Vec<u64> {
        let types = EXTENSIONS.iter().map(|(kind, _)| Some(*kind));
        types
            .chain([None])
            .filter_map(|kind| folder.join(self.of_type(kind)).metadata().ok())
            .filter(|file| file.is_file())
            .map(|file| file.len())
            .collect()
    }
}

/// A number for a name. Some file systems see no difference between upper and lower case.
fn key(stem: &str, extension: Option<&str>) -> u64 {
    fingerprint(&format!("{stem}.{extension:?}").to_lowercase())
}

/// A name and its extension: a few letters and digits behind the last dot.
fn split(name: &str) -> (&str, Option<&str>) {
    let is_extension = |text: &str| {
        (1..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && is_extension(extension) => {
            (stem, Some(extension))
        }
        _ => (name, None),
    }
}

/// A name that every file system takes, and that leads out of no folder.
fn tidy(stem: &str) -> String {
    let ok = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        c if c.is_control() || c.is_whitespace() => '_',
        c => c,
    };
    // Cut where it takes the fewest bytes, of which a character may need four.
    let stem: String = stem
        .chars()
        .map(ok)
        .take(LONGEST)
        .scan(0, |bytes, c| {
            *bytes += c.len_utf8();
            (*bytes <= 2 * LONGEST).then_some(c)
        })
        .collect();
    let stem = stem.trim_matches(['.', ' ']);
    // Names that mean a device on Windows, whatever the extension.
    let device = stem.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let is_device = matches!(device.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || matches!(
            device.as_bytes(),
            [b'C', b'O', b'M', b'0'..=b'9'] | [b'L', b'P', b'T', b'0'..=b'9']
        );
    if is_device || stem.is_empty() { format!("_{stem}") } else { stem.to_owned() }
}

/// A number for a text, the same in every run and on every machine (FNV-1a).
#[must_use]
pub fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// A file on its way in. Dropped, it is deleted.
pub struct Saving {
    folder: PathBuf,
    name: Name,
    file: NamedTempFile,
}

impl Saving {
    /// Makes a file for what will have this name.
    ///
    /// # Errors
    /// [`Failure::Save`] if the folder does not let us.
    pub fn start(folder: &Path, name: Name) -> Result<Self, Failure> {
        let file = draft(folder).map_err(|error| Failure::Save(error.to_string()))?;
        Ok(Self { folder: folder.to_owned(), name, file })
    }

    /// Adds a piece. The system takes it into memory, so that this waits for no disk as a rule.
    ///
    /// # Errors
    /// [`Failure::Save`], for instance if the disk is full.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), Failure> {
        self.file.write_all(piece).map_err(|error| Failure::Save(error.to_string()))
    }

    /// Gives the file its name, whatever had it before.
    ///
    /// # Errors
    /// [`Failure::Save`] if it cannot be renamed, for instance to the name of a directory.
    pub fn publish(self, content_type: Option<&str>) -> Result<(), Failure> {
        let path = self.folder.join(self.name.of_type(content_type));
        let kept = self.file.persist(&path);
        kept.map_err(|error| {
            Failure::Save(format!("{}: {}", path.display(), error.error))
        })?;
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test, that is the message")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(names: &mut Names, url: &str, content_type: &str) -> String {
        names.name(&Url::parse(url).unwrap()).of_type(Some(content_type))
    }

    #[test]
    fn a_file_is_called_as_its_url_ends() {
        let names = &mut Names::default();
        assert_eq!(
            name(names, "http://a/x/photo-1.JPG?w=1", "image/jpeg"),
            "photo-1.JPG"
        );
        assert_eq!(
            name(names, "http://a/caf%C3%A9%20a.png", "image/png"),
            "café_a.png"
        );
        assert_eq!(
            name(names, "http://a/paper.tar.gz", "application/gzip"),
            "paper.tar.gz"
        );
    }

    #[test]
    fn what_the_name_lacks_the_content_type_adds() {
        let names = &mut Names::default();
        for (url, kind, start, end) in [
            ("http://a/id/200", "image/jpeg", "200-", ".jpg"),
            ("http://a/list.php", "text/html; charset=utf-8", "list.php-", ".html"),
            ("http://a.example/", "text/html", "a.example-", ".html"),
            ("http://a.example/data", "application/octet-stream", "data-", ""),
        ] {
            let name = name(names, url, kind);
            assert!(name.starts_with(start) && name.ends_with(end), "{name}");
            assert_eq!(name.len(), start.len() + 12 + end.len(), "{name}");
        }
    }

    #[test]
    fn urls_that_end_alike_do_not_share_a_name_and_equal_ones_do() {
        let names = &mut Names::default();
        let urls =
            ["http://a/x.jpg", "http://b/x.jpg", "http://b/X.jpg", "http://a/x.jpg"];
        let all = urls.map(|url| name(names, url, "image/jpeg"));
        assert_eq!((all[0].as_str(), &all[3]), ("x.jpg", &all[0]));
        assert!(all[1].starts_with("x-") && all[1].ends_with(".jpg"), "{}", all[1]);
        assert!(all[2].starts_with("X-") && all[2][2..] != all[1][2..], "{}", all[2]);
    }

    #[test]
    fn a_name_that_is_reserved_goes_to_nobody() {
        let names = &mut Names::default();
        names.reserve("urls.txt");
        names.reserve("titles.csv.part");
        for (url, start, end) in [
            ("http://a/urls.txt", "urls-", ".txt"),
            ("http://a/URLS.TXT", "URLS-", ".TXT"),
            ("http://a/titles.csv.part", "titles.csv-", ".part"),
        ] {
            let name = name(names, url, "text/plain");
            assert!(name.starts_with(start) && name.ends_with(end), "{name}");
            assert_eq!(name.len(), start.len() + 12 + end.len(), "{name}");
        }
    }

    #[test]
    fn no_name_means_a_device_or_another_folder() {
        let names = &mut Names::default();
        assert_eq!(name(names, "http://a/con.jpg", "image/jpeg"), "_con.jpg");
        assert_eq!(
            name(names, "http://a/..%2F..%2Fetc.png", "image/png"),
            "_.._etc.png"
        );
    }

    proptest! {
        #[test]
        fn every_url_has_a_name_that_every_file_system_takes(path in "\\PC{0,300}", host in "[a-z]{1,60}") {
            if let Ok(url) = Url::parse(&format!("http://{host}/{path}")) {
                let name = Names::default().name(&url).of_type(None);
                prop_assert!(!name.is_empty() && name.len() <= 255, "{}", name);
                prop_assert!(!name.starts_with('.') && !name.contains(['/', '\\', '\0']), "{}", name);
            }
        }
    }
}
