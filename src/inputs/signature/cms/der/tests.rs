//! Bytes one by one: what is an element, and what only looks like one.

use super::*;

fn element(bytes: &[u8]) -> Result<Element<'_>, Malformed> {
    let mut reader = Reader::new(bytes);
    let element = reader.any()?;
    reader.end()?;
    Ok(element)
}

/// An element whose length is written like this.
fn with_length(length: &[u8], count: usize) -> Vec<u8> {
    [&[OCTET_STRING][..], length, &vec![7; count]].concat()
}

#[test]
fn a_length_has_its_shortest_form_and_is_there() {
    let forms: &[(&[u8], usize)] = &[
        (&[0], 0),
        (&[0x7f], 0x7f),
        (&[0x81, 0x80], 0x80),
        (&[0x81, 0xff], 0xff),
        (&[0x82, 1, 0], 0x100),
        (&[0x82, 1, 2], 0x102),
        (&[0x82, 0xff, 0xff], 0xffff),
        (&[0x83, 1, 0, 0], 0x10000),
    ];
    for (length, count) in forms {
        let bytes = with_length(length, *count);
        let found = element(&bytes).expect("it is well formed");
        assert_eq!((found.tag, found.value.len(), found.whole.len()), (OCTET_STRING, *count, bytes.len()));
        assert_eq!(element(&bytes[..bytes.len() - 1]), Err(Malformed), "cut off: {length:x?}");
        assert_eq!(element(&[&bytes[..], &[0]].concat()), Err(Malformed), "more behind it: {length:x?}");
    }
    let forms: &[(&[u8], usize)] = &[
        (&[0x81, 0x7f], 0x7f),
        (&[0x81, 0], 0),
        (&[0x82, 0, 0xff], 0xff),
        (&[0x83, 0, 0xff, 0xff], 0xffff),
        (&[0x84, 0, 1, 0, 0], 0x10000),
        (&[0x84, 0, 0, 0, 1], 1),
        (&[0x80], 0),
        (&[0x85, 0, 0, 0, 0, 1], 1),
        (&[0xff], 0),
        (&[0x82, 1], 0),
        (&[0x84, 0xff, 0xff, 0xff, 0xff], 4),
    ];
    for (length, count) in forms {
        assert_eq!(element(&with_length(length, *count)), Err(Malformed), "{length:x?}");
    }
    for bytes in [&[][..], &[4], &[0x1f, 0], &[0x3f, 0], &[0xbf, 0x1f, 0]] {
        assert_eq!(element(bytes), Err(Malformed), "{bytes:x?}");
    }
    assert_eq!(element(&[0, 0]).map(|found| found.tag), Ok(0));
}

#[test]
fn values_are_of_their_type() {
    let bits = |bytes: &[u8]| element(bytes).and_then(|found| found.bits().map(<[u8]>::to_vec));
    assert_eq!(bits(&[3, 3, 0, 1, 2]), Ok(vec![1, 2]));
    assert_eq!(bits(&[3, 1, 0]), Ok(vec![]));
    for bytes in [&[4, 2, 0, 1][..], &[3, 2, 1, 2], &[3, 0]] {
        assert_eq!(bits(bytes), Err(Malformed), "{bytes:x?}");
    }
    let small = |value: &[u8]| {
        let bytes = [&[INTEGER, u8::try_from(value.len()).expect("short")], value].concat();
        element(&bytes).and_then(|found| found.small())
    };
    assert_eq!(small(&[0]), Ok(0));
    assert_eq!(small(&[0x7f]), Ok(0x7f));
    assert_eq!(small(&[0, 0x80]), Ok(0x80));
    assert_eq!(small(&[1, 2]), Ok(0x102));
    assert_eq!(small(&[0x7f, 0xff, 0xff, 0xff]), Ok(0x7fff_ffff));
    for value in [&[][..], &[0x80], &[0xff, 0xff], &[0, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 0]] {
        assert_eq!(small(value), Err(Malformed), "{value:x?}");
    }
    assert_eq!(element(&[0x30, 2, 4, 0]).and_then(|found| found.only(OCTET_STRING)).map(|it| it.tag), Ok(4));
    assert_eq!(element(&[0x30, 4, 4, 0, 4, 0]).and_then(|found| found.only(OCTET_STRING)), Err(Malformed));
    assert_eq!(element(&[0x30, 2, 4, 0]).and_then(|found| found.only(SEQUENCE)), Err(Malformed));
    let all = Reader::new(&[4, 0, 5, 0]).all().map(|all| all.len());
    assert_eq!((all, Reader::new(&[4, 0, 5]).all().map(|all| all.len())), (Ok(2), Err(Malformed)));
    let mut reader = Reader::new(&[4, 0]);
    assert_eq!(reader.maybe(SET), Ok(None));
    assert_eq!(reader.maybe(OCTET_STRING).map(|found| found.is_some()), Ok(true));
    assert_eq!(reader.maybe(OCTET_STRING), Ok(None));
}

#[test]
fn a_time_is_in_utc_with_seconds() {
    let time = |tag: u8, text: &str| {
        let bytes = [&[tag, u8::try_from(text.len()).expect("short")], text.as_bytes()].concat();
        element(&bytes).and_then(|found| found.time()).map(|at| at.to_string())
    };
    for (tag, text, wanted) in [
        (UTC_TIME, "260102030405Z", "2026-01-02T03:04:05Z"),
        (UTC_TIME, "491231235959Z", "2049-12-31T23:59:59Z"),
        (UTC_TIME, "500101000000Z", "1950-01-01T00:00:00Z"),
        (UTC_TIME, "991231235959Z", "1999-12-31T23:59:59Z"),
        (GENERALIZED_TIME, "20510102030405Z", "2051-01-02T03:04:05Z"),
        (GENERALIZED_TIME, "20260102030405.5Z", "2026-01-02T03:04:05.5Z"),
        (GENERALIZED_TIME, "20260102030405.123456789Z", "2026-01-02T03:04:05.123456789Z"),
    ] {
        assert_eq!(time(tag, text).as_deref(), Ok(wanted), "{text}");
    }
    for (tag, text) in [
        (UTC_TIME, "260102030405"),
        (UTC_TIME, "2601020304Z"),
        (UTC_TIME, "260102030405.5Z"),
        (UTC_TIME, "260102030405.Z"),
        (UTC_TIME, "20260102030405Z"),
        (UTC_TIME, "2601020304+5Z"),
        (UTC_TIME, "261302030405Z"),
        (GENERALIZED_TIME, "260102030405Z"),
        (GENERALIZED_TIME, "20260102030405+0100"),
        (GENERALIZED_TIME, "20260102030405.Z"),
        (GENERALIZED_TIME, "20260102030405.1234567890Z"),
        (GENERALIZED_TIME, "20260102030405.aZ"),
        (GENERALIZED_TIME, "2026010203040 Z"),
        (GENERALIZED_TIME, "-0260102030405Z"),
        (GENERALIZED_TIME, "20260230030405Z"),
        (OCTET_STRING, "20260102030405Z"),
        (OCTET_STRING, "260102030405Z"),
    ] {
        assert_eq!(time(tag, text), Err(Malformed), "{text}");
    }
}

#[test]
fn indefinite_lengths_become_definite_and_nothing_else_does() {
    assert_eq!(definite(&[0x30, 0x80, 4, 1, 7, 0, 0]), Ok(vec![0x30, 3, 4, 1, 7]));
    assert_eq!(definite(&[0x30, 0x80, 0, 0]), Ok(vec![0x30, 0]), "an empty one");
    assert_eq!(definite(&[0x30, 0x80, 0x31, 0x80, 0, 0, 0, 0]), Ok(vec![0x30, 2, 0x31, 0]));
    assert_eq!(definite(&[0x30, 3, 4, 1, 7]), Ok(vec![0x30, 3, 4, 1, 7]), "as it was");
    for (inner, length) in [(0x7d, &[0x7f][..]), (0x80, &[0x81, 0x83]), (0x100, &[0x82, 1, 4])] {
        let string = with_length(
            if inner < 0x80 {
                &[0x7d]
            } else if inner < 0x100 {
                &[0x81, 0x80]
            } else {
                &[0x82, 1, 0]
            },
            inner,
        );
        let open = [&[0x30, 0x80], &string[..], &[0, 0]].concat();
        assert_eq!(definite(&open), Ok([&[0x30], length, &string[..]].concat()));
    }
    for bytes in [
        // Only what holds elements may be without a length, and what is without one has an end.
        &[4, 0x80, 0, 0][..],
        &[0x3f, 0x80, 0, 0],
        &[0x1f, 0x80, 0, 0],
        &[0x30, 0x80, 4, 1, 7],
        &[0x30, 0x80, 0],
        &[0x30, 0x80, 0, 0, 0],
        &[0x30, 0x80, 4, 2, 7, 0, 0],
        &[],
    ] {
        assert_eq!(definite(bytes), Err(Malformed), "{bytes:x?}");
    }
    let nested = |depth: usize| [[0x30, 0x80].repeat(depth), [0, 0].repeat(depth)].concat();
    assert!(definite(&nested(DEEPEST)).is_ok());
    assert_eq!(definite(&nested(DEEPEST + 1)), Err(Malformed));
}

#[test]
fn names_are_compared_with_their_type() {
    let sha256 = id("2.16.840.1.101.3.4.2.1");
    let bytes = [&[OID, 9][..], sha256.as_bytes()].concat();
    assert!(is(&element(&bytes).expect("an element"), &sha256));
    let other = [&[OCTET_STRING, 9][..], sha256.as_bytes()].concat();
    assert!(!is(&element(&other).expect("an element"), &sha256));
    assert_eq!((numbered(0), numbered(3)), (0xa0, 0xa3));
}
