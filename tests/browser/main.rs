//! A real browser, Debian's Chromium, walks through the pages as people do. What they look like is written
//! to `target/screenshots`.

#![expect(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests share is public to them, and in a test a panic is the report"
)]

#[path = "../support/mod.rs"]
mod support;

mod account;
mod code_flow;
mod device;
mod driver;
mod hostile;
mod landing;
mod scene;
