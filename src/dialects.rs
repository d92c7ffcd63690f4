//! The documented APIs of others, served as documented: one small table of doors per document. A door
//! translates into the core that the canonical endpoints use; none of them decides, and the core knows none
//! of them. Without this room, its line in `lib.rs` and the one in `app.rs` that mounts it, Signet speaks
//! OAuth alone.

pub mod cameramanager;
mod describe;
pub mod door;
pub mod error_table;
pub mod etmdb;
pub mod fusio;
pub mod metamaps;
mod other_doors;
pub mod teen_quotes;
mod token_door;

use std::collections::BTreeMap;

use poem::http::Method;
use serde_yaml::Value;

use self::{
    describe::describe,
    door::{Door, Opens, Place, TokenDoor},
    other_doors::{operation, page},
    token_door::{OpenTokenDoor, TokenDoors},
};
use crate::{
    config::{Dialect, Dialects},
    http::{
        cors::Policy,
        extension::{Extension, ExtensionParts, Mounting, numbered},
    },
};

/// The doors of every dialect that is enabled.
#[derive(Debug)]
pub struct Doors;

/// The doors of `dialect`, in the order of its document.
#[must_use]
pub const fn doors(dialect: Dialect) -> &'static [Door] {
    match dialect {
        Dialect::Etmdb => etmdb::DOORS,
        Dialect::TeenQuotes => teen_quotes::DOORS,
        Dialect::Metamaps => metamaps::DOORS,
        Dialect::Cameramanager => cameramanager::DOORS,
        Dialect::Fusio => fusio::DOORS,
    }
}

/// What stands at one method and path.
enum Opened {
    /// The doors that claim it for tokens: several dialects may.
    Tokens(Vec<OpenTokenDoor>),
    /// The one door that leads elsewhere.
    Other(Dialect, &'static Door),
}

/// The doors of all that is enabled, by path and method. Of two dialects the one that stands first in
/// [`Dialect`] does.
fn opened(dialects: &Dialects) -> BTreeMap<(&'static str, &'static str), Opened> {
    let mut enabled = dialects.enabled.clone();
    enabled.sort_unstable();
    let mut opened = BTreeMap::new();
    for dialect in enabled {
        for door in doors(dialect) {
            let place = (door.path, door.method.as_str());
            let Opens::Tokens(tokens) = &door.opens else {
                opened.insert(place, Opened::Other(dialect, door));
                continue;
            };
            let door = OpenTokenDoor { dialect, name: door.name, tokens };
            match opened.entry(place).or_insert_with(|| Opened::Tokens(Vec::new())) {
                Opened::Tokens(doors) => doors.push(door),
                Opened::Other(..) => unreachable!("OK because a test compares all tables"),
            }
        }
    }
    opened
}

impl Extension for Doors {
    fn mount(&self, parts: &ExtensionParts, mounting: Mounting) -> Mounting {
        let Mounting { mut routes, mut policies } = mounting;
        for ((path, method), opened) in opened(&parts.dialects) {
            let path = format!("{}{}", parts.prefix, numbered(path));
            let method: Method = method.parse().expect("OK because it was a method before");
            routes = match opened {
                Opened::Tokens(doors) => {
                    policies.push((path.clone(), Policy::Configured));
                    routes.page(method, path, TokenDoors::new(doors, parts))
                }
                Opened::Other(dialect, door) => match &door.opens {
                    Opens::Operation(to) => {
                        routes.page(method, path, operation(dialect, door.name, to, parts))
                    }
                    Opens::Page(to) => {
                        routes.page(method, path, page(dialect, door.name, to, parts))
                    }
                    Opens::Tokens(_) => unreachable!("OK because these were told apart above"),
                },
            };
        }
        Mounting { routes, policies }
    }

    fn describe(&self, dialects: &Dialects, document: &mut Value) {
        describe(&opened(dialects), document);
    }

    fn warnings(&self, dialects: &Dialects) -> Vec<String> {
        let of_dialect = |dialect: &Dialect| {
            let name = dialect.name();
            let carries_secrets = |door: &&Door| {
                matches!(&door.opens, Opens::Tokens(TokenDoor { place: Place::Query, .. }))
            };
            doors(*dialect).iter().filter(carries_secrets).map(move |door| {
                format!(
                    "{name} takes secrets in the query of {} {}: Signet logs no query, but proxies and \
                     browsers do; enable it only for clients that cannot be changed",
                    door.method, door.path,
                )
            })
        };
        dialects.enabled.iter().flat_map(of_dialect).collect()
    }
}
