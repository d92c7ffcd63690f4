//! Answers whether a token was revoked, from what is at hand where that is fresh, and from the issuer
//! where it is not (Token Status List, section 8.3).

use std::{ops::ControlFlow, sync::Arc};

use arc_swap::ArcSwapOption;

use super::{
    Choices, ListSource, RevocationUnknown, StatusListError,
    entry::Entry,
    lists::Lists,
    marks::Marks,
    state::{Freshness, State},
};
use crate::{
    AccessTokenClaims, Rejection,
    issuer::Issuer,
    status_list::{StatusList, VALID},
};

/// A verdict, or what was not good enough for one.
type AtHand = ControlFlow<Result<(), Rejection>, Arc<State>>;

/// Follows the status lists of the tokens that it is asked about.
#[derive(Debug)]
pub(crate) struct Follower {
    pub(super) issuer: Issuer,
    pub(super) source: ListSource,
    pub(super) choices: Choices,
    pub(super) lists: Lists,
    pub(super) marks: Marks,
    pub(super) last_error: ArcSwapOption<StatusListError>,
}

impl Follower {
    pub(crate) fn new(issuer: Issuer, source: ListSource, choices: Choices) -> Self {
        Self {
            lists: Lists::new(issuer.clone()),
            issuer,
            source,
            choices,
            marks: Marks::default(),
            last_error: ArcSwapOption::empty(),
        }
    }

    pub(crate) fn last_error(&self) -> Option<Arc<StatusListError>> {
        self.last_error.load_full()
    }

    /// Says whether a token with these claims, which have been checked, may be accepted.
    pub(super) async fn check(
        self: &Arc<Self>,
        claims: &AccessTokenClaims,
    ) -> Result<(), Rejection> {
        let Some(status) = &claims.status else {
            let missing = Rejection::MissingClaim("status");
            return if self.choices.require_status { Err(missing) } else { Ok(()) };
        };
        let idx = status.status_list.idx;
        let uri = &status.status_list.uri;
        let entry = self.lists.of_token(uri, self.now()).ok_or(Rejection::ForeignStatusList)?;
        let seen = match self.at_hand(&entry, idx) {
            ControlFlow::Break(verdict) => return verdict,
            ControlFlow::Continue(seen) => seen,
        };
        let fetched = self.refetch(&entry, seen).await;
        // An event may have come while this waited.
        if self.marks.contains(&entry.uri, idx) {
            return Err(Rejection::Revoked);
        }
        match fetched {
            Some(copy) => verdict(&copy.list, idx),
            None => self.without_news(&entry, idx, claims.iat),
        }
    }

    /// The verdict of what is at hand; where that is not good enough, what it was. Never waits.
    fn at_hand(self: &Arc<Self>, entry: &Arc<Entry>, idx: u64) -> AtHand {
        if self.marks.contains(&entry.uri, idx) {
            return ControlFlow::Break(Err(Rejection::Revoked));
        }
        let state = entry.state.load_full();
        let Some(copy) = &state.copy else { return ControlFlow::Continue(state) };
        if copy.is_invalid(idx) {
            return ControlFlow::Break(Err(Rejection::Revoked));
        }
        match copy.freshness(self.now(), self.source.leeway) {
            Freshness::Stale => return ControlFlow::Continue(state),
            Freshness::Due => self.refetch_in_background(entry, &state),
            Freshness::Fresh => {}
        }
        ControlFlow::Break(verdict(&copy.list, idx))
    }

    /// The verdict where the issuer could not be asked.
    fn without_news(&self, entry: &Entry, idx: u64, iat: u64) -> Result<(), Rejection> {
        let RevocationUnknown::AcceptFor(bound) = self.choices.unknown else {
            return Err(Rejection::RevocationUnavailable);
        };
        let now = self.now();
        // Whatever was revoked since the token was issued was revoked less than this long ago.
        let is_young = now.abs_diff(iat) < bound.as_secs();
        let is_known_well_enough = match &entry.state.load().copy {
            None => is_young,
            Some(copy) if copy.has_expired(now, self.source.leeway) => false,
            Some(copy) => {
                verdict(&copy.list, idx)?;
                is_young || copy.is_within(bound, now)
            }
        };
        if is_known_well_enough { Ok(()) } else { Err(Rejection::RevocationUnavailable) }
    }

    pub(super) fn now(&self) -> u64 {
        self.source.clock.now()
    }
}

/// "If this check fails or the index is out of bounds, no statement about the status of the Referenced
/// Token can be made and the Referenced Token SHOULD be rejected" (section 8.3).
fn verdict(list: &StatusList, idx: u64) -> Result<(), Rejection> {
    match list.get(idx) {
        Some(VALID) => Ok(()),
        Some(_) => Err(Rejection::Revoked),
        None => Err(Rejection::NoStatusEntry),
    }
}
