//! RFC 6749 sections 2.3.1, 10.10: guessing is slow, and tells nothing.

use std::time::Duration;

use crate::support::{APPLICATIONS, Answer, Request, TestServer};

const GRANT: &str = "grant_type=client_credentials";

/// Three failures a minute, and a proxy on this machine, so that a test can come from anywhere.
async fn strict_server() -> TestServer {
    TestServer::with(&format!(
        "[http]\nlisten = \"127.0.0.1:{{port}}\"\ntrusted_proxies = [\"127.0.0.0/8\"]\n\
         [limits]\nfailed_client_authentications = \"3/min\"\n{APPLICATIONS}"
    ))
    .await
}

async fn attempt(server: &TestServer, address: &str, client_id: &str, secret: &str) -> Answer {
    let request = Request::form("/oauth2/token", GRANT)
        .basic(client_id, secret)
        .header("X-Forwarded-For", address);
    server.send(request).await
}

async fn exhaust(server: &TestServer, address: &str, client_id: &str) {
    for _ in 0..3 {
        let answer = attempt(server, address, client_id, "guess").await;
        answer.assert_error(401, "invalid_client");
    }
}

#[tokio::test]
async fn after_too_many_failures_the_answer_is_429_with_retry_after() {
    let server = strict_server().await;
    exhaust(&server, "192.0.2.1", "service").await;
    let answer = attempt(&server, "192.0.2.1", "service", "guess").await;
    answer.assert_error(429, "too_many_requests");
    let wait: u64 = answer.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
}

#[tokio::test]
async fn retry_after_is_the_time_after_which_another_attempt_is_looked_at() {
    let server = strict_server().await;
    exhaust(&server, "192.0.2.1", "service").await;
    let answer = attempt(&server, "192.0.2.1", "service", "guess").await;
    let wait: u64 = answer.header("Retry-After").unwrap().parse().unwrap();

    server.clock.advance(Duration::from_secs(wait - 1));
    let answer = attempt(&server, "192.0.2.1", "service", "guess").await;
    answer.assert_error(429, "too_many_requests");
    assert_eq!(answer.header("Retry-After"), Some("1"));

    server.clock.advance(Duration::from_secs(1));
    attempt(&server, "192.0.2.1", "service", "guess").await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn a_guesser_that_is_throttled_learns_nothing_from_the_right_secret() {
    let server = strict_server().await;
    exhaust(&server, "192.0.2.1", "service").await;
    let answer = attempt(&server, "192.0.2.1", "service", "service-secret").await;
    answer.assert_error(429, "too_many_requests");
}

#[tokio::test]
async fn guesses_from_elsewhere_do_not_lock_the_real_client_out() {
    let server = strict_server().await;
    exhaust(&server, "192.0.2.1", "service").await;
    let answer = attempt(&server, "198.51.100.1", "service", "service-secret").await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn guesses_from_its_own_address_do_not_lock_a_proven_client_out() {
    let server = strict_server().await;
    assert_eq!(attempt(&server, "192.0.2.1", "service", "service-secret").await.status, 200);
    let mut throttled = false;
    for _ in 0..10 {
        throttled |= attempt(&server, "192.0.2.1", "service", "guess").await.status == 429;
        let answer = attempt(&server, "192.0.2.1", "service", "service-secret").await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    assert!(throttled, "the guesses were never throttled");
}

#[tokio::test]
async fn guesses_at_one_client_do_not_throttle_another() {
    let server = strict_server().await;
    exhaust(&server, "192.0.2.1", "service").await;
    let answer = attempt(&server, "192.0.2.1", "poster", "poster-secret").await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test]
async fn a_secret_in_the_body_is_throttled_like_one_in_the_header() {
    let server = strict_server().await;
    for _ in 0..3 {
        let form = format!("{GRANT}&client_id=poster&client_secret=guess");
        let request = Request::form("/oauth2/token", &form).header("X-Forwarded-For", "192.0.2.1");
        server.send(request).await.assert_error(401, "invalid_client");
    }
    attempt(&server, "192.0.2.1", "poster", "guess").await.assert_error(429, "too_many_requests");
}

#[tokio::test]
async fn the_addresses_of_one_ipv6_network_count_as_one() {
    let server = strict_server().await;
    for host in ["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3"] {
        attempt(&server, host, "service", "guess").await.assert_error(401, "invalid_client");
    }
    let answer = attempt(&server, "2001:db8:0:1::4", "service", "guess").await;
    answer.assert_error(429, "too_many_requests");
    let answer = attempt(&server, "2001:db8:0:2::1", "service", "guess").await;
    answer.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn addresses_that_a_client_makes_up_do_not_count() {
    let server = strict_server().await;
    for made_up in ["203.0.113.1", "203.0.113.2", "203.0.113.3"] {
        let chain = format!("{made_up}, 192.0.2.1");
        attempt(&server, &chain, "service", "guess").await.assert_error(401, "invalid_client");
    }
    let answer = attempt(&server, "203.0.113.4, 192.0.2.1", "service", "guess").await;
    answer.assert_error(429, "too_many_requests");
}

#[tokio::test]
async fn without_a_trusted_proxy_the_header_counts_for_nothing() {
    let tables = format!("[limits]\nfailed_client_authentications = \"3/min\"\n{APPLICATIONS}");
    let server = TestServer::with(&tables).await;
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        attempt(&server, address, "service", "guess").await.assert_error(401, "invalid_client");
    }
    let answer = attempt(&server, "192.0.2.4", "service", "guess").await;
    answer.assert_error(429, "too_many_requests");
}

#[tokio::test]
async fn an_unknown_a_disabled_and_a_real_client_are_refused_in_the_same_bytes() {
    let server = strict_server().await;
    for round in 0..6 {
        let expected = attempt(&server, "192.0.2.1", "service", "guess").await;
        for client_id in ["switched-off", "nobody", "public", "grantless"] {
            let answer = attempt(&server, "192.0.2.1", client_id, "guess").await;
            assert_eq!(answer.visible(), expected.visible(), "{client_id} in round {round}");
        }
    }
}

#[tokio::test]
async fn the_right_secret_of_a_disabled_client_is_refused_in_the_same_bytes_too() {
    let server = strict_server().await;
    let wrong = attempt(&server, "192.0.2.1", "switched-off", "guess").await;
    let right = attempt(&server, "192.0.2.1", "switched-off", "service-secret").await;
    assert_eq!(right.visible(), wrong.visible());
}

#[tokio::test]
async fn clients_that_only_name_themselves_are_told_apart_by_nothing() {
    let server = TestServer::start().await;
    let named = async |client_id: &str| {
        let form = format!("{GRANT}&client_id={client_id}");
        server.send(Request::form("/oauth2/token", &form)).await
    };
    let expected = named("service").await;
    expected.assert_error(401, "invalid_client");
    for client_id in ["nobody", "switched-off", "grantless"] {
        assert_eq!(named(client_id).await.visible(), expected.visible(), "{client_id}");
    }
}

/// An address that has proven itself may go on failing ten times as long, and not without end.
#[tokio::test]
async fn even_a_proven_address_cannot_guess_without_end() {
    let server = TestServer::start().await;
    let form = "grant_type=client_credentials";
    assert_eq!(server.token("service", "service-secret", form).await.status, 200);
    for guess in 0..299 {
        let answer = server.token("service", &format!("guess-{guess}"), form).await;
        assert!([401, 429].contains(&answer.status), "{answer:?}");
    }
    assert_eq!(server.token("service", "service-secret", form).await.status, 200);
    server.token("service", "one-more", form).await;
    server.token("service", "service-secret", form).await.assert_error(429, "too_many_requests");
    server.clock.advance(Duration::from_secs(2));
    assert_eq!(server.token("service", "service-secret", form).await.status, 200);
}

/// Some proxies append the port to the address.
#[tokio::test]
async fn a_forwarded_address_may_have_a_port() {
    let tables = format!(
        "[http]\nlisten = \"127.0.0.1:{{port}}\"\ntrusted_proxies = [\"127.0.0.1/32\"]\n{APPLICATIONS}"
    );
    let server = TestServer::with(&tables).await;
    let from = |address: &str, secret: &str| {
        Request::form("/oauth2/token", "grant_type=client_credentials")
            .basic("service", secret)
            .header("X-Forwarded-For", address)
    };
    for _ in 0..31 {
        server.send(from("10.0.0.7:1234", "wrong")).await;
    }
    assert_eq!(server.send(from("10.0.0.7:9", "service-secret")).await.status, 429);
    assert_eq!(server.send(from("10.8.8.8:99", "service-secret")).await.status, 200);
    assert_eq!(server.send(from("[2001:db8::1]:99", "service-secret")).await.status, 200);
}
