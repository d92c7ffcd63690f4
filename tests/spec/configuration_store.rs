//! `[store]`: which Redis is meant. What is refused is named by its key, and never shown.

use signet::config::{RedisUrl, StoreUrl, Topology};

use crate::support::config_file::ConfigFile;

fn file(store: &str) -> ConfigFile {
    ConfigFile::new(&format!("issuer = \"http://127.0.0.1:8080\"\n[store]\n{store}"))
}

fn redis(url: &str) -> RedisUrl {
    match file(&format!("url = \"{url}\"\n")).read(&[]).unwrap().config.store.url {
        StoreUrl::Redis(redis) => redis,
        StoreUrl::Memory => panic!("{url} is not the memory"),
    }
}

fn nodes(redis: &RedisUrl) -> Vec<String> {
    redis.nodes.iter().map(|(host, port)| format!("{host} {port}")).collect()
}

#[test]
fn one_server_has_a_host_a_port_and_a_database() {
    let plain = redis("redis://redis");
    assert_eq!(
        (plain.topology.clone(), plain.tls, plain.database),
        (Topology::Standalone, false, 0)
    );
    assert_eq!(nodes(&plain), ["redis 6379"]);
    let secured = redis("rediss://[::1]:7000/3");
    assert_eq!((secured.tls, secured.database), (true, 3));
    assert_eq!(nodes(&secured), ["::1 7000"]);
}

#[test]
fn credentials_are_percent_decoded() {
    let named = redis("redis://sig%6eet:p%40ss%2Fw:rd@host");
    assert_eq!(named.username.as_deref(), Some("signet"));
    assert_eq!(named.password.unwrap().expose(), "p@ss/w:rd");
    let nameless = redis("redis://:hunter2@host");
    assert_eq!(nameless.username, None);
    assert_eq!(nameless.password.unwrap().expose(), "hunter2");
}

#[test]
fn sentinels_name_a_service() {
    let sentinels = redis("rediss+sentinel://:hunter2@one,two:5000/my%20service/2");
    assert_eq!(sentinels.topology, Topology::Sentinel { service: "my service".to_owned() });
    assert_eq!((sentinels.tls, sentinels.database), (true, 2));
    assert_eq!(nodes(&sentinels), ["one 26379", "two 5000"]);
}

#[test]
fn a_cluster_has_nodes_and_no_other_database() {
    let cluster = redis("redis+cluster://one:7000,two");
    assert_eq!(cluster.topology, Topology::Cluster);
    assert_eq!(nodes(&cluster), ["one 7000", "two 6379"]);
}

#[test]
fn what_names_no_store_is_refused_and_not_shown() {
    for url in [
        "hunter2",
        "files:hunter2",
        "http://:hunter2@host",
        "redis+proxy://:hunter2@host",
        "redis://hunter2@host",
        "redis://hunter2:@host",
        "redis://:hunter2%4@host",
        "redis://:hunter2%ff@host",
        "redis://:hunter2@",
        "redis://:hunter2@host:0",
        "redis://:hunter2@host:70000",
        "redis://:hunter2@one,two",
        "redis://:hunter2@host/x",
        "redis://:hunter2@host/+1",
        "redis://:hunter2@host?x=1",
        "redis+sentinel://:hunter2@host",
        "redis+sentinel://:hunter2@host/",
        "redis+cluster://:hunter2@host/1",
        "redis+cluster://:hunter2@one,,two",
    ] {
        let message = file(&format!("url = \"{url}\"\n")).assert_refused("store.url");
        assert!(!message.contains("hunter2"), "{message}");
    }
    let debug = format!("{:?}", redis("redis://signet:hunter2@host"));
    assert!(!debug.contains("hunter2") && !debug.contains("host"), "{debug}");
}

#[test]
fn what_cannot_be_together_is_refused() {
    for (store, key) in [
        ("timeout = \"10ms\"\n", "store.timeout"),
        ("timeout = \"1m\"\n", "store.timeout"),
        ("timeout = 5\n", "store.timeout"),
        ("wait_replicas = 1\n", "store.wait_replicas"),
        ("url = \"redis://host\"\nwait_replicas = 17\n", "store.wait_replicas"),
        ("url = \"redis://host\"\nwait_replicas = -1\n", "store.wait_replicas"),
        ("ca_file = \"ca.pem\"\n", "store.ca_file"),
        ("url = \"redis://host\"\nca_file = \"ca.pem\"\n", "store.ca_file"),
        ("url = \"redis://host\"\nurl_file = \"url\"\n", "store.url_file"),
    ] {
        file(store).assert_refused(key);
    }
    let redis =
        "url = \"rediss://host\"\nca_file = \"ca.pem\"\nwait_replicas = 2\ntimeout = \"2s\"\n";
    let file = file(redis);
    let store = file.read(&[]).unwrap().config.store;
    assert_eq!(store.wait_replicas, 2);
    assert_eq!(store.timeout, std::time::Duration::from_secs(2));
    assert_eq!(store.ca_file.unwrap(), file.path().parent().unwrap().join("ca.pem"));
}
