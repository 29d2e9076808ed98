//! Settings: a TOML file, overridden by `WUXING_*` variables, overridden by the command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

/// Where the program keeps its data and how it listens.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Folder of the embedded database.
    pub data: PathBuf,
    /// Address of a PostgreSQL database instead: `postgres://…`.
    pub database: Option<String>,
    /// Where the web server listens.
    pub listen: SocketAddr,
    /// `full`: every commit is on disk before it is acknowledged. `normal`: survives a crash of the program, and loses at
    /// most the last moments in a power failure.
    pub durability: Durability,
    /// Whether the server stands behind a TLS proxy: cookies are then marked secure and HSTS is sent.
    pub behind_tls: bool,
}

/// See [`Config::durability`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// On disk before acknowledged.
    Full,
    /// On disk soon after.
    Normal,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("data"),
            database: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            durability: Durability::Full,
            behind_tls: false,
        }
    }
}

impl Config {
    /// Reads the file, or `wuxing.toml` beside the data if there is one, and then the environment.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let default = Path::new("wuxing.toml");
        let path = file.or_else(|| default.exists().then_some(default));
        let mut config = match path {
            None => Self::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("reading {}", path.display()))?;
                toml::from_str(&text).with_context(|| format!("in {}", path.display()))?
            }
        };
        config.override_from(|name| std::env::var(name).ok())?;
        Ok(config)
    }

    fn override_from(&mut self, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<()> {
        if let Some(data) = variable("WUXING_DATA") {
            self.data = PathBuf::from(data);
        }
        if let Some(database) = variable("WUXING_DATABASE") {
            self.database = Some(database);
        }
        if let Some(listen) = variable("WUXING_LISTEN") {
            self.listen = listen
                .parse()
                .context("WUXING_LISTEN: expected an address like 127.0.0.1:8080")?;
        }
        if let Some(durability) = variable("WUXING_DURABILITY") {
            self.durability = match durability.as_str() {
                "full" => Durability::Full,
                "normal" => Durability::Normal,
                other => anyhow::bail!("WUXING_DURABILITY: expected full or normal, found {other}"),
            };
        }
        if let Some(behind) = variable("WUXING_BEHIND_TLS") {
            self.behind_tls = behind
                .parse()
                .context("WUXING_BEHIND_TLS: expected true or false")?;
        }
        Ok(())
    }

    /// Opens the database that is configured, creating the folder of an embedded one, and brings its tables up to date.
    pub async fn open(&self) -> anyhow::Result<store::Store> {
        let store = self.connect().await?;
        let mut tx = store.read().await.context("opening the database")?;
        if store::backup::is_restoring(&mut tx).await? {
            anyhow::bail!(
                "a backup is being restored into this database, or the restoring broke off; if no `wuxing restore` runs any more, \
                 restore again into a new folder or a new database"
            );
        }
        drop(tx);
        store
            .migrate()
            .await
            .context("bringing the database's tables up to date")?;
        Ok(store)
    }

    /// Opens the database that is configured and leaves its tables as they are: for restoring into it.
    pub async fn connect(&self) -> anyhow::Result<store::Store> {
        let address = match &self.database {
            Some(database) => database.clone(),
            None => {
                std::fs::create_dir_all(&self.data)
                    .with_context(|| format!("creating the data folder {}", self.data.display()))?;
                format!("sqlite:{}", self.data.join("wuxing.db").display())
            }
        };
        let durability = match self.durability {
            Durability::Full => store::Durability::Full,
            Durability::Normal => store::Durability::Normal,
        };
        let options = store::Options {
            durability,
            ..store::Options::default()
        };
        let store = store::Store::open(&address, options)
            .await
            .context("opening the database")?;
        Ok(store)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_overrides_the_file_and_says_what_it_expects() {
        let mut config: Config =
            toml::from_str("listen = '127.0.0.1:9000'\ndurability = 'normal'").unwrap();
        assert_eq!(
            (config.listen.port(), config.durability),
            (9000, Durability::Normal)
        );
        config
            .override_from(|name| (name == "WUXING_LISTEN").then(|| "127.0.0.1:9001".to_owned()))
            .unwrap();
        assert_eq!(config.listen.port(), 9001);
        let error = config
            .override_from(|name| (name == "WUXING_DURABILITY").then(|| "fast".to_owned()))
            .unwrap_err();
        assert!(error.to_string().contains("full or normal"));
        assert!(toml::from_str::<Config>("listne = 'x'").is_err());
    }
}
