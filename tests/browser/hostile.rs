//! Pages of others, and what is written by others, in a real browser.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::scene::{Scene, parameter};

/// A page of somebody else's, on an origin of its own.
async fn foreign_page(html: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = [0; 4096];
            let _ = stream.read(&mut bytes).await;
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: \
                 close\r\n\r\n{html}",
                html.len()
            );
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    // Another host name is another site.
    format!("http://localhost:{}/", address.port())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_shows_in_a_frame() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let issuer = &scene.server.issuer;
    for path in ["/login", "/signup", "/account", "/device", "/consent?request=x"] {
        let html = format!("<iframe id=f src=\"{issuer}{path}\"></iframe>");
        browser.go(&foreign_page(html).await).await;
        browser.client.enter_frame(0).await.unwrap();
        let text = browser.text().await;
        assert!(!text.contains("Signet") && !text.contains("User name"), "{path}: {text}");
        browser.client.enter_parent_frame().await.unwrap();
    }
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_does_nothing() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let issuer = &scene.server.issuer;
    browser.go(&format!("{issuer}/login")).await;
    scene.sign_in().await;
    browser.arrives_at(&format!("{issuer}/account")).await;
    for (path, fields) in [
        ("/logout", ""),
        ("/account/authorizations", "<input name=all value=yes>"),
        ("/account/applications/new", "<input name=client_name value=Evil>"),
    ] {
        let html = format!(
            "<form method=post action=\"{issuer}{path}\">{fields}<button>Win a prize</button></form>"
        );
        browser.go(&foreign_page(html).await).await;
        browser.press("Win a prize").await;
        browser.arrives_at(issuer).await;
        browser.go(&format!("{issuer}/account")).await;
        browser.reads("Demo Person").await;
    }
    browser.go(&format!("{issuer}/account/applications")).await;
    assert!(!browser.text().await.contains("Evil"));
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_in_a_name_is_text() {
    let script = "<script>document.title='stolen'</script>";
    let scene = Scene::with(&format!(
        "[[applications]]\nclient_id = \"evil\"\nname = \"{script}\"\nclient_secret = \"evil-secret\"\n\
         grant_types = [\"authorization_code\"]\nredirect_uris = [\"https://evil.example/cb\"]\nscopes = [\"read\"]\n"
    ))
    .await;
    let browser = &scene.browser;
    let url = format!(
        "{}/oauth2/authorize?response_type=code&client_id=evil&scope=read&state={}",
        scene.server.issuer, "%22%3E%3Cscript%3Edocument.title%3D1%3C%2Fscript%3E"
    );
    browser.go(&url).await;
    browser.reads(script).await;
    scene.sign_in().await;
    browser.reads(script).await;
    browser.show("script-in-a-name").await;
    assert_ne!(browser.title().await, "stolen");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_uri_that_nobody_registered_is_told_and_not_followed() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let url = scene.request("demo-app", "").replace("/callback", "/elsewhere");
    browser.go(&url).await;
    browser.reads("redirect").await;
    browser.show("error").await;
    assert!(browser.url().await.starts_with(&scene.server.issuer));
    assert!(scene.landing.calls().is_empty());
    assert_eq!(parameter(&browser.url().await, "error"), None);
    scene.close().await;
}
