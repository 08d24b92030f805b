// Filters and sorting of the register. The table is complete without it: every facet has a page of its own.
//
// The state lives in the address (`?class=major&text=ledger&sort=-risk`), so that a view can be sent to
// somebody. A register of several pages loads all its rows from a script file, because pages opened from a
// disk may not fetch data.
"use strict";
(function () {
  var form = document.querySelector("[data-filter]");
  var table = document.querySelector("table.register");
  var status = document.querySelector("[data-status]");
  if (!form || !table || !status) return;

  var body = table.tBodies[0];
  // What is filtered by: the text of a cell, or what the row says beside its cells.
  var columns = [
    { key: "quarter", title: "Quarter", data: "quarter" },
    { key: "class", title: "Class", cell: 2 },
    { key: "service", title: "Service", cell: 3, many: true },
    { key: "window", title: "Window", cell: 4, many: true },
    { key: "state", title: "State", cell: 6 },
    { key: "outcome", title: "Outcome", cell: 7 },
    { key: "approval", title: "Approval", cell: 9 },
    { key: "approver", title: "Approver", data: "approvers", many: true },
  ];
  var sortKeys = ["id", "title", "class", "services", "windows", "slot", "state", "outcome", "risk", "approval"];
  var written = status.textContent;
  var pager = document.querySelector(".pager");
  var state = read();

  // A row: its element, the texts of its cells, and what it is sorted by.
  function rowOf(element) {
    var cells = Array.prototype.slice.call(element.cells);
    var texts = cells.map(function (cell) { return cell.textContent.trim(); });
    var time = element.querySelector("time");
    return {
      element: element,
      text: texts.join(" ").toLowerCase(),
      year: texts[0].slice(4, 8),
      values: columns.map(function (column) {
        var text = column.data ? element.dataset[column.data] || "" : texts[column.cell];
        return (column.many ? text.split(", ") : [text]).filter(Boolean);
      }),
      sort: sortKeys.map(function (key, index) {
        if (key === "slot") return time ? time.getAttribute("datetime") : "";
        if (key === "risk") return Number(cells[index].dataset.value);
        return texts[index].toLowerCase();
      }),
    };
  }

  var rows = Array.prototype.slice.call(body.rows).map(rowOf);

  function read() {
    var query = new URLSearchParams(location.search);
    var found = { text: query.get("text") || "", sort: query.get("sort") || "", year: query.get("year") || "" };
    columns.forEach(function (column) { found[column.key] = query.get(column.key) || ""; });
    return found;
  }

  function write() {
    var query = new URLSearchParams();
    Object.keys(state).forEach(function (key) { if (state[key]) query.set(key, state[key]); });
    var text = query.toString();
    try {
      history.replaceState(null, "", text ? "?" + text : location.pathname);
    } catch (error) {
      // Some browsers refuse that for pages from a disk.
    }
  }

  function unique(values) {
    return Array.from(new Set(values)).sort();
  }

  function addSelect(key, title, values) {
    if (values.length < 2 && !state[key]) return;
    var paragraph = document.createElement("p");
    var label = document.createElement("label");
    var select = document.createElement("select");
    label.htmlFor = select.id = "filter-" + key;
    label.textContent = title;
    select.name = key;
    select.add(new Option("any", ""));
    values.forEach(function (value) { select.add(new Option(value, value)); });
    if (state[key] && values.indexOf(state[key]) < 0) select.add(new Option(state[key], state[key]));
    select.value = state[key];
    paragraph.append(label, select);
    form.insertBefore(paragraph, form.lastElementChild);
  }

  function addSelects() {
    form.querySelectorAll("select").forEach(function (select) { select.parentElement.remove(); });
    addSelect("year", "Year", unique(rows.map(function (row) { return row.year; })).reverse());
    columns.forEach(function (column, index) {
      addSelect(column.key, column.title, unique(rows.flatMap(function (row) { return row.values[index]; })));
    });
    form.elements.text.value = state.text;
  }

  function matches(row) {
    if (state.year && row.year !== state.year) return false;
    var words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    return words.every(function (word) { return row.text.indexOf(word) >= 0; }) &&
      columns.every(function (column, index) {
        return !state[column.key] || row.values[index].indexOf(state[column.key]) >= 0;
      });
  }

  function compare(index, direction) {
    return function (a, b) {
      var first = a.sort[index], second = b.sort[index];
      var order = first < second ? -1 : first > second ? 1 : 0;
      return order * direction || (a.sort[0] < b.sort[0] ? 1 : -1);
    };
  }

  function isFiltered() {
    return Object.keys(state).some(function (key) { return state[key]; });
  }

  function apply() {
    var shown = rows.filter(matches);
    var direction = state.sort[0] === "-" ? -1 : 1;
    var index = sortKeys.indexOf(state.sort.replace("-", ""));
    if (index >= 0) shown.sort(compare(index, direction));
    table.querySelectorAll("thead th").forEach(function (head, at) {
      if (at === index) head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    body.replaceChildren.apply(body, shown.map(function (row) { return row.element; }));
    if (pager) pager.hidden = isFiltered() && Boolean(form.dataset.source);
    var is_all = shown.length === rows.length && !isFiltered();
    status.textContent = is_all ? written : shown.length + " of " + rows.length + (rows.length === 1 ? " change" : " changes");
  }

  // All rows of a register of several pages, from its data file.
  function chip(pattern, text) {
    var element = document.createElement("span");
    element.className = pattern ? pattern.className : "chip chip-plain";
    if (pattern && pattern.firstElementChild) element.append(pattern.firstElementChild.cloneNode());
    element.append(text);
    return element;
  }

  function build(data, patterns) {
    var base = document.documentElement.dataset.root;
    var link = function (text) {
      var anchor = document.createElement("a");
      anchor.href = base + data.page;
      anchor.textContent = text;
      return anchor;
    };
    var row = document.createElement("tr");
    row.setAttribute("role", "row");
    row.dataset.quarter = data.quarter;
    row.dataset.approvers = data.approvers.join(", ");
    var labels = ["", "", "Class", "Services", "Window", "Slot", "State", "Outcome", "Risk", "Approval"];
    var add = function (at, content) {
      var cell = document.createElement(at === 1 ? "th" : "td");
      cell.setAttribute("role", at === 1 ? "rowheader" : "cell");
      if (at === 1) cell.scope = "row";
      if (at === 0) cell.className = "id";
      if (labels[at]) cell.dataset.label = labels[at];
      if (content) cell.append(content);
      row.append(cell);
      return cell;
    };
    add(0, link(data.id));
    add(1, link(data.title));
    add(2, data["class"] && chip(patterns["class " + data["class"]], data["class"]));
    add(3, data.services.join(", "));
    add(4, data.windows.join(", "));
    var time = null;
    if (data.slot_start) {
      time = document.createElement("time");
      time.dateTime = data.slot_start;
      time.append(data.slot_start.slice(0, 10), document.createElement("br"), data.slot_start.slice(11, 16) + " UTC");
    }
    add(5, time);
    var name = data.state.replace(/_/g, " ").replace("ratify", "ratification");
    add(6, chip(patterns["state " + name], name));
    var outcome = data.outcome || (data.status === "cancelled" ? data.status : "");
    add(7, outcome && chip(patterns["outcome " + outcome], outcome));
    var risk = data.risk && data.risk + " " + data.risk_band;
    add(8, risk && chip(patterns["risk " + data.risk_band], risk)).dataset.value = data.risk || 0;
    var approval = data.approval.replace("-", " ");
    add(9, chip(patterns["approval " + approval], approval));
    return rowOf(row);
  }

  function patternsOf() {
    var patterns = {};
    rows.forEach(function (row) {
      [["class", 2], ["state", 6], ["outcome", 7], ["risk", 8], ["approval", 9]].forEach(function (place) {
        var found = row.element.cells[place[1]].querySelector(".chip");
        if (found) patterns[place[0] + " " + found.textContent.trim().replace(/^\d+ /, "")] = found;
      });
    });
    return patterns;
  }

  function whenLoaded(then) {
    if (!form.dataset.source || form.dataset.loaded) return then();
    var script = document.createElement("script");
    script.src = form.dataset.source;
    script.onload = function () {
      var patterns = patternsOf();
      form.dataset.loaded = "yes";
      rows = globalThis.mcmbookRegister.map(function (data) { return build(data, patterns); });
      addSelects();
      then();
    };
    script.onerror = then;
    document.head.append(script);
  }

  table.querySelectorAll("thead th").forEach(function (head) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", function () {
      var key = head.dataset.sort;
      state.sort = state.sort === key ? "-" + key : key;
      write();
      whenLoaded(apply);
    });
  });
  form.addEventListener("input", function (event) {
    state[event.target.name] = event.target.value;
    write();
    whenLoaded(apply);
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () {
    Object.keys(state).forEach(function (key) { state[key] = ""; });
    setTimeout(function () { write(); whenLoaded(apply); });
  });

  addSelects();
  form.hidden = false;
  if (isFiltered()) whenLoaded(apply);
})();
