//! A document's table of errors: which key, with which status and members. The sentences are Signet's own.

use poem::{
    Response,
    http::{StatusCode, header},
};

use crate::{
    http::{boundary::ErrorCodeLabel, challenge::BASIC, error_response::error_response},
    oauth::{ErrorCode, Reason, Refusal},
};

/// A row of the table; the first that is about a refusal counts.
#[derive(Debug, Clone, Copy)]
pub struct ErrorRow {
    /// What it is about.
    pub when: When,
    /// The value of `error`.
    pub error: &'static str,
    /// The status.
    pub status: StatusCode,
    /// What the body has.
    pub members: ErrorMembers,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// One reason.
    Reason(Reason),
    /// Every reason of a code.
    Code(ErrorCode),
}

/// The members of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorMembers {
    /// `error`.
    Error,
    /// `error` and `error_description`.
    ErrorAndDescription,
}

/// The row of `table` that is about `reason`; `None` where the document says nothing of it.
#[must_use]
pub fn row(table: &'static [ErrorRow], reason: Reason) -> Option<&'static ErrorRow> {
    table.iter().find(|row| match row.when {
        When::Reason(known) => known == reason,
        When::Code(known) => known == reason.code(),
    })
}

/// The answer to a refusal at a door with this `table`.
#[must_use]
pub fn answer(table: &'static [ErrorRow], refusal: Refusal) -> Response {
    let reason = refusal.reason;
    let mut response = error_response(refusal);
    let Some(ErrorRow { error, status, members, .. }) = row(table, reason) else {
        return response;
    };
    let mut body = serde_json::json!({ "error": error });
    if *members == ErrorMembers::ErrorAndDescription {
        body["error_description"] = reason.sentence().into();
    }
    response.set_status(*status);
    response.set_body(body.to_string());
    response.set_data(ErrorCodeLabel(error));
    // RFC 9110 section 15.5.2: "The server generating a 401 response MUST send a WWW-Authenticate header
    // field".
    if *status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, BASIC);
    } else {
        response.headers_mut().remove(header::WWW_AUTHENTICATE);
    }
    response
}
