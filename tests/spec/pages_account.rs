//! `/account` and what stands around every page: reading it needs no script, no image and nobody else's server.

use crate::support::{
    Request,
    accounts::{assert_page, server, signed_in},
    browser::{Browser, forms, links, location},
    kept::added,
};

// 057, 059, 060
#[tokio::test]
async fn every_page_has_the_headers_and_a_title_of_its_own() {
    let server = server().await;
    added(&server, "zoe", &["developer"]).await;
    let (mut nobody, mut zoe) = (Browser::new(), signed_in(&server, "zoe").await);
    let mut titles = Vec::new();
    for path in ["/login", "/signup", "/logout"] {
        let page = nobody.get(&server, path).await;
        assert_page(&page, 200);
        titles.push(
            page.text().split("<title>").nth(1).unwrap().split('<').next().unwrap().to_owned(),
        );
    }
    for path in [
        "/account",
        "/account/password",
        "/account/applications",
        "/account/applications/new",
        "/account/authorizations",
    ] {
        let page = zoe.get(&server, path).await;
        assert_page(&page, 200);
        assert!(page.text().contains("Sign out") && page.text().contains("zoe"), "{page:?}");
        titles.push(
            page.text().split("<title>").nth(1).unwrap().split('<').next().unwrap().to_owned(),
        );
        // Labels are bound to their fields.
        for part in page.text().split("<label for=\"").skip(1) {
            let id = part.split('"').next().unwrap();
            assert!(page.text().contains(&format!(" id=\"{id}\"")), "{id}: {page:?}");
        }
        for form in forms(&page) {
            assert!(form.hidden.iter().any(|(name, _)| name == "csrf"), "{form:?}");
        }
    }
    let count = titles.len();
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), count, "{titles:?}");
    assert_page(&zoe.get(&server, "/account/applications/nobodys").await, 404);
}

#[tokio::test]
async fn every_page_of_the_account_sends_strangers_to_sign_in_and_back() {
    let server = server().await;
    for path in [
        "/account",
        "/account/password",
        "/account/applications",
        "/account/applications/new",
        "/account/applications/sga_x",
        "/account/authorizations",
    ] {
        let answer = Browser::new().get(&server, path).await;
        let next: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
        assert_eq!((answer.status, location(&answer)), (303, format!("/login?next={next}")));
        assert_eq!(answer.body.len(), 0, "{answer:?}");
    }
    for path in ["/account/applications/sga_x/secret", "/account/applications/sga_x/state"] {
        let answer = Browser::new().post(&server, path, &[]).await;
        assert_eq!(location(&answer), "/login?next=%2Faccount%2Fapplications%2Fsga_x");
    }
}

#[tokio::test]
async fn the_links_of_the_account_lead_to_pages_of_it() {
    let server = server().await;
    let mut browser = signed_in(&server, "root").await;
    let page = browser.get(&server, "/account").await;
    let links = links(&page);
    assert!(links.len() >= 5, "{links:?}");
    for link in links.iter().filter(|link| !link.starts_with('#')) {
        assert_page(&browser.get(&server, link).await, 200);
    }
}

#[tokio::test]
async fn only_known_words_are_said_of_what_was_done() {
    let server = server().await;
    let mut browser = signed_in(&server, "root").await;
    let said = browser.get(&server, "/account?done=password").await;
    assert!(said.text().contains("Your password was changed"), "{said:?}");
    let said = browser.get(&server, "/account?done=You+owe+us+money").await;
    assert!(!said.text().contains("money"), "{said:?}");
}

#[tokio::test]
async fn the_stylesheet_is_small_and_fetches_nothing() {
    let server = server().await;
    let answer = server.send(Request::get("/style.css")).await;
    assert_eq!(
        (answer.status, answer.header("Content-Type")),
        (200, Some("text/css; charset=utf-8"))
    );
    assert!(answer.body.len() < 8 * 1024, "{} bytes", answer.body.len());
    for wrong in ["@import", "url(", "@font-face"] {
        assert!(!answer.text().contains(wrong), "{wrong}");
    }
    for wanted in ["prefers-color-scheme: dark", ":focus-visible", "44px"] {
        assert!(answer.text().contains(wanted), "{wanted}");
    }
}
