use std::{rc::Rc, thread};

let counter = Rc::new(0);
thread::scope(|scope| {
    scope.spawn(|| println!("{counter}"));
    scope.spawn(|| println!("{counter}"));
});
