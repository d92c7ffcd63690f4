//! What is answered instead of the page that was asked for.

use poem::Response;

use crate::oauth::{Reason, Refusal};

/// The answer instead of a page.
#[derive(Debug)]
pub enum Instead {
    /// This one: a redirect, or the page with what was wrong.
    Response(Box<Response>),
    /// The page that says why not.
    Refused(Refusal),
}

impl From<Response> for Instead {
    fn from(response: Response) -> Self {
        Self::Response(Box::new(response))
    }
}

impl From<Refusal> for Instead {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Reason> for Instead {
    fn from(reason: Reason) -> Self {
        Self::Refused(reason.into())
    }
}
