//! Where the server listens, and under which names it answers.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, TcpListener, ToSocketAddrs as _};

use crate::hosts::failure::Failure;

/// Open sockets of this machine alone, and what browsers may call them.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) listeners: Vec<TcpListener>,
    pub(super) names: Names,
}

/// The names under which the server answers.
///
/// A page of another site can have its own name resolve to 127.0.0.1 (DNS rebinding) and so reach this
/// server from the reader's browser. It cannot choose the `Host` that the browser then sends.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// Host names and addresses in lower case, those of IPv6 in brackets. The first is the one to print.
    hosts: Vec<String>,
    port: u16,
}

impl Address {
    /// Opens the port on every address of the name.
    ///
    /// # Errors
    /// A name that is unknown or that other machines can reach, a port that is taken or not allowed.
    pub(super) fn open(hostname: &str, port: u16) -> Result<Address, Failure> {
        let name = hostname.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(hostname);
        let addresses = resolve(name)?;
        let mut listeners = Vec::new();
        let mut bound: Vec<SocketAddr> = Vec::new();
        for address in addresses {
            // With port 0 the system chooses one; no other address can be asked for the same.
            if port == 0 && !bound.is_empty() {
                break;
            }
            match TcpListener::bind((address, port)).and_then(|listener| {
                listener.set_nonblocking(true)?;
                Ok((listener.local_addr()?, listener))
            }) {
                Ok((local, listener)) => {
                    bound.push(local);
                    listeners.push(listener);
                }
                // `localhost` has an IPv6 address also where IPv6 is switched off.
                Err(error) if error.kind() == ErrorKind::AddrNotAvailable => {}
                Err(error) => return Err(cannot_listen(hostname, port, &error)),
            }
        }
        let Some(first) = bound.first() else {
            return Err(Failure::environment(format!("no address of `{hostname}` belongs to this machine"))
                .help("use `-n localhost`"));
        };
        Ok(Address { names: Names::of(name, &bound, first.port()), listeners })
    }
}

impl Names {
    fn of(name: &str, bound: &[SocketAddr], port: u16) -> Names {
        let literal = |address: IpAddr| match address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        let asked_for = name.parse().map_or_else(|_| name.to_ascii_lowercase(), literal);
        let mut hosts = vec![asked_for];
        hosts.extend(bound.iter().map(|address| literal(address.ip())));
        // No other site can have this name resolve to an address of its own.
        hosts.push("localhost".to_owned());
        Names { hosts, port }
    }

    /// The address of the home page.
    pub(super) fn url(&self) -> String {
        format!("http://{}:{}/", self.hosts[0], self.port)
    }

    /// The port that was opened.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Whether `host:port`, as a `Host` header or an address has it, is this server.
    pub(super) fn is_ours(&self, authority: &str) -> bool {
        let is_port = |text: &str| text.parse() == Ok(self.port);
        let (host, port_fits) = match authority.rsplit_once(':') {
            // The last colon of an IPv6 address without a port stands inside its brackets.
            Some((host, port)) if !port.ends_with(']') => (host, is_port(port)),
            _ => (authority, self.port == 80),
        };
        port_fits && self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
    }
}

fn resolve(name: &str) -> Result<Vec<IpAddr>, Failure> {
    let unknown = |why: String| {
        Failure::usage(format!("`{}` is no address of this machine{why}", name.escape_debug()))
            .help("use `localhost`, `127.0.0.1` or `::1`")
    };
    if name.is_empty() {
        return Err(unknown(String::new()));
    }
    let found = (name, 0).to_socket_addrs().map_err(|error| unknown(format!(": {error}")))?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found.map(|address| address.ip()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    match addresses.iter().find(|address| !address.is_loopback()) {
        Some(address) => Err(Failure::usage(format!(
            "`{name}` is {address}, which is no loopback address: other machines could read drafts there"
        ))
        .help("use `localhost`, `127.0.0.1` or `::1`")
        .help("to show the site to others, `mcmbook build` it and publish the folder")),
        None if addresses.is_empty() => Err(unknown(String::new())),
        None => Ok(addresses),
    }
}

fn cannot_listen(hostname: &str, port: u16, error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::AddrInUse => {
            let next = port.checked_add(1).unwrap_or(3000);
            Failure::environment(format!("port {port} of `{hostname}` is in use"))
                .help(format!("stop the other program, or choose another port: `mcmbook serve -p {next}`"))
        }
        ErrorKind::PermissionDenied => {
            Failure::environment(format!("port {port} of `{hostname}` is not allowed to you"))
                .help("choose one from 1024 on: `mcmbook serve -p 3000`")
        }
        _ => Failure::io(format!("cannot listen on port {port} of `{hostname}`"), error),
    }
}

#[cfg(test)]
mod tests;
