//! The authorization code flow, as a person meets it.

use crate::{
    scene::{Scene, parameter},
    support::{Request, eventually, token},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_consents_and_is_back_at_the_application() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    browser.go(&scene.request("demo-app", "&state=a%20b%26c&nonce=n-1")).await;
    browser.reads("Demo application").await;
    browser.show("sign-in").await;
    scene.sign_in().await;
    browser.reads("Authorize").await;
    let page = browser.text().await;
    for told in ["Demo application", "Demo Person", "Read your documents"] {
        assert!(page.contains(told), "{told} is not told: {page}");
    }
    browser.show("consent").await;
    browser.press("Authorize").await;

    let url = browser.arrives_at(&scene.landing.callback()).await;
    assert_eq!(parameter(&url, "state").as_deref(), Some("a b&c"));
    assert_eq!(parameter(&url, "iss").as_deref(), Some(scene.server.issuer.as_str()));
    let granted = scene.exchange("demo-app", &url).await;
    assert!(granted["refresh_token"].is_string(), "{granted}");
    let claims = token::claims(granted["id_token"].as_str().unwrap());
    assert_eq!((&claims["nonce"], &claims["aud"]), (&"n-1".into(), &"demo-app".into()));
    // No address of ours travels to the application.
    for call in scene.landing.calls() {
        assert!(!call.to_ascii_lowercase().contains("\nreferer:"), "{call}");
    }

    // Whoever has consented is not asked again while the grant lives.
    browser.go(&scene.request("demo-app", "&state=again")).await;
    let url = browser.arrives_at(&scene.landing.callback()).await;
    assert_eq!(parameter(&url, "state").as_deref(), Some("again"));
    scene.exchange("demo-app", &url).await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_says_no() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    browser.go(&scene.request("demo-app", "&state=s")).await;
    scene.sign_in().await;
    browser.press("Deny").await;
    let url = browser.arrives_at(&scene.landing.callback()).await;
    assert_eq!(parameter(&url, "error").as_deref(), Some("access_denied"), "{url}");
    assert_eq!(parameter(&url, "state").as_deref(), Some("s"));
    assert_eq!(parameter(&url, "code"), None);
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_said_and_the_next_attempt_goes_on() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    browser.go(&scene.request("demo-app", "")).await;
    browser.fill("username", "demo").await;
    browser.fill("password", "not the password").await;
    browser.press("Sign in").await;
    browser.reads("The user name or the password is wrong").await;
    browser.show("sign-in-wrong").await;
    scene.sign_in().await;
    browser.press("Authorize").await;
    browser.arrives_at(&scene.landing.callback()).await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_shown_to_be_copied_where_nobody_can_be_sent_back() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let out_of_band = "urn:ietf:wg:oauth:2.0:oob";
    browser
        .go(&format!(
            "{}/oauth2/authorize?client_id=demo-app&redirect_uri={out_of_band}&response_type=code",
            scene.server.issuer
        ))
        .await;
    scene.sign_in().await;
    browser.press("Authorize").await;
    browser.reads("code").await;
    browser.show("out-of-band").await;
    let code = browser.content("code").await;
    let form = format!("grant_type=authorization_code&code={code}&redirect_uri={out_of_band}");
    let request = Request::form("/oauth2/token", &form).basic("demo-app", "demo-app-secret");
    let answer = scene.server.send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(!browser.url().await.contains(&code), "the code is in no address");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_mid_flow_is_asked_for_again_and_nothing_is_lost() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    browser.go(&scene.request("demo-app", "&state=kept")).await;
    scene.sign_in().await;
    browser.reads("Authorize").await;
    browser.client.delete_all_cookies().await.unwrap();
    browser.press("Authorize").await;
    browser.reads("Password").await;
    scene.sign_in().await;
    browser.press("Authorize").await;
    let url = browser.arrives_at(&scene.landing.callback()).await;
    assert_eq!(parameter(&url, "state").as_deref(), Some("kept"));
    scene.exchange("demo-app", &url).await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_with_different_requests_each_end_at_their_own() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let first = browser.client.window().await.unwrap();
    browser.go(&scene.request("demo-app", "&state=first")).await;
    browser.reads("Password").await;
    let second = browser.client.new_window(true).await.unwrap().handle;
    browser.client.switch_to_window(second.clone()).await.unwrap();
    browser.go(&scene.request_of("other-app", "openid", "&state=second")).await;
    browser.reads("Password").await;

    // The form of the first was shown to nobody in particular, and the second has signed in since.
    scene.sign_in().await;
    browser.reads("Another application").await;
    browser.client.switch_to_window(first).await.unwrap();
    scene.sign_in().await;
    browser.reads("Demo application").await;
    browser.press("Authorize").await;
    let url = browser.arrives_at(&scene.landing.callback()).await;
    assert_eq!(parameter(&url, "state").as_deref(), Some("first"));
    scene.exchange("demo-app", &url).await;

    browser.client.switch_to_window(second).await.unwrap();
    browser.press("Authorize").await;
    let url = browser.arrives_at(&scene.landing.callback()).await;
    assert_eq!(parameter(&url, "state").as_deref(), Some("second"));
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_on_authorize_makes_one_good_code() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    browser.go(&scene.request("demo-app", "")).await;
    scene.sign_in().await;
    browser.reads("Authorize").await;
    browser.double_click("Authorize").await;
    let url = browser.arrives_at(&scene.landing.callback()).await;
    scene.exchange("demo-app", &url).await;
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_back_after_authorizing_can_go_on_again() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    browser.go(&scene.request("demo-app", "")).await;
    scene.sign_in().await;
    browser.press("Authorize").await;
    let url = browser.arrives_at(&scene.landing.callback()).await;
    scene.exchange("demo-app", &url).await;
    browser.client.back().await.unwrap();
    // The browser shows the page that it had, or asks for it again, which the grant that lives answers.
    eventually("the browser goes back", async || {
        browser.text().await.contains("Authorize") || browser.url().await != url
    })
    .await;
    if browser.text().await.contains("Authorize") {
        browser.press("Authorize").await;
    }
    let again = browser.arrives_at(&scene.landing.callback()).await;
    assert_ne!(parameter(&again, "code"), parameter(&url, "code"));
    scene.exchange("demo-app", &again).await;
    scene.close().await;
}
