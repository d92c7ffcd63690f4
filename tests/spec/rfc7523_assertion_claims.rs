//! RFC 7523 section 3, points 1 to 7: what an assertion must say.

use serde_json::json;
use signet::clock::Clock;

use crate::{
    rfc7523_private_key_jwt::{assert_accepted, assert_refused, server},
    support::{
        Request,
        assertion::{Assertion, asserted, asserted_form},
    },
};

const TOKEN: &str = "/oauth2/token";

#[tokio::test]
async fn the_audience_may_be_the_issuer_the_token_endpoint_or_a_list_with_one_of_them() {
    let (server, key, _) = server().await;
    let issuer = server.issuer.as_str();
    let endpoint = format!("{issuer}/oauth2/token");
    for aud in [
        json!(issuer),
        json!(endpoint),
        json!([issuer]),
        json!([endpoint]),
        json!(["https://elsewhere.example.com", issuer]),
    ] {
        let assertion = Assertion::of("signer", &server).claim("aud", aud.clone()).sign(&key);
        assert_accepted(&server, &aud.to_string(), &assertion).await;
    }
}

#[tokio::test]
async fn an_assertion_for_somebody_else_is_refused() {
    let (server, key, _) = server().await;
    let issuer = server.issuer.as_str();
    for aud in [
        json!("https://elsewhere.example.com"),
        json!(format!("{issuer}/")),
        json!(format!("{issuer}/oauth2")),
        json!(issuer.to_uppercase()),
        json!(["https://elsewhere.example.com", "signer"]),
        json!([]),
        json!(""),
        json!(null),
        json!(7),
        json!({"aud": issuer}),
    ] {
        let assertion = Assertion::of("signer", &server).claim("aud", aud.clone()).sign(&key);
        assert_refused(&server, &aud.to_string(), &assertion).await;
    }
}

#[tokio::test]
async fn a_required_claim_that_is_missing_is_not_made_up() {
    let (server, key, _) = server().await;
    for name in ["iss", "sub", "aud", "exp", "jti"] {
        let assertion = Assertion::of("signer", &server).without(name).sign(&key);
        assert_refused(&server, name, &assertion).await;
        // With the client_id beside it, it is no better.
        let form = asserted_form(&Assertion::of("signer", &server).without(name).sign(&key));
        let answer = server.send(Request::form(TOKEN, &format!("{form}&client_id=signer"))).await;
        answer.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_claim_of_the_wrong_type_is_refused() {
    let (server, key, _) = server().await;
    let soon = server.clock.now() + 60;
    for (name, value) in [
        ("exp", json!(soon.to_string())),
        ("exp", json!(-1)),
        ("exp", json!(null)),
        ("exp", json!([soon])),
        ("nbf", json!("now")),
        ("iat", json!("now")),
        ("jti", json!(7)),
        ("jti", json!("")),
        ("jti", json!(null)),
        ("iss", json!(["signer"])),
        ("sub", json!(["signer"])),
    ] {
        let assertion = Assertion::of("signer", &server).claim(name, value.clone()).sign(&key);
        assert_refused(&server, &format!("{name} = {value}"), &assertion).await;
    }
}

#[tokio::test]
async fn an_expired_assertion_is_refused_after_a_leeway_of_thirty_seconds() {
    let (server, key, _) = server().await;
    let now = server.clock.now();
    for (exp, good) in
        [(now + 1, true), (now, true), (now - 29, true), (now - 30, false), (1, false)]
    {
        let assertion = Assertion::of("signer", &server).claim("exp", exp).sign(&key);
        let answer = server.send(asserted(&assertion)).await;
        assert_eq!(answer.status == 200, good, "exp = now - {}: {answer:?}", now.abs_diff(exp));
    }
}

#[tokio::test]
async fn an_assertion_that_would_live_for_more_than_an_hour_is_refused() {
    let (server, key, _) = server().await;
    let now = server.clock.now();
    let until = |exp: u64| Assertion::of("signer", &server).claim("exp", exp).sign(&key);
    assert_accepted(&server, "an hour", &until(now + 3600)).await;
    assert_refused(&server, "an hour and a second", &until(now + 3601)).await;
    assert_refused(&server, "for ever", &until(u64::MAX)).await;
}

#[tokio::test]
async fn an_assertion_from_the_future_is_refused_but_for_a_leeway_of_thirty_seconds() {
    let (server, key, _) = server().await;
    let now = server.clock.now();
    for name in ["nbf", "iat"] {
        let from = |time: u64| Assertion::of("signer", &server).claim(name, time).sign(&key);
        assert_accepted(&server, name, &from(now - 5)).await;
        assert_accepted(&server, name, &from(now + 30)).await;
        assert_refused(&server, name, &from(now + 31)).await;
    }
}

/// RFC 7519 section 2: a `NumericDate` is a JSON number, and "non-integer values can be represented".
#[tokio::test]
async fn dates_may_have_a_fraction() {
    let (server, key, _) = server().await;
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit a double exactly")]
    let now = server.clock.now() as f64;
    let assertion =
        Assertion::of("signer", &server).claim("exp", now + 60.5).claim("iat", now + 0.25);
    assert_accepted(&server, "a fraction", &assertion.sign(&key)).await;
}

#[tokio::test]
async fn issuer_and_subject_must_both_be_the_client() {
    let (server, key, _) = server().await;
    for (iss, sub) in [
        ("other-signer", "signer"),
        ("signer", "other-signer"),
        ("other-signer", "other-signer"),
        ("service", "service"),
        ("nobody", "nobody"),
        ("", ""),
    ] {
        let assertion =
            Assertion::of("signer", &server).claim("iss", iss).claim("sub", sub).sign(&key);
        assert_refused(&server, &format!("iss = {iss}, sub = {sub}"), &assertion).await;
    }
}
