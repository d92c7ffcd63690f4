//! `signet users …`: people, by hand, in the directory of the configuration. No server is needed; one that runs
//! sees the change within seconds.

mod password;
mod shown;

use std::{net::IpAddr, sync::Arc};

use clap::{Args, Subcommand};

use self::{
    password::read_password,
    shown::{show, show_all},
};
use super::{Cli, Failed, runtime};
use crate::{
    app::ByHand,
    clock::SystemClock,
    directory::Person,
    entropy::SystemEntropy,
    management::{Actor, Expected, Listing, NewPassword, OthersGrants, Profile},
    oauth::{EmailAddress, PersonName, Reason, Refusal, RoleName, UserId, UserName},
};

pub(super) const EXAMPLES: &str = "\
Examples:
  signet users add root --role administrator            asks for the password; the role must be there
  printf %s \"$PASSWORD\" | signet users add zoe --name 'Zoë Demo' --role consumer
  signet users list --search zoe
  signet users show zoe --json
  signet users set zoe --email zoe@example.com --role consumer --role editor
  signet users password zoe < new.password              one trailing newline is not part of it
  signet users disable zoe                              refused at once; what she was issued ends
  signet users delete 4f9c2f0e-6f3b-4a52-9d5c-0f1f1c2d3e4f";

/// How many are asked for at a time.
const PAGE: usize = 100;

#[derive(Debug, Subcommand)]
pub(super) enum UsersCommand {
    /// Add somebody; the password comes from standard input.
    Add {
        /// What they sign in with.
        username: UserName,
        #[command(flatten)]
        details: Details,
        #[command(flatten)]
        output: Output,
    },
    /// Show everybody, declared people too.
    List {
        /// Only those in whose id, user name, name or address this stands.
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Show somebody.
    Show(Somebody),
    /// Change somebody; what is not named stays.
    Set {
        #[command(flatten)]
        somebody: Somebody,
        /// What they sign in with from now on.
        #[arg(long, value_name = "NAME")]
        username: Option<UserName>,
        #[command(flatten)]
        details: Details,
        /// Take all roles from them.
        #[arg(long, conflicts_with = "role")]
        no_roles: bool,
    },
    /// Switch somebody off: refused at once, and what they were issued ends.
    Disable(Somebody),
    /// Switch somebody on again.
    Enable(Somebody),
    /// Remove somebody; the applications that they registered stay.
    Delete(Somebody),
    /// Give somebody a new password, which comes from standard input; their grants end.
    Password(Somebody),
}

#[derive(Debug, Args)]
pub(super) struct Details {
    /// What they are called; empty: nothing.
    #[arg(long)]
    name: Option<String>,
    /// Their address for mail; empty: none.
    #[arg(long)]
    email: Option<String>,
    /// A role; may be named several times, and those named are all that they have.
    #[arg(long, value_name = "ROLE")]
    role: Vec<RoleName>,
}

#[derive(Debug, Args)]
pub(super) struct Somebody {
    /// Their user name or id.
    #[arg(value_name = "USER")]
    user: String,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Output {
    /// Print JSON, as the API answers it.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(cli: &Cli, command: &UsersCommand) -> Result<(), Failed> {
    let loaded = cli.configuration()?;
    runtime()?.block_on(async {
        let by_hand = ByHand::new(&loaded, Arc::new(SystemClock), Arc::new(SystemEntropy))?;
        carry_out(&by_hand, command).await
    })
}

async fn carry_out(by_hand: &ByHand, command: &UsersCommand) -> Result<(), Failed> {
    let people = &by_hand.people;
    match command {
        UsersCommand::Add { username, details, output } => {
            let old = Profile {
                username: username.clone(),
                name: None,
                email: None,
                roles: None,
                disabled: None,
            };
            let profile = details.over(old)?;
            let person = people.add(Actor::Operator, profile, read_password()?).await?;
            show(&person, output.json)
        }
        UsersCommand::List { search, output } => {
            let (mut all, mut after) = (Vec::new(), None);
            loop {
                let (text, after_key) = (search.as_deref(), after.as_deref());
                let listing = Listing { text, after: after_key, limit: PAGE };
                let page = people.list(Actor::Operator, listing).await?;
                all.extend(page.items);
                after = page.next;
                if after.is_none() {
                    return show_all(&all, output.json);
                }
            }
        }
        UsersCommand::Show(somebody) => show(&somebody.find(by_hand).await?, somebody.output.json),
        UsersCommand::Set { somebody, username, details, no_roles } => {
            let old = somebody.find(by_hand).await?;
            let mut profile = details.over(profile(&old))?;
            if let Some(username) = username {
                profile.username = username.clone();
            }
            if *no_roles {
                profile.roles = None;
            }
            changed(by_hand, &old, profile, somebody.output).await
        }
        UsersCommand::Disable(somebody) => {
            let old = somebody.find(by_hand).await?;
            let off = Profile { disabled: Some(true), ..profile(&old) };
            changed(by_hand, &old, off, somebody.output).await?;
            warn_of_what_goes_on(by_hand);
            Ok(())
        }
        UsersCommand::Enable(somebody) => {
            let old = somebody.find(by_hand).await?;
            let on = Profile { disabled: Some(false), ..profile(&old) };
            changed(by_hand, &old, on, somebody.output).await
        }
        UsersCommand::Delete(somebody) => {
            let old = somebody.find(by_hand).await?;
            people.remove(Actor::Operator, old.id.as_str(), Expected::Any).await?;
            if !somebody.output.json {
                println!("removed {}", old.id);
            }
            warn_of_what_goes_on(by_hand);
            Ok(())
        }
        UsersCommand::Password(somebody) => {
            let old = somebody.find(by_hand).await?;
            let address = IpAddr::from([127, 0, 0, 1]);
            let password = NewPassword { current: None, new: read_password()?, address };
            let id = old.id.as_str();
            if people.set_password(Actor::Operator, id, password).await? == OthersGrants::EndLater {
                eprintln!("the store went away: run the command again, so that their grants end");
            }
            if !somebody.output.json {
                println!("{} has a new password", old.id);
            }
            if by_hand.store_is_out_of_reach {
                eprintln!(
                    "store.url is memory: a server that runs goes on renewing what the old password \
                     made; DELETE /api/v1/authorized-tokens?sub={id} ends it, or a restart"
                );
            }
            Ok(())
        }
    }
}

async fn changed(
    by_hand: &ByHand,
    old: &Person,
    profile: Profile,
    output: Output,
) -> Result<(), Failed> {
    let expected = Expected::Version(old.version);
    let (people, wanted) = (&by_hand.people, |_: &Person| Ok(profile.clone()));
    let person = people.change(Actor::Operator, old.id.as_str(), expected, wanted).await?;
    show(&person, output.json)
}

fn profile(person: &Person) -> Profile {
    let Person { username, name, email, roles, disabled, .. } = person.clone();
    Profile { username, name, email, roles: Some(roles), disabled: Some(disabled) }
}

/// Says what cannot be ended from here.
fn warn_of_what_goes_on(by_hand: &ByHand) {
    if by_hand.store_is_out_of_reach {
        eprintln!(
            "store.url is memory: a server that runs refuses them within seconds, but resource servers that \
             verify offline take the access tokens issued until now, for as long as those live"
        );
    }
}

impl Details {
    /// `old` with what was named.
    fn over(&self, old: Profile) -> Result<Profile, Failed> {
        let mut profile = old;
        if let Some(name) = &self.name {
            profile.name = parsed::<PersonName>("--name", name)?;
        }
        if let Some(email) = &self.email {
            profile.email = parsed::<EmailAddress>("--email", email)?;
        }
        if !self.role.is_empty() {
            profile.roles = Some(self.role.clone());
        }
        Ok(profile)
    }
}

/// The text as what it is parsed to; nothing where it is empty.
fn parsed<T>(option: &str, text: &str) -> Result<Option<String>, Failed>
where
    T: std::str::FromStr<Err: std::fmt::Display> + Into<String>,
{
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<T>() {
        Ok(value) => Ok(Some(value.into())),
        Err(error) => Err(Failed(format!("{option}: {error}"))),
    }
}

impl Somebody {
    /// The person of that id, or of that user name.
    async fn find(&self, by_hand: &ByHand) -> Result<Person, Failed> {
        let people = &by_hand.people;
        if let Ok(id) = self.user.parse::<UserId>() {
            match people.get(Actor::Operator, id.as_str()).await {
                Err(refusal) if refusal.reason == Reason::UnknownPerson => {}
                found => return Ok(found?),
            }
        }
        match self.user.parse::<UserName>() {
            Ok(name) => Ok(people.named(Actor::Operator, &name).await?),
            Err(_) => Err(Refusal::from(Reason::UnknownPerson).into()),
        }
    }
}
