//! What the tests of the exercises are written with.
//!
//! A test of an exercise asks whether the learner's code *does what it should*, also where the
//! result alone does not show it: whether jobs run together, how many, what is left behind. It
//! counts before it looks at a clock.
//!
//! - [`check`] makes a function a check; [`equal`], [`at_most`], [`at_least`] and [`fail`]
//!   end it with a message that names what was expected, what was observed, and which idea to look
//!   at; [`accident`] is a panic that the exercise is about.
//! - [`Together`] asks whether jobs run together, [`Slowest`] whether a slow one holds up others.
//!   They are made of [`Rendezvous`], which takes place only if so many are alive together,
//!   [`Latch`], which waits for what others do, and [`InFlight`], which counts how many jobs were in
//!   progress, and on how many threads.
//! - [`Gathering`] asks whether jobs in processes of their own run together, and knows their numbers;
//!   [`worker`] starts such processes; [`is_shared`] tells whether memory can be seen by others, and
//!   [`shared_file`] whether two see the same.
//! - [`settle`] waits until nobody else has anything to do: how far does it get? [`asleep`] finds
//!   whoever looks again and again meanwhile.
//! - [`start`] does work that may have no end; [`over`] says who is done when all others wait, and
//!   [`die_with`] panics with something in hand.
//! - [`must_end`] is for code that may wait or work without end; a [`Bell`] is something to wait for,
//!   and counts how it is waited for. [`run_all`] runs tasks with an event loop that somebody wrote.
//! - [`Leaks`] finds threads and processes that were left behind.
//! - [`variant()`] has the parameters of the learner who is graded.
//! - [`faster_than`] times, under the kit's rules about noise, and gives no verdict where there is
//!   none.
//! - [`turns`] has workers take turns with one lock, in units of work instead of time.
//! - `virtual_time` (feature of that name) lets time pass when everybody waits, and brings a `Server`
//!   to wait for; `model` (feature of that name) tries many orders of events and prints the first that fails.
//!
//! A check sets the scene, runs the learner's code in it, and says what it saw:
//!
//! ```
//! use harness::{Together, check, variant};
//! # mod ordered { pub fn in_order(_: &[u64], _: usize, _: impl Fn(u64) -> u64) {} }
//!
//! #[check]
//! fn jobs_run_side_by_side() {
//!     let workers = variant().between(2..=4);
//!     let jobs = Together::new(workers, "jobs");
//!     ordered::in_order(&[0; 12], workers, |job| {
//!         let _in_progress = jobs.enter();
//!         job
//!     });
//!     // "expected 3 jobs at a time; 12 jobs ran, never more than 1 at a time: …"
//!     jobs.expect(
//!         "they are started one after the other",
//!         "a thread that has a job keeps the others from taking one",
//!     );
//! }
//! ```
//!
//! Under `cargo test -- --include-ignored` a check is a test like others. When the workbook grades,
//! each runs as a program of its own and hands in a receipt ([`graded`]).

mod bell;
mod deadline;
mod ends;
mod failure;
mod gathering;
mod graded;
mod in_flight;
mod latch;
mod leaks;
mod mapped;
#[cfg(feature = "model")]
pub mod model;
mod panics;
mod patience;
mod ratio;
mod receipt;
mod rendezvous;
#[cfg(feature = "virtual_time")]
mod server;
mod settled;
mod stuck;
mod together;
pub mod turns;
mod variant;
#[cfg(feature = "virtual_time")]
mod virtual_time;
pub mod worker;

pub use bell::{Bell, Rung, Task, run_all, woken_by_a_thread};
pub use ends::{Started, die_with, over, start};
pub use failure::{at_least, at_most, equal, fail, inconclusive};
pub use gathering::Gathering;
pub use graded::graded;
/// A function that takes something, returns something, is `async` or is none is refused:
///
/// ```compile_fail
/// #[harness::check]
/// fn takes(number: u8) {}
/// ```
/// ```compile_fail
/// #[harness::check]
/// fn returns() -> u8 { 1 }
/// ```
/// ```compile_fail
/// #[harness::check]
/// async fn waits() {}
/// ```
/// ```compile_fail
/// #[harness::check(quickly)]
/// fn asks() {}
/// ```
/// ```compile_fail
/// #[harness::check]
/// struct NoFunction;
/// ```
pub use harness_attribute::check;
pub use in_flight::{Entered, InFlight};
pub use latch::Latch;
pub use leaks::Leaks;
pub use mapped::{is_shared, is_shared_at, shared_file};
#[cfg(feature = "model")]
pub use model::model;
pub use panics::accident;
pub use ratio::faster_than;
pub use rendezvous::Rendezvous;
#[cfg(feature = "virtual_time")]
pub use server::Server;
pub use settled::{asleep, settle};
pub use stuck::must_end;
pub use together::{Slowest, Together};
pub use variant::{Variant, variant};
#[cfg(feature = "virtual_time")]
pub use virtual_time::{polls, virtual_time};

/// Whether a failure is only that of one order of events, which [`model`](mod@model) reports.
fn model_runs() -> bool {
    #[cfg(feature = "model")]
    return model::runs();
    #[cfg(not(feature = "model"))]
    return false;
}
