//! `[[applications]]`: registrations that cannot be are refused at start, and no message prints a secret.

use serde_json::json;
use signet::directory::Declared;
use signet_verifier::Algorithm;

use crate::support::{
    client_key::{ClientKey, toml_jwks},
    config_file::ConfigFile,
};

const SECRET: &str = "hunter2hunter2";

/// A configuration with one good application, `changes` made to its text.
fn changed(changes: &[(&str, &str)]) -> ConfigFile {
    let mut text = format!(
        "issuer = \"http://127.0.0.1:8080\"\n[[scopes]]\nname = \"read\"\n[[applications]]\n\
         client_id = \"service\"\nclient_secret = \"{SECRET}\"\n\
         grant_types = [\"client_credentials\"]\nscopes = [\"read\"]\n"
    );
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    ConfigFile::new(&text)
}

/// The same with a line more.
fn with(line: &str) -> ConfigFile {
    changed(&[("scopes = [\"read\"]\n", &format!("scopes = [\"read\"]\n{line}\n"))])
}

const SECRET_LINE: &str = "client_secret = \"hunter2hunter2\"\n";

/// A `private_key_jwt` application with this line in place of the secret.
fn with_keys(line: &str) -> ConfigFile {
    let line = format!("token_endpoint_auth_method = \"private_key_jwt\"\n{line}\n");
    changed(&[(SECRET_LINE, &line)])
}

fn key() -> String {
    toml_jwks(&[ClientKey::new(Algorithm::Es256, "ours").jwk()])
}

#[test]
fn the_unchanged_application_is_good() {
    assert!(changed(&[]).read(&[]).is_ok());
    assert!(with_keys(&format!("jwks = {}", key())).read(&[]).is_ok());
}

#[test]
fn an_unknown_key_is_refused() {
    with("colour = 1").assert_refused("applications.0.colour");
    with("redirect_uri = \"https://a.example\"").assert_refused("applications.0.redirect_uri");
}

#[test]
fn a_wrong_type_is_refused() {
    for (line, key) in [
        ("name = 7", "name"),
        ("disabled = \"no\"", "disabled"),
        ("audience = \"https://api.example.com\"", "audience"),
        ("audience = [\"api\"]", "audience.0"),
        ("access_token_lifetime = 60", "access_token_lifetime"),
        ("access_token_lifetime = \"2d\"", "access_token_lifetime"),
        ("access_token_algorithm = \"none\"", "access_token_algorithm"),
        ("jwks = \"keys\"", "jwks"),
        ("jwks_uri = \"nowhere\"", "jwks_uri"),
        ("token_endpoint_auth_method = \"client_secret_jwt\"", "token_endpoint_auth_method"),
    ] {
        with(line).assert_refused(&format!("applications.0.{key}"));
    }
    for (from, to, key) in [
        ("client_id = \"service\"", "client_id = 7", "client_id"),
        ("client_id = \"service\"", "client_id = \"\"", "client_id"),
        ("client_id = \"service\"", "client_id = \"sérvice\"", "client_id"),
        (
            "grant_types = [\"client_credentials\"]",
            "grant_types = \"client_credentials\"",
            "grant_types",
        ),
        ("[\"client_credentials\"]", "[\"implicit\"]", "grant_types.0"),
        ("scopes = [\"read\"]", "scopes = \"read\"", "scopes"),
        ("scopes = [\"read\"]", "scopes = [\"read write\"]", "scopes.0"),
    ] {
        changed(&[(from, to)]).assert_refused(&format!("applications.0.{key}"));
    }
}

#[test]
fn a_missing_key_is_refused() {
    changed(&[("client_id = \"service\"\n", "")]).assert_refused("applications.0.client_id");
    let grant_types = "grant_types = [\"client_credentials\"]\n";
    changed(&[(grant_types, "")]).assert_refused("applications.0.grant_types");
}

#[test]
fn the_second_application_is_named_by_its_place() {
    let second = "[[applications]]\nclient_id = \"second\"\nclient_secret = 7\ngrant_types = []";
    with(second).assert_refused("applications.1.client_secret");
}

#[test]
fn a_client_id_that_is_taken_is_refused() {
    let second =
        "[[applications]]\nclient_id = \"service\"\nclient_secret = \"x\"\ngrant_types = []";
    with(second).assert_refused("applications.1.client_id");
}

#[test]
fn a_scope_that_is_not_declared_is_refused() {
    changed(&[("scopes = [\"read\"]", "scopes = [\"read\", \"write\"]")])
        .assert_refused("applications.0.scopes");
}

#[test]
fn two_secrets_are_refused() {
    let digest = "0".repeat(64);
    for line in [
        format!("client_secret_sha256 = \"{digest}\""),
        "client_secret_file = \"client.secret\"".to_owned(),
    ] {
        let message = with(&line).assert_refused("applications.0.token_endpoint_auth_method");
        assert!(!message.contains(SECRET) && !message.contains(&digest), "{message}");
    }
}

#[test]
fn a_confidential_application_without_a_secret_is_refused() {
    for method in ["client_secret_basic", "client_secret_post"] {
        let line = format!("token_endpoint_auth_method = \"{method}\"\n");
        changed(&[(SECRET_LINE, &line)])
            .assert_refused("applications.0.token_endpoint_auth_method");
    }
}

#[test]
fn one_or_two_digests_are_good_and_three_are_not() {
    let digest = |digit: &str| format!("\"{}\"", digit.repeat(64));
    let set =
        |value: String| changed(&[(SECRET_LINE, &format!("client_secret_sha256 = {value}\n"))]);
    assert!(set(digest("a")).read(&[]).is_ok());
    assert!(set(format!("[{}, {}]", digest("a"), digest("b"))).read(&[]).is_ok());
    for bad in [
        "[]".to_owned(),
        format!("[{}, {}, {}]", digest("a"), digest("b"), digest("c")),
        digest("A"),
        digest("g"),
        "\"abc\"".to_owned(),
        "7".to_owned(),
    ] {
        set(bad).assert_refused("applications.0.client_secret_sha256");
    }
}

#[test]
fn a_public_application_has_neither_secret_nor_keys_nor_client_credentials() {
    let public = ("grant_types", "token_endpoint_auth_method = \"none\"\ngrant_types");
    let no_grant = ("[\"client_credentials\"]", "[]");
    changed(&[public, no_grant]).assert_refused("applications.0.token_endpoint_auth_method");
    let jwks = format!("jwks = {}\n", key());
    changed(&[(SECRET_LINE, jwks.as_str()), public, no_grant])
        .assert_refused("applications.0.token_endpoint_auth_method");
    changed(&[(SECRET_LINE, ""), public]).assert_refused("applications.0.grant_types");
    assert!(changed(&[(SECRET_LINE, ""), public, no_grant]).read(&[]).is_ok());
}

#[test]
fn an_application_with_private_key_jwt_has_keys_in_one_place_and_no_secret() {
    let method = "applications.0.token_endpoint_auth_method";
    with_keys("").assert_refused(method);
    with_keys("client_secret = \"x\"").assert_refused(method);
    let jwks = format!("jwks = {}", key());
    with_keys(&format!("{jwks}\nclient_secret = \"x\"")).assert_refused(method);
    with_keys(&format!("{jwks}\njwks_uri = \"https://a.example/jwks\"")).assert_refused(method);
    with_keys(&format!("{jwks}\njwks_file = \"jwks.json\"")).assert_refused(method);
    with(&jwks).assert_refused(method);
}

#[test]
fn keys_are_fetched_over_https_or_on_loopback() {
    for uri in ["http://keys.example.com/jwks", "ftp://a.example/jwks", "http://10.0.0.1/jwks"] {
        with_keys(&format!("jwks_uri = \"{uri}\"")).assert_refused("applications.0.jwks_uri");
    }
    for uri in ["https://keys.example.com/jwks", "http://127.0.0.1:9000/jwks"] {
        assert!(with_keys(&format!("jwks_uri = \"{uri}\"")).read(&[]).is_ok(), "{uri}");
    }
}

#[test]
fn a_url_that_cannot_be_read_is_not_repeated_for_it_may_hold_a_password() {
    for uri in
        ["https://signet:hunter2@keys.example.com:99999/jwks", "//signet:hunter2@keys.example.com"]
    {
        let message =
            with_keys(&format!("jwks_uri = \"{uri}\"")).assert_refused("applications.0.jwks_uri");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn a_private_key_among_the_public_ones_is_refused_and_not_repeated() {
    for member in ["d", "p", "q", "dp", "dq", "qi", "k"] {
        let mut jwk = ClientKey::new(Algorithm::Es256, "ours").jwk();
        jwk[member] = json!(SECRET);
        let line = format!("jwks = {}", toml_jwks(&[jwk]));
        let message = with_keys(&line).assert_refused("applications.0.jwks");
        assert!(!message.contains(SECRET), "{message}");
    }
}

#[test]
fn a_plain_secret_is_for_loopback_issuers_only() {
    let public = ("http://127.0.0.1:8080", "https://id.example.com");
    let message = changed(&[public]).assert_refused("applications.0.client_secret");
    assert!(!message.contains(SECRET), "{message}");
    let digest = format!("client_secret_sha256 = \"{}\"\n", "0".repeat(64));
    assert!(changed(&[public, (SECRET_LINE, &digest)]).read(&[]).is_ok());
}

/// Each of these has the secret in it, where somebody who mistypes would leave it.
#[test]
fn no_message_contains_the_secret_that_was_in_the_file() {
    let slips = [
        ("client_secret = \"hunter2hunter2\"", "client_secret = \"hunter2hunter2"),
        ("client_secret = \"hunter2hunter2\"", "client_secret = hunter2hunter2"),
        ("client_secret = \"hunter2hunter2\"", "client_secret = \"hunter2hunter2\" x"),
        ("client_secret = \"hunter2hunter2\"", "client_secret = \"hunter2hunter2\\q\""),
        ("client_secret = \"hunter2hunter2\"", "client_secret \"hunter2hunter2\""),
        ("client_secret = \"hunter2hunter2\"", "client_secret = [\"hunter2hunter2\"]"),
        ("client_secret = \"hunter2hunter2\"", "client_secret = { value = \"hunter2hunter2\" }"),
        ("client_secret = ", "client_secret_sha256 = "),
        (
            "client_secret = \"hunter2hunter2\"",
            "client_secret_sha256 = [\"hunter2hunter2\", \"x\"]",
        ),
        ("client_secret = \"hunter2hunter2\"", "client_secret = \"hunter2hunter2\"\ncolour = 1"),
        (
            "client_secret = \"hunter2hunter2\"",
            "client_secret = \"hunter2hunter2\"\nclient_secret = \"hunter2hunter2\"",
        ),
        ("client_secret = ", "secret = "),
        ("client_secret = ", "jwks = "),
        ("client_secret = ", "access_token_lifetime = "),
        ("client_secret = ", "access_token_algorithm = "),
        ("http://127.0.0.1:8080", "https://hunter2hunter2@id.example.com"),
        ("[[scopes]]", "[store]\nurl = \"valkey://:hunter2hunter2@redis\"\n[[scopes]]"),
    ];
    for slip in slips {
        let message = changed(&[slip]).read(&[]).unwrap_err();
        assert!(!message.contains("hunter2"), "{slip:?}: {message}");
    }
    for number in ["7331733173317331", "-7331733173317331", "73317331.73317331"] {
        let message = changed(&[("\"hunter2hunter2\"", number)])
            .assert_refused("applications.0.client_secret");
        assert!(!message.contains("7331"), "{message}");
    }
}

/// A value that looks like a number is one to the environment; the message must not show it all the same.
#[test]
fn no_message_contains_the_secret_that_was_in_a_variable() {
    let application = |secret: &str| {
        format!("[{{client_id = \"a\", client_secret = {secret}, grant_types = [], colour = 1}}]")
    };
    for secret in ["7331733173317331", "\"hunter2hunter2\"", "[hunter2hunter2]"] {
        let value = application(secret);
        let message = changed(&[]).read(&[("SIGNET_APPLICATIONS", &value)]).unwrap_err();
        assert!(!message.contains("7331") && !message.contains("hunter2"), "{message}");
    }
    for value in ["valkey://:hunter2hunter2@redis", "hunter2hunter2", "7331733173317331"] {
        let message = changed(&[]).assert_refused_from("SIGNET_STORE__URL", value, "store.url");
        assert!(!message.contains("7331") && !message.contains("hunter2"), "{message}");
    }
}

#[test]
fn a_file_that_an_application_names_is_read_and_never_repeated() {
    let problems = |file: &ConfigFile| {
        let loaded = file.read(&[]).unwrap_or_else(|error| panic!("{error}"));
        let problems = Declared::from_config(&loaded.config).map(|_| ()).unwrap_err();
        loaded.locate(problems).to_string()
    };
    let from_file = changed(&[(SECRET_LINE, "client_secret_file = \"client.secret\"\n")]);
    let secret_file = from_file.path().with_file_name("client.secret");
    for content in [None, Some(&b""[..]), Some(b"\n"), Some(b"hunter2hunter2\xFF")] {
        if let Some(content) = content {
            std::fs::write(&secret_file, content).unwrap();
        }
        let message = problems(&from_file);
        assert!(message.starts_with("applications.0.client_secret_file: "), "{message}");
        assert!(message.contains(&secret_file.display().to_string()), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
    let keys = with_keys("jwks_file = \"jwks.json\"");
    let jwks_file = keys.path().with_file_name("jwks.json");
    for content in
        ["", "hunter2", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"EC\",\"d\":\"hunter2\"}]}", "[]"]
    {
        std::fs::write(&jwks_file, content).unwrap();
        let message = problems(&keys);
        assert!(message.starts_with("applications.0.jwks_file: "), "{message}");
        assert!(message.contains(&jwks_file.display().to_string()), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

/// A person's `sub` is a UUID, and an application's is its client identifier (RFC 9068 section 5).
#[test]
fn a_client_id_in_the_form_of_a_uuid_is_refused() {
    for client_id in
        ["4f9c2f0e-6f3b-5a52-9d5c-0f1f1c2d3e4f", "4F9C2F0E-6F3B-5A52-9D5C-0F1F1C2D3E4F"]
    {
        let slip = ("client_id = \"service\"", format!("client_id = \"{client_id}\""));
        let message =
            changed(&[(slip.0, slip.1.as_str())]).assert_refused("applications.0.client_id");
        assert!(message.contains("UUID"), "{message}");
    }
}

#[test]
fn an_empty_secret_is_refused() {
    let empty = ("client_secret = \"hunter2hunter2\"", "client_secret = \"\"");
    changed(&[empty]).assert_refused("applications.0.client_secret");
}
