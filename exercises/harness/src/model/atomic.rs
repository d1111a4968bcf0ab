//! Atomics that note their steps.
//!
//! Whoever reads an atomic sees the last write to it, whatever ordering is asked for: what is tried is
//! one order of events after the other, and a list of steps could not show another. What an ordering
//! does for all else is as in `std`: see [`Protected`](super::Protected).

use std::{panic::Location, sync::atomic::Ordering};

use super::steps;

macro_rules! atomic {
    ($name:ident, $value:ty) => {
        /// As in `std::sync::atomic`.
        #[derive(Debug, Default)]
        pub struct $name(loom::sync::atomic::$name);

        impl $name {
            /// As in `std`.
            pub fn new(value: $value) -> $name {
                $name(loom::sync::atomic::$name::new(value))
            }

            /// As in `std`.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                // loom's own `load` may also see what was overwritten.
                let value = self.0.fetch_or(<$value>::default(), order);
                steps::note(&format!("reads {value}"), Location::caller());
                value
            }

            /// As in `std`.
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                self.0.store(value, order);
                steps::note(&format!("writes {value}"), Location::caller());
            }

            /// As in `std`.
            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                let before = self.0.swap(value, order);
                let what = format!("reads {before} and writes {value} in one step");
                steps::note(&what, Location::caller());
                before
            }

            /// As in `std`.
            ///
            /// # Errors
            /// What is there, if that is not `expected`.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                expected: $value,
                value: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                let result = self.0.compare_exchange(expected, value, success, failure);
                let what = match result {
                    Ok(before) => {
                        format!("reads {before} and writes {value} in one step")
                    }
                    Err(there) => {
                        format!(
                            "reads {there} instead of {expected}, and writes nothing"
                        )
                    }
                };
                steps::note(&what, Location::caller());
                result
            }

            /// As in `std`, but it never fails without a reason.
            ///
            /// # Errors
            /// What is there, if that is not `expected`.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                expected: $value,
                value: $value,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$value, $value> {
                self.compare_exchange(expected, value, success, failure)
            }

            /// As in `std`.
            ///
            /// # Errors
            /// What is there, if `change` has nothing to put in its place.
            #[track_caller]
            pub fn fetch_update(
                &self,
                success: Ordering,
                failure: Ordering,
                mut change: impl FnMut($value) -> Option<$value>,
            ) -> Result<$value, $value> {
                let mut seen = self.load(failure);
                while let Some(value) = change(seen) {
                    match self.compare_exchange(seen, value, success, failure) {
                        Ok(before) => return Ok(before),
                        Err(there) => seen = there,
                    }
                }
                Err(seen)
            }
        }
    };
}

atomic!(AtomicBool, bool);
atomic!(AtomicUsize, usize);

impl AtomicUsize {
    /// As in `std`.
    #[track_caller]
    pub fn fetch_add(&self, more: usize, order: Ordering) -> usize {
        let before = self.0.fetch_add(more, order);
        let what = format!("reads {before} and adds {more} in one step");
        steps::note(&what, Location::caller());
        before
    }

    /// As in `std`.
    #[track_caller]
    pub fn fetch_sub(&self, less: usize, order: Ordering) -> usize {
        let before = self.0.fetch_sub(less, order);
        let what = format!("reads {before} and subtracts {less} in one step");
        steps::note(&what, Location::caller());
        before
    }
}
