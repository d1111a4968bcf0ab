//! The chapter's experiments, each declared on one screen: what varies, what is measured.

use lab::{cli::Plan, param::Param};

/// What can be set.
pub const PARAMS: &[Param] = &[];

/// What is tried.
pub const PLANS: &[Plan] = &[];
