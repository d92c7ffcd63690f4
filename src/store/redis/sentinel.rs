//! Which server is the master: every sentinel is asked, the answer of most counts first.

use std::time::Duration;

use redis::{AsyncConnectionConfig, ErrorKind, RedisResult};
use tokio::task::JoinSet;

use super::target::{Target, failed};

type Node = (String, u16);

/// The servers that the sentinels take for the master of `service`, the likeliest first. As soon as most
/// sentinels agree nobody waits for the others.
pub(super) async fn masters(target: &Target, service: &str) -> RedisResult<Vec<Node>> {
    let mut asked = JoinSet::new();
    for node in &target.url.nodes {
        let clients = [false, true].map(|with| target.sentinel_client(node, with));
        let service = service.to_owned();
        let timeout = target.timeout;
        asked.spawn(async move {
            let [anonymous, known] = clients;
            match ask(anonymous?, &service, timeout).await {
                Err(error) if error.code() == Some("NOAUTH") || refused(&error) => {
                    ask(known?, &service, timeout).await
                }
                answer => answer,
            }
        });
    }
    let mut votes: Vec<(usize, Node)> = Vec::new();
    let most = target.url.nodes.len() / 2 + 1;
    let collect = async {
        while let Some(answer) = asked.join_next().await {
            let Ok(Ok(Some(node))) = answer else { continue };
            let place = votes.iter().position(|(_, known)| *known == node);
            let place = place.unwrap_or_else(|| {
                votes.push((0, node));
                votes.len() - 1
            });
            votes[place].0 += 1;
            if votes[place].0 >= most {
                break;
            }
        }
    };
    // Those that have answered until then must do.
    let _ = tokio::time::timeout(target.timeout, collect).await;
    if votes.is_empty() {
        return Err(failed("no sentinel names a master"));
    }
    votes.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    Ok(votes.into_iter().map(|(_, node)| node).collect())
}

fn refused(error: &redis::RedisError) -> bool {
    error.kind() == ErrorKind::AuthenticationFailed
}

async fn ask(client: redis::Client, service: &str, timeout: Duration) -> RedisResult<Option<Node>> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(timeout))
        .set_response_timeout(Some(timeout));
    let mut sentinel = client.get_multiplexed_async_connection_with_config(&config).await?;
    redis::cmd("SENTINEL")
        .arg("GET-MASTER-ADDR-BY-NAME")
        .arg(service)
        .query_async(&mut sentinel)
        .await
}
