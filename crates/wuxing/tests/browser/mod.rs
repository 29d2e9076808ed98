//! As much of a browser as these tests need: one connection that is kept, cookies, and forms.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "tests, and each file uses a part of it"
)]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Error, ErrorKind, Read as _, Result, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection with its cookies.
pub struct Browser {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
    pub cookies: BTreeMap<String, String>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
}

impl Browser {
    /// Connects; cookies of an earlier connection go on being valid.
    pub fn open(address: SocketAddr, cookies: BTreeMap<String, String>) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        Self {
            address,
            stream: BufReader::new(stream),
            cookies,
        }
    }

    /// Signs in through the form.
    pub fn sign_in(&mut self, account: &str, password: &str) {
        let form = self.get("/sign-in").unwrap();
        let csrf = form.hidden("csrf");
        let typed = [
            ("csrf", csrf.as_str()),
            ("account", account),
            ("password", password),
            ("next", "/"),
        ];
        let answer = self.post("/sign-in", &typed).unwrap();
        assert_eq!(
            (answer.status, answer.location.as_str()),
            (303, "/"),
            "{account}"
        );
    }

    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, "")
    }

    /// Submits a form.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        self.send("POST", path, &pairs.join("&"))
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Answer> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            cookies.join("; "),
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.receive()
    }

    fn receive(&mut self) -> Result<Answer> {
        let malformed = || Error::from(ErrorKind::UnexpectedEof);
        let status = self
            .line()?
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .ok_or_else(malformed)?;
        let mut answer = Answer {
            status,
            location: String::new(),
            body: String::new(),
        };
        let mut length = 0;
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().map_err(|_| malformed())?,
                "location" => value.clone_into(&mut answer.location),
                "set-cookie" => {
                    let pair = value
                        .split(';')
                        .next()
                        .and_then(|pair| pair.split_once('='));
                    let (name, value) = pair.ok_or_else(malformed)?;
                    self.cookies.insert(name.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        answer.body = String::from_utf8_lossy(&body).into_owned();
        Ok(answer)
    }

    /// A line without its end; the end of the stream is an error.
    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        line.truncate(line.trim_end().len());
        Ok(line)
    }
}

impl Answer {
    /// The value of a hidden field.
    pub fn hidden(&self, name: &str) -> String {
        let begins = format!("name=\"{name}\" value=\"");
        let rest = self
            .body
            .split_once(&begins)
            .unwrap_or_else(|| panic!("no field {name} in {}", self.body))
            .1;
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}
