//! Applications, people and roles to keep, and ways to compare what comes back.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use signet::{
    directory::{
        KeptSecret, PasswordDigest, Person, Registration, Registry, Role, Search, Written,
    },
    entropy::{Entropy, SystemEntropy},
    oauth::{ClientMetadata, UserName},
    secret::{Secret, SecretDigest},
};

/// How long a database may take: what a busy machine takes for an answer is no outage.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The same, where the outage is played.
pub(crate) const HASTE: Duration = Duration::from_secs(3);

/// Some time in 2026.
pub(crate) const NOW: u64 = 1_795_000_000;

/// The digest of a password, which takes a while to make.
pub(crate) static PASSWORD: LazyLock<String> = LazyLock::new(|| {
    let password = Secret::new("correct horse".to_owned());
    signet::directory::hash_password(&password, &SystemEntropy).unwrap()
});

pub(crate) fn digest(text: &str) -> SecretDigest {
    Secret::new(text.to_owned()).digest()
}

/// An application of that identifier with a secret.
pub(crate) fn application(client_id: &str) -> Registration {
    Registration {
        client_id: client_id.parse().unwrap(),
        owner: None,
        metadata: ClientMetadata::default(),
        secrets: vec![KeptSecret { digest: digest(client_id), created_at: NOW, expires_at: None }],
        registration_access_token: None,
        disabled: false,
        locked: false,
        created_at: NOW,
        version: 1,
    }
}

/// A person of that name, with an identifier of their own.
pub(crate) fn person(username: &str) -> Person {
    let mut random = [0; 16];
    SystemEntropy.fill(&mut random).unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let groups = [&random[..4], &random[4..6], &random[6..8], &random[8..10], &random[10..]];
    Person {
        id: groups.map(hex).join("-").parse().unwrap(),
        username: username.parse().unwrap(),
        name: None,
        email: None,
        roles: Vec::new(),
        password: Arc::new(PASSWORD.parse::<PasswordDigest>().unwrap()),
        disabled: false,
        sessions_since: 0,
        created_at: NOW,
        version: 1,
    }
}

/// A role of that name with those scopes.
pub(crate) fn role(name: &str, scopes: &str) -> Role {
    let scopes = match scopes {
        "" => signet::oauth::ScopeSet::default(),
        scopes => scopes.parse().unwrap(),
    };
    Role { name: name.parse().unwrap(), scopes, version: 1 }
}

/// All that is kept of an application, to be compared.
pub(crate) fn whole(application: &Registration) -> String {
    let secret = |secret: &KeptSecret| {
        format!("{} {} {:?}", secret.digest.to_hex(), secret.created_at, secret.expires_at)
    };
    let secrets: Vec<String> = application.secrets.iter().map(secret).collect();
    let token = application.registration_access_token.map(|digest| digest.to_hex());
    let Registration { client_id, owner, metadata, disabled, created_at, version, .. } =
        application;
    format!(
        "{client_id} {owner:?} {metadata:?} {secrets:?} {token:?} {disabled} {created_at} {version}"
    )
}

/// All that is kept of a person, to be compared; of the password whether it is the one of these tests.
pub(crate) fn whole_person(person: &Person) -> String {
    let Person { id, username, name, email, roles, password, disabled, .. } = person;
    let Person { sessions_since, created_at, version, .. } = person;
    let (written, canonical) = (username.as_written(), username.canonical());
    let known = password.matches(&Secret::new("correct horse".to_owned()));
    format!(
        "{id} {written} {canonical} {name:?} {email:?} {roles:?} {known} {disabled} {sessions_since} {created_at} {version}"
    )
}

pub(crate) fn username(text: &str) -> UserName {
    text.parse().unwrap()
}

/// Keeps it, which must work.
pub(crate) async fn kept(registry: &dyn Registry, application: &Registration) {
    assert_eq!(registry.add_application(application).await, Ok(Written::Done));
}

pub(crate) async fn kept_person(registry: &dyn Registry, person: &Person) {
    assert_eq!(registry.add_person(person).await, Ok(Written::Done));
}

pub(crate) async fn kept_role(registry: &dyn Registry, role: &Role) {
    assert_eq!(registry.add_role(role).await, Ok(Written::Done));
}

/// The version of an application that is there.
pub(crate) async fn version(registry: &dyn Registry, client_id: &str) -> u64 {
    registry.application(client_id).await.unwrap().unwrap().version
}

/// The identifiers of the applications that a search finds.
pub(crate) async fn found(registry: &dyn Registry, search: Search<'_>) -> Vec<String> {
    let list = registry.applications(search).await.unwrap();
    list.iter().map(|one| one.client_id.to_string()).collect()
}

/// The canonical names of the people that a search finds.
pub(crate) async fn found_people(registry: &dyn Registry, search: Search<'_>) -> Vec<String> {
    let list = registry.people(search).await.unwrap();
    list.iter().map(|one| one.username.canonical().to_owned()).collect()
}

/// The names of the roles that a search finds.
pub(crate) async fn found_roles(registry: &dyn Registry, search: Search<'_>) -> Vec<String> {
    let list = registry.roles(search).await.unwrap();
    list.iter().map(|one| one.name.to_string()).collect()
}

/// All, and no more than a hundred.
pub(crate) fn all() -> Search<'static> {
    Search { limit: 100, ..Search::default() }
}

/// All in which that text stands.
pub(crate) fn with_text(text: &str) -> Search<'_> {
    Search { text: Some(text), ..all() }
}
