//! What the OpenAPI document says of status lists.

use poem_openapi::{
    ApiResponse, Object,
    payload::{Json, PlainText},
};

use crate::http::schema::ErrorBody;

/// The status lists (Token Status List section 9).
#[derive(Debug, Object)]
#[oai(rename = "StatusListAggregation")]
pub struct AggregationBody {
    /// The URI of each.
    pub status_lists: Vec<String>,
}

/// Every answer of the aggregation endpoint.
#[derive(ApiResponse)]
pub enum AggregationAnswers {
    /// The lists.
    #[oai(status = 200)]
    Ok(
        Json<AggregationBody>,
        /// How long it may be used.
        #[oai(header = "Cache-Control")]
        String,
        /// Changes whenever the set of lists does.
        #[oai(header = "ETag")]
        String,
    ),
    /// They are still those that `If-None-Match` names.
    #[oai(status = 304)]
    NotModified,
    /// `temporarily_unavailable`: it cannot be known at the moment.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}

/// Every answer of a status list.
#[derive(ApiResponse)]
pub enum StatusListAnswers {
    /// The list: a compact JWT of the type `statuslist+jwt` with `sub`, `iat`, `exp`, `ttl` and
    /// `status_list` (`bits`, `lst`, `aggregation_uri`); compressed where `Accept-Encoding` has gzip.
    #[oai(status = 200, content_type = "application/statuslist+jwt")]
    Ok(
        PlainText<String>,
        /// How long a cache may use it; `ttl` has the last word.
        #[oai(header = "Cache-Control")]
        String,
        /// Changes whenever the list is signed anew.
        #[oai(header = "ETag")]
        String,
    ),
    /// The list is still the one that `If-None-Match` names.
    #[oai(status = 304)]
    NotModified,
    /// `not_found`: no list of this server, or one whose tokens have all ended.
    #[oai(status = 404)]
    NotFound(Json<ErrorBody>),
    /// `not_acceptable`: `Accept` leaves out `application/statuslist+jwt`.
    #[oai(status = 406)]
    NotAcceptable(Json<ErrorBody>),
    /// `not_implemented`: the parameter `time` asks for the past.
    #[oai(status = 501)]
    NotImplemented(Json<ErrorBody>),
    /// `temporarily_unavailable`: what is revoked cannot be known at the moment.
    #[oai(status = 503)]
    Unavailable(
        Json<ErrorBody>,
        /// Seconds to wait.
        #[oai(header = "Retry-After")]
        String,
    ),
}
