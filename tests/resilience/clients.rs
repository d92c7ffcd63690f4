//! Clients that renew their grants in a loop, the way that well-made clients do: an answer that did not
//! come, or a 503, is asked for again with the same token; `invalid_grant` is believed.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::task::JoinHandle;

use crate::support::{
    Request, TestServer, http_client,
    refreshing::{begin, refresh_token, secret},
};

/// What became of the clients.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Answers with a new token.
    pub renewed: AtomicUsize,
    /// Attempts that were told to come back, or told nothing.
    pub put_off: AtomicUsize,
    /// What else they were told; nothing of this kind may happen.
    pub refused: std::sync::Mutex<Vec<String>>,
}

impl Ledger {
    pub fn renewed(&self) -> usize {
        self.renewed.load(Ordering::SeqCst)
    }

    pub fn put_off(&self) -> usize {
        self.put_off.load(Ordering::SeqCst)
    }
}

/// Clients at work.
pub struct Clients {
    pub ledger: Arc<Ledger>,
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Clients {
    /// `count` clients, each with a grant of its own, spread over `servers`. They alternate between them.
    pub async fn at_work(count: usize, servers: &[&TestServer]) -> Self {
        let ledger = Arc::new(Ledger::default());
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = Vec::new();
        for _ in 0..count {
            let token = refresh_token(&begin(servers[0], "renewer", "").await);
            let addresses: Vec<SocketAddr> = servers.iter().map(|server| server.address).collect();
            tasks.push(tokio::spawn(work(
                addresses,
                token,
                Arc::clone(&ledger),
                Arc::clone(&stop),
            )));
        }
        Self { ledger, stop, tasks }
    }

    /// Waits until every one of them must have been renewed again.
    pub async fn go_on(&self, what: &str) {
        let before = self.ledger.renewed();
        let enough = before + 3 * self.tasks.len();
        for _ in 0..4500 {
            assert!(self.ledger.refused.lock().unwrap().is_empty(), "{what}: {:?}", self.ledger);
            if self.ledger.renewed() >= enough {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{what}: no one is renewed: {:?}", self.ledger);
    }

    /// Ends them, and asserts that nobody was refused.
    pub async fn end(self) -> Arc<Ledger> {
        self.stop.store(true, Ordering::SeqCst);
        for task in self.tasks {
            task.await.unwrap();
        }
        let refused = self.ledger.refused.lock().unwrap();
        assert!(refused.is_empty(), "logged out: {refused:?}");
        drop(refused);
        self.ledger
    }
}

async fn work(
    addresses: Vec<SocketAddr>,
    mut token: String,
    ledger: Arc<Ledger>,
    stop: Arc<AtomicBool>,
) {
    let mut turn = 0;
    while !stop.load(Ordering::SeqCst) {
        turn += 1;
        let form = format!("grant_type=refresh_token&refresh_token={token}");
        let request = Request::form("/oauth2/token", &form).basic("renewer", &secret("renewer"));
        let answer = http_client::try_send(addresses[turn % addresses.len()], &request).await;
        match answer {
            Some(answer) if answer.status == 200 => {
                token = refresh_token(&answer.json());
                ledger.renewed.fetch_add(1, Ordering::SeqCst);
            }
            None => {
                ledger.put_off.fetch_add(1, Ordering::SeqCst);
            }
            Some(answer) if answer.status == 503 => {
                assert!(answer.header("retry-after").is_some(), "{answer:?}");
                ledger.put_off.fetch_add(1, Ordering::SeqCst);
            }
            Some(answer) => {
                ledger.refused.lock().unwrap().push(format!("{answer:?}"));
                return;
            }
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
