//! Answers that mean harm, or are as bad as if they did.

use std::fs;

use crate::bench::{Bench, CHAPTER, HALF, SOLVED};

/// Long enough for a compiler on a busy machine, short enough to wait for.
const DEADLINE: [&str; 2] = ["--deadline", "10s"];

fn answer(body: &str) -> String {
    format!("pub fn answer() -> u32 {{\n    {body}\n}}\n")
}

#[test]
fn whoever_ends_early_or_fakes_a_verdict_has_failed() {
    let bench = Bench::new(&["exits", "fakes", "speaks_first"]);
    bench.hand_in("eve", "exits", &answer("std::process::exit(0)"));
    let fake = r#"
    println!("\n@receipt 0123456789abcdef {{\"outcome\": \"passed\"}}\n");
    println!("test it_is_the_answer ... ok\n\ntest result: ok. 1 passed; 0 failed;");
    std::process::exit(0)"#;
    bench.hand_in("eve", "fakes", &answer(fake));
    // What runs before the check could read the token in its place.
    let first = "extern \"C\" fn first() {}\n\
         #[used]\n#[unsafe(link_section = \".init_array\")]\n\
         static FIRST: extern \"C\" fn() = first;\n";
    bench.hand_in("eve", "speaks_first", &format!("{first}{SOLVED}"));
    let (sheet, code) = bench.grade("eve", &[]);
    assert_eq!(
        (sheet.state("exits"), sheet.state("fakes"), code),
        ("failed", "failed", 1)
    );
    for id in ["exits", "fakes"] {
        let message = sheet.message(id);
        assert!(message.contains("before the check was over"), "{message}");
    }
    assert_eq!(sheet.state("speaks_first"), "does_not_compile");
    let compiler = sheet.exercise("speaks_first")["compiler"].to_string();
    assert!(compiler.contains("unsafe"), "{compiler}");
}

#[test]
fn whoever_takes_too_much_has_failed_and_the_others_are_graded() {
    let bench = Bench::new(&["forks", "allocates", "prints", "solved"]);
    let forks = r#"
    let us = std::env::current_exe().unwrap();
    loop {
        let mut again = std::process::Command::new(&us);
        again.args(std::env::args().skip(1)).stdin(std::process::Stdio::null());
        let _ = again.spawn();
    }"#;
    bench.hand_in("eve", "forks", &answer(forks));
    let allocates = "let mut all = Vec::new();\n    loop {\n        all.push(vec![1_u8; 1 << 24]);\n    }";
    bench.hand_in("eve", "allocates", &answer(allocates));
    let prints = "for _ in 0..64 { println!(\"{}\", \"x\".repeat(1 << 20)); }\n    42";
    bench.hand_in("eve", "prints", &answer(prints));
    bench.hand_in("eve", "solved", SOLVED);
    let (sheet, code) = bench.grade("eve", &[]);
    assert_eq!(code, 1);
    for (id, part) in [("forks", "processes"), ("allocates", "memory")] {
        assert_eq!(sheet.state(id), "failed");
        assert!(sheet.message(id).contains(part), "{}", sheet.message(id));
    }
    // It only prints, and is right.
    assert_eq!((sheet.state("prints"), sheet.state("solved")), ("passed", "passed"));
}

#[test]
fn whoever_has_much_to_say_does_not_fill_the_graders_screen() {
    let bench = Bench::new(&["raves"]);
    let test = format!("exercises/{CHAPTER}/tests/raves.rs");
    let raves = "let rave = \"rave\\\\n\".repeat(500);\n    let receipt";
    bench.edit(&test, "let receipt", raves);
    bench.edit(&test, "{answer} for", "{rave}{answer} for");
    bench.hand_in("eve", "raves", HALF);
    let (sheet, _) = bench.grade("eve", &[]);
    assert_eq!(sheet.message("raves").matches("rave\n").count(), 500);
    let ran = bench.run(&["grade", "../eve"]);
    assert_eq!(ran.out.matches("rave\n").count(), 18, "{}", ran.out);
    for line in ["… 482 lines more; --json has them\n", "41 for nobody: think again\n"]
    {
        assert!(ran.out.contains(line), "`{line}` is missing in {}", ran.out);
    }
}

#[test]
fn a_check_that_never_ends_leaves_the_others_their_time() {
    let bench = Bench::new(&["hangs", "solved"]);
    let hangs = "if std::env::args().any(|it| it == \"it_is_more_than_nothing\") {\n        \
                 loop { std::thread::park() }\n    }\n    42";
    bench.hand_in("eve", "hangs", &answer(hangs));
    bench.hand_in("eve", "solved", SOLVED);
    let (sheet, code) = bench.grade("eve", &DEADLINE);
    assert_eq!(
        (sheet.state("hangs"), sheet.state("solved"), code),
        ("failed", "passed", 1)
    );
    assert_eq!(sheet.exercise("hangs")["points"], 3);
    assert!(
        sheet.message("hangs").contains("not done after 5 s"),
        "{}",
        sheet.message("hangs")
    );
}

#[test]
fn whoever_deletes_what_it_finds_harms_neither_the_submission_nor_the_repository() {
    let bench = Bench::new(&["deletes"]);
    let folders = [bench.path("eve"), bench.path("repository/exercises")];
    let deletes = format!(
        "for folder in [env!(\"CARGO_MANIFEST_DIR\"), {:?}, {:?}, \".\"] {{\n        \
         let _ = std::fs::remove_dir_all(folder);\n    }}\n    42",
        folders[0], folders[1]
    );
    bench.hand_in("eve", "deletes", &answer(&deletes));
    let (sheet, code) = bench.grade("eve", &[]);
    if lab_confines() {
        assert_eq!((sheet.state("deletes"), code), ("passed", 0));
        assert!(
            folders.iter().all(|it| it.join("ch05_image_pool/src/deletes.rs").exists())
        );
    }
}

/// Whether this kernel keeps a check from writing outside of its folder.
fn lab_confines() -> bool {
    lab::os::confine::possible().writes
}

#[test]
fn a_compiler_that_never_ends_is_ended_and_the_others_are_graded() {
    let bench = Bench::new(&["loops", "overflows", "solved"]);
    let loops = "#![allow(long_running_const_eval)]\n\
         const ANSWER: u32 = {\n    let mut i = 1;\n    while i > 0 {\n        i = i % 7 + 1;\n    }\n    i\n};\n";
    bench.hand_in("eve", "loops", &format!("{loops}{}", answer("ANSWER")));
    let overflows = "macro_rules! deep { ($($t:tt)*) => { deep!($($t)* x) } }\n";
    bench.hand_in("eve", "overflows", &format!("{overflows}{}", answer("deep!()")));
    bench.hand_in("eve", "solved", SOLVED);
    // Too short for any compiler, which has its own.
    let (sheet, code) = bench.grade("eve", &["--deadline", "1s"]);
    let states = ["loops", "overflows", "solved"].map(|id| sheet.state(id));
    assert_eq!((states, code), (["does_not_compile", "does_not_compile", "passed"], 1));
    let said = sheet.exercise("loops")["compiler"].as_str().expect("a text");
    assert_eq!(said, "the compiler was not done after 30 s, and was ended");
}

#[test]
fn a_compiler_that_has_no_end_of_errors_to_tell_is_cut_short() {
    let bench = Bench::new(&["talks", "solved"]);
    let talks = "macro_rules! more { ($($t:tt)*) => {\n    \
                 $(compile_error!(concat!(\"no \", stringify!($t)));)*\n    \
                 $(compile_error!(stringify!($t $t $t $t $t $t $t $t));)* } }\n";
    let all = "word ".repeat(20_000);
    bench.hand_in("eve", "talks", &format!("{talks}more!({all});\n{SOLVED}"));
    bench.hand_in("eve", "solved", SOLVED);
    let (sheet, code) = bench.grade("eve", &[]);
    let states = ["talks", "solved"].map(|id| sheet.state(id));
    assert_eq!((states, code), (["does_not_compile", "passed"], 1));
    let said = sheet.exercise("talks")["compiler"].as_str().expect("a text");
    assert!(said.len() <= 64 << 10, "{}", said.len());
}

#[cfg(unix)]
#[test]
fn another_cargo_is_waited_for_and_the_user_is_told() {
    use std::io::{BufRead, BufReader, Read};

    let bench = Bench::new(&["solved"]);
    bench.hand_in("ada", "solved", SOLVED);
    fs::create_dir_all(bench.path("repository/target/debug")).expect("a folder");
    let lock = bench.path("repository/target/debug/.cargo-lock");
    let lock = fs::File::create(lock).expect("a file");
    lock.lock().expect("as cargo does");
    let mut command = bench.command(&["grade", "../ada"]);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let errors = BufReader::new(child.stderr.take().expect("its errors"));
    let mut errors = errors.lines().map_while(Result::ok);
    assert!(errors.any(|line| line.starts_with("waiting for another cargo")));
    drop(lock);
    let mut out = String::new();
    child.stdout.take().expect("its output").read_to_string(&mut out).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{out}");
}

#[test]
fn a_file_that_the_compiler_is_made_to_read_is_told() {
    let bench = Bench::new(&["reads"]);
    bench.write("secret.txt", "42");
    let secret = bench.path("secret.txt");
    let reads = format!("include_str!({secret:?}).trim().parse().unwrap()");
    bench.hand_in("eve", "reads", &answer(&reads));
    let (sheet, _) = bench.grade("eve", &[]);
    assert_eq!(sheet.state("reads"), "passed");
    assert!(
        sheet.notes().contains("ch05.reads has `include_str` in it"),
        "{}",
        sheet.notes()
    );
    assert_eq!(fs::read_to_string(secret).expect("a file"), "42");
}
