//! What the parts of a request cost, one at a time: a bare signature, a token, its verification, a form, a
//! place on a status list, and a status list.
//! `cargo bench --bench micro`; see `benches/README.md`.

#[path = "support/bare_keys.rs"]
mod bare_keys;

use std::{error::Error, hint::black_box, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use bare_keys::{BareKey, SIGNING_INPUT};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use criterion::{BatchSize, BenchmarkId, Criterion};
use signet::{
    clock::{Clock, SystemClock},
    entropy::{Pooled, SystemEntropy},
    http::parameters::Parameters,
    keys::{KeyDirectory, KeyRing, SealingKeys, crypto_provider},
    store::{Entry, LIST_SIZE, ListId, Store},
    tokens::{AccessTokenIssuer, AccessTokenParameters, ListUris, PublishedLists, StatusLists},
};
use signet_verifier::{
    Algorithm, Audience, Verifier,
    jwk::{JwkSet, PublicKey},
};

const ISSUER: &str = "https://issuer.example.com";
const AUDIENCE: &str = "https://api.example.com";
const LIFETIME: Duration = Duration::from_secs(600);

/// A token request as `private_key_jwt` sends it, shortened: six parameters, two of them encoded.
const FORM: &[u8] = b"grant_type=client_credentials&scope=read+write&client_id=service\
    &resource=https%3A%2F%2Fapi.example.com\
    &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
    &client_assertion=eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJzZXJ2aWNlIn0.c2lnbmF0dXJl";

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    crypto_provider::install();
    let (keys, sealing_keys) = keys()?;
    let jwks = keys.jwks(SystemClock.now());
    let verifier = Verifier::builder(ISSUER, AUDIENCE).keys(jwks.clone()).build()?;
    let keys = Arc::new(ArcSwap::from_pointee(keys));
    let issuer =
        AccessTokenIssuer::new(ISSUER.parse()?, Arc::clone(&keys), Arc::new(SystemEntropy));

    bare_signature(&mut criterion)?;
    mint(&mut criterion, &issuer)?;
    bare_verification(&mut criterion, &issuer, &jwks)?;
    verify(&mut criterion, &issuer, &verifier)?;
    form(&mut criterion);
    let places = Arc::new(StatusLists::new(
        Arc::new(ListUris::new(&ISSUER.parse()?, &sealing_keys)),
        LIFETIME,
        Arc::new(SystemClock),
        Arc::new(Pooled(SystemEntropy)),
    ));
    place(&mut criterion, &places);
    status_list(&mut criterion, &places, &keys)?;
    criterion.final_summary();
    Ok(())
}

/// The floor under `mint`.
fn bare_signature(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let mut group = criterion.benchmark_group("signature, ring alone");
    for algorithm in Algorithm::ALL {
        let key = BareKey::generate(algorithm)?;
        group.bench_function(BenchmarkId::from_parameter(algorithm), |bencher| {
            bencher.iter(|| key.sign(black_box(&SIGNING_INPUT)));
        });
    }
    group.finish();
    Ok(())
}

fn mint(criterion: &mut Criterion, issuer: &AccessTokenIssuer) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut group = criterion.benchmark_group("mint an access token");
    for algorithm in Algorithm::ALL {
        group.bench_function(BenchmarkId::from_parameter(algorithm), |bencher| {
            bencher.iter(|| runtime.block_on(token(issuer, black_box(algorithm))));
        });
    }
    group.finish();
    Ok(())
}

/// The floor under `verify`: `PublicKey` adds a `match` to ring.
fn bare_verification(
    criterion: &mut Criterion,
    issuer: &AccessTokenIssuer,
    jwks: &JwkSet,
) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut group = criterion.benchmark_group("verification, ring alone");
    for jwk in &jwks.keys {
        let key = PublicKey::from_jwk(jwk)?;
        let token = runtime.block_on(token(issuer, key.algorithm()));
        let (message, signature) = token.rsplit_once('.').ok_or("a token has three parts")?;
        let signature = URL_SAFE_NO_PAD.decode(signature)?;
        key.verify(message.as_bytes(), &signature)?;
        group.bench_function(BenchmarkId::from_parameter(key.algorithm()), |bencher| {
            bencher.iter(|| key.verify(black_box(message.as_bytes()), &signature));
        });
    }
    group.finish();
    Ok(())
}

fn verify(
    criterion: &mut Criterion,
    issuer: &AccessTokenIssuer,
    verifier: &Verifier,
) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut group = criterion.benchmark_group("verify an access token");
    for algorithm in Algorithm::ALL {
        let token = runtime.block_on(token(issuer, algorithm));
        runtime.block_on(verifier.verify(&token))?;
        group.bench_function(BenchmarkId::from_parameter(algorithm), |bencher| {
            bencher.iter(|| runtime.block_on(verifier.verify(black_box(&token))));
        });
    }
    group.finish();
    Ok(())
}

fn form(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse a form");
    group.bench_function("of six parameters", |bencher| {
        bencher.iter(|| Parameters::parse(black_box(FORM)).is_ok());
    });
    group.finish();
}

/// What a token pays for being revocable: one index in 256 also draws a block.
fn place(criterion: &mut Criterion, places: &StatusLists) {
    let expires_at = SystemClock.now() + LIFETIME.as_secs();
    let mut group = criterion.benchmark_group("place a token on a status list");
    group.bench_function("of one application", |bencher| {
        bencher.iter(|| places.place(black_box("service"), expires_at));
    });
    group.finish();
}

/// A list with so many revocations and one more, which is new: read from memory, compressed, signed.
fn status_list(
    criterion: &mut Criterion,
    places: &Arc<StatusLists>,
    keys: &Arc<ArcSwap<KeyRing>>,
) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut group = criterion.benchmark_group("build a status list");
    for revoked in [0, 100, 10_000] {
        let store = Store::memory(Arc::new(SystemClock));
        let published = PublishedLists::new(
            Arc::clone(places),
            Arc::clone(keys),
            Algorithm::Es256,
            &store,
            Arc::new(SystemClock),
        );
        let place = places.place("service", SystemClock.now() + LIFETIME.as_secs())?;
        let (_, id) = place.uri.rsplit_once('/').ok_or("a list has a URI")?;
        let list = place.entry.list;
        let before: Vec<Entry> = (0..revoked).map(|number| scattered(list, number)).collect();
        runtime.block_on(store.revocations.revoke(&before))?;
        let mut further = revoked..;
        group.bench_function(BenchmarkId::new("revoked", revoked), |bencher| {
            bencher.iter_batched(
                || {
                    let entry = scattered(list, further.next().unwrap_or_default());
                    runtime.block_on(store.revocations.revoke(&[entry]))
                },
                |_| runtime.block_on(published.get(id)),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    Ok(())
}

/// The `number`th of a list's entries, in an order that jumps about: the size is a power of two, the
/// factor odd.
fn scattered(list: ListId, number: u32) -> Entry {
    Entry { list, index: number.wrapping_mul(0x9E37_79B1) % LIST_SIZE }
}

/// A ring with a key for each algorithm, and sealing keys; their folder is gone again when this returns.
fn keys() -> Result<(KeyRing, SealingKeys), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let directory = KeyDirectory::new(folder.path().join("keys"), LIFETIME);
    directory.ensure(&Algorithm::ALL, &SystemClock, &SystemEntropy)?;
    Ok((directory.load()?, directory.load_sealing_keys()?))
}

/// An access token like those of client_credentials, without a place on a status list.
async fn token(issuer: &AccessTokenIssuer, algorithm: Algorithm) -> String {
    let parameters = AccessTokenParameters {
        sub: "service".to_owned(),
        client_id: "service",
        aud: Audience::One(AUDIENCE.to_owned()),
        scope: "read write".to_owned(),
        issued_at: SystemClock.now(),
        lifetime: LIFETIME,
        algorithm,
        roles: Vec::new(),
        auth_time: None,
        sid: None,
        place: None,
    };
    let issued = issuer.issue(parameters).await;
    issued.expect("OK because the ring has a key for each algorithm").token
}
