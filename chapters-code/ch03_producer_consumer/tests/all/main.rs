//! What the chapter's code promises, tested from outside.

mod file;
mod many;
mod order;
mod queues;
mod report;
