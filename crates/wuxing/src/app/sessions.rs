//! Sessions in the database. The table holds a digest of the cookie's secret, so that whoever reads it cannot sign in.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use domain::identity::{AccountId, OrgId};
use sha2::{Digest as _, Sha256};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, SessionStore};

use super::sign_in::SignedIn;
use super::{Cx, Program, Result};

/// The session's one entry; its field of the same name says who it is.
pub const WHO: &str = "who";

/// How long a session is kept after it was written last.
const KEPT: chrono::Duration = chrono::Duration::hours(12);

/// Sessions that one's own page lists.
const LISTED: u32 = 50;

/// What names a session on pages: the digest of its secret, with which nobody can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token(pub [u8; 32]);

impl Token {
    /// The token of the session with this secret.
    pub fn of(id: &Id) -> Self {
        Self(digest(id))
    }
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionLine {
    /// What names it.
    pub token: Token,
    /// Browser and system, such as `Firefox · Windows`; empty if it did not say.
    pub browser: String,
    /// When it began.
    pub began: DateTime<Utc>,
    /// When it was used last, at most ten minutes behind.
    pub used: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// What the web keeps in a session and its owner is shown.
#[derive(serde::Deserialize)]
struct Shown {
    #[serde(default)]
    browser: String,
    began: i64,
    used: i64,
}

/// The account's sessions, the one that asks first, then the latest.
pub(crate) async fn of_account(
    cx: &mut Cx,
    account: AccountId,
    here: Option<Token>,
) -> Result<Vec<SessionLine>> {
    let found = store::sessions::of_account(&mut cx.tx, cx.org, account, cx.now, LISTED).await?;
    let line = |(digest, data): (Vec<u8>, Vec<u8>)| {
        let token = Token(digest.try_into().ok()?);
        let mut data: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&data).ok()?;
        let shown: Shown = serde_json::from_value(data.remove(WHO)?).ok()?;
        Some(SessionLine {
            token,
            browser: shown.browser,
            began: DateTime::from_timestamp(shown.began, 0)?,
            used: DateTime::from_timestamp(shown.used, 0)?,
            here: Some(token) == here,
        })
    };
    let mut lines: Vec<SessionLine> = found.into_iter().filter_map(line).collect();
    lines.sort_by_key(|line| (!line.here, std::cmp::Reverse(line.used)));
    Ok(lines)
}

/// Keeps sessions in the program's database.
#[derive(Clone)]
pub struct Sessions {
    program: Program,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

impl Sessions {
    /// Sessions of this program.
    pub const fn new(program: Program) -> Self {
        Self { program }
    }

    async fn put(&self, record: &Record, new: bool) -> std::result::Result<(), store::Error> {
        let data = serde_json::to_vec(&record.data).unwrap_or_default();
        // By the program's own clock, which in the demo is not the machine's; `web` ends sessions earlier that are idle.
        let expires = self.program.clock.now() + KEPT;
        let mut tx = self.program.store.write().await?;
        let (digest, of) = (digest(&record.id), account(record));
        if new {
            store::sessions::create(&mut tx, &digest, &data, expires, of).await?;
        } else {
            store::sessions::save(&mut tx, &digest, &data, expires, of).await?;
        }
        tx.commit().await
    }
}

/// Whose session it is, so that all of an account's sessions can be ended together.
fn account(record: &Record) -> Option<(OrgId, AccountId)> {
    let who = record.data.get(WHO)?.get(WHO)?;
    let who: SignedIn = serde_json::from_value(who.clone()).ok()?;
    Some((OrgId::new(who.org), AccountId::new(who.account)))
}

fn digest(id: &Id) -> [u8; 32] {
    Sha256::digest(id.0.to_be_bytes()).into()
}

fn backend(error: store::Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        record.id = Id(i128::from_be_bytes(self.program.randomness.bytes()));
        self.put(record, true).await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.put(record, false).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let now = self.program.clock.now();
        let mut tx = self.program.store.glance().await.map_err(backend)?;
        let found = store::sessions::load(&mut tx, &digest(id), now)
            .await
            .map_err(backend)?;
        let Some(found) = found else { return Ok(None) };
        let data = serde_json::from_slice(&found.data)
            .map_err(|e| session_store::Error::Decode(e.to_string()))?;
        let expiry_date = time::OffsetDateTime::from_unix_timestamp(found.expires_at.timestamp())
            .map_err(|error| session_store::Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        let mut tx = self.program.store.write().await.map_err(backend)?;
        store::sessions::delete(&mut tx, &digest(id))
            .await
            .map_err(backend)?;
        tx.commit().await.map_err(backend)
    }
}
