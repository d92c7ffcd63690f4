//! Token Status Lists ([`DRAFT`]): the reference that an access token carries, the claims of a status
//! list token, and the list itself. Pure: no I/O, no clock, no key. The issuer writes with these types
//! what resource servers read with them.
//!
//! ```
//! use signet_verifier::status_list::{Bits, StatusList, VALID};
//!
//! // Section 4.1: entries are "packed … from the least significant bit to the most significant bit".
//! let list = StatusList::decode(Bits::One, "eNrbuRgAAhcBXQ", 1024)?;
//! let statuses: Vec<_> = (0..8).filter_map(|idx| list.get(idx)).collect();
//! assert_eq!(statuses, [1, 0, 0, 1, 1, 1, 0, 1]);
//! assert_eq!((list.get(15), list.get(16)), (Some(1), None));
//! assert_ne!(list.get(0), Some(VALID));
//! # Ok::<(), signet_verifier::status_list::UndecodableList>(())
//! ```

mod aggregation;
mod bits;
mod claims;
mod error;
mod event;
mod list;
mod reference;

pub use aggregation::StatusListAggregation;
pub use bits::{Bits, UnknownBits};
pub use claims::{StatusListClaims, StatusListMember};
pub use error::UndecodableList;
pub use event::{REVOKED, RevokedEvent};
pub use list::StatusList;
pub use reference::{Status, StatusListReference};

/// The document that this follows; approved by the IESG, and about to get an RFC number.
pub const DRAFT: &str = "draft-ietf-oauth-status-list-21";

/// The media type of a status list token (section 8.1).
pub const MEDIA_TYPE: &str = "application/statuslist+jwt";

/// "typ: REQUIRED. The JWT type MUST be "statuslist+jwt"" (section 5.1).
pub const TYP: &str = "statuslist+jwt";

/// The token is valid (section 7.1).
pub const VALID: u8 = 0;
/// The token was revoked (section 7.1).
pub const INVALID: u8 = 1;
/// The token is not to be accepted for now (section 7.1).
pub const SUSPENDED: u8 = 2;
