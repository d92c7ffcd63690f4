//! Token Status List sections 5, 8 and 9: the lists as resource servers fetch them.

use std::{collections::HashSet, io::Read, time::Duration};

use flate2::read::GzDecoder;
use serde_json::Value;
use signet::{
    entropy::SystemEntropy,
    keys::{KeyDirectory, RotateWhen},
    store::{Entry, LIST_SIZE, ListId},
};
use signet_verifier::{
    Algorithm,
    status_list::{Bits, StatusList},
};

use crate::support::{APPLICATIONS, Request, TestServer, token};

const MEDIA_TYPE: &str = "application/statuslist+jwt";

/// Where a new token's status is: the list's path, its URI, the token's index.
pub struct Reference {
    pub path: String,
    pub uri: String,
    pub index: u32,
}

impl Reference {
    pub async fn of_a_new_token(server: &TestServer) -> Self {
        let granted = server.granted("grant_type=client_credentials").await;
        let claims = token::claims(granted["access_token"].as_str().unwrap());
        let reference = &claims["status"]["status_list"];
        let uri = reference["uri"].as_str().unwrap().to_owned();
        let path = uri.strip_prefix(&server.issuer).unwrap().to_owned();
        Self { path, uri, index: u32::try_from(reference["idx"].as_u64().unwrap()).unwrap() }
    }

    pub fn entry(&self) -> Entry {
        let id = self.path.rsplit('/').next().unwrap();
        let bytes = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, id).unwrap();
        Entry { list: ListId::from_bytes(bytes[..12].try_into().unwrap()), index: self.index }
    }

    pub async fn revoke(&self, server: &TestServer) {
        server.app.store().revocations.revoke(&[self.entry()]).await.unwrap();
    }
}

pub async fn fetch(server: &TestServer, path: &str) -> String {
    let answer = server.send(Request::get(path).header("Accept", MEDIA_TYPE)).await;
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some(MEDIA_TYPE)));
    answer.text().to_owned()
}

fn list(token: &str) -> StatusList {
    let claims = token::claims(token);
    let lst = claims["status_list"]["lst"].as_str().unwrap();
    StatusList::decode(Bits::One, lst, LIST_SIZE as usize / 8).unwrap()
}

pub async fn is_revoked(server: &TestServer, reference: &Reference) -> bool {
    list(&fetch(server, &reference.path).await).get(reference.index.into()).unwrap() == 1
}

pub async fn aggregation(server: &TestServer) -> Vec<String> {
    let answer = server.send(Request::get("/status-lists")).await;
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("application/json")));
    let lists = answer.json()["status_lists"].as_array().unwrap().clone();
    lists.iter().map(|uri| uri.as_str().unwrap().to_owned()).collect()
}

/// Section 5.1.
#[tokio::test]
async fn a_list_is_a_signed_token_about_its_own_uri() {
    let server = TestServer::start().await;
    let reference = Reference::of_a_new_token(&server).await;
    let token = fetch(&server, &reference.path).await;

    let header = token::header(&token);
    assert_eq!((&header["typ"], &header["alg"]), (&"statuslist+jwt".into(), &"ES256".into()));
    let keys = super::rfc7517_jwks::keys(&server).await;
    assert!(keys.iter().any(|key| key["kid"] == header["kid"]), "{header}");

    let claims = token::claims(&token);
    let (iat, exp) = (claims["iat"].as_u64().unwrap(), claims["exp"].as_u64().unwrap());
    assert_eq!(claims["sub"], reference.uri);
    assert_eq!(claims["ttl"], 5);
    assert_eq!((iat, exp - iat), (now(&server), 900));
    assert_eq!(claims["status_list"]["bits"], 1);
    assert_eq!(claims["status_list"]["aggregation_uri"], format!("{}/status-lists", server.issuer));
}

pub fn now(server: &TestServer) -> u64 {
    signet::clock::Clock::now(&*server.clock)
}

/// Section 11.1: a list that nobody but the issuer can have made.
#[tokio::test]
async fn the_signature_is_verified_by_the_published_keys() {
    let server = TestServer::start().await;
    let reference = Reference::of_a_new_token(&server).await;
    let token = fetch(&server, &reference.path).await;
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let kid = token::header(&token)["kid"].clone();
    let keys = super::rfc7517_jwks::keys(&server).await;
    let jwk = keys.iter().find(|key| key["kid"] == kid).unwrap();
    let decode = |text: &str| {
        base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, text).unwrap()
    };
    let mut point = vec![4];
    point.extend(decode(jwk["x"].as_str().unwrap()));
    point.extend(decode(jwk["y"].as_str().unwrap()));
    let key =
        ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &decode(signature)).unwrap();
}

#[tokio::test]
async fn the_place_of_every_token_is_on_its_list_and_valid() {
    let server = TestServer::start().await;
    for _ in 0..5 {
        let reference = Reference::of_a_new_token(&server).await;
        assert!(reference.index < LIST_SIZE);
        assert!(!is_revoked(&server, &reference).await);
    }
    let reference = Reference::of_a_new_token(&server).await;
    assert_eq!(list(&fetch(&server, &reference.path).await).len(), u64::from(LIST_SIZE));
}

#[tokio::test]
async fn a_revocation_is_seen_in_the_very_next_answer_and_nowhere_else() {
    let server = TestServer::start().await;
    let (first, second) =
        (Reference::of_a_new_token(&server).await, Reference::of_a_new_token(&server).await);
    assert!(!is_revoked(&server, &first).await);
    first.revoke(&server).await;
    // The clock has not moved.
    assert!(is_revoked(&server, &first).await);
    let list = list(&fetch(&server, &first.path).await);
    let set: Vec<u64> = (0..list.len()).filter(|index| list.get(*index) == Some(1)).collect();
    assert_eq!(set, [u64::from(first.index)]);
    assert!(!is_revoked(&server, &second).await);
}

#[tokio::test]
async fn every_replica_serves_every_list() {
    let server = TestServer::start().await;
    let reference = Reference::of_a_new_token(&server).await;
    let replica = server.beside();
    let path = reference.uri.strip_prefix(&server.issuer).unwrap();
    let token = fetch(&replica, path).await;
    assert_eq!(token::claims(&token)["sub"], reference.uri);
    reference.revoke(&server).await;
    assert!(is_revoked(&replica, &reference).await);
    assert!(is_revoked(&server, &reference).await);
}

#[tokio::test]
async fn a_list_that_is_not_ours_is_not_found() {
    let server = TestServer::start().await;
    let Reference { path, .. } = Reference::of_a_new_token(&server).await;
    let (lists, id) = path.rsplit_once('/').unwrap();
    let swapped = if id.starts_with('Z') { "Y" } else { "Z" };
    for other in [
        "x".to_owned(),
        format!("{swapped}{}", &id[1..]),
        format!("{}{swapped}", &id[..31]),
        id[..31].to_owned(),
        format!("{id}A"),
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
    ] {
        let answer = server.send(Request::get(&format!("{lists}/{other}"))).await;
        answer.assert_error(404, "not_found");
    }
}

#[tokio::test]
async fn a_list_whose_tokens_have_all_ended_is_retired() {
    let server = TestServer::start().await;
    let reference = Reference::of_a_new_token(&server).await;
    reference.revoke(&server).await;
    server.clock.advance(Duration::from_secs(3600 + 600 + 59));
    fetch(&server, &reference.path).await;
    assert_eq!(aggregation(&server).await, [reference.uri]);
    server.clock.advance(Duration::from_secs(1));
    server.send(Request::get(&reference.path)).await.assert_error(404, "not_found");
    assert!(aggregation(&server).await.is_empty());
}

/// Section 8.4: "If the Server does not support the additional request parameter, it SHOULD return a status
/// code of 501 (Not Implemented)".
#[tokio::test]
async fn the_status_at_another_time_is_not_implemented() {
    let server = TestServer::start().await;
    let Reference { path, .. } = Reference::of_a_new_token(&server).await;
    for query in ["time=1686925000", "time=", "time", "x=1&time=0"] {
        let answer = server.send(Request::get(&format!("{path}?{query}"))).await;
        answer.assert_error(501, "not_implemented");
    }
    assert_eq!(server.send(Request::get(&format!("{path}?other=1"))).await.status, 200);
}

/// Section 8.1.
#[tokio::test]
async fn a_request_that_takes_another_form_only_is_not_acceptable() {
    let server = TestServer::start().await;
    let Reference { path, .. } = Reference::of_a_new_token(&server).await;
    for (accept, status) in [
        ("application/statuslist+jwt", 200),
        ("Application/StatusList+JWT", 200),
        ("application/*", 200),
        ("*/*", 200),
        ("", 200),
        ("text/html, application/statuslist+jwt;q=0.1", 200),
        ("application/statuslist+jwt; q=1, */*;q=0", 200),
        ("application/statuslist+cwt", 406),
        ("application/json", 406),
        ("text/*", 406),
        ("application/statuslist+jwt;q=0", 406),
        ("application/statuslist+jwt;q=0.0, */*", 406),
    ] {
        let answer = server.send(Request::get(&path).header("Accept", accept)).await;
        assert_eq!(answer.status, status, "{accept}: {answer:?}");
        if status == 406 {
            answer.assert_error(406, "not_acceptable");
        }
    }
    assert_eq!(server.send(Request::get(&path)).await.status, 200);
}

/// Section 8.2: "SHOULD use gzip Content-Encoding".
#[tokio::test]
async fn a_list_is_compressed_for_those_who_take_that() {
    let server = TestServer::start().await;
    let Reference { path, .. } = Reference::of_a_new_token(&server).await;
    let plain = server.send(Request::get(&path)).await;
    assert_eq!(plain.header("Content-Encoding"), None);
    assert_eq!(plain.header("Vary"), Some("Accept-Encoding"));
    for (encodings, coding) in [
        ("gzip", Some("gzip")),
        ("br, GZIP;q=0.5", Some("gzip")),
        ("*", Some("gzip")),
        ("gzip, identity;q=0.5", Some("gzip")),
        ("br", None),
        ("gzip;q=0", None),
        ("gzip;q=0, *", None),
        ("identity", None),
        ("gzip;q=0.1, identity;q=0.9", None),
    ] {
        let answer = server.send(Request::get(&path).header("Accept-Encoding", encodings)).await;
        assert_eq!(answer.status, 200, "{encodings}: {answer:?}");
        assert_eq!(answer.header("Content-Encoding"), coding, "{encodings}");
        assert_eq!(answer.header("Vary"), Some("Accept-Encoding"), "{encodings}");
        assert_eq!(answer.header("ETag") == plain.header("ETag"), coding.is_none(), "{encodings}");
        let mut text = String::new();
        match coding {
            Some(_) => GzDecoder::new(&answer.body[..]).read_to_string(&mut text).unwrap(),
            None => (&answer.body[..]).read_to_string(&mut text).unwrap(),
        };
        assert_eq!(text, plain.text(), "{encodings}");
    }
}

#[tokio::test]
async fn an_unchanged_list_is_not_sent_twice_and_not_signed_twice() {
    let server = TestServer::start().await;
    let reference = Reference::of_a_new_token(&server).await;
    let first = server.send(Request::get(&reference.path)).await;
    assert_eq!(first.header("Cache-Control"), Some("public, max-age=1"));
    let etag = first.header("ETag").unwrap();
    server.clock.advance(Duration::from_secs(449));
    for condition in [etag.to_owned(), format!("W/{etag}"), format!("\"x\", {etag}")] {
        let request = Request::get(&reference.path).header("If-None-Match", &condition);
        let answer = server.send(request).await;
        assert_eq!((answer.status, answer.text()), (304, ""), "{condition}: {answer:?}");
        assert_eq!(answer.header("ETag"), Some(etag));
        assert_eq!(answer.header("Vary"), Some("Accept-Encoding"));
    }
    let gzipped = Request::get(&reference.path).header("Accept-Encoding", "gzip");
    let other = server.send(gzipped.header("If-None-Match", etag)).await;
    assert_eq!(other.status, 200, "another form: {other:?}");

    reference.revoke(&server).await;
    let request = Request::get(&reference.path).header("If-None-Match", etag);
    assert_eq!(server.send(request).await.status, 200);
}

#[tokio::test]
async fn a_list_is_signed_anew_at_half_its_life_and_by_the_key_that_signs() {
    let server = TestServer::start().await;
    let reference = Reference::of_a_new_token(&server).await;
    let first = fetch(&server, &reference.path).await;
    server.clock.advance(Duration::from_secs(450));
    let second = fetch(&server, &reference.path).await;
    assert_ne!(first, second);
    assert_eq!(token::claims(&second)["iat"], now(&server));

    KeyDirectory::new(server.folder.path().join("keys"), Duration::from_secs(600))
        .rotate(Algorithm::Es256, RotateWhen::Now, &*server.clock, &SystemEntropy)
        .unwrap();
    server.app.reload_keys().unwrap();
    server.clock.advance(Duration::from_secs(1));
    let third = fetch(&server, &reference.path).await;
    assert_ne!(token::header(&third)["kid"], token::header(&second)["kid"]);
}

#[tokio::test]
async fn head_answers_what_get_would_without_the_list() {
    let server = TestServer::start().await;
    let Reference { path, .. } = Reference::of_a_new_token(&server).await;
    let get = server.send(Request::get(&path)).await;
    let head = server.send(Request::new("HEAD", &path)).await;
    assert_eq!((head.status, head.text()), (200, ""), "{head:?}");
    for name in ["Content-Type", "ETag", "Cache-Control", "Vary"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
}

#[tokio::test]
async fn other_methods_are_told_what_a_list_answers() {
    let server = TestServer::start().await;
    let Reference { path, .. } = Reference::of_a_new_token(&server).await;
    for path in [&path, "/status-lists", "/status-lists/events"] {
        let answer = server.send(Request::new("DELETE", path)).await;
        answer.assert_error(405, "method_not_allowed");
        assert_eq!(answer.header("Allow"), Some("GET, HEAD"), "{path}");
    }
}

/// Section 8.1: "The Status List … SHOULD … support … Cross-Origin Resource Sharing".
#[tokio::test]
async fn pages_of_any_origin_may_read_the_lists() {
    let server = TestServer::start().await;
    let Reference { path, .. } = Reference::of_a_new_token(&server).await;
    for path in [&path, "/status-lists", "/status-lists/unknown"] {
        let answer = server.send(Request::get(path).header("Origin", "https://any.example")).await;
        assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("*"), "{path}: {answer:?}");
    }
}

/// Section 9.
#[tokio::test]
async fn the_aggregation_names_the_open_lists_and_those_with_a_revocation() {
    let server = TestServer::start().await;
    assert!(aggregation(&server).await.is_empty());
    let first = Reference::of_a_new_token(&server).await;
    assert_eq!(aggregation(&server).await, std::slice::from_ref(&first.uri));
    first.revoke(&server).await;
    assert_eq!(aggregation(&server).await, std::slice::from_ref(&first.uri));
    let second = Reference::of_a_new_token(&server.beside()).await.uri;
    assert_eq!(aggregation(&server).await, std::slice::from_ref(&first.uri));

    server.clock.advance(Duration::from_secs(3600));
    let third = Reference::of_a_new_token(&server).await;
    let named: HashSet<String> = aggregation(&server).await.into_iter().collect();
    assert_eq!(named, HashSet::from([first.uri, third.uri]), "{second} has no revocation");
}

#[tokio::test]
async fn the_metadata_says_where_lists_and_events_are() {
    let server = TestServer::with_issuer_path("/tenant", APPLICATIONS).await;
    let path = "/.well-known/oauth-authorization-server/tenant";
    let metadata = server.send(Request::get(path)).await.json();
    let lists = format!("{}/status-lists", server.issuer);
    assert_eq!(metadata["status_list_aggregation_endpoint"], lists);
    assert_eq!(metadata["status_list_events_endpoint"], format!("{lists}/events"));
    assert_eq!(server.send(Request::get("/tenant/status-lists")).await.status, 200);
}

#[tokio::test]
async fn without_status_lists_there_is_nothing_of_them() {
    let server = TestServer::with(&format!("{APPLICATIONS}[tokens]\nstatus_list = false\n")).await;
    let granted = server.granted("grant_type=client_credentials").await;
    let claims = token::claims(granted["access_token"].as_str().unwrap());
    assert!(claims.get("status").is_none(), "{claims}");
    for path in ["/status-lists", "/status-lists/events", "/status-lists/x"] {
        server.send(Request::get(path)).await.assert_error(404, "not_found");
    }
    let metadata =
        server.send(Request::get("/.well-known/oauth-authorization-server")).await.json();
    let names: Vec<&String> = metadata.as_object().unwrap().keys().collect();
    assert!(names.iter().all(|name| !name.starts_with("status_list")), "{names:?}");
}

#[tokio::test]
async fn a_claim_of_the_list_is_never_null() {
    let server = TestServer::start().await;
    let reference = Reference::of_a_new_token(&server).await;
    let claims = token::claims(&fetch(&server, &reference.path).await);
    assert!(claims.as_object().unwrap().values().all(|value| *value != Value::Null), "{claims}");
}
