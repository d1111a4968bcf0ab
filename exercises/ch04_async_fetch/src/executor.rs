//! An event loop of your own: it runs all `tasks` on this thread, and returns when all have ended.
//!
//! A task is polled once at the start, and then each time that it was woken, but never after its
//! end. While nobody is woken, the thread sleeps. A waker may be called from anywhere: by another
//! task, by another thread, by the task itself while it is polled, and even after its end.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, mpsc},
    task::{Context, Poll, Wake, Waker},
    thread,
};

pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Wakes a task.
struct TaskWaker {}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        todo!()
    }
}

pub fn run(tasks: Vec<Task>) {
    todo!()
}
