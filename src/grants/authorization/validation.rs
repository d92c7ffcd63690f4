//! Whether an authorization request is good, in the order that keeps this server from sending people anywhere
//! that nobody has registered (RFC 6749 section 4.1.2.1, RFC 9700 section 4.11): first who asks and where the
//! answer goes, whose errors are shown; then everything else, whose errors are sent there.

use crate::{
    grants::wanted::Wanted,
    oauth::{
        AskedFor, AuthorizationParameters, AuthorizationRequest, Client, CodeChallenge, GrantType,
        Prompts, Reason, RedirectUri, Resource, ResponseMode, pkce,
    },
};

/// The longest hint that is shown, in bytes; a longer one is no name.
const LONGEST_HINT: usize = 256;

/// Where the answer to a request goes, and how.
#[derive(Debug, Clone)]
pub(super) struct ReturnAddress {
    pub(super) redirect_uri: RedirectUri,
    pub(super) was_sent: bool,
    pub(super) response_mode: ResponseMode,
    pub(super) state: Option<String>,
}

impl ReturnAddress {
    /// Where the answer to `asked` goes.
    ///
    /// # Errors
    /// Nobody may be sent anywhere then.
    pub(super) fn of(asked: &AuthorizationParameters, client: &Client) -> Result<Self, Reason> {
        if asked.repeats("redirect_uri") {
            return Err(Reason::RepeatedParameter);
        }
        let redirect_uri = match (&asked.redirect_uri, &client.redirect_uris[..]) {
            (Some(presented), registered) => {
                let presented = presented.parse().ok();
                let meant = presented.filter(|presented| {
                    registered.iter().any(|registered| registered.is_meant_by(presented))
                });
                meant.ok_or(Reason::RedirectUriNotRegistered)?
            }
            (None, [only]) => only.clone(),
            // RFC 6749 section 3.1.2.3: "If multiple redirection URIs have been registered, ... the client
            // MUST include a redirection URI with the authorization request".
            (None, _) => return Err(Reason::MissingRedirectUri),
        };
        let mode = asked.response_mode.as_deref().and_then(ResponseMode::from_name);
        let mode = mode.filter(|mode| *mode == ResponseMode::Query || redirect_uri.is_of_the_web());
        Ok(Self {
            redirect_uri,
            was_sent: asked.redirect_uri.is_some(),
            // An error in the mode itself, too, must travel somehow.
            response_mode: mode.unwrap_or(ResponseMode::Query),
            // Which of two was meant, nobody knows.
            state: asked.state.clone().filter(|_| !asked.repeats("state")),
        })
    }
}

/// The rest of the rules.
///
/// # Errors
/// What the application is told, at `address`.
pub(super) fn validate(
    asked: &AuthorizationParameters,
    client: &Client,
    address: &ReturnAddress,
    default_audience: &Resource,
) -> Result<AuthorizationRequest, Reason> {
    // RFC 6749 section 3.1: "Request and response parameters MUST NOT be included more than once."
    if !asked.repeated.is_empty() {
        return Err(Reason::RepeatedParameter);
    }
    if asked.request.is_some() {
        return Err(Reason::RequestObject);
    }
    if asked.request_uri.is_some() {
        return Err(Reason::ForeignRequestUri);
    }
    match asked.response_type.as_deref() {
        None => return Err(Reason::MissingResponseType),
        Some("code") => {}
        Some(_) => return Err(Reason::UnknownResponseType),
    }
    if !client.may_use(GrantType::AuthorizationCode) {
        return Err(Reason::GrantNotAllowed);
    }
    if asked.response_mode.as_deref().is_some_and(|mode| mode != address.response_mode.name()) {
        return Err(Reason::UnusableResponseMode);
    }
    let code_challenge = code_challenge(asked, client)?;
    let asked_for = AskedFor { scope: asked.scope.clone(), resource: asked.resource.clone() };
    let wanted = Wanted::within_registration(&asked_for, client, default_audience)?;
    let (scope, aud) = wanted.anew(client, default_audience)?;
    let prompt = asked.prompt.as_deref().unwrap_or_default().parse::<Prompts>();
    let seconds = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits).ok_or(Reason::UnusableMaxAge)
    };
    Ok(AuthorizationRequest {
        client_id: client.client_id.clone(),
        redirect_uri: address.redirect_uri.clone(),
        redirect_uri_was_sent: address.was_sent,
        response_mode: address.response_mode,
        state: address.state.clone(),
        scope: scope.scopes().clone(),
        resource: aud.iter().map(str::to_owned).collect(),
        code_challenge,
        nonce: asked.nonce.clone(),
        prompt: prompt.map_err(|_| Reason::UnusablePrompt)?,
        max_age: asked.max_age.as_deref().map(seconds).transpose()?,
        login_hint: asked.login_hint.clone().filter(|hint| hint.len() <= LONGEST_HINT),
    })
}

/// RFC 9700 section 2.1.1: "Public clients MUST use PKCE to this end"; of others, those whose registration
/// says so.
fn code_challenge(
    asked: &AuthorizationParameters,
    client: &Client,
) -> Result<Option<CodeChallenge>, Reason> {
    match (&asked.code_challenge, asked.code_challenge_method.as_deref()) {
        (None, None) if client.is_public() || client.require_pkce => {
            Err(Reason::MissingCodeChallenge)
        }
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Reason::MissingCodeChallenge),
        // RFC 7636 section 4.3: an absent method "defaults to "plain"", which is not taken.
        (Some(challenge), Some(pkce::S256)) => {
            challenge.parse().map(Some).map_err(|_| Reason::UnusableCodeChallenge)
        }
        (Some(_), _) => Err(Reason::UnusableCodeChallenge),
    }
}
