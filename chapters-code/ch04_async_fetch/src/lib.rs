//! How many waits fit in one thread?
//!
//! A fetch is a wait. Waits overlap if somebody begins the next before the last has ended: many
//! threads, many processes, or many tasks of one thread. Four versions of one program, each with
//! the same signature:
//!
//! | file | who waits |
//! |---|---|
//! | [`s1_sequential`] | one thread, for one page after the other |
//! | [`s2_threads`] | many threads, for a page each |
//! | [`s3_tasks`] | one thread, for all pages at once |
//! | [`s4_processes`] | some processes, for a page each |
//!
//! They fetch from a [`server`] of our own, which takes its time and counts who is there, and
//! return what they have [`fetched`]. The other files ask what the waiting costs, and what it does
//! not forgive:
//!
//! | file | question |
//! |---|---|
//! | [`tick`] | what stops all tasks of a thread? |
//! | [`deposit`] | can one thread lose an update? |
//! | [`ring`] | what does it cost to pass on to the next task, or thread? |
//! | [`disk`] | are files read faster if somebody awaits them? |
//! | [`bystander`] | does it disturb others that ten thousand wait? |
//!
//! And the same for real pages, of which some are broken and some servers misbehave:
//!
//! | file | what it holds |
//! |---|---|
//! | [`tool`] | fetches a list of URLs, and writes their titles to a CSV file |
//! | [`page`] | what a page is called, whatever bytes it is made of |
//! | [`https`] | who encrypts |
//! | [`faults`] | a server for tests that does all that servers do wrong, on demand |

pub mod bystander;
pub mod deposit;
pub mod disk;
pub mod faults;
pub mod fetched;
pub mod https;
pub mod page;
pub mod ring;
pub mod s1_sequential;
pub mod s2_threads;
pub mod s3_tasks;
pub mod s4_processes;
pub mod server;
pub mod tick;
pub mod tool;
