//! The book of this repository.

use std::path::Path;

use workbook::pages::{library::Shown, site};

#[test]
fn the_book_builds_without_a_problem() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = tempfile::tempdir().expect("a temporary folder");
    if let Err(problems) = site::build(root, &out.path().join("site"), Shown::Reference)
    {
        panic!("the book is refused:\n{problems}");
    }
}
