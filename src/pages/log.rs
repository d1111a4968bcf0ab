//! What mdBook logs: a warning of a build is an error of ours.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    subscriber,
};
use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt, registry};

/// Runs `work`, and answers with every warning and error that was logged meanwhile in this thread.
pub fn warnings<T>(work: impl FnOnce() -> T) -> (T, Vec<String>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let listener = registry().with(Listener(Arc::clone(&seen)));
    let result = subscriber::with_default(listener, work);
    let seen =
        std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    (result, seen)
}

struct Listener(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() > Level::WARN {
            return;
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message.0);
    }
}

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
