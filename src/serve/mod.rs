//! The book on loopback: served to its reader, and built again on save.
//!
//! [`site`] keeps the last good site, [`guard`] turns away what does not come from this machine's own
//! browser, [`server`] puts them together, and [`crate::watch`] notices what was saved.

pub mod guard;
pub mod server;
pub mod site;

pub use server::{ServeArgs, Server, serve};
