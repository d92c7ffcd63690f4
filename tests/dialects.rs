//! The documented APIs, served as documented: each request here is a document's own, with another host and
//! other credentials; each answer is compared by status, headers, member names and types.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "in a test a panic is the report, in its helpers too"
)]

#[path = "dialects/cameramanager.rs"]
mod cameramanager;
#[path = "dialects/enabled.rs"]
mod enabled;
#[path = "dialects/etmdb.rs"]
mod etmdb;
#[path = "dialects/fusio.rs"]
mod fusio;
#[path = "dialects/isolation.rs"]
mod isolation;
#[path = "dialects/metamaps.rs"]
mod metamaps;
#[path = "dialects/pasted.rs"]
mod pasted;
#[path = "dialects/strictness.rs"]
mod strictness;
mod support;
#[path = "dialects/teen_quotes.rs"]
mod teen_quotes;
#[path = "dialects/unions.rs"]
mod unions;
#[path = "dialects/world.rs"]
mod world;
