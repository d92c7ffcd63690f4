//! Passwords: which digests are taken, and the queue of those to be compared.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use signet::{
    directory::{
        CannotHash, Cost, NotCompared, PasswordDigest, Passwords, PoolSize, UnusableDigest,
        hash_password,
    },
    entropy::SystemEntropy,
    secret::Secret,
};

use crate::support::{
    TestServer, eventually,
    people::{PASSWORD, hash, tables, with_password},
};

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn digest(parameters: &str) -> Result<PasswordDigest, UnusableDigest> {
    format!("$argon2id$v=19${parameters}$AAAAAAAAAAAAAAAAAAAAAA${}", "A".repeat(43)).parse()
}

/// One thread, one place.
fn small() -> Passwords {
    let patience = Duration::from_secs(300);
    pool(PoolSize { threads: NonZeroUsize::MIN, waiting: 1, patience })
}

fn pool(size: PoolSize) -> Passwords {
    Passwords::new(size, Cost::default(), Arc::new(SystemEntropy))
}

/// Takes a few hundred milliseconds.
fn slow() -> Arc<PasswordDigest> {
    Arc::new(digest("m=65536,t=16,p=1").unwrap())
}

#[test]
fn a_digest_is_made_with_the_usual_parameters_and_another_salt_each_time() {
    let (first, second) =
        (hash().to_owned(), hash_password(&secret(PASSWORD), &SystemEntropy).unwrap());
    assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
    assert_ne!(first, second);
    for text in [first, second] {
        let digest: PasswordDigest = text.parse().unwrap();
        assert_eq!(digest.cost(), Cost { memory: 19_456, passes: 2, lanes: 1 });
        assert!(digest.matches(&secret(PASSWORD)) && !digest.matches(&secret("wrong")));
        assert!(!format!("{digest:?}").contains('$'));
    }
}

#[test]
fn a_password_has_1_to_1024_bytes_and_every_one_of_them_counts() {
    let longest = "x".repeat(1024);
    let digest: PasswordDigest =
        hash_password(&secret(&longest), &SystemEntropy).unwrap().parse().unwrap();
    assert!(digest.matches(&secret(&longest)) && !digest.matches(&secret(&longest[1..])));
    for text in [String::new(), longest + "x"] {
        assert_eq!(hash_password(&secret(&text), &SystemEntropy), Err(CannotHash::Length));
    }
}

/// Made by the reference implementation: `echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1`.
#[test]
fn a_digest_that_another_implementation_made_is_taken() {
    let text =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assert!(text.parse::<PasswordDigest>().unwrap().matches(&secret("password")));
}

#[test]
fn digests_that_are_malformed_too_weak_or_too_costly_are_not_taken() {
    for good in ["m=7168,t=5,p=1", "m=47104,t=1,p=1", "m=65536,t=3,p=4", "m=131072,t=8,p=1"] {
        assert!(digest(good).is_ok(), "{good}");
    }
    for weak in ["m=4096,t=100,p=1", "m=7168,t=4,p=1", "m=19456,t=1,p=1", "m=8,t=1,p=1"] {
        assert_eq!(digest(weak).unwrap_err(), UnusableDigest::TooWeak, "{weak}");
    }
    for costly in
        ["m=1048576,t=1,p=1", "m=131072,t=9,p=1", "m=19456,t=4000000,p=1", "m=19456,t=2,p=64"]
    {
        assert_eq!(digest(costly).unwrap_err(), UnusableDigest::TooCostly, "{costly}");
    }
    let salt_and_hash = format!("$AAAAAAAAAAAAAAAAAAAAAA${}", "A".repeat(43));
    for malformed in [
        String::new(),
        "password".to_owned(),
        format!("$argon2i$v=19$m=19456,t=2,p=1{salt_and_hash}"),
        format!("$argon2id$m=19456,t=2,p=1{salt_and_hash}"),
        format!("$argon2id$v=16$m=19456,t=2,p=1{salt_and_hash}"),
        format!("$argon2id$v=19$m=19456,t=2{salt_and_hash}"),
        format!("$argon2id$v=19$m=19456,t=2,p=0{salt_and_hash}"),
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA".to_owned(),
        format!("$argon2id$v=19$m=19456,t=2,p=1$AAAA${}", "A".repeat(43)),
        "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy".to_owned(),
    ] {
        let refused = malformed.parse::<PasswordDigest>().unwrap_err();
        assert_eq!(refused, UnusableDigest::Malformed, "{malformed}");
    }
}

#[tokio::test]
async fn when_the_queue_is_full_others_are_told_at_once() {
    let passwords = Arc::new(small());
    let compare = |digest: Arc<PasswordDigest>| {
        let passwords = Arc::clone(&passwords);
        tokio::spawn(async move { passwords.matches(secret("wrong"), digest).await })
    };
    let first = compare(slow());
    eventually("the thread has taken it up", async || {
        passwords.waiting() == 0 && !first.is_finished()
    })
    .await;
    let second = compare(slow());
    eventually("the place is taken", async || passwords.waiting() == 1).await;
    let refused = passwords.matches(secret("x"), slow()).await;
    assert!(matches!(refused, Err(NotCompared::TooMany { .. })), "{refused:?}");

    // Who hangs up gives the place back.
    second.abort();
    eventually("the place is free", async || passwords.waiting() == 0).await;
    let third = compare(Arc::new(hash().parse().unwrap()));
    assert_eq!((first.await.unwrap(), third.await.unwrap()), (Ok(false), Ok(false)));
    assert_eq!(passwords.work().0, 2, "the one that was given up was compared");
}

#[tokio::test]
async fn those_who_are_sent_away_are_told_to_come_back_one_after_another() {
    let passwords = Arc::new(small());
    let slow = slow();
    let taken = [(); 2].map(|()| {
        let (passwords, digest) = (Arc::clone(&passwords), Arc::clone(&slow));
        tokio::spawn(async move { passwords.matches(secret("wrong"), digest).await })
    });
    eventually("the place is taken", async || passwords.waiting() == 1).await;
    let mut told = Vec::new();
    for _ in 0..650 {
        match passwords.matches(secret("x"), Arc::clone(&slow)).await {
            Err(NotCompared::TooMany { again_in }) => told.push(again_in),
            other => panic!("{other:?}"),
        }
    }
    let seconds = |number: usize| told[number].as_secs();
    assert!(seconds(0) < 5 && seconds(100) > seconds(0) && seconds(200) > seconds(100), "{told:?}");
    // Nobody is told to stay away for long, however many there are.
    assert!(told.iter().all(|wait| wait.as_secs() <= 30), "{told:?}");
    taken.into_iter().for_each(|one| one.abort());
}

#[tokio::test]
async fn nobody_waits_longer_than_the_patience() {
    let patience = Duration::from_millis(1);
    let passwords = pool(PoolSize { threads: NonZeroUsize::MIN, waiting: 1, patience });
    assert_eq!(passwords.matches(secret("x"), slow()).await, Err(NotCompared::TooSlow));
}

/// Where people's digests differ in cost, a name that nobody has costs what one of theirs does, and the same
/// every time: neither can be told from the other.
#[tokio::test]
async fn a_name_that_nobody_has_costs_what_a_name_may_cost() {
    let costly = "$argon2id$v=19$m=24576,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$";
    let costly = format!("{costly}{}", "A".repeat(43));
    let tables = tables().replacen(hash(), &costly, 2);
    let server = TestServer::with(&tables).await;
    let mut costs = std::collections::BTreeSet::new();
    for name in 0..12 {
        let mut own = std::collections::BTreeSet::new();
        for _ in 0..2 {
            let before = server.app.passwords().work().1;
            with_password(&server, "app", &format!("nobody-{name}"), "x", "").await;
            own.insert(server.app.passwords().work().1 - before);
        }
        assert_eq!(own.len(), 1, "nobody-{name}");
        costs.append(&mut own);
    }
    assert_eq!(costs.into_iter().collect::<Vec<_>>(), [2 * 19_456, 2 * 24_576]);
}
