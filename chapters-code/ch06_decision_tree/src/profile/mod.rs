//! `profile -- COMMAND`: runs a program unchanged, looks at it a hundred times a second from
//! outside, and says what it does with its time.
//!
//! | file | what is in it |
//! |---|---|
//! | [`run`](mod@run) | a command in the foreground, or a program that runs already, and the report on it |
//! | [`family`] | who belongs to a program, as its processes come and go |
//! | [`member`] | what is noted about one process |
//! | [`watcher`] | the looking |
//! | [`pace`] | how often |
//! | [`tally`] | the adding up |
//! | [`thread`] | what is noted about one thread |
//! | [`wait`] | what a thread that does not run waits for |
//! | [`moment`] | what a whole program does at one moment |
//! | [`memory`] | how much memory it touches |
//! | [`strip`] | what it did when |
//! | [`probe`] | the causal tests: what makes it slower |
//! | [`again`] | the copies for that: on one CPU, two at once, with cold files |
//! | [`evidence`] | all that was found out |
//! | `sums` | what the watcher saw, added up to that |
//! | `contention` | threads that wait for each other |
//! | `corrections` | what the system counted, where looks mislead |
//! | [`rules`] | what the evidence says: the labels, in order |
//! | `degrees` | how far it goes towards each label, with their thresholds |
//! | `doubts` | what speaks against a label that fits |
//! | [`words`] | the evidence in plain words |
//! | [`advice`] | what to do next |
//! | [`report`] | the report, as text and as JSON |
//! | [`args`] | the command line |

pub mod advice;
pub mod again;
pub mod args;
mod contention;
mod corrections;
mod degrees;
mod doubts;
pub mod evidence;
pub mod family;
pub mod member;
pub mod memory;
pub mod moment;
pub mod pace;
pub mod probe;
pub mod report;
pub mod rules;
pub mod run;
pub mod strip;
mod sums;
pub mod tally;
pub mod thread;
pub mod wait;
pub mod watcher;
pub mod words;

pub use report::Report;
pub use run::{CannotStart, Options, run};
