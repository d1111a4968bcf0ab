//! The total of some numbers.

/// Adds the numbers.
pub fn total(numbers: &[u64]) -> u64 {
    //@ starter
    0
    //@ solution
    numbers.iter().sum()
    //@ wrong first
    numbers.first().copied().unwrap_or_default()
    //@ wrong pairs
    numbers.chunks_exact(2).flatten().sum()
    //@ wrong from_one
    numbers.iter().fold(1, |sum, number| sum + number)
    //@ end
}
