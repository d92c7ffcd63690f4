//! A visit to a page: which browser it is, who is signed in with it, and whether a form that it sends is one
//! of ours. What every page begins with.

use std::sync::Arc;

use arc_swap::ArcSwap;
use poem::{Body, Request, Response};

use super::{
    browser::{Browser, forget, keep},
    csrf::Csrf,
    error_page::error_page,
    frame::{Frame, FramePerson},
    instead::Instead,
    onwards::Onwards,
    page::see_other,
    sign_in,
};
use crate::{
    grants::{BrowserSession, Sessions, SignedIn},
    http::{
        client_address::TrustedProxies,
        parameters::{Parameters, read_form},
    },
    oauth::{Refusal, User},
    secret::Secret,
};

/// What the button that signs out is for; it stands on every page.
pub(super) const SIGN_OUT: &str = "sign out";

/// What a page says when a form is not one of ours, which it then shows anew.
pub const NOT_OURS: &str = "Nothing was done: this page was open for too long, or you have signed in or out in \
                            another window since. Look at it again, and send it once more.";

/// Receives visits. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Visits {
    /// The issuer's path, before every path of ours.
    pub base: String,
    /// Whether the issuer is https.
    pub https: bool,
    /// Who is signed in; swapped when configuration is loaded again.
    pub sessions: Arc<ArcSwap<Sessions>>,
    /// What makes the tokens of forms.
    pub csrf: Csrf,
    /// Whose word on addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// The largest form, in bytes.
    pub body_limit: usize,
}

/// One visit.
#[derive(Debug)]
pub struct Visit {
    session: BrowserSession,
    signed_in: Option<SignedIn>,
    cross_site: bool,
    /// What the browser must keep from now on, where it is known to keep nothing that is good.
    fresh: Option<Secret>,
}

impl Visit {
    /// Who is signed in.
    #[must_use]
    pub const fn signed_in(&self) -> Option<&SignedIn> {
        self.signed_in.as_ref()
    }

    /// Whether a page of another site had the browser send the request.
    #[must_use]
    pub const fn is_cross_site(&self) -> bool {
        self.cross_site
    }

    /// The browser session, which may be an anonymous one.
    #[must_use]
    pub const fn session(&self) -> &BrowserSession {
        &self.session
    }
}

impl Visits {
    /// The visit that `request` is. A browser that keeps nothing that is good gets an anonymous session.
    ///
    /// # Errors
    /// `temporarily_unavailable` while it is not known whether somebody is signed in, because the store or the
    /// directory is away; `server_error` without entropy.
    pub async fn receive(&self, request: &Request) -> Result<Visit, Refusal> {
        let browser = Browser::of(request, self.https);
        let sessions = self.sessions.load_full();
        if let Some(kept) = browser.kept()
            && let Some(signed_in) = sessions.recognise(kept).await?
        {
            return Ok(Visit {
                session: signed_in.browser(),
                signed_in: Some(signed_in),
                cross_site: browser.is_cross_site(),
                fresh: None,
            });
        }
        let known = browser.kept().and_then(|kept| sessions.anonymous(kept));
        Self::of_nobody(&browser, &sessions, known)
    }

    /// The same, without a question who is signed in: for pages that must be there while the store is away.
    ///
    /// # Errors
    /// `server_error` without entropy.
    pub fn receive_anybody(&self, request: &Request) -> Result<Visit, Refusal> {
        let browser = Browser::of(request, self.https);
        let sessions = self.sessions.load_full();
        let known = browser.kept().and_then(|kept| sessions.browser(kept));
        Self::of_nobody(&browser, &sessions, known)
    }

    fn of_nobody(
        browser: &Browser,
        sessions: &Sessions,
        known: Option<BrowserSession>,
    ) -> Result<Visit, Refusal> {
        let (session, fresh) = match known {
            Some(session) => (session, None),
            None => {
                let (session, kept) = sessions.begin_anonymous()?;
                // Or any site could sign people out, by a form that has their session replaced.
                (session, Some(kept).filter(|_| !browser.may_keep_more()))
            }
        };
        Ok(Visit { session, signed_in: None, cross_site: browser.is_cross_site(), fresh })
    }

    /// The visit of somebody who is signed in; all others are sent to sign in, and come back to `next`, a
    /// path below the issuer.
    ///
    /// # Errors
    /// What is to be answered instead.
    pub async fn enter(&self, request: &Request, next: &str) -> Result<(Visit, SignedIn), Instead> {
        let visit = self.receive(request).await?;
        match visit.signed_in.clone() {
            Some(signed_in) => Ok((visit, signed_in)),
            None => {
                let onwards = Onwards::to(next);
                Err(see_other(&format!("{}{}{}", self.base, sign_in::PATH, onwards.query())).into())
            }
        }
    }

    /// The answer to a visit.
    #[must_use]
    pub fn answer(&self, answer: Result<Response, Instead>) -> Response {
        answer.unwrap_or_else(|instead| match instead {
            Instead::Response(response) => *response,
            Instead::Refused(refusal) => error_page(&self.base, refusal),
        })
    }

    /// Reads the form that `request` carries.
    ///
    /// # Errors
    /// Those of a body that is no form, too large, too slow or malformed.
    pub async fn form(&self, request: &Request, body: Body) -> Result<Parameters, Refusal> {
        read_form(request, body, self.body_limit).await
    }

    /// The token that a form for `purpose` must carry on this visit's page.
    #[must_use]
    pub fn token(&self, visit: &Visit, purpose: &str) -> String {
        self.csrf.token(&visit.session, purpose)
    }

    /// Whether `form` was sent from a page of ours, for `purpose`, by the browser that was shown the page.
    #[must_use]
    pub fn is_ours(&self, visit: &Visit, purpose: &str, form: &Parameters) -> bool {
        let presented = form.get(Csrf::FIELD);
        !visit.cross_site && self.csrf.verifies(&visit.session, purpose, presented)
    }

    /// What stands around the page `title` on this visit.
    #[must_use]
    pub fn frame(&self, visit: &Visit, title: &str) -> Frame {
        let person = visit.signed_in.as_ref().map(|signed_in| FramePerson {
            name: called(signed_in.user()),
            sign_out: self.token(visit, SIGN_OUT),
        });
        Frame { person, ..Frame::new(title, &self.base) }
    }

    /// Hands `response` to the browser of `visit`, with what it must keep from now on.
    #[must_use]
    pub fn answered(&self, visit: &Visit, mut response: Response) -> Response {
        if let Some(fresh) = &visit.fresh {
            keep(&mut response, fresh, self.https);
        }
        response
    }

    /// Hands `response` to a browser that keeps `session` from now on, in the place of what it kept.
    #[must_use]
    pub fn signed_in(&self, mut response: Response, session: &Secret) -> Response {
        keep(&mut response, session, self.https);
        response
    }

    /// Hands `response` to a browser that forgets what it kept.
    #[must_use]
    pub fn signed_out(&self, mut response: Response) -> Response {
        forget(&mut response, self.https);
        response
    }
}

/// What a person is called where they are spoken to.
#[must_use]
pub fn called(user: &User) -> String {
    user.name.clone().unwrap_or_else(|| user.username.as_written().to_owned())
}
