//! `signet applications …`: applications, by hand, in the directory of the configuration. What they are is said
//! in the JSON of the API. No server is needed; one that runs sees the change within seconds.

use std::{sync::Arc, time::Duration};

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::{Cli, Failed, runtime};
use crate::{
    app::ByHand,
    clock::{Clock, SystemClock},
    directory::Search,
    entropy::SystemEntropy,
    http::management::application_text::{told, wanted, wanted_of},
    management::{Actor, Expected, IssuedApplication, LONGEST_OVERLAP},
    oauth::Refusal,
};

pub(super) const EXAMPLES: &str = "\
Examples:
  signet applications add '{\"client_name\":\"Weather\",\"grant_types\":[\"client_credentials\"],\"scope\":\"read\"}'
                                                        prints it with its secret, which is shown once
  signet applications list --search weather
  signet applications show sga_…
  signet applications set sga_… '{\"scope\":\"read write\",\"client_uri\":null}'    what is not named stays
  signet applications secret sga_… --overlap 1h         the old one goes on for an hour
  signet applications disable sga_…                     refused at once; what it was issued ends
  signet applications delete sga_…";

/// How many are asked for at a time.
const PAGE: usize = 100;

#[derive(Debug, Subcommand)]
pub(super) enum ApplicationsCommand {
    /// Register an application; prints it with its secret.
    Add {
        /// What it is: a JSON object with the members of POST /api/v1/applications.
        metadata: String,
    },
    /// Show all applications, declared ones too.
    List {
        /// Only those in whose identifier or name this stands.
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// Print JSON, as the API answers it.
        #[arg(long)]
        json: bool,
    },
    /// Show an application.
    Show {
        /// Its identifier.
        client_id: String,
    },
    /// Change an application.
    Set {
        /// Its identifier.
        client_id: String,
        /// What is to be another: a JSON Merge Patch (RFC 7396).
        patch: String,
    },
    /// Switch an application off: refused at once, and what it was issued ends.
    Disable {
        /// Its identifier.
        client_id: String,
    },
    /// Switch an application on again.
    Enable {
        /// Its identifier.
        client_id: String,
    },
    /// Remove an application.
    Delete {
        /// Its identifier.
        client_id: String,
    },
    /// Make an application a new secret; prints it.
    Secret {
        /// Its identifier.
        client_id: String,
        /// How long the old one goes on: \"1h\", at most \"30d\".
        #[arg(long, value_name = "TIME", default_value = "0s", value_parser = humantime::parse_duration)]
        overlap: Duration,
    },
}

pub(super) fn run(cli: &Cli, command: &ApplicationsCommand) -> Result<(), Failed> {
    let loaded = cli.configuration()?;
    runtime()?.block_on(async {
        let by_hand = ByHand::new(&loaded, Arc::new(SystemClock), Arc::new(SystemEntropy))?;
        carry_out(&by_hand, command).await
    })
}

async fn carry_out(by_hand: &ByHand, command: &ApplicationsCommand) -> Result<(), Failed> {
    let applications = &by_hand.applications;
    match command {
        ApplicationsCommand::Add { metadata } => {
            print(&applications.create(Actor::Operator, wanted(metadata)?).await?)
        }
        ApplicationsCommand::List { search, json } => {
            print_all(by_hand, search.as_deref(), *json).await
        }
        ApplicationsCommand::Show { client_id } => {
            let registration = applications.read(Actor::Operator, client_id).await?;
            print(&IssuedApplication { registration, secret: None })
        }
        ApplicationsCommand::Set { client_id, patch } => {
            print(&patched(by_hand, client_id, patch).await?)
        }
        ApplicationsCommand::Disable { client_id } => {
            let off = patched(by_hand, client_id, r#"{"disabled":true}"#).await?;
            warn_of_what_goes_on(by_hand);
            print(&off)
        }
        ApplicationsCommand::Enable { client_id } => {
            print(&patched(by_hand, client_id, r#"{"disabled":false}"#).await?)
        }
        ApplicationsCommand::Delete { client_id } => {
            applications.remove(Actor::Operator, client_id, Expected::Any).await?;
            println!("removed {client_id}");
            warn_of_what_goes_on(by_hand);
            Ok(())
        }
        ApplicationsCommand::Secret { client_id, overlap } => {
            let overlap = overlap.as_secs();
            if overlap > LONGEST_OVERLAP {
                return Err(Failed("--overlap: at most 30d".to_owned()));
            }
            let (actor, any) = (Actor::Operator, Expected::Any);
            print(&applications.renew_secret(actor, client_id, any, overlap).await?)
        }
    }
}

async fn patched(
    by_hand: &ByHand,
    client_id: &str,
    patch: &str,
) -> Result<IssuedApplication, Refusal> {
    let wanted = |current: &_| wanted_of(current, patch, SystemClock.now());
    by_hand.applications.change(Actor::Operator, client_id, Expected::Any, wanted).await
}

fn print(issued: &IssuedApplication) -> Result<(), Failed> {
    println!("{}", serde_json::to_string_pretty(&told(issued))?);
    Ok(())
}

async fn print_all(by_hand: &ByHand, text: Option<&str>, json: bool) -> Result<(), Failed> {
    let (mut all, mut after) = (Vec::new(), None::<String>);
    loop {
        let search = Search { owner: None, text, after: after.as_deref(), limit: PAGE };
        let page = by_hand.applications.list(Actor::Operator, search).await?;
        all.extend(page.applications);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    if json {
        let told = |registration| told(&IssuedApplication { registration, secret: None });
        let items: Vec<Map<String, Value>> = all.into_iter().map(told).collect();
        println!("{}", serde_json::to_string_pretty(&json!({ "items": items }))?);
        return Ok(());
    }
    println!("{:<28}  {:<28}  state", "client_id", "name");
    for one in all {
        let state = match (one.disabled, one.is_declared()) {
            (true, true) => "disabled, declared",
            (true, false) => "disabled",
            (false, true) => "declared",
            (false, false) => "enabled",
        };
        println!("{:<28}  {:<28}  {state}", one.client_id.as_str(), one.name());
    }
    Ok(())
}

/// Says what cannot be ended from here.
fn warn_of_what_goes_on(by_hand: &ByHand) {
    if by_hand.store_is_out_of_reach {
        eprintln!(
            "store.url is memory: a server that runs refuses it within seconds, but resource servers that \
             verify offline take the access tokens issued until now, for as long as those live"
        );
    }
}
