//! The servers under measurement, running, and the Redis of those that have one.

use std::{net::SocketAddr, thread, time::Duration};

use signet::clock::Stopwatch;

use crate::{
    Outcome, client, floor_server, kept,
    process::Process,
    redis::Redis,
    requests::{RENEWER, by_basic},
    subject::Folder,
};

/// How long Signet may take to see that its Redis went or came.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which of the servers answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    /// The floor.
    Floor,
    /// Signet as it comes.
    Signet,
    /// Signet with `RUST_LOG=warn`, and so without its request log.
    Quiet,
    /// Signet with people who sign in.
    WithPeople,
    /// Signet with applications in SQLite.
    OnSqlite,
    /// Signet on a Redis.
    OnRedis,
    /// The same with people who have browsers.
    WithBrowsers,
    /// Another on another Redis, which stands.
    RedisUp,
    /// The same with its Redis stopped.
    RedisStopped,
}

type Running = (SocketAddr, Process);

/// The servers.
pub(crate) struct Servers {
    floor: Running,
    signet: Running,
    quiet: Running,
    with_people: Running,
    on_sqlite: Running,
    on_redis: Running,
    with_browsers: Running,
    interrupted: Running,
    pub(crate) redis: Redis,
    /// That of `interrupted`.
    unreliable_redis: Redis,
}

impl Servers {
    /// Starts all of them, and waits until they listen.
    pub(crate) fn start(folder: &Folder) -> Outcome<Self> {
        kept::prepare(folder.path())?;
        let redis = Redis::start()?;
        let unreliable_redis = Redis::start()?;
        let on = |redis: &Redis| folder.start(&[("SIGNET_STORE__URL", &redis.url())]);
        let servers = Self {
            floor: floor_server::start()?,
            signet: folder.start(&[])?,
            quiet: folder.start(&[("RUST_LOG", "warn")])?,
            with_people: folder.start_with_people(&[])?,
            on_sqlite: folder.start(&[("SIGNET_DIRECTORY__URL", &kept::url(folder.path()))])?,
            on_redis: on(&redis)?,
            with_browsers: folder.start_with_people(&[("SIGNET_STORE__URL", &redis.url())])?,
            interrupted: on(&unreliable_redis)?,
            redis,
            unreliable_redis,
        };
        let all = [
            &servers.floor,
            &servers.signet,
            &servers.quiet,
            &servers.with_people,
            &servers.on_sqlite,
            &servers.on_redis,
            &servers.with_browsers,
            &servers.interrupted,
        ];
        for (address, process) in all {
            process.wait_until_listening(*address)?;
        }
        wait_until(servers.on_redis.0, true)?;
        wait_until(servers.with_browsers.0, true)?;
        wait_until(servers.interrupted.0, true)?;
        Ok(servers)
    }

    /// Where `server` is, and its process.
    pub(crate) fn get(&self, server: Server) -> (SocketAddr, &Process) {
        let (address, process) = match server {
            Server::Floor => &self.floor,
            Server::Signet => &self.signet,
            Server::Quiet => &self.quiet,
            Server::WithPeople => &self.with_people,
            Server::OnSqlite => &self.on_sqlite,
            Server::OnRedis => &self.on_redis,
            Server::WithBrowsers => &self.with_browsers,
            Server::RedisUp | Server::RedisStopped => &self.interrupted,
        };
        (*address, process)
    }

    /// Stops the Redis of `server` where it is meant to be away, and waits until that is seen.
    pub(crate) fn before(&mut self, server: Server) -> Outcome<()> {
        if server == Server::RedisStopped {
            self.unreliable_redis.kill();
            wait_until(self.interrupted.0, false)?;
        }
        Ok(())
    }

    /// Starts it again.
    pub(crate) fn after(&mut self, server: Server) -> Outcome<()> {
        if server == Server::RedisStopped {
            self.unreliable_redis.start_again()?;
            wait_until(self.interrupted.0, true)?;
        }
        Ok(())
    }

    /// A few tokens, then the resident memory of Signet, in KiB.
    pub(crate) fn idle_memory(&self) -> Outcome<u64> {
        let (address, process) = self.get(Server::Signet);
        for application in ["ES256", "RS256", "EdDSA"] {
            client::token(address, &by_basic(application))?;
        }
        process.memory()
    }
}

/// Waits until Signet at `address` sees whether its Redis `stands`: only then are grants renewable.
fn wait_until(address: SocketAddr, stands: bool) -> Outcome<()> {
    let waited = Stopwatch::start();
    while client::json(address, &by_basic(RENEWER))?.get("refresh_token").is_some() != stands {
        if waited.elapsed() > PATIENCE {
            return Err(format!("Signet does not see that its Redis stands: {stands}").into());
        }
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
