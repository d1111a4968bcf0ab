//! One picture, several threads, the same bytes.
//!
//! Below, one thread blurs all rows of the picture. Let several share them.

use std::thread;

/// A row of grey samples.
pub type Row = Vec<u8>;

/// The picture, blurred: its row `y` is `blur(picture, y)`, which also looks at the rows around.
///
/// As many threads work as there are `workers`, all at the same time, and no more than that. The
/// picture has many more rows than there are workers.
pub fn blurred(
    picture: &[Row],
    workers: usize,
    blur: &(dyn Fn(&[Row], usize) -> Row + Sync),
) -> Vec<Row> {
    (0..picture.len()).map(|y| blur(picture, y)).collect()
}
