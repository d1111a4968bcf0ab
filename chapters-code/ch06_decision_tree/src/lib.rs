//! Which tool for *my* program?
//!
//! First find out what it waits for, then choose. Whoever chooses first guesses.
//!
//! | file | what is in it |
//! |---|---|
//! | [`label`] | what a program can be found to do with its time |
//! | [`tree`] | the questions that lead from there to a tool, and the records behind them |
//! | [`advise`] | the same as a dialogue in the terminal |
//! | [`shelf`] | the chapters of this book, and what they measured |
//!
//! Three files hold what the tree needed to know and no other chapter had measured:
//!
//! | file | question |
//! |---|---|
//! | [`primes`] | can a single task use two CPUs? |
//! | [`latency`] | what is a second thread good for on one CPU? |
//! | [`pool`] | who decides how many questions a server gets at once? |

pub mod advise;
pub mod label;
pub mod latency;
pub mod pool;
pub mod primes;
pub mod shelf;
pub mod tree;

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
