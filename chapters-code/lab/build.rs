//! Tells the kit which compiler and which optimisation made it, for the records.

use std::{env, process::Command};

fn main() {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output();
    let version =
        version.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    println!(
        "cargo::rustc-env=LAB_RUSTC={}",
        version.unwrap_or_else(|_| "unknown".to_owned())
    );
    println!(
        "cargo::rustc-env=LAB_OPT_LEVEL={}",
        env::var("OPT_LEVEL").unwrap_or_default()
    );
    println!("cargo::rerun-if-changed=build.rs");
}
