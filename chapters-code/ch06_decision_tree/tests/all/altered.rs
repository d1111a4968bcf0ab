//! The templates with what their users may put in: code that panics, and a loop that waits.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};

use ch04_async_fetch::faults::FaultServer;
use ch06_decision_tree::template::Template;
use tempfile::TempDir;

use crate::examples::{alone, told};
use crate::new_template::{cargo, project, target};

/// Builds a project from a template in which something stands after `place`, which is there once.
fn build(template: Template, alterations: &[(&str, &str)]) -> PathBuf {
    let folder = TempDir::new().unwrap();
    let project = project(template, &folder);
    let mut source = template.source().to_owned();
    for (place, more) in alterations {
        assert_eq!(source.matches(place).count(), 1, "{template:?}: {place}");
        source = source.replace(place, &format!("{place}\n{more}"));
    }
    fs::write(project.join("src/main.rs"), source).unwrap();
    cargo(&["build"], &project);
    target().join(format!("debug/my-{}{EXE_SUFFIX}", template.name()))
}

#[test]
fn work_that_panics_stops_no_other_and_is_told() {
    let panics = r#"if file.ends_with("ouch") { panic!("ouch") }"#;
    let place = "fn work(file: &Path) -> Result<String> {";
    let program = build(Template::CpuBound, &[(place, panics)]);
    let folder = TempDir::new().unwrap();
    let names = ["a", "ouch", "b", "c"].map(|name| folder.path().join(name));
    for name in &names {
        fs::write(name, "abc").unwrap();
    }
    let (code, lines, said) = told(alone(&program).args(&names).output().unwrap());
    assert_eq!((code, lines.len()), (Some(1), 3), "{said}");
    assert!(said.contains("/ouch: it panicked\n"), "{said}");
}

/// Runs a program with pages that make it panic, more than threads wait at once, and a good one.
fn panics(program: &Path, words: &str) {
    let server = FaultServer::start().unwrap();
    let (bad, good) = (server.url("/bytes/3/ouch"), server.url("/bytes/3/good"));
    let mut urls = vec![&bad; 12];
    urls.push(&good);
    let (code, lines, said) = told(alone(program).args(urls).output().unwrap());
    assert_eq!((code, lines.len()), (Some(1), 1), "{said}");
    assert!(lines[0].ends_with("/good"), "{lines:?}");
    // Another thread's panic may stand between the page's name and what happened to it.
    assert_eq!(said.matches(words).count(), 12, "{said}");
    assert!(said.matches(bad.as_str()).count() >= 12, "{said}");
}

/// Runs a program whose loop never comes back from the first page. The others come all the same.
fn downloads_while_it_waits(program: &Path) {
    let server = FaultServer::start().unwrap();
    let mut urls = vec![server.url("/slow-redirect/1/300"); 5];
    urls.push(server.url("/bytes/3/first"));
    let mut child = alone(program).args(urls).spawn().unwrap();
    // If fewer come, the test does not end.
    while server.hits("/slow-redirect/0/300") < 5 {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_wait_that_panics_stops_no_other_and_a_loop_that_waits_stops_no_download() {
    let panic = r#"if url.ends_with("/ouch") { panic!("ouch") }"#;
    let wait = r#"if url.ends_with("/first") { std::future::pending::<()>().await; }"#;
    let fetch = "fn fetch(agent: &Agent, url: &str) -> Result<usize> {";
    panics(&build(Template::IoFew, &[(fetch, panic)]), "it panicked");
    let fetch = "fn fetch(client: Client, url: String) -> Result<usize> {";
    let page = "left -= usize::from(matches!(page, Ok(Ok(_))));";
    let program = build(Template::IoMany, &[(fetch, panic), (page, wait)]);
    panics(&program, "panicked with message \"ouch\"");
    downloads_while_it_waits(&program);
    let hash = "url: String) -> Result<String> {";
    let page = "left -= usize::from(matches!(hash, Ok(Ok(_))));";
    let program = build(Template::Mixed, &[(hash, panic), (page, wait)]);
    panics(&program, "panicked with message \"ouch\"");
    downloads_while_it_waits(&program);
}
