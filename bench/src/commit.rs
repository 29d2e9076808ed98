//! Group commit: many writers share the wait for the disk. The action is a quick capture without HTTP.

use std::time::{Duration, Instant};

use store::Durability;

use crate::department::{Department, Ground, capture};
use crate::measure::{Sample, Table};

/// Most captures of one measurement.
const MOST: usize = 6_400;
/// The longest that one measurement takes.
const TIME: Duration = Duration::from_secs(10);

/// Measures writers by durability on copies of one database.
pub async fn run(ground: &Ground) -> anyhow::Result<()> {
    let mut table = Table::new(&[
        "captures (record, evidence, ledger, search, audit)",
        "per second",
        "of NORMAL",
        "p50",
        "p99",
    ]);
    for writing in [64, 8, 1] {
        let mut normal = None;
        for (name, durability) in [("NORMAL", Durability::Normal), ("FULL", Durability::Full)] {
            let department = ground.sqlite("commit", durability).await?;
            writers(&department, writing, MOST / 16, TIME).await?;
            let sample = writers(&department, writing, MOST, TIME).await?;
            department.program.store.close().await;
            let compared = *normal.get_or_insert(sample.rate());
            table.row(&[
                format!("{writing} writers, {name}, {} captures", sample.count()),
                format!("{:.0}", sample.rate()),
                format!("{:.2}", sample.rate() / compared),
                format!("{:.2} ms", sample.percentile(50)),
                format!("{:.2} ms", sample.percentile(99)),
            ]);
        }
    }
    table.print(
        "GROUP COMMIT, SQLite (to reach: ≥ 1,000/s at NORMAL; 64 writers at FULL ≥ half of NORMAL)",
    );
    Ok(())
}

/// Lets so many writers capture at the same time, for `time` or until there are `most`.
pub async fn writers(
    department: &Department,
    count: usize,
    most: usize,
    time: Duration,
) -> anyhow::Result<Sample> {
    let began = Instant::now();
    let tasks: Vec<_> = (0..count)
        .map(|_| {
            let department = department.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while latencies.len() < most / count && began.elapsed() < time {
                    let since = Instant::now();
                    capture(&department).await?;
                    latencies.push(since.elapsed());
                }
                anyhow::Ok(latencies)
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.append(&mut task.await??);
    }
    Ok(Sample::new(latencies, began.elapsed()))
}
