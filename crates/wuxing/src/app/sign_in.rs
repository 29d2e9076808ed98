//! Signing in and passwords: argon2id, lockout after failures, a forced change at the first sign-in.
//!
//! Hashing takes tens of milliseconds on purpose; it is done off the async threads and outside any transaction.

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::{DateTime, Duration, Utc};
use domain::identity::{AccountId, OrgId};
use domain::resets::Credential;
use domain::security_log::SecurityEvent;
use store::accounts::Account;

use super::{
    Cx, Error, Identity, PasswordProblem, Program, Refusal, Result, resets, security, system_roles,
};

/// Failures in a row after which an account is locked.
pub const FAILURES_UNTIL_LOCK: u32 = 5;
/// How long the first lock lasts; each further failure doubles it, up to a day.
pub const FIRST_LOCK: Duration = Duration::minutes(5);
/// Fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 10;
/// Most characters of a password.
pub const LONGEST_PASSWORD: usize = 200;

/// What signing in came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// Signed in.
    Welcome {
        /// Who it is now.
        identity: SignedIn,
        /// Whether the password must be changed before anything else.
        must_change: bool,
        /// Whether something happened to the account that its owner has not been told of yet.
        news: bool,
        /// Whether somebody holds more roles of the system than he may, and this account can see to it.
        to_mend: bool,
    },
    /// Organisation, name or password are wrong; which of them is not told.
    Wrong,
    /// Too many failures.
    Locked {
        /// Until when.
        until: DateTime<Utc>,
    },
}

/// An account that has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SignedIn {
    /// The organisation.
    pub org: uuid::Uuid,
    /// The account.
    pub account: uuid::Uuid,
}

impl SignedIn {
    /// The identity that actions are done in.
    pub const fn identity(self) -> Identity {
        Identity {
            org: OrgId::new(self.org),
            account: Some(AccountId::new(self.account)),
        }
    }
}

/// Signs in with the organisation's name, the account's name and the password. With one organisation its name may be left out.
pub async fn sign_in(
    program: &Program,
    organisation: &str,
    name: &str,
    password: String,
) -> Result<SignIn> {
    let (organisation, name) = (organisation.trim(), name.trim());
    let found = find(program, organisation, name).await?;
    let now = program.clock.now();
    if let Some((_, account)) = &found
        && let Some(until) = account.locked_until.filter(|until| *until > now)
    {
        return Ok(SignIn::Locked { until });
    }
    // An unknown account costs the same time as a wrong password.
    let stored = found
        .as_ref()
        .map(|(_, account)| account.password_hash.clone());
    let right = verify(password, stored).await?;
    let Some((org, account)) = found else {
        return Ok(SignIn::Wrong);
    };
    if account.disabled || !right {
        return failed(program, org, account.id).await;
    }
    let id = account.id;
    let who = Identity {
        org,
        account: Some(id),
    };
    let (news, to_mend) = program
        .write(who, move |cx| {
            Box::pin(async move {
                store::accounts::clear_failures(&mut cx.tx, cx.org, id).await?;
                security::note(cx, id, SecurityEvent::SignedIn).await?;
                security::forget_old(cx, id).await?;
                cx.audit("account.signed-in", "account", id.uuid(), None)
                    .await?;
                let to_mend = !system_roles::to_mend(cx).await?.is_empty();
                Ok((security::has_news(cx).await?, to_mend))
            })
        })
        .await?;
    let identity = SignedIn {
        org: org.uuid(),
        account: id.uuid(),
    };
    Ok(SignIn::Welcome {
        identity,
        must_change: account.must_change,
        news,
        to_mend,
    })
}

/// The organisation and the account that somebody names; both may not exist.
pub(crate) async fn find(
    program: &Program,
    organisation: &str,
    name: &str,
) -> Result<Option<(OrgId, Account)>> {
    let mut tx = program.store.read().await?;
    let org = if organisation.is_empty() {
        match store::organisations::all(&mut tx).await?.as_slice() {
            [only] => Some(only.id),
            _ => None,
        }
    } else {
        store::organisations::find_by_name(&mut tx, organisation)
            .await?
            .map(|organisation| organisation.id)
    };
    let Some(org) = org else { return Ok(None) };
    Ok(store::accounts::by_name(&mut tx, org, &name.to_lowercase())
        .await?
        .map(|account| (org, account)))
}

/// Counts a failure; the count is read again in the transaction, so that parallel guesses count each.
async fn failed(program: &Program, org: OrgId, id: AccountId) -> Result<SignIn> {
    let who = Identity { org, account: None };
    program
        .write(who, move |cx| {
            Box::pin(async move {
                Ok(match count_failure(cx, id).await? {
                    Some(until) => SignIn::Locked { until },
                    None => SignIn::Wrong,
                })
            })
        })
        .await
}

/// Counts a wrong password, code or half; says until when the account is locked for it.
pub(crate) async fn count_failure(cx: &mut Cx, id: AccountId) -> Result<Option<DateTime<Utc>>> {
    let account = store::accounts::by_id(&mut cx.tx, cx.org, id)
        .await?
        .ok_or(Error::NotFound)?;
    let failed = account.failed.saturating_add(1);
    let locked_until = lock_after(failed).map(|length| cx.now + length);
    store::accounts::note_failure(&mut cx.tx, cx.org, id, failed, locked_until).await?;
    security::note(cx, id, SecurityEvent::Failed).await?;
    if locked_until.is_some() {
        security::note(cx, id, SecurityEvent::Locked).await?;
        cx.audit("account.locked", "account", id.uuid(), None)
            .await?;
    }
    Ok(locked_until)
}

/// How long an account is locked after so many failures in a row.
fn lock_after(failed: u32) -> Option<Duration> {
    let beyond = failed.checked_sub(FAILURES_UNTIL_LOCK)?;
    Some((FIRST_LOCK * 2_i32.pow(beyond.min(12))).min(Duration::days(1)))
}

/// Changes one's own password.
pub async fn change_password(
    program: &Program,
    who: Identity,
    current: String,
    new: String,
    again: String,
) -> Result<()> {
    let id = who.account.ok_or(Error::NotFound)?;
    let account = {
        let mut tx = program.store.read().await?;
        store::accounts::by_id(&mut tx, who.org, id)
            .await?
            .ok_or(Error::NotFound)?
    };
    let refuse = |problem| Err(Refusal::Password(problem).into());
    if !verify(current.clone(), Some(account.password_hash)).await? {
        return refuse(PasswordProblem::WrongCurrent);
    }
    if let Some(problem) = weakness(&new, &again, &current, &account.name) {
        return refuse(problem);
    }
    let hashed = hash(program, new).await?;
    program
        .write(who, move |cx| {
            let hashed = hashed.clone();
            Box::pin(async move {
                store::accounts::set_password(&mut cx.tx, cx.org, id, &hashed, false).await?;
                // Whoever knew the old password is out, on every device; the web renews the session that asked.
                store::sessions::delete_of_account(&mut cx.tx, cx.org, id).await?;
                // Who knows the password needs no other; a code that lies about would only be a danger.
                resets::end_for(cx, id, Credential::Password).await?;
                security::note(cx, id, SecurityEvent::PasswordChanged).await?;
                cx.audit("account.password-changed", "account", id.uuid(), None)
                    .await
            })
        })
        .await
}

/// What speaks against a new password.
pub fn weakness(new: &str, again: &str, current: &str, account: &str) -> Option<PasswordProblem> {
    let length = new.chars().count();
    let mut characters = new.chars();
    let first = characters.next();
    if length < SHORTEST_PASSWORD {
        Some(PasswordProblem::TooShort(SHORTEST_PASSWORD))
    } else if length > LONGEST_PASSWORD {
        Some(PasswordProblem::TooLong(LONGEST_PASSWORD))
    } else if new != again {
        Some(PasswordProblem::Differ)
    } else if new == current {
        Some(PasswordProblem::Same)
    } else if characters.all(|c| Some(c) == first) || new.to_lowercase().contains(account) {
        Some(PasswordProblem::TooSimple)
    } else {
        None
    }
}

/// Argon2id as OWASP recommends it for interactive sign-in: 19 MiB, 2 passes, 1 lane.
fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(19 * 1024, 2, 1, None)
        .map_err(|error| Error::Broken(anyhow::anyhow!("{error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password that a person chose.
pub async fn hash(program: &Program, password: String) -> Result<String> {
    hash_with(program, password, hasher()?).await
}

/// Hashes a one-time password: 60 random bits need no slow hash, and an import makes thousands.
pub async fn hash_one_time(program: &Program, password: String) -> Result<String> {
    let params =
        Params::new(1024, 1, 1, None).map_err(|error| Error::Broken(anyhow::anyhow!("{error}")))?;
    hash_with(
        program,
        password,
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
    )
    .await
}

async fn hash_with(program: &Program, password: String, hasher: Argon2<'static>) -> Result<String> {
    let salt: [u8; 16] = program.randomness.bytes();
    blocking(move || {
        let salt = SaltString::encode_b64(&salt)
            .map_err(|error| Error::Broken(anyhow::anyhow!("{error}")))?;
        let hashed = hasher.hash_password(password.as_bytes(), &salt);
        Ok(hashed
            .map_err(|error| Error::Broken(anyhow::anyhow!("{error}")))?
            .to_string())
    })
    .await
}

pub(crate) async fn verify(password: String, stored: Option<String>) -> Result<bool> {
    blocking(move || {
        let hasher = hasher()?;
        let parsed = stored
            .as_deref()
            .and_then(|stored| PasswordHash::new(stored).ok());
        let Some(parsed) = parsed else {
            // As much work as for an account that exists and has a password.
            let mut spent = [0_u8; 32];
            let _ = hasher.hash_password_into(password.as_bytes(), b"nobody's salt", &mut spent);
            return Ok(false);
        };
        Ok(hasher.verify_password(password.as_bytes(), &parsed).is_ok())
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::Broken(anyhow::Error::new(error)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_grow_from_the_fifth_failure_to_a_day() {
        assert_eq!(lock_after(4), None);
        assert_eq!(lock_after(5), Some(Duration::minutes(5)));
        assert_eq!(lock_after(6), Some(Duration::minutes(10)));
        assert_eq!(lock_after(50), Some(Duration::days(1)));
    }

    #[test]
    fn weak_passwords_are_named_for_what_they_are() {
        let cases = [
            ("short", Some(PasswordProblem::TooShort(10))),
            ("aaaaaaaaaaaa", Some(PasswordProblem::TooSimple)),
            ("my-linzhiyuan-1", Some(PasswordProblem::TooSimple)),
            ("an old password", Some(PasswordProblem::Same)),
            ("柳树下有一条长长的河", None),
        ];
        for (new, expected) in cases {
            assert_eq!(
                weakness(new, new, "an old password", "linzhiyuan"),
                expected,
                "{new}"
            );
        }
        assert_eq!(
            weakness("long enough 1", "long enough 2", "", "x"),
            Some(PasswordProblem::Differ)
        );
    }
}
