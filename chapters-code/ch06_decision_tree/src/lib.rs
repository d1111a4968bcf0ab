//! Which tool for *my* program?
//!
//! First find out what it waits for, then choose. Whoever chooses first guesses.
//!
//! | file | what is in it |
//! |---|---|
//! | [`label`] | what a program can be found to do with its time |
//! | [`idle`] | five programs that are slow while their CPU is idle |
//! | [`busy`] | programs that keep a CPU busy, and not all with work |
//! | [`cipher`], [`matrix`] | work that needs a CPU, and work that needs memory as well |
//! | [`peer`] | somebody who takes time to answer |
//! | [`naive`] | the sources' rule: one number, two words |
//! | [`zoo`] | programs of which the label is known, to judge a profiler by |
//! | [`profile`] | what one's own program does with its time, found out from outside |
//! | [`template`] | a project to start from: one of the four in `examples/` |

pub mod busy;
pub mod cipher;
pub mod idle;
pub mod label;
pub mod matrix;
pub mod naive;
pub mod peer;
pub mod profile;
pub mod template;
pub mod zoo;
