//! On which machine, and how busy it was with other things.

use std::{fs, thread};

use crate::Outcome;

/// The processor and the number of cores.
pub(crate) fn describe() -> Outcome<String> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let (_, model) = model.unwrap_or(("", "unknown processor"));
    Ok(format!("{model}, {} cores", thread::available_parallelism()?))
}

/// How many processes were running or ready to, on average over the last minute.
pub(crate) fn load() -> Outcome<String> {
    let loadavg = fs::read_to_string("/proc/loadavg")?;
    Ok(loadavg.split(' ').next().unwrap_or_default().to_owned())
}
