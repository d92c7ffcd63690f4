//! The end: what is in flight finishes, nothing new comes in, and nobody waits for ever.

use std::{process::Command, sync::Arc, time::Duration};

use signet::http::server::{
    ConnectionLimits, Drained, Readiness, Server, ServerSettings,
    readiness::State,
    shutdown::{drain, signals},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{operations::*, support::*};

#[tokio::test]
async fn a_drain_finishes_the_request_in_flight_closes_the_idle_and_refuses_the_new() {
    let gate = Arc::new(Gate::default());
    let mut server = Running::start(patient(), gated(Arc::clone(&gate)));
    let mut idle = server.connect().await;
    gate.leave.notify_one();
    exchange(&mut idle, &get_request("/")).await;
    within("the first request", gate.entered.notified()).await;
    let mut silent = server.connect().await;
    let mut busy = server.connect().await;
    busy.write_all(get_request("/").as_bytes()).await.unwrap();
    within("the request is in flight", gate.entered.notified()).await;

    server.stop();
    assert_eq!(read_to_close(&mut idle).await, b"");
    assert_eq!(read_to_close(&mut silent).await, b"");
    within("new connections are refused", async {
        while TcpStream::connect(server.addr).await.is_ok() {}
    })
    .await;

    gate.leave.notify_one();
    let (head, body) = answer(&mut busy).await;
    assert_eq!((header(&head, "connection"), body.as_str()), (Some("close"), "done"));
    assert_eq!(read_to_close(&mut busy).await, b"");
    assert_eq!(server.ended().await, Drained { cut: 0 });
}

#[tokio::test]
async fn what_does_not_end_within_the_drain_time_out_is_cut() {
    let gate = Arc::new(Gate::default());
    let limits = ConnectionLimits { drain_timeout: SHORT, ..patient() };
    let mut server = Running::start(limits, gated(Arc::clone(&gate)));
    let mut busy = server.connect().await;
    busy.write_all(get_request("/").as_bytes()).await.unwrap();
    within("the request is in flight", gate.entered.notified()).await;
    server.stop();
    assert_eq!(read_to_close(&mut busy).await, b"");
    assert_eq!(server.ended().await, Drained { cut: 1 });
}

#[tokio::test]
async fn a_cut_ends_everything_at_once() {
    let gate = Arc::new(Gate::default());
    let mut server = Running::start(patient(), gated(Arc::clone(&gate)));
    let mut busy = server.connect().await;
    busy.write_all(get_request("/").as_bytes()).await.unwrap();
    within("the request is in flight", gate.entered.notified()).await;
    server.cut();
    assert_eq!(read_to_close(&mut busy).await, b"");
    assert_eq!(server.ended().await, Drained { cut: 1 });
}

#[tokio::test]
async fn sigterm_turns_readiness_first_serves_on_and_a_second_one_ends_at_once() {
    let terminate = || {
        let pid = std::process::id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    };
    let gate = Arc::new(Gate::default());
    let signals = signals().unwrap();
    let readiness = Arc::new(Readiness::default());
    assert!(!readiness.is_ready());
    readiness.set_ready();
    assert!(readiness.is_ready());

    let settings = ServerSettings::new(([127, 0, 0, 1], 0).into());
    let server = Server::bind(settings).unwrap();
    let addr = server.local_addr();
    let serving = tokio::spawn({
        let (signals, readiness) = (signals.clone(), Arc::clone(&readiness));
        let gate = Arc::clone(&gate);
        async move {
            let stop = drain(signals.first(), &readiness, Duration::from_secs(3600));
            server.serve(gated(gate), stop, signals.second()).await
        }
    });
    let draining = readiness.draining();
    terminate();
    within("readiness turns", draining).await;
    assert_eq!(readiness.state(), State::Draining);
    readiness.set_ready();
    assert!(!readiness.is_ready(), "draining is final");

    let mut client = TcpStream::connect(addr).await.unwrap();
    gate.leave.notify_one();
    assert_eq!(exchange(&mut client, &get_request("/")).await.1, "done");
    within("that was the first request", gate.entered.notified()).await;
    client.write_all(get_request("/").as_bytes()).await.unwrap();
    within("a request is in flight", gate.entered.notified()).await;

    terminate();
    assert_eq!(within("the end", serving).await.unwrap(), Drained { cut: 1 });
    assert_eq!(client.read(&mut [0; 1]).await.unwrap_or(0), 0);
}
