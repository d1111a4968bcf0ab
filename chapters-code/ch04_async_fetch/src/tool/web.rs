//! The client that all requests share.

use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::{Client, Url, redirect};

use super::failure::Failure;
use crate::https;

/// A connection that nobody uses is kept for so long. Short, for a list may name many hosts, and
/// each connection costs a file descriptor.
const IDLE: Duration = Duration::from_secs(2);

/// A client, and why it may not speak https.
#[derive(Clone, Debug)]
pub struct Web {
    /// Asks, and follows no redirect: the next request waits for its turn as any other does.
    pub client: Client,
    /// What is missing for https, if anything.
    no_https: Option<String>,
}

impl Web {
    /// A client that trusts whom this machine trusts.
    ///
    /// # Errors
    /// If there is none, even for http.
    pub fn new() -> Result<Self> {
        https::prepare();
        let builder = || {
            Client::builder()
                .redirect(redirect::Policy::none())
                .pool_idle_timeout(IDLE)
                .user_agent(concat!(
                    env!("CARGO_PKG_NAME"),
                    "/",
                    env!("CARGO_PKG_VERSION")
                ))
        };
        match builder().build() {
            Ok(client) => Ok(Self { client, no_https: None }),
            // A bare container has no certificates; pages without https can be had all the same.
            Err(error) => {
                let client = builder().tls_certs_only([]).build();
                let client = client.context("cannot make an HTTP client")?;
                Ok(Self { client, no_https: Some(Failure::from(error).to_string()) })
            }
        }
    }

    /// The URL that a line of the list means, if it can be asked for.
    ///
    /// # Errors
    /// [`Failure::Invalid`] that says what to write instead, or [`Failure::Tls`].
    pub fn url(&self, text: &str) -> Result<Url, Failure> {
        let no_scheme = || match Url::parse(&format!("https://{text}")) {
            Ok(url) => format!("it has no scheme; write {url}"),
            Err(_) => "it has no scheme, such as https://".to_owned(),
        };
        let url = Url::parse(text).map_err(|error| {
            Failure::Invalid(match error.to_string().as_str() {
                "relative URL without a base" => no_scheme(),
                other => other.to_owned(),
            })
        })?;
        match (url.scheme(), &self.no_https) {
            ("http", _) | ("https", None) => Ok(url),
            ("https", Some(missing)) => Err(Failure::Tls(format!(
                "{missing} (is the package ca-certificates installed?)"
            ))),
            // As in localhost:8080.
            _ if url.path().starts_with(|first: char| first.is_ascii_digit()) => {
                Err(Failure::Invalid(no_scheme()))
            }
            (other, _) => {
                let hint = format!("{other} is neither http nor https");
                Err(Failure::Invalid(hint))
            }
        }
    }
}

/// Who serves a URL: host and port.
#[must_use]
pub fn host(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{}:{port}", url.host_str().unwrap_or_default())
}
