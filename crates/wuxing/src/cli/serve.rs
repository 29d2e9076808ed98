//! `wuxing serve` and `wuxing worker`.

use std::net::SocketAddr;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::{Program, setup};
use crate::config::Config;
use crate::cx::{Clock, Randomness};
use crate::{jobs, web};

use super::{Outcome, Place, ServeArgs, say};

/// Characters of the first-run code.
const CODE_LENGTH: usize = 8;

pub(super) async fn serve(mut config: Config, args: ServeArgs) -> anyhow::Result<Outcome> {
    log_to_stderr();
    args.place.apply(&mut config);
    if let Some(listen) = args.listen {
        config.listen = listen;
    }
    let program = Program::new(config.open().await?, Clock::System, Randomness::System);
    let setup_code = first_run_code(&program).await?;
    let listener = listen(config.listen).await?;
    let address = listener.local_addr()?;
    say(&format!("wuxing is served at http://{address}"));
    if let Some(code) = &setup_code {
        say(&format!(
            "There is no organisation yet. Open http://{address}/setup and enter this code: {code}"
        ));
    }
    let options = web::Options {
        behind_tls: config.behind_tls,
        setup_code,
    };
    until_stopped(program, listener, options, !args.no_jobs).await?;
    Ok(Outcome::Good)
}

/// A code for the first-run page, so that only whoever sees the console can found the organisation.
async fn first_run_code(program: &Program) -> anyhow::Result<Option<String>> {
    let needed = setup::is_needed(program)
        .await
        .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    if !needed {
        return Ok(None);
    }
    let bytes: [u8; CODE_LENGTH] = program.randomness.bytes();
    const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    Ok(Some(
        bytes
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
            .collect(),
    ))
}

pub(super) async fn worker(mut config: Config, place: Place) -> anyhow::Result<Outcome> {
    log_to_stderr();
    place.apply(&mut config);
    let program = Program::new(config.open().await?, Clock::System, Randomness::System);
    let (stop, stopping) = watch::channel(false);
    let running = tokio::spawn(jobs::run(program.clone(), stopping));
    stop_asked_for().await;
    let _ = stop.send(true);
    running.await.context("waiting for the running job")?;
    program.store.close().await;
    Ok(Outcome::Good)
}

pub(super) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("listening on {address}; choose another address with --listen"))
}

/// Serves pages and runs jobs until the process is asked to stop; then ends what is under way and closes the database.
pub(super) async fn until_stopped(
    program: Program,
    listener: TcpListener,
    options: web::Options,
    with_jobs: bool,
) -> anyhow::Result<()> {
    let (stop, stopping) = watch::channel(false);
    let running = with_jobs.then(|| tokio::spawn(jobs::run(program.clone(), stopping)));
    let site = web::Site::new(program.clone(), options);
    let service = web::router(site).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(stop_asked_for())
        .await
        .context("serving")?;
    let _ = stop.send(true);
    if let Some(running) = running {
        running.await.context("waiting for the running job")?;
    }
    program.store.close().await;
    Ok(())
}

/// Waits for Ctrl+C or the system's request to end.
async fn stop_asked_for() {
    let interrupt = async {
        // Without a handler the process simply ends at Ctrl+C.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// Logs go to standard error, at the level of `RUST_LOG`, by default `info`.
pub(super) fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}
