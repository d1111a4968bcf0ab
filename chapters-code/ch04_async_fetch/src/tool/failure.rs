//! What can go wrong with a page, in words for the column `error`.

use std::error::Error;
use std::io::{
    self,
    ErrorKind::{InvalidData, InvalidInput},
};
use std::time::Duration;

use reqwest::StatusCode;

/// Why there is no page, or only a part of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the messages say it")]
pub enum Failure {
    #[error("invalid URL: {0}")]
    Invalid(String),
    #[error("cannot connect: {0}")]
    Connect(String),
    #[error("no trusted connection: {0}")]
    Tls(String),
    #[error("not done after {0:?} (see --timeout)")]
    Timeout(Duration),
    #[error("nothing came for {0:?} (see --stall)")]
    Stalled(Duration),
    #[error("the connection broke: {0}")]
    Broken(String),
    #[error("the answer makes no sense: {0}")]
    Nonsense(String),
    #[error("{}", named(.0))]
    Status(StatusCode, Option<Duration>),
    #[error("{}: the server asks to come back in {} (see --max-wait)", named(.status), whole(.wait))]
    TooLong { status: StatusCode, wait: Duration },
    #[error("redirected more than {0} times")]
    TooManyRedirects(usize),
    #[error("cannot follow the redirect: {0}")]
    Redirect(String),
    #[error("not HTML but {0} (--save DIR keeps it all the same)")]
    NotHtml(String),
    #[error("encoded as {0}, which was not asked for")]
    Encoding(String),
    #[error("larger than {0} bytes (see --max-bytes)")]
    TooLarge(u64),
    #[error("cannot save it: {0}")]
    Save(String),
    #[error("this program has a bug: {0}")]
    Panicked(String),
}

/// A status as its number, with its name if it has one.
fn named(status: &StatusCode) -> String {
    match status.canonical_reason() {
        Some(name) => format!("{} {name}", status.as_str()),
        None => status.as_str().to_owned(),
    }
}

/// A wait in whole seconds, as long as the number tells anybody anything.
fn whole(wait: &Duration) -> String {
    // A part of a second is waited for, too.
    match wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)) {
        seconds @ 0..=86_400 => format!("{seconds}s"),
        _ => "more than a day".to_owned(),
    }
}

impl Failure {
    /// Whether the same request may succeed a little later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Connect(_)
            | Self::Timeout(_)
            | Self::Stalled(_)
            | Self::Broken(_) => true,
            Self::Status(status, _) => {
                matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504)
            }
            _ => false,
        }
    }

    /// The same, or that the server asks for more time than we have.
    #[must_use]
    pub fn or_too_long(self, most: Duration) -> Self {
        match self {
            Self::Status(status, Some(wait)) if wait > most && self.may_pass() => {
                Self::TooLong { status, wait }
            }
            other => other,
        }
    }

    /// Whether the server means all that we ask of it, and not this page only.
    #[must_use]
    pub fn is_about_us(&self) -> bool {
        match self {
            Self::Status(StatusCode::TOO_MANY_REQUESTS, _) => true,
            Self::Status(StatusCode::SERVICE_UNAVAILABLE, wait) => wait.is_some(),
            _ => false,
        }
    }

    /// How long the server asks to be left alone.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        if let Self::Status(_, wait) = self { *wait } else { None }
    }
}

impl From<reqwest::Error> for Failure {
    /// Finds the cause at the bottom of the error, in which reqwest wraps it with the URL.
    fn from(error: reqwest::Error) -> Self {
        let (mut kind, mut cause, mut tls) = (None, error.to_string(), false);
        let mut next: Option<&(dyn Error + 'static)> = error.source();
        while let Some(at) = next {
            cause = at.to_string();
            tls |= at.is::<rustls::Error>();
            next = at.source();
            if let Some(io) = at.downcast_ref::<io::Error>() {
                kind = Some(io.kind());
                // What an I/O error wraps is its inner error, not its source.
                next =
                    io.get_ref().map(|inner| inner as &(dyn Error + 'static)).or(next);
            }
        }
        let nonsense = matches!(kind, Some(InvalidData | InvalidInput))
            || ["invalid HTTP", "too large"].iter().any(|words| cause.contains(words));
        match () {
            () if tls => Self::Tls(cause),
            () if error.is_connect() => Self::Connect(cause),
            () if nonsense => Self::Nonsense(cause),
            () => Self::Broken(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_whole_seconds_up_to_a_day() {
        let day = Duration::from_secs(86_400);
        for (wait, told) in [
            (Duration::from_secs(31), "31s"),
            (Duration::from_millis(3_599_400), "3600s"),
            (day, "86400s"),
            (day + Duration::from_nanos(1), "more than a day"),
            (Duration::MAX, "more than a day"),
        ] {
            let status = StatusCode::TOO_MANY_REQUESTS;
            let said = Failure::TooLong { status, wait }.to_string();
            let expected = format!("asks to come back in {told} (see --max-wait)");
            assert!(said.ends_with(&expected), "{said}");
        }
    }
}
