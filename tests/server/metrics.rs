//! The metrics.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use signet::{
    directory::{Cost, Passwords, PoolSize},
    entropy::SystemEntropy,
    http::metrics::{Metrics, ReloadResult},
    keys::KeyState,
    logging::Lines,
    secret::Secret,
};

use crate::{operations::*, support::*};

#[tokio::test]
async fn requests_are_counted_by_route_method_and_status() {
    let surroundings = Surroundings::new();
    let server = Running::start(patient(), surroundings.around(routes()));
    let mut client = server.connect().await;
    for path in ["/items/1", "/items/2", "/items/x", "/nowhere", "/else", "/teapot"] {
        exchange(&mut client, &get_request(path)).await;
    }
    let text = surroundings.metrics.encode();
    for line in [
        r#"signet_http_requests_total{route="/items/:id",method="GET",status="200"} 2"#,
        r#"signet_http_requests_total{route="/items/:id",method="GET",status="404"} 1"#,
        r#"signet_http_requests_total{route="unmatched",method="GET",status="404"} 2"#,
        r#"signet_http_requests_total{route="/teapot",method="GET",status="other"} 1"#,
        r#"signet_http_request_duration_seconds_count{route="/items/:id"} 3"#,
    ] {
        assert!(text.lines().any(|have| have == line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("nowhere"));
}

#[tokio::test]
async fn open_connections_are_counted() {
    let server = Running::start(patient(), echo());
    let clients = (server.connect().await, server.connect().await);
    until("both are counted", || server.connections.get() == 2).await;
    drop(clients);
    server.all_connections_gone().await;
}

#[test]
fn what_other_rooms_count_is_there() {
    let metrics = Metrics::new(Lines::Subscriber, availability());
    metrics.token_issued("client_credentials");
    metrics.token_refused("invalid_client");
    metrics.set_signing_keys("ES256", KeyState::Active, 1);
    metrics.config_reloaded(ReloadResult::Refused);
    metrics.connections().inc();
    let text = metrics.encode();
    for line in [
        r#"signet_tokens_issued_total{grant_type="client_credentials"} 1"#,
        r#"signet_token_refusals_total{error="invalid_client"} 1"#,
        r#"signet_signing_keys{alg="ES256",state="active"} 1"#,
        r#"signet_config_reloads_total{result="refused"} 1"#,
        r#"signet_build_info{version="0.1.0"} 1"#,
        "signet_connections 1",
        "signet_log_lines_dropped_total 0",
        "# EOF",
    ] {
        assert!(text.lines().any(|have| have == line), "{line} is not in\n{text}");
    }
    let number = |name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name)).expect(name);
        line.trim().parse().unwrap()
    };
    assert!(number("process_resident_memory_bytes ") > 1e6);
    assert!(number("process_cpu_seconds_total ") >= 0.0);
}

#[test]
fn every_status_that_a_refusal_has_is_counted_by_itself() {
    use signet::{http::error_response::status, oauth::Reason};
    for reason in Reason::ALL {
        let status = status(reason.code()).as_u16();
        assert!(signet::http::metrics::counts_by_itself(status), "{status}");
    }
}

#[tokio::test]
async fn what_the_threads_for_passwords_have_done_is_there() {
    // These threads yield to whatever else a busy machine has to do.
    let patience = Duration::from_secs(300);
    let size = PoolSize { threads: NonZeroUsize::MIN, waiting: 1, patience };
    let passwords = Arc::new(Passwords::new(size, Cost::default(), Arc::new(SystemEntropy)));
    let metrics = Metrics::new(Lines::Subscriber, availability()).with_passwords(&passwords);
    let secret = |text: &str| Secret::new(text.to_owned());
    let make = |text| passwords.digest(secret(text));
    let (made, second, refused) = tokio::join!(make("one"), make("two"), make("three"));
    assert!(second.is_ok() && refused.is_err());
    passwords.matches(secret("one"), Arc::new(made.unwrap())).await.unwrap();
    let text = metrics.encode();
    for line in [
        "signet_passwords_compared_total 1",
        "signet_passwords_made_total 2",
        "signet_passwords_refused_total 1",
        "signet_passwords_waiting 0",
    ] {
        assert!(text.lines().any(|have| have == line), "{line} is not in\n{text}");
    }
}
