// What readers see of approvals, in every dress: the banner, the signatures, what changed, policy and keys.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";

import { approvals } from "./approvals.mjs";
import { launch, open, plainly, serve, weigh } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const change = (number) => `changes/2026/MCM-2026-000${number}/index.html`;
const pages = {
  home: "index.html",
  register: "changes/index.html",
  "changes that are stale": "changes/approval/stale/index.html",
  "an approved change": change(1),
  "a stale change": change(2),
  "a change in review": change(3),
  "a rejected change": change(4),
  "a folder without a page of its own": "rota/index.html",
  "a window": "windows/quiet/index.html",
  policy: "policy/index.html",
  people: "policy/people/index.html",
  person: "policy/people/bob/index.html",
  keys: "policy/keys/index.html",
  evidence: "evidence/MCM-2026-0001/index.html",
};

let browser, server;
before(async () => {
  server = await serve(approvals());
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

const dresses = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 720 } },
  print: { media: "print" },
};

for (const [dress, { media, ...options }] of Object.entries(dresses)) {
  describe(`in ${dress}`, () => {
    for (const [name, path] of Object.entries(pages)) {
      test(`axe finds nothing on ${name}, and it keeps the content policy`, async () => {
        const { context, page, complaints } = await open(browser, options);
        if (media) await page.emulateMedia({ media });
        await page.goto(server.base + path);
        assert.deepEqual(complaints, []);
        if (dress === "phone") {
          const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
          assert.ok(wide <= seen, `${name} is ${wide} wide, the phone ${seen}`);
        }
        await context.close();
        // axe is put in from outside, which the pages' own policy would stop.
        const second = await open(browser, { ...options, bypassCSP: true });
        if (media) await second.page.emulateMedia({ media });
        await second.page.goto(server.base + path);
        await second.page.evaluate(axe);
        const result = await second.page.evaluate(() =>
          axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
        );
        const faults = result.violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.slice(0, 3).map((n) => n.html).join("\n    ")}`);
        assert.deepEqual(faults, []);
        await second.context.close();
      });
    }
  });
}

describe("every page of approvals", () => {
  for (const [name, path] of Object.entries(pages)) {
    test(`${name} is small, fits 320 pixels, and renders without scripts`, async () => {
      const { context, page } = await open(browser);
      const bytes = await weigh(page, server.base + path);
      assert.ok(bytes <= 60_000, `${bytes} bytes compressed`);
      await context.close();
      await plainly(browser, server.base + path);
    });
  }
});

test("each change says its status, why, and what is missing", async () => {
  const { context, page } = await open(browser);
  const banner = async (number) => {
    await page.goto(server.base + change(number));
    return (await page.locator(".standing-approval").innerText()).replace(/\s+/g, " ");
  };
  assert.match(await banner(1), /^Approved The quorum is met for exactly these bytes: approved by bob, carol\..*Unpinned/);
  assert.match(await banner(2), /^Stale Not approved: what was approved has changed since\. Still missing: /);
  assert.match(await banner(3), /^In review Not approved yet: waits for manager\. Still missing: manager \(bob or dave could\)/);
  assert.match(await banner(4), /^Rejected Not approved: rejected by dave\./);
  await page.goto(server.base + change(3));
  const forged = page.locator("#signatures tbody tr").nth(1);
  assert.match(await forged.innerText(), /does not count[\s\S]*key-unknown/);
  await context.close();
});

test("what changed can be told without colours", async () => {
  const { context, page } = await open(browser);
  await page.goto(server.base + change(2));
  const difference = page.locator("#difference");
  assert.equal(await difference.locator("ins").filter({ hasText: "The queue is emptied first.·" }).count(), 1);
  assert.match(await difference.innerText(), /added:/);
  assert.match(await difference.innerText(), /files\/plan\.csv added/);
  await context.close();
});

test("the register can be filtered by approval", async () => {
  const { context, page } = await open(browser);
  await page.goto(`${server.base}changes/index.html?approval=in+review`);
  await page.waitForFunction(() => document.querySelector("[data-status]").textContent.includes(" of "));
  assert.deepEqual(await page.locator("table.register tbody .id").allInnerTexts(), ["MCM-2026-0003"]);
  await context.close();
});
