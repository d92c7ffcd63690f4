//! An answer's body that keeps its request in flight until it has been taken, and knows when it is
//! the client that holds it up. Must not know what it carries.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use hyper::body::{Body, Frame, SizeHint};

use super::activity::Exchange;

pub(super) struct TrackedBody<B> {
    body: B,
    exchange: Exchange,
}

impl<B: Body> TrackedBody<B> {
    pub(super) fn new(body: B, mut exchange: Exchange) -> Self {
        if !body.is_end_stream() {
            // hyper does not ask for the first part before there is room for it: a client may never
            // make any.
            exchange.part_handed_out();
        }
        Self { body, exchange }
    }
}

impl<B: Body + Unpin> Body for TrackedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        // hyper asks for more once there is room for it.
        self.exchange.part_taken();
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(Some(Ok(_)))) && !self.body.is_end_stream() {
            self.exchange.part_handed_out();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
