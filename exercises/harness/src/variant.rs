//! Parameters that differ from learner to learner, so that answers cannot be copied number by
//! number while the rubric stays one.

use std::{env, ops::RangeInclusive};

/// Set by the workbook for `--learner`.
const LEARNER: &str = "WORKBOOK_LEARNER";

/// Draws the parameters of one learner: the same learner gets the same ones, on every machine.
#[derive(Clone, Debug)]
pub struct Variant {
    state: Option<u64>,
}

/// The parameters of the learner who is graded. If none is named, all are the middle ones.
pub fn variant() -> Variant {
    let learner = env::var(LEARNER).ok();
    Variant::of(learner.as_deref().filter(|learner| !learner.is_empty()))
}

impl Variant {
    /// The parameters of `learner`; the middle ones if there is none.
    pub fn of(learner: Option<&str>) -> Variant {
        // FNV-1a: short, and the same everywhere and forever, which std's hashers do not promise.
        let step = |state: u64, byte: u8| {
            (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        };
        let hash = |id: &str| id.bytes().fold(0xcbf2_9ce4_8422_2325, step);
        Variant { state: learner.map(hash) }
    }

    /// A number of the range, each as likely; the middle one if no learner is named.
    pub fn between(&mut self, range: RangeInclusive<usize>) -> usize {
        let (first, last) = (*range.start(), *range.end());
        let size = (last - first) as u64 + 1;
        first + self.draw().map_or((size - 1) / 2, |number| number % size) as usize
    }

    /// Any number: to make up data from.
    pub fn seed(&mut self) -> u64 {
        self.draw().unwrap_or(0x5EED)
    }

    /// Splitmix64 (Steele, Lea and Flood 2014).
    fn draw(&mut self) -> Option<u64> {
        let state = self.state.as_mut()?;
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Some(mixed ^ (mixed >> 31))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_learner_gets_the_same_numbers_each_time_and_another_one_others() {
        let numbers = |learner| {
            let mut variant = Variant::of(Some(learner));
            [0; 8].map(|_| variant.between(12..=40))
        };
        assert_eq!(numbers("ada"), numbers("ada"));
        assert_ne!(numbers("ada"), numbers("alan"));
        assert!(numbers("ada").iter().all(|number| (12..=40).contains(number)));
        // They are in grades that were given: they must never change.
        assert_eq!(numbers("ada"), [23, 30, 13, 34, 15, 13, 37, 25]);
    }

    #[test]
    fn without_a_learner_all_are_the_middle_ones() {
        assert_eq!(Variant::of(None).between(12..=20), 16);
        assert_eq!(Variant::of(None).between(3..=3), 3);
    }
}
