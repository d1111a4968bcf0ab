//! https, with the roots that the machine trusts. On Linux a variable can say which those are.

#![cfg(target_os = "linux")]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::fixtures::{Ran, Site};

/// Keys for tests, that nobody should trust with anything else; valid from 2020 to 2119.
fn key_file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tool/tls").join(name)
}

/// Puts TLS before a server, and says on which port.
fn encrypted(server: SocketAddr) -> u16 {
    let chain = CertificateDer::from_pem_file(key_file("localhost.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(key_file("localhost.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config =
        config.with_no_client_auth().with_single_cert(vec![chain], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = async move {
        let listener = TcpListener::from_std(listener).unwrap();
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not trust us leaves.
                let Ok(mut open) = acceptor.accept(stream).await else { return };
                let mut to = TcpStream::connect(server).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut open, &mut to).await;
            });
        }
    };
    // It ends with the tests.
    thread::spawn(|| {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(serve);
    });
    port
}

fn fetch(site: &Site, lines: &[&str], roots: &Path) -> Ran {
    site.list(lines);
    let mut command = site.command(&["--retries", "2"]);
    site.told(
        command
            .env("SSL_CERT_FILE", roots)
            .env_remove("SSL_CERT_DIR")
            .output()
            .unwrap(),
    )
}

#[test]
fn a_server_that_the_machine_trusts_is_trusted_and_redirects_cross_over() {
    let site = Site::new();
    let port = encrypted(site.server.address());
    let secret = format!("https://localhost:{port}/titled/secret");
    let upgrade = format!("/away?{secret}");
    let ran = fetch(&site, &[&secret, &upgrade], &key_file("ca.pem"));
    assert_eq!(
        (ran.code, ran.titles()),
        (Some(0), vec!["secret", "secret"]),
        "{ran:?}"
    );
    assert_eq!(ran.rows[1].final_url, secret);
}

#[test]
fn a_server_that_it_does_not_trust_is_not_asked_and_not_asked_again() {
    let site = Site::new();
    let port = encrypted(site.server.address());
    let lines = [
        // A certificate for another name, and then one of an authority that nobody knows.
        (format!("https://127.0.0.1:{port}/titled/a"), "ca.pem", "not valid for name"),
        (
            format!("https://localhost:{port}/titled/b"),
            "localhost.pem",
            "UnknownIssuer",
        ),
    ];
    for (line, roots, reason) in lines {
        let ran = fetch(&site, &[&line, "/titled/c"], &key_file(roots));
        let error = ran.errors()[0];
        assert!(error.starts_with("no trusted connection: "), "{error}");
        assert!(error.contains(reason) && !error.contains("tries"), "{error}");
        assert_eq!((ran.code, ran.titles()[1]), (Some(1), "c"));
    }
    assert_eq!(site.server.all_hits(), 2);
}

#[test]
fn a_server_that_speaks_no_tls_is_a_row_as_any_other() {
    let site = Site::new();
    let line = site.server.url("/titled/a").replace("http:", "https:");
    let ran = fetch(&site, &[&line], &key_file("ca.pem"));
    assert!(ran.errors()[0].starts_with("no trusted connection: "), "{ran:?}");
}

#[test]
fn a_machine_without_roots_fetches_what_needs_none() {
    let site = Site::new();
    let lines = ["https://localhost:1/", "/titled/plain"];
    let ran = fetch(&site, &lines, Path::new("/nonexistent"));
    assert_eq!(ran.titles(), ["", "plain"], "{ran:?}");
    assert!(
        ran.errors()[0].contains("is the package ca-certificates installed?"),
        "{ran:?}"
    );
}
