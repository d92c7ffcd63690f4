//! Doors to what Signet serves elsewhere: an operation is called as if it had been asked for by its own
//! name, a browser is sent to a page.

use std::sync::Arc;

use poem::{
    Endpoint, Request, Response,
    http::{HeaderValue, StatusCode, header},
};

use super::door::{CanonicalOperation, CanonicalPage, Nothing};
use crate::{
    config::Dialect,
    http::{
        error_response::{error_response, no_store},
        extension::ExtensionParts,
    },
    oauth::Reason,
};

/// The door `name` of `dialect` to an operation. What stands in both paths stands there in the same order.
pub(super) fn operation(
    dialect: Dialect,
    name: &'static str,
    to: &'static CanonicalOperation,
    parts: &ExtensionParts,
) -> impl Endpoint<Output = Response> + use<> {
    let operation = parts.operations.get(&to.method, to.path);
    let operation = operation.expect("OK because a test opens every door");
    let metrics = Arc::clone(&parts.metrics);
    poem::endpoint::make(move |mut request: Request| {
        metrics.dialect_request(dialect.name(), name);
        let operation = Arc::clone(&operation);
        async move {
            request.set_method(to.method.clone());
            let mut response = operation.call(request).await?;
            if response.status() == StatusCode::NO_CONTENT && to.nothing == Nothing::EmptyObject {
                response.set_status(StatusCode::OK);
                let json = HeaderValue::from_static("application/json");
                response.headers_mut().insert(header::CONTENT_TYPE, json);
                response.set_body("{}");
                no_store(&mut response);
            }
            Ok::<_, poem::Error>(response)
        }
    })
}

/// The door `name` of `dialect` to a page.
pub(super) fn page(
    dialect: Dialect,
    name: &'static str,
    to: &'static CanonicalPage,
    parts: &ExtensionParts,
) -> impl Endpoint<Output = Response> + use<> {
    let metrics = Arc::clone(&parts.metrics);
    let page = format!("{}{}", parts.prefix, to.path);
    poem::endpoint::make_sync(move |request: Request| {
        metrics.dialect_request(dialect.name(), name);
        let location = match request.uri().query().filter(|_| to.with_query) {
            Some(query) => format!("{page}?{query}"),
            None => page.clone(),
        };
        let Ok(location) = HeaderValue::try_from(location) else {
            return error_response(Reason::BadRequest.into());
        };
        let response = Response::builder().status(StatusCode::SEE_OTHER);
        let mut response = response.header(header::LOCATION, location).finish();
        no_store(&mut response);
        response
    })
}
