//! Refresh families: what was granted, to whom, and which generation of its refresh token is current.
//! A family holds no token: the token proves itself by its tag, before the store is asked.

use std::fmt;

use super::{Answer, Entry, FamilyId, SessionId};
use crate::oauth::{ClientId, ScopeSet};

/// What was granted. It never changes: a refresh may ask for less, and the next one for all of it again
/// (RFC 6749 section 6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The application that it was granted to.
    pub client_id: ClientId,
    /// The person who granted it; `None` where an application acts for itself.
    pub sub: Option<String>,
    /// The scopes.
    pub scope: ScopeSet,
    /// The resource servers (RFC 8707), at least one.
    pub resource: Vec<String>,
    /// When the person signed in, in Unix seconds.
    pub auth_time: Option<u64>,
    /// The session in which they granted it, where that was in a browser.
    pub session: Option<SessionId>,
}

/// An access token that a family may have to revoke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveToken {
    /// Its place on a status list.
    pub entry: Entry,
    /// When it ends by itself, in Unix seconds.
    pub expires_at: u64,
}

/// A family that begins, with generation 1. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFamily {
    /// Its name.
    pub id: FamilyId,
    /// What was granted.
    pub grant: Grant,
    /// Now.
    pub created_at: u64,
    /// When it ends however often it is used.
    pub expires_at: u64,
    /// How long it lives unused, in seconds.
    pub idle_lifetime: u64,
    /// The access token that was issued with it.
    pub access_token: Option<LiveToken>,
}

/// A family as it stands. Times are Unix seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Its name.
    pub id: FamilyId,
    /// What was granted.
    pub grant: Grant,
    /// The generation of the refresh token that is good.
    pub generation: u32,
    /// When it was granted.
    pub created_at: u64,
    /// When it was last refreshed; at first, when it was granted.
    pub last_used_at: u64,
    /// When it ends however often it is used.
    pub expires_at: u64,
    /// When it ends if it is not used until then; never later than `expires_at`.
    pub idle_until: u64,
    /// When the current generation came to be.
    pub rotated_at: u64,
}

/// A refresh token presented: what the store must know to decide in one step.
#[derive(Debug, Clone)]
pub struct Refresh<'a> {
    /// The family that the token names.
    pub id: FamilyId,
    /// The generation that it names.
    pub generation: u32,
    /// Who presents it, authenticated.
    pub client_id: &'a str,
    /// The scopes asked for; `None`: all that was granted.
    pub scope: Option<&'a ScopeSet>,
    /// The resources asked for; empty: all that were granted.
    pub resource: &'a [String],
    /// Whether the application's refresh tokens rotate.
    pub rotate: bool,
    /// The access token about to be issued.
    pub access_token: Option<LiveToken>,
    /// Now, in Unix seconds.
    pub now: u64,
    /// How long the family lives unused from now on, in seconds.
    pub idle_lifetime: u64,
    /// The generation before the current one is still answered where the current one came to be at this
    /// time or later, in Unix seconds: for clients that lost the answer.
    pub predecessor_since: u64,
}

/// What became of a [`Refresh`]. Nothing has changed in the store but where it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refreshed {
    /// Go on: the family was used, and remembers the access token.
    Continued {
        /// The generation of the refresh token to answer with.
        generation: u32,
        /// How that generation came about.
        how: Continuation,
        /// What was granted.
        grant: Grant,
        /// Access tokens that the family has no room to remember any longer: the caller revokes them.
        crowded_out: Vec<Entry>,
    },
    /// A replay, or a family that was ended before: it is ended now, and the caller revokes these.
    Ended {
        /// Whether this request ended it.
        replayed: bool,
        /// Its access tokens that still live.
        live: Vec<Entry>,
    },
    /// There is no such family: revoked, expired, or lost by a failover.
    Unknown,
    /// The family is another application's.
    Foreign,
    /// The scope asked for is wider than what was granted.
    WiderScope,
    /// A resource asked for was not granted.
    UngrantedResource,
}

/// How a refresh went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuation {
    /// The current generation was presented: the next one is current now.
    Rotated,
    /// The one before was presented in time, and its successor was not used yet: the same
    /// successor again. Or the application's tokens do not rotate: the same token again.
    Repeated,
    /// A later one than the store knows, which it lost in a failover: moved forward.
    MovedForward,
}

/// A family that was ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedFamily {
    /// What was granted.
    pub grant: Grant,
    /// Its access tokens that still live.
    pub live: Vec<Entry>,
}

/// Whose families are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner<'a> {
    /// All that were granted to an application, for itself and for people.
    Application(&'a str),
    /// All that a person granted, by `sub`.
    Person(&'a str),
}

/// Some of an owner's families.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The families, in an order that does not change while they live.
    pub families: Vec<Family>,
    /// What to hand in as `after` for those that follow; `None` at the end.
    pub next: Option<Cursor>,
}

/// A place in an owner's families: after this one, which may be gone by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Its `expires_at`, by which they are in order.
    pub expires_at: u64,
    /// Its name, by which those are in order that end at the same time.
    pub id: FamilyId,
}

/// The most access tokens that a family remembers as alive. More only live where somebody refreshes
/// without need; the oldest are revoked then.
pub const MOST_LIVE_TOKENS: usize = 1024;

/// Refresh families: the first of the two kinds of data that the store holds.
pub trait RefreshFamilies: Send + Sync + fmt::Debug {
    /// Begins a family, and lists it with its application and, where there is one, its person.
    fn begin<'a>(&'a self, family: &'a NewFamily) -> Answer<'a, ()>;

    /// Takes a refresh token's generation, by the table of rotations, in one atomic step.
    fn refresh<'a>(&'a self, refresh: &'a Refresh<'a>) -> Answer<'a, Refreshed>;

    /// The family of that name, if it lives at `now`; ended ones do not.
    fn find(&self, id: FamilyId, now: u64) -> Answer<'_, Option<Family>>;

    /// The living families of `owner`, at most `limit`, from `after` on.
    fn of<'a>(
        &'a self,
        owner: Owner<'a>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
    ) -> Answer<'a, Page>;

    /// The families of `owner` that have something to end, in pages as of [`Self::of`]: those that live,
    /// those that were ended and nobody has forgotten, and those that expired before their access tokens.
    fn standing<'a>(
        &'a self,
        owner: Owner<'a>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
    ) -> Answer<'a, Page>;

    /// Ends a family: no refresh token of it is good from now on. It still stands, ended, until
    /// [`Self::forget`], so that whoever ends it again can revoke what the first could not. One that has
    /// expired names its access tokens while one of them lives. `None` where there is none.
    fn end(&self, id: FamilyId, now: u64) -> Answer<'_, Option<EndedFamily>>;

    /// Removes an ended family, once its access tokens are revoked.
    fn forget(&self, id: FamilyId) -> Answer<'_, ()>;
}
