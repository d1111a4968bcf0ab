//! Whose memory something is in.

use std::{fs, ops::Range, sync::atomic::AtomicU8};

/// Whether `memory` is in pages that another process may map as well, so that both see what is
/// written there. `None` on a system that does not tell.
pub fn is_shared<T>(memory: &[T]) -> Option<bool> {
    mapping(memory.as_ptr().addr()).map(|(_, is_shared, _)| is_shared)
}

/// Whether there is memory at `address` that is shared: not if it is there no more, or the system
/// does not tell.
pub fn is_shared_at(address: usize) -> bool {
    mapping(address).is_some_and(|(_, is_shared, _)| is_shared)
}

/// The number of the file that backs shared memory: processes that see the same memory see the same
/// number. 0 if it is not shared, and 1 for all memory on a system that does not tell.
pub fn shared_file(memory: &[AtomicU8]) -> u64 {
    match mapping(memory.as_ptr().addr()) {
        Some((_, is_shared, file)) => u64::from(is_shared) * file,
        None => 1,
    }
}

fn mapping(address: usize) -> Option<(Range<usize>, bool, u64)> {
    let maps = fs::read_to_string("/proc/self/maps").ok()?;
    maps.lines().filter_map(parse).find(|(range, ..)| range.contains(&address))
}

/// One mapping: `7f12-7f34 rw-s 0000 00:01 1234 …`, with an `s` if it is shared, of file 1234.
fn parse(line: &str) -> Option<(Range<usize>, bool, u64)> {
    let mut fields = line.split_ascii_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    let range = address(start)?..address(end)?;
    Some((range, fields.next()?.ends_with('s'), fields.nth(2)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use lab::os::Shared;

    use super::*;

    #[test]
    fn shared_memory_is_told_from_our_own() {
        if fs::exists("/proc/self/maps").is_ok_and(|it| it) {
            let shared = Shared::new(10_000).expect("memory");
            assert_eq!(is_shared(&shared.bytes()[5_000..]), Some(true));
            assert_eq!(is_shared(&[1; 3]), Some(false));
            let file = shared_file(shared.bytes());
            assert_eq!(shared_file(&[const { AtomicU8::new(1) }; 3]), 0);
            let same = Shared::open(shared.path()).expect("the same memory");
            assert_eq!(shared_file(same.bytes()), file);
            let other = Shared::new(10_000).expect("memory");
            assert_ne!(shared_file(other.bytes()), file);
            drop(same);
            let address = shared.bytes().as_ptr().addr();
            drop(shared);
            assert!(!is_shared_at(address));
        }
    }
}
