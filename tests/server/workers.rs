//! The threads that answer: connections stay on one, streams are spread, and all end with the server.

use std::{
    collections::BTreeMap,
    sync::{Arc, Barrier},
    time::Duration,
};

use hyper::{Request, client::conn::http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use poem::{Endpoint, endpoint::make};
use signet::http::server::{Server, ServerSettings, Workers};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

use crate::{operations::*, support::*};

const WORKERS: usize = 2;

fn thread_name() -> impl Endpoint {
    make(async |_| std::thread::current().name().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn connections_are_spread_over_the_workers_and_stay() {
    let server = Running::start(patient(), thread_name());
    let mut connections = Vec::new();
    let mut by_worker: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..4 {
        let mut connection = server.connect().await;
        let (_, worker) = exchange(&mut connection, &get_request("/")).await;
        assert!(worker.starts_with("worker-"), "{worker}");
        *by_worker.entry(worker.clone()).or_default() += 1;
        connections.push((connection, worker));
    }
    assert_eq!(by_worker.into_values().collect::<Vec<_>>(), [2, 2]);
    for (connection, worker) in &mut connections {
        assert_eq!(exchange(connection, &get_request("/")).await.1, *worker);
    }
}

/// Each of them blocks its thread until the other is there.
#[tokio::test]
async fn the_streams_of_one_http2_connection_run_on_several_workers() {
    let meeting = Arc::new(Barrier::new(WORKERS));
    let endpoint = make(move |_| {
        let meeting = Arc::clone(&meeting);
        async move {
            // By then both streams are in flight.
            sleep(Duration::from_millis(200)).await;
            meeting.wait();
            "met"
        }
    });
    let server = Running::start(patient(), endpoint);
    let io = TokioIo::new(server.connect().await);
    let (client, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
    tokio::spawn(connection);
    let answers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let request = Request::get("http://localhost/").body(String::new()).unwrap();
            tokio::spawn(client.clone().send_request(request))
        })
        .collect();
    for answer in answers {
        assert_eq!(within("an answer", answer).await.unwrap().unwrap().status(), 200);
    }
}

#[tokio::test]
async fn a_server_that_is_dropped_ends_its_workers_and_their_connections() {
    let gate = Arc::new(Gate::default());
    let workers = Workers::start(WORKERS).unwrap();
    let settings = ServerSettings { workers, ..ServerSettings::new(([127, 0, 0, 1], 0).into()) };
    let server = Server::bind(settings).unwrap();
    let addr = server.local_addr();
    let never = std::future::pending::<()>;
    let serving = tokio::spawn(server.serve(gated(Arc::clone(&gate)), never(), never()));
    let mut busy = TcpStream::connect(addr).await.unwrap();
    busy.write_all(get_request("/").as_bytes()).await.unwrap();
    within("the request is in flight", gate.entered.notified()).await;
    serving.abort();
    assert_eq!(read_to_close(&mut busy).await, b"");
}
