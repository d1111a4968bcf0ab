//! Models of which a check has something of its own to say.

use std::fmt::Display;

use super::{ENDLESS, sees, shown, tried};

/// As [`model`](fn@super::model), of a file that the model [`sees`], whose text is `source`. Says
/// `idea` if all threads wait for ever, or if the learner's code panics; it is written out only
/// then.
pub fn explained(
    source: &str,
    idea: impl Display,
    body: impl Fn() + Send + Sync + 'static,
) {
    sees(source);
    let Some(mut failure) = tried(body) else { return };
    let observed = failure.observed.as_deref().unwrap_or_default();
    if failure.idea.is_none() || observed.starts_with(ENDLESS) {
        failure.idea = Some(idea.to_string());
    }
    shown(failure)
}

/// Whether some order that is tried fails: for checks in which the learner writes the model.
pub fn refutes(body: impl Fn() + Send + Sync + 'static) -> bool {
    tried(body).is_some()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        equal,
        graded::said,
        model::{Condvar, Mutex},
    };

    fn wait_for_ever() {
        let (lock, bell) = (Arc::new(Mutex::new(())), Condvar::new());
        drop(bell.wait(lock.lock().expect("nobody panics")));
    }

    #[test]
    fn an_idea_of_its_own_stands_where_the_model_has_only_a_general_one() {
        let message =
            |body: fn()| said(|| explained("", "an idea", body)).expect("it fails");
        assert!(message(wait_for_ever).contains("): an idea\nThis order"));
        assert!(message(|| panic!("broken")).contains("broken: an idea\nThis order"));
        assert!(message(|| equal("one", 1, 2, "its own")).contains(": its own\nThis"));
        assert!(!message(|| panic!("not yet implemented")).contains("an idea"));
        assert_eq!(said(|| explained("", "an idea", || ())), None);
    }

    #[test]
    fn a_refuted_model_is_no_failure_of_the_check() {
        let message = said(|| assert!(refutes(wait_for_ever) && !refutes(|| ())));
        assert_eq!(message, None);
    }
}
