//! Random histories of one family, beside a model that says what is allowed. What fails is shrunk to
//! the shortest history that still does.

mod model;
mod step;
mod telling;

use proptest::{
    prelude::{Strategy, any},
    prop_oneof,
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};

use self::{
    step::{Step, any_history},
    telling::Telling,
};
use crate::{
    fixture::Fixture,
    world::{GRACE, World},
};

pub(crate) async fn every_answer_is_the_models(fixture: &impl Fixture) {
    let store = fixture.replica().await;
    check(fixture.histories(), &any_history(), &async |steps| {
        let mut telling = Telling::begin(World::over(store.clone())).await;
        for step in steps {
            telling.take(step).await;
        }
    });
}

/// A client that refreshes now and then, loses answers, and asks again while the grace lasts; the store
/// loses writes, and rotation is turned off and on meanwhile.
pub(crate) async fn an_honest_client_is_never_refused(fixture: &impl Fixture) {
    let honest = prop_oneof![
        4 => (0..1800_u64).prop_map(|pause| vec![Step::Pause(pause), Step::Refresh]),
        4 => (0..=GRACE / 2, 0..=GRACE / 2).prop_map(|(first, second)| {
            let ask = |pause| [Step::Lose, Step::Pause(pause)];
            [ask(first), ask(second)].concat().into_iter().chain([Step::Refresh]).collect()
        }),
        1 => (1..4_u32).prop_map(|lost| vec![Step::Failover(lost), Step::Refresh]),
        1 => any::<bool>().prop_map(|rotate| vec![Step::Rotate(rotate)]),
    ];
    let histories = proptest::collection::vec(honest, 1..12);
    let store = fixture.replica().await;
    check(fixture.histories(), &histories, &async |turns| {
        let mut telling = Telling::begin(World::over(store.clone())).await;
        for step in turns.iter().flatten() {
            telling.take(step).await;
            assert!(!telling.was_refused(), "an honest client was refused");
        }
    });
}

/// Runs so many histories; a failure shows the shortest that was found.
fn check<S: Strategy>(cases: u32, histories: &S, run: &impl AsyncFn(&S::Value)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(histories, |history| {
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(run(&history));
        });
        Ok::<(), TestCaseError>(())
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, history)) => panic!("{reason}, in\n{history:#?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}
