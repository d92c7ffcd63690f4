//! What the pages of applications show.

use askama::Template;

use super::form::{ApplicationForm, field_of};
use crate::{
    directory::Registration,
    grants::ScopeDescriptions,
    http::pages::{frame::Frame, problems::Problems},
    oauth::{ScopeSet, TokenEndpointAuthMethod},
    secret::Secret,
};

/// The list.
#[derive(Template)]
#[template(path = "applications.html")]
pub(super) struct ListPage<'a> {
    pub(super) frame: Frame,
    pub(super) applications: Vec<ListedApplication>,
    pub(super) next: Option<String>,
    pub(super) may_register: bool,
    pub(super) done: Option<&'a str>,
}

/// One of the list.
pub(super) struct ListedApplication {
    client_id: String,
    name: String,
    disabled: bool,
}

impl From<&Registration> for ListedApplication {
    fn from(registration: &Registration) -> Self {
        Self {
            client_id: registration.client_id.to_string(),
            name: called(registration),
            disabled: registration.disabled,
        }
    }
}

/// The form of a new one.
#[derive(Template)]
#[template(path = "application_new.html")]
pub(super) struct NewPage<'a> {
    pub(super) frame: Frame,
    pub(super) csrf: String,
    pub(super) form: &'a ApplicationForm,
    pub(super) scopes: Vec<OfferedScope>,
    pub(super) alert: Option<&'a str>,
    pub(super) problems: &'a Problems,
    pub(super) others: Vec<String>,
}

/// One application, and what can be done with it.
#[derive(Template)]
#[template(path = "application.html")]
pub(super) struct ApplicationPage<'a> {
    pub(super) frame: Frame,
    pub(super) csrf: String,
    pub(super) client_id: String,
    pub(super) version: u64,
    pub(super) has_secret: bool,
    pub(super) disabled: bool,
    pub(super) may_change: bool,
    pub(super) secret: Option<Secret>,
    pub(super) form: &'a ApplicationForm,
    pub(super) scopes: Vec<OfferedScope>,
    pub(super) alert: Option<&'a str>,
    pub(super) done: Option<&'a str>,
    pub(super) problems: &'a Problems,
    pub(super) others: Vec<String>,
}

/// The question before one is deleted.
#[derive(Template)]
#[template(path = "application_delete.html")]
pub(super) struct DeletePage<'a> {
    pub(super) frame: Frame,
    pub(super) csrf: String,
    pub(super) client_id: String,
    pub(super) name: String,
    pub(super) alert: Option<&'a str>,
}

/// A scope that can be chosen.
pub(super) struct OfferedScope {
    field: String,
    name: String,
    description: String,
    chosen: bool,
}

/// The scopes of `offered`, where those of `chosen` are.
pub(super) fn offered(
    offered: &ScopeSet,
    chosen: &ScopeSet,
    descriptions: &ScopeDescriptions,
) -> Vec<OfferedScope> {
    let described = descriptions.of(offered);
    let shown = offered.iter().zip(described).map(|(scope, described)| OfferedScope {
        field: field_of(scope),
        name: described.name,
        description: described.description,
        chosen: chosen.contains(scope),
    });
    shown.collect()
}

/// What an application is called.
pub(super) fn called(registration: &Registration) -> String {
    let name = registration.metadata.client_name.clone();
    name.unwrap_or_else(|| registration.client_id.to_string())
}

/// Whether an application has secrets.
pub(super) const fn has_secret(registration: &Registration) -> bool {
    matches!(
        registration.metadata.token_endpoint_auth_method,
        TokenEndpointAuthMethod::ClientSecretBasic | TokenEndpointAuthMethod::ClientSecretPost
    )
}
