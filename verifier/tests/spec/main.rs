//! What the crate promises, a file per standard or subject, a test per promise.

mod support;

mod rfc6750_bearer;
mod rfc7515_jws;
mod rfc7517_jwk;
mod rfc8414_metadata;
mod rfc9068_access_token;
mod rfc9068_claims;

mod builder;
mod cache;
mod claims_json;
mod fetch;
mod outage;
mod revocation;
mod revocation_catch_up;
mod revocation_events;
mod revocation_fetch;
mod revocation_outage;
mod status_list_format;
