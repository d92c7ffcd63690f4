//! Configuration: `defaults < file < environment`, and every refusal names the key and
//! where its value came from.

use std::time::Duration;

use signet::config::{Directory, Http, Keys, Limits, Sessions, Store, Tokens};

use crate::support::config_file::ConfigFile;

const ISSUER: &str = "issuer = \"http://127.0.0.1:8080\"\n";

fn file(text: &str) -> ConfigFile {
    ConfigFile::new(&format!("{ISSUER}{text}"))
}

#[test]
fn an_issuer_is_all_that_a_configuration_needs() {
    let config = file("").read(&[]).unwrap().config;
    assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.http.body_limit.as_u64(), 64 * 1024);
    assert_eq!(config.tokens.access_token_lifetime, Duration::from_secs(600));
    assert!(config.http.cors_origins.is_empty() && config.applications.is_empty());
}

#[test]
fn the_quick_start_file_is_good() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("signet.toml");
    let loaded = signet::config::Loaded::read(&path, []).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(loaded.config.issuer.as_str(), "http://127.0.0.1:8080");
    assert_eq!(loaded.config.applications[0].client_id.as_str(), "demo");
}

/// Asserts that the quick start speaks of every key of a section. Taken apart whole, so that a new key does
/// not compile until it stands here.
macro_rules! assert_told {
    ($section:expr, $type:ident { $($key:ident),* $(,)? }) => {{
        let $type { $($key: _),* } = $section;
        for key in [$(stringify!($key)),*] {
            let told = |line: &str| line.trim_start_matches("# ").starts_with(&format!("{key} = "));
            assert!(QUICK_START.lines().any(told), "signet.toml does not speak of {key}");
        }
    }};
}

const QUICK_START: &str = include_str!("../../signet.toml");

#[test]
fn the_quick_start_file_speaks_of_every_key_of_its_sections() {
    let config = file("").read(&[]).unwrap().config;
    assert_told!(
        config.http,
        Http { listen, body_limit, tls, cors_origins, trusted_proxies, drain_delay }
    );
    assert_told!(
        config.keys,
        Keys { directory, generate, access_token_algorithm, id_token_algorithm, rotate_every }
    );
    assert_told!(config.sessions, Sessions { lifetime });
    assert_told!(
        config.tokens,
        Tokens {
            access_token_lifetime,
            refresh_token_lifetime,
            refresh_token_idle_lifetime,
            refresh_token_grace,
            authorization_code_lifetime,
            status_list,
            default_audience,
        }
    );
    assert_told!(
        config.store,
        Store { url, url_file, ca_file, timeout, key_prefix, wait_replicas }
    );
    assert_told!(
        config.directory,
        Directory {
            url,
            url_file,
            timeout,
            registration,
            default_role,
            application_registration,
            initial_access_token_sha256,
            registered_application_scopes,
        }
    );
    assert_told!(
        config.limits,
        Limits {
            failed_client_authentications,
            device_authorizations,
            wrong_user_codes,
            failed_sign_ins,
            sign_ups,
            password_cost,
            registrations,
        }
    );
}

#[test]
fn the_environment_overrides_the_file_and_the_file_the_defaults() {
    let file = file("[http]\nlisten = \"127.0.0.1:1111\"\n");
    assert_eq!(file.read(&[]).unwrap().config.http.listen.port(), 1111);
    let environment =
        [("SIGNET_HTTP__LISTEN", "127.0.0.1:2222"), ("SIGNET_TOKENS__ACCESS_TOKEN_LIFETIME", "5m")];
    let config = file.read(&environment).unwrap().config;
    assert_eq!(config.http.listen.port(), 2222);
    assert_eq!(config.tokens.access_token_lifetime, Duration::from_secs(300));
}

#[test]
fn an_empty_variable_counts_as_absent_and_others_are_none_of_our_business() {
    let environment =
        [("SIGNET_HTTP__LISTEN", ""), ("HTTP__LISTEN", "x"), ("SIGNETS", "x"), ("PATH", "x")];
    assert!(file("").read(&environment).is_ok());
}

#[test]
fn paths_are_relative_to_the_file_that_names_them() {
    let file = file("[keys]\ndirectory = \"my-keys\"\n");
    let expected = file.path().parent().unwrap().join("my-keys");
    assert_eq!(file.read(&[]).unwrap().config.keys.directory, expected);
}

#[test]
fn a_missing_issuer_is_refused() {
    ConfigFile::new("[http]\nlisten = \"127.0.0.1:8080\"\n").assert_refused("issuer");
}

#[test]
fn an_issuer_that_is_no_https_url_is_refused_but_for_loopback() {
    for issuer in [
        "http://id.example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "ftp://id.example.com",
        "id.example.com",
        "",
        "https://id.example.com?tenant=1",
        "https://id.example.com#fragment",
        "https://user@id.example.com",
        "https://user:hunter2@id.example.com",
    ] {
        let message = ConfigFile::new(&format!("issuer = \"{issuer}\"\n")).assert_refused("issuer");
        assert!(!message.contains("hunter2"), "{message}");
    }
    for issuer in [
        "https://id.example.com",
        "https://id.example.com/tenant",
        "https://id.example.com:8443",
        "http://127.0.0.1:8080",
        "http://127.8.8.8",
        "http://[::1]:8080",
        "http://localhost:8080",
    ] {
        assert!(ConfigFile::new(&format!("issuer = \"{issuer}\"\n")).read(&[]).is_ok(), "{issuer}");
    }
}

#[test]
fn an_issuer_that_others_would_spell_differently_is_refused() {
    for issuer in [
        "http://127.0.0.1:8080/",
        "https://id.example.com/",
        "https://id.example.com/tenant/",
        "https://ID.example.com",
        "HTTPS://id.example.com",
        "https://id.example.com:443",
        "https://id.example.com/a/../b",
        " https://id.example.com",
    ] {
        ConfigFile::new(&format!("issuer = \"{issuer}\"\n")).assert_refused("issuer");
    }
}

#[test]
fn an_unknown_key_is_refused_at_every_level() {
    for (text, key) in [
        ("colour = 1\n", "colour"),
        ("[colour]\nx = 1\n", "colour"),
        ("[http]\ncolour = 1\n", "http.colour"),
        (
            "[http]\ntls = { certificate_file = \"c\", key_file = \"k\", colour = 1 }\n",
            "http.tls.colour",
        ),
        ("[keys]\ncolour = 1\n", "keys.colour"),
        ("[tokens]\ncolour = 1\n", "tokens.colour"),
        ("[store]\ncolour = 1\n", "store.colour"),
        ("[limits]\ncolour = 1\n", "limits.colour"),
        ("[[scopes]]\nname = \"read\"\ncolour = 1\n", "scopes.0.colour"),
    ] {
        file(text).assert_refused(key);
    }
}

#[test]
fn a_wrong_type_is_refused() {
    for (text, key) in [
        ("http = 1\n", "http"),
        ("[http]\nlisten = 8080\n", "http.listen"),
        ("[http]\nbody_limit = true\n", "http.body_limit"),
        ("[http]\ncors_origins = \"https://app.example.com\"\n", "http.cors_origins"),
        ("[http]\ntls = \"certificate.pem\"\n", "http.tls"),
        ("[keys]\ngenerate = \"yes\"\n", "keys.generate"),
        ("[keys]\ndirectory = 7\n", "keys.directory"),
        ("[tokens]\naccess_token_lifetime = 600\n", "tokens.access_token_lifetime"),
        ("[tokens]\ndefault_audience = []\n", "tokens.default_audience"),
        ("[store]\nurl = 1\n", "store.url"),
        ("[limits]\nfailed_client_authentications = 30\n", "limits.failed_client_authentications"),
        ("scopes = \"read\"\n", "scopes"),
        ("[[scopes]]\nname = 1\n", "scopes.0.name"),
        ("applications = {}\n", "applications"),
    ] {
        file(text).assert_refused(key);
    }
    let issuer = ConfigFile::new("issuer = 7\n");
    issuer.assert_refused("issuer");
}

#[test]
fn a_value_that_cannot_be_meant_is_refused() {
    for (text, key) in [
        ("[http]\nlisten = \"localhost\"\n", "http.listen"),
        ("[http]\nbody_limit = \"much\"\n", "http.body_limit"),
        ("[http]\nbody_limit = \"1B\"\n", "http.body_limit"),
        ("[http]\nbody_limit = \"1GiB\"\n", "http.body_limit"),
        ("[http]\ncors_origins = [\"*\"]\n", "http.cors_origins.0"),
        ("[http]\ncors_origins = [\"https://app.example.com/\"]\n", "http.cors_origins.0"),
        ("[http]\ncors_origins = [\"https://a.example\", \"null\"]\n", "http.cors_origins.1"),
        ("[http]\ntrusted_proxies = [\"proxy\"]\n", "http.trusted_proxies.0"),
        ("[http]\ndrain_delay = \"1h\"\n", "http.drain_delay"),
        ("[http]\ntls = { certificate_file = \"c\" }\n", "http.tls.key_file"),
        ("[keys]\naccess_token_algorithm = \"none\"\n", "keys.access_token_algorithm"),
        ("[keys]\naccess_token_algorithm = \"HS256\"\n", "keys.access_token_algorithm"),
        ("[keys]\nrotate_every = \"1m\"\n", "keys.rotate_every"),
        ("[tokens]\naccess_token_lifetime = \"0s\"\n", "tokens.access_token_lifetime"),
        ("[tokens]\naccess_token_lifetime = \"1500ms\"\n", "tokens.access_token_lifetime"),
        ("[tokens]\naccess_token_lifetime = \"2d\"\n", "tokens.access_token_lifetime"),
        ("[tokens]\naccess_token_lifetime = \"soon\"\n", "tokens.access_token_lifetime"),
        ("[tokens]\ndefault_audience = \"api\"\n", "tokens.default_audience"),
        ("[tokens]\ndefault_audience = \"https://a.example#b\"\n", "tokens.default_audience"),
        ("[store]\nurl = \"files:\"\n", "store.url"),
        (
            "[limits]\nfailed_client_authentications = \"0/min\"\n",
            "limits.failed_client_authentications",
        ),
        (
            "[limits]\nfailed_client_authentications = \"9/year\"\n",
            "limits.failed_client_authentications",
        ),
        ("[[scopes]]\nname = \"a b\"\n", "scopes.0.name"),
        ("[[scopes]]\nname = \"\"\n", "scopes.0.name"),
        ("[[scopes]]\nname = 'a\"b'\n", "scopes.0.name"),
        ("[[scopes]]\nname = \"a\"\n[[scopes]]\nname = \"a\"\n", "scopes.1.name"),
        ("[[scopes]]\nname = \"admin\"\n", "scopes.0.name"),
        ("[[scopes]]\ndescription = \"nameless\"\n", "scopes.0.name"),
    ] {
        file(text).assert_refused(key);
    }
}

#[test]
fn a_variable_that_is_refused_is_named() {
    for (variable, value, key) in [
        ("SIGNET_ISSUER", "http://id.example.com", "issuer"),
        ("SIGNET_COLOUR", "1", "colour"),
        ("SIGNET_HTTP", "1", "http"),
        ("SIGNET_HTTP__COLOUR", "1", "http.colour"),
        ("SIGNET_HTTP__LISTEN", "nowhere", "http.listen"),
        ("SIGNET_HTTP__BODY_LIMIT", "1GiB", "http.body_limit"),
        ("SIGNET_HTTP__TLS__COLOUR", "1", "http.tls.colour"),
        ("SIGNET_KEYS__ROTATE_EVERY", "1m", "keys.rotate_every"),
        ("SIGNET_TOKENS__ACCESS_TOKEN_LIFETIME", "600", "tokens.access_token_lifetime"),
        ("SIGNET_TOKENS__ACCESS_TOKEN_LIFETIME", "2d", "tokens.access_token_lifetime"),
        (
            "SIGNET_LIMITS__FAILED_CLIENT_AUTHENTICATIONS",
            "x",
            "limits.failed_client_authentications",
        ),
        ("SIGNET_HTTP__CORS_ORIGINS", "[\"https://a.example/\"]", "http.cors_origins.0"),
    ] {
        file("").assert_refused_from(variable, value, key);
    }
}

/// The variable that is named is one that somebody has set.
#[test]
fn a_list_in_a_variable_is_named_by_the_variable() {
    let scopes = "[{name = \"read\", colour = 1}]";
    file("").assert_refused_from("SIGNET_SCOPES", scopes, "scopes.0.colour");
    let proxies = "[\"proxy\"]";
    file("").assert_refused_from("SIGNET_HTTP__TRUSTED_PROXIES", proxies, "http.trusted_proxies.0");
}

#[test]
fn a_value_of_the_file_is_not_blamed_on_the_environment() {
    let file = file("[http]\nbody_limit = \"1GiB\"\n");
    let message = file.read(&[("SIGNET_HTTP__LISTEN", "127.0.0.1:1")]).unwrap_err();
    assert!(message.contains(&file.path().display().to_string()), "{message}");
    assert!(!message.contains("environment"), "{message}");
}

#[test]
fn every_problem_is_told_at_once() {
    let message = file(
        "[http]\nbody_limit = \"1GiB\"\ndrain_delay = \"1h\"\n[keys]\nrotate_every = \"1m\"\n",
    )
    .assert_refused("http.body_limit");
    for key in ["http.body_limit: ", "http.drain_delay: ", "keys.rotate_every: "] {
        assert!(message.lines().any(|line| line.starts_with(key)), "{key}{message}");
    }
}

#[test]
fn a_syntax_error_is_named_by_file_line_and_column() {
    for text in ["[http\n", "x = \n", "x = 1 2\n", "[http]\n[http]\n", "\u{1}\n", "listen = [1,\n"]
    {
        let file = file(text);
        let message = file.read(&[]).unwrap_err();
        assert!(message.starts_with(&file.path().display().to_string()), "{message}");
        assert!(message.contains("line ") && message.contains("column "), "{message}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let file = file("");
    std::fs::remove_file(file.path()).unwrap();
    let message = file.read(&[]).unwrap_err();
    assert!(message.contains(&file.path().display().to_string()), "{message}");
    std::fs::write(file.path(), b"issuer = \"\xFF\"").unwrap();
    let message = file.read(&[]).unwrap_err();
    assert!(message.contains(&file.path().display().to_string()), "{message}");
    std::fs::write(file.path(), "#".repeat(300 * 1024)).unwrap();
    let message = file.read(&[]).unwrap_err();
    assert!(message.contains(&file.path().display().to_string()), "{message}");
}

#[test]
fn a_rotation_that_could_make_no_key_is_refused() {
    let keys = "[keys]\ngenerate = false\nrotate_every = \"30d\"\n";
    file(keys).assert_refused("keys.rotate_every");
}

#[test]
fn a_variable_with_one_underscore_too_few_is_told_the_rule() {
    let message = file("").assert_refused_from("SIGNET_HTTP_LISTEN", "127.0.0.1:1", "http_listen");
    assert!(message.contains("two underscores"), "{message}");
}
