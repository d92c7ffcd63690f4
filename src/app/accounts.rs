//! Signing in, signing up and the account, put together.

use std::sync::Arc;

use poem::{Endpoint, Request, Response, endpoint::make, http::Method};

use super::{App, endpoint::Wiring};
use crate::http::pages::{
    account::{self, AccountPage},
    authorizations::{self, AuthorizationsPage},
    csrf::Csrf,
    instead::Instead,
    new_password::{self, NewPasswordPage},
    own_applications::{self, ApplicationPages, ShownSecrets},
    sign_in::{self, SignInPage},
    sign_out::{self, SignOutPage},
    sign_up::{self, SignUpPage},
    visits::Visits,
};

/// Answers with what `$method` of `$page` does.
macro_rules! on {
    ($page:expr, $method:ident) => {{
        let page = Arc::clone(&$page);
        answering(page.visits.clone(), move |request| {
            let page = Arc::clone(&page);
            async move { page.$method(request).await }
        })
    }};
}

pub(super) use on;

impl App {
    /// Pages for people who have, or want, an account.
    pub(super) fn accounts(&self, mut wiring: Wiring) -> Wiring {
        let visits = self.visits(&wiring);
        let prefix = wiring.prefix.clone();
        let place = |path: &str| format!("{prefix}{path}");
        let people = self.people();

        let authorization = Arc::clone(&self.authorization);
        let sign_in = Arc::new(SignInPage {
            visits: visits.clone(),
            people: people.clone(),
            authorization,
            sign_out: self.sign_out(),
        });
        let authorization = Arc::clone(&self.authorization);
        let sign_up = SignUpPage { visits: visits.clone(), people: people.clone(), authorization };
        let sign_up = Arc::new(sign_up);
        let sign_out = Arc::new(SignOutPage { visits: visits.clone(), sign_out: self.sign_out() });
        let account = Arc::new(AccountPage { visits: visits.clone(), people: people.clone() });
        let password = Arc::new(NewPasswordPage { visits: visits.clone(), people });
        let authorizations = Arc::new(AuthorizationsPage {
            visits: visits.clone(),
            tokens: self.authorized_tokens(),
            scopes: Arc::clone(&self.scope_descriptions),
        });
        let applications = Arc::new(ApplicationPages {
            visits,
            applications: self.applications(),
            scopes: Arc::clone(&self.scope_descriptions),
            secrets: ShownSecrets::new(
                Arc::clone(&self.sealing_keys),
                Arc::clone(&self.clock),
                Arc::clone(&self.entropy),
            ),
        });
        let one = format!("{}/:client_id", own_applications::PATH);
        wiring.routes = wiring
            .routes
            .get(place(sign_in::PATH), on!(sign_in, show))
            .page(Method::POST, place(sign_in::PATH), on!(sign_in, take))
            .get(place(sign_up::PATH), on!(sign_up, show))
            .page(Method::POST, place(sign_up::PATH), on!(sign_up, take))
            .get(place(sign_out::PATH), on!(sign_out, show))
            .page(Method::POST, place(sign_out::PATH), on!(sign_out, take))
            .get(place(account::PATH), on!(account, show))
            .get(place(new_password::PATH), on!(password, show))
            .page(Method::POST, place(new_password::PATH), on!(password, take))
            .get(place(authorizations::PATH), on!(authorizations, show))
            .page(Method::POST, place(authorizations::PATH), on!(authorizations, take))
            .get(place(own_applications::PATH), on!(applications, list))
            .get(place(&format!("{}/new", own_applications::PATH)), on!(applications, show_new))
            .page(
                Method::POST,
                place(&format!("{}/new", own_applications::PATH)),
                on!(applications, register),
            )
            .get(place(&one), on!(applications, show))
            .page(Method::POST, place(&one), on!(applications, change))
            .page(Method::POST, place(&format!("{one}/secret")), on!(applications, renew_secret))
            .page(Method::POST, place(&format!("{one}/state")), on!(applications, switch))
            .get(place(&format!("{one}/delete")), on!(applications, ask_delete))
            .page(Method::POST, place(&format!("{one}/delete")), on!(applications, delete));
        wiring
    }

    /// What every page begins with.
    pub(super) fn visits(&self, wiring: &Wiring) -> Visits {
        Visits {
            base: wiring.prefix.clone(),
            https: self.issuer.is_https(),
            sessions: Arc::clone(&self.sessions),
            csrf: Csrf::new(Arc::clone(&self.sealing_keys)),
            trusted_proxies: wiring.trusted_proxies.clone(),
            body_limit: wiring.body_limit,
        }
    }
}

/// The endpoint of a page; what is answered instead of it is a page, too.
pub(super) fn answering<A, W>(visits: Visits, answer: A) -> impl Endpoint<Output = Response>
where
    A: Fn(Request) -> W + Send + Sync + 'static,
    W: Future<Output = Result<Response, Instead>> + Send,
{
    let answer = Arc::new(answer);
    make(move |request| {
        let (visits, answer) = (visits.clone(), Arc::clone(&answer));
        async move { visits.answer(answer(request).await) }
    })
}
