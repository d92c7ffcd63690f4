//! Three masters that share the keys.

use tokio::process::Command;

use super::RedisServer;
use crate::support::eventually;

pub struct RedisCluster {
    pub nodes: Vec<RedisServer>,
}

impl RedisCluster {
    pub async fn start() -> Self {
        let mut nodes = Vec::new();
        for _ in 0..3 {
            nodes.push(
                RedisServer::with(&["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"])
                    .await,
            );
        }
        let hosts = nodes.iter().map(|node| format!("127.0.0.1:{}", node.port));
        let created = Command::new("redis-cli")
            .args(["--cluster", "create"])
            .args(hosts)
            .arg("--cluster-yes")
            .output()
            .await
            .unwrap();
        assert!(created.status.success(), "{}", String::from_utf8_lossy(&created.stdout));
        for node in &nodes {
            eventually("the cluster is whole", async || {
                let info = node.command(&["CLUSTER", "INFO"]).await;
                info.iter().any(|line| line == "cluster_state:ok")
                    && info.iter().any(|line| line == "cluster_known_nodes:3")
            })
            .await;
        }
        Self { nodes }
    }

    /// Names two of the nodes: the third must be found.
    pub fn url(&self) -> String {
        format!("redis+cluster://127.0.0.1:{},127.0.0.1:{}", self.nodes[0].port, self.nodes[1].port)
    }
}
