// Shows findings on top of the page: a bar in the corner that opens to a list.
(() => {
  "use strict";
  const DISMISSED = "mcmbook:dismissed";
  const OPEN = "mcmbook:open";

  // Elements by name, properties and children; text is only ever text.
  function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // Messages set off names and code by backticks.
  function prose(name, className, text) {
    const pieces = text.split("`");
    const isPaired = pieces.length % 2 === 1;
    const piece = (words, at) => (at % 2 === 1 ? element("code", { textContent: words }) : words);
    return element(name, { className, dir: "auto" }, ...(isPaired ? pieces.map(piece) : [text]));
  }

  const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

  function summary(report) {
    const parts = [
      [report.errors, "error", "errors"],
      [report.warnings, "warning", "warnings"],
      [report.infos, "note", "notes"],
    ];
    const told = parts.filter(([number]) => number > 0).map((part) => count(...part));
    return `${report.failed ? "Not rebuilt: " : ""}${told.join(", ")}`;
  }

  function place(finding) {
    const numbers = [finding.line, finding.column].filter((number) => number !== null);
    return [finding.path, ...numbers].join(":");
  }

  function item(finding) {
    const made = element("li", { className: finding.severity });
    const word = finding.severity === "info" ? "note" : finding.severity;
    made.append(
      element(
        "p",
        { className: "message" },
        element("span", { className: "severity", textContent: word }),
        " ",
        element("code", { className: "code", textContent: finding.code }),
        " ",
        prose("span", "words", finding.message),
      ),
    );
    if (finding.path) {
      made.append(element("p", { className: "place" }, element("code", { textContent: place(finding) })));
    }
    made.append(...finding.help.map((help) => prose("p", "help", help)));
    return made;
  }

  // The panel lives in a shadow tree: no style of the page reaches it, and none of its own gets out.
  const host = element("div", { hidden: true });
  const root = host.attachShadow({ mode: "open" });
  const style = element("link", { rel: "stylesheet", href: "/__mcmbook/overlay.css" });
  const status = element("span", { className: "summary" });
  status.setAttribute("role", "status");
  const toggle = element("button", { type: "button", className: "toggle" });
  toggle.setAttribute("aria-controls", "list");
  const dismiss = element("button", { type: "button", className: "dismiss", textContent: "Dismiss" });
  const list = element("div", { id: "list", className: "list", tabIndex: 0 });
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "List of findings");
  const panel = element(
    "section",
    { className: "panel" },
    element("div", { className: "bar" }, status, toggle, dismiss),
    list,
  );
  panel.setAttribute("aria-label", "Findings of mcmbook serve");
  root.append(style, panel);
  let report;

  function setOpen(isOpen) {
    list.hidden = !isOpen;
    toggle.setAttribute("aria-expanded", String(isOpen));
    toggle.textContent = isOpen ? "Hide" : "Show";
  }

  function show() {
    const isDismissed = sessionStorage.getItem(DISMISSED) === report.id;
    const isNeeded = report.failed || report.findings.length > 0;
    panel.classList.toggle("failed", report.failed);
    panel.dataset.worst = report.errors > 0 ? "error" : report.warnings > 0 ? "warning" : "info";
    status.textContent = isNeeded ? summary(report) : "";
    const all = report.errors + report.warnings + report.infos;
    const more = all - report.findings.length;
    list.replaceChildren(
      ...(report.failed ? [element("p", { className: "lead", textContent: LEAD })] : []),
      element("ol", {}, ...report.findings.map(item)),
      ...(more > 0 ? [element("p", { className: "more", textContent: `${more} more: mcmbook check` })] : []),
    );
    // What somebody opened or closed stays so until the findings change; a failed build opens by itself.
    const [id, wasOpen] = (sessionStorage.getItem(OPEN) ?? " ").split(" ");
    setOpen(id === report.id ? wasOpen === "yes" : report.failed);
    host.hidden = !isNeeded || isDismissed;
  }

  const LEAD = "The book could not be built. These pages are older than its files.";

  async function update() {
    const answer = await fetch("/__mcmbook/findings.json").catch(() => undefined);
    if (!answer?.ok) return;
    report = await answer.json();
    show();
  }

  toggle.addEventListener("click", () => {
    setOpen(list.hidden);
    sessionStorage.setItem(OPEN, `${report.id} ${list.hidden ? "no" : "yes"}`);
  });
  dismiss.addEventListener("click", () => {
    sessionStorage.setItem(DISMISSED, report.id);
    host.hidden = true;
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    toggle.click();
    toggle.focus();
  });

  // A page can have a choice of its own between light and dark.
  function follow() {
    const { theme } = document.documentElement.dataset;
    if (theme) host.dataset.theme = theme;
    else delete host.dataset.theme;
  }

  follow();
  new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  document.addEventListener("mcmbook:news", update);
  // Without its style the panel would stand in the middle of the page for a moment.
  style.addEventListener("load", update);
  document.body.append(host);
})();
