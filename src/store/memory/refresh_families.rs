//! [`RefreshFamilies`], kept by [`Memory`].

use std::future::ready;

use super::{Memory, lock};
use crate::store::{
    Answer, Cursor, EndedFamily, Family, FamilyId, NewFamily, Owner, Page, Refresh,
    RefreshFamilies, Refreshed,
};

impl RefreshFamilies for Memory {
    fn begin<'a>(&'a self, family: &'a NewFamily) -> Answer<'a, ()> {
        let mut families = lock(&self.families);
        families.sweep(self.now());
        Box::pin(ready(families.begin(family)))
    }

    fn refresh<'a>(&'a self, refresh: &'a Refresh<'a>) -> Answer<'a, Refreshed> {
        Box::pin(ready(Ok(lock(&self.families).refresh(refresh))))
    }

    fn find(&self, id: FamilyId, now: u64) -> Answer<'_, Option<Family>> {
        Box::pin(ready(Ok(lock(&self.families).find(id, now))))
    }

    fn of<'a>(
        &'a self,
        owner: Owner<'a>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
    ) -> Answer<'a, Page> {
        Box::pin(ready(Ok(lock(&self.families).of(owner, after, limit, now))))
    }

    fn standing<'a>(
        &'a self,
        owner: Owner<'a>,
        after: Option<Cursor>,
        limit: usize,
        now: u64,
    ) -> Answer<'a, Page> {
        Box::pin(ready(Ok(lock(&self.families).standing(owner, after, limit, now))))
    }

    fn end(&self, id: FamilyId, now: u64) -> Answer<'_, Option<EndedFamily>> {
        Box::pin(ready(Ok(lock(&self.families).end(id, now))))
    }

    fn forget(&self, id: FamilyId) -> Answer<'_, ()> {
        lock(&self.families).forget(id);
        Box::pin(ready(Ok(())))
    }
}
