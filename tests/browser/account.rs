//! The account, as a person meets it.

use crate::{
    scene::{Scene, parameter},
    support::{Request, people::PASSWORD, refreshing::refresh_token},
};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_up_registers_an_application_and_uses_it() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let issuer = &scene.server.issuer;
    browser.go(&format!("{issuer}/signup")).await;
    browser.fill("username", "ada").await;
    browser.fill("password", "short").await;
    browser.press("Create account").await;
    browser.reads("at least 8").await;
    browser.show("sign-up-refused").await;
    browser.fill("password", PASSWORD).await;
    browser.fill("name", "Ada Lovelace").await;
    browser.press("Create account").await;
    browser.arrives_at(&format!("{issuer}/account")).await;
    browser.show("account").await;

    browser.go(&format!("{issuer}/account/applications")).await;
    browser.show("applications-none").await;
    browser.go(&format!("{issuer}/account/applications/new")).await;
    browser.fill("client_name", "Analytical engine").await;
    browser.fill("redirect_uris", "javascript:alert(1)").await;
    browser.press("Register application").await;
    browser.reads("private-use scheme").await;
    browser.show("application-refused").await;
    browser.fill("redirect_uris", &scene.landing.callback()).await;
    browser.tick("Read your documents").await;
    browser.press("Register application").await;
    browser.reads("The secret").await;
    browser.show("application-new-secret").await;
    let [secret, client_id] = browser.copies().await;
    assert!(secret.starts_with("sgs_"), "{secret}");
    browser.client.refresh().await.unwrap();
    browser.go(&format!("{issuer}/account/applications/{client_id}")).await;
    assert!(!browser.text().await.contains(&secret), "the secret is shown once");

    // It is used at once, by the person who made it.
    browser.go(&scene.request_of(&client_id, "read", "&state=own")).await;
    browser.reads("Analytical engine").await;
    browser.press("Authorize").await;
    let url = browser.arrives_at(&scene.landing.callback()).await;
    let granted = scene.exchange_with(&client_id, &secret, &url).await;
    assert_eq!(granted["scope"], "read");

    browser.go(&format!("{issuer}/account/applications/{client_id}/delete")).await;
    browser.show("application-delete").await;
    browser.press("Delete for good").await;
    browser.arrives_at(&format!("{issuer}/account/applications")).await;
    let form = format!("grant_type=refresh_token&refresh_token={}", refresh_token(&granted));
    let request = Request::form("/oauth2/token", &form).basic(&client_id, &secret);
    assert_eq!(scene.server.send(request).await.status, 401, "it is gone");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_authorized_is_listed_and_ended() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let issuer = &scene.server.issuer;
    browser.go(&scene.request("demo-app", "")).await;
    scene.sign_in().await;
    browser.press("Authorize").await;
    let url = browser.arrives_at(&scene.landing.callback()).await;
    let granted = scene.exchange("demo-app", &url).await;

    browser.go(&format!("{issuer}/account/authorizations")).await;
    browser.reads("Demo application").await;
    browser.show("authorizations").await;
    browser.press("End access").await;
    browser.reads("No application has access").await;
    browser.show("authorizations-none").await;
    let form = format!("token={}", granted["access_token"].as_str().unwrap());
    let request = Request::form("/oauth2/introspect", &form).basic("demo-app", "demo-app-secret");
    assert_eq!(scene.server.send(request).await.text(), r#"{"active":false}"#);

    // Whoever has ended it is asked again.
    browser.go(&scene.request("demo-app", "")).await;
    browser.reads("Authorize").await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_changes_their_password_and_signs_out() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let issuer = &scene.server.issuer;
    browser.go(&format!("{issuer}/signup")).await;
    browser.fill("username", "grace").await;
    browser.fill("password", PASSWORD).await;
    browser.press("Create account").await;
    browser.arrives_at(&format!("{issuer}/account")).await;

    browser.go(&format!("{issuer}/account/password")).await;
    browser.fill("current_password", "not this one").await;
    browser.fill("new_password", "another horse battery").await;
    browser.press("Change password").await;
    browser.reads("not the password in use").await;
    browser.show("new-password-refused").await;
    browser.fill("current_password", PASSWORD).await;
    browser.fill("new_password", "another horse battery").await;
    browser.press("Change password").await;
    browser.arrives_at(&format!("{issuer}/account")).await;
    browser.reads("grace").await;

    browser.press("Sign out").await;
    browser.reads("You are signed out").await;
    browser.show("signed-out").await;
    browser.client.back().await.unwrap();
    browser.go(&format!("{issuer}/account")).await;
    browser.reads("Password").await;
    browser.fill("username", "grace").await;
    browser.fill("password", "another horse battery").await;
    browser.press("Sign in").await;
    browser.arrives_at(&format!("{issuer}/account")).await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_signs_a_person_out_and_has_them_back() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let issuer = &scene.server.issuer;
    browser.go(&scene.request("demo-app", "")).await;
    scene.sign_in().await;
    browser.press("Authorize").await;
    let url = browser.arrives_at(&scene.landing.callback()).await;
    let granted = scene.exchange("demo-app", &url).await;
    let out = format!("{}/out", scene.landing.origin());

    // Without an ID token the person is asked.
    browser.go(&format!("{issuer}/oauth2/logout?client_id=demo-app")).await;
    browser.reads("Demo application").await;
    browser.show("end-session").await;
    browser.press("Stay signed in").await;
    browser.arrives_at(&format!("{issuer}/account")).await;

    let id_token = granted["id_token"].as_str().unwrap();
    browser
        .go(&format!(
            "{issuer}/oauth2/logout?id_token_hint={id_token}&post_logout_redirect_uri={out}&state=bye"
        ))
        .await;
    let url = browser.arrives_at(&out).await;
    assert_eq!(parameter(&url, "state").as_deref(), Some("bye"));
    browser.go(&format!("{issuer}/account")).await;
    browser.reads("Password").await;
    scene.close().await;
}
