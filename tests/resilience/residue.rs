//! What stays in Redis after every flow: two families of keys, each with an expiry, and nothing that lets
//! anybody in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    signet_on,
    support::{
        Request, eventually,
        redis_server::RedisServer,
        refreshing::{begin, refresh, refresh_token, renewed, secret},
        token,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn after_every_flow_redis_holds_two_families_with_an_expiry_and_no_secret() {
    let redis = RedisServer::with(&["--rdbcompression", "no"]).await;
    let server = signet_on(&redis.url(), "").await;
    let basic =
        |path: &str, form: &str| Request::form(path, form).basic("renewer", &secret("renewer"));
    let bearer = |method: &str, path: &str, token: &str| {
        Request::new(method, path).header("Authorization", format!("Bearer {token}"))
    };

    let mut secrets = vec![secret("renewer"), secret("stranger"), secret("keeper")];
    let mut note = |response: &serde_json::Value| {
        for member in ["access_token", "refresh_token"] {
            if let Some(token) = response[member].as_str() {
                secrets.push(token.to_owned());
            }
        }
        let access_token = response["access_token"].as_str().unwrap();
        secrets.push(access_token.rsplit('.').next().unwrap().to_owned());
        secrets.push(token::claims(access_token)["jti"].as_str().unwrap().to_owned());
    };
    // A grant that lives, one that is replayed, one that is revoked, one that logs out, and one that keeps
    // its token.
    let living = begin(&server, "renewer", "").await;
    note(&living);
    let renewed_once = renewed(&server, "renewer", &refresh_token(&living), "").await;
    note(&renewed_once);
    let replayed = begin(&server, "stranger", "").await;
    note(&replayed);
    let next = renewed(&server, "stranger", &refresh_token(&replayed), "").await;
    note(&next);
    note(&renewed(&server, "stranger", &refresh_token(&next), "").await);
    let answer = refresh(&server, "stranger", &refresh_token(&replayed), "").await;
    answer.assert_error(400, "invalid_grant");
    let revoked = begin(&server, "renewer", "").await;
    note(&revoked);
    let form = format!("token={}", refresh_token(&revoked));
    assert_eq!(server.send(basic("/oauth2/revoke", &form)).await.status, 200);
    let out = begin(&server, "renewer", "").await;
    note(&out);
    let access_token = out["access_token"].as_str().unwrap();
    let logout = bearer("DELETE", "/api/v1/authorized-tokens/current", access_token);
    assert_eq!(server.send(logout).await.status, 204);
    note(&begin(&server, "keeper", "").await);

    // The blocks' owners are noted in the background.
    eventually("the blocks are noted", async || {
        redis.command(&["KEYS", "*rev:app:*"]).await.concat().contains("renewer")
    })
    .await;
    let keys = redis.command(&["KEYS", "*"]).await;
    assert!(keys.len() >= 5, "{keys:?}");
    for key in &keys {
        let family = key.strip_prefix("signet:").unwrap_or_else(|| panic!("without prefix: {key}"));
        assert!(family.starts_with("rt:") || family.starts_with("rev:"), "another family: {key}");
    }
    // By position: names may hold bytes that a terminal cannot show.
    let script = "local without = {} for _, key in ipairs(redis.call('KEYS', '*')) do \
                  if redis.call('TTL', key) < 0 then without[#without + 1] = key end end return without";
    assert_eq!(redis.command(&["EVAL", script, "0"]).await.concat(), "", "without an expiry");

    redis.command(&["SAVE"]).await;
    let dump = std::fs::read(redis.folder().join("dump.rdb")).unwrap();
    let holds = |needle: &[u8]| dump.windows(needle.len()).any(|window| window == needle);
    assert!(holds(b"renewer"), "the dump is looked at rightly");
    for secret in &secrets {
        assert!(!holds(secret.as_bytes()), "{secret} is in the dump");
        if let Some(encoded) = secret.strip_prefix("sgr_") {
            let bytes = URL_SAFE_NO_PAD.decode(encoded).unwrap();
            assert!(!holds(&bytes[20..]), "the tag of {secret} is in the dump");
        }
    }
}
