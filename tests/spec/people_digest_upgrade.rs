//! Digests that cost less than `limits.password_cost`: made anew at a sign-in, which never notices.

use std::{
    net::{IpAddr, Ipv4Addr},
    num::NonZeroUsize,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use signet::{
    clock::Clock,
    config::{Config, Limits},
    directory::{
        Cost, Declared, Directory, PasswordDigest, Passwords, Person, PoolSize, hash_password,
    },
    entropy::SystemEntropy,
    grants::{DigestUpgrades, Throttle, UserAuthentication},
    oauth::UserName,
    secret::Secret,
};

use crate::support::{
    config_file::ConfigFile,
    eventually,
    kept_people::KeptPeople,
    people::{PASSWORD, hash},
    test_clock,
};

/// Somewhat above the usual.
const COST: Cost = Cost { memory: 20_480, passes: 2, lanes: 1 };

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

/// The digest of another password, at the usual cost.
fn changed() -> Arc<PasswordDigest> {
    let text = hash_password(&secret("changed in the meantime"), &SystemEntropy).unwrap();
    Arc::new(text.parse().unwrap())
}

fn person(number: u8) -> Person {
    Person {
        id: format!("4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e{number:02}").parse().unwrap(),
        username: format!("person-{number}").parse().unwrap(),
        name: None,
        email: None,
        roles: Vec::new(),
        password: Arc::new(hash().parse().unwrap()),
        disabled: false,
        sessions_since: 0,
        created_at: 1,
        version: 1,
    }
}

/// What a sign-in goes through, with people who are kept at the usual cost.
struct Bench {
    kept: Arc<KeptPeople>,
    passwords: Arc<Passwords>,
    upgrades: Arc<DigestUpgrades>,
    people: UserAuthentication,
}

impl Bench {
    fn with(declared: Declared) -> Self {
        let kept = Arc::new(KeptPeople::default());
        for number in 10..20 {
            kept.add(person(number));
        }
        let clock: Arc<dyn Clock> = Arc::new(test_clock());
        let directory = Directory::with_registry(declared, kept.clone(), Arc::clone(&clock));
        let directory = Arc::new(directory);
        let size = PoolSize {
            threads: NonZeroUsize::new(2).unwrap(),
            waiting: 8,
            patience: Duration::from_secs(30),
        };
        let passwords = Arc::new(Passwords::new(size, COST, Arc::new(SystemEntropy)));
        let upgrades =
            Arc::new(DigestUpgrades::new(Arc::clone(&directory), Arc::clone(&passwords)));
        let limit = Limits::default().failed_sign_ins;
        let people = UserAuthentication {
            directory,
            passwords: Arc::clone(&passwords),
            upgrades: Arc::clone(&upgrades),
            throttle: Arc::new(Throttle::new(limit, Arc::clone(&clock))),
            confirmations: Arc::new(Throttle::new(limit, Arc::clone(&clock))),
            clock,
        };
        Self { kept, passwords, upgrades, people }
    }

    fn new() -> Self {
        Self::with(Declared::default())
    }

    async fn signs_in(&self, username: &str, password: &str) -> bool {
        let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
        self.people.authenticate(username, &secret(password), address).await.is_ok()
    }

    async fn settled(&self) {
        eventually("nothing is under way", async || self.upgrades.under_way() == 0).await;
    }

    fn cost_of(&self, person: &Person) -> Cost {
        self.kept.get(person.id.as_str()).password.cost()
    }
}

#[tokio::test]
async fn a_right_password_has_its_digest_made_anew_once() {
    let (bench, person) = (Bench::new(), person(10));
    assert!(bench.signs_in("person-10", PASSWORD).await);
    bench.settled().await;
    let kept = bench.kept.get(person.id.as_str());
    assert_eq!((kept.password.cost(), kept.version), (COST, 2));
    assert!(kept.password.matches(&secret(PASSWORD)));
    // By the salt a session knows that the password is the same.
    assert_eq!(kept.password.salt(), person.password.salt());
    // It is not due any more.
    assert!(bench.signs_in("person-10", PASSWORD).await);
    bench.settled().await;
    assert_eq!((bench.passwords.made(), bench.kept.get(person.id.as_str()).version), (1, 2));
}

#[tokio::test]
async fn a_sign_in_under_way_survives_a_new_digest_and_no_new_password() {
    let (bench, person) = (Bench::new(), person(10));
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let password = secret(PASSWORD);
    let signed_in = bench.people.authenticate("person-10", &password, address).await.unwrap();
    bench.settled().await;
    assert_eq!(bench.cost_of(&person), COST, "the digest is another");
    assert!(bench.people.still_proves(&signed_in, &password).await.is_ok());
    let kept = bench.kept.get(person.id.as_str());
    bench.kept.add(Person { password: changed(), ..kept.clone() });
    assert!(bench.people.still_proves(&signed_in, &password).await.is_err());
    bench.kept.add(Person { disabled: true, ..kept });
    assert!(bench.people.still_proves(&signed_in, &password).await.is_err());
}

#[tokio::test]
async fn a_wrong_password_and_somebody_switched_off_change_nothing() {
    let bench = Bench::new();
    bench.kept.add(Person { disabled: true, ..person(10) });
    assert!(!bench.signs_in("person-10", PASSWORD).await);
    assert!(!bench.signs_in("person-11", "wrong").await);
    assert!(!bench.signs_in("nobody", PASSWORD).await);
    bench.settled().await;
    assert_eq!((bench.passwords.made(), bench.kept.changes.load(Ordering::SeqCst)), (0, 0));
}

#[tokio::test]
async fn a_password_that_was_changed_after_it_was_compared_stays_changed() {
    let (bench, person) = (Bench::new(), person(10));
    let id = person.id.to_string();
    *bench.kept.before_reading.lock().unwrap() = Some(Box::new(move |people| {
        let person = people.get_mut(&id).unwrap();
        person.password = changed();
        person.version += 1;
    }));
    assert!(bench.signs_in("person-10", PASSWORD).await);
    bench.settled().await;
    assert_eq!(bench.kept.changes.load(Ordering::SeqCst), 0);
    assert!(!bench.signs_in("person-10", PASSWORD).await);
    assert!(bench.signs_in("person-10", "changed in the meantime").await);
}

#[tokio::test]
async fn a_password_that_is_changed_just_before_the_new_digest_is_stored_stays_changed() {
    let (bench, person) = (Bench::new(), person(10));
    let id = person.id.to_string();
    *bench.kept.before_changing.lock().unwrap() = Some(Box::new(move |people| {
        let person = people.get_mut(&id).unwrap();
        person.password = changed();
        person.version += 1;
    }));
    assert!(bench.signs_in("person-10", PASSWORD).await);
    bench.settled().await;
    assert_eq!(bench.kept.changes.load(Ordering::SeqCst), 1);
    assert!(!bench.signs_in("person-10", PASSWORD).await);
    assert!(bench.signs_in("person-10", "changed in the meantime").await);
    // The next sign-in did what this one could not.
    bench.settled().await;
    assert_eq!(bench.cost_of(&person), COST);
}

#[tokio::test]
async fn what_else_was_changed_of_a_person_in_the_meantime_is_kept() {
    let (bench, person) = (Bench::new(), person(10));
    let id = person.id.to_string();
    *bench.kept.before_reading.lock().unwrap() = Some(Box::new(move |people| {
        let person = people.get_mut(&id).unwrap();
        person.disabled = true;
        person.version += 1;
    }));
    assert!(bench.signs_in("person-10", PASSWORD).await);
    bench.settled().await;
    let kept = bench.kept.get(person.id.as_str());
    assert!(kept.disabled && kept.password.cost() == COST);
}

#[tokio::test]
async fn while_the_directory_hangs_sign_ins_go_on_and_little_is_under_way() {
    let bench = Bench::new();
    bench.kept.hangs.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        assert!(bench.signs_in("person-10", PASSWORD).await);
    }
    eventually("it waits for the directory", async || bench.kept.reads.load(Ordering::SeqCst) == 1)
        .await;
    assert_eq!(bench.upgrades.under_way(), 1, "one for each person");
    for number in 11..20 {
        assert!(bench.signs_in(&format!("person-{number}"), PASSWORD).await);
    }
    assert_eq!(bench.upgrades.under_way(), 2, "and two in all");
    assert!(bench.passwords.made() <= 2);
}

#[tokio::test]
async fn while_the_directory_is_away_nothing_is_lost_and_the_next_sign_in_does_it() {
    let (bench, person) = (Bench::new(), person(10));
    bench.kept.away.store(true, Ordering::SeqCst);
    assert!(bench.signs_in("person-10", PASSWORD).await);
    bench.settled().await;
    assert_eq!(bench.cost_of(&person), Cost::default());
    bench.kept.away.store(false, Ordering::SeqCst);
    assert!(bench.signs_in("person-10", PASSWORD).await);
    bench.settled().await;
    assert_eq!(bench.cost_of(&person), COST);
}

#[tokio::test]
async fn somebody_who_is_declared_is_never_changed() {
    let file = ConfigFile::new(&format!(
        "issuer = \"http://127.0.0.1:1\"\n[limits]\npassword_cost = {{ memory = 20480, passes = 2, lanes = 1 }}\n\
         [[users]]\nusername = \"declared\"\npassword_hash = \"{}\"\n",
        hash()
    ));
    let config: Config = file.read(&[]).unwrap().config;
    assert_eq!(config.limits.password_cost, COST);
    let declared = Declared::from_config(&config).unwrap();
    assert_eq!(declared.people().with_digests_below(COST), 1);
    assert_eq!(declared.people().with_digests_below(Cost::default()), 0);
    let bench = Bench::with(declared);
    assert!(bench.signs_in("declared", PASSWORD).await);
    bench.settled().await;
    assert_eq!((bench.passwords.made(), bench.kept.reads.load(Ordering::SeqCst)), (0, 0));
}

/// Where people are kept, a name that nobody has costs what a new digest does.
#[tokio::test]
async fn a_name_that_nobody_has_costs_what_is_set() {
    let file = ConfigFile::new(
        "issuer = \"http://127.0.0.1:1\"\n[limits]\npassword_cost = { memory = 20480, passes = 2, lanes = 1 }\n",
    );
    let declared = Declared::from_config(&file.read(&[]).unwrap().config).unwrap();
    let bench = Bench::with(declared);
    assert!(bench.signs_in("person-10", PASSWORD).await);
    bench.settled().await;
    let mut costs = Vec::new();
    for username in ["person-10", "nobody", "nobody-else"] {
        let before = bench.passwords.work().1;
        assert!(!bench.signs_in(username, "wrong").await);
        costs.push(bench.passwords.work().1 - before);
    }
    assert_eq!(costs, [COST.kibibytes(); 3]);
    let name: UserName = "nobody".parse().unwrap();
    let decoy = bench.people.directory.account(&name).await.unwrap().unwrap_err();
    assert_eq!(decoy.cost(), COST);
}
