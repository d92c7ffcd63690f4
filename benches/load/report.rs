//! From figures to the rows of the table, with ratios and verdicts.

use signet_verifier::Algorithm;

use crate::{
    floor_server,
    rounds::{Measured, Sample, median},
    rows::{Row, Server},
    table::Table,
};

/// Budgets that are no ratios.
const START_MS: f64 = 50.0;
const IDLE_MB: f64 = 15.0;
const PEAK_MB: f64 = 40.0;

/// What is measured once, not in rounds.
pub(crate) struct Whole {
    /// Start to first token, in milliseconds.
    pub(crate) start: f64,
    /// Resident memory in KiB, before and under load.
    pub(crate) idle: u64,
    pub(crate) peak: u64,
    /// The binary, in bytes.
    pub(crate) binary: u64,
}

type Report = Table<8>;

/// The table.
pub(crate) fn table(measured: &Measured, whole: &Whole) -> Report {
    let mut table = Table::new([
        "what",
        "measured",
        "floor",
        "ratio",
        "budget",
        "verdict",
        "requests/s",
        "p50 / p99",
    ]);
    signatures(&mut table, measured);
    for (row, samples) in &measured.rows {
        table.push(driven(row, samples, measured));
        let signing_form = measured.rows.iter().find(|(form, _)| {
            form.server == Server::Floor && row.budget.is_some() && form.signature == row.signature
        });
        if let Some((form, form_samples)) = signing_form {
            table.push(over_signing_form(form, form_samples, samples));
        }
    }
    limited(&mut table, "start to first token", whole.start, "ms", START_MS);
    limited(&mut table, "resident memory, idle", megabytes(whole.idle * 1024), "MB", IDLE_MB);
    limited(
        &mut table,
        "resident memory, peak under load",
        megabytes(whole.peak * 1024),
        "MB",
        PEAK_MB,
    );
    table.push(plain("binary", format!("{:.1} MB", megabytes(whole.binary))));
    table
}

fn driven(row: &Row, samples: &[Sample], measured: &Measured) -> [String; 8] {
    let cpu: Vec<f64> = samples.iter().map(|sample| sample.cpu).collect();
    let floors = row.signature.and_then(|algorithm| floors(measured, algorithm));
    let ratios =
        |floors: &Vec<f64>| cpu.iter().zip(floors).map(|(cpu, floor)| cpu / floor).collect();
    let ratio = floors.as_ref().map(ratios).map(median);
    let of = |value: fn(&Sample) -> f64| median(samples.iter().map(value).collect());
    let rate = of(|sample| sample.figures.per_second());
    let p50 = of(|sample| sample.figures.median.as_secs_f64() * 1e3);
    let p99 = of(|sample| sample.figures.p99.as_secs_f64() * 1e3);
    [
        row.name.to_owned(),
        microseconds(&cpu),
        floors.map(|floors| format!("{:.1} µs", median(floors))).unwrap_or_default(),
        ratio.map(|ratio| format!("{ratio:.3} ×")).unwrap_or_default(),
        row.budget.map(|budget| format!("{budget:.2} ×")).unwrap_or_default(),
        ratio.zip(row.budget).map(|(ratio, budget)| verdict(ratio, budget)).unwrap_or_default(),
        format!("{rate:.0}"),
        format!("{p50:.1} / {p99:.1} ms"),
    ]
}

/// The same figures over the form endpoint that signs: what is Signet's own, without what a signature
/// costs more in a server than in a loop that does nothing else.
fn over_signing_form(form: &Row, form_samples: &[Sample], samples: &[Sample]) -> [String; 8] {
    let mut row = plain(&format!("  over the {}", form.name), String::new());
    let ratios = samples.iter().zip(form_samples).map(|(sample, form)| sample.cpu / form.cpu);
    row[2] = format!("{:.1} µs", median(form_samples.iter().map(|sample| sample.cpu).collect()));
    row[3] = format!("{:.3} ×", median(ratios.collect()));
    row
}

/// What a form and a signature cost without Signet, round by round.
fn floors(measured: &Measured, algorithm: Algorithm) -> Option<Vec<f64>> {
    let form = measured.cpu(floor_server::FORM)?;
    let signature = measured.signatures.get(&algorithm)?;
    Some(form.iter().zip(signature).map(|(form, signature)| form + signature).collect())
}

fn signatures(table: &mut Report, measured: &Measured) {
    for algorithm in Algorithm::ALL {
        if let Some(samples) = measured.signatures.get(&algorithm) {
            table.push(plain(&format!("{algorithm} signature (floor)"), microseconds(samples)));
        }
    }
}

fn limited(table: &mut Report, what: &str, measured: f64, unit: &str, budget: f64) {
    let mut row = plain(what, format!("{measured:.1} {unit}"));
    row[4] = format!("{budget:.0} {unit}");
    row[5] = verdict(measured, budget);
    table.push(row);
}

fn verdict(measured: f64, budget: f64) -> String {
    if measured <= budget { "within" } else { "OVER" }.to_owned()
}

/// The median, and between which values the rounds were.
fn microseconds(samples: &[f64]) -> String {
    let least = samples.iter().copied().fold(f64::INFINITY, f64::min);
    let most = samples.iter().copied().fold(0.0, f64::max);
    format!("{:.1} µs ({least:.1}–{most:.1})", median(samples.to_vec()))
}

#[expect(clippy::cast_precision_loss, reason = "no memory has 2^53 bytes")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// A row with nothing to compare it to.
fn plain(what: &str, measured: String) -> [String; 8] {
    let mut row: [String; 8] = std::array::from_fn(|_| String::new());
    row[0] = what.to_owned();
    row[1] = measured;
    row
}
