//! Rounds: in each, every row once and every bare signature once, so that what the machine does
//! meanwhile befalls all alike. Ratios are taken within a round; what counts are medians over the rounds.

use std::{collections::HashMap, time::Duration};

use signet_verifier::Algorithm;

use crate::{
    Arguments, Outcome,
    rows::{Row, Servers},
    signatures::BareSignatures,
    subject::Folder,
    wrk::{self, Figures},
};

/// How long each row is driven before anything counts.
const WARM_UP: Duration = Duration::from_secs(1);

/// What the rounds brought.
pub(crate) struct Measured {
    pub(crate) rows: Vec<(Row, Vec<Sample>)>,
    /// Microseconds, a value per round.
    pub(crate) signatures: HashMap<Algorithm, Vec<f64>>,
}

/// One row in one round.
pub(crate) struct Sample {
    /// The server's CPU time per request, in microseconds.
    pub(crate) cpu: f64,
    pub(crate) figures: Figures,
}

impl Measured {
    /// The CPU time per request of the first row at `path`, a value per round.
    pub(crate) fn cpu(&self, path: &str) -> Option<Vec<f64>> {
        let (_, samples) = self.rows.iter().find(|(row, _)| row.path == path)?;
        Some(samples.iter().map(|sample| sample.cpu).collect())
    }
}

/// Drives `rows` for as many rounds as `arguments` say.
pub(crate) fn run(
    rows: Vec<Row>,
    servers: &Servers,
    folder: &Folder,
    arguments: &Arguments,
) -> Outcome<Measured> {
    let bare = BareSignatures::prepare(rows.iter().filter_map(|row| row.signature))?;
    for row in &rows {
        drive(row, servers, folder, WARM_UP)?;
    }
    let mut measured = Measured {
        rows: rows.into_iter().map(|row| (row, Vec::new())).collect(),
        signatures: HashMap::new(),
    };
    for round in 1..=arguments.rounds {
        eprintln!("round {round} of {}", arguments.rounds);
        for (row, samples) in &mut measured.rows {
            samples.push(drive(row, servers, folder, Duration::from_secs(arguments.seconds))?);
        }
        for (algorithm, microseconds) in bare.measure() {
            measured.signatures.entry(algorithm).or_default().push(microseconds);
        }
    }
    Ok(measured)
}

fn drive(row: &Row, servers: &Servers, folder: &Folder, duration: Duration) -> Outcome<Sample> {
    let (address, process) = servers.get(row.server);
    let url = format!("http://{address}{}", row.path);
    let before = process.cpu_time()?;
    let figures = wrk::drive(&row.request, &url, duration, folder.path())?;
    let spent = process.cpu_time()?.since(&before);
    #[expect(clippy::cast_precision_loss, reason = "requests are counted in millions")]
    let cpu = spent.as_secs_f64() * 1e6 / figures.requests as f64;
    Ok(Sample { cpu, figures })
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
