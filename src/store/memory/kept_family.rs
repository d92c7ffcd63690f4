//! One family, and the table of rotations: what a presented generation does to it.

use std::cmp::Ordering;

use crate::store::{
    Continuation, EndedFamily, Entry, Family, LiveToken, MOST_LIVE_TOKENS, NewFamily, Refresh,
    Refreshed,
};

/// A family with what only the store needs to know of it.
#[derive(Debug, Clone)]
pub(super) struct KeptFamily {
    pub(super) family: Family,
    /// Oldest first.
    live: Vec<LiveToken>,
    ended: bool,
}

impl KeptFamily {
    pub(super) fn begin(new: &NewFamily) -> Self {
        let idle_until = new.created_at.saturating_add(new.idle_lifetime);
        Self {
            family: Family {
                id: new.id,
                grant: new.grant.clone(),
                generation: 1,
                created_at: new.created_at,
                last_used_at: new.created_at,
                expires_at: new.expires_at,
                idle_until: idle_until.min(new.expires_at),
                rotated_at: new.created_at,
            },
            live: new.access_token.into_iter().collect(),
            ended: false,
        }
    }

    pub(super) fn is_ended(&self) -> bool {
        self.ended
    }

    pub(super) fn is_expired(&self, now: u64) -> bool {
        now >= self.family.idle_until || now >= self.family.expires_at
    }

    pub(super) fn lives(&self, now: u64) -> bool {
        !self.ended && !self.is_expired(now)
    }

    /// Whether there is something to end, now or once more.
    pub(super) fn stands(&self, now: u64) -> bool {
        !self.is_expired(now) || self.live.iter().any(|token| token.expires_at > now)
    }

    /// When nobody needs it any longer. A family stays until its access tokens have ended, so that whoever
    /// ends it, for the first time or again, finds them.
    pub(super) fn may_go_at(&self) -> u64 {
        let lives_until = self.family.idle_until.min(self.family.expires_at);
        let tokens_end = self.live.iter().map(|token| token.expires_at).max();
        tokens_end.map_or(lives_until, |tokens_end| lives_until.max(tokens_end))
    }

    /// Ends it; doing it again answers the same.
    pub(super) fn end(&mut self, now: u64) -> EndedFamily {
        self.ended = true;
        EndedFamily { grant: self.family.grant.clone(), live: self.live_entries(now) }
    }

    pub(super) fn refresh(&mut self, refresh: &Refresh<'_>) -> Refreshed {
        let grant = &self.family.grant;
        if self.is_expired(refresh.now) {
            return Refreshed::Unknown;
        }
        // RFC 6749 section 10.4: "The authorization server MUST verify the binding between the refresh
        // token and client identity whenever the client identity can be authenticated."
        if grant.client_id.as_str() != refresh.client_id {
            return Refreshed::Foreign;
        }
        if self.ended {
            return Refreshed::Ended { replayed: false, live: self.live_entries(refresh.now) };
        }
        // RFC 9700 section 4.14.2: "The authorization server cannot determine which party submitted the
        // invalid refresh token, but it will revoke the active refresh token."
        let Some((generation, how)) = self.judge(refresh) else {
            self.ended = true;
            return Refreshed::Ended { replayed: true, live: self.live_entries(refresh.now) };
        };
        // RFC 6749 section 6: "The requested scope MUST NOT include any scope not originally granted by
        // the resource owner, and if omitted is treated as equal to the scope originally granted".
        if refresh.scope.is_some_and(|asked| !grant.scope.contains_all(asked)) {
            return Refreshed::WiderScope;
        }
        if !refresh.resource.iter().all(|asked| grant.resource.contains(asked)) {
            return Refreshed::UngrantedResource;
        }
        let grant = grant.clone();
        Refreshed::Continued {
            generation,
            how,
            grant,
            crowded_out: self.go_on(generation, refresh),
        }
    }

    /// The generation to answer with; `None` where the presented one was used up: a replay.
    fn judge(&self, refresh: &Refresh<'_>) -> Option<(u32, Continuation)> {
        let (presented, current) = (refresh.generation, self.family.generation);
        match presented.cmp(&current) {
            Ordering::Equal if refresh.rotate => {
                Some((current.checked_add(1)?, Continuation::Rotated))
            }
            Ordering::Equal => Some((current, Continuation::Repeated)),
            Ordering::Greater if refresh.rotate => {
                Some((presented.checked_add(1)?, Continuation::MovedForward))
            }
            Ordering::Greater => Some((presented, Continuation::MovedForward)),
            Ordering::Less => {
                // That its successor is current says that the successor was not used yet. The first
                // generation is 1, and has no predecessor.
                let precedes = presented != 0 && presented.checked_add(1) == Some(current);
                let in_time = self.family.rotated_at >= refresh.predecessor_since;
                (precedes && in_time).then_some((current, Continuation::Repeated))
            }
        }
    }

    fn go_on(&mut self, generation: u32, refresh: &Refresh<'_>) -> Vec<Entry> {
        let family = &mut self.family;
        if refresh.rotate && generation != family.generation {
            family.rotated_at = refresh.now;
        }
        family.generation = generation;
        family.last_used_at = refresh.now;
        family.idle_until =
            refresh.now.saturating_add(refresh.idle_lifetime).min(family.expires_at);
        self.live.retain(|token| token.expires_at > refresh.now);
        self.live.extend(refresh.access_token);
        let too_many = self.live.len().saturating_sub(MOST_LIVE_TOKENS);
        self.live.drain(..too_many).map(|token| token.entry).collect()
    }

    fn live_entries(&self, now: u64) -> Vec<Entry> {
        let live = self.live.iter().filter(|token| token.expires_at > now);
        live.map(|token| token.entry).collect()
    }
}
