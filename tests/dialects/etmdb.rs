//! Document 000: EtMDB.

use serde_json::json;

use crate::{
    support::{Answer, Request, TestServer, kept::with_json},
    world::{Kind, assert_members, assert_refused, bearer, opens, password_form, server, text},
};

const TOKEN: &str = "/api/oauth/token/";
const SECRET: &str = "IZgwaBTZ2EdtT3hT7UzG2rLQ8S0Vmu9GDxeHwcPz";

async fn token(server: &TestServer, form: &str) -> Answer {
    server.send(Request::form(TOKEN, form).basic("42", SECRET)).await
}

async fn granted(server: &TestServer, scope: &str) -> String {
    let answer = token(server, &password_form("zoe", scope)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    text(&answer.json(), "access_token").to_owned()
}

#[tokio::test]
async fn a_password_and_basic_credentials_give_an_access_and_a_refresh_token() {
    let server = server(&["etmdb"]).await;
    let answer = token(&server, &password_form("zoe", "read%20tokens")).await;
    let response = assert_members(
        &answer,
        &[
            ("refresh_token", Kind::Text),
            ("token_type", Kind::Exactly("Bearer")),
            ("expires_in", Kind::Number),
            ("scope", Kind::Exactly("read tokens")),
            ("access_token", Kind::Text),
        ],
    );
    assert_eq!(opens(&server, text(&response, "access_token")).await, 200);

    let form =
        format!("grant_type=refresh_token&refresh_token={}", text(&response, "refresh_token"));
    let renewed = token(&server, &form).await;
    assert_eq!(renewed.status, 200, "{renewed:?}");
}

/// curl sends what stands before the host as the same header.
#[tokio::test(flavor = "multi_thread")]
async fn both_curl_forms_of_the_document_work() {
    let server = server(&["etmdb"]).await;
    let form = password_form("zoe", "read");
    let address = server.address;
    let user = format!("42:{SECRET}");
    let (plain, inline) =
        (format!("http://{address}{TOKEN}"), format!("http://{user}@{address}{TOKEN}"));
    for arguments in [&["-u", user.as_str(), plain.as_str()][..], &[inline.as_str()]] {
        let mut curl = std::process::Command::new("curl");
        curl.args(["-s", "-X", "POST", "-d", &form]).args(arguments);
        let output = curl.output().unwrap();
        let answer = String::from_utf8(output.stdout).unwrap();
        assert!(answer.contains("\"refresh_token\":\"sgr_"), "{answer}");
    }
}

/// The table of the document, row by row.
#[tokio::test]
async fn every_error_has_its_key_and_its_members() {
    let server = server(&["etmdb"]).await;
    let good = password_form("zoe", "read");
    let grant_type = good.replace("grant_type=password", "grant_type=implicit");
    assert_refused(&token(&server, &grant_type).await, 400, "unsupported_grant_type", false);

    for (client_id, secret) in [("42", "wrong"), ("nobody", SECRET)] {
        let answer = server.send(Request::form(TOKEN, &good).basic(client_id, secret)).await;
        assert_refused(&answer, 400, "unauthorized_client", false);
    }
    let nobody = server.send(Request::form(TOKEN, &good)).await;
    assert_refused(&nobody, 401, "invalid_client", false);
    let disabled = server.send(Request::form(TOKEN, &good).basic("off", "off-secret")).await;
    assert_refused(&disabled, 401, "invalid_client", false);
    // Who does not know its secret does not learn that it is switched off.
    let guessed = server.send(Request::form(TOKEN, &good).basic("off", "wrong")).await;
    assert_refused(&guessed, 400, "unauthorized_client", false);

    for scope in ["reed", "other", "read%20%20write"] {
        let answer = token(&server, &password_form("zoe", scope)).await;
        assert_refused(&answer, 400, "invalid_scope", false);
    }
    for wrong in [
        password_form("nobody", "read"),
        good.replace("horse", "cow"),
        password_form("gone", "read"),
    ] {
        assert_refused(&token(&server, &wrong).await, 400, "invalid_grant", true);
    }
    let repeated = format!("{good}&scope=read");
    assert_refused(&token(&server, &repeated).await, 400, "invalid_request", true);
    let no_grant = server.send(Request::form(TOKEN, &good).basic("both", "both-secret")).await;
    assert_refused(&no_grant, 400, "unauthorized_client", false);
}

#[tokio::test]
async fn an_application_is_registered_listed_read_updated_and_deleted() {
    let server = server(&["etmdb"]).await;
    let token = granted(&server, "read%20applications%20write").await;
    let send = async |request: Request| server.send(bearer(request, &token)).await;
    let body = json!({"client_name": "Film list", "grant_types": ["client_credentials"], "scope": "write"});
    let applications = "/api/oauth/applications/";
    let created = send(with_json(Request::new("POST", applications), &body.to_string())).await;
    assert_eq!(created.status, 201, "{created:?}");
    let created = created.json();
    let (client_id, secret) = (text(&created, "client_id"), text(&created, "client_secret"));

    let list = send(Request::get(applications)).await.json();
    assert_eq!(list["items"][0]["client_id"], client_id, "{list}");
    let details = format!("{applications}{client_id}/");
    let one = send(Request::get(&details)).await;
    assert_eq!((one.status, one.json()["client_name"].as_str()), (200, Some("Film list")));

    let form = Request::form(TOKEN, "grant_type=client_credentials");
    let own = server.send(form.basic(client_id, secret)).await;
    assert_eq!(own.status, 200, "{own:?}");

    // The document leaves the method open.
    for (method, name) in [("POST", "First"), ("PATCH", "Second"), ("PUT", "Third")] {
        let mut update = json!({ "client_name": name });
        if method == "PUT" {
            update["grant_types"] = json!(["client_credentials"]);
            update["scope"] = json!("write");
        }
        let target = format!("{details}update/");
        let updated = send(with_json(Request::new(method, &target), &update.to_string())).await;
        assert_eq!(updated.status, 200, "{method}: {updated:?}");
        let updated = updated.json();
        assert_eq!((&updated["client_name"], &updated["scope"]), (&json!(name), &json!("write")));
    }
    let target = format!("{details}delete/");
    assert_eq!(send(Request::get(&target)).await.status, 405, "GET deletes nothing");
    assert_eq!(send(Request::new("DELETE", &target)).await.status, 204);
    assert_eq!(send(Request::get(&details)).await.status, 404);
    assert_eq!(send(Request::new("POST", &target)).await.status, 404, "there is none any more");
}

#[tokio::test]
async fn an_application_is_deleted_by_post_too() {
    let server = server(&["etmdb"]).await;
    let token = granted(&server, "applications").await;
    let body = r#"{"client_name": "Film list", "grant_types": []}"#;
    let request = with_json(Request::new("POST", "/api/oauth/applications/"), body);
    let created = server.send(bearer(request, &token)).await.json();
    let details = format!("/api/oauth/applications/{}/", text(&created, "client_id"));
    let delete = Request::new("POST", &format!("{details}delete/"));
    assert_eq!(server.send(bearer(delete, &token)).await.status, 204);
    assert_eq!(server.send(bearer(Request::get(&details), &token)).await.status, 404);
}

#[tokio::test]
async fn authorized_tokens_are_listed_and_one_is_deleted() {
    let server = server(&["etmdb"]).await;
    for method in ["DELETE", "POST"] {
        let response = token(&server, &password_form("zoe", "tokens")).await.json();
        let own = text(&response, "access_token");
        let list = server.send(bearer(Request::get("/api/oauth/authorized-tokens/"), own)).await;
        let list = list.json();
        let id = list["items"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap();
        let target = format!("/api/oauth/authorized-tokens/{id}/delete/");
        let deleted = server.send(bearer(Request::new(method, &target), own)).await;
        assert_eq!(deleted.status, 204, "{deleted:?}");
        assert_eq!(opens(&server, own).await, 401, "its access token ended with it");
    }
}

#[tokio::test]
async fn nothing_of_it_is_open_without_an_access_token() {
    let server = server(&["etmdb"]).await;
    for (method, path) in [
        ("GET", "applications/"),
        ("POST", "applications/"),
        ("GET", "applications/x/"),
        ("PUT", "applications/x/update/"),
        ("PATCH", "applications/x/update/"),
        ("POST", "applications/x/update/"),
        ("DELETE", "applications/x/delete/"),
        ("POST", "applications/x/delete/"),
        ("GET", "authorized-tokens/"),
        ("DELETE", "authorized-tokens/x/delete/"),
        ("POST", "authorized-tokens/x/delete/"),
    ] {
        let answer = server.send(Request::new(method, &format!("/api/oauth/{path}"))).await;
        assert_refused(&answer, 401, "unauthorized", true);
    }
}
