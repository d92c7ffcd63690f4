//! `signet health`: the container's health check, by the binary itself.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use super::{Cli, Failed};

pub(super) const EXAMPLES: &str = "\
Examples:
  signet health                                 exits with 0 while http.listen answers
  HEALTHCHECK CMD [\"/signet\", \"health\", \"--config\", \"/etc/signet/signet.toml\"]";

const TIMEOUT: Duration = Duration::from_secs(3);

pub(super) fn run(cli: &Cli) -> Result<(), Failed> {
    let http = cli.configuration()?.config.http;
    let address = reachable(http.listen);
    let mut connection = TcpStream::connect_timeout(&address, TIMEOUT)
        .map_err(|error| Failed(format!("nothing listens on {address}: {error}")))?;
    if http.tls.is_some() {
        // The certificate is made out to the issuer's name, not to this address: that something
        // listens must do.
        println!("listening on {address}");
        return Ok(());
    }
    connection.set_read_timeout(Some(TIMEOUT))?;
    connection.set_write_timeout(Some(TIMEOUT))?;
    connection
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    connection.take(4096).read_to_end(&mut answer)?;
    if answer.starts_with(b"HTTP/1.1 200 ") {
        println!("alive on {address}");
        Ok(())
    } else {
        Err(Failed(format!("{address} does not answer as Signet does")))
    }
}

/// Where a listener on `listen` can be reached from this machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let address = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(address, listen.port())
}
