//! stub
use lab::claim::Claim;
/// none
pub const CLAIMS: &[Claim] = &[];
