//! An event loop of your own: it runs all `tasks` on this thread, and returns when all have ended.
//!
//! A task is polled once at the start, and then each time that it was woken, but never after its
//! end. While nobody is woken, the thread sleeps. A waker may be called from anywhere: by another
//! task, by another thread, by the task itself while it is polled, and even after its end.

//@ wrong clears_the_mark_too_late, wrong until_it_waits
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
//@ solution
//@ end
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, mpsc},
    task::{Context, Poll, Wake, Waker},
    thread,
};

pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

//@ starter
/// Wakes a task.
struct TaskWaker {}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        todo!()
    }
}
//@ solution
/// Wakes a task: puts its number into the queue of those who can go on.
struct TaskWaker {
    number: usize,
    woken: mpsc::Sender<usize>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        // If nobody receives it, all tasks have ended.
        let _ = self.woken.send(self.number);
    }
}
//@ wrong asks_all_the_time
//@ wrong nobody_receives
struct TaskWaker {
    number: usize,
    woken: mpsc::Sender<usize>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.woken.send(self.number).unwrap();
    }
}
//@ wrong polls_everybody, wrong one_after_the_other, wrong a_thread_each
/// Wakes the thread.
struct TaskWaker(thread::Thread);

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
//@ wrong clears_the_mark_too_late, wrong until_it_waits
/// Marks a task as woken.
struct TaskWaker {
    woken: AtomicBool,
    thread: thread::Thread,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, SeqCst);
        self.thread.unpark();
    }
}
//@ end

pub fn run(tasks: Vec<Task>) {
    //@ starter
    todo!()
    //@ solution
    let (sender, woken) = mpsc::channel();
    let waker = |number| TaskWaker { number, woken: sender.clone() };
    let wakers = (0..tasks.len()).map(|number| Waker::from(Arc::new(waker(number))));
    let wakers: Vec<_> = wakers.collect();
    wakers.iter().for_each(Waker::wake_by_ref);
    let mut tasks: Vec<_> = tasks.into_iter().map(Some).collect();
    while tasks.iter().any(Option::is_some) {
        // The thread sleeps here, until somebody is woken.
        let number = woken.recv().expect("we keep a sender");
        let Some(task) = &mut tasks[number] else {
            continue;
        };
        let mut context = Context::from_waker(&wakers[number]);
        if task.as_mut().poll(&mut context).is_ready() {
            tasks[number] = None;
        }
    }
    //@ wrong never_sleeps
    let (sender, woken) = mpsc::channel();
    let waker = |number| TaskWaker { number, woken: sender.clone() };
    let wakers = (0..tasks.len()).map(|number| Waker::from(Arc::new(waker(number))));
    let wakers: Vec<_> = wakers.collect();
    wakers.iter().for_each(Waker::wake_by_ref);
    let mut tasks: Vec<_> = tasks.into_iter().map(Some).collect();
    while tasks.iter().any(Option::is_some) {
        let Ok(number) = woken.try_recv() else {
            thread::yield_now();
            continue;
        };
        let Some(task) = &mut tasks[number] else {
            continue;
        };
        let mut context = Context::from_waker(&wakers[number]);
        if task.as_mut().poll(&mut context).is_ready() {
            tasks[number] = None;
        }
    }
    //@ wrong polls_the_ended
    let (sender, woken) = mpsc::channel();
    let waker = |number| TaskWaker { number, woken: sender.clone() };
    let wakers = (0..tasks.len()).map(|number| Waker::from(Arc::new(waker(number))));
    let wakers: Vec<_> = wakers.collect();
    wakers.iter().for_each(Waker::wake_by_ref);
    let mut tasks = tasks;
    let mut left = tasks.len();
    while left > 0 {
        let number = woken.recv().expect("we keep a sender");
        let mut context = Context::from_waker(&wakers[number]);
        if tasks[number].as_mut().poll(&mut context).is_ready() {
            left -= 1;
        }
    }
    //@ wrong asks_all_the_time
    let mut tasks = tasks;
    let mut context = Context::from_waker(Waker::noop());
    while !tasks.is_empty() {
        tasks.retain_mut(|task| task.as_mut().poll(&mut context).is_pending());
    }
    //@ wrong polls_everybody
    let mut tasks = tasks;
    let waker = Waker::from(Arc::new(TaskWaker(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        tasks.retain_mut(|task| task.as_mut().poll(&mut context).is_pending());
        if tasks.is_empty() {
            return;
        }
        thread::park();
    }
    //@ wrong one_after_the_other
    let waker = Waker::from(Arc::new(TaskWaker(thread::current())));
    let mut context = Context::from_waker(&waker);
    for mut task in tasks {
        while task.as_mut().poll(&mut context).is_pending() {
            thread::park();
        }
    }
    //@ wrong ends_when_all_wait
    let (sender, woken) = mpsc::channel();
    let waker = |number| TaskWaker { number, woken: sender.clone() };
    let wakers = (0..tasks.len()).map(|number| Waker::from(Arc::new(waker(number))));
    let wakers: Vec<_> = wakers.collect();
    wakers.iter().for_each(Waker::wake_by_ref);
    let mut tasks: Vec<_> = tasks.into_iter().map(Some).collect();
    while tasks.iter().any(Option::is_some) {
        let Ok(number) = woken.try_recv() else {
            return;
        };
        let Some(task) = &mut tasks[number] else {
            continue;
        };
        let mut context = Context::from_waker(&wakers[number]);
        if task.as_mut().poll(&mut context).is_ready() {
            tasks[number] = None;
        }
    }
    //@ wrong naps
    let (sender, woken) = mpsc::channel();
    let waker = |number| TaskWaker { number, woken: sender.clone() };
    let wakers = (0..tasks.len()).map(|number| Waker::from(Arc::new(waker(number))));
    let wakers: Vec<_> = wakers.collect();
    wakers.iter().for_each(Waker::wake_by_ref);
    let mut tasks: Vec<_> = tasks.into_iter().map(Some).collect();
    while tasks.iter().any(Option::is_some) {
        let nap = std::time::Duration::from_millis(5);
        let Ok(number) = woken.recv_timeout(nap) else {
            continue;
        };
        let Some(task) = &mut tasks[number] else {
            continue;
        };
        let mut context = Context::from_waker(&wakers[number]);
        if task.as_mut().poll(&mut context).is_ready() {
            tasks[number] = None;
        }
    }
    //@ wrong a_thread_each
    let thread_for = |mut task: Task| {
        thread::spawn(move || {
            let waker = Waker::from(Arc::new(TaskWaker(thread::current())));
            let mut context = Context::from_waker(&waker);
            while task.as_mut().poll(&mut context).is_pending() {
                thread::park();
            }
        })
    };
    let threads: Vec<_> = tasks.into_iter().map(thread_for).collect();
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
    //@ wrong until_it_waits
    let mark = |task| {
        let (woken, thread) = (AtomicBool::new(true), thread::current());
        (task, Arc::new(TaskWaker { woken, thread }))
    };
    let mut tasks: Vec<_> = tasks.into_iter().map(mark).collect();
    while !tasks.is_empty() {
        tasks.retain_mut(|(task, mark)| {
            let waker = Waker::from(Arc::clone(mark));
            let mut context = Context::from_waker(&waker);
            while mark.woken.swap(false, SeqCst) {
                if task.as_mut().poll(&mut context).is_ready() {
                    return false;
                }
            }
            true
        });
        if !tasks.is_empty() && tasks.iter().all(|it| !it.1.woken.load(SeqCst)) {
            thread::park();
        }
    }
    //@ wrong clears_the_mark_too_late
    let mark = |task| {
        let (woken, thread) = (AtomicBool::new(true), thread::current());
        (task, Arc::new(TaskWaker { woken, thread }))
    };
    let mut tasks: Vec<_> = tasks.into_iter().map(mark).collect();
    loop {
        tasks.retain_mut(|(task, mark)| {
            if !mark.woken.load(SeqCst) {
                return true;
            }
            let waker = Waker::from(Arc::clone(mark));
            let polled = task.as_mut().poll(&mut Context::from_waker(&waker));
            mark.woken.store(false, SeqCst);
            polled.is_pending()
        });
        if tasks.is_empty() {
            return;
        }
        if tasks.iter().all(|(_, mark)| !mark.woken.load(SeqCst)) {
            thread::park();
        }
    }
    //@ end
}
