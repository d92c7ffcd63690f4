//! RFC 8414: what the server says of itself.

use serde_json::Value;
use signet_verifier::Algorithm;

use crate::support::{
    APPLICATIONS, Request, TestServer,
    assertion::{Assertion, asserted},
    client_key::{ClientKey, toml_jwks},
};

const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

async fn metadata(server: &TestServer, path: &str) -> Value {
    let answer = server.send(Request::get(path)).await;
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("application/json")));
    answer.json()
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|value| value.as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_issuer_is_the_configured_one_byte_for_byte() {
    let server = TestServer::start().await;
    let document = metadata(&server, WELL_KNOWN).await;
    assert_eq!(document["issuer"], server.issuer.as_str());
}

#[tokio::test]
async fn the_document_of_an_issuer_with_a_path_stands_between_host_and_path() {
    for path in ["/tenant", "/a/b.c"] {
        let server = TestServer::with_issuer_path(path, APPLICATIONS).await;
        let document = metadata(&server, &format!("{WELL_KNOWN}{path}")).await;
        assert_eq!(document["issuer"], server.issuer.as_str());
        assert!(document["issuer"].as_str().unwrap().ends_with(path));
        for wrong in [WELL_KNOWN.to_owned(), format!("{path}{WELL_KNOWN}")] {
            server.send(Request::get(&wrong)).await.assert_error(404, "not_found");
        }
    }
}

#[tokio::test]
async fn the_endpoints_of_an_issuer_with_a_path_are_below_it() {
    let server = TestServer::with_issuer_path("/tenant", APPLICATIONS).await;
    let document = metadata(&server, &format!("{WELL_KNOWN}/tenant")).await;
    assert_eq!(document["token_endpoint"], format!("{}/oauth2/token", server.issuer));
    assert_eq!(document["jwks_uri"], format!("{}/.well-known/jwks.json", server.issuer));

    let form = "grant_type=client_credentials";
    let below = Request::form("/tenant/oauth2/token", form).basic("service", "service-secret");
    let answer = server.send(below).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let beside = Request::form("/oauth2/token", form).basic("service", "service-secret");
    server.send(beside).await.assert_error(404, "not_found");
    assert_eq!(server.send(Request::get("/tenant/.well-known/jwks.json")).await.status, 200);
    server.send(Request::get("/.well-known/jwks.json")).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn every_url_is_below_the_issuer_and_answers() {
    for path in ["", "/tenant"] {
        let server = TestServer::with_issuer_path(path, APPLICATIONS).await;
        let document = metadata(&server, &format!("{WELL_KNOWN}{path}")).await;
        let origin = server.issuer.strip_suffix(path).unwrap().to_owned();
        for member in [
            "token_endpoint",
            "jwks_uri",
            "service_documentation",
            "status_list_aggregation_endpoint",
            "status_list_events_endpoint",
        ] {
            let url = document[member].as_str().unwrap();
            assert!(url.starts_with(&format!("{}/", server.issuer)), "{member}: {url}");
            // HEAD: a stream of events has no end.
            let request = Request::new("HEAD", url.strip_prefix(&origin).unwrap());
            let answer = server.send(request).await;
            let expected = if member == "token_endpoint" { 405 } else { 200 };
            assert_eq!(answer.status, expected, "{member}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn no_member_is_empty_or_null() {
    let server = TestServer::with("").await;
    let document = metadata(&server, WELL_KNOWN).await;
    for (name, value) in document.as_object().unwrap() {
        let empty = value.as_array().is_some_and(Vec::is_empty);
        assert!(!value.is_null() && !empty && value != "", "{name}: {value}");
    }
}

#[tokio::test]
async fn endpoints_that_do_not_exist_are_not_advertised() {
    let server = TestServer::start().await;
    let document = metadata(&server, WELL_KNOWN).await;
    for (name, value) in document.as_object().unwrap() {
        if name.ends_with("_endpoint") || name.ends_with("_uri") {
            let path = value.as_str().unwrap().strip_prefix(&server.issuer).unwrap();
            let status = server.send(Request::new("HEAD", path)).await.status;
            assert_ne!(status, 404, "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn the_required_members_are_there() {
    let server = TestServer::start().await;
    let document = metadata(&server, WELL_KNOWN).await;
    for required in ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"] {
        assert!(document[required].is_string(), "{required}: {document}");
    }
    assert_eq!(strings(&document["response_types_supported"]), ["code"]);
}

// 043, 055, 115, L01
#[tokio::test]
async fn the_authorization_endpoint_says_what_it_takes() {
    let server = TestServer::start().await;
    let document = metadata(&server, WELL_KNOWN).await;
    assert_eq!(strings(&document["response_modes_supported"]), ["query", "form_post"]);
    assert_eq!(strings(&document["code_challenge_methods_supported"]), ["S256"]);
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert_eq!(document["request_parameter_supported"], false);
    assert_eq!(document["request_uri_parameter_supported"], false);
    let pushed = &document["pushed_authorization_request_endpoint"];
    assert_eq!(*pushed, format!("{}/oauth2/par", server.issuer));
}

#[tokio::test]
async fn the_scopes_are_those_declared_or_built_in_and_each_can_be_granted() {
    const ALL: &str = "\"admin\", \"applications\", \"email\", \"offline_access\", \"openid\", \
                       \"profile\", \"tokens\", \"users\", \"read\", \"write\", \"other\"";
    let tables =
        APPLICATIONS.replace("scopes = [\"read\", \"write\"]", &format!("scopes = [{ALL}]"));
    let server = TestServer::with(&tables).await;
    let document = metadata(&server, WELL_KNOWN).await;
    let all = ALL.replace('"', "");
    assert_eq!(strings(&document["scopes_supported"]).join(", "), all);
    for scope in strings(&document["scopes_supported"]) {
        let form = format!("grant_type=client_credentials&scope={scope}");
        assert_eq!(server.granted(&form).await["scope"], scope);
    }
}

#[tokio::test]
async fn the_grant_types_are_those_that_are_served() {
    let server = TestServer::start().await;
    let document = metadata(&server, WELL_KNOWN).await;
    let listed = strings(&document["grant_types_supported"]);
    let device_code = "urn:ietf:params:oauth:grant-type:device_code";
    assert_eq!(
        listed,
        ["authorization_code", "client_credentials", "password", "refresh_token", device_code]
    );
    for grant_type in [
        "client_credentials",
        "authorization_code",
        "implicit",
        "password",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ] {
        let form = format!("grant_type={grant_type}");
        let answer = server.token("service", "service-secret", &form).await;
        let unsupported = answer.error() == "unsupported_grant_type";
        assert_eq!(listed.contains(&grant_type), !unsupported, "{grant_type}: {answer:?}");
    }
}

#[tokio::test]
async fn the_authentication_methods_are_those_that_work() {
    let key = ClientKey::new(Algorithm::Es256, "ours");
    let server = TestServer::with(&format!(
        "{APPLICATIONS}[[applications]]\nclient_id = \"signer\"\n\
         token_endpoint_auth_method = \"private_key_jwt\"\njwks = {}\n\
         grant_types = [\"client_credentials\"]\nscopes = [\"read\"]\n",
        toml_jwks(&[key.jwk()])
    ))
    .await;
    let document = metadata(&server, WELL_KNOWN).await;
    let form = "grant_type=client_credentials";
    for method in strings(&document["token_endpoint_auth_methods_supported"]) {
        let (request, status) = match method {
            "client_secret_basic" => {
                (Request::form("/oauth2/token", form).basic("service", "service-secret"), 200)
            }
            "client_secret_post" => {
                let form = format!("{form}&client_id=poster&client_secret=poster-secret");
                (Request::form("/oauth2/token", &form), 200)
            }
            "private_key_jwt" => (asserted(&Assertion::of("signer", &server).sign(&key)), 200),
            // Known, and not allowed the one grant that there is.
            "none" => (Request::form("/oauth2/token", &format!("{form}&client_id=public")), 400),
            other => panic!("{other} is advertised and not tested"),
        };
        let answer = server.send(request).await;
        assert_eq!(answer.status, status, "{method}: {answer:?}");
    }
}

#[tokio::test]
async fn the_neighbours_of_the_token_endpoint_say_how_applications_authenticate_there() {
    let server = TestServer::start().await;
    let document = metadata(&server, WELL_KNOWN).await;
    let confidential = ["client_secret_basic", "client_secret_post", "private_key_jwt"];
    let anybody = [&confidential[..], &["none"]].concat();
    for (name, methods) in [("revocation", &anybody[..]), ("introspection", &confidential[..])] {
        let listed = &document[format!("{name}_endpoint_auth_methods_supported")];
        assert_eq!(strings(listed), methods, "{name}");
        // Section 2: they MUST be present where private_key_jwt is, and `none` MUST NOT be used.
        let algorithms = &document[format!("{name}_endpoint_auth_signing_alg_values_supported")];
        assert_eq!(strings(algorithms), Algorithm::ALL.map(Algorithm::name), "{name}");
        let url = document[format!("{name}_endpoint")].as_str().unwrap();
        let path = url.strip_prefix(&server.issuer).unwrap();
        // A public application names itself: enough to revoke, not to introspect.
        let answer = server.send(Request::form(path, "token=x&client_id=public")).await;
        let expected = if methods.contains(&"none") { 200 } else { 401 };
        assert_eq!(answer.status, expected, "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn the_algorithms_of_assertions_are_listed_and_none_is_not_among_them() {
    let server = TestServer::start().await;
    let document = metadata(&server, WELL_KNOWN).await;
    let listed = strings(&document["token_endpoint_auth_signing_alg_values_supported"]);
    assert_eq!(listed, Algorithm::ALL.map(Algorithm::name));
    for never in ["none", "HS256"] {
        assert!(!listed.contains(&never));
    }
}

#[tokio::test]
async fn the_issuer_of_tokens_is_the_issuer_of_the_document() {
    for path in ["", "/tenant"] {
        let server = TestServer::with_issuer_path(path, APPLICATIONS).await;
        let document = metadata(&server, &format!("{WELL_KNOWN}{path}")).await;
        let request =
            Request::form(&format!("{path}/oauth2/token"), "grant_type=client_credentials")
                .basic("service", "service-secret");
        let granted = server.send(request).await.json();
        let claims = crate::support::token::claims(granted["access_token"].as_str().unwrap());
        assert_eq!(claims["iss"], document["issuer"]);
    }
}

#[tokio::test]
async fn the_document_can_be_kept_and_asked_for_again() {
    let server = TestServer::start().await;
    let first = server.send(Request::get(WELL_KNOWN)).await;
    assert_eq!(first.header("Cache-Control"), Some("public, max-age=300"), "{first:?}");
    let etag = first.header("ETag").unwrap();
    let again = server.send(Request::get(WELL_KNOWN).header("If-None-Match", etag)).await;
    assert_eq!((again.status, again.text()), (304, ""), "{again:?}");
}
