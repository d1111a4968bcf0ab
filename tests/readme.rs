//! The README: what it links to and what it tells to run is there.

use std::{fs, path::Path, process::Command};

use regex::Regex;
use workbook::chapters;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the first group of `pattern` finds in the README.
fn found(pattern: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("README.md")).expect("a README");
    let pattern = Regex::new(pattern).expect("a pattern");
    pattern.captures_iter(&text).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_relative_link_and_image_is_there() {
    let mut links = found(r"\]\(([^)\s]+)\)");
    links.extend(found(r#"(?:src|href)="([^"]+)""#));
    let relative =
        |link: &&String| !link.starts_with("https://") && !link.starts_with('#');
    for link in links.iter().filter(relative) {
        let file = link.split('#').next().unwrap_or_default();
        assert!(root().join(file).exists(), "README.md links to {link}");
    }
}

#[test]
fn no_placeholder_is_left() {
    let left = found(r"(?m)(^[A-Z]{3,}\.?$|\b(?:TODO|TBD|FIXME|XXX)\b)");
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn every_command_it_names_is_there() {
    let commands = found(r"cargo run -- ([a-z]+)");
    assert!(!commands.is_empty());
    for command in commands {
        let help = Command::new(env!("CARGO_BIN_EXE_workbook"))
            .args([&command, "--help"])
            .output()
            .expect("the program starts");
        assert!(help.status.success(), "no command `{command}`");
    }
    for package in found(r"cargo run -p (\w+)") {
        let manifest = root().join("chapters-code").join(&package).join("Cargo.toml");
        assert!(manifest.is_file(), "no package `{package}`");
    }
    let chapters = found(r"(?:measure|verify) (ch[0-9]{2})\b");
    assert!(chapters::named(root(), &chapters).is_ok(), "{chapters:?}");
    for script in found(r"(?m)^(\.ci/\w+)") {
        assert!(root().join(&script).is_file(), "no script `{script}`");
    }
}
