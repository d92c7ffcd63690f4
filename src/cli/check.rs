//! `signet check`: the doctor.

use std::{sync::Arc, time::Duration};

use super::{Cli, Failed, runtime};
use crate::{
    app::{key_directory, tls_config, warnings},
    clock::{Clock, SystemClock},
    config::{DirectoryUrl, Loaded, RedisUrl, StoreUrl},
    directory::{Declared, Sql},
    keys::{KeyError, KeyState},
    store::{Availability, Redis},
};

pub(super) const EXAMPLES: &str = "\
Examples:
  signet check                                  exits with 1 when something is wrong
  signet check --config /etc/signet/signet.toml";

/// What was found, line by line.
#[derive(Default)]
struct Findings {
    wrong: usize,
}

impl Findings {
    fn fine(&self, subject: &str, finding: &str) {
        println!("ok     {subject}: {finding}");
    }

    fn mind(&self, subject: &str, finding: &str) {
        println!("mind   {subject}: {finding}");
    }

    fn wrong(&mut self, subject: &str, finding: &str) {
        self.wrong += 1;
        for line in finding.lines() {
            println!("wrong  {subject}: {line}");
        }
    }
}

pub(super) fn run(cli: &Cli) -> Result<(), Failed> {
    let mut findings = Findings::default();
    match Loaded::read(&cli.config, crate::config::environment()) {
        Ok(loaded) => {
            configuration(&loaded, &mut findings);
            keys(&loaded, &mut findings);
            store(&loaded, &mut findings);
            directory(&loaded, &mut findings);
        }
        Err(error) => findings.wrong("configuration", &error.to_string()),
    }
    match findings.wrong {
        0 => Ok(()),
        wrong => Err(Failed(format!("{wrong} of the above must be mended"))),
    }
}

fn configuration(loaded: &Loaded, findings: &mut Findings) {
    let config = &loaded.config;
    match Declared::from_config(config) {
        Ok(declared) => {
            if declared.is_empty() {
                findings.mind("applications", "none is declared, so nobody can get a token");
            } else {
                findings.fine("applications", &format!("{} declared", declared.len()));
            }
            findings.fine("people", &format!("{} declared", declared.people().len()));
        }
        Err(problems) => findings.wrong("directory", &loaded.locate(problems).to_string()),
    }
    for application in &config.applications {
        if application.client_secret.is_some() {
            findings.mind(
                "applications",
                &format!(
                    "the secret of {} stands in clear: `signet hash secret` prints what to put there",
                    application.client_id
                ),
            );
        }
    }
    if config.issuer.is_loopback() && !config.http.listen.ip().is_loopback() {
        findings.mind(
            "http.listen",
            "the issuer is on loopback, but other machines can reach the listener",
        );
    }
    for warning in warnings(config) {
        findings.mind("dialects", &warning);
    }
    match &config.http.tls {
        Some(tls) => match tls_config(tls) {
            Ok(_) => findings.fine("http.tls", "certificate and key belong together"),
            Err(error) => findings.wrong("http.tls", &error.to_string()),
        },
        None if config.issuer.is_https() => {
            findings.mind("http.tls", "absent: a proxy must speak https for the issuer");
        }
        None => findings.fine("http.tls", "absent, the issuer is on loopback"),
    }
}

fn keys(loaded: &Loaded, findings: &mut Findings) {
    let config = &loaded.config;
    let directory = key_directory(config);
    match directory.load() {
        Ok(ring) => {
            let now = SystemClock.now();
            for algorithm in config.algorithms() {
                match ring.signing_key(algorithm, now) {
                    Some(key) => {
                        findings.fine("keys", &format!("{algorithm} signs with {}", key.kid()));
                    }
                    None if config.keys.generate => {
                        findings
                            .fine("keys", &format!("{algorithm} has no key yet; start makes it"));
                    }
                    None => findings.wrong(
                        "keys",
                        &format!(
                            "{algorithm} has no key: run `signet keys generate --alg {algorithm}`"
                        ),
                    ),
                }
            }
            let next = ring.list(now).iter().filter(|key| key.state == KeyState::Next).count();
            if next > 0 {
                findings.fine("keys", &format!("{next} published and waiting to sign"));
            }
        }
        Err(KeyError::NoRing { .. }) if config.keys.generate => {
            findings.fine("keys", "none yet; start makes them");
        }
        Err(error) => findings.wrong("keys", &error.to_string()),
    }
    match directory.load_sealing_keys() {
        Ok(_) => findings.fine("sealing key", "readable"),
        Err(KeyError::NoSealingKey { .. }) if config.keys.generate => {
            findings.fine("sealing key", "none yet; start makes it");
        }
        Err(error) => findings.wrong("sealing key", &error.to_string()),
    }
}

fn store(loaded: &Loaded, findings: &mut Findings) {
    match loaded.config.store.resolved_url() {
        Ok(StoreUrl::Memory) => findings.mind(
            "store",
            "memory: a restart forgets grants and revocations, and no other replica knows of them",
        ),
        Ok(StoreUrl::Redis(url)) => match redis_answers(url, loaded) {
            Ok(()) => findings.fine("store", "Redis answers"),
            Err(Failed(message)) => findings.wrong(
                "store",
                &format!(
                    "{message} (until it does, tokens are issued, and none is renewed or revoked)"
                ),
            ),
        },
        Err(problem) => findings.wrong("store", &loaded.locate(vec![problem]).to_string()),
    }
}

fn redis_answers(url: RedisUrl, loaded: &Loaded) -> Result<(), Failed> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    runtime()?.block_on(async {
        let redis = Redis::open(
            url,
            &loaded.config.store,
            &clock,
            &Arc::new(Availability::new(Arc::clone(&clock))),
        )
        .map_err(|problem| Failed(loaded.locate(vec![problem]).to_string()))?;
        Ok(redis.ping().await?)
    })
}

fn directory(loaded: &Loaded, findings: &mut Findings) {
    let config = &loaded.config.directory;
    match config.resolved_url() {
        Ok(None) => findings.fine("directory", "declared entries alone, nobody can be registered"),
        Ok(Some(url)) => match opened(url, config.timeout) {
            Ok(finding) => findings.fine("directory", &finding),
            Err(Failed(message)) => findings.wrong(
                config.url_key(),
                &format!("{message} (until it does, only those who are declared are known)"),
            ),
        },
        Err(problem) => findings.wrong("directory", &loaded.locate(vec![problem]).to_string()),
    }
    if let Some(role) = &config.default_role
        && !loaded.config.roles.iter().any(|declared| declared.name == *role)
    {
        findings.mind(
            "directory.default_role",
            &format!("the role {role} is not declared, so it must be kept in the directory"),
        );
    }
}

/// Opens it as a start does.
fn opened(url: DirectoryUrl, patience: Duration) -> Result<String, Failed> {
    let database = match &url {
        DirectoryUrl::Sqlite(path) => format!("the SQLite file {}", path.display()),
        DirectoryUrl::Postgres(_) => "PostgreSQL".to_owned(),
    };
    let migrations = runtime()?.block_on(async { Sql::new(url, patience).migrations().await })?;
    Ok(format!("{database} answers, {migrations} migration(s) applied"))
}
