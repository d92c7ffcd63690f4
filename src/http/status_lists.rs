//! `GET /status-lists` and `GET /status-lists/{id}` (Token Status List sections 8 and 9): which access
//! tokens are revoked, for resource servers that verify offline.

mod answers;
mod negotiation;

use std::{sync::Arc, time::Duration};

use poem::{
    Body, FromRequest, Request, RequestBody, Response,
    http::{StatusCode, header},
};
use poem_openapi::{OpenApi, param::Path};
use signet_verifier::status_list::MEDIA_TYPE;

use self::{
    answers::{AggregationAnswers, StatusListAnswers},
    negotiation::{accepts, prefers_gzip},
};
use super::{
    described::Described,
    docs::Tag,
    error_response::error_response,
    public_document::{Cacheable, Conditional},
};
use crate::{
    oauth::{Reason, Refusal},
    tokens::{NoStatusList, PublishedLists, SignedList},
};

/// The aggregation's path below the issuer; the lists are below it.
pub use crate::tokens::STATUS_LISTS_PATH as PATH;

/// How long a cache may answer without asking, in seconds: less than the list's own `ttl`, so that a cache
/// on the way adds little to the time until a revocation is seen.
const MAX_AGE: u64 = 1;

/// When to ask again for what cannot be told.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The status list endpoints.
#[derive(Debug)]
pub struct StatusListsApi {
    /// The lists.
    pub lists: Arc<PublishedLists>,
}

#[OpenApi]
impl StatusListsApi {
    /// Status lists
    ///
    /// The status lists on which a token is revoked, and those that tokens are put on at the moment (Token
    /// Status List section 9). A list that is not named has no revocation on it.
    #[oai(
        path = "/status-lists",
        method = "get",
        operation_id = "status_lists",
        tag = "Tag::Revocation"
    )]
    async fn status_lists(&self, conditional: Conditional) -> Described<AggregationAnswers> {
        let response = match self.lists.aggregation().await {
            Ok(aggregation) => {
                let body = serde_json::to_vec(&aggregation)
                    .expect("OK because its members are lists of strings");
                Cacheable::<AggregationAnswers>::new(body, MAX_AGE, &conditional).into()
            }
            Err(error) => error_response(unknowable(error.to_string())),
        };
        response.into()
    }

    /// A status list
    ///
    /// A signed list with one bit for each access token: 1 where it is revoked (Token Status List section
    /// 5.1). A token names its list and its place on it in `status.status_list`. Fetch again after `ttl`;
    /// refuse tokens once `exp` has passed.
    #[oai(
        path = "/status-lists/:id",
        method = "get",
        operation_id = "status_list",
        tag = "Tag::Revocation"
    )]
    async fn status_list(
        &self,
        /// The last segment of the list's URI.
        id: Path<String>,
        form: Form,
        conditional: Conditional,
    ) -> Described<StatusListAnswers> {
        match self.answer(&id, form, &conditional).await {
            Ok(response) => response.into(),
            Err(refusal) => error_response(refusal).into(),
        }
    }
}

impl StatusListsApi {
    async fn answer(
        &self,
        id: &str,
        form: Form,
        conditional: &Conditional,
    ) -> Result<Response, Refusal> {
        if !form.is_acceptable {
            return Err(Reason::NotAcceptable.into());
        }
        // Section 8.4: "If the Server does not support the additional request parameter, it SHOULD return a
        // status code of 501 (Not Implemented)".
        if form.asks_for_a_time {
            return Err(Reason::HistoricalStatus.into());
        }
        let list = self.lists.get(id).await.map_err(|error| refusal(&error))?;
        Ok(written(&list, form.gzip, conditional))
    }
}

fn written(list: &SignedList, gzip: bool, conditional: &Conditional) -> Response {
    // RFC 9110 section 8.8.3.3: what is encoded otherwise has another tag.
    let etag = format!("\"{}{}\"", list.digest, if gzip { "-gzip" } else { "" });
    let response = Response::builder()
        .header(header::CACHE_CONTROL, format!("public, max-age={MAX_AGE}"))
        .header(header::VARY, "Accept-Encoding")
        .header(header::ETAG, &etag);
    if conditional.has(&etag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    // Section 8.2: "the Content-Type of the response" is application/statuslist+jwt, and "The Status List
    // Response … SHOULD use gzip Content-Encoding".
    let response = response.content_type(MEDIA_TYPE);
    if gzip {
        let body = Body::from_bytes(list.gzipped.clone());
        response.header(header::CONTENT_ENCODING, "gzip").body(body)
    } else {
        response.body(Body::from_bytes(list.token.clone()))
    }
}

fn refusal(error: &NoStatusList) -> Refusal {
    match error {
        NoStatusList::Unknown => Reason::UnknownStatusList.into(),
        NoStatusList::Unknowable => unknowable(error.to_string()),
        NoStatusList::NoActiveKey(_) | NoStatusList::Signing(_) | NoStatusList::BrokenOff => {
            Refusal::new(Reason::CannotSign).because(error.to_string())
        }
    }
}

fn unknowable(cause: String) -> Refusal {
    Refusal::new(Reason::StatusUnknowable).because(cause).retry_after(RETRY_AFTER)
}

/// What form of a list a request asks for.
struct Form {
    is_acceptable: bool,
    gzip: bool,
    asks_for_a_time: bool,
}

impl<'a> FromRequest<'a> for Form {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        let query = request.uri().query().unwrap_or_default();
        Ok(Self {
            is_acceptable: accepts(request.headers(), MEDIA_TYPE),
            gzip: prefers_gzip(request.headers()),
            asks_for_a_time: query.split('&').any(|pair| pair.split('=').next() == Some("time")),
        })
    }
}
