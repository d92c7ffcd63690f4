//! RFC 6749 sections 3.1, 4.1.1 and 4.1.2.1: what is asked at the authorization endpoint, and what is said
//! where it is not good. Nobody is signed in yet.

use crate::support::{
    Request, TestServer,
    authorizing::{
        CALLBACK, CHALLENGE, asked, asking, assert_shown, returned, returned_error, server,
        with_challenge,
    },
    browser::location,
};

async fn get(server: &TestServer, target: &str) -> crate::support::Answer {
    server.send(Request::get(target)).await
}

// 044
#[tokio::test]
async fn a_good_request_leads_to_the_sign_in_page() {
    let server = server().await;
    let answer = get(&server, &asking("web", &[("state", "s")])).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    assert!(location(&answer).starts_with("/login?request="), "{answer:?}");
    assert_eq!(answer.header("Set-Cookie"), None, "nothing that a browser keeps is replaced");
}

// 044
#[tokio::test]
async fn a_form_is_taken_like_a_query() {
    let server = server().await;
    let form = Request::form("/oauth2/authorize", &asked("web", &[("state", "s")]));
    let answer = server.send(form).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    // A form that the application's page sends comes without the cookie: who is signed in is looked at next.
    let answer = get(&server, &location(&answer)).await;
    assert!(location(&answer).starts_with("/login?request="), "{answer:?}");
    let form = Request::form("/oauth2/authorize", &asked("web", &[("scope", "nonsense")]));
    assert_eq!(returned_error(&server.send(form).await, CALLBACK), "invalid_scope");
    let form = Request::form("/oauth2/authorize", &asked("nobody", &[]));
    assert_shown(&server.send(form).await, 400, "invalid_request");
}

// 045
#[tokio::test]
async fn who_asks_and_where_the_answer_goes_must_be_right_or_nobody_is_sent_anywhere() {
    let server = server().await;
    for (target, why) in [
        ("/oauth2/authorize".to_owned(), "no client"),
        ("/oauth2/authorize?client_id=".to_owned(), "an empty client"),
        (asking("nobody", &[("redirect_uri", CALLBACK)]), "an unknown client"),
        (asking("off", &[("redirect_uri", CALLBACK)]), "a client that is switched off"),
        (asking("web", &[("redirect_uri", "https://evil.example.com/")]), "an unregistered URI"),
        (asking("web", &[("redirect_uri", "javascript:alert(1)")]), "a script"),
        (asking("web", &[("redirect_uri", "//evil.example.com")]), "a relative URI"),
        (asking("service", &[("redirect_uri", CALLBACK)]), "no such client"),
        // 049
        (asking("several", &[]), "several URIs and none sent"),
    ] {
        let answer = get(&server, &target).await;
        assert_shown(&answer, 400, "invalid_request");
        assert!(!answer.text().contains("evil"), "{why}: nothing is repeated: {answer:?}");
    }
}

// 046
#[tokio::test]
async fn redirect_uris_are_compared_character_by_character() {
    let server = server().await;
    for other in [
        "https://app.example.com/Callback",
        "https://app.example.com/callback/",
        "https://app.example.com/callback?x=1",
        "https://app.example.com/callback?",
        "https://app.example.com/%63allback",
        "https://app.example.com/callback%2F",
        "https://app.example.com/a/../callback",
        "https://app.example.com:443/callback",
        "https://APP.example.com/callback",
        "https://user@app.example.com/callback",
        "https://app.example.com@evil.example.com/callback",
        "https://app.example.com.evil.example.com/callback",
        "http://app.example.com/callback",
        "https://app.example.com/callback#fragment",
        "https://app.example.com/callback\r\nSet-Cookie: a=b",
        "https://app.example.com/callback ",
        "HTTPS://app.example.com/callback",
    ] {
        let answer = get(&server, &asking("web", &[("redirect_uri", other)])).await;
        assert_shown(&answer, 400, "invalid_request");
    }
    let answer = get(&server, &asking("web", &[("redirect_uri", CALLBACK)])).await;
    assert_eq!(answer.status, 303, "{answer:?}");
}

// 047: RFC 8252 section 7.3
#[tokio::test]
async fn an_application_of_ones_own_machine_listens_where_it_can() {
    let server = server().await;
    let ask = async |redirect_uri| {
        let more = with_challenge(&[("redirect_uri", redirect_uri)]);
        get(&server, &asking("native", &more)).await
    };
    for good in [
        "http://127.0.0.1/callback",
        "http://127.0.0.1:1/callback",
        "http://127.0.0.1:51004/callback",
        "http://[::1]:7777/callback",
        "http://[::1]/callback",
        "http://[::1]:51004/callback",
        "http://localhost:51004/callback?k=1",
        "com.example.app:/callback",
    ] {
        let answer = ask(good).await;
        assert_eq!(answer.status, 303, "{good}: {answer:?}");
    }
    for bad in [
        "http://127.0.0.1:51004/other",
        "http://127.0.0.1:51004/callback?x=1",
        "http://127.0.0.1:51004/callback/",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:65536/callback",
        "http://127.0.0.1:+80/callback",
        "http://127.0.0.2:51004/callback",
        "http://127.0.0.1.evil.example.com/callback",
        "http://127.0.0.1:80@evil.example.com/callback",
        "https://127.0.0.1:51004/callback",
        "http://localhost:51004/callback",
        "http://[::1]:51004/other",
        "com.example.app:/callback2",
        "com.example.app://callback",
    ] {
        assert_shown(&ask(bad).await, 400, "invalid_request");
    }
    // Of the web, the port counts.
    let more = [("redirect_uri", "https://app.example.com:8443/callback")];
    assert_shown(&get(&server, &asking("web", &more)).await, 400, "invalid_request");
}

// 051
#[tokio::test]
async fn all_other_errors_are_told_to_the_application() {
    let server = server().await;
    let base = "/oauth2/authorize?client_id=web&state=s";
    for (query, code) in [
        ("", "invalid_request"),
        ("&response_type=", "invalid_request"),
        ("&response_type=token", "unsupported_response_type"),
        ("&response_type=code+id_token", "unsupported_response_type"),
        ("&response_type=CODE", "unsupported_response_type"),
        ("&response_type=code&response_mode=fragment", "invalid_request"),
        ("&response_type=code&response_mode=nonsense", "invalid_request"),
        ("&response_type=code&scope=other", "invalid_scope"),
        ("&response_type=code&scope=read++write", "invalid_scope"),
        ("&response_type=code&scope=%22", "invalid_scope"),
        ("&response_type=code&resource=https://evil.example.com", "invalid_target"),
        ("&response_type=code&resource=relative", "invalid_target"),
        ("&response_type=code&prompt=none+login", "invalid_request"),
        ("&response_type=code&prompt=nonsense", "invalid_request"),
        ("&response_type=code&max_age=-1", "invalid_request"),
        ("&response_type=code&max_age=1e3", "invalid_request"),
        // 115
        ("&response_type=code&request=eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
        ("&response_type=code&request_uri=https://app.example.com/r", "request_uri_not_supported"),
        // 113
        ("&response_type=code&prompt=none", "login_required"),
        // 053
        ("&response_type=code&response_type=code", "invalid_request"),
        ("&response_type=code&scope=read&scope=write", "invalid_request"),
        ("&response_type=code&unknown=1&unknown=2", "invalid_request"),
    ] {
        let answer = get(&server, &format!("{base}{query}")).await;
        let returned = returned(&answer, CALLBACK);
        assert_eq!(returned["error"], code, "{query}");
        // 052, 055
        assert_eq!((&returned["state"], &returned["iss"]), (&"s".to_owned(), &server.issuer));
        assert!(!returned.contains_key("code"), "{query}");
    }
    let answer = get(&server, &asking("elsewhere", &[])).await;
    assert_eq!(returned_error(&answer, CALLBACK), "unauthorized_client");
}

// 053
#[tokio::test]
async fn what_is_repeated_of_the_address_itself_is_shown() {
    let server = server().await;
    for twice in ["client_id=web", "redirect_uri=https://app.example.com/callback"] {
        let answer = get(&server, &format!("{}&{twice}&{twice}", asking("web", &[]))).await;
        assert_shown(&answer, 400, "invalid_request");
    }
    // Which state was meant, nobody knows.
    let answer = get(&server, &format!("{}&state=a&state=b", asking("web", &[]))).await;
    let returned = returned(&answer, CALLBACK);
    assert_eq!(returned["error"], "invalid_request");
    assert!(!returned.contains_key("state"), "{returned:?}");
}

// 110: RFC 8707 section 2
#[tokio::test]
async fn several_resources_may_be_asked_for() {
    let server = server().await;
    let resources = "&resource=https://api.example.com&resource=https://files.example.com";
    let answer = get(&server, &format!("{}{resources}", asking("web", &[]))).await;
    assert!(location(&answer).starts_with("/login?"), "{answer:?}");
}

// 048
#[tokio::test]
async fn the_query_of_a_redirect_uri_is_kept() {
    let server = server().await;
    for (uri, joint) in [
        ("https://app.example.com/callback?kept=1&x=%20", "&error="),
        ("https://other.example.com/Cb", "?error="),
        ("https://empty.example.com/?", "error="),
    ] {
        let more = [("redirect_uri", uri), ("scope", "nonsense")];
        let answer = get(&server, &asking("several", &more)).await;
        let location = location(&answer);
        assert!(location.starts_with(&format!("{uri}{joint}")), "{location}");
    }
}

// 052
#[tokio::test]
async fn state_comes_back_as_it_was() {
    let server = server().await;
    let long = "x".repeat(2048);
    for state in [
        "a&b=c",
        "100%",
        "%41",
        "a+b c",
        "ü 日本 🎈",
        "\"<script>'\\",
        "\r\nSet-Cookie: a=b",
        "#fragment?query",
        " ",
        &long,
    ] {
        let more = [("state", state), ("scope", "nonsense")];
        let answer = get(&server, &asking("web", &more)).await;
        assert_eq!(returned(&answer, CALLBACK)["state"], state);
        assert!(answer.header("Set-Cookie").is_none(), "{answer:?}");
        let location = location(&answer);
        let fragmentless = !location.contains(['#', ' ', '\r', '\n', '+']);
        assert!(fragmentless && location.is_ascii(), "{location}");
    }
    for none in [vec![], vec![("state", "")]] {
        let more = [none, vec![("scope", "nonsense")]].concat();
        let answer = get(&server, &asking("web", &more)).await;
        assert!(!returned(&answer, CALLBACK).contains_key("state"), "{answer:?}");
    }
}

#[tokio::test]
async fn what_would_not_fit_into_an_address_is_refused() {
    let server = server().await;
    let form = asked("web", &[("state", &"x".repeat(20_000))]);
    let answer = server.send(Request::form("/oauth2/authorize", &form)).await;
    assert_eq!(returned_error(&answer, CALLBACK), "invalid_request");
    let form = asked("web", &[("state", &"x".repeat(70_000))]);
    let answer = server.send(Request::form("/oauth2/authorize", &form)).await;
    assert_shown(&answer, 413, "content_too_large");
    let json = Request::new("POST", "/oauth2/authorize").header("Content-Type", "application/json");
    assert_shown(&server.send(json.body(b"{}")).await, 400, "invalid_request");
    let answer = get(&server, "/oauth2/authorize?client_id=web&x=%zz").await;
    assert_shown(&answer, 400, "invalid_request");
}

// 117
#[tokio::test]
async fn what_is_unknown_is_ignored() {
    let server = server().await;
    let answer = get(
        &server,
        &asking(
            "web",
            &[
                ("foo", "bar"),
                ("display", "popup"),
                ("ui_locales", "de fr"),
                ("claims_locales", "de"),
                ("acr_values", "1 2"),
                ("id_token_hint", "nonsense"),
                ("login_hint", "zoe"),
                ("registration", "{}"),
            ],
        ),
    )
    .await;
    assert!(location(&answer).starts_with("/login?"), "{answer:?}");
}

// 036, 037, 038, 042
#[tokio::test]
async fn a_code_challenge_is_asked_of_those_who_must_have_one_and_is_s256() {
    let server = server().await;
    for (client_id, redirect_uri) in [
        ("native", "http://127.0.0.1:5/callback"),
        ("claimed", "https://claimed.example.com/callback"),
        ("strict", CALLBACK),
    ] {
        let ask = async |more: &[(&str, &str)]| {
            let more = [&[("redirect_uri", redirect_uri)], more].concat();
            get(&server, &asking(client_id, &more)).await
        };
        let short = "a".repeat(42);
        let long = "a".repeat(129);
        for bad in [
            &[][..],
            &[("code_challenge", "")],
            &[("code_challenge_method", "S256")],
            &[("code_challenge", CHALLENGE)],
            &[("code_challenge", CHALLENGE), ("code_challenge_method", "plain")],
            &[("code_challenge", CHALLENGE), ("code_challenge_method", "s256")],
            &[("code_challenge", CHALLENGE), ("code_challenge_method", "S512")],
            &[("code_challenge", &short), ("code_challenge_method", "S256")],
            &[("code_challenge", &long), ("code_challenge_method", "S256")],
            &[("code_challenge", &"=".repeat(43)), ("code_challenge_method", "S256")],
            &[("code_challenge", &"+".repeat(43)), ("code_challenge_method", "S256")],
        ] {
            let answer = ask(bad).await;
            assert_eq!(returned_error(&answer, redirect_uri), "invalid_request", "{bad:?}");
        }
        let answer = ask(&with_challenge(&[])).await;
        assert!(location(&answer).starts_with("/login?"), "{answer:?}");
    }
    // Who need not have one may; and what is wrong is wrong.
    let more = with_challenge(&[]);
    let answer = get(&server, &asking("web", &more)).await;
    assert!(location(&answer).starts_with("/login?"), "{answer:?}");
    let answer = get(&server, &asking("web", &[("code_challenge", CHALLENGE)])).await;
    assert_eq!(returned_error(&answer, CALLBACK), "invalid_request");
}

// 060
#[tokio::test]
async fn no_page_of_another_origin_reads_the_answer() {
    let server = TestServer::with(&format!(
        "[http]\nlisten = \"127.0.0.1:{{port}}\"\ncors_origins = [\"https://app.example.com\"]\n{}",
        crate::support::authorizing::tables()
    ))
    .await;
    for path in ["/oauth2/authorize", "/consent", "/consent/code"] {
        let request = Request::get(path).header("Origin", "https://app.example.com");
        let answer = server.send(request).await;
        assert_eq!(answer.header("Access-Control-Allow-Origin"), None, "{path}: {answer:?}");
    }
}

// 054, 055: an answer posted as a form
#[tokio::test]
async fn an_error_is_posted_where_that_is_asked_for() {
    let server = server().await;
    let state = "\"><script>alert(1)</script>";
    let more = [("response_mode", "form_post"), ("scope", "nonsense"), ("state", state)];
    let answer = get(&server, &asking("web", &more)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let form = crate::support::browser::form(&answer, CALLBACK).unwrap();
    let hidden: std::collections::BTreeMap<_, _> = form.hidden.into_iter().collect();
    assert_eq!(hidden["error"], "invalid_scope");
    assert_eq!((&hidden["state"], &hidden["iss"]), (&state.to_owned(), &server.issuer));
    assert_eq!(answer.text().matches("<script").count(), 1, "{answer:?}");
    let script = answer.text().split("<script>").nth(1).unwrap().split("</script>").next().unwrap();
    let digest = crate::support::authorizing::sha256_base64(script);
    let policy = answer.header("Content-Security-Policy").unwrap();
    assert!(policy.contains(&format!("script-src 'sha256-{digest}'")), "{policy}");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    // To what is not of the web nothing can be posted.
    let more = with_challenge(&[
        ("response_mode", "form_post"),
        ("redirect_uri", "com.example.app:/callback"),
    ]);
    let answer = get(&server, &asking("native", &more)).await;
    assert_eq!(returned_error(&answer, "com.example.app:/callback"), "invalid_request");
}

// 057, 059
#[tokio::test]
async fn error_pages_are_framed_by_nobody_and_tell_nobody() {
    let server = server().await;
    let answer = get(&server, "/oauth2/authorize").await;
    assert_shown(&answer, 400, "invalid_request");
    assert_eq!(answer.header("X-Frame-Options"), Some("DENY"));
    assert_eq!(answer.header("Referrer-Policy"), Some("no-referrer"));
    assert!(answer.header("Content-Security-Policy").unwrap().contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn an_issuer_with_a_path_has_the_endpoint_below_it() {
    let tables = crate::support::authorizing::tables();
    let server = TestServer::with_issuer_path("/tenant", &tables).await;
    let answer = get(&server, &format!("/tenant{}", asking("web", &[]))).await;
    assert!(location(&answer).starts_with("/tenant/login?request="), "{answer:?}");
    let answer = get(&server, &format!("/tenant{}", asking("web", &[("prompt", "none")]))).await;
    assert_eq!(returned(&answer, CALLBACK)["iss"], server.issuer);
}
