//! Places in a row, which are revoked, stored and told as one.

use std::collections::BTreeMap;

use crate::store::{BLOCK_SIZE, Block, Entry, LIST_SIZE, ListId, Revoked};

/// The length of a row as it is told.
const ROW: usize = 20;

/// The same places, those in a row as one. An index that no list has is none.
pub(super) fn rows(entries: &[Entry]) -> Vec<Revoked> {
    let mut places: Vec<(ListId, u32)> = entries
        .iter()
        .filter(|entry| entry.index < LIST_SIZE)
        .map(|entry| (entry.list, entry.index))
        .collect();
    places.sort_unstable();
    places.dedup();
    let mut rows: Vec<Revoked> = Vec::new();
    for (list, index) in places {
        match rows.last_mut() {
            Some(row) if row.list == list && index - row.first == row.count => row.count += 1,
            _ => rows.push(Revoked { list, first: index, count: 1 }),
        }
    }
    rows
}

/// The whole of a block.
pub(super) fn whole(block: Block) -> Revoked {
    Revoked { list: block.list, first: block.first(), count: BLOCK_SIZE }
}

/// Each list with its rows as `revoke.lua` reads them: first and count, 32 bits each.
pub(super) fn by_list(rows: &[Revoked]) -> Vec<(ListId, Vec<u8>)> {
    let mut lists: BTreeMap<ListId, Vec<u8>> = BTreeMap::new();
    for row in rows {
        let packed = lists.entry(row.list).or_default();
        packed.extend(row.first.to_be_bytes());
        packed.extend(row.count.to_be_bytes());
    }
    lists.into_iter().collect()
}

/// Rows as they are told: list, first, count.
pub(super) fn pack(rows: &[Revoked]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(rows.len() * ROW);
    for row in rows {
        packed.extend(row.list.to_bytes());
        packed.extend(row.first.to_be_bytes());
        packed.extend(row.count.to_be_bytes());
    }
    packed
}

/// Rows that were told; a part that is none is left out.
pub(super) fn unpack(packed: &[u8]) -> impl Iterator<Item = Revoked> {
    let (rows, _) = packed.as_chunks::<ROW>();
    rows.iter().filter_map(|row| {
        let (list, numbers) = row.split_first_chunk()?;
        let (first, count) = numbers.split_first_chunk()?;
        Some(Revoked {
            list: ListId::from_bytes(*list),
            first: u32::from_be_bytes(*first),
            count: u32::from_be_bytes(count.try_into().ok()?),
        })
    })
}
