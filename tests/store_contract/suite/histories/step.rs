//! What may happen to a family. Generations are told from the newest, so that a shortened history is
//! one too.

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any},
    prop_oneof,
};

use crate::world::{GRACE, IDLE};

#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// So many seconds pass.
    Pause(u64),
    /// The client refreshes.
    Refresh,
    /// The client refreshes, and the answer is lost: it keeps the token that it has.
    Lose,
    /// Somebody presents the token so many generations before the newest.
    Present(u32),
    /// The client refreshed so often with a Redis that failed before its replica knew.
    Failover(u32),
    /// Another application presents such a token.
    Foreign(u32),
    /// Such a token is presented with a wider scope.
    Wider(u32),
    /// From now on the application's tokens rotate, or do not.
    Rotate(bool),
    /// The family is revoked.
    End,
    /// Its access tokens are revoked, and it is forgotten.
    Forget,
}

pub(crate) fn any_history() -> impl Strategy<Value = Vec<Step>> {
    let pause = prop_oneof![
        4 => 0..=2_u64,
        3 => GRACE - 1..=GRACE + 1,
        2 => 100..=1000_u64,
        1 => IDLE - 2..=IDLE + 2,
    ];
    let action = prop_oneof![
        8 => Just(Step::Refresh),
        5 => Just(Step::Lose),
        2 => (0..4_u32).prop_map(Step::Present),
        1 => (1..4_u32).prop_map(Step::Failover),
        1 => (0..3_u32).prop_map(Step::Foreign),
        1 => (0..2_u32).prop_map(Step::Wider),
        1 => any::<bool>().prop_map(Step::Rotate),
        1 => prop_oneof![3 => Just(Step::End), 1 => Just(Step::Forget)],
    ];
    vec((pause.prop_map(Step::Pause), action), 1..30)
        .prop_map(|turns| turns.into_iter().flat_map(<[Step; 2]>::from).collect())
}
