//! Panics: those of the learner's code are remembered, so that the verdict can name the line; those
//! that a check stages are not shown.

use std::{
    any::Any,
    cell::Cell,
    panic::{self, Location, PanicHookInfo, panic_any},
    sync::{Mutex, MutexGuard, Once, PoisonError},
};

use crate::model_runs;

/// Where the compiler sees the learner's file from: `#[path = "../src/ordered.rs"]`.
const FROM_TESTS: &str = "/tests/../";

thread_local! {
    static SAYS_NOTHING: Cell<bool> = const { Cell::new(false) };
}

static FIRST: Mutex<Option<Panic>> = Mutex::new(None);

/// A panic that nobody staged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Panic {
    pub(crate) message: String,
    pub(crate) at: String,
}

/// Panics with `message`, as the learner's job might: for exercises about what is left then.
///
/// It counts as staged: it is not printed, and is no failure unless it comes out of the check.
pub fn accident(message: &str) -> ! {
    say_nothing();
    panic_any(message.to_owned())
}

/// The next panic of this thread is expected.
pub(crate) fn say_nothing() {
    SAYS_NOTHING.set(true);
}

/// Watches all panics of this process from now on, and forgets those so far.
pub(crate) fn watch() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !SAYS_NOTHING.replace(false) {
                note(info);
                // A model shows the order of events that led to it.
                if !model_runs() {
                    usual(info);
                }
            }
        }));
    });
    *first() = None;
}

/// The first panic that nobody staged.
pub(crate) fn noted() -> Option<Panic> {
    first().clone()
}

fn note(info: &PanicHookInfo<'_>) {
    let at = info.location().map(place).unwrap_or_default();
    let panic = Panic { message: message(info.payload()), at };
    first().get_or_insert(panic);
}

fn first() -> MutexGuard<'static, Option<Panic>> {
    FIRST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `src/ordered.rs:17`, as seen from the crate of the exercise.
pub(crate) fn place(location: &Location<'_>) -> String {
    let file = location.file();
    let file = file.rsplit_once(FROM_TESTS).map_or(file, |(_, file)| file);
    // Relative ones are seen from the workspace, absolute ones are somebody else's.
    let own = ["src/", "tests/"].iter().find_map(|folder| file.find(folder));
    let own = own.filter(|_| !file.starts_with('/')).unwrap_or(0);
    format!("{}:{}", &file[own..], location.line())
}

/// What a panic had to say.
pub(crate) fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".to_owned())
}
