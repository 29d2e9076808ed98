//! The command line. Exit code 0: good; 1: a check failed; 2: wrong use or something broke.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::Config;

mod backup;
mod calendar;
mod charter;
mod demo;
mod serve;
mod token;
mod user;
mod verify;

/// Makes a department's charter executable.
#[derive(Debug, Parser)]
#[command(name = "wuxing", version, about, propagate_version = true)]
struct Cli {
    /// Settings file (TOML); `wuxing.toml` in the current folder if there is one
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the web pages and run the jobs
    Serve(ServeArgs),
    /// Make a demo department with a year of data and serve it
    Demo(DemoArgs),
    /// Run the jobs only; any number of workers may share a PostgreSQL database
    Worker(Place),
    /// Bring the database's tables up to date
    Migrate(Place),
    /// Write a backup while the program serves, or check one
    #[command(args_conflicts_with_subcommands = true)]
    Backup {
        #[command(subcommand)]
        command: Option<BackupCommand>,
        #[command(flatten)]
        args: backup::MakeArgs,
    },
    /// Restore a backup into an empty database
    Restore(backup::RestoreArgs),
    /// Look at a charter file
    #[command(subcommand)]
    Charter(CharterCommand),
    /// Check the ledger
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Check the audit chain
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Look at the working-day calendar
    #[command(subcommand)]
    Calendar(CalendarCommand),
    /// Accounts of the system
    #[command(subcommand)]
    User(UserCommand),
    /// Access tokens for the JSON interface
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Debug, Subcommand)]
enum BackupCommand {
    /// Read a backup from end to end: whether it is whole and its audit chains unbroken
    Verify {
        /// The backup
        file: PathBuf,
        #[command(flatten)]
        key: backup::KeyArgs,
        #[command(flatten)]
        output: Output,
    },
}

/// Where the data is.
#[derive(Clone, Debug, Args)]
struct Place {
    /// Folder of the embedded database
    #[arg(long, value_name = "DIR", conflicts_with = "database")]
    data: Option<PathBuf>,
    /// PostgreSQL database: postgres://user:password@host/name
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

impl Place {
    fn apply(self, config: &mut Config) {
        if let Some(data) = self.data {
            config.data = data;
            config.database = None;
        }
        if self.database.is_some() {
            config.database = self.database;
        }
    }
}

#[derive(Debug, Args)]
struct ServeArgs {
    #[command(flatten)]
    place: Place,
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Do not run jobs in this process
    #[arg(long)]
    no_jobs: bool,
}

#[derive(Debug, Args)]
struct DemoArgs {
    #[command(flatten)]
    place: Place,
    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The demo's today; its data goes up to this day
    #[arg(long, value_name = "DATE", default_value = "2026-09-30")]
    as_of: NaiveDate,
    /// How many people the department has
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(24..=2000))]
    people: u32,
    /// Make the data and stop
    #[arg(long)]
    build_only: bool,
}

#[derive(Debug, Subcommand)]
enum CharterCommand {
    /// Read a charter and name every mistake with its line and column
    Check {
        /// The charter (TOML)
        file: PathBuf,
        #[command(flatten)]
        output: Output,
    },
    /// Read a charter and compute its yearly load per role
    Load {
        /// The charter (TOML)
        file: PathBuf,
        /// The year
        #[arg(long)]
        year: i32,
        /// Folder with calendars (one JSON per year) instead of those that come with the program
        #[arg(long, value_name = "DIR")]
        calendars: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
enum LedgerCommand {
    /// Recompute every cell from scratch and compare
    Verify {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Follow the chain and compare records with their commitments
    Verify {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
enum CalendarCommand {
    /// Show a year: working days, holidays, make-up workdays
    Show {
        /// The year
        year: i32,
        /// Folder with calendars (one JSON per year) instead of those that come with the program
        #[arg(long, value_name = "DIR")]
        calendars: Option<PathBuf>,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Make an account with roles of the system and print its one-time password
    Create {
        /// Name of the account
        name: String,
        /// The organisation, where there are several
        #[arg(long)]
        organisation: Option<String>,
        /// System administrator: accounts and settings, no content
        #[arg(long)]
        administrator: bool,
        /// Security administrator: roles and policies
        #[arg(long)]
        security: bool,
        /// Auditor: reads the audit chain
        #[arg(long)]
        auditor: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Give an account a role of the system
    Grant(RoleArgs),
    /// Take a role of the system from an account
    Revoke(RoleArgs),
    /// Set a one-time password and print it: the way where nobody else can confirm a reset. The owner is told
    ResetPassword(AccountArgs),
}

/// An account of an organisation.
#[derive(Debug, Args)]
struct AccountArgs {
    /// Name of the account
    name: String,
    /// The organisation, where there are several
    #[arg(long)]
    organisation: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct RoleArgs {
    #[command(flatten)]
    account: AccountArgs,
    /// administrator, security or auditor
    #[arg(long, value_name = "ROLE", value_parser = role)]
    role: domain::system_roles::SystemRole,
}

fn role(word: &str) -> Result<domain::system_roles::SystemRole, String> {
    domain::system_roles::SystemRole::from_word(word)
        .ok_or_else(|| "expected administrator, security or auditor".to_owned())
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Make a token for an account and print it; it is shown this once
    Create(TokenArgs),
}

#[derive(Debug, Args)]
struct TokenArgs {
    /// The account in whose name it acts
    #[arg(long)]
    account: String,
    /// What it may be used for, e.g. records:read; may be given several times
    #[arg(long, required = true)]
    scope: Vec<String>,
    /// How many days it lives, at most 365
    #[arg(long, default_value_t = 30)]
    days: u32,
    /// What it is called
    #[arg(long, default_value = "wuxing token create")]
    name: String,
    /// The organisation, where there are several
    #[arg(long)]
    organisation: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Debug, Args)]
struct Output {
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All is well.
    Good,
    /// The check found something.
    Failed,
}

/// Runs the program with the arguments it was started with.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    match perform(cli).await {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::from(1),
        Err(error) => {
            eprintln!("wuxing: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn perform(cli: Cli) -> anyhow::Result<Outcome> {
    // Looking at a file needs neither settings nor a database.
    let config = || Config::load(cli.config.as_deref());
    match cli.command {
        Command::Charter(CharterCommand::Check { file, output }) => {
            charter::check(&file, output.format)
        }
        Command::Charter(CharterCommand::Load {
            file,
            year,
            calendars,
            output,
        }) => charter::load(&file, year, calendars.as_deref(), output.format),
        Command::Calendar(CalendarCommand::Show {
            year,
            calendars,
            output,
        }) => calendar::show(year, calendars.as_deref(), output.format),
        Command::Backup {
            command: Some(BackupCommand::Verify { file, key, output }),
            ..
        } => backup::verify(file, key, output.format).await,
        Command::Backup {
            command: None,
            args,
        } => backup::make(config()?, args).await,
        Command::Restore(args) => backup::restore(config()?, args).await,
        Command::Serve(args) => serve::serve(config()?, args).await,
        Command::Demo(args) => demo::demo(config()?, args).await,
        Command::Worker(place) => serve::worker(config()?, place).await,
        Command::Migrate(place) => {
            let mut config = config()?;
            place.apply(&mut config);
            config.open().await?.close().await;
            Ok(Outcome::Good)
        }
        Command::Ledger(LedgerCommand::Verify { place, output }) => {
            verify::ledger(config()?, place, output.format).await
        }
        Command::User(UserCommand::Create {
            name,
            organisation,
            administrator,
            security,
            auditor,
            place,
        }) => {
            let roles = domain::access::SystemRoles {
                administrator,
                security,
                auditor,
            };
            user::create(config()?, place, organisation.as_deref(), name, roles).await
        }
        Command::Token(TokenCommand::Create(args)) => token::create(config()?, args).await,
        Command::User(UserCommand::Grant(args)) => {
            user::change(config()?, args, domain::system_roles::Change::Grant).await
        }
        Command::User(UserCommand::Revoke(args)) => {
            user::change(config()?, args, domain::system_roles::Change::Revoke).await
        }
        Command::User(UserCommand::ResetPassword(account)) => {
            user::reset_password(config()?, account).await
        }
        Command::Audit(AuditCommand::Verify { place, output }) => {
            verify::audit(config()?, place, output.format).await
        }
    }
}

/// The organisation of this name, or the only one.
async fn organisation_of(
    store: &store::Store,
    wanted: Option<&str>,
) -> anyhow::Result<store::organisations::Organisation> {
    use anyhow::Context as _;
    let mut tx = store.read().await?;
    match wanted {
        Some(wanted) => store::organisations::find_by_name(&mut tx, wanted)
            .await?
            .with_context(|| format!("there is no organisation {wanted}")),
        None => match <[_; 1]>::try_from(store::organisations::all(&mut tx).await?) {
            Ok([only]) => Ok(only),
            Err(several) => anyhow::bail!(
                "expected one organisation, found {}; name it with --organisation",
                several.len()
            ),
        },
    }
}

/// Reads a text file; one that is no UTF-8 is told with the place of the first byte that is not.
fn read_text(path: &std::path::Path) -> anyhow::Result<String> {
    use anyhow::Context as _;
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let before = String::from_utf8_lossy(good);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        anyhow::anyhow!(
            "{}:{line}:{column}: expected text in UTF-8; found a byte that is none",
            path.display()
        )
    })
}

/// Prints a line to standard output; a closed pipe is no error.
fn say(text: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}
