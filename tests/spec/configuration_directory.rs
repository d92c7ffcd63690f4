//! `[directory]`: which database is meant, and who may register. What is refused is named by its key, and no
//! password is shown.

use std::fs;

use signet::config::{ApplicationRegistration, DirectoryUrl, PeopleRegistration};

use crate::support::config_file::ConfigFile;

const DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn file(directory: &str) -> ConfigFile {
    ConfigFile::new(&format!(
        "issuer = \"http://127.0.0.1:8080\"\n[[scopes]]\nname = \"read\"\n[[roles]]\nname = \"reader\"\n\
         [directory]\n{directory}"
    ))
}

#[test]
fn a_file_is_relative_to_the_one_that_names_it() {
    for url in ["sqlite:some.db", "sqlite://some.db"] {
        let config = file(&format!("url = \"{url}\"\n"));
        let directory = config.read(&[]).unwrap().config.directory;
        let expected = config.path().parent().unwrap().join("some.db");
        assert_eq!(directory.resolved_url().unwrap(), Some(DirectoryUrl::Sqlite(expected)));
    }
    let absolute = file("url = \"sqlite:/var/lib/signet/some.db\"\n").read(&[]).unwrap();
    let expected = DirectoryUrl::Sqlite("/var/lib/signet/some.db".into());
    assert_eq!(absolute.config.directory.url, Some(expected));
}

#[test]
fn a_url_with_a_password_is_never_shown() {
    for url in ["postgres://signet:hunter2@db/signet", "postgresql:///signet?host=/run/hunter2"] {
        let loaded = file(&format!("url = \"{url}\"\n")).read(&[]).unwrap();
        assert!(!format!("{loaded:?}").contains("hunter2"));
    }
}

#[test]
fn it_may_stand_in_a_file_of_its_own() {
    let config = file("url_file = \"url\"\n");
    fs::write(config.path().with_file_name("url"), "postgres://signet:hunter2@db/signet\n")
        .unwrap();
    let directory = config.read(&[]).unwrap().config.directory;
    assert!(directory.has_registry());
    assert!(matches!(directory.resolved_url(), Ok(Some(DirectoryUrl::Postgres(_)))));
    fs::write(config.path().with_file_name("url"), "mysql://signet:hunter2@db/signet").unwrap();
    let problem = directory.resolved_url().unwrap_err();
    assert_eq!(problem.key, "directory.url_file");
    assert!(!problem.message.contains("hunter2"), "{}", problem.message);
}

#[test]
fn what_is_no_database_is_refused_and_not_shown() {
    for url in [
        "",
        "signet.db",
        "sqlite:",
        "sqlite::memory:",
        "sqlite://:memory:",
        "sqlite:file?mode=memory",
        "sqlite:hunter2.db?mode=ro",
        "sqlite:folder/",
        "mysql://signet:hunter2@db/signet",
        "postgres:signet:hunter2@db/signet",
        "postgres://signet:hunter2@/signet",
        "postgres://signet:hunter2@db",
        "postgres://signet:hunter2@db:99999/signet",
    ] {
        let message = file(&format!("url = \"{url}\"\n")).assert_refused("directory.url");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn absent_it_is_closed() {
    let loaded = ConfigFile::new("issuer = \"http://127.0.0.1:8080\"\n").read(&[]).unwrap();
    let directory = loaded.config.directory;
    assert!(!directory.has_registry());
    assert_eq!(directory.resolved_url(), Ok(None));
    assert_eq!(directory.registration, PeopleRegistration::Closed);
    assert_eq!(directory.application_registration, ApplicationRegistration::Closed);
}

#[test]
fn what_is_asked_for_together_is_accepted() {
    for more in [
        "registration = \"open\"\n".to_owned(),
        "registration = \"open\"\ndefault_role = \"reader\"\n".to_owned(),
        "registration = \"open\"\ndefault_role = \"perhaps kept\"\n".to_owned(),
        "application_registration = \"open\"\nregistered_application_scopes = [\"read\", \"tokens\"]\n"
            .to_owned(),
        format!("application_registration = \"token\"\ninitial_access_token_sha256 = \"{DIGEST}\"\n"),
    ] {
        file(&format!("url = \"sqlite:some.db\"\n{more}")).read(&[]).unwrap();
    }
}

#[test]
fn combinations_that_cannot_be_are_refused() {
    let with_url = "url = \"sqlite:some.db\"\n";
    for (directory, key) in [
        (format!("{with_url}url_file = \"url\"\n"), "url_file"),
        ("registration = \"open\"\n".to_owned(), "registration"),
        ("application_registration = \"open\"\n".to_owned(), "application_registration"),
        (format!("{with_url}application_registration = \"token\"\n"), "application_registration"),
        (
            format!("{with_url}initial_access_token_sha256 = \"{DIGEST}\"\n"),
            "initial_access_token_sha256",
        ),
        (
            format!(
                "{with_url}application_registration = \"open\"\ninitial_access_token_sha256 = \"{DIGEST}\"\n"
            ),
            "initial_access_token_sha256",
        ),
        ("default_role = \"unknown\"\n".to_owned(), "default_role"),
        (
            format!("{with_url}registered_application_scopes = [\"unknown\"]\n"),
            "registered_application_scopes",
        ),
        (
            format!(
                "{with_url}application_registration = \"open\"\nregistered_application_scopes = [\"admin\"]\n"
            ),
            "registered_application_scopes",
        ),
        (format!("{with_url}registration = \"perhaps\"\n"), "registration"),
        (
            format!("{with_url}initial_access_token_sha256 = \"no\"\n"),
            "initial_access_token_sha256",
        ),
        (format!("{with_url}registrations = \"open\"\n"), "registrations"),
    ] {
        file(&directory).assert_refused(&format!("directory.{key}"));
    }
}

#[test]
fn the_environment_may_name_it() {
    let config = file("");
    let url = ("SIGNET_DIRECTORY__URL", "postgres://signet:hunter2@db/signet");
    assert!(config.read(&[url]).unwrap().config.directory.has_registry());
    let message =
        config.assert_refused_from("SIGNET_DIRECTORY__URL", "mysql:hunter2", "directory.url");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn an_open_registration_makes_nobody_an_administrator() {
    let with = |registration: &str, scopes: &str| {
        ConfigFile::new(&format!(
            "issuer = \"http://127.0.0.1:8080\"\n[[roles]]\nname = \"boss\"\nscopes = [{scopes}]\n\
             [directory]\nurl = \"sqlite:some.db\"\nregistration = \"{registration}\"\n\
             default_role = \"boss\"\n"
        ))
    };
    let message = with("open", "\"users\", \"admin\"").assert_refused("directory.default_role");
    assert!(message.contains("name another role"), "{message}");
    with("open", "\"users\"").read(&[]).unwrap();
    with("closed", "\"admin\"").read(&[]).unwrap();
}
