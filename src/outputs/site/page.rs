//! From a view model to the bytes of a page.

use bytes::Bytes;
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

use super::address::{relative, root_of};
use super::body::Body;
use super::theme::Html;
use super::{Site, ThemeError, hash_of};
use crate::text::ContentHash;

/// About how many bytes a page has beside the bodies of its documents.
const AROUND: usize = 32 * 1024;

/// A file of the site.
pub(super) type Rendered = (String, Bytes);

/// What a template is told about its page, beside the page's own view.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Head {
    /// Title of the page, without the book's.
    pub(super) title: String,
    /// Id of the title, where it is that of a document with a heading for it.
    pub(super) title_id: Option<String>,
    /// Path below the output folder.
    pub(super) path: String,
    /// The same as a link from the root of the site; filled in when the page is rendered.
    pub(super) href: String,
    /// The entry of the navigation under which it lies: `changes`, `services`, ...
    pub(super) section: String,
    /// The way up to it: title and link from the root, outermost first, without itself.
    pub(super) crumbs: Vec<Crumb>,
    /// One sentence for search engines and previews; may be empty.
    pub(super) description: String,
    /// Where the source can be edited, if the book says so.
    pub(super) edit: Option<String>,
    /// The pages beside it.
    pub(super) rail: Option<super::tree::Rail>,
    /// The file in the book, for the footer; empty for pages that stand for no file.
    pub(super) source: String,
    /// What the printed footer names: the id of a change or the title.
    pub(super) mark: String,
}

/// A step of the way up.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Crumb {
    pub(super) title: String,
    pub(super) href: String,
}

/// A page before it goes through its template.
pub(super) struct Draft<V> {
    pub(super) template: &'static str,
    pub(super) head: Head,
    pub(super) view: V,
    /// Rendered bodies; the view names them by their index.
    pub(super) bodies: Vec<Body>,
}

/// Sends a page through its template, or takes it from the memo when all that it was made from is the same.
pub(super) fn render<V: Serialize>(site: &Site<'_>, mut draft: Draft<V>) -> Result<Rendered, ThemeError> {
    draft.head.href = href(&draft.head.path);
    let key = site.memo.key(|| key_of(site, &draft));
    let path = draft.head.path.clone();
    // An error is no page and is not remembered.
    let mut failure = None;
    let bytes = site.memo.pages.get_or(key, || match through_template(site, &draft) {
        Ok(html) => html.into(),
        Err(error) => {
            failure = Some(error);
            Bytes::new()
        }
    });
    match failure {
        Some(error) => Err(error),
        None => Ok((path, bytes)),
    }
}

/// The hash of all that a page is made from.
fn key_of<V: Serialize>(site: &Site<'_>, draft: &Draft<V>) -> ContentHash {
    let (head, view) = (hash_of(&draft.head), hash_of(&draft.view));
    let fixed = [site.theme.hash, site.chrome.hash, ContentHash::of(draft.template.as_bytes()), head, view];
    let keys = fixed.iter().chain(draft.bodies.iter().map(|body| &body.key));
    ContentHash::of_parts(keys.map(|key| key.as_bytes().as_slice()))
}

fn through_template<V: Serialize>(site: &Site<'_>, draft: &Draft<V>) -> Result<Vec<u8>, ThemeError> {
    let root = match draft.head.path.as_str() {
        "404.html" => site.chrome.absolute_root.clone(),
        path => root_of(path),
    };
    let safe = |body: &Body| Value::from_object(Html(body.html.clone()));
    let context = minijinja::context! {
        site => site.chrome.value.clone(),
        root => root,
        page => Value::from(Serde(&draft.head)),
        view => Value::from(Serde(&draft.view)),
        bodies => draft.bodies.iter().map(safe).collect::<Vec<_>>(),
    };
    let of_bodies: usize = draft.bodies.iter().map(|body| body.html.len()).sum();
    site.theme.render(draft.template, &draft.head.path, context, of_bodies + AROUND)
}

/// The link from the root of the site to a page.
pub(super) fn href(page: &str) -> String {
    relative("", page)
}
