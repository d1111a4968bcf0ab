//! Which tool for *my* program?
//!
//! First find out what it waits for, then choose. Whoever chooses first guesses.
//!
//! | file | what is in it |
//! |---|---|
//! | [`label`] | what a program can be found to do with its time |
//! | [`profile`] | what one's own program does with its time, found out from outside |
//! | [`tree`] | the questions that lead from there to a tool, and the records behind them |
//! | [`advise`] | the same as a dialogue in the terminal |
//! | [`shelf`] | the chapters of this book, and what they measured |
//! | [`template`] | the projects to start from: the four in `examples/` |
//! | [`new_template`] | one of them, written into a folder |
//! | [`quote`] | names as a shell reads them, and as eyes do |
//!
//! How good is the profiler?
//!
//! | file | what is in it |
//! |---|---|
//! | [`zoo`] | programs of which the label is known |
//! | [`naive`] | the sources' rule: one number, two words |
//!
//! And what the tree needed to know and no other chapter had measured:
//!
//! | file | question |
//! |---|---|
//! | [`idle`] | what is a program that is slow while its CPU is idle? |
//! | [`busy`] | is a CPU that is busy at work? |
//! | [`cipher`], [`matrix`] | what needs a CPU, and what needs memory as well? |
//! | [`peer`] | how does it look to wait for somebody else? |
//! | [`primes`] | can a single job use two CPUs? |
//! | [`latency`] | what is a second thread good for on one CPU? |
//! | [`pool`] | who decides how many questions a server gets at once? |

pub mod advise;
pub mod busy;
pub mod cipher;
pub mod idle;
pub mod label;
pub mod latency;
pub mod matrix;
pub mod naive;
pub mod new_template;
pub mod peer;
pub mod pool;
pub mod primes;
pub mod profile;
pub mod quote;
pub mod shelf;
pub mod template;
pub mod tree;
pub mod zoo;

use std::sync::LazyLock;

use tree::Tree;

impl Tree {
    /// The tree of this book.
    ///
    /// # Panics
    /// Never in a build that has passed its tests: the file is a part of the program.
    pub fn book() -> &'static Tree {
        static BOOK: LazyLock<Tree> = LazyLock::new(|| {
            Tree::parse("tree.toml", include_str!("../tree.toml"))
                .unwrap_or_else(|wrong| panic!("{wrong}"))
        });
        &BOOK
    }
}
