//! Signet, a stateless JWT token issuer. This page is the map.
//!
//! # The rooms
//!
//! | room | owns | must not know |
//! |---|---|---|
//! | [`app`] | the composition root; reload, maintenance, what runs beside the requests | |
//! | [`http`] | endpoints (token, authorization and pushed requests, device authorization, userinfo, log-out, revocation, introspection, status lists and their events, [`http::management`], [`http::pages`]), parameters, statuses, the server | how a decision is made |
//! | `dialects` | the doors of other documents, one table each; `app.rs` mounts them in one line | how a decision is made |
//! | [`management`] | who may see and change applications, people, roles and grants | HTTP |
//! | [`grants`] | the token pipeline, client authentication, one file per grant; authorization requests, consent, sessions and their end, what people decide on devices; who may introspect and revoke | HTTP |
//! | [`tokens`] | what goes into an access, refresh, ID or logout token and into a code, how values are sealed; a token's place on a status list, what becomes of it | who may have it |
//! | [`keys`] | private keys and the ring that says which signs when; the sealing keys and their tags | what a token says |
//! | [`store`] | what several processes must agree on: refresh families with the requests of devices, and the revocation list with what is good once, in Redis or in memory | why it is remembered |
//! | [`directory`] | the applications and their keys, the people, their passwords and roles: declared, or kept in SQL | what they ask for |
//! | [`oauth`] | the vocabulary: types and the table of refusals | everything else |
//! | [`cli`] | one file per command | |
//!
//! [`clock`], [`entropy`], [`secret`], [`config`] and [`logging`] are leaves. Imports run one way,
//! `app → dialects → http → management → grants → tokens → {keys, store, directory} → oauth`, and `tests/architecture.rs` holds
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
//!    Before the grant decides, the token is given its place on a status list ([`tokens::StatusLists`]),
//!    because a grant that can be renewed remembers the places of its tokens.
//! 5. [`tokens::AccessTokenIssuer`] writes the claims of RFC 9068 and signs them with the active key of
//!    [`keys::KeyRing`]; [`tokens::RefreshTokens`] writes the refresh token, where there is one.
//! 6. [`http::token`] writes the answer with `Cache-Control: no-store`. A refusal went the other way as
//!    an [`oauth::Refusal`]: the public reason became status and body in [`http::error_response`], the
//!    private cause a field of the log line.
//!
//! A resource server needs none of this: it has fetched the metadata and the key set once, and verifies
//! the signature by itself.
//!
//! # One refresh, and the answer that was lost
//!
//! 1. The request comes to the pipeline as above, a [`oauth::TokenRequest::RefreshToken`].
//! 2. [`tokens::RefreshTokens`] reads family and generation from the token itself. Its tag says that it is
//!    ours: garbage is `invalid_grant` here, and the store hears nothing of it.
//! 3. [`grants::Renewal`] asks [`store::RefreshFamilies`] to refresh the family, in one step: is it this
//!    client's, is what is asked for within the grant, which generation is current? In Redis that is one
//!    script on one key, `refresh.lua`.
//! 4. The current generation was presented: the next one is current now, and the family remembers the place
//!    of the access token about to be signed.
//! 5. The answer is lost on its way. The client asks again with the token that it has, one generation
//!    behind: within `tokens.refresh_token_grace`, and while nobody has used the successor, it is answered
//!    with that same successor. No token was stored for that: it is written anew, to the letter.
//! 6. Whoever comes later with a replaced token has a copy that somebody else renewed: a replay. The family
//!    ends in that step, and [`tokens::Revocation`] revokes its access tokens that still live, as below.
//! 7. Redis is away: 503 with `Retry-After`, never `invalid_grant`, and the time of the outage does not
//!    count against the grace ([`store::Availability`]).
//!
//! # One sign-in, from an application and back to it
//!
//! 1. An application sends a browser to [`http::authorize`] (RFC 6749 section 4.1.1), or pushes the request
//!    first ([`http::par`]). [`grants::Authorization`] judges it: who asks and where the answer goes come
//!    first, and errors in them are shown; all others are sent to the application.
//! 2. What was found good travels sealed through the browser ([`tokens::Sealer`]): nothing is stored, and any
//!    replica goes on with it. Nobody is signed in: the page of [`http::pages`] asks for name and password.
//! 3. [`grants::UserAuthentication`] compares them; [`grants::Sessions`] begins a session, which is a sealed
//!    cookie. Each form of a page carries a token of its session ([`http::pages::csrf`]).
//! 4. The person is asked, unless a living grant of theirs covers it or the application is our own. They say
//!    yes: the request becomes an authorization code, sealed too, with the name of the grant that will be.
//! 5. The browser brings the code to the application, which redeems it at [`http::token`]. The pipeline
//!    authenticates the application, and then one step in the store says who came first
//!    ([`store::Redemptions`]). The grant begins under the name that the code had for it; whoever comes second
//!    ends it by that name.
//! 6. With `openid` in the scope the answer has an ID token ([`tokens::IdTokenIssuer`]), and the access token
//!    opens [`http::userinfo`].
//! 7. The person signs out ([`http::logout`], or the page): the session's name goes onto the revocation list, so
//!    that a copied cookie is worth nothing, and the applications hear of it ([`grants::SignOut`]).
//! 8. Redis is away: a code is refused with 503, before anything is spent, and is good afterwards.
//!
//! # One device, and the person who connects it
//!
//! 1. A device without a browser asks at [`http::device_authorization`] (RFC 8628) for two codes: one to ask with,
//!    which proves itself by its tag ([`tokens::DeviceCodes`]), and one to show ([`oauth::UserCode`]).
//!    [`grants::DeviceAuthorization`] has the request remembered ([`store::DeviceRequests`]), under the name of
//!    the grant that will be.
//! 2. It polls the token endpoint, and [`grants::DeviceGrant`] tells it to wait, or to slow down.
//! 3. The person types the code that it shows on [`http::pages::device`], or follows its link, signs in, sees which
//!    application it is, and decides. [`grants::DeviceDecisions`] keeps the decision, once, and slows guessing down.
//! 4. At the next poll the grant begins, and one answer at a time has its tokens. An answer that was lost is given
//!    again for a minute; whoever comes later ends the grant.
//!
//! # One revocation, from the request to a resource server
//!
//! 1. [`http::revoke`] authenticates the client as at the token endpoint. [`http::management`] takes an
//!    access token of ours instead, which [`grants::BearerAuthorization`] judges.
//! 2. [`grants::TokenRevocation`] recognises the token: by its tag a refresh token, by its signature an
//!    access token ([`tokens::OwnTokens`]). Another client's, or none of ours, is answered 200 and stays
//!    what it is.
//! 3. [`tokens::Revocation`] ends the grant in three steps, each of which may be done again: no refresh
//!    token of it is good, its access tokens are revoked, it is forgotten. An access token is the second
//!    step alone.
//! 4. Each token's bit is set in the [`store::RevocationList`], which tells every replica.
//! 5. [`tokens::PublishedLists`] hears of it, and signs the list anew when it is next asked for.
//!    [`http::status_lists`] answers with it, in the form that the request can take.
//! 6. [`http::status_list_events`] tells those who listen, who then need not wait for the list's `ttl`.
//! 7. The resource server finds the bit, and refuses the token. [`http::introspect`] asks the store, and
//!    knows since step 4.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dialects;
pub mod directory;
pub mod entropy;
pub mod grants;
pub mod http;
pub mod keys;
pub mod logging;
pub mod management;
pub mod oauth;
pub mod secret;
pub mod store;
pub mod tokens;
