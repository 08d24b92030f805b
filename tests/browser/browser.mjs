// A browser, a server for a folder, and a built site to look at: shared by all tests of this folder.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

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

/** Opens a page, and gives the compressed size of all that it asks for before a search. */
export async function weigh(page, address) {
  const responses = [];
  page.on("response", (response) => {
    // The search is paid for when it is used.
    if (!/\/pagefind\/|classic/.test(response.url())) responses.push(response);
  });
  await page.goto(address, { waitUntil: "networkidle" });
  // Bodies are asked for when the page is at rest: one asked for as a late response comes in (an icon) would
  // still be on its way when the page is closed, and end the whole file.
  const bodies = await Promise.all(responses.map((response) => response.body()));
  return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
}

/** Holds that a page says what it is without scripts, on the narrowest of screens. */
export async function plainly(browser, address) {
  const { context, page } = await open(browser, { viewport: { width: 320, height: 640 }, javaScriptEnabled: false });
  await page.goto(address);
  assert.ok((await page.locator("main h1").first().innerText()).trim().length > 0);
  const size = await page.locator("html").evaluate((html) => [html.scrollWidth, html.clientWidth]);
  assert.ok(size[0] <= size[1], `${size[0] - size[1]} pixels too wide`);
  await context.close();
}
