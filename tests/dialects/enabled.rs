//! What is enabled, and where that shows: in paths, in the OpenAPI document, in metrics, in `signet check`.

use std::{collections::BTreeSet, fs, path::Path};

use signet::{
    app::{Trigger, openapi_document, openapi_document_of, warnings},
    config::{Dialect, Loaded},
    dialects::doors,
};

use crate::{
    support::{Request, TestServer, config_file::ConfigFile},
    world::{ALL, ENCODED_PASSWORD, json, server, tables},
};

const DIALECTS: [Dialect; 5] = [
    Dialect::Etmdb,
    Dialect::TeenQuotes,
    Dialect::Metamaps,
    Dialect::Cameramanager,
    Dialect::Fusio,
];

/// Every door of `dialect`: method and path, with something in the place of each name.
fn requests(dialect: Dialect) -> Vec<(String, String)> {
    let place = |path: &str| path.replace(":client_id", "x").replace(":id", "x");
    doors(dialect).iter().map(|door| (door.method.to_string(), place(door.path))).collect()
}

#[tokio::test]
async fn each_dialect_opens_its_own_doors_and_no_others() {
    for enabled in DIALECTS.map(Some).into_iter().chain([None]) {
        let names: Vec<&str> = enabled.iter().map(|dialect| dialect.name()).collect();
        let server = server(&names).await;
        let own: BTreeSet<_> = enabled.into_iter().flat_map(requests).collect();
        for dialect in DIALECTS {
            for (method, path) in requests(dialect) {
                let answer = server.send(Request::new(&method, &path)).await;
                let is_open = !matches!(answer.status, 404 | 405);
                let expected = own.contains(&(method.clone(), path.clone()));
                assert_eq!(is_open, expected, "{names:?}: {method} {path}: {answer:?}");
            }
        }
    }
}

/// Two tables may meet where both lead to the token pipeline and have their parameters in one place, and
/// nowhere else.
#[tokio::test]
async fn all_of_them_together_open_every_door() {
    let server = server(ALL).await;
    for (method, path) in DIALECTS.into_iter().flat_map(requests) {
        let answer = server.send(Request::new(&method, &path)).await;
        assert!(!matches!(answer.status, 404 | 405 | 500), "{method} {path}: {answer:?}");
    }
}

#[tokio::test]
async fn doors_stand_below_the_issuers_path() {
    let server = TestServer::with_issuer_path("/tenant", &tables(&["teen-quotes"])).await;
    assert_eq!(server.send(json("/tenant/oauth", "{}")).await.status, 400);
    assert_eq!(server.send(json("/oauth", "{}")).await.status, 404);
}

#[test]
fn a_dialect_is_named_as_it_is_and_once() {
    let file = |enabled: &str| {
        let issuer = "issuer = \"http://127.0.0.1:8080\"\n";
        ConfigFile::new(&format!("{issuer}[dialects]\nenabled = {enabled}\n"))
    };
    assert!(file("[]").read(&[]).is_ok());
    let message = file("[\"etmbd\"]").assert_refused("dialects.enabled.0");
    assert!(message.contains("one of `etmdb`, `teen-quotes`"), "{message}");
    file("\"etmdb\"").assert_refused("dialects.enabled");
    file("[\"etmdb\", \"metamaps\", \"etmdb\"]").assert_refused("dialects.enabled.2");
    file("[\"fusio\"]").assert_refused("dialects.sign_in_application");
}

#[tokio::test]
async fn what_is_enabled_while_it_runs_takes_effect_at_the_next_start() {
    let server = server(&[]).await;
    assert_eq!(server.send(Request::get("/readyz")).await.status, 200);
    let text = fs::read_to_string(server.config_file()).unwrap();
    fs::write(server.config_file(), text.replace("enabled = []", "enabled = [\"etmdb\"]")).unwrap();
    server.app.reload(Trigger::Signal, []).unwrap();
    let door = Request::form("/api/oauth/token/", "grant_type=password");
    assert_eq!(server.send(door).await.status, 404);
}

#[tokio::test]
async fn a_metric_counts_the_use_of_each_door() {
    let server = server(ALL).await;
    let log_in = format!("grant_type=password&username=zoe&password={ENCODED_PASSWORD}");
    let query = format!("/oauth/token?{log_in}");
    for request in [
        Request::form("/api/oauth/token/", &log_in),
        Request::form("/api/oauth/token/", "").basic("42", "wrong"),
        Request::new("PATCH", "/api/oauth/applications/x/update/"),
        Request::new("POST", "/api/oauth/applications/x/update/"),
        json("/oauth", "{}"),
        Request::get("/oauth/authorize?x=y"),
        Request::new("POST", &query),
        Request::new("POST", &query).basic("cameramanager.test", "wrong"),
        Request::new("DELETE", "/rest/v2.0/users/self/tokens/current"),
        json("/consumer/login", "{}"),
    ] {
        server.send(request).await;
    }
    let metrics = server.send(Request::get("/metrics")).await;
    let counted = metrics.text().lines().filter(|line| line.starts_with("signet_dialect_requests"));
    let counted: BTreeSet<&str> = counted.collect();
    let expected = [
        "signet_dialect_requests_total{dialect=\"cameramanager\",door=\"log-out\"} 1",
        "signet_dialect_requests_total{dialect=\"cameramanager\",door=\"token\"} 1",
        "signet_dialect_requests_total{dialect=\"etmdb\",door=\"token\"} 2",
        "signet_dialect_requests_total{dialect=\"etmdb\",door=\"update-application\"} 2",
        "signet_dialect_requests_total{dialect=\"fusio\",door=\"login\"} 1",
        "signet_dialect_requests_total{dialect=\"metamaps\",door=\"authorize\"} 1",
        "signet_dialect_requests_total{dialect=\"metamaps\",door=\"token\"} 1",
        "signet_dialect_requests_total{dialect=\"teen-quotes\",door=\"token\"} 1",
    ];
    assert_eq!(counted, BTreeSet::from(expected));
}

fn loaded(enabled: &[&str]) -> Loaded {
    let issuer = "issuer = \"http://127.0.0.1:8080\"\n";
    ConfigFile::new(&format!("{issuer}{}", tables(enabled))).read(&[]).unwrap()
}

#[test]
fn the_doctor_warns_of_each_door_with_secrets_in_the_query() {
    assert!(warnings(&loaded(&["etmdb", "teen-quotes", "fusio"]).config).is_empty());
    let all = warnings(&loaded(ALL).config);
    assert_eq!(all.len(), 2, "{all:?}");
    for (warning, name) in all.iter().zip(["metamaps", "cameramanager"]) {
        let start = format!("{name} takes secrets in the query of POST /oauth/token");
        assert!(warning.starts_with(&start), "{warning}");
    }
}

/// What is enabled, as a document of the quick start's issuer.
fn document(enabled: &[&str]) -> String {
    format!("{}\n", openapi_document_of(&loaded(enabled).config).json())
}

#[test]
fn the_document_with_every_door_is_the_golden_one() {
    let actual = document(ALL);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi-with-dialects.json");
    if std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1") {
        fs::write(&path, &actual).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let line = golden.lines().zip(actual.lines()).position(|(golden, actual)| golden != actual);
    assert!(
        golden == actual,
        "openapi/openapi-with-dialects.json is not what the code says (first difference in line {:?}): \
         look at the change, then run the test with UPDATE_GOLDEN=1",
        line.map(|line| line + 1)
    );
}

#[test]
fn the_document_tells_the_doors_that_are_open_and_no_others() {
    let canonical = openapi_document(&"http://127.0.0.1:8080".parse().unwrap());
    assert_eq!(document(&[]), format!("{}\n", canonical.json()));
    for dialect in DIALECTS {
        let document: serde_json::Value =
            serde_json::from_str(&document(&[dialect.name()])).unwrap();
        let canonical: serde_json::Value = serde_json::from_str(canonical.json()).unwrap();
        let (paths, known) =
            (document["paths"].as_object().unwrap(), canonical["paths"].as_object().unwrap());
        let added = paths.iter().filter(|(path, _)| !known.contains_key(*path));
        let added: BTreeSet<(String, String)> = added
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys();
                methods.map(move |method| (method.to_uppercase(), path.clone()))
            })
            .collect();
        let braces = |path: &str| path.replace(":client_id", "{client_id}").replace(":id", "{id}");
        let expected = doors(dialect).iter();
        let expected = expected.map(|door| (door.method.to_string(), braces(door.path))).collect();
        assert_eq!(added, expected);
    }
}

/// What an answer of a door has, the document says.
#[tokio::test]
async fn operations_have_names_of_their_own_and_references_that_lead_somewhere() {
    let text = document(ALL);
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let items = document["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| {
        let methods = ["get", "post", "put", "patch", "delete"];
        methods.into_iter().filter_map(|method| item.get(method))
    });
    let mut names = BTreeSet::new();
    for operation in operations {
        let name = operation["operationId"].as_str().unwrap();
        assert!(names.insert(name.to_owned()), "{name} stands twice");
        assert!(operation["responses"].as_object().is_some_and(|all| !all.is_empty()), "{name}");
    }
    for reference in text.split("\"$ref\": \"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
    assert!(document["tags"].as_array().unwrap().iter().any(|tag| tag["name"] == "Dialects"));
}
