// What writers see while `mcmbook serve` runs: pages that reload by themselves, findings on top of them.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import { binary, launch, open } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser, folder, server, seen;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "mcmbook-serve-"));
  save("book.toml", '[book]\ntitle = "Changes"\n');
  save("content/index.md", page("Home", "See [the guide](guide.md)."));
  save("content/guide.md", page("Guide", "First words.\n\n" + "A long way down.\n\n".repeat(200)));
  server = await start(0);
  seen = await open(browser, { colorScheme: "light" });
});
afterEach(async () => {
  await seen?.context.close();
  await server?.stop();
  rmSync(folder, { recursive: true });
});

const page = (title, text) => `---\ntitle: ${title}\n---\n\n# ${title}\n\n${text}\n`;

/** Writes a file as careful editors do: in one step. */
function save(path, text) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}~`, text);
  renameSync(`${file}~`, file);
}

async function start(port) {
  const options = { stdio: ["ignore", "ignore", "pipe"] };
  const child = spawn(binary, ["serve", "-n", "127.0.0.1", "-p", String(port), folder], options);
  let told = "";
  const base = await new Promise((found, failed) => {
    child.stderr.on("data", (piece) => {
      told += piece;
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(told);
      if (address) found(address[0]);
    });
    child.on("exit", () => failed(new Error(told)));
  });
  const ended = new Promise((done) => child.on("exit", done));
  const stop = () => {
    child.kill("SIGTERM");
    return ended;
  };
  return { base, port: Number(new URL(base).port), stop };
}

const go = (path) => seen.page.goto(server.base + path);
const text = (words) => seen.page.getByText(words).first().waitFor();
/** Waits until the server has words on a page that no browser has open. */
async function served(path, words) {
  for (let tries = 0; tries < 300; tries++) {
    if ((await (await fetch(server.base + path)).text()).includes(words)) return;
    await new Promise((later) => setTimeout(later, 100));
  }
  assert.fail(`${path} never has "${words}"`);
}
const panel = () => seen.page.getByRole("region", { name: "Findings of mcmbook serve" });
const complain = () => assert.deepEqual(seen.complaints, []);

describe("a page under serve", () => {
  test("reloads when its document changes, and stays where it was", async () => {
    await go("guide/");
    await seen.page.evaluate(() => scrollTo({ top: 1500, behavior: "instant" }));
    save("content/guide.md", page("Guide", "Second words.\n\n" + "A long way down.\n\n".repeat(200)));
    await text("Second words.");
    await seen.page.waitForFunction(() => scrollY === 1500);
    complain();
  });

  test("stays as it is when another page changes", async () => {
    await go("guide/");
    // It listens before anything is saved, and asks for nothing itself: what a page has fetched is part of it.
    await seen.page.evaluate(() => {
      window.isStill = true;
      window.heard = 0;
      document.addEventListener("mcmbook:news", () => window.heard++);
    });
    save("content/index.md", page("Home", "See [the guide](guide.md), in other words."));
    await served("index.html", "in other words");
    await seen.page.waitForFunction(() => window.heard > 0);
    assert.equal(await seen.page.evaluate(() => window.isStill), true);
    complain();
  });

  test("reloads when a style sheet that it uses changes", async () => {
    await go("guide/");
    await seen.page.evaluate(() => (window.isOld = true));
    save("themes/default/static/css/99-own.css", "main { outline: 7px solid }\n");
    await seen.page.waitForFunction(() => !window.isOld);
    await seen.page.waitForFunction(() => getComputedStyle(document.querySelector("main")).outlineWidth === "7px");
    complain();
  });

  test("comes back with a server that was started anew", async () => {
    await go("guide/");
    await server.stop();
    save("content/guide.md", page("Guide", "Written while nobody served."));
    server = await start(server.port);
    await text("Written while nobody served.");
  });
});

describe("findings", () => {
  test("of a failed build cover nothing for good and go when it is mended", async () => {
    await go("guide/");
    save("book.toml", '[book]\ntitel = "Changes"\n');
    await panel().waitFor();
    await text("The book could not be built.");
    await text("book.toml:2:1");
    await text("First words.");
    save("book.toml", '[book]\ntitle = "Changes"\n');
    await panel().waitFor({ state: "hidden" });
    complain();
  });

  for (const colorScheme of ["light", "dark"]) {
    test(`have nothing that axe finds (${colorScheme})`, async () => {
      await seen.context.close();
      // axe is put in from outside, which the pages' own policy would stop.
      seen = await open(browser, { colorScheme, bypassCSP: true });
      await go("guide/");
      save("book.toml", '[book]\ntitel = "Changes"\n[other]\n');
      await panel().waitFor();
      // What moves in is pale for a moment.
      await seen.page.waitForFunction(() => document.getAnimations().every((moving) => moving.playState === "finished"));
      await seen.page.evaluate(axe);
      const result = await seen.page.evaluate(() => axe.run(document));
      const told = result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target)}`);
      assert.deepEqual(told, []);
    });
  }

  test("are opened, closed and dismissed by the keyboard, and stay dismissed", async () => {
    save("content/guide.md", page("Guide", "See [nothing](nowhere.md).\n\n## Same\n\nText.\n\n## Same\n\nText."));
    await go("guide/");
    await panel().waitFor();
    const list = panel().getByRole("group");
    const toggle = panel().getByRole("button", { name: /Show|Hide/ });
    assert.equal(await toggle.getAttribute("aria-expanded"), "false");
    await toggle.focus();
    await seen.page.keyboard.press("Enter");
    await list.waitFor();
    assert.equal(await toggle.getAttribute("aria-expanded"), "true");
    await seen.page.keyboard.press("Escape");
    await list.waitFor({ state: "hidden" });
    await seen.page.keyboard.press("Tab");
    await seen.page.keyboard.press("Enter");
    await panel().waitFor({ state: "hidden" });
    const report = seen.page.waitForResponse("**/__mcmbook/findings.json");
    await seen.page.reload();
    await (await report).finished();
    assert.equal(await panel().isVisible(), false);
    complain();
  });

  test("are text, whatever a document says", async () => {
    await go("guide/");
    save("book.toml", '[book]\n"<img src=x onerror=alert(1)>" = 1\n');
    await panel().waitFor();
    await text("<img src=x onerror=alert(1)>");
    assert.equal(await seen.page.locator("section.panel img").count(), 0);
    complain();
  });
});
