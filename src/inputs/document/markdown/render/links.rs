//! Links and images.

use super::{Dress, Target, html};

/// Schemes that leave the site, as RFC 7595 registers them. Everything else is refused by the writer, too:
/// a linker that errs must not turn into a script.
const SCHEMES: [&str; 6] = ["http", "https", "mailto", "tel", "xmpp", "irc"];

/// What is written where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In running text.
    Text,
    /// In a link, which may hold no other link.
    Link,
}

/// Opens a link; gives what closes it.
pub(super) fn open(out: &mut String, dress: &Dress<'_>, target: &str, title: &str) -> &'static str {
    let Dress::Site(site) = dress else {
        out.push_str("<a");
        html::address(out, "href", target);
        title_attribute(out, title);
        out.push('>');
        return "</a>";
    };
    match guarded(site.linker.link(target)) {
        Target::Internal(address) => {
            out.push_str("<a");
            html::address(out, "href", &address);
            title_attribute(out, title);
            out.push('>');
            "</a>"
        }
        Target::External(address) => {
            open_external(out, &address, title);
            "</a>"
        }
        Target::Broken(written) => {
            out.push_str("<span class=\"broken-link\"");
            html::attribute(out, "title", &format!("Broken link: {written}"));
            out.push('>');
            "</span>"
        }
        Target::Forbidden => "",
    }
}

/// Writes an image. One from another host becomes a link to it, and inside a link its text alone.
pub(super) fn image(out: &mut String, dress: &Dress<'_>, place: Place, image: &Image<'_>) {
    let Dress::Site(site) = dress else {
        out.push_str("<img");
        html::address(out, "src", image.target);
        html::attribute(out, "alt", image.alt);
        title_attribute(out, image.title);
        out.push_str(" />");
        return;
    };
    match guarded(site.linker.link(image.target)) {
        Target::Internal(address) => {
            out.push_str("<img");
            html::address(out, "src", &address);
            html::attribute(out, "alt", image.alt);
            title_attribute(out, image.title);
            out.push_str(" loading=\"lazy\" decoding=\"async\">");
        }
        Target::External(address) if place == Place::Text => {
            open_external(out, &address, image.title);
            html::text(out, if image.alt.trim().is_empty() { &address } else { image.alt });
            out.push_str("</a>");
        }
        Target::Broken(written) => {
            out.push_str("<span class=\"broken-link\"");
            html::attribute(out, "title", &format!("Broken image: {written}"));
            out.push('>');
            html::text(out, if image.alt.trim().is_empty() { &written } else { image.alt });
            out.push_str("</span>");
        }
        Target::External(_) | Target::Forbidden => html::text(out, image.alt),
    }
}

/// An image as it is written.
#[derive(Debug)]
pub(super) struct Image<'i> {
    pub(super) target: &'i str,
    pub(super) title: &'i str,
    pub(super) alt: &'i str,
}

fn open_external(out: &mut String, address: &str, title: &str) {
    out.push_str("<a class=\"external\"");
    html::address(out, "href", address);
    title_attribute(out, title);
    out.push_str(" rel=\"noreferrer noopener\">");
}

fn title_attribute(out: &mut String, title: &str) {
    if !title.is_empty() {
        html::attribute(out, "title", title);
    }
}

/// The target, or `Forbidden` where the address is not of the sort that the linker says.
fn guarded(target: Target) -> Target {
    let is_sound = match &target {
        Target::Internal(address) => is_relative(address),
        Target::External(address) => has_known_scheme(address),
        Target::Broken(_) | Target::Forbidden => true,
    };
    if is_sound { target } else { Target::Forbidden }
}

/// Whether a browser takes the address for one of this site: no scheme, no host, nothing that it would
/// strip or turn before it looks (white space, controls, backslashes).
fn is_relative(address: &str) -> bool {
    let path = address.split(['/', '?', '#']).next().unwrap_or_default();
    let turned = |c: char| c.is_ascii_control() || c == '\\';
    !path.contains(':')
        && !address.starts_with("//")
        && !address.starts_with(' ')
        && !address.contains(turned)
}

fn has_known_scheme(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme).unwrap_or_default();
    !address.contains(|c: char| c.is_ascii_control())
        && SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme))
}
