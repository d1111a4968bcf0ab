//! What a submission tells about itself: hints that were seen, and solutions that were asked for.
//! Nobody vouches for it.

use super::submission::{NotTaken, Submission};
use crate::exercises::{
    check::learner_id,
    progress::{Progress, Unreadable},
    store::FILE,
};

/// What could be read of the progress in a submission.
#[derive(Debug, Default)]
pub struct Declared {
    progress: Progress,
    /// Whether what it does not say did not happen.
    is_whole: bool,
}

impl Declared {
    /// What a submission tells, and why some of it may be missing.
    pub fn of(submission: &Submission) -> (Declared, Option<String>) {
        let unknown = |why| (Declared::default(), why);
        let bytes = match submission.read(&submission.folder.join(FILE)) {
            Err(NotTaken::Missing) => return unknown(None),
            Err(NotTaken::Refused(why)) => return unknown(Some(why)),
            Ok(bytes) => bytes,
        };
        let text = String::from_utf8_lossy(&bytes);
        match Progress::parse(&text) {
            Ok(progress) => {
                let why = is_nobody(&progress);
                (Declared { progress, is_whole: true }, why)
            }
            Err(why @ Unreadable::Newer(_)) => {
                unknown(Some(format!("{FILE} is not read: {why}")))
            }
            Err(why @ Unreadable::Learners(_)) => {
                let progress = Progress::salvage(&text).progress;
                let first = progress.learner.as_deref().unwrap_or_default();
                let why = format!("{FILE} is taken for that of {first}: {why}");
                (Declared { progress, is_whole: true }, Some(why))
            }
            Err(why) => {
                let progress = Progress::salvage(&text).progress;
                let why = format!("{FILE} is damaged, and hints may be missing: {why}");
                (Declared { progress, is_whole: false }, Some(why))
            }
        }
    }

    /// Who it says it is from, if that is a name.
    pub fn learner(&self) -> Option<String> {
        learner_id(self.progress.learner.as_deref()?).ok()
    }

    /// How many hints were seen for an exercise, if that is known.
    pub fn hints(&self, id: &str) -> Option<u32> {
        let hints = self.progress.of(id).hints;
        (self.is_whole || hints > 0).then_some(hints)
    }

    /// Whether somebody gave up an exercise, if that is known.
    pub fn gave_up(&self, id: &str) -> Option<bool> {
        let gave_up = self.progress.of(id).gave_up.is_some();
        (self.is_whole || gave_up).then_some(gave_up)
    }
}

/// Says that the learner is none.
fn is_nobody(progress: &Progress) -> Option<String> {
    let why = learner_id(progress.learner.as_deref()?).err()?;
    Some(format!("the learner in {FILE} is not believed: {why}"))
}
