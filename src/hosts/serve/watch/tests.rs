use std::path::Path;

use notify::event::{
    AccessKind, AccessMode, CreateKind, DataChange, Flag, ModifyKind, RemoveKind, RenameMode,
};
use notify::{Event, EventKind};

use super::order;
use crate::hosts::serve::builder::Order;
use crate::hosts::serve::tests::book;
use crate::hosts::workspace::Watched;

const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
const OPENED: EventKind = EventKind::Access(AccessKind::Open(AccessMode::Any));
const MADE: EventKind = EventKind::Create(CreateKind::Any);
const GONE: EventKind = EventKind::Remove(RemoveKind::Any);
const MOVED: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::To));

/// `-` for nothing, `+` for a change, `!` for one that moves a watched folder.
fn meaning(order: Option<Order>) -> char {
    match order {
        None => '-',
        Some(Order::Changed { moves_places: false, .. }) => '+',
        Some(Order::Changed { moves_places: true, .. }) => '!',
        Some(Order::Rescan) => 'r',
        Some(Order::Blind(_) | Order::Later(_) | Order::Stop) => '?',
    }
}

#[test]
fn only_what_changes_the_site_is_an_order() {
    let (_folder, root) = book();
    let places = Watched::of(&root);
    let cases = [
        (WRITTEN, "content/a.md", '+'),
        (WRITTEN, "book.toml", '+'),
        (MADE, "content/new/a.md", '+'),
        (GONE, "content/a.md", '+'),
        (MOVED, "content/a.md", '+'),
        (OPENED, "content/a.md", '-'),
        (EventKind::Other, "content/a.md", '-'),
        (GONE, "content", '!'),
        (MADE, "content", '!'),
        (WRITTEN, "book/index.html", '-'),
        (WRITTEN, "README.md", '-'),
        (WRITTEN, ".git/index", '-'),
        (WRITTEN, "content/.a.md.swp", '-'),
        (WRITTEN, "content/.git/config", '-'),
        (MADE, "content/4913", '-'),
        (MADE, "content/a.md~", '-'),
        (MADE, "content/#a.md#", '-'),
        (MADE, "content/a.md___jb_tmp___", '-'),
    ];
    for (kind, path, expected) in cases {
        let event = Event::new(kind).add_path(root.dir().join(path));
        assert_eq!(meaning(order(&event, &places)), expected, "{kind:?} of {path}");
    }
    let lost = Event::new(EventKind::Other).set_flag(Flag::Rescan);
    assert_eq!(meaning(order(&lost, &places)), 'r');
}

#[test]
fn a_folder_that_is_not_there_yet_is_waited_for() {
    let (_folder, root) = book();
    let theme = root.dir().join("themes/default");
    let watched =
        |places: &Watched, folder: &Path| places.folders.iter().any(|(watched, _)| watched == folder);
    let steps = ["themes", "themes/default"];
    for step in steps {
        let places = Watched::of(&root);
        let made = root.dir().join(step);
        assert!(watched(&places, made.parent().expect("below the root")), "{step}: {places:?}");
        let event = Event::new(MADE).add_path(made.clone());
        assert_eq!(meaning(order(&event, &places)), '!', "{step}");
        std::fs::create_dir(&made).expect("a new folder");
    }
    assert!(watched(&Watched::of(&root), &theme));
}
