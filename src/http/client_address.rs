//! Whose address a request counts for.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use poem::Request;

/// The proxies whose `X-Forwarded-For` is believed.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Believes the proxies in `networks`, and nobody else.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address that `request` came from: the peer's own; behind trusted proxies, the last address in
    /// `X-Forwarded-For` that is not one of theirs. Whatever stands before it, a client may have written.
    #[must_use]
    pub fn client_address(&self, request: &Request) -> IpAddr {
        let peer = match request.remote_addr().as_socket_addr() {
            Some(address) => address.ip().to_canonical(),
            None => IpAddr::from([0, 0, 0, 0]),
        };
        if self.0.is_empty() || !self.contains(peer) {
            return peer;
        }
        let hops = request.headers().get_all("x-forwarded-for").iter().rev();
        let hops = hops.flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
        let mut client = peer;
        for hop in hops {
            let Some(address) = address(hop.trim()) else { break };
            client = address.to_canonical();
            if !self.contains(client) {
                break;
            }
        }
        client
    }
}

/// An address, with the port that some proxies append.
fn address(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().map(|address| address.ip());
    hop.parse().or_else(|_| with_port()).ok()
}
