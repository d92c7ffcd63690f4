//! The links of a connection that stands: one where it was made, and one for each other runtime that asks.
//!
//! A link is driven by a task: it writes what is asked and hands each answer to whoever waits for it. The
//! threads that answer requests have a runtime each. Were the task on another one, every command would
//! wake a thread and its answer would wake one back, which costs more than the command itself. So a
//! runtime that asks gets a link that is driven on it, made in the background; until then, and where that
//! fails, it uses the first one.
//!
//! All links go to the same server, and all go when one of them breaks: there is one answer to the
//! question whether Redis is there.

use std::{
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak},
    time::Duration,
};

use tokio::runtime::{Handle, Id};

use super::{link::Link, target::Node};
use crate::clock::Stopwatch;

/// How many runtimes may have a link of their own; those beyond share the first one.
pub(super) const RUNTIMES: usize = 64;

/// How long a runtime does without its own link when that could not be made.
const TRIED_AGAIN: Duration = Duration::from_secs(5);

/// The links of one attempt to connect that succeeded.
pub(super) struct Links {
    first: Link,
    /// The runtime that drives it.
    home: Id,
    /// The server at its other end; a cluster has many.
    node: Option<Node>,
    /// How many others there may be.
    most: usize,
    others: RwLock<Vec<(Id, Other)>>,
}

enum Other {
    /// It is being made.
    Coming,
    /// It could not be made.
    Failed(Stopwatch),
    /// It stands.
    There(Link),
}

impl Links {
    /// Links that begin with `first`, which goes to `node` and is driven on `home`.
    pub(super) fn new(first: Link, node: Option<Node>, home: Id, most: usize) -> Self {
        Self { first, home, node, most, others: RwLock::default() }
    }

    /// The link for the runtime at hand; and the place of its own one, where somebody is to make that now.
    pub(super) fn here(self: &Arc<Self>) -> (Link, Option<Place>) {
        let here = match Handle::try_current() {
            Ok(handle) if self.most > 0 && handle.id() != self.home => handle.id(),
            _ => return (self.first.clone(), None),
        };
        match find(&self.read(), here) {
            Some(Other::There(link)) => return (link.clone(), None),
            Some(other) if !other.may_be_tried() => return (self.first.clone(), None),
            _ => {}
        }
        (self.first.clone(), self.reserve(here))
    }

    fn reserve(self: &Arc<Self>, runtime: Id) -> Option<Place> {
        let mut others = self.write();
        match find(&others, runtime) {
            Some(other) if !other.may_be_tried() => return None,
            None if others.len() >= self.most => return None,
            _ => set(&mut others, runtime, Other::Coming),
        }
        Some(Place { links: Arc::downgrade(self), node: self.node.clone(), runtime })
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<(Id, Other)>> {
        self.others.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<(Id, Other)>> {
        self.others.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Other {
    fn may_be_tried(&self) -> bool {
        matches!(self, Self::Failed(since) if since.elapsed() >= TRIED_AGAIN)
    }
}

/// The place of a runtime's own link, held by a task on it. The runtime may end at any time, and its tasks
/// are dropped then: so is the link, before anybody could ask one that nothing drives any more.
pub(super) struct Place {
    links: Weak<Links>,
    node: Option<Node>,
    runtime: Id,
}

impl Place {
    /// Where the link is to go.
    pub(super) fn node(&self) -> Option<&Node> {
        self.node.as_ref()
    }

    /// The link stands.
    pub(super) fn fill(&self, link: Link) {
        if let Some(links) = self.links.upgrade() {
            set(&mut links.write(), self.runtime, Other::There(link));
        }
    }

    /// The link could not be made.
    pub(super) fn give_up(mut self) {
        if let Some(links) = std::mem::take(&mut self.links).upgrade() {
            set(&mut links.write(), self.runtime, Other::Failed(Stopwatch::start()));
        }
    }

    /// Whether the links are still in use.
    pub(super) fn is_wanted(&self) -> bool {
        self.links.strong_count() > 0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(links) = self.links.upgrade() {
            links.write().retain(|(runtime, _)| *runtime != self.runtime);
        }
    }
}

fn find(others: &[(Id, Other)], runtime: Id) -> Option<&Other> {
    others.iter().find(|(of, _)| *of == runtime).map(|(_, other)| other)
}

fn set(others: &mut Vec<(Id, Other)>, runtime: Id, new: Other) {
    match others.iter_mut().find(|(of, _)| *of == runtime) {
        Some((_, other)) => *other = new,
        None => others.push((runtime, new)),
    }
}
