//! What was missed while no event stream was open (Token Status List, section 9).

use std::{collections::HashSet, sync::Arc};

use tokio::task::JoinSet;
use url::Url;

use super::Follower;
use crate::{
    fetch::{FetchError, Fetched},
    status_list::StatusListAggregation,
};

/// How many lists are fetched at a time.
const AT_A_TIME: usize = 8;

impl Follower {
    /// Fetches the lists that are held and on which, as the issuer says, something may be revoked: all
    /// of them where it does not say.
    pub(super) async fn catch_up(self: Arc<Self>, aggregation: Option<Url>) {
        let mut lists = self.lists.all_held();
        if let Some(named) = self.lists_of_issuer(aggregation).await {
            lists.retain(|entry| named.contains(&entry.uri));
        }
        let mut fetches = JoinSet::new();
        for entry in lists {
            if fetches.len() == AT_A_TIME {
                fetches.join_next().await;
            }
            let follower = Arc::clone(&self);
            fetches.spawn(async move { follower.refetch_anew(&entry).await });
        }
        while fetches.join_next().await.is_some() {}
    }

    async fn lists_of_issuer(&self, aggregation: Option<Url>) -> Option<HashSet<String>> {
        let answer = self.source.fetcher.json::<StatusListAggregation>(&aggregation?, None).await;
        let error = match answer {
            Ok(Fetched::Document { value, .. }) => {
                return Some(value.status_lists.into_iter().collect());
            }
            // Nobody asked whether it had changed.
            Ok(Fetched::NotModified { .. }) => FetchError::Status(304),
            Err(error) => error,
        };
        let cause: &dyn std::error::Error = &error;
        tracing::warn!(error = cause, "the issuer does not say which status lists there are");
        None
    }
}
