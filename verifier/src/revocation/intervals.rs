//! A set of numbers as disjoint intervals: revoking a block of entries costs as much as revoking one.

use std::collections::BTreeMap;

/// Half-open intervals, start to end, that neither overlap nor touch.
#[derive(Debug, Default)]
pub(super) struct Intervals(BTreeMap<u64, u64>);

impl Intervals {
    pub(super) fn contains(&self, number: u64) -> bool {
        self.0.range(..=number).next_back().is_some_and(|(_, end)| number < *end)
    }

    /// Adds `start..end`, joined with what it overlaps or touches.
    pub(super) fn insert(&mut self, mut start: u64, mut end: u64) {
        if start >= end {
            return;
        }
        while let Some((&first, &last)) = self.0.range(..=end).next_back() {
            if last < start {
                break;
            }
            self.0.remove(&first);
            (start, end) = (start.min(first), end.max(last));
        }
        self.0.insert(start, end);
    }

    /// Removes the intervals of which `is_settled` holds throughout; it is asked about no number from
    /// `limit` on.
    pub(super) fn settle(&mut self, limit: u64, is_settled: impl Fn(u64) -> bool) {
        self.0.retain(|start, end| !(*start..(*end).min(limit)).all(&is_settled));
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
