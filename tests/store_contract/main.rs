//! What every store promises, whatever it is made of: the suite is written once, and run over each store
//! in a file of its own. Times are arguments, so nothing sleeps; they lie near the real clock, by which
//! a store may clear away what has had its time.

#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a panic is the report")]

#[macro_use]
mod suite;
mod fixture;
mod shared_servers;
#[path = "../support/mod.rs"]
mod support;
mod world;

mod memory;
mod memory_bounds;
mod redis_cluster;
mod redis_keys;
mod redis_links;
mod redis_outages;
mod redis_sentinel;
mod redis_standalone;
mod redis_tls;
