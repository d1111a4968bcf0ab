//! Submissions as nobody expects them: each has an honest verdict, and a reason.

use crate::bench::{Bench, SOLVED};

/// What an answer is like, its source, its state, and what is said of it.
type Odd<'a> = (&'a str, String, &'a str, &'a str);

fn answer(body: &str) -> String {
    format!("pub fn answer() -> u32 {{\n    {body}\n}}\n")
}

fn with(before: &str) -> String {
    format!("{before}\n{SOLVED}")
}

fn odd() -> Vec<Odd<'static>> {
    let broken = "does_not_compile";
    let nested = format!("{}42{}", "(".repeat(20_000), ")".repeat(20_000));
    let proc_macro = "extern crate proc_macro;\n".to_owned()
        + &answer("drop(\"1\".parse::<proc_macro::TokenStream>());\n    42");
    let asm = "core::arch::global_asm!(\".pushsection .init_array\");";
    let foreign = "unsafe extern \"C\" {\n    safe fn getpid() -> i32;\n}";
    let large = "static ALL: [u8; 1 << 32] = [1; 1 << 32];";
    vec![
        ("includes", with("include!(\"/etc/passwd\");"), broken, "/etc/passwd:1"),
        (
            "endless",
            answer("include_bytes!(\"/dev/zero\").len() as u32"),
            broken,
            "2 GiB",
        ),
        ("large", format!("{large}\n{}", answer("ALL[9] as u32")), broken, "2 GiB"),
        ("path", with("#[path = \"/etc/passwd\"]\nmod x;"), broken, "/etc/passwd:1"),
        (
            "unsafes",
            answer("unsafe { *(&42_u32 as *const u32) }"),
            broken,
            "`unsafe` block",
        ),
        ("allows", with("#![allow(unsafe_code)]"), broken, "incompatible"),
        ("assembles", with(asm), broken, "global_asm"),
        ("foreign", with(foreign), broken, "unsafe extern"),
        ("derives", proc_macro, "failed", "before the check was over"),
        ("nested", answer(&nested), broken, "the compiler gave up on it"),
        ("ends", with("\0"), broken, "unknown start of token"),
        (
            "own_test",
            "#[test]\nfn it_is_the_answer() {}\n".to_owned() + &answer("41"),
            "failed",
            "41",
        ),
        ("marked", format!("\u{feff}{SOLVED}"), "passed", ""),
    ]
}

#[test]
fn odd_sources_are_compiled_within_bounds_and_judged_by_what_they_do() {
    let odd = odd();
    let ids: Vec<&str> = odd.iter().map(|it| it.0).collect();
    let bench = Bench::new(&ids);
    for (id, source, ..) in &odd {
        bench.hand_in("eve", id, source);
    }
    let (sheet, code) = bench.grade("eve", &[]);
    assert_eq!(code, 1);
    for (id, _, state, part) in odd {
        let said = sheet.exercise(id)["compiler"].as_str().unwrap_or_default();
        let said = format!("{said}{}", sheet.message(id));
        assert_eq!(sheet.state(id), state, "{id}: {said}");
        assert!(said.contains(part), "{id}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_in_the_submission_is_refused_and_the_rest_graded() {
    use std::{fs, os::unix::fs::symlink};

    let refused = [
        ("device", "leads out"),
        ("secret", "leads out"),
        ("round", "cannot be read"),
        ("folder", "is not a file"),
        ("nowhere", "leads nowhere"),
        ("huge", "larger than 1 MiB"),
    ];
    let mut ids: Vec<&str> = refused.iter().map(|it| it.0).collect();
    ids.push("solved");
    let bench = Bench::new(&ids);
    bench.hand_in("eve", "solved", SOLVED);
    let source = |id: &str| bench.path(&format!("eve/ch05_image_pool/src/{id}.rs"));
    symlink("/dev/zero", source("device")).expect("a link");
    symlink("/etc/passwd", source("secret")).expect("a link");
    symlink("round.rs", source("round")).expect("a link");
    symlink("nowhere/at/all", source("nowhere")).expect("a link");
    // Nobody takes anything from there.
    symlink("/tmp", bench.path("eve/ch05_image_pool/target")).expect("a link");
    fs::create_dir(source("folder")).expect("a folder");
    let huge = fs::File::create(source("huge")).expect("a file");
    huge.set_len(1 << 30).expect("a file with a hole");
    let (sheet, code) = bench.grade("eve", &[]);
    assert_eq!((sheet.state("solved"), code), ("passed", 2));
    for (id, part) in refused {
        assert_eq!(sheet.state(id), "refused", "{id}");
        assert!(sheet.reason(id).contains(part), "{id}: {}", sheet.reason(id));
    }
}
