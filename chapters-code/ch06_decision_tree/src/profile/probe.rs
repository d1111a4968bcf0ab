//! The causal tests: the command again, in other circumstances.

use std::ffi::OsString;

use serde::Serialize;

use super::report::Report;

/// What the causal tests found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Probed {
    /// How many times as long it took on one CPU as on all.
    pub one_cpu: Option<f64>,
    /// How many times as long two copies at once took as one.
    pub two_copies: Option<f64>,
    /// How many times as long it took with cold files as with warm ones.
    pub cold: Option<f64>,
    /// That in words.
    pub said: Vec<String>,
}

/// Runs the command in other circumstances.
pub fn probe(_report: &Report, _command: &[OsString]) -> Probed {
    Probed::default()
}
