//! RFC 6749 section 3.2: the token endpoint, its parameters and its bodies, good and bad.

use crate::support::{Request, TestServer};

const TOKEN: &str = "/oauth2/token";
const GRANT: &str = "grant_type=client_credentials";
const FORM: &str = "application/x-www-form-urlencoded";
const BODY_LIMIT: usize = 64 * 1024;

fn authenticated(form: &str) -> Request {
    Request::form(TOKEN, form).basic("service", "service-secret")
}

fn typed(content_type: &str, body: &[u8]) -> Request {
    Request::new("POST", TOKEN)
        .header("Content-Type", content_type)
        .basic("service", "service-secret")
        .body(body)
}

/// A good request, filled up with a parameter that nobody knows.
fn form_of(length: usize) -> String {
    let start = format!("{GRANT}&filler=");
    format!("{start}{}", "x".repeat(length - start.len()))
}

#[tokio::test]
async fn only_post_issues_tokens() {
    let server = TestServer::start().await;
    let with_query = format!("{TOKEN}?{GRANT}&client_id=service&client_secret=service-secret");
    for method in ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"] {
        for target in [TOKEN, with_query.as_str()] {
            let request = Request::new(method, target)
                .header("Content-Type", FORM)
                .header("Content-Length", GRANT.len().to_string())
                .basic("service", "service-secret")
                .body(GRANT.as_bytes());
            let answer = server.send(request).await;
            answer.assert_error(405, "method_not_allowed");
            assert_eq!(answer.header("Allow"), Some("POST"), "{method}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn head_issues_no_token_either() {
    let server = TestServer::start().await;
    let request = Request::new("HEAD", TOKEN).basic("service", "service-secret");
    let answer = server.send(request).await;
    assert_eq!((answer.status, answer.header("Allow")), (405, Some("POST")), "{answer:?}");
    assert!(answer.body.is_empty(), "{answer:?}");
}

#[tokio::test]
async fn parameters_in_the_query_string_are_no_parameters() {
    let server = TestServer::start().await;
    let request =
        Request::form(&format!("{TOKEN}?{GRANT}"), "scope=read").basic("service", "service-secret");
    server.send(request).await.assert_error(400, "invalid_request");

    let request =
        Request::form(&format!("{TOKEN}?scope=other"), GRANT).basic("service", "service-secret");
    let answer = server.send(request).await;
    assert_eq!((answer.status, &answer.json()["scope"]), (200, &"read write".into()), "{answer:?}");
}

#[tokio::test]
async fn unknown_parameters_are_ignored() {
    let server = TestServer::start().await;
    server.granted(&format!("{GRANT}&foo=bar&code=x&state=%C3%A9&username=%22%5C&=nameless")).await;
}

#[tokio::test]
async fn an_empty_parameter_counts_as_omitted() {
    let server = TestServer::start().await;
    let granted =
        server.granted(&format!("{GRANT}&scope=&resource=&client_id=&client_secret")).await;
    assert_eq!(granted["scope"], "read write", "the default scope");
    for form in ["grant_type=", "grant_type", "grant_type=&scope=read"] {
        server.send(authenticated(form)).await.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_repeated_parameter_is_refused_known_or_not() {
    let server = TestServer::start().await;
    for form in [
        format!("{GRANT}&{GRANT}"),
        format!("{GRANT}&scope=read&scope=read"),
        format!("{GRANT}&scope=read&scope=write"),
        format!("{GRANT}&scope=&scope=read"),
        format!("{GRANT}&scope=read&scope="),
        format!("{GRANT}&scope&scope"),
        format!("{GRANT}&foo=1&foo=2"),
        format!("{GRANT}&foo=1&f%6Fo=2"),
        format!("{GRANT}&client_id=service&client_id=service"),
        format!("{GRANT}&audience=a&audience=b"),
    ] {
        let answer = server.send(authenticated(&form)).await;
        assert_eq!(answer.status, 400, "{form}: {answer:?}");
        answer.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_repeated_secret_is_refused_even_where_one_of_them_is_right() {
    let server = TestServer::start().await;
    let form = format!("{GRANT}&client_id=poster&client_secret=poster-secret&client_secret=x");
    server.send(Request::form(TOKEN, &form)).await.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn resource_alone_may_be_repeated() {
    let server = TestServer::start().await;
    let form = "resource=https://api.example.com&resource=https://files.example.com";
    server.granted(&format!("{GRANT}&{form}")).await;
}

#[tokio::test]
async fn a_missing_grant_type_is_an_invalid_request() {
    let server = TestServer::start().await;
    for form in ["", "scope=read", "GRANT_TYPE=client_credentials", "&&&"] {
        server.send(authenticated(form)).await.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn an_unknown_grant_type_is_unsupported() {
    let server = TestServer::start().await;
    for grant_type in ["foo", "Client_Credentials", "client_credentials+", "Password", "%22"] {
        let form = format!("grant_type={grant_type}");
        server.send(authenticated(&form)).await.assert_error(400, "unsupported_grant_type");
    }
}

#[tokio::test]
async fn percent_encoded_names_and_values_are_decoded() {
    let server = TestServer::start().await;
    let granted = server.granted("grant%5Ftype=client%5fcredentials&scope=read%20write").await;
    assert_eq!(granted["scope"], "read write");
}

#[tokio::test]
async fn a_malformed_encoding_is_refused() {
    let server = TestServer::start().await;
    let malformed: [&[u8]; 9] = [
        b"scope=%",
        b"scope=%2",
        b"scope=%zz",
        b"scope=%2g",
        b"scope=%ff",
        b"scope=%c3%28",
        b"scope=\xFF",
        b"%=read",
        b"scope=a%00b",
    ];
    for tail in malformed {
        let body = [GRANT.as_bytes(), b"&", tail].concat();
        server.send(typed(FORM, &body)).await.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused_in_json() {
    let server = TestServer::start().await;
    let multipart = "--b\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\n\
                     client_credentials\r\n--b--\r\n";
    for (content_type, body) in [
        ("application/json", r#"{"grant_type":"client_credentials"}"#),
        ("multipart/form-data; boundary=b", multipart),
        ("text/plain", GRANT),
        ("application/x-www-form-urlencoded-not", GRANT),
        ("application/x-www-form-urlencoded, text/plain", GRANT),
        ("application", GRANT),
        ("", GRANT),
        (";", GRANT),
    ] {
        let answer = server.send(typed(content_type, body.as_bytes())).await;
        assert_eq!(answer.status, 400, "{content_type}: {answer:?}");
        answer.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn json_that_is_called_a_form_is_refused() {
    let server = TestServer::start().await;
    let answer = server.send(typed(FORM, br#"{"grant_type":"client_credentials"}"#)).await;
    answer.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn a_body_without_a_content_type_is_refused() {
    let server = TestServer::start().await;
    let request = Request::new("POST", TOKEN).basic("service", "service-secret");
    server.send(request.clone()).await.assert_error(400, "invalid_request");
    server.send(request.body(GRANT.as_bytes())).await.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn the_content_type_may_have_parameters_and_any_case() {
    let server = TestServer::start().await;
    for content_type in [
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=utf-8",
        "Application/X-WWW-Form-Urlencoded",
        "application/x-www-form-urlencoded ; foo=bar",
    ] {
        let answer = server.send(typed(content_type, GRANT.as_bytes())).await;
        assert_eq!(answer.status, 200, "{content_type}: {answer:?}");
    }
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_taken() {
    let server = TestServer::start().await;
    let answer = server.send(authenticated(&form_of(BODY_LIMIT))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_body_of_one_byte_more_is_too_large() {
    let server = TestServer::start().await;
    let answer = server.send(authenticated(&form_of(BODY_LIMIT + 1))).await;
    answer.assert_error(413, "content_too_large");
}

#[tokio::test]
async fn a_body_that_is_announced_too_large_is_not_waited_for() {
    let server = TestServer::start().await;
    for length in ["65537", "9223372036854775807"] {
        let request = Request::new("POST", TOKEN)
            .header("Content-Type", FORM)
            .header("Content-Length", length)
            .basic("service", "service-secret");
        let answer = server.send(request).await;
        answer.assert_error(413, "content_too_large");
        assert_eq!(answer.header("Connection"), Some("close"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_client_that_asks_before_it_sends_too_much_is_told_so() {
    let server = TestServer::start().await;
    let request = Request::new("POST", TOKEN)
        .header("Content-Type", FORM)
        .header("Content-Length", "65537")
        .header("Expect", "100-continue")
        .basic("service", "service-secret");
    server.send(request).await.assert_error(413, "content_too_large");
}

#[tokio::test]
async fn a_chunked_body_counts_by_what_arrives() {
    let server = TestServer::start().await;
    let chunked = |form: &str| {
        let chunks: Vec<Vec<u8>> = form
            .as_bytes()
            .chunks(5000)
            .map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat())
            .collect();
        Request::new("POST", TOKEN)
            .header("Content-Type", FORM)
            .header("Transfer-Encoding", "chunked")
            .basic("service", "service-secret")
            .body(&[chunks.concat().as_slice(), b"0\r\n\r\n"].concat())
    };
    let answer = server.send(chunked(GRANT)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = server.send(chunked(&form_of(BODY_LIMIT))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = server.send(chunked(&form_of(BODY_LIMIT + 1))).await;
    answer.assert_error(413, "content_too_large");
}

#[tokio::test]
async fn a_chunk_that_is_none_is_a_malformed_body() {
    let server = TestServer::start().await;
    let request = Request::new("POST", TOKEN)
        .header("Content-Type", FORM)
        .header("Transfer-Encoding", "chunked")
        .basic("service", "service-secret")
        .body(b"zz\r\ngrant_type=client_credentials\r\n0\r\n\r\n");
    server.send(request).await.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn the_limit_is_the_one_that_is_configured() {
    let tables = format!(
        "[http]\nlisten = \"127.0.0.1:{{port}}\"\nbody_limit = \"1KiB\"\n{}",
        crate::support::APPLICATIONS
    );
    let server = TestServer::with(&tables).await;
    assert_eq!(server.send(authenticated(&form_of(1024))).await.status, 200);
    server.send(authenticated(&form_of(1025))).await.assert_error(413, "content_too_large");
}

#[tokio::test]
async fn more_parameters_than_any_request_needs_are_refused() {
    let server = TestServer::start().await;
    let many = |count: usize| {
        let others: Vec<String> = (1..count).map(|position| format!("&p{position}=x")).collect();
        format!("{GRANT}{}", others.concat())
    };
    server.granted(&many(64)).await;
    server.send(authenticated(&many(65))).await.assert_error(400, "invalid_request");
    server.send(authenticated(&many(5000))).await.assert_error(400, "invalid_request");
}
