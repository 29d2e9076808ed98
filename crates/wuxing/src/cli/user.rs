//! `wuxing user create`.

use domain::access::SystemRoles;

use super::{Outcome, Place, organisation_of, say};
use crate::app::{Program, Refusal, accounts};
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
    let program = Program::new(config.open().await?, Clock::System, Randomness::System);
    let org = organisation_of(&program.store, organisation).await?;
    let made = accounts::create_system(&program, org.id, name, roles).await.map_err(|error| match error {
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
