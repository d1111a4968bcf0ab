//! Systems whose programs nobody has watched yet: everything compiles, and says that it sees
//! nothing.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use super::{Bytes, Call, Descriptor, Glance, Process, Resource, Schedule, Status};

/// A process.
pub fn process(_pid: u32) -> Option<Process> {
    None
}

/// The threads of a process.
pub fn threads(_pid: u32) -> Vec<u32> {
    Vec::new()
}

/// Every process that we can see.
pub fn every_process() -> Vec<u32> {
    Vec::new()
}

/// The children of a process.
pub fn children(_pid: u32) -> Vec<u32> {
    Vec::new()
}

/// The number that was given to a process or a thread last.
pub fn newest_id() -> Option<u32> {
    None
}

/// The process of a thread.
pub fn group_of(_tid: u32) -> Option<u32> {
    None
}

/// A thread at this moment.
pub fn glance(_pid: u32, _tid: u32) -> Option<Glance> {
    None
}

/// What a thread asks of the system.
pub fn call(_pid: u32, _tid: u32) -> Call {
    Call::Hidden
}

/// The function of the system in which a thread waits.
pub fn place(_pid: u32, _tid: u32) -> Option<String> {
    None
}

/// How a thread fared with the scheduler so far.
pub fn schedule(_pid: u32, _tid: u32) -> Option<Schedule> {
    None
}

/// What a thread may do, and how often it changed.
pub fn status(_pid: u32, _tid: u32) -> Option<Status> {
    None
}

/// Reads the memory of another process.
pub fn peek(_pid: u32, _at: u64, _into: &mut [u8]) -> bool {
    false
}

/// What a descriptor of another process is.
pub fn descriptor(_pid: u32, _number: i32) -> Option<Descriptor> {
    None
}

/// All descriptors of a process.
pub fn descriptors(_pid: u32) -> Option<Vec<(i32, Descriptor)>> {
    None
}

/// The descriptors that another one watches.
pub fn watched_by(_pid: u32, _epoll: i32) -> Option<Vec<i32>> {
    None
}

/// Whether a descriptor of a process may be written to.
pub fn for_writing(_pid: u32, _number: i32) -> Option<bool> {
    None
}

/// The sockets on which somebody waits for connections.
pub fn listening(_pid: u32) -> HashSet<u64> {
    HashSet::new()
}

/// The sockets that reach no further than this machine.
pub fn local(_pid: u32) -> HashSet<u64> {
    HashSet::new()
}

/// Bytes that a process moved.
pub fn bytes(_pid: u32) -> Option<Bytes> {
    None
}

/// The program that a process runs.
pub fn executable(_pid: u32) -> Option<PathBuf> {
    None
}

/// The first file that a process has mapped whose name contains `part`.
pub fn maps_file(_pid: u32, _part: &str) -> Option<PathBuf> {
    None
}

/// Seconds for which some program on this machine had to wait for a resource.
pub fn pressure(_of: Resource) -> Option<f64> {
    None
}

/// Seconds that the host of this virtual machine took from its CPUs.
pub fn stolen() -> Option<f64> {
    None
}

/// Seconds for which CPUs of this machine were in use, by anybody.
pub fn busy() -> Option<f64> {
    None
}

/// The control groups that may throttle a process.
pub fn groups(_pid: u32) -> Vec<PathBuf> {
    Vec::new()
}

/// Seconds for which a control group was held back.
pub fn throttled(_group: &Path) -> Option<f64> {
    None
}

/// The size of the CPU's last cache, in bytes.
pub fn last_cache() -> Option<u64> {
    None
}

/// From now on, counts anew which memory a process touches.
pub fn forget_touched(_pid: u32) -> bool {
    false
}

/// How much memory a process has touched since, in bytes.
pub fn touched(_pid: u32) -> Option<u64> {
    None
}
