//! `GET /style.css`: the one stylesheet.

use poem::{Endpoint, Response, endpoint::make_sync, http::header};

/// The path below the issuer.
pub const PATH: &str = "/style.css";

const STYLE: &str = include_str!("../../../templates/style.css");

/// The endpoint.
pub fn endpoint() -> impl Endpoint {
    make_sync(|_| {
        Response::builder()
            .content_type("text/css; charset=utf-8")
            .header(header::CACHE_CONTROL, "public, max-age=300")
            .body(STYLE)
    })
}
