//! What a submission tells about itself: hints that were seen, and solutions that were asked for.
//! Nobody vouches for it.

use super::submission::{NotTaken, Submission};
use crate::exercises::{
    progress::{Progress, Unreadable},
    store::FILE,
};

/// The progress in a submission, none if there is no file; and why some of it may be missing.
pub fn progress(submission: &Submission) -> (Progress, Option<String>) {
    let bytes = match submission.read(&submission.folder.join(FILE)) {
        Err(NotTaken::Missing) => return (Progress::default(), None),
        Err(NotTaken::Refused(why)) => return (Progress::default(), Some(why)),
        Ok(bytes) => bytes,
    };
    let text = String::from_utf8_lossy(&bytes);
    match Progress::parse(&text) {
        Ok(progress) => (progress, None),
        Err(why @ Unreadable::Newer(_)) => {
            (Progress::default(), Some(format!("{FILE} is not read: {why}")))
        }
        Err(why) => {
            let read = Progress::salvage(&text).progress;
            (read, Some(format!("{FILE} is damaged, and hints may be missing: {why}")))
        }
    }
}
