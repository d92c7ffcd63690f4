//! Pages for people: HTML without scripts, one stylesheet, one set of headers. A page shows what the rooms
//! below have decided, and hands forms on to them.

pub mod browser;
pub mod csrf;
pub mod device;
pub mod error_page;
pub mod frame;
pub mod page;
pub mod style;
pub mod visits;
