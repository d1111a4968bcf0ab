//! What the program shows: the part of it that is the same on every machine.

use std::process::Command;

use lab::record::Record;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ch06_decision_tree"))
}

#[test]
fn the_crossover_compares_threads_and_tasks_at_each_number() {
    let output = program()
        .args(["--wait=1", "--rounds=1", "--json", "--only=crossover"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let record: Record = serde_json::from_slice(&output.stdout).unwrap();
    for count in [10, 50, 200] {
        let value = |path: &str| record.value(path).unwrap().median;
        for kind in ["threads", "tasks"] {
            let answered = value(&format!("crossover.{kind}_{count}.answered"));
            assert_eq!(answered, f64::from(count), "{kind}");
        }
        let ratio = value(&format!("crossover.time_{count}.threads_to_tasks"));
        let [threads, tasks] = ["threads", "tasks"]
            .map(|kind| value(&format!("crossover.{kind}_{count}.wall")));
        assert_eq!(ratio, threads / tasks);
    }
}

#[test]
fn the_help_names_the_experiments_and_the_dialogue() {
    let output = program().arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for part in ["crossover", "one_core", "advise", "--wait"] {
        assert!(help.contains(part), "{help}\nshould have {part}");
    }
}
