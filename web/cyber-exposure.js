// Exposure: the boards that members told each other, the own one as it stands, what is open for the desk's offices.

import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import * as csv from "./csv.js";
import { at, code, el, SIGN } from "./dom.js";
import { member, sayTrouble } from "./cyber-words.js";

const { t } = words;
const KEPT = "serai.office";
const WORST = ["critical", "high", "medium", "low", "none", "unknown"];
let members = null;
let now = null;
let detail = null;

const number = n => n === null || n === undefined ? SIGN.none : words.number(n);
const heads = (...names) => el("tr", {}, names.map(n => el("th", { scope: "col" }, n)));
const severity = word => t(`exposure.severity.${word}`);
const cells = (...values) => values.map(v => el("td", {}, v));

function drawMembers() {
  at("board-head").replaceChildren(heads(t("exposure.member"), t("exposure.as-of"), t("exposure.total"), ...WORST.map(severity), t("exposure.overdue"), t("exposure.exploited"), t("exposure.sectors"),
    t("exposure.days-open"), t("exposure.days-close")));
  at("board").replaceChildren(...members.members.map(m => el("tr", {}, cells(member(m.member), words.moment(m.as_of), number(m.total), ...WORST.map(w => number(m.worst[w])), number(m.kev.overdue),
    number(m.kev.exploited)), el("td", {}, ...Object.entries(m.sectors).map(([name, n]) => el("p", {}, code(name), ` ${words.number(n)}`))), cells(number(m.open_days), number(m.close_days)))),
    ...(members.members.length ? [] : [el("tr", {}, el("td", { colSpan: 14 }, t("exposure.members.none")))]));
  at("refused").textContent = members.refused.map(r => t("exposure.refused", { who: member(r.member), at: words.moment(r.at), why: r.says })).join(" ");
}

function drawNow() {
  at("now").textContent = t("exposure.now.text", { at: words.moment(now.at), rows: words.number(now.rows), advisories: words.number(now.advisories), exploited: words.number(now.exploited), open: words.number(now.open) });
  at("own-head").replaceChildren(heads(t("exposure.sector"), t("exposure.total"), ...WORST.map(severity), t("exposure.overdue"), t("exposure.exploited")));
  at("own").replaceChildren(...[...now.board.all, ...now.board.sectors].map(s => el("tr", {}, el("td", {}, s.sector === null ? t("exposure.all") : code(s.sector)), cells(number(s.organisations), ...WORST.map(w => number(s.worst[w])),
    number(s.kev.overdue), number(s.kev.exploited)))));
}

function drawDetail() {
  at("detail-head").replaceChildren(...(detail ? [heads(t("exposure.organisation"), t("exposure.product"), t("exposure.id"), t("exposure.worst"), t("exposure.since"))] : []));
  at("detail").replaceChildren(...(detail ? detail.findings.map(f => el("tr", {}, cells(code(f.organisation), code(f.product), code(f.id), severity(f.severity), words.moment(f.since)))) : []),
    ...(detail && !detail.findings.length ? [el("tr", {}, el("td", { colSpan: 5 }, t("exposure.open.none")))] : []));
}

function draw() {
  if (members)
    drawMembers();
  if (now)
    drawNow();
  drawDetail();
}

async function doing(fn, named = true) {
  at("trouble").textContent = "";
  const empty = named && ["office", "purpose"].find(id => !at(id).value.trim());
  if (empty) {
    at("trouble").textContent = t("exposure.trouble.who");
    at(empty).focus();
    return;
  }
  try {
    await fn();
  } catch (e) {
    const key = `exposure.trouble.${e.reason}`;
    words.has(key) ? at("trouble").textContent = t(key) : sayTrouble(e);
  }
}

const who = () => ({ office: at("office").value.trim(), purpose: at("purpose").value.trim() });

async function look() {
  now = await api.exposure();
  draw();
  members = await api.exposureMembers();
  draw();
}

at("who").addEventListener("submit", e => {
  e.preventDefault();
  doing(async () => {
    detail = null;
    drawDetail();
    detail = await api.exposureDetail(who());
    drawDetail();
    at("detail-title").focus();
  });
});
at("board-title").after(csv.tools("exposure", () => members && csv.flat(members.members)));
at("publish").addEventListener("click", () => doing(async () => {
  await api.exposurePublish({ ...who(), ...(at("consent").checked && { consent: "yes" }) });
  at("consent").checked = false;
  at("say").textContent = t("exposure.told");
  await look();
}));
at("office").value = sessionStorage.getItem(KEPT) ?? "";
at("office").addEventListener("change", () => sessionStorage.setItem(KEPT, at("office").value.trim()));
await page.start({ speak: draw, back: () => doing(look, false) });
await doing(look, false);
await page.keepWatch();
