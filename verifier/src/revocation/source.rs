//! The issuer as a source of status lists: fetches one, and validates it (Token Status List, sections
//! 8.1 to 8.3).

use std::sync::Arc;

use super::{StatusListError, entry::Entry, state::Copy};
use crate::{
    clock::Clock,
    fetch::{Fetched, Fetcher},
    jws::CompactJws,
    keys::Keys,
    status_list::{MEDIA_TYPE, StatusList, StatusListClaims, TYP},
};

/// The longest status list token, in bytes.
pub(crate) const LONGEST_TOKEN: usize = 2 * 1024 * 1024;
/// The longest list, inflated, in bytes: 33 million entries of one bit.
const LONGEST_LIST: usize = 4 * 1024 * 1024;
/// The range in which an issuer's `ttl` is followed, in seconds.
const TTL_RANGE: (u64, u64) = (1, 3600);
/// Where an issuer gives neither `ttl` nor `exp`, in seconds.
const DEFAULT_TTL: u64 = 60;

/// Reads the lists of one issuer.
#[derive(Debug)]
pub(crate) struct ListSource {
    pub(crate) fetcher: Fetcher,
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) leeway: u64,
}

impl ListSource {
    /// Reads a list, or learns that it is still the one `held`. "Relying Parties MUST prioritize exp
    /// and ttl … over HTTP caching" (section 8.2), so the latter is not looked at.
    pub(super) async fn read(
        &self,
        entry: &Entry,
        held: Option<&Copy>,
    ) -> Result<Copy, StatusListError> {
        let fetched_at = self.clock.now();
        // After its `exp` no answer may bring a copy back to life.
        let unchanged = held.filter(|held| !held.has_expired(fetched_at, 0));
        let etag = unchanged.and_then(|held| held.etag.as_deref());
        let answer = self.fetcher.bytes(&entry.url, MEDIA_TYPE, Some("gzip"), etag).await;
        match answer.map_err(StatusListError::Fetch)? {
            Fetched::Document { value, etag, .. } => {
                let claims = self.validated(&value, &entry.uri).await?;
                self.copy(&claims, etag, fetched_at)
            }
            Fetched::NotModified { .. } => {
                let held = unchanged.expect("OK because 304 is an error without an ETag");
                Ok(Copy { fetched_at, ..held.clone() })
            }
        }
    }

    async fn validated(
        &self,
        token: &[u8],
        uri: &str,
    ) -> Result<StatusListClaims, StatusListError> {
        // What is not UTF-8 is not ASCII either, and so no JWS.
        let token = str::from_utf8(token).unwrap_or_default().trim_ascii_end();
        let jws =
            CompactJws::parse_up_to(token, LONGEST_TOKEN).map_err(StatusListError::Malformed)?;
        // "Validate the Status List Token by following the rules defined in Section 7.2 of [RFC7519]"
        // and "Check for the existence of the required claims as defined in Section 5.1" (section 8.3).
        if !jws.header().typ_is(TYP) {
            return Err(StatusListError::WrongType);
        }
        let kid = jws.header().kid.as_deref().ok_or(StatusListError::NoKeyId)?;
        let key = self.keys.find(kid, jws.header().alg).await.map_err(StatusListError::Key)?;
        let payload = jws.verify(&key).map_err(StatusListError::Signature)?;
        let claims: StatusListClaims = payload.claims().map_err(StatusListError::Claims)?;
        // "The subject claim (sub or 2) of the Status List Token MUST be equal to the uri claim in the
        // status_list object of the Referenced Token" (section 8.3).
        if claims.sub != uri {
            return Err(StatusListError::WrongSubject);
        }
        let now = self.clock.now();
        // "If the expiration time is defined …, it MUST be checked if the Status List Token is expired"
        // (section 8.3).
        if claims.exp.is_some_and(|exp| now >= exp.saturating_add(self.leeway)) {
            return Err(StatusListError::Expired);
        }
        if claims.iat > now.saturating_add(self.leeway) {
            return Err(StatusListError::IssuedInTheFuture);
        }
        Ok(claims)
    }

    fn copy(
        &self,
        claims: &StatusListClaims,
        etag: Option<String>,
        fetched_at: u64,
    ) -> Result<Copy, StatusListError> {
        let ttl = match (claims.ttl, claims.exp) {
            (Some(0), _) => return Err(StatusListError::ZeroTtl),
            (Some(ttl), _) => ttl,
            (None, Some(exp)) => exp.saturating_sub(fetched_at),
            (None, None) => DEFAULT_TTL,
        };
        let member = &claims.status_list;
        let list = StatusList::decode(member.bits, &member.lst, LONGEST_LIST)
            .map_err(StatusListError::List)?;
        Ok(Copy {
            list: Arc::new(list),
            etag,
            fetched_at,
            ttl: ttl.clamp(TTL_RANGE.0, TTL_RANGE.1),
            iat: claims.iat,
            exp: claims.exp,
        })
    }
}
