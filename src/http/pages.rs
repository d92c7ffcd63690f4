//! Pages for people: HTML without scripts, one stylesheet, one set of headers. A page shows what the rooms
//! below have decided, and hands forms on to them.

pub mod account;
pub mod authorizations;
pub mod browser;
pub mod consent;
pub mod csrf;
pub mod device;
pub mod error_page;
pub mod flow;
pub mod form_post;
pub mod frame;
pub mod instead;
pub mod new_password;
pub mod onwards;
pub mod out_of_band;
pub mod own_applications;
pub mod page;
pub mod problems;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;
pub mod style;
pub mod time;
pub mod visits;
