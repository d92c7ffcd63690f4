//! The form of an application: what a person says of it, and what that makes of its registration.

use crate::{
    directory::Registration,
    http::{pages::problems::Problems, parameters::Parameters},
    oauth::{
        ClientMetadata, GrantType, Line, RedirectUri, Scope, ScopeSet, TokenEndpointAuthMethod,
    },
};

/// The fields that problems are said beside.
pub(super) const FIELDS: [&str; 3] = ["client_name", "redirect_uris", "scope"];

/// How many redirect URIs an application has at most.
const MOST_REDIRECT_URIS: usize = 20;

/// What stands in the form.
#[derive(Debug, Clone, Default)]
pub(super) struct ApplicationForm {
    pub(super) name: String,
    /// A line each.
    pub(super) redirect_uris: String,
    pub(super) scope: ScopeSet,
    /// Whether it runs where it cannot keep a secret.
    pub(super) is_public: bool,
}

impl ApplicationForm {
    /// Reads a form in which the scopes of `offered` could be chosen.
    pub(super) fn read(form: &Parameters, offered: &ScopeSet) -> Self {
        let said = |field| form.get(field).unwrap_or_default().to_owned();
        let chosen = |scope: &&Scope| form.get(&field_of(scope)).is_some();
        Self {
            name: said("client_name"),
            redirect_uris: said("redirect_uris"),
            scope: offered.iter().filter(chosen).cloned().collect(),
            is_public: form.get("kind") == Some("public"),
        }
    }

    /// The form as `registration` fills it in.
    pub(super) fn of(registration: &Registration) -> Self {
        let metadata = &registration.metadata;
        let redirect_uris: Vec<&str> =
            metadata.redirect_uris.iter().map(RedirectUri::as_str).collect();
        Self {
            name: metadata.client_name.clone().unwrap_or_default(),
            redirect_uris: redirect_uris.join("\n"),
            scope: metadata.scope.clone(),
            is_public: metadata.token_endpoint_auth_method == TokenEndpointAuthMethod::None,
        }
    }

    /// What a new application is to be: one that people sign in to.
    pub(super) fn registered(&self) -> Result<ClientMetadata, Problems> {
        let method = match self.is_public {
            true => TokenEndpointAuthMethod::None,
            false => TokenEndpointAuthMethod::ClientSecretBasic,
        };
        self.applied(ClientMetadata {
            token_endpoint_auth_method: method,
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            ..ClientMetadata::default()
        })
    }

    /// What `before` becomes: all that the form does not speak of stays.
    pub(super) fn applied(&self, before: ClientMetadata) -> Result<ClientMetadata, Problems> {
        let mut problems = Problems::default();
        let client_name = self.name.parse::<Line>().map_err(|error| match self.name.is_empty() {
            true => problems.add("client_name", "enter a name"),
            false => problems.add("client_name", error.to_string()),
        });
        let needs_one = before.grant_types.contains(&GrantType::AuthorizationCode);
        let redirect_uris = self.redirect_uris(needs_one, &mut problems);
        match client_name {
            Ok(name) if problems.is_empty() => Ok(ClientMetadata {
                client_name: Some(name.into()),
                redirect_uris,
                scope: self.scope.clone(),
                ..before
            }),
            _ => Err(problems),
        }
    }

    fn redirect_uris(&self, needs_one: bool, problems: &mut Problems) -> Vec<RedirectUri> {
        let mut redirect_uris: Vec<RedirectUri> = Vec::new();
        let lines = self.redirect_uris.lines().map(str::trim).enumerate();
        for (position, line) in lines.filter(|(_, line)| !line.is_empty()) {
            match line.parse::<RedirectUri>() {
                Ok(uri) if redirect_uris.contains(&uri) => {}
                Ok(uri) => redirect_uris.push(uri),
                Err(error) => {
                    problems.add("redirect_uris", format!("line {}: {error}", position + 1));
                }
            }
        }
        if redirect_uris.len() > MOST_REDIRECT_URIS {
            problems.add("redirect_uris", format!("enter at most {MOST_REDIRECT_URIS}"));
        }
        if needs_one && redirect_uris.is_empty() && problems.is_empty() {
            problems.add("redirect_uris", "enter at least one redirect URI");
        }
        redirect_uris
    }
}

/// The name of the check box of a scope.
pub(super) fn field_of(scope: &Scope) -> String {
    format!("scope:{scope}")
}
