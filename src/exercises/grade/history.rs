//! Earlier versions of this repository's files, as git knows them: a submission may be a copy of one.

use std::{
    cell::{OnceCell, RefCell},
    collections::BTreeMap,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    rc::Rc,
};

use super::tampering::lines;
use crate::problem::shown;

/// The versions of one file, the newest first.
type Versions = Rc<Vec<Vec<u8>>>;

/// What git knows of the repository at `root`.
#[derive(Debug)]
pub struct History {
    root: PathBuf,
    is_whole: OnceCell<bool>,
    read: RefCell<BTreeMap<PathBuf, Versions>>,
}

impl History {
    /// The history of the repository at `root`.
    pub fn of(root: &Path) -> History {
        let root = root.to_owned();
        History { root, is_whole: OnceCell::new(), read: RefCell::default() }
    }

    /// Whether all of it is here: not in a copy without `.git`, nor in a shallow clone.
    pub fn is_whole(&self) -> bool {
        *self.is_whole.get_or_init(|| {
            let said = self.git(["rev-parse", "--is-shallow-repository"]);
            said.is_some_and(|said| said.trim_ascii() == b"false")
        })
    }

    /// All committed versions of a file, whose path is from the root; none if it never was there.
    pub fn versions(&self, file: &Path) -> Versions {
        if let Some(read) = self.read.borrow().get(file) {
            return Rc::clone(read);
        }
        let versions = Rc::new(self.read(file));
        self.read.borrow_mut().insert(file.to_owned(), Rc::clone(&versions));
        versions
    }

    /// Whether a file, whose path is from the root, once had this content, but for how its lines
    /// end.
    pub fn has(&self, file: &Path, content: &[u8]) -> bool {
        self.versions(file).iter().any(|version| lines(version).eq(lines(content)))
    }

    fn read(&self, file: &Path) -> Vec<Vec<u8>> {
        let log = ["log", "--full-history", "--format=%H", "--"].map(OsStr::new);
        let log = self.git(log.into_iter().chain([file.as_os_str()]));
        let log = String::from_utf8(log.unwrap_or_default()).unwrap_or_default();
        // Git wants `/` on every system.
        let file = shown(file);
        let version = |commit: &str| self.git(["show", &format!("{commit}:./{file}")]);
        log.lines().filter_map(version).collect()
    }

    /// What git says; nothing if it fails, or is not there.
    fn git(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    ) -> Option<Vec<u8>> {
        let mut git = Command::new("git");
        git.current_dir(&self.root).args(arguments).stdin(Stdio::null());
        // In a hook these are another repository's.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(variable);
        }
        // What is not here is not asked for elsewhere.
        git.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0");
        let output = git.output().ok()?;
        output.status.success().then_some(output.stdout)
    }
}
