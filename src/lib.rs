//! The workbook's tool: it builds the pages from prose and records, serves them to their reader, and
//! runs the chapters that make the records.
//!
//! A number's way through it: [`measure`] runs a chapter and stores its record; [`chapters`] finds
//! the chapters and their records; [`digest`] says whether a record still belongs to its code;
//! [`pages`] puts measured values, charts and claims where the prose refers to them, and refuses
//! what does not hold; [`serve`] shows the result, and builds it again when
//! [`watch`] notices a save. [`exercises`] checks and grades what learners write.

pub mod chapters;
pub mod digest;
pub mod exercises;
pub mod measure;
pub mod pages;
pub mod problem;
pub mod serve;
pub mod watch;
