//! The protocol by which the stock `mdbook` command calls this program.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use mdbook_driver::{MDBook, book::Book};
use mdbook_preprocessor::PreprocessorContext;

use crate::fixture::Fixture;

mod fixture;

fn workbook(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_workbook"))
        .arg("preprocess")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("an input");
    // It may end before it has read everything, and say why.
    drop(stdin.write_all(input.as_bytes()));
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

/// What mdBook sends: the context and the book.
fn input(fixture: &Fixture) -> String {
    let book = MDBook::load(fixture.root()).expect("a book");
    let context = PreprocessorContext::new(
        book.root.clone(),
        book.config.clone(),
        "html".to_owned(),
    );
    serde_json::to_string(&(context, &book.book)).expect("JSON")
}

#[test]
fn html_is_supported_and_nothing_else() {
    assert!(workbook(&["supports", "html"], "").status.success());
    for renderer in ["markdown", "test", "epub"] {
        assert_eq!(
            workbook(&["supports", renderer], "").status.code(),
            Some(1),
            "{renderer}"
        );
    }
}

#[test]
fn a_book_comes_back_resolved() {
    let fixture = Fixture::new("It took {{measured ch05.pool.rayon.wall}}.");
    let output = workbook(&[], &input(&fixture));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let book: Book = serde_json::from_slice(&output.stdout).expect("a book");
    let pages: Vec<&str> =
        book.chapters().map(|chapter| chapter.content.as_str()).collect();
    assert!(pages[1].contains("It took <span class=\"wb-value\""), "{pages:?}");
}

#[test]
fn all_that_is_wrong_goes_to_standard_error_and_the_command_fails() {
    let fixture = Fixture::new("It took 5 ms.\n\n{{chart ch05.poll}}\n\n<b>open\n");
    let output = workbook(&[], &input(&fixture));
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let errors = String::from_utf8_lossy(&output.stderr);
    for part in [
        "book/ch05_image_pool.md:1: `5 ms` is typed",
        "book/ch05_image_pool.md:3: {{chart ch05.poll}}: no experiment `poll`",
        "book/ch05_image_pool.md: mdBook: unclosed HTML tag",
    ] {
        assert!(errors.contains(part), "{errors}\nshould say {part}");
    }
}

#[test]
fn a_build_folder_that_holds_the_pages_is_refused_before_mdbook_empties_it() {
    let fixture = Fixture::new("Words.");
    // As `mdbook build -d book` sends it.
    let input = input(&fixture).replacen("target/book", "book", 1);
    let output = workbook(&[], &input);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("would delete the pages"));
}

#[test]
fn what_mdbook_did_not_send_is_refused() {
    let output = workbook(&[], "not a book");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("expected a book from mdBook")
    );
}
