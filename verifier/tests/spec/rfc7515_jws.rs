//! RFC 7515: the compact form, read strictly, and the published signatures.

use serde_json::json;
use signet_verifier::{
    Algorithm,
    jwk::{BadSignature, PublicKey},
    jws::{CompactJws, MAX_LENGTH, MalformedClaims, MalformedJws, SignatureError},
};

use crate::support::{
    Signer, Token,
    signer::{decode, encode},
    vectors,
};

fn refused(token: &str) -> MalformedJws {
    CompactJws::parse(token).expect_err("the token is malformed")
}

fn with_header(header: &str) -> String {
    format!("{}.{}.{}", encode(header), encode("{}"), encode("signature"))
}

#[test]
fn the_vectors_of_rfc_7515_a2_a3_and_rfc_8037_a4_verify() {
    for (algorithm, token) in [
        (Algorithm::Rs256, vectors::RS256_JWS),
        (Algorithm::Es256, vectors::ES256_JWS),
        (Algorithm::EdDsa, vectors::EDDSA_JWS),
    ] {
        let key = PublicKey::from_jwk(&Signer::new(algorithm).jwk()).unwrap();
        let (message, signature) = token.rsplit_once('.').unwrap();
        key.verify(message.as_bytes(), &decode(signature)).unwrap();
        assert_eq!(key.verify(b"another message", &decode(signature)), Err(BadSignature));
        let jws = CompactJws::parse(token).unwrap();
        assert_eq!(jws.header().alg, algorithm);
        jws.verify(&key).unwrap();
    }
}

#[test]
fn every_algorithm_verifies_what_its_key_signed() {
    for algorithm in Algorithm::ALL {
        let signer = Signer::new(algorithm);
        let token = Token::new(&signer).sign(&signer);
        let key = PublicKey::from_jwk(&signer.jwk()).unwrap();
        CompactJws::parse(&token).unwrap().verify(&key).unwrap();
    }
}

#[test]
fn the_payload_comes_with_the_proof_and_as_a_type() {
    let signer = Signer::new(Algorithm::EdDsa);
    let key = PublicKey::from_jwk(&signer.jwk()).unwrap();
    let token = Token::new(&signer).raw_payload("{\"a\":1}").sign(&signer);
    let jws = CompactJws::parse(&token).unwrap();
    let payload = jws.verify(&key).unwrap();
    assert_eq!(payload.as_bytes(), b"{\"a\":1}");
    assert_eq!(payload.claims::<serde_json::Value>().unwrap(), json!({"a": 1}));
}

#[test]
fn claims_with_a_name_twice_are_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let key = PublicKey::from_jwk(&signer.jwk()).unwrap();
    let token = Token::new(&signer).raw_payload("{\"a\":1,\"a\":2}").sign(&signer);
    let jws = CompactJws::parse(&token).unwrap();
    let claims = jws.verify(&key).unwrap().claims::<serde_json::Value>();
    assert_eq!(claims, Err(MalformedClaims::DuplicateName));
    assert_eq!(jws.dangerous_unverified_claim("a"), None);
}

#[test]
fn a_token_beyond_16_kib_is_refused_before_any_work() {
    assert_eq!(refused(&"a".repeat(MAX_LENGTH + 1)), MalformedJws::TooLong);
    assert_eq!(refused(&"a.".repeat(500_000)), MalformedJws::TooLong);
    assert_eq!(refused(&"a".repeat(MAX_LENGTH)), MalformedJws::NotThreeParts);
}

#[test]
fn only_three_parts_are_a_jws() {
    for token in ["", "a", "a.b", "a.b.c.d", "a.b.c.d.e", ".....", vectors::ES256_X5] {
        assert_eq!(refused(token), MalformedJws::NotThreeParts, "{token}");
    }
}

#[test]
fn section_5_2_nothing_but_base64url_is_decoded() {
    let (message, signature) = vectors::ES256_JWS.rsplit_once('.').unwrap();
    for token in [
        format!("{message}.{signature}="),
        format!("{message}.{signature}\n"),
        format!(" {message}.{signature}"),
        format!("{message}.+{}", &signature[1..]),
        format!("{message}.é"),
    ] {
        assert_eq!(refused(&token), MalformedJws::NotBase64url, "{token}");
    }
}

#[test]
fn stray_bits_at_the_end_do_not_make_a_second_spelling() {
    // The last character of a 64-byte signature carries two bits; Q and R differ in those unused.
    let other_spelling = vectors::ES256_JWS.strip_suffix('Q').unwrap().to_owned() + "R";
    assert_eq!(refused(&other_spelling), MalformedJws::NotBase64url);
}

#[test]
fn section_4_a_header_member_twice_is_refused() {
    for header in [r#"{"alg":"ES256","alg":"ES256"}"#, r#"{"alg":"ES256","x":1,"x":2}"#] {
        assert_eq!(refused(&with_header(header)), MalformedJws::DuplicateHeaderMember);
    }
    // The same name in another spelling is the same name.
    let escaped = "{\"alg\":\"none\",\"\\u0061lg\":\"ES256\"}";
    assert_eq!(refused(&with_header(escaped)), MalformedJws::DuplicateHeaderMember);
}

#[test]
fn section_4_1_1_alg_must_be_present_and_be_ours() {
    for alg in ["none", "None", "NONE", "", "HS256", "HS512", "RS512", "es256", "ES256K", "dir"] {
        let header = json!({"alg": alg}).to_string();
        assert_eq!(refused(&with_header(&header)), MalformedJws::UnsupportedAlgorithm, "{alg}");
    }
    for header in ["{}", r#"{"alg":1}"#, r#"{"alg":null}"#, r#"{"alg":["ES256"]}"#] {
        assert_eq!(refused(&with_header(header)), MalformedJws::Header, "{header}");
    }
}

#[test]
fn section_4_1_11_crit_is_refused_whatever_it_lists() {
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!(["alg"]), json!(null)] {
        let header = json!({"alg": "ES256", "crit": crit, "exp": 1_363_284_000}).to_string();
        assert_eq!(refused(&with_header(&header)), MalformedJws::CriticalHeader, "{header}");
    }
}

#[test]
fn a_header_that_is_no_object_of_strings_is_refused() {
    for header in ["", "[]", "1", "{", "{}x", "\u{feff}{}", r#"{"alg":"ES256","kid":7}"#] {
        assert_eq!(refused(&with_header(header)), MalformedJws::Header, "{header}");
    }
    let deep = format!("{{\"alg\":\"ES256\",\"x\":{}", "[".repeat(5000));
    assert_eq!(refused(&with_header(&deep)), MalformedJws::Header);
}

#[test]
fn section_4_1_9_typ_is_a_media_type_in_any_case_and_with_or_without_its_prefix() {
    let typ_is = |typ: &str| {
        let token = with_header(&json!({"alg": "ES256", "typ": typ}).to_string());
        CompactJws::parse(&token).unwrap().header().typ_is("at+jwt")
    };
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt"] {
        assert!(typ_is(typ), "{typ}");
    }
    for typ in ["JWT", "", "at", "application/", "application/application/at+jwt", "x/at+jwt"] {
        assert!(!typ_is(typ), "{typ}");
    }
}

#[test]
fn rfc_8725_section_3_1_a_key_verifies_its_own_algorithm_only() {
    let (rs256, ps256) = (Signer::new(Algorithm::Rs256), Signer::new(Algorithm::Ps256));
    let key = PublicKey::from_jwk(&rs256.jwk()).unwrap();
    // The same RSA key made this PS256 signature; the header tells the truth about it.
    let token = Token::new(&ps256).sign(&ps256);
    let jws = CompactJws::parse(&token).unwrap();
    assert_eq!(jws.verify(&key), Err(SignatureError::AlgorithmMismatch));
    // The header lies: RS256 over a PS256 signature.
    let token = Token::new(&rs256).sign(&ps256);
    let jws = CompactJws::parse(&token).unwrap();
    assert_eq!(jws.verify(&key), Err(SignatureError::BadSignature));
}

#[test]
fn signatures_of_zeros_truncated_empty_or_in_der_do_not_hold() {
    for algorithm in Algorithm::ALL {
        let signer = Signer::new(algorithm);
        let key = PublicKey::from_jwk(&signer.jwk()).unwrap();
        let token = Token::new(&signer);
        let right = signer.sign(token.signing_input().as_bytes());
        let mut longer = right.clone();
        longer.push(0);
        for wrong in [
            Vec::new(),
            vec![0; right.len()],
            vec![0xff; right.len()],
            right[..right.len() - 1].to_vec(),
            longer,
            [&[0x30, 0x44, 0x02, 0x20][..], &right].concat(),
        ] {
            let token = token.with_signature(&wrong);
            let jws = CompactJws::parse(&token).unwrap();
            assert_eq!(jws.verify(&key), Err(SignatureError::BadSignature), "{algorithm}");
        }
    }
}

#[test]
fn an_unverified_claim_is_a_hint_only_where_it_is_a_string() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = Token::new(&signer).with_signature(b"no signature");
    let jws = CompactJws::parse(&token).unwrap();
    assert_eq!(jws.dangerous_unverified_claim("client_id").as_deref(), Some("demo"));
    assert_eq!(jws.dangerous_unverified_claim("exp"), None);
    assert_eq!(jws.dangerous_unverified_claim("none"), None);
}
