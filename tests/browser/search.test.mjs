// The search, over http with the full text and from the disk with titles and headings.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

import { follow, launch, open, serve, site } from "./browser.mjs";

let browser, server;
before(async () => {
  server = await serve(site());
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** Opens the search page with a question and waits for its answer. */
async function ask(base, question, options) {
  const opened = await open(browser, options);
  await opened.page.goto(`${base}search/index.html?q=${encodeURIComponent(question)}`);
  await opened.page.locator("#search-results .status, [role=status]").filter({ hasText: /\d|could not|nothing|no /i }).first().waitFor();
  return opened;
}

const home = { http: () => server.base, disk: () => pathToFileURL(join(site(), "/")).href };

for (const [place, base] of Object.entries(home)) {
  describe(`over ${place}`, () => {
    for (const id of ["MCM-2026-0002", "0002", "mcm 2", "2"]) {
      test(`${id} leads to the change`, async () => {
        const { context, page, complaints } = await ask(base(), id);
        const link = page.locator("#search-results .search-jump a").first();
        assert.match(await link.getAttribute("href"), /MCM-2026-0002\/index\.html/);
        await follow(link, /MCM-2026-0002\/index\.html/);
        assert.match(await page.locator("main h1").first().innerText(), /Move card payments/);
        assert.deepEqual(complaints, []);
        await context.close();
      });
    }

    test("a title's words find its document", async () => {
      const { context, page } = await ask(base(), "order store partitioned");
      assert.match(await page.locator("#search-results").innerText(), /order store/i);
      await context.close();
    });
  });
}

describe("the full text", () => {
  test("says why the change was rolled back, on a phone", async () => {
    const { context, page, complaints } = await ask(server.base, "range table", { viewport: { width: 390, height: 800 } });
    const hit = page.locator("#search-results a[href*='MCM-2026-0002']").first();
    await follow(hit, /MCM-2026-0002\//);
    assert.match(await page.locator("main").innerText(), /93\.1\s*%/);
    assert.deepEqual(complaints, []);
    await context.close();
  });

  for (const [where, width, above] of [["beside the groups on a wide screen", 1280, 500], ["soon below them on a phone", 360, 640]]) {
    test(`shows the first result ${where}`, async () => {
      const { context, page } = await ask(server.base, "range table", { viewport: { width, height: 740 } });
      const hit = await page.locator("#search-results .entry-title").first().boundingBox();
      await page.locator("#search-facets details").first().waitFor();
      const groups = await page.locator("#search-facets").boundingBox();
      assert.ok(hit.y < above && hit.width > width / 2, `${JSON.stringify(hit)}, groups ${JSON.stringify(groups)}`);
      assert.ok(width < 960 || hit.x > groups.x + groups.width);
      await context.close();
    });
  }

  test("offers the register for the word of an outcome", async () => {
    const { context, page } = await ask(server.base, "rolled back");
    await follow(page.getByRole("link", { name: /changes that are so/i }), /text=rolled/);
    assert.equal(await page.locator("main table tbody tr:visible").count(), 1);
    await context.close();
  });

  test("says that no document holds a word, and counts no text with a mere beginning of it", async () => {
    for (const [question, missing] of [["blockchain", "blockchain"], ["xyzzyqqq", "xyzzyqqq"], ["rollback blockchain", "blockchain"]]) {
      const { context, page, complaints } = await ask(server.base, question);
      assert.equal(await page.locator("main [role=status]").innerText(), `No document holds “${missing}”`);
      const answer = await page.locator("#search-results").innerText();
      assert.match(answer, /^These hold similar words, and are no results:/);
      assert.ok((await page.locator("#search-results .entry-title").count()) <= 5);
      assert.equal(await page.locator("#search-facets").isVisible(), false);
      assert.deepEqual(complaints, []);
      await context.close();
    }
  });

  for (const question of ["rolled", "rolling", "rollb", "Rückfall", "MCM-2026-0002", "go/no-go", "+1"]) {
    test(`holds ${question}, as a whole word, in another form or as its beginning`, async () => {
      const { context, page } = await ask(server.base, question);
      const told = await page.locator("main [role=status]").innerText();
      // The book speaks English.
      assert.match(told, question === "Rückfall" ? /^No document holds “Rückfall”$/ : /^\d+ results? for/);
      await context.close();
    });
  }

  test("narrows by a facet, and the address keeps it", async () => {
    const { context, page } = await ask(server.base, "rollback");
    await page.locator("#search-facets label", { hasText: "rolled back" }).first().click();
    await page.waitForURL(/outcome=rolled/);
    // The former results stand until the new ones are there.
    await page.waitForFunction(() => !document.querySelector("#search-results a[href*='MCM-2026-0001']"));
    assert.ok((await page.locator("#search-results a[href*='MCM-2026-0002']").count()) > 0);
    await context.close();
  });
});

describe("from disk", () => {
  test("says on a phone that the text was not searched, and how it can be", async () => {
    const { context, page, complaints } = await open(browser, { viewport: { width: 360, height: 740 } });
    await page.goto(`${home.disk()}index.html`);
    await page.keyboard.press("/");
    await page.keyboard.type("rolled back xyzzy");
    await page.keyboard.press("Enter");
    await page.waitForURL(/search\/index\.html/);
    const status = page.locator("main [role=status]").filter({ hasText: /nothing/i });
    assert.match(await status.innerText(), /^Nothing found for “rolled back xyzzy” in ids, titles and headings$/);
    const answer = await page.locator("#search-results").innerText();
    assert.match(answer, /Only ids, titles and headings are searched\. The text of the documents is not/);
    assert.match(answer, /mcmbook serve/);
    assert.doesNotMatch(answer, /No document holds/);
    assert.deepEqual(complaints, []);
    await context.close();
  });
});
