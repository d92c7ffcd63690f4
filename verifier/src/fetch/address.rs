//! Which addresses a fetch may reach (the special-purpose registries of RFC 6890 and its updates).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// How far a client's connections may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// This machine only: where the URL is plain http.
    Loopback,
    /// The public internet only: where somebody else chose the URL.
    Public,
    /// Anywhere: where the operator chose the URL.
    Anywhere,
}

impl Reach {
    pub(super) const fn admits(self, address: IpAddr) -> bool {
        match self {
            Self::Loopback => address.is_loopback(),
            Self::Public => is_public(address),
            Self::Anywhere => true,
        }
    }

    /// Whether the host is an address that is refused. Names have to be resolved first.
    pub(super) fn refuses_literal(self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(address)) => !self.admits(address.into()),
            Some(Host::Ipv6(address)) => !self.admits(address.into()),
            Some(Host::Domain(_)) => false,
            None => true,
        }
    }
}

const fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127, ..]              // this network, private, loopback
        | [100, 64..=127, ..]           // shared by carrier-grade NAT
        | [169, 254, ..]                // link-local, with the metadata services of clouds
        | [172, 16..=31, ..]            // private
        | [192, 0, 0 | 2, _]            // protocol assignments, documentation
        | [192, 88, 99, _]              // relays of 6to4, deprecated
        | [192, 168, ..]                // private
        | [198, 18..=19, ..]            // benchmarking
        | [198, 51, 100, _]             // documentation
        | [203, 0, 113, _]              // documentation
        | [224..=255, ..] // multicast, reserved, broadcast
    )
}

/// Global unicast is 2000::/3 (RFC 4291 section 2.4); everything outside is refused but for addresses
/// that stand for an IPv4 one, which are judged as that.
const fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    match (a, b) {
        // ::ffff:0:0/96, mapped, and 64:ff9b::/96, translated (RFC 6052 section 2.1)
        (0, 0) if c == 0 && d == 0 && e == 0 && f == 0xffff => is_public_v4(v4(g, h)),
        (0x64, 0xff9b) if c == 0 && d == 0 && e == 0 && f == 0 => is_public_v4(v4(g, h)),
        (0x2002, _) => is_public_v4(v4(b, c)),          // 6to4
        (0x2001, 0..=0x1ff) => false,                   // protocol assignments, Teredo among them
        (0x2001, 0xdb8) | (0x3fff, 0..=0xfff) => false, // documentation
        _ => a & 0xe000 == 0x2000,
    }
}

const fn v4(high: u16, low: u16) -> Ipv4Addr {
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}
