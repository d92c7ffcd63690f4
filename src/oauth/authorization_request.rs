//! What can be asked at the authorization endpoint (RFC 6749 section 4.1.1, with what RFC 7636, RFC 8707 and
//! OpenID Connect Core section 3.1.2.1 add): as it was sent, and as it stands once it was found good.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{ClientId, CodeChallenge, RedirectUri, ScopeSet, scope};

/// An authorization request as it was sent. A parameter without a value is one left out.
#[derive(Debug, Clone, Default)]
pub struct AuthorizationParameters {
    /// Who asks.
    pub client_id: Option<String>,
    /// Where the answer is to go.
    pub redirect_uri: Option<String>,
    /// What is wanted: `code`.
    pub response_type: Option<String>,
    /// How the answer is to travel.
    pub response_mode: Option<String>,
    /// The scopes asked for.
    pub scope: Option<String>,
    /// The resource servers asked for (RFC 8707 section 2).
    pub resource: Vec<String>,
    /// What is to come back unchanged.
    pub state: Option<String>,
    /// RFC 7636 section 4.3.
    pub code_challenge: Option<String>,
    /// RFC 7636 section 4.3.
    pub code_challenge_method: Option<String>,
    /// What the ID token is to repeat.
    pub nonce: Option<String>,
    /// What the person is to be asked, whether or not it is needed.
    pub prompt: Option<String>,
    /// How long ago the person may have signed in, in seconds.
    pub max_age: Option<String>,
    /// Who is expected to sign in.
    pub login_hint: Option<String>,
    /// A request object (RFC 9101), which is not supported.
    pub request: Option<String>,
    /// Where the request was pushed to (RFC 9126 section 4).
    pub request_uri: Option<String>,
    /// The parameters that were sent more than once, by name.
    pub repeated: Vec<String>,
}

impl AuthorizationParameters {
    /// Whether `name` was sent more than once.
    #[must_use]
    pub fn repeats(&self, name: &str) -> bool {
        self.repeated.iter().any(|repeated| repeated == name)
    }
}

/// An authorization request that was found good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client_id: ClientId,
    /// Where the answer goes: one that is registered, but for the port of a person's own machine.
    pub redirect_uri: RedirectUri,
    /// Whether the request said so itself, in which case the token request must repeat it.
    pub redirect_uri_was_sent: bool,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// What comes back unchanged.
    pub state: Option<String>,
    /// The scopes that may be granted.
    #[serde(with = "scope::as_text")]
    pub scope: ScopeSet,
    /// The resource servers, at least one.
    pub resource: Vec<String>,
    /// What the token request must prove.
    pub code_challenge: Option<CodeChallenge>,
    /// What the ID token repeats.
    pub nonce: Option<String>,
    /// What the person is asked, whether or not it is needed.
    pub prompt: Prompts,
    /// How long ago the person may have signed in, in seconds.
    pub max_age: Option<u64>,
    /// Who is expected to sign in.
    pub login_hint: Option<String>,
}

impl AuthorizationRequest {
    /// Whether the person has to sign in, whoever is signed in already. A `max_age` of 0 is as good as
    /// `prompt=login`.
    #[must_use]
    pub fn wants_sign_in(&self) -> bool {
        self.prompt.login || self.prompt.select_account || self.max_age == Some(0)
    }
}

/// `response_mode` (OAuth 2.0 Multiple Response Type Encoding Practices, OAuth 2.0 Form Post Response Mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query of the redirect URI.
    Query,
    /// As a form that the browser posts to the redirect URI.
    FormPost,
}

impl ResponseMode {
    /// Every mode, in the order in which documents list them.
    pub const ALL: [Self; 2] = [Self::Query, Self::FormPost];

    /// The value of the `response_mode` parameter.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::FormPost => "form_post",
        }
    }

    /// The mode of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// `prompt` (OpenID Connect Core section 3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prompts {
    /// Nothing may be asked.
    pub none: bool,
    /// The person signs in again.
    pub login: bool,
    /// The person is asked for their consent again.
    pub consent: bool,
    /// The person says who they are again.
    pub select_account: bool,
}

/// The text is no `prompt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected none alone, or some of login, consent and select_account, separated by spaces")]
pub struct MalformedPrompt;

impl FromStr for Prompts {
    type Err = MalformedPrompt;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut prompts = Self::default();
        for prompt in text.split(' ').filter(|prompt| !prompt.is_empty()) {
            match prompt {
                "none" => prompts.none = true,
                "login" => prompts.login = true,
                "consent" => prompts.consent = true,
                "select_account" => prompts.select_account = true,
                _ => return Err(MalformedPrompt),
            }
        }
        // "If this parameter contains none with any other value, an error is returned."
        let others = prompts.login || prompts.consent || prompts.select_account;
        if prompts.none && others { Err(MalformedPrompt) } else { Ok(prompts) }
    }
}
