//! The rows that are driven: which request, to which server, over which floor, within which budget.

use std::net::SocketAddr;

use base64::{Engine, engine::general_purpose::STANDARD};
use signet_verifier::Algorithm;

use crate::{
    Outcome, client,
    floor_server::{self, FORM, FORM_WITH_ES256, FORM_WITH_RS256},
    process::Process,
    subject::{CLIENT_SECRET, Folder},
    wrk::Request,
};

/// One row of the table.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) server: Server,
    pub(crate) path: &'static str,
    pub(crate) request: Request,
    /// What is signed for each request: with the form, the floor of the row.
    pub(crate) signature: Option<Algorithm>,
    /// How many times its floor it may cost.
    pub(crate) budget: Option<f64>,
}

/// Which of the servers answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    /// The floor.
    Floor,
    /// Signet as it comes.
    Signet,
    /// Signet with `RUST_LOG=warn`, and so without its request log.
    Quiet,
}

/// The servers, running.
pub(crate) struct Servers {
    floor: (SocketAddr, Process),
    signet: (SocketAddr, Process),
    quiet: (SocketAddr, Process),
}

const TOKEN: &str = "/oauth2/token";

/// Every row, the floor first.
pub(crate) fn all() -> Vec<Row> {
    let row = |name, server, path, request| Row {
        name,
        server,
        path,
        request,
        signature: None,
        budget: None,
    };
    let token = |name, algorithm: Algorithm, budget| Row {
        signature: Some(algorithm),
        budget,
        ..row(name, Server::Signet, TOKEN, by_basic(algorithm.name()))
    };
    let floor = |name, path| row(name, Server::Floor, path, by_basic("ES256"));
    let signing_form =
        |name, path, algorithm| Row { signature: Some(algorithm), ..floor(name, path) };
    vec![
        floor("form endpoint (floor)", FORM),
        signing_form("form endpoint that signs ES256", FORM_WITH_ES256, Algorithm::Es256),
        signing_form("form endpoint that signs RS256", FORM_WITH_RS256, Algorithm::Rs256),
        token("client_credentials, ES256", Algorithm::Es256, Some(1.25)),
        token("client_credentials, RS256", Algorithm::Rs256, Some(1.05)),
        token("client_credentials, EdDSA", Algorithm::EdDsa, None),
        Row {
            request: by_post("ES256"),
            ..token("ES256, client_secret_post", Algorithm::Es256, None)
        },
        Row {
            server: Server::Quiet,
            ..token("ES256, without the request log", Algorithm::Es256, None)
        },
        row("GET /.well-known/jwks.json", Server::Signet, "/.well-known/jwks.json", get()),
    ]
}

/// A token request of one of the applications, with `client_secret_basic`.
pub(crate) fn by_basic(client_id: &str) -> Request {
    let credentials = STANDARD.encode(format!("{client_id}:{CLIENT_SECRET}"));
    let mut request = form("grant_type=client_credentials&scope=read".to_owned());
    request.headers.push(("Authorization", format!("Basic {credentials}")));
    request
}

fn by_post(client_id: &str) -> Request {
    form(format!(
        "grant_type=client_credentials&scope=read&client_id={client_id}&client_secret={CLIENT_SECRET}"
    ))
}

fn form(body: String) -> Request {
    let headers = vec![("Content-Type", "application/x-www-form-urlencoded".to_owned())];
    Request { method: "POST", headers, body }
}

fn get() -> Request {
    Request { method: "GET", headers: Vec::new(), body: String::new() }
}

impl Servers {
    /// Starts all three, and waits until they listen.
    pub(crate) fn start(folder: &Folder) -> Outcome<Self> {
        let servers = Self {
            floor: floor_server::start()?,
            signet: folder.start(&[])?,
            quiet: folder.start(&[("RUST_LOG", "warn")])?,
        };
        for (address, process) in [&servers.floor, &servers.signet, &servers.quiet] {
            process.wait_until_listening(*address)?;
        }
        Ok(servers)
    }

    /// Where `server` is, and its process.
    pub(crate) fn get(&self, server: Server) -> (SocketAddr, &Process) {
        let (address, process) = match server {
            Server::Floor => &self.floor,
            Server::Signet => &self.signet,
            Server::Quiet => &self.quiet,
        };
        (*address, process)
    }

    /// A few tokens, then the resident memory of Signet, in KiB.
    pub(crate) fn idle_memory(&self) -> Outcome<u64> {
        let (address, process) = self.get(Server::Signet);
        for application in ["ES256", "RS256", "EdDSA"] {
            client::token(address, &by_basic(application))?;
        }
        process.memory()
    }
}
