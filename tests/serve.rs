//! The running binary: signals, reloads, key changes under load, and what it logs.

mod support;

use std::{
    collections::HashSet,
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use support::{Request, eventually, process::Process, token};

const MORE: &str = r#"
[[applications]]
client_id = "newcomer"
client_secret = "newcomer-secret"
grant_types = ["client_credentials"]
scopes = ["read"]
"#;

async fn newcomer(process: &Process) -> u16 {
    let form = Request::form("/oauth2/token", "grant_type=client_credentials");
    process.send(form.basic("newcomer", "newcomer-secret")).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_the_process_in_good_order() {
    let mut process = Process::start(|config| config).await;
    assert_eq!(process.token().await.status, 200);
    process.signal("TERM");
    let status = tokio::time::timeout(Duration::from_secs(10), process.child.wait()).await;
    assert!(status.unwrap().unwrap().success());
    assert!(process.log().contains("\"message\":\"stopped\""), "{}", process.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_turns_before_the_listener_closes() {
    let mut process =
        Process::start(|config| config.replace("[http]", "[http]\ndrain_delay = \"2s\"")).await;
    process.signal("TERM");
    eventually("/readyz says draining while requests are answered", async || {
        process.send(Request::get("/readyz")).await.status == 503
    })
    .await;
    assert_eq!(process.token().await.status, 200);
    let status = tokio::time::timeout(Duration::from_secs(10), process.child.wait()).await;
    assert!(status.unwrap().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_file_and_a_hangup_bring_new_applications() {
    let process = Process::start(|config| config).await;
    let text = fs::read_to_string(process.config_file()).unwrap();
    assert_eq!(newcomer(&process).await, 401);

    fs::write(process.config_file(), format!("{text}{MORE}")).unwrap();
    eventually("the newcomer is known", async || newcomer(&process).await == 200).await;

    fs::write(process.config_file(), &text).unwrap();
    process.signal("HUP");
    eventually("the newcomer is gone", async || newcomer(&process).await == 401).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_is_refused_and_logged_and_the_old_configuration_stays() {
    let process = Process::start(|config| config).await;
    let text = fs::read_to_string(process.config_file()).unwrap();
    fs::write(process.config_file(), text.replace("grant_types", "grant_tips")).unwrap();
    eventually("the refusal is logged", async || process.log().contains("configuration refused"))
        .await;
    assert!(process.log().contains("grant_tips"), "{}", process.log());
    assert_eq!(process.token().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_rotate_under_load_and_no_request_fails() {
    let process = Arc::new(Process::start(|config| config).await);
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let (process, stop) = (Arc::clone(&process), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut kids = HashSet::new();
                while !stop.load(Ordering::Relaxed) {
                    let answer = process.token().await;
                    assert_eq!(answer.status, 200, "{answer:?}");
                    let json = answer.json();
                    let header = token::header(json["access_token"].as_str().unwrap());
                    kids.insert(header["kid"].as_str().unwrap().to_owned());
                }
                kids
            })
        })
        .collect();

    // The published next key is in the key set at once, and nothing signs with it.
    assert!(process.command(&["keys", "rotate", "--alg", "ES256"]).success());
    let published = async || {
        let answer = process.send(Request::get("/.well-known/jwks.json")).await;
        let keys = answer.json()["keys"].as_array().unwrap().clone();
        keys.iter().filter(|key| key["alg"] == "ES256").count()
    };
    eventually("the next key is published", async || published().await == 2).await;
    let signing = async || {
        let answer = process.token().await.json();
        token::header(answer["access_token"].as_str().unwrap())["kid"].as_str().unwrap().to_owned()
    };
    let before = signing().await;
    // An emergency brings it forward.
    assert!(process.command(&["keys", "rotate", "--alg", "ES256", "--now"]).success());
    eventually("the brought-forward key signs", async || signing().await != before).await;
    assert_eq!(published().await, 2, "the old key stays published for its tokens");

    stop.store(true, Ordering::Relaxed);
    let mut kids = HashSet::new();
    for client in clients {
        kids.extend(client.await.unwrap());
    }
    assert_eq!(kids.len(), 2, "{kids:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_no_query_string_reaches_the_log() {
    let process = Process::start(|config| config).await;
    let secrets =
        ["demo-secret", "guessed-in-the-body", "in-the-query", "in-the-path", "in-a-header"];
    process.token().await;
    let requests = [
        Request::form(
            "/oauth2/token",
            "grant_type=client_credentials&client_id=demo&client_secret=guessed-in-the-body",
        ),
        Request::form("/oauth2/token?client_secret=in-the-query", "grant_type=client_credentials"),
        Request::get("/in-the-path"),
        Request::form("/oauth2/token", "grant_type=client_credentials").raw_basic(b"in-a-header"),
        Request::form("/oauth2/token", "grant_type=client_credentials")
            .header("Authorization", "Bearer in-a-header"),
    ];
    for request in requests {
        let answer = process.send(request).await;
        assert!(answer.status >= 400, "{answer:?}");
        let id = answer.header("X-Request-Id").unwrap_or_else(|| panic!("{answer:?}")).to_owned();
        eventually("the request is logged", async || process.log().contains(&id)).await;
    }
    let log = process.log();
    for secret in secrets {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
    assert!(
        log.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
        "{log}"
    );
}
