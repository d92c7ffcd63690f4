//! Whether a name that nobody has can be told from a wrong password by the time that the answer takes.

use std::net::SocketAddr;

use signet::clock::Stopwatch;

use crate::{
    Outcome, client,
    requests::wrong_sign_in,
    rounds::median,
    subject::{Folder, PERSON},
    wrk::Request,
};

/// How many of each, one after the other.
const SIGN_INS: usize = 200;

/// The medians, in milliseconds.
pub(crate) struct SignIns {
    /// Of a name that nobody has.
    pub(crate) unknown: f64,
    /// Of a wrong password.
    pub(crate) wrong: f64,
}

/// Signs in with names that nobody has and with wrong passwords in turn. Failures are not throttled
/// meanwhile.
pub(crate) fn refused(folder: &Folder) -> Outcome<SignIns> {
    let (address, process) =
        folder.start_with_people(&[("SIGNET_LIMITS__FAILED_SIGN_INS", "1000000/s")])?;
    process.wait_until_listening(address)?;
    let (unknown, wrong) = (wrong_sign_in("nobody"), wrong_sign_in(PERSON));
    // The threads that compare passwords start with the first.
    once(address, &unknown)?;
    once(address, &wrong)?;
    let (mut of_unknown, mut of_wrong) = (Vec::new(), Vec::new());
    for _ in 0..SIGN_INS {
        of_unknown.push(once(address, &unknown)?);
        of_wrong.push(once(address, &wrong)?);
    }
    Ok(SignIns { unknown: median(of_unknown), wrong: median(of_wrong) })
}

fn once(address: SocketAddr, request: &Request) -> Outcome<f64> {
    let watch = Stopwatch::start();
    let (status, _) = client::status_and_etag(address, request)?;
    let took = watch.elapsed().as_secs_f64() * 1e3;
    if status == 400 { Ok(took) } else { Err(format!("a sign-in was answered {status}").into()) }
}
