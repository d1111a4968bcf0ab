//! Ctrl-C while something is built and checked: whoever is at work ends first what it started.

use std::{
    process,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use anyhow::{Context, Result};

use super::terminal::note;

/// The exit status of a program that Ctrl-C ended.
const STATUS: i32 = 130;

static IS_ASKED: AtomicBool = AtomicBool::new(false);
static AT_WORK: Mutex<()> = Mutex::new(());

/// While it is there, Ctrl-C waits: look at [`is_asked`] now and then.
pub type AtWork = MutexGuard<'static, ()>;

/// From now on Ctrl-C ends this program with status 130, once nobody is [`at_work`]; `further` is
/// said then, unless it is empty.
///
/// # Errors
/// A second call, or a system without Ctrl-C.
pub fn at_ctrl_c(further: impl Into<String>) -> Result<()> {
    let further = further.into();
    let end = move || {
        IS_ASKED.store(true, Ordering::SeqCst);
        let _nobody = lock();
        match further.as_str() {
            "" => note("stopped"),
            further => note(format_args!("stopped; {further}")),
        }
        process::exit(STATUS);
    };
    ctrlc::set_handler(end).context("no Ctrl-C on this system")
}

/// Whether it was pressed: then end what you started, and [`give_way`].
pub fn is_asked() -> bool {
    IS_ASKED.load(Ordering::SeqCst)
}

/// Begins work that Ctrl-C must not leave half done.
pub fn at_work() -> AtWork {
    let work = lock();
    if is_asked() { give_way(work) } else { work }
}

/// Waits for the end of this program, which is near.
pub fn give_way(work: AtWork) -> ! {
    drop(work);
    loop {
        thread::park();
    }
}

fn lock() -> AtWork {
    AT_WORK.lock().unwrap_or_else(PoisonError::into_inner)
}
