//! `/account/authorizations`: which applications have access in a person's name, since when and to what; one of
//! them ends, or all.

use askama::Template;
use poem::{Request, Response, http::StatusCode};

use super::{
    frame::Frame,
    instead::Instead,
    page::{FormTargets, page, see_other},
    time::ShownTime,
    visits::{NOT_OURS, Visit, Visits},
};
use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::{
    grants::{DescribedScope, ScopeDescriptions, SignedIn},
    http::{
        error_response::{labelled, status},
        management::query::{read_cursor, write_cursor},
        parameters::Parameters,
    },
    management::{Actor, AuthorizedTokens, ListedGrant, WhoseGrants},
    oauth::{Reason, Refusal},
};

/// The path below the issuer.
pub const PATH: &str = "/account/authorizations";

/// What the forms are for.
const PURPOSE: &str = "end authorizations";

/// How many are shown at a time.
const MOST: usize = 50;

/// The page.
#[derive(Debug)]
pub struct AuthorizationsPage {
    /// What every page begins with.
    pub visits: Visits,
    /// The grants.
    pub tokens: AuthorizedTokens,
    /// What scopes are called; swapped when configuration is loaded again.
    pub scopes: Arc<ArcSwap<ScopeDescriptions>>,
}

#[derive(Template)]
#[template(path = "authorizations.html")]
struct Shown<'a> {
    frame: Frame,
    csrf: String,
    grants: Vec<ShownGrant>,
    next: Option<String>,
    alert: Option<&'a str>,
}

struct ShownGrant {
    id: String,
    name: String,
    scopes: Vec<DescribedScope>,
    granted: ShownTime,
    used: ShownTime,
}

impl AuthorizationsPage {
    /// Shows them.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn show(&self, request: Request) -> Result<Response, Instead> {
        let (visit, signed_in) = self.visits.enter(&request, PATH).await?;
        let query = Parameters::of_query(&request)?;
        Ok(self.page(&visit, &signed_in, StatusCode::OK, query.get("after"), None).await?)
    }

    /// Ends the one that the form names, or all.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn take(&self, mut request: Request) -> Result<Response, Instead> {
        let body = request.take_body();
        let form = self.visits.form(&request, body).await?;
        let (visit, signed_in) = self.visits.enter(&request, PATH).await?;
        if !self.visits.is_ours(&visit, PURPOSE, &form) {
            let status = StatusCode::FORBIDDEN;
            return Ok(self.page(&visit, &signed_in, status, None, Some(NOT_OURS)).await?);
        }
        let actor = Actor::SignedIn(&signed_in);
        let ended = match (form.get("grant"), form.get("all")) {
            (Some(id), None) => match id.parse() {
                Ok(id) => self.tokens.end(actor, id).await,
                Err(_) => Err(Reason::UnknownGrant.into()),
            },
            (None, Some(_)) => self.tokens.end_all(actor, &WhoseGrants::Own).await,
            _ => Err(Reason::BadRequest.into()),
        };
        match ended {
            // What is gone already is as it was meant to be.
            Err(refusal) if refusal.reason != Reason::UnknownGrant => {
                let status = status(refusal.reason.code());
                let alert = Some(refusal.reason.sentence());
                let shown = self.page(&visit, &signed_in, status, None, alert).await;
                Ok(labelled(shown?, refusal))
            }
            _ => Ok(see_other(&format!("{}{PATH}", self.visits.base))),
        }
    }

    async fn page(
        &self,
        visit: &Visit,
        signed_in: &SignedIn,
        status: StatusCode,
        after: Option<&str>,
        alert: Option<&str>,
    ) -> Result<Response, Refusal> {
        let actor = Actor::SignedIn(signed_in);
        let after = after.and_then(read_cursor);
        let listed = self.tokens.list(actor, &WhoseGrants::Own, after, MOST).await?;
        let scopes = self.scopes.load();
        let shown = Shown {
            frame: self.visits.frame(visit, "Applications with access"),
            csrf: self.visits.token(visit, PURPOSE),
            grants: listed.grants.into_iter().map(|grant| shown(grant, &scopes)).collect(),
            next: listed.next.map(write_cursor),
            alert,
        };
        Ok(self.visits.answered(visit, page(status, &shown, FormTargets::Own)))
    }
}

fn shown(listed: ListedGrant, scopes: &ScopeDescriptions) -> ShownGrant {
    let ListedGrant { family, client_name } = listed;
    ShownGrant {
        id: family.id.to_string(),
        name: client_name,
        scopes: scopes.of(&family.grant.scope),
        granted: ShownTime::at(family.created_at),
        used: ShownTime::at(family.last_used_at),
    }
}
