//! RFC 7636: code verifiers and their challenges.

use signet::{
    oauth::{CodeChallenge, CodeVerifier},
    secret::Secret,
};

use crate::support::authorizing::{CHALLENGE, VERIFIER, challenge_of};

fn verifier(text: &str) -> Option<CodeVerifier> {
    CodeVerifier::read(&Secret::new(text.to_owned())).ok()
}

// 035
#[test]
fn the_example_of_appendix_b_holds() {
    let challenge: CodeChallenge = CHALLENGE.parse().unwrap();
    assert!(verifier(VERIFIER).unwrap().meets(&challenge));
    let other = challenge_of(&"a".repeat(43)).parse().unwrap();
    assert!(!verifier(VERIFIER).unwrap().meets(&other));
}

#[test]
fn a_challenge_is_no_verifier_of_itself() {
    let challenge: CodeChallenge = CHALLENGE.parse().unwrap();
    assert!(!verifier(CHALLENGE).unwrap().meets(&challenge), "plain is not taken");
}

// 042
#[test]
fn both_have_43_to_128_unreserved_characters() {
    for length in [43, 44, 64, 127, 128] {
        let text = "-._~azAZ09".repeat(13)[..length].to_owned();
        let read = verifier(&text).unwrap();
        assert!(read.meets(&challenge_of(&text).parse().unwrap()), "{length}");
        assert!(text.parse::<CodeChallenge>().is_ok(), "{length}");
    }
    let tail = "a".repeat(42);
    for bad in [
        String::new(),
        "a".repeat(42),
        "a".repeat(129),
        format!("={tail}"),
        format!("+{tail}"),
        format!("/{tail}"),
        format!(" {tail}"),
        format!("ä{tail}"),
        format!("\n{tail}"),
    ] {
        assert!(verifier(&bad).is_none() && bad.parse::<CodeChallenge>().is_err(), "{bad:?}");
    }
}

#[test]
fn a_verifier_stays_out_of_logs() {
    assert!(!format!("{:?}", verifier(VERIFIER)).contains(VERIFIER));
}
