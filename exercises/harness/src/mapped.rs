//! Whose memory something is in.

use std::{fs, ops::Range};

/// Whether `memory` is in pages that another process may map as well, so that both see what is
/// written there. `None` on a system that does not tell.
pub fn is_shared<T>(memory: &[T]) -> Option<bool> {
    let maps = fs::read_to_string("/proc/self/maps").ok()?;
    let address = memory.as_ptr() as usize;
    let mut lines = maps.lines().filter_map(parse);
    lines.find(|(range, _)| range.contains(&address)).map(|(_, is_shared)| is_shared)
}

/// One mapping: `7f12-7f34 rw-s …`, with an `s` if it is shared.
fn parse(line: &str) -> Option<(Range<usize>, bool)> {
    let mut fields = line.split_ascii_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    Some((address(start)?..address(end)?, fields.next()?.ends_with('s')))
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
        }
    }
}
