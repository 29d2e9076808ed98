//! The program itself on the department's database: from its start to the first page, and what it keeps in memory.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::client::{Client, load};
use crate::department::{Ground, TODAY};
use crate::measure::{Table, memory};

/// How often it is started; the middle one counts.
const TIMES: usize = 5;

/// Starts the program several times and prints the middle figures.
pub async fn run(ground: &Ground) -> anyhow::Result<()> {
    let data = ground.copy("start").await?;
    let mut table = Table::new(&["", "time", "memory (resident)"]);
    let (mut listening, mut first, mut signed_in, mut idle) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut after_load = f64::NAN;
    for time in 0..TIMES {
        let began = Instant::now();
        let (mut child, address) = start(&data).await?;
        listening.push(began.elapsed());
        let mut client = Client::open(&address).await?;
        let page = client.get("/sign-in").await?;
        anyhow::ensure!(page.status == 200, "sign-in: {}", page.status);
        first.push(began.elapsed());
        client.sign_in("linzhiyuan", wuxing::demo::PASSWORD).await?;
        let since = Instant::now();
        let page = client.get("/").await?;
        anyhow::ensure!(page.status == 200, "Today: {}", page.status);
        signed_in.push(since.elapsed());
        let process = child.id().map(|id| id.to_string()).unwrap_or_default();
        // The second page is there, the jobs have looked at their queue: now it is idle.
        client.get("/ledger").await?;
        idle.push(memory(&process, "VmRSS"));
        if time + 1 == TIMES {
            let mut clients = vec![client];
            (clients, _) = load(
                clients,
                Duration::from_secs(3),
                10_000,
                |mut client: Client, _| async move {
                    for path in ["/", "/ledger", "/section", "/library"] {
                        client.get(path).await?;
                    }
                    Ok(client)
                },
            )
            .await?;
            drop(clients);
            after_load = memory(&process, "VmRSS");
        }
        child.kill().await?;
    }
    let middle_of = |mut times: Vec<Duration>| -> f64 {
        times.sort_unstable();
        times
            .get(times.len() / 2)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
    };
    idle.sort_by(f64::total_cmp);
    let idle = idle.get(idle.len() / 2).copied().unwrap_or(f64::NAN);
    let none = String::new;
    table.row(&[
        "start to listening".to_owned(),
        format!("{:.0} ms", middle_of(listening)),
        none(),
    ]);
    table.row(&[
        "start to the first page (sign-in)".to_owned(),
        format!("{:.0} ms", middle_of(first)),
        none(),
    ]);
    table.row(&[
        "first Today (reads charter and roster)".to_owned(),
        format!("{:.0} ms", middle_of(signed_in)),
        none(),
    ]);
    table.row(&[
        "idle after the first pages".to_owned(),
        none(),
        format!("{idle:.1} MiB"),
    ]);
    table.row(&[
        "after 3 s of Today, ledger, section, library".to_owned(),
        none(),
        format!("{after_load:.1} MiB"),
    ]);
    table.print("START, 200 people (to reach: first page ≤ 200 ms; idle ≤ 60 MB)");
    Ok(())
}

/// The program lies beside this one.
async fn start(data: &Path) -> anyhow::Result<(Child, String)> {
    let here = std::env::current_exe()?;
    let program = here.with_file_name("wuxing");
    anyhow::ensure!(
        program.exists(),
        "build it first: cargo build --release -p wuxing"
    );
    let mut child = Command::new(program)
        .args([
            "demo",
            "--as-of",
            &TODAY.to_string(),
            "--listen",
            "127.0.0.1:0",
            "--data",
        ])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some((_, address)) = line.split_once("http://") {
            let address = address.trim().to_owned();
            // What else it says is read and dropped, so that it never waits for us.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((child, address));
        }
    }
    anyhow::bail!("the program ended before it was listening")
}
