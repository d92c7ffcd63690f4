//! `/logout`: asks whether to sign out, and does so. A link from elsewhere signs nobody out.

use askama::Template;
use poem::{Request, Response, http::StatusCode};

use super::{
    frame::Frame,
    instead::Instead,
    page::{FormTargets, page, see_other},
    visits::{NOT_OURS, SIGN_OUT, Visit, Visits},
};
use crate::grants::SignOut;

/// The path below the issuer.
pub const PATH: &str = "/logout";

/// The page.
#[derive(Debug)]
pub struct SignOutPage {
    /// What every page begins with.
    pub visits: Visits,
    /// What signs people out.
    pub sign_out: SignOut,
}

#[derive(Template)]
#[template(path = "sign_out.html")]
struct Shown<'a> {
    frame: Frame,
    alert: Option<&'a str>,
}

impl SignOutPage {
    /// Asks, or says that nobody is signed in.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn show(&self, request: Request) -> Result<Response, Instead> {
        let visit = self.visits.receive(&request).await?;
        Ok(self.page(&visit, StatusCode::OK, None))
    }

    /// Signs out: the session ends before the browser forgets it, or a copy of it would go on.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn take(&self, mut request: Request) -> Result<Response, Instead> {
        let body = request.take_body();
        let form = self.visits.form(&request, body).await?;
        let visit = self.visits.receive(&request).await?;
        let done = see_other(&format!("{}{PATH}", self.visits.base));
        let Some(signed_in) = visit.signed_in() else { return Ok(done) };
        if !self.visits.is_ours(&visit, SIGN_OUT, &form) {
            return Ok(self.page(&visit, StatusCode::FORBIDDEN, Some(NOT_OURS)));
        }
        self.sign_out.sign_out(signed_in).await?;
        Ok(self.visits.signed_out(done))
    }

    fn page(&self, visit: &Visit, status: StatusCode, alert: Option<&str>) -> Response {
        let title = if visit.signed_in().is_some() { "Sign out" } else { "You are signed out" };
        let shown = Shown { frame: self.visits.frame(visit, title), alert };
        self.visits.answered(visit, page(status, &shown, FormTargets::Own))
    }
}
