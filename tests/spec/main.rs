//! What Signet promises on the wire, a file per standard and section, a test per promise.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share is public to them, and in a test a panic is the report"
)]

#[path = "../support/mod.rs"]
mod support;

mod applications_change;
mod applications_create;
mod applications_documented;
mod applications_end;
mod applications_hostile;
mod applications_ownership;
mod applications_secret;
mod authorization_consent;
mod authorization_hostile;
mod authorized_tokens;
mod configuration;
mod configuration_applications;
mod configuration_directory;
mod configuration_people;
mod configuration_store;
mod cors;
mod keys_rotation;
mod openapi;
mod openapi_schema;
mod openid_back_channel;
mod openid_discovery;
mod openid_id_token;
mod openid_logout;
mod openid_logout_refused;
mod openid_registration;
mod openid_userinfo;
mod pages_account;
mod pages_applications;
mod pages_applications_change;
mod pages_authorizations;
mod pages_hostile;
mod pages_new_password;
mod pages_sign_in;
mod pages_sign_up;
mod password_change;
mod people_digest_upgrade;
mod people_names;
mod people_new_passwords;
mod people_passwords;
mod people_refresh;
mod people_sign_in;
mod redirect_uris;
mod reload;
mod rfc6749_10_security;
mod rfc6749_2_3_client_authentication;
mod rfc6749_3_2_token_endpoint;
mod rfc6749_3_3_scope;
mod rfc6749_4_1_1_authorization_request;
mod rfc6749_4_1_3_code;
mod rfc6749_4_3_password;
mod rfc6749_4_4_client_credentials;
mod rfc6749_5_responses;
mod rfc6749_6_refresh;
mod rfc6750_bearer;
mod rfc7009_revocation;
mod rfc7517_jwks;
mod rfc7518_keys;
mod rfc7523_assertion_claims;
mod rfc7523_assertion_keys;
mod rfc7523_jwks_uri;
mod rfc7523_private_key_jwt;
mod rfc7591_registration;
mod rfc7592_management;
mod rfc7636_pkce;
mod rfc7638_thumbprint;
mod rfc7662_introspection;
mod rfc8414_metadata;
mod rfc8628_device_authorization;
mod rfc8628_device_grant;
mod rfc8628_device_page;
mod rfc8707_resource;
mod rfc9068_access_token;
mod rfc9068_issuance;
mod rfc9110_http;
mod rfc9126_par;
mod rfc9700_4_14_rotation;
mod roles_kept;
mod secrets;
mod sessions_cookie;
mod sessions_csrf;
mod sessions_ended;
mod sessions_store_away;
mod sign_up;
mod status_list_events;
mod status_list_outage;
mod status_list_places;
mod status_list_reload;
mod status_list_tokens;
mod store_availability;
mod unfinished_revocations;
mod users_changed;
mod users_documented;
mod users_ended;
mod users_seen;
