//! The floor under every token: a poem-openapi server with one operation that takes a form and answers
//! JSON, as little as a token endpoint can be on this framework. A process of its own, this benchmark
//! started again.

use std::{hint::black_box, net::SocketAddr};

use poem::{Route, Server, listener::TcpListener};
use poem_openapi::{
    Object, OpenApi, OpenApiService,
    payload::{Form, Json},
};
use serde::Deserialize;
use signet_verifier::Algorithm;

use crate::{
    Outcome,
    bare_keys::{BareKey, SIGNING_INPUT},
    process::{Process, free_address},
};

/// The operation, and the same with a signature in it.
pub(crate) const FORM: &str = "/form";
pub(crate) const FORM_WITH_ES256: &str = "/form-with-es256";
pub(crate) const FORM_WITH_RS256: &str = "/form-with-rs256";

/// As long as an ES256 access token of these benchmarks.
const TOKEN_LENGTH: usize = 440;

#[derive(Object, Deserialize)]
struct Request {
    grant_type: String,
    scope: Option<String>,
    client_id: Option<String>,
}

#[derive(Object)]
struct Response {
    access_token: String,
    token_type: String,
    expires_in: u64,
    scope: String,
}

struct Api {
    token: String,
    es256: BareKey,
    rs256: BareKey,
}

#[OpenApi]
impl Api {
    #[oai(path = "/form", method = "post")]
    async fn form(&self, request: Form<Request>) -> Json<Response> {
        Json(self.answer(request))
    }

    #[oai(path = "/form-with-es256", method = "post")]
    async fn form_with_es256(&self, request: Form<Request>) -> Json<Response> {
        black_box(self.es256.sign(black_box(&SIGNING_INPUT)));
        Json(self.answer(request))
    }

    #[oai(path = "/form-with-rs256", method = "post")]
    async fn form_with_rs256(&self, request: Form<Request>) -> Json<Response> {
        black_box(self.rs256.sign(black_box(&SIGNING_INPUT)));
        Json(self.answer(request))
    }
}

impl Api {
    fn answer(&self, request: Form<Request>) -> Response {
        let Form(Request { grant_type, scope, client_id }) = request;
        Response {
            access_token: self.token.clone(),
            token_type: "Bearer".to_owned(),
            expires_in: 600,
            scope: scope.or(client_id).unwrap_or(grant_type),
        }
    }
}

/// Serves until it is ended; on as many threads as Signet.
pub(crate) fn run(address: SocketAddr) -> Outcome<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let api = Api {
            token: "x".repeat(TOKEN_LENGTH),
            es256: BareKey::generate(Algorithm::Es256)?,
            rs256: BareKey::generate(Algorithm::Rs256)?,
        };
        let api = OpenApiService::new(api, "floor", "1");
        Ok(Server::new(TcpListener::bind(address)).run(Route::new().nest("/", api)).await?)
    })
}

/// Starts such a server, and waits until it listens.
pub(crate) fn start() -> Outcome<(SocketAddr, Process)> {
    let address = free_address()?;
    let program = std::env::current_exe()?;
    let process = Process::start(program, &["--floor-server", &address.to_string()], &[])?;
    process.wait_until_listening(address)?;
    Ok((address, process))
}
