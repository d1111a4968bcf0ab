//! The book of this repository.

use std::{collections::HashMap, fs, path::Path};

use regex::Regex;
use tempfile::TempDir;
use workbook::pages::{library::Shown, site};

/// The book's pages, by file name.
fn built() -> HashMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = TempDir::new().expect("a temporary folder");
    let site = out.path().join("site");
    if let Err(problems) = site::build(root, &site, Shown::Reference) {
        panic!("the book is refused:\n{problems}");
    }
    let files = fs::read_dir(site).expect("a site").map(|file| file.expect("a file"));
    let pages = files.filter_map(|file| {
        let name = file.file_name().into_string().ok()?;
        let html = name.ends_with(".html").then(|| fs::read_to_string(file.path()))?;
        Some((name, html.expect("a page")))
    });
    pages.collect()
}

#[test]
fn the_book_builds_without_a_problem_and_its_links_lead_somewhere() {
    let pages = built();
    let link =
        Regex::new(r##"<a [^>]*href="([^":#]*)(?:#([^"]*))?""##).expect("a pattern");
    let mut seen = 0;
    for (name, html) in &pages {
        // All pages in one: its links lead to the parts of itself that mdBook made of them.
        if name == "print.html" {
            continue;
        }
        for found in link.captures_iter(html) {
            let page = if found[1].is_empty() { name } else { &found[1] };
            let Some(target) = pages.get(page) else {
                assert!(!page.ends_with(".html"), "{name}: there is no page {page}");
                continue;
            };
            // A way through the tree is no place of the page.
            let place = found.get(2).map_or("", |it| it.as_str());
            let is_place = !place.is_empty() && !place.starts_with("tree=");
            let there = format!("id=\"{place}\"");
            assert!(
                !is_place || target.contains(&there),
                "{name}: {page} has no #{place}"
            );
            seen += 1;
        }
    }
    assert!(seen > 200, "only {seen} links were seen");
}
