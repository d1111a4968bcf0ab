//! Matrix multiplication: the same multiplications, and two ways to lie in memory.

/// How the second matrix lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lies {
    /// Row after row, as it is written: the next number of a column is a whole row away.
    ByRows,
    /// Column after column: the next number of a column is the next one in memory.
    ByColumns,
}

/// The first `rows` rows of the product of two square matrices, `size` × `size`. The first one
/// lies by rows.
// ANCHOR: multiply
#[must_use]
pub fn multiply(
    left: &[f64],
    right: &[f64],
    lies: Lies,
    size: usize,
    rows: usize,
) -> Vec<f64> {
    let (down, across) = match lies {
        Lies::ByRows => (size, 1),
        Lies::ByColumns => (1, size),
    };
    let mut product = Vec::with_capacity(rows * size);
    for row in left.chunks_exact(size).take(rows) {
        for column in 0..size {
            let numbers = right[column * across..].iter().step_by(down);
            product.push(row.iter().zip(numbers).map(|(a, b)| a * b).sum());
        }
    }
    product
}
// ANCHOR_END: multiply

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_product_does_not_depend_on_how_a_matrix_lies() {
        let left = [1.0, 2.0, 3.0, 4.0];
        let product = multiply(&left, &[5.0, 6.0, 7.0, 8.0], Lies::ByRows, 2, 2);
        assert_eq!(product, [19.0, 22.0, 43.0, 50.0]);
        let lain = multiply(&left, &[5.0, 7.0, 6.0, 8.0], Lies::ByColumns, 2, 2);
        assert_eq!(lain, product);
        let first = multiply(&left, &[5.0, 6.0, 7.0, 8.0], Lies::ByRows, 2, 1);
        assert_eq!(first, product[..2]);
    }
}
