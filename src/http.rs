//! Speaking HTTP: one file per endpoint, the parameters' grammar, the errors' statuses, and the server
//! underneath. It translates between requests and the types of `oauth`; decisions are made in `grants`.

pub mod authenticated_form;
pub mod bearer;
pub mod boundary;
pub mod challenge;
pub mod client_address;
pub mod cors;
pub mod described;
pub mod docs;
pub mod error_response;
pub mod extension;
pub mod form_request;
pub mod health;
pub mod introspect;
pub mod json_request;
pub mod jwks;
pub mod management;
pub mod metadata;
pub mod metrics;
pub mod pages;
pub mod parameters;
pub mod presented_credentials;
pub mod public_document;
pub mod request_log;
pub mod revoke;
pub mod routes;
pub mod schema;
pub mod server;
pub mod sign_in;
pub mod status_list_events;
pub mod status_lists;
pub mod token;
pub mod token_parameters;
