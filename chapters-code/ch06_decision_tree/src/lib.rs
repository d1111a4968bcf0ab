//! Which tool for *my* program?
//!
//! First find out what it waits for, then choose. Whoever chooses first guesses.
//!
//! | file | what is in it |
//! |---|---|
//! | [`label`] | what a program can be found to do with its time |
//! | [`profile`] | what one's own program does with its time, found out from outside |
//! | [`zoo`] | programs of which that is known, to judge a profiler by |
//! | [`naive`] | the sources' rule: one number, two words |

pub mod label;
pub mod naive;
pub mod profile;
pub mod zoo;
