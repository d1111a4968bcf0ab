//! What the chapter's code promises, tested from outside.

mod gil;
mod lost;
mod report;
mod workers;
