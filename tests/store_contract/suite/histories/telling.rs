//! A history as it is told: each step goes to the store and to the model, and their answers are compared.

use std::collections::HashSet;

use signet::store::{Entry, ListId, LiveToken, NewFamily, Owner, Refresh, Refreshed};

use super::{
    model::{Model, Verdict},
    step::Step,
};
use crate::world::{HOUR, IDLE, MINUTE, World, at};

/// How long an access token lives here.
const ACCESS_TOKEN_LIFETIME: u64 = 5 * MINUTE;

pub(crate) struct Telling {
    world: World,
    family: NewFamily,
    model: Model,
    list: ListId,
    issued: u32,
    rotate: bool,
    now: u64,
    /// The generation that the client holds.
    held: u32,
    /// The latest generation that anybody was given.
    newest: u32,
    /// The latest generation that the store has answered with.
    answered: u32,
    refused: bool,
}

impl Telling {
    pub(crate) async fn begin(world: World) -> Self {
        let family = world
            .begin_with(|family| {
                family.access_token = Some(world.access_token(ACCESS_TOKEN_LIFETIME));
                family.expires_at = family.created_at + 6 * HOUR;
            })
            .await;
        Self {
            model: Model::begin(&family),
            list: world.list(),
            issued: 0,
            rotate: true,
            now: world.now,
            held: 1,
            newest: 1,
            answered: 1,
            refused: false,
            family,
            world,
        }
    }

    pub(crate) fn was_refused(&self) -> bool {
        self.refused
    }

    pub(crate) async fn take(&mut self, step: &Step) {
        let back = |generations: u32| self.newest.saturating_sub(generations);
        match *step {
            Step::Pause(seconds) => self.now += seconds,
            Step::Refresh => {
                if let Some(generation) = self.present(self.held).await {
                    self.held = generation;
                }
            }
            Step::Lose => {
                self.present(self.held).await;
            }
            Step::Present(generations) => {
                self.present(back(generations)).await;
            }
            Step::Failover(lost) => {
                self.newest += lost;
                self.held = self.newest;
            }
            Step::Foreign(generations) => {
                let refresh = self.presented(back(generations));
                let answer = self.send(Refresh { client_id: "another", ..refresh }).await;
                let gone = Refreshed::Unknown;
                let lives = self.model.lives(self.now);
                assert!(answer == Refreshed::Foreign || !lives && answer == gone, "{answer:?}");
            }
            Step::Wider(generations) => self.ask_for_more(back(generations)).await,
            Step::Rotate(rotate) => self.rotate = rotate,
            Step::End => self.end().await,
            Step::Forget => {
                self.world.store.families.forget(self.family.id).await.unwrap();
                self.model.forget();
            }
        }
        self.compare().await;
    }
}

impl Telling {
    fn presented(&self, generation: u32) -> Refresh<'_> {
        Refresh {
            rotate: self.rotate,
            ..at(self.now, self.world.presented(&self.family, generation))
        }
    }

    async fn send(&self, refresh: Refresh<'_>) -> Refreshed {
        self.world.take(refresh).await
    }

    /// Presents a token, and says which generation was answered.
    async fn present(&mut self, presented: u32) -> Option<u32> {
        self.issued += 1;
        let entry = Entry { list: self.list, index: self.issued };
        let token = LiveToken { entry, expires_at: self.now + ACCESS_TOKEN_LIFETIME };
        let refresh = Refresh { access_token: Some(token), ..self.presented(presented) };
        let answer = self.send(refresh).await;
        let verdict = self.model.judge(presented, self.rotate, self.now);
        match (&answer, &verdict) {
            (
                Refreshed::Continued { generation, how, grant, crowded_out },
                Verdict::GoesOn(expected, expected_how),
            ) => {
                assert_eq!((generation, how), (expected, expected_how));
                assert_eq!((grant, crowded_out), (&self.family.grant, &vec![]));
                assert!(*generation >= self.answered, "a second line of descent");
                self.answered = *generation;
                self.newest = self.newest.max(*generation);
                self.model.went_on(presented, *generation, token, self.now);
                return Some(*generation);
            }
            (Refreshed::Ended { replayed: true, live }, Verdict::Replay) => {
                self.assert_all_named(live);
                self.model.end();
            }
            (Refreshed::Ended { replayed: false, live }, Verdict::Ended) => {
                self.assert_all_named(live);
            }
            (Refreshed::Unknown, Verdict::Unknown) => {}
            // What was ended and has had its time is no longer told from what never was.
            (Refreshed::Unknown, Verdict::Ended) => assert!(self.now >= self.model.idle_until()),
            _ => panic!("answered {answer:?}, where the model says {verdict:?}"),
        }
        self.refused = true;
        None
    }

    async fn ask_for_more(&mut self, presented: u32) {
        let scope = "read admin".parse().unwrap();
        let refresh = Refresh { scope: Some(&scope), ..self.presented(presented) };
        let answer = self.send(refresh).await;
        match (self.model.judge(presented, self.rotate, self.now), answer) {
            (Verdict::GoesOn(..), Refreshed::WiderScope)
            | (Verdict::Unknown, Refreshed::Unknown)
            | (Verdict::Ended, Refreshed::Unknown | Refreshed::Ended { replayed: false, .. }) => {}
            (Verdict::Replay, Refreshed::Ended { replayed: true, live }) => {
                self.assert_all_named(&live);
                self.model.end();
            }
            (verdict, answer) => panic!("answered {answer:?}, where the model says {verdict:?}"),
        }
    }

    async fn end(&mut self) {
        let ended = self.world.store.families.end(self.family.id, self.now).await.unwrap();
        let should =
            !self.model.is_forgotten() && (self.model.lives(self.now) || self.model.is_ended());
        match ended {
            Some(ended) => {
                let leaves_tokens =
                    !self.model.is_forgotten() && self.model.live_tokens(self.now).next().is_some();
                assert!(should || leaves_tokens, "{ended:?}");
                assert_eq!(ended.grant, self.family.grant);
                self.assert_all_named(&ended.live);
                self.model.end();
            }
            None if should => {
                let had_its_time = self.now >= self.model.idle_until();
                let none_lives = self.model.live_tokens(self.now).next().is_none();
                assert!(self.model.is_ended() && had_its_time && none_lives, "nothing to end");
            }
            None => {}
        }
    }

    #[track_caller]
    fn assert_all_named(&self, live: &[Entry]) {
        let named: HashSet<&Entry> = live.iter().collect();
        let expected = self.model.live_tokens(self.now).map(|token| &token.entry).collect();
        assert_eq!(named, expected, "the access tokens that live");
    }

    /// What is found and listed is what the model says.
    async fn compare(&self) {
        let families = &self.world.store.families;
        let found = families.find(self.family.id, self.now).await.unwrap();
        assert_eq!(found.is_some(), self.model.lives(self.now));
        let page = families.of(Owner::Person(&self.world.sub), None, 9, self.now).await.unwrap();
        assert_eq!(page.families, Vec::from_iter(found.clone()));
        if let Some(found) = found {
            assert_eq!(found.generation, self.model.newest());
            assert_eq!(found.rotated_at, self.model.newest_since());
            assert_eq!(found.idle_until, self.model.idle_until());
            assert!(found.idle_until <= found.last_used_at + IDLE);
        }
    }
}
