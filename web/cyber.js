// The Cyber desk: what this node has that the person may see, newest first, by day; search by value; what was refused.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import { at, code, el, empty } from "./dom.js";
import { asked, doing, drawFilter, item, officer, rememberOfficer, sayTrouble } from "./cyber-words.js";

const { t } = words;
let got = null;
let objects = [];
let refused = null;

function days() {
  const by = Map.groupBy ? Map.groupBy(objects, o => o.added.slice(0, 10)) : objects.reduce((m, o) => m.set(o.added.slice(0, 10), [...m.get(o.added.slice(0, 10)) ?? [], o]), new Map());
  return [...by].flatMap(([day, list]) => [el("h3", {}, words.day(day)), el("ul", { className: "items" }, list.map(o => item(o)))]);
}

function drawRefused() {
  at("refused-list").replaceChildren(...(refused?.refused ?? []).map(r => el("tr", {}, el("td", {}, words.moment(r.at)), el("td", {}, code(r.id)), el("td", {}, el("bdi", {}, r.source)),
    el("td", {}, el("bdi", {}, r.detail), " ", code([r.reason, r.clause].filter(Boolean).join(", "))))),
    ...(refused && !refused.refused.length ? [el("tr", {}, el("td", { colSpan: 4 }, t("cyber.refused.none")))] : []));
}

function draw() {
  drawFilter();
  drawRefused();
  at("age").textContent = got ? t("cyber.as-of", { at: words.moment(got.at), tlp: `TLP:${got.clearance.toUpperCase()}` }) : "";
  at("list").replaceChildren(...(!got ? [empty(t("cyber.begin"))] : objects.length ? days() : [empty(t("cyber.none"))]));
  at("more").hidden = !got?.next;
}

async function look(on) {
  await doing(async () => {
    const answer = await api.cyberObjects(asked(on && got?.next));
    const known = new Set(on ? objects.map(o => o.id) : []);
    objects = [...(on ? objects : []), ...answer.objects.filter(o => !known.has(o.id))];
    got = answer;
    draw();
    if (!on)
      at("list-title").focus();
  });
}

at("filter").addEventListener("submit", e => {
  e.preventDefault();
  look(false);
});
at("more").addEventListener("click", () => look(true));
at("refused").addEventListener("toggle", async () => {
  if (!at("refused").open)
    return;
  try {
    refused = await api.cyberRefused();
  } catch (e) {
    sayTrouble(e);
  }
  drawRefused();
});
rememberOfficer();
await page.start({ speak: draw, back: () => got && look(false) });
draw();
if (officer())
  await look(false);
await page.keepWatch();
