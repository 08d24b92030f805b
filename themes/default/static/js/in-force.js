// What is in force at this moment, from `calendar/now.json`: the page shows what held when it was made.
//
// Every word that is shown stands in the file; here is only chosen which of them holds. Where the file's time
// has not begun or is over, nothing is claimed but that it is not known. Without the file (a page from a
// disk may not fetch it) the page stays as it was made, and says of when that is.
"use strict";
(function () {
  var banner = document.querySelector("[data-in-force]");
  if (!banner || !globalThis.fetch || location.protocol === "file:") return;

  function show(data, now) {
    var isKnown = Date.parse(data.from) <= now && now < Date.parse(data.until);
    var told = banner.querySelector("[data-as-of]");
    var next = banner.querySelector("[data-next]");
    if (next) next.hidden = true;
    var list = banner.querySelector("[data-windows]");
    list.replaceChildren();
    if (!isKnown) {
      told.textContent = data.unknown;
      told.className = "in-force-unknown";
      banner.querySelectorAll("ul").forEach(function (element) { element.hidden = true; });
      return;
    }
    var stamp = new Date(now).toISOString().slice(0, 16).replace("T", " ");
    told.textContent = "At " + stamp + " UTC, for a deployment without a change of its own, if nothing has landed since these pages were made:";
    data.windows.forEach(function (window) {
      if (Date.parse(window.from) > now || now >= Date.parse(window.until)) return;
      var item = document.createElement("li");
      var text = item;
      if (window.href) {
        text = document.createElement("a");
        text.href = banner.dataset.base + window.href;
        item.append(text);
      }
      text.append(window.text);
      list.append(item);
    });
    if (!list.children.length) {
      var nothing = document.createElement("li");
      nothing.textContent = data.nothing;
      list.append(nothing);
    }
    banner.querySelectorAll("[data-group]").forEach(function (line) {
      var piece = null;
      data.groups[Number(line.dataset.group)].pieces.forEach(function (candidate) {
        if (Date.parse(candidate.from) <= now) piece = candidate;
      });
      if (!piece) return;
      var look = data.looks[piece.decision];
      line.querySelector("[data-chip]").className = "chip chip-" + look.tone;
      line.querySelector(".icon").className = "icon icon-" + look.icon;
      line.querySelector("[data-word]").textContent = look.text;
      line.querySelector("[data-text]").textContent = piece.text;
    });
  }

  fetch(banner.dataset.inForce)
    .then(function (response) { return response.ok ? response.json() : null; })
    .then(function (data) {
      if (!data || data.format !== 1) return;
      show(data, Date.now());
      setInterval(function () { show(data, Date.now()); }, 60000);
    })
    .catch(function () {});
})();
