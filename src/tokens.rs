//! Minting: what goes into a token, and its signature. It knows keys and the vocabulary; who may have
//! which token has been decided before it is asked.

mod access_token;
mod refresh_token;
mod revocation;
mod status_list;

pub use self::{
    access_token::{AccessTokenIssuer, AccessTokenParameters, CannotMint, IssuedAccessToken},
    refresh_token::{RefreshTokenParts, RefreshTokens},
    revocation::Revocation,
    status_list::{ListUris, Place, STATUS_LISTS_PATH, StatusLists, TAG_LABEL},
};
