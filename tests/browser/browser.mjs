// A browser, a server for a folder, and a built site to look at: shared by all tests of this folder.
import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

export const root = resolve(fileURLToPath(import.meta.url), "../../..");
export const binary = process.env.TEST_PROGRAM ?? join(root, "target/debug/mcmbook");

const types = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** The policy that a hardened server sends; the pages carry the same in a meta element. */
export const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

let built;
/** Builds the repository's own book once, into a folder of its own. */
export function site() {
  if (!built) {
    if (!existsSync(binary)) throw new Error(`${binary} is missing: run cargo build first`);
    built = join(mkdtempSync(join(tmpdir(), "mcmbook-site-")), "book");
    execFileSync(binary, ["build", root, "--dest-dir", built, "--quiet"], { stdio: "inherit" });
  }
  return built;
}

/** Serves a folder below `/archive/`, as a sub-path of a server, under the strict policy. */
export async function serve(folder) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const below = path.startsWith("/archive/") ? normalize(path.slice("/archive".length)) : null;
    const file = below && join(folder, below);
    if (!file || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "content-type": types[extname(file)] ?? "application/octet-stream",
      "content-security-policy": policy,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${server.address().port}/archive/`;
  return { base, close: () => server.close() };
}

export async function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A page that remembers what a strict reader would complain about: errors, and requests to elsewhere. */
export async function open(browser, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    const own = url.protocol === "file:" || url.protocol === "data:" || url.protocol === "blob:" || url.hostname === "127.0.0.1";
    if (!own) complaints.push(`request to ${url}`);
  });
  return { context, page, complaints };
}

/**
 * Follows a link, and waits until the page at `address` is there whole: a click alone ends when the next page begins,
 * and what is read from it then may be its first half.
 */
export async function follow(link, address) {
  await link.click();
  await link.page().waitForURL(address);
}
