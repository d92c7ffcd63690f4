//! The operations that the tests ask for, and the answers that no operation gives.

use std::sync::Arc;

use poem::{
    Body, Endpoint, IntoEndpoint, Response, Route, endpoint::make, get, handler, http::StatusCode,
    web::Path,
};
use signet::http::boundary::{ClientIdLabel, ErrorAnswers, ErrorCodeLabel, FailureCause};
use tokio::{io::AsyncWriteExt, sync::Notify};

pub(crate) struct PlainAnswers;

impl ErrorAnswers for PlainAnswers {
    fn not_found(&self, path: &str) -> Response {
        json(StatusCode::NOT_FOUND, format!(r#"{{"error":"not_found","path":"{path}"}}"#))
    }

    fn method_not_allowed(&self, path: &str) -> Response {
        let body = format!(r#"{{"error":"method_not_allowed","path":"{path}"}}"#);
        json(StatusCode::METHOD_NOT_ALLOWED, body)
    }

    fn panicked(&self) -> Response {
        json(StatusCode::INTERNAL_SERVER_ERROR, r#"{"error":"server_error"}"#.to_owned())
    }

    fn other(&self, error: &poem::Error) -> Response {
        json(error.status(), r#"{"error":"other"}"#.to_owned())
    }
}

fn json(status: StatusCode, body: String) -> Response {
    Response::builder().status(status).content_type("application/json").body(body)
}

/// Lets a test hold a request in flight.
#[derive(Default)]
pub(crate) struct Gate {
    pub(crate) entered: Notify,
    pub(crate) leave: Notify,
}

#[handler]
fn hello() -> &'static str {
    "hello"
}

#[handler]
fn item(Path(id): Path<u32>) -> String {
    id.to_string()
}

#[handler]
fn boom() -> &'static str {
    panic!("at the disco\nwith a line break")
}

#[handler]
fn refuse() -> Response {
    let mut response = json(StatusCode::BAD_REQUEST, "{}".to_owned());
    response.set_data(ErrorCodeLabel("invalid_grant"));
    response.set_data(FailureCause("the \"code\" is\r\nspent".into()));
    response
        .set_data(ClientIdLabel(format!("evil\r\n{{\"forged\":1}}\u{2028}{}", "x".repeat(999))));
    response
}

#[handler]
fn teapot() -> poem::Result<&'static str> {
    let mut error = poem::Error::from_status(StatusCode::IM_A_TEAPOT);
    error.set_data(FailureCause("short and stout".into()));
    Err(error)
}

/// One operation of each kind.
pub(crate) fn routes() -> impl Endpoint {
    Route::new()
        .at("/hello", get(hello))
        .at("/items/:id", get(item))
        .at("/boom", get(boom))
        .at("/refuse", get(refuse))
        .at("/teapot", get(teapot))
        .into_endpoint()
}

/// Answers every request once the gate lets it.
pub(crate) fn gated(gate: Arc<Gate>) -> impl Endpoint + 'static {
    make(move |_| {
        let gate = Arc::clone(&gate);
        async move {
            gate.entered.notify_one();
            gate.leave.notified().await;
            Ok::<_, poem::Error>("done")
        }
    })
}

/// Answers every request with the request's own body.
pub(crate) fn echo() -> impl Endpoint + 'static {
    make(|mut request: poem::Request| async move {
        Ok::<_, poem::Error>(request.take_body().into_vec().await?)
    })
}

/// Answers every request with far more than fits into any buffer, in one piece or in many.
pub(crate) fn flood(pieces: usize) -> impl Endpoint + 'static {
    const TOTAL: usize = 64 * 1024 * 1024;
    make(move |_| async move {
        let body = if pieces == 1 {
            Body::from(vec![b'x'; TOTAL])
        } else {
            let (reader, mut writer) = tokio::io::duplex(TOTAL / pieces);
            tokio::spawn(async move {
                for _ in 0..pieces {
                    if writer.write_all(&vec![b'x'; TOTAL / pieces]).await.is_err() {
                        break;
                    }
                }
            });
            Body::from_async_read(reader)
        };
        Ok::<_, poem::Error>(Response::builder().body(body))
    })
}
