//! The OpenAPI document: its golden files, and where it is served.

use std::{fs, path::Path};

use signet::app::openapi_document;

use crate::support::{Request, TestServer, people::everything};

/// The issuer of the quick start.
const QUICK_START: &str = "http://127.0.0.1:8080";

/// Compares with `openapi/{name}`, or writes it where UPDATE_GOLDEN is 1.
fn assert_golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi").join(name);
    if std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let line = golden.lines().zip(actual.lines()).position(|(golden, actual)| golden != actual);
    assert!(
        golden == actual,
        "openapi/{name} is not what the code says (first difference in line {:?}): look at the change, \
         then run the test with UPDATE_GOLDEN=1",
        line.map(|line| line + 1)
    );
}

#[test]
fn the_json_document_is_the_golden_one() {
    let document = openapi_document(&QUICK_START.parse().unwrap());
    // As `signet openapi` prints it.
    assert_golden("openapi.json", &format!("{}\n", document.json()));
}

#[test]
fn the_yaml_document_is_the_golden_one() {
    let document = openapi_document(&QUICK_START.parse().unwrap());
    assert_golden("openapi.yaml", document.yaml());
}

#[test]
fn the_document_is_the_same_every_time() {
    let issuer = QUICK_START.parse().unwrap();
    let (first, second) = (openapi_document(&issuer), openapi_document(&issuer));
    assert_eq!((first.json(), first.yaml()), (second.json(), second.yaml()));
}

#[tokio::test]
async fn the_server_hands_out_the_document_of_its_issuer() {
    let server = TestServer::start().await;
    let document = openapi_document(&server.issuer.parse().unwrap());
    let json = server.send(Request::get("/openapi.json")).await;
    assert_eq!((json.status, json.header("Content-Type")), (200, Some("application/json")));
    assert_eq!(json.text(), document.json());
    assert_eq!(json.json()["servers"][0]["url"], server.issuer.as_str());
    let yaml = server.send(Request::get("/openapi.yaml")).await;
    assert_eq!((yaml.status, yaml.header("Content-Type")), (200, Some("application/yaml")));
    assert_eq!(yaml.text(), document.yaml());
}

#[tokio::test]
async fn the_page_to_try_it_needs_nothing_from_elsewhere() {
    let server = TestServer::start().await;
    let page = server.send(Request::get("/docs")).await;
    assert_eq!((page.status, page.header("Content-Type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("Content-Security-Policy").unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    for attribute in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
        assert!(!page.text().contains(attribute), "{attribute}");
    }
}

#[tokio::test]
async fn every_path_of_the_document_answers_at_the_documents_server() {
    for issuer_path in ["", "/tenant"] {
        let server = TestServer::with_issuer_path(issuer_path, &everything()).await;
        let document =
            server.send(Request::get(&format!("{issuer_path}/openapi.json"))).await.json();
        let origin = server.issuer.strip_suffix(issuer_path).unwrap().to_owned();
        let everywhere = document["servers"][0]["url"].as_str().unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            // OpenAPI lets a path say that it stands elsewhere.
            let base = item["servers"][0]["url"].as_str().unwrap_or(everywhere);
            let target = format!("{}{path}", base.strip_prefix(&origin).unwrap());
            // HEAD: a stream of events has no end. 405 says that something is there.
            let answer = server.send(Request::new("HEAD", &target)).await;
            let of_a_kind = path.contains('{');
            assert!(
                answer.status != 404 || of_a_kind,
                "{target} is documented by {}: {answer:?}",
                server.issuer
            );
        }
    }
}
