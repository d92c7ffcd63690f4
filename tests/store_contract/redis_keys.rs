//! What stands in Redis after everything was done: keys of the schema, each with an expiry.

use signet::store::{
    Approval, Block, DeviceDecision, Entry, LiveToken, NewDeviceRequest, Owner, SCHEMA,
};

use crate::{
    support::redis_server::{RedisServer, open},
    world::{LIFETIME, World},
};

#[tokio::test(flavor = "multi_thread")]
async fn every_key_is_of_the_schema_and_has_an_expiry() {
    let server = RedisServer::start().await;
    let world = World::over(open(&server.url()));
    let (families, revocations, now) = (world.families(), world.revocations(), world.now);
    let entry = Entry { list: world.list(), index: 9 };
    let token = LiveToken { entry, expires_at: now + 600 };
    for _ in 0..3 {
        let family = world.begin_with(|new| new.access_token = Some(token)).await;
        families.end(family.id, now).await.unwrap();
    }
    let forgotten = world.begin().await;
    families.end(forgotten.id, now).await.unwrap();
    families.forget(forgotten.id).await.unwrap();
    families.of(Owner::Person(&world.sub), None, 10, now).await.unwrap();
    let block = Block { list: world.list(), number: 4 };
    revocations.revoke(&[entry]).await.unwrap();
    revocations.note_block(world.client_id.as_str(), block, now).await.unwrap();
    revocations.end_application(world.client_id.as_str(), now, now + 600).await.unwrap();
    revocations.revoke_blocks(&[block]).await.unwrap();
    let device = NewDeviceRequest {
        id: forgotten.id,
        user_code: [2; 32],
        asked: forgotten.grant.clone(),
        created_at: now,
        expires_at: now + 600,
        interval: 5,
    };
    let devices = &world.store.device_requests;
    devices.begin(&device).await.unwrap();
    devices.poll(device.id, now, 0).await.unwrap();
    let approval = Approval { grant: device.asked.clone(), proof: [3; 16] };
    let decision = DeviceDecision::Approve(&approval);
    devices.decide(device.id, decision, now).await.unwrap();
    assert!(devices.hand_out(device.id, now).await.unwrap());
    world.store.single_use.spend([1; 32], now + 60).await.unwrap();
    for _ in 0..2 {
        world.store.redemptions.redeem([2; 32], now + 60).await.unwrap();
    }

    let mut seen = vec![false; SCHEMA.len()];
    for key in server.command(&["KEYS", "*"]).await {
        let name = key.strip_prefix("test:").unwrap_or_else(|| panic!("{key} has no prefix"));
        let family = SCHEMA
            .iter()
            .enumerate()
            .filter(|(_, family)| {
                let fixed = family.key.split('{').next().unwrap();
                if family.key.contains('{') { name.starts_with(fixed) } else { name == fixed }
            })
            .max_by_key(|(_, family)| family.key.split('{').next().unwrap().len());
        let (place, family) = family.unwrap_or_else(|| panic!("{key} is not in the schema"));
        seen[place] = true;
        assert!(name.starts_with("rt:") || name.starts_with("rev:"), "{key}: a third family");
        let seconds: u64 = server.command(&["TTL", &key]).await[0]
            .parse()
            .unwrap_or_else(|_| panic!("{key} ({}) never expires", family.key));
        assert!((60..=LIFETIME + 120).contains(&seconds), "{key} expires in {seconds} s");
    }
    for (family, seen) in SCHEMA.iter().zip(seen) {
        assert!(seen, "nothing wrote {}", family.key);
    }
}
