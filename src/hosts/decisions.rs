//! The log of the gate's decisions: lines are added, and nothing else is ever done to it.
//!
//! One process at a time writes, under a lock on the file; a line is written as a whole and made to last
//! before the answer is given. Where the disk does not take it, the piece that was written is cut off again
//! and the call fails: a deployment that nobody recorded does not begin.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use super::failure::Failure;
use crate::outputs::gate::{self, Answer, Past};

/// The largest log that is read: about two million decisions.
const MOST: u64 = 4 << 30;

/// Adds a decision to a log, and makes the log where there is none.
///
/// # Errors
/// A log that does not verify, a disk that does not take the line.
pub fn record(path: &Path, answer: &Answer) -> Result<(), Failure> {
    let shown = path.display();
    let failed = |error: &std::io::Error| Failure::io(format!("cannot write `{shown}`"), error);
    let file = OpenOptions::new().read(true).append(true).create(true).open(path);
    let mut file = file.map_err(|error| failed(&error))?;
    let is_file = file.metadata().map_err(|error| failed(&error))?.is_file();
    if !is_file {
        return Err(Failure::usage(format!("`{shown}` is no regular file")));
    }
    lock(&file).map_err(|error| failed(&error))?;
    let text = text_of(&mut file, path)?;
    let end = gate::read_log(&text).map_err(|(line, why)| broken(path, line, &why))?;
    let line = gate::log_line(answer, end.seq, end.prev) + "\n";
    let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_data());
    written.map_err(|error| {
        // Cut off what was written of the line: the log before it is whole.
        let _ = file.set_len(text.len() as u64);
        failed(&error)
    })
}

/// Reads a log to its end; gives the number of its decisions.
///
/// # Errors
/// A log that cannot be read, or does not verify.
pub fn verify(path: &Path) -> Result<u64, Failure> {
    let shown = path.display();
    let file = File::open(path);
    let mut file = file.map_err(|error| Failure::io(format!("cannot read `{shown}`"), &error))?;
    let text = text_of(&mut file, path)?;
    gate::read_log(&text).map(|end| end.seq).map_err(|(line, why)| broken(path, line, &why))
}

/// The decisions of a log that verifies, in their order.
///
/// # Errors
/// As [`verify`], and a log of another form.
pub fn read(path: &Path) -> Result<Vec<Past>, Failure> {
    verify(path)?;
    let shown = path.display();
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| Failure::io(format!("cannot read `{shown}`"), &error))?;
    gate::past(&text).map_err(|(line, why)| broken(path, line, &why))
}

fn broken(path: &Path, line: usize, why: &str) -> Failure {
    Failure::environment(format!("the decision log `{}` does not verify: line {line}: {why}", path.display()))
        .help("keep the file as evidence, and begin a new one")
}

fn text_of(file: &mut File, path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let mut text = String::new();
    let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.take(MOST).read_to_string(&mut text));
    read.map_err(|error| Failure::io(format!("cannot read `{shown}`"), &error))?;
    Ok(text)
}

/// Waits until no other process writes; the lock ends with the file.
#[cfg(unix)]
fn lock(file: &File) -> std::io::Result<()> {
    loop {
        match rustix::fs::flock(file, rustix::fs::FlockOperation::LockExclusive) {
            Err(rustix::io::Errno::INTR) => {}
            result => return result.map_err(Into::into),
        }
    }
}

#[cfg(not(unix))]
fn lock(file: &File) -> std::io::Result<()> {
    file.lock()
}
