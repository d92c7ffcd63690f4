//! The parameters of a form body, by the rules of RFC 6749 section 3.2 and appendix B: each once, an
//! empty one like one left out, unknown ones ignored, encoding strict. The same of a query or a JSON
//! object, for those who send them there.

mod elsewhere;

use std::{
    borrow::Cow,
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    task::Poll,
    time::Duration,
};

use poem::{Body, Request, http::header};
use tokio::{
    io::AsyncReadExt,
    time::{error::Elapsed, timeout},
};

use crate::{
    oauth::{Reason, Refusal},
    secret::Secret,
};

/// How many parameters a body may have.
const MOST: usize = 64;

/// Room for most bodies, in bytes.
const TYPICAL_BODY: usize = 512;

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// The parameters of one request, decoded; empty ones are not among them.
pub struct Parameters(Vec<(String, Secret)>);

impl Parameters {
    /// Parses a form body, or a query.
    ///
    /// # Errors
    /// `invalid_request`: bad encoding, a repeated parameter, or too many of them.
    pub fn parse(body: &[u8]) -> Result<Self, Reason> {
        let (parameters, repeated) = Self::parse_with_repeated(body)?;
        if repeated.is_empty() { Ok(parameters) } else { Err(Reason::RepeatedParameter) }
    }

    /// Parses the query of `request`.
    ///
    /// # Errors
    /// Those of [`Self::parse`].
    pub fn of_query(request: &Request) -> Result<Self, Reason> {
        Self::parse(request.uri().query().unwrap_or_default().as_bytes())
    }

    /// The same as [`Self::parse`], for whoever has to know what a request says before it can be refused: the names of what is
    /// repeated are told, and the first value of each is kept.
    ///
    /// # Errors
    /// `invalid_request`: bad encoding, or too many parameters.
    pub fn parse_with_repeated(body: &[u8]) -> Result<(Self, Vec<String>), Reason> {
        let mut repetitions = Vec::new();
        let mut parameters: Vec<(String, Secret)> = Vec::with_capacity(8);
        let mut empty: Vec<String> = Vec::new();
        for (position, pair) in
            body.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()).enumerate()
        {
            if position == MOST {
                return Err(Reason::TooManyParameters);
            }
            let equals = pair.iter().position(|&byte| byte == b'=').unwrap_or(pair.len());
            let (name, value) = (&pair[..equals], pair.get(equals + 1..).unwrap_or_default());
            let name = form_decode(name).ok_or(Reason::MalformedForm)?;
            let value = form_decode(value).ok_or(Reason::MalformedForm)?;
            // RFC 6749 section 3.2: "Request and response parameters MUST NOT be included more than
            // once." RFC 8707 section 2 exempts resource.
            let repeated = name != "resource"
                && (parameters.iter().any(|(known, _)| *known == name)
                    || empty.iter().any(|known| *known == name));
            if repeated {
                repetitions.push(name.into_owned());
                continue;
            }
            // RFC 6749 section 3.2: "Parameters sent without a value MUST be treated as if they were
            // omitted from the request."
            if value.is_empty() {
                empty.push(name.into_owned());
            } else {
                parameters.push((name.into_owned(), Secret::new(value.into_owned())));
            }
        }
        Ok((Self(parameters), repetitions))
    }

    /// The value of `name`; any of them may be a secret until whoever asks knows better.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<&Secret> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The value of `name`, which is no secret.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.secret(name).map(Secret::expose)
    }

    /// Every value of `name`, in the request's order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.expose())
    }
}

pub use self::elsewhere::{read_json, read_query};

/// Reads the form of `request` within `limit` bytes and ten seconds.
///
/// # Errors
/// The reasons of a body that is no form, too large, too slow or malformed.
pub async fn read_form(request: &Request, body: Body, limit: usize) -> Result<Parameters, Refusal> {
    let bytes = read_form_bytes(request, body, limit).await?;
    Parameters::parse(&bytes).map_err(Refusal::from)
}

/// The same, with the names of what is repeated, as [`Parameters::parse_with_repeated`] has it.
///
/// # Errors
/// The reasons of a body that is no form, too large, too slow or malformed.
pub async fn read_form_with_repeated(
    request: &Request,
    body: Body,
    limit: usize,
) -> Result<(Parameters, Vec<String>), Refusal> {
    let bytes = read_form_bytes(request, body, limit).await?;
    Parameters::parse_with_repeated(&bytes).map_err(Refusal::from)
}

async fn read_form_bytes(request: &Request, body: Body, limit: usize) -> Result<Vec<u8>, Refusal> {
    if !is_form(request) {
        return Err(Reason::NotAForm.into());
    }
    read_bytes(request, body, limit).await
}

/// Reads the body of `request` within `limit` bytes and [`BODY_TIMEOUT`].
///
/// # Errors
/// The reasons of a body that is too large, too slow or broken off.
pub(super) async fn read_bytes(
    request: &Request,
    body: Body,
    limit: usize,
) -> Result<Vec<u8>, Refusal> {
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        return Err(Reason::BodyTooLarge.into());
    }
    match in_time(pin!(read_body(body, limit))).await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => Err(Reason::BodyTooLarge.into()),
        Ok(Err(error)) => Err(Refusal::new(Reason::MalformedForm).because(error.to_string())),
        Err(_) => Err(Reason::BodyTooSlow.into()),
    }
}

/// Reads `body`; `None` where it has more than `limit` bytes. poem's own way to do so clears four KiB for
/// every request, and makes its future that much larger.
async fn read_body(body: Body, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut reader = body.into_async_read();
    let mut bytes = Vec::with_capacity(TYPICAL_BODY.min(limit + 1));
    while reader.read_buf(&mut bytes).await? > 0 {
        if bytes.len() > limit {
            return Ok(None);
        }
    }
    Ok(Some(bytes))
}

/// Waits for `body`, no longer than [`BODY_TIMEOUT`]. hyper reads a body when it is asked for, and so has
/// it at the second time of asking where it came along with the head: only for one that is late is there
/// a timer.
async fn in_time<T>(mut body: Pin<&mut impl Future<Output = T>>) -> Result<T, Elapsed> {
    let mut asked = false;
    let come_along = poll_fn(|cx| match body.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending if asked => Poll::Ready(None),
        Poll::Pending => {
            asked = true;
            cx.waker().wake_by_ref();
            Poll::Pending
        }
    });
    match come_along.await {
        Some(value) => Ok(value),
        None => Box::pin(timeout(BODY_TIMEOUT, body)).await,
    }
}

/// Whether the body is said to be `application/x-www-form-urlencoded`, whatever its parameters say.
#[must_use]
pub fn is_form(request: &Request) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// Decodes `application/x-www-form-urlencoded` (RFC 6749 appendix B): `+` is a space, `%` takes two
/// hexadecimal digits, the result is UTF-8 without NUL. Anything else is `None`.
pub(super) fn form_decode(encoded: &[u8]) -> Option<Cow<'_, str>> {
    let text = if encoded.contains(&b'%') || encoded.contains(&b'+') {
        let mut decoded = Vec::with_capacity(encoded.len());
        let mut bytes = encoded.iter();
        while let Some(&byte) = bytes.next() {
            decoded.push(match byte {
                b'+' => b' ',
                b'%' => hex(*bytes.next()?)? << 4 | hex(*bytes.next()?)?,
                plain => plain,
            });
        }
        Cow::Owned(String::from_utf8(decoded).ok()?)
    } else {
        Cow::Borrowed(std::str::from_utf8(encoded).ok()?)
    };
    (!text.as_bytes().contains(&0)).then_some(text)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
