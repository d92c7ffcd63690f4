//! Pages for people: HTML without scripts, one stylesheet, one set of headers. A page shows what the rooms
//! below have decided, and hands forms on to them.

pub mod browser;
pub mod consent;
pub mod csrf;
pub mod error_page;
pub mod flow;
pub mod form_post;
pub mod frame;
pub mod out_of_band;
pub mod page;
pub mod style;
pub mod visits;
