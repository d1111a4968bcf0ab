//! Which tool for *my* program?
//!
//! First find out what it waits for, then choose. Whoever chooses first guesses.
//!
//! | file | what is in it |
//! |---|---|
//! | [`label`] | what a program can be found to do with its time |

pub mod label;
