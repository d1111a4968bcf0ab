//! Exercises: what a learner solves, how it is checked, and how it is graded.
//!
//! [`catalogue`] finds them, [`sealed`] derives the variants of each from one file, [`cell`] runs a
//! check where it harms nobody, [`verdict`] is what is said of it.
//!
//! What a learner types is in [`command`]: [`check`] has [`attempt`] [`build`] the exercise and run
//! its checks, and [`report`] tell what came of it, and where it [`panicked`]; [`hint`], [`solution`], [`reset`] and [`list`]
//! are a file each, and [`mod@derive`] is for those who write exercises. What was reached is
//! [`progress`], and [`store`] keeps it in a [`mod@file`].
//!
//! What others wrote is put beside the repository's own tests by [`overlay`], with [`manifests`] of
//! its own, and [`mod@compile`]d within bounds, of which [`heard`] is what cargo says; [`grade`] is
//! what an instructor does with it, [`proof`] what an author does, who is told first what is not
//! [`complete`] and what is [`surplus`], and [`stop`] ends it at Ctrl-C.

pub mod attempt;
pub mod build;
pub mod catalogue;
pub mod cell;
pub mod check;
pub mod command;
pub mod compile;
pub mod complete;
pub mod day;
pub mod derive;
pub mod file;
pub mod grade;
pub mod heard;
pub mod hint;
pub mod list;
pub mod manifests;
pub mod overlay;
pub mod panicked;
pub mod progress;
pub mod proof;
pub mod report;
pub mod reset;
pub mod sealed;
pub mod solution;
pub mod stop;
pub mod store;
pub mod surplus;
pub mod terminal;
pub mod verdict;
