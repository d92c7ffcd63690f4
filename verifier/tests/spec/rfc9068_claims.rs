//! RFC 9068 section 2.2, RFC 7519 section 4.1: which claims an access token has, and what they must say.

use std::time::Duration;

use serde_json::{Value, json};
use signet_verifier::{AccessTokenClaims, Algorithm, Audience, Rejection, jws::MalformedClaims};

use crate::support::{AUDIENCE, ISSUER, NOW, Signer, Token, claims, offline, verdict};

fn signer() -> Signer {
    Signer::new(Algorithm::EdDsa)
}

#[tokio::test]
async fn claims_of_people_are_read_and_unknown_ones_ignored() {
    let claims = verdict(|token| {
        token
            .with("auth_time", json!(NOW - 5))
            .with("roles", json!(["consumer"]))
            .with("sid", json!("s1"))
            .with("cnf", json!({"jkt": "unknown here"}))
    });
    let claims = claims.await.unwrap();
    assert_eq!((claims.auth_time, claims.sid.as_deref()), (Some(NOW - 5), Some("s1")));
    assert_eq!(claims.roles, ["consumer"]);
}

#[test]
fn claims_are_written_in_a_fixed_order_and_without_nulls() {
    let mut claims: AccessTokenClaims = serde_json::from_value(claims(ISSUER)).unwrap();
    let names = |claims: &AccessTokenClaims| {
        let json = serde_json::to_string(claims).unwrap();
        let mut names: Vec<_> = json.split(['{', ',']).filter_map(|m| m.split_once(':')).collect();
        names.retain(|(name, _)| name.starts_with('"'));
        names.into_iter().map(|(name, _)| name.trim_matches('"').to_owned()).collect::<Vec<_>>()
    };
    let required = ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope"];
    assert_eq!(names(&claims), required);
    claims.nbf = Some(NOW);
    claims.auth_time = Some(NOW);
    claims.roles = vec!["consumer".into()];
    claims.sid = Some("s1".into());
    let all = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti", "client_id", "scope"];
    assert_eq!(names(&claims), [&all[..], &["auth_time", "roles", "sid"]].concat());
}

#[tokio::test]
async fn a_payload_that_is_no_set_of_claims_is_refused() {
    for (payload, reason) in [
        (&b"\xff\xfe{}"[..], MalformedClaims::NotAnObject),
        (b"", MalformedClaims::NotAnObject),
        (b"[]", MalformedClaims::NotAnObject),
        (b"{\"iss\":\"\xff\"}", MalformedClaims::NotAnObject),
        (b"{\"iss\":\"a\",\"iss\":\"b\"}", MalformedClaims::DuplicateName),
    ] {
        let verdict = verdict(|token| token.raw_payload(payload)).await;
        assert_eq!(verdict, Err(Rejection::MalformedClaims(reason)));
    }
}

#[tokio::test]
async fn section_2_2_every_required_claim_must_be_there() {
    for name in AccessTokenClaims::REQUIRED {
        let verdict = verdict(|token| token.with(name, Value::Null)).await;
        assert_eq!(verdict, Err(Rejection::MissingClaim(name)));
    }
}

#[tokio::test]
async fn section_2_2_claims_of_the_wrong_type_are_refused() {
    for (name, value) in [
        ("iss", json!(1)),
        ("sub", json!(["demo"])),
        ("aud", json!({"a": 1})),
        ("aud", json!([1])),
        ("exp", json!("1900000000")),
        ("exp", json!(1_900_000_000.5)),
        ("exp", json!(1.9e9)),
        ("exp", json!(-1)),
        ("iat", json!(true)),
        ("nbf", json!("soon")),
        ("jti", json!(7)),
        ("client_id", json!({})),
        ("scope", json!(["read"])),
    ] {
        let verdict = verdict(|token| token.with(name, value.clone())).await;
        let wrong_type = Rejection::MalformedClaims(MalformedClaims::WrongType);
        assert_eq!(verdict, Err(wrong_type), "{name}: {value}");
    }
}

#[tokio::test]
async fn section_4_iss_must_match_byte_for_byte() {
    for iss in ["https://issuer.example/", "https://ISSUER.example", "https://issuer.example:443"] {
        let verdict = verdict(|token| token.with("iss", json!(iss))).await;
        assert_eq!(verdict, Err(Rejection::WrongIssuer), "{iss}");
    }
}

#[tokio::test]
async fn section_4_aud_must_contain_the_audience() {
    let several = json!(["https://other.example", AUDIENCE]);
    let claims = verdict(|token| token.with("aud", several)).await.unwrap();
    assert_eq!(claims.aud.iter().count(), 2);
    for aud in [
        json!("https://other.example"),
        json!("https://api.example.com/"),
        json!([]),
        json!(["https://api.example.co", "m"]),
    ] {
        let verdict = verdict(|token| token.with("aud", aud.clone())).await;
        assert_eq!(verdict, Err(Rejection::WrongAudience), "{aud}");
    }
}

#[tokio::test]
async fn any_audience_accepts_what_is_meant_for_others() {
    let signer = signer();
    let token = Token::new(&signer).with("aud", json!("https://other.example")).sign(&signer);
    let verifier = offline(&[&signer]).any_audience().build().unwrap();
    let verified = verifier.verify(&token).await.unwrap();
    assert_eq!(verified.aud, Audience::One("https://other.example".into()));
}

#[tokio::test]
async fn rfc_7519_section_4_1_4_a_token_ends_at_exp_plus_the_leeway() {
    for (exp, expected) in [(NOW - 9, true), (NOW - 10, false), (0, false), (u64::MAX, true)] {
        let verdict = verdict(|token| token.with("exp", json!(exp))).await;
        assert_eq!(verdict.is_ok(), expected, "{exp}");
        assert!(expected || verdict == Err(Rejection::Expired));
    }
    let signer = signer();
    let verifier = offline(&[&signer]).leeway(Duration::ZERO).build().unwrap();
    let token = Token::new(&signer).with("exp", json!(NOW)).sign(&signer);
    assert_eq!(verifier.verify(&token).await, Err(Rejection::Expired));
    let token = Token::new(&signer).with("exp", json!(NOW + 1)).sign(&signer);
    verifier.verify(&token).await.unwrap();
}

#[tokio::test]
async fn rfc_7519_section_4_1_5_a_token_begins_at_nbf_less_the_leeway() {
    verdict(|token| token.with("nbf", json!(NOW + 10))).await.unwrap();
    let early = verdict(|token| token.with("nbf", json!(NOW + 11))).await;
    assert_eq!(early, Err(Rejection::NotYetValid));
}

#[tokio::test]
async fn a_token_from_the_future_is_refused() {
    verdict(|token| token.with("iat", json!(NOW + 10))).await.unwrap();
    let future = verdict(|token| token.with("iat", json!(NOW + 11))).await;
    assert_eq!(future, Err(Rejection::IssuedInTheFuture));
}

#[tokio::test]
async fn a_verified_token_still_has_to_carry_the_scope() {
    let signer = signer();
    let verifier = offline(&[&signer]).build().unwrap();
    let verified = verifier.verify(&Token::new(&signer).sign(&signer)).await.unwrap();
    verified.require_scope("read").unwrap();
    for scope in ["admin", "READ", "rea", "read write", ""] {
        let refused = verified.require_scope(scope);
        assert_eq!(refused, Err(Rejection::InsufficientScope(scope.into())));
    }
    let without = Token::new(&signer).with("scope", Value::Null).sign(&signer);
    let verified = verifier.verify(&without).await.unwrap();
    verified.require_scope("read").unwrap_err();
}
