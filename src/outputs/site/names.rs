//! Which files can stand in one folder: on any disk a name is a file or a folder, and where letter case does
//! not count two names may be one.

use std::collections::BTreeSet;

use crate::outputs::Output;
use crate::text::folded;

/// What the host writes beside the files of the site; never a file of the book.
const OF_HOST: [&str; 2] = [".mcmbook", "sha256sums"];

/// The names of a site, as the disk that tells the fewest names apart sees them.
#[derive(Debug, Default)]
pub(super) struct Names {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Names {
    /// Takes the names of all files, and removes from the output those that lie below another file: the page
    /// of `robots.txt.md` would need a folder of that name.
    pub(super) fn settle(output: &mut Output) -> Names {
        let files: BTreeSet<String> = output.files.keys().map(|path| folded(path)).collect();
        output.files.retain(|path, _| {
            let name = folded(path);
            !is_of_host(&name) && ancestors(&name).all(|folder| !files.contains(folder))
        });
        let mut names = Names::default();
        for path in output.files.keys() {
            names.take(path);
        }
        names
    }

    /// Takes a name, unless it or one of its folders is taken by something else.
    pub(super) fn take(&mut self, path: &str) -> bool {
        let name = folded(path);
        let is_free = !is_of_host(&name)
            && !self.files.contains(&name)
            && !self.folders.contains(&name)
            && ancestors(&name).all(|folder| !self.files.contains(folder));
        if is_free {
            self.folders.extend(ancestors(&name).map(str::to_owned));
            self.files.insert(name);
        }
        is_free
    }
}

fn is_of_host(name: &str) -> bool {
    OF_HOST.contains(&name.split('/').next().unwrap_or_default())
}

/// `a/b` and `a` of `a/b/c.html`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(folder, _)| folder)).skip(1)
}
