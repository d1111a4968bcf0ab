//! The sources' rule: one number decides between two words.

use crate::label::Label;

/// Above this share of the wall time on a CPU, the rule says CPU-bound.
pub const LINE: f64 = 0.8;

/// What the sources' rule says of a program that was on a CPU for `own_cpu` of `wall` seconds.
/// Python's `process_time`, which the sources take, leaves out what its children did.
// ANCHOR: rule
#[must_use]
pub fn judge(own_cpu: f64, wall: f64) -> Label {
    if own_cpu / wall > LINE { Label::CpuBound } else { Label::IoBound }
}
// ANCHOR_END: rule

/// Whether the rule's word is right for a program whose label is `truth`, read as kindly as can be:
/// a word is right where what the sources advise after it would help.
///
/// * *CPU-bound* leads to processes on more CPUs. That helps whatever computes, under a GIL too,
///   and it is true of what would compute if it were let.
/// * *I/O-bound* leads to many waits at once. That helps whatever waits, for a device or for time.
/// * No word is right for threads that wait for each other, nor for half of each.
#[must_use]
pub fn is_right(word: Label, truth: Label) -> bool {
    match truth {
        Label::CpuBound
        | Label::MemoryBound
        | Label::GilBound
        | Label::Starved
        | Label::Throttled => word == Label::CpuBound,
        Label::IoBound | Label::Sleeping => word == Label::IoBound,
        Label::LockBound | Label::Mixed | Label::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_has_two_words_and_a_line_between_them() {
        assert_eq!(judge(0.81, 1.0), Label::CpuBound);
        assert_eq!(judge(0.8, 1.0), Label::IoBound);
        // Two CPUs at once are more than all of the time.
        assert_eq!(judge(1.9, 1.0), Label::CpuBound);
        // A parent of two busy children does next to nothing itself.
        assert_eq!(judge(0.007, 1.0), Label::IoBound);
    }

    #[test]
    fn no_word_is_right_for_two_programs_that_need_different_things() {
        for truth in Label::ALL {
            let right =
                [Label::CpuBound, Label::IoBound].map(|word| is_right(word, truth));
            assert_ne!(right, [true, true], "{truth}");
        }
    }
}
