// A traveller's slot: asked for, shown with its QR code, given back. The code and the document travel in bodies; nothing is kept here.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { at, el, code } from "./dom.js";
import { atPost, dayOf, gateName, hour, kinds, places, trouble } from "./slot-words.js";

const { t } = words;
const SVG = "http://www.w3.org/2000/svg";

let posts = [];
let list = null;
let shown = null;
/** The same request again, after a lost answer, is the same slot and its code. */
let id = secret();

function secret() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, "0")).join("");
}

function chosen() {
  for (const p of posts)
    for (const g of p.gates)
      if (g.place === at("place").value)
        return { p, g };
  return null;
}

function drawTimes() {
  const kept = document.querySelector("#times input:checked")?.value;
  const slots = list?.slots.filter(s => s.can !== "later") ?? [];
  const title = at("times-title");
  at("times").replaceChildren(title, ...slots.map(s => el("label", {},
    el("input", { type: "radio", name: "slot", value: s.start, checked: s.start === kept }),
    el("span", {}, el("b", {}, code(hour(s.local))),
      el("small", {}, s.can === "book" ? t("slot.left", { n: s.left }) : s.first_draw ? t("slot.drawn.first") : t("slot.waiting.n", { n: s.waiting }))))));
  at("times-none").textContent = !list ? "" : slots.length ? "" : list.slots.length ? t("slot.later", { moment: words.moment(list.slots[0].opens) }) : t("slot.none");
  const g = chosen()?.g;
  at("plate").closest("label").hidden = g?.class === "foot";
  at("persons").closest("label").hidden = g && g.group < 2;
}

async function fetchTimes() {
  list = null;
  at("trouble").textContent = "";
  if (at("place").value && at("day").value) {
    try {
      list = await api.slots(`place=${encodeURIComponent(at("place").value)}&day=${at("day").value}`);
    } catch (e) {
      at("trouble").replaceChildren(...trouble(e));
    }
  }
  drawTimes();
}

/** Late in the day no slot of it is left: the page begins with the day after. */
async function begin() {
  await fetchTimes();
  if (!list || list.slots.length)
    return;
  const today = at("day").value;
  at("day").value = new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10);
  await fetchTimes();
  if (!list?.slots.length) {
    at("day").value = today;
    await fetchTimes();
  }
}

function qr(rows) {
  const n = rows.length, quiet = 4;
  const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  let d = "";
  rows.forEach((row, y) => [...row].forEach((c, x) => {
    if (c === "1")
      d += `M${x + quiet} ${y + quiet}h1v1h-1z`;
  }));
  path.setAttribute("d", d);
  path.setAttribute("fill", "#000");
  svg.setAttribute("viewBox", `0 0 ${n + 2 * quiet} ${n + 2 * quiet}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", t("slot.qr"));
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.append(path);
  return el("div", { className: "qr" }, svg);
}

function row(name, value) {
  return el("div", {}, el("dt", {}, name), el("dd", {}, value));
}

function changeForm() {
  const plate = el("input", { id: "new-plate", dir: "ltr", maxLength: 30, spellcheck: false });
  return el("details", { className: "no-print" }, el("summary", {}, t("slot.change")),
    el("p", { className: "note" }, t("slot.change.lead", { n: shown.changes_left })),
    el("form", { id: "change", onsubmit: e => {
      e.preventDefault();
      act(api.slotChange({ code: shown.code, ...holder(), plate: plate.value.trim() }));
    } }, el("div", { className: "fields" }, el("label", {}, el("span", {}, t("slot.plate.new")), plate),
      el("div", {}, el("button", { type: "submit" }, t("slot.change.go"))))));
}

function drawSlot() {
  at("slot").hidden = !shown;
  if (!shown)
    return;
  const p = posts.find(q => q.post === shown.post), open = ["waiting", "booked"].includes(shown.state);
  const g = p?.gates.find(q => q.place === shown.place);
  const until = p ? atPost(shown.until, p.utc_offset_minutes) : null, from = p ? atPost(shown.from, p.utc_offset_minutes) : null;
  at("slot").replaceChildren(
    el("h2", { id: "slot-title", tabIndex: -1 }, t(`slot.state.${shown.state}`)),
    el("p", { className: "code-large" }, code(shown.code)),
    el("p", {}, t("slot.code.lead")),
    el("dl", { className: "facts-of" },
      row(t("slot.place"), p && g ? gateName(p, g) : shown.place),
      row(t("slot.when"), el("span", {}, dayOf(shown.local), " ", code(hour(shown.local)))),
      from ? row(t("slot.taken"), el("span", {}, code(`${from.hour} – ${until.hour}`))) : null,
      row(t("slot.persons"), words.number(shown.persons))),
    ...(shown.state === "waiting" ? [el("p", {}, t("slot.waiting.lead", { moment: words.moment(shown.first_draw) }))] : []),
    ...(shown.qr ? [qr(shown.qr)] : []),
    ...(shown.token ? [el("details", {}, el("summary", {}, t("slot.token")), el("p", { className: "token", dir: "ltr" }, shown.token))] : []),
    ...(open && shown.changes_left > 0 ? [changeForm()] : []),
    el("div", { className: "tools no-print" },
      el("button", { type: "button", onclick: () => print() }, t("need.print")),
      open ? el("button", { type: "button", id: "cancel", onclick: () => act(api.slotCancel({ code: shown.code })) }, t("slot.cancel")) : ""),
    el("p", { className: "state bad", id: "slot-trouble", role: "alert" }));
}

function holder() {
  return { state: at("state").value.trim(), kind: at("kind").value, number: at("number").value.trim() };
}

async function act(promise) {
  try {
    shown = await promise;
    drawSlot();
    at("slot-title").focus();
    fetchTimes();
  } catch (e) {
    at("slot-trouble").replaceChildren(...trouble(e));
  }
}

function draw() {
  kinds(at("kind"));
  places(at("place"), posts, false);
  drawTimes();
  drawSlot();
}

at("place").addEventListener("change", fetchTimes);
at("day").addEventListener("change", fetchTimes);

at("ask").addEventListener("submit", async e => {
  e.preventDefault();
  at("trouble").textContent = "";
  const start = document.querySelector("#times input:checked")?.value, foot = chosen()?.g.class === "foot";
  if (!start || !at("state").value.trim() || !at("number").value.trim() || (!foot && !at("plate").value.trim())) {
    at("trouble").textContent = t("slot.trouble.missing");
    return;
  }
  const request = { id, place: at("place").value, start, ...holder() };
  if (!foot)
    request.plate = at("plate").value.trim();
  if (!at("persons").closest("label").hidden && /^[0-9]+$/.test(at("persons").value))
    request.persons = Number(at("persons").value);
  try {
    shown = await api.slotBook(request);
    id = secret();
    drawSlot();
    at("slot-title").focus();
    fetchTimes();
  } catch (x) {
    at("trouble").replaceChildren(...trouble(x));
    if (x.reason !== "unreachable")
      id = secret();
  }
});

at("find").addEventListener("submit", async e => {
  e.preventDefault();
  at("find-trouble").textContent = "";
  try {
    shown = await api.slotShow({ code: at("code").value.trim() });
    drawSlot();
    at("slot-title").focus();
  } catch (x) {
    shown = null;
    drawSlot();
    at("find-trouble").replaceChildren(...trouble(x));
  }
});

try {
  const got = await api.posts();
  posts = got.posts;
  const offset = posts[0]?.utc_offset_minutes ?? 0;
  at("day").value = atPost(got.now, offset).day;
} catch (e) {
  at("trouble").replaceChildren(...trouble(e));
}
await page.start({ speak: draw });
await begin();
await page.keepWatch();
