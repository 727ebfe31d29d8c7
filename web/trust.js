// What is believed here and why: per member its certificates, who vouched, how old all is, what is missing.

import * as api from "./api.js";
import * as page from "./page.js";
import * as words from "./language.js";
import { certificate, matches } from "./certificate.js";
import { during } from "./act.js";
import { SIGN, at, code, el } from "./dom.js";
import { ages } from "./trust-ages.js";

const { t } = words;
const AT_ONCE = 60; // certificates of one state drawn before "show all"
const SOON = 90;    // days

let trust = null;
let trouble = null;
let notTaken = null;
let wanted = "";

const KEY = { counts: "good", none: "warn", compromised: "bad", forked: "bad" };

const badge = (grade, ...text) => el("span", { className: `standing ${grade}` }, el("b", { "aria-hidden": "true" }, SIGN[grade]), " ", text);

/** The list as such: version, how many must vouch, when this was worked out. */
function summary() {
  const pair = (key, ...value) => el("div", {}, el("dt", {}, t(key)), el("dd", {}, value));
  const all = [...trust.members, ...trust.others].flatMap(s => s.anchors);
  return [el("dl", { className: "figures" },
    pair("trust.version", trust.list ? words.number(trust.list.version) : "–"),
    pair("trust.believed", words.number(all.filter(c => c.believed).length)),
    pair("trust.rule", t("trust.rule.value", { k: trust.rules.confirmations, n: trust.members.length })),
    pair("trust.at", words.moment(trust.at))),
  trust.list ? el("p", { className: "note" }, `${t("trust.digest")} `, el("code", { className: "digest" }, code(trust.list.digest))) : null,
  el("p", { className: "note" }, t("trust.rule.text", { k: trust.rules.confirmations, r: trust.rules.reports })),
  stale()].filter(Boolean);
}

/** The files changed and the node could not take it: what is shown is what it read before. */
function stale() {
  return notTaken ? el("div", {}, badge("warn", t("trust.not-taken")), el("p", { className: "note" }, el("bdi", { lang: "en" }, notTaken))) : null;
}

/** The member's own key: whether what it signs counts, and since when not. */
function standing(m) {
  const grade = KEY[m.key];
  if (m.missing?.includes("node-key"))
    return null; // said there, with what to do
  return el("div", { className: "key" }, badge(grade, t(`key.${m.key}`), m.since ? ` · ${words.moment(m.since)}` : ""),
    m.reason ? el("p", { className: "note" }, el("bdi", {}, m.reason)) : null,
    m.key === "compromised" || m.key === "forked" ? el("p", { className: "note" }, t("key.void")) : null,
    m.acts ? el("p", { className: "note" }, t("key.acts", { n: m.acts }), m.latest ? ` · ${words.ago(m.latest)}` : "") : null);
}

/** What is missing, and the one thing that mends it. */
function missing(m) {
  if (!m.missing?.length)
    return null;
  return el("ul", { className: "missing" }, m.missing.map(w => el("li", {}, badge("warn", words.or(`missing.${w}`, w)),
    words.has(`todo.${w}`) ? el("p", { className: "note" }, t(`todo.${w}`, { state: words.state(m.state) })) : null)));
}

const ORDER = { "own-decision": 0, vouched: 1, certified: 2, waiting: 3, proposed: 4, withdrawn: 5 };

const sorted = list => [...list].sort((a, b) => b.believed - a.believed || ORDER[a.why] - ORDER[b.why] || Date.parse(b.not_after) - Date.parse(a.not_after));

/** Rows are made when they are looked at: a state may have hundreds. */
function certificates(list, needed) {
  const ul = el("ul", { className: "certificates" });
  const rows = sorted(list);
  const draw = n => ul.replaceChildren(...rows.slice(0, n).map(c => certificate(c, keys(), needed)));
  draw(AT_ONCE);
  if (rows.length <= AT_ONCE)
    return ul;
  const more = el("button", { type: "button", className: "small" }, t("trust.all", { n: rows.length }));
  more.addEventListener("click", () => {
    draw(rows.length);
    more.remove();
    ul.children[AT_ONCE]?.querySelector("summary")?.focus();
  });
  return [ul, more];
}

/** Standing of each member's key, for what it had vouched for. */
const keys = () => new Map(trust.members.map(m => [m.state, m.key]));

function folded(key, values, make, open = false) {
  const box = el("div");
  const d = el("details", {}, el("summary", {}, t(key, values)), box);
  const fill = () => box.childNodes.length || box.append(...[make()].flat());
  d.addEventListener("toggle", () => d.open && fill());
  if (open) {
    fill();
    d.open = true;
  }
  return d;
}

const soon = c => c.expires_in_days >= 0 && c.expires_in_days <= SOON;

function counts(s) {
  const believed = s.anchors.filter(c => c.believed).length, waiting = s.anchors.filter(c => c.why === "waiting" || c.why === "proposed").length;
  return el("ul", { className: "tally" },
    el("li", { className: believed ? "good" : "none" }, badge(believed ? "good" : "none", t("tally.believed", { n: believed }))),
    waiting ? el("li", {}, badge("warn", t("tally.waiting", { n: waiting }))) : null,
    s.expires_soon || s.anchors.some(soon) ? el("li", {}, badge("warn", t("tally.soon", { n: s.expires_soon ?? s.anchors.filter(soon).length }))) : null);
}

function member(m, list) {
  const nothing = !m.anchors.length;
  return el("article", { className: "member", id: `state-${m.state}` },
    el("h3", {}, words.state(m.state), " ", el("span", { className: "note" }, code(m.state)),
      m.state === trust.member ? el("span", { className: "badge" }, t("trust.own")) : null),
    m.name ? el("p", { className: "note" }, code(m.name)) : null,
    standing(m), counts(m), missing(m),
    nothing ? null : folded("trust.certificates", { n: list.length }, () => certificates(list, trust.rules.confirmations), wanted !== ""));
}

function other(s, list) {
  const d = folded("trust.state", { state: words.state(s.state), n: list.length }, () => certificates(list, trust.rules.confirmations), wanted !== "");
  d.className = "state";
  return d;
}

function waiting() {
  const list = trust.waiting;
  at("waiting").hidden = !list.length;
  at("waiting").querySelector("ul").replaceChildren(...list.map(w => el("li", { className: "warn" },
    badge("warn", words.or(`waiting.${w.kind}`, w.kind)), " ", el("bdi", {}, w.subject ?? ""),
    el("p", { className: "note" }, w.issuer ? [t("cert.issuer"), " ", el("bdi", {}, w.issuer), " · "] : null, w.source ? el("bdi", {}, w.source) : null,
      w.at ? ` · ${words.ago(w.at)}` : null))));
}

const STATE = { current: "good", stale: "warn", over: "bad" };

/** Signed lists of licence authorities: which issue, how old, and to get a newer one when it is due. */
function licences() {
  const list = trust.licence_lists ?? [];
  at("licences").hidden = !list.length;
  at("licences").querySelector("ul").replaceChildren(...list.map(l => el("li", { className: STATE[l.state] },
    badge(STATE[l.state], t(`licences.${l.state}`)), " ", el("bdi", {}, l.provider),
    el("p", { className: "note" }, l.issue === null ? null : `${t("licences.issue", { n: words.number(l.issue) })} `,
      t("licences.of", { at: words.day(l.date.slice(0, 10)), age: words.ago(l.date) }), " · ", t("licences.authorities", { n: l.usable }),
      l.defective ? ` · ${t("licences.defective", { n: l.defective })}` : null),
    l.state === "current" ? null : el("p", { className: "note" }, t(`todo.licences.${l.state}`)))));
}

/** States whose name or certificates fit what is searched, each with those certificates. */
function found(list) {
  return list.map(s => {
    const whole = !wanted || matches({ state: s.state, name: s.name ?? "", words: words.state(s.state) }, wanted);
    return [s, whole ? s.anchors : s.anchors.filter(c => matches(c, wanted)), whole];
  }).filter(([, list, whole]) => whole || list.length);
}

function others(list) {
  const n = list.reduce((sum, [, c]) => sum + c.length, 0), box = at("others").querySelector(".states");
  at("others-part").hidden = !list.length;
  at("others").querySelector("summary").textContent = t("trust.others.count", { states: list.length, n });
  const fill = () => box.replaceChildren(...[...list].sort(([a], [b]) => words.state(a.state).localeCompare(words.state(b.state), words.locale()))
    .map(([s, c]) => other(s, c)));
  box.replaceChildren();
  at("others").ontoggle = () => at("others").open && !box.childNodes.length && fill();
  if (at("others").open || wanted)
    fill();
  at("others").open ||= wanted !== "";
}

function draw() {
  if (trouble || !trust) {
    at("summary").replaceChildren(el("p", { className: "state bad" }, trouble ? t(words.has(`trust.${trouble}`) ? `trust.${trouble}` : "trust.unreachable") : t("trust.loading")));
    at("members").replaceChildren();
    return;
  }
  const members = found(trust.members), rest = found(trust.others);
  at("summary").replaceChildren(...summary());
  waiting();
  licences();
  const old = ages(trust);
  at("ages").replaceChildren(...old);
  at("ages-part").hidden = !old.length;
  at("members").replaceChildren(...members.map(([m, list]) => member(m, list)));
  others(rest);
  const n = [...members, ...rest].reduce((sum, [, c]) => sum + c.length, 0);
  at("found").textContent = wanted ? t("trust.found", { n, states: members.length + rest.length }) : "";
}

async function load() {
  try {
    trust = await during(t("act.working"), () => api.trust());
    trouble = null;
    notTaken = await api.node().then(n => n.anchors.not_taken, () => null);
  } catch (e) {
    trouble = e.reason ?? "unreachable";
  }
  draw();
  if (!wanted && location.hash.length === 65) // a certificate another page points to
    search(location.hash.slice(1));
}

function search(text) {
  at("search").value = text;
  wanted = text.trim().toLocaleLowerCase();
  draw();
}

function bind() {
  let pause;
  at("search").addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => search(at("search").value), 120);
  });
  addEventListener("hashchange", () => location.hash.length === 65 && search(location.hash.slice(1)));
  document.addEventListener("keydown", e => {
    if (e.isComposing || e.altKey || e.metaKey || e.ctrlKey)
      return;
    if (e.key === "/" && e.target !== at("search")) {
      e.preventDefault();
      at("search").focus();
    } else if (e.key === "Escape") {
      search("");
      at("others").open = false;
    }
  });
}

async function start() {
  bind();
  await page.start({ speak: draw, keys: () => [["/", "trust.search"]] });
  await load();
  await page.keepWatch();
}

start();
