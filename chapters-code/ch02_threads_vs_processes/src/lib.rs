//! What does a worker cost, and what does isolation buy?

pub mod crew;
