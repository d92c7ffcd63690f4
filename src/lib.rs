//! Signet, a stateless JWT token issuer. This page is the map.
//!
//! # The rooms
//!
//! | room | owns | must not know |
//! |---|---|---|
//! | [`app`] | the composition root; reload and maintenance | |
//! | [`http`] | endpoints, parameters, statuses, the server | how a decision is made |
//! | [`grants`] | the token pipeline, client authentication, one file per grant | HTTP |
//! | [`tokens`] | what goes into a token | who may have it |
//! | [`keys`] | private keys and the ring that says which signs when | what a token says |
//! | [`store`] | what several processes must agree on | why it is remembered |
//! | [`directory`] | the applications and their keys, the people and their passwords | what they ask for |
//! | [`oauth`] | the vocabulary: types and the table of refusals | everything else |
//! | [`cli`] | one file per command | |
//!
//! [`clock`], [`entropy`], [`secret`], [`config`] and [`logging`] are leaves. Imports run one way,
//! `app → http → grants → tokens → {keys, store, directory} → oauth`, and `tests/architecture.rs` holds
//! them to it. The crate `signet-verifier` owns the claims type and the one path by which a token is
//! verified; resource servers use it, and so does Signet.
//!
//! # One request, from door to answer
//!
//! 1. [`http::server`] accepts a connection, speaks TLS where configured, and bounds how long the
//!    headers may take and how long a connection may idle.
//! 2. [`http::boundary`] gives the request its id, and will write its log line and count it.
//! 3. [`http::token`] reads the form by the rules of RFC 6749 section 3.2 ([`http::parameters`]), finds
//!    the one way in which the client authenticates ([`http::presented_credentials`]), and makes a
//!    [`oauth::TokenRequest`] of it.
//! 4. [`grants::Pipeline`] runs the five steps: authenticate the client, grant allowed, scope and
//!    audience, the grant decides, mint. Each step hands its proof to the next:
//!    [`grants::AuthenticatedClient`], [`grants::GrantedScope`].
//! 5. [`tokens::AccessTokenIssuer`] writes the claims of RFC 9068 and signs them with the active key of
//!    [`keys::KeyRing`].
//! 6. [`http::token`] writes the answer with `Cache-Control: no-store`. A refusal went the other way as
//!    an [`oauth::Refusal`]: the public reason became status and body in [`http::error_response`], the
//!    private cause a field of the log line.
//!
//! A resource server needs none of this: it has fetched the metadata and the key set once, and verifies
//! the signature by itself.
//!
//! # One revocation, from the store to a resource server
//!
//! 1. Every token has a place on a status list: [`tokens::StatusLists`] gave it one when it was minted.
//! 2. Whoever revokes it sets its bit in the [`store::RevocationList`], which tells every replica.
//! 3. [`tokens::PublishedLists`] hears of it, and signs the list anew when it is next asked for.
//!    [`http::status_lists`] answers with it, in the form that the request can take.
//! 4. [`http::status_list_events`] tells those who listen, who then need not wait for the list's `ttl`.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod directory;
pub mod entropy;
pub mod grants;
pub mod http;
pub mod keys;
pub mod logging;
pub mod oauth;
pub mod secret;
pub mod store;
pub mod tokens;
