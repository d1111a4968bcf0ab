//! Who may ask, and what the pages may do.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{
            CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

/// mdBook's pages hold scripts and styles of their own; nothing comes from another origin.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; \
    base-uri 'self'; form-action 'self'; object-src 'none'";

/// Lets a request pass only if it names this server as a browser on this machine would.
///
/// A foreign page whose name was made to lead here (DNS rebinding) sends its own name as the host.
pub async fn guard(State(port): State<u16>, request: Request, next: Next) -> Response {
    let mut response = if is_ours(request.headers(), port) {
        next.run(request).await
    } else {
        let what = format!("This book is served at http://127.0.0.1:{port}/ only.\n");
        (StatusCode::FORBIDDEN, what).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// Whether there is one `Host`, and it is exactly that of this server.
fn is_ours(headers: &HeaderMap, port: u16) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let is_ours = |host: &HeaderValue| {
        ["127.0.0.1", "localhost"].iter().any(|name| {
            // Browsers leave the port of http out.
            host == format!("{name}:{port}").as_str() || (port == 80 && host == name)
        })
    };
    let first = hosts.next().is_some_and(is_ours);
    first && hosts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(names: &[&'static str]) -> HeaderMap {
        names.iter().map(|name| (HOST, HeaderValue::from_static(name))).collect()
    }

    #[test]
    fn only_the_exact_name_and_port_pass() {
        for name in ["127.0.0.1:3000", "localhost:3000"] {
            assert!(is_ours(&hosts(&[name]), 3000), "{name}");
        }
        let forged = [
            "evil.example",
            "evil.example:3000",
            "127.0.0.1",
            "localhost",
            "127.0.0.1:3001",
            "127.0.0.1:3000.evil.example",
            "localhost:3000@evil.example",
            "[::1]:3000",
            "",
        ];
        for name in forged {
            assert!(!is_ours(&hosts(&[name]), 3000), "{name}");
        }
    }

    #[test]
    fn the_port_of_http_may_be_left_out() {
        assert!(is_ours(&hosts(&["localhost"]), 80));
        assert!(!is_ours(&hosts(&["evil.example"]), 80));
    }

    #[test]
    fn no_host_or_two_do_not_pass() {
        assert!(!is_ours(&hosts(&[]), 3000));
        assert!(!is_ours(&hosts(&["localhost:3000", "evil.example"]), 3000));
    }
}
