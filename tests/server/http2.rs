//! HTTP/2, over TLS and in clear with prior knowledge (RFC 9113 section 3.3).

use std::{future::poll_fn, pin::Pin, sync::Arc};

use hyper::{
    Request, Response, Version,
    body::{Body, Incoming},
    client::conn::http2::{self, SendRequest},
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use signet::http::server::{ConnectionLimits, Drained};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::JoinHandle,
};

use crate::{
    operations::*,
    support::*,
    tls::{connect, identity, source},
};

type Ended = JoinHandle<hyper::Result<()>>;

async fn speak<B>(
    io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) -> (SendRequest<B>, Ended)
where
    B: Body + Unpin + Send + 'static,
    B::Data: Send,
    B::Error: std::error::Error + Send + Sync,
{
    let (client, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(io)).await.unwrap();
    (client, tokio::spawn(connection))
}

async fn send(client: &mut SendRequest<String>, body: &str) -> Response<Incoming> {
    let request = Request::post("http://localhost/").body(body.to_owned()).unwrap();
    within("an answer", client.send_request(request)).await.unwrap()
}

async fn text(response: Response<Incoming>) -> String {
    let mut body = response.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        bytes.extend_from_slice(&frame.unwrap().into_data().unwrap());
    }
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn http2_over_tls_is_negotiated_and_answered() {
    let identity = identity();
    let server = Running::start_with(patient(), Some(source(&identity)), echo());
    let stream = connect(&server, &identity, &["h2", "http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut client, _) = speak(stream).await;
    let response = send(&mut client, "hi").await;
    assert_eq!(response.version(), Version::HTTP_2);
    assert_eq!(text(response).await, "hi");
}

#[tokio::test]
async fn http2_in_clear_is_answered_many_requests_at_a_time() {
    let server = Running::start(patient(), echo());
    let (client, _) = speak::<String>(server.connect().await).await;
    let answers: Vec<_> = (0..100)
        .map(|number: u32| {
            let mut client = client.clone();
            tokio::spawn(async move { text(send(&mut client, &number.to_string()).await).await })
        })
        .collect();
    for (number, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.await.unwrap(), number.to_string());
    }
}

#[tokio::test]
async fn an_idle_http2_connection_is_closed_in_good_order_but_not_for_its_pings() {
    let limits = ConnectionLimits {
        header_timeout: SHORT / 4,
        idle_timeout: SHORT,
        http2_ping_interval: SHORT / 8,
        ..patient()
    };
    let server = Running::start(limits, echo());
    let (mut client, ended) = speak(server.connect().await).await;
    send(&mut client, "hi").await;
    let idle = signet::clock::Stopwatch::start();
    within("GOAWAY", ended).await.unwrap().unwrap();
    assert!(idle.elapsed() >= SHORT, "{:?}", idle.elapsed());
    server.all_connections_gone().await;
}

#[tokio::test]
async fn a_drain_finishes_the_stream_in_flight() {
    let gate = Arc::new(Gate::default());
    let mut server = Running::start(patient(), gated(Arc::clone(&gate)));
    let (mut client, ended) = speak(server.connect().await).await;
    let answer = tokio::spawn(async move { text(send(&mut client, "").await).await });
    within("the request is in flight", gate.entered.notified()).await;
    server.stop();
    gate.leave.notify_one();
    assert_eq!(within("the answer", answer).await.unwrap(), "done");
    within("GOAWAY", ended).await.unwrap().unwrap();
    assert_eq!(server.ended().await, Drained { cut: 0 });
}

#[tokio::test]
async fn a_stream_whose_body_never_ends_is_cut() {
    let limits = ConnectionLimits { body_timeout: SHORT, write_timeout: SHORT, ..patient() };
    let server = Running::start(limits, echo());
    let (mut client, ended) = speak(server.connect().await).await;
    let request = Request::post("http://localhost/").body(Endless).unwrap();
    let _answer = client.send_request(request);
    let _ = within("the cut", ended).await.unwrap();
    server.all_connections_gone().await;
}

#[tokio::test]
async fn a_stream_whose_answer_is_not_taken_is_cut() {
    let limits = ConnectionLimits { body_timeout: SHORT, write_timeout: SHORT, ..patient() };
    let server = Running::start(limits, flood(1024));
    let (mut client, ended) = speak(server.connect().await).await;
    let _unread = send(&mut client, "").await;
    let _ = within("the cut", ended).await.unwrap();
    server.all_connections_gone().await;
}

/// A client that makes no room at all: hyper never asks for the answer's only part.
#[tokio::test]
async fn a_stream_whose_window_is_zero_is_cut() {
    let limits = ConnectionLimits { body_timeout: SHORT, write_timeout: SHORT, ..patient() };
    let server = Running::start(limits, echo());
    let (mut client, connection) = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(0)
        .handshake(TokioIo::new(server.connect().await))
        .await
        .unwrap();
    let ended = tokio::spawn(connection);
    let _unread = send(&mut client, "a short answer").await;
    let _ = within("the cut", ended).await.unwrap();
    server.all_connections_gone().await;
}

#[tokio::test]
async fn a_list_of_header_fields_that_is_too_large_is_431() {
    let server = Running::start(patient(), echo());
    let (mut client, _) = speak(server.connect().await).await;
    let request = Request::get("http://localhost/")
        .header("x", "y".repeat(15 * 1024))
        .header("z", "y".repeat(15 * 1024))
        .body(String::new())
        .unwrap();
    match within("an answer", client.send_request(request)).await {
        Ok(response) => assert_eq!(response.status(), 431),
        Err(error) => assert!(!error.is_timeout(), "{error}"),
    }
}

/// A body of which nothing ever comes.
struct Endless;

impl Body for Endless {
    type Data = hyper::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Pending
    }
}
