use super::skip_equal;
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
