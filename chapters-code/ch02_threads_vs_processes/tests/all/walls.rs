//! Who sees what.

use ch02_threads_vs_processes::walls::{self, TEXT};
use lab::os::Shared;

use crate::program;

#[test]
fn a_thread_writes_for_all_and_a_process_for_itself_unless_memory_is_shared() {
    // In one test, since both would wipe the same board.
    assert_eq!(walls::read_after_thread().unwrap(), TEXT);
    assert_eq!(walls::read_after_process(program()).unwrap(), 0);
    let memory = Shared::new(1).unwrap();
    let (path, bytes) = (memory.path(), memory.bytes());
    assert_eq!(walls::read_after_sharing(program(), path, bytes).unwrap(), TEXT);
}

#[test]
fn threads_have_the_number_of_their_process_and_processes_have_their_own() {
    assert_eq!(walls::ids_of_threads(3).unwrap(), 1);
    assert_eq!(walls::ids_of_processes(program(), 3).unwrap(), 3);
}
