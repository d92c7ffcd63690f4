//! A master, a replica, and three sentinels that watch them.

use super::RedisServer;
use crate::support::{eventually, free_port};

pub struct Sentinels {
    pub master: RedisServer,
    pub replica: RedisServer,
    pub sentinels: Vec<RedisServer>,
}

impl Sentinels {
    pub async fn start() -> Self {
        let master = RedisServer::with(&["--repl-diskless-sync-delay", "0"]).await;
        let replica = replica_of(&master).await;
        let mut sentinels = Vec::new();
        for _ in 0..3 {
            sentinels.push(sentinel_of(master.port).await);
        }
        for sentinel in &sentinels {
            eventually("the sentinels know each other and the replica", async || {
                let known = sentinel.command(&["SENTINEL", "MASTER", "service"]).await;
                let value = |name: &str| {
                    let place = known.iter().position(|line| line == name)?;
                    known.get(place + 1).cloned()
                };
                value("num-other-sentinels").as_deref() == Some("2")
                    && value("num-slaves").as_deref() == Some("1")
            })
            .await;
        }
        Self { master, replica, sentinels }
    }

    pub fn url(&self) -> String {
        let hosts: Vec<String> =
            self.sentinels.iter().map(|sentinel| format!("127.0.0.1:{}", sentinel.port)).collect();
        format!("redis+sentinel://{}/service", hosts.join(","))
    }
}

/// A replica that has caught up.
pub async fn replica_of(master: &RedisServer) -> RedisServer {
    let port = master.port.to_string();
    let replica = RedisServer::with(&["--replicaof", "127.0.0.1", &port]).await;
    eventually("the replica has caught up", async || {
        replica
            .command(&["INFO", "replication"])
            .await
            .iter()
            .any(|line| line == "master_link_status:up")
    })
    .await;
    replica
}

async fn sentinel_of(master: u16) -> RedisServer {
    let port = free_port();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sentinel.conf");
    let text = format!(
        "port {port}\nbind 127.0.0.1\n\
         sentinel monitor service 127.0.0.1 {master} 2\n\
         sentinel down-after-milliseconds service 500\n\
         sentinel failover-timeout service 3000\n"
    );
    std::fs::write(&path, text).unwrap();
    let path = path.display().to_string();
    RedisServer::exactly(port, folder, &[&path, "--sentinel"]).await
}
