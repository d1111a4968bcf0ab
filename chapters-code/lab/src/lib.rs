//! The measuring kit that every chapter shares.
//!
//! A chapter declares its [parameters](param) and [experiments](cli::Chapter); the kit runs the
//! series of an experiment in turn ([`trial`]), notes what each run cost ([`meter`]) and who was
//! working or waiting ([`trace`]), gauges how quiet the [`machine`] was, judges [`claim`]s, and
//! puts it all in one [`record`]: what the terminal shows ([`report`]) and what the page refers to.
//!
//! Only [`os`] knows one operating system from another.

pub mod bench;
pub mod claim;
pub mod cli;
pub mod machine;
pub mod meter;
pub mod noise;
pub mod os;
pub mod param;
pub mod python;
pub mod record;
pub mod report;
pub mod trace;
pub mod trial;
pub mod value;
