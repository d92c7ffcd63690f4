//! Cards drawn at random, none of them twice: Fisher and Yates' shuffle, a step for each card. What comes
//! next is open until it is drawn, so that an index says nothing of the order or the rate of issuing.

use crate::entropy::{Entropy, EntropyUnavailable};

#[derive(Debug)]
pub(super) struct Deck<T> {
    /// Those not drawn yet.
    left: Vec<T>,
}

impl<T> Deck<T> {
    pub(super) fn of(cards: impl IntoIterator<Item = T>) -> Self {
        Self { left: cards.into_iter().collect() }
    }

    /// Draws the card that `chance`, uniformly random, points at; `None` when all are drawn.
    pub(super) fn draw(&mut self, chance: u32) -> Option<T> {
        // Unequal by one part in a million at most: a deck has no more than 4,096 cards.
        let at = (u64::from(chance) * self.left.len() as u64) >> 32;
        (!self.left.is_empty()).then(|| self.left.swap_remove(at as usize))
    }
}

pub(super) fn chance(entropy: &dyn Entropy) -> Result<u32, EntropyUnavailable> {
    let mut bytes = [0; 4];
    entropy.fill(&mut bytes)?;
    Ok(u32::from_ne_bytes(bytes))
}
