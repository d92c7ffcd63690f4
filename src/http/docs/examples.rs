//! Examples of the errors that an operation answers, from the one table of refusals.

use serde_yaml::{Mapping, Value};

use crate::{
    http::{challenge::concerns_bearer, error_response::status},
    oauth::Reason,
};

/// Gives each error answer of an operation its examples.
pub(super) fn error_examples(operation: &mut Value) {
    let refusable = Refusable::of(operation);
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_mapping_mut) else {
        return;
    };
    for (code, response) in responses {
        let code: u16 = code.as_str().and_then(|code| code.parse().ok()).unwrap_or_default();
        let description = response["description"].as_str().unwrap_or_default().to_owned();
        let content =
            response.get_mut("content").and_then(|content| content.get_mut("application/json"));
        let Some(content) = content.and_then(Value::as_mapping_mut) else { continue };
        let is_error = content["schema"]["$ref"].as_str() == Some("#/components/schemas/Error");
        let examples: Mapping = Reason::ALL
            .iter()
            .filter(|reason| status(reason.code()).as_u16() == code)
            .filter(|reason| description.contains(&format!("`{}`", reason.code().name())))
            .filter(|reason| refusable.answers(**reason))
            .map(example)
            .collect();
        if is_error && !examples.is_empty() {
            content.insert("examples".into(), examples.into());
        }
    }
}

/// What an operation takes, as far as it tells how it can be refused.
struct Refusable {
    name: String,
    form: bool,
    query: bool,
    bearer: bool,
}

impl Refusable {
    fn of(operation: &Value) -> Self {
        let parameters = operation["parameters"].as_sequence();
        let security = operation["security"].as_sequence();
        Self {
            name: operation["operationId"].as_str().unwrap_or_default().to_owned(),
            form: operation.get("requestBody").is_some(),
            query: parameters.is_some_and(|all| all.iter().any(|one| one["in"] == "query")),
            bearer: security
                .is_some_and(|all| all.iter().any(|one| one["access_token"] != Value::Null)),
        }
    }

    fn answers(&self, reason: Reason) -> bool {
        match reason {
            Reason::AccessTokenForOthers => self.bearer && self.name != "logOut",
            reason if concerns_bearer(reason) => self.bearer,
            Reason::NotAForm
            | Reason::MalformedForm
            | Reason::RepeatedParameter
            | Reason::TooManyParameters
            | Reason::SeveralAuthenticationMethods
            | Reason::ContradictoryClientId
            | Reason::IncompleteAssertion
            | Reason::RepeatedAuthorization
            | Reason::AssertionsUnavailable
            | Reason::ClientKeysUnavailable => self.form,
            Reason::MissingGrantType | Reason::MissingRefreshToken | Reason::GrantsUnavailable => {
                self.name == "token"
            }
            Reason::MissingToken => self.form && self.name != "token",
            Reason::RevocationsUnavailable => self.bearer || (self.form && self.name != "token"),
            Reason::UnknownQueryParameter | Reason::MalformedQuery | Reason::SeveralOwners => {
                self.query
            }
            Reason::MalformedLimit | Reason::MalformedCursor => self.name == "listAuthorizedTokens",
            Reason::UnknownGrant => self.name == "revokeAuthorizedToken",
            Reason::TooManyListeners => self.name == "status_list_events",
            Reason::UnknownStatusList
            | Reason::NotAcceptable
            | Reason::HistoricalStatus
            | Reason::StatusUnknowable => {
                !self.form && !self.bearer && self.name != "status_list_events"
            }
            Reason::UnknownPath => false,
            _ => true,
        }
    }
}

fn example(reason: &Reason) -> (Value, Value) {
    let body = Mapping::from_iter([
        ("error".into(), reason.code().name().into()),
        ("error_description".into(), reason.sentence().into()),
    ]);
    let example = Mapping::from_iter([("value".into(), Value::from(body))]);
    (format!("{reason:?}").into(), example.into())
}
