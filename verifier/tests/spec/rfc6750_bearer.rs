//! RFC 6750: the header, and what a rejection looks like from outside.

use signet_verifier::{
    Algorithm, Rejection, bearer,
    jws::{MalformedClaims, MalformedJws},
};

use crate::support::{Signer, Token, offline};

#[test]
fn without_the_header_there_is_no_token() {
    assert_eq!(bearer::token(None), Err(Rejection::NoToken));
}

#[test]
fn another_scheme_is_no_token() {
    for value in ["", "Basic ZGVtbzpkZW1v", "Bearerx", "BearerToken abc", "DPoP abc"] {
        assert_eq!(bearer::token(Some(value.as_bytes())), Err(Rejection::NoToken), "{value}");
    }
}

#[test]
fn the_scheme_is_case_insensitive() {
    for value in ["Bearer mF_9.B5f-4.1JqM", "bearer mF_9.B5f-4.1JqM", "BEARER   mF_9.B5f-4.1JqM"] {
        assert_eq!(bearer::token(Some(value.as_bytes())), Ok("mF_9.B5f-4.1JqM"), "{value}");
    }
}

#[test]
fn section_2_1_only_a_b64token_may_follow() {
    assert_eq!(bearer::token(Some(b"Bearer aZ09-._~+/==")), Ok("aZ09-._~+/=="));
    for value in
        ["Bearer", "Bearer ", "Bearer ==", "Bearer a b", "Bearer a,b", "Bearer a=b", "Bearer \ta"]
    {
        assert_eq!(
            bearer::token(Some(value.as_bytes())),
            Err(Rejection::InvalidRequest),
            "{value}"
        );
    }
    assert_eq!(bearer::token(Some(b"Bearer \xff\xfe")), Err(Rejection::InvalidRequest));
}

#[tokio::test]
async fn a_header_is_verified_in_one_call() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = offline(&[&signer]).build().unwrap();
    let header = format!("bearer {}", Token::new(&signer).sign(&signer));
    let verified = verifier.verify_authorization_header(Some(header.as_bytes())).await.unwrap();
    assert_eq!(verified.client_id, "demo");
    assert_eq!(verifier.verify_authorization_header(None).await, Err(Rejection::NoToken));
}

#[test]
fn section_3_1_every_rejection_has_its_status_and_code() {
    let invalid_token = (401, Some("invalid_token"));
    for (rejection, expected) in [
        (Rejection::NoToken, (401, None)),
        (Rejection::InvalidRequest, (400, Some("invalid_request"))),
        (Rejection::MalformedToken(MalformedJws::TooLong), invalid_token),
        (Rejection::WrongType, invalid_token),
        (Rejection::NoKeyId, invalid_token),
        (Rejection::UnknownKey, invalid_token),
        (Rejection::AlgorithmMismatch, invalid_token),
        (Rejection::BadSignature, invalid_token),
        (Rejection::MalformedClaims(MalformedClaims::WrongType), invalid_token),
        (Rejection::MissingClaim("jti"), invalid_token),
        (Rejection::WrongIssuer, invalid_token),
        (Rejection::WrongAudience, invalid_token),
        (Rejection::Expired, invalid_token),
        (Rejection::NotYetValid, invalid_token),
        (Rejection::IssuedInTheFuture, invalid_token),
        (Rejection::InsufficientScope("read".into()), (403, Some("insufficient_scope"))),
        (Rejection::KeysUnavailable, (503, None)),
    ] {
        assert_eq!((rejection.status(), rejection.error()), expected, "{rejection:?}");
    }
}

#[test]
fn section_3_1_without_a_token_the_challenge_has_no_error() {
    assert_eq!(Rejection::NoToken.www_authenticate("api"), "Bearer realm=\"api\"");
}

#[test]
fn section_3_the_challenge_says_what_is_wrong() {
    assert_eq!(
        Rejection::Expired.www_authenticate("api"),
        "Bearer realm=\"api\", error=\"invalid_token\", \
         error_description=\"the token has expired\""
    );
}

#[test]
fn section_3_1_a_missing_scope_is_named() {
    assert_eq!(
        Rejection::InsufficientScope("read".into()).www_authenticate("api"),
        "Bearer realm=\"api\", error=\"insufficient_scope\", \
         error_description=\"the token lacks a scope that the request needs\", scope=\"read\""
    );
}

#[test]
fn section_3_illegal_characters_cannot_break_out_of_the_challenge() {
    let challenge =
        Rejection::InsufficientScope("a\"\r\n\\é".into()).www_authenticate("x\", y=\"\r\nSet: z");
    assert!(challenge.starts_with("Bearer realm=\"x?, y=???Set: z\", "), "{challenge}");
    assert!(challenge.ends_with("scope=\"a?????\""), "{challenge}");
}
