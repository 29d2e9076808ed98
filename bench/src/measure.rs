//! Figures: rates, the time that nearly everybody waits at most, memory, and tables of them.

use std::time::Duration;

/// What a stretch of requests or actions came to.
#[derive(Clone, Debug)]
pub struct Sample {
    /// How long each took, in order of length.
    latencies: Vec<Duration>,
    /// How long all together took.
    elapsed: Duration,
}

impl Sample {
    /// Of these latencies within this time.
    pub fn new(mut latencies: Vec<Duration>, elapsed: Duration) -> Self {
        latencies.sort_unstable();
        Self { latencies, elapsed }
    }

    /// How many there were.
    pub fn count(&self) -> usize {
        self.latencies.len()
    }

    /// How many a second.
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64().max(f64::EPSILON)
    }

    /// The latency, in milliseconds, that `percent` of them did not exceed.
    pub fn percentile(&self, percent: usize) -> f64 {
        let place = (self.latencies.len() * percent)
            .div_ceil(100)
            .saturating_sub(1);
        self.latencies
            .get(place)
            .map_or(0.0, |latency| latency.as_secs_f64() * 1_000.0)
    }
}

/// The sample with the middle rate: rounds differ with whatever else the machine does.
pub fn middle(mut samples: Vec<Sample>) -> Option<Sample> {
    samples.sort_by(|a, b| a.rate().total_cmp(&b.rate()));
    let middle = samples.len() / 2;
    (!samples.is_empty()).then(|| samples.swap_remove(middle))
}

/// A line of `/proc/PROCESS/status` in MiB: `VmHWM` is the most memory that was ever in use, `VmRSS` what is now.
pub fn memory(process: &str, line: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let found = status
        .lines()
        .find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    let kibibytes: Option<f64> =
        found.and_then(|text| text.split_whitespace().next()?.parse().ok());
    kibibytes.unwrap_or(f64::NAN) / 1_024.0
}

/// What the figures were taken on.
pub fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map(|(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let build = if cfg!(debug_assertions) {
        "DEBUG BUILD: use --release"
    } else {
        "release build"
    };
    format!(
        "{cores} cores, {}, {build}",
        model.unwrap_or("unknown processor")
    )
}

/// A table whose columns are as wide as their widest cell.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these column heads.
    pub fn new(heads: &[&str]) -> Self {
        Self {
            rows: vec![heads.iter().map(|head| (*head).to_owned()).collect()],
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[String]) {
        self.rows.push(cells.to_vec());
    }

    /// Prints it under a title.
    pub fn print(&self, title: &str) {
        println!("\n{title}");
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
        };
        let widths: Vec<usize> = (0..columns)
            .map(|column| width(column).unwrap_or(0))
            .collect();
        for row in &self.rows {
            let cells = row
                .iter()
                .zip(&widths)
                .enumerate()
                .map(|(place, (cell, width))| {
                    if place == 0 {
                        format!("{cell:<width$}")
                    } else {
                        format!("{cell:>width$}")
                    }
                });
            println!("  {}", cells.collect::<Vec<_>>().join("  "));
        }
    }
}
