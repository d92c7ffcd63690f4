//! Minting: what goes into a token, and its signature. It knows keys and the vocabulary; who may have
//! which token has been decided before it is asked.

mod access_token;
mod authorization_code;
mod base64url;
mod device_code;
mod id_token;
mod id_token_hint;
mod introspection;
mod logout_token;
mod own_tokens;
mod refresh_token;
mod revocation;
mod sealed;
mod status_list;
mod to_the_end;

pub use self::{
    access_token::{AccessTokenIssuer, AccessTokenParameters, CannotMint, IssuedAccessToken},
    authorization_code::{AuthorizationCode, AuthorizationCodes},
    device_code::{DeviceCodeParts, DeviceCodes},
    id_token::{IdTokenIssuer, IdTokenParameters},
    id_token_hint::{IdTokenHint, IdTokenHints, NotAnIdToken},
    introspection::Introspection,
    logout_token::{LogoutTokenIssuer, LogoutTokenParameters},
    own_tokens::{LiveAccessToken, NotLive, OwnAccessToken, OwnTokens},
    refresh_token::{RefreshTokenParts, RefreshTokens},
    revocation::Revocation,
    sealed::{NotOpened, Sealer},
    status_list::{
        ListUris, NoStatusList, Place, PublishedLists, STATUS_LISTS_PATH, SignedList, StatusLists,
    },
    to_the_end::to_the_end,
};
