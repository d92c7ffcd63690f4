//! Applications are kept whole, and changed in the version that was read.

use signet::{
    directory::{KeptSecret, Written},
    oauth::ClientMetadata,
};

use crate::{
    fixture::Fixture,
    world::{NOW, all, application, digest, found, kept, version, whole},
};

/// Every member of the registration, none of them as by default.
fn metadata() -> ClientMetadata {
    serde_json::from_value(serde_json::json!({
        "client_name": "Ein Käse-\u{1F9C0}-Dienst",
        "redirect_uris": ["https://app.example.com/callback"],
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["client_credentials", "refresh_token"],
        "scope": "read write",
        "jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]},
        "client_uri": "https://app.example.com/",
        "logo_uri": "https://app.example.com/logo.png",
        "tos_uri": "https://app.example.com/tos",
        "policy_uri": "https://app.example.com/policy",
        "contacts": ["ops@example.com", "\"quoted\"@example.com"],
        "software_id": "4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f",
        "software_version": "1.0 \u{0}",
        "audience": ["https://api.example.com"],
        "access_token_lifetime": 300,
        "access_token_algorithm": "RS256",
        "refresh_token_rotation": false,
        "refresh_token_with_client_credentials": true,
        "resource_server_for": ["https://files.example.com"],
    }))
    .unwrap()
}

pub(crate) async fn every_field_comes_back(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let mut sent = application("billing service #1");
    sent.owner = Some("4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f".to_owned());
    sent.metadata = metadata();
    sent.secrets = vec![
        KeptSecret { digest: digest("new"), created_at: NOW + 5, expires_at: None },
        KeptSecret { digest: digest("old"), created_at: NOW, expires_at: Some(NOW + 60) },
    ];
    sent.registration_access_token = Some(digest("token"));
    sent.disabled = true;
    sent.version = 77;
    kept(&*registry, &sent).await;
    let read = registry.application("billing service #1").await.unwrap().unwrap();
    sent.version = 1;
    assert_eq!(whole(&read), whole(&sent));
    let listed = registry.applications(all()).await.unwrap();
    assert_eq!(listed.iter().map(whole).collect::<Vec<_>>(), [whole(&sent)]);
}

pub(crate) async fn an_identifier_is_given_once(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let first = application("one");
    kept(&*registry, &first).await;
    let mut second = application("one");
    second.secrets = vec![KeptSecret { digest: digest("x"), created_at: 0, expires_at: None }];
    assert_eq!(registry.add_application(&second).await, Ok(Written::Taken));
    let read = registry.application("one").await.unwrap().unwrap();
    assert_eq!(whole(&read), whole(&first));
    kept(&*registry, &application("ONE")).await;
}

pub(crate) async fn a_change_replaces_all_but_the_identifier_and_the_time(fixture: &impl Fixture) {
    let registry = fixture.replica();
    kept(&*registry, &application("one")).await;
    let mut changed = application("one");
    changed.owner = Some("somebody".to_owned());
    changed.metadata = metadata();
    changed.secrets = vec![
        KeptSecret { digest: digest("b"), created_at: NOW + 9, expires_at: None },
        KeptSecret { digest: digest("a"), created_at: NOW, expires_at: Some(NOW + 9) },
    ];
    changed.registration_access_token = Some(digest("token"));
    changed.disabled = true;
    changed.created_at = 5;
    assert_eq!(registry.change_application(&changed).await, Ok(Written::Done));
    changed.created_at = NOW;
    changed.version = 2;
    let read = registry.application("one").await.unwrap().unwrap();
    assert_eq!(whole(&read), whole(&changed));
    let mut back = application("one");
    back.version = 2;
    back.secrets.clear();
    assert_eq!(registry.change_application(&back).await, Ok(Written::Done));
    back.version = 3;
    let read = registry.application("one").await.unwrap().unwrap();
    assert_eq!(whole(&read), whole(&back));
}

pub(crate) async fn a_change_of_another_version_changes_nothing(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let first = application("one");
    kept(&*registry, &first).await;
    for wrong in [0, 2, u64::MAX] {
        let mut changed = application("one");
        changed.version = wrong;
        changed.secrets.clear();
        changed.disabled = true;
        assert_eq!(registry.change_application(&changed).await, Ok(Written::Changed));
        assert_eq!(registry.remove_application("one", Some(wrong)).await, Ok(Written::Changed));
    }
    let read = registry.application("one").await.unwrap().unwrap();
    assert_eq!(whole(&read), whole(&first));
}

pub(crate) async fn nobody_is_changed_or_removed_who_is_not_there(fixture: &impl Fixture) {
    let registry = fixture.replica();
    assert!(registry.application("nobody").await.unwrap().is_none());
    assert_eq!(registry.change_application(&application("nobody")).await, Ok(Written::Absent));
    assert_eq!(registry.remove_application("nobody", None).await, Ok(Written::Absent));
    assert_eq!(registry.remove_application("nobody", Some(1)).await, Ok(Written::Absent));
    assert!(registry.applications(all()).await.unwrap().is_empty());
}

pub(crate) async fn a_removed_one_leaves_nothing_to_who_comes_after(fixture: &impl Fixture) {
    let registry = fixture.replica();
    let mut first = application("one");
    first.registration_access_token = Some(digest("token"));
    kept(&*registry, &first).await;
    assert_eq!(registry.remove_application("one", None).await, Ok(Written::Done));
    assert!(registry.application("one").await.unwrap().is_none());
    let mut second = application("one");
    second.secrets.clear();
    kept(&*registry, &second).await;
    let read = registry.application("one").await.unwrap().unwrap();
    assert_eq!(whole(&read), whole(&second));
}

pub(crate) async fn it_is_removed_in_the_version_that_is_meant(fixture: &impl Fixture) {
    let registry = fixture.replica();
    kept(&*registry, &application("one")).await;
    kept(&*registry, &application("two")).await;
    assert_eq!(registry.change_application(&application("one")).await, Ok(Written::Done));
    assert_eq!(version(&*registry, "one").await, 2);
    assert_eq!(registry.remove_application("one", Some(1)).await, Ok(Written::Changed));
    assert_eq!(registry.remove_application("one", Some(2)).await, Ok(Written::Done));
    assert_eq!(found(&*registry, all()).await, ["two"]);
}

pub(crate) async fn every_replica_sees_a_change(fixture: &impl Fixture) {
    let (one, other) = (fixture.replica(), fixture.replica());
    kept(&*one, &application("one")).await;
    assert_eq!(version(&*other, "one").await, 1);
    assert_eq!(other.change_application(&application("one")).await, Ok(Written::Done));
    assert_eq!(version(&*one, "one").await, 2);
    assert_eq!(one.remove_application("one", None).await, Ok(Written::Done));
    assert!(other.application("one").await.unwrap().is_none());
}
