//! The rows that are driven: which request, to which server, over which floor, within which budget.

use std::net::SocketAddr;

use signet_verifier::Algorithm;

use crate::{
    Outcome,
    bare::Bare,
    browser::{authorization, userinfo},
    floor_server::{FORM, FORM_WITH_ES256, FORM_WITH_RS256},
    kept::KEPT,
    requests::{
        by_basic, by_cold_ones, by_post, get, introspection_of_access_token,
        introspection_of_refresh_token, sign_ins, status_list, status_list_at_hand,
    },
    servers::Server,
    wrk::Request,
};

/// One row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) server: Server,
    pub(crate) load: Load,
    pub(crate) floor: Option<Floor>,
    /// How many times its floor it may cost.
    pub(crate) budget: Option<f64>,
    /// What of Redis's commands is called by a script, not sent.
    pub(crate) in_script: &'static [&'static str],
}

/// What is sent.
pub(crate) enum Load {
    /// The same in all rounds.
    Request(Request),
    /// Asked for in each round anew, of the server that it goes to: it has a token in it.
    Fresh(fn(SocketAddr) -> Outcome<Request>),
    /// Renewals of grants that were begun before.
    Renewals,
    /// Redemptions of authorization codes.
    Redemptions,
}

/// What a row is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Floor {
    /// The form endpoint, and what ring does for each request.
    Form(Option<Bare>),
    /// Another row.
    Row(&'static str),
}

pub(crate) const FORM_ROW: &str = "form endpoint (floor)";
const TOKEN_ROW: &str = "client_credentials, ES256";
const POST_ROW: &str = "ES256, client_secret_post";
const REDIS_UP_ROW: &str = "client_credentials, Redis up";

/// Every row, the floor first.
pub(crate) fn all() -> Vec<Row> {
    floors()
        .into_iter()
        .chain(tokens())
        .chain(of_the_directory())
        .chain(on_redis())
        .chain(with_browsers())
        .collect()
}

fn row(name: &'static str, server: Server, load: Load) -> Row {
    Row { name, server, load, floor: None, budget: None, in_script: &[] }
}

fn floors() -> [Row; 3] {
    let row = |name, path: &str, floor| {
        let load = Load::Request(Request { path: path.to_owned(), ..by_basic("ES256") });
        Row { floor, ..row(name, Server::Floor, load) }
    };
    let signing = |name, path, algorithm| {
        row(name, path, Some(Floor::Form(Some(Bare::Signature(algorithm)))))
    };
    [
        row(FORM_ROW, FORM, None),
        signing("form endpoint that signs ES256", FORM_WITH_ES256, Algorithm::Es256),
        signing("form endpoint that signs RS256", FORM_WITH_RS256, Algorithm::Rs256),
    ]
}

fn tokens() -> [Row; 6] {
    let token = |name, algorithm: Algorithm, budget| Row {
        floor: Some(Floor::Form(Some(Bare::Signature(algorithm)))),
        budget,
        ..row(name, Server::Signet, Load::Request(by_basic(algorithm.name())))
    };
    [
        token(TOKEN_ROW, Algorithm::Es256, Some(1.25)),
        token("client_credentials, RS256", Algorithm::Rs256, Some(1.05)),
        token("client_credentials, EdDSA", Algorithm::EdDsa, None),
        Row { load: Load::Request(by_post("ES256")), ..token(POST_ROW, Algorithm::Es256, None) },
        Row {
            server: Server::Quiet,
            ..token("ES256, without the request log", Algorithm::Es256, None)
        },
        row(
            "GET /.well-known/jwks.json",
            Server::Signet,
            Load::Request(get("/.well-known/jwks.json")),
        ),
    ]
}

fn of_the_directory() -> [Row; 3] {
    [
        Row {
            floor: Some(Floor::Row(TOKEN_ROW)),
            ..row(
                "of an application in SQLite, remembered",
                Server::OnSqlite,
                Load::Request(by_basic(KEPT)),
            )
        },
        Row {
            floor: Some(Floor::Row(POST_ROW)),
            ..row(
                "of one in SQLite, not remembered",
                Server::OnSqlite,
                Load::Request(by_cold_ones()),
            )
        },
        Row {
            floor: Some(Floor::Form(Some(Bare::Password))),
            ..row("password log-in, ES256", Server::WithPeople, Load::Request(sign_ins()))
        },
    ]
}

fn on_redis() -> [Row; 7] {
    let fresh = |name, request: fn(SocketAddr) -> Outcome<Request>| {
        row(name, Server::OnRedis, Load::Fresh(request))
    };
    let token = |name, server| row(name, server, Load::Request(by_basic("ES256")));
    [
        Row {
            floor: Some(Floor::Row(TOKEN_ROW)),
            budget: Some(2.0),
            in_script: &["get", "set", "time"],
            ..row("refresh_token, ES256, on Redis", Server::OnRedis, Load::Renewals)
        },
        Row {
            floor: Some(Floor::Form(Some(Bare::Es256Verification))),
            budget: Some(1.5),
            ..fresh("introspection, ES256 access token", introspection_of_access_token)
        },
        Row {
            floor: Some(Floor::Form(None)),
            ..fresh("introspection, refresh token", introspection_of_refresh_token)
        },
        fresh("GET /status-lists/{id}, gzip", status_list),
        fresh("GET /status-lists/{id}, 304", status_list_at_hand),
        Row {
            floor: Some(Floor::Form(Some(Bare::Signature(Algorithm::Es256)))),
            ..token(REDIS_UP_ROW, Server::RedisUp)
        },
        Row {
            floor: Some(Floor::Row(REDIS_UP_ROW)),
            ..token("client_credentials, Redis stopped", Server::RedisStopped)
        },
    ]
}

fn with_browsers() -> [Row; 3] {
    let row = |name, load| row(name, Server::WithBrowsers, load);
    [
        Row {
            floor: Some(Floor::Form(None)),
            ..row("GET /oauth2/authorize, signed in", Load::Fresh(authorization))
        },
        Row {
            floor: Some(Floor::Row(TOKEN_ROW)),
            ..row("authorization_code, ES256, on Redis", Load::Redemptions)
        },
        Row {
            floor: Some(Floor::Form(Some(Bare::Es256Verification))),
            ..row("GET /oauth2/userinfo", Load::Fresh(userinfo))
        },
    ]
}

impl Row {
    /// What else must be driven for the row to be compared with something.
    pub(crate) fn needs(&self) -> Option<&'static str> {
        match self.floor {
            Some(Floor::Row(name)) => Some(name),
            _ => None,
        }
    }
}
