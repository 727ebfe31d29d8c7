// Hits: compared side by side and closed by a named officer. What stands in one is fetched only when it is opened, and the look leaves an entry.

import * as live from "./live.js";
import * as page from "./page.js";
import * as words from "./language.js";
import * as api from "./api.js";
import * as csv from "./csv.js";
import { later } from "./act.js";
import { at, code, el, empty } from "./dom.js";
import { problem } from "./problem.js";

const { t } = words;
const STATES = ["open", "closed"];
const PURPOSES = ["border-check", "investigation", "data-subject-request", "complaint"];
const OUTCOMES = ["no match", "possible", "confirmed"];
const key = s => s.replaceAll(" ", "-");

let list = [];
let open = null;

const own = text => el("bdi", {}, text);
const day = s => s ? words.day(s.slice(0, 10)) : "";
const stateOf = h => h.outcome ? t(`hit.outcome.${key(h.outcome)}`) : h.state.startsWith("second ") ? t("hit.second") : t("hit.is-open");

function row(h) {
  return el("tr", {}, el("td", {}, code(h.id)), el("td", {}, stateOf(h)), el("td", {}, t(`hit.desk.${key(h.desk)}`)), el("td", {}, day(h.at)),
    el("td", { className: h.late ? "late" : "" }, h.late ? "! " : "", day(h.due)),
    el("td", {}, el("button", { type: "button", className: "small", "aria-label": `${t("hit.open")} ${h.id}`, onclick: () => show(h.id) }, t("hit.open"))));
}

const nameItem = (n, note) => el("li", {}, el("span", { className: "native" }, own(n.text)),
  n.latin ? el("span", {}, code(n.latin), " · ", own(n.cyrillic)) : null, note ? el("small", {}, ` (${note})`) : null);

function side(title, names, more) {
  return el("div", {}, el("h3", {}, title), el("ul", {}, names), more);
}

const pair = (name, value) => value ? [el("dt", {}, t(name)), el("dd", {}, own(value))] : null;

function sides() {
  const l = open.listed;
  return el("div", { className: "sides" },
    side(t("hit.traveller"), (open.traveller?.names ?? []).map(n => nameItem(n, t(`hit.source.${n.source}`))), null),
    l ? side(t(`hit.listed.${l.source}`), l.names.map(n => nameItem(n, n.weak ? t("hit.weak") : n.kind)),
      el("dl", {}, pair("hit.owner", l.owner), pair("hit.age", t("hit.days", { n: l.age_days })), pair("hit.expires", day(l.expires)), pair("hit.kind", l.kind),
        pair("hit.status", l.status), pair("hit.action", l.action), pair("hit.facts", l.facts), pair("hit.cautions", l.cautions.join(", ")))) : null);
}

function attributes() {
  return el("table", { className: "words" }, el("caption", {}, t("hit.compared")),
    el("tbody", {}, open.attributes.map(a => el("tr", {}, el("th", { scope: "row" }, t(`hit.what.${a.what}`)), el("td", {}, code(a.traveller ?? "–")),
      el("td", {}, code(a.listed.join(", ") || "–")), el("td", {}, t(`hit.how.${a.how}`))))));
}

function why() {
  return el("table", { className: "words" }, el("caption", {}, t("hit.why")),
    el("tbody", {}, open.why.words.map(w => el("tr", {}, el("td", {}, own(w.asked)), el("td", {}, own(w.listed)), el("td", {}, t(`screen.rule.${w.rule}`)))),
      [...open.why.left_asked, ...open.why.left_listed].map(w => el("tr", {}, el("td", {}, own(w)), el("td", {}, "–"), el("td", {}, t("hit.left"))))));
}

const events = () => el("ul", {}, open.events.map(e => el("li", {}, `${day(e.at)} · ${t(`hit.event.${e.what}`)}`,
  e.officer ? [" · ", code(e.officer)] : null, e.outcome ? ` · ${t(`hit.outcome.${key(e.outcome)}`)}` : null, e.reason ? [" · ", own(e.reason)] : null)));

function owner() {
  const o = open.owner;
  return o ? el("p", { id: "owner" }, `${t("hit.asked-owner")}: `, o.says ? own(`${t(`hit.says.${key(o.says)}`)} · ${o.text}`) : t("hit.no-answer"), o.until ? ` · ${day(o.until)}` : "") : null;
}

function controls() {
  const outcome = el("select", { id: "outcome" }), reason = el("textarea", { id: "reason", rows: 3, maxLength: 1000, dir: "auto" });
  const consent = el("input", { type: "checkbox", id: "consent" });
  outcome.append(...OUTCOMES.map(o => el("option", { value: o }, t(`hit.outcome.${key(o)}`))));
  return el("div", { className: "fields" }, el("label", {}, el("span", {}, t("hit.outcome")), outcome),
    el("label", { className: "whole" }, el("span", {}, t("hit.reason")), reason),
    el("label", { className: "whole" }, consent, " ", el("span", {}, t("hit.consent"))),
    el("div", { className: "tools" }, el("button", { type: "button", className: "strong", id: "close",
      onclick: () => close(outcome.value, reason.value.trim(), consent.checked && outcome.value === "no match") }, t("hit.close"))));
}

function draw() {
  const asked = new URLSearchParams(location.search).get("state"), kept = [at("state").options.length ? at("state").value : STATES.includes(asked) ? asked : "", at("purpose").value];
  at("state").replaceChildren(el("option", { value: "" }, t("need.any")), ...STATES.map(s => el("option", { value: s }, t(s === "open" ? "hit.is-open" : "hit.is-closed"))));
  at("purpose").replaceChildren(...PURPOSES.map(p => el("option", { value: p }, t(`hit.purpose.${p}`))));
  at("state").value = kept[0];
  at("purpose").value = kept[1] || PURPOSES[0];
  at("list").replaceChildren(...list.map(row), ...(list.length ? [] : [el("tr", {}, el("td", { colSpan: 6 }, empty(t("hit.none"), "serai hit list --help")))]));
  at("case").hidden = !open;
  if (open)
    at("case").replaceChildren(...[el("h2", { id: "case-title", tabIndex: -1 }, code(open.id), ` · ${stateOf(open)}`), el("p", { className: "advice" }, t(open.advice ? `hit.advice.${open.advice}` : "hit.erased")),
      open.traveller ? sides() : null, open.attributes ? attributes() : null, open.why ? why() : null, owner(), el("h3", {}, t("hit.events")), events(),
      open.traveller ? controls() : null].filter(Boolean));
}

const caller = () => ({ officer: at("officer").value.trim(), office: at("office").value.trim(), purpose: at("purpose").value });

function trouble(e) {
  at("trouble").replaceChildren(...problem(e, "hit.fault"));
}

async function load() {
  try {
    list = (await api.hits("list", at("state").value ? { state: at("state").value } : {})).hits;
  } catch (e) {
    trouble(e);
  }
  draw();
}

async function show(id) {
  at("trouble").textContent = "";
  try {
    open = await api.hits("show", { id, ...caller() });
    draw();
    at("case-title").focus();
  } catch (e) {
    trouble(e);
  }
}

async function close(outcome, reason, consent) {
  at("trouble").textContent = "";
  try {
    const request = { id: open.id, outcome, reason, ...(consent ? { consent } : {}), ...caller() }, was = open;
    let done = null;
    open = null;
    draw();
    if (!await later(t("act.closing"), async () => { done = await api.hits("close", request); }, () => { open ??= was; draw(); }))
      return;
    await load();
    if (!open)
      await show(was.id);
    at("say").textContent = t(done.second_officer ? "hit.second" : "hit.is-closed");
  } catch (e) {
    trouble(e);
  }
}

at("who").addEventListener("submit", e => e.preventDefault());
at("state").addEventListener("change", load);
at("list-title").after(csv.tools("hits", () => csv.flat(list)));
await page.start({ speak: () => open ? show(open.id) : draw(), back: load, keys: () => [["Ctrl+Z", "act.undo"]] });
await load();
live.follow(["hits", "notices"], () => open || live.busy(at("list")) || load());
if (location.hash.startsWith("#H-"))
  at("officer").focus();
await page.keepWatch();
