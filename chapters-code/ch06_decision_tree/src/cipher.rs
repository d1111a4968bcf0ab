//! Encryption, as an example of work that needs a CPU and nothing else: ChaCha20 (RFC 8439).
//!
//! For looking at, not for secrets: use a library for those.

/// One block of the key stream: what 64 bytes of a message are mixed with.
// ANCHOR: block
#[must_use]
pub fn block(key: [u32; 8], counter: u32, nonce: [u32; 3]) -> [u32; 16] {
    const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
    let mut start = [0; 16];
    start[..4].copy_from_slice(&CONSTANTS);
    start[4..12].copy_from_slice(&key);
    start[12] = counter;
    start[13..].copy_from_slice(&nonce);
    let mut state = start;
    for _ in 0..10 {
        for i in 0..4 {
            quarter(&mut state, [i, 4 + i, 8 + i, 12 + i]);
        }
        for i in 0..4 {
            let [b, c, d] = [1, 2, 3].map(|by| (i + by) % 4);
            quarter(&mut state, [i, 4 + b, 8 + c, 12 + d]);
        }
    }
    std::array::from_fn(|i| state[i].wrapping_add(start[i]))
}

fn quarter(state: &mut [u32; 16], [a, b, c, d]: [usize; 4]) {
    for (left, right) in [(16, 12), (8, 7)] {
        state[a] = state[a].wrapping_add(state[b]);
        state[d] = (state[d] ^ state[a]).rotate_left(left);
        state[c] = state[c].wrapping_add(state[d]);
        state[b] = (state[b] ^ state[c]).rotate_left(right);
    }
}
// ANCHOR_END: block

/// Encrypts a message where it lies; and decrypts it, if it is encrypted.
pub fn encrypt(message: &mut [u32]) {
    for (counter, part) in (0..).zip(message.chunks_mut(16)) {
        let key_stream = block([7; 8], counter, [0; 3]);
        part.iter_mut().zip(key_stream).for_each(|(word, key)| *word ^= key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_that_of_the_standard() {
        // RFC 8439, section 2.3.2: the key is the bytes 0 to 31.
        let key = std::array::from_fn(|i| {
            let first = 4 * i as u8;
            u32::from_le_bytes([first, first + 1, first + 2, first + 3])
        });
        let block = block(key, 1, [0x0900_0000, 0x4a00_0000, 0]);
        assert_eq!(block[..4], [0xe4e7_f110, 0x1559_3bd1, 0x1fdd_0f50, 0xc471_20a3]);
        assert_eq!(block[15], 0x4e3c_50a2);
    }

    #[test]
    fn who_encrypts_twice_has_the_message_again() {
        let message: Vec<u32> = (0..1000).collect();
        let mut changed = message.clone();
        encrypt(&mut changed);
        assert!(changed.iter().zip(&message).all(|(one, other)| one != other));
        encrypt(&mut changed);
        assert_eq!(changed, message);
    }
}
