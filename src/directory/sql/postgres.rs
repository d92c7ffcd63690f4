//! PostgreSQL: how it is connected to.

use std::str::FromStr;

use sqlx::{
    AnyConnection, ConnectOptions, Executor,
    any::{AnyConnectOptions, install_default_drivers},
};

use super::trouble::Trouble;
use crate::secret::Secret;

/// What a connection that does the work of requests says first: the server gives up when Signet has.
const BOUNDS: &str = "SET statement_timeout = '3s'; SET lock_timeout = '3s'; \
                      SET idle_in_transaction_session_timeout = '10s'";

/// A connection for requests.
pub(super) async fn connect(url: &Secret) -> Result<AnyConnection, Trouble> {
    let mut connection = connect_unbounded(url).await?;
    connection.execute(BOUNDS).await?;
    Ok(connection)
}

/// A connection whose statements may take their time.
pub(super) async fn connect_unbounded(url: &Secret) -> Result<AnyConnection, Trouble> {
    install_default_drivers();
    let options = AnyConnectOptions::from_str(url.expose())?.disable_statement_logging();
    Ok(options.connect().await?)
}
