//! What every registry promises, whatever it is made of: the suite is written once, and run over each in a
//! file of its own. Each promise has a database of its own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "in a test a panic is the report")]

#[macro_use]
mod suite;
mod fixture;
#[path = "../store_contract/shared_servers.rs"]
mod shared_servers;
#[path = "../support/mod.rs"]
mod support;
mod world;

mod beginnings;
mod declared;
mod directory;
mod outages;
mod postgres;
mod sqlite;
