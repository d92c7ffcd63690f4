//! RFC 6749 section 2.3: who is asking, and how a client proves it.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::support::{APPLICATIONS, Request, TestServer};

const TOKEN: &str = "/oauth2/token";
const GRANT: &str = "grant_type=client_credentials";

/// A client whose identifier and secret need the encoding of section 2.3.1, each a different way.
const AWKWARD: &str = r#"
[[scopes]]
name = "read"
[[applications]]
client_id = "client:with space+%"
client_secret = "sécret:&=+% -_.~"
grant_types = ["client_credentials"]
scopes = ["read"]
"#;

#[tokio::test]
async fn basic_credentials_authenticate() {
    let server = TestServer::start().await;
    let answer = server.token("service", "service-secret", GRANT).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn credentials_in_the_body_authenticate() {
    let server = TestServer::start().await;
    let form = format!("{GRANT}&client_id=poster&client_secret=poster-secret");
    let answer = server.send(Request::form(TOKEN, &form)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_client_with_a_secret_may_send_it_either_way_whatever_its_registration_says() {
    let server = TestServer::start().await;
    let form = format!("{GRANT}&client_id=service&client_secret=service-secret");
    let in_body = server.send(Request::form(TOKEN, &form)).await;
    assert_eq!(in_body.status, 200, "{in_body:?}");
    let in_header = server.token("poster", "poster-secret", GRANT).await;
    assert_eq!(in_header.status, 200, "{in_header:?}");
}

#[tokio::test]
async fn each_half_of_basic_credentials_is_form_decoded_after_the_split_at_the_first_colon() {
    let server = TestServer::with(AWKWARD).await;
    let answer = server.token("client:with space+%", "sécret:&=+% -_.~", GRANT).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn percent_encoding_of_unreserved_characters_is_decoded_too() {
    let server = TestServer::start().await;
    for credentials in ["service:service%2Dsecret", "%73ervice:service%2dsecret"] {
        let request = Request::form(TOKEN, GRANT).raw_basic(credentials.as_bytes());
        let answer = server.send(request).await;
        assert_eq!(answer.status, 200, "{credentials}: {answer:?}");
    }
}

#[tokio::test]
async fn a_colon_in_the_secret_belongs_to_the_secret() {
    let tables = AWKWARD.replace("sécret:&=+% -_.~", "with:colons:").replace(":with space+%", "");
    let server = TestServer::with(&tables).await;
    let request = Request::form(TOKEN, GRANT).raw_basic(b"client:with:colons:");
    let answer = server.send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn the_name_of_the_basic_scheme_is_case_insensitive() {
    let server = TestServer::start().await;
    let credentials = STANDARD.encode("service:service-secret");
    for scheme in ["basic", "BASIC", "bAsIc"] {
        let request =
            Request::form(TOKEN, GRANT).header("Authorization", format!("{scheme} {credentials}"));
        let answer = server.send(request).await;
        assert_eq!(answer.status, 200, "{scheme}: {answer:?}");
    }
}

#[tokio::test]
async fn a_wrong_secret_in_the_header_is_401_with_a_basic_challenge() {
    let server = TestServer::start().await;
    let answer = server.token("service", "wrong", GRANT).await;
    answer.assert_error(401, "invalid_client");
    let challenge = answer.header("WWW-Authenticate").unwrap();
    assert!(challenge.starts_with("Basic realm=\""), "{challenge}");
}

#[tokio::test]
async fn a_wrong_secret_in_the_body_is_401_with_a_challenge_as_well() {
    let server = TestServer::start().await;
    let form = format!("{GRANT}&client_id=service&client_secret=wrong");
    let answer = server.send(Request::form(TOKEN, &form)).await;
    answer.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn a_secret_is_compared_whole_and_as_it_is() {
    let server = TestServer::start().await;
    for secret in [
        "service-secre",
        "service-secrett",
        "SERVICE-SECRET",
        " service-secret",
        "service-secret\n",
    ] {
        let answer = server.token("service", secret, GRANT).await;
        answer.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_client_id_is_case_sensitive() {
    let server = TestServer::start().await;
    server.token("Service", "service-secret", GRANT).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn the_digest_of_a_secret_is_not_the_secret() {
    let server = TestServer::start().await;
    let digest = signet::secret::Secret::new("service-secret".to_owned()).digest().to_hex();
    server.token("service", &digest, GRANT).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn two_secrets_are_live_at_once_where_two_digests_are_registered() {
    let digest = |secret: &str| signet::secret::Secret::new(secret.to_owned()).digest().to_hex();
    let server = TestServer::with(&format!(
        "[[scopes]]\nname = \"read\"\n[[applications]]\nclient_id = \"changing\"\n\
         client_secret_sha256 = [\"{}\", \"{}\"]\n\
         grant_types = [\"client_credentials\"]\nscopes = [\"read\"]\n",
        digest("old-secret"),
        digest("new-secret"),
    ))
    .await;
    for secret in ["old-secret", "new-secret"] {
        let answer = server.token("changing", secret, GRANT).await;
        assert_eq!(answer.status, 200, "{secret}: {answer:?}");
    }
    server.token("changing", "third-secret", GRANT).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn basic_and_a_secret_in_the_body_are_two_methods_and_refused() {
    let server = TestServer::start().await;
    for form in [
        format!("{GRANT}&client_secret=service-secret"),
        format!("{GRANT}&client_id=service&client_secret=service-secret"),
    ] {
        let answer = server.token("service", "service-secret", &form).await;
        answer.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn basic_with_the_same_client_id_in_the_body_is_one_method() {
    let server = TestServer::start().await;
    let form = format!("{GRANT}&client_id=service");
    let answer = server.token("service", "service-secret", &form).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn basic_with_another_client_id_in_the_body_is_a_contradiction() {
    let server = TestServer::start().await;
    let form = format!("{GRANT}&client_id=poster");
    let answer = server.token("service", "service-secret", &form).await;
    answer.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn two_authorization_headers_are_refused() {
    let server = TestServer::start().await;
    let request = Request::form(TOKEN, GRANT)
        .basic("service", "service-secret")
        .basic("poster", "poster-secret");
    server.send(request).await.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn credentials_in_the_query_string_are_not_honoured() {
    let server = TestServer::start().await;
    let target = format!("{TOKEN}?client_id=service&client_secret=service-secret");
    server.send(Request::form(&target, GRANT)).await.assert_error(401, "invalid_client");
    let target = format!("{TOKEN}?client_secret=service-secret");
    let form = format!("{GRANT}&client_id=service");
    server.send(Request::form(&target, &form)).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn a_request_without_any_credentials_is_refused() {
    let server = TestServer::start().await;
    server.send(Request::form(TOKEN, GRANT)).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn a_confidential_client_that_only_names_itself_is_refused() {
    let server = TestServer::start().await;
    for form in ["client_id=service", "client_id=service&client_secret="] {
        let form = format!("{GRANT}&{form}");
        server.send(Request::form(TOKEN, &form)).await.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_secret_without_a_client_id_is_refused() {
    let server = TestServer::start().await;
    let form = format!("{GRANT}&client_secret=service-secret");
    server.send(Request::form(TOKEN, &form)).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn a_public_client_has_no_secret_to_prove() {
    let server = TestServer::start().await;
    let zeros = "0".repeat(64);
    for secret in ["service-secret", "public", zeros.as_str()] {
        server.token("public", secret, GRANT).await.assert_error(401, "invalid_client");
    }
}

/// Whatever is wrong with the header, the `client_id` of the body does not come to its aid: with it the
/// request would be one of the public client.
#[tokio::test]
async fn a_malformed_authorization_header_never_falls_through_to_the_body() {
    let server = TestServer::start().await;
    let encoded =
        |credentials: &[u8]| format!("Basic {}", STANDARD.encode(credentials)).into_bytes();
    let malformed: Vec<(&str, Vec<u8>)> = vec![
        ("empty", b"".to_vec()),
        ("scheme alone", b"Basic".to_vec()),
        ("scheme and a space", b"Basic ".to_vec()),
        ("not base64", b"Basic !!!!".to_vec()),
        ("base64url alphabet", b"Basic cHVibGljOj8_Pz8_".to_vec()),
        ("base64 without its padding", b"Basic cHVibGljOg".to_vec()),
        ("no colon", encoded(b"public")),
        ("no client_id", encoded(b":secret")),
        ("no secret", encoded(b"public:")),
        ("neither", encoded(b":")),
        ("not UTF-8", encoded(b"public:\xFF\xFE")),
        ("client_id not UTF-8", encoded(b"\xFFpublic:secret")),
        ("half a percent-encoding", encoded(b"public:50%")),
        ("percent-encoding without hexadecimal digits", encoded(b"public:%zz")),
        ("percent-encoded bytes that are not UTF-8", encoded(b"public:%ff%fe")),
        ("a NUL", encoded(b"public:a%00b")),
        ("bytes beyond ASCII", b"Basic cHVibGlj\xC3\xA9".to_vec()),
        ("another scheme", b"Bearer cHVibGljOnNlY3JldA==".to_vec()),
        ("a scheme nobody knows", b"Basi cHVibGljOnNlY3JldA==".to_vec()),
        ("two values in one", b"Basic cHVibGljOnNlY3JldA==, Basic cHVibGljOnNlY3JldA==".to_vec()),
    ];
    for (what, value) in malformed {
        for client_id in ["public", "service"] {
            let form = format!("{GRANT}&client_id={client_id}");
            let request = Request::form(TOKEN, &form).header("Authorization", &value);
            let answer = server.send(request).await;
            assert_eq!((answer.status, answer.error().as_str()), (401, "invalid_client"), "{what}");
            answer.assert_error(401, "invalid_client");
        }
    }
}

#[tokio::test]
async fn a_secret_from_a_file_counts_without_its_trailing_newline() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.secret");
    std::fs::write(&path, "from-a-file\n").unwrap();
    let secret = "client_secret = \"poster-secret\"";
    assert!(APPLICATIONS.contains(secret));
    let tables =
        APPLICATIONS.replace(secret, &format!("client_secret_file = \"{}\"", path.display()));
    let server = TestServer::with(&tables).await;
    let answer = server.token("poster", "from-a-file", GRANT).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    server.token("poster", "from-a-file\n", GRANT).await.assert_error(401, "invalid_client");
}
