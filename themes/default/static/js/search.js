// The search page: a question, the results, the facets that narrow them.
//
// The question lives in the address (`?q=rollback&kind=Runbook&year=2026&sort=newest&page=2`), so that it can
// be sent to somebody and the browser's back button works. Two engines answer, with the same functions:
//
//   engine(root) -> { find, jump, chips, isFull }
//   find(query, facets, sort) -> { total, missing, counts: promise of {facet: {value: count}}, hits(from, to) }
//     Without results the hits are documents with similar words, and `missing` the words that no document holds.
//   jump({year, number}) -> the changes of that number, newest first
//   hit: { href, id, title, kind, status, date, excerpt: [piece], parts: [{ href, title: [piece], excerpt }] }
//   piece: text, or { mark: text } where it was found
//
// The full text needs a server. From a disk, or when the index was not made, ids, titles and headings are
// searched. Nothing here turns text into HTML: elements are made, text is put into them.
"use strict";
(function () {
  const form = document.getElementById("search-form");
  const input = document.getElementById("search-input");
  const results = document.getElementById("search-results");
  const aside = document.getElementById("search-facets");
  if (!form || !input || !results || !aside) return;

  const { engines } = globalThis.mcmbookSearch;
  const root = document.documentElement.dataset.root ?? "../";
  const HITS = 20;
  /** Documents with similar words that are shown instead of results. */
  const SIMILAR = 5;
  const VALUES = 8;
  const FACETS = {
    kind: "Kind",
    year: "Year",
    quarter: "Quarter",
    month: "Month",
    service: "Service",
    window: "Window",
    class: "Class",
    phase: "Phase",
    outcome: "Outcome",
    approver: "Approver",
    person: "Person",
  };
  const SORTS = { relevance: "Best match", newest: "Newest change", oldest: "Oldest change" };
  const DATES = ["year", "quarter", "month"];

  // Elements ------------------------------------------------------------------------------------------------

  /** An element with attributes, properties that begin with a dot, listeners (`onclick`), and content. */
  function h(tag, attributes, ...content) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
      if (value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...content.flat().filter((part) => part || part === 0));
    return element;
  }

  const marked = (pieces) => pieces.map((piece) => (piece.mark ? h("mark", null, piece.mark) : piece));
  const counted = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;

  function chip(text, [tone, icon] = ["plain", ""]) {
    return h("span", { class: `chip chip-${tone}` }, icon && h("span", { class: `icon icon-${icon}` }), text);
  }

  // The question --------------------------------------------------------------------------------------------

  let state = read();
  let engine;
  let turn = 0;
  let timer;
  const opened = new Set();

  function read() {
    const query = new URLSearchParams(location.search);
    const facets = {};
    for (const facet of Object.keys(FACETS)) facets[facet] = query.getAll(facet).filter(Boolean);
    const sort = query.get("sort");
    return {
      q: query.get("q") ?? "",
      facets,
      sort: sort in SORTS ? sort : "relevance",
      page: Math.max(1, Number.parseInt(query.get("page"), 10) || 1),
      // The forms of other pages ask to be taken to the change that an id names.
      go: query.get("go") === "1",
    };
  }

  function addressOf({ q, facets, sort, page }) {
    const query = new URLSearchParams();
    if (q) query.set("q", q);
    for (const [facet, values] of Object.entries(facets)) values.forEach((value) => query.append(facet, value));
    if (sort !== "relevance") query.set("sort", sort);
    if (page > 1) query.set("page", page);
    const text = query.toString();
    return text ? `?${text}` : location.pathname;
  }

  function write(push) {
    const address = addressOf(state);
    if (address === location.search) return;
    try {
      if (push) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    } catch {
      // Some browsers refuse that for pages from a disk.
    }
  }

  /** Another question: `change` is laid over the state, and what is not asked any more is forgotten. */
  function ask(change, push) {
    state = { ...state, page: 1, go: false, ...change };
    write(push);
    return answer();
  }

  const chosen = () => Object.values(state.facets).some((values) => values.length);

  /** `MCM-2026-0042`, `mcm 42`, `2026-0042`, `0042`, `42`: the id that a query means, if it is one. */
  function idOf(query) {
    const found = /^\s*(?:mcm[\s_-]*)?(?:(\d{4})[\s_-]+)?(\d{1,9})\s*$/i.exec(query);
    return found && { year: found[1], number: Number(found[2]) };
  }

  // The answer ----------------------------------------------------------------------------------------------

  /** The engine: the full text where there is one, else titles and headings. */
  async function chooseEngine() {
    if (engines.full && location.protocol !== "file:") {
      try {
        return await engines.full(root);
      } catch (error) {
        console.info(`mcmbook: searching titles and headings, because ${error.message}`);
      }
    }
    return engines.classic(root);
  }

  function start() {
    engine ??= chooseEngine();
    return engine;
  }

  async function answer() {
    const mine = ++turn;
    const isCurrent = () => mine === turn;
    clearTimeout(timer);
    if (!state.q.trim() && !chosen()) {
      aside.hidden = true;
      results.replaceChildren();
      say("");
      return;
    }
    const waiting = setTimeout(() => isCurrent() && say("Searching…"), 300);
    try {
      await show(isCurrent);
    } catch (error) {
      if (!isCurrent()) return;
      const current = await start().catch(() => null);
      if (current?.isFull) {
        // The index can be read in part only: the other engine answers from here on.
        engine = engines.classic(root);
        return await answer();
      }
      console.error(error);
      aside.hidden = true;
      results.replaceChildren(h("p", { class: "notice notice-warn" }, "The search index cannot be read. The register lists every change: ", h("a", { href: root + "changes/index.html" }, "all changes"), "."));
      say("Nothing could be searched.");
    } finally {
      clearTimeout(waiting);
    }
  }

  async function show(isCurrent) {
    const current = await start();
    const { q, facets, sort, page, go } = state;
    const id = idOf(q);
    const [jumps, found] = await Promise.all([id ? current.jump(id) : [], current.find(q, facets, sort)]);
    const hits = found.total ? await found.hits((page - 1) * HITS, page * HITS) : await found.hits(0, SIMILAR);
    if (!isCurrent()) return;
    if (go && jumps.length === 1) return location.replace(jumps[0].href);
    state.go = false;
    results.replaceChildren(
      ...(current.isFull ? [] : [h("p", { class: "notice notice-info" }, "Only ids, titles and headings are searched. ", ...howToSearchText())]),
      ...(jumps.length ? [jumpList(jumps, current.chips)] : []),
      ...(current.chips[q.trim().toLowerCase()] ? [inRegister(q.trim().toLowerCase(), current.chips)] : []),
      ...(found.total ? [toolbar()] : [empty(jumps, found, current.isFull, hits.length)]),
      ...(hits.length ? [hitList(hits, current.chips, found.total ? page : 1)] : []),
      ...(found.total > HITS ? [pager(found.total, page)] : []),
    );
    say(summary(found, q, current.isFull));
    const counts = await found.counts;
    if (isCurrent()) showFacets(counts);
  }

  const quoted = (words) => words.map((word) => `“${word}”`).join(" or ");

  function summary({ total, missing }, q, isFull) {
    const words = (q.trim() ? ` for “${q.trim()}”` : "") + (isFull ? "" : " in ids, titles and headings");
    if (!total && missing?.length) return `No document holds ${quoted(missing)}`;
    return total ? `${counted(total, "result")}${words}` : `Nothing found${words}`;
  }

  /** What a reader does who wants the text to be searched. */
  function howToSearchText() {
    if (location.protocol !== "file:") return ["The index of the full text is not there, or cannot be read."];
    return ["The text of the documents is not: pages opened from disk may not load its index. ", h("code", null, "mcmbook serve"), ", or any web server, gives pages that do."];
  }

  const status = h("p", { class: "status", role: "status" });
  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  /** What is said instead of results; `others` documents with similar words follow. */
  function empty(jumps, { missing }, isFull, others) {
    if (jumps.length && !others) return h("p", null, isFull ? "No text holds it beside that." : "No other title or heading holds it.");
    const clear = h("button", { type: "button", onclick: () => ask({ facets: {} }, true) }, "Search without them");
    const none = isFull ? "No document holds all of these words. " : "No id, title or heading holds all of these words. ";
    return h(
      "div",
      { class: "search-empty" },
      h("p", null, !missing?.length && none, others ? "These hold similar words, and are no results:" : "Fewer words, or the beginning of a word, find more; an id such as 42 leads to its change."),
      chosen() && h("p", null, "The results are narrowed. ", clear),
    );
  }

  function jumpList(jumps, chips) {
    const line = (hit) =>
      h("li", null, h("a", { href: hit.href }, h("span", { class: "entry-id" }, hit.id), " ", hit.title), " ", hit.status && chip(hit.status, chips[hit.status]));
    return h("section", { class: "search-jump", "aria-label": "Changes of that number" }, h("h2", { class: "label" }, jumps.length === 1 ? "Go to the change" : "Changes of that number"), h("ul", null, jumps.map(line)));
  }

  // "rolled back" is a word of many texts, but whoever asks for it alone means the changes that were.
  function inRegister(status, chips) {
    const href = `${root}changes/index.html?text=${encodeURIComponent(status)}`;
    const line = h("li", null, h("a", { href }, "The changes that are so"), " ", chip(status, chips[status]));
    return h("section", { class: "search-jump", "aria-label": "In the register" }, h("h2", { class: "label" }, "In the register"), h("ul", null, line));
  }

  function toolbar() {
    const option = ([value, title]) => h("option", { value, selected: value === state.sort }, title);
    const select = h("select", { id: "search-sort", onchange: () => ask({ sort: select.value }, true) }, Object.entries(SORTS).map(option));
    return h("p", { class: "search-sort" }, h("label", { for: "search-sort" }, "Order"), " ", select);
  }

  function hitList(hits, chips, page) {
    return h("ol", { class: "entries hits", start: (page - 1) * HITS + 1 }, hits.map((hit) => hitItem(hit, chips)));
  }

  function hitItem(hit, chips) {
    const part = ({ href, title, excerpt }) => h("li", null, h("a", { href }, marked(title)), excerpt.length ? " " : "", h("span", null, marked(excerpt)));
    return h(
      "li",
      null,
      h("p", { class: "entry-head" }, hit.id && h("span", { class: "entry-id" }, hit.id), chip(hit.kind), hit.status && chip(hit.status, chips[hit.status]), hit.date && h("time", { datetime: hit.date, class: "quiet" }, hit.date)),
      h("h2", { class: "entry-title" }, h("a", { href: hit.href }, hit.title)),
      hit.excerpt.length > 0 && h("p", { class: "hit-text" }, marked(hit.excerpt)),
      hit.parts.length > 0 && h("ul", { class: "hit-parts" }, hit.parts.map(part)),
    );
  }

  function pager(total, page) {
    const last = Math.ceil(total / HITS);
    const link = (number, title, rel) => {
      const go = (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        ask({ page: number }, true).then(() => {
          results.scrollIntoView();
          results.querySelector(".entry-title a")?.focus({ preventScroll: true });
        });
      };
      return h("a", { href: addressOf({ ...state, page: number }), rel, onclick: go }, title);
    };
    return h(
      "nav",
      { class: "pager", "aria-label": "Pages of results" },
      page > 1 && link(page - 1, "Previous", "prev"),
      h("span", null, `Page ${page} of ${last}`),
      page < last && link(page + 1, "Next", "next"),
    );
  }

  // Facets --------------------------------------------------------------------------------------------------

  function toggle(facet, value, on) {
    const values = state.facets[facet].filter((one) => one !== value);
    return ask({ facets: { ...state.facets, [facet]: on ? values.concat(value) : values } }, true);
  }

  /** Values with results, and those that are chosen. */
  function valuesOf(facet, counts) {
    const values = new Map(state.facets[facet].map((value) => [value, 0]));
    for (const [value, count] of Object.entries(counts[facet] ?? {})) {
      if (count || values.has(value)) values.set(value, count);
    }
    const byDate = ([a], [b]) => (a < b ? 1 : -1);
    const byCount = ([a, some], [b, others]) => others - some || (a < b ? -1 : 1);
    return [...values].sort(DATES.includes(facet) ? byDate : byCount);
  }

  /** Quarters belong to a year and months to a quarter: they are offered when one has been chosen. */
  function isOffered(facet, counts) {
    if (state.facets[facet].length) return true;
    const above = DATES[DATES.indexOf(facet) - 1];
    const isNarrow = !above || state.facets[above].length > 0 || valuesOf(above, counts).length === 1;
    return isNarrow && valuesOf(facet, counts).length > 1;
  }

  function showFacets(counts) {
    const focused = document.activeElement?.closest?.("#search-facets") && document.activeElement.dataset.key;
    const offered = Object.keys(FACETS).filter((facet) => isOffered(facet, counts));
    const groups = offered.map((facet) => facetGroup(facet, valuesOf(facet, counts)));
    const clear = h("button", { type: "button", "data-key": "clear", onclick: () => ask({ facets: {} }, true) }, "Clear");
    aside.replaceChildren(h("p", { class: "facet-head" }, h("span", { class: "label" }, "Narrow"), chosen() && clear), ...groups);
    aside.hidden = !groups.length;
    if (focused) aside.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  function facetGroup(facet, values) {
    const isWhole = opened.has(facet) || values.length <= VALUES + 2;
    const shown = isWhole ? values : values.filter(([value], at) => at < VALUES || state.facets[facet].includes(value));
    const list = h("ul", null, shown.map(([value, count]) => facetValue(facet, value, count)));
    const group = h("details", { class: "facet", open: isUnfolded(facet) }, h("summary", null, FACETS[facet]), list);
    group.addEventListener("toggle", () => {
      folded.set(facet, !group.open);
    });
    if (!isWhole) {
      const all = () => {
        opened.add(facet);
        group.replaceWith(facetGroup(facet, values));
      };
      group.append(h("button", { type: "button", "data-key": `${facet}:all`, onclick: all }, `All ${values.length}`));
    }
    return group;
  }

  const folded = new Map();
  // On a phone the results come first: facets begin folded.
  const isNarrowScreen = matchMedia("(max-width: 59.99rem)").matches;
  function isUnfolded(facet) {
    return !(folded.get(facet) ?? (isNarrowScreen && !state.facets[facet].length));
  }

  function facetValue(facet, value, count) {
    const key = `${facet}:${value}`;
    const box = h("input", { type: "checkbox", "data-key": key, checked: state.facets[facet].includes(value), onchange: () => toggle(facet, value, box.checked) });
    return h("li", null, h("label", null, box, " ", value, " ", h("span", { class: "count" }, count.toLocaleString("en"))));
  }

  // Beginning -----------------------------------------------------------------------------------------------

  results.before(status);
  input.value = state.q;

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask({ q: input.value }, false), 180);
  });
  // The index is fetched while the reader thinks of words.
  input.addEventListener("focus", () => void start().catch(() => {}), { once: true });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask({ q: input.value, go: true }, true);
  });
  addEventListener("popstate", () => {
    state = read();
    input.value = state.q;
    answer();
  });

  answer();
})();
