//! The signed-in Today page and quick capture over HTTP on loopback, beside a bare axum page of the same size.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use store::Durability;
use tokio::net::TcpListener;
use wuxing::web;

use crate::client::{CONNECTIONS, Client, load};
use crate::department::{CAPTURED, Department, Ground, Turn, capture};
use crate::measure::{Sample, Table, middle};

/// Rounds of which the middle one counts.
const ROUNDS: usize = 3;
/// Most requests of one stretch.
const MOST: usize = 60_000;
/// Most captures of one stretch: they stay in the database.
const MOST_CAPTURES: usize = 8_000;

/// Measures all engines that there are.
pub async fn run(ground: &Ground, time: Duration) -> anyhow::Result<()> {
    println!(
        "\n{CONNECTIONS} connections kept open; client and server in one process on the same cores"
    );
    for (name, durability) in [
        ("SQLite, NORMAL", Durability::Normal),
        ("SQLite, FULL", Durability::Full),
    ] {
        let department = ground.sqlite("pages", durability).await?;
        engine(&department, name, time).await?;
        department.program.store.close().await;
    }
    if ground.has_postgres() {
        let name = format!("PostgreSQL, {}", ground.postgres_settings()?);
        let department = ground.postgres().await?;
        engine(&department, &name, time).await?;
        department.program.store.close().await;
    }
    Ok(())
}

async fn serve(router: Router) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    // Ends with the process.
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}

async fn engine(department: &Department, name: &str, time: Duration) -> anyhow::Result<()> {
    let program = &department.program;
    let ours = serve(web::router(web::Site::new(
        program.clone(),
        web::Options::default(),
    )))
    .await?;
    let mut visitors = Vec::new();
    for (_, account) in department
        .accounts
        .iter()
        .step_by((department.accounts.len() / CONNECTIONS).max(1))
        .take(CONNECTIONS)
    {
        let mut client = Client::open(&ours).await?;
        client.sign_in(account, wuxing::demo::PASSWORD).await?;
        visitors.push(client);
    }
    let Some(first) = visitors.first_mut() else {
        anyhow::bail!("nobody to sign in")
    };
    let statements = Statements::of(department, first).await?;

    let page = first.get("/").await?;
    anyhow::ensure!(page.status == 200, "Today: {}", page.status);
    let size = page.body.len();
    let text = String::from_utf8_lossy(&page.body).into_owned();
    let bare = serve(Router::new().route("/", get(move || std::future::ready(Html(text.clone())))))
        .await?;
    let mut others = Vec::new();
    for _ in 0..CONNECTIONS {
        others.push(Client::open(&bare).await?);
    }
    let mut forms = Vec::new();
    for visitor in &mut visitors {
        forms.push(
            visitor
                .get("/capture?kind=clipping")
                .await?
                .hidden("csrf")?,
        );
    }

    let (mut bare, mut today, mut captured, mut direct) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let ask = |mut client: Client, _| async move {
        let answer = client.get("/").await?;
        anyhow::ensure!(answer.status == 200, "status {}", answer.status);
        Ok(client)
    };
    // To warm up.
    (others, _) = load(others, time / 4, MOST, ask).await?;
    (visitors, _) = load(visitors, time / 4, MOST, ask).await?;
    for _ in 0..ROUNDS {
        let sample;
        (others, sample) = load(others, time, MOST, ask).await?;
        bare.push(sample);
        let sample;
        (visitors, sample) = load(visitors, time, MOST, ask).await?;
        today.push(sample);
        let sample;
        (visitors, sample) = post(visitors, &forms, time).await?;
        captured.push(sample);
        direct.push(actions(department, time).await?);
    }

    let heads = [
        "",
        "per second",
        "of the bare page",
        "p50",
        "p99",
        "statements",
    ];
    let mut table = Table::new(&heads);
    let Some(bare) = middle(bare) else {
        return Ok(());
    };
    let mut row = |what: String, sample: Option<Sample>, statements: String| {
        let Some(sample) = sample else { return };
        let ratio = bare.rate() / sample.rate().max(f64::EPSILON);
        table.row(&[
            what,
            format!("{:.0}", sample.rate()),
            format!("1/{ratio:.1}"),
            format!("{:.2} ms", sample.percentile(50)),
            format!("{:.2} ms", sample.percentile(99)),
            statements,
        ]);
    };
    row(
        format!("bare axum page of {size} bytes"),
        Some(bare.clone()),
        String::new(),
    );
    row(
        "Today, signed in".to_owned(),
        middle(today),
        statements.today.to_string(),
    );
    row(
        "quick capture".to_owned(),
        middle(captured),
        statements.capture.to_string(),
    );
    row(
        format!("capture without HTTP, {CONNECTIONS} writers"),
        middle(direct),
        statements.action.to_string(),
    );
    let people = department.accounts.len();
    table.print(&format!("PAGES, {people} people with a year of data, {name} (to reach: Today ≥ 1/8, floor 1/16; ≤ 8 statements; p99 ≤ 25 ms)"));
    Ok(())
}

/// Sends captures on all connections.
async fn post(
    mut visitors: Vec<Client>,
    forms: &[String],
    time: Duration,
) -> anyhow::Result<(Vec<Client>, Sample)> {
    let text: String = CAPTURED
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    for (visitor, csrf) in visitors.iter_mut().zip(forms) {
        visitor.token.clone_from(csrf);
    }
    load(
        visitors,
        time,
        MOST_CAPTURES,
        move |mut client: Client, _| {
            let text = text.clone();
            async move {
                let (turn, csrf) = (Turn::next(), &client.token);
                let (key, date) = (turn.form_key(), turn.date());
                let form = format!("csrf={csrf}&key={key}&kind=clipping&date={date}&text={text}");
                let answer = client.post("/capture", &form).await?;
                anyhow::ensure!(answer.status == 303, "capture: {}", answer.status);
                Ok(client)
            }
        },
    )
    .await
}

/// The same captures without HTTP.
async fn actions(department: &Department, time: Duration) -> anyhow::Result<Sample> {
    crate::commit::writers(department, CONNECTIONS, MOST_CAPTURES, time).await
}

/// How many statements things take.
struct Statements {
    today: u64,
    capture: u64,
    action: u64,
}

impl Statements {
    async fn of(department: &Department, client: &mut Client) -> anyhow::Result<Self> {
        let store = &department.program.store;
        // Once before, so that charter and roster are in memory, as they are from the second request on.
        client.get("/").await?;
        let before = store.statements();
        client.get("/").await?;
        let today = store.statements() - before;
        let csrf = client.get("/capture?kind=clipping").await?.hidden("csrf")?;
        let before = store.statements();
        let answer = client
            .post(
                "/capture",
                &format!(
                    "csrf={csrf}&key={}&kind=clipping&text=note",
                    Turn::next().form_key()
                ),
            )
            .await?;
        anyhow::ensure!(
            answer.status == 303 && answer.location.starts_with("/records/"),
            "capture: {}",
            answer.status
        );
        let posted = store.statements() - before;
        let before = store.statements();
        capture(department).await?;
        Ok(Self {
            today,
            capture: posted,
            action: store.statements() - before,
        })
    }
}
