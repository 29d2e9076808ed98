//! `cargo run --release -p bench -- [settle|pages|commit|start|all]`: measures what the design promises and prints it.
//!
//! Times of one machine say little, so everything is set beside something simpler that is measured in the same run: pages
//! beside a bare page of the same size, durable commits beside ones that do not wait for the disk.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

mod client;
mod commit;
mod department;
mod measure;
mod pages;
mod settle;
mod start;

/// Measures what the design promises.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Arguments {
    /// What to measure
    #[arg(value_enum, default_value_t = Part::All)]
    part: Part,
    /// Folder for the department's databases; kept, and used again by the next run. Without it they are made anew and removed
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// People in the department
    #[arg(long, default_value_t = 200)]
    people: u32,
    /// Seconds that each measurement of a page may take
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// Settle for so many people and print the figures (each measurement of memory needs a process of its own)
    #[arg(long, hide = true, num_args = 2, value_names = ["PEOPLE", "PIECES"])]
    settle_for: Option<Vec<u32>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Settling a year for 100,000 people
    Settle,
    /// Today and quick capture over HTTP
    Pages,
    /// Group commit
    Commit,
    /// Cold start and memory
    Start,
    /// All of it
    All,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Some([people, pieces]) = arguments.settle_for.as_deref() {
        return settle::alone(*people, *pieces);
    }
    println!("{}", measure::machine());
    let wanted = |part| arguments.part == part || arguments.part == Part::All;
    // Before anything else runs in this process.
    if wanted(Part::Settle) {
        settle::run()?;
    }
    if !(wanted(Part::Pages) || wanted(Part::Commit) || wanted(Part::Start)) {
        return Ok(());
    }
    // The log is written as the program writes it, and thrown away.
    tracing_subscriber::fmt()
        .with_env_filter("info")
        .with_writer(std::io::sink)
        .init();
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let ground = department::Ground::prepare(arguments.keep.clone(), arguments.people)?;
        if wanted(Part::Pages) {
            pages::run(&ground, std::time::Duration::from_secs(arguments.seconds)).await?;
        }
        if wanted(Part::Commit) {
            commit::run(&ground).await?;
        }
        if wanted(Part::Start) {
            start::run(&ground).await?;
        }
        Ok(())
    })
}
