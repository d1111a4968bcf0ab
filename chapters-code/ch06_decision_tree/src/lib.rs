//! Which tool for *my* program?
//!
//! First find out what it waits for, then choose. Whoever chooses first guesses.
//!
//! | file | what is in it |
//! |---|---|
//! | [`label`] | what a program can be found to do with its time |
//! | [`zoo`] | programs of which that is known, to judge a profiler by |
//! | [`naive`] | the sources' rule: one number, two words |

pub mod label;
pub mod naive;
pub mod zoo;
