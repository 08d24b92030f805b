//! Which mutant is awake. This file stands in the mutated copy as `src/mutant.rs`.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};

const MOST: usize = 20_000;

static AWAKE: OnceLock<u32> = OnceLock::new();
static LOG: OnceLock<Option<Mutex<std::fs::File>>> = OnceLock::new();
static REACHED: [AtomicBool; MOST] = [const { AtomicBool::new(false) }; MOST];

/// Whether a mutant is awake: the one that the environment names in `MUTANT`. With `MUTANT_LOG` it is noted, once a
/// process, that the mutant was reached.
pub fn is(number: u32) -> bool {
    let awake = *AWAKE.get_or_init(|| {
        let named = std::env::var("MUTANT").ok();
        named.and_then(|number| number.parse().ok()).unwrap_or(0)
    });
    if awake == 0 {
        note(number);
    }
    awake == number
}

fn note(number: u32) {
    let log = LOG.get_or_init(|| {
        let name = std::env::var_os("MUTANT_LOG")?;
        let file = std::fs::OpenOptions::new().append(true).create(true).open(name);
        file.ok().map(Mutex::new)
    });
    let Some(log) = log else { return };
    let is_new = REACHED.get(number as usize).is_some_and(|seen| !seen.swap(true, Ordering::Relaxed));
    if is_new && let Ok(mut file) = log.lock() {
        // One write for one line: several processes append to the same file.
        let _ = file.write_all(format!("{number}\n").as_bytes());
    }
}
