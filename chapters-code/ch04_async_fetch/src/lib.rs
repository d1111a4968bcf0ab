//! How many waits fit in one thread?
//!
//! | file | what it holds |
//! |---|---|
//! | [`tool`] | the tool: fetches a list of URLs, and writes their titles to a CSV file |
//! | [`page`] | what a page is called, whatever bytes it is made of |
//! | [`faults`] | a server for tests that does all that servers do wrong, on demand |

pub mod faults;
pub mod page;
pub mod tool;
