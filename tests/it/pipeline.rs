//! The pipeline that `init` writes: it is YAML, and its shell parts are run as a forge would, one build after the other.

use std::path::Path;

use gray_matter::Matter;
use gray_matter::engine::YAML;

use crate::support::job::{job, shell};
use crate::support::run::printed;
use crate::support::{Folder, Repo};

/// (`--ci`, file, variable that names the event, the word of a landing)
const FORGES: [(&str, &str, &str, &str); 2] = [
    ("github", ".github/workflows/book.yml", "GITHUB_EVENT_NAME", "push"),
    ("gitlab", ".gitlab-ci.yml", "CI_PIPELINE_SOURCE", "push"),
];

/// A committed book at a folder of a repository, and the text of its pipeline.
fn begun(ci: &str, file: &str, folder: &str) -> (Repo, String) {
    let repo = Repo::with_book_at(folder);
    repo.remove("book.toml");
    printed(&repo.book(), &["init", "--ci", ci, "--owner", "ana"]);
    repo.commit("A book");
    // A pipeline commits nothing; these repositories are where it runs and where people commit.
    let exclude = repo.path().join(".git/info/exclude");
    std::fs::write(exclude, "published.json\n").expect("the folder of Git is there");
    let text =
        std::fs::read_to_string(repo.path().join(file)).expect("it stands at the root of the repository");
    (repo, text)
}

/// Runs a shell part in a folder, after everything that is committed there; exit code, and what was printed.
fn run(dir: &Path, script: &str, settings: &[(&str, &str)]) -> (Option<i32>, String) {
    let mut job = job(dir, script);
    job.env("SOURCE_DATE_EPOCH", "1780000000").envs(settings.iter().copied());
    let output = job.output().expect("there is a shell");
    let told = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&told).into_owned())
}

#[test]
fn each_build_is_held_against_the_one_before_it() {
    for (ci, file, event, landing) in FORGES {
        for folder in ["", "docs/changes"] {
            let (repo, text) = begun(ci, file, folder);
            let place = if folder.is_empty() { "." } else { folder };
            let (check, build) =
                (shell("yaml", &text, "mcmbook check"), shell("yaml", &text, "mcmbook build"));
            let root = repo.path().display().to_string();
            let book = repo.book();
            let settings = |cause: &'static str| {
                [("BOOK", place), ("CI_PROJECT_DIR", root.as_str()), (event, cause), ("CI", "true")]
            };
            // A branch is checked as it would land; GitHub merges it itself.
            repo.git(&["remote", "add", "origin", &root]);
            repo.git(&["switch", "--quiet", "--create", "branch"]);
            repo.write("content/branch.md", "# Branch\n");
            let tip = repo.commit("A page");
            let asked = [("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"), ("CI_COMMIT_SHA", tip.as_str())];
            let (code, told) = run(&repo.path(), &check, &[&settings(landing)[..], &asked].concat());
            assert_eq!(code, Some(0), "{ci}: {told}");
            if ci == "gitlab" {
                assert_eq!(repo.git(&["rev-list", "--count", "--first-parent", "HEAD"]).trim(), "2");
            }
            repo.git(&["switch", "--quiet", "main"]);
            let published = || {
                let text = std::fs::read_to_string(book.join("published.json")).expect("it is kept");
                let built: serde_json::Value = serde_json::from_str(&text).expect("JSON");
                built["head"].as_str().expect("a head").to_owned()
            };
            for cause in [landing, "schedule"] {
                let (code, told) = run(&repo.path(), &build, &settings(cause));
                assert_eq!(code, Some(0), "{ci}: {told}");
                assert_eq!(published(), repo.head());
                repo.write("content/more.md", "# More\n");
                repo.commit("More");
            }
            // What was built last is taken away by force: nothing is built, and what was published stays.
            let last = published();
            repo.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
            repo.write("content/other.md", "# Other\n");
            repo.commit("Another past");
            let site = std::fs::read(book.join("book/build.json")).expect("the site is there");
            let (code, told) = run(&repo.path(), &build, &settings("schedule"));
            assert_eq!(code, Some(3), "{ci}: {told}");
            assert!(told.contains("history-rewritten"), "{ci}: {told}");
            assert_eq!(published(), last);
            assert_eq!(std::fs::read(book.join("book/build.json")).expect("it stays"), site);
        }
    }
}

#[test]
fn a_build_of_the_night_is_judged_by_its_clock() {
    for (ci, file, event, landing) in FORGES {
        let (repo, text) = begun(ci, file, "");
        let build = shell("yaml", &text, "mcmbook build");
        let page = |cause: &str| {
            let (code, told) = run(&repo.path(), &build, &[("BOOK", "."), (event, cause)]);
            assert_eq!(code, Some(0), "{ci}: {told}");
            std::fs::read_to_string(repo.book().join("book/calendar/now.json")).expect("the page is there")
        };
        assert_eq!(page(landing), page(landing), "{ci}: the same commit gives the same page");
        assert_ne!(page(landing), page("schedule"), "{ci}: what is in force is seen from another moment");
    }
}

#[test]
fn the_files_are_yaml_and_name_what_the_book_needs() {
    for (ci, file, ..) in FORGES {
        for folder in ["", "docs/my changes", "on"] {
            let (_, text) = begun(ci, file, folder);
            let place = if folder.is_empty() { "." } else { folder };
            let parsed = Matter::<YAML>::new().parse::<serde_json::Value>(&format!("---\n{text}---\n"));
            let data = parsed.expect("it is YAML").data.expect("it holds something");
            let (named, whole) = match ci {
                "github" => (&data["env"]["BOOK"], &data["jobs"]["site"]["steps"][0]["with"]["fetch-depth"]),
                _ => (&data[".book"]["variables"]["BOOK"], &data[".book"]["variables"]["GIT_DEPTH"]),
            };
            assert_eq!(named, place, "{ci}: {data}");
            assert_eq!(
                whole.as_str().map_or(whole.clone(), |text| text.parse().expect("JSON")),
                0,
                "{ci}: {data}"
            );
            assert!(data["jobs"]["check"].is_object() || data["check"].is_object(), "{ci}: {data}");
        }
    }
}

#[test]
fn the_forge_is_that_of_the_remote_and_a_file_that_is_there_stays() {
    for (url, file) in [
        (None, FORGES[0].1),
        (Some("git@github.com:nord/changes.git"), FORGES[0].1),
        (Some("https://github.com/nord/gitlab-tools.git"), FORGES[0].1),
        (Some("ssh://git@gitlab.nord.example:2222/ops/changes.git"), FORGES[1].1),
        (Some("https://gitlab.nord.example/ops/changes.git"), FORGES[1].1),
        (Some("git@GitLab.com:nord/changes.git"), FORGES[1].1),
    ] {
        let repo = Repo::new();
        repo.remove("book.toml");
        url.map(|url| repo.git(&["remote", "add", "origin", url]));
        repo.write(".gitlab-ci.yml", "# Ours\n");
        printed(&repo.path(), &["init", "--owner", "ana"]);
        assert_eq!(repo.path().join(FORGES[0].1).exists(), file == FORGES[0].1, "{url:?}");
        let kept = std::fs::read_to_string(repo.path().join(".gitlab-ci.yml")).expect("it is there");
        assert_eq!(kept, "# Ours\n");
    }
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path()).expect("a new folder");
    printed(&folder.path(), &["init", "one", "--ci", "none"]);
    printed(&folder.path(), &["init", "two", "--ci", "gitlab"]);
    let exists = |path: &str| folder.path().join(path).exists();
    assert!(!exists("one/.github") && !exists("one/.gitlab-ci.yml") && exists("two/.gitlab-ci.yml"));
}
