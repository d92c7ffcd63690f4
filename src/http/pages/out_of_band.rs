//! The page that shows a code to copy, of applications that nobody can be sent back to.

use askama::Template;
use poem::{Response, http::StatusCode};

use super::{
    frame::Frame,
    page::{FormTargets, page},
};
use crate::grants::ShownCode;

#[derive(Template)]
#[template(path = "out_of_band.html")]
struct OutOfBandPage<'a> {
    frame: Frame,
    application: &'a str,
    code: &'a str,
}

/// The page with `shown`.
pub(super) fn page_of(frame: Frame, shown: &ShownCode) -> Response {
    // On every page stands the button that signs out.
    let targets = FormTargets::Own;
    let ShownCode { application, code } = shown;
    let shown = OutOfBandPage { frame, application, code: code.expose() };
    page(StatusCode::OK, &shown, targets)
}
