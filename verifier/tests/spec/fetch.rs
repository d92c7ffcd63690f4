//! Fetching within bounds: which URLs and addresses, how much, how long.

use std::{env, process::Command, time::Duration};

use serde_json::{Value, json};
use signet_verifier::fetch::{FetchError, FetchPolicy, Fetched, Fetcher};
use tokio::{io::AsyncReadExt, net::TcpListener};
use url::Url;

use crate::support::{Answer, TestIssuer};

fn private() -> FetchPolicy {
    FetchPolicy { allow_private_addresses: true, ..FetchPolicy::default() }
}

async fn fetch(policy: FetchPolicy, url: &str) -> Result<Fetched<Value>, FetchError> {
    Fetcher::new(policy).json(&Url::parse(url).expect("tests use URLs"), None).await
}

/// What comes of a document on loopback.
async fn served(policy: FetchPolicy, answer: Answer) -> Result<Fetched<Value>, FetchError> {
    let server = TestIssuer::bare().await;
    server.answer("/document", answer);
    fetch(policy, &format!("{}/document", server.url)).await
}

#[tokio::test]
async fn a_document_comes_with_its_etag_and_its_age() {
    let answer =
        Answer::json(&json!({"a": 1})).header("ETag: W/\"x\"").header("Cache-Control: max-age=60");
    let fetched = served(private(), answer).await.unwrap();
    let (etag, max_age) = (Some("W/\"x\"".into()), Some(Duration::from_secs(60)));
    assert_eq!(fetched, Fetched::Document { value: json!({"a": 1}), etag, max_age });
}

#[tokio::test]
async fn plain_http_is_for_loopback_only() {
    for url in ["http://example.com/", "http://10.0.0.1/", "ftp://127.0.0.1/", "file:///x"] {
        let error = fetch(private(), url).await.unwrap_err();
        assert!(matches!(error, FetchError::NotHttps), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn addresses_that_are_not_public_are_refused() {
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[100::1]",
        "[2001::1]",
        "[2001:db8::1]",
        "[2002:7f00:1::]",
        "[2002:a9fe:a9fe::1]",
        "[3fff::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
    ] {
        let error = fetch(FetchPolicy::default(), &format!("https://{host}/")).await.unwrap_err();
        assert!(matches!(error, FetchError::AddressRefused), "{host}: {error:?}");
    }
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_refused_when_it_is_resolved() {
    let server = TestIssuer::bare().await;
    let url = server.url.replace("http://127.0.0.1", "https://localhost");
    let error = fetch(FetchPolicy::default(), &url).await.unwrap_err();
    assert!(matches!(error, FetchError::AddressRefused), "{error:?}");
    let error = fetch(FetchPolicy::default(), &server.url).await.unwrap_err();
    assert!(matches!(error, FetchError::AddressRefused), "{error:?}");
    let url = server.url.replace("127.0.0.1", "localhost");
    let error = fetch(FetchPolicy::default(), &url).await.unwrap_err();
    assert!(matches!(error, FetchError::AddressRefused), "{error:?}");
}

#[tokio::test]
async fn localhost_is_reached_where_that_is_allowed() {
    let server = TestIssuer::bare().await;
    server.answer("/document", Answer::json(&json!(1)));
    let url = server.url.replace("127.0.0.1", "localhost") + "/document";
    fetch(private(), &url).await.unwrap();
}

#[test]
fn a_proxy_of_the_environment_is_not_asked_for_loopback() {
    // The environment belongs to the process, so the test above runs in one of its own.
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "fetch::localhost_is_reached_where_that_is_allowed"])
        .envs(["http_proxy", "https_proxy", "all_proxy"].map(|name| (name, "http://127.0.0.1:9")))
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && report.contains("1 passed"), "{report}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let answer = Answer::status(status).header("Location: /other");
        let error = served(private(), answer).await.unwrap_err();
        assert!(matches!(error, FetchError::Status(found) if found == status), "{error:?}");
    }
}

#[tokio::test]
async fn only_200_is_an_answer() {
    for status in [204, 304, 400, 404, 500, 503] {
        let error = served(private(), Answer::status(status)).await.unwrap_err();
        assert!(matches!(error, FetchError::Status(found) if found == status), "{error:?}");
    }
}

#[tokio::test]
async fn a_body_is_read_up_to_its_limit_and_no_further() {
    let limited = FetchPolicy { body_limit: 10, ..private() };
    let fits = Answer::Send(200, Vec::new(), b"\"23456789\"".to_vec());
    served(limited, fits).await.unwrap();
    let longer = Answer::Send(200, Vec::new(), b"\"234567890\"".to_vec());
    let error = served(limited, longer).await.unwrap_err();
    assert!(matches!(error, FetchError::TooLong), "{error:?}");
}

#[tokio::test]
async fn a_body_that_does_not_tell_its_length_is_limited_too() {
    let chunk = format!("3e8\r\n{}\r\n", " ".repeat(1000)).repeat(300);
    let headers = vec!["Transfer-Encoding: chunked".to_owned()];
    let error = served(private(), Answer::Send(200, headers, chunk.into_bytes())).await;
    assert!(matches!(error, Err(FetchError::TooLong)), "{error:?}");
}

#[tokio::test]
async fn what_is_not_json_is_refused() {
    for body in [&b""[..], b"<html>", b"{} {}", b"\xff"] {
        let error = served(private(), Answer::Send(200, Vec::new(), body.to_vec())).await;
        assert!(matches!(error, Err(FetchError::NotJson(_))), "{error:?}");
    }
}

#[tokio::test]
async fn silence_and_closed_doors_are_told_apart() {
    let hasty = FetchPolicy { timeout: Duration::from_millis(50), ..private() };
    let error = served(hasty, Answer::Silence).await.unwrap_err();
    assert!(matches!(error, FetchError::TimedOut), "{error:?}");
    let error = served(private(), Answer::HangUp).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn no_process_wide_tls_provider_is_needed_or_installed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    // Hangs up on the handshake, which has to have begun for that.
    tokio::spawn(async move { listener.accept().await.unwrap().0.read_u8().await.unwrap() });
    let error = fetch(private(), &url).await.unwrap_err();
    assert!(matches!(error, FetchError::Unreachable(_) | FetchError::Client(_)), "{error:?}");
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}
