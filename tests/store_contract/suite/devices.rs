//! Requests of devices: found by their user code, decided once, handed out once.

use std::sync::Arc;

use signet::store::{
    Approval, Decided, DeviceDecision, DeviceRequest, DeviceRequests, DeviceState, FamilyId, Grant,
    NewDeviceRequest, Polled, SessionId, StoreError,
};

use crate::{
    fixture::Fixture,
    world::{MINUTE, World, random},
};

const LIFETIME: u64 = 10 * MINUTE;
const INTERVAL: u64 = 5;

/// What nobody has granted yet.
fn asked(world: &World) -> Grant {
    Grant { sub: None, auth_time: None, session: None, ..world.new_family().grant }
}

/// Less than what is asked for, granted by the person.
fn granted(world: &World) -> Approval {
    let grant = Grant {
        scope: "read".parse().unwrap(),
        session: Some(SessionId::from_bytes(random())),
        ..world.new_family().grant
    };
    Approval { grant, proof: random() }
}

fn new_request(world: &World) -> NewDeviceRequest {
    NewDeviceRequest {
        id: FamilyId::from_bytes(random()),
        user_code: random(),
        asked: asked(world),
        created_at: world.now,
        expires_at: world.now + LIFETIME,
        interval: INTERVAL,
    }
}

async fn begun(world: &World) -> NewDeviceRequest {
    let request = new_request(world);
    world.store.device_requests.begin(&request).await.unwrap();
    request
}

async fn approved(world: &World) -> (NewDeviceRequest, Approval) {
    let (request, approval) = (begun(world).await, granted(world));
    let decision = DeviceDecision::Approve(&approval);
    let decided = world.store.device_requests.decide(request.id, decision, world.now).await;
    assert_eq!(decided.unwrap(), Decided::Now);
    (request, approval)
}

/// What the device hears `after` so many seconds; what was handed out is answered for a minute.
async fn polled(world: &World, request: &NewDeviceRequest, after: u64) -> Polled {
    let now = world.now + after;
    world.store.device_requests.poll(request.id, now, now - MINUTE).await.unwrap()
}

pub(crate) async fn what_is_asked_for_is_found_by_its_user_code(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let request = begun(&world).await;
    let expected = DeviceRequest {
        id: request.id,
        grant: asked(&world),
        state: DeviceState::Pending,
        expires_at: world.now + LIFETIME,
    };
    let devices = fixture.replica().await.device_requests;
    let found = devices.by_user_code(request.user_code, world.now).await.unwrap();
    assert_eq!(found.as_ref(), Some(&expected));
    assert_eq!(devices.find(request.id, world.now).await.unwrap(), Some(expected));
    assert_eq!(devices.by_user_code(random(), world.now).await.unwrap(), None);
    assert_eq!(devices.find(FamilyId::from_bytes(random()), world.now).await.unwrap(), None);
}

pub(crate) async fn a_user_code_and_a_name_are_given_once(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (first, devices) = (begun(&world).await, world.store.device_requests.clone());
    let same_code = NewDeviceRequest { user_code: first.user_code, ..new_request(&world) };
    let refused = devices.begin(&same_code).await.unwrap_err();
    assert!(matches!(refused, StoreError::Exists), "{refused}");
    assert_eq!(devices.find(same_code.id, world.now).await.unwrap(), None);
    let same_name = NewDeviceRequest { id: first.id, ..new_request(&world) };
    let refused = devices.begin(&same_name).await.unwrap_err();
    assert!(matches!(refused, StoreError::Exists), "{refused}");
    let found = devices.by_user_code(first.user_code, world.now).await.unwrap().unwrap();
    assert_eq!((found.id, found.state), (first.id, DeviceState::Pending));
}

pub(crate) async fn what_was_granted_is_remembered_whole(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (request, approval) = approved(&world).await;
    let found = world.store.device_requests.find(request.id, world.now).await.unwrap().unwrap();
    assert_eq!((found.state, &found.grant), (DeviceState::Approved, &approval.grant));
    assert_eq!(polled(&world, &request, 0).await, Polled::Approved(approval));
}

pub(crate) async fn the_first_decision_counts(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let devices = world.store.device_requests.clone();
    let (request, approval) = approved(&world).await;
    let other = granted(&world);
    for decision in [DeviceDecision::Deny, DeviceDecision::Approve(&other)] {
        let decided = devices.decide(request.id, decision, world.now + 1).await.unwrap();
        let Decided::Before(before) = decided else { panic!("{decided:?}") };
        assert_eq!((before.state, &before.grant), (DeviceState::Approved, &approval.grant));
    }
    let denied = begun(&world).await;
    let decided = devices.decide(denied.id, DeviceDecision::Deny, world.now).await.unwrap();
    assert_eq!(decided, Decided::Now);
    let decided = devices.decide(denied.id, DeviceDecision::Approve(&other), world.now).await;
    let decided = decided.unwrap();
    let Decided::Before(before) = decided else { panic!("{decided:?}") };
    assert_eq!((before.state, before.grant), (DeviceState::Denied, asked(&world)));
    for after in [0, 0, 7] {
        assert_eq!(polled(&world, &denied, after).await, Polled::Denied);
    }
}

pub(crate) async fn of_many_decisions_at_once_one_counts(fixture: &impl Fixture) {
    let world = Arc::new(World::new(fixture).await);
    let request = begun(&world).await;
    let replicas = [world.store.device_requests.clone(), fixture.replica().await.device_requests];
    let people: Vec<_> = (0..40)
        .map(|number| {
            let (devices, world) = (Arc::clone(&replicas[number % 2]), Arc::clone(&world));
            tokio::spawn(async move {
                let mut approval = granted(&world);
                approval.grant.sub = Some(format!("person {number}"));
                let decision = DeviceDecision::Approve(&approval);
                let decided = devices.decide(request.id, decision, world.now).await.unwrap();
                (decided == Decided::Now).then_some(approval)
            })
        })
        .collect();
    let mut counted = Vec::new();
    for person in people {
        counted.extend(person.await.unwrap());
    }
    assert_eq!(counted.len(), 1, "one decision counts");
    assert_eq!(polled(&world, &request, 0).await, Polled::Approved(counted.remove(0)));
}

/// RFC 8628 section 3.5: "the interval MUST be increased by 5 seconds for this and all subsequent requests".
pub(crate) async fn whoever_asks_too_early_is_slowed_down_for_good(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (request, other) = (begun(&world).await, begun(&world).await);
    for (after, expected) in [
        (0, Polled::Pending),
        (5, Polled::Pending),
        // From now on ten seconds.
        (8, Polled::TooEarly),
        (18, Polled::Pending),
        // From now on fifteen seconds.
        (23, Polled::TooEarly),
        (38, Polled::Pending),
        (53, Polled::Pending),
        (53, Polled::TooEarly),
    ] {
        assert_eq!(polled(&world, &request, after).await, expected, "after {after} s");
    }
    assert_eq!(polled(&world, &other, 53).await, Polled::Pending, "that is another device");
}

pub(crate) async fn the_clocks_of_two_replicas_may_differ_by_a_second(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let request = begun(&world).await;
    for after in [10, 14, 20, 24] {
        assert_eq!(polled(&world, &request, after).await, Polled::Pending, "after {after} s");
    }
    assert_eq!(polled(&world, &request, 27).await, Polled::TooEarly);
}

pub(crate) async fn a_decision_is_heard_however_early_the_device_asks(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (request, grant) = (begun(&world).await, granted(&world));
    assert_eq!(polled(&world, &request, 3).await, Polled::Pending);
    let decision = DeviceDecision::Approve(&grant);
    world.store.device_requests.decide(request.id, decision, world.now + 3).await.unwrap();
    assert_eq!(polled(&world, &request, 3).await, Polled::Approved(grant));
}

pub(crate) async fn of_many_polls_at_once_one_is_told_of_the_approval(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (request, grant) = approved(&world).await;
    let replicas = [world.store.device_requests.clone(), fixture.replica().await.device_requests];
    let now = world.now;
    let polls: Vec<_> = (0..50)
        .map(|number| {
            let devices: Arc<dyn DeviceRequests> = Arc::clone(&replicas[number % 2]);
            tokio::spawn(async move { devices.poll(request.id, now, 0).await.unwrap() })
        })
        .collect();
    let mut told = Vec::new();
    for poll in polls {
        match poll.await.unwrap() {
            Polled::TooEarly => {}
            other => told.push(other),
        }
    }
    assert_eq!(told, [Polled::Approved(grant.clone())]);
    // It went away before it had its tokens: the next one goes on.
    assert_eq!(polled(&world, &request, 3).await, Polled::TooEarly);
    assert_eq!(polled(&world, &request, 5).await, Polled::Approved(grant));
}

pub(crate) async fn it_is_handed_out_once(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (pending, (request, grant)) = (begun(&world).await, approved(&world).await);
    let replicas = [world.store.device_requests.clone(), fixture.replica().await.device_requests];
    assert!(!replicas[0].hand_out(pending.id, world.now).await.unwrap(), "nobody approved it");
    let now = world.now;
    let racers: Vec<_> = (0..50)
        .map(|number| {
            let devices: Arc<dyn DeviceRequests> = Arc::clone(&replicas[number % 2]);
            tokio::spawn(async move { devices.hand_out(request.id, now).await.unwrap() })
        })
        .collect();
    let mut winners = 0;
    for racer in racers {
        winners += usize::from(racer.await.unwrap());
    }
    assert_eq!(winners, 1);
    let found = replicas[1].find(request.id, now).await.unwrap().unwrap();
    assert_eq!((found.state, found.grant), (DeviceState::HandedOut, grant.grant));
    assert_eq!(polled(&world, &pending, 0).await, Polled::Pending);
}

pub(crate) async fn what_was_handed_out_is_answered_again_for_a_while(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let (request, grant) = approved(&world).await;
    let handed_out = world.store.device_requests.hand_out(request.id, world.now + 10).await;
    assert!(handed_out.unwrap());
    assert_eq!(polled(&world, &request, 10).await, Polled::TooEarly);
    assert_eq!(polled(&world, &request, 15).await, Polled::HandedOut(grant.clone()));
    assert_eq!(polled(&world, &request, 70).await, Polled::HandedOut(grant));
    assert_eq!(polled(&world, &request, 71).await, Polled::Used);
}

pub(crate) async fn nothing_is_left_of_one_that_has_expired(fixture: &impl Fixture) {
    let world = World::new(fixture).await;
    let devices = world.store.device_requests.clone();
    let (pending, (approved, grant)) = (begun(&world).await, approved(&world).await);
    let (last, end) = (world.now + LIFETIME - 1, world.now + LIFETIME);
    assert!(devices.by_user_code(pending.user_code, last).await.unwrap().is_some());
    assert_eq!(polled(&world, &approved, LIFETIME - 1).await, Polled::Approved(grant.clone()));
    for request in [&pending, &approved] {
        assert_eq!(devices.by_user_code(request.user_code, end).await.unwrap(), None);
        assert_eq!(devices.find(request.id, end).await.unwrap(), None);
        assert_eq!(polled(&world, request, LIFETIME).await, Polled::Unknown);
        let decision = DeviceDecision::Approve(&grant);
        let decided = devices.decide(request.id, decision, end).await.unwrap();
        assert_eq!(decided, Decided::Unknown);
    }
    let never = FamilyId::from_bytes(random());
    assert_eq!(devices.poll(never, world.now, 0).await.unwrap(), Polled::Unknown);
    let decided = devices.decide(never, DeviceDecision::Deny, world.now).await.unwrap();
    assert_eq!(decided, Decided::Unknown);
}
