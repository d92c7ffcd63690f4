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

/// The operations that take an `If-Match`.
const TAKE_IF_MATCH: [&str; 10] = [
    "replaceApplication",
    "changeApplication",
    "deleteApplication",
    "renewApplicationSecret",
    "replaceUser",
    "changeUser",
    "deleteUser",
    "replaceRole",
    "changeRole",
    "deleteRole",
];

/// The operations by which applications register themselves.
const OF_CLIENTS: [&str; 4] = ["registerClient", "readClient", "updateClient", "deregisterClient"];

/// The operation that takes authorization requests from applications themselves.
const PUSH: &str = "pushAuthorizationRequest";

/// What an operation takes, as far as it tells how it can be refused.
struct Refusable {
    name: String,
    form: bool,
    json: bool,
    if_match: bool,
    query: bool,
    bearer: bool,
    /// Whether a device begins by it.
    device: bool,
}

impl Refusable {
    fn of(operation: &Value) -> Self {
        let parameters = operation["parameters"].as_sequence();
        let security = operation["security"].as_sequence();
        let name = operation["operationId"].as_str().unwrap_or_default();
        let has_body = operation.get("requestBody").is_some();
        let json =
            has_body && operation["requestBody"]["content"].get("application/json").is_some();
        Self {
            name: name.to_owned(),
            device: name == "deviceAuthorization",
            form: has_body && !json,
            json,
            if_match: TAKE_IF_MATCH.contains(&name),
            query: parameters.is_some_and(|all| all.iter().any(|one| one["in"] == "query")),
            bearer: security
                .is_some_and(|all| all.iter().any(|one| one["access_token"] != Value::Null)),
        }
    }

    fn answers(&self, reason: Reason) -> bool {
        let named = |names: &[&str]| names.contains(&self.name.as_str());
        match reason {
            Reason::MalformedJson | Reason::NotJson => self.json,
            Reason::MalformedIfMatch => self.if_match || named(&["updateClient"]),
            Reason::Stale => self.if_match || named(&["updateClient", "setPassword"]),
            Reason::InvalidMembers => self.json && self.bearer && !named(&OF_CLIENTS),
            Reason::UnusableRedirectUris | Reason::UnusableClientMetadata => named(&OF_CLIENTS),
            Reason::InitialTokenRefused => named(&["registerClient"]),
            Reason::RegistrationTokenRefused => {
                named(&["readClient", "updateClient", "deregisterClient"])
            }
            Reason::AccessTokenRefused => self.bearer && !named(&OF_CLIENTS),
            Reason::TooManyRegistrations => named(&OF_CLIENTS),
            Reason::TooManySignUps => named(&["createUser"]),
            Reason::TooManyFailures => {
                !named(&OF_CLIENTS) && !named(&["createUser", "setPassword"])
            }
            Reason::TooManyFailedSignIns => {
                !self.device && !named(&OF_CLIENTS) && !named(&["createUser"])
            }
            Reason::TooManySignIns => {
                !self.bearer && !self.device && !named(&OF_CLIENTS) && !named(&[PUSH])
                    || named(&["createUser", "setPassword"])
            }
            // Pages say these.
            Reason::MissingClientId
            | Reason::UnknownClient
            | Reason::PendingRequestRefused
            | Reason::NotTheirBusiness => false,
            Reason::RoleInUse => named(&["deleteRole"]),
            Reason::Taken => named(&["createUser", "replaceUser", "changeUser", "createRole"]),
            Reason::OwnLockOut => {
                named(&["replaceUser", "changeUser", "deleteUser", "replaceRole", "changeRole"])
            }
            Reason::UnknownPerson => self.name.ends_with("User") || named(&["setPassword"]),
            Reason::UnknownRole => self.name.ends_with("Role"),
            Reason::NothingKept => self.name.starts_with("create"),
            Reason::TooManyApplications => named(&["createApplication"]),
            Reason::NoClientSecret => named(&["renewApplicationSecret"]),
            Reason::Declared => !self.name.starts_with("create"),
            Reason::UnknownApplication => self.name.ends_with("Application"),
            Reason::DirectoryUnavailable => true,
            Reason::AccessTokenForOthers => {
                self.bearer
                    && !named(&["logOut", "userinfo", "userinfoByPost"])
                    && !named(&OF_CLIENTS)
            }
            Reason::AccessTokenOfNobody => named(&["userinfo", "userinfoByPost"]),
            reason if concerns_bearer(reason) => self.bearer,
            Reason::NotAForm
            | Reason::MalformedForm
            | Reason::RepeatedParameter
            | Reason::TooManyParameters => self.form,
            Reason::SeveralAuthenticationMethods
            | Reason::ContradictoryClientId
            | Reason::IncompleteAssertion
            | Reason::RepeatedAuthorization
            | Reason::AssertionsUnavailable
            | Reason::ClientKeysUnavailable => self.form && !self.bearer,
            Reason::MissingGrantType | Reason::MissingRefreshToken | Reason::GrantsUnavailable => {
                self.name == "token"
            }
            Reason::MissingCode => self.name == "token",
            Reason::MissingToken => {
                self.form && !self.bearer && !self.device && !named(&["token", PUSH])
            }
            Reason::RevocationsUnavailable => {
                self.bearer || (self.form && !self.device && !named(&[PUSH]))
            }
            Reason::MissingRedirectUri
            | Reason::RedirectUriNotRegistered
            | Reason::MissingResponseType
            | Reason::UnusableResponseMode
            | Reason::MissingCodeChallenge
            | Reason::UnusableCodeChallenge
            | Reason::UnusablePrompt
            | Reason::UnusableMaxAge
            | Reason::RequestTooLong
            | Reason::RequestUriPushed => named(&[PUSH]),
            Reason::UnknownQueryParameter | Reason::MalformedQuery => self.query,
            Reason::SeveralOwners => self.query && self.name.ends_with("AuthorizedTokens"),
            Reason::MalformedLimit | Reason::MalformedCursor => self.name.starts_with("list"),
            Reason::UnknownGrant => self.name == "revokeAuthorizedToken",
            Reason::TooManyListeners => self.name == "status_list_events",
            Reason::UnknownStatusList
            | Reason::NotAcceptable
            | Reason::HistoricalStatus
            | Reason::StatusUnknowable => {
                !self.form && !self.bearer && self.name != "status_list_events"
            }
            Reason::UnusableIdTokenHint
            | Reason::ContradictoryIdTokenHint
            | Reason::PostLogoutRedirectUriNotRegistered
            | Reason::LogOutStateTooLong
            | Reason::StaleLogOutRequest => false,
            Reason::UnknownPath => named(&OF_CLIENTS),
            // To the letter what another reason is answered.
            Reason::ClientSwitchedOff | Reason::PersonSwitchedOff => false,
            // These are refused at the doors of dialects alone.
            Reason::MalformedJsonParameters
            | Reason::UnexpectedBody
            | Reason::CredentialsNotTakenHere => false,
            Reason::TooManyDeviceRequests => self.device,
            Reason::DeviceDenied => self.name == "token",
            // These are told on pages.
            Reason::TooManyUserCodes | Reason::ConsentDenied => false,
            Reason::MissingUsername
            | Reason::MissingPassword
            | Reason::MissingDeviceCode
            | Reason::NoScopeOfPerson
            | Reason::WiderScope
            | Reason::NoScopeLeft
            | Reason::ResourceNotGranted => !self.device,
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
