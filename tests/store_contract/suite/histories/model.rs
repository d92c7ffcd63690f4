//! What a store is allowed to answer, told by the line of descent rather than by a counter: every
//! generation that came to be, when, and whether it was used.

use signet::store::{Continuation, LiveToken, NewFamily};

use crate::world::{GRACE, IDLE};

/// A generation on the line.
#[derive(Debug, Clone, Copy)]
struct Link {
    generation: u32,
    since: u64,
    /// Whether it was followed by another.
    followed: bool,
}

#[derive(Debug)]
pub(crate) struct Model {
    line: Vec<Link>,
    expires_at: u64,
    idle_until: u64,
    ended: bool,
    forgotten: bool,
    tokens: Vec<LiveToken>,
}

/// What the store must answer to a token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    GoesOn(u32, Continuation),
    Replay,
    /// Of a family that was ended: that it is, or nothing any more.
    Ended,
    Unknown,
}

impl Model {
    pub(crate) fn begin(family: &NewFamily) -> Self {
        Self {
            line: vec![Link { generation: 1, since: family.created_at, followed: false }],
            expires_at: family.expires_at,
            idle_until: family.created_at + IDLE,
            ended: false,
            forgotten: false,
            tokens: family.access_token.into_iter().collect(),
        }
    }

    pub(crate) fn lives(&self, now: u64) -> bool {
        !self.ended && now < self.idle_until.min(self.expires_at)
    }

    pub(crate) fn newest(&self) -> u32 {
        self.line.last().unwrap().generation
    }

    /// When the newest came to be.
    pub(crate) fn newest_since(&self) -> u64 {
        self.line.last().unwrap().since
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.ended
    }

    pub(crate) fn is_forgotten(&self) -> bool {
        self.forgotten
    }

    pub(crate) fn live_tokens(&self, now: u64) -> impl Iterator<Item = &LiveToken> {
        self.tokens.iter().filter(move |token| token.expires_at > now)
    }

    pub(crate) fn judge(&self, presented: u32, rotate: bool, now: u64) -> Verdict {
        if self.forgotten {
            return Verdict::Unknown;
        }
        if self.ended {
            return Verdict::Ended;
        }
        if !self.lives(now) {
            return Verdict::Unknown;
        }
        let newest = self.line.last().unwrap();
        if presented > newest.generation {
            let next = if rotate { presented + 1 } else { presented };
            return Verdict::GoesOn(next, Continuation::MovedForward);
        }
        match self.line.iter().find(|link| link.generation == presented) {
            Some(link) if !link.followed && rotate => {
                Verdict::GoesOn(presented + 1, Continuation::Rotated)
            }
            Some(link) if !link.followed => Verdict::GoesOn(presented, Continuation::Repeated),
            Some(link) if self.successor_is_fresh(link, now) => {
                Verdict::GoesOn(presented + 1, Continuation::Repeated)
            }
            _ => Verdict::Replay,
        }
    }

    fn successor_is_fresh(&self, link: &Link, now: u64) -> bool {
        let successor = self.line.iter().find(|other| other.generation == link.generation + 1);
        successor.is_some_and(|other| !other.followed && now - other.since <= GRACE)
    }

    /// The store went on from `presented` to `generation`, and issued a token.
    pub(crate) fn went_on(&mut self, presented: u32, generation: u32, token: LiveToken, now: u64) {
        for passed in self.newest() + 1..=generation {
            // Those that a failover lost were used, or they would not be behind the one presented.
            let since = if presented < generation { now } else { self.line.last().unwrap().since };
            self.line.last_mut().unwrap().followed = true;
            self.line.push(Link { generation: passed, since, followed: false });
        }
        self.idle_until = (now + IDLE).min(self.expires_at);
        self.tokens.push(token);
    }

    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    pub(crate) fn forget(&mut self) {
        self.forgotten = self.ended;
    }

    pub(crate) fn idle_until(&self) -> u64 {
        self.idle_until
    }
}
