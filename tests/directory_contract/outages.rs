//! A database that is away is said to be away, in time and without a password; and it is found again.

use std::fs;

use signet::{
    clock::Stopwatch,
    directory::{DirectoryAway, Registry, Sql},
};
use sqlx::{AnyConnection, Connection, Executor};

use crate::{
    sqlite::Sqlite,
    support::{
        eventually,
        postgres_server::{PASSWORD, PostgresServer},
    },
    world::{HASTE, application, kept, version},
};

/// Why it is away, which must be told within its bound, whatever is asked.
async fn away(registry: &dyn Registry) -> String {
    let one = application("one");
    let begun = Stopwatch::start();
    let answers = tokio::join!(
        registry.application("one"),
        registry.change_application(&one),
        registry.remove_role("role", None),
        registry.check(),
    );
    let (read, changed, removed, checked) = answers;
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    let reasons = [
        read.map(|_| ()).unwrap_err(),
        changed.map(|_| ()).unwrap_err(),
        removed.map(|_| ()).unwrap_err(),
        checked.unwrap_err(),
    ];
    let [.., DirectoryAway(reason)] = &reasons;
    for reason in &reasons {
        assert!(!reason.to_string().contains(PASSWORD), "{reason}");
        assert!(!reason.to_string().contains("hunter2"), "{reason}");
    }
    reason.clone()
}

async fn answers(registry: &dyn Registry) {
    eventually("the database answers", async || registry.check().await.is_ok()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_was_killed_is_away_until_it_is_back() {
    let mut server = PostgresServer::start().await;
    let sql = Sql::new(server.database().parse().unwrap(), HASTE);
    kept(&sql, &application("one")).await;
    server.kill();
    away(&sql).await;
    server.start_again().await;
    answers(&sql).await;
    assert_eq!(version(&sql, "one").await, 1);
    assert!(sql.change_application(&application("one")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_hangs_is_away_until_it_goes_on() {
    let server = PostgresServer::start().await;
    let sql = Sql::new(server.database().parse().unwrap(), HASTE);
    kept(&sql, &application("one")).await;
    server.freeze();
    for _ in 0..3 {
        away(&sql).await;
    }
    server.thaw();
    answers(&sql).await;
    assert_eq!(version(&sql, "one").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_is_not_there_at_first_is_found_when_it_comes() {
    let mut server = PostgresServer::start().await;
    let sql = Sql::new(server.database().parse().unwrap(), HASTE);
    server.kill();
    away(&sql).await;
    server.start_again().await;
    answers(&sql).await;
    kept(&sql, &application("one")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_without_the_password() {
    let server = PostgresServer::start().await;
    let url = server.database().replace(PASSWORD, "hunter2-wrong");
    let reason = away(&Sql::new(url.parse().unwrap(), HASTE)).await;
    assert!(reason.contains("authentication failed"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_went_away_is_an_outage_and_no_empty_directory() {
    let files = Sqlite::new();
    let sql = files.open();
    kept(&sql, &application("one")).await;
    let folder = files.file().parent().unwrap().to_owned();
    let elsewhere = files.0.path().join("elsewhere");
    fs::rename(&folder, &elsewhere).unwrap();
    assert!(away(&sql).await.contains("is gone"));
    fs::create_dir(&folder).unwrap();
    assert!(away(&sql).await.contains("is gone"));
    fs::remove_dir(&folder).unwrap();
    fs::rename(&elsewhere, &folder).unwrap();
    answers(&sql).await;
    assert_eq!(version(&sql, "one").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_the_place_of_another_is_opened_anew() {
    let (files, backup) = (Sqlite::new(), Sqlite::new());
    let sql = files.open();
    kept(&sql, &application("one")).await;
    let restored = backup.open();
    kept(&restored, &application("restored")).await;
    assert!(restored.change_application(&application("restored")).await.is_ok());
    drop(restored);
    let beside = |files: &Sqlite, suffix: &str| format!("{}{suffix}", files.file().display());
    // The last who closes a file writes its log into it.
    eventually("the copy is closed", async || fs::metadata(beside(&backup, "-wal")).is_err()).await;
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(beside(&files, suffix));
    }
    fs::rename(backup.file(), files.file()).unwrap();
    answers(&sql).await;
    assert_eq!(version(&sql, "restored").await, 2);
    assert!(sql.application("one").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_made_or_is_none_of_ours_is_named() {
    let files = Sqlite::new();
    let missing = files.0.path().join("missing/signet.db");
    let url = format!("sqlite:{}", missing.display());
    let reason = away(&Sql::new(url.parse().unwrap(), HASTE)).await;
    assert!(reason.contains(&missing.display().to_string()), "{reason}");
    assert!(reason.contains("folder must exist"), "{reason}");
    let garbage = files.0.path().join("garbage.db");
    fs::write(&garbage, "no database at all, but long enough to be looked at".repeat(40)).unwrap();
    let url = format!("sqlite:{}", garbage.display());
    let reason = away(&Sql::new(url.parse().unwrap(), HASTE)).await;
    assert!(reason.contains(&garbage.display().to_string()), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_a_newer_signet_are_refused_and_the_mend_is_named() {
    let files = Sqlite::new();
    answers(&files.open()).await;
    let path = files.file().to_str().unwrap().to_owned();
    let path: String = path.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut connection = AnyConnection::connect(&format!("sqlite://{path}")).await.unwrap();
    let later = "INSERT INTO _sqlx_migrations VALUES (999, 'later', '2026-01-01', 1, x'00', 0)";
    connection.execute(later).await.unwrap();
    let reason = away(&files.open()).await;
    assert!(reason.contains("made migration 999 there: start that one"), "{reason}");
}
