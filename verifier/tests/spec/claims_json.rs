//! RFC 8259: the claims that are written by hand are those that `serde_json` writes, whatever is in them.

use proptest::{
    collection::vec,
    option,
    prelude::{Just, Strategy, any},
    prop_assert_eq, prop_oneof, proptest,
    test_runner::Config,
};
use signet_verifier::{AccessTokenClaims, Audience, Status, StatusListReference};

/// Texts as they are mostly, and texts of anything, most of all of what must be escaped.
fn any_text() -> impl Strategy<Value = String> {
    let hostile = prop_oneof![
        any::<char>(),
        (0..0x80_u8).prop_map(char::from),
        (0..0x20_u8).prop_map(char::from),
        Just('"'),
        Just('\\'),
        Just('/'),
        Just('\u{2028}'),
    ];
    let plain = (b'a'..=b'z').prop_map(char::from);
    let texts = prop_oneof![vec(plain, 0..40), vec(hostile, 0..40)];
    texts.prop_map(String::from_iter)
}

fn any_audience() -> impl Strategy<Value = Audience> {
    prop_oneof![any_text().prop_map(Audience::One), vec(any_text(), 0..4).prop_map(Audience::Many),]
}

fn any_claims() -> impl Strategy<Value = AccessTokenClaims> {
    let required =
        (any_text(), any_text(), any_audience(), any::<[u64; 2]>(), any_text(), any_text());
    let status = (any::<u64>(), any_text())
        .prop_map(|(idx, uri)| Status { status_list: StatusListReference { idx, uri } });
    let optional = (
        option::of(any::<u64>()),
        option::of(any_text()),
        option::of(any::<u64>()),
        vec(any_text(), 0..4),
        option::of(any_text()),
        option::of(status),
    );
    (required, optional).prop_map(
        |(
            (iss, sub, aud, [exp, iat], jti, client_id),
            (nbf, scope, auth_time, roles, sid, status),
        )| AccessTokenClaims {
            iss,
            sub,
            aud,
            exp,
            iat,
            nbf,
            jti,
            client_id,
            scope,
            auth_time,
            roles,
            sid,
            status,
        },
    )
}

proptest! {
    #![proptest_config(Config { cases: 2000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn claims_are_written_to_the_letter_as_serde_json_writes_them(claims in any_claims()) {
        let json = String::from_utf8(claims.to_json()).unwrap();
        prop_assert_eq!(&json, &serde_json::to_string(&claims).unwrap());
        prop_assert_eq!(serde_json::from_str::<AccessTokenClaims>(&json).unwrap(), claims);
    }
}
