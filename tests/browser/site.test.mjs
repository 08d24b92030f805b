// What readers do on the site: every template in every dress, with and without scripts, on a phone, on paper.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

import { follow, launch, open, plainly, serve, site, weigh } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** One page of each template. */
const templates = {
  home: "index.html",
  register: "changes/index.html",
  facet: "changes/outcome/rolled-back/index.html",
  "change rolled back": "changes/2026/MCM-2026-0002/index.html",
  "change with a plan": "changes/2026/MCM-2026-0001/index.html",
  calendar: "calendar/index.html",
  month: "calendar/2026-12/index.html",
  "calendar as a list": "calendar/list/index.html",
  lifecycle: "lifecycle/index.html",
  postponed: "postponed/index.html",
  exceptions: "exceptions/index.html",
  services: "services/index.html",
  service: "services/checkout/index.html",
  window: "windows/quarter-end-close/index.html",
  standard: "standard/add-read-replica/index.html",
  guide: "process/preparation/index.html",
  rules: "rules/index.html",
  rule: "rules/MCM010/index.html",
  search: "search/index.html",
  build: "about/build/index.html",
  "not found": "404.html",
};

let browser, server;
before(async () => {
  server = await serve(site());
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

async function faults(page) {
  await page.evaluate(axe);
  const result = await page.evaluate(() =>
    axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return result.violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.slice(0, 3).map((n) => n.html).join("\n    ")}`);
}

const dresses = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  print: { colorScheme: "light", media: "print" },
};

for (const [dress, { media, ...options }] of Object.entries(dresses)) {
  describe(`in ${dress}`, () => {
    for (const [name, path] of Object.entries(templates)) {
      test(`axe finds nothing on ${name}`, async () => {
        // axe is put in from outside, which the pages' own policy would stop.
        const { context, page } = await open(browser, { ...options, bypassCSP: true });
        if (media) await page.emulateMedia({ media });
        await page.goto(server.base + path);
        assert.deepEqual(await faults(page), []);
        await context.close();
      });
    }
  });
}

describe("every template", () => {
  for (const [name, path] of Object.entries(templates)) {
    test(`${name} keeps the content policy, asks nobody else, and is small`, async () => {
      const { context, page, complaints } = await open(browser);
      const bytes = await weigh(page, server.base + path);
      assert.deepEqual(complaints, []);
      // The register may be long.
      assert.ok(bytes <= 60_000 || /register|facet/.test(name), `${bytes} bytes compressed`);
      await context.close();
    });

    test(`${name} fits 320 pixels, and renders without scripts`, () => plainly(browser, server.base + path));
  }
});

describe("a reader", () => {
  test("moves by keyboard: skip link first, then to the search with /", async () => {
    const { context, page } = await open(browser);
    await page.goto(server.base + templates.service);
    await page.keyboard.press("Tab");
    assert.match(await page.evaluate(() => document.activeElement.getAttribute("href")), /^#/);
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("type")), "search");
    await context.close();
  });

  test("filters the register, and the address keeps the filter", async () => {
    const { context, page } = await open(browser);
    await page.goto(server.base + templates.register);
    await page.getByLabel("Outcome", { exact: true }).selectOption({ label: "rolled back" });
    await page.waitForURL(/outcome=rolled/);
    const rows = page.locator("main table tbody tr:visible");
    assert.equal(await rows.count(), 1);
    await page.reload();
    assert.equal(await rows.count(), 1);
    assert.match(await page.getByRole("status").first().innerText(), /\b1\b/);
    await context.close();
  });

  test("filters the register by quarter", async () => {
    const { context, page } = await open(browser);
    await page.goto(server.base + templates.register);
    await page.getByLabel("Quarter", { exact: true }).selectOption({ label: "2026 Q2" });
    await page.waitForURL(/quarter=2026\+Q2/);
    const quarters = await page.locator("main table tbody tr:visible").evaluateAll((rows) => rows.map((row) => row.dataset.quarter));
    assert.ok(quarters.length > 0 && quarters.every((quarter) => quarter === "2026 Q2"), String(quarters));
    await context.close();
  });

  for (const width of [1280, 900]) {
    test(`reads a day and a time of the register in one line each, ${width} pixels wide`, async () => {
      const { context, page } = await open(browser, { viewport: { width, height: 740 } });
      await page.goto(server.base + templates.register);
      // As many lines as the text has breaks of its own.
      const broken = await page.locator("main .register time").evaluateAll((times) =>
        times.map((time) => [time.textContent, Math.round(time.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(time).lineHeight)), 1 + time.querySelectorAll("br").length]).filter(([, lines, breaks]) => lines > breaks),
      );
      assert.deepEqual(broken, []);
      await context.close();
    });
  }

  for (const path of [templates.home, templates.register, templates["change rolled back"], templates.service, templates.window, templates.guide, templates.rules, templates.month, templates.lifecycle]) {
    test(`finds no target on ${path} that is too small for a finger`, async () => {
      const { context, page } = await open(browser, { viewport: { width: 360, height: 740 } });
      await page.goto(server.base + path);
      const small = await page.locator("a[href], button, summary, select").evaluateAll((targets) => {
        // A link among other words is as high as its line.
        const isInText = (target) =>
          getComputedStyle(target).display === "inline" && [...target.parentElement.childNodes].some((other) => other !== target && /\p{L}/u.test(other.textContent));
        return targets
          .filter((target) => target.checkVisibility({ visibilityProperty: true }) && !isInText(target))
          .map((target) => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()])
          .filter(([, { width, height }]) => width > 1 && (width < 24 || height < 24))
          .map(([text, { width, height }]) => `${text}: ${width} x ${height}`);
      });
      assert.deepEqual(small, []);
      await context.close();
    });
  }

  test("prints the list of a page in columns that begin at one height", async () => {
    const { context, page } = await open(browser, { viewport: { width: 690, height: 900 } });
    await page.emulateMedia({ media: "print" });
    await page.goto(server.base + templates.guide);
    const entries = await page.locator(".contents li").evaluateAll((all) => all.map((entry) => entry.getClientRects().length));
    assert.ok(entries.length > 3 && entries.every((parts) => parts === 1), String(entries));
    await context.close();
  });

  test("sorts the register and is told so", async () => {
    const { context, page } = await open(browser);
    await page.goto(server.base + templates.register);
    const head = page.locator("th", { has: page.getByRole("button", { name: /^Id/ }) });
    await head.getByRole("button").click();
    const sort = await head.getAttribute("aria-sort");
    assert.ok(["ascending", "descending"].includes(sort), String(sort));
    await context.close();
  });

  test("is told what is in force at this moment, and that nothing is known behind the end of the file", async () => {
    const data = JSON.parse(readFileSync(join(site(), "calendar/now.json"), "utf8"));
    const at = async (moment) => {
      const { context, page } = await open(browser);
      await page.clock.setFixedTime(new Date(moment));
      await page.goto(server.base + templates.home, { waitUntil: "networkidle" });
      const text = await page.locator("[data-in-force]").innerText();
      await context.close();
      return text;
    };
    const middle = (Date.parse(data.from) + Date.parse(data.until)) / 2;
    const holding = data.windows.filter((w) => Date.parse(w.from) <= middle && middle < Date.parse(w.until));
    const text = await at(middle);
    for (const window of holding) assert.ok(text.includes(window.text), window.text);
    const last = data.groups[0].pieces.filter((piece) => Date.parse(piece.from) <= middle).pop();
    assert.ok(text.includes(last.text), last.text);
    for (const moment of [Date.parse(data.until), Date.parse(data.from) - 1000]) {
      const unknown = await at(moment);
      assert.ok(unknown.includes(data.unknown), unknown);
      for (const window of data.windows) assert.ok(!unknown.includes(window.text), window.text);
      assert.ok(!unknown.includes(data.groups[0].pieces[0].text));
    }
  });

  test("chooses dark, and it is kept on the next page", async () => {
    const { context, page } = await open(browser, { colorScheme: "light" });
    await page.goto(server.base + templates.home);
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    const button = page.getByRole("button", { name: /theme/i });
    for (let i = 0; i < 3 && (await background()) === light; i++) await button.click();
    const dark = await background();
    assert.notEqual(dark, light);
    await page.goto(server.base + templates.service);
    assert.equal(await background(), dark);
    await context.close();
  });

  test("follows a link between documents to its heading", async () => {
    const { context, page } = await open(browser);
    await page.goto(server.base + templates["change rolled back"]);
    const targets = await page.$$eval("main a[href*='#']", (links) =>
      links.map((link) => link.getAttribute("href")).filter((href) => href.startsWith("#")),
    );
    assert.ok(targets.length > 10);
    const missing = await page.evaluate(
      (ids) => ids.filter((id) => !document.getElementById(decodeURIComponent(id.slice(1)))),
      targets,
    );
    assert.deepEqual(missing, []);
    await context.close();
  });

  test("finds why the change was rolled back by browsing, on a phone, in three taps", async () => {
    const { context, page } = await open(browser, { viewport: { width: 390, height: 800 } });
    await page.goto(server.base + templates.home);
    await follow(page.locator("main").getByRole("link", { name: /Move card payments/ }).first(), /MCM-2026-0002\//);
    const text = await page.locator("main").innerText();
    assert.match(text, /rolled back/i);
    assert.match(text, /93\.1\s*%/);
    await context.close();
  });

  test("opens the folder from the disk", async () => {
    const { context, page, complaints } = await open(browser);
    await page.goto(pathToFileURL(join(site(), "index.html")).href);
    const link = page.locator("main").getByRole("link", { name: /Move card payments/ }).first();
    await follow(link, /MCM-2026-0002\/index\.html/);
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
