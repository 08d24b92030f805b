//! A browser as far as tests need one: requests as written, answers as they come.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// So long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A server on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Http {
    /// Its port.
    pub(crate) port: u16,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case, in the order in which they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// An answer that goes on: server-sent events.
#[derive(Debug)]
pub(crate) struct Events {
    reader: BufReader<TcpStream>,
    /// The last line that is not empty: `0` is the end of an answer that goes on (RFC 9112, 7.1).
    last: String,
}

/// One event: its id and its data.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) data: serde_json::Value,
}

impl Http {
    /// Asks as a browser on this machine would.
    pub(crate) fn get(self, path: &str) -> Answer {
        self.send("GET", path, &[])
    }

    /// Asks with a method and more headers; a `Host` among them takes the place of the right one.
    pub(crate) fn send(self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let host = format!("127.0.0.1:{}", self.port);
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head += &format!("Host: {host}\r\n");
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        self.raw(format!("{head}\r\n").as_bytes())
    }

    /// Sends these bytes and reads until the server closes.
    pub(crate) fn raw(self, bytes: &[u8]) -> Answer {
        let mut stream = self.connect();
        // A server may answer and close before it has read everything.
        let _ = stream.write_all(bytes);
        let mut reader = BufReader::new(stream);
        let (status, headers) = head(&mut reader);
        let mut body = Vec::new();
        let _ = reader.read_to_end(&mut body);
        Answer { status, headers, body }
    }

    /// Opens a stream of events.
    pub(crate) fn events(self, path: &str, headers: &[(&str, &str)]) -> Events {
        let mut stream = self.connect();
        let more: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\n{more}\r\n", self.port);
        stream.write_all(request.as_bytes()).expect("the server reads");
        let mut reader = BufReader::new(stream);
        let (status, headers) = head(&mut reader);
        assert_eq!(status, 200);
        let is_stream =
            |(name, value): &(String, String)| name == "content-type" && value == "text/event-stream";
        assert!(headers.iter().any(is_stream), "{headers:?}");
        Events { reader, last: String::new() }
    }

    fn connect(self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time that is not zero");
        stream
    }
}

impl Answer {
    /// The value of a header that stands there once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(other, _)| other == name);
        let value = values.next()?;
        assert!(values.next().is_none(), "{name} twice: {:?}", self.headers);
        Some(&value.1)
    }

    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }
}

impl Events {
    /// The next event; nothing when the server has ended the stream.
    pub(crate) fn next(&mut self) -> Option<Event> {
        self.next_before(Instant::now() + PATIENCE)
    }

    /// The next event for which something holds.
    pub(crate) fn find(&mut self, holds: impl Fn(&Event) -> bool) -> Event {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let event = self.next_before(deadline).expect("the server goes on");
            if holds(&event) {
                return event;
            }
        }
    }

    fn next_before(&mut self, deadline: Instant) -> Option<Event> {
        let (mut id, mut data) = (String::new(), None);
        loop {
            // The server says now and then that it is alive: only the deadline ends the waiting.
            let left = deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero());
            self.reader
                .get_ref()
                .set_read_timeout(Some(left.expect("an event comes in time")))
                .expect("not zero");
            // A chunk's size, a comment and a field end with a line break alike; only fields are looked at.
            let mut line = String::new();
            if self.reader.read_line(&mut line).expect("an event comes in time") == 0 {
                assert_eq!(self.last, "0", "the stream was cut off");
                return None;
            }
            let line = line.trim_end();
            if !line.is_empty() {
                self.last = line.to_owned();
            }
            if let Some(value) = line.strip_prefix("id: ") {
                id = value.to_owned();
            } else if let Some(value) = line.strip_prefix("data: ") {
                data = Some(serde_json::from_str(value).expect("the data is JSON"));
            } else if line.is_empty()
                && let Some(data) = data.take()
            {
                return Some(Event { id, data });
            }
        }
    }
}

impl Event {
    /// The paths that changed.
    pub(crate) fn changed(&self) -> Vec<&str> {
        let paths = self.data["changed"].as_array().expect("a list");
        paths.iter().map(|path| path.as_str().expect("a path")).collect()
    }
}

fn head(reader: &mut BufReader<TcpStream>) -> (u16, Vec<(String, String)>) {
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).expect("the server answers in time");
        line.trim_end().to_owned()
    };
    let first = line();
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.unwrap_or_else(|| panic!("{first:?} is no answer"));
    let mut headers = Vec::new();
    loop {
        let line = line();
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    (status, headers)
}
