//! From nothing to the first token, with keys present: what a restart or a new replica costs.

use std::{net::TcpStream, thread, time::Duration};

use signet::clock::Stopwatch;

use crate::{Outcome, client, requests::by_basic, rounds::median, subject::Folder};

const STARTS: usize = 10;

/// How long one start may take before this gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// The median of [`STARTS`] starts, in milliseconds: from before the process is made until an answer
/// with a token has been read.
pub(crate) fn to_first_token(folder: &Folder) -> Outcome<f64> {
    let milliseconds: Vec<f64> = (0..STARTS).map(|_| once(folder)).collect::<Outcome<_>>()?;
    Ok(median(milliseconds))
}

fn once(folder: &Folder) -> Outcome<f64> {
    let request = by_basic("ES256");
    let watch = Stopwatch::start();
    let (address, _process) = folder.start(&[])?;
    let connection = loop {
        match TcpStream::connect(address) {
            Ok(connection) => break connection,
            Err(error) if watch.elapsed() > PATIENCE => return Err(error.into()),
            Err(_) => thread::sleep(Duration::from_micros(100)),
        }
    };
    client::token_over(connection, &request)?;
    Ok(watch.elapsed().as_secs_f64() * 1e3)
}
