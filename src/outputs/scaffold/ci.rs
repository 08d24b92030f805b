//! The files by which a forge checks and builds a new book.

use super::scalar;

/// A forge whose pipelines are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forge {
    /// GitHub Actions.
    GitHub,
    /// GitLab CI.
    GitLab,
}

impl Forge {
    /// The forge that a remote's address names; GitHub where it names none.
    pub fn of_remote(url: Option<&str>) -> Forge {
        // The host of `https://HOST:PORT/path` and `user@HOST:path`: a repository may have any name.
        let after = url.map(|url| url.split_once("://").map_or(url, |(_, rest)| rest));
        let host = after.and_then(|rest| rest.split(['/', ':']).next()).unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default();
        match host.to_ascii_lowercase().contains("gitlab") {
            true => Forge::GitLab,
            false => Forge::GitHub,
        }
    }

    /// The pipeline of a book, as path and text. `folder` is that of the book below the root of its repository, and
    /// empty there.
    ///
    /// The head that was published last goes from one build to the next (design: approvals.md, ratchet), and the build
    /// of every night judges the book at its own moment.
    pub fn pipeline(self, folder: &str) -> (&'static str, String) {
        let (path, text) = match self {
            Forge::GitHub => (".github/workflows/book.yml", include_str!("ci/github.yml")),
            Forge::GitLab => (".gitlab-ci.yml", include_str!("ci/gitlab.yml")),
        };
        let folder = if folder.is_empty() { "." } else { folder.trim_end_matches('/') };
        (path, text.replacen("FOLDER", &scalar(folder), 1))
    }
}
