//! The clock of this machine, read once by whoever needs the time.
//!
//! Pages never show when they were built, so that two builds of one commit are the same bytes. Time is for
//! what a person starts: `new` dates a request, `gate` asks whether now is a good time.

use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::failure::Failure;

/// This moment, to the second, in the zone of this machine; `SOURCE_DATE_EPOCH` (seconds since 1970) in UTC when it
/// is set.
///
/// The variable is the one of <https://reproducible-builds.org/specs/source-date-epoch/>.
///
/// # Errors
/// A `SOURCE_DATE_EPOCH` that is not a number of seconds.
pub fn now() -> Result<Zoned, Failure> {
    match given()? {
        None => Ok(wall().to_zoned(TimeZone::system())),
        Some(moment) => Ok(moment.to_zoned(TimeZone::UTC)),
    }
}

/// This moment, whatever the environment says: a build that sets `SOURCE_DATE_EPOCH` moves no gate.
/// To the second, as people and pipelines write moments.
pub fn wall() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Waits.
pub fn sleep(length: jiff::SignedDuration) {
    std::thread::sleep(Duration::try_from(length).unwrap_or_default());
}

/// The moment of `SOURCE_DATE_EPOCH`, when it is set.
///
/// # Errors
/// A `SOURCE_DATE_EPOCH` that is not a number of seconds.
pub fn given() -> Result<Option<Timestamp>, Failure> {
    let seconds = std::env::var_os("SOURCE_DATE_EPOCH");
    seconds.map(|seconds| at_epoch(&seconds.to_string_lossy())).transpose()
}

/// Measures how long something took, for people.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts.
    pub fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// The time since the start as people say it: `840 ms`, `3.2 s`, `2 min 5 s`.
    pub fn shown(self) -> String {
        shown(self.elapsed())
    }
}

fn at_epoch(seconds: &str) -> Result<Timestamp, Failure> {
    let moment = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    moment.ok_or_else(|| {
        Failure::usage(format!(
            "`SOURCE_DATE_EPOCH` is `{}`, which is no number of seconds",
            seconds.escape_debug()
        ))
        .help("set it to the seconds since 1970, as `git log -1 --format=%ct` prints them, or unset it")
    })
}

fn shown(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        1..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests;
