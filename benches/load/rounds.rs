//! Rounds: in each, every row once and all that ring does alone once, so that what the machine does
//! meanwhile befalls all alike. Every second round goes through the rows backwards, so that none is always
//! behind another. Ratios are taken within a round; what counts are medians over the rounds.

use std::{collections::HashMap, time::Duration};

use crate::{
    Failure, Outcome,
    bare::{Bare, BareWork},
    browser,
    grants::Grants,
    rows::{Floor, Load, Row},
    servers::{Server, Servers},
    subject::Folder,
    wrk::{self, Figures},
};

/// How long each row is driven before anything counts.
const WARM_UP: Duration = Duration::from_secs(1);

/// What the rounds brought.
pub(crate) struct Measured {
    pub(crate) rows: Vec<(Row, Vec<Sample>)>,
    /// Microseconds, a value per round.
    pub(crate) bare: HashMap<Bare, Vec<f64>>,
}

/// One row in one round.
pub(crate) struct Sample {
    /// The server's CPU time per request, in microseconds.
    pub(crate) cpu: f64,
    pub(crate) figures: Figures,
    pub(crate) redis: Option<OfRedis>,
}

/// What a request cost Redis.
pub(crate) struct OfRedis {
    /// Redis's CPU time per request, in microseconds.
    pub(crate) cpu: f64,
    /// Its commands per request.
    pub(crate) commands: Vec<(String, f64)>,
}

impl Measured {
    /// The samples of the row of that name.
    pub(crate) fn of(&self, name: &str) -> Option<&[Sample]> {
        let (_, samples) = self.rows.iter().find(|(row, _)| row.name == name)?;
        Some(samples)
    }
}

/// Everything that is driven, and by what.
pub(crate) struct Drive<'a> {
    pub(crate) servers: &'a mut Servers,
    pub(crate) grants: &'a mut Grants,
    pub(crate) folder: &'a Folder,
}

impl Drive<'_> {
    /// Drives `rows` for `rounds` rounds, each for `duration`.
    pub(crate) fn run(
        &mut self,
        rows: Vec<Row>,
        rounds: usize,
        duration: Duration,
    ) -> Outcome<Measured> {
        let bare = BareWork::prepare(rows.iter().filter_map(|row| match row.floor {
            Some(Floor::Form(bare)) => bare,
            _ => None,
        }))?;
        for row in &rows {
            self.row(row, WARM_UP)?;
        }
        let mut measured = Measured {
            rows: rows.into_iter().map(|row| (row, Vec::new())).collect(),
            bare: HashMap::new(),
        };
        for round in 1..=rounds {
            eprintln!("round {round} of {rounds}");
            let mut order: Vec<_> = measured.rows.iter_mut().collect();
            if round % 2 == 0 {
                order.reverse();
            }
            for (row, samples) in order {
                samples.push(self.row(row, duration)?);
            }
            for (bare, microseconds) in bare.measure() {
                measured.bare.entry(bare).or_default().push(microseconds);
            }
        }
        Ok(measured)
    }

    fn row(&mut self, row: &Row, duration: Duration) -> Outcome<Sample> {
        self.servers.before(row.server)?;
        let (address, process) = self.servers.get(row.server);
        let folder = self.folder.path();
        let made;
        let request = match &row.load {
            Load::Request(request) => request,
            Load::Fresh(ask) => {
                made = ask(address)?;
                &made
            }
            Load::Renewals => {
                made = self.grants.renewals(folder)?;
                &made
            }
            Load::Redemptions => {
                made = browser::redemptions(address, duration, folder)?;
                &made
            }
        };
        let on_redis = matches!(row.server, Server::OnRedis | Server::WithBrowsers);
        let redis = on_redis.then_some(&self.servers.redis);
        let redis_before = redis.map(|redis| Ok::<_, Failure>((redis.calls()?, redis.cpu_time()?)));
        let redis_before = redis_before.transpose()?;
        let before = process.cpu_time()?;
        let figures = wrk::drive(request, address, duration, folder)?;
        let cpu = per_request(process.cpu_time()?.since(&before), figures.requests);
        let of_redis = redis.zip(redis_before).map(|(redis, (calls, cpu))| {
            Ok::<_, Failure>(OfRedis {
                cpu: per_request(redis.cpu_time()?.since(&cpu), figures.requests),
                commands: redis.calls()?.per_request(&calls, figures.requests),
            })
        });
        let sample = Sample { cpu, figures, redis: of_redis.transpose()? };
        self.servers.after(row.server)?;
        Ok(sample)
    }
}

#[expect(clippy::cast_precision_loss, reason = "requests are counted in millions")]
fn per_request(spent: Duration, requests: u64) -> f64 {
    spent.as_secs_f64() * 1e6 / requests as f64
}

/// The middle value, or the mean of the two in the middle.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.get(middle) {
        Some(upper) if values.len().is_multiple_of(2) => f64::midpoint(values[middle - 1], *upper),
        Some(value) => *value,
        None => f64::NAN,
    }
}
