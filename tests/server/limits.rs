//! What is too large or too many.

use std::{
    io,
    net::TcpListener,
    sync::{Arc, OnceLock},
};

use poem::{Endpoint, endpoint::make};
use prometheus_client::metrics::gauge::Gauge;
use signet::http::server::{ConnectionLimits, Server, ServerSettings};
use tokio::io::AsyncWriteExt;

use crate::{operations::*, support::*};

#[tokio::test]
async fn a_head_with_too_many_fields_is_431() {
    let server = Running::start(patient(), echo());
    let fields = "X: y\r\n".repeat(65);
    let request = format!("GET / HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
    let (head, _) = exchange(&mut server.connect().await, &request).await;
    assert!(head.starts_with("http/1.1 431"), "{head}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_431() {
    let server = Running::start(patient(), echo());
    let request = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(16 * 1024));
    let (head, _) = exchange(&mut server.connect().await, &request).await;
    assert!(head.starts_with("http/1.1 431"), "{head}");
}

#[tokio::test]
async fn a_head_that_never_ends_is_refused_before_its_end() {
    let server = Running::start(patient(), echo());
    let mut client = server.connect().await;
    let (mut reader, mut writer) = client.split();
    let endless = async {
        writer.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
        while writer.write_all(&[b'x'; 1024]).await.is_ok() {}
        std::future::pending::<()>().await;
    };
    tokio::select! {
        bytes = read_to_close(&mut reader) => {
            assert!(bytes.is_empty() || bytes.starts_with(b"HTTP/1.1 431"));
        }
        () = endless => {}
    }
}

#[tokio::test]
async fn no_more_connections_than_allowed_are_open_and_the_next_is_served_when_one_ends() {
    let limits = ConnectionLimits { max_connections: 2, ..patient() };
    let seen = Arc::new(OnceLock::<Gauge>::new());
    let server = Running::start(limits, count_open(Arc::clone(&seen)));
    seen.set(server.connections.clone()).unwrap();
    let (mut first, mut second) = (server.connect().await, server.connect().await);
    exchange(&mut first, &get_request("/")).await;
    exchange(&mut second, &get_request("/")).await;

    let mut third = server.connect().await;
    third.write_all(get_request("/").as_bytes()).await.unwrap();
    assert_eq!(exchange(&mut first, &get_request("/")).await.1, "2");
    drop(first);
    assert_eq!(answer(&mut third).await.1, "2");
}

fn count_open(open: Arc<OnceLock<Gauge>>) -> impl Endpoint + 'static {
    make(move |_| {
        let open = Arc::clone(&open);
        async move { Ok::<_, poem::Error>(open.get().map_or(0, Gauge::get).to_string()) }
    })
}

#[tokio::test]
async fn an_address_in_use_is_refused_with_advice() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let error = Server::bind(ServerSettings::new(taken.local_addr().unwrap())).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    assert!(error.to_string().contains("set http.listen to a free port"), "{error}");
}
