//! From figures to the rows of the table, with ratios and verdicts.

use std::iter::zip;

use signet_verifier::Algorithm;

use crate::{
    bare::Bare,
    grants::Memory,
    rounds::{Measured, OfRedis, Sample, median},
    rows::{FORM_ROW, Floor, Row},
    servers::Server,
    sign_in::SignIns,
    storm::Storm,
    table::Table,
};

/// Budgets that are no ratios of CPU time.
const START_MS: f64 = 50.0;
const IDLE_MB: f64 = 15.0;
const PEAK_MB: f64 = 40.0;
const FAMILY_BYTES: f64 = 400.0;
/// One command for each request; besides, whose block is whose is noted for every 256th token, and what
/// is under way when a round ends has no answer.
const COMMANDS: f64 = 1.05;
/// What a storm of log-ins may do to the tokens' p99, and what of the raw rate gets through.
const STORM: f64 = 2.0;
const LOG_INS: f64 = 0.9;
/// Of the requests per second that are answered while Redis stands.
const WITHOUT_REDIS: f64 = 0.95;
/// How far the time of a name that nobody has may be from that of a wrong password, either way.
const TELLING: f64 = 0.05;

/// What is measured once, not in rounds.
pub(crate) struct Whole {
    /// Start to first token, in milliseconds.
    pub(crate) start: f64,
    /// Sign-ins that are refused.
    pub(crate) sign_ins: SignIns,
    /// Resident memory in KiB, before and under load.
    pub(crate) idle: u64,
    pub(crate) peak: u64,
    pub(crate) peak_on_redis: u64,
    pub(crate) peak_with_people: u64,
    /// The binary, in bytes.
    pub(crate) binary: u64,
    /// What grants take of Redis's memory.
    pub(crate) families: Memory,
    /// Where there was one.
    pub(crate) storm: Option<Storm>,
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
    let signatures = Algorithm::ALL.map(Bare::Signature);
    for bare in signatures.into_iter().chain([Bare::Es256Verification, Bare::Password]) {
        if let Some(samples) = measured.bare.get(&bare) {
            table.push(plain(&bare.to_string(), microseconds(samples)));
        }
    }
    for (row, samples) in &measured.rows {
        table.push(driven(row, samples, measured));
        table.extend(over_signing_form(row, samples, measured));
        table.extend(of_redis(row, samples));
        table.extend(without_redis(row, samples, measured));
    }
    families(&mut table, &whole.families);
    if let Some(storm) = &whole.storm {
        stormy(&mut table, storm);
    }
    table.push(refused_sign_ins(&whole.sign_ins));
    let megabytes_of = |kibibytes: u64| megabytes(kibibytes * 1024);
    limited(&mut table, "start to first token", whole.start, "ms", START_MS);
    limited(&mut table, "resident memory, idle", megabytes_of(whole.idle), "MB", IDLE_MB);
    let what = "resident memory, peak under load";
    limited(&mut table, what, megabytes_of(whole.peak), "MB", PEAK_MB);
    let what = "resident memory, peak on Redis";
    limited(&mut table, what, megabytes_of(whole.peak_on_redis), "MB", PEAK_MB);
    let what = "resident memory, peak with log-ins";
    limited(&mut table, what, megabytes_of(whole.peak_with_people), "MB", PEAK_MB);
    table.push(plain("binary", format!("{:.1} MB", megabytes(whole.binary))));
    table
}

fn driven(row: &Row, samples: &[Sample], measured: &Measured) -> [String; 8] {
    let cpu = cpu(samples);
    let floors = row.floor.and_then(|floor| floors(measured, floor));
    let ratio = floors.as_ref().map(|floors| median_ratio(&cpu, floors));
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
        ratio.zip(row.budget).map(|(ratio, budget)| verdict(ratio <= budget)).unwrap_or_default(),
        format!("{rate:.0}"),
        format!("{p50:.1} / {p99:.1} ms"),
    ]
}

/// The same figures over the form endpoint that signs: what is Signet's own, without what a signature
/// costs more in a server than in a loop that does nothing else.
fn over_signing_form(row: &Row, samples: &[Sample], measured: &Measured) -> Option<[String; 8]> {
    let is_its_form = |form: &Row| form.server == Server::Floor && form.floor == row.floor;
    let (form, form_samples) = measured.rows.iter().find(|(form, _)| is_its_form(form))?;
    row.budget?;
    let form_cpu = cpu(form_samples);
    let mut line = plain(&format!("  over the {}", form.name), String::new());
    line[3] = format!("{:.3} ×", median_ratio(&cpu(samples), &form_cpu));
    line[2] = format!("{:.1} µs", median(form_cpu));
    Some(line)
}

/// What a request costs Redis: its CPU time, and how many commands it is sent.
fn of_redis(row: &Row, samples: &[Sample]) -> Option<[String; 8]> {
    let redis: Vec<&OfRedis> = samples.iter().filter_map(|sample| sample.redis.as_ref()).collect();
    let OfRedis { commands, .. } = redis.first()?;
    let sent = |redis: &&OfRedis| -> f64 {
        let sent = redis.commands.iter();
        sent.filter(|(name, _)| !row.in_script.contains(&name.as_str())).map(|(_, n)| n).sum()
    };
    let sent = median(redis.iter().map(sent).collect());
    let commands: Vec<String> =
        commands.iter().map(|(name, calls)| format!("{calls:.2} {name}")).collect();
    let commands = if commands.is_empty() { "nothing".to_owned() } else { commands.join(", ") };
    let cpu: Vec<f64> = redis.iter().map(|redis| redis.cpu).collect();
    let mut line = plain(&format!("  in Redis: {commands}"), microseconds(&cpu));
    if row.budget.is_some() {
        line[3] = format!("{sent:.3} sent");
        line[4] = "1 sent".to_owned();
        line[5] = verdict(sent <= COMMANDS);
    }
    Some(line)
}

/// How many requests are answered, of those that are answered while Redis stands.
fn without_redis(row: &Row, samples: &[Sample], measured: &Measured) -> Option<[String; 8]> {
    let standing = measured.of(row.needs()?)?;
    if row.server != Server::RedisStopped {
        return None;
    }
    let rate = |samples: &[Sample]| -> Vec<f64> {
        samples.iter().map(|sample| sample.figures.per_second()).collect()
    };
    let ratio = median_ratio(&rate(samples), &rate(standing));
    let mut line = plain("  its requests/s over those with Redis up", String::new());
    line[3] = format!("{ratio:.3} ×");
    line[4] = format!("≥ {WITHOUT_REDIS:.2} ×");
    line[5] = verdict(ratio >= WITHOUT_REDIS);
    Some(line)
}

fn stormy(table: &mut Report, storm: &Storm) {
    let Storm { quiet, stormy, tokens, log_ins, raw, got_through, put_off, untold } = storm;
    let mut line = plain("tokens in a storm of log-ins: p99", format!("{stormy:.2} ms"));
    line[2] = format!("{quiet:.2} ms");
    line[3] = format!("{:.2} ×", stormy / quiet);
    line[4] = format!("{STORM:.2} ×");
    line[5] = verdict(stormy / quiet <= STORM);
    line[6] = format!("{tokens:.0}");
    table.push(line);
    let mut line = plain("  log-ins per second, over the raw rate", format!("{log_ins:.1}"));
    line[2] = format!("{raw:.1}");
    line[3] = format!("{got_through:.3} ×");
    line[4] = format!("≥ {LOG_INS:.2} ×");
    line[5] = verdict(*got_through >= LOG_INS);
    table.push(line);
    let what = "  put off, of them without Retry-After";
    let mut line = plain(what, format!("{put_off}, {untold}"));
    line[4] = "0 without".to_owned();
    line[5] = verdict(*untold == 0);
    table.push(line);
}

fn families(table: &mut Report, memory: &Memory) {
    #[expect(clippy::cast_precision_loss, reason = "no memory has 2^53 bytes")]
    let per_family = |bytes: u64| bytes as f64 / memory.count as f64;
    let what = format!("Redis memory per refresh family, of {}", memory.count);
    limited(table, &what, per_family(memory.families), "bytes", FAMILY_BYTES);
    for (what, bytes) in [
        ("  of it in the application's index", memory.index),
        ("  besides, whose block of the status list is whose", memory.blocks),
    ] {
        table.push(plain(what, format!("{:.1} bytes", per_family(bytes))));
    }
}

/// Elapsed time, which is what whoever guesses names can measure.
fn refused_sign_ins(SignIns { unknown, wrong }: &SignIns) -> [String; 8] {
    let ratio = unknown / wrong;
    let mut line = plain("sign-in, unknown user over wrong password", format!("{unknown:.2} ms"));
    line[2] = format!("{wrong:.2} ms");
    line[3] = format!("{ratio:.3} ×");
    line[4] = format!("1 ± {TELLING:.2} ×");
    line[5] = verdict((ratio - 1.0).abs() <= TELLING);
    line
}

/// What a request would cost without Signet, or what another row costs, round by round.
fn floors(measured: &Measured, floor: Floor) -> Option<Vec<f64>> {
    match floor {
        Floor::Row(name) => measured.of(name).map(cpu),
        Floor::Form(bare) => {
            let form = cpu(measured.of(FORM_ROW)?);
            let Some(bare) = bare else { return Some(form) };
            let bare = measured.bare.get(&bare)?;
            Some(zip(form, bare).map(|(form, bare)| form + bare).collect())
        }
    }
}

fn cpu(samples: &[Sample]) -> Vec<f64> {
    samples.iter().map(|sample| sample.cpu).collect()
}

fn median_ratio(some: &[f64], others: &[f64]) -> f64 {
    median(zip(some, others).map(|(one, other)| one / other).collect())
}

fn limited(table: &mut Report, what: &str, measured: f64, unit: &str, budget: f64) {
    let mut row = plain(what, format!("{measured:.1} {unit}"));
    row[4] = format!("{budget:.0} {unit}");
    row[5] = verdict(measured <= budget);
    table.push(row);
}

fn verdict(is_within: bool) -> String {
    if is_within { "within" } else { "OVER" }.to_owned()
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
