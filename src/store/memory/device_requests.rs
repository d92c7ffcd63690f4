//! [`DeviceRequests`], kept by [`Memory`].

use std::future::ready;

use super::{Memory, lock};
use crate::store::{
    Answer, Decided, DeviceDecision, DeviceRequest, DeviceRequests, FamilyId, Identifier,
    NewDeviceRequest, Polled,
};

impl DeviceRequests for Memory {
    fn begin<'a>(&'a self, request: &'a NewDeviceRequest) -> Answer<'a, ()> {
        let mut devices = lock(&self.devices);
        devices.sweep(self.now());
        Box::pin(ready(devices.begin(request)))
    }

    fn by_user_code(&self, user_code: Identifier, now: u64) -> Answer<'_, Option<DeviceRequest>> {
        Box::pin(ready(Ok(lock(&self.devices).by_user_code(&user_code, now))))
    }

    fn find(&self, id: FamilyId, now: u64) -> Answer<'_, Option<DeviceRequest>> {
        Box::pin(ready(Ok(lock(&self.devices).find(id, now))))
    }

    fn decide<'a>(
        &'a self,
        id: FamilyId,
        decision: DeviceDecision<'a>,
        now: u64,
    ) -> Answer<'a, Decided> {
        Box::pin(ready(Ok(lock(&self.devices).decide(id, decision, now))))
    }

    fn poll(&self, id: FamilyId, now: u64, answered_since: u64) -> Answer<'_, Polled> {
        Box::pin(ready(Ok(lock(&self.devices).poll(id, now, answered_since))))
    }

    fn hand_out(&self, id: FamilyId, now: u64) -> Answer<'_, bool> {
        Box::pin(ready(Ok(lock(&self.devices).hand_out(id, now))))
    }
}
