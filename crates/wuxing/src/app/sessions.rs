//! Sessions in the database. The table holds a digest of the cookie's secret, so that whoever reads it cannot sign in.

use async_trait::async_trait;
use domain::identity::{AccountId, OrgId};
use sha2::{Digest as _, Sha256};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, SessionStore};

use super::Program;
use super::sign_in::SignedIn;

/// The session's one entry; its field of the same name says who it is.
pub const WHO: &str = "who";

/// How long a session is kept after it was written last.
const KEPT: chrono::Duration = chrono::Duration::hours(12);

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

    async fn put(&self, record: &Record) -> Result<(), store::Error> {
        let data = serde_json::to_vec(&record.data).unwrap_or_default();
        // By the program's own clock, which in the demo is not the machine's; `web` ends sessions earlier that are idle.
        let expires = self.program.clock.now() + KEPT;
        let mut tx = self.program.store.write().await?;
        store::sessions::save(
            &mut tx,
            &digest(&record.id),
            &data,
            expires,
            account(record),
        )
        .await?;
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
        self.put(record).await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.put(record).await.map_err(backend)
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
