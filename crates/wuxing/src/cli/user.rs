//! `wuxing user create`.

use anyhow::Context as _;
use domain::access::SystemRoles;

use super::{Outcome, Place, say};
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
    let org = {
        let mut tx = program.store.read().await?;
        match organisation {
            Some(wanted) => store::organisations::find_by_name(&mut tx, wanted)
                .await?
                .with_context(|| format!("there is no organisation {wanted}"))?,
            None => match <[_; 1]>::try_from(store::organisations::all(&mut tx).await?) {
                Ok([only]) => only,
                Err(several) => anyhow::bail!(
                    "expected one organisation, found {}; name it with --organisation",
                    several.len()
                ),
            },
        }
    };
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
