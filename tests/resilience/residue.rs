//! What stays in Redis after every flow: two families of keys, each with an expiry, and nothing that lets
//! anybody in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    remains::{Dump, assert_two_families_with_an_expiry},
    signet_on,
    support::{
        Request, devices, eventually,
        people::hash,
        redis_server::RedisServer,
        refreshing::{begin, refresh, refresh_token, renewed, secret},
        token,
    },
};

/// An application of devices, and a person with a browser.
fn television() -> String {
    format!(
        "[[roles]]\nname = \"viewer\"\nscopes = [\"read\"]\n\
         [[users]]\nusername = \"viewer\"\npassword_hash = \"{}\"\nroles = [\"viewer\"]\n\
         [[applications]]\nclient_id = \"television\"\ntoken_endpoint_auth_method = \"none\"\n\
         grant_types = [\"{}\", \"refresh_token\"]\nscopes = [\"read\"]\n",
        hash(),
        devices::GRANT_TYPE
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn after_every_flow_redis_holds_two_families_with_an_expiry_and_no_secret() {
    let redis = RedisServer::with(&["--rdbcompression", "no"]).await;
    let server = signet_on(&redis.url(), &television()).await;
    let basic =
        |path: &str, form: &str| Request::form(path, form).basic("renewer", &secret("renewer"));
    let bearer = |method: &str, path: &str, token: &str| {
        Request::new(method, path).header("Authorization", format!("Bearer {token}"))
    };

    let mut secrets = vec![secret("renewer"), secret("stranger"), secret("keeper")];
    let mut tags: Vec<Vec<u8>> = Vec::new();
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

    // A device that is authorized, and one that nobody decides on.
    let (device, undecided) = (
        devices::begun(&server, "television", "").await,
        devices::begun(&server, "television", "").await,
    );
    let mut browser = devices::signed_in(&server, "viewer").await;
    devices::authorized(&mut browser, &server, &device).await;
    note(&devices::given(&server, "television", &device).await);
    for begun in [&device, &undecided] {
        devices::poll(&server, "television", begun).await;
        let (code, shown) = (begun["device_code"].as_str().unwrap(), devices::user_code(begun));
        let bytes = URL_SAFE_NO_PAD.decode(code.strip_prefix("sgd_").unwrap()).unwrap();
        tags.push(bytes[20..].to_vec());
        secrets.extend([code.to_owned(), shown.replace('-', ""), shown]);
    }
    secrets.extend(browser.cookies.into_values());

    // The blocks' owners are noted in the background.
    eventually("the blocks are noted", async || {
        redis.command(&["KEYS", "*rev:app:*"]).await.concat().contains("renewer")
    })
    .await;
    assert_two_families_with_an_expiry(&redis, 5).await;
    let dump = Dump::of(&redis).await;
    assert!(dump.holds("renewer"), "the dump is looked at rightly");
    assert!(dump.holds("rt:code:"), "the dump is looked at rightly");
    for tag in &tags {
        assert!(!dump.holds(tag), "the tag of a device code is in the dump");
    }
    for secret in &secrets {
        assert!(!dump.holds(secret), "{secret} is in the dump");
        if let Some(encoded) = secret.strip_prefix("sgr_") {
            let bytes = URL_SAFE_NO_PAD.decode(encoded).unwrap();
            assert!(!dump.holds(&bytes[20..]), "the tag of {secret} is in the dump");
        }
    }
}
