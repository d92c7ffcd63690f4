//! Why a list cannot be read.

/// An `lst` that is no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UndecodableList {
    /// Not base64url, or with padding, white space or stray bits at its end.
    #[error("the list is not base64url")]
    NotBase64url,
    /// Not one whole ZLIB stream (RFC 1950).
    #[error("the list is not compressed as it must be")]
    NotZlib,
    /// Longer than allowed once it is inflated; inflating stopped there.
    #[error("the list is too long")]
    TooLong,
}
