//! Work that is done to its end, whoever asked for it: a request is dropped where it stands when its client
//! hangs up, and what is begun in the store must not stay half done because of that.

use crate::store::StoreError;

/// Does `work` in a task of its own, and waits for it. Dropped, only the wait ends.
///
/// # Errors
/// Those of `work`; [`StoreError::Unavailable`] where it was broken off, by a panic or a shutdown.
pub async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::spawn(work).await;
    done.unwrap_or_else(|_| Err(StoreError::Unavailable("the work was broken off".to_owned())))
}
