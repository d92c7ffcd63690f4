//! The device flow, as a person meets it: a television shows a code, a browser takes it.

use std::time::Duration;

use serde_json::Value;

use crate::{scene::Scene, support::Request};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn asked(scene: &Scene) -> Value {
    let form = "client_id=television&scope=openid%20profile%20read";
    let answer = scene.server.send(Request::form("/oauth2/device_authorization", form)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

async fn poll(scene: &Scene, device_code: &str) -> Value {
    let form = format!("grant_type={GRANT}&client_id=television&device_code={device_code}");
    scene.server.send(Request::form("/oauth2/token", &form)).await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_types_the_code_of_their_television() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let asked = asked(&scene).await;
    let device_code = asked["device_code"].as_str().unwrap();
    assert_eq!(poll(&scene, device_code).await["error"], "authorization_pending");

    browser.go(asked["verification_uri"].as_str().unwrap()).await;
    scene.sign_in().await;
    browser.reads("Code that your device shows").await;
    browser.show("device").await;
    browser.fill("user_code", "BBBB-BBBB").await;
    browser.press("Continue").await;
    browser.reads("code").await;
    browser.show("device-wrong-code").await;
    let user_code = asked["user_code"].as_str().unwrap();
    browser.fill("user_code", &user_code.to_lowercase().replace('-', " ")).await;
    browser.press("Continue").await;
    browser.reads("Living-room television").await;
    browser.reads(user_code).await;
    browser.show("device-question").await;
    browser.press("Authorize").await;
    browser.reads("device").await;
    browser.show("device-done").await;

    scene.server.clock.advance(Duration::from_secs(10));
    let granted = poll(&scene, device_code).await;
    assert!(granted["refresh_token"].is_string() && granted["id_token"].is_string(), "{granted}");
    scene.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_follows_the_link_of_a_television_and_denies_it() {
    let scene = Scene::open().await;
    let browser = &scene.browser;
    let asked = asked(&scene).await;
    browser.go(asked["verification_uri_complete"].as_str().unwrap()).await;
    scene.sign_in().await;
    if browser.text().await.contains("Continue") {
        browser.press("Continue").await;
    }
    browser.reads("Living-room television").await;
    browser.press("Deny").await;
    browser.reads("See which applications have access").await;
    let denied = poll(&scene, asked["device_code"].as_str().unwrap()).await;
    assert_eq!(denied["error"], "access_denied", "{denied}");
    scene.close().await;
}
