//! How the endpoints of what the directory keeps are answered: as JSON that nobody stores, with an `ETag`.

use poem::{
    Response,
    http::{HeaderValue, StatusCode, header},
};
use serde::Serialize;
use url::Url;

use super::entity_tag::tag;
use crate::{
    grants::AuthorizedCaller,
    http::{boundary::ClientIdLabel, error_response::no_store},
    oauth::IssuerUrl,
};

/// `body` with `status`; at `version`, where it has one.
pub(super) fn told(status: StatusCode, body: &impl Serialize, version: u64) -> Response {
    let body = serde_json::to_vec(body).expect("OK because its members are plain values");
    let mut response =
        Response::builder().status(status).content_type("application/json").body(body);
    no_store(&mut response);
    tag(&mut response, version);
    response
}

/// Nothing to tell: it is done.
pub(super) fn done() -> Response {
    let mut response = StatusCode::NO_CONTENT.into();
    no_store(&mut response);
    response
}

/// Says where `name` is from now on, below `path` of `issuer`.
pub(super) fn placed(
    mut response: Response,
    issuer: &IssuerUrl,
    path: &str,
    name: &str,
) -> Response {
    let mut url: Url =
        issuer.join(path).parse().expect("OK because it is an issuer and a path of ours");
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.push(name);
    }
    if let Ok(value) = HeaderValue::from_str(url.as_str()) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    response
}

/// Tells the log whose token it was.
pub(super) fn labelled(mut response: Response, caller: &AuthorizedCaller) -> Response {
    response.set_data(ClientIdLabel(caller.token().claims().client_id.clone()));
    response
}
