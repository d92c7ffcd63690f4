//! A form and who sent it: the first step of the token endpoint's neighbours (RFC 7009 section 2.1,
//! RFC 7662 section 2.1), where applications authenticate as they do there.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::{
    client_address::TrustedProxies,
    form_request::FormRequest,
    parameters::{Parameters, read_form},
    presented_credentials::presented_credentials,
};
use crate::{
    grants::{AuthenticatedClient, Pipeline},
    oauth::Refusal,
};

/// Reads forms and authenticates their senders. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AuthenticatedForms {
    /// What authenticates applications; swapped when configuration is loaded again.
    pub pipeline: Arc<ArcSwap<Pipeline>>,
    /// Whose word on addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// The largest body, in bytes.
    pub body_limit: usize,
}

impl AuthenticatedForms {
    pub(super) async fn read<F>(
        &self,
        request: FormRequest<'_, F>,
    ) -> Result<(Parameters, AuthenticatedClient), Refusal> {
        let FormRequest { request, body, .. } = request;
        let parameters = read_form(request, body, self.body_limit).await?;
        let credentials = presented_credentials(request.headers(), &parameters)?;
        let address = self.trusted_proxies.client_address(request);
        let pipeline = self.pipeline.load_full();
        let client = pipeline.authentication().authenticate(credentials, address).await?;
        Ok((parameters, client))
    }
}
