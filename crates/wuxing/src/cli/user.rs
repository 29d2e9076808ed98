//! `wuxing user …`: what whoever runs the server may do with accounts. All of it is audited, and the owner is told.

use domain::access::SystemRoles;

use domain::identity::OrgId;
use domain::system_roles::{Change, RoleRefusal, SystemRole};

use super::{AccountArgs, Outcome, Place, RoleArgs, organisation_of, say};
use crate::app::{Error, Program, Refusal, RoleProblem, accounts, system_roles};
use crate::config::Config;
use crate::cx::{Clock, Randomness};

pub(super) async fn create(
    mut config: Config,
    place: Place,
    organisation: Option<&str>,
    name: String,
    roles: SystemRoles,
) -> anyhow::Result<Outcome> {
    place.apply(&mut config);
    // Separate hands (part C): nobody holds two of the roles.
    if [roles.administrator, roles.security, roles.auditor]
        .into_iter()
        .filter(|held| *held)
        .count()
        != 1
    {
        anyhow::bail!(
            "expected exactly one of --administrator, --security, --auditor: nobody holds two of the roles"
        );
    }
    let (program, org) = open(&config, organisation).await?;
    let made = accounts::create_system(&program, org, name, roles).await.map_err(|error| match error {
        crate::app::Error::Refused(Refusal::AccountName) => {
            anyhow::anyhow!("expected a name of 2 to 40 small letters, digits, dots and hyphens that is not taken yet")
        }
        crate::app::Error::Broken(error) => error,
        other => anyhow::anyhow!("{other:?}"),
    })?;
    say(&format!(
        "account {}, one-time password {} (to be changed at the first sign-in)",
        made.account, made.password
    ));
    program.store.close().await;
    Ok(Outcome::Good)
}

/// The program on its database, and the organisation meant.
async fn open(config: &Config, organisation: Option<&str>) -> anyhow::Result<(Program, OrgId)> {
    let program = Program::new(config.open().await?, Clock::System, Randomness::System);
    let org = organisation_of(&program.store, organisation).await?;
    Ok((program, org.id))
}

pub(super) async fn change(
    mut config: Config,
    args: RoleArgs,
    change: Change,
) -> anyhow::Result<Outcome> {
    let RoleArgs { account, role } = args;
    account.place.apply(&mut config);
    let (program, org) = open(&config, account.organisation.as_deref()).await?;
    let outcome =
        system_roles::change_as_operator(&program, org, account.name.clone(), role, change).await;
    let held = outcome.map_err(|error| match error {
        Error::Refused(Refusal::Role(_, problem)) => anyhow::anyhow!("{}", refused(problem)),
        Error::Broken(error) => error,
        other => anyhow::anyhow!("{other:?}"),
    })?;
    let words: Vec<&str> = held.held().map(SystemRole::word).collect();
    say(&format!(
        "account {} now holds: {}",
        account.name,
        if words.is_empty() {
            "no role of the system".to_owned()
        } else {
            words.join(", ")
        }
    ));
    program.store.close().await;
    Ok(Outcome::Good)
}

fn refused(problem: RoleProblem) -> String {
    let problem = match problem {
        RoleProblem::NoSuchAccount => return "there is no account of this name".to_owned(),
        RoleProblem::Refused(refused) => refused,
    };
    match problem {
        RoleRefusal::NotYours | RoleRefusal::Own => "this is not yours to change".to_owned(),
        RoleRefusal::AlreadySo => "it is so already; nothing was changed".to_owned(),
        RoleRefusal::Closed => "the account is closed; open it first".to_owned(),
        RoleRefusal::FirstPassword => {
            "the owner has to sign in and replace the first password before a role is given"
                .to_owned()
        }
        RoleRefusal::Overlap(other) => format!(
            "the person holds the role {} already, and with more than {} people in service nobody holds two",
            other.word(),
            domain::system_roles::LARGEST_UNSEPARATED
        ),
        RoleRefusal::Last(role) => format!(
            "this is the last account that can act in the role {}; give it to another first",
            role.word()
        ),
    }
}

pub(super) async fn reset_password(
    mut config: Config,
    account: AccountArgs,
) -> anyhow::Result<Outcome> {
    account.place.apply(&mut config);
    let (program, org) = open(&config, account.organisation.as_deref()).await?;
    let made = accounts::reset_as_operator(&program, org, account.name).await;
    let made = made.map_err(|error| match error {
        Error::NotFound => anyhow::anyhow!("there is no account of this name"),
        Error::Broken(error) => error,
        other => anyhow::anyhow!("{other:?}"),
    })?;
    say(&format!(
        "account {}, one-time password {} (to be changed at the next sign-in; the owner is told, all sessions have ended)",
        made.account, made.password
    ));
    program.store.close().await;
    Ok(Outcome::Good)
}
