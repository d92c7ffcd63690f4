//! What no document loosens is as strict as at the canonical endpoints.

use crate::{
    support::{Request, TestServer, process::Process},
    world::{ALL, ENCODED_PASSWORD, assert_refused, json, password, password_form, server},
};

const SECRET: &str = "IZgwaBTZ2EdtT3hT7UzG2rLQ8S0Vmu9GDxeHwcPz";

fn in_query(query: &str) -> Request {
    Request::new("POST", &format!("/oauth/token?{query}"))
        .basic("cameramanager.test", "qwertyuiopasdfghjklzxcvbnm12345")
}

fn log_in() -> String {
    format!("grant_type=password&username=zoe&password={ENCODED_PASSWORD}")
}

#[tokio::test]
async fn a_parameter_stands_once_wherever_it_stands() {
    let server = server(ALL).await;
    let form = format!("{}&grant_type=password", password_form("zoe", "read"));
    for request in [
        Request::form("/api/oauth/token/", &form).basic("42", SECRET),
        in_query(&format!("{}&username=zoe", log_in())),
        // An empty one was sent too.
        in_query(&format!("{}&username=", log_in())),
        Request::form(
            "/authorization/token",
            "grant_type=client_credentials&grant_type=client_credentials",
        )
        .basic("42", SECRET),
        json("/consumer/login", r#"{"username":"zoe","username":"zoe","password":"x"}"#),
        json(
            "/oauth",
            &format!(
                r#"{{"grant_type":"client_credentials","client_id":"42","client_secret":"{SECRET}","client_id":"42"}}"#
            ),
        ),
    ] {
        assert_refused(&server.send(request).await, 400, "invalid_request", true);
    }
}

#[tokio::test]
async fn encodings_are_read_strictly() {
    let server = server(ALL).await;
    for query in [
        "grant_type=password&username=%zz&password=x",
        "grant_type=password&username=%ff",
        "grant_type=password&password=%00",
    ] {
        assert_refused(&server.send(in_query(query)).await, 400, "invalid_request", true);
    }
    for body in [
        "",
        "[]",
        "{} {}",
        "\"x\"",
        r#"{"username":1,"password":"x"}"#,
        r#"{"username":{"a":"b"},"password":"x"}"#,
        "{\"username\":\"zoe\\u0000\",\"password\":\"x\"}",
    ] {
        let answer = server.send(json("/consumer/login", body)).await;
        assert_refused(&answer, 400, "invalid_request", true);
    }
    let many: String = (0..65).map(|number| format!("&p{number}=x")).collect();
    assert_refused(&server.send(in_query(&(log_in() + &many))).await, 400, "invalid_request", true);
    let members: Vec<String> = (0..65).map(|number| format!("\"p{number}\":\"x\"")).collect();
    let body = format!("{{{}}}", members.join(","));
    assert_refused(&server.send(json("/oauth", &body)).await, 400, "invalid_request", true);
}

#[tokio::test]
async fn a_body_is_what_the_door_takes_and_no_larger_than_the_limit() {
    let server = server(ALL).await;
    let large = "x".repeat(65 * 1024);
    for request in [
        Request::form("/api/oauth/token/", &large).basic("42", SECRET),
        json("/oauth", &large),
        in_query(&log_in()).body(large.as_bytes()),
        json("/consumer/login", &large),
        Request::form("/authorization/token", &large).basic("42", SECRET),
    ] {
        assert_refused(&server.send(request).await, 413, "content_too_large", true);
    }
    // A head that is too large is none that anybody reads.
    let answer = server.send(in_query(&format!("{}&x={}", log_in(), "y".repeat(64 * 1024)))).await;
    assert!(matches!(answer.status, 414 | 431), "{answer:?}");

    let form = in_query("grant_type=password").body(b"username=zoe");
    assert_refused(&server.send(form).await, 400, "invalid_request", true);
    for target in ["/oauth", "/consumer/login"] {
        let form = Request::form(target, &log_in());
        assert_refused(&server.send(form).await, 415, "unsupported_media_type", true);
    }
    for target in ["/api/oauth/token/", "/authorization/token"] {
        let body = json(target, "{}").basic("42", SECRET);
        assert_refused(&server.send(body).await, 400, "invalid_request", true);
    }
}

#[tokio::test]
async fn credentials_that_cannot_be_read_or_come_twice_are_refused() {
    let server = server(ALL).await;
    let form = "grant_type=client_credentials";
    for (target, form) in [("/api/oauth/token/", form), ("/authorization/token", form)] {
        for header in ["Basic", "Basic !!", "Basic NDI=", "Basic Og==", "Bearer x", "Basic /zo/"] {
            let request = Request::form(target, form).header("Authorization", header);
            let description = target == "/authorization/token";
            assert_refused(&server.send(request).await, 401, "invalid_client", description);
        }
        let twice = Request::form(target, form).basic("42", SECRET).basic("42", SECRET);
        assert_refused(&server.send(twice).await, 400, "invalid_request", true);
        for more in [format!("&client_secret={SECRET}"), "&client_id=other".to_owned()] {
            let both = Request::form(target, &format!("{form}{more}")).basic("42", SECRET);
            assert_refused(&server.send(both).await, 400, "invalid_request", true);
        }
        // In the body they are not documented.
        let body = format!("{form}&client_id=42&client_secret={SECRET}");
        let answer = server.send(Request::form(target, &body)).await;
        assert_refused(&answer, 401, "invalid_client", target == "/authorization/token");
    }
    let members = r#"{"grant_type":"client_credentials"}"#;
    let in_header = json("/oauth", members).basic("42", SECRET);
    assert_refused(&server.send(in_header).await, 401, "invalid_client", true);
}

async fn throttled(server: &TestServer, request: impl Fn() -> Request, within: usize) {
    for _ in 0..within {
        let answer = server.send(request()).await;
        if answer.status == 429 {
            assert!(answer.header("Retry-After").is_some(), "{answer:?}");
            return assert_refused(&answer, 429, "too_many_requests", true);
        }
        assert!(matches!(answer.status, 400 | 401), "{answer:?}");
    }
    panic!("{within} guesses are too many");
}

#[tokio::test]
async fn guessing_is_slowed_down_at_every_door() {
    let guesses: [fn() -> Request; 6] = [
        || {
            Request::form("/api/oauth/token/", "grant_type=password&username=zoe&password=x")
                .basic("42", SECRET)
        },
        || Request::form("/api/oauth/token/", "grant_type=client_credentials").basic("42", "guess"),
        || json("/consumer/login", r#"{"username":"zoe","password":"guess"}"#),
        || {
            Request::form("/authorization/token", "grant_type=client_credentials")
                .basic("zoe", "guess")
        },
        || {
            Request::form("/authorization/token", "grant_type=client_credentials")
                .basic("42", "guess")
        },
        || {
            json(
                "/oauth",
                r#"{"grant_type":"client_credentials","client_id":"42","client_secret":"guess"}"#,
            )
        },
    ];
    for guess in guesses {
        throttled(&server(ALL).await, guess, 40).await;
    }
}

/// Whoever guesses at one door is slowed down at the others too.
#[tokio::test]
async fn doors_give_no_more_guesses_than_there_are_without_them() {
    let server = server(ALL).await;
    let guess = || json("/consumer/login", r#"{"username":"zoe","password":"guess"}"#);
    throttled(&server, guess, 20).await;
    let right = Request::form("/api/oauth/token/", &password_form("zoe", "read"));
    let answer = server.send(right.basic("42", SECRET)).await;
    assert_refused(&answer, 429, "too_many_requests", true);
}

/// Whatever becomes of a request, nothing of its query is written down.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_a_query_is_in_a_log_a_metric_or_an_error() {
    let process = Process::start(|config| config).await;
    let secret = "hunter2-in-the-query";
    let mut told = String::new();
    for query in [
        format!("grant_type=password&username=demo&password={secret}"),
        format!("grant_type=password&username={secret}&password={secret}"),
        format!(
            "grant_type=authorization_code&client_id=demo&client_secret={secret}&code={secret}"
        ),
        format!(
            "grant_type=authorization_code&client_id=demo&client_secret=demo-secret&code={secret}"
        ),
        format!("grant_type=refresh_token&refresh_token={secret}"),
        format!("grant_type={secret}"),
        format!("{secret}=x&{secret}=x"),
        format!("password={secret}%zz"),
        format!("scope={secret}&grant_type=password&username=demo&password={}", password()),
    ] {
        for target in [
            "/oauth/token",
            "/oauth/applications/new",
            "/rest/v2.0/users/self/tokens/current",
            "/nowhere",
        ] {
            for method in ["GET", "POST", "DELETE"] {
                let request = Request::new(method, &format!("{target}?{query}"));
                told += process.send(request).await.text();
                let request = Request::new(method, &format!("{target}?{query}"));
                let basic = request.basic("cameramanager.test", "qwertyuiopasdfghjklzxcvbnm12345");
                told += process.send(basic).await.text();
            }
        }
    }
    told += process.send(Request::get("/metrics")).await.text();
    let line = "POST /oauth/token 400";
    crate::support::eventually("the requests are logged", async || process.log().contains(line))
        .await;
    let log = process.log();
    assert!(log.contains("\"route\":\"/oauth/token\""), "{log}");
    assert!(!log.contains("hunter2"), "{log}");
    assert!(!told.contains("hunter2"), "{told}");
}
