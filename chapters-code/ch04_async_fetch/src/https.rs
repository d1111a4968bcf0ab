//! Who encrypts: rustls can work with several libraries, and asks to be told which.

use std::sync::Once;

/// Chooses ring for this program, unless there is a choice already. No client of reqwest can be
/// made before, even for http.
pub fn prepare() {
    static CHOSEN: Once = Once::new();
    CHOSEN.call_once(|| {
        // Fails only if there is one already, which will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
