//! Why do two threads take as long as one?
//!
//! In CPython, one lock guards the whole interpreter: the GIL. Here is a model of it, small enough
//! to read, and some workers that compute and wait under it.
//!
//! | file | what is in it |
//! |---|---|
//! | [`gil`] | the lock: who may run, who waits, who asks whom to let go |
//! | [`interpreter`] | what runs under it: a toy language with three instructions |
//! | [`workers`] | several of them: one after the other, under the lock, without it |
//! | [`convoy`] | a worker that asks a server, beside one that computes |
//! | [`lost`] | `x += 1`, and where an update gets lost |
//! | [`turns`] | who held the lock, and when |
//!
//! # An analogy
//!
//! The lock follows `Python/ceval_gil.c` of CPython, and that is all that does. What it shows:
//! threads take turns, a waiter's patience sets the pace, waiting outside the lock overlaps, and
//! whoever comes back from outside has to wait for the lock.
//!
//! What it does not show: how Python code is run, how fast it is, reference counts, the garbage
//! collector, signals, the shutdown of an interpreter, builds without a GIL (3.13t, 3.14t), and
//! interpreters with a GIL each. Nor are five milliseconds a time slice: they are how long a waiter
//! waits before it asks, and the operating system adds its own delays. The lock is not fair either:
//! of several waiters, any may be next.
//!
//! Where it differs: one mutex guards what CPython guards with two; there is one request for the
//! lock, where CPython since 3.13 has one a thread; and a worker that ends makes way for the one
//! that has asked, where a thread of CPython goes.
//!
//! # What the compiler refuses
//!
//! A shared counter that is not made for sharing:
//!
//! ```compile_fail,E0277
#![doc = include_str!("refused.rs")]
//! ```

pub mod convoy;
pub mod gil;
pub mod interpreter;
pub mod lost;
mod sync;
pub mod turns;
pub mod workers;
