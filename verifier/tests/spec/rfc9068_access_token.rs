//! RFC 9068 sections 2.1 and 4: the header, the key and the signature of an access token.

use serde_json::{Value, json};
use signet_verifier::{
    Algorithm, Rejection, Verifier,
    jwk::{Jwk, JwkSet},
    jws::MalformedJws,
};

use crate::support::{
    AUDIENCE, ISSUER, NOW, Signer, TestClock, Token, offline, says,
    signer::{decode, encode},
    vectors, verdict,
};

#[tokio::test]
async fn a_right_token_is_accepted_with_every_algorithm() {
    for algorithm in Algorithm::ALL {
        let signer = Signer::new(algorithm);
        let claims = says(&signer, &Token::new(&signer).sign(&signer)).await.unwrap();
        assert_eq!((claims.iss.as_str(), claims.exp), (ISSUER, NOW + 600), "{algorithm}");
        assert!(claims.has_scope("read") && !claims.has_scope("rea"));
    }
}

#[tokio::test]
async fn section_4_typ_must_be_at_jwt() {
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "application/AT+JWT"] {
        verdict(|token| token.with_header("typ", json!(typ))).await.unwrap();
    }
    for typ in [json!("JWT"), json!("jwt"), json!("logout+jwt"), json!(""), Value::Null] {
        let verdict = verdict(|token| token.with_header("typ", typ.clone())).await;
        assert_eq!(verdict, Err(Rejection::WrongType), "{typ}");
    }
}

#[tokio::test]
async fn section_4_alg_none_is_refused_with_and_without_a_signature() {
    let signer = Signer::new(Algorithm::EdDsa);
    for alg in ["none", "None", "nOnE"] {
        let token = Token::new(&signer).with_header("alg", json!(alg));
        for token in [token.with_signature(b""), token.sign(&signer)] {
            let unsupported = Rejection::MalformedToken(MalformedJws::UnsupportedAlgorithm);
            assert_eq!(says(&signer, &token).await, Err(unsupported), "{alg}");
        }
    }
}

#[tokio::test]
async fn an_hmac_keyed_with_the_public_key_is_refused() {
    let signer = Signer::new(Algorithm::Rs256);
    let token = Token::new(&signer).with_header("alg", json!("HS256"));
    let public = serde_json::to_vec(&signer.jwk()).unwrap();
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &public);
    let tag = ring::hmac::sign(&secret, token.signing_input().as_bytes());
    let verdict = says(&signer, &token.with_signature(tag.as_ref())).await;
    let unsupported = Rejection::MalformedToken(MalformedJws::UnsupportedAlgorithm);
    assert_eq!(verdict, Err(unsupported));
}

#[tokio::test]
async fn an_algorithm_that_is_not_the_keys_is_refused() {
    let (rs256, ps256) = (Signer::new(Algorithm::Rs256), Signer::new(Algorithm::Ps256));
    let token = Token::new(&ps256).sign(&ps256);
    assert_eq!(rs256.kid(), ps256.kid());
    assert_eq!(says(&rs256, &token).await, Err(Rejection::AlgorithmMismatch));
}

#[tokio::test]
async fn among_keys_of_one_name_the_one_for_the_algorithm_is_used() {
    let (rs256, ps256) = (Signer::new(Algorithm::Rs256), Signer::new(Algorithm::Ps256));
    let verifier = offline(&[&rs256, &ps256]).build().unwrap();
    verifier.verify(&Token::new(&rs256).sign(&rs256)).await.unwrap();
    verifier.verify(&Token::new(&ps256).sign(&ps256)).await.unwrap();
}

#[tokio::test]
async fn keys_that_the_header_brings_along_are_ignored() {
    let (ours, theirs) = (Signer::seeded(1), Signer::seeded(2));
    let with_theirs = Token::new(&ours)
        .with_header("jwk", serde_json::to_value(theirs.jwk()).unwrap())
        .with_header("jku", json!("https://attacker.example/jwks.json"))
        .with_header("x5u", json!("https://attacker.example/cert.pem"))
        .with_header("x5c", json!(["MIIB"]));
    let forged = with_theirs.sign(&theirs);
    assert_eq!(says(&ours, &forged).await, Err(Rejection::BadSignature));
    says(&ours, &with_theirs.sign(&ours)).await.unwrap();
    let with_their_kid = with_theirs.with_header("kid", json!(theirs.kid())).sign(&theirs);
    assert_eq!(says(&ours, &with_their_kid).await, Err(Rejection::UnknownKey));
}

#[tokio::test]
async fn crit_and_repeated_header_members_are_refused() {
    let crit = verdict(|token| token.with_header("crit", json!(["exp"]))).await;
    assert_eq!(crit, Err(Rejection::MalformedToken(MalformedJws::CriticalHeader)));
    let kid = Signer::new(Algorithm::EdDsa).kid().to_owned();
    let twice = format!(r#"{{"alg":"EdDSA","typ":"JWT","typ":"at+jwt","kid":"{kid}"}}"#);
    let twice = verdict(|token| token.raw_header(&twice)).await;
    assert_eq!(twice, Err(Rejection::MalformedToken(MalformedJws::DuplicateHeaderMember)));
}

#[tokio::test]
async fn a_token_must_name_its_key() {
    let verdict = verdict(|token| token.with_header("kid", Value::Null)).await;
    assert_eq!(verdict, Err(Rejection::NoKeyId));
}

#[tokio::test]
async fn changed_claims_and_changed_signatures_do_not_verify() {
    let signer = Signer::new(Algorithm::EdDsa);
    let signature = signer.sign(Token::new(&signer).signing_input().as_bytes());
    let changed = Token::new(&signer).with("sub", json!("admin")).with_signature(&signature);
    assert_eq!(says(&signer, &changed).await, Err(Rejection::BadSignature));
    let es256 = Signer::new(Algorithm::Es256);
    let zeros = Token::new(&es256).with_signature(&[0; 64]);
    assert_eq!(says(&es256, &zeros).await, Err(Rejection::BadSignature));
}

#[tokio::test]
async fn what_is_no_jws_is_refused_whatever_it_looks_like() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = Token::new(&signer).sign(&signer);
    let (message, _) = token.rsplit_once('.').unwrap();
    for (text, reason) in [
        (String::new(), MalformedJws::NotThreeParts),
        (message.to_owned(), MalformedJws::NotThreeParts),
        (format!("{token}.e30.e30"), MalformedJws::NotThreeParts),
        (".....".to_owned(), MalformedJws::NotThreeParts),
        ("a".repeat(1024 * 1024), MalformedJws::TooLong),
        (format!("{token}."), MalformedJws::NotThreeParts),
        ("..".to_owned(), MalformedJws::Header),
        ("\0.\0.\0".to_owned(), MalformedJws::NotBase64url),
    ] {
        let verdict = says(&signer, &text).await;
        assert_eq!(verdict, Err(Rejection::MalformedToken(reason)));
    }
    let truncated = says(&signer, &token[..token.len() - 2]).await;
    assert_eq!(truncated, Err(Rejection::BadSignature));
}

#[tokio::test]
async fn an_unusable_key_in_the_set_is_as_good_as_absent() {
    let signer = Signer::new(Algorithm::Es256);
    let short = Jwk { x: Some(encode(&decode(vectors::P256_X)[1..])), ..signer.jwk() };
    let good = Signer::seeded(1);
    let keys = JwkSet { keys: vec![short, good.jwk()] };
    let builder = Verifier::builder(ISSUER, AUDIENCE).keys(keys).clock(TestClock::new());
    let verdict = builder.build().unwrap().verify(&Token::new(&signer).sign(&signer)).await;
    assert_eq!(verdict, Err(Rejection::UnknownKey));
}
