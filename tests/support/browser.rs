//! A browser for tests: it keeps cookies, finds forms, hidden fields and links in a page, and sends forms as
//! a browser does. It follows a redirect only when it is told to.

use std::collections::BTreeMap;

use super::{Answer, Request, TestServer};

/// The cookie of a server whose issuer is http.
pub const COOKIE: &str = "signet";

/// A browser, with its cookies.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
    /// Headers that it sends with everything, like `Sec-Fetch-Site`.
    pub headers: Vec<(String, String)>,
}

impl Browser {
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens a page.
    pub async fn get(&mut self, server: &TestServer, target: &str) -> Answer {
        self.send(server, Request::get(target)).await
    }

    /// Sends a form of these fields.
    pub async fn post(
        &mut self,
        server: &TestServer,
        target: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        self.send(server, Request::form(target, &encoded(fields))).await
    }

    /// Opens `target`, and sends the form on it that leads to `action`, or the first one where that is empty:
    /// its hidden fields and `fields`.
    pub async fn submit(
        &mut self,
        server: &TestServer,
        target: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let page = self.get(server, target).await;
        self.submit_on(server, &page, action, fields).await
    }

    /// Sends the form of `page` that leads to `action`, or the first one of its own where that is empty.
    pub async fn submit_on(
        &mut self,
        server: &TestServer,
        page: &Answer,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let form = form(page, action).unwrap_or_else(|| panic!("no form to {action:?}: {page:?}"));
        let hidden = form.hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        self.post(server, &form.action, &all).await
    }

    /// Opens the page that `answer`, a redirect to this server, leads to.
    pub async fn follow(&mut self, server: &TestServer, answer: &Answer) -> Answer {
        let target = location(answer);
        let target = target.strip_prefix(&server.issuer).map_or(target.clone(), str::to_owned);
        assert!(target.starts_with('/'), "leads elsewhere: {answer:?}");
        self.get(server, &target).await
    }

    /// Sends any request, with the cookies, and keeps those of the answer.
    pub async fn send(&mut self, server: &TestServer, mut request: Request) -> Answer {
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("Cookie", pairs.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answer = server.send(request).await;
        for (name, value) in &answer.headers {
            if name.eq_ignore_ascii_case("set-cookie") {
                self.keep(value);
            }
        }
        answer
    }

    fn keep(&mut self, set_cookie: &str) {
        let (pair, attributes) = set_cookie.split_once(';').unwrap_or((set_cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        if attributes.to_ascii_lowercase().contains("max-age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Signs in; the answer is the redirect that follows.
    pub async fn sign_in(&mut self, server: &TestServer, username: &str, password: &str) -> Answer {
        let base = base(server);
        let fields = [("username", username), ("password", password)];
        self.submit(server, &format!("{base}/login"), "/login", &fields).await
    }
}

/// A form on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub action: String,
    pub hidden: Vec<(String, String)>,
}

/// The issuer's path.
pub fn base(server: &TestServer) -> String {
    let rest = server.issuer.split_once("://").map_or("", |(_, rest)| rest);
    rest.find('/').map_or(String::new(), |slash| rest[slash..].to_owned())
}

/// Where a redirect leads.
#[track_caller]
pub fn location(answer: &Answer) -> String {
    answer.header("Location").unwrap_or_else(|| panic!("no redirect: {answer:?}")).to_owned()
}

/// The form of `page` whose action is, ends in, or has before its query, `action`; where that is empty, the
/// first one that does not sign out.
pub fn form(page: &Answer, action: &str) -> Option<Form> {
    forms(page).into_iter().find(|form| {
        let path = form.action.split('?').next().unwrap_or_default();
        match action {
            "" => !path.ends_with("/logout"),
            action => form.action == action || path.ends_with(action),
        }
    })
}

/// Every form of a page.
pub fn forms(page: &Answer) -> Vec<Form> {
    let mut forms = Vec::new();
    for part in page.text().split("<form").skip(1) {
        let part = part.split("</form>").next().unwrap();
        let (head, inside) = part.split_once('>').unwrap();
        let hidden = inside.split("<input").skip(1).filter_map(|input| {
            let input = input.split('>').next().unwrap();
            let hidden = attribute(input, "type").as_deref() == Some("hidden");
            hidden.then(|| (attribute(input, "name").unwrap(), attribute(input, "value").unwrap()))
        });
        let action = attribute(head, "action").unwrap_or_default();
        forms.push(Form { action, hidden: hidden.collect() });
    }
    forms
}

/// Where the links of a page lead.
pub fn links(page: &Answer) -> Vec<String> {
    let anchors = page.text().split("<a ").skip(1);
    anchors.filter_map(|rest| attribute(rest.split('>').next().unwrap(), "href")).collect()
}

/// The value of the field `name`, as the page shows it.
pub fn shown(page: &Answer, name: &str) -> Option<String> {
    let inputs = page.text().split("<input").skip(1).map(|rest| rest.split('>').next().unwrap());
    let mut named = inputs.filter(|input| attribute(input, "name").as_deref() == Some(name));
    named.next().and_then(|input| attribute(input, "value"))
}

/// The value of an attribute of a tag, unescaped.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.find(&format!(" {name}=\"")).map(|at| at + name.len() + 3).or_else(|| {
        let start = format!("{name}=\"");
        tag.starts_with(&start).then_some(start.len())
    })?;
    Some(unescaped(tag[at..].split('"').next().unwrap()))
}

/// Text of a page, as a person reads it.
pub fn unescaped(text: &str) -> String {
    let entities =
        [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

/// The fields as a form body.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}
