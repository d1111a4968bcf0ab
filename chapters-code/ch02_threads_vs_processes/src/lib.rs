//! What does a worker cost, and what does isolation buy?
//!
//! Work can be given to a thread, to a process, or to a task. They differ in what they cost, and in
//! what they keep apart. A file for each question:
//!
//! | file | question |
//! |---|---|
//! | [`start`] | what does it cost to start one? |
//! | [`sleepers`] | what does it cost to keep one? |
//! | [`parcel`] | what does it cost to give one something? |
//! | [`walls`] | what does one see of the others? |
//! | [`misfortune`] | what is left when something happens to one? |
//! | [`crew`] | how is nothing lost, all the same? A pool of processes with a supervisor |
//! | [`ways`] | the first programs of everybody: one after the other, threads, tasks, processes |
//!
//! [`job`] is what those programs do: nap, ask and wait, add up squares, throw darts. [`late`] is a
//! server that takes its time, for those who ask.

pub mod crew;
pub mod job;
pub mod late;
pub mod misfortune;
pub mod parcel;
pub mod sleepers;
pub mod start;
pub mod walls;
pub mod ways;
