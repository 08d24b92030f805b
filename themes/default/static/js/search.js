// The search page: full text over http, titles and headings from the disk.
//
// Two engines answer behind one small interface, `find(words, facets) -> { total, entries, facets }`:
// Pagefind, which needs http, and the classic index, a plain script that a page opened from a disk may
// load too. Ids are always looked up in the classic index, so that `0042` finds its change in both.
"use strict";
(function () {
  const form = document.getElementById("search-form");
  const input = document.getElementById("search-input");
  const results = document.getElementById("search-results");
  const aside = document.getElementById("search-facets");
  if (!form || !input || !results || !aside) return;

  const PAGE = 20;
  const here = document.currentScript.src;
  const root = new URL("../", here);
  const titles = {
    kind: "Kind", year: "Year", quarter: "Quarter", month: "Month", service: "Service", window: "Window",
    class: "Class", phase: "Phase", outcome: "Outcome", person: "Person",
  };
  const status = element("p", { class: "search-status", role: "status" });
  const list = element("ol", { class: "search-list" });
  const more = element("button", { type: "button", class: "search-more", hidden: "" }, "Show more");
  results.append(status, list, more);

  let turn = 0;
  let shown = PAGE;
  let timer = 0;
  const state = read();
  input.value = state.words;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // ---- the address holds the question, so that it can be sent to somebody

  function read() {
    const query = new URLSearchParams(location.search);
    const facets = {};
    for (const key of Object.keys(titles)) {
      const values = query.getAll(key);
      if (values.length) facets[key] = values;
    }
    return { words: query.get("q") || "", facets };
  }

  function write() {
    const query = new URLSearchParams();
    if (state.words) query.set("q", state.words);
    for (const [key, values] of Object.entries(state.facets)) values.forEach((value) => query.append(key, value));
    const text = query.toString();
    try {
      history.replaceState(null, "", text ? `?${text}` : location.pathname);
    } catch {
      // A page opened from a disk may not change its address.
    }
  }

  // ---- the classic index: ids, titles, headings

  let classic;
  function loadClassic() {
    classic ??= new Promise((done) => {
      const script = element("script", { src: new URL("search/classic-index.js", root).href });
      script.onload = () => done(globalThis.mcmbookClassic?.entries ?? []);
      script.onerror = () => done([]);
      document.head.append(script);
    });
    return classic;
  }

  /** The changes that `MCM-2026-0042`, `2026-42`, `mcm 42`, `0042` or `42` names. */
  function ofId(entries, words) {
    const asked = /^(?:mcm[\s_-]*)?(?:(\d{4})[\s_-]+)?0*(\d{1,9})$/i.exec(words.trim());
    if (!asked) return [];
    return entries.filter((entry) => {
      const own = /^MCM-(\d{4})-0*(\d+)$/.exec(entry.id || "");
      return own && own[2] === asked[2] && (!asked[1] || own[1] === asked[1]);
    });
  }

  function fold(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  async function findClassic(words) {
    const entries = await loadClassic();
    const wanted = fold(words).split(/\s+/).filter(Boolean);
    if (!wanted.length) return { total: 0, entries: [], facets: {} };
    const rank = (entry) => {
      const title = fold(`${entry.id || ""} ${entry.title}`);
      const headings = (entry.headings || []).filter(([, text]) => wanted.some((word) => fold(text).includes(word)));
      const all = `${title} ${(entry.headings || []).map(([, text]) => fold(text)).join(" ")}`;
      if (!wanted.every((word) => all.includes(word))) return null;
      const inTitle = wanted.filter((word) => title.includes(word)).length;
      return { entry, headings: headings.slice(0, 4), score: inTitle * 10 + headings.length };
    };
    const found = entries.map(rank).filter(Boolean).sort((a, b) => b.score - a.score);
    return {
      total: found.length,
      facets: {},
      entries: found.map(({ entry, headings }) => async () => ({
        address: entry.address,
        title: entry.title,
        kind: entry.kind,
        id: entry.id,
        parts: headings.map(([anchor, text]) => ({ address: `${entry.address.split("#")[0]}#${anchor}`, title: text })),
      })),
    };
  }

  // ---- Pagefind: full text, facets

  let engine;
  function loadEngine() {
    engine ??= (async () => {
      if (!form.hasAttribute("data-full-text") || location.protocol === "file:") return null;
      try {
        const pagefind = await import(new URL("pagefind/pagefind.js", root).href);
        await pagefind.options({ baseUrl: "/", excerptLength: 26 });
        await pagefind.init();
        return { pagefind, all: await pagefind.filters() };
      } catch {
        return null;
      }
    })();
    return engine;
  }

  async function findFullText({ pagefind, all }, words, facets) {
    const filters = {};
    for (const [key, values] of Object.entries(facets)) filters[key] = { any: values };
    const found = await pagefind.search(words || null, { filters });
    const counts = {};
    for (const key of Object.keys(all)) {
      // Within a group that is in use, the total says what one more tick would add.
      const source = facets[key] ? found.totalFilters : found.filters;
      counts[key] = source?.[key] ?? {};
    }
    return {
      total: found.results.length,
      facets: counts,
      entries: found.results.map((result) => async () => {
        const data = await result.data();
        return {
          address: local(data.raw_url || data.url),
          title: data.meta.title,
          kind: data.meta.kind,
          id: data.meta.id,
          excerpt: data.excerpt,
          parts: (data.sub_results || [])
            .filter((part) => part.url !== data.url)
            .slice(0, 4)
            .map((part) => ({ address: local(part.url), title: part.title, excerpt: part.excerpt })),
        };
      }),
    };
  }

  function local(address) {
    return address.replace(/^\/+/, "");
  }

  // ---- drawing

  /** Puts an excerpt into an element: its only markup is <mark>, everything else is text. */
  function excerpt(html) {
    const paragraph = element("p", { class: "search-excerpt" });
    const parsed = new DOMParser().parseFromString(html, "text/html");
    for (const node of parsed.body.childNodes) {
      paragraph.append(node.nodeName === "MARK" ? element("mark", {}, node.textContent) : node.textContent);
    }
    return paragraph;
  }

  function link(address, title) {
    return element("a", { href: new URL(address, root).href }, title);
  }

  function drawn(entry) {
    const item = element("li", { class: "search-entry" });
    const head = element("p", { class: "search-title" });
    if (entry.kind) head.append(element("span", { class: "chip chip-plain" }, entry.kind), " ");
    if (entry.id) head.append(element("span", { class: "id" }, entry.id), " ");
    head.append(link(entry.address, entry.title));
    item.append(head);
    if (entry.excerpt) item.append(excerpt(entry.excerpt));
    if (entry.parts?.length) {
      const parts = element("ul", { class: "search-parts" });
      for (const part of entry.parts) parts.append(element("li", {}, link(part.address, part.title)));
      item.append(parts);
    }
    return item;
  }

  function drawFacets(counts) {
    const keys = Object.keys(titles).filter((key) => Object.keys(counts[key] ?? {}).length || state.facets[key]);
    aside.hidden = keys.length === 0;
    const groups = keys.map((key) => {
      const values = Object.entries(counts[key] ?? {}).filter(([value, count]) => count || state.facets[key]?.includes(value));
      if (!values.length) return null;
      const numeric = ["year", "quarter", "month"].includes(key);
      values.sort((a, b) => (numeric ? b[0].localeCompare(a[0]) : b[1] - a[1] || a[0].localeCompare(b[0])));
      const group = element("details", { class: "search-facet" }, element("summary", {}, titles[key]));
      group.open = Boolean(state.facets[key]) || ["kind", "outcome", "service"].includes(key);
      for (const [value, count] of values.slice(0, 40)) {
        const box = element("input", { type: "checkbox", name: key, value });
        box.checked = state.facets[key]?.includes(value) ?? false;
        group.append(element("label", {}, box, ` ${value} `, element("span", { class: "quiet" }, String(count))));
      }
      return group;
    });
    const active = document.activeElement?.closest?.("#search-facets") ? [document.activeElement.name, document.activeElement.value] : null;
    aside.replaceChildren(...groups.filter(Boolean));
    if (active) [...aside.querySelectorAll("input")].find((box) => box.name === active[0] && box.value === active[1])?.focus();
  }

  function say(text) {
    status.textContent = text;
  }

  // ---- one question, one answer

  async function answer() {
    const mine = ++turn;
    const words = state.words.trim();
    const any = words || Object.keys(state.facets).length;
    const fullText = await loadEngine();
    if (!any) {
      list.replaceChildren();
      more.hidden = true;
      say(fullText ? "" : "Titles and headings are searched; words of the text are found when the site is read over http.");
      drawFacets(fullText?.all ?? {});
      return;
    }
    say("Searching…");
    let found;
    let exact = [];
    try {
      exact = words ? ofId(await loadClassic(), words) : [];
      found = fullText ? await findFullText(fullText, words, state.facets) : await findClassic(words);
    } catch {
      if (mine === turn) say("The search failed. The register of changes still lists everything.");
      return;
    }
    if (mine !== turn) return;
    if (exact.length === 1 && /^mcm-\d{4}-\d{4,}$/i.test(words) && document.referrer && !state.stay) {
      location.replace(new URL(exact[0].address, root).href);
      return;
    }
    state.stay = true;
    const entries = await Promise.all(found.entries.slice(0, shown).map((load) => load()));
    if (mine !== turn) return;
    const first = exact.slice(0, 8);
    const rest = entries.filter((entry) => !first.some((other) => other.address === entry.address));
    list.replaceChildren(...[...first, ...rest].map(drawn));
    more.hidden = found.total <= shown;
    const total = Math.max(found.total, list.children.length);
    const where = fullText ? "" : " by title and heading";
    say(total ? `${total} ${total === 1 ? "result" : "results"}${where}` : `Nothing found${where} for “${words}”. Try fewer or other words.`);
    drawFacets(found.facets);
  }

  function ask() {
    shown = PAGE;
    write();
    answer();
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      state.words = input.value;
      state.stay = true;
      ask();
    }, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    state.words = input.value;
    ask();
  });
  aside.addEventListener("change", (event) => {
    const { name, value, checked } = event.target;
    const values = (state.facets[name] ?? []).filter((other) => other !== value);
    if (checked) values.push(value);
    if (values.length) state.facets[name] = values;
    else delete state.facets[name];
    ask();
  });
  more.addEventListener("click", () => {
    shown += PAGE;
    answer();
  });
  answer();
})();
