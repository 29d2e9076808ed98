//! A small HTTP/1.1 client on connections that are kept, in this very process: it shares the cores with the server, for the
//! bare page and for ours alike, so ratios are flattered a little rather than times.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::measure::Sample;

/// Connections that ask at the same time.
pub const CONNECTIONS: usize = 8;

/// A connection with the cookies of a session.
pub struct Client {
    stream: TcpStream,
    host: String,
    received: Vec<u8>,
    /// Cookies, as they are sent.
    pub cookies: String,
    /// The token of this session's forms, once one has been opened.
    pub token: String,
}

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// `Location`.
    pub location: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a hidden field of a form.
    pub fn hidden(&self, name: &str) -> anyhow::Result<String> {
        let page = String::from_utf8_lossy(&self.body);
        let begins = format!("name=\"{name}\" value=\"");
        let (_, rest) = page
            .split_once(&begins)
            .with_context(|| format!("no field {name}, status {}", self.status))?;
        Ok(rest.split('"').next().unwrap_or_default().to_owned())
    }
}

impl Client {
    /// Connects.
    pub async fn open(host: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host: host.to_owned(),
            received: Vec::new(),
            cookies: String::new(),
            token: String::new(),
        })
    }

    /// Signs in through the form.
    pub async fn sign_in(&mut self, account: &str, password: &str) -> anyhow::Result<()> {
        let csrf = self.get("/sign-in").await?.hidden("csrf")?;
        let form = format!("csrf={csrf}&account={account}&password={password}&next=/");
        let answer = self.post("/sign-in", &form).await?;
        anyhow::ensure!(
            answer.status == 303,
            "signing in as {account}: {}",
            answer.status
        );
        Ok(())
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
            self.host, self.cookies
        );
        self.send(&request).await
    }

    /// Sends a form whose values need no encoding.
    pub async fn post(&mut self, path: &str, form: &str) -> anyhow::Result<Answer> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{form}",
            self.host,
            self.cookies,
            form.len()
        );
        self.send(&request).await
    }

    async fn send(&mut self, request: &str) -> anyhow::Result<Answer> {
        self.stream.write_all(request.as_bytes()).await?;
        let end = loop {
            if let Some(end) = self
                .received
                .windows(4)
                .position(|four| four == b"\r\n\r\n")
            {
                break end;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.received[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok())
            .context("no status line")?;
        let (mut length, mut location) = (0_usize, String::new());
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            match name {
                "content-length" => length = value.parse()?,
                "location" => value.clone_into(&mut location),
                "set-cookie" => self.keep(value.split(';').next().unwrap_or_default()),
                _ => {}
            }
        }
        while self.received.len() < end + 4 + length {
            self.more().await?;
        }
        let body = self.received[end + 4..end + 4 + length].to_vec();
        self.received.drain(..end + 4 + length);
        Ok(Answer {
            status,
            location,
            body,
        })
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        let count = self.stream.read_buf(&mut self.received).await?;
        anyhow::ensure!(count > 0, "the connection was closed");
        Ok(())
    }

    fn keep(&mut self, pair: &str) {
        let name = pair.split('=').next().unwrap_or_default();
        let others = self
            .cookies
            .split("; ")
            .filter(|known| known.split('=').next() != Some(name) && !known.is_empty());
        self.cookies = others.chain([pair]).collect::<Vec<_>>().join("; ");
    }
}

/// Runs `one` on each client over and over for `time`, or `most` times in all.
pub async fn load<One, Doing>(
    clients: Vec<Client>,
    time: Duration,
    most: usize,
    one: One,
) -> anyhow::Result<(Vec<Client>, Sample)>
where
    One: Fn(Client, u64) -> Doing + Clone + Send + 'static,
    Doing: Future<Output = anyhow::Result<Client>> + Send,
{
    let began = Instant::now();
    let each = most / clients.len().max(1);
    let tasks: Vec<_> = clients
        .into_iter()
        .map(|mut client| {
            let one = one.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while latencies.len() < each && began.elapsed() < time {
                    let since = Instant::now();
                    client = one(client, latencies.len() as u64).await?;
                    latencies.push(since.elapsed());
                }
                anyhow::Ok((client, latencies))
            })
        })
        .collect();
    let (mut clients, mut latencies) = (Vec::new(), Vec::new());
    for task in tasks {
        let (client, mut own) = task.await??;
        clients.push(client);
        latencies.append(&mut own);
    }
    Ok((clients, Sample::new(latencies, began.elapsed())))
}
