//! claims
use lab::claim::Claim;
/// The ledger of this chapter.
pub const CLAIMS: &[Claim] = &[];
