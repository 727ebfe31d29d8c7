// The public board: how long one waits, from both sides' counts, and the hours ahead. For a screen, a phone, and paper.

import * as live from "./live.js";
import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { at, el, code } from "./dom.js";
import { atPost, minutes, postName, trouble } from "./slot-words.js";

const { t } = words;
const AHEAD = [12, 24, 72, 168];
const AGAIN = 60_000;

let posts = [];
let board = null;

function side(name, s) {
  const told = s.minutes !== null && s.known ? minutes(s.minutes)
    : s.as_of ? t("waiting.unknown.since", { moment: words.moment(s.as_of) }) : t("waiting.unknown");
  return el("div", {}, el("dt", {}, name), el("dd", {}, told, s.known && s.queue ? ` (${t("waiting.queue", { n: s.queue })})` : ""));
}

function ahead(g) {
  if (!g.ahead?.length)
    return el("p", { className: "note" }, t("waiting.ahead.none"));
  const most = Math.max(60, ...g.ahead.map(f => f.high));
  let day = "";
  const rows = g.ahead.map(f => {
    const local = atPost(f.at, board.utc_offset_minutes);
    const fresh = local.day !== day;
    day = local.day;
    return el("tr", {},
      el("th", { scope: "row" }, fresh ? el("span", {}, words.day(local.day), " ") : "", code(local.hour)),
      el("td", {}, minutes(f.minutes)),
      el("td", {}, el("meter", { min: 0, max: most, value: f.minutes, "aria-hidden": "true" })),
      el("td", {}, `${words.number(f.low)}–${words.number(f.high)}`));
  });
  return el("details", { open: matchMedia("print").matches }, el("summary", {}, t("waiting.ahead.title")),
    el("div", { className: "ahead-scroll", tabIndex: 0, role: "region", "aria-label": t("waiting.ahead.title") }, el("table", { className: "ahead" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, t("waiting.hour")), el("th", { scope: "col" }, t("waiting.expected")),
        el("td", {}), el("th", { scope: "col" }, t("waiting.span")))),
      el("tbody", {}, rows))));
}

function gate(g) {
  const now = g.together;
  return el("section", { className: "gate" },
    el("h2", {}, `${t(`slot.direction.${g.direction}`)} · ${t(`slot.class.${g.class}`)}`),
    g.open ? null : el("p", { className: "note" }, t("waiting.shut")),
    now.known ? el("p", { className: "minutes" }, minutes(now.minutes))
      : now.at_least ? el("p", { className: "minutes" }, t("waiting.least", { time: minutes(now.minutes) }))
      : el("p", { className: "minutes unknown" }, t("waiting.unknown")),
    el("dl", {}, side(t("waiting.here"), g.here), g.there ? side(t("waiting.there", { state: words.state(board.neighbour.member) }), g.there) : null),
    ahead(g));
}

function draw() {
  const kept = at("post").value, hours = at("hours").value || "24";
  at("post").replaceChildren(...posts.map(p => el("option", { value: p.post }, postName(p))));
  if (kept)
    at("post").value = kept;
  at("hours").replaceChildren(...AHEAD.map(n => el("option", { value: String(n) }, n < 72 ? t("waiting.ahead.hours", { n }) : t("waiting.ahead.days", { n: n / 24 }))));
  at("hours").value = hours;
  at("when").textContent = board ? t("waiting.when", { post: postName(board), moment: words.moment(board.now) }) : "";
  at("board").replaceChildren(...(board?.gates ?? []).map(gate));
}

async function fetchBoard() {
  at("trouble").textContent = "";
  if (!at("post").value)
    return;
  try {
    board = await api.waiting(at("post").value, at("hours").value || "24");
  } catch (e) {
    board = null;
    at("trouble").replaceChildren(...trouble(e));
  }
  draw();
}

at("post").addEventListener("change", () => {
  history.replaceState(null, "", `?post=${encodeURIComponent(at("post").value)}`);
  fetchBoard();
});
at("hours").addEventListener("change", fetchBoard);
at("print").addEventListener("click", () => print());
const opened = new Set();
addEventListener("beforeprint", () => document.querySelectorAll(".gate details:not([open])").forEach(d => (opened.add(d), d.open = true)));
addEventListener("afterprint", () => (opened.forEach(d => d.open = false), opened.clear()));

try {
  posts = (await api.posts()).posts;
} catch (e) {
  at("trouble").replaceChildren(...trouble(e));
}
await page.start({ speak: draw });
const wanted = new URLSearchParams(location.search).get("post");
if (posts.some(p => p.post === wanted))
  at("post").value = wanted;
await fetchBoard();
setInterval(fetchBoard, AGAIN);
live.follow(["slots"], () => live.busy(at("board")) || fetchBoard());
await page.keepWatch();
