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
    //@ starter, wrong serial
    (0..picture.len()).map(|y| blur(picture, y)).collect()
    //@ solution
    let mut result = vec![Row::new(); picture.len()];
    let height = picture.len().div_ceil(workers); // of a strip
    thread::scope(|scope| {
        for (strip, rows) in result.chunks_mut(height).enumerate() {
            scope.spawn(move || {
                for (y, row) in (strip * height..).zip(rows) {
                    *row = blur(picture, y);
                }
            });
        }
    });
    result
    //@ wrong seams
    let height = picture.len().div_ceil(workers);
    let blur_strip = |strip: &[Row]| -> Vec<Row> {
        (0..strip.len()).map(|y| blur(strip, y)).collect()
    };
    thread::scope(|scope| {
        let strips: Vec<_> = picture
            .chunks(height)
            .map(|strip| scope.spawn(move || blur_strip(strip)))
            .collect();
        strips.into_iter().flat_map(|strip| strip.join().unwrap()).collect()
    })
    //@ wrong remainder
    let height = picture.len() / workers;
    let blur_strip = |strip: usize| -> Vec<Row> {
        (strip * height..(strip + 1) * height).map(|y| blur(picture, y)).collect()
    };
    thread::scope(|scope| {
        let strips: Vec<_> =
            (0..workers).map(|strip| scope.spawn(move || blur_strip(strip))).collect();
        strips.into_iter().flat_map(|strip| strip.join().unwrap()).collect()
    })
    //@ wrong joined_at_once
    let mut result = vec![Row::new(); picture.len()];
    let height = picture.len().div_ceil(workers);
    thread::scope(|scope| {
        for (strip, rows) in result.chunks_mut(height).enumerate() {
            let thread = scope.spawn(move || {
                for (y, row) in (strip * height..).zip(rows) {
                    *row = blur(picture, y);
                }
            });
            thread.join().unwrap();
        }
    });
    result
    //@ wrong each_blurs_all
    let height = picture.len().div_ceil(workers);
    let all = || -> Vec<Row> { (0..picture.len()).map(|y| blur(picture, y)).collect() };
    thread::scope(|scope| {
        let strip = |strip| all().into_iter().skip(strip * height).take(height);
        let strips: Vec<_> = (0..workers)
            .map(|number| scope.spawn(move || strip(number).collect::<Vec<_>>()))
            .collect();
        strips.into_iter().flat_map(|strip| strip.join().unwrap()).collect()
    })
    //@ wrong thread_a_row
    thread::scope(|scope| {
        let rows: Vec<_> =
            (0..picture.len()).map(|y| scope.spawn(move || blur(picture, y))).collect();
        rows.into_iter().map(|row| row.join().unwrap()).collect()
    })
    //@ end
}
