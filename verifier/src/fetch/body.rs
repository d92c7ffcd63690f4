//! An answer's body, within a bound that holds for what it becomes as well as for what was sent.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use reqwest::{Response, header::CONTENT_ENCODING};

use super::FetchError;

/// Reads no more than a chunk beyond the limit, whatever `Content-Length` says, and inflates no more
/// than a byte beyond it.
pub(super) async fn bounded(mut response: Response, limit: usize) -> Result<Vec<u8>, FetchError> {
    let encoding = response.headers().get(CONTENT_ENCODING).cloned();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(FetchError::from_transport)? {
        if body.len() + chunk.len() > limit {
            return Err(FetchError::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    match encoding.as_ref().map(|encoding| encoding.as_bytes().to_ascii_lowercase()).as_deref() {
        None | Some(b"identity") => Ok(body),
        // "A recipient SHOULD consider "x-gzip" to be equivalent to "gzip"" (RFC 9110 section 8.4.1.3).
        Some(b"gzip" | b"x-gzip") => inflated(&body, limit),
        Some(_) => Err(FetchError::UnknownEncoding),
    }
}

fn inflated(body: &[u8], limit: usize) -> Result<Vec<u8>, FetchError> {
    let mut inflated = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(body).take(most).read_to_end(&mut inflated);
    read.map_err(|_| FetchError::UnknownEncoding)?;
    if inflated.len() > limit {
        return Err(FetchError::TooLong);
    }
    Ok(inflated)
}
