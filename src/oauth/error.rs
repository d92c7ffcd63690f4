//! The one table of refusals: a reason (one variant each) → the registered code → a constant public
//! sentence. The room `http` maps codes to statuses and headers; nobody writes messages elsewhere.

use super::ErrorCode;

macro_rules! reasons {
    ($( $(#[$doc:meta])* $reason:ident => $code:ident, $sentence:literal; )*) => {
        /// Why a request was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason { $( $(#[$doc])* $reason, )* }

        impl Reason {
            /// Every reason, for tests and documents.
            pub const ALL: &[Self] = &[$( Self::$reason, )*];

            /// The registered code.
            #[must_use]
            pub const fn code(self) -> ErrorCode {
                match self { $( Self::$reason => ErrorCode::$code, )* }
            }

            /// The public sentence: what is wrong and how to mend it. Constant, so that no input can
            /// be echoed, and within the characters of RFC 6749 section 5.2 (a test holds that).
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $( Self::$reason => $sentence, )* }
            }
        }
    };
}

reasons! {
    /// The body is not `application/x-www-form-urlencoded` (RFC 6749 section 3.2).
    NotAForm => InvalidRequest, "The body must be sent as application/x-www-form-urlencoded.";
    /// A `%` without two hexadecimal digits, or bytes that are not UTF-8 (RFC 6749 appendix B).
    MalformedForm => InvalidRequest, "The parameters are not well-formed: check their percent-encoding, which must be UTF-8.";
    /// The body is not said to be JSON.
    NotJson => UnsupportedMediaType, "The body must be sent as application/json.";
    /// Not JSON, or another object than the operation takes.
    MalformedJson => InvalidRequest, "The body must be the JSON object that this operation takes: each member once, no other ones.";
    /// Not JSON, or another object than parameters make.
    MalformedJsonParameters => InvalidRequest, "The body must be one JSON object: each parameter once, as a string.";
    /// The parameters stand in the query, and there is a body.
    UnexpectedBody => InvalidRequest, "The parameters are taken from the query here: leave the body empty.";
    /// Refused by the HTTP library before an operation saw it.
    BadRequest => InvalidRequest, "The request cannot be read.";
    /// RFC 6749 section 3.2.
    RepeatedParameter => InvalidRequest, "A parameter is repeated; each may be sent once, except resource.";
    /// There are more parameters than any request needs.
    TooManyParameters => InvalidRequest, "There are more than 64 parameters.";
    /// RFC 6749 section 5.2.
    MissingGrantType => InvalidRequest, "The parameter grant_type is missing.";
    /// RFC 6749 section 4.3.2: `username` is REQUIRED.
    MissingUsername => InvalidRequest, "The parameter username is missing.";
    /// RFC 6749 section 4.3.2: `password` is REQUIRED.
    MissingPassword => InvalidRequest, "The parameter password is missing.";
    /// RFC 6749 section 6: `refresh_token` is REQUIRED.
    MissingRefreshToken => InvalidRequest, "The parameter refresh_token is missing.";
    /// RFC 6749 section 4.1.3: `code` is REQUIRED.
    MissingCode => InvalidRequest, "The parameter code is missing.";
    /// RFC 7009 section 2.1, RFC 7662 section 2.1: `token` is REQUIRED.
    MissingToken => InvalidRequest, "The parameter token is missing.";
    /// RFC 6749 section 2.3: one method for each request.
    SeveralAuthenticationMethods => InvalidRequest, "Use one way of client authentication in each request.";
    /// The `client_id` of the body is not the one that authenticates.
    ContradictoryClientId => InvalidRequest, "The parameter client_id names another client than the credentials do.";
    /// RFC 7521 section 4.2: the assertion and its type go together.
    IncompleteAssertion => InvalidRequest, "Send client_assertion and client_assertion_type together.";
    /// More than one `Authorization` header.
    RepeatedAuthorization => InvalidRequest, "Send one Authorization header.";

    /// No credentials and no `client_id` (RFC 6749 section 3.2.1).
    MissingCredentials => InvalidClient, "Client authentication is missing.";
    /// An `Authorization` header that cannot be read (RFC 6749 section 2.3.1).
    MalformedCredentials => InvalidClient, "The Authorization header cannot be read: send Basic with base64 of client_id, a colon and client_secret, each form-encoded.";
    /// Unknown, disabled, wrong secret, wrong method, refused assertion: one answer (RFC 6749 section 10.10).
    ClientAuthenticationFailed => InvalidClient, "Client authentication failed.";
    /// The right credentials of an application that is switched off: the same answer.
    ClientSwitchedOff => InvalidClient, "Client authentication failed.";
    /// The credentials came in another way than the ones that the path takes.
    CredentialsNotTakenHere => InvalidClient, "Client credentials are not taken here in the way in which they were sent.";

    /// RFC 6749 section 5.2.
    GrantNotAllowed => UnauthorizedClient, "This client is not registered for this grant type.";
    /// RFC 6749 section 5.2.
    UnknownGrantType => UnsupportedGrantType, "This grant type is not supported; the metadata document lists those that are.";
    /// Sign-ins act for an application that is switched off.
    SignInSwitchedOff => UnauthorizedClient, "Signing in here is switched off.";

    /// RFC 6749 section 5.2: unknown, disabled, wrong password: one answer.
    PasswordRefused => InvalidGrant, "The user name or the password is wrong.";
    /// The right password of somebody who is switched off: the same answer.
    PersonSwitchedOff => InvalidGrant, "The user name or the password is wrong.";
    /// RFC 6749 section 5.2: not ours, expired, revoked, replayed, or another client's: one answer.
    RefreshTokenRefused => InvalidGrant, "The refresh token is invalid, expired or revoked, or was issued to another client; ask for a new grant.";

    /// RFC 6749 section 5.2: not ours, expired, used before, another client's, or with another redirect URI or
    /// code verifier than it was asked for with: one answer.
    CodeRefused => InvalidGrant, "The authorization code is invalid, expired or used, or was issued to another client, redirect URI or code challenge; send the person to the authorization endpoint again.";

    /// OpenID Connect RP-Initiated Logout section 2: not ours, changed, or a token of another kind.
    UnusableIdTokenHint => InvalidRequest, "The parameter id_token_hint is no ID token of this server; send one that it issued, or leave it out.";
    /// OpenID Connect RP-Initiated Logout section 2.
    ContradictoryIdTokenHint => InvalidRequest, "The parameter client_id names another client than the one that the ID token was issued to.";
    /// OpenID Connect RP-Initiated Logout section 3.
    PostLogoutRedirectUriNotRegistered => InvalidRequest, "The parameter post_logout_redirect_uri is not registered for this client; send id_token_hint or client_id with it.";
    /// It would not fit into an address.
    LogOutStateTooLong => InvalidRequest, "The parameter state has more than 2048 bytes; send a shorter one.";
    /// A page that asks was open for too long, or what it sent was made elsewhere.
    StaleLogOutRequest => InvalidRequest, "This request to sign out is no longer good; go back to the application and try again.";

    /// RFC 6749 section 4.1.1: `client_id` is REQUIRED.
    MissingClientId => InvalidRequest, "The parameter client_id is missing.";
    /// RFC 6749 section 4.1.2.1: unknown or switched off; nobody is sent anywhere.
    UnknownClient => InvalidRequest, "No application that people may sign in to has this client_id; compare it with the registration.";
    /// RFC 6749 section 3.1.2.3: none was sent, and not exactly one is registered.
    MissingRedirectUri => InvalidRequest, "The parameter redirect_uri is missing; only a client that has registered exactly one may leave it out.";
    /// RFC 6749 section 3.1.2.4; nobody is sent there.
    RedirectUriNotRegistered => InvalidRequest, "The redirect_uri is not one that is registered for this client; they are compared character by character.";
    /// RFC 6749 section 4.1.1: `response_type` is REQUIRED.
    MissingResponseType => InvalidRequest, "The parameter response_type is missing.";
    /// RFC 6749 section 4.1.2.1.
    UnknownResponseType => UnsupportedResponseType, "The only response_type of this server is code.";
    /// Neither `query` nor `form_post`, or a form for what is not of the web.
    UnusableResponseMode => InvalidRequest, "The response_mode must be query, or form_post to an http or https redirect URI.";
    /// RFC 7636 section 4.4.1, RFC 9700 section 2.1.1.
    MissingCodeChallenge => InvalidRequest, "This client must send a code_challenge, with the code_challenge_method S256.";
    /// RFC 7636 sections 4.2 and 4.4.1; without a method it would be plain.
    UnusableCodeChallenge => InvalidRequest, "A code_challenge is 43 to 128 characters of A-Z a-z 0-9 - . _ ~, and its code_challenge_method is S256.";
    /// OpenID Connect Core section 3.1.2.1.
    UnusablePrompt => InvalidRequest, "The parameter prompt must be none alone, or some of login, consent and select_account.";
    /// OpenID Connect Core section 3.1.2.1.
    UnusableMaxAge => InvalidRequest, "The parameter max_age must be a number of seconds.";
    /// It would not fit into an address.
    RequestTooLong => InvalidRequest, "The authorization request is too long; send a shorter state or nonce.";
    /// OpenID Connect Core section 3.1.2.6.
    RequestObject => RequestNotSupported, "Request objects are not supported; send the parameters, or push them.";
    /// OpenID Connect Core section 3.1.2.6.
    ForeignRequestUri => RequestUriNotSupported, "The only request_uri that is taken is one that was pushed here.";
    /// RFC 9126 sections 2.2 and 4: not ours, expired, or another client's: one answer.
    RequestUriRefused => InvalidRequestUri, "The request_uri is invalid or expired, or was issued to another client; push the request again.";
    /// RFC 9126 section 2.1.
    RequestUriPushed => InvalidRequest, "A pushed request has no request_uri; leave it out.";
    /// Not sealed by this server, or too old.
    PendingRequestRefused => InvalidRequest, "This sign-in was begun too long ago, or its address is incomplete; go back to the application and begin again.";
    /// RFC 6749 section 4.1.2.1.
    ConsentDenied => AccessDenied, "The person did not consent.";
    /// OpenID Connect Core section 3.1.2.6.
    SignInNeeded => LoginRequired, "The person has to sign in, and prompt is none.";
    /// OpenID Connect Core section 3.1.2.6.
    ConsentNeeded => ConsentRequired, "The person has to be asked for consent, and prompt is none.";

    /// RFC 8628 section 3.4: `device_code` is REQUIRED.
    MissingDeviceCode => InvalidRequest, "The parameter device_code is missing.";
    /// RFC 8628 section 3.5: nobody has decided.
    DevicePending => AuthorizationPending, "Nobody has decided on this request yet; ask again after the interval.";
    /// RFC 8628 section 3.5: "the interval MUST be increased by 5 seconds for this and all subsequent requests".
    DeviceTooEarly => SlowDown, "This request came too early; wait five seconds longer from now on before you ask again.";
    /// RFC 8628 section 3.5.
    DeviceCodeExpired => ExpiredToken, "The device code has expired; ask for another one when the person wants it.";
    /// RFC 8628 section 3.5: denied, or approved by somebody who may approve nothing any more.
    DeviceDenied => AccessDenied, "The request was denied; ask for another device code when the person wants it.";
    /// RFC 6749 section 5.2: not ours, used before, or another client's: one answer.
    DeviceCodeRefused => InvalidGrant, "The device code is invalid or used, or was issued to another client; ask for another one.";

    /// RFC 6749 section 3.3.
    MalformedScope => InvalidScope, "The parameter scope must be scope tokens separated by single spaces.";
    /// The application's registration does not list a scope that was asked for.
    ScopeNotAllowed => InvalidScope, "A requested scope is unknown or not registered for this client.";
    /// RFC 6749 section 3.3: no scope asked for and none registered.
    NoScope => InvalidScope, "No scope is registered for this client.";

    /// None of the person's roles lists a scope that the application could have.
    NoScopeOfPerson => InvalidScope, "This user may have none of the scopes that were asked for or are registered for this client.";

    /// RFC 6749 section 6: the scope "MUST NOT include any scope not originally granted".
    WiderScope => InvalidScope, "A requested scope was not granted; ask for less, or for a new grant.";
    /// The registration lists nothing of what was granted any more.
    NoScopeLeft => InvalidScope, "This client is no longer registered for any scope of the grant.";

    /// RFC 8707 section 2.
    MalformedResource => InvalidTarget, "The parameter resource must be an absolute URI without a fragment.";
    /// RFC 8707 section 2.
    ResourceNotAllowed => InvalidTarget, "A requested resource is unknown or not registered for this client.";
    /// RFC 8707 section 2.2: a resource beyond those "originally granted".
    ResourceNotGranted => InvalidTarget, "A requested resource was not granted; ask for less, or for a new grant.";
    /// Too many `resource` parameters.
    TooManyResources => InvalidTarget, "There are more than eight resource parameters.";

    /// RFC 7009 section 2.2.1: an access token without a place on a status list.
    CannotRevoke => UnsupportedTokenType, "This access token cannot be revoked; it ends by itself before long.";

    /// RFC 6750 section 3.1: the request lacks any authentication information.
    NoAccessToken => Unauthorized, "Send an access token of this server in the header Authorization, after Bearer and a space.";
    /// RFC 6750 section 2.1.
    MalformedBearer => InvalidRequest, "The Authorization header cannot be read: send Bearer, a space and the access token.";
    /// RFC 6750 section 2: "Clients MUST NOT use more than one method".
    SeveralAccessTokens => InvalidRequest, "Send one access token, in one Authorization header.";
    /// RFC 6750 section 3.1: "expired, revoked, malformed, or invalid for other reasons": one answer.
    AccessTokenRefused => InvalidToken, "The access token is invalid, expired or revoked; ask for a new one.";
    /// RFC 7591 section 3: another initial access token than the one that this server knows.
    InitialTokenRefused => InvalidToken, "The initial access token is not one that registers applications here.";
    /// RFC 7592 section 2.1: unknown, gone, disabled, or another application's: one answer.
    RegistrationTokenRefused => InvalidToken, "The registration access token is not that of a registered client.";
    /// RFC 9068 section 4.
    AccessTokenForOthers => InvalidToken, "The access token is for another resource server; ask for one whose resource is this issuer.";
    /// OpenID Connect Core section 5.3: an application acts for itself, and nobody signed in.
    AccessTokenOfNobody => InvalidToken, "The access token speaks for an application, not for a person; ask for one with a grant that a person makes.";
    /// RFC 6750 section 3.1.
    ScopeMissing => InsufficientScope, "The access token lacks a scope that this request needs.";

    /// What a person on a page of ours wants needs a role that they do not have.
    NotTheirBusiness => InsufficientScope, "None of your roles lets you do this; an administrator can give you one that does.";

    /// A query parameter that this operation does not have.
    UnknownQueryParameter => InvalidRequest, "A query parameter is unknown here.";
    /// Repeated, empty or badly encoded.
    MalformedQuery => InvalidRequest, "The query is not well-formed: send each parameter once, with a value, percent-encoded in UTF-8.";
    /// `limit` out of its range.
    MalformedLimit => InvalidRequest, "The parameter limit must be a number from 1 to 100.";
    /// `after` is no cursor of ours.
    MalformedCursor => InvalidRequest, "The parameter after must be the next of an earlier answer.";
    /// More than one owner.
    SeveralOwners => InvalidRequest, "Send client_id or sub, not both.";

    /// A member of a JSON body that cannot be; the answer names each with its rule.
    InvalidMembers => InvalidRequest, "A member of the body is not as it must be; see fields.";
    /// RFC 7591 section 3.2.2.
    UnusableRedirectUris => InvalidRedirectUri, "A redirect URI is not one that people may be sent to; see fields.";
    /// RFC 7591 section 3.2.2.
    UnusableClientMetadata => InvalidClientMetadata, "The client metadata is not as it must be; see fields.";
    /// RFC 9110 section 13.1.1.
    MalformedIfMatch => InvalidRequest, "The header If-Match must be the ETag of an earlier answer, or an asterisk.";
    /// RFC 9110 section 13.1.1: somebody else has changed it.
    Stale => PreconditionFailed, "It was changed in the meantime; read it again, and send its new ETag.";
    /// An identifier or a name that another has.
    Taken => Conflict, "Another one has this identifier or name.";
    /// What configuration declares is changed there.
    Declared => Conflict, "This entry is declared in the configuration of the server, and can be changed there only.";
    /// There is no registry.
    NothingKept => Conflict, "This server keeps no directory: what its configuration declares is all there is.";
    /// Nobody would be left to undo it.
    OwnLockOut => Conflict, "An administrator cannot switch off, remove or demote themselves; another one can.";
    /// The application authenticates by keys, or not at all.
    NoClientSecret => Conflict, "This application authenticates without a secret.";
    /// Whoever is no administrator keeps a bounded number of applications.
    TooManyApplications => Conflict, "You have as many applications as anybody may have; delete one first.";
    /// Somebody has the role.
    RoleInUse => Conflict, "Somebody has this role; take it from them first.";

    /// RFC 6749 section 2.3.1: guessing of client secrets is throttled.
    TooManyFailures => TooManyRequests, "Too many failed client authentications; wait before the next attempt.";

    /// RFC 7591 section 5: registrations are limited in rate.
    TooManyRegistrations => TooManyRequests, "Too many registrations from this address; wait before the next one.";

    /// RFC 6749 section 4.3.2: guessing of passwords is throttled.
    TooManyFailedSignIns => TooManyRequests, "Too many failed attempts to sign in; wait before the next one.";

    /// RFC 8628 section 3.1: requests of devices are limited in rate.
    TooManyDeviceRequests => TooManyRequests, "Too many device authorization requests of this client from this address; wait before the next one.";
    /// RFC 8628 section 5.1: guessing of user codes is throttled.
    TooManyUserCodes => TooManyRequests, "Too many codes that no device shows; wait before the next attempt.";

    /// Signing up is throttled.
    TooManySignUps => TooManyRequests, "Too many people have signed up from this address; wait before the next attempt.";

    /// More people sign in than passwords can be compared.
    TooManySignIns => TemporarilyUnavailable, "Too many people sign in at the moment; try again later.";
    /// The store that holds grants does not answer, and the grant would have to be remembered.
    GrantsNotKept => TemporarilyUnavailable, "Grants cannot be kept at the moment; try again later.";
    /// Whether an assertion was used before cannot be known.
    AssertionsUnavailable => TemporarilyUnavailable, "The server cannot accept client assertions at the moment; try again later.";
    /// The store that holds grants and revocations does not answer: never `invalid_grant`, which would
    /// make clients throw a good token away.
    GrantsUnavailable => TemporarilyUnavailable, "Grants cannot be looked up at the moment; try again later with the same token.";
    /// The directory does not answer: whether an application or a person exists cannot be known.
    DirectoryUnavailable => TemporarilyUnavailable, "Applications and people cannot be looked up at the moment; try again later.";
    /// Whether a token was revoked cannot be known, or a revocation cannot be remembered.
    RevocationsUnavailable => TemporarilyUnavailable, "Revocations cannot be looked up or kept at the moment; try again later.";
    /// An application's `jwks_uri` does not answer.
    ClientKeysUnavailable => TemporarilyUnavailable, "The keys of this client cannot be fetched at the moment; try again later.";
    /// The system's entropy or a signing key is not at hand.
    CannotSign => ServerError, "The server cannot sign at the moment; try again later.";
    /// A defect of ours.
    Panicked => ServerError, "The server met an unexpected condition.";

    /// No such grant, or not one that the caller may know of.
    UnknownGrant => NotFound, "There is no such authorized token.";
    /// No such application, or not one that the caller may know of.
    UnknownApplication => NotFound, "There is no such application.";
    /// No such person, or not one that the caller may know of.
    UnknownPerson => NotFound, "There is no such user.";
    /// No such role.
    UnknownRole => NotFound, "There is no such role.";
    /// Nothing lives at this path.
    UnknownPath => NotFound, "Nothing is served at this path.";
    /// No list of ours, or one whose tokens have all ended.
    UnknownStatusList => NotFound, "There is no such status list.";
    /// The list has one form (Token Status List section 8.1).
    NotAcceptable => NotAcceptable, "A status list is served as application/statuslist+jwt alone.";
    /// Token Status List section 8.4.
    HistoricalStatus => NotImplemented, "The status at another time is not kept; leave out the parameter time.";
    /// What is revoked is in the store, which is away.
    StatusUnknowable => TemporarilyUnavailable, "The server cannot tell what is revoked at the moment; try again later.";
    /// The streams of events are all taken.
    TooManyListeners => TemporarilyUnavailable, "Too many clients listen to events at the moment; try again later.";
    /// The path does not answer this method.
    MethodNotAllowed => MethodNotAllowed, "This path does not answer this method; the Allow header lists those that it does.";
    /// The body did not arrive in time.
    BodyTooSlow => RequestTimeout, "The body did not arrive in time.";
    /// The body is larger than `http.body_limit`.
    BodyTooLarge => ContentTooLarge, "The body is larger than this server takes.";
}
