//! All families: by name, by owner, and by the time when they may go.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Bound,
};

use super::kept_family::KeptFamily;
use crate::store::{
    Cursor, EndedFamily, Family, FamilyId, NewFamily, Owner, Page, Refresh, Refreshed, StoreError,
};

/// How many are swept out at once at most, so that no request pays for all that came before it.
const SWEPT_AT_ONCE: usize = 64;

/// The families of one owner, by `expires_at` and name.
type Listed = BTreeSet<(u64, FamilyId)>;

#[derive(Debug)]
pub(super) struct Families {
    capacity: usize,
    kept: HashMap<FamilyId, KeptFamily>,
    by_application: HashMap<String, Listed>,
    by_person: HashMap<String, Listed>,
    by_end: BTreeSet<(u64, FamilyId)>,
}

impl Families {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            kept: HashMap::new(),
            by_application: HashMap::new(),
            by_person: HashMap::new(),
            by_end: BTreeSet::new(),
        }
    }

    pub(super) fn begin(&mut self, new: &NewFamily) -> Result<(), StoreError> {
        if self.kept.contains_key(&new.id) {
            return Err(StoreError::Exists);
        }
        if self.kept.len() >= self.capacity {
            return Err(StoreError::Full);
        }
        let kept = KeptFamily::begin(new);
        self.list(&kept.family);
        self.by_end.insert((kept.may_go_at(), new.id));
        self.kept.insert(new.id, kept);
        Ok(())
    }

    pub(super) fn refresh(&mut self, refresh: &Refresh<'_>) -> Refreshed {
        self.change(refresh.id, |kept| kept.refresh(refresh)).unwrap_or(Refreshed::Unknown)
    }

    pub(super) fn find(&self, id: FamilyId, now: u64) -> Option<Family> {
        let kept = self.kept.get(&id)?;
        kept.lives(now).then(|| kept.family.clone())
    }

    pub(super) fn of(
        &self,
        owner: Owner<'_>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
    ) -> Page {
        self.page(owner, after, limit, |kept| kept.lives(now))
    }

    pub(super) fn standing(
        &self,
        owner: Owner<'_>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
    ) -> Page {
        self.page(owner, after, limit, |kept| kept.stands(now))
    }

    fn page(
        &self,
        owner: Owner<'_>,
        after: Option<Cursor>,
        limit: usize,
        wanted: impl Fn(&KeptFamily) -> bool,
    ) -> Page {
        let listed = match owner {
            Owner::Application(client_id) => self.by_application.get(client_id),
            Owner::Person(sub) => self.by_person.get(sub),
        };
        let from =
            after.map_or(Bound::Unbounded, |place| Bound::Excluded((place.expires_at, place.id)));
        let mut found = listed
            .into_iter()
            .flat_map(|listed| listed.range((from, Bound::Unbounded)))
            .filter_map(|(_, id)| self.kept.get(id).filter(|kept| wanted(kept)));
        let families: Vec<Family> =
            found.by_ref().take(limit).map(|kept| kept.family.clone()).collect();
        let last = families.last().map(|last| Cursor { expires_at: last.expires_at, id: last.id });
        Page { next: found.next().and(last), families }
    }

    pub(super) fn end(&mut self, id: FamilyId, now: u64) -> Option<EndedFamily> {
        self.change(id, |kept| kept.stands(now).then(|| kept.end(now)))?
    }

    pub(super) fn forget(&mut self, id: FamilyId) {
        if self.kept.get(&id).is_some_and(KeptFamily::is_ended) {
            self.remove(id);
        }
    }

    /// Removes some of those that have had their time.
    pub(super) fn sweep(&mut self, now: u64) {
        for _ in 0..SWEPT_AT_ONCE {
            match self.by_end.first().copied() {
                Some((end, id)) if end <= now => self.remove(id),
                _ => break,
            }
        }
    }

    /// Changes a family, and its place with it.
    fn change<T>(&mut self, id: FamilyId, change: impl FnOnce(&mut KeptFamily) -> T) -> Option<T> {
        let kept = self.kept.get_mut(&id)?;
        let may_go_at = kept.may_go_at();
        let answer = change(kept);
        if kept.may_go_at() != may_go_at {
            self.by_end.remove(&(may_go_at, id));
            self.by_end.insert((kept.may_go_at(), id));
        }
        Some(answer)
    }

    fn remove(&mut self, id: FamilyId) {
        if let Some(kept) = self.kept.remove(&id) {
            self.by_end.remove(&(kept.may_go_at(), id));
            self.unlist(&kept.family);
        }
    }

    fn list(&mut self, family: &Family) {
        let place = (family.expires_at, family.id);
        let client_id = family.grant.client_id.to_string();
        self.by_application.entry(client_id).or_default().insert(place);
        if let Some(sub) = &family.grant.sub {
            self.by_person.entry(sub.clone()).or_default().insert(place);
        }
    }

    fn unlist(&mut self, family: &Family) {
        let place = (family.expires_at, family.id);
        unlist(&mut self.by_application, family.grant.client_id.as_str(), place);
        if let Some(sub) = &family.grant.sub {
            unlist(&mut self.by_person, sub, place);
        }
    }
}

fn unlist(index: &mut HashMap<String, Listed>, owner: &str, place: (u64, FamilyId)) {
    if let Some(listed) = index.get_mut(owner) {
        listed.remove(&place);
        if listed.is_empty() {
            index.remove(owner);
        }
    }
}
