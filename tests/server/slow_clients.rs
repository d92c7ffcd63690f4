//! Clients that are slow, on purpose or not, hold nothing for long.

use signet::{clock::Stopwatch, http::server::ConnectionLimits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Duration, interval},
};

use crate::{operations::*, support::*};

#[tokio::test]
async fn a_client_that_sends_nothing_is_closed() {
    let server = Running::start(ConnectionLimits { header_timeout: SHORT, ..patient() }, echo());
    assert_eq!(read_to_close(&mut server.connect().await).await, b"");
}

#[tokio::test]
async fn a_client_that_sends_one_byte_is_closed() {
    let server = Running::start(ConnectionLimits { header_timeout: SHORT, ..patient() }, echo());
    let mut client = server.connect().await;
    client.write_all(b"G").await.unwrap();
    assert_eq!(read_to_close(&mut client).await, b"");
}

#[tokio::test]
async fn half_of_the_http2_preface_is_closed() {
    let server = Running::start(ConnectionLimits { header_timeout: SHORT, ..patient() }, echo());
    let mut client = server.connect().await;
    client.write_all(b"PRI * HTTP/2.0\r\n").await.unwrap();
    assert_eq!(read_to_close(&mut client).await, b"");
}

#[tokio::test]
async fn a_client_that_drips_its_head_is_closed_within_the_header_time_out() {
    let server = Running::start(ConnectionLimits { header_timeout: SHORT, ..patient() }, echo());
    let mut client = server.connect().await;
    let (mut reader, mut writer) = client.split();
    let dripped = Stopwatch::start();
    let dripping = async {
        let mut step = interval(Duration::from_millis(20));
        writer.write_all(b"GET / HTTP/1.1\r\nX: ").await.unwrap();
        while writer.write_all(b"x").await.is_ok() {
            step.tick().await;
        }
    };
    tokio::select! {
        bytes = read_to_close(&mut reader) => assert_eq!(bytes, b""),
        () = dripping => {}
    }
    assert!(dripped.elapsed() < 50 * SHORT, "{:?}", dripped.elapsed());
}

#[tokio::test]
async fn a_second_head_that_drips_on_a_kept_connection_is_closed_too() {
    let server = Running::start(ConnectionLimits { header_timeout: SHORT, ..patient() }, echo());
    let mut client = server.connect().await;
    exchange(&mut client, &get_request("/")).await;
    client.write_all(b"GET / HT").await.unwrap();
    assert_eq!(read_to_close(&mut client).await, b"");
}

#[tokio::test]
async fn an_idle_kept_connection_is_closed_in_good_order() {
    let server = Running::start(ConnectionLimits { idle_timeout: SHORT, ..patient() }, echo());
    let mut client = server.connect().await;
    let (head, _) = exchange(&mut client, &get_request("/")).await;
    assert!(head.starts_with("http/1.1 200"));
    let mut rest = Vec::new();
    assert_eq!(within("the end", client.read_to_end(&mut rest)).await.unwrap(), 0);
}

#[tokio::test]
async fn an_idle_kept_connection_outlives_the_header_time_out() {
    let limits = ConnectionLimits { header_timeout: SHORT / 4, ..patient() };
    let server = Running::start(limits, echo());
    let mut client = server.connect().await;
    exchange(&mut client, &get_request("/")).await;
    // A connection that sends nothing measures the header time-out several times over.
    for _ in 0..4 {
        read_to_close(&mut server.connect().await).await;
    }
    let (head, _) = exchange(&mut client, &get_request("/")).await;
    assert!(head.starts_with("http/1.1 200"));
}

#[tokio::test]
async fn a_client_that_never_ends_its_body_is_cut() {
    let server = Running::start(ConnectionLimits { body_timeout: SHORT, ..patient() }, echo());
    let mut client = server.connect().await;
    client.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx").await.unwrap();
    assert_eq!(read_to_close(&mut client).await, b"");
}

#[tokio::test]
async fn a_client_that_does_not_read_a_large_answer_is_cut() {
    let server = Running::start(ConnectionLimits { write_timeout: SHORT, ..patient() }, flood(1));
    let mut client = server.connect().await;
    client.write_all(get_request("/").as_bytes()).await.unwrap();
    until("the connection is there", || server.connections.get() == 1).await;
    server.all_connections_gone().await;
}

#[tokio::test]
async fn a_client_that_does_not_read_an_answer_in_pieces_is_cut() {
    let server =
        Running::start(ConnectionLimits { write_timeout: SHORT, ..patient() }, flood(1024));
    let mut client = server.connect().await;
    client.write_all(get_request("/").as_bytes()).await.unwrap();
    until("the connection is there", || server.connections.get() == 1).await;
    server.all_connections_gone().await;
}

#[tokio::test]
async fn a_client_that_reads_a_large_answer_gets_it_whole() {
    let server = Running::start(ConnectionLimits { write_timeout: SHORT, ..patient() }, flood(64));
    let mut client = server.connect().await;
    client.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
    assert!(read_to_close(&mut client).await.len() > 64 * 1024 * 1024);
}

#[tokio::test]
async fn a_slow_operation_is_not_the_clients_fault() {
    let every = ConnectionLimits {
        header_timeout: SHORT / 4,
        body_timeout: SHORT / 4,
        write_timeout: SHORT / 4,
        idle_timeout: SHORT / 4,
        ..patient()
    };
    let gate = std::sync::Arc::new(Gate::default());
    let server = Running::start(every, gated(std::sync::Arc::clone(&gate)));
    let mut client = server.connect().await;
    client.write_all(get_request("/").as_bytes()).await.unwrap();
    within("the operation starts", gate.entered.notified()).await;
    for _ in 0..4 {
        read_to_close(&mut server.connect().await).await;
    }
    gate.leave.notify_one();
    assert_eq!(answer(&mut client).await.1, "done");
}
