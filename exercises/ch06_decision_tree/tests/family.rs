//! Families of which it is known what they did: a small machine keeps the account.

#[path = "../src/family.rs"]
mod family;
#[path = "scenes/machine.rs"]
mod machine;

use harness::{check, variant};
use machine::{FIRST, Machine};

#[check]
fn children_that_compute_count() {
    let mut variant = variant();
    let mut machine = Machine::new(&mut variant);
    let child = machine.start(FIRST);
    (0..variant.between(1..=6)).for_each(|_| _ = machine.start(FIRST));
    machine.look();
    machine.start(child);
    machine.expect(|seen, known| match seen.processes {
        1 => "the first process waits, and its family computes",
        some if some != known.processes => "each process counts once, whoever it is",
        _ => "nobody has waited yet for children that go on",
    });
}

#[check]
fn what_was_waited_for_counts_once() {
    let mut machine = Machine::new(&mut variant());
    let [child, brief] = [machine.start(FIRST), machine.start(FIRST)];
    machine.end(brief);
    machine.look();
    machine.compute(child);
    machine.end(child);
    machine.expect(|seen, known| match seen.cpu_ms > known.cpu_ms {
        true => "who was waited for is in its parent's `waited_for_ms` already",
        false => "what a child did after the last look at it, only its parent knows",
    });
}

#[check]
fn a_number_used_again_is_somebody_else() {
    let mut machine = Machine::new(&mut variant());
    let child = machine.start(FIRST);
    machine.look();
    machine.end(child);
    machine.start_as(child, 1);
    machine.expect(|_, _| "what was a child's number is a stranger's now");
}

#[check]
fn who_lost_its_parent_still_belongs() {
    let mut machine = Machine::new(&mut variant());
    let child = machine.start(FIRST);
    machine.start(child);
    machine.look();
    machine.end(child);
    machine.expect(|_, _| "it was seen as a child's child before its parent ended");
}
