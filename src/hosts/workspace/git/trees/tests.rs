use super::{find, find_by_halves, skip_equal, starts};
use crate::hosts::workspace::git::object::next_entry;

/// A tree object: names in order, each with the id that its number gives.
fn tree(entries: &[(String, u8)]) -> Vec<u8> {
    entries.iter().flat_map(|(name, id)| [b"100644 ", name.as_bytes(), &[0], &[*id; 20]].concat()).collect()
}

fn first_name(mut raw: &[u8]) -> Option<String> {
    let entry = next_entry(&mut raw).expect("it begins with an entry")?;
    Some(String::from_utf8_lossy(entry.name).into_owned())
}

/// Ids full of zeros and spaces look like the ends of names, and long folders span several blocks.
#[test]
fn equal_entries_are_stepped_over_and_the_first_other_one_begins_both() {
    for (length, fill) in [(1, 7), (3, 0), (40, 0), (200, b' '), (200, b'1')] {
        let entries: Vec<(String, u8)> = (0..length).map(|at| (format!("name-{at:04}"), fill)).collect();
        let old = tree(&entries);
        for at in 0..length {
            let mut edited = entries.clone();
            edited[at].1 = fill + 1;
            let mut without = entries.clone();
            without.remove(at);
            for new in [tree(&edited), tree(&without), tree(&entries[..at])] {
                let (mut left, mut right) = (&old[..], &new[..]);
                skip_equal(&mut left, &mut right);
                assert_eq!(first_name(left), Some(entries[at].0.clone()), "{length} entries, {at}");
                let right_at = new.len() - right.len();
                assert_eq!(old.len() - left.len(), right_at, "both are stepped over alike");
                assert!(right.is_empty() || first_name(right).is_some());
            }
        }
        let (mut left, mut right) = (&old[..], &old[..]);
        skip_equal(&mut left, &mut right);
        assert!(left.is_empty() && right.is_empty());
    }
}

/// A folder sorts as if its name ended with a slash, so that `a.md` stands before the folder `a`.
#[test]
fn a_search_by_halves_finds_what_a_search_from_the_beginning_does() {
    let mut entries: Vec<(Vec<u8>, bool)> =
        (0..300_u16).map(|at| (format!("n{at:03}").into(), at % 3 == 0)).collect();
    entries.extend(
        [("n010-x", false), ("n010.md", true), ("n012.md", false), ("n0120", true)]
            .map(|(n, f)| (n.into(), f)),
    );
    let key = |(name, is_folder): &(Vec<u8>, bool)| [name, &b"/"[..usize::from(*is_folder)]].concat();
    entries.sort_by_key(key);
    let raw = |entries: &[(Vec<u8>, bool)]| -> Vec<u8> {
        let entry = |(at, (name, is_folder)): (usize, &(Vec<u8>, bool))| {
            let mode: &[u8] = if *is_folder { b"40000 " } else { b"100644 " };
            // Ids may hold what looks like the end of another entry's name.
            [mode, name, &[0], &[at as u8; 8], b" n011\0", &[at as u8; 6]].concat()
        };
        entries.iter().enumerate().flat_map(entry).collect()
    };
    let sorted = raw(&entries);
    let known = starts(&sorted);
    assert_eq!(known.len(), entries.len());
    let others = [&b""[..], b"a", b"n01", b"n299x", b"z", b"n010/"].map(<[u8]>::to_vec);
    for name in entries.iter().map(|(name, _)| name.clone()).chain(others) {
        let slow = find(&sorted, &name).expect("it is well formed").map(|entry| (entry.mode, entry.id));
        let quick = find_by_halves(&sorted, &known, &name).expect("it is well formed");
        assert_eq!(quick.map(|entry| (entry.mode, entry.id)), slow, "{}", String::from_utf8_lossy(&name));
    }
    entries.swap(7, 8);
    assert!(starts(&raw(&entries)).is_empty(), "what is not in order is not searched by halves");
    assert!(starts(&sorted[..sorted.len() - 1]).is_empty());
}
