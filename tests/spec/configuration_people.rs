//! `[[roles]]`, `[[users]]`, `[dialects]`: what cannot be is refused at start, by the path of its key.

use signet::directory::Declared;

use crate::support::{config_file::ConfigFile, people::hash};

const BASE: &str = r#"issuer = "http://127.0.0.1:8080"
[[scopes]]
name = "read"
[[roles]]
name = "reader"
scopes = ["read", "openid", "admin"]
[[users]]
username = "demo"
password_hash = "{hash}"
roles = ["reader"]
[[users]]
username = "other"
password_hash = "{hash}"
id = "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f"
[[applications]]
client_id = "app"
client_secret = "app-secret"
grant_types = ["password"]
scopes = ["read"]
[[applications]]
client_id = "service"
client_secret = "service-secret"
grant_types = ["client_credentials"]
"#;

/// The good configuration with `from` replaced by `to`.
fn changed(from: &str, to: &str) -> ConfigFile {
    assert!(BASE.contains(from), "{from}");
    ConfigFile::new(&BASE.replacen(from, to, 1).replace("{hash}", hash()))
}

fn with(table: &str) -> ConfigFile {
    ConfigFile::new(&format!("{BASE}{table}").replace("{hash}", hash()))
}

#[test]
fn the_unchanged_configuration_is_good() {
    let loaded = with("[dialects]\nsign_in_application = \"app\"\n").read(&[]).unwrap();
    assert_eq!(Declared::from_config(&loaded.config).unwrap().people().len(), 2);
}

#[test]
fn roles_and_scopes_that_are_not_declared_are_refused() {
    changed("scopes = [\"read\", \"openid\"", "scopes = [\"reed\"")
        .assert_refused("roles.0.scopes");
    changed("roles = [\"reader\"]", "roles = [\"raeder\"]").assert_refused("users.0.roles");
    with("[[roles]]\nname = \"reader\"\n").assert_refused("roles.1.name");
    with("[[roles]]\nname = \"\"\n").assert_refused("roles.1.name");
    with("[[roles]]\nname = \"r\"\nscope = [\"read\"]\n").assert_refused("roles.1.scope");
}

#[test]
fn two_people_do_not_have_one_name() {
    for name in ["demo", "DEMO", "\u{FF44}emo"] {
        changed("username = \"other\"", &format!("username = \"{name}\""))
            .assert_refused("users.1.username");
    }
    for name in ["", " demo", "de\\u0000mo", "de\\u200Bmo"] {
        changed("username = \"demo\"", &format!("username = \"{name}\""))
            .assert_refused("users.0.username");
    }
}

#[test]
fn two_people_do_not_have_one_id() {
    let other = "username = \"third\"\npassword_hash = \"{hash}\"\nid = \"4F9C2F0E-6F3B-4A52-9D5C-0F1F1C2D3E4F\"\n";
    with(&format!("[[users]]\n{other}")).assert_refused("users.2.id");
    for id in ["demo", "00000000-0000-0000-0000-000000000000", ""] {
        changed("4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f", id).assert_refused("users.1.id");
    }
}

#[test]
fn names_and_addresses_are_what_they_are_called() {
    for (line, key) in [
        ("email = \"demo\"", "email"),
        ("email = \"@example.com\"", "email"),
        ("email = \"de mo@example.com\"", "email"),
        ("name = \"\"", "name"),
        ("name = \"De\\nmo\"", "name"),
        ("name = \" \"", "name"),
        ("name = \"De\\u202Emo\"", "name"),
        ("email = \"demo\\u2066@example.com\"", "email"),
        ("disabled = \"no\"", "disabled"),
        ("password = \"hunter2\"", "password"),
    ] {
        let file = changed("username = \"demo\"\n", &format!("username = \"demo\"\n{line}\n"));
        let message = file.assert_refused(&format!("users.0.{key}"));
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn a_digest_that_is_no_good_is_named_and_not_repeated() {
    let salt_and_hash = format!("$c2VjcmV0c2VjcmV0c2VjcmU${}", "A".repeat(43));
    for digest in [
        "hunter2".to_owned(),
        "hunter2AAAA$argon2id".to_owned(),
        format!("$argon2id$v=19$m=8,t=1,p=1{salt_and_hash}"),
        format!("$argon2id$v=19$m=4194304,t=1,p=1{salt_and_hash}"),
    ] {
        let file = changed("password_hash = \"{hash}\"", &format!("password_hash = \"{digest}\""));
        let loaded = file.read(&[]).unwrap();
        let problems = Declared::from_config(&loaded.config).map(|_| ()).unwrap_err();
        let message = loaded.locate(problems).to_string();
        assert!(message.starts_with("users.0.password_hash: "), "{message}");
        assert!(message.contains(&file.path().display().to_string()), "{message}");
        assert!(!message.contains("hunter2") && !message.contains("c2VjcmV0"), "{message}");
        assert!(!format!("{loaded:?}").contains("c2VjcmV0"));
    }
    let message = changed("password_hash = \"{hash}\"", "password_hash = 7331")
        .assert_refused("users.0.password_hash");
    assert!(!message.contains("7331"), "{message}");
}

#[test]
fn sign_ins_act_for_a_declared_application_with_the_password_grant() {
    for client_id in ["service", "nobody", ""] {
        with(&format!("[dialects]\nsign_in_application = \"{client_id}\"\n"))
            .assert_refused("dialects.sign_in_application");
    }
    // Whose JSON log-in needs it.
    with("[dialects]\nenabled = [\"fusio\"]\n").assert_refused("dialects.sign_in_application");
}

/// The bounds are those of declared digests; the default is what `signet hash password` makes.
#[test]
fn what_a_password_costs_is_neither_too_weak_nor_too_costly() {
    let cost = |text: &str| with(&format!("[limits]\npassword_cost = {{ {text} }}\n"));
    let usual = with("").read(&[]).unwrap().config.limits.password_cost;
    assert_eq!((usual.memory, usual.passes, usual.lanes), (19_456, 2, 1));
    for good in [
        "memory = 7168, passes = 5, lanes = 1",
        "memory = 47104, passes = 1, lanes = 1",
        "memory = 131072, passes = 8, lanes = 16",
    ] {
        assert!(cost(good).read(&[]).is_ok(), "{good}");
    }
    for (bad, message) in [
        ("memory = 4096, passes = 100, lanes = 1", "too weak"),
        ("memory = 19456, passes = 1, lanes = 1", "too weak"),
        ("memory = 19456, passes = 0, lanes = 1", "too weak"),
        ("memory = 19456, passes = 2, lanes = 0", "too weak"),
        ("memory = 131073, passes = 1, lanes = 1", "too costly"),
        ("memory = 131072, passes = 9, lanes = 1", "too costly"),
        ("memory = 19456, passes = 2, lanes = 17", "too costly"),
        ("memory = 4294967295, passes = 4294967295, lanes = 1", "too costly"),
    ] {
        let refused = cost(bad).assert_refused("limits.password_cost");
        assert!(refused.contains(message), "{refused}");
    }
    for malformed in ["memory = 19456, passes = 2", "memory = 19456, passes = 2, lanes = 1, m = 1"]
    {
        assert!(cost(malformed).read(&[]).unwrap_err().contains("limits.password_cost"));
    }
}

#[test]
fn the_limit_of_failed_sign_ins_is_a_rate() {
    assert!(with("[limits]\nfailed_sign_ins = \"3/h\"\n").read(&[]).is_ok());
    with("[limits]\nfailed_sign_ins = \"none\"\n").assert_refused("limits.failed_sign_ins");
}
