use std::ffi::OsStr;
use std::io;

use super::{ColorChoice, printable, wants_color, write_all};
use crate::hosts::failure::{Exit, Failure};

#[test]
fn colours_follow_choice_variables_and_terminal() {
    let os = |text: &'static str| Some(OsStr::new(text));
    let cases = [
        (ColorChoice::Auto, None, None, true, true),
        (ColorChoice::Auto, None, os("xterm"), false, false),
        (ColorChoice::Auto, os("1"), None, true, false),
        (ColorChoice::Auto, os(""), None, true, true),
        (ColorChoice::Auto, None, os("dumb"), true, false),
        (ColorChoice::Always, os("1"), os("dumb"), false, true),
        (ColorChoice::Never, None, None, true, false),
    ];
    for (choice, no_color, term, is_terminal, expected) in cases {
        let seen = wants_color(choice, no_color, term, is_terminal);
        assert_eq!(seen, expected, "{choice:?} NO_COLOR={no_color:?} TERM={term:?} {is_terminal}");
    }
}

#[test]
fn nothing_in_a_message_steers_the_terminal() {
    let cases = [
        ("plain, Köln\n\tindented", "plain, Köln\n\tindented"),
        ("\x1b[31mred", "\\u{1b}[31mred"),
        ("over\rwritten", "over\\rwritten"),
        ("a\u{202e}dm.x", "a\\u{202e}dm.x"),
        ("\u{9b}31m", "\\u{9b}31m"),
    ];
    for (text, expected) in cases {
        assert_eq!(printable(text), expected);
    }
}

struct Broken(io::ErrorKind);

impl io::Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_has_gone_is_a_quiet_end() {
    let gone = write_all(&mut Broken(io::ErrorKind::BrokenPipe), "text").expect_err("nobody reads");
    assert!(matches!(gone, Failure::Closed));
    assert_eq!(gone.exit(), Exit::Good);
    let full = write_all(&mut Broken(io::ErrorKind::StorageFull), "text").expect_err("no space");
    assert_eq!(full.exit(), Exit::Environment);
    assert_eq!(full.to_string(), "cannot write to standard output: no space left on the disk");
}
