//! A database is given its tables once, however many come at once; and nobody else reads the file.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use futures_util::future::join_all;
use signet::directory::{Registry, Sql};

use crate::{
    postgres::Postgres,
    sqlite::Sqlite,
    support::{config_file::ConfigFile, copy_keys},
    world::{application, kept, version},
};

async fn all_come_up(several: &[Sql]) {
    let opened = join_all(several.iter().map(Sql::migrations)).await;
    assert!(opened.iter().all(|migrations| *migrations == Ok(2)), "{opened:?}");
    kept(&several[0], &application("one")).await;
    for one in several {
        assert_eq!(version(one, "one").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_start_at_once_on_an_empty_postgres_all_come_up() {
    let database = Postgres::new().await;
    all_come_up(&(0..8).map(|_| database.open()).collect::<Vec<_>>()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_that_start_at_once_on_an_empty_file_all_come_up() {
    let files = Sqlite::new();
    all_come_up(&(0..8).map(|_| files.open()).collect::<Vec<_>>()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_ask_at_once_open_it_once() {
    let files = Sqlite::new();
    let sql = files.open();
    let answers = join_all((0..40).map(|_| sql.check())).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_is_for_its_owner_alone() {
    let files = Sqlite::new();
    let sql = files.open();
    kept(&sql, &application("one")).await;
    let folder = files.file().parent().unwrap().to_owned();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
}

fn signet(file: &ConfigFile, command: &str) -> Command {
    let mut signet = Command::new(env!("CARGO_BIN_EXE_signet"));
    signet.arg(command).arg("--config").arg(file.path());
    signet
}

fn file(url: &str) -> ConfigFile {
    let file = ConfigFile::new(&format!(
        "issuer = \"http://127.0.0.1:8080\"\n[http]\nlisten = \"127.0.0.1:0\"\n[directory]\nurl = \"{url}\"\ntimeout = \"20s\"\n"
    ));
    copy_keys(&file.path().parent().unwrap().join("keys"));
    file
}

#[test]
fn the_doctor_opens_the_directory_in_several_processes_at_once() {
    let file = file("sqlite:signet.db");
    let spawn = |_| signet(&file, "check").stdout(std::process::Stdio::piped()).spawn().unwrap();
    let children: Vec<_> = (0..4).map(spawn).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{text}");
        assert!(text.contains("signet.db answers, 2 migration(s) applied"), "{text}");
    }
}

#[test]
fn a_start_ends_where_the_file_cannot_be_used() {
    let file = file("sqlite:missing/signet.db");
    let output = signet(&file, "serve").output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(message.contains("missing/signet.db"), "{message}");
    assert!(message.contains("folder must exist"), "{message}");
}

#[test]
fn the_doctor_names_a_postgres_that_is_away_and_not_its_password() {
    let port = crate::support::free_port();
    let file = file(&format!("postgres://signet:hunter2@127.0.0.1:{port}/signet"));
    let output = signet(&file, "check").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success());
    assert!(text.contains("wrong  directory"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}
