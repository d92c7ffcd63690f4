//! TLS: rustls on ring.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use signet::http::server::{
    ConnectionLimits, TlsSource,
    tls::{TlsError, server_config},
};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::{operations::*, support::*};

pub(crate) struct Identity {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

pub(crate) fn identity() -> Identity {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    Identity { certificate: made.cert.pem(), key: made.signing_key.serialize_pem() }
}

pub(crate) fn source(identity: &Identity) -> TlsSource {
    let Identity { certificate, key } = identity;
    TlsSource::new(server_config(certificate.as_bytes(), key.as_bytes()).unwrap())
}

pub(crate) async fn connect(
    server: &Running,
    identity: &Identity,
    alpn: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, server.connect().await).await
}

#[tokio::test]
async fn http1_over_tls_is_answered_and_closed_in_good_order() {
    let identity = identity();
    let limits = ConnectionLimits { idle_timeout: SHORT, ..patient() };
    let server = Running::start_with(limits, Some(source(&identity)), echo());
    let mut client = connect(&server, &identity, &["http/1.1"]).await.unwrap();
    assert_eq!(client.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";
    assert_eq!(exchange(&mut client, request).await.1, "hi");
    assert_eq!(read_to_close(&mut client).await, b"");
}

#[tokio::test]
async fn a_replaced_certificate_counts_from_the_next_handshake_on() {
    let (old, new) = (identity(), identity());
    let tls = source(&old);
    let server = Running::start_with(patient(), Some(tls.clone()), echo());
    let mut open = connect(&server, &old, &[]).await.unwrap();
    tls.replace(server_config(new.certificate.as_bytes(), new.key.as_bytes()).unwrap());
    assert!(connect(&server, &old, &[]).await.is_err());
    connect(&server, &new, &[]).await.unwrap();
    assert!(exchange(&mut open, &get_request("/")).await.0.starts_with("http/1.1 200"));
}

#[tokio::test]
async fn plain_http_to_the_tls_port_is_closed_and_holds_nothing() {
    let server = Running::start_with(patient(), Some(source(&identity())), echo());
    let mut client = server.connect().await;
    client.write_all(get_request("/").as_bytes()).await.unwrap();
    read_to_close(&mut client).await;
    server.all_connections_gone().await;
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_cut() {
    let limits = ConnectionLimits { tls_handshake_timeout: SHORT, ..patient() };
    let server = Running::start_with(limits, Some(source(&identity())), echo());
    let (mut silent, mut begun) = (server.connect().await, server.connect().await);
    begun.write_all(&[22, 3, 1, 1, 0]).await.unwrap();
    assert_eq!(read_to_close(&mut silent).await, b"");
    assert_eq!(read_to_close(&mut begun).await, b"");
}

#[tokio::test]
async fn a_client_silent_after_the_handshake_is_cut() {
    let identity = identity();
    let limits = ConnectionLimits { header_timeout: SHORT, idle_timeout: SHORT, ..patient() };
    let server = Running::start_with(limits, Some(source(&identity)), echo());
    for alpn in ["http/1.1", "h2"] {
        let mut client = connect(&server, &identity, &[alpn]).await.unwrap();
        assert_eq!(read_to_close(&mut client).await, b"", "{alpn}");
    }
}

#[test]
fn what_is_wrong_with_certificate_and_key_is_named_and_the_key_is_not_shown() {
    let (one, two) = (identity(), identity());
    let cases = [
        ("", one.key.as_str(), TlsError::NoCertificate),
        (&one.key, &one.key, TlsError::NoCertificate),
        ("-----BEGIN CERTIFICATE-----\n", &one.key, TlsError::UnreadableCertificate),
        (&one.certificate, "", TlsError::NoKey),
        (&one.certificate, &one.certificate, TlsError::NoKey),
        (&one.certificate, &one.key[..one.key.len() - 30], TlsError::UnreadableKey),
        (
            &one.certificate,
            "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
            TlsError::UnsupportedKey,
        ),
        (&one.certificate, &two.key, TlsError::KeyDoesNotMatch),
    ];
    for (certificate, key, expected) in cases {
        let error = server_config(certificate.as_bytes(), key.as_bytes()).unwrap_err();
        assert_eq!(error, expected);
        let said = format!("{error} {error:?}");
        assert!(!key.lines().any(|line| line.len() > 30 && said.contains(line)), "{said}");
    }
}
